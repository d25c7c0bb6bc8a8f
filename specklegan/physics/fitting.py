"""From a few images and their masks to a model of their speckle: measured, not trained.

Each grey level is turned into its rank among those of its place, and the rank into the value that
log speckle of this rank would have; so tissue, depth and the machine's grey scale are gone, and
what is left varies by speckle (fast) and by plaque, shadows and gain (slowly). Speckle of known
edges goes through the same measurement, and what it shows there corrects what the images show.
"""

from dataclasses import dataclass, replace

import numpy as np
import torch

from specklegan.metrics import local_speckle
from specklegan.physics import fields, levels, places
from specklegan.physics.model import SpeckleModel, check_masks

ROUNDS = 5  # of correction; grain of two pixels comes slowly, three more change its edge by 3 %
REFERENCES = 32  # pictures of pure speckle: they add little chance to the measurement
MOST = 96  # images that are measured beyond their levels, evenly spaced: more cost memory
FIRST_EDGE = 18.0  # where the rounds begin
INNER = 0.4  # share of the depths left out of the grain: near a catheter pixels are wider than it
LEAST_SHARE = 0.05  # of speckle in the variance


@dataclass(frozen=True)
class _Measured:
    variance: float  # of what is faster than the slow grid
    widths: tuple  # of its autocovariance along depth and across, in samples
    slow: np.ndarray  # (M, R, R) covariance over depth of the slow part, for frequencies across


def fit_speckle_model(
    images: np.ndarray, masks: np.ndarray, coordinates: str = "polar", seed: int = 0
) -> SpeckleModel:
    """Fit a model of speckle images to images and their masks; one image is enough to begin.

    Parameters
    ----------
    images : float array (N, 1, H, W)
        In [-1, 1], log-compressed as scanners show them, of polar data black outside the disc.
    masks : int array (N, 1, H, W)
        Labels 0..K-1.
    coordinates : {"polar", "cartesian"}
        Grid on which speckle forms: that of scan lines round the centre, or that of the pixels.
    seed : int
        Of the pure speckle that it is compared with.

    Returns
    -------
    SpeckleModel

    Raises
    ------
    ValueError
        If there is no image, shapes differ, a level is not in [-1, 1], or nothing varies.
    """
    masks, images = check_masks(masks, coordinates), np.asarray(images, dtype=np.float32)
    if images.shape != masks.shape or not len(images):
        raise ValueError(f"images, masks: shapes {images.shape} and {masks.shape}; expected equal "
                         "(N, 1, H, W), at least one image")  # fmt: skip
    if not (np.abs(images) <= 1).all():
        raise ValueError("images: found levels outside [-1, 1] or NaN; expected grey levels there")
    where = places.find_places(masks, coordinates)
    table = levels.tabulate(images, where, int(masks.max()) + 1)
    edges, none = (FIRST_EDGE, FIRST_EDGE), np.zeros(0)
    profile = _profile(images, where, len(table))
    model = SpeckleModel(table, profile, edges, 1.0, none, coordinates, len(images))
    some = slice(None, None, -(-len(images) // MOST))
    measured = images[some], tuple(index[some] for index in where)
    many = np.resize(masks[some], (REFERENCES, *masks.shape[1:]))
    reference = many, places.find_places(many, coordinates)
    for k in range(ROUNDS):
        model = _corrected(model, measured, reference, seed + k)
    return model


def _profile(images, where, classes):
    """Return the mean level (K, DEPTHS) of each class at each depth, nan where there is none."""
    inside = where[3] < places.DEPTHS
    cell, shape = (where[0] * places.DEPTHS + where[3])[inside], (classes, places.DEPTHS)
    size = classes * places.DEPTHS
    total = np.bincount(cell, images[:, 0][inside], size)
    with np.errstate(invalid="ignore"):
        return (total / np.bincount(cell, minlength=size)).reshape(shape)


def _corrected(model, measured, reference, seed):
    """Correct edges, share and slow field by what pure speckle of these edges would show."""
    masks, there = reference
    pure = replace(model, share=1.0)
    found = _measure(model, *measured)
    speckle = _measure(pure, pure.generate(masks, seed), there)
    if not found.variance > 1e-6:  # of values that vary by about 1
        raise ValueError("images: constant at every place; expected speckle that can be measured")
    share = float(np.clip(found.variance / speckle.variance, LEAST_SHARE, 1))
    slow = _roots(found.slow - share * speckle.slow, 1 - share)
    ratio = np.divide(speckle.widths, found.widths)
    grid = fields.grid_of(masks.shape[-2:], model.coordinates)
    edges = np.clip(model.edges * np.where(np.isfinite(ratio), ratio, 1), 2, grid)
    return replace(model, edges=tuple(edges.tolist()), share=share, slow=slow)


def _measure(model, images, where):
    """Measure what varies in images beyond their tissue: fast part, its grain, slow part."""
    ranks = levels.rank(images, where, model.quantiles)
    values = fields.Mixture(model.share).value(ranks).astype(np.float32)
    field = fields.to_grid(torch.from_numpy(values), model.coordinates)
    coarse = fields.coarsen(field, fields.slow_grid(model.coordinates))
    fast = (field - fields.refine(coarse, (field.shape[1], field.shape[2]))).numpy()
    fast = fast[:, round(INNER * fast.shape[1]) :]
    widths = tuple(local_speckle.half_width(_covariance(fast, axis)) for axis in (1, 2))
    spectrum = np.fft.rfft(coarse.numpy(), axis=-1, norm="ortho")
    slow = np.einsum("nrm,nsm->mrs", spectrum, spectrum.conj()).real / len(images)
    return _Measured(float(fast.var()), widths, slow)


def _covariance(field, axis):
    """Return the mean product of samples (N, R, A) a shift apart, for shifts along an axis."""
    field = np.moveaxis(field, axis, -1)
    size = field.shape[-1]
    pairs = ((field[..., : size - k], field[..., k:]) for k in range(max(2, size // 4)))
    return np.array([(left * right).mean() for left, right in pairs])


def _roots(covariance, variance):
    """Return roots (M, R, R) of what is positive in a covariance, scaled to a mean variance.

    Neighbouring frequencies are averaged, since few images leave each of them much chance.
    """
    smooth = covariance.copy()
    smooth[1:-1] = (covariance[:-2] + 2 * covariance[1:-1] + covariance[2:]) / 4
    values, vectors = np.linalg.eigh(smooth)
    values = values.clip(0)
    twice = np.full((len(values), 1), 2.0)  # frequencies across, and their negatives
    twice[[0, -1]] = 1
    found = (values * twice).sum() / twice.sum() / values.shape[1]
    return vectors * np.sqrt(values * variance / found if found else values)[:, None, :]
