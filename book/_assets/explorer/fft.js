/* The Fourier transform of square grids whose side is a power of two: in place, float64.

   Eight neighbouring rows (or columns) at a time are gathered into a small buffer that stays in the
   processor's nearest cache, transformed together, and scattered back; the bit reversal costs
   nothing more then. Two radix-2 stages are done in one sweep, with three complex products for four
   points. Columns known to hold zeros are left out: most of them behind a small spectral window.
   No scaling in either direction; nothing here knows speckle. */

(function (explorer) {
  "use strict";

  const LINES = 8; // transforms in the buffer together

  class Plan {
    /** @param {number} size side N of the grids, a power of two, at least 8 */
    constructor(size) {
      const bits = Math.round(Math.log2(size));
      if (size < LINES || 2 ** bits !== size) {
        throw new RangeError(`size must be a power of two of at least ${LINES}, found ${size}`);
      }
      this.size = size;
      this.bits = bits;
      this.cos = Float64Array.from({ length: size }, (_, k) => Math.cos((2 * Math.PI * k) / size));
      this.sin = Float64Array.from({ length: size }, (_, k) => Math.sin((2 * Math.PI * k) / size));
      this.reversed = Uint32Array.from({ length: size }, (_, k) => reverse(k, bits));
      this.re = new Float64Array(size * LINES);
      this.im = new Float64Array(size * LINES);
    }

    /** Sum x[y, x] exp(-2 pi i (k y + l x) / N) over a grid of N x N, row after row. */
    forward(re, im) {
      this.columns(re, im, 0, this.size);
      this.rows(re, im);
    }

    /** The same with exp(+...). Only columns [0, high) and [low, N) hold anything else than 0. */
    inverse(re, im, high = this.size, low = this.size) {
      this.columns(im, re, 0, high); // swapping both parts conjugates before and after
      if (low < this.size) this.columns(im, re, low, this.size);
      this.rows(im, re);
    }

    /** Transform along the columns first..last - 1. */
    columns(re, im, first, last) {
      for (let column = first; column < last; column += LINES) {
        this.lines(re, im, column, this.size, 1, Math.min(LINES, last - column));
      }
    }

    /** Transform along every row. */
    rows(re, im) {
      for (let row = 0; row < this.size; row += LINES) {
        this.lines(re, im, row * this.size, 1, this.size, LINES);
      }
    }

    /** Transform `count` lines: points lie `along` apart, neighbouring lines `across` apart. */
    lines(re, im, start, along, across, count) {
      const { size, reversed, re: bufferRe, im: bufferIm } = this;
      for (let k = 0; k < size; k++) {
        const from = start + reversed[k] * along, to = k * LINES;
        for (let line = 0; line < count; line++) {
          bufferRe[to + line] = re[from + line * across];
          bufferIm[to + line] = im[from + line * across];
        }
      }
      this.stages();
      for (let k = 0; k < size; k++) {
        const to = start + k * along, from = k * LINES;
        for (let line = 0; line < count; line++) {
          re[to + line * across] = bufferRe[from + line];
          im[to + line * across] = bufferIm[from + line];
        }
      }
    }

    /** All stages on the buffer, whose points are in bit-reversed order. */
    stages() {
      let quarter = 1;
      if (this.bits % 2) {
        this.pairs();
        quarter = 2;
      }
      for (; quarter < this.size; quarter *= 4) this.sweep(quarter);
    }

    /** The first stage alone, where the number of stages is odd. */
    pairs() {
      const { re, im } = this;
      for (let block = 0; block < re.length; block += 2 * LINES) {
        for (let a = block; a < block + LINES; a++) {
          const b = a + LINES;
          const br = re[b], bi = im[b];
          re[b] = re[a] - br;
          im[b] = im[a] - bi;
          re[a] += br;
          im[a] += bi;
        }
      }
    }

    /** Two stages in one: blocks of 4 * quarter points from four finished quarters. */
    sweep(quarter) {
      const { size, cos, sin, re, im } = this;
      const stride = size / (4 * quarter);
      const leap = quarter * LINES;
      for (let j = 0; j < quarter; j++) {
        const c1 = cos[j * stride], s1 = -sin[j * stride];
        const c2 = cos[2 * j * stride], s2 = -sin[2 * j * stride];
        const c3 = c1 * c2 - s1 * s2, s3 = c1 * s2 + s1 * c2;
        for (let block = j * LINES; block < re.length; block += 4 * leap) {
          for (let a = block; a < block + LINES; a++) {
            const b = a + leap, c = b + leap, d = c + leap;
            const br = re[b] * c2 - im[b] * s2, bi = re[b] * s2 + im[b] * c2;
            const cr = re[c] * c1 - im[c] * s1, ci = re[c] * s1 + im[c] * c1;
            const dr = re[d] * c3 - im[d] * s3, di = re[d] * s3 + im[d] * c3;
            const er = re[a] + br, ei = im[a] + bi, fr = re[a] - br, fi = im[a] - bi;
            const gr = cr + dr, gi = ci + di, hr = ci - di, hi = dr - cr;
            re[a] = er + gr;
            im[a] = ei + gi;
            re[b] = fr + hr;
            im[b] = fi + hi;
            re[c] = er - gr;
            im[c] = ei - gi;
            re[d] = fr - hr;
            im[d] = fi - hi;
          }
        }
      }
    }
  }

  function reverse(number, bits) {
    let result = 0;
    for (let bit = 0; bit < bits; bit++) result = (result << 1) | ((number >> bit) & 1);
    return result;
  }

  const plans = new Map();

  /** Return the plan of a size; its tables are made once. */
  function plan(size) {
    if (!plans.has(size)) plans.set(size, new Plan(size));
    return plans.get(size);
  }

  explorer.fft = { plan };
})((globalThis.SpeckleExplorer ??= {}));
