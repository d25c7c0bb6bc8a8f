"""Checksums of generated phantoms are those of the files that a run writes."""

import importlib.util
import json

import pytest

from specklegan import datasets
from workflow.presets import ROOT


@pytest.fixture(scope="module")
def checksums():
    spec = importlib.util.spec_from_file_location("checksums", ROOT / "data" / "checksums.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def found(checksums):
    return checksums.generate(["smoke"])


def test_checksums_are_those_of_the_files_a_run_writes(found, tmp_path):
    pair = datasets.load_pair("phantom", 24, 24, size=32, seed=0)
    for name, dataset in zip(("dataset", "held_out"), pair, strict=True):
        datasets.save(dataset, tmp_path / name)
        stated = json.loads((tmp_path / f"{name}.json").read_text())["sha256"]
        assert found["files"][f"smoke/data/{name}.npy"]["sha256"] == stated


def test_what_differs_is_told(checksums, found, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(checksums, "RECORD", tmp_path / "phantoms.json")
    with pytest.raises(
        FileNotFoundError, match=r"phantoms\.json: not found; expected what --recor"
    ):
        checksums.verify(found)
    checksums.RECORD.write_text(json.dumps(found))
    assert checksums.verify(found) == 0
    assert "smoke/data/held_out.npy: as recorded" in capsys.readouterr().out
    other = json.loads(json.dumps(found))
    other["files"]["smoke/data/dataset.npy"]["sha256"] = "0" * 64
    other["versions"]["numpy"] = "1.0"
    assert checksums.verify(other) == 1
    text = capsys.readouterr().out
    assert "smoke/data/dataset.npy: found {'sha256': '000" in text
    assert "'numpy': '1.0'" in text
