"""What tests of built pages share: opening one in a real browser, and looking at it."""

PATIENCE = 120_000  # ms; a busy machine needs seconds for a page
MEASURE = """() => {
  const root = document.documentElement;
  const luminance = (colour) => {
    const [r, g, b] = colour.match(/[0-9.]+/g).map(Number);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  return {
    overflow: root.scrollWidth - root.clientWidth,
    page: luminance(getComputedStyle(document.body).backgroundColor),
    text: luminance(getComputedStyle(document.querySelector("article p")).color),
    formulas: document.querySelectorAll("mjx-container").length,
    failed: document.querySelectorAll("mjx-merror, [data-mjx-error]").length,
    broken: [...document.images].filter((i) => !i.complete || !i.naturalWidth).map((i) => i.src),
    search: [...document.querySelectorAll(".search-button, .search-button-field")]
      .filter((e) => e.offsetParent).length,
  };
}"""


def listen(tab):
    """Return a list that fills with whatever goes wrong in a tab, and with requests to hosts."""
    seen = []
    tab.on("console", lambda note: note.type == "error" and seen.append(note.text))
    tab.on("pageerror", lambda error: seen.append(str(error)))
    tab.on("requestfailed", lambda request: seen.append(f"failed: {request.url}"))
    tab.on("request", lambda r: r.url.startswith(("http", "ws", "//")) and seen.append(r.url))
    return seen


def visit(tab, path):
    """Open a page from disk and wait until its formulas are set."""
    tab.goto(path.as_uri(), timeout=PATIENCE)
    tab.evaluate("window.MathJax?.startup?.promise")


def check_look(tab, page, scheme):
    """Check one view of an open page."""
    found = tab.evaluate(MEASURE)
    width = tab.viewport_size["width"]
    assert found["overflow"] <= 0, f"{page} is {found['overflow']} px too wide at {width} px"
    assert (found["page"] < found["text"]) == (scheme == "dark"), f"{page}: not {scheme}"
    assert not found["failed"], f"{page}: a formula was not understood"
    assert not found["broken"], f"{page}: {found['broken']}"
    assert found["search"] == 1, f"{page}: {found['search']} search bars at {width} px"
    return found
