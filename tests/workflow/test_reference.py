"""Reference pages: what becomes a link, what an entry is, how a docstring is read."""

import importlib.util
import re

import pytest
import yaml

from workflow import imports, reference
from workflow.presets import ROOT

LINK = "{py:obj}`laws.contrast <specklegan.laws.contrast>`"
ROLE = re.compile(r":(?:func|class|meth):`~?([\w.]+)`")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("as `laws.contrast` says", f"as {LINK} says"),
        ("`laws.contrast(x)`", "{py:obj}`laws.contrast(x) <specklegan.laws.contrast>`"),
        ("`SpeckleLayer`", "{py:obj}`SpeckleLayer <specklegan.speckle.SpeckleLayer>`"),
        ("`networks.Generator.load`", "{py:obj}`networks.Generator.load <specklegan.networks."
         "Generator.load>`"),
        ("{func}`laws.contrast`", LINK),
        ("{eq}`eq-x`, `laws.contrast`", f"{{eq}}`eq-x`, {LINK}"),
        ("`two\nlines` and `laws.contrast`", f"`two\nlines` and {LINK}"),
        ("| `laws.contrast` | 1 |", f"| {LINK} | 1 |"),
        ("````{note}\n`laws.contrast`\n````", f"````{{note}}\n{LINK}\n````"),
        (":::{note}\n`laws.contrast`\n:::\n", f":::{{note}}\n{LINK}\n:::\n"),
        ("```python\nx\n```\n`laws.contrast`", f"```python\nx\n```\n{LINK}"),
    ],
)  # fmt: skip
def test_public_name_in_prose_becomes_a_link(text, expected):
    assert reference.link(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "`laws.no_such_name`, `contrast`, `laws.contrast.x`, `laws`",
        "{ref}`laws.contrast`",
        "[`laws.contrast`](https://x)",
        "``laws.contrast``",
        "```python\n`laws.contrast`\n```",
        "```\n`laws.contrast`\n```",
        "1. a\n\n   ```sh\n   `laws.contrast`\n   ```",
        "````{code-block} python\n```\n`laws.contrast`\n````",
    ],
)
def test_what_is_no_public_name_or_no_prose_stays(text):
    assert reference.link(text) == text


def test_every_page_is_in_the_table_of_contents():
    parts = yaml.safe_load((ROOT / "book/_toc.yml").read_text("utf-8"))["parts"]
    listed = [entry["file"] for entry in parts[-1]["chapters"][0]["sections"]]
    assert sorted(listed) == [f"reference/{name}" for name in reference.packages()]


@pytest.mark.parametrize("package", reference.packages())
def test_every_name_of_a_face_has_an_entry(package):
    page = reference.page(package)
    for name in imports.face(package):
        assert re.search(rf"^\.\. (autofunction|autoclass|py:data):: [\w.]*\b{name}$", page, re.M)


def test_constants_show_value_and_comment():
    page = reference.page("phantom")
    assert ".. py:data:: CELL_PIXELS\n   :module: specklegan.phantom\n   :value: 2.0\n\n" in page
    assert "\n   the axial cell spans at least this many pixels\n" in page
    assert ".. py:data:: FAILS\n   :module: specklegan.scoreboard\n   :value: 'does not hold'" in (
        reference.page("scoreboard")
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("|mu|^2 and a * b", r"\|mu\|^2 and a \* b"),
        ("`x|y` of :func:`a*b`, ``c*d``", "``x|y`` of :func:`a*b`, ``c*d``"),
        ("Inform. Fusion, *SpeckleGAN*, 2 * 3", r"Inform. Fusion, *SpeckleGAN*, 2 \* 3"),
        ("*files : str", r"\*files : str"),
        ("grad_x of x_ and 2_", r"grad_x of x\_ and 2\_"),
    ],
)
def test_docstrings_are_plain_text(text, expected):
    spec = importlib.util.spec_from_file_location("x", ROOT / "book/_ext/docstrings.py")
    docstrings = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(docstrings)
    assert docstrings.plain(text) == expected


@pytest.mark.parametrize("path", sorted((ROOT / imports.HOUSE).rglob("*.py")), ids=lambda p: p.stem)
def test_names_that_docstrings_refer_to_exist(path):
    """Full names, or names of the same package, file or class, as Sphinx looks them up."""
    text = path.read_text("utf-8")
    known = imports.face(path.parent.name) if path.parent.name != imports.HOUSE else {}
    for name in ROLE.findall(text):
        near = name in known or re.search(rf"^ *(def|class) {name}\b", text, re.MULTILINE)
        full = name.removeprefix(f"{imports.HOUSE}.") in reference.targets()
        assert near or (full and name.startswith(imports.HOUSE)), name
