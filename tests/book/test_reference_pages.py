"""Pages of reference: names in the code exist, equations are there, names in prose are links."""

import importlib
import re

import pytest

from workflow import imports, reference
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


@pytest.fixture(scope="module")
def built(smoke_book):
    """The built pages as text, by their path."""
    paths = [path for path in smoke_book.rglob("*.html") if path.parent.name != "_static"]
    return {path.relative_to(smoke_book).as_posix(): path.read_text("utf-8") for path in paths}


@pytest.mark.parametrize("package", reference.packages())
def test_every_public_name_has_an_entry_with_its_docstring(built, package):
    page, face = built[f"reference/{package}.html"], imports.face(package)
    for name in face:
        assert f'id="specklegan.{package}.{name}"' in page
    entry = next(name for name in face if name.islower())
    about = getattr(importlib.import_module(f"specklegan.{package}"), entry).__doc__
    text = re.sub(r"<[^>]+>|\s+", " ", page)
    assert " ".join(about.split()[:3]) in text


def test_names_in_prose_are_links_that_lead_somewhere(built):
    """In the book's pages; a code span with a public name that is no link is a fault."""
    literal = re.compile(
        r'(?<!">)<code class="docutils literal notranslate">(.*?)</code>', re.DOTALL
    )
    link = re.compile(r'href="(?:\.\./)?(reference/\w+\.html)#(specklegan\.[\w.]+)"')
    found = set()
    for name, page in built.items():
        if not name.startswith("reference/"):
            plain = {re.sub(r"<[^>]+>", "", code) for code in literal.findall(page)}
            assert not plain & set(reference.targets()), name
            found |= {(name, *hit) for hit in link.findall(page)}
    assert {name for name, *_ in found} >= {"formulas.html", "notebooks/02_speckle.html"}
    assert len(found) > 40
    for _, page, target in found:
        assert f'id="{target}"' in built[page]
