"""The house: who may import whom, clean notebooks, presets that fit them."""

import ast
import json

import pytest
import yaml

from workflow import graph, presets
from workflow.presets import ROOT

MAY_IMPORT = {
    "grids": "",
    "optics": "grids",
    "apertures": "grids optics",
    "imaging": "grids optics",
    "checks": "",
    "windows": "checks",
    "attention": "",
    "formation": "waves",
    "resampling": "",
    "waves": "",
    "polar": "checks resampling",
    "speckle": "attention checks formation polar windows",
    "widths": "",
    "laws": "widths",
    "predictions": "laws widths",
    "regimes": "",
    "scatter": "",
    "convolution": "",
    "masks": "",
    "scanner": "",
    "anatomy": "scanner",
    "scenes": "anatomy",
    "tissue": "anatomy scanner",
    "phantom": "anatomy masks scanner tissue",
    "rings": "polar",
    "simulator": "laws scanner",
    "shapes": "",
    "files": "",
    "readers": "files",
    "contours": "files masks",
    "folder": "files readers",
    "ivus2011": "contours files folder masks readers",
    "store": "atomic",
    "sources": "folder ivus2011 store",
    "survey": "contours files ivus2011 readers sources",
    "augmentation": "",
    "datasets": "augmentation ivus2011 masks phantom sources store survey",
    "spade": "",
    "atomic": "",
    "architecture": "",
    "networks": "architecture atomic spade speckle",
    "inspection": "",
    "synthetic": "atomic",
    "checkpoint": "atomic",
    "schedule": "",
    "losses": "",
    "regularisation": "",
    "averaging": "",
    "search": "",
    "training": "averaging checkpoint losses regularisation schedule",
    "features": "",
    "metrics": "",
    "spectra": "",
    "neighbours": "",
    "comparison": "features metrics records significance spectra",
    "texture": "",
    "unet": "",
    "segmentation": "metrics",
    "segmentation_scores": "metrics",
    "significance": "",
    "records": "",
    "recorded_generators": "networks records",
    "figures": "",
    "figures_data": "figures figures_images",
    "figures_diffraction": "figures",
    "figures_images": "figures",
    "figures_layer": "figures",
    "figures_results": "figures",
    "figures_speckle": "figures",
    "figures_training": "figures",
    "progress": "",
    "replication": "",
    "recorded_distances": "comparison metrics",
    "claims": "comparison metrics recorded_distances",
    "scoreboard": "claims records",
}
MODULES = sorted(path.stem for path in (ROOT / "specklegan").glob("[a-z]*.py"))
NOTEBOOKS = presets.notebooks()
CELL_LINES, NOTEBOOK_FUNCTIONS = 20, 2


@pytest.mark.parametrize("module", MODULES)
def test_module_imports_only_what_the_design_allows(module):
    code = (ROOT / "specklegan" / f"{module}.py").read_text(encoding="utf-8")
    assert graph.imported(code) <= set(MAY_IMPORT[module].split())


@pytest.mark.parametrize("module", MODULES)
def test_module_neither_prints_nor_touches_global_random_state(module):
    tree = ast.parse((ROOT / "specklegan" / f"{module}.py").read_text(encoding="utf-8"))
    forked = [node for node in ast.walk(tree) if isinstance(node, ast.With)]
    forked = [node for node in forked if "fork_rng" in ast.unparse(node.items[0])]
    restored = {id(child) for node in forked for child in ast.walk(node)}
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and id(call) not in restored:
            called, words = ast.unparse(call.func), [word.arg for word in call.keywords]
            assert called not in {"np.random.seed", "torch.manual_seed"}
            assert called != "print" or "file" in words, "print only to a stream that is given"


def test_a_forbidden_import_would_be_seen():
    code = "from specklegan import training\nimport specklegan.polar\nspecklegan.laws.contrast(1)"
    assert graph.imported(code) == {"training", "polar", "laws"}
    assert graph.imported("from specklegan.speckle import form_speckle") == {"speckle"}
    assert graph.imported("from .masks import inside\nfrom . import polar") == {"masks", "polar"}


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
    assert max(len("".join(cell["source"]).splitlines()) for cell in code) <= CELL_LINES
    functions = [
        node
        for cell in code
        for node in ast.walk(ast.parse("".join(cell["source"])))
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    ]
    assert len(functions) <= NOTEBOOK_FUNCTIONS
    assert presets.parameters(notebook)  # raises unless there is exactly one parameters cell


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


def test_project_metadata_names_the_licences():
    text = (ROOT / "LICENSE").read_text()
    assert "MIT License" in text
    assert "CC BY 4.0" in text
    assert (ROOT / "book" / "_assets" / "mathjax" / "LICENSE").is_file()
