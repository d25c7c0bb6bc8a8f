"""A run's folder and images: DATA= and PRESET= reach every step byte for byte."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest
from snakemake.cli import parse_config

from workflow import build, runs
from workflow.presets import ROOT

NAMES = ["scans", "scans #2", "001", "2023_05", "1e5", "a: b", "true", "null", "~", "[a]", "{b}"]
NAMES += [
    "Gefäße",
    "😀",
    "it's",
    'say "a"',
    "back\\slash",
    "$HOME",
    "$(x)",
    "`x`",
    "a=b",
    "-x",
    "*",
]
NAMES += [" lead", "trail ", "a, b", "%s", "@c", "!d", "&e", "| f", "> g", "a\tb"]


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setattr(runs, "ROOT", tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", NAMES)
def test_snakemake_reads_what_was_given(name):
    command = build.snakemake("quick", f"some/{name}")
    config = parse_config(command[command.index("--config") + 1 :])
    assert runs.config_text(config, "data", "", command) == f"some/{name}"
    command = build.snakemake(name, "")
    config = parse_config(command[-2:])
    assert runs.config_text(config, "preset", "", command) == name
    assert runs.config_text(config, "data", "phantom", command) == ""


@pytest.mark.parametrize("name", [name for name in NAMES if name[0] != " "])  # make drops these
def test_make_hands_on_what_was_given(name, tmp_path):
    """The same lines of the Makefile, with a Python that prints its arguments."""
    text = (ROOT / "Makefile").read_text()
    lines = [line for line in text.splitlines() if line.startswith(("quote ", "RUN "))]
    show = f"{sys.executable} -c 'import json, sys; print(json.dumps(sys.argv[1:]))'"
    (tmp_path / "Makefile").write_text("\n".join([*lines, "show:", f"\t@{show} $(RUN)\n"]))
    command = ["make", "-s", "-C", str(tmp_path), "PRESET=quick", f"DATA={name}"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert json.loads(done.stdout) == ["--preset", "quick", "--data", name], done.stderr


@pytest.mark.parametrize("value", ["001", "1e5", "scans #2", "a: b", "[a]", "True"])
def test_by_hand_what_snakemake_would_change_is_refused(value):
    words = ["snakemake", "--config", f"data={value}"]
    with pytest.raises(ValueError, match=r"Snakemake reads this as .*; write --config data=text="):
        runs.config_text(parse_config(words[2:]), "data", "", words)


def test_by_hand_a_plain_name_needs_no_quotes():
    words = ["snakemake", "--config", "preset=quick", "data=path/to/folder"]
    assert runs.config_text(parse_config(words[2:]), "data", "", words) == "path/to/folder"
    assert runs.config_text({}, "data", "", words[:2]) == ""


def test_a_relative_folder_counts_from_where_the_command_is_called(root, tmp_path, monkeypatch):
    elsewhere = tmp_path / "mine"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    assert runs.user_data("scans") == "mine/scans"  # inside the repository: relative to it
    monkeypatch.setattr(runs, "ROOT", tmp_path / "other")
    assert runs.user_data("scans") == str(elsewhere / "scans")
    assert runs.user_data("ivus2011:scans") == f"ivus2011:{elsewhere / 'scans'}"
    monkeypatch.setenv("HOME", str(tmp_path))
    assert runs.user_data("~/x") == str(tmp_path / "x")
    assert runs.user_data("ivus2011:~/x") == f"ivus2011:{tmp_path / 'x'}"
    assert runs.user_data("") == runs.user_data(" ") == runs.user_data("phantom") == ""
    with pytest.raises(ValueError, match=r"expected a name in UTF-8"):
        runs.user_data(os.fsdecode(b"\xff"))


def test_run_folder_names_the_data():
    assert runs.run_folder("mine") == runs.run_folder("mine", "phantom") == "build/mine"
    assert runs.run_folder("mine", "a/my images/") == "build/mine-my-images"
    assert runs.run_folder("mine", "ivus2011:/data/set_B") == "build/mine-set_B"


def test_one_folder_never_holds_two_data_sets(root):
    runs.note_run("build/mine-x", "mine", "a/x")
    runs.note_run("build/mine-x", "mine", "./a/x")
    with pytest.raises(ValueError, match=r"holds a run on './a/x', not 'b/x'"):
        runs.note_run("build/mine-x", "mine", "b/x")


def test_every_edit_of_a_folder_shows_even_of_equal_size_and_older_date(root, monkeypatch):
    folder = root / "own"
    (folder / "images").mkdir(parents=True)
    path = folder / "images" / "0.png"
    path.write_bytes(b"one")
    os.utime(path, ns=(10**18, 10**18))
    seen = [runs.fingerprint("own")]
    path.write_bytes(b"two")
    os.utime(path, ns=(10**17, 10**17))
    seen.append(runs.fingerprint("own"))
    path.rename(folder / "images" / "1.png")
    seen.append(runs.fingerprint("own"))
    assert len(set(seen)) == 3
    monkeypatch.setenv("HOME", str(root))
    assert runs.fingerprint("~/own") == runs.fingerprint("ivus2011:~/own") == seen[-1]
    assert runs.fingerprint("") == runs.fingerprint("none") == ""


@pytest.mark.parametrize("name", ["Gefäße", "scans #2", "plain"])
def test_clean_removes_the_run_and_no_other(tmp_path, name):
    shutil.copytree(ROOT / "workflow", tmp_path / "workflow")
    shutil.copy(ROOT / "Makefile", tmp_path)
    run, other = (tmp_path / runs.run_folder("quick", data) for data in (name, "other"))
    for folder in (run, other):
        folder.mkdir(parents=True)
    subprocess.run(["make", "clean", f"DATA={name}"], cwd=tmp_path, check=True)
    assert (run.exists(), other.exists()) == (False, True)


@pytest.fixture
def house(tmp_path):
    """A repository of which nothing but the Makefile and the workflow is there, and a Python."""
    shutil.copytree(ROOT / "workflow", tmp_path / "workflow")
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").symlink_to(sys.executable)
    (tmp_path / ".venv" / "installed").touch()
    return tmp_path


def write_page(house, name):
    pages = house / runs.run_folder("quick", name) / "html"
    pages.mkdir(parents=True)
    (pages / "index.html").write_text("the book")


def test_serve_says_that_there_is_no_book(house):
    done = subprocess.run(["make", "serve"], cwd=house, capture_output=True, text=True)
    assert done.returncode
    assert "build/quick/html: no book there; run 'make book' with the same" in done.stderr


def test_serve_shows_the_book_at_the_address_that_it_prints(house):
    write_page(house, "scans #2")
    command = ["make", "serve", "DATA=scans #2", "PORT=0"]  # any that is free
    how = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
    own = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    environment = own | {"PYTHONUNBUFFERED": "1"}  # a make below `make test` tells its folder first
    process = subprocess.Popen(command, cwd=house, env=environment, start_new_session=True, **how)
    try:
        address = re.search(r"http://127\.0\.0\.1:\d+/", process.stdout.readline())[0]
        with urllib.request.urlopen(address, timeout=60) as answer:
            assert answer.read() == b"the book"
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_serve_names_a_port_that_is_taken(house):
    write_page(house, "")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = ["make", "serve", f"PORT={port}"]
        done = subprocess.run(command, cwd=house, capture_output=True, text=True)
    assert done.returncode
    assert f"PORT: {port} is taken, or no port; name another" in done.stderr
    assert "Traceback" not in done.stderr
