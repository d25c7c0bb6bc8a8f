"""Controls of pre-training: images that need no network, drawn from the same few real ones.

What a generator adds to a segmentation is what it adds to these: to more updates with the real
images (`real`), to what practice does with them anyway (`augmented`), to speckle that is fitted and
not learned (`physics`). Fresh phantoms (`simulator`) bound what any generator could add.
"""

import numpy as np

from specklegan.datasets import augmentation, loading
from specklegan.datasets.dataset import Dataset
from specklegan.physics import fitting, variation

CONTROLS = ("real", "augmented", "physics", "simulator")


def control_pairs(control: str, train: Dataset, n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Make the n images and masks of one control.

    Parameters
    ----------
    control : str
        One of `CONTROLS`: `real`, the training images in turn, each as it is; `augmented`, the
        same by `physics.vary_pairs`; `physics`, by `physics.fit_speckle_model` of them, on the
        masks that a GAN would get; `simulator`, phantoms of other patients.
    train : Dataset
        The few real images.
    n : int
        How many, as many as a GAN makes: so all arms make equally many updates.
    seed : int
        Not negative; the same seed gives the same pairs.

    Returns
    -------
    (float32 array, uint8 array), each (n, 1, H, W)

    Raises
    ------
    ValueError
        If the control is unknown, or phantoms are asked for beside images that are none.
    """
    if control not in CONTROLS:
        raise ValueError(f"control: {control!r}; expected one of {', '.join(CONTROLS)}")
    if control == "real":
        drawn = augmentation.draw(len(train), n, seed)
        return train.images[drawn], train.masks[drawn]
    if control == "augmented":
        return variation.vary_pairs(train.images, train.masks, n, seed, train.coordinates)
    if control == "simulator":
        fresh = loading.fresh_phantoms(train, n, seed)
        return fresh.images, fresh.masks
    model = fitting.fit_speckle_model(train.images, train.masks, train.coordinates, seed)
    masks = loading.artificial_masks(train, n, seed)
    return model.generate(masks, seed), masks
