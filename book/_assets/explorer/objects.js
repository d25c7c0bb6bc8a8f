/* What is looked at: the amplitude of the source in each pixel, in [FLOOR, 1], N x N.

   No object is quite dark. Behind a window with side lobes a dark place shows the lobes of bright
   places far away, and the laws of a local texture would not be seen there. */

(function (explorer) {
  "use strict";

  const FLOOR = 0.1;
  const DIM = 0.35; // the darker side of the edge and of the disc

  const smooth = (x) => 1 / (1 + Math.exp(-x)); // borders as wide as a pixel or two
  const bump = (x) => Math.exp(-x * x);

  /** Amplitude at x (right), y (down) in units of half the image's width. */
  const SHAPES = {
    uniform: () => 1,
    edge: (x) => (x < 0 ? DIM : 1),
    disc: (x, y) => (Math.hypot(x, y) < 0.45 ? 1 : DIM),
    vessel: (x, y) => vessel(Math.hypot(x, y), Math.atan2(y, x)),
  };

  /**
   * An intravascular cross-section after the look of a 20 MHz frame, invented: catheter, blood,
   * intima, the dark media, adventitia, and one calcified arc that shadows what lies behind it.
   */
  function vessel(radius, angle) {
    const lumen = 0.4 + 0.07 * Math.cos(angle - 0.7) + 0.02 * Math.cos(2 * angle + 1);
    const wall = 0.1 + 0.07 * bump((wrap(angle - 2.4)) / 0.9); // plaque on one side
    const media = lumen + wall;
    const calcium = bump(wrap(angle - 2.2) / 0.32) ** 2;
    const into = (border, width) => smooth((radius - border) / width);
    let amplitude = 0.12 + 0.06 * bump((radius - 0.2) / 0.1);
    amplitude += into(lumen, 0.006) * (0.42 + 0.28 * bump((radius - lumen) / 0.035));
    amplitude -= into(media, 0.006) * (1 - into(media + 0.045, 0.01)) * 0.42;
    amplitude += into(media + 0.045, 0.01) * 0.36 * Math.exp(-2.2 * (radius - media));
    amplitude += 0.5 * calcium * bump((radius - lumen - 0.045) / 0.022);
    amplitude *= 1 - 0.85 * calcium * into(lumen + 0.09, 0.012);
    if (radius < 0.11) amplitude = FLOOR;
    else if (radius < 0.135) amplitude = 0.8; // the catheter's own echo
    return amplitude;
  }

  const wrap = (angle) => angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));

  /** Return the amplitude of a named object. */
  function make(name, size) {
    if (!(name in SHAPES)) throw new RangeError(`no object is called '${name}'`);
    const amplitude = new Float64Array(size * size);
    for (let row = 0; row < size; row++) {
      const y = ((row + 0.5) * 2) / size - 1;
      for (let column = 0; column < size; column++) {
        const x = ((column + 0.5) * 2) / size - 1;
        amplitude[row * size + column] = Math.min(Math.max(SHAPES[name](x, y), FLOOR), 1);
      }
    }
    return amplitude;
  }

  /** Return the amplitude of a reader's picture: its middle square, grey, FLOOR for black. */
  function fromPicture(picture, size) {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = size;
    const context = canvas.getContext("2d", { willReadFrequently: true });
    const side = Math.min(picture.width, picture.height);
    const left = (picture.width - side) / 2, top = (picture.height - side) / 2;
    context.imageSmoothingQuality = "high";
    context.drawImage(picture, left, top, side, side, 0, 0, size, size);
    const { data } = context.getImageData(0, 0, size, size);
    const grey = (k) => (0.2126 * data[k] + 0.7152 * data[k + 1] + 0.0722 * data[k + 2]) / 255;
    return Float64Array.from({ length: size * size }, (_, k) => FLOOR + (1 - FLOOR) * grey(4 * k));
  }

  explorer.objects = { make, fromPicture, names: Object.keys(SHAPES) };
})((globalThis.SpeckleExplorer ??= {}));
