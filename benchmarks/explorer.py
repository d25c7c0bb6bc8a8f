"""Frames a second of the explorer in Chromium while the window's edge is dragged, at 256 x 256.

A frame counts when the page has drawn a new picture for a new edge, between two frames of the
screen; `computing` is the median time that one took, from the state to the last pixel.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from workflow.presets import ROOT

CASES = {
    "uniform, square": "d=28",
    "uniform, circle": "window=circle",
    "16 patterns (preview)": "patterns=16",
    "vessel, polar, dB": "object=vessel&grid=polar&show=decibel",
}
PAGE = """<!doctype html><meta charset="utf-8"><title>explorer</title>
<script src="{folder}/explorer.js"></script><speckle-explorer></speckle-explorer>"""
DRAG = """async ([state, seconds]) => {
  const element = document.querySelector("speckle-explorer");
  const canvas = element.querySelector("[data-canvas=window]");
  canvas.setPointerCapture = () => {};
  canvas.hasPointerCapture = () => true;
  const { defaults, parse } = SpeckleExplorer.state;
  element.change({ ...defaults(), ...parse(state, 256) });
  await new Promise((done) => setTimeout(done, 1500));
  const times = [], box = canvas.getBoundingClientRect();
  const drawn = ({ detail }) => detail.moving && times.push(element.time);
  element.addEventListener("speckle-drawn", drawn);
  const start = performance.now();
  let frame = 0;
  while (performance.now() - start < 1000 * seconds) {
    const clientX = box.left + box.width * (0.55 + 0.0015 * (++frame % 120));
    const clientY = box.top + box.height / 2;
    canvas.dispatchEvent(new PointerEvent("pointermove", { clientX, clientY }));
    await new Promise(requestAnimationFrame);
  }
  const elapsed = performance.now() - start;
  element.removeEventListener("speckle-drawn", drawn);
  times.sort((a, b) => a - b);
  return [1000 * times.length / elapsed, times[times.length >> 1]];
}"""


def main(seconds=4):
    """Print a Markdown table of the cases."""
    from playwright.sync_api import sync_playwright

    names = ("chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), None)
    if path is None:
        sys.exit("error: no Chromium on PATH; expected one of " + ", ".join(names))
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page = Path(folder) / "explorer.html"
        page.write_text(PAGE.format(folder=(ROOT / "book/_assets/explorer").as_uri()))
        browser = playwright.chromium.launch(executable_path=path)
        tab = browser.new_page()
        tab.goto(page.as_uri())
        tab.wait_for_selector(".sx-status:not(:empty)", timeout=120_000)
        print("| state | frames a second | computing, ms a frame |\n|---|---|---|")
        for name, state in CASES.items():
            rate, median = tab.evaluate(DRAG, [state, seconds])
            print(f"| {name} | {rate:.0f} | {median:.1f} |")
        browser.close()


if __name__ == "__main__":
    main()
