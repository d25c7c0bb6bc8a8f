/* What is measured in one picture, by the definitions of specklegan.laws.

   The picture is the intensity over its expected value in each pixel, so that the brightness of the
   object does not count as texture. Nothing here knows a window or a law. */

(function (explorer) {
  "use strict";

  const STEP = 0.5; // px between the points where a width is looked for

  /** Return the mean and the standard deviation of an array. */
  function moments(values) {
    let sum = 0, squares = 0;
    for (let k = 0; k < values.length; k++) sum += values[k];
    const mean = sum / values.length;
    for (let k = 0; k < values.length; k++) {
      const off = values[k] - mean;
      squares += off * off;
    }
    return { mean, deviation: Math.sqrt(squares / values.length) };
  }

  /**
   * Return the full width at half maximum of an autocovariance from its power spectrum.
   * @param {Float64Array} power along one axis, in FFT bin order
   * @returns {number} pixels; NaN where it never falls to one half
   */
  function fullWidth(power, level = 0.5) {
    const size = power.length, half = size / 2;
    const above = (shift) => {
      let sum = power[0] * (1 - level) + power[half] * (Math.cos(Math.PI * shift) - level);
      for (let k = 1; k < half; k++) {
        const both = power[k] + power[size - k];
        sum += both * (Math.cos((2 * Math.PI * k * shift) / size) - level);
      }
      return sum;
    };
    let inner = 0;
    while (above(inner + STEP) > 0) {
      inner += STEP;
      if (inner > half) return NaN;
    }
    let outer = inner + STEP;
    while (outer - inner > 1e-9 * outer) {
      const middle = (inner + outer) / 2;
      if (above(middle) > 0) inner = middle;
      else outer = middle;
    }
    return inner + outer;
  }

  /** Return an array less its mean. */
  function centred(values) {
    const { mean } = moments(values), result = new Float64Array(values.length);
    for (let k = 0; k < values.length; k++) result[k] = values[k] - mean;
    return result;
  }

  /**
   * Return the grains of two pictures of N x N: full widths at half maximum of their
   * autocovariances in pixels, means of both axes.
   */
  function grains(first, second, size) {
    const plan = explorer.fft.plan(size);
    const parts = [centred(first), centred(second)]; // one transform for both, parted below
    const widths = [0, 0];
    for (const along of ["rows", "columns"]) {
      const [re, im] = parts.map((part) => part.slice());
      if (along === "rows") plan.rows(re, im);
      else plan.columns(re, im, 0, size);
      const powers = along === "rows" ? parted(re, im, size, 1) : parted(re, im, 1, size);
      powers.forEach((power, index) => (widths[index] += fullWidth(power) / 2));
    }
    return widths;
  }

  /** Power spectra (times 4) of the real and the imaginary part of lines, summed over the lines. */
  function parted(re, im, line, point) {
    const size = Math.max(line, point);
    const first = new Float64Array(size), second = new Float64Array(size);
    for (let start = 0; start < size * line; start += line) {
      for (let k = 0; k <= size / 2; k++) {
        const a = start + k * point, b = start + ((size - k) % size) * point;
        const p = re[a] + re[b], q = im[a] - im[b], r = im[a] + im[b], s = re[b] - re[a];
        first[k] += p * p + q * q;
        second[k] += r * r + s * s;
      }
    }
    for (let k = 1; k < size / 2; k++) {
      first[size - k] = first[k];
      second[size - k] = second[k];
    }
    return [first, second];
  }

  /** Return shares of values in equal bins from low to high, as a density. */
  function histogram(values, low, high, bins) {
    const density = new Float64Array(bins);
    const scale = bins / (high - low), weight = scale / values.length;
    for (let k = 0; k < values.length; k++) {
      const bin = Math.floor((values[k] - low) * scale);
      if (bin >= 0 && bin < bins) density[bin] += weight;
    }
    return density;
  }

  explorer.statistics = { moments, fullWidth, grains, histogram };
})((globalThis.SpeckleExplorer ??= {}));
