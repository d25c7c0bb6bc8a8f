"""Pictures and masks of whole pull-backs: grain, grey levels, patients, determinism."""

import hashlib

import numpy as np
import pytest

from specklegan.masks import vessel
from specklegan.metrics import local_speckle
from specklegan.phantom import pullbacks, scanner

CLINICAL_QUANTILES = {1: 0, 5: 0, 25: 51, 50: 93, 75: 126, 95: 168, 99: 201}  # one 20 MHz frame


@pytest.fixture(scope="module")
def frames():
    return pullbacks.simulate_pullbacks(60, 64, 0)


@pytest.fixture(scope="module")
def clinical():
    """Thirty patients by the clinical scanner, one frame each."""
    return pullbacks.simulate_pullbacks(30, 384, 3, patients=30)


def disc(size):
    centre = np.arange(size) - (size - 1) / 2
    return np.hypot(centre[:, None], centre)


def test_nothing_shines_outside_the_disc_or_on_the_catheter(frames):
    radius = disc(64) * 2 * scanner.FIELD / 64
    hidden = (radius >= scanner.FIELD) | (radius <= scanner.CATHETER)
    assert frames.grey[:, hidden].max() == 0
    assert frames.grey[:, ~hidden].mean() > 60


def test_grey_levels_resemble_the_clinical_frame(clinical, frames):
    percent, expected = map(list, zip(*CLINICAL_QUANTILES.items(), strict=True))
    found = np.percentile(clinical.grey[:, disc(384) < 192], percent)
    # Patients differ in gain by 1.5 dB = 9 levels; 30 of them leave an error of 3 for a quantile.
    assert abs(found - expected).max() < 12
    # The coarse scanner puts fewer cells into each layer, so only roughly the same.
    found = np.percentile(frames.grey[:, disc(64) < 32], percent)
    assert abs(found - expected).max() < 25


def test_grain_of_the_clinical_scanner_lies_in_the_range_of_the_real_frame(clinical):
    reach = np.hypot(*(clinical.media - 191.5).transpose(2, 0, 1)).max(1)
    grain = local_speckle.grain_in_rings(
        clinical.grey[reach < local_speckle.RINGS[0][0]]
    )  # (N, 3, 2)
    error = grain.std(0, ddof=1) / np.sqrt(len(grain))
    for axis, (low, high) in enumerate([(4.7, 4.8), (5.9, 6.1)]):  # px along, degrees across
        assert np.all(grain.mean(0)[:, axis] > low - 3 * error[:, axis])
        assert np.all(grain.mean(0)[:, axis] < high + 3 * error[:, axis])
    assert error.max() < 0.25  # the test can fail: a tenth more or less would be seen


def test_seed_decides_everything(frames):
    again = pullbacks.simulate_pullbacks(60, 64, 0)
    np.testing.assert_array_equal(again.grey, frames.grey)
    np.testing.assert_array_equal(again.lumen, frames.lumen)
    other = pullbacks.simulate_pullbacks(60, 64, 1)
    assert (other.grey != frames.grey).mean() > 0.5
    digests = {hashlib.sha256(frame.tobytes()).hexdigest() for frame in frames.grey}
    assert len(digests) == 60


def test_patients_do_not_depend_on_how_many_there_are():
    few = pullbacks.simulate_pullbacks(4, 32, 5, patients=2)
    more = pullbacks.simulate_pullbacks(6, 32, 5, patients=3)
    np.testing.assert_array_equal(few.grey, more.grey[:4])


@pytest.mark.parametrize("size", [32, 47, 128, 512])
def test_simulate_returns_the_contract_at_any_size(size):
    images, labels = pullbacks.simulate(2, size, 3, patients=1)
    assert images.shape == labels.shape == (2, 1, size, size)
    assert (images.dtype, labels.dtype) == (np.float32, np.uint8)
    assert images.min() == -1
    assert images.max() <= 1
    grey = (images + 1) * 127.5
    assert abs(grey - np.rint(grey)).max() < 1e-4  # 8-bit levels
    assert set(np.unique(labels)) == {0, 1, 2}


def test_mask_is_the_contours(frames):
    expected = vessel.from_contours(frames.lumen[7], frames.media[7], (64, 64))
    np.testing.assert_array_equal(frames.labels()[7], expected)
    # Shoelace area of the contour against counted pixels: both err by the boundary only.
    x, y = frames.media[7].T
    area = abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2
    boundary = np.hypot(*np.diff(frames.media[7], axis=0).T).sum()
    assert abs((expected < 2).sum() - area) < boundary / 2


def test_mask_fits_the_picture(clinical):
    """Just inside the media contour the ring is dark, just outside the adventitia is bright."""
    centre = 191.5
    change = []
    for grey, contour in zip(clinical.grey, clinical.media, strict=True):
        ray = contour - centre
        inner, outer = (
            grey[tuple(np.rint(centre + ray * (1 + shift)).astype(int).T[::-1])].mean()
            for shift in (-0.04, 0.04)
        )
        change.append(outer - inner)
    assert np.mean(change) > 25
    assert np.min(change) > 0


def test_neighbouring_frames_share_their_anatomy_but_not_their_speckle():
    frames = pullbacks.simulate_pullbacks(80, 32, 2, patients=4)
    assert list(np.unique(frames.patients, return_counts=True)[1]) == [20] * 4
    radius = np.hypot(*(frames.media - 15.5).transpose(2, 0, 1))  # (N, 360)
    step = np.abs(np.diff(radius, axis=0)).mean(1)
    same = np.diff(frames.patients) == 0
    assert step[same].mean() < 0.5 * step[~same].mean()
    pairs = zip(frames.grey, frames.grey[1:], strict=False)
    assert max(np.corrcoef(a.ravel(), b.ravel())[0, 1] for a, b in pairs) < 0.95


def test_patients_default_to_ten_or_more():
    assert len(np.unique(pullbacks.simulate_pullbacks(24, 16, 0).patients)) == 10
    owner = pullbacks.simulate_pullbacks(435, 16, 0).patients
    assert list(np.unique(owner, return_counts=True)[1]) == [40] * 6 + [39] * 5


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n": 0}, r"n = 0, seed = 0, patients = 10; expected n >= 1"),
        ({"seed": -1}, r"seed = -1"),
        ({"patients": 0}, r"patients = 0"),
        ({"size": 8}, r"size is 8; expected at least 16 pixels"),
        ({"frequency": 5e8}, r"frequency is 5e\+08 Hz; expected"),
    ],
)
def test_bad_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        pullbacks.simulate(**{"n": 2, "size": 32, "seed": 0} | arguments)
