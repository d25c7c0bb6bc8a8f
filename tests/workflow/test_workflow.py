"""The workflow: presets are checked, grids follow from them, runs fail and recover clearly."""

import ast
import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time

import pytest

from specklegan import physics
from workflow import assemble, build, graph, presets, render, run_notebook
from workflow.presets import ROOT
from workflow.progress import Progress

CELLS = {
    "06_train_gan": "run: str = 'build/x'\nmodel: str = 'speckle'\nn: int = 50\nseed: int = 0\n"
    "rate: float = 1e-3",
    "04_ivus_images": "run: str = 'build/x'\ndata: str = 'phantom'\nimages: int = 4",
    "07_evaluate_gan": "run: str = 'build/x'\nmodels: list[str] = []\nn: list[int] = []\n"
    "seeds: list[int] = []",
    "08_segment": "run: str = 'build/x'\npretraining: str = 'none'\nn: int = 5\nseed: int = 0",
    "09_significance": "run: str = 'build/x'\npretraining: list[str] = []\nn: list[int] = []\n"
    "seeds: list[int] = []",
}
USES = "from specklegan import metrics, records\nmetrics.dice(1, 1)"
PRESET = """
07_evaluate_gan: {models: [speckle, baseline], n: [50, 100], seeds: [0, 1]}
09_significance: {pretraining: [none, speckle], n: [20], seeds: [0]}
06_train_gan: {rate: 0.0005}
"""


def code_cell(source, **metadata):
    return {
        "cell_type": "code",
        "id": f"c{abs(hash(source)) % 10**6}",
        "metadata": metadata,
        "source": source,
        "outputs": [],
        "execution_count": None,
    }


def write_notebook(path, *cells):
    content = {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A tiny repository with notebooks of two cells and one preset."""
    monkeypatch.setattr(presets, "ROOT", tmp_path)
    monkeypatch.setattr(graph, "ROOT", tmp_path)
    for name, source in CELLS.items():
        cells = code_cell(source, tags=["parameters"]), code_cell(USES)
        write_notebook(tmp_path / "notebooks" / f"{name}.ipynb", *cells)
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "mine.yaml").write_text(PRESET)
    (tmp_path / "config" / "expected.yaml").write_text("mine: {}")
    return tmp_path


def test_unknown_preset_lists_the_valid_ones(house):
    with pytest.raises(ValueError, match=r"found 'fast', expected one of mine$"):
        presets.load("fast")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("06_train_gan: {stepz: 3}", r"06_train_gan: unknown parameter 'stepz', .* n, seed, rate$"),
        ("12_more: {n: 3}", r"unknown notebook '12_more', expected one of 04_ivus_images, "),
        ("06_train_gan: {rate: 1e-3}", r"rate: found '1e-3' \(str\), expected float"),
        ("04_ivus_images: {images: true}", r"images: found True \(bool\), expected int"),
        ("04_ivus_images: [4]", r"found \[4\], expected parameters"),
        ("09_significance: {n: []}", r"09_significance: pretraining: expected a list"),
    ],
)
def test_mistakes_in_a_preset_are_named(house, line, message):
    key = line.split(":")[0]
    kept = [text for text in PRESET.splitlines() if not text.startswith(key)]
    (house / "config" / "mine.yaml").write_text("\n".join([*kept, line]))
    with pytest.raises(ValueError, match=message):
        presets.load("mine")


def test_grid_holds_every_gan_that_a_later_step_needs(house):
    settings = presets.load("mine")
    trained = graph.train_points(settings)
    assert len(trained) == len(set(trained)) == 2 * 2 * 2 + 1
    assert ("speckle", 20, 0) in trained  # only 09 asks for it
    assert graph.segment_points(settings) == [("none", 20, 0), ("speckle", 20, 0)]
    assert graph.shown("06_train_gan", settings) == "speckle-n50-s0"
    assert graph.shown("08_segment", settings) == "speckle-n20-s0"


def test_controls_are_segmented_and_train_no_gan(house):
    settings = presets.load("mine")
    arms = [*graph.WITHOUT_GAN, "peer"]
    settings["09_significance"]["pretraining"] = arms
    found = graph.train_points(settings)
    assert {model for model, _, _ in found} == {"speckle", "baseline", "peer"}
    assert [arm for arm, _, _ in graph.segment_points(settings)] == arms


def test_graph_knows_the_controls_of_the_module():
    assert ("none", *physics.CONTROLS) == graph.WITHOUT_GAN


@pytest.mark.parametrize(
    ("data", "own", "kept"),
    [("", "phantom", 2), ("phantom", "x", 2), ("some/x", "phantom", 1), ("", "some/x", 1)],
)
def test_fresh_phantoms_are_asked_for_beside_phantoms_alone(house, data, own, kept):
    settings = presets.load("mine")
    settings["04_ivus_images"]["data"] = own
    settings["09_significance"]["pretraining"] = ["none", "simulator"]
    found = graph.suited(settings, data)
    assert found["09_significance"]["pretraining"] == ["none", "simulator"][:kept]
    assert settings["09_significance"]["pretraining"] == ["none", "simulator"]


def test_values_hold_preset_run_and_grid_point(house):
    settings = presets.load("mine")
    found = graph.values("06_train_gan", settings, "build/mine", "", "baseline-n100-s1")
    expected = {"run": "build/mine", "rate": 0.0005, "model": "baseline", "n": 100, "seed": 1}
    assert found == expected
    found = graph.values("04_ivus_images", settings, "build/mine-x", "some/x")
    assert found == {"run": "build/mine-x", "data": "some/x"}


def test_prose_changes_no_digest_and_code_does(house):
    path = house / "notebooks" / "08_segment.ipynb"
    before = graph.digest("08_segment")
    content = json.loads(path.read_text())
    prose = {"cell_type": "markdown", "id": "m", "metadata": {}, "source": "New words."}
    path.write_text(json.dumps(content | {"cells": [prose, *content["cells"]]}))
    assert graph.digest("08_segment") == before
    content["cells"][1]["source"] = "from specklegan import laws"
    path.write_text(json.dumps(content))
    assert graph.digest("08_segment") != before


def write_module(house, files):
    for name, text in files.items():
        path = house / "specklegan" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_modules_are_followed_through_faces_to_the_files_behind_names(house):
    files = {"records.py": "from specklegan import disk", "disk.py": "", "progress.py": ""}
    files |= {"metrics/overlap.py": "", "metrics/spectra.py": ""}
    files["metrics/__init__.pyi"] = "from .overlap import dice\nfrom .spectra import log_power"
    write_module(house, files)
    found = [f"specklegan/{name}.py" for name in ("disk", "metrics/overlap", "records")]
    assert graph.modules("08_segment") == found
    assert graph.modules("08_segment", without=["records", "disk"]) == [found[1]]


def test_an_edit_of_one_metric_trains_nothing_again_and_one_of_the_loop_does():
    looks = re.search(r"LOOKS = (\(.*\))", (ROOT / "Snakefile").read_text())[1]
    training = graph.modules("06_train_gan", without=ast.literal_eval(looks))
    segmenting = graph.modules("08_segment", without=ast.literal_eval(looks))
    assert "specklegan/training/loop.py" in training
    assert "specklegan/networks/generator.py" in training
    assert "specklegan/speckle/_amplitude.py" in training
    assert "specklegan/metrics/distances.py" in training  # what validation measures by
    assert not {"specklegan/metrics/overlap.py", "specklegan/metrics/neighbours.py"} & {*training}
    assert "specklegan/metrics/overlap.py" in segmenting
    assert "specklegan/training/loop.py" not in segmenting
    assert not [path for path in training if "figures" in path or "records" in path]


def executed(*outputs):
    """Return a source and its executed copy, as papermill leaves it."""
    cells = [code_cell("n: int = 1  # images", tags=["parameters"]), code_cell("n")]
    injected = code_cell("# Parameters\nn = 8\n", tags=["injected-parameters"])
    done = [json.loads(json.dumps(cell)) for cell in (cells[0], injected, cells[1])]
    done[2]["outputs"] = list(outputs)
    return {"cells": cells}, {"cells": done}


def test_page_shows_what_the_run_used_and_no_stderr():
    noise = {"output_type": "stream", "name": "stderr", "text": "step 1 of 9"}
    result = {"output_type": "stream", "name": "stdout", "text": "8"}
    page = assemble.page(*executed(noise, result), "notebooks/x.ipynb")
    first, second = page["cells"]
    assert first["source"] == "n: int = 1  # images\n\n# This run used:\nn = 8"
    assert second["outputs"] == [result]


def test_long_parameter_is_broken_and_keeps_its_value():
    """Papermill writes a list of any length in one line, which would make its cell scroll."""
    arms = [f"arm {k}" for k in range(12)]
    line = f"pretraining = {json.dumps(arms)}"
    lines = assemble.broken(line).split("\n")
    assert len(lines) > 1
    assert max(map(len, lines)) <= 79 < len(line)
    assert ast.literal_eval("\n".join(lines).partition(" = ")[2]) == arms
    assert assemble.broken("n = [8]") == "n = [8]"


def test_page_refuses_outputs_of_other_code():
    source, done = executed()
    source["cells"][1]["source"] = "n + 1"
    with pytest.raises(ValueError, match=r"notebooks/x.ipynb: its code changed"):
        assemble.page(source, done, "notebooks/x.ipynb")


def test_glued_numpy_numbers_become_numbers():
    kind = "application/papermill.record/text/plain"  # as glue writes it with display=False
    glued = {"metadata": {"scrapbook": {}}, "data": {kind: "np.float64(-2.5e-3)"}}
    assert assemble.plain(glued)["data"][kind] == "-2.5e-3"


def run(tmp_path, source):
    """Execute a one-cell notebook as Snakemake does."""
    write_notebook(tmp_path / "in.ipynb", code_cell(source))
    command = [sys.executable, "-m", "workflow.run_notebook", tmp_path / "in.ipynb"]
    return [*command, tmp_path / "log" / "in.ipynb", tmp_path / "out" / "in.ipynb"]


def test_notebook_streams_its_progress(tmp_path):
    command = run(tmp_path, "import sys\nprint('step 1 of 2\\rstep 2 of 2', file=sys.stderr)")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    lines = done.stdout.splitlines()
    assert done.returncode == 0
    assert lines[:3] == ["[in] started", "[in] step 1 of 2", "[in] step 2 of 2"]
    assert (tmp_path / "out" / "in.ipynb").is_file()


def test_notebook_of_the_workflow_writes_to_its_run(tmp_path):
    source = "from specklegan import records\nassert records.own('/a/run').as_posix() == '/a/run'"
    done = subprocess.run(run(tmp_path, source), cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_failed_notebook_is_one_line_and_keeps_its_log(tmp_path):
    command = run(tmp_path, "raise ValueError('a.png: found 3 x 3,\\nexpected 4 x 4')")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stdout.splitlines()[1:] == [
        "error: in: ValueError: a.png: found 3 x 3, expected 4 x 4"
    ]
    assert "Traceback" in (tmp_path / "log" / "in.ipynb").read_text()
    assert not (tmp_path / "out" / "in.ipynb").exists()
    assert "Traceback" not in done.stderr


def test_killed_kernel_is_started_once_more(tmp_path):
    flag = tmp_path / "flag"
    source = f"""
import os, pathlib, signal
if not pathlib.Path({str(flag)!r}).exists():
    pathlib.Path({str(flag)!r}).touch()
    os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run(run(tmp_path, source), cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "starting it once more" in done.stdout


def test_kernel_that_dies_at_its_start_is_started_once_more(tmp_path):
    flag = tmp_path / "flag"
    start = f"""
import os, pathlib, sys
if "ipykernel_launcher" in sys.orig_argv and not pathlib.Path({str(flag)!r}).exists():
    pathlib.Path({str(flag)!r}).touch()
    os._exit(1)
"""
    (tmp_path / "sitecustomize.py").write_text(start)
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    command = run(tmp_path, "1 + 1")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=environment)
    assert flag.exists()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "starting it once more" in done.stdout


def one_and_one(tmp_path):
    """Execute a notebook within this process, and return what its cell shows."""
    write_notebook(tmp_path / "in.ipynb", code_cell("1 + 1"))
    done = run_notebook.execute(tmp_path / "in.ipynb", tmp_path / "log.ipynb", {}, io.StringIO())
    return done.cells[0].outputs[0].data["text/plain"]


def test_kernels_that_start_together_share_no_port(tmp_path, monkeypatch):
    """Whichever port a kernel is given, another process may have taken it meanwhile."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ports = "jupyter_client.connect.LocalPortCache.find_available_port"
        monkeypatch.setattr(ports, lambda cache, ip: port)
        assert one_and_one(tmp_path) == "2"


def test_kernel_starts_below_a_long_temporary_folder(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / ("long" * 30)))
    (tmp_path / ("long" * 30)).mkdir()
    assert one_and_one(tmp_path) == "2"


def alive(pid):
    """Tell whether a process runs (one that has ended but was not waited for does not)."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_kernel_ends_when_the_workflow_is_killed(tmp_path):
    """`kill -9` of Snakemake must leave nothing behind that computes or writes."""
    note = tmp_path / "pid"
    source = f"import os, pathlib, time\npathlib.Path({str(note)!r}).write_text(str(os.getpid()))"
    command = run(tmp_path, source + "\ntime.sleep(600)")
    parent = f"import subprocess; subprocess.run({[str(part) for part in command]!r})"
    process = subprocess.Popen([sys.executable, "-c", parent], cwd=ROOT)
    wait_until(lambda: note.exists() and note.read_text())
    kernel = int(note.read_text())
    assert alive(kernel)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    wait_until(lambda: not alive(kernel))


def wait_until(condition, seconds=120):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)


def test_reason_of_a_dead_kernel_is_plain():
    dead = RuntimeError("Kernel died before replying to kernel_info")
    assert run_notebook.reason(dead) == f"the kernel died twice ({dead}); out of memory?"


def call_build(*arguments):
    command = [sys.executable, "-m", "workflow.build", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--preset", "fast"],
            "error: PRESET: found 'fast', expected one of lower, paper, pictures",
        ),
        (["--preset", "smoke", "--data", "no/such/folder"], "no/such/folder"),
    ],
)
def test_build_names_a_mistake_before_it_computes(arguments, message):
    done = call_build(*arguments)
    assert done.returncode == 1
    assert message in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert "started" not in done.stdout


def test_check_data_counts_the_images(tmp_path):
    from PIL import Image

    for kind, grey in (("images", 90), ("masks", 1)):
        (tmp_path / kind).mkdir()
        for k in range(24):
            picture = Image.new("L", (32, 32), grey)
            picture.putpixel((k, 0), 0)
            picture.save(tmp_path / kind / f"{k:02d}.png")
    settings = presets.load("smoke")
    build.check_data(str(tmp_path), settings)
    settings["09_significance"]["n"] = [17]  # of 18, which leaves one to test with
    with pytest.raises(ValueError, match=r"DATA: .* 18 images remain .* expected at least 19"):
        build.check_data(str(tmp_path), settings)
    for kind in ("images", "masks"):
        (tmp_path / kind / "23.png").unlink()
    with pytest.raises(ValueError, match=r"DATA: .* 5 images are held out .* at least 6"):
        build.check_data(str(tmp_path), settings)
    (tmp_path / "masks" / "02.png").unlink()
    with pytest.raises(ValueError, match=r"DATA: .*02\.png"):
        build.check_data(str(tmp_path), settings)


def test_full_disk_is_named(tmp_path):
    with pytest.raises(OSError, match=r"GB free on this disk, expected 987654321 GB"):
        build.check_disk(tmp_path, 987654321)


def test_progress_counts_and_estimates(tmp_path, capsys):
    steps = ["01_diffraction", "06_train_gan/speckle-n8-s0", "book"]
    progress = Progress(steps, "quick", tmp_path)
    progress.line(steps[0], "started")
    progress.line(steps[0], "done in 4 s")
    progress.fail("error: book: no")
    out = capsys.readouterr().out.splitlines()
    assert "3 steps, about" in out[0]  # config/expected.yaml knows every step of quick
    assert out[2].startswith("[ 1/3] 01_diffraction: done in 4 s; 0 s so far, ")
    assert progress.failure("x").startswith("1 of 3 steps failed, see above")
    progress.line(steps[1], "started")
    assert "2 of 3 steps failed (06_train_gan/speckle-n8-s0: killed)" in progress.failure("x")


def test_render_refuses_warnings(tmp_path, monkeypatch):
    book = tmp_path / "book"
    book.mkdir()
    (book / "_config.yml").write_text("execute: {execute_notebooks: 'off'}\n")
    (book / "_toc.yml").write_text("format: jb-book\nroot: index\n")
    (book / "index.md").write_text("# One\n\nSee {ref}`nowhere`.\n")
    monkeypatch.setattr(assemble, "assemble", lambda run: book)
    (tmp_path / "html").mkdir()
    with pytest.raises(ValueError, match=r"1 warnings?, the first: .*nowhere"):
        render.render(tmp_path, tmp_path / "log.txt")
    assert (tmp_path / "html").is_dir()  # the pages of the last good run stay


def test_second_build_does_nothing(smoke_book):
    before = (smoke_book / "index.html").stat().st_mtime_ns
    start = time.monotonic()
    done = call_build("--preset", "smoke")
    assert done.stdout.strip() == str(smoke_book / "index.html")
    assert (smoke_book / "index.html").stat().st_mtime_ns == before
    print(f"no-op build: {time.monotonic() - start:.1f} s")
