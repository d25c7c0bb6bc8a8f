/* From a state to a picture, its law and its measurements: Eq. 2 of the paper, a few times a second.

   A model keeps what a new state has in common with the last one: spectra of the randomly phased
   object survive a change of the window, and what theory says of a window survives new phases. The
   same state always gives the same numbers. */

(function (explorer) {
  "use strict";

  const SIZE = 256;

  class Model {
    /** @param {number} size side N of the grid, a power of two */
    constructor(size = SIZE) {
      this.size = size;
      this.picture = null; // a reader's own object
      this.pictures = 0; // how many there have been
      this.took = 0; // ms that the patterns of the last state took
      this.kept = {};
    }

    /** Use a picture (anything that a canvas can draw) as the object called 'own'. */
    setPicture(picture) {
      this.picture = explorer.objects.fromPicture(picture, this.size);
      this.pictures += 1;
      this.kept = {};
    }

    /** Return what `make` returned, anew only where a key is given that has changed. */
    keep(name, key, make) {
      if (key !== undefined && this.kept[name]?.key !== key) this.kept[name] = { key, value: make() };
      return this.kept[name].value;
    }

    /** Amplitude of the object as a picture, before any polar resampling. */
    object(name) {
      if (name === "own" && this.picture) return this.picture;
      return this.keep("object", name, () => explorer.objects.make(name, this.size));
    }

    /** Amplitude of the source where the speckle is formed: in (x, y) or in (radius, angle). */
    source({ object, grid }) {
      return this.keep("source", `${object} ${grid}`, () => {
        const amplitude = this.object(object);
        return grid === "polar" ? explorer.polar.toPolar(amplitude, this.size) : amplitude;
      });
    }

    /** Spectrum of the source under the phases of one pattern: FFT(a exp(i phase)). */
    spectrum(state, pattern) {
      const { object, grid, seed } = state;
      const list = this.keep("spectra", `${object} ${grid} ${seed}`, () => []);
      list[pattern] ??= this.transform(this.source(state), this.phases(seed, pattern));
      return list[pattern];
    }

    transform(amplitude, phases) {
      const re = new Float64Array(amplitude.length), im = new Float64Array(amplitude.length);
      for (let k = 0; k < amplitude.length; k++) {
        re[k] = amplitude[k] * Math.cos(phases[k]);
        im[k] = amplitude[k] * Math.sin(phases[k]);
      }
      explorer.fft.plan(this.size).forward(re, im);
      return { re, im };
    }

    /** Return the phases of one pattern, row after row. */
    phases(seed, pattern) {
      return explorer.random.phases(seed, pattern, this.size ** 2);
    }

    /** Return the window of a state and what theory knows of it. */
    known({ window, d }) {
      return this.keep("known", `${window} ${d}`, () =>
        explorer.predictions.ofWindow(explorer.windows.make(window, d, this.size)),
      );
    }

    /** Mean over patterns of |IFFT(spectrum * window)|^2. */
    intensity(state, window) {
      const { size } = this, { weights, high, low } = window, { patterns } = state;
      const plan = explorer.fft.plan(size), scale = 1 / (size ** 4 * patterns);
      const total = new Float64Array(size * size);
      const re = new Float64Array(size * size), im = new Float64Array(size * size);
      for (let pattern = 0; pattern < patterns; pattern++) {
        const spectrum = this.spectrum(state, pattern);
        for (let k = 0; k < total.length; k++) {
          re[k] = spectrum.re[k] * weights[k];
          im[k] = spectrum.im[k] * weights[k];
        }
        plan.inverse(re, im, high, low);
        for (let k = 0; k < total.length; k++) total[k] += (re[k] * re[k] + im[k] * im[k]) * scale;
      }
      return total;
    }

    /**
     * Expected intensity in each pixel, |h|^2 folded with a^2, and the mean of 1 / n over pixels.
     * Phases are independent, so both are exact for any object.
     */
    expected(state, known) {
      const { object, grid, window, d } = state;
      if (object === "uniform") return { mean: null, inverse: known.inverse };
      const key = `${object} ${grid} ${window} ${d}`;
      return this.keep("expected", key, () => this.foldObject(state, known));
    }

    foldObject(state, known) {
      const { size } = this, source = this.source(state);
      const { squares, fourths } = this.keep("powers", `${state.object} ${state.grid}`, () => ({
        squares: this.transform(source.map((a) => a ** 2), new Float64Array(size * size)),
        fourths: this.transform(source.map((a) => a ** 4), new Float64Array(size * size)),
      }));
      const mean = new Float64Array(size * size), square = new Float64Array(size * size);
      const { spectrum, fourth } = explorer.predictions.spectra(known);
      for (let k = 0; k < mean.length; k++) {
        const one = spectrum[k] / size ** 2, two = fourth[k] / size ** 2;
        mean[k] = one * squares.re[k] - two * fourths.im[k];
        square[k] = one * squares.im[k] + two * fourths.re[k];
      }
      explorer.fft.plan(size).inverse(mean, square);
      let inverse = 0;
      for (let k = 0; k < mean.length; k++) inverse += square[k] / mean[k] ** 2 / mean.length;
      return { mean, inverse };
    }

    /**
     * Factor by which the grain of this object differs from a uniform one's, mean of both axes.
     * The coherence of two points is sum h h* a^2 over the phasors that both see. It is worked out
     * for one shift near half the grain, and the uniform coherence stretched to agree there.
     */
    stretch(state, known) {
      const { size } = this, half = known.intensity / 2, shift = Math.max(1, Math.round(half));
      const { squares } = this.keep("powers");
      const along = [shift, shift * size].map((step) => {
        const share = coherenceAt(step, known, squares, this.expected(state, known).mean, size);
        const place = explorer.statistics.fullWidth(known.covariance, Math.max(share, 0.05)) / 2;
        return shift / place;
      });
      return (along[0] + along[1]) / 2;
    }

    /**
     * Compute a state.
     * @param {object} state of state.js
     * @param {boolean} quick leave out how the object changes the grain, which takes longest
     * @returns {object} window, intensity, relative (over its expected value in each pixel), and
     *   for each number what is measured, predicted, and the standard error of one picture
     */
    compute(state, quick = false) {
      const known = this.known(state);
      const start = performance.now();
      const intensity = this.intensity(state, known.window);
      this.took = performance.now() - start;
      const { mean } = this.expected(state, known);
      const relative = new Float64Array(intensity.length);
      const amplitude = new Float64Array(intensity.length);
      for (let k = 0; k < relative.length; k++) {
        relative[k] = intensity[k] / (known.mean * (mean ? mean[k] : 1));
        amplitude[k] = Math.sqrt(relative[k]);
      }
      const predicted = this.predict(state, known, quick);
      return {
        state,
        window: known.window,
        intensity,
        relative,
        amplitude,
        measured: measure(relative, amplitude, this.size, known.mean),
        predicted,
        errors: explorer.predictions.errors(known, state.patterns, predicted),
      };
    }

    /**
     * Form the picture of a state alone and leave measurements and law as they were: most of the
     * work of a frame is to count, and nobody reads numbers that change with every frame.
     * @param {object} last what `compute` returned before
     */
    glimpse(state, last) {
      const window = explorer.windows.make(state.window, state.d, this.size);
      const start = performance.now();
      const intensity = this.intensity(state, window);
      this.took = performance.now() - start;
      let mean = 0;
      for (let k = 0; k < intensity.length; k++) mean += window.weights[k] ** 2;
      mean /= intensity.length;
      const amplitude = Float64Array.from(intensity, (value) => Math.sqrt(value / mean));
      return { ...last, state, window, intensity, amplitude, predicted: { ...last.predicted, mean } };
    }

    /** What theory expects of a state: of the window, and of the object behind it. */
    predict(state, known, quick) {
      const { window, d, patterns, object } = state;
      const uniform = this.keep("predicted", `${window} ${d} ${patterns}`, () =>
        explorer.predictions.expect(known, patterns),
      );
      if (object === "uniform" || !uniform.law) return uniform;
      const { inverse } = this.expected(state, known);
      const fewer = (inverse - known.inverse) / (8 * (patterns + 1)); // of the mean amplitude
      const amplitude = uniform.law.amplitude * (1 + fewer);
      const stretch = quick ? 1 : this.stretch(state, known);
      return {
        ...uniform,
        contrast: Math.sqrt((1 - inverse) / patterns),
        snr: amplitude / Math.sqrt(1 - amplitude ** 2),
        intensityGrain: uniform.intensityGrain * stretch,
        amplitudeGrain: uniform.amplitudeGrain * stretch,
      };
    }
  }

  /** Mean over pixels of |sum h h* a^2|^2 of two points `step` apart, over both intensities. */
  function coherenceAt(step, known, squares, mean, size) {
    const count = size * size, { re: hr, im: hi } = known.response;
    const norm = 1 / (known.mean * count * count);
    const re = new Float64Array(count), im = new Float64Array(count);
    for (let k = 0; k < count; k++) {
      const other = neighbour(k, step, size);
      re[k] = (hr[k] * hr[other] + hi[k] * hi[other]) * norm;
      im[k] = (hi[k] * hr[other] - hr[k] * hi[other]) * norm;
    }
    const plan = explorer.fft.plan(size);
    plan.forward(re, im);
    for (let k = 0; k < count; k++) {
      const real = re[k] * squares.re[k] - im[k] * squares.im[k];
      im[k] = (re[k] * squares.im[k] + im[k] * squares.re[k]) / count;
      re[k] = real / count;
    }
    plan.inverse(re, im);
    let sum = 0;
    for (let k = 0; k < count; k++) {
      sum += (re[k] ** 2 + im[k] ** 2) / (mean[k] * mean[neighbour(k, step, size)]);
    }
    return sum / count;
  }

  /** Index of the point `step` further back along its axis (1: columns, N: rows), periodic. */
  function neighbour(index, step, size) {
    if (step >= size) return (index - step + size * size) % (size * size);
    const column = index % size;
    return index - column + ((column - step + size) % size);
  }

  function measure(relative, amplitude, size, passed) {
    const ofIntensity = explorer.statistics.moments(relative);
    const ofAmplitude = explorer.statistics.moments(amplitude);
    const [intensityGrain, amplitudeGrain] = explorer.statistics.grains(relative, amplitude, size);
    return {
      mean: ofIntensity.mean * passed,
      contrast: ofIntensity.deviation / ofIntensity.mean,
      snr: ofAmplitude.mean / ofAmplitude.deviation,
      intensityGrain,
      amplitudeGrain,
    };
  }

  explorer.Model = Model;
})((globalThis.SpeckleExplorer ??= {}));
