"""Images and masks on disk: a user's own folder, and set B of the IVUS Challenge 2011.

A folder holds `images/` and `masks/`, paired by equal stem (`0001.png` with `0001.npy`), and
perhaps `classes.txt`, one class name a line. Every file is looked at, and every problem becomes a
*finding*: one sentence that names the file, what it holds and what was expected. Nothing that is
read here raises for the content of a folder.

Of an image that is not square the central square is used: cropping invents no pixels and no
labels. Images are reduced with anti-aliasing, labels by nearest neighbour.
"""

from pathlib import Path

import numpy as np
from PIL import Image

from specklegan import masks

SUFFIXES = (".png", ".tif", ".tiff", ".npy")
MOST_CLASSES = 32  # more labels than this are grey levels, not classes
LABEL_FOLDERS = ("LABELS", "LABELS_obs1", "LABELS_obs2_v1", "LABELS_obs2_v2")  # first one wins


def read_folder(path, size, classes=None):
    """Read all pairs of a folder.

    Parameters
    ----------
    path : path
        Holds `images/` and `masks/`.
    size : int
        Pixels along one side of the result.
    classes : sequence of str, optional
        Class names; from `classes.txt` or else from the labels found where not given.

    Returns
    -------
    grey, labels : uint8 arrays (N, size, size)
    names : list of str
        The stems, sorted.
    classes : list of str
        Class names, `class 0` and so on where nobody named them.
    findings : list of str
        What is wrong, empty where all is well. Pairs that cannot be used are left out.
    """
    path = Path(path)
    images, findings = _files(path / "images")
    labels, more = _files(path / "masks")
    findings += more + _unpaired(path, images, labels)
    grey, label, found = {}, {}, {}
    for stem in sorted(images.keys() & labels.keys()):
        try:
            image, mask = read_grey(images[stem]), read_labels(labels[stem])
            _same_size(images[stem], image, labels[stem], mask)
        except ValueError as error:
            findings.append(str(error))
            continue
        found[labels[stem]] = np.unique(mask)
        grey[stem], label[stem] = to_square(image, size), to_square(mask, size, labels=True)
    classes, more = _classes(found, classes or _class_names(path / "classes.txt"))
    if not grey and not findings:
        more = [f"{path}: no files; expected {', '.join(SUFFIXES)} of equal stems in both folders"]
    return _stack(grey, size), _stack(label, size), list(grey), classes, findings + more


def read_ivus2011(path, size):
    """Read set B of the IVUS Challenge 2011, as its archives unpack.

    Contours `lum_<frame>.txt` and `med_<frame>.txt` (x, y a line, in pixels counted from 0) are
    searched below `path`, images `<frame>.png` likewise; one observer a frame, the first one of
    `LABEL_FOLDERS`. The number after `frame_` is taken for the patient, which nobody documents.

    Parameters
    ----------
    path : path
        A folder above `Training_Set` and `Test_Set`, or one of them.
    size : int
        Pixels along one side of the result.

    Returns
    -------
    grey, labels : uint8 arrays (N, size, size)
    names : list of str
        Frames, such as `frame_01_0001_003`.
    patients : list of str
    width : int
        Pixels along one side of the files, 0 where there is none.
    findings : list of str
        What is wrong, empty where all is well. Frames that cannot be used are left out.
    """
    path = Path(path)
    pictures = {file.stem: file for file in sorted(path.rglob("frame_*.png"))}
    grey, label, findings, width = {}, {}, [], 0
    for stem, file in _contour_files(path).items():
        try:
            if stem not in pictures:
                raise ValueError(f"{file}: no image; expected {stem}.png below {path}")
            image = read_grey(pictures[stem])
            if image.shape[0] != image.shape[1]:
                raise ValueError(f"{pictures[stem]}: {image.shape}; expected a square frame")
            pair = [read_contour(file.with_name(f"{what}_{stem}.txt")) for what in ("lum", "med")]
        except ValueError as error:
            findings.append(str(error))
            continue
        width = image.shape[1]
        pair = [(contour + 0.5) * size / width - 0.5 for contour in pair]
        grey[stem], label[stem] = to_square(image, size), masks.from_contours(*pair, (size, size))
    if not grey and not findings:
        findings = [f"{path}: no lum_frame_*.txt below it; expected the IVUS Challenge 2011, set B"]
    patients = [stem.split("_")[1] for stem in grey]
    return _stack(grey, size), _stack(label, size), list(grey), patients, width, findings


def read_contour(path):
    """Read the points x, y of a contour, one a line: float64 (M, 2)."""
    if not path.is_file():
        raise ValueError(f"{path}: not found; expected a contour, x,y a line")
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    try:
        points = [[float(part) for part in line.split(",")] for line in lines if line.strip()]
        points = np.array(points).reshape(-1, 2)
    except ValueError as error:
        raise ValueError(f"{path}: not a contour ({error}); expected x,y a line") from error
    if len(points) < 3 or not np.isfinite(points).all():
        raise ValueError(f"{path}: {len(points)} points; expected three or more finite ones")
    return points


def _contour_files(path):
    """Lumen contours by frame, sorted, of the observer that comes first in `LABEL_FOLDERS`."""
    ranks = {name: rank for rank, name in enumerate(LABEL_FOLDERS)}
    files = sorted(path.rglob("lum_frame_*.txt"))
    files.sort(key=lambda file: ranks.get(file.parent.name, len(ranks)), reverse=True)
    chosen = {file.stem.removeprefix("lum_"): file for file in files}  # the last one stays
    return dict(sorted(chosen.items()))


def read_grey(path):
    """Read an image as grey levels: float64 (H, W) in 0..255.

    Grey, palette or colour (by luminance), with or without alpha, of 8 or 16 bits; `.npy` arrays
    (H, W) or (H, W, 3) of uint8, of uint16 (65535 is white) or of floats in [0, 1].

    Raises
    ------
    ValueError
        If the file cannot be read, has another layout or range, or has only one grey level.
    """
    pixels = _pixels(path, indices=False)
    scales = {"bool": 255, "uint8": 1, "uint16": 1 / 257, "float32": 255, "float64": 255}
    if pixels.dtype.name not in scales:
        raise ValueError(
            f"{path}: {pixels.dtype} pixels; expected uint8, uint16 or float in [0, 1]"
        )
    low, high = pixels.min(), pixels.max()
    if pixels.dtype.kind == "f" and not (low >= 0 and high <= 1):
        raise ValueError(f"{path}: floats from {low:g} to {high:g}; expected grey levels in [0, 1]")
    if low == high:
        black = "all black" if low == 0 else f"every pixel is {low}"
        raise ValueError(f"{path}: {black}; expected an image with more than one grey level")
    grey = pixels * float(scales[pixels.dtype.name])
    return grey if grey.ndim == 2 else grey @ [0.299, 0.587, 0.114]  # luminance, ITU-R BT.601


def read_labels(path):
    """Read a mask as class indices: int64 (H, W), 0 or more.

    Palette files give their indices, not their colours; three equal channels count as one.

    Raises
    ------
    ValueError
        If the file cannot be read, is coloured, or holds anything but whole numbers from 0.
    """
    pixels = _pixels(path, indices=True)
    if pixels.ndim == 3:
        if (pixels != pixels[..., :1]).any():
            raise ValueError(f"{path}: colours; expected class indices (a grey or palette image)")
        pixels = pixels[..., 0]
    labels = np.nan_to_num(pixels, nan=-1).astype(np.int64)
    if (labels != pixels).any() or labels.min() < 0:
        raise ValueError(f"{path}: not whole numbers from 0; expected class indices")
    return labels


def to_square(pixels, size, labels=False):
    """Resize the central square of (H, W) to uint8 (size, size)."""
    side = min(pixels.shape)
    top, left = ((extent - side) // 2 for extent in pixels.shape)
    square = Image.fromarray(pixels[top : top + side, left : left + side].astype(np.float32))
    how = Image.Resampling.NEAREST if labels else Image.Resampling.BILINEAR  # reduces anti-aliased
    return np.rint(np.clip(square.resize((size, size), how), 0, 255)).astype(np.uint8)


def _pixels(path, indices):
    """Array (H, W) or (H, W, 3) of a file; palette files as indices or as colours."""
    try:
        if path.suffix.lower() == ".npy":
            pixels = np.load(path, allow_pickle=False)
        else:
            with Image.open(path) as picture:
                pages = getattr(picture, "n_frames", 1)
                raw = picture if indices or picture.mode != "P" else picture.convert("RGB")
                pixels = np.asarray(raw)
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        expected = "expected a readable PNG, TIFF or NPY file"
        raise ValueError(f"{path}: cannot be read ({error}); {expected}") from error
    if path.suffix.lower() != ".npy" and pages > 1:
        raise ValueError(f"{path}: {pages} pages; expected a file with one image")
    if pixels.ndim == 3 and pixels.shape[2] in (2, 4):
        pixels = pixels[..., :-1]  # without alpha
    if pixels.ndim == 3 and 1 in (pixels.shape[0], pixels.shape[2]):
        pixels = pixels[0] if pixels.shape[0] == 1 else pixels[..., 0]
    if not (pixels.ndim == 2 or (pixels.ndim == 3 and pixels.shape[2] == 3)) or not pixels.size:
        raise ValueError(f"{path}: array of shape {pixels.shape}; expected (H, W) or (H, W, 3)")
    if pixels.dtype.kind not in "buif":
        raise ValueError(f"{path}: array of {pixels.dtype}; expected numbers")
    return pixels


def _files(folder):
    """Files of a folder by stem, and what is wrong with the rest."""
    if not folder.is_dir():
        return {}, [f"{folder}: not found; expected a folder of {', '.join(SUFFIXES)} files"]
    files, findings = {}, []
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.name in ("Thumbs.db", "desktop.ini"):
            continue
        if path.is_dir() or path.suffix.lower() not in SUFFIXES:
            kind = "a folder" if path.is_dir() else f"suffix {path.suffix or 'missing'}"
            findings.append(f"{path}: {kind}; expected {', '.join(SUFFIXES)} files only")
        elif path.stem in files:
            findings.append(f"{path}: same stem as {files[path.stem].name}; expected one of them")
        else:
            files[path.stem] = path
    return files, findings


def _unpaired(path, images, labels):
    """List images without mask and masks without image."""
    if not (path / "images").is_dir() or not (path / "masks").is_dir():
        return []
    lone = [(images[stem], "mask", "masks") for stem in sorted(images.keys() - labels.keys())]
    lone += [(labels[stem], "image", "images") for stem in sorted(labels.keys() - images.keys())]
    return [
        f"{file}: no {what}; expected {path / where / file.stem}.*" for file, what, where in lone
    ]


def _same_size(image_path, image, label_path, labels):
    if image.shape != labels.shape:
        sizes = ["{1} x {0}".format(*array.shape) for array in (labels, image)]
        raise ValueError(
            f"{label_path}: {sizes[0]} pixels; expected {sizes[1]} as {image_path.name} in images/"
        )


def _class_names(path):
    """Names in `classes.txt`, one a line; None without the file."""
    if not path.is_file():
        return None
    return [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _classes(found, names):
    """Class names, and findings for labels outside 0..K-1; `found` is labels by file."""
    union = np.unique(np.concatenate([*found.values(), [0]])).astype(int)
    if names is None and len(union) > MOST_CLASSES:
        most = max(found, key=lambda path: len(found[path]))
        text = f"{len(found[most])} different labels, {len(union)} in all masks"
        return [], [f"{most}: {text}; expected class indices 0..K-1, not grey levels"]
    count = (
        len(names) if names else int(np.argmax(np.append(union, -1) != np.arange(len(union) + 1)))
    )
    expected = f"0..{count - 1}, the classes named" if names else "0..K-1 without gaps"
    expected += "" if names else f" (label {count} occurs in no mask)"
    findings = []
    for path, labels in found.items():
        beyond = [int(label) for label in labels if label >= count]
        if beyond:
            findings.append(f"{path}: labels {beyond}; expected class indices {expected}")
    if found and count < 2 and not findings:
        findings.append(f"{next(iter(found)).parent}: label 0 only; expected two classes or more")
    return list(names or [f"class {k}" for k in range(count)]), findings


def _stack(arrays, size):
    return np.array(list(arrays.values()), dtype=np.uint8).reshape(-1, size, size)
