/* What theory expects behind a window, from its weights alone, as specklegan.predictions.

   Two functions of the window w carry everything. Its response h = DFT(w): a point of the image adds
   up n = (sum |h|^2)^2 / sum |h|^4 phasors, the resolution cell. Its coherence mu = DFT(w^2): what
   two points share, and so the grain and how many independent samples a picture holds. */

(function (explorer) {
  "use strict";

  const ALIKE = 1 - 1e-9; // 1 / n of a window that passes every frequency alike: no speckle
  const FEW = 0.12; // 1 / n, reached by a square window of half the spectrum's width
  const TERMS = 8; // of the series below; their ratio is at most |mu|^2, and falls further

  /**
   * Relative variance of a grain, mean of both axes, times d^2 for d << N: Bartlett's formula on
   * Gaussian fields, whose intensities covary by pairs |mu|^4 and by rings mu mu mu mu of four
   * points; each ring costs another 1 / M. The amplitude's error is smaller by less than a tenth.
   */
  const GRAIN_ERROR = { square: [0.169, 0.125], circle: [0.224, 0.128], gaussian: [0.11, 0.127] };

  /** Coefficients a_j of 2F1(-1/2, -1/2; M; x) = 1 + sum a_j x^j; a_1 = 1 / (4 M). */
  function series(patterns, terms) {
    const coefficients = [1];
    for (let j = 0; j < terms; j++) {
      coefficients.push((coefficients[j] * (j - 0.5) ** 2) / ((patterns + j) * (j + 1)));
    }
    return coefficients;
  }

  /** 2F1(-1/2, -1/2; M; 1) = Gamma(M) Gamma(M + 1) / Gamma(M + 1/2)^2, 4 / pi for M = 1. */
  function atOne(patterns) {
    let value = 4 / Math.PI;
    for (let m = 1; m < patterns; m++) value *= (m * (m + 1)) / (m + 0.5) ** 2;
    return value;
  }

  /** DFT of real values that vanish outside a window's rows and columns. */
  function transform(values, window) {
    const re = values.slice(), im = new Float64Array(values.length);
    explorer.fft.plan(window.size).inverse(re, im, window.high, window.low);
    return { re, im };
  }

  function squared({ re, im }, scale) {
    const result = new Float64Array(re.length);
    for (let k = 0; k < re.length; k++) result[k] = (re[k] * re[k] + im[k] * im[k]) * scale;
    return result;
  }

  /** Spectrum along one axis of a real even function that is given along that axis. */
  function cosines(values) {
    const size = values.length;
    const table = values.map((_, k) => Math.cos((2 * Math.PI * k) / size));
    return values.map((_, k) => {
      let sum = 0;
      for (let s = 0; s < size; s++) sum += values[s] * table[(k * s) % size];
      return sum / size;
    });
  }

  /**
   * Work out what depends on the window alone.
   * @param {object} window of windows.make
   */
  function ofWindow(window) {
    const { weights, size } = window, count = size * size;
    const squares = new Float64Array(count);
    let power = 0, hard = true; // behind a hard window mu is h
    for (let k = 0; k < count; k++) {
      squares[k] = weights[k] * weights[k];
      power += squares[k];
      hard &&= squares[k] === weights[k];
    }
    const response = transform(weights, window); // h
    const shares = squared(response, 1 / (power * count)); // |h|^2, sum 1
    const coherence = squared(hard ? response : transform(squares, window), 1 / power ** 2); // |mu|^2
    const sums = new Float64Array(TERMS + 1); // means of |mu|^2, |mu|^4, ... over all shifts
    let inverse = 0; // 1 / n
    for (let k = 0; k < count; k++) {
      inverse += shares[k] * shares[k];
      sums[1] += coherence[k] / count;
      let term = (coherence[k] * coherence[k]) / count;
      for (let j = 2; j <= TERMS && term > 1e-15; j++, term *= coherence[k]) sums[j] += term;
    }
    const mean = power / count;
    return { window, mean, response, inverse, shares, coherence, sums, ...grain() };

    /**
     * Grain of the intensity. A single phasor has no partner to interfere with, so the correlation
     * of |h|^2 with itself is missing; along rows it is a sum over rows, by Parseval's theorem.
     */
    function grain() {
      const spectrum = shares.slice(), fourth = new Float64Array(count);
      for (let k = 0; k < count; k++) fourth[k] = shares[k] * shares[k];
      explorer.fft.plan(size).rows(spectrum, fourth); // both even along rows, so real: one transform
      const covariance = cosines(coherence.subarray(0, size));
      const pairs = covariance.slice();
      for (let row = 0; row < count; row += size) {
        for (let k = 0; k < size; k++) pairs[k] -= (spectrum[row + k] * spectrum[row + k]) / size;
      }
      const intensity = inverse < ALIKE ? explorer.statistics.fullWidth(pairs) : NaN;
      return { rows: { spectrum, fourth }, covariance, pairs, intensity };
    }
  }

  /** Return the spectra of |h|^2 and |h|^4, which are real, finished once they are asked for. */
  function spectra(known) {
    if (!known.spectra) {
      const { spectrum, fourth } = known.rows, { size } = known.window;
      explorer.fft.plan(size).columns(spectrum, fourth, 0, size);
      known.spectra = known.rows;
    }
    return known.spectra;
  }

  /**
   * Grain of the amplitude in pixels. The part of A that is linear in I covaries as the intensity
   * does, the rest as the powers of |mu|^2; `linear` is the first part's share. A root is not
   * band-limited, so the covariance is taken at whole pixels first, as a measurement does.
   */
  function amplitudeGrain(known, patterns, linear) {
    const { size } = known.window;
    const rest = series(patterns, 60).slice(2);
    const power = (x) => rest.reduceRight((sum, a) => sum * x + a, 0) * x * x;
    const pairs = cosines(known.pairs), whole = power(1);
    const covariance = pairs.map(
      (value, s) => (linear * value) / pairs[0] + ((1 - linear) * power(known.coherence[s])) / whole,
    );
    return explorer.statistics.fullWidth(cosines(covariance.subarray(0, size)));
  }

  /**
   * Return what theory expects of one picture of a uniform object.
   * @param {object} known of ofWindow
   * @param {number} patterns M, number of intensities averaged
   */
  function expect(known, patterns) {
    const law = explorer.law.make(known.shares, patterns);
    const contrast = Math.sqrt(Math.max(0, 1 - known.inverse) / patterns);
    const constant = { law, mean: known.mean, contrast, snr: NaN };
    if (!law) return { ...constant, intensityGrain: NaN, amplitudeGrain: NaN };
    const { amplitude, cube } = law, variance = 1 - amplitude ** 2;
    const linear = (cube - amplitude) ** 2 / (contrast ** 2 * variance); // correlation of A and I
    return {
      ...constant,
      snr: amplitude / Math.sqrt(variance),
      intensityGrain: known.intensity,
      amplitudeGrain: amplitudeGrain(known, patterns, Math.min(linear, 1)),
    };
  }

  /** Return the standard error of each of these in one picture. */
  function errors(known, patterns, predicted) {
    const { sums, window } = known, coefficients = series(patterns, TERMS);
    const mean = 1 / atOne(patterns); // squared mean of the amplitude
    let rest = 0;
    for (let j = 2; j <= TERMS; j++) rest += coefficients[j] * sums[j];
    // Both follow the texture's spread, so a law narrower than the gamma law has another slope.
    const narrow = (1 - mean) / mean;
    const snr = Math.sqrt(mean * rest) / (1 - mean) ** 1.5;
    const [pairs, rings] = GRAIN_ERROR[window.shape];
    const grain = Math.sqrt(pairs + rings / patterns) / window.d;
    return {
      mean: predicted.mean * Math.sqrt(Math.max(0, sums[1] - 1 / window.size ** 2) / patterns),
      contrast: Math.sqrt(((1 + 1 / patterns) / (2 * patterns)) * sums[2]),
      snr: snr * predicted.snr ** 2 * narrow,
      intensityGrain: grain * predicted.intensityGrain,
      // Few phasors a cell leave terms in the amplitude's covariance that have no closed form.
      amplitudeGrain: known.inverse < FEW ? grain * predicted.amplitudeGrain : NaN,
    };
  }

  explorer.predictions = { ofWindow, spectra, expect, errors };
})((globalThis.SpeckleExplorer ??= {}));
