/* The exact law of one intensity behind any window: Kluyver's random walk of unequal steps.

   A point of the image is sum h_j exp(i phase_j) over the window's impulse response h. Phases are
   independent, so the sum's characteristic function is the product of J0(k |h_j|). Many small steps
   make it exp(-k^2 / 4), the exponential law of the intensity; a window nearly as wide as the
   spectrum leaves one large step, and the law narrows to a spike. The mean of M patterns is M such
   intensities folded with each other. Mean intensity 1 throughout. */

(function (explorer) {
  "use strict";

  const LARGE = 0.002; // share of power above which a step has a factor of its own
  const ENOUGH = 32; // the characteristic function is cut where it falls below exp(-ENOUGH)
  const STEP = 0.1; // of k: resolves J0(k a) for amplitudes a up to 10 or so
  const FOLDED = 1024; // cells for folding
  const FAR = 22; // one intensity is hardly ever beyond: exp(-22)

  const bessel = besselTable(40, 1 / 128);

  /** J0, from its integral: the mean of cos(x sin t), which a sum over equal t gives exactly. */
  function besselTable(reach, step) {
    const turns = Array.from({ length: 33 }, (_, j) => Math.sin((Math.PI * j) / 64));
    const table = Float64Array.from({ length: reach / step + 3 }, (_, index) => {
      const x = (index - 1) * step;
      let sum = (1 + Math.cos(x)) / 2;
      for (let j = 1; j < 32; j++) sum += Math.cos(x * turns[j]);
      return sum / 32;
    });
    return (x) => {
      if (x < 0.3) {
        const square = (x * x) / 4; // its series: the moments below need every digit here
        return 1 - square * (1 - (square / 4) * (1 - square / 9));
      }
      if (x >= reach) {
        const turned = x - Math.PI / 4; // the first two terms of its series for large x
        return Math.sqrt(2 / (Math.PI * x)) * (Math.cos(turned) + Math.sin(turned) / (8 * x));
      }
      const place = x / step, near = Math.round(place), part = place - near;
      const low = table[near], middle = table[near + 1], high = table[near + 2];
      return middle + (part * (high - low + part * (high - 2 * middle + low))) / 2; // a parabola
    };
  }

  /** Characteristic function at k = 0, STEP, 2 STEP, ... from the shares |h_j|^2 of the power. */
  function characteristic(shares) {
    const steps = [];
    let second = 0, fourth = 0; // of the small steps: log J0(x) = -x^2 / 4 - x^4 / 64 - ...
    for (let j = 0; j < shares.length; j++) {
      if (shares[j] > LARGE) steps.push(Math.sqrt(shares[j]));
      else {
        second += shares[j];
        fourth += shares[j] * shares[j];
      }
    }
    if (second < 1e-6) return null; // one step: the intensity is 1 everywhere
    const count = Math.ceil((2 * Math.sqrt(ENOUGH / second)) / STEP);
    return Float64Array.from({ length: count }, (_, index) => {
      const k = index * STEP, square = k * k;
      let value = Math.exp(-(square * second) / 4 - (square * square * fourth) / 64);
      for (const step of steps) value *= bessel(k * step);
      return value;
    });
  }

  /** Density of one intensity: the Hankel transform 1/2 integral k J0(k sqrt(I)) phi(k) dk. */
  function densityOf(phi) {
    return (intensity) => {
      const amplitude = Math.sqrt(intensity);
      let sum = 0;
      for (let index = 1; index < phi.length; index++) {
        sum += index * bessel(index * STEP * amplitude) * phi[index];
      }
      return Math.max(0, ((sum + 1 / 12) * STEP * STEP) / 2); // 1 / 12: the integrand's slope at 0
    };
  }

  /**
   * Means of A and of A^3 for one pattern: the integrals of (1 - phi) / k^2 and of
   * 9 (phi - 1 + k^2 / 4) / k^4, by trapezia. Beyond the last k phi is 0 and the tails are known.
   */
  function oddMoments(phi, fourth) {
    let amplitude = 1 / 8, cube = (9 * fourth) / 128; // half of the integrands at k = 0
    for (let index = 1; index < phi.length; index++) {
      const square = (index * STEP) ** 2;
      amplitude += (1 - phi[index]) / square;
      cube += (9 * (phi[index] - 1 + square / 4)) / square ** 2;
    }
    const last = (phi.length - 1) * STEP, square = last ** 2;
    amplitude += -0.5 / square + 1 / (last * STEP);
    cube += (9 * (-0.5 * (square / 4 - 1)) / square ** 2) + (9 * (1 / 4 - 1 / (3 * square))) / (last * STEP);
    return { amplitude: amplitude * STEP, cube: cube * STEP };
  }

  /** Density of the mean of M intensities, and its moments, on cells of a line. */
  function folded(density, patterns, contrast) {
    const cell = (patterns + 10 * Math.sqrt(patterns) + FAR) / FOLDED; // of the sum
    const plan = explorer.fft.plan(FOLDED);
    const re = new Float64Array(FOLDED), im = new Float64Array(FOLDED);
    for (let k = 0; (k + 0.5) * cell < FAR; k++) re[k] = density((k + 0.5) * cell) * cell;
    const total = re.reduce((sum, value) => sum + value, 0);
    plan.lines(re, im, 0, 1, 0, 1);
    for (let k = 0; k < FOLDED; k++) {
      const size = (Math.hypot(re[k], im[k]) / total) ** patterns;
      const angle = Math.atan2(im[k], re[k]) * patterns;
      re[k] = size * Math.cos(angle);
      im[k] = size * Math.sin(angle);
    }
    plan.lines(im, re, 0, 1, 0, 1); // back
    const place = (k) => ((k + patterns / 2) * cell) / patterns; // middles add up to M / 2 cells
    let amplitude = 0, intensity = 0, cube = 0, square = 0;
    for (let k = 0; k < FOLDED; k++) {
      amplitude += (re[k] / FOLDED) * Math.sqrt(place(k));
      intensity += (re[k] / FOLDED) * place(k); // 1, but for the width of the cells
      square += (re[k] / FOLDED) * place(k) ** 2;
      cube += (re[k] / FOLDED) * place(k) ** 1.5;
    }
    const height = patterns / (cell * FOLDED);
    // Cells of some width misjudge the spread; the contrast, known exactly, says by how much.
    const spread = contrast ** 2 / (square / intensity ** 2 - 1);
    return {
      amplitude: Math.sqrt(1 - (1 - amplitude ** 2 / intensity) * spread),
      cube: cube / intensity ** 1.5,
      density: (intensity) => {
        const at = (intensity * patterns) / cell - patterns / 2, below = Math.floor(at);
        if (below < 0 || below + 1 >= FOLDED) return 0;
        return Math.max(0, height * (re[below] + (at - below) * (re[below + 1] - re[below])));
      },
    };
  }

  /**
   * Return the law of the mean of M intensities behind a window.
   * @param {Float64Array} shares |h_j|^2 over their sum
   * @param {number} patterns M
   * @returns {{density: function, amplitude: number, cube: number}|null} density of I / <I>, mean
   *   of its root A, and of A^3; null where the intensity is constant
   */
  function make(shares, patterns) {
    const phi = characteristic(shares);
    if (!phi) return null;
    const density = densityOf(phi);
    const inverse = shares.reduce((sum, share) => sum + share * share, 0); // 1 / n
    if (patterns === 1) return { density, ...oddMoments(phi, 2 - inverse) };
    return folded(density, patterns, Math.sqrt((1 - inverse) / patterns));
  }

  explorer.law = { make };
})((globalThis.SpeckleExplorer ??= {}));
