"""Keeping a run with the book: what is copied, in which form, and what is refused."""

import numpy as np
import pytest
import torch

from specklegan import records
from specklegan.datasets import dataset
from specklegan.networks import pretrained
from specklegan.networks.generator import Generator
from specklegan.networks.settings import GeneratorSettings
from tools import keep

NAMES = ("speckle-n50-s0", "baseline-n50-s0", "speckle-n100-s0")


def write(path, kind, dirty=False):
    record = records.start(kind, path.parent, {"n": 50, "batch": 16}, 0)
    records.write(path, record | {"kept_at_step": 100, "dirty": dirty})


@pytest.fixture
def run(tmp_path):
    """A run with two records of its results and three generators of 16 px."""
    run, small = tmp_path / "run", {"size": 16, "widths": (16, 8), "last_width": 4, "edges": (4, 6)}
    write(run / "evaluate/record.json", "evaluate")
    write(run / "peer/n50-s0/record.json", "peer")
    for name in NAMES:
        settings = GeneratorSettings(speckle=name.startswith("speckle"), **small)
        Generator(settings).save(run / "gan" / name / "generator.safetensors")
        write(run / "gan" / name / "record.json", "train")
        (run / "gan" / name / "history.json").write_text("[]")
    random = np.random.default_rng(0)
    images = random.random((5, 1, 16, 16), dtype=np.float32) * 2 - 1
    labels = np.zeros((5, 1, 16, 16), np.uint8)
    names, source = tuple("abcde"), {"kind": "phantom"}
    held = dataset.Dataset(images, labels, names, np.arange(5), ("a", "b", "c"), source=source)
    for name in ("dataset", "held_out"):
        dataset.save(held, run / "data" / name)
    return run


def test_what_is_kept(run, tmp_path):
    data = tmp_path / "data"
    kept = keep.keep(run, "study", [50, 435], 0, data)
    assert all(path.is_file() for path in kept)
    assert {path.name for path in (data / "results/study").iterdir()} == {
        "evaluate.json",
        "peer-n50-s0.json",
    }
    shelf = data / "checkpoints/study"
    assert {path.name for path in shelf.iterdir()} == {*NAMES[:2], "samples.png"}
    for name in NAMES[:2]:
        weights = [run / "gan" / name, shelf / name]
        before, after = (Generator.load(path / "generator.safetensors") for path in weights)
        for one, other in zip(before.parameters(), after.parameters(), strict=True):
            assert torch.equal(one.half().float(), other)
    every = pretrained.load_pretrained(shelf.parent)
    found = pretrained.pretrained_for(every, dataset.open(run / "data/held_out"))
    seen = {name: about["images_seen"] for name, (_, about) in found.items()}
    assert seen == {f"study/{name}": 1600 for name in NAMES[:2]}
    assert len(records.recorded_runs(data / "results")) == 2


def test_records_may_be_kept_without_generators(run, tmp_path, monkeypatch):
    monkeypatch.setattr(keep.presets, "ROOT", tmp_path)
    assert keep.main(["--preset", "study", "--run", str(run), "--n"]) == 0
    assert (tmp_path / "data/results/study/evaluate.json").is_file()
    assert not (tmp_path / "data/checkpoints").exists()


def test_records_of_changed_code_are_refused(run, tmp_path):
    write(run / "evaluate/record.json", "evaluate", dirty=True)
    with pytest.raises(ValueError, match=r"evaluate.record\.json: made by files that differ"):
        keep.keep(run, "study", [50], 0, tmp_path / "data")


def test_large_generators_are_refused(run, tmp_path, monkeypatch):
    monkeypatch.setattr(keep, "LARGEST", 1000)
    with pytest.raises(ValueError, match="at most 1000"):
        keep.keep(run, "study", [50], 0, tmp_path / "data")
    assert not list((tmp_path / "data").rglob("*.safetensors"))


def test_clinical_images_are_not_passed_on(run, tmp_path):
    path = run / "data/held_out.json"
    path.write_text(path.read_text().replace("phantom", "ivus2011"))
    with pytest.raises(ValueError, match="kind 'ivus2011'; expected phantoms"):
        keep.keep(run, "study", [50], 0, tmp_path / "data")
    assert not (tmp_path / "data").exists()


def test_a_run_without_results_is_no_run(run, tmp_path, capsys):
    assert keep.main(["--run", str(tmp_path / "nothing")]) == 1
    assert "expected a run with its data" in capsys.readouterr().err
    for path in run.glob("*/record.json"):
        path.unlink()
    (run / "peer/n50-s0/record.json").unlink()
    assert keep.main(["--run", str(run)]) == 1
    assert "found no record" in capsys.readouterr().err
