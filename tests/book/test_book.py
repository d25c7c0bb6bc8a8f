"""The book in a real browser, opened from disk: wide and narrow, light and dark."""

import re

import pytest

from tests.pages import PATIENCE, check_look, listen, visit
from workflow import reference
from workflow.presets import ROOT

WIDTHS, SCHEMES = (1280, 390), ("light", "dark")
PAGES = ["index.html", "explorer.html", "formulas.html", "notation.html", "reproduce.html"]
PAGES += ["performance.html", "open_choices.html", "references.html"]
PAGES += ["reference/index.html", *(f"reference/{name}.html" for name in reference.packages())]
PAGES += [f"notebooks/{path.stem}.html" for path in sorted((ROOT / "notebooks").glob("*.ipynb"))]
LABELS = [
    "eq-diffraction",
    "eq-speckle",
    "eq-convolution",
    "eq-sinc",
    "eq-spade",
    "eq-fid",
    "eq-loss-d",
    "eq-loss-g",
    "fig-geometry",
    "fig-transformation",
    "fig-architecture",
    "fig-image-mask",
    "fig-distance",
    "fig-samples",
    "tab-gan-metrics",
    "tab-segmentation",
    "tab-scoreboard",
]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("page", PAGES)
def test_page_opens_clean_wide_and_narrow(smoke_book, browser, page, scheme):
    context = browser.new_context(color_scheme=scheme, offline=True)
    tab = context.new_page()
    seen = listen(tab)
    visit(tab, smoke_book / page)
    for width in WIDTHS:
        tab.set_viewport_size({"width": width, "height": 900})
        found = check_look(tab, page, scheme)
    assert not seen, f"{page}: {seen}"
    if page in ("notation.html", "notebooks/02_speckle.html"):
        assert found["formulas"] > 5
    context.close()


@pytest.mark.parametrize("page", [page for page in PAGES if page.startswith("notebooks/")])
def test_no_code_scrolls_sideways_on_a_laptop(smoke_book, browser, page):
    """79 characters fit at 1280 px, in a folded cell too, which is a little narrower."""
    tab = browser.new_page(viewport={"width": 1280, "height": 900})
    visit(tab, smoke_book / page)
    tab.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    boxes = tab.locator("div.cell_input pre")
    assert boxes.count() > 10
    wide = boxes.evaluate_all(
        "all => all.filter(e => e.scrollWidth > e.clientWidth).map(e => e.innerText)"
    )
    assert not wide
    tab.close()


def test_search_finds_a_word_from_disk(smoke_book, browser):
    tab = browser.new_page()
    tab.goto((smoke_book / "search.html").as_uri() + "?q=diffraction", timeout=PATIENCE)
    tab.wait_for_selector("#search-results li", timeout=PATIENCE)
    assert "01_diffraction" in tab.inner_html("#search-results")
    tab.close()


def test_no_page_asks_another_host(smoke_book):
    """Links may lead out; scripts, styles, pictures and frames may not."""
    loads = re.compile(
        r"<(?:script|link|img|iframe|source)\b[^>]*(?:src|href)=\"(?:https?:)?//[^\"]*"
    )
    found = {path.name: loads.findall(path.read_text()) for path in smoke_book.rglob("*.html")}
    assert not {name: hits for name, hits in found.items() if hits}


def test_every_counterpart_of_the_paper_is_cited_on_the_first_page(smoke_book):
    page = (smoke_book / "index.html").read_text(encoding="utf-8")
    for label in LABELS:
        kind = "equation-" if label.startswith("eq-") else ""
        assert re.search(rf'href="notebooks/\d\d_\w+\.html#{kind}{label}"', page), label


def test_references_show_numbers(smoke_book):
    page = (smoke_book / "index.html").read_text(encoding="utf-8")
    text = re.sub(r"<[^>]+>", "", page)
    for expected in ("Eq. 1.", "Figure 1.", "Figure 7.", "Table 7.", "Table 9.", "Table 10."):
        assert re.search(re.escape(expected) + r"\d", text), expected


def test_first_page_says_what_the_run_is_worth(smoke_book):
    text = re.sub(r"<[^>]+>|\s+", " ", (smoke_book / "index.html").read_text(encoding="utf-8"))
    assert "It is not evidence" in text
    assert 'src="_images/hero.png"' in (smoke_book / "index.html").read_text(encoding="utf-8")


def test_pages_show_parameters_and_hide_the_machinery(smoke_book):
    for path in sorted((smoke_book / "notebooks").glob("0[2-9]_*.html")):
        text = re.sub(r"<[^>]+>", "", path.read_text(encoding="utf-8"))
        assert "injected-parameters" not in text, path.name
        assert "Traceback (most recent call last)" not in text, path.name
    page = (smoke_book / "notebooks" / "06_train_gan.html").read_text(encoding="utf-8")
    assert "This run used:" in re.sub(r"<[^>]+>", "", page)
