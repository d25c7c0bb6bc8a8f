"""Image features, whose distributions the Fréchet and kernel distances compare.

Wavelet packets (Veeramacheneni et al., arXiv 2312.15289, ICLR 2025) need no trained network: an
image becomes the coefficients of a full packet tree, one packet a frequency band. Inception-v3
features, which the paper's FID uses, are an optional extra (`fid`) and are loaded only on
request. No distance is computed here.
"""

import numpy as np
import numpy.typing as npt
import pywt

from specklegan import grey

PACKET_SIZE = 16  # pixels: 256 px at level 4, as in arXiv 2312.15289; smaller images, fewer levels


def packet_level(size: int) -> int:
    """Choose the level at which a packet has about 16 pixels: 4 at 256 px, 2 at 64 px.

    Parameters
    ----------
    size : int
        Image edge in pixels.

    Returns
    -------
    int
        At least 1.
    """
    return max(1, round(np.log2(size / PACKET_SIZE)))


def wavelet_packets(
    images: npt.ArrayLike, level: int | None = None, wavelet: str = "haar"
) -> np.ndarray:
    """Decompose images into a full tree of wavelet packets.

    Parameters
    ----------
    images : array (N, 1, H, W)
        Grey values in [-1, 1]; taken to [0, 1] first, as in arXiv 2312.15289.
    level : int, optional
        Depth of the tree; `packet_level` of the height where not given.
    wavelet : str
        An orthogonal wavelet of PyWavelets, with periodic boundaries.

    Returns
    -------
    numpy.ndarray (4**level, N, D)
        Float64 coefficients, D = (H / 2**level) * (W / 2**level); the first packet is the
        low-pass one. The packets of an orthogonal wavelet hold the energy of the image.

    Raises
    ------
    ValueError
        Where the shape is not (N, 1, H, W) with at least one image, or an edge is no multiple of
        2**level.
    """
    images = np.asarray(images, dtype=np.float64)
    if images.ndim != 4 or images.shape[1] != 1 or not images.size:
        raise ValueError(f"images: shape {images.shape}; expected (N, 1, H, W), at least one image")
    level = packet_level(images.shape[-2]) if level is None else level
    if level < 1 or any(edge % 2**level for edge in images.shape[-2:]):
        raise ValueError(
            f"level: {level} for {images.shape[-2:]} pixels; expected level >= 1 "
            f"and edges that are multiples of 2**level"
        )
    packets = [grey.to_unit(images[:, 0])]  # (N, H, W)
    for _ in range(level):
        packets = [band for packet in packets for band in _split(packet, wavelet)]
    return np.stack(packets).reshape(len(packets), len(images), -1)  # (P, N, D)


def _split(packet, wavelet):
    low, details = pywt.dwt2(packet, wavelet, mode="periodization", axes=(-2, -1))
    return [low, *details]


def packet_energies(
    images: npt.ArrayLike, level: int | None = None, wavelet: str = "haar"
) -> np.ndarray:
    """Describe the texture of each image by the log energy in each wavelet packet.

    Parameters
    ----------
    images : array (N, 1, H, W)
        Grey values in [-1, 1].
    level : int, optional
        One more than `packet_level` where not given: narrower bands, 64 at 64 px.
    wavelet : str
        As in `wavelet_packets`.

    Returns
    -------
    numpy.ndarray (N, 4**level)
        ln of each packet's mean squared coefficient; a few numbers an image, for the kernel
        distance. (The coefficients themselves would not do: an orthogonal transform keeps inner
        products, so a polynomial kernel would see no more than the pixels.)
    """
    level = packet_level(np.shape(images)[-2]) + 1 if level is None else level
    packets = wavelet_packets(images, level, wavelet)
    return np.log(np.mean(packets**2, axis=-1) + 1e-12).T  # (N, P)


def standardise(reference: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Shift and scale two feature sets so that the first has mean 0 and deviation 1.

    Parameters
    ----------
    reference, other : array (N, D)
        Features, such as packet energies of real and of generated images.

    Returns
    -------
    (array, array)
        Both, each feature less the reference's mean, over the reference's standard deviation; a
        feature that does not vary among the reference is only shifted.
    """
    mean, spread = reference.mean(axis=0), reference.std(axis=0)
    # what is left of a constant after rounding is no spread: 50 values of 0.1 deviate by 3e-17
    spread = np.where(spread > 1e-9 * abs(mean), spread, 1.0)
    return (reference - mean) / spread, (other - mean) / spread


def check_features(
    values: npt.ArrayLike, name: str, least: int = 1, width: int | None = None
) -> np.ndarray:
    """Return features as float64, checked.

    Parameters
    ----------
    values : array (N, D)
        Features.
    name : str
        What to call them in a refusal.
    least : int
        Fewest rows N.
    width : int, optional
        What D has to be.

    Raises
    ------
    ValueError
        Where the shape is another one or a value is not finite.
    """
    values = np.asarray(values, dtype=np.float64)
    if values.ndim != 2 or len(values) < least or (width or values.shape[1]) != values.shape[1]:
        expected = f"(N, {width or 'D'}) with at least {least} row{'s' * (least > 1)}"
        raise ValueError(f"{name}: shape {values.shape}; expected {expected}")
    if not np.isfinite(values).all():
        raise ValueError(f"{name}: not finite; expected numbers")
    return values
