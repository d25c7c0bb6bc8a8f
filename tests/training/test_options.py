"""What departs from the paper, or from plain float32: each option trains, and does what it says."""

import math
import os
import signal

import pytest
import torch

from specklegan.training.loop import train
from specklegan.training.settings import TrainingSettings, precision_for
from tests.trainings import (
    SETTINGS,
    STRONG,
    Gain,
    OneWeight,
    TinyDiscriminator,
    TinyGenerator,
    data,
    networks,
    real_data,
    real_networks,
    strong_networks,
)


@pytest.mark.parametrize(
    "changes",
    [
        {"r1": 0.1},
        {"disguise": ("rotation", "flip", "cutout")},
        {"disguise": ("gain",)},
        {"average": 0.9},
        {"separate": True},
        {"precision": "bfloat16"},
    ],
    ids=str,
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


def test_real_and_generated_images_pass_the_discriminator_apart():
    sizes = []

    class Recording(TinyDiscriminator):
        def forward(self, image, mask):
            sizes.append(len(image))
            return super().forward(image, mask)

    settings = TrainingSettings(steps=2, batch=4, latent=2, separate=True)
    train(TinyGenerator(), Recording(), *data(), settings)
    assert sizes == [4] * 6  # real and generated, then the generated ones anew for the generator


def test_apart_or_together_is_the_same_to_a_discriminator_that_sees_each_image_alone():
    found = []
    for separate in (False, True):
        settings = TrainingSettings(steps=3, batch=4, latent=2, r1=0.5, separate=separate)
        generator, history = train(*networks(), *data(), settings)
        found.append((generator.linear.weight, history[-1]["loss_d"]))
    torch.testing.assert_close(found[0][0], found[1][0])  # sums of 8 terms or twice 4: to rounding
    assert found[0][1] == pytest.approx(found[1][1], rel=1e-5)


@pytest.mark.parametrize("separate", [False, True])
def test_groups_of_logits_train_as_their_mean_does(separate):
    """Two groups that hold the same logits, one of them many times, are as good as one."""

    class Grouped(TinyDiscriminator):
        def forward(self, image, mask):
            logits = super().forward(image, mask)
            return logits[:, None].expand(-1, 7), logits

    settings = TrainingSettings(steps=3, batch=4, latent=2, r1=0.5, separate=separate)
    one, history = train(*networks(), *data(), settings)
    torch.manual_seed(0)
    two, grouped = train(TinyGenerator(), Grouped(), *data(), settings)
    torch.testing.assert_close(one.linear.weight, two.linear.weight)
    for key in ("loss_d", "loss_g", "p_real", "p_fake"):
        assert history[-1][key] == pytest.approx(grouped[-1][key], rel=1e-5)


def test_a_rare_penalty_weighs_as_much_more():
    """Only R1 pulls where all is 0: slope r1 / 16, of 16 pixels, four times every fourth step."""
    slopes = []
    generator, discriminator = OneWeight(), Gain()
    discriminator.weight.register_hook(lambda gradient: slopes.append(gradient.item()))
    settings = TrainingSettings(
        steps=6, batch=4, latent=2, discriminator_rate=1e-9, r1=3.2, r1_every=4, separate=True
    )
    zeros = torch.zeros(4, 1, 4, 4)
    train(generator, discriminator, zeros, zeros.to(torch.uint8), settings)
    assert [round(slope, 5) for slope in slopes if slope] == [0.8, 0.8]  # steps 0 and 4


@pytest.mark.parametrize("speckle", [True, False])
def test_strong_stopped_and_resumed_equals_undisturbed_bit_by_bit(tmp_path, speckle):
    settings = TrainingSettings(steps=8, batch=4, seed=1, validate_every=8, **STRONG)
    how = {"validate": lambda network: float(network.image.bias)}
    whole, whole_history = train(*strong_networks(speckle=speckle), *real_data(), settings, **how)

    def stop_at_three(step, *_):
        if step == 3:  # between two penalties
            os.kill(os.getpid(), signal.SIGTERM)

    both = strong_networks(speckle=speckle)
    with pytest.raises(SystemExit, match="stopped at step 3 of 8"):
        train(*both, *real_data(), settings, tmp_path, progress=stop_at_three, **how)
    both = strong_networks(speckle=speckle)
    torch.manual_seed(99)
    resumed, history = train(*both, *real_data(), settings, tmp_path, **how)
    assert history == whole_history
    for a, b in zip(whole.state_dict().values(), resumed.state_dict().values(), strict=True):
        assert torch.equal(a, b)


def test_average_warms_up_and_then_keeps_its_decay():
    """Update k keeps min(decay, (1 + k) / (10 + k)); the first is a copy."""
    generator, discriminator = networks()
    settings = TrainingSettings(steps=5, batch=4, latent=2, average=0.3, average_warm_up=True)
    weights = []

    def collect(step, *_):
        weights.append(generator.linear.weight.detach().clone())

    result, _ = train(generator, discriminator, *data(), settings, progress=collect)
    expected = weights[0]
    for k, weight in enumerate(weights[1:], start=1):
        kept = min(0.3, (1 + k) / (10 + k))  # 2/11, 3/12, then 0.3
        expected = kept * expected + (1 - kept) * weight
    torch.testing.assert_close(result.linear.weight, expected)


def test_a_penalty_never_meets_a_compiled_discriminator(monkeypatch):
    """Its second derivatives are refused there: 'does not currently support double backward'."""

    class Once(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x.clone()

        @staticmethod
        @torch.autograd.function.once_differentiable
        def backward(ctx, gradient):
            return gradient

    def compile(network):
        return lambda image, *others: network(Once.apply(image), *others)

    settings = TrainingSettings(steps=3, batch=4, latent=2, r1=0.5, r1_every=2, separate=True)
    plain, _ = train(*networks(), *data(), settings)
    monkeypatch.setattr(torch, "compile", compile)
    other, _ = train(*networks(), *data(), settings, compiled=True)
    assert torch.equal(plain.linear.weight, other.linear.weight)
