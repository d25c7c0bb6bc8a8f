"""The executed smoke run: every step left what the contract promises."""

import json

import pytest

from specklegan import records
from workflow import graph, presets

SETTINGS = presets.load("smoke")
GANS = [graph.name(point) for point in graph.train_points(SETTINGS)]
SEGMENTED = [graph.name(point) for point in graph.segment_points(SETTINGS)]
FILES = ["data/dataset.npy", "data/held_out.npy", "significance/table2.csv"]
FILES += ["scoreboard/scoreboard.csv", "own_images/manifest.json"]
FILES += [f"gan/{name}/generator.safetensors" for name in GANS]
FILES += [f"segment/{name}/scores.csv" for name in SEGMENTED]
RECORDS = ["evaluate", "significance", "scoreboard"]
RECORDS += [f"gan/{name}" for name in GANS] + [f"segment/{name}" for name in SEGMENTED]
STEPS = [name for name in presets.notebooks() if name not in graph.GRID]
STEPS += [f"06_train_gan/{name}" for name in GANS] + [f"08_segment/{name}" for name in SEGMENTED]


@pytest.fixture(scope="module")
def run(smoke_book):
    return smoke_book.parent


@pytest.mark.parametrize("path", FILES)
def test_run_left_the_file(run, path):
    assert (run / path).stat().st_size > 0


@pytest.mark.parametrize("folder", RECORDS)
def test_record_keeps_the_schema(run, folder):
    record = records.read(run / folder / "record.json")
    assert record["preset"] == "smoke"
    assert record["seconds"] >= 0


@pytest.mark.parametrize("step", STEPS)
def test_notebook_ran_to_its_end(run, step):
    content = json.loads((run / "notebooks" / f"{step}.ipynb").read_text(encoding="utf-8"))
    code = [cell for cell in content["cells"] if cell["cell_type"] == "code" and cell["source"]]
    assert all(cell["execution_count"] for cell in code)
    outputs = [output for cell in code for output in cell["outputs"]]
    assert not [output for output in outputs if output["output_type"] == "error"]


@pytest.mark.parametrize("step", STEPS)
def test_notebook_shows_no_warning_in_the_book(run, step):
    """Warnings belong on the terminal; a page shows results."""
    content = json.loads((run / "notebooks" / f"{step}.ipynb").read_text(encoding="utf-8"))
    outputs = [output for cell in content["cells"] for output in cell.get("outputs", [])]
    errors = ["".join(o["text"]) for o in outputs if o.get("name") == "stderr"]
    assert not [text for text in errors if "Warning" in text]


@pytest.mark.parametrize("step", STEPS)
def test_figure_cell_shows_one_output(run, step):
    """Two outputs would share one label; a cell that returns its figure ends with a semicolon."""
    content = json.loads((run / "notebooks" / f"{step}.ipynb").read_text(encoding="utf-8"))
    for cell in content["cells"]:
        name = cell["metadata"].get("mystnb", {}).get("figure", {}).get("name")
        shown = [o for o in cell.get("outputs", []) if o.get("name") != "stderr"]
        shown = [o for o in shown if "scrapbook" not in o.get("metadata", {})]
        assert not name or len(shown) == 1, f"{name}: {len(shown)} outputs"
