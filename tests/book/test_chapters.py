"""Chapters: clean cells, labels and exercises, and presets that fit them."""

import ast
import json

import pytest
import yaml

from workflow import graph, presets
from workflow.presets import ROOT

NOTEBOOKS = presets.notebooks()
CELL_LINES, LINE_LENGTH, NOTEBOOK_FUNCTIONS = 12, 79, 2


def test_all_eleven_notebooks_are_there():
    assert [int(name[:2]) for name in NOTEBOOKS] == list(range(1, 12))


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_notebook_is_clean(notebook):
    path = ROOT / "notebooks" / f"{notebook}.ipynb"
    content = json.loads(path.read_text(encoding="utf-8"))
    code = [cell for cell in content["cells"] if cell["cell_type"] == "code"]
    assert all(not cell["outputs"] and cell["execution_count"] is None for cell in code)
    settings = [cell for cell in code if "parameters" in cell["metadata"].get("tags", [])]
    assert len(settings) == 1
    functions = [
        node
        for cell in code
        for node in ast.walk(ast.parse("".join(cell["source"])))
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    ]
    assert len(functions) <= NOTEBOOK_FUNCTIONS
    assert presets.parameters(notebook)  # raises unless there is exactly one parameters cell


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_cell_holds_one_thought(notebook):
    """Only the cell of parameters may be longer: papermill knows one, a line for each of them."""
    cells = presets.cells(notebook)
    lines = {source: len(source.splitlines()) for tags, source in cells if "parameters" not in tags}
    assert not [source for source, count in lines.items() if count > CELL_LINES]


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_code_fits_the_page(notebook):
    """A page shows 79 characters at 1280 px; a longer line makes its cell scroll sideways."""
    lines = [line for _, source in presets.cells(notebook) for line in source.splitlines()]
    assert not [line for line in lines if len(line) > LINE_LENGTH]


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_cell_that_draws_is_folded(notebook):
    """A cell with a caption only arranges its figure or table: what argues stands in another."""
    content = json.loads((ROOT / "notebooks" / f"{notebook}.ipynb").read_text(encoding="utf-8"))
    drawn = [cell["metadata"] for cell in content["cells"] if "mystnb" in cell["metadata"]]
    for metadata in drawn:
        assert "hide-input" in metadata["tags"], metadata["mystnb"]["figure"]["name"]


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_parameters_cell_has_more_than_one_line(notebook):
    """IPython reads a lone line `run: str = ...` as its magic command %run."""
    (source,) = [source for tags, source in presets.cells(notebook) if "parameters" in tags]
    assert len(source.splitlines()) > 1


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_notebook_has_a_chapter_label_and_exercises(notebook):
    content = json.loads((ROOT / "notebooks" / f"{notebook}.ipynb").read_text(encoding="utf-8"))
    prose = ["".join(cell["source"]) for cell in content["cells"] if cell["cell_type"] != "code"]
    assert prose[0].startswith("(ch-")
    assert any("## Exercises" in text for text in prose)


@pytest.mark.parametrize("preset", presets.names())
def test_preset_fits_the_notebooks(preset):
    settings = presets.load(preset)
    for notebook in NOTEBOOKS:
        spanned = graph.GRID.get(notebook, ())
        assert not set(settings[notebook]) & {"run", *spanned}, (
            "given by the graph, not by a preset"
        )
    assert yaml.safe_load((ROOT / "config" / "expected.yaml").read_text())[preset]["disk"] > 0


def test_the_four_presets_are_there():
    assert {"smoke", "quick", "study", "paper"} <= set(presets.names())
