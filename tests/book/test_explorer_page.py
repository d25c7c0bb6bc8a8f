"""The explorer on its page of the built book: keyboard, touch, link, dark, screen, own image."""

import pytest

from tests.pages import PATIENCE, check_look, listen

READY = ".sx-status:not(:empty)"
ELEMENT = "document.querySelector('speckle-explorer')"
UNNAMED = """() => [...document.querySelectorAll(
    "speckle-explorer :is(input, select, button, canvas, svg, summary)")]
  .filter((e) => !(e.getAttribute("aria-label") || e.closest("label")?.textContent.trim()
    || e.textContent.trim())).map((e) => e.outerHTML)"""


@pytest.fixture
def visit(browser, smoke_book):
    """Return a function that opens the page, from disk and offline; nothing may go wrong in it."""
    contexts, heard = [], []

    def open_page(fragment="", **options):
        context = browser.new_context(offline=True, **options)
        contexts.append(context)
        tab = context.new_page()
        tab.set_default_timeout(PATIENCE)
        heard.append(listen(tab))
        tab.goto((smoke_book / "explorer.html").as_uri() + fragment)
        tab.wait_for_selector(READY)
        return tab

    yield open_page
    for context in contexts:
        context.close()
    assert not any(heard), heard


def state(tab):
    return tab.evaluate(f"({{ ...{ELEMENT}.state }})")


def becomes(tab, condition):
    """Wait until a condition on the state `s` holds: a tap becomes a click a moment later."""
    tab.wait_for_function(f"(() => {{ const s = {ELEMENT}.state; return {condition}; }})()")


def settled(tab, d):
    """Wait until the numbers of a state have been said."""
    tab.wait_for_function(
        f"document.querySelector('.sx-status').textContent.startsWith('d = {d}:')"
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_fits_wide_and_narrow(visit, scheme):
    tab = visit(color_scheme=scheme)
    for width in (1280, 390):
        tab.set_viewport_size({"width": width, "height": 900})
        check_look(tab, "explorer.html", scheme)
    assert tab.evaluate(UNNAMED) == []


def test_colours_follow_the_theme_live(visit):
    tab = visit(color_scheme="light")
    colour = "getComputedStyle(document.querySelector('.sx-law')).stroke"
    surface = "getComputedStyle(document.querySelector('.sx-chart')).backgroundColor"
    light = tab.evaluate(f"[{colour}, {surface}]")
    tab.evaluate("document.documentElement.dataset.theme = 'dark'")
    dark = tab.evaluate(f"[{colour}, {surface}]")
    assert all(one != other for one, other in zip(light, dark, strict=True))


def test_everything_is_done_by_keyboard(visit):
    tab = visit()
    slider = tab.locator("speckle-explorer input[type=range]")
    slider.focus()
    assert slider.evaluate("(e) => getComputedStyle(e).outlineStyle") == "solid"
    tab.keyboard.press("ArrowRight")
    assert state(tab)["d"] == 29
    for key in "]nwoaph":
        tab.keyboard.press(key)
    assert state(tab) == {
        "d": 30,
        "window": "circle",
        "object": "edge",
        "patterns": 2,
        "grid": "polar",
        "show": "intensity",
        "seed": 2,
    }
    settled(tab, 30)
    number = tab.locator("speckle-explorer input[type=number]")
    number.fill("17.25")
    assert state(tab)["d"] == 17.25
    tab.keyboard.type("e")  # typing in a field is no shortcut
    number.fill("9999")
    number.blur()
    assert (state(tab)["d"], number.input_value()) == (256, "256")
    tab.locator("[data-action=renew]").focus()
    tab.keyboard.press("Enter")
    assert state(tab)["seed"] == 3
    tab.locator("speckle-explorer input[value=gaussian]").focus()
    tab.keyboard.press("Space")
    assert state(tab)["window"] == "gaussian"


def test_every_control_is_on_the_way_of_the_tab_key(visit):
    tab = visit()
    tab.locator("speckle-explorer input[type=range]").focus()
    passed = []
    for _ in range(14):
        passed.append(
            tab.evaluate("(document.activeElement.dataset.key || document.activeElement.innerText)")
        )
        tab.keyboard.press("Tab")
    for expected in ("d", "window", "grid", "show", "object", "patterns"):
        assert expected in passed
    assert [word for word in passed if "New realisation" in word]


@pytest.fixture
def telephone(visit):
    """Open the page as on a telephone; return it, the window's canvas and a finger."""
    tab = visit(
        viewport={"width": 390, "height": 844},
        has_touch=True,
        is_mobile=True,
        device_scale_factor=2,
    )
    session = tab.context.new_cdp_session(tab)

    def finger(kind, *points):
        points = [{"x": x, "y": y} for x, y in points]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    canvas = tab.locator("[data-canvas=window]")
    canvas.scroll_into_view_if_needed()
    return tab, canvas.bounding_box(), finger


def test_a_drag_on_the_window_sets_its_edge_by_touch(telephone):
    tab, box, finger = telephone
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    tab.touchscreen.tap(x + box["width"] / 8, y)
    becomes(tab, "Math.abs(s.d - 64) <= 2")
    before = state(tab)["d"]
    finger("touchStart", (x + 10, y))
    for step in range(1, 5):
        finger("touchMove", (x + 10 + step * box["width"] / 16, y))
    finger("touchEnd")
    becomes(tab, f"s.d > {before + 2}")
    tab.locator("speckle-explorer label", has_text="Circle").tap()  # at once
    becomes(tab, "s.window === 'circle'")
    tab.locator("speckle-explorer label", has_text="Square").tap()
    becomes(tab, "s.window === 'square'")
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize(("direction", "kept"), [((1, 0), True), ((0, -1), False)])
def test_a_drag_along_the_window_does_not_end_as_a_fling(telephone, direction, kept):
    """A fling would swallow the next tap; up and down the page must still scroll."""
    tab, box, finger = telephone
    tab.evaluate("""() => {
        window.kept = [];
        addEventListener("touchmove", (event) => kept.push(event.defaultPrevented));
    }""")
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    finger("touchStart", (x, y))
    for step in (30, 60, 90):
        finger("touchMove", (x + step * direction[0], y + step * direction[1]))
    finger("touchEnd")
    tab.wait_for_function("kept.length > 0")
    assert set(tab.evaluate("kept")) == {kept}


def test_a_link_carries_the_state(visit):
    tab = visit("#d=41.5&window=gaussian&object=vessel&grid=polar&patterns=4&show=decibel&seed=77")
    shown = state(tab)
    assert shown["d"] == 41.5
    assert (shown["window"], shown["patterns"], shown["seed"]) == ("gaussian", 4, 77)
    assert tab.locator("select[data-key=patterns]").input_value() == "4"
    tab.locator("[data-action=renew]").click()
    tab.wait_for_function("location.hash.includes('seed=78')")
    again = visit(tab.evaluate("location.hash"))
    numbers = f"{ELEMENT}.result.measured"
    assert again.evaluate(numbers) == tab.evaluate(numbers)
    assert again.evaluate(f"{ELEMENT}.link()").endswith(tab.evaluate("location.hash"))


def test_a_broken_link_is_survived(visit):
    tab = visit("#d=-3&window=triangle&object=own&patterns=5&seed=x&what=ever")
    assert state(tab) == {
        "d": 28,
        "window": "square",
        "object": "uniform",
        "patterns": 1,
        "grid": "straight",
        "show": "amplitude",
        "seed": 1,
    }
    tab.evaluate("location.hash = '#experiments'")  # a heading of the page is no state
    tab.evaluate("location.hash = '#d=1e9'")
    tab.wait_for_function(f"{ELEMENT}.state.d === 256")


def test_copied_link_is_on_the_clipboard(visit):
    tab = visit("#d=31", permissions=["clipboard-read", "clipboard-write"])
    tab.locator("[data-action=copy]").click()
    tab.wait_for_function("document.querySelector('.sx-status').textContent.includes('ink')")
    said = tab.locator(".sx-status").text_content()
    copied = tab.evaluate("navigator.clipboard.readText()") if "copied" in said else said
    assert "d=31&window=square" in copied


def test_experiments_read_as_the_page_says(visit):
    """Every row of the table of laws: follow its link, compare with what the explorer predicts."""
    tab = visit()
    rows = tab.locator("table:has(a[href^='#d=']) tbody tr")
    assert rows.count() >= 9
    for index in range(rows.count()):
        row = rows.nth(index)
        link, cells = row.locator("a").get_attribute("href"), row.locator("td").all_inner_texts()
        row.locator("a").click()
        tab.wait_for_function(  # the address tells the whole state when all numbers have followed
            """(link) => location.hash === SpeckleExplorer.state.format({
              ...SpeckleExplorer.state.defaults(), ...SpeckleExplorer.state.parse(link, 256) })""",
            arg=link,
        )
        law = tab.evaluate(f"(({{law, ...rest}}) => rest)({ELEMENT}.result.predicted)")
        law["mean"] *= 100
        keys = ("contrast", "snr", "intensityGrain", "mean")
        for key, text in zip(keys, cells[1:], strict=True):
            places = len(text.partition(".")[2])
            assert round(law[key], places) == float(text), (link, key)
    for link in tab.locator("a[href^='#d=']").all():
        found = tab.evaluate(
            "(text) => SpeckleExplorer.state.parse(text, 256)", link.get_attribute("href")
        )
        assert len(found) == link.get_attribute("href").count("=")


def test_lights_say_how_far_a_number_is_off(visit):
    tab = visit("#d=28&seed=5")
    table = tab.evaluate(
        f"""() => Object.keys({ELEMENT}.verdicts).map((key) => {{
          const {{ measured, predicted, errors }} = {ELEMENT}.result;
          const light = document.querySelector(`[data-row=${{key}}] .sx-light`);
          return [Math.abs(measured[key] - predicted[key]) / errors[key], light.dataset.verdict,
            light.querySelector("b").textContent]; }})"""
    )
    assert len(table) == 5
    for off, verdict, text in table:
        assert verdict == ("good" if off <= 2 else "fair" if off <= 3 else "poor")
        assert text == f"{off:.1f}"
    judged = tab.evaluate(
        "[1.9, 2.5, 3.5, NaN].map((x) => SpeckleExplorer.view.judge(x, 0, 1).verdict)"
    )
    assert judged == ["good", "fair", "poor", "none"]
    said = tab.locator(".sx-status").text_content()
    assert "law 0.997" in said
    assert "within 2 standard errors" in said


def test_full_screen_by_key_and_button(visit):
    tab = visit(viewport={"width": 1600, "height": 900})
    tab.keyboard.press("f")
    tab.wait_for_function("document.fullscreenElement?.localName === 'speckle-explorer'")
    box = tab.locator(".sx").bounding_box()
    assert box["width"] > 1400
    assert box["y"] + box["height"] <= 901  # all of it at once
    speckle = tab.locator("[data-canvas=speckle]").bounding_box()
    assert speckle["width"] > 450
    tab.locator("[data-action=screen]").click()
    tab.wait_for_function("!document.fullscreenElement")
    assert tab.locator("speckle-explorer.sx-filled").count() == 0


def test_an_own_image_becomes_the_object(visit, tmp_path):
    from PIL import Image

    Image.linear_gradient("L").resize((300, 200)).save(tmp_path / "ramp.png")
    (tmp_path / "notes.png").write_text("no picture")
    tab = visit()
    files = tab.locator("speckle-explorer input[type=file]")
    files.set_input_files(tmp_path / "notes.png")
    tab.wait_for_function(
        "document.querySelector('.sx-status').textContent.includes('cannot be read')"
    )
    files.set_input_files(tmp_path / "ramp.png")
    tab.wait_for_function(f"{ELEMENT}.result.state.object === 'own'")
    source = tab.evaluate(f"Array.from({ELEMENT}.model.object('own'))")
    assert min(source) == pytest.approx(0.1, abs=0.02)
    assert max(source) == pytest.approx(1, abs=0.02)
    assert source[:256] == pytest.approx([source[0]] * 256)  # brightness changes from row to row
    assert source[-1] > source[0]
    tab.wait_for_function("document.querySelector('.sx-status').textContent.includes('law')")


def test_a_calm_page_for_who_asks_for_one(visit):
    tab = visit(reduced_motion="reduce")
    moving = """[...document.querySelectorAll('.sx, .sx *')]
      .filter((e) => parseFloat(getComputedStyle(e).transitionDuration) > 0).length"""
    assert tab.evaluate(moving) == 0


def test_while_dragging_the_caption_owns_up_to_fewer_patterns(visit):
    tab = visit("#patterns=32")
    preview = tab.evaluate(
        f"""() => {{ const one = {ELEMENT}; one.cost = 6; one.render(true);
          const text = document.querySelector("[data-text=speckle]").textContent;
          return [one.result.state.patterns, text]; }}"""
    )
    assert preview == [2, "amplitude, preview: 2 of 32 patterns"]
    tab.evaluate(f"{ELEMENT}.change({{}})")
    tab.wait_for_function(f"{ELEMENT}.result.state.patterns === 32")
