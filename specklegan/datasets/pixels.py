"""Pixels of image and mask files: PNG, TIFF and NPY to grey levels and class indices.

A file is opened by its content, never trusted: sizes are looked at before pixels are decoded, and
whatever a decoder stumbles over becomes one `BadFile`. Knows no folders and no pairs.
"""

import warnings
from pathlib import Path

import numpy as np
from PIL import Image

from specklegan.datasets.entries import BadFile

SUFFIXES = (".png", ".tif", ".tiff", ".npy")
MOST_SIDE = 8192  # pixels; beyond, decoding a file costs hundreds of megabytes
MANY = 64  # labels in one mask
USED = 4096  # of 65536 levels: a 16-bit image that stays below is black on any scale
SCALES = {"bool": 255, "uint8": 1, "uint16": 1 / 257, "float32": 255, "float64": 255}


def read_grey(path: Path) -> np.ndarray:
    """Read an image as grey levels: float32 (H, W) in 0..255.

    Grey, palette or colour (by luminance), with or without alpha, of 8 or 16 bits; `.npy` arrays
    (H, W) or (H, W, 3) of uint8, of uint16 (65535 is white) or of floats in [0, 1].

    Raises
    ------
    BadFile
        If the file cannot be read, has another layout or range, or has only one grey level.
    """
    pixels = _pixels(path, indices=False)
    if pixels.dtype.name not in SCALES:
        raise BadFile(path, f"{pixels.dtype} pixels; expected uint8, uint16 or float in [0, 1]")
    low, high = pixels.min(), pixels.max()
    if pixels.dtype.kind == "f" and not (low >= 0 and high <= 1):
        raise BadFile(path, f"floats from {low:g} to {high:g}; expected grey levels in [0, 1]")
    if low == high:
        black = "all black" if low == 0 else f"every pixel is {low}"
        raise BadFile(path, f"{black}; expected an image with more than one grey level")
    if pixels.dtype == np.uint16 and high < USED:
        used = f"16 bits of which only {high} of 65535 levels are used"
        raise BadFile(path, f"{used}; expected white at 65535 (multiply, or save as 8 bits)")
    grey = pixels * np.float32(SCALES[pixels.dtype.name])
    luminance = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601
    return grey if grey.ndim == 2 else grey @ luminance


def read_labels(path: Path) -> np.ndarray:
    """Read a mask as class indices: int64 (H, W), 0 or more.

    Palette files give their indices, not their colours; three equal channels count as one.

    Raises
    ------
    BadFile
        If the file cannot be read, is coloured, or holds anything but whole numbers from 0.
    """
    pixels = _pixels(path, indices=True)
    if pixels.ndim == 3:
        if (pixels != pixels[..., :1]).any():
            raise BadFile(path, "colours; expected class indices (a grey or palette image)")
        pixels = pixels[..., 0]
    whole = pixels.dtype.kind != "f" or (np.abs(pixels) < 2**31).all()  # False where not finite
    if not whole or (pixels < 0).any() or (pixels != pixels.astype(np.int64)).any():
        raise BadFile(path, "not whole numbers from 0; expected class indices")
    return pixels.astype(np.int64)


def present(labels: np.ndarray) -> np.ndarray:
    """Labels that occur in a mask of whole numbers from 0, sorted; much quicker than `unique`."""
    if labels.max() >= 1 << 16:  # a table of that many counts would be long
        return np.unique(labels)
    return np.flatnonzero(np.bincount(labels.ravel()))


def to_square(pixels: np.ndarray, size: int, labels: bool = False) -> np.ndarray:
    """Resize the central square of (H, W) to uint8 (size, size).

    Images are reduced by a triangle filter as wide as needed against aliasing. Of labels each pixel
    takes the one with the largest share under the same filter: no label arises that was not there,
    and borders stay where the image has them (the nearest pixel would be half a pixel off).
    """
    side = min(pixels.shape)
    top, left = ((extent - side) // 2 for extent in pixels.shape)
    square = np.clip(pixels[top : top + side, left : left + side], 0, 255)
    if size == side:
        return np.rint(square).astype(np.uint8)
    if not labels:
        return np.rint(_resize(square, size, Image.Resampling.BILINEAR)).astype(np.uint8)
    values = present(square)
    if len(values) > MANY:  # grey levels taken for labels: refused elsewhere, but not slowly
        return _resize(square, size, Image.Resampling.NEAREST).astype(np.uint8)
    shares = [_resize(square == value, size, Image.Resampling.BILINEAR) for value in values]
    return values[np.argmax(shares, axis=0)].astype(np.uint8)


def _resize(square, size, how):
    picture = Image.fromarray(np.ascontiguousarray(square, dtype=np.float32))
    return np.asarray(picture.resize((size, size), how))


def thumbnail(path: Path, size: int = 64) -> np.ndarray | None:
    """Read a picture for a person to look at, whatever is wrong with it.

    Returns
    -------
    uint8 array (size, size), or None
        Stretched from the darkest to the brightest pixel; None where nothing can be decoded.
    """
    try:
        pixels = _pixels(path, indices=True)
    except BadFile:
        return None
    pixels = np.clip(np.nan_to_num(pixels), -1e9, 1e9).astype(np.float64)  # whatever it holds
    pixels = pixels if pixels.ndim == 2 else pixels.mean(-1)
    low, high = pixels.min(), pixels.max()
    return to_square((pixels - low) * (255 / max(high - low, 1e-9)), size)


def _pixels(path, indices):
    """Array (H, W) or (H, W, 3) of a file; palette files as indices or as colours."""
    try:
        size = path.stat().st_size
        pixels = _array(path) if path.suffix.lower() == ".npy" else _picture(path, indices)
    except BadFile:
        raise
    except FileNotFoundError as error:
        raise BadFile(path, "not found; expected a PNG, TIFF or NPY file") from error
    except Exception as error:  # decoders of broken files raise whatever they stumble over
        why = " ".join(str(error).split()).replace(repr(str(path)), "it")[:80]
        why = f"cannot be read ({why or type(error).__name__})" if size else "empty (0 bytes)"
        raise BadFile(path, f"{why}; expected a readable PNG, TIFF or NPY file") from error
    if pixels.ndim == 3 and pixels.shape[2] in (2, 4):
        pixels = pixels[..., :-1]  # without alpha
    if pixels.ndim == 3 and 1 in (pixels.shape[0], pixels.shape[2]):
        pixels = pixels[0] if pixels.shape[0] == 1 else pixels[..., 0]
    if not (pixels.ndim == 2 or (pixels.ndim == 3 and pixels.shape[2] == 3)):
        raise BadFile(path, f"array of shape {pixels.shape}; expected (H, W) or (H, W, 3)")
    if pixels.dtype.kind not in "buif":
        raise BadFile(path, f"array of {pixels.dtype}; expected numbers")
    return pixels


def _picture(path, indices):
    """Decode a PNG or TIFF file, once its header promises one picture of a sane size."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # odd metadata harm nobody; lost pixels raise
        with Image.open(path, formats=("PNG", "TIFF")) as picture:
            _check_size(path, picture.size)
            pages = getattr(picture, "n_frames", 1)
            if pages > 1:
                raise BadFile(path, f"{pages} pages; expected a file with one image")
            plain = picture.mode in ("1", "L", "LA", "RGB", "RGBA") or picture.mode[0] in "IF"
            if plain or (indices and picture.mode in ("P", "PA")):
                return np.asarray(picture)
            return np.asarray(picture.convert("RGB"))


def _array(path):
    """Copy an NPY array, once its header promises a sane size; pickled objects are refused."""
    mapped = np.lib.format.open_memmap(path, mode="r")  # checks the header against the file
    if mapped.ndim not in (2, 3):
        raise BadFile(path, f"array of shape {mapped.shape}; expected (H, W) or (H, W, 3)")
    _check_size(path, mapped.shape)
    return np.array(mapped)


def _check_size(path, extent):
    if not 0 < min(extent) <= max(extent) <= MOST_SIDE:
        found = " x ".join(map(str, extent))
        raise BadFile(path, f"{found} pixels; expected 1 to {MOST_SIDE} along each side")
