"""The board in a real browser: verdicts that can be read, reasons folded, cards on a telephone."""

import pytest

from specklegan.scoreboard import cards
from tests.pages import visit

LEAST = 4.5  # contrast of text, WCAG 2 level AA
CONTRASTS = """() => {
  const linear = (c) => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const luminance = (colour) => {
    const [r, g, b] = colour.match(/[0-9.]+/g).slice(0, 3).map((c) => linear(c / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (e) => {  // the first background that is not transparent
    const colour = getComputedStyle(e).backgroundColor;
    return /, 0\\)$/.test(colour) && e.parentElement ? behind(e.parentElement) : colour;
  };
  const texts = document.querySelectorAll(".board td, .board th, .board summary, .board .claim");
  return [...texts].map((e) => {
    const [a, b] = [getComputedStyle(e).color, behind(e)].map(luminance);
    return [e.className || e.tagName, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)];
  });
}"""
CARDS = """() => [...document.querySelectorAll(".board tr:not(.question)")]
  .filter((row) => row.querySelector("td"))
  .map((row) => {
    const box = (name) => row.querySelector(name).getBoundingClientRect();
    return {
      tops: [".claim", "[data-label='Paper']", "[data-label='Recorded run']",
             "[data-label='This run']", "summary"].map((name) => box(name).top),
      beside: box(".verdict").top - box("[data-label='This run']").top,
      right: Math.max(...[...row.children].map((e) => e.getBoundingClientRect().right)),
    };
  })"""


def opened(browser, path, width, scheme="light"):
    context = browser.new_context(
        color_scheme=scheme, offline=True, viewport={"width": width, "height": 900}
    )
    tab = context.new_page()
    visit(tab, path)
    return tab


@pytest.fixture
def page(smoke_book):
    return smoke_book / "notebooks/10_scoreboard.html"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_of_the_board_stands_out(page, browser, scheme):
    tab = opened(browser, page, 1280, scheme)
    contrasts = tab.evaluate(CONTRASTS)
    assert {f"verdict {name}" for name in ("holds", "weaker", "fails", "untested")} <= {
        name for name, _ in contrasts
    }
    assert not [(name, value) for name, value in contrasts if value < LEAST]
    tab.context.close()


def test_a_claim_is_a_card_on_a_telephone(page, browser):
    """Claim, paper, recorded run, this run with the verdict, why: below each other, in the page."""
    tab = opened(browser, page, 390)
    found = tab.evaluate(CARDS)
    assert len(found) == tab.locator(".board .claim").count() > 10
    for card in found:
        assert card["tops"] == sorted(set(card["tops"]))
        assert abs(card["beside"]) < 3
        assert card["right"] <= 390
    tab.context.close()


def test_the_board_comes_first_and_its_reasons_open(page, browser):
    tab = opened(browser, page, 1280)
    order = (
        "[...document.querySelectorAll('#tab-scoreboard, section > h2')].map((e) => e.id || 'h2')"
    )
    assert tab.evaluate(order)[0] == "tab-scoreboard"
    assert cards.REST in tab.locator(".board .question").last.inner_text()
    reason = tab.locator(".board details p").first
    assert not reason.is_visible()
    tab.locator(".board summary").first.click()
    assert reason.is_visible()
    tab.context.close()
