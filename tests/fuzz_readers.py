"""Feed mutated files to the readers: whatever comes, a `BadFile` or a sound result.

    python -m tests.fuzz_readers --seconds 60
    python -m tests.fuzz_readers --seed 7 --case 12345        # one case again

Every case is drawn from (seed, number), so that a failure can be repeated; its input is printed in
hexadecimal. Targets: pictures, arrays, contours, whole folders, the files of a cache.
"""

import argparse
import io
import json
import os
import resource
import signal
import struct
import sys
import tempfile
import time
import traceback
import warnings
import zlib
from collections import Counter
from pathlib import Path

import numpy as np
from PIL import Image

from specklegan.datasets import contours, folder, store
from specklegan.datasets.entries import BadFile
from specklegan.datasets.pixels import SUFFIXES, read_grey, read_labels, thumbnail, to_square
from specklegan.masks import vessel
from tests.samples import circle

SLOWEST = 20  # seconds that one case may take
TOKENS = [b"nan", b"-inf", b"1e999", b"-", b",", b";", b"\t", b"\r", b"\n", b" ", b"\x00", b"\xff"]
TOKENS += [
    b"0",
    b"384",
    b"-1",
    b"99999999999",
    b"\x7f\xff\xff\xff",
    b"\x00\x00\x00\x00",
    b"x",
    b"#",
]


def encoded(pixels, form, mode=None, **options):
    """Bytes of a picture."""
    target, picture = io.BytesIO(), Image.fromarray(pixels)
    (picture.convert(mode) if mode else picture).save(target, form, **options)
    return target.getvalue()


def array(pixels, **options):
    """Bytes of an NPY file."""
    target = io.BytesIO()
    np.save(target, pixels, **options)
    return target.getvalue()


def samples():
    """Good inputs by target, from which all others are made."""
    grey = np.random.default_rng(0).integers(0, 256, (12, 12), dtype=np.uint8)
    wide = grey.astype(np.uint16) * 257
    pictures = [encoded(grey, "PNG", mode) for mode in (None, "RGB", "P", "1", "RGBA", "LA")]
    pictures += [encoded(wide, "PNG")]
    packed = [None, "tiff_lzw", "tiff_deflate", "packbits"]
    pictures += [encoded(grey, "TIFF", compression=how) for how in packed]
    pictures += [encoded(wide, "TIFF"), encoded(grey, "TIFF", "RGB"), encoded(grey, "TIFF", "CMYK")]
    arrays = [array(grey), array(wide), array(grey / 255), array(grey[None]), array(grey > 99)]
    arrays += [array(np.asfortranarray(grey / 255)), array(grey.astype(">u2"))]
    arrays += [array(np.array([{}, 1], object), allow_pickle=True)]
    points = [circle(90, points=n) for n in (3, 12, 60)]
    texts = ["".join(f"{x:.1f}{s}{y:.1f}\n" for x, y in p) for p in points for s in (",", ", ")]
    texts += ["\ufeff1,2\r\n300,2\r\n150,380", "1,2\n\n3e1,4.\n.5,300\n"]
    return {
        "picture": pictures,
        "array": arrays,
        "contour": [text.encode() for text in texts],
        "folder": [*pictures, *arrays],
        "store": arrays,
    }


def mutate(chance, data):
    """Change bytes at few places: flip, overwrite, insert, delete, repeat, cut."""
    data = bytearray(data)
    for _ in range(int(chance.geometric(0.5))):
        at = int(chance.integers(len(data) + 1))
        length = int(chance.integers(1, 17))
        token = TOKENS[chance.integers(len(TOKENS))]
        kind = chance.integers(7)
        if kind == 0 and at < len(data):
            data[at] ^= 1 << int(chance.integers(8))
        elif kind == 1:
            data[at : at + length] = chance.bytes(length)
        elif kind == 2:
            data[at:at] = token
        elif kind == 3:
            data[at : at + len(token)] = token
        elif kind == 4:
            del data[at : at + length]
        elif kind == 5:
            data[at:at] = data[at : at + length] * int(chance.integers(1, 5))
        elif chance.random() < 0.2:
            del data[at:]
    data = bytes(data)
    return mended(data) if chance.random() < 0.7 else data


def mended(data):
    """Give the chunks of a PNG their checksums, so that mutations get past them."""
    if not data.startswith(b"\x89PNG\r\n\x1a\n"):
        return data
    at, out = 8, data[:8]
    while at + 12 <= len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        chunk = data[at + 4 : at + 8 + length]
        out += data[at : at + 8 + length] + struct.pack(">I", zlib.crc32(chunk))
        at += 12 + length
    return out


def sound(path, read, *arguments):
    """What a reader returns, or None where it refuses the file in one printable line."""
    try:
        return read(*arguments)
    except BadFile as error:
        refusal = str(error)
    assert refusal.isprintable()
    assert refusal.startswith(str(path))
    assert "expected" in refusal
    return None


def try_pixels(place, data, suffix):
    """Read bytes as image, labels and thumbnail; what is accepted must keep its promises."""
    path = place / f"x{suffix}"
    path.write_bytes(data)
    small = thumbnail(path, 8)
    assert small is None or (small.shape == (8, 8) and small.dtype == np.uint8)
    accepted = 0
    for read, labels in ((read_grey, False), (read_labels, True)):
        pixels = sound(path, read, path)
        if pixels is None:
            continue
        accepted += 1
        assert pixels.ndim == 2
        assert pixels.min() >= 0
        assert labels or pixels.max() < 255.001
        assert to_square(pixels, 8, labels).shape == (8, 8)
    return accepted > 0


def try_contour(place, data, first_pixel):
    """Read and check bytes as a contour, alone and against another."""
    path, other = place / "lum_x.txt", circle(150)
    path.write_bytes(data)

    def read():
        points, lines = contours.read_contour(path, first_pixel)
        contours.check_contour(path, points, lines, (384, 384))
        contours.check_nested((path, points, lines), (place / "med", other, np.arange(360)))
        return points, lines

    found = sound(path, read)
    if found is None:
        return False
    assert len(found[0]) == len(found[1]) >= 3
    assert ((found[0] >= -1) & (found[0] <= 384)).all()
    assert vessel.from_contours(found[0], other, (384, 384)).max() <= 2
    return True


def try_folder(place, data, chance):
    """Put bytes anywhere in a folder: reading it never raises, and loses nothing silently."""
    for kind in ("images", "masks"):
        (place / kind).mkdir(exist_ok=True)
        for old in (place / kind).iterdir():
            old.unlink()
        for stem in "ab":
            pixels = np.arange(144, dtype=np.uint8).reshape(12, 12) // (
                1 if kind == "images" else 50
            )
            Image.fromarray(pixels).save(place / kind / f"{stem}.png")
    target = place / ("images", "masks")[chance.integers(2)]
    if chance.random() < 0.9:
        (target / "b.png").unlink()
    suffix = ".npy" if data.startswith(b"\x93") else SUFFIXES[chance.integers(4)]
    (target / f"b{suffix}").write_bytes(data)
    for name in ("classes.txt", "exclude.txt"):
        (place / name).unlink(missing_ok=True)
        if chance.random() < 0.2:
            (place / name).write_bytes(mutate(chance, b"one\ntwo\nthree\nb\n"))
    reading = folder.read_folder(place, 8)
    known = len(reading.names) + len(reading.about.get("excluded", []))
    assert reading.findings or known == 2, "a pair is missing and nothing says so"
    return not reading.findings


def try_store(place, data, chance):
    """Spoil the files of a cache: refused, or exactly what was written."""
    store.write(place / "c", np.arange(6), {"a": 1})
    text = (place / "c.json").read_bytes()
    if chance.random() < 0.5:
        (place / "c.npy").write_bytes(data)
    else:
        (place / "c.json").write_bytes(mutate(chance, text))
    try:
        found, about = store.read(place / "c")
    except ValueError:
        return False
    assert found.tolist() == list(range(6))
    assert isinstance(about, dict)
    json.dumps(about)
    return True


def run_case(place, known, seed, number):
    """Draw and try one case: (target, bytes, accepted)."""
    chance = np.random.default_rng([seed, number])
    target = list(known)[chance.integers(len(known))]
    data = mutate(chance, known[target][chance.integers(len(known[target]))])
    try:
        if target == "contour":
            return target, data, try_contour(place, data, int(chance.integers(2)))
        if target in ("picture", "array"):
            suffix = ".npy" if target == "array" else (".png", ".tif")[chance.integers(2)]
            return target, data, try_pixels(place, data, suffix)
        way = try_folder if target == "folder" else try_store
        return target, data, way(place, data, chance)
    except Exception as error:
        error.add_note(f"seed {seed}, case {number}, target {target}, input {data.hex()}")
        raise


def too_slow(*_):
    raise TimeoutError(f"one case took more than {SLOWEST} s")


def main(arguments=None):
    """Run the command line; return the exit code: 1 where a case failed."""
    parser = argparse.ArgumentParser(description="Feed mutated files to the readers.")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--cases", type=int, default=0, help="stop after so many, not by time")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--case", type=int, default=0, help="first case to run")
    args = parser.parse_args(arguments)
    signal.signal(signal.SIGALRM, too_slow)
    warnings.simplefilter("error")  # a reader explains, and does not mutter
    known, counts, number, end = samples(), Counter(), args.case, time.monotonic() + args.seconds
    print(f"fuzz_readers: seed {args.seed}, from case {number}", flush=True)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # where libtiff writes about every file
    with tempfile.TemporaryDirectory() as place:
        while number - args.case < args.cases if args.cases else time.monotonic() < end:
            signal.alarm(SLOWEST)
            try:
                target, _, accepted = run_case(Path(place), known, args.seed, number)
            except Exception:
                traceback.print_exc(file=sys.stdout)
                return 1
            finally:
                signal.alarm(0)
            counts[target, accepted] += 1
            number += 1
    for target in known:
        good, bad = counts[target, True], counts[target, False]
        print(f"{target:8} {good + bad:7} cases, {good} accepted, {bad} refused")
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{number - args.case} cases, none failed; {most:.0f} MB at most")
    return 0


if __name__ == "__main__":
    sys.exit(main())
