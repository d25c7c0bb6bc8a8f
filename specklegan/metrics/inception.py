"""Inception-v3 features, which the paper's FID compares: an optional extra, loaded on request.

No distance is computed here.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import torch

from specklegan import disk, extras

INCEPTION_URL = "https://download.pytorch.org/models/inception_v3_google-0cc3c7bd.pth"
INCEPTION_SHA256_PREFIX = "0cc3c7bd"  # torchvision's file names carry the first 8 digits


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

    def __init__(
        self,
        weights: str | Path | None = None,
        sha256: str = INCEPTION_SHA256_PREFIX,
        device: "str | torch.device" = "cpu",
    ) -> None:
        torch, models = _torchvision()
        path = Path(weights) if weights else _download(torch)
        _check_hash(path, sha256)
        self._torch, self._device = torch, torch.device(device)
        self._model = models.inception_v3(weights=None, init_weights=False, transform_input=False)
        self._model.load_state_dict(torch.load(path, weights_only=True))
        self._model.fc = torch.nn.Identity()
        self._model.eval().to(self._device)

    def __call__(self, images: npt.ArrayLike, batch: int = 32) -> np.ndarray:
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
    import torch

    return torch, extras.optional("torchvision.models", "fid")


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
    found = disk.sha256(path)
    if not found.startswith(expected):
        raise ValueError(f"{path}: SHA-256 {found}; expected {expected}... (damaged or other file)")
