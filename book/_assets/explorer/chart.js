/* The histogram of a picture with the predicted law over it, as SVG that takes the page's colours. */

(function (explorer) {
  "use strict";

  const BINS = 60, POINTS = 241;
  const WIDTH = 320, HEIGHT = 168, LEFT = 8, RIGHT = 312, TOP = 10, BOTTOM = 138;

  /** Range, ticks and change of variable of each quantity, from I over its expected value. */
  const QUANTITIES = {
    amplitude: {
      range: [0, 3],
      ticks: [0, 1, 2, 3],
      title: "amplitude / root of mean intensity",
      values: ({ amplitude }) => amplitude,
      density: (law) => (a) => 2 * a * law.density(a * a),
    },
    intensity: {
      range: [0, 5],
      ticks: [0, 1, 2, 3, 4, 5],
      title: "intensity / mean intensity",
      values: ({ relative }) => relative,
      density: (law) => law.density,
    },
    decibel: {
      range: [-25, 10],
      ticks: [-20, -10, 0, 10],
      title: "intensity over its mean in dB",
      values: ({ relative }) => relative.map((value) => 10 * Math.log10(value + 1e-12)),
      density: (law) => (level) => {
        const intensity = 10 ** (level / 10);
        return (intensity * Math.LN10 * law.density(intensity)) / 10;
      },
    },
  };

  /** Return the SVG, empty. */
  function markup() {
    return `<svg class="sx-chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">
      <path class="sx-bars"/><path class="sx-law"/>
      <path class="sx-axis" d="M${LEFT} ${BOTTOM}H${RIGHT}"/>
      <g class="sx-ticks"></g><text class="sx-axis-title" x="${(LEFT + RIGHT) / 2}"
      y="${HEIGHT - 4}"></text></svg>`;
  }

  /** Draw a result of Model.compute; returns the share of pixels outside the axis. */
  function draw(svg, result, show) {
    const quantity = QUANTITIES[show], [low, high] = quantity.range;
    const bars = explorer.statistics.histogram(quantity.values(result), low, high, BINS);
    const law = lawPoints(result.predicted.law, quantity);
    const highest = Math.max(...law, law.length ? 0 : Math.max(...bars)) * 1.16;
    const x = (value) => LEFT + ((RIGHT - LEFT) * (value - low)) / (high - low);
    const y = (value) => BOTTOM - (BOTTOM - TOP) * Math.min(value / highest, 1);
    svg.querySelector(".sx-bars").setAttribute("d", barPath(bars, y));
    svg.querySelector(".sx-law").setAttribute("d", linePath(law, y));
    if (svg.dataset.show !== show) axis(svg, quantity, x);
    svg.dataset.show = show;
    svg.setAttribute("aria-label", `Histogram of the ${quantity.title}, the predicted law over it`);
  }

  function lawPoints(law, { range: [low, high], density }) {
    if (!law) return [];
    const value = density(law);
    const place = (index) => low + ((high - low) * index) / (POINTS - 1);
    return Array.from({ length: POINTS }, (_, index) => value(place(index)));
  }

  function barPath(bars, y) {
    const width = (RIGHT - LEFT) / BINS;
    let path = "";
    bars.forEach((value, bin) => {
      const left = (LEFT + bin * width + 0.4).toFixed(1);
      if (value > 0) path += `M${left} ${BOTTOM}V${y(value).toFixed(1)}h${(width - 0.8).toFixed(1)}V${BOTTOM}z`;
    });
    return path;
  }

  function linePath(values, y) {
    const step = (RIGHT - LEFT) / (POINTS - 1);
    const point = (value, index) => `${(LEFT + index * step).toFixed(1)} ${y(value).toFixed(1)}`;
    return values.length ? `M${values.map(point).join("L")}` : "";
  }

  function axis(svg, { ticks, title }, x) {
    svg.querySelector(".sx-ticks").innerHTML = ticks
      .map((tick) => {
        const text = String(tick).replace("-", "\u2212");
        return `<path class="sx-axis" d="M${x(tick)} ${BOTTOM}v4"/>
          <text x="${x(tick)}" y="${BOTTOM + 15}">${text}</text>`;
      })
      .join("");
    svg.querySelector(".sx-axis-title").textContent = title;
  }

  explorer.chart = { markup, draw };
})((globalThis.SpeckleExplorer ??= {}));
