/* From (x, y) to (radius, angle) and back, as specklegan.polar: bilinear, periodic in the angle.

   Row i of a polar grid lies at radius (i + 1/2) / N of half the image's width, column j at the
   angle 2 pi j / N. Both directions are tables of four neighbours and two fractions a sample. */

(function (explorer) {
  "use strict";

  const clamp = (value, high) => Math.min(Math.max(value, 0), high);

  function table(size) {
    const count = size * size;
    const neighbours = Array.from({ length: 4 }, () => new Uint32Array(count));
    return { neighbours, down: new Float64Array(count), right: new Float64Array(count) };
  }

  function fill(map, index, size, row, column, periodic) {
    const top = Math.floor(row), left = Math.floor(column);
    const bottom = clamp(top + 1, size - 1);
    const wrap = (value) => (periodic ? (value + size) % size : clamp(value, size - 1));
    map.neighbours[0][index] = top * size + wrap(left);
    map.neighbours[1][index] = top * size + wrap(left + 1);
    map.neighbours[2][index] = bottom * size + wrap(left);
    map.neighbours[3][index] = bottom * size + wrap(left + 1);
    map.down[index] = row - top;
    map.right[index] = column - left;
  }

  /** Where the polar samples lie in a Cartesian image. */
  function toPolarTable(size) {
    const map = table(size);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        const radius = (i + 0.5) / size, angle = (2 * Math.PI * j) / size;
        const x = ((radius * Math.cos(angle) + 1) * size - 1) / 2;
        const y = ((radius * Math.sin(angle) + 1) * size - 1) / 2;
        fill(map, i * size + j, size, clamp(y, size - 1), clamp(x, size - 1), false);
      }
    }
    return map;
  }

  /** Where the Cartesian pixels lie in a polar image, and which of them are inside the disc. */
  function toCartesianTable(size) {
    const map = table(size);
    map.outside = [];
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        const y = ((i + 0.5) * 2) / size - 1, x = ((j + 0.5) * 2) / size - 1;
        const radius = Math.hypot(x, y);
        const turns = Math.atan2(y, x) / (2 * Math.PI);
        const row = clamp(radius * size - 0.5, size - 1);
        fill(map, i * size + j, size, row, (turns - Math.floor(turns)) * size, true);
        if (radius > 1) map.outside.push(i * size + j);
      }
    }
    return map;
  }

  function sample(image, map) {
    const [a, b, c, d] = map.neighbours;
    const result = new Float64Array(image.length);
    for (let k = 0; k < result.length; k++) {
      const right = map.right[k], down = map.down[k];
      const top = image[a[k]] + right * (image[b[k]] - image[a[k]]);
      const bottom = image[c[k]] + right * (image[d[k]] - image[c[k]]);
      result[k] = top + down * (bottom - top);
    }
    return result;
  }

  const tables = new Map();

  function tableOf(make, size) {
    const key = `${make.name} ${size}`;
    if (!tables.has(key)) tables.set(key, make(size));
    return tables.get(key);
  }

  /** Resample an image of N x N onto the polar grid of its inscribed disc. */
  const toPolar = (image, size) => sample(image, tableOf(toPolarTable, size));

  /** Scan-convert a polar image of N x N; 0 outside the disc. */
  function toCartesian(image, size) {
    const map = tableOf(toCartesianTable, size);
    const result = sample(image, map);
    for (const index of map.outside) result[index] = 0;
    return result;
  }

  explorer.polar = { toPolar, toCartesian };
})((globalThis.SpeckleExplorer ??= {}));
