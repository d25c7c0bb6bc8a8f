"""The fuzzer itself: it repeats, it reaches every target, and it tells what it found."""

import subprocess
import sys

import numpy as np
import pytest

from tests import fuzz_readers
from workflow.presets import ROOT


def test_some_hundred_cases_pass():
    command = [sys.executable, "-m", "tests.fuzz_readers", "--cases", "400"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert "400 cases, none failed" in done.stdout
    for target in fuzz_readers.samples():
        assert f"\n{target} " in done.stdout


def test_a_case_repeats(tmp_path):
    known = fuzz_readers.samples()
    for number in range(10):
        first, second = (fuzz_readers.run_case(tmp_path, known, 3, number) for _ in range(2))
        assert first == second


def test_mutations_get_past_the_checksums_of_a_png():
    chance, (sample, *_) = np.random.default_rng(0), fuzz_readers.samples()["picture"]
    assert fuzz_readers.mended(sample) == sample
    spoilt = bytearray(sample)
    spoilt[50] ^= 1
    assert len(fuzz_readers.mended(bytes(spoilt))) == len(sample)
    assert fuzz_readers.mutate(chance, sample) != sample


def test_a_reader_that_breaks_is_told_with_its_input(tmp_path, monkeypatch):
    def broken(path):
        raise KeyError("decoder")

    monkeypatch.setattr(fuzz_readers, "read_grey", broken)
    known = {"picture": fuzz_readers.samples()["picture"]}
    with pytest.raises(KeyError) as error:
        fuzz_readers.run_case(tmp_path, known, 0, 1)
    (note,) = error.value.__notes__
    assert note.startswith("seed 0, case 1, target picture, input ")
    assert bytes.fromhex(note.split()[-1])
