"""Grey values: two scales and the way between them."""

import numpy as np
import pytest

from specklegan import grey

LEVELS = np.arange(256, dtype=np.uint8).reshape(4, 1, 8, 8)


def test_black_is_minus_one_white_one_and_steps_are_equal():
    images = grey.from_levels(LEVELS)
    assert images.dtype == np.float32
    assert (images.flat[0], images.flat[-1]) == (-1, 1)
    np.testing.assert_allclose(np.diff(images.ravel()), 2 / 255, atol=2e-7)  # float32 near 1


def test_every_level_comes_back_also_where_it_is_disturbed_by_less_than_half_a_level():
    images = grey.from_levels(LEVELS)
    for off in (0, 0.49 / 127.5, -0.49 / 127.5):
        found = grey.to_uint8(images + np.float32(off))
        assert found.dtype == np.uint8
        np.testing.assert_array_equal(found, LEVELS)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_scales_are_linear_and_keep_the_type(kind):
    images = np.array([-1, -0.5, 0, 1], kind)
    for found, expected in (
        (grey.to_levels(images), [0, 63.75, 127.5, 255]),
        (grey.to_unit(images), [0, 0.25, 0.5, 1]),
    ):
        assert found.dtype == kind
        np.testing.assert_array_equal(found, expected)
