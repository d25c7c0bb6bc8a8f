/* How the reader acts: settings, shortcuts, a drag on the window, a picture of their own, the link,
   the full screen. Each ends in one call of the element's `change`. */

(function (explorer) {
  "use strict";

  const { FIELDS, SEEDS } = explorer.state;

  /** Connect every setting with the state, in both directions. */
  function settings(element) {
    element.addEventListener("input", ({ target }) => {
      const { key } = target.dataset;
      if (!key) return;
      if (key === "d") {
        const d = Number(target.value);
        if (d > 0) element.change({ d: explorer.state.clampEdge(d, element.size) }, target);
      } else {
        element.change({ [key]: FIELDS[key].find((one) => String(one) === target.value) });
      }
    });
    element.addEventListener("change", ({ target }) => {
      if (target.type === "number") write(element); // what was typed may be outside the range
    });
    element.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
  }

  /** Show the state in the settings; the one being typed into stays as it is. */
  function write(element, except = null) {
    for (const input of element.querySelectorAll("[data-key]")) {
      const value = String(element.state[input.dataset.key]);
      if (input === except) continue;
      if (input.type === "radio") input.checked = input.value === value;
      else input.value = value;
    }
  }

  function next(element, key, choices = FIELDS[key]) {
    const index = choices.indexOf(element.state[key]);
    element.change({ [key]: choices[(index + 1) % choices.length] });
  }

  const nudge = (element, by) => {
    const d = explorer.state.clampEdge(element.state.d + by, element.size);
    element.change({ d });
  };

  const ACTIONS = {
    renew: (element) => element.change({ seed: (element.state.seed % SEEDS) + 1 }),
    open: (element) => element.querySelector("[type=file]").click(),
    copy: (element) => copy(element),
    screen: (element) => toggleScreen(element),
  };

  const KEYS = {
    "[": (element) => nudge(element, -1),
    "]": (element) => nudge(element, 1),
    "{": (element) => nudge(element, -8),
    "}": (element) => nudge(element, 8),
    n: ACTIONS.renew,
    w: (element) => next(element, "window"),
    o: (element) => next(element, "object", element.objects()),
    a: (element) => next(element, "patterns"),
    p: (element) => next(element, "grid"),
    h: (element) => next(element, "show"),
    c: ACTIONS.copy,
    f: ACTIONS.screen,
  };

  /** Shortcuts, while the explorer or nothing has the focus; typing and menus keep their letters. */
  function keyboard(element, signal) {
    const heard = (event) => {
      const { target } = event;
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (target !== document.body && !element.contains(target)) return;
      if (target.matches("select, textarea, input[type=number], input[type=text]")) return;
      if (event.key === "Escape") element.classList.remove("sx-filled");
      const action = KEYS[event.key.toLowerCase()];
      if (!action) return;
      event.preventDefault();
      action(element);
    };
    document.addEventListener("keydown", heard, { signal });
  }

  /** Drag the window's edge: its distance from the middle of the spectrum. */
  function drag(element) {
    const canvas = element.querySelector("[data-canvas=window]");
    const move = (event) => {
      const box = canvas.getBoundingClientRect();
      const x = Math.abs((event.clientX - box.left) / box.width - 0.5);
      const y = Math.abs((event.clientY - box.top) / box.height - 0.5);
      const reach = element.state.window === "square" ? Math.max(x, y) : Math.hypot(x, y);
      const d = Math.round(2 * reach * element.size);
      element.change({ d: explorer.state.clampEdge(d, element.size) });
    };
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      move(event);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (canvas.hasPointerCapture(event.pointerId)) move(event);
    });
    sideways(canvas);
  }

  /** Keep a sideways drag from ending as a fling: the browser would take the next tap to stop it. */
  function sideways(canvas) {
    let first = null;
    canvas.addEventListener("touchstart", (event) => (first = event.touches[0]), { passive: true });
    canvas.addEventListener("touchmove", (event) => {
      const [now] = event.touches;
      const across = Math.abs(now.clientX - first.clientX);
      const down = Math.abs(now.clientY - first.clientY);
      if (event.cancelable && across > down) event.preventDefault();
    }, { passive: false });
  }

  /** A reader's own picture, from the file picker or dropped anywhere on the explorer. */
  function pictures(element) {
    const input = element.querySelector("[type=file]");
    input.addEventListener("change", () => {
      if (input.files[0]) load(element, input.files[0]);
      input.value = ""; // so that the same file can be chosen again
    });
    element.addEventListener("dragover", (event) => {
      event.preventDefault();
      element.classList.add("sx-drop");
    });
    element.addEventListener("dragleave", () => element.classList.remove("sx-drop"));
    element.addEventListener("drop", (event) => {
      event.preventDefault();
      element.classList.remove("sx-drop");
      if (event.dataTransfer.files[0]) load(element, event.dataTransfer.files[0]);
    });
  }

  /** Read a picture; it never leaves this page. */
  async function load(element, file) {
    const address = URL.createObjectURL(file);
    const image = new Image();
    try {
      image.src = address;
      await image.decode();
      element.usePicture(image);
    } catch {
      element.say(`${file.name} cannot be read as a picture; expected PNG, JPEG or the like.`);
    } finally {
      URL.revokeObjectURL(address);
    }
  }

  async function copy(element) {
    const link = element.link();
    try {
      await navigator.clipboard.writeText(link);
      element.say("Link copied: it carries this state.");
    } catch {
      element.say(`This browser does not let a page copy. The link: ${link}`);
    }
  }

  /** Fill the screen; where a browser has no full screen for elements, fill its window. */
  async function toggleScreen(element) {
    if (document.fullscreenElement) return document.exitFullscreen();
    if (element.classList.toggle("sx-filled") && element.requestFullscreen) {
      try {
        await element.requestFullscreen();
      } catch {
        element.say("The browser refuses the full screen; the explorer fills the window instead.");
      }
    }
  }

  /** Connect everything; `signal` ends what listens outside the element. */
  function connect(element, signal) {
    settings(element);
    keyboard(element, signal);
    drag(element);
    pictures(element);
    element.addEventListener("click", ({ target }) => {
      const action = target.closest("[data-action]")?.dataset.action;
      if (action) ACTIONS[action](element);
    });
    const left = () => document.fullscreenElement || element.classList.remove("sx-filled");
    document.addEventListener("fullscreenchange", left, { signal });
  }

  explorer.controls = { connect, write };
})((globalThis.SpeckleExplorer ??= {}));
