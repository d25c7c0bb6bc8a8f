"""Metrics: closed forms, invariances, sampling theory, parity with independent code."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from scipy.linalg import sqrtm
from scipy.ndimage import binary_erosion
from skimage.metrics import hausdorff_distance

from specklegan import records
from specklegan.metrics import distances, overlap


def normal(n, d, seed, scale=1.0, shift=0.0):
    return np.random.default_rng(seed).normal(shift, scale, (n, d))


def plain_frechet(a, b):
    """Compute the paper's formula as it is written, with SciPy's matrix square root."""
    c1, c2 = np.cov(a.T), np.cov(b.T)
    difference = a.mean(axis=0) - b.mean(axis=0)
    return difference @ difference + np.trace(c1 + c2 - 2 * sqrtm(c1 @ c2).real)


def test_frechet_equals_the_formula():
    a, b = normal(200, 6, 0), normal(150, 6, 1, scale=1.5, shift=0.3)
    assert distances.frechet_distance(a, b) == pytest.approx(plain_frechet(a, b), rel=1e-9)


def test_frechet_with_fewer_samples_than_dimensions():
    """Tr (C1 C2)^(1/2) as the sum of the roots of the eigenvalues, which are real and >= 0."""
    a, b = normal(10, 40, 2), normal(12, 40, 3, scale=2)
    roots = np.sqrt(np.linalg.eigvals(np.cov(a.T) @ np.cov(b.T)).real.clip(0))
    shift = a.mean(axis=0) - b.mean(axis=0)
    trace = np.trace(np.cov(a.T)) + np.trace(np.cov(b.T))
    expected = shift @ shift + trace - 2 * roots.sum()
    # rounding of zero eigenvalues (1e-16) enters by its root, 40 times
    assert distances.frechet_distance(a, b) == pytest.approx(expected, abs=1e-5)


def test_frechet_of_known_gaussians():
    """A copy scaled by s and shifted by m is m^2 + (s - 1)^2 Tr C away, exactly."""
    a = normal(80, 5, 4)
    shift = np.arange(5.0)
    expected = shift @ shift + 0.25 * np.trace(np.cov(a.T))
    centred = a - a.mean(axis=0)
    assert distances.frechet_distance(centred, 1.5 * centred + shift) == pytest.approx(expected)


@settings(max_examples=25, deadline=None)
@given(st.integers(3, 20), st.integers(3, 20), st.integers(1, 12), st.integers(0, 99))
def test_frechet_is_a_distance(n, m, d, seed):
    a, b = normal(n, d, seed), normal(m, d, seed + 1, scale=2)
    rotation = np.linalg.qr(normal(d, d, seed + 2))[0]
    distance = distances.frechet_distance(a, b)
    assert distance >= 0
    assert distances.frechet_distance(a, a) == pytest.approx(0, abs=1e-9)
    assert distances.frechet_distance(b, a) == pytest.approx(distance)
    assert distances.frechet_distance(a @ rotation + 3, b @ rotation + 3) == pytest.approx(distance)


def test_frechet_wavelet_distance_is_the_mean_over_packets():
    a, b = np.stack([normal(9, 4, k) for k in range(3)]), np.stack([normal(9, 4, 7)] * 3)
    expected = np.mean([plain_frechet(x, y) for x, y in zip(a, b, strict=True)])
    assert distances.frechet_wavelet_distance(a, b) == pytest.approx(expected)
    with pytest.raises(ValueError, match="3 and 2 packets"):
        distances.frechet_wavelet_distance(a, b[:2])


@pytest.mark.parametrize(("n", "printed"), [("n=50", 165), ("n=435", 47)])
def test_improvement_is_the_papers(n, printed):
    numbers = records.paper_numbers().set_index(["claim", "condition"])["value"]
    found = distances.improvement(numbers["fid-baseline", n], numbers["fid-speckle", n])
    assert round(found) == printed == numbers["improvement", n]


def test_kernel_distance_equals_a_double_loop():
    a, b = normal(7, 3, 0), normal(5, 3, 1)

    def kernel(x, y):
        return (np.dot(x, y) / 3 + 1) ** 3

    within_a = [kernel(a[i], a[j]) for i in range(7) for j in range(7) if i != j]
    within_b = [kernel(b[i], b[j]) for i in range(5) for j in range(5) if i != j]
    between = [kernel(x, y) for x in a for y in b]
    expected = np.mean(within_a) + np.mean(within_b) - 2 * np.mean(between)
    assert distances.kernel_distance(a, b) == pytest.approx(expected)


def test_kernel_distance_is_unbiased_where_frechet_is_not():
    values = np.array(
        [distances.kernel_distance(normal(20, 8, k), normal(20, 8, k + 500)) for k in range(300)]
    )
    # mean of 300 draws: within 4 standard errors of 0
    assert abs(values.mean()) < 4 * values.std() / np.sqrt(300)
    biased = [
        distances.frechet_distance(normal(20, 8, k), normal(20, 8, k + 500)) for k in range(20)
    ]
    assert min(biased) > 0.1
    shifted = distances.kernel_distance(normal(200, 8, 0), normal(200, 8, 1, shift=1))
    assert shifted > 10 * values.std()


@pytest.mark.parametrize("distance", [distances.frechet_distance, distances.kernel_distance])
def test_features_of_wrong_shape_are_named(distance):
    with pytest.raises(ValueError, match="3 and 4 features"):
        distance(normal(5, 3, 0), normal(5, 4, 0))
    with pytest.raises(ValueError, match=r"b: shape \(1, 3\)"):
        distance(normal(5, 3, 0), normal(1, 3, 0))


def test_jensen_shannon_closed_forms():
    dark, light = np.full(10, -0.9), np.full(30, 0.9)
    assert distances.jensen_shannon(dark, dark) == 0
    assert distances.jensen_shannon(dark, light) == pytest.approx(1)
    # one half of b is a: m = (3/4, 1/4); JS = H(m) - H(b) / 2 in bits
    mixed = np.concatenate([dark, light[:10]])
    entropy = -(0.75 * np.log2(0.75) + 0.25 * np.log2(0.25))
    assert distances.jensen_shannon(dark, mixed) == pytest.approx(entropy - 0.5)
    assert np.isnan(distances.jensen_shannon(dark, []))


@pytest.mark.parametrize(("bins", "given"), [(3, {"bins": 3}), (256, {})], ids=["3", "default"])
def test_jensen_shannon_divides_minus_one_to_one_into_equal_bins(bins, given):
    """Both ends of a bin are alike, and neighbouring bins share nothing."""
    edges = np.linspace(-1, 1, bins + 1)
    inset = 0.1 / bins  # a twentieth of a bin: no rounding moves a value across an edge
    low, high = edges[:-1] + inset, edges[1:] - inset
    assert distances.jensen_shannon(low, high, **given) == 0
    assert distances.jensen_shannon(low[::2], low[1::2], **given) == pytest.approx(1)


def test_jensen_shannon_per_class_sees_the_class_that_changed():
    masks = np.tile(np.arange(4, dtype=np.uint8).reshape(1, 1, 2, 2) % 3, (5, 1, 1, 1))
    real = masks / 2 - 0.5
    fake = np.where(masks == 1, 0.9, real)
    values = distances.jensen_shannon_per_class(real, masks, fake, masks, classes=4)
    assert values[:3] == pytest.approx([0, 1, 0])
    assert np.isnan(values[3])  # no pixel has label 3


def test_ssim():
    images = np.random.default_rng(0).uniform(-1, 1, (4, 1, 16, 16))
    assert distances.ssim(images, images) == pytest.approx(1)
    assert distances.ssim(images, images[::-1]) < 0.3
    # two constant images: (2 x y + c1) / (x^2 + y^2 + c1), c1 = (0.01 L)^2, L = 2
    flat = [np.full((1, 1, 9, 9), value) for value in (0.5, 0.25)]
    c1 = (0.01 * 2) ** 2
    expected = (2 * 0.5 * 0.25 + c1) / (0.5**2 + 0.25**2 + c1)
    assert distances.ssim(*flat) == pytest.approx(expected)
    with pytest.raises(ValueError, match="expected equal"):
        distances.ssim(images, images[:2])


def test_dice_closed_forms():
    a = np.zeros((4, 4), bool)
    a[:2] = True
    b = np.zeros((4, 4), bool)
    b[1:3] = True
    assert overlap.dice(a, b) == pytest.approx(0.5)
    assert overlap.dice(a, a) == 1
    assert overlap.dice(a, ~a) == 0
    assert overlap.dice(a & ~a, a & ~a) == 1
    with pytest.raises(ValueError, match="expected equal"):
        overlap.dice(a, b[:2])


def disc(radius, centre=16):
    y, x = np.mgrid[:32, :32]
    return np.hypot(y - centre, x - centre) <= radius


def test_modified_hausdorff_equals_scikit_image_on_outlines():
    a, b = disc(10), disc(6, centre=18)
    outlines = [mask & ~binary_erosion(mask) for mask in (a, b)]
    expected = hausdorff_distance(*outlines, method="modified")
    assert overlap.modified_hausdorff(a, b) == pytest.approx(expected)
    assert overlap.modified_hausdorff(*outlines) == pytest.approx(expected)
    assert overlap.modified_hausdorff(b, a) == pytest.approx(expected)
    points = [np.argwhere(outline).astype(float) for outline in outlines]
    assert overlap.modified_hausdorff(*points) == pytest.approx(expected)


def test_modified_hausdorff_closed_forms():
    a, b = disc(10), disc(7)
    # concentric circles, radii 10 and 7, on pixels: within half a pixel of 3
    assert overlap.modified_hausdorff(a, b) == pytest.approx(3, abs=0.5)
    assert overlap.modified_hausdorff(a, a) == 0
    # one point of a hundred strays by 50: the mean counts it with 1/100, unlike the maximum
    line = np.stack([np.arange(100.0), np.zeros(100)], axis=1)
    stray = line.copy()
    stray[50, 1] = 50
    assert overlap.modified_hausdorff(line, stray) < 1


def test_modified_hausdorff_of_empty_masks():
    empty = np.zeros((32, 32), bool)
    assert overlap.modified_hausdorff(empty, empty) == 0
    assert overlap.modified_hausdorff(empty, disc(5)) == np.inf
    assert np.isfinite(overlap.modified_hausdorff(~empty, disc(5)))  # the image edge is an outline


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: distances.jensen_shannon(np.array([0.0, np.nan]), np.zeros(2)), "a: largest"),
        (lambda: distances.jensen_shannon(np.zeros(2), np.full(2, 255.0)), "b: largest"),
        (lambda: distances.ssim(np.zeros((0, 8, 8)), np.zeros((0, 8, 8))), "empty"),
        (lambda: distances.ssim(np.full((8, 8), np.nan), np.zeros((8, 8))), "finite"),
        (lambda: distances.frechet_distance(np.full((3, 2), np.nan), np.zeros((3, 2))), "finite"),
        (lambda: distances.kernel_distance(np.zeros((1, 2)), np.zeros((3, 2))), "at least 2 rows"),
        (lambda: distances.frechet_distance(np.zeros((0, 2)), np.zeros((3, 2))), "at least 2 rows"),
        (
            lambda: overlap.modified_hausdorff(np.ones((4, 4), bool), np.ones((9, 9), bool)),
            r"masks of shapes \(4, 4\) and \(9, 9\)",
        ),
        (lambda: overlap.modified_hausdorff(np.full((3, 3), np.nan), np.ones((3, 3))), "NaN"),
        (lambda: overlap.modified_hausdorff([[0.0, np.nan]], [[0.0, 1.0]]), "finite"),
        (lambda: overlap.dice([np.nan, 0.0], [1, 0]), "NaN"),
        (lambda: distances.frechet_wavelet_distance([], []), "0 and 0 packets"),
    ],
)
def test_what_has_no_answer_is_an_error(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_features_without_variance_have_the_distance_of_their_means():
    assert distances.frechet_distance(np.zeros((4, 3)), np.ones((5, 3))) == pytest.approx(3)
    assert distances.ssim(np.ones((8, 8)), np.ones((8, 8))) == 1


def test_sliced_wasserstein_of_one_dimension_is_that_of_quantiles():
    """In one dimension every direction is +-1: sorted values are compared."""
    rng = np.random.default_rng(0)
    a, shift = rng.normal(size=(50, 1)), 0.7
    assert distances.sliced_wasserstein(a, a + shift, 3) == pytest.approx(shift)
    assert distances.sliced_wasserstein(a, rng.permutation(a), 3) == pytest.approx(0, abs=1e-12)
    assert distances.sliced_wasserstein(a, np.repeat(a, 3, axis=0)) == pytest.approx(0, abs=1e-12)
    # mass 1/2 at 0 and 1 against 1/3 at 0, 1 and 4: W2^2 = 1/6 (0 to 1) + 1/3 (1 to 4) * 9
    few, more = np.array([[0.0], [1.0]]), np.array([[0.0], [1.0], [4.0]])
    assert distances.sliced_wasserstein(few, more, 1) ** 2 == pytest.approx(1 / 6 + 3)


def test_sliced_wasserstein_of_gaussians_is_that_of_their_moments():
    """N(0, s^2) against N(m, t^2) in one dimension: W2^2 = m^2 + (s - t)^2."""
    rng = np.random.default_rng(0)
    a, b = rng.normal(0, 1, (200_000, 1)), rng.normal(2, 3, (200_000, 1))
    found = distances.sliced_wasserstein(a, b, 1)
    assert found == pytest.approx(np.sqrt(2**2 + (3 - 1) ** 2), rel=0.01)  # sampling: 0.005


def test_sliced_wasserstein_of_a_shift_is_its_length_over_root_of_dimensions():
    rng = np.random.default_rng(0)
    a, shift = rng.normal(size=(20, 16)), rng.normal(size=16)
    found = distances.sliced_wasserstein(a, a + shift, 4000)
    expected = np.linalg.norm(shift) / 4
    assert found == pytest.approx(expected, rel=0.03)  # sd of 4000 directions: 1.1 %
    assert found == distances.sliced_wasserstein(a + shift, a, 4000)
    packets = np.stack([a, 2 * a])
    both = distances.sliced_wavelet_distance(packets, packets + shift, 4000)
    assert both == pytest.approx(found, rel=1e-9)


def test_sliced_wasserstein_names_what_is_wrong():
    a = np.zeros((3, 2))
    with pytest.raises(ValueError, match="projections: found 0"):
        distances.sliced_wasserstein(a, a, 0)
    with pytest.raises(ValueError, match="as many"):
        distances.sliced_wasserstein(a, np.zeros((3, 4)))
    with pytest.raises(ValueError, match="same level"):
        distances.sliced_wavelet_distance(np.zeros((1, 3, 2)), np.zeros((4, 3, 2)))
