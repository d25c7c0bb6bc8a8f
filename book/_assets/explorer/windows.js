/* Spectral windows by one number d: square of edge d, circle of diameter d, Gaussian of equal power.

   The square is specklegan.speckle.spectral_window, also between integers. Weights are real, in
   FFT bin order, for N x N bins; every law elsewhere is worked out from the weights themselves. */

(function (explorer) {
  "use strict";

  const clamp = (value) => Math.min(Math.max(value, 0), 1);

  /** Return the frequency of a bin, -N/2 to N/2 - 1. */
  const frequency = (bin, size) => (bin < size / 2 ? bin : bin - size);

  /** Weight of bins k and l. The bins of the square enter in the order 0, -1, 1, -2, 2, ... */
  const SHAPES = {
    square: (d) => {
      const axis = (k) => clamp(d - (2 * Math.abs(k) - (k < 0 ? 1 : 0)));
      return (k, l) => axis(k) * axis(l);
    },
    // The rim fades over one bin, so that the weights sum to about pi d^2 / 4 at every d.
    circle: (d) => (k, l) => clamp((d + 1) / 2 - Math.hypot(k, l)),
    // w^2 = exp(-pi |k|^2 / d^2) integrates to d^2: the power that the square passes.
    gaussian: (d) => (k, l) => Math.exp((-Math.PI * (k * k + l * l)) / (2 * d * d)),
  };
  const NEGLIGIBLE = 1e-8; // of the peak; the square of it is below rounding

  /**
   * Return a window and where it is.
   * @param {string} shape square, circle or gaussian
   * @param {number} d edge, diameter or equal-power edge in bins, 0 < d <= N
   * @param {number} size N
   * @returns {{weights: Float64Array, high: number, low: number}} only rows and columns [0, high)
   *   and [low, N) hold weights above 0
   */
  function make(shape, d, size) {
    if (!(shape in SHAPES)) throw new RangeError(`no window is called '${shape}'`);
    if (!(d > 0 && d <= size)) throw new RangeError(`d must be in (0, ${size}], found ${d}`);
    const weight = SHAPES[shape](d);
    const weights = new Float64Array(size * size);
    let highest = 0, lowest = 0;
    for (let row = 0; row < size; row++) {
      const k = frequency(row, size);
      for (let column = 0; column < size; column++) {
        const l = frequency(column, size);
        const value = weight(k, l);
        if (value < NEGLIGIBLE) continue;
        weights[row * size + column] = value;
        if (k > highest) highest = k;
        if (k < lowest) lowest = k;
      }
    }
    return { shape, d, size, weights, high: highest + 1, low: size + lowest };
  }

  explorer.windows = { make, frequency, names: Object.keys(SHAPES) };
})((globalThis.SpeckleExplorer ??= {}));
