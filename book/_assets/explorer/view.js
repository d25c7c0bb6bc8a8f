/* What the reader sees: the markup, and how a result of the model is shown in it. */

(function (explorer) {
  "use strict";

  const NAMES = {
    square: "square",
    circle: "circular",
    gaussian: "Gaussian",
    uniform: "uniform",
    edge: "edge",
    disc: "disc",
    vessel: "IVUS",
    own: "your image",
  };
  /** Choices of the settings: value and label. */
  const WINDOWS = [["square", "Square"], ["circle", "Circle"], ["gaussian", "Gaussian"]];
  const GRIDS = [["straight", "Straight"], ["polar", "Polar"]];
  const QUANTITIES = [["amplitude", "Amplitude"], ["intensity", "Intensity"], ["decibel", "dB"]];
  const OBJECTS = [["uniform", "Uniform"], ["edge", "Edge"], ["disc", "Disc"]];
  OBJECTS.push(["vessel", "IVUS cross-section"]);
  const PATTERNS = explorer.state.FIELDS.patterns.map((count) => [count, count]);

  const ROWS = {
    contrast: "Intensity contrast",
    snr: "Amplitude SNR",
    intensityGrain: "Intensity grain, px",
    amplitudeGrain: "Amplitude grain, px",
    mean: "Passed, %",
  };
  const VERDICTS = {
    good: ["\u2713", "within 2 standard errors"],
    fair: ["!", "between 2 and 3 standard errors"],
    poor: ["\u2717", "more than 3 standard errors off"],
    none: ["\u2013", "no law to compare with"],
  };
  let instances = 0;

  function segments(legend, name, choices) {
    const inputs = choices.map(
      ([value, label]) => `<label><input type="radio" name="${name}-${instances}"
        data-key="${name}" value="${value}"><span>${label}</span></label>`,
    );
    return `<fieldset class="sx-segments"><legend>${legend}</legend>
      <div>${inputs.join("")}</div></fieldset>`;
  }

  function select(label, key, choices) {
    const options = choices.map(([value, text]) => `<option value="${value}">${text}</option>`);
    return `<label class="sx-select"><span>${label}</span>
      <select data-key="${key}">${options.join("")}</select></label>`;
  }

  function panel(name, title, picture) {
    return `<figure class="sx-panel sx-${name}"><figcaption><b>${title}</b>
      <span data-text="${name}"></span></figcaption>${picture}</figure>`;
  }

  const canvas = (name, label) => `<canvas data-canvas="${name}" role="img" aria-label="${label}"
    width="256" height="256"></canvas>`;

  function button(action, label, key) {
    return `<button type="button" data-action="${action}" aria-keyshortcuts="${key}">${label}
      <kbd aria-hidden="true">${key}</kbd></button>`;
  }

  function row(key) {
    return `<tr data-row="${key}"><th scope="row">${ROWS[key]}</th><td></td><td></td><td></td>
      <td><span class="sx-light"><i aria-hidden="true"></i><b></b>
      <em class="sx-hidden"></em></span></td></tr>`;
  }

  function dial(size) {
    const range = `data-key="d" min="${explorer.state.SMALLEST}" max="${size}"`;
    return `<div class="sx-dial"><label><span>Window edge <i>d</i></span>
      <input type="range" ${range} step="1"></label>
      <input type="number" ${range} step="any" inputmode="decimal"
      aria-label="Window edge d, as a number"></div>`;
  }

  function table() {
    return `<div class="sx-numbers"><table><caption>One picture against the law</caption>
      <thead><tr><th scope="col"><span class="sx-hidden">Quantity</span></th>
      <th scope="col">Law</th><th scope="col">Measured</th>
      <th scope="col"><abbr title="standard error expected of one picture">\u00b1</abbr></th>
      <th scope="col"><abbr title="distance in standard errors">Off by</abbr></th></tr></thead>
      <tbody>${Object.keys(ROWS).map(row).join("")}</tbody></table>
      <p class="sx-note" data-text="note"></p>
      <p class="sx-status" role="status" aria-live="polite"></p></div>`;
  }

  const SHORTCUTS = [
    ["[ and ]", "window edge down and up by 1; with Shift by 8"],
    ["N", "new realisation"],
    ["W", "next shape of the window"],
    ["O", "next object"],
    ["A", "twice as many patterns averaged, then 1 again"],
    ["P", "polar or straight"],
    ["H", "amplitude, intensity or decibels"],
    ["C", "copy the link"],
    ["F", "full screen, and back"],
  ];

  /** Return the markup of one explorer. */
  function markup(size) {
    instances += 1;
    return `<section class="sx" aria-label="Speckle explorer">
      <div class="sx-stage">
        ${panel("speckle", "Speckle", canvas("speckle", "Speckle pattern"))}
        ${dial(size)}
        ${panel("object", "Object", canvas("object", "Object"))}
        ${panel("window", "Window", canvas("window", "Spectrum, and the window that cuts it"))}
        ${panel("histogram", "Histogram", explorer.chart.markup())}
      </div>
      <div class="sx-below">
        ${table()}
        <form class="sx-controls" aria-label="Settings">
          ${segments("Window", "window", WINDOWS)}
          ${segments("Coordinates", "grid", GRIDS)}
          ${segments("Show", "show", QUANTITIES)}
          <div class="sx-menus">
            ${select("Object", "object", OBJECTS)}
            ${select("Patterns", "patterns", PATTERNS)}
          </div>
          <div class="sx-buttons">
            ${button("renew", "New realisation", "N")}
            <button type="button" data-action="open">Your image\u2026</button>
            ${button("copy", "Copy link", "C")}
            ${button("screen", "Full screen", "F")}
          </div>
          <input type="file" accept="image/*" hidden tabindex="-1" aria-label="Your image">
        </form>
      </div>
      <details class="sx-keys"><summary>Keyboard</summary><dl>
        ${SHORTCUTS.map(([keys, what]) => `<div><dt>${keys}</dt><dd>${what}</dd></div>`).join("")}
        </dl><p>They work while the explorer, or nothing else, has the focus.</p></details>
    </section>`;
  }

  const digits = (value, error) => {
    if (!Number.isFinite(value)) return "\u2013";
    const places = error > 0 ? Math.ceil(-Math.log10(error) + 0.5) : 3;
    return value.toFixed(Math.min(Math.max(places, 0), 4));
  };

  /** Return how far a measurement is from its law, in standard errors, and the verdict. */
  function judge(measured, predicted, error) {
    const off = Math.abs(measured - predicted) / error;
    if (!Number.isFinite(off)) return { verdict: measured === predicted ? "good" : "none", off };
    return { verdict: off <= 2 ? "good" : off <= 3 ? "fair" : "poor", off };
  }

  /** Fill the table; return the verdicts by key. */
  function numbers(root, result) {
    const verdicts = {};
    for (const key of Object.keys(ROWS)) {
      const scale = key === "mean" ? 100 : 1;
      const [measured, predicted, error] = ["measured", "predicted", "errors"].map(
        (part) => result[part][key] * scale,
      );
      const { verdict, off } = judge(measured, predicted, error);
      verdicts[key] = verdict;
      const line = root.querySelector(`[data-row="${key}"]`), cells = line.cells;
      const known = Number.isFinite(predicted);
      cells[1].textContent = digits(predicted, error || predicted / 50);
      cells[2].textContent = known ? digits(measured, error || predicted / 50) : "\u2013";
      cells[3].textContent = digits(error, error);
      const light = line.querySelector(".sx-light"), [icon, words] = VERDICTS[verdict];
      light.dataset.verdict = verdict;
      light.title = words;
      light.querySelector("i").textContent = icon;
      light.querySelector("b").textContent = Number.isFinite(off) ? off.toFixed(1) : "";
      light.querySelector("em").textContent = words;
    }
    return verdicts;
  }

  /** Return the numbers in words, for the status line. */
  function summary(result, verdicts) {
    const { measured, predicted, errors, state } = result;
    if (!predicted.law) {
      return "The window passes every frequency: each pixel is one phasor, and there is no speckle.";
    }
    const say = (key, name) =>
      `${name} ${digits(measured[key], errors[key])} (law ${digits(predicted[key], errors[key])})`;
    const judged = Object.values(verdicts).filter((verdict) => verdict !== "none");
    const good = judged.filter((verdict) => verdict === "good").length;
    const agreed = good === judged.length ? "All" : `${good} of`;
    return (
      `d = ${state.d}: ${say("contrast", "contrast")}, ${say("snr", "SNR")}, ` +
      `${say("intensityGrain", "grain")} px. ` +
      `${agreed} ${judged.length} numbers are within 2 standard errors.`
    );
  }

  /** Write the captions of the pictures. */
  function captions(root, result, full) {
    const { state } = result;
    const patterns = state.patterns === 1 ? "one pattern" : `mean of ${state.patterns} patterns`;
    const preview = state.patterns < full ? `preview: ${state.patterns} of ${full} patterns` : "";
    const show = state.show === "decibel" ? "decibels" : state.show;
    const write = (name, text) => (root.querySelector(`[data-text="${name}"]`).textContent = text);
    write("speckle", `${show}, ${preview || patterns}`);
    write("object", NAMES[state.object]);
    write("window", `${NAMES[state.window]}, ${state.d}`);
    write("histogram", `of the ${show}; line: the law`);
    write(
      "note",
      state.grid === "polar"
        ? "Measured on the polar grid: rows are radii, columns angles."
        : "Measured over the whole picture, divided by its expected brightness.",
    );
  }

  explorer.view = { markup, judge, numbers, summary, captions };
})((globalThis.SpeckleExplorer ??= {}));
