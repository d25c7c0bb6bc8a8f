"""What departs from the paper, or from plain float32: each option trains, and does what it says."""

import math

import pytest
import torch

from specklegan.training.loop import train
from specklegan.training.settings import TrainingSettings, precision_for
from tests.trainings import SETTINGS, data, networks, real_data, real_networks


@pytest.mark.parametrize(
    "changes",
    [
        {"r1": 0.1},
        {"disguise": ("rotation", "flip", "cutout")},
        {"average": 0.9},
        {"precision": "bfloat16"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_each_option_trains_and_changes_what_is_learned(changes):
    plain = TrainingSettings(steps=3, batch=4)
    other = TrainingSettings(steps=3, batch=4, **changes)
    results = [train(*real_networks(), *real_data(), settings) for settings in (plain, other)]
    weights = [result.image.bias for result, _ in results]
    assert not torch.equal(*weights)
    assert all(math.isfinite(entry["loss_d"]) for _, history in results for entry in history)


def test_bfloat16_keeps_the_losses_and_float32_weights():
    """8 bits of mantissa: one step's losses agree to about 2^-8 a layer, a few per cent in all."""
    results = []
    for precision in ("float32", "bfloat16"):
        settings = TrainingSettings(steps=1, batch=8, precision=precision)
        generator, history = train(*real_networks(), *real_data(), settings)
        assert {p.dtype for p in generator.parameters()} == {torch.float32}
        results.append([history[0]["loss_d"], history[0]["loss_g"]])
    assert results[0] == pytest.approx(results[1], rel=0.05)
    assert results[0] != results[1]


def test_precision_follows_the_device():
    assert precision_for(torch.device("cpu")) == "float32"
    assert precision_for("cuda:0") == "bfloat16"


def test_compiled_networks_are_used_and_train_alike(monkeypatch):
    calls = []

    def compile(network):
        return lambda *inputs: (calls.append(type(network).__name__), network(*inputs))[1]

    plain, _ = train(*networks(), *data(), SETTINGS)
    monkeypatch.setattr(torch, "compile", compile)
    other, _ = train(*networks(), *data(), SETTINGS, compiled=True)
    assert torch.equal(plain.linear.weight, other.linear.weight)
    assert calls.count("TinyGenerator") == SETTINGS.steps
    assert calls.count("TinyDiscriminator") == 2 * SETTINGS.steps
