/* Loads the speckle explorer: one script tag brings its parts, in order, and its style sheets.

   Classic scripts, because a browser lets no module be loaded from a file:// page. Everything comes
   from the folder of this file; nothing is asked of the network. */

(function () {
  "use strict";

  const folder = document.currentScript.src.replace(/[^/]*$/, "");
  const parts = ["fft", "random", "windows", "polar", "objects", "statistics", "law"];
  parts.push("predictions", "model", "state", "paint", "chart", "view", "controls", "element");

  for (const sheet of ["settings", "explorer"]) {
    const style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = `${folder}${sheet}.css`;
    document.head.append(style);
  }
  for (const part of parts) {
    const script = document.createElement("script");
    script.src = `${folder}${part}.js`;
    script.async = false; // keep the order
    document.head.append(script);
  }
})();
