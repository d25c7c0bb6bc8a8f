"""README's recorded numbers are those of the records."""

import itertools
import re

import pytest

from specklegan import claims, comparison, records
from workflow.presets import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
TEXT = re.sub(r"\s+", " ", README)
STUDY = ROOT / "data/results/study"
COUNTS = (50, 100, 200, 435)


def row(beginning):
    line = next(line for line in README.splitlines() if line.startswith(f"| {beginning}"))
    return [cell.strip() for cell in line.split("|")[2:-1]]


ROWS = [
    *((f"Fréchet wavelet distance, n = {n}", comparison.WAVELET, n, 2) for n in COUNTS),
    ("Kernel distance, n = 50", comparison.KERNEL, 50, 1),
    *((f"Error of the log power spectrum, n = {n}", comparison.SPECTRUM, n, 2) for n in (50, 435)),
]


@pytest.mark.parametrize(("beginning", "name", "n", "places"), ROWS)
def test_distances_by_seed(beginning, name, n, places):
    found = claims.distances(records.read(STUDY / "evaluate.json"), name)
    for cell, model in zip(row(beginning), ("speckle", "baseline"), strict=False):
        assert cell.split(", ") == [f"{value:.{places}f}" for value in found[model, n]]


def test_improvements_and_floor():
    record = records.read(STUDY / "evaluate.json")
    floor = record["metrics"][f"real/floor/{comparison.WAVELET}"]["value"]
    assert f"(floor {floor:.2f})" in README
    sizes = [claims.improvement(n)(record).size for n in COUNTS]
    assert "by {:.0f}, {:.0f}, {:.0f} and {:.0f} %".format(*sizes) in TEXT
    won = []
    for name in (comparison.KERNEL, comparison.SPECTRUM):
        found = claims.distances(record, name)
        pairs = [zip(found["speckle", n], found["baseline", n], strict=True) for n in COUNTS]
        won.append(sum(ours < theirs for pair in pairs for ours, theirs in pair))
    assert "kernel distance favours SpeckleGAN in {}, the spectrum in {}.".format(*won) in TEXT


def test_peer():
    record = records.read(STUDY / "peer-n50-s0.json")
    said = []
    for name in (comparison.WAVELET, comparison.SPECTRUM):
        ((value,),) = claims.distances(record, name).values()
        said.append(value)
    assert "wavelet distance of {:.2f} and a spectral error of {:.2f}.".format(*said) in TEXT


def test_segmentation():
    record = records.read(STUDY / "significance.json")
    for name, n in itertools.product(("lumen", "intima/media"), (50, 100)):
        beginning = f"Dice of {'the ' if name == 'lumen' else ''}{name}, n = {n}"
        means = next(
            r for r in record["table2"] if (r["class"], r["score"], r["n"]) == (name, "Dice", n)
        )
        expected = [f"{means[arm]:.3f}" for arm in ("speckle", "baseline", "none")]
        assert row(beginning) == expected
    pair = next(
        r
        for r in record["comparisons"]
        if (r["class"], r["score"], r["n"]) == ("intima/media", "Dice", 50)
        and r["arms"] == "SpeckleGAN - baseline GAN"
    )
    assert f"+{pair['difference']:.3f} Dice" in TEXT
    assert f"patients {pair['low']:.3f} to {pair['high']:.3f}, p = {pair['p Holm']:.3f}" in TEXT
    gain = "gain/baseline-speckle/n{}/s{}"
    for n in (50, 100):
        gains = [record["metrics"][gain.format(n, seed)]["value"] for seed in range(3)]
        assert "{:.1f}, {:.1f} and {:.1f} % at n = {}".format(*gains, n) in TEXT
