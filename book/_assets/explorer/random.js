/* Random phases that a link can carry: the same seed and pattern give the same numbers everywhere.

   The generator is Doty-Humphrey's sfc32, 128 bits of state, which passes the usual statistical
   batteries; each pattern has a stream of its own. */

(function (explorer) {
  "use strict";

  const WARM_UP = 16; // steps until a state of few set bits is mixed
  const TURN = (2 * Math.PI) / 2 ** 32; // a 32-bit integer as an angle

  /** Return a function that gives the next uniform 32-bit integer of a stream. */
  function stream(seed, pattern) {
    let a = seed | 0, b = pattern | 0, c = 0x9e3779b9 | 0, counter = 1;
    const next = () => {
      const sum = (a + b + counter) | 0;
      counter = (counter + 1) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = (((c << 21) | (c >>> 11)) + sum) | 0;
      return sum >>> 0;
    };
    for (let step = 0; step < WARM_UP; step++) next();
    return next;
  }

  /** Return `count` phases, uniform in [0, 2 pi), of one pattern. */
  function phases(seed, pattern, count) {
    const next = stream(seed, pattern);
    return Float64Array.from({ length: count }, () => next() * TURN);
  }

  explorer.random = { stream, phases };
})((globalThis.SpeckleExplorer ??= {}));
