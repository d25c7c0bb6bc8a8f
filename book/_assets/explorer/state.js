/* The state of the explorer, and how a link carries it: #d=28&window=square&... */

(function (explorer) {
  "use strict";

  const SMALLEST = 4; // below, a picture holds fewer than 16 grains and no statistics

  /** Each key with its default and its choices; `d` and `seed` are numbers in a range. */
  const FIELDS = {
    d: 28,
    window: ["square", "circle", "gaussian"],
    object: ["uniform", "edge", "disc", "vessel", "own"],
    patterns: [1, 2, 4, 8, 16, 32],
    grid: ["straight", "polar"],
    show: ["amplitude", "intensity", "decibel"],
    seed: 1,
  };
  const SEEDS = 2 ** 31 - 1;

  /** Return d within the range of a size, to two decimals; NaN stays what it is. */
  function clampEdge(d, size) {
    return Math.round(Math.min(Math.max(d, SMALLEST), size) * 100) / 100;
  }

  /** Return the default state. */
  function defaults() {
    const first = ([key, value]) => [key, Array.isArray(value) ? value[0] : value];
    return Object.fromEntries(Object.entries(FIELDS).map(first));
  }

  /**
   * Read a state from text such as '#d=48&window=circle'.
   * @param {string} text of a link or an attribute; what is missing or not understood is ignored
   * @param {number} size side of the grid
   * @returns {object|null} the keys found, or null where the text carries none
   */
  function parse(text, size) {
    const found = {};
    for (const [key, value] of new URLSearchParams(text.replace(/^#/, ""))) {
      const field = FIELDS[key];
      if (Array.isArray(field)) {
        const choice = field.find((one) => String(one) === value);
        if (choice !== undefined) found[key] = choice;
      } else if (key === "d" && Number(value) > 0) {
        found.d = clampEdge(Number(value), size);
      } else if (key === "seed" && Number.isInteger(Number(value))) {
        found.seed = Math.min(Math.max(Number(value), 0), SEEDS);
      }
    }
    return Object.keys(found).length ? found : null;
  }

  /** Write a state as the fragment of a link. */
  function format(state) {
    return `#${new URLSearchParams(Object.keys(FIELDS).map((key) => [key, state[key]]))}`;
  }

  explorer.state = { FIELDS, SMALLEST, SEEDS, clampEdge, defaults, parse, format };
})((globalThis.SpeckleExplorer ??= {}));
