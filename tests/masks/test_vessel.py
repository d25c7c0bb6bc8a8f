"""Contours to masks and back, and artificial masks."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from matplotlib.path import Path
from scipy import ndimage
from skimage import draw

from specklegan.datasets import contours
from specklegan.masks import polygons, vessel
from specklegan.masks.artificial import _invent_contours, artificial_masks


def circle(radius, centre=(31.5, 31.5), points=720):
    angle = np.arange(points) * 2 * np.pi / points
    return np.stack([centre[0] + radius * np.cos(angle), centre[1] + radius * np.sin(angle)], 1)


def test_x_is_the_column_and_y_the_row():
    box = [[1.5, 0.5], [4.5, 0.5], [4.5, 2.5], [1.5, 2.5]]
    expected = np.zeros((5, 7), bool)
    expected[1:3, 2:5] = True
    np.testing.assert_array_equal(polygons.inside(box, (5, 7)), expected)


def test_polygons_that_share_an_edge_share_no_pixel():
    corners = np.array([[2, 3], [12, 3], [12, 17], [2, 17]])  # on pixel centres
    whole = polygons.inside(corners, (20, 20))
    for cut in ([[2, 9], [12, 9]], [[2, 6], [12, 14]]):
        upper = polygons.inside(np.vstack([corners[:2], cut[::-1]]), (20, 20))
        lower = polygons.inside(np.vstack([cut, corners[2:]]), (20, 20))
        np.testing.assert_array_equal(upper.astype(int) + lower, whole)


def test_circles_have_the_area_of_circles():
    mask = vessel.from_contours(circle(12), circle(20), (64, 64))
    areas = [(mask == 0).sum(), (mask <= 1).sum()]
    # Gauss's circle problem: the error is below a few times sqrt(radius).
    for area, radius in zip(areas, (12, 20), strict=True):
        assert abs(area - np.pi * radius**2) < 4 * np.sqrt(radius)
    assert set(np.unique(mask)) == {0, 1, 2}
    assert mask.dtype == np.uint8


def test_closing_direction_and_starting_point_do_not_matter():
    points = circle(15, points=90)
    mask = polygons.inside(points, (64, 64))
    for same in (np.vstack([points, points[:1]]), points[::-1], np.roll(points, 17, axis=0)):
        np.testing.assert_array_equal(polygons.inside(same, (64, 64)), mask)


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
    np.testing.assert_array_equal(polygons.inside(points, (33, 40)), expected)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(3, 90))
def test_inside_agrees_with_scikit_image(seed, corners):
    generator = np.random.default_rng(seed)
    points = generator.uniform(-8, 40, (corners, 2))  # crosses itself and leaves the picture
    expected = draw.polygon2mask((33, 40), points[:, ::-1])
    np.testing.assert_array_equal(polygons.inside(points, (33, 40)), expected)


@pytest.mark.parametrize("size", [32, 64, 256])
def test_contours_lie_where_they_were_drawn(size):
    """Moved by an eighth of a pixel, areas and centroids follow: positions are sub-pixel."""
    moved = []
    for step in np.arange(64) / 64:
        mask = polygons.inside(circle(size / 3, (size / 2 + step, size / 2 - step)), (size, size))
        moved.append([mask.sum(), *(axis.mean() for axis in np.nonzero(mask))])
    area, row, column = np.mean(moved, axis=0)
    # Averaged over 64 positions the grid does not matter, beyond about 1 / (64 sqrt(size)) pixels.
    assert area == pytest.approx(np.pi * size**2 / 9, rel=1e-3)
    assert row == pytest.approx(size / 2 - 63 / 128, abs=0.005)
    assert column == pytest.approx(size / 2 + 63 / 128, abs=0.005)


def blob(seed, size=64):
    """Points of a smooth closed curve about the middle, and one inside it."""
    generator = np.random.default_rng(seed)
    angle = np.arange(360) * 2 * np.pi / 360
    waves = generator.normal(size=4) / np.arange(2, 6) ** 2
    ripple = waves @ np.cos(np.outer(np.arange(2, 6), angle) + generator.uniform(0, 6, (4, 1)))
    radius = size * 0.34 * (1 + 0.4 * ripple)
    unit = np.stack([np.cos(angle), np.sin(angle)], 1)
    middle = (size - 1) / 2 + generator.uniform(-2, 2, 2)
    return middle + 0.6 * radius[:, None] * unit, middle + radius[:, None] * unit


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_mask_to_contours_and_back_is_the_same_mask(seed):
    mask = vessel.from_contours(*blob(seed), (64, 64))
    again = vessel.from_contours(*vessel.to_contours(mask), (64, 64))
    np.testing.assert_array_equal(again, mask)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_contours_to_mask_and_back_are_the_same_curves(seed):
    drawn = blob(seed)
    traced = vessel.to_contours(vessel.from_contours(*drawn, (64, 64)))
    for before, after in zip(drawn, traced, strict=True):
        away = contours.distance_to(after, before)
        # A point midway between a pixel in and its neighbour out: the curve passes between them.
        assert away.max() <= 0.5 + 1e-9
        assert away.mean() < 0.3
        # Area: each of about 2 pi r border pixels is half in or out, at random.
        assert abs(polygons.area(after)) == pytest.approx(abs(polygons.area(before)), rel=0.03)


def test_traced_area_is_the_number_of_pixels_less_a_half():
    """Marching squares cut an eighth off each convex corner, of which there are four too many."""
    for seed in range(20):
        mask = vessel.from_contours(*blob(seed), (64, 64))
        for curve, region in zip(vessel.to_contours(mask), (mask == 0, mask < 2), strict=True):
            assert abs(polygons.area(curve)) == pytest.approx(region.sum() - 0.5, abs=1e-9)


def test_a_vessel_that_meets_the_edge_is_closed_there():
    mask = np.full((9, 9), 2)
    mask[3:, 2:7] = 1
    mask[5:, 4] = 0
    lumen, media = vessel.to_contours(mask)
    assert media[:, 1].max() == 8.5
    np.testing.assert_array_equal(vessel.from_contours(lumen, media, (9, 9)), mask)


def test_masks_without_a_vessel_have_no_contours():
    with pytest.raises(ValueError, match=r"mask has no lumen \(label 0\); expected all of a ves"):
        vessel.to_contours(np.full((8, 8), 1))
    with pytest.raises(ValueError, match=r"mask has no intima/media \(label 1\)"):
        vessel.to_contours(np.zeros((8, 8), int))
    with pytest.raises(ValueError, match=r"mask has shape \(1, 8, 8\); expected \(H, W\)"):
        vessel.to_contours(np.zeros((1, 8, 8), int))


def test_lumen_wins_over_media():
    mask = vessel.from_contours(circle(20), circle(10), (64, 64))
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
        vessel.from_contours(contour, circle(9), (32, 32))


@pytest.fixture(scope="module")
def artificial():
    return artificial_masks(200, 64, 0)


def test_artificial_masks_are_vessels(artificial):
    assert artificial.shape == (200, 1, 64, 64)
    assert artificial.dtype == np.uint8
    assert (artificial[:, 0, 31:33, 31:33] == 0).all()  # the catheter lies in the lumen
    for mask in artificial[:, 0]:
        assert set(np.unique(mask)) == {0, 1, 2}
        assert ndimage.label(mask < 2)[1] == 1  # one vessel
        grown = ndimage.binary_dilation(mask == 0)  # by one pixel in four directions
        assert not (grown & (mask == 2)).any()  # its wall is closed


@pytest.mark.parametrize("size", [8, 16, 32, 128, 256])
def test_no_lumen_outside_the_wall_at_any_size(size):
    for mask in artificial_masks(60, size, 1)[:, 0]:
        assert not (ndimage.binary_dilation(mask == 0) & (mask == 2)).any()
        assert {1, 2} <= set(np.unique(mask))


def test_artificial_contours_are_nested_everywhere():
    """The gap is 0.05 along a ray from the middle, so a little less straight across."""
    generator = np.random.default_rng(5)
    for _ in range(150):
        lumen, media = _invent_contours(generator)
        assert path_holds(media, lumen)
        away = np.hypot(*(lumen[:, None] - media).transpose(2, 0, 1)).min()
        assert away > 0.03
        assert path_holds(lumen, np.zeros((1, 2)))  # the catheter


def path_holds(curve, points):
    return Path(np.vstack([curve, curve[:1]]), closed=True).contains_points(points).all()


def test_artificial_masks_differ_and_repeat(artificial):
    np.testing.assert_array_equal(artificial_masks(200, 64, 0), artificial)
    assert len(np.unique(artificial.reshape(200, -1), axis=0)) == 200
    assert (artificial_masks(200, 64, 1) != artificial).mean() > 0.05
    share = (artificial == 0).mean((1, 2, 3))
    assert share.std() > 0.02  # sizes vary
    plaque = (artificial == 1).sum((1, 2, 3)) / (artificial < 2).sum((1, 2, 3))
    assert plaque.min() < 0.3  # from hardly any
    assert plaque.max() > 0.6  # to more than the lumen


def test_artificial_masks_are_the_same_shapes_at_any_size(artificial):
    large = artificial_masks(200, 192, 0)
    centres = large[:, :, 1::3, 1::3]  # pixel centres of the small picture
    np.testing.assert_array_equal(centres, artificial)


def test_artificial_masks_need_a_number():
    with pytest.raises(ValueError, match="n = 0, size = 64; expected"):
        artificial_masks(0, 64, 0)
