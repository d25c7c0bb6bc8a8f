"""Rasterised contours and artificial masks."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.path import Path
from scipy import ndimage

from specklegan import masks


def circle(radius, centre=(31.5, 31.5), points=720):
    angle = np.arange(points) * 2 * np.pi / points
    return np.stack([centre[0] + radius * np.cos(angle), centre[1] + radius * np.sin(angle)], 1)


def test_x_is_the_column_and_y_the_row():
    box = [[1.5, 0.5], [4.5, 0.5], [4.5, 2.5], [1.5, 2.5]]
    expected = np.zeros((5, 7), bool)
    expected[1:3, 2:5] = True
    np.testing.assert_array_equal(masks.inside(box, (5, 7)), expected)


def test_polygons_that_share_an_edge_share_no_pixel():
    corners = np.array([[2, 3], [12, 3], [12, 17], [2, 17]])  # on pixel centres
    whole = masks.inside(corners, (20, 20))
    for cut in ([[2, 9], [12, 9]], [[2, 6], [12, 14]]):
        upper = masks.inside(np.vstack([corners[:2], cut[::-1]]), (20, 20))
        lower = masks.inside(np.vstack([cut, corners[2:]]), (20, 20))
        np.testing.assert_array_equal(upper.astype(int) + lower, whole)


def test_circles_have_the_area_of_circles():
    mask = masks.from_contours(circle(12), circle(20), (64, 64))
    areas = [(mask == 0).sum(), (mask <= 1).sum()]
    # Gauss's circle problem: the error is below a few times sqrt(radius).
    for area, radius in zip(areas, (12, 20), strict=True):
        assert abs(area - np.pi * radius**2) < 4 * np.sqrt(radius)
    assert set(np.unique(mask)) == {0, 1, 2}
    assert mask.dtype == np.uint8


def test_closing_direction_and_starting_point_do_not_matter():
    points = circle(15, points=90)
    mask = masks.inside(points, (64, 64))
    for same in (np.vstack([points, points[:1]]), points[::-1], np.roll(points, 17, axis=0)):
        np.testing.assert_array_equal(masks.inside(same, (64, 64)), mask)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(3, 40))
def test_inside_agrees_with_matplotlib(seed, corners):
    generator = np.random.default_rng(seed)
    angle = np.sort(generator.uniform(0, 2 * np.pi, corners))
    radius = generator.uniform(2, 30, corners)  # may leave the picture
    points = np.stack([20 + radius * np.cos(angle), 16 + radius * np.sin(angle)], 1)
    y, x = np.mgrid[:33, :40]
    closed = Path(np.vstack([points, points[:1]]), closed=True)
    expected = closed.contains_points(np.stack([x.ravel(), y.ravel()], 1)).reshape(33, 40)
    np.testing.assert_array_equal(masks.inside(points, (33, 40)), expected)


def test_lumen_wins_over_media():
    mask = masks.from_contours(circle(20), circle(10), (64, 64))
    assert set(np.unique(mask)) == {0, 2}


@pytest.mark.parametrize(
    ("contour", "message"),
    [
        (np.zeros((2, 2)), r"lumen has shape \(2, 2\); expected \(M, 2\)"),
        (np.zeros((9, 3)), r"lumen has shape \(9, 3\)"),
        (np.full((9, 2), np.nan), "lumen has points that are not finite"),
    ],
)
def test_what_is_no_contour_is_refused(contour, message):
    with pytest.raises(ValueError, match=message):
        masks.from_contours(contour, circle(9), (32, 32))


@pytest.fixture(scope="module")
def artificial():
    return masks.artificial_masks(200, 64, 0)


def test_artificial_masks_are_vessels(artificial):
    assert artificial.shape == (200, 1, 64, 64)
    assert artificial.dtype == np.uint8
    assert (artificial[:, 0, 31:33, 31:33] == 0).all()  # the catheter lies in the lumen
    for mask in artificial[:, 0]:
        assert set(np.unique(mask)) == {0, 1, 2}
        assert ndimage.label(mask < 2)[1] == 1  # one vessel
        grown = ndimage.binary_dilation(mask == 0)  # by one pixel in four directions
        assert not (grown & (mask == 2)).any()  # its wall is closed


def test_artificial_masks_differ_and_repeat(artificial):
    np.testing.assert_array_equal(masks.artificial_masks(200, 64, 0), artificial)
    assert len(np.unique(artificial.reshape(200, -1), axis=0)) == 200
    assert (masks.artificial_masks(200, 64, 1) != artificial).mean() > 0.05
    share = (artificial == 0).mean((1, 2, 3))
    assert share.std() > 0.02  # sizes vary
    plaque = (artificial == 1).sum((1, 2, 3)) / (artificial < 2).sum((1, 2, 3))
    assert plaque.min() < 0.3  # from hardly any
    assert plaque.max() > 0.6  # to more than the lumen


def test_artificial_masks_are_the_same_shapes_at_any_size(artificial):
    large = masks.artificial_masks(200, 192, 0)
    centres = large[:, :, 1::3, 1::3]  # pixel centres of the small picture
    np.testing.assert_array_equal(centres, artificial)


def test_artificial_masks_need_a_number():
    with pytest.raises(ValueError, match="n = 0, size = 64; expected"):
        masks.artificial_masks(0, 64, 0)
