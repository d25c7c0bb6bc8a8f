"""Files that tests read: folders of pairs, and a tree like the IVUS Challenge's set B."""

import numpy as np
from PIL import Image


def write_pair(path, stem, size=(40, 40), seed=0, labels=3):
    """Write a noise image and a mask of bands, PNG."""
    generator = np.random.default_rng(seed)
    for kind in ("images", "masks"):
        (path / kind).mkdir(parents=True, exist_ok=True)
    grey = generator.integers(0, 256, size, dtype=np.uint8)
    Image.fromarray(grey).save(path / "images" / f"{stem}.png")
    bands = np.arange(size[1]) * labels // size[1] * np.ones((size[0], 1), int)
    Image.fromarray(bands.astype(np.uint8)).save(path / "masks" / f"{stem}.png")


def write_folder(path, pairs=6):
    """Write a good folder of pairs of different sizes, `00.png` and so on."""
    for k in range(pairs):
        write_pair(path, f"{k:02d}", (40 + k, 44), seed=k)
    return path


def circle(radius, centre=(191.5, 191.5), points=360):
    """Points x, y (points, 2) of a circle."""
    angle = np.arange(points) * 2 * np.pi / points
    return np.array(centre) + radius * np.stack([np.cos(angle), np.sin(angle)], 1)


def write_contour(path, points, separator=","):
    """Write a contour, x,y a line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{x:.2f}{separator}{y:.2f}\n" for x, y in points))


def write_frame(path, seed=0, side=384):
    """Write a noise frame, PNG."""
    path.parent.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(seed).integers(0, 256, (side, side), dtype=np.uint8)
    Image.fromarray(noise).save(path, compress_level=1)


def write_ivus(root, frame, labels, radius=100.0, shift=0.0, picture=True):
    """Write circular contours of a frame, the lumen half as wide and closed, and its picture."""
    media = circle(radius, (191.5 + shift, 191.5))
    lumen = circle(radius / 2, (191.5 + shift, 191.5))
    write_contour(root / labels / f"lum_{frame}.txt", [*lumen, lumen[0]])
    write_contour(root / labels / f"med_{frame}.txt", media, ", ")
    if picture:
        write_frame(root / "DCM" / f"{frame}.png")


def write_challenge(path):
    """Write both sets: spaces in folder names, neighbours without labels, two observers."""
    train, test = path / "Training Set" / "Data set B", path / "Test_Set" / "Data_set_B"
    write_ivus(train, "frame_01_0001_003", "LABELS", 100, shift=60)
    write_ivus(train, "frame_01_0002_003", "LABELS")
    write_frame(train / "DCM" / "frame_01_0001_001.png", seed=1)
    write_ivus(test, "frame_02_0001_003", "LABELS obs1", 120)
    write_ivus(test, "frame_02_0001_003", "LABELS_obs2_v1", 60)
    write_ivus(test, "frame_05_0004_003", "LABELS_obs1", picture=False)
    write_frame(train / "DCM" / "frame_05_0004_003.png")  # where archives also put them
    return path
