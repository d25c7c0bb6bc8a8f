"""Faults put into sound images are found, one at a time; sound phantoms have none."""

import numpy as np
import pytest

from specklegan.metrics.anatomy_checks import (
    anatomy_faults,
    count_catheters,
    rim_faults,
    variety,
)
from specklegan.phantom import simulate

SIZE = 64


@pytest.fixture(scope="module")
def phantoms():
    return simulate(100, SIZE, seed=5)[0]


def radius(size=SIZE):
    axis = np.arange(size) - (size - 1) / 2
    return np.hypot(axis[:, None], axis)


def test_each_phantom_has_one_catheter(phantoms):
    assert count_catheters(phantoms).tolist() == [1] * len(phantoms)


@pytest.mark.parametrize("shift", [(0, 11), (9, -9), (-16, 0), (4, 20)])
def test_a_second_catheter_is_counted(phantoms, shift):
    """A noisy copy of the middle, 9 px wide, pasted beside it as generators do."""
    images = phantoms[:20].copy()
    to = tuple(slice(32 + s - 5, 32 + s + 5) for s in shift)
    disc = radius(10) < 4.5
    images[:, 0, to[0], to[1]][:, disc] = images[:, 0, 27:37, 27:37][:, disc]
    noise = np.random.default_rng(0).normal(0, 0.2, (20, 10, 10))
    images[:, 0, to[0], to[1]] += noise * disc
    ring = phantoms[:20, 0, 29:35, 29:35].max((1, 2)) > -0.3  # a dim ring is no catheter elsewhere
    assert ring.sum() > 10
    assert set(count_catheters(images[ring])) == {2}


def test_three_and_none(phantoms):
    three, none = phantoms[:1].copy(), phantoms[:1].copy()
    for shift in (-14, 14):
        three[0, 0, 27:37, 27 + shift : 37 + shift] = three[0, 0, 27:37, 27:37]
    none[0, 0, 24:40, 24:40] = none[0, 0, 2:18, 24:40]
    assert count_catheters(np.concatenate([three, none])).tolist() == [3, 0]


def test_the_count_does_not_hang_on_the_size():
    """The same picture with four pixels in the place of one."""
    images = simulate(4, 32, seed=1)[0].repeat(4, axis=2).repeat(4, axis=3)
    assert count_catheters(images).tolist() == [1] * 4


def test_the_rim_of_phantoms_is_whole(phantoms):
    outside, torn = rim_faults(phantoms)
    assert outside == 0
    assert torn < 0.3  # shadows, at any place


def test_light_outside_the_disc_is_its_share(phantoms):
    images, outside = phantoms.copy(), radius() > 32.5
    images[::2, :, outside] = 0  # in half of the images
    assert rim_faults(images)[0] == pytest.approx(0.5)


def test_a_tear_is_at_the_same_place_in_all_images(phantoms):
    images = phantoms.copy()
    images[:80, 0, 26:34, 56:] = -1
    assert rim_faults(images)[1] == pytest.approx(0.8, abs=0.1)  # and shadows in the others
    for k, image in enumerate(images):  # the same as shadows, each elsewhere
        image[0] = np.rot90(phantoms[k, 0], k % 4)
        image[0, 26:34, 56:] = -1
        image[0] = np.rot90(image[0], k % 4)
    assert rim_faults(images)[1] < 0.5


def test_shares_of_faults(phantoms):
    found = anatomy_faults(phantoms)
    assert (found["many"], found["none"], found["outside"]) == (0, 0, 0)
    images = phantoms[:8].copy()
    images[:2, 0, 27:37, 41:51] = images[:2, 0, 27:37, 27:37]
    images[2:7, 0] = -1
    assert anatomy_faults(images) == {
        "many": 2 / 8,
        "none": 5 / 8,
        "outside": 0,
        "torn": rim_faults(images)[1],
    }
    assert set(anatomy_faults(phantoms[:, :, ::4, ::4])) == {"outside", "torn"}  # 16 px


def test_variety_is_a_ratio_of_variances():
    random = np.random.default_rng(0)
    real, z = random.standard_normal((2, 400, 1, 8, 8))
    # a ratio of means of 64 variances of 400: standard error about 0.25 * (4 / (64 * 400))^0.5
    assert variety(0.5 * z, real) == pytest.approx(0.25, abs=5 * 0.25 * 0.0125)
    assert variety(np.repeat(z[:1], 5, 0), real) == pytest.approx(0, abs=1e-12)


def test_wrong_images_are_named():
    images = np.zeros((2, 1, 16, 16))
    for function in (count_catheters, rim_faults):
        with pytest.raises(ValueError, match=r"shape \(N, 1, S, S\), found \(2, 16, 16\)"):
            function(images[:, 0])
    with pytest.raises(ValueError, match=r"a catheter of 0.8 px; expected at least 1.5 px"):
        count_catheters(images)
    with pytest.raises(ValueError, match="real ones that differ"):
        variety(images, images)
    with pytest.raises(ValueError, match="found 1 images and 2 real ones"):
        variety(images[:1], np.random.default_rng(0).random((2, 1, 16, 16)))
