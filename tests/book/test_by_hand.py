"""Chapters executed by hand: from `notebooks/`, in a fresh kernel, in a copy of the repository.

By hand means: not by the workflow. A chapter then reads a run and writes to a folder of its own.
"""

import hashlib
import shutil
import tempfile

import pytest

from specklegan import records
from tests import chapters
from workflow import graph, presets, run_notebook

SETTINGS = presets.load("smoke")
RUN = "build/smoke"
READ = ["data", "evaluate", "gan", "search", "segment", "significance", "run.json"]
SMALLER = {  # than the preset's: what is computed is tested elsewhere, here that it is at all
    "02_speckle": {"realisations": 16},
    "03_speckle_layer": {"steps": 20},
    "04_ivus_images": {"measured": 4},
    "07_evaluate_gan": {"bootstrap": 2},
}
WRITES = {
    "04_ivus_images": "data/dataset.npy",
    "06_train_gan": "gan/speckle-n8-s0/generator.safetensors",
    "07_evaluate_gan": "evaluate/record.json",
    "08_segment": "segment/speckle-n8-s0/scores.csv",
    "09_significance": "significance/table2.csv",
    "10_scoreboard": "scoreboard/scoreboard.csv",
    "11_your_own_images": "own_images/manifest.json",
}


@pytest.fixture(scope="module")
def home(smoke_book, tmp_path_factory):
    """Copy what a reader has after `make book PRESET=smoke`."""
    home = tmp_path_factory.mktemp("by_hand")
    for name in ("notebooks", "specklegan", "data", "config"):
        shutil.copytree(presets.ROOT / name, home / name)
    shutil.copy(presets.ROOT / "pyproject.toml", home)
    (home / RUN).mkdir(parents=True)
    for name in READ:
        source = smoke_book.parent / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, home / RUN / name)
    return home


def contents(home):
    """Hash every file but those that Python, or a chapter by hand, may write."""
    free = ("__pycache__", "cache", "by-hand-smoke")
    files = (path for path in sorted(home.rglob("*")) if path.is_file())
    kept = [path for path in files if not set(free) & set(path.parts)]
    return {path: hashlib.file_digest(path.open("rb"), "sha256").hexdigest() for path in kept}


def execute(notebook, folder, parameters):
    """Run a notebook from top to bottom, as JupyterLab does, in a kernel of its own."""
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    content = nbformat.read(folder / f"{notebook}.ipynb", as_version=4)
    (cell,) = [c for c in content.cells if "parameters" in c.metadata.get("tags", [])]
    cell.source += "".join(f"\n{name} = {value!r}" for name, value in parameters.items())
    place = {"metadata": {"path": str(folder)}}
    with tempfile.TemporaryDirectory(dir=run_notebook.socket_folder()) as sockets:
        settings = run_notebook.kernel_settings(sockets)
        nbclient.NotebookClient(content, resources=place, config=settings, timeout=300).execute()


@pytest.mark.parametrize("notebook", presets.notebooks())
def test_chapter_runs_by_hand_and_spoils_no_run(home, notebook, monkeypatch):
    monkeypatch.delenv(records.WORKFLOW, raising=False)
    monkeypatch.setenv("PYTHONPATH", str(home))
    point = graph.shown(notebook, SETTINGS)
    values = graph.values(notebook, SETTINGS, RUN, "", point) | SMALLER.get(notebook, {})
    before = contents(home)
    execute(notebook, home / "notebooks", values)
    assert contents(home) == before
    if notebook in WRITES:
        assert (home / "build/by-hand-smoke" / WRITES[notebook]).stat().st_size > 0


@pytest.mark.parametrize("notebook", presets.notebooks()[4:])
def test_chapter_without_its_run_says_so_in_one_sentence(notebook):
    with pytest.raises(records.MissingFile, match=r"build/no-such-run/.* is not there; "):
        chapters.run(notebook, "records.require(run", run="build/no-such-run")
