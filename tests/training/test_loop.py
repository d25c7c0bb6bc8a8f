"""Losses by closed form, a loop that learns, validates, and continues where it stopped."""

import math
import os
import signal
import subprocess
import sys

import numpy as np
import pytest
import torch

from specklegan.training import ema
from specklegan.training.loop import train
from specklegan.training.losses import discriminator_loss, generator_loss
from specklegan.training.settings import TrainingSettings
from tests.trainings import (
    SETTINGS,
    Gain,
    OneWeight,
    TinyDiscriminator,
    TinyGenerator,
    data,
    networks,
    real_data,
    real_networks,
)
from workflow.presets import ROOT


def flip(images, masks, random):
    return (images.flip(3), masks.flip(3)) if torch.rand((), generator=random) < 0.5 else (
        images, masks)  # fmt: skip


def test_losses_equal_the_papers_written_with_probabilities():
    real, fake = torch.tensor([0.3, -2.0]), torch.tensor([1.0, 0.1])
    d_real, d_fake = real.sigmoid(), fake.sigmoid()
    expected = -d_real.log().mean() - (1 - d_fake).log().mean()
    torch.testing.assert_close(discriminator_loss(real, fake), expected)
    torch.testing.assert_close(generator_loss(fake), -d_fake.log().mean())


def test_undecided_discriminator_costs_twice_ln_two():
    zero = torch.zeros(5)
    assert discriminator_loss(zero, zero).item() == pytest.approx(2 * math.log(2))
    assert generator_loss(zero).item() == pytest.approx(math.log(2))


def test_each_group_counts_equally_however_many_logits_it_holds():
    undecided, sure = torch.zeros(5, 7), torch.full((5,), 2.0)
    apart = [generator_loss(group).item() for group in (undecided, sure)]
    assert generator_loss((undecided, sure)).item() == pytest.approx(sum(apart) / 2)
    both = [discriminator_loss(group, -group).item() for group in (undecided, sure)]
    found = discriminator_loss((undecided, sure), [-undecided, -sure]).item()
    assert found == pytest.approx(sum(both) / 2)


def test_training_moves_the_generated_mean_towards_the_data():
    images, masks = data(64)
    settings = TrainingSettings(steps=300, batch=32, rate=1e-2, discriminator_rate=1e-2, latent=2)
    generator, history = train(*networks(), images, masks, settings)
    fake = generator(torch.randn(500, 2), torch.zeros(500, 1, 4, 4))
    assert abs(fake.mean().item() - 0.5) < 0.2  # starts near 0.05, data at 0.5
    assert history[-1]["step"] == 300
    assert history[-1]["images_seen"] == 300 * 32


@pytest.mark.parametrize("average", [0.0, 0.9])
def test_stopped_and_resumed_equals_undisturbed_bit_by_bit(tmp_path, average):
    settings = TrainingSettings(steps=8, batch=4, latent=2, seed=1, average=average)
    whole, whole_history = train(*networks(), *data(), settings, augment=flip)

    def stop_at_three(step, *_):
        if step == 3:
            os.kill(os.getpid(), signal.SIGTERM)

    with pytest.raises(SystemExit, match="stopped at step 3 of 8"):
        train(*networks(), *data(), settings, tmp_path, flip, progress=stop_at_three)
    torch.manual_seed(99)  # what the resuming process starts from must not matter
    resumed, history = train(TinyGenerator(), TinyDiscriminator(), *data(), settings, tmp_path,
                             flip)  # fmt: skip
    assert history == whole_history
    for a, b in zip(whole.state_dict().values(), resumed.state_dict().values(), strict=True):
        assert torch.equal(a, b)
    assert not list(tmp_path.glob("*.tmp"))


def test_a_finished_run_is_not_trained_again(tmp_path):
    train(*networks(), *data(), SETTINGS, tmp_path)
    seen = []
    train(*networks(), *data(), SETTINGS, tmp_path, progress=lambda *a: seen.append(a))
    assert seen == []


def test_average_is_a_running_mean_of_the_weights():
    settings = TrainingSettings(steps=2, batch=4, latent=2, average=0.9)
    weights = []

    def collect(step, *_):
        weights.append(generator.linear.weight.detach().clone())

    generator, discriminator = networks()
    result, _ = train(generator, discriminator, *data(), settings, progress=collect)
    expected = 0.9 * weights[0] + 0.1 * weights[1]  # the average starts at the first weights
    torch.testing.assert_close(result.linear.weight, expected)


def test_every_image_is_seen_once_before_any_is_seen_again():
    images = np.arange(10, dtype=np.float32)[:, None, None, None] * np.ones((1, 1, 4, 4), "f")
    seen = []

    def watch(batch, masks, random):
        seen.extend(batch[:, 0, 0, 0].tolist())
        return batch, masks

    settings = TrainingSettings(steps=5, batch=4, latent=2)
    train(*networks(), images, images.astype(np.uint8), settings, augment=watch)
    assert sorted(seen[:10]) == sorted(seen[10:]) == list(range(10))


def test_bad_input():
    images, masks = data()
    with pytest.raises(ValueError, match=r"shape \(N, 1, H, W\)"):
        train(*networks(), images[:, 0], masks, SETTINGS)
    with pytest.raises(ValueError, match="no images"):
        train(*networks(), images[:0], masks[:0], SETTINGS)
    with pytest.raises(FloatingPointError, match="not finite at step 1"):
        train(*networks(), images * np.nan, masks, SETTINGS)


def test_real_and_generated_images_pass_the_discriminator_together():
    sizes = []

    class Recording(TinyDiscriminator):
        def forward(self, image, mask):
            sizes.append(len(image))
            return super().forward(image, mask)

    settings = TrainingSettings(steps=2, batch=4, latent=2)
    train(TinyGenerator(), Recording(), *data(), settings)
    assert sizes == [8] * 4  # once for each network's update: 4 real and 4 generated


FILES = tuple(f"training/{file}.py" for file in ("loop", "losses", "discriminator_augmentation"))


def moves(settings, augment=None):
    """Return how far each step moves the weight of the generator and of the discriminator."""
    both, ones = (OneWeight(), Gain()), np.ones((4, 1, 4, 4), np.float32)
    path = [[0.0, 0.0]]

    def note(*_):
        path.append([network.weight.item() for network in both])

    train(*both, ones, ones.astype(np.uint8), settings, augment=augment, progress=note)
    return np.diff(path, axis=0).T  # (2, steps)


def test_steps_under_a_steady_gradient_are_the_scheduled_rates():
    """Adam's mean gradient over its root mean square is then 1, whatever its betas."""
    rates = {"rate": 1e-5, "discriminator_rate": 4e-6, "final_rate": 1e-7}
    found = moves(TrainingSettings(steps=8, batch=4, latent=2, **rates))
    factors = np.array([1, 1, 1, 1, 0.1, 0.1, 0.01, 0.01])
    # weights of at most 5e-5 change the gradients by about as much, relative to them
    np.testing.assert_allclose(found, np.outer([1e-5, 4e-6], factors), rtol=1e-3)


def test_after_one_push_both_networks_coast_as_adam_with_the_papers_betas():
    """The first gradient is g, all later ones are 0: the moments are g and g^2 times powers."""
    push = iter([1, 0, 0, 0, 0, 0])

    def once(images, masks, random):
        factor = next(push)
        return factor * images, factor * masks

    rates = {"rate": 1e-5, "discriminator_rate": 1e-5, "final_rate": 1e-5}
    found = moves(TrainingSettings(steps=6, batch=4, latent=2, **rates), once)
    t = np.arange(1, 7)
    mean, square = ((1 - b) * b ** (t - 1) / (1 - b**t) for b in (0.5, 0.999))
    # float32; a second beta of 0.99 would differ by 1 % at the end
    np.testing.assert_allclose(found, [1e-5 * mean / np.sqrt(square)] * 2, rtol=1e-4)


def test_r1_enters_the_loss_with_half_its_weight():
    """Where all is 0, only R1 pulls: r1 / 2 (1 + w)^2 / 16, of 16 pixels, has slope r1 / 16."""
    zeros, gradients = np.zeros((4, 1, 4, 4), np.float32), []
    discriminator = Gain()
    discriminator.weight.register_hook(lambda gradient: gradients.append(gradient.item()))
    settings = TrainingSettings(steps=1, batch=4, latent=2, r1=3.2)
    train(OneWeight(), discriminator, zeros, zeros.astype(np.uint8), settings)
    assert gradients == pytest.approx([3.2 / 16])


@pytest.mark.parametrize("disguise", [(), ("rotation", "flip")], ids=["plain", "disguised"])
def test_the_discriminator_sees_every_image_with_its_own_mask(disguise):
    """Real and generated images are bright exactly where their masks are 1."""
    masks = np.random.default_rng(0).integers(0, 2, (8, 1, 4, 4)).astype(np.uint8)
    agreed = []

    class Comparing(Gain):
        def forward(self, image, mask):
            agreed.append(torch.equal(image > 0, mask > 0))
            return super().forward(image, mask)

    settings = TrainingSettings(steps=2, batch=4, latent=2, disguise=disguise)
    train(OneWeight(0.5), Comparing(), masks.astype(np.float32), masks, settings, augment=flip)
    assert agreed == [True] * 4


def test_history_holds_means_since_the_entry_before():
    """Steps 1 to 4 of two runs with equal seeds: entries every step, and every second step."""
    few = TrainingSettings(steps=4, batch=4, latent=2)
    each = [entry["loss_d"] for entry in train(*networks(), *data(), few)[1]]

    class Rarely(TrainingSettings):
        note_every = 2

    every_second = train(*networks(), *data(), Rarely(steps=4, batch=4, latent=2))[1]
    assert [entry["step"] for entry in every_second] == [2, 4]
    expected = [(each[0] + each[1]) / 2, (each[2] + each[3]) / 2]
    assert [entry["loss_d"] for entry in every_second] == pytest.approx(expected, rel=1e-6)


def test_nothing_in_a_step_waits_for_the_device(monkeypatch):
    """Reading a number is what would wait: no tensor is read between two history entries."""

    class Never(TrainingSettings):
        note_every = 1000

    reads = []
    for name in ("item", "tolist", "__bool__", "__float__", "__int__"):
        original = getattr(torch.Tensor, name)

        def noted(tensor, *arguments, original=original, name=name):
            if sys._getframe(1).f_code.co_filename.endswith(FILES):
                reads.append((name, sys._getframe(1).f_code.co_name))
            return original(tensor, *arguments)

        monkeypatch.setattr(torch.Tensor, name, noted)
    settings = Never(steps=3, batch=4, latent=2, r1=0.1, disguise=("rotation", "flip", "cutout"))
    train(*networks(), *data(), settings)
    assert reads == [("tolist", "note")]  # the last entry's


def test_the_best_generator_is_kept_and_validation_changes_nothing_else():
    settings = TrainingSettings(steps=8, batch=4, latent=2, validate_every=8)
    weights, distances = [], iter([3.0, 1.0, 2.0, math.nan])

    def distance(network):
        assert not network.training
        weights.append(network.linear.weight.detach().clone())
        return next(distances)

    lasting = []
    finish = {"finish": lambda network: lasting.append(network.linear.weight.detach().clone())}
    best, history = train(*networks(), *data(), settings, validate=distance, **finish)
    assert torch.equal(best.linear.weight, weights[1])
    assert torch.equal(lasting[0], weights[3])
    assert not torch.equal(best.linear.weight, weights[3])
    found = {entry["step"]: entry["distance"] for entry in history if "distance" in entry}
    assert list(found) == [2, 4, 6, 8]
    assert found[4] == 1.0
    last, plain = train(*networks(), *data(), settings)
    assert torch.equal(last.linear.weight, weights[3])  # as if nobody had looked
    assert [e["loss_g"] for e in history] == [e["loss_g"] for e in plain]


def test_the_best_so_far_outlives_a_stop(tmp_path):
    settings = TrainingSettings(steps=4, batch=4, latent=2, validate_every=4)
    weights = []

    def distance(network):
        weights.append(network.linear.weight.detach().clone())
        if len(weights) == 2:
            os.kill(os.getpid(), signal.SIGTERM)
        return float(len(weights))  # the first is the best

    with pytest.raises(SystemExit, match="stopped at step 2 of 4"):
        train(*networks(), *data(), settings, tmp_path, validate=distance)
    best, history = train(*networks(), *data(), settings, tmp_path, validate=distance)
    assert [entry["distance"] for entry in history] == [1, 2, 3, 4]
    assert torch.equal(best.linear.weight, weights[0])


@pytest.mark.parametrize("average", [0.0, 0.9])
def test_what_is_validated_is_what_is_returned(average):
    settings = TrainingSettings(steps=4, batch=4, average=average, validate_every=1)
    masks, seen = real_data()[1], []

    def distance(network):
        seen.append(network.generate(masks, seed=0))
        return -len(seen) if len(seen) < 4 else 0.0  # the third is the best

    best, _ = train(*real_networks(), *real_data(), settings, validate=distance)
    np.testing.assert_array_equal(best.generate(masks, seed=0), seen[2])


def test_settling_gives_the_statistics_of_the_averaged_weights():
    """For weights that do not change, the mean of 16 batches' statistics is their own."""
    generator, _ = networks()
    masks = torch.zeros(64, 1, 4, 4)
    before = generator.norm.momentum
    ema.settle(generator, masks, TrainingSettings(batch=64, latent=2))
    assert generator.norm.momentum == before
    weight = generator.linear.weight
    # z is standard normal: mean = bias, variance = |w|^2; 1024 draws, so 5 standard errors are .16
    spread = weight.square().sum(1)
    error = (generator.norm.running_mean - generator.linear.bias) / spread.sqrt()
    assert error.abs().max() < 5 / math.sqrt(1024)
    assert (generator.norm.running_var / spread - 1).abs().max() < 5 * math.sqrt(2 / 1024)


def test_samples_are_taken_on_the_way_in_inference_mode():
    seen = []
    settings = TrainingSettings(steps=16, batch=4, latent=2)
    train(
        *networks(), *data(), settings, sample=lambda step, net: seen.append((step, net.training))
    )
    assert seen == [(2, False), (4, False), (8, False), (16, False)]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills forked processes")
def test_killed_at_random_moments_it_ends_with_the_same_bytes():
    """The same with 20 kills: python tests/kill_training.py."""
    command = [sys.executable, "tests/kill_training.py", "--kills", "2"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "same bytes as undisturbed" in done.stdout


def test_an_interrupt_ends_the_step_and_saves(tmp_path):
    def interrupt_at_two(step, *_):
        if step == 2:
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt, match="stopped at step 2 of 8: state saved"):
        train(*networks(), *data(), SETTINGS, tmp_path, progress=interrupt_at_two)
    assert torch.load(tmp_path / "state.pt", weights_only=True)["step"] == 2
