/* <speckle-explorer>: one model, one view, and when to compute.

   Attributes: `linked` ties the state to the page's address (one explorer a page); `state`, such as
   "d=48&window=circle", is the state to begin with. While something is being dragged a picture has
   to come with every frame of the screen: as many patterns are averaged as time allows, and the
   caption says so; the whole computation follows when the hand rests. */

(function (explorer) {
  "use strict";

  const FRAME = 12; // ms a frame that patterns may take while dragging
  const COUNT = 150; // ms between two readings of the numbers while dragging
  const REST = 160; // ms without a change until the full computation
  const SPEAK = 500; // ms more until the numbers are read out and the address is written

  class SpeckleExplorerElement extends HTMLElement {
    connectedCallback() {
      this.model ??= new explorer.Model();
      this.size = this.model.size;
      this.state ??= { ...explorer.state.defaults(), ...this.given() };
      this.innerHTML = explorer.view.markup(this.size);
      this.away = new AbortController();
      explorer.controls.connect(this, this.away.signal);
      if (this.hasAttribute("linked")) {
        const followed = () => this.follow();
        window.addEventListener("hashchange", followed, { signal: this.away.signal });
      }
      this.cost = 0; // ms a pattern took last
      explorer.controls.write(this);
      this.render(false);
      this.tell();
    }

    disconnectedCallback() {
      this.away.abort();
      [this.rest, this.speech].forEach(clearTimeout);
      cancelAnimationFrame(this.frame);
    }

    /** State that the address or the attribute gives. */
    given() {
      const hash = this.hasAttribute("linked") ? explorer.state.parse(location.hash, this.size) : null;
      const found = hash || explorer.state.parse(this.getAttribute("state") || "", this.size);
      return this.usable(found || {});
    }

    /** A link cannot carry a reader's picture. */
    usable(found) {
      const missing = found.object === "own" && !this.model.picture;
      return missing ? { ...found, object: "uniform" } : found;
    }

    /** Take the state of a link on this page, and show it. */
    follow() {
      const found = explorer.state.parse(location.hash, this.size);
      if (!found) return;
      this.change({ ...explorer.state.defaults(), ...this.usable(found) });
      const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
      this.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "start" });
    }

    /** Change part of the state; the picture follows with the next frame. */
    change(part, source = null) {
      Object.assign(this.state, part);
      explorer.controls.write(this, source);
      this.frame ??= requestAnimationFrame(() => {
        this.frame = null;
        this.render(true);
      });
      clearTimeout(this.rest);
      clearTimeout(this.speech);
      this.rest = setTimeout(() => this.settle(), REST);
    }

    settle() {
      this.render(false);
      this.speech = setTimeout(() => {
        this.tell();
        if (this.hasAttribute("linked")) history.replaceState(null, "", this.link());
      }, SPEAK);
    }

    /** Compute the state and show it; `moving` leaves out what takes too long for a frame. */
    render(moving) {
      const { patterns } = this.state;
      const affordable = Math.max(1, Math.floor(FRAME / (this.cost || 3)));
      const shown = { ...this.state, patterns: moving ? Math.min(patterns, affordable) : patterns };
      const start = performance.now();
      const counted = !moving || !this.result || start - this.counted > COUNT;
      const result = counted
        ? this.model.compute(shown, moving)
        : this.model.glimpse(shown, this.result);
      if (counted) this.counted = performance.now();
      this.cost = this.model.took / shown.patterns;
      this.draw(result, patterns, counted);
      this.time = performance.now() - start;
      this.result = result;
      this.dispatchEvent(new CustomEvent("speckle-drawn", { detail: { moving } }));
    }

    draw(result, patterns, counted) {
      const { size, model } = this, { state } = result;
      const canvas = (name) => this.querySelector(`[data-canvas=${name}]`);
      const polar = state.grid === "polar";
      const object = `${state.object} ${model.pictures} ${state.grid}`;
      if (this.drawnObject !== object) this.drawObject(canvas("object"), polar);
      this.drawnObject = object;
      const bright = bare(result);
      const picture = polar ? explorer.polar.toCartesian(bright, size) : bright;
      explorer.paint.amplitude(canvas("speckle"), picture, size, state.show);
      const noise = explorer.paint.texture;
      const spectrum = model.spectrum(state, 0);
      if (this.drawnSpectrum !== spectrum) this.noise = noise(spectrum);
      this.drawnSpectrum = spectrum;
      explorer.paint.window(canvas("window"), result.window.weights, this.noise, size);
      if (counted) {
        explorer.chart.draw(this.querySelector(".sx-chart"), result, state.show);
        this.verdicts = explorer.view.numbers(this, result);
      }
      explorer.view.captions(this, result, patterns);
      this.toggleAttribute("data-round", polar);
    }

    drawObject(canvas, polar) {
      const { size, model, state } = this;
      let amplitude = model.object(state.object);
      if (polar) amplitude = explorer.polar.toCartesian(model.source(state), size);
      explorer.paint.amplitude(canvas, amplitude, size);
    }

    /** Say the numbers in the status line, which assistive technology reads out. */
    tell() {
      this.say(explorer.view.summary(this.result, this.verdicts));
    }

    say(text) {
      this.querySelector(".sx-status").textContent = text;
    }

    /** Return the address of this page in this state. */
    link() {
      const state = { ...this.state };
      return location.href.replace(/#.*$/, "") + explorer.state.format(state);
    }

    /** Names of the objects that can be chosen now. */
    objects() {
      const names = [...explorer.objects.names];
      return this.model.picture ? [...names, "own"] : names;
    }

    /** Use an image as the object. */
    usePicture(image) {
      this.model.setPicture(image);
      const menu = this.querySelector("select[data-key=object]");
      if (!menu.querySelector("[value=own]")) menu.add(new Option("Your image", "own"));
      this.change({ object: "own" });
    }

    /** Return what the model computes for a state, whatever is shown; a state may be partial. */
    compute(state = {}) {
      return this.model.compute({ ...explorer.state.defaults(), ...state });
    }
  }

  /** Amplitude over the root of the power that the window passes: of mean square 1 where a is 1. */
  function bare({ state, amplitude, intensity, predicted }) {
    if (state.object === "uniform") return amplitude;
    return Float64Array.from(intensity, (value) => Math.sqrt(value / predicted.mean));
  }

  customElements.define("speckle-explorer", SpeckleExplorerElement);
})((globalThis.SpeckleExplorer ??= {}));
