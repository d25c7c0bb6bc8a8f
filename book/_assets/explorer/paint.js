/* Pictures as pixels: the object, the spectrum with its window, the speckle. Grey, but for the
   window, whose colour says what passes. Pictures stay dark in a light page, as on a scanner. */

(function (explorer) {
  "use strict";

  /** How an amplitude over its mean square root becomes a grey value in [0, 1]. */
  const GREY = {
    amplitude: (a) => a / 2.6,
    intensity: (a) => (a * a) / 5,
    decibel: (a) => (20 * Math.log10(a + 1e-9) + 32) / 42, // 42 dB, up to 10 dB above the mean
  };
  const BLOCKED = [26, 30, 38], SHADE = [42, 48, 60]; // colour of a blocked frequency, and its noise
  const PASSED = [196, 120, 24], GLOW = [59, 110, 120];

  function put(canvas, size, colour) {
    if (canvas.width !== size) canvas.width = canvas.height = size;
    const context = canvas.getContext("2d");
    const image = context.createImageData(size, size);
    colour(image.data); // clamps to 0..255 by itself
    context.putImageData(image, 0, 0);
  }

  /** Paint an amplitude of mean square 1, or an object's, in [0, 1]. */
  function amplitude(canvas, values, size, show) {
    const grey = GREY[show] || ((a) => a);
    put(canvas, size, (data) => {
      for (let k = 0; k < values.length; k++) {
        const level = 255 * grey(values[k]);
        data[4 * k] = data[4 * k + 1] = data[4 * k + 2] = level;
        data[4 * k + 3] = 255;
      }
    });
  }

  /** Return the logarithmic power of a spectrum in [0, 1], in FFT bin order, for `window`. */
  function texture({ re, im }) {
    let mean = 0;
    for (let k = 0; k < re.length; k++) mean += (re[k] ** 2 + im[k] ** 2) / re.length;
    return Float32Array.from(re, (value, k) => {
      const level = Math.log10((value ** 2 + im[k] ** 2) / mean + 1e-12);
      return Math.min(Math.max(level / 3 + 0.8, 0), 1);
    });
  }

  /** Paint a window over the spectrum it cuts, zero frequency in the middle. */
  function window_(canvas, weights, noise, size) {
    const half = size / 2;
    put(canvas, size, (data) => {
      for (let row = 0; row < size; row++) {
        const from = ((row + half) % size) * size;
        for (let column = 0; column < size; column++) {
          const k = from + ((column + half) % size), at = 4 * (row * size + column);
          const weight = weights[k];
          for (let part = 0; part < 3; part++) {
            const blocked = BLOCKED[part] + SHADE[part] * noise[k];
            const passed = PASSED[part] + GLOW[part] * noise[k];
            data[at + part] = blocked + weight * (passed - blocked);
          }
          data[at + 3] = 255;
        }
      }
    });
  }

  explorer.paint = { amplitude, texture, window: window_ };
})((globalThis.SpeckleExplorer ??= {}));
