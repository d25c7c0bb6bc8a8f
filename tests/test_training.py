"""Losses by closed form, a loop that learns, and runs that continue where they stopped."""

import math
import os
import signal

import numpy as np
import pytest
import torch
from torch import nn

from specklegan.training import (
    TrainingSettings,
    discriminator_loss,
    generator_loss,
    train,
)

SETTINGS = TrainingSettings(steps=8, batch=4, latent=2, seed=1)


class TinyGenerator(nn.Module):
    """Not one of ours: the loop must know no architecture."""

    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(2, 16)
        self.norm = nn.BatchNorm1d(16)

    def forward(self, z, mask, random=None):
        noise = torch.rand(len(z), 16, generator=random)
        return (self.norm(self.linear(z)) + 0.1 * noise).view(-1, 1, 4, 4) + 0 * mask


class TinyDiscriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(16, 8), nn.ReLU(), nn.Linear(8, 1))

    def forward(self, image, mask):
        return self.layers(image.flatten(1))[:, 0]


def networks():
    torch.manual_seed(0)
    return TinyGenerator(), TinyDiscriminator()


def data(n=10):
    random = np.random.default_rng(0)
    images = (0.5 + 0.1 * random.standard_normal((n, 1, 4, 4))).astype(np.float32)
    return images, random.integers(0, 3, images.shape).astype(np.uint8)


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


def test_rates_fall_in_two_equal_factors():
    settings = TrainingSettings(steps=100, rate=1e-3, final_rate=1e-5)
    assert [settings.factor(k) for k in (0, 49, 50, 74, 75, 99)] == pytest.approx(
        [1, 1, 0.1, 0.1, 0.01, 0.01]
    )


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


def test_foreign_and_damaged_checkpoints_are_refused_and_kept(tmp_path):
    train(*networks(), *data(), SETTINGS, tmp_path)
    other = TrainingSettings(steps=8, batch=2, latent=2, seed=1)
    before = (tmp_path / "state.pt").read_bytes()
    with pytest.raises(ValueError, match=r"state\.pt: made with .*'batch': 4.* expected"):
        train(*networks(), *data(), other, tmp_path)
    assert (tmp_path / "state.pt").read_bytes() == before
    (tmp_path / "state.pt").write_bytes(before[: len(before) // 2])
    with pytest.raises(ValueError, match=r"state\.pt: not a checkpoint"):
        train(*networks(), *data(), SETTINGS, tmp_path)


def test_bad_input():
    images, masks = data()
    with pytest.raises(ValueError, match=r"shape \(N, 1, H, W\)"):
        train(*networks(), images[:, 0], masks, SETTINGS)
    with pytest.raises(ValueError, match="no images"):
        train(*networks(), images[:0], masks[:0], SETTINGS)
    with pytest.raises(FloatingPointError, match="not finite at step 1"):
        train(*networks(), images * np.nan, masks, SETTINGS)
    with pytest.raises(ValueError, match="batch must be positive, found 0"):
        TrainingSettings(batch=0)
    with pytest.raises(ValueError, match="average"):
        TrainingSettings(average=1.0)


def test_real_and_generated_images_pass_the_discriminator_together():
    sizes = []

    class Recording(TinyDiscriminator):
        def forward(self, image, mask):
            sizes.append(len(image))
            return super().forward(image, mask)

    settings = TrainingSettings(steps=2, batch=4, latent=2)
    train(TinyGenerator(), Recording(), *data(), settings)
    assert sizes == [8] * 4  # once for each network's update: 4 real and 4 generated
