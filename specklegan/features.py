"""Image features, whose distributions the Fréchet and kernel distances compare.

Wavelet packets (Veeramacheneni et al., arXiv 2312.15289, ICLR 2025) need no trained network: an
image becomes the coefficients of a full packet tree, one packet a frequency band. Inception-v3
features, which the paper's FID uses, are an optional extra (`fid`) and are loaded only on
request. No distance is computed here.
"""

import hashlib
from pathlib import Path

import numpy as np
import pywt

PACKET_SIZE = 16  # pixels: 256 px at level 4, as in arXiv 2312.15289; smaller images, fewer levels
INCEPTION_URL = "https://download.pytorch.org/models/inception_v3_google-0cc3c7bd.pth"
INCEPTION_SHA256_PREFIX = "0cc3c7bd"  # torchvision's file names carry the first 8 digits


def packet_level(size):
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


def wavelet_packets(images, level=None, wavelet="haar"):
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
    packets = [(images[:, 0] + 1) / 2]  # (N, H, W)
    for _ in range(level):
        packets = [band for packet in packets for band in _split(packet, wavelet)]
    return np.stack(packets).reshape(len(packets), len(images), -1)  # (P, N, D)


def _split(packet, wavelet):
    low, details = pywt.dwt2(packet, wavelet, mode="periodization", axes=(-2, -1))
    return [low, *details]


def packet_energies(images, level=None, wavelet="haar"):
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


def standardise(reference, other):
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


class Inception:
    """Inception-v3 pool features (2048), for the Fréchet Inception distance. Extra `fid`.

    Parameters
    ----------
    weights : path, optional
        torchvision's ImageNet weights, file `inception_v3_google-0cc3c7bd.pth`; downloaded once
        into torch's cache where not given.
    sha256 : str
        Beginning of the expected SHA-256 of that file, in hexadecimal.
    device : str or torch.device
        Where to compute.

    Raises
    ------
    ImportError
        Where torchvision is not installed.
    FileNotFoundError
        Where the file is missing, or cannot be downloaded.
    ValueError
        Where the file's SHA-256 differs.

    Notes
    -----
    Values of implementations with other weights or resizing differ: compare only distances of
    one implementation.
    """

    def __init__(self, weights=None, sha256=INCEPTION_SHA256_PREFIX, device="cpu"):
        torch, models = _torchvision()
        path = Path(weights) if weights else _download(torch)
        _check_hash(path, sha256)
        self._torch, self._device = torch, torch.device(device)
        self._model = models.inception_v3(weights=None, init_weights=False, transform_input=False)
        self._model.load_state_dict(torch.load(path, weights_only=True))
        self._model.fc = torch.nn.Identity()
        self._model.eval().to(self._device)

    def __call__(self, images, batch=32):
        """Compute features of grey images.

        Parameters
        ----------
        images : array (N, 1, H, W)
            In [-1, 1]; repeated to three channels and resized to 299 px, bilinearly.
        batch : int
            Images at once.

        Returns
        -------
        numpy.ndarray (N, 2048), float64
        """
        torch = self._torch
        images = torch.as_tensor(np.asarray(images, dtype=np.float32))
        with torch.inference_mode():
            features = [self._features(part.to(self._device)) for part in images.split(batch)]
        return torch.cat(features).double().cpu().numpy()

    def _features(self, images):
        resize = self._torch.nn.functional.interpolate
        images = resize(images, size=(299, 299), mode="bilinear", antialias=True)
        return self._model(images.expand(-1, 3, -1, -1))  # (B, 2048)


def _torchvision():
    try:
        import torch
        from torchvision import models
    except ImportError as error:
        raise ImportError("Inception features need torchvision: install the extra `fid`") from error
    return torch, models


def _download(torch):
    path = Path(torch.hub.get_dir()) / "checkpoints" / INCEPTION_URL.rsplit("/", 1)[1]
    if path.is_file():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        torch.hub.download_url_to_file(INCEPTION_URL, str(path), progress=False)
    except OSError as error:
        raise FileNotFoundError(
            f"{INCEPTION_URL}: not reachable ({error}); download it elsewhere and give its path as "
            f"`weights`, or use wavelet packets, which need no weights"
        ) from error
    return path


def _check_hash(path, expected):
    if not path.is_file():
        raise FileNotFoundError(f"{path}: not found; expected Inception-v3 weights")
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if not found.startswith(expected):
        raise ValueError(f"{path}: SHA-256 {found}; expected {expected}... (damaged or other file)")
