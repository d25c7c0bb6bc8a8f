"""Pages of reference: every name in the code that they give exists, every equation is there."""

import importlib
import re

import pytest

from workflow.presets import ROOT

PAGES = {page: (ROOT / "book" / page).read_text("utf-8") for page in ("formulas.md", "notation.md")}
NAMES = sorted({name for text in PAGES.values() for name in re.findall(r"`([a-z]+\.\w+)`", text)})
CITED = sorted({key for text in PAGES.values() for key in re.findall(r"{eq}`([\w-]+)`", text)})
CHAPTERS = sorted((ROOT / "notebooks").glob("0[123]_*.ipynb"))
NOTEBOOKS = [path.read_text("utf-8") for path in CHAPTERS]


@pytest.mark.parametrize("name", NAMES)
def test_name_in_the_code_exists(name):
    module, attribute = name.split(".")
    assert hasattr(importlib.import_module(f"specklegan.{module}"), attribute)


@pytest.mark.parametrize("label", CITED)
def test_cited_equation_is_in_a_chapter(label):
    assert sum(text.count(f"$$ ({label})") for text in NOTEBOOKS) == 1


def test_every_equation_of_the_speckle_chapter_is_on_the_page_of_formulas():
    labels = re.findall(r"\$\$ \(([\w-]+)\)", NOTEBOOKS[1])
    assert len(labels) > 8
    assert set(labels) <= set(CITED)


def test_pages_give_names_and_equations():
    assert len(NAMES) > 20
    assert len(CITED) > 20
