"""README's recorded numbers are those of the records."""

import re

from specklegan import claims, comparison, records
from workflow.presets import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
STUDY = ROOT / "data/results/study"


def row(beginning):
    line = next(line for line in README.splitlines() if line.startswith(f"| {beginning}"))
    return [cell.strip() for cell in line.split("|")[2:-1]]


def test_distances_by_seed():
    record = records.read(STUDY / "evaluate.json")
    names = {
        "Fréchet wavelet": (comparison.WAVELET, 2),
        "Kernel": (comparison.KERNEL, 1),
        "Error of the log": (comparison.SPECTRUM, 2),
    }
    for beginning, (name, places) in names.items():
        found = claims.distances(record, name)
        for cell, model in zip(row(beginning), ("speckle", "baseline"), strict=False):
            expected = [f"{value:.{places}f}" for value in found[model, 50]]
            assert cell.split(", ") == expected, name
    floor = record["metrics"][f"real/floor/{comparison.WAVELET}"]["value"]
    assert f"(floor {floor:.2f})" in README
    assert f"by {claims.improvement(50)(record).size:.0f} % in the paper's formula" in README


def test_segmentation():
    record = records.read(STUDY / "significance.json")
    for name in ("lumen", "intima/media"):
        beginning = f"Dice of {'the ' if name == 'lumen' else ''}{name}"
        means = next(
            r for r in record["table2"] if (r["class"], r["score"], r["n"]) == (name, "Dice", 50)
        )
        expected = [f"{means[arm]:.3f}" for arm in ("speckle", "baseline", "none")]
        assert row(beginning) == expected
    pair = next(
        r
        for r in record["comparisons"]
        if (r["class"], r["score"]) == ("intima/media", "Dice")
        and r["arms"] == "SpeckleGAN - baseline GAN"
    )
    assert f"+{pair['difference']:.3f} Dice" in README
    text = re.sub(r"\s+", " ", README)
    assert f"patients {pair['low']:.3f} to {pair['high']:.3f}, p = {pair['p Holm']:.3f}" in text
    gains = [record["metrics"][f"gain/baseline-speckle/n50/s{s}"]["value"] for s in range(3)]
    assert "{:.1f}, {:.1f} and {:.1f} %".format(*gains) in README
