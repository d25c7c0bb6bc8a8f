"""Generators that come with the book: those that fit are found, the committed ones are whole."""

import json
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from specklegan import records
from specklegan.networks import pretrained
from specklegan.networks.generator import Generator
from specklegan.networks.settings import GeneratorSettings
from workflow.presets import ROOT

LARGEST = 5 * 2**20  # bytes of one file
CHECKPOINTS = ROOT / "data/checkpoints"
SIZES = {16: (16, 8), 32: (16, 8, 8)}


def phantoms(size, kind="phantom"):
    return SimpleNamespace(images=np.zeros((1, 1, size, size)), source={"kind": kind})


def keep(folder, size):
    """Put a generator and its record into a folder, as a run's results have them."""
    folder.mkdir(parents=True)
    settings = GeneratorSettings(size=size, widths=SIZES[size], last_width=4, edges=(4, 6))
    Generator(settings).save(folder / "generator.safetensors", torch.float16)
    record = records.start("train", folder, {"n": 50, "batch": 8}, 0) | {"kept_at_step": 200}
    records.write(folder / "record.json", record)


@pytest.fixture
def shelf(tmp_path):
    keep(tmp_path / "study/speckle-n50-s0", 16)
    keep(tmp_path / "pictures/speckle-n50-s0-large", 32)
    return tmp_path


def test_only_generators_of_the_same_size_fit(shelf):
    every = pretrained.load_pretrained(shelf)
    assert list(every) == ["pictures/speckle-n50-s0-large", "study/speckle-n50-s0"]
    found = pretrained.pretrained_for(every, phantoms(16))
    assert list(found) == ["study/speckle-n50-s0"]
    generator, about = found["study/speckle-n50-s0"]
    assert about == {"n": 50, "images_seen": 1600}
    assert generator.generate(np.zeros((1, 1, 16, 16), np.uint8), 0).shape == (1, 1, 16, 16)
    assert pretrained.pretrained_for(every, phantoms(64)) == {}
    assert list(pretrained.pretrained_of_size(every, 32)) == ["pictures/speckle-n50-s0-large"]


def test_what_learned_from_phantoms_is_no_measure_for_other_images(shelf):
    every = pretrained.load_pretrained(shelf)
    assert pretrained.pretrained_for(every, phantoms(16, "folder")) == {}


def test_a_shelf_may_be_missing_but_not_half_full(shelf):
    assert pretrained.load_pretrained(shelf / "nothing") == {}
    (shelf / "study/speckle-n50-s0/record.json").unlink()
    with pytest.raises(FileNotFoundError, match=r"record\.json"):
        pretrained.load_pretrained(shelf)
    (shelf / "study/speckle-n50-s0/generator.json").write_text("{")
    with pytest.raises(ValueError, match=r"generator\.safetensors: not a generator"):
        pretrained.load_pretrained(shelf)


def test_a_record_of_another_kind_is_named(shelf):
    path = shelf / "study/speckle-n50-s0/record.json"
    path.write_text(json.dumps({**records.read(path), "kept_at_step": None}))
    record = records.read(path)
    del record["kept_at_step"]
    path.write_text(json.dumps(record))
    with pytest.raises(ValueError, match=r"n50-s0/record\.json: has no 'kept_at_step'"):
        pretrained.load_pretrained(shelf)


def test_recorded_generators_are_small_and_load():
    found = sorted(CHECKPOINTS.rglob("*.safetensors"))
    names = {f"{model}-n{n}-s0" for model in ("speckle", "baseline") for n in (50, 435)}
    every = pretrained.load_pretrained(CHECKPOINTS)
    for preset, size in (("study", 64), ("pictures", 128)):
        ours = pretrained.pretrained_of_size(every, size)
        assert set(ours) >= {f"{preset}/{name}" for name in names}
    for path in found:
        assert path.stat().st_size <= LARGEST, path
        settings, about = Generator.load(path).settings, records.read(path.with_name("record.json"))
        assert settings.speckle == (about["parameters"]["model"] == "speckle")
        assert json.loads(path.with_suffix(".json").read_text())["size"] == settings.size
        assert not about["dirty"]
