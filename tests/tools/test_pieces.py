"""Pieces of a run: what they leave, and how the next goes on. Profiles and jobs elsewhere."""

import json
import os
import shutil
import signal
import subprocess
import sys

import numpy as np
import pytest
import torch

from specklegan.networks.generator import Generator
from specklegan.networks.settings import GeneratorSettings
from tools import pieces
from workflow import build, presets, runs
from workflow.jobs import Jobs
from workflow.presets import ROOT


@pytest.fixture
def house(tmp_path, monkeypatch):
    """An empty repository with a run's folder."""
    monkeypatch.setattr(presets, "ROOT", tmp_path)
    run = tmp_path / runs.run_folder("quick")
    torch.manual_seed(0)
    small = GeneratorSettings(size=16, widths=(8, 8), last_width=4, edges=(4, 6))
    Generator(small).save(run / "gan/speckle-n8-s0/generator.safetensors")
    (run / "gan/speckle-n8-s0/record.json").write_text("{}")
    (run / "gan/speckle-n8-s1").mkdir()
    (run / "gan/speckle-n8-s1/state.pt").write_bytes(os.urandom(5000))
    (run / "html").mkdir()
    (run / "html/index.html").write_text("page")
    return tmp_path


def outcome(monkeypatch, page):
    def fake(preset, data, limit):
        assert 0 < limit < 60 * 9
        if isinstance(page, Exception):
            raise page
        return page

    monkeypatch.setattr(build, "build", fake)


def test_a_piece_leaves_results_and_state_in_small_files(house, monkeypatch):
    outcome(monkeypatch, None)
    monkeypatch.setattr(pieces, "LARGEST", 2000)
    assert pieces.piece("quick", "", 9, house / "one") is False
    assert json.loads((house / "one/status.json").read_text())["complete"] is False
    parts = sorted((house / "one").glob("state.*"))
    assert len(parts) > 3
    assert max(part.stat().st_size for part in parts) <= 2000
    copy = Generator.load(house / "one/results/gan/speckle-n8-s0/generator.safetensors")
    whole = Generator.load(house / "build/quick/gan/speckle-n8-s0/generator.safetensors")
    masks = np.zeros((1, 1, 16, 16), np.uint8)
    np.testing.assert_allclose(copy.generate(masks, 0), whole.generate(masks, 0), atol=0.01)
    assert (house / "one/results/gan/speckle-n8-s0/record.json").is_file()
    assert not (house / "one/results/html").exists()


def test_the_next_piece_finds_every_byte(house, monkeypatch):
    outcome(monkeypatch, None)
    pieces.piece("quick", "", 9, house / "one")
    run = house / "build/quick"
    state = (run / "gan/speckle-n8-s1/state.pt").read_bytes()
    os.utime(run / "gan/speckle-n8-s1/state.pt", (1e9, 1e9))
    shutil.rmtree(house / "one")
    pieces.piece("quick", "", 9, house / "one")
    run.rename(house / "elsewhere")
    outcome(monkeypatch, house / "page")
    source = house / "source.py"
    source.touch()  # as in a fresh copy of the repository: newer than all that was made
    assert pieces.piece("quick", "", 9, house / "two", house / "one") is True
    assert (run / "gan/speckle-n8-s1/state.pt").read_bytes() == state
    oldest = min(path.stat().st_mtime for path in run.rglob("*"))
    assert oldest >= source.stat().st_mtime  # or Snakemake would make everything again
    assert not list((house / "two").glob("state.*"))
    assert json.loads((house / "two/status.json").read_text())["complete"] is True


def test_a_failed_piece_still_leaves_what_it_has(house, monkeypatch):
    outcome(monkeypatch, ValueError("1 of 9 steps failed"))
    with pytest.raises(ValueError, match="1 of 9 steps failed"):
        pieces.piece("quick", "", 9, house / "one")
    assert (house / "one/state.000").is_file()
    assert "1 of 9" in json.loads((house / "one/status.json").read_text())["failure"]


def test_mistakes_are_named(house, monkeypatch):
    outcome(monkeypatch, None)
    pieces.piece("quick", "", 9, house / "one")
    with pytest.raises(ValueError, match=r"one: not empty; expected a new folder"):
        pieces.piece("quick", "", 9, house / "one")
    with pytest.raises(ValueError, match=r"quick: exists already; leave --resume out"):
        pieces.piece("quick", "", 9, house / "two", house / "one")
    with pytest.raises(FileNotFoundError, match=r"found no state\.000"):
        pieces.piece("quick", "", 9, house / "two", house / "nowhere")
    with pytest.raises(ValueError, match=r"--minutes: found 0\.5, expected more than 0\.75"):
        pieces.piece("quick", "", 0.5, house / "two")
    (house / "build/quick").rename(house / "elsewhere")
    part = house / "one/state.000"
    part.write_bytes(part.read_bytes()[:500])
    with pytest.raises(ValueError, match="state damaged"):
        pieces.piece("quick", "", 9, house / "two", house / "one")
    assert not (house / "build/quick").exists()


def test_unknown_profiles_are_named():
    build.check_profile("local")
    with pytest.raises(ValueError, match="PROFILE: found 'grid', expected one of local, slurm"):
        build.check_profile("grid")


def test_a_missing_plugin_is_named(monkeypatch):
    monkeypatch.setattr(build.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ValueError, match="slurm needs snakemake-executor-plugin-slurm: install"):
        build.check_profile("slurm")


def test_jobs_elsewhere_become_steps():
    lines, name = [], "06_train_gan/speckle-n8-s0"

    class Progress:
        expected = dict.fromkeys([name])

        def line(self, step, text):
            lines.append((step, text.split(" in ")[0]))

    printed = """
rule train:
    input: a, b
    output: build/x/gan/speckle-n8-s0/generator.safetensors
    log: build/x/log/06_train_gan/speckle-n8-s0.ipynb
    jobid: 7
    wildcards: point=speckle-n8-s0
Job 7 has been submitted with SLURM jobid 3 (log: /somewhere/3.log).
Error in rule train:
    message: SLURM-job '3' failed
    jobid: 7
    output: build/x/gan/speckle-n8-s0/generator.safetensors
    log: build/x/log/06_train_gan/speckle-n8-s0.ipynb, /somewhere/3.log (check log file(s))
rule train:
    log: build/x/log/06_train_gan/speckle-n8-s0.ipynb
    jobid: 7
[Sun Nov 22 14:20:01 2026]
Finished jobid: 7 (Rule: train)
localrule choose:
    log: build/x/log/search/speckle-n8.txt
    jobid: 8
Finished jobid: 8 (Rule: choose)
Finished jobid: 0 (Rule: all)"""
    jobs = Jobs(Progress())
    for line in printed.splitlines():
        jobs.line(line)
    assert [text.split(",")[0] for step, text in lines if step == name] == [
        "started",
        "failed",
        "started",
        "done",
    ]
    assert len(lines) == 4


STOPPING = """
import pathlib, time
from specklegan.training import checkpoint
with checkpoint.stop_on_signal() as stop:
    pathlib.Path({flag!r}).touch()
    while not stop:
        time.sleep(0.05)
    time.sleep(3.5)  # a step, a validation, a large state: longer than Jupyter's usual patience
    pathlib.Path({saved!r}).touch()
raise SystemExit("stopped")
"""


def test_a_stopped_notebook_gets_time_to_save(tmp_path):
    flag, saved = tmp_path / "flag", tmp_path / "saved"
    source = STOPPING.format(flag=str(flag), saved=str(saved))
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "source": source}
    content = {"cells": [cell | {"outputs": [], "execution_count": None}], "metadata": {}}
    (tmp_path / "in.ipynb").write_text(json.dumps(content | {"nbformat": 4, "nbformat_minor": 5}))
    command = [sys.executable, "-m", "workflow.run_notebook", tmp_path / "in.ipynb"]
    command += [tmp_path / "log.ipynb", tmp_path / "out.ipynb"]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    while not flag.exists():
        assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) == 130
    assert saved.exists()
    assert not (tmp_path / "out.ipynb").exists()
