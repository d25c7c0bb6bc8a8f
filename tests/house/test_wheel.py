"""The module as a wheel, built and installed elsewhere, with nothing but what it depends on.

The programs below run in a process that finds `specklegan` in the installed wheel alone, and in
which no distribution can be imported that the wheel does not ask for, directly or through others:
neither the extras `book` and `test` nor anything else that happens to be installed. So they show
that the declared dependencies suffice, and that every file that is needed is in the wheel. They do
not show that pip would find these dependencies.
"""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from importlib import metadata

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from workflow.presets import ROOT

FILES = ("pyproject.toml", "README.md", "LICENSE")
FOLDERS = ("specklegan", "tests", "workflow", "tools", "benchmarks")
EXTRAS = {"papermill", "snakemake", "nbformat", "IPython", "myst_nb", "sphinx", "pytest"}
ALONE = """
import sys

blocked = set(sys.argv[1].split(","))


class Shut:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] in blocked:
            raise ModuleNotFoundError(f"{name}: shut out of this test", name=name)


sys.meta_path.insert(0, Shut)
import specklegan

assert specklegan.__file__.startswith(sys.argv[2]), specklegan.__file__
"""


def run(*command, **options):
    done = subprocess.run(command, capture_output=True, text=True, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Build from a copy: setuptools leaves `build/` and `*.egg-info` beside what it builds."""
    folder = tmp_path_factory.mktemp("wheel")
    for name in FILES:
        shutil.copy(ROOT / name, folder)
    for name in FOLDERS:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    how = ("--no-deps", "--no-index", "--no-build-isolation", "--quiet", "--wheel-dir", "dist")
    run(sys.executable, "-m", "pip", "wheel", *how, ".", cwd=folder)
    (built,) = (folder / "dist").glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    target = tmp_path_factory.mktemp("elsewhere")
    how = ("--no-deps", "--no-index", "--quiet", "--target", str(target))
    run(sys.executable, "-m", "pip", "install", *how, str(wheel))
    return target


def needed(requirements):
    """Names of the distributions that requirements without an extra lead to."""
    todo, found = list(requirements), set()
    while todo:
        asked = Requirement(todo.pop())
        name = canonicalize_name(asked.name)
        if name not in found and (not asked.marker or asked.marker.evaluate({"extra": ""})):
            found.add(name)
            todo += metadata.requires(name) or []
    return found


def others(wheel):
    """Modules of all installed distributions but the wheel and those that it needs."""
    (about,) = metadata.distributions(name="specklegan", path=[str(wheel.parent)])
    known = needed(about.requires) | {"specklegan"}
    return {
        module
        for module, names in metadata.packages_distributions().items()
        if not {canonicalize_name(name) for name in names} & known
    } - set(sys.stdlib_module_names)


def run_alone(program, installed):
    """Run a program that can import the installed wheel and what it needs; see the top."""
    shut = ",".join(sorted(others(installed / "specklegan")))
    alone = os.environ | {"PYTHONPATH": str(installed)}
    arguments = (ALONE + program, shut, str(installed))
    return run(sys.executable, "-s", "-P", "-c", *arguments, cwd=installed, env=alone)


def test_wheel_holds_every_file_of_the_module_and_no_other(wheel):
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    files = [path for path in (ROOT / "specklegan").rglob("*") if path.is_file()]
    told = {path.relative_to(ROOT).as_posix() for path in files if path.suffix != ".pyc"}
    assert held == told
    assert {"specklegan/py.typed", "specklegan/speckle/__init__.pyi"} <= held


def test_extras_are_shut_out(installed):
    assert others(installed / "specklegan") >= EXTRAS
    program = "try:\n    import papermill\nexcept ModuleNotFoundError as error:\n    print(error)"
    assert "shut out" in run_alone(program, installed)


def test_layer_example_of_the_readme_runs(installed):
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    (example,) = (block for block in blocks if "SpeckleLayer" in block)
    program = f"{example}\nimport torch\nprint(tuple(layer(torch.rand(2, 8, 64, 64)).shape))"
    assert run_alone(program, installed) == "(2, 32, 64, 64)\n"


def test_phantoms_are_simulated(installed):
    program = "from specklegan import phantom\nimages, masks = phantom.simulate(2, 32, 0)\n"
    program += "print(images.shape, masks.shape, images.dtype, float(abs(images).max()) <= 1)"
    assert run_alone(program, installed) == "(2, 1, 32, 32) (2, 1, 32, 32) float32 True\n"


def test_every_public_name_resolves(installed):
    program = "for face in specklegan.__all__:\n    found = getattr(specklegan, face)\n"
    program += "    [getattr(found, name) for name in getattr(found, '__all__', ())]"
    run_alone(program, installed)
