"""Pixels: equal content of any layout reads the same, and nothing broken gets through."""

import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from specklegan.datasets import pixels
from specklegan.datasets.entries import BadFile

GREY = np.arange(256, dtype=np.uint8).reshape(16, 16)


def test_central_square_is_kept_and_labels_stay_labels():
    wide = np.zeros((30, 50))
    wide[:, 10:40] = np.arange(30)
    np.testing.assert_array_equal(pixels.to_square(wide, 30), wide[:, 10:40])
    labels = np.zeros((90, 90), int)
    labels[:, 30:] = 200
    small = pixels.to_square(labels, 32, labels=True)
    assert set(np.unique(small)) == {0, 200}  # nothing between
    noise = np.random.default_rng(0).uniform(0, 255, (320, 320))
    # Anti-aliased: pixels of a tenfold reduction average about a hundred.
    assert pixels.to_square(noise, 32).std() < noise.std() / 8


@pytest.mark.parametrize("size", [128, 200, 256, 700])
def test_resizing_keeps_image_and_labels_in_register(size):
    """A disc off the centre keeps its centre, as image and as labels."""
    y, x = np.mgrid[:512, :512]
    disc = np.hypot(x - 280.5, y - 187.5) < 100
    expected = (np.array([280.5, 187.5]) + 0.5) * size / 512 - 0.5
    rows, columns = np.mgrid[:size, :size]
    for labels in (False, True):
        small = pixels.to_square(disc * 200, size, labels) / 200
        centre = [(small * axis).sum() / small.sum() for axis in (columns, rows)]
        # Whole pixels place a border to about 0.3; over 2 pi r of them that makes 0.05 or less.
        # The nearest pixel of a halved picture would be off by 0.25.
        np.testing.assert_allclose(centre, expected, atol=0.1 if labels else 0.01)


@pytest.mark.parametrize(
    "kind", ["rgb", "rgba", "la", "palette", "tiff", "tiff16", "cmyk", "npy float", "npy 16"]
)
def test_grey_content_of_any_layout_is_the_same(tmp_path, kind):
    path = tmp_path / ("x.npy" if "npy" in kind else "x.png" if len(kind) < 4 else "x.tiff")
    picture = Image.fromarray(GREY)
    if kind == "npy float":
        np.save(path, GREY / 255)
    elif kind == "npy 16":
        np.save(path, GREY[None].astype(np.uint16) * 257)
    elif kind == "tiff16":
        Image.fromarray(GREY.astype(np.uint16) * 257).save(path)
    elif kind == "cmyk":
        ink = [np.zeros_like(GREY)] * 3 + [255 - GREY]
        Image.fromarray(np.stack(ink, -1), "CMYK").save(path)
    else:
        modes = {"rgb": "RGB", "rgba": "RGBA", "la": "LA", "palette": "P", "tiff": "L"}
        picture.convert(modes[kind]).save(path)
    np.testing.assert_allclose(pixels.read_grey(path), GREY, atol=2e-5)


def test_palette_masks_give_their_indices(tmp_path):
    picture = Image.fromarray(np.eye(8, dtype=np.uint8) * 2)
    picture.putpalette([9, 9, 9, 200, 0, 0, 0, 200, 0])
    picture.save(tmp_path / "m.png")
    np.testing.assert_array_equal(pixels.read_labels(tmp_path / "m.png"), np.eye(8) * 2)


@pytest.mark.parametrize("dtype", ["bool", "uint8", "uint16", "int64", "float32"])
def test_labels_of_any_type_are_the_same(tmp_path, dtype):
    np.save(tmp_path / "m.npy", np.eye(8).astype(dtype))
    np.testing.assert_array_equal(pixels.read_labels(tmp_path / "m.npy"), np.eye(8))


@pytest.mark.parametrize("high", [3, 255, 70_000, 2**31])
def test_present_labels_are_those_that_occur(high):
    labels = np.random.default_rng(0).choice([0, 2, high], (9, 9))
    np.testing.assert_array_equal(pixels.present(labels), np.unique(labels))


@pytest.mark.parametrize("value", [-1, 0.5, np.nan, np.inf, 1e300])
def test_labels_are_whole_numbers(tmp_path, value):
    np.save(tmp_path / "m.npy", np.full((8, 8), value))
    with pytest.raises(BadFile, match=r"m\.npy: not whole numbers from 0; expected class indices"):
        pixels.read_labels(tmp_path / "m.npy")


def png_header(width, height):
    """Bytes of a PNG that promises a size and has no pixels."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = [head, b"IDAT" + zlib.compress(bytes(99))]
    chunks = [struct.pack(">I", len(x) - 4) + x + struct.pack(">I", zlib.crc32(x)) for x in parts]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def npy_header(shape, dtype="<f8"):
    """Bytes of an NPY file that promises a shape and has no content."""
    head = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head


def saved(save):
    """Bytes that a function writes to a file of the name it is given."""
    return lambda path: (save(path), path.read_bytes())[1]


def truncated(path):
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64), np.uint8)).save(path)
    return path.read_bytes()[:2000]


SPOILT = {
    "zero.png": (b"", r"empty \(0 bytes\); expected a readable PNG, TIFF or NPY"),
    "zero.npy": (b"", r"empty \(0 bytes\); expected a readable PNG, TIFF or NPY"),
    "text.png": (b"not a picture", r"cannot be read .*; expected a readable PNG"),
    "jpeg.png": (
        saved(lambda path: Image.fromarray(GREY).save(path, "JPEG")),
        r"cannot be read .*; expected a readable PNG",
    ),
    "truncated.png": (truncated, r"cannot be read \(.*truncated.*\); expected"),
    "truncated.npy": (
        saved(lambda path: np.save(path, np.zeros((9, 9)))),
        None,
    ),
    "wide.png": (
        saved(lambda path: Image.new("L", (10_000, 40)).save(path)),
        r"10000 x 40 pixels; expected 1 to 8192 along each side",
    ),
    "wide.npy": (
        saved(lambda path: np.save(path, np.zeros((40, 10_000), np.uint8))),
        r"40 x 10000 pixels; expected 1 to 8192",
    ),
    "bomb.png": (png_header(60_000, 60_000), r"cannot be read \(Image size \(3600000000 pixels\)"),
    "bomb.npy": (npy_header((200_000, 200_000)), r"cannot be read \(.*\); expected"),
    "pickle.npy": (
        saved(lambda path: np.save(path, np.array([{}, 1], object), allow_pickle=True)),
        r"cannot be read \(.*\); expected",
    ),
    "archive.npy": (b"PK\x03\x04" + bytes(60), r"cannot be read \(.*\); expected"),
    "complex.npy": (
        saved(lambda path: np.save(path, np.eye(4) * 1j)),
        r"array of complex128; expected numbers",
    ),
    "flat.npy": (saved(lambda path: np.save(path, np.arange(9))), r"array of shape \(9,\)"),
    "cube.npy": (
        saved(lambda path: np.save(path, np.zeros((5, 6, 7)))),
        r"array of shape \(5, 6, 7\); expected \(H, W\) or \(H, W, 3\)",
    ),
    "none.npy": (
        saved(lambda path: np.save(path, np.zeros((0, 6)))),
        r"(cannot be read|0 x 6 pixels)",
    ),
    "pages.tif": (
        saved(
            lambda path: Image.fromarray(GREY).save(
                path, save_all=True, append_images=[Image.fromarray(GREY)]
            )
        ),
        r"2 pages; expected a file with one image",
    ),
    "dim.tif": (
        saved(lambda path: Image.fromarray(GREY.astype(np.uint16)).save(path)),
        r"16 bits of which only 255 of 65535 levels are used; expected white at 65535",
    ),
}


@pytest.mark.parametrize("name", SPOILT)
def test_spoilt_files_are_named_and_explained(tmp_path, name):
    path = tmp_path / name
    content, message = SPOILT[name]
    if name == "truncated.npy":
        content, message = content(path)[:-8], r"cannot be read \(.*\); expected"
    path.write_bytes(content(path) if callable(content) else content)
    for read in (pixels.read_grey, pixels.read_labels):
        if (name, read) == ("dim.tif", pixels.read_labels):
            continue  # as labels they are fine
        with pytest.raises(BadFile, match=message) as error:
            read(path)
        assert str(error.value).startswith(f"{path}: ")
        assert "\n" not in str(error.value)
        assert error.value.path == path


def test_thumbnails_show_what_can_be_decoded(tmp_path):
    Image.fromarray(np.eye(40, dtype=np.uint8) * 2).save(tmp_path / "mask.png")
    (tmp_path / "broken.png").write_bytes(b"broken")
    small = pixels.thumbnail(tmp_path / "mask.png", 40)
    np.testing.assert_array_equal(small, np.eye(40) * 255)  # stretched, so that labels are seen
    assert pixels.thumbnail(tmp_path / "broken.png") is None
