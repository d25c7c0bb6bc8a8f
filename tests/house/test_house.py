"""The house: who may import whom, and why never; faces that keep their word; quiet modules."""

import ast
import importlib
import json
import subprocess
import sys

import pytest

from workflow import imports
from workflow.presets import ROOT

HOUSE = ROOT / "specklegan"
FACES = sorted(path.parent.name for path in HOUSE.glob("*/__init__.pyi"))
FILES = sorted(
    ".".join(path.relative_to(HOUSE).with_suffix("").parts)
    for path in HOUSE.rglob("*.py")
    if path.name != "__init__.py"
)

# Rooms of the house: what each may import besides itself, and what it must never know, and why.
MAY_IMPORT = {
    "disk": ("", "it writes and reads files, whatever they mean"),
    "extras": ("", "it imports what an extra brings, whatever that does"),
    "grey": ("", "a scale of numbers, no picture behind it: so every room may share it"),
    "progress": ("", "it writes lines, whatever they tell"),
    "records": ("disk", "a record computes no result"),
    "optics": ("", "the theory stands alone"),
    "speckle": ("", "what makes speckle must not know what measures it (laws)"),
    "laws": ("", "what measures speckle must not know what makes it (speckle)"),
    "masks": ("", "a mask knows no image"),
    "phantom": (
        "extras grey laws masks",
        "phantoms must not be made by the layer that learns them (speckle)",
    ),
    "datasets": ("disk grey masks phantom", "data know no network that learns them"),
    "networks": ("disk records speckle", "an architecture knows no data, loop or distance"),
    "training": ("disk", "the loop takes any generator, data and distance"),
    "metrics": (
        "disk extras grey laws records significance speckle.polar",
        "arrays in, numbers out: no networks",
    ),
    "physics": (
        "datasets metrics speckle",
        "images by measured numbers: no network, no loop",
    ),
    "segmentation": ("metrics", "a task knows not where its images came from"),
    "significance": ("", "numbers in, numbers out"),
    "scoreboard": ("metrics records", "verdicts read records and compute nothing anew"),
    "figures": ("grey", "a figure draws what it is given"),
}
PUBLIC = (
    "SpeckleLayer speckle.form_speckle speckle.spectral_window phantom.simulate "
    "metrics.frechet_distance metrics.kernel_distance metrics.jensen_shannon metrics.ssim "
    "metrics.dice metrics.modified_hausdorff significance.paired_t_test datasets.check "
    "datasets.load networks.Generator networks.Discriminator training.train laws.contrast "
    "laws.amplitude_snr laws.grain_size masks.artificial_masks masks.from_contours "
    "speckle.to_polar speckle.to_cartesian form_speckle records.read progress.Reporter "
    "disk.write_bytes "
)
HEAVY = ("torch", "numpy", "scipy", "matplotlib", "pandas")


def room(file):
    return file.split(".")[0]


def foreign(file):
    """Files of other rooms that a file imports."""
    found = imports.imported(imports.path_of(file).read_text(encoding="utf-8"))
    return {name for name in found if room(name) != room(file)}


def allowed(file, other):
    words = MAY_IMPORT[room(file)][0].split()
    return other in words or room(other) in words


@pytest.mark.parametrize("file", FILES)
def test_file_imports_only_what_its_room_may(file):
    reason = MAY_IMPORT[room(file)][1]
    assert not [other for other in foreign(file) if not allowed(file, other)], reason


def test_every_room_stands_in_the_table():
    assert {room(file) for file in FILES} == set(MAY_IMPORT)


def test_inside_the_house_files_are_imported_and_not_faces():
    for file in FILES:
        tree = ast.parse(imports.path_of(file).read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module == "specklegan":
                assert not {alias.name for alias in node.names} & set(FACES), file


def test_files_of_a_room_import_each_other_without_a_circle():
    inner = {
        file: imports.imported(imports.path_of(file).read_text(encoding="utf-8")) for file in FILES
    }
    done = set()
    while ready := [file for file in FILES if file not in done and inner[file] <= done]:
        done |= set(ready)
    assert done == set(FILES)


def test_a_forbidden_import_would_be_seen():
    code = "from specklegan import laws\nimport specklegan.speckle.polar\nlaws.contrast(1)"
    assert imports.imported(code) == {"laws.measured", "speckle.polar"}
    assert imports.imported("from specklegan.speckle import polar") == {"speckle.polar"}
    assert imports.imported("from specklegan.speckle.polar import disc") == {"speckle.polar"}
    assert imports.imported("from specklegan import SpeckleLayer") == {"speckle.layer"}
    assert imports.imported("import specklegan\nspecklegan.SpeckleLayer()") == {"speckle.layer"}
    assert imports.imported("from specklegan import masks\nshow(masks)") >= {"masks.shapes"}
    assert not allowed("phantom.tissue", "speckle.layer")
    assert not allowed("metrics.distances", "speckle.layer")
    assert allowed("metrics.local_speckle", "speckle.polar")


LOAD = """
import importlib, json, multiprocessing, sys
import matplotlib.pyplot, pandas, scipy.stats, torch  # once, for all: what takes the time

def load(package):
    face = importlib.import_module(f"specklegan.{package}")
    for name in face.__all__:
        getattr(face, name)
    return [name for name in sys.modules if name.startswith("specklegan.")]

assert not [name for name in sys.modules if name.startswith("specklegan")]
with multiprocessing.get_context("fork").Pool(1, maxtasksperchild=1) as pool:
    print(json.dumps({name: pool.apply(load, (name,)) for name in sys.argv[1:]}))
"""


@pytest.fixture(scope="module")
def loaded():
    """What asking a face for all its names loads of the house, each in a fresh process."""
    command = [sys.executable, "-c", LOAD, *FACES]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    return {face: {name.split(".", 1)[1] for name in names} for face, names in found.items()}


@pytest.mark.parametrize("package", FACES)
def test_importing_a_room_loads_no_other_that_it_may_not(package, loaded):
    may, todo = {package}, [package]
    while todo:
        for word in MAY_IMPORT[todo.pop()][0].split():
            if word not in may:
                may.add(word)
                todo += [word] if word in MAY_IMPORT else []
    others = loaded[package] - set(FACES)
    assert any(room(name) == package for name in others)
    assert {name for name in others if name not in may and room(name) not in may} <= {
        "speckle.checks",  # what `speckle.polar` checks its input with
        "speckle._resampling",
    }


def test_importing_the_package_is_quiet_and_loads_nothing_heavy():
    code = "import sys, specklegan\n"
    code += f"assert not set({HEAVY}) & set(sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("name", PUBLIC.split())
def test_public_name_is_where_it_was(name):
    found = importlib.import_module("specklegan")
    for part in name.split("."):
        found = getattr(found, part)


@pytest.mark.parametrize("package", FACES)
def test_face_names_every_file_and_no_file_bears_a_name_of_its_face(package):
    face = importlib.import_module(f"specklegan.{package}")
    files = {file.split(".")[1] for file in FILES if room(file) == package}
    told = {line.split("`")[1] for line in face.__doc__.splitlines() if line.startswith("- `")}
    assert told == {file for file in files if not file.startswith("_")} - {"checks"}
    assert not files & set(face.__all__)


@pytest.mark.parametrize("package", FACES)
def test_every_name_of_a_face_resolves(package):
    face = importlib.import_module(f"specklegan.{package}")
    assert face.__all__ == sorted(face.__all__)
    for name in face.__all__:
        assert getattr(face, name) is not None
    with pytest.raises(AttributeError):
        _ = face.no_such_name


@pytest.mark.parametrize("file", FILES)
def test_file_neither_prints_nor_touches_global_random_state(file):
    tree = ast.parse(imports.path_of(file).read_text(encoding="utf-8"))
    forked = [node for node in ast.walk(tree) if isinstance(node, ast.With)]
    forked = [node for node in forked if "fork_rng" in ast.unparse(node.items[0])]
    restored = {id(child) for node in forked for child in ast.walk(node)}
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and id(call) not in restored:
            called, words = ast.unparse(call.func), [word.arg for word in call.keywords]
            assert called not in {"np.random.seed", "torch.manual_seed"}
            assert called != "print" or "file" in words, "print only to a stream that is given"


def test_no_test_imports_another_test():
    for path in (ROOT / "tests").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tests"):
                names = [node.module, *(alias.name for alias in node.names)]
                assert not any("test_" in name for name in names), path


def test_tests_stand_in_the_rooms_that_they_test():
    outside = {"house", "book", "workflow", "tools"}
    assert {path.parent.name for path in (ROOT / "tests").rglob("test_*.py")} <= {*FACES, *outside}


def test_project_metadata_names_the_licences():
    text = (ROOT / "LICENSE").read_text()
    assert "MIT License" in text
    assert "CC BY 4.0" in text
    assert (ROOT / "book" / "_assets" / "mathjax" / "LICENSE").is_file()
