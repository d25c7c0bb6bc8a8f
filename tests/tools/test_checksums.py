"""Checksums of generated phantoms are those of the files that a run writes."""

import json

import pytest

from specklegan.datasets import loading
from specklegan.datasets.dataset import save
from tools import checksums


@pytest.fixture(scope="module")
def found():
    return checksums.generate(["smoke"])


def test_checksums_are_those_of_the_files_a_run_writes(found, tmp_path):
    pair = loading.load_pair("phantom", 24, 24, size=32, seed=0)
    for name, dataset in zip(("dataset", "held_out"), pair, strict=True):
        save(dataset, tmp_path / name)
        stated = json.loads((tmp_path / f"{name}.json").read_text())["sha256"]
        assert found["files"][f"smoke/data/{name}.npy"]["sha256"] == stated


def test_what_differs_is_told(found, tmp_path, monkeypatch, capsys):
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
