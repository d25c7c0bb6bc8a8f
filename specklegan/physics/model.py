"""The fitted numbers, and images by them.

A mask tells the place of each pixel (`places`), the place its distribution of grey levels
(`levels`); where in this distribution a pixel lies is decided by speckle that forms on the scan
lines, and by slow changes of brightness (`fields`).
"""

from dataclasses import dataclass

import numpy as np
import torch

from specklegan.physics import fields, levels, places


@dataclass(frozen=True)
class SpeckleModel:
    """Speckle images in numbers, as `physics.fit_speckle_model` measures them.

    Attributes
    ----------
    quantiles : float32 array (K, K, layers, depths, quantiles)
        Grey levels in [-1, 1]: `levels.tabulate`.
    profile : float array (K, depths)
        Mean grey level of each class against depth; nan where the class is not.
    edges : (float, float)
        Edges of the spectral window along depth and across, in cycles per depth and per turn (or
        width). The machine's, and so the same for all classes.
    share : float
        Speckle's share of the variance, in (0, 1]; the rest is slow changes of brightness.
    slow : array (M, R, R)
        Those: `fields.slow_field`.
    coordinates : {"polar", "cartesian"}
        Where speckle forms.
    count : int
        Images that it was fitted to.
    """

    quantiles: np.ndarray
    profile: np.ndarray
    edges: tuple[float, float]
    share: float
    slow: np.ndarray
    coordinates: str
    count: int

    def generate(self, masks: np.ndarray, seed: int) -> np.ndarray:
        """Make an image for each mask.

        Parameters
        ----------
        masks : int array (N, 1, H, W)
            Labels that the model was fitted to, at least 16 pixels each way, of any size.
        seed : int
            Not negative. Image k depends on it, on k and on its mask, not on the others.

        Returns
        -------
        float32 array (N, 1, H, W)
            In [-1, 1]; of polar images -1 outside the disc.

        Raises
        ------
        ValueError
            If the shape is another one, polar masks are not square, or a label is unknown.
        """
        masks = check_masks(masks, self.coordinates)
        known = np.isfinite(self.quantiles).any((1, 2, 3, 4))
        if unknown := [int(k) for k in np.unique(masks) if k >= len(known) or not known[k]]:
            raise ValueError(f"masks: found labels {unknown}; expected those of "
                             f"the fit: {np.flatnonzero(known).tolist()}")  # fmt: skip
        law, images = fields.Mixture(self.share), np.empty(masks.shape, dtype=np.float32)
        for k, mask in enumerate(masks):
            where = places.find_places(mask[None], self.coordinates)
            field = self._field(mask.shape[1:], stream(seed, k))
            images[k] = levels.level(law.rank(field)[None], where, self.quantiles)[0]
        return images

    def _field(self, size, generator):
        grid = fields.grid_of(size, self.coordinates)
        field = self.share**0.5 * fields.log_speckle(self.edges, grid, generator)
        if self.share < 1:
            field += fields.slow_field(self.slow, grid, generator)
        return fields.to_picture(field, self.coordinates).numpy()


def stream(*seeds: int) -> torch.Generator:
    """Return a source of chance of its own for each tuple of integers that are not negative."""
    state = np.random.SeedSequence(seeds).generate_state(1, np.uint64)[0]
    return torch.Generator().manual_seed(int(state >> np.uint64(1)))


def check_masks(masks: np.ndarray, coordinates: str) -> np.ndarray:
    """Return label masks (N, 1, H, W) as an array; ValueError where they are none."""
    masks = np.asarray(masks)
    if coordinates not in ("polar", "cartesian"):
        raise ValueError(f"coordinates: {coordinates!r}; expected 'polar' or 'cartesian'")
    if masks.ndim != 4 or masks.shape[1] != 1 or min(masks.shape[2:]) < fields.SLOW_DEPTHS:
        raise ValueError(f"masks: shape {masks.shape}; expected (N, 1, H, W) of at least "
                         f"{fields.SLOW_DEPTHS} pixels each way")  # fmt: skip
    if masks.dtype.kind not in "iu" or masks.min(initial=0) < 0:
        raise ValueError(f"masks: type {masks.dtype}; expected integers of at least 0")
    if coordinates == "polar" and masks.shape[2] != masks.shape[3]:
        raise ValueError(f"masks: shape {masks.shape}; expected square ones for polar images")
    return masks
