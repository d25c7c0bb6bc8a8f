"""Contours: what is read, and what is refused with file and line."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from specklegan.datasets import contours
from specklegan.datasets.entries import BadFile
from specklegan.masks import polygons
from tests.samples import circle, write_contour

SHAPE = (384, 384)


def read(path, **options):
    """Read and check as the loader does."""
    points, lines = contours.read_contour(path, **options)
    contours.check_contour(path, points, lines, SHAPE)
    return points, lines


@pytest.mark.parametrize(
    "text",
    [
        "10,20\n30,20\n30.5,40\n",
        "10, 20\n30, 20\n30.5, 40",
        "\ufeff10,20\r\n30,20\r\n30.5,40\r\n",
        "10,20\n\n  30 ,20\n30.5,4e1\n\n",
        "10,20\n30,20\n30.5,40\n10,20\n",  # closed
        "10,20\n30,20\n30,20\n30.5,40\n",  # a point twice
    ],
)
def test_all_writings_of_a_contour_read_the_same(tmp_path, text):
    (tmp_path / "c.txt").write_bytes(text.encode())
    points, lines = read(tmp_path / "c.txt")
    order = np.roll(points, -np.flatnonzero((points == [10, 20]).all(1))[0], axis=0)
    np.testing.assert_array_equal(order, [[10, 20], [30, 20], [30.5, 40]])
    assert len(lines) == 3


def test_coordinates_may_count_from_one(tmp_path):
    write_contour(tmp_path / "c.txt", circle(50) + 1)
    np.testing.assert_allclose(read(tmp_path / "c.txt", first_pixel=1)[0], circle(50), atol=0.006)


EIGHT = [(100, 100), (200, 200), (200, 100), (100, 200)]
BAD = {
    r"c\.txt: empty \(0 bytes\)": "",
    r"c\.txt: empty \(3 bytes\)": " \n\n",
    r"c\.txt, line 2: '3;4'; expected x,y as two numbers$": "1,2\n3;4\n5,6\n",
    r"c\.txt, line 1: '1 2'; expected x,y as two numbers \(and 2 more": "1 2\n3 4\n5 6\n",
    r"c\.txt, line 1: '1\\t2'; expected": "1\t2\n3\t4\n",
    r"c\.txt, line 3: 'nan,6'; expected x,y": "1,2\n3,4\nnan,6\n7,8\n",
    r"c\.txt, line 2: 'inf, 4'; expected": "1,2\ninf, 4\n5,6\n",
    r"c\.txt, line 1: 'x,y'; expected": "x,y\n1,2\n3,4\n5,9\n",
    r"c\.txt, line 2: '3,4,5'; expected": "1,2\n3,4,5\n",
    r"c\.txt, line 2: '3,'; expected": "1,2\n3,\n",
    r"c\.txt, line 1: '1_0,2'; expected": "1_0,2\n3,4\n5,6\n",
    r"c\.txt, line 1: '\\ufffd\\x00,2'": b"\xff\x00,2\n3,4\n",
    r"c\.txt, line 2: 2 different points; expected three or more": "1,2\n30,40\n",
    r"c\.txt, line 3: 1 different points; expected": "5,5\n5,5\n5,5\n",
    r"c\.txt, line 2: point 1e\+99, 4 is outside the frame \(1 such": "1,2\n1e99,4\n5,60\n",
    r"c\.txt, line 2: point inf, 4 is outside": "1,2\n1e999,4\n5,60\n",
    r"c\.txt, line 3: point 50, -9 is outside .* x in 0\.\.383": "10,20\n30,40\n50,-9\n",
    r"c\.txt, line 2: point 386, 4 is outside": "1,2\n386,4\n5,60\n",
    r"c\.txt, line 1: crosses itself at line 3; expected a simple curve": "".join(
        f"{x},{y}\n" for x, y in EIGHT
    ),
    r"c\.txt: encloses 0 pixels; expected a closed curve": "1,1\n2,2\n3,3\n",
    r"c\.txt, line 3001: 3001 points; expected at most 3000": "".join(
        f"{x:.3f},{y:.3f}\n" for x, y in circle(100, points=3001)
    ),
    r"c\.txt: \d+ bytes; expected a text file of at most 1048576": "1,2\n" * 300_000,
}


@pytest.mark.parametrize(("message", "text"), BAD.items())
def test_what_is_no_contour_is_refused_by_file_and_line(tmp_path, message, text):
    path = tmp_path / "c.txt"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(BadFile, match=message) as error:
        read(path)
    assert str(error.value).startswith(str(path))
    assert str(error.value).isprintable()


def test_missing_contours_are_named(tmp_path):
    with pytest.raises(BadFile, match=r"c\.txt: not found; expected a text file"):
        read(tmp_path / "c.txt")


def test_a_pixel_beyond_the_frame_is_a_matter_of_counting(tmp_path):
    box = [(-1, 0), (384, 0), (384, 384), (0, 384)]
    write_contour(tmp_path / "c.txt", box)
    assert len(read(tmp_path / "c.txt")[0]) == 4


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(3, 60))
def test_star_shaped_polygons_do_not_cross_themselves(seed, corners):
    generator = np.random.default_rng(seed)
    angle = np.sort(generator.uniform(0, 2 * np.pi, corners))
    radius = generator.uniform(20, 150, corners)
    points = np.unique(np.round(radius * np.exp(1j * angle), 6))
    points = points[np.argsort(np.angle(points))]
    if len(points) == corners and np.diff(angle, append=angle[0] + 2 * np.pi).max() < np.pi:
        assert contours.first_crossing(np.stack([points.real, points.imag], 1)) is None


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_crossings_are_found_wherever_they_are(seed):
    """Exchange two opposite stretches of a circle's points: the curve then crosses itself."""
    generator = np.random.default_rng(seed)
    points = circle(80 + 40 * generator.random(), points=int(generator.integers(8, 200)))
    first, length = generator.integers(len(points)), generator.integers(2, len(points) // 2 + 1)
    turned = np.roll(points, -first, axis=0)
    turned[:length] = turned[:length][::-1].copy()
    small = contours.first_crossing(turned) is None
    assert not small or brute_force(turned) is None


def brute_force(points):
    """Compare every pair of edges by solving for their meeting point; loops as in the module."""
    edges = list(zip(points, np.roll(points, -1, axis=0), strict=True))
    for i, (p, q) in enumerate(edges):
        for j in range(i + 2, len(edges) - (i == 0)):
            r, s = edges[j]
            matrix = np.stack([q - p, r - s], 1)
            if abs(np.linalg.det(matrix)) > 1e-9:
                t, u = np.linalg.solve(matrix, r - p)
                inner = np.vstack([p + t * (q - p), points[i + 1 : j + 1]])
                outer = np.vstack([p + t * (q - p), points[j + 1 :], points[: i + 1]])
                loop = min(abs(polygons.area(inner)), abs(polygons.area(outer)))
                if 1e-9 < t < 1 - 1e-9 and 1e-9 < u < 1 - 1e-9 and loop > 1.01:
                    return i, j
    return None


def test_a_curve_that_returns_to_a_point_crosses_itself(tmp_path):
    loops = [(100, 100), (150, 150), (200, 100), (200, 200), (150, 150), (100, 200)]
    write_contour(tmp_path / "c.txt", loops)
    with pytest.raises(BadFile, match=r"line 2: crosses itself at line 5"):
        read(tmp_path / "c.txt")


def test_a_shaking_pen_is_no_crossing(tmp_path):
    points = circle(100)
    points[[100, 101]] = points[[101, 100]]  # a loop of a pixel's area or less
    write_contour(tmp_path / "c.txt", points)
    read(tmp_path / "c.txt")


def test_distance_to_a_polygon():
    square = np.array([[0.0, 0], [10, 0], [10, 10], [0, 10]])
    points = np.array([[5, -3], [13, 14], [5, 2], [10, 5]])
    np.testing.assert_allclose(contours.distance_to(points, square), [3, 5, 2, 0], atol=1e-12)


@pytest.mark.parametrize(
    ("shift", "message"), [(49, None), (51.5, None), (53, "3.0"), (70, "20.0")]
)
def test_a_lumen_outside_the_media_is_refused(tmp_path, shift, message):
    media, lumen = circle(100), circle(50, (191.5 + shift, 191.5))
    lines = np.arange(360) + 1
    pair = (tmp_path / "lum.txt", lumen, lines), (tmp_path / "med.txt", media, lines)
    if message is None:
        contours.check_nested(*pair)
        return
    found = (
        rf"lum\.txt, line (1|360): the lumen lies {message} pixels outside the media of med\.txt"
    )
    with pytest.raises(BadFile, match=found):
        contours.check_nested(*pair)


def test_a_long_edge_outside_is_seen_between_its_ends(tmp_path):
    media = circle(100)
    media[:20] = (media[:20] - 191.5) * 0.7 + 191.5  # a dent that the lumen's edge bridges
    lumen = circle(99, points=8)
    lines = np.arange(1, 361)
    with pytest.raises(BadFile, match="expected it inside"):
        contours.check_nested((tmp_path / "l", lumen, lines), (tmp_path / "m", media, lines))
