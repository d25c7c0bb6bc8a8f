"""The paper's claims, and how a run's record answers each.

A claim is compared only where a run measured the same thing. The paper's numbers come from
`data/paper.csv`. What a verdict needs is in `verdicts`; nothing here computes a metric.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from specklegan.metrics import distances
from specklegan.metrics.comparison import INCEPTION, SPECTRUM, WAVELET
from specklegan.scoreboard.recorded import collect, paired

GAIN = "gain/none-speckle/"  # of the metrics in %: .../n50, .../n50/s0


@dataclass(frozen=True)
class Finding:
    """What one record says about a claim: in words, whether it agrees, and on how many seeds.

    `agrees` is None where the number may not be held against the paper's. `size` is the size of
    the effect in the unit of the paper's number, where that can be said.
    """

    text: str
    agrees: bool | None
    seeds: int
    size: float | None = None


Finder = Callable[[dict[str, Any]], Finding | None]  # a record to what it says, if anything


@dataclass(frozen=True)
class Claim:
    """A claim of the paper and how a record answers it.

    Attributes
    ----------
    text : str
        The claim.
    paper : str
        What the paper says; or, where `numbers` are given, their unit or words around them.
    numbers : sequence of (str, str)
        Claim and condition of rows of `data/paper.csv`, put in place of `{}` in `paper`.
    kind : str
        Kind of record that answers, or empty where none can.
    find : callable
        Takes such a record, gives a `Finding` or None where it did not measure this.
    note : str
        What differs from the paper, or why nothing can answer.
    short : str
        The note in a few words.
    question : str
        What the claim is part of an answer to.
    """

    text: str
    paper: str
    numbers: tuple[tuple[str, str], ...] = ()
    kind: str = ""
    find: Finder = lambda record: None
    note: str = ""
    short: str = ""
    question: str = ""


def improvement(n: int, name: str = WAVELET) -> Finder:
    """Make a finder: by how many % the baseline's distance exceeds SpeckleGAN's at n.

    Only seeds with which both were trained count.
    """

    def find(record):
        ours, theirs = paired(record, name, [("speckle", n), ("baseline", n)])
        if not len(ours):
            return None
        percent = distances.improvement(theirs.mean(), ours.mean())
        better = (ours < theirs).sum()
        text = f"{percent:+.0f} %"
        if 0 < better < len(ours):
            text += f", better in {better} of {len(ours)} seeds"
        return Finding(text, better == len(ours), len(ours), percent)

    return find


def inception(model: str, n: int) -> Finder:
    """Make a finder: the Fréchet Inception distance of a model at n, where weights were at hand."""

    def find(record):
        values = collect(record, INCEPTION).get((model, n))
        return Finding(f"{np.mean(values):.1f}", None, len(values)) if values else None

    return find


def robustness(record: dict[str, Any]) -> Finding | None:
    """Compare how many times larger each model's distance is at the fewest examples."""
    counts = sorted({n for _, n in collect(record, WAVELET)})
    if len(counts) < 2:
        return None
    few, many = counts[0], counts[-1]
    points = [(model, n) for model in ("speckle", "baseline") for n in (few, many)]
    values = paired(record, WAVELET, points)
    if not len(values[0]):
        return None
    ours, theirs = values[0] / values[1], values[2] / values[3]
    text = f"{ours.mean():.2f} against {theirs.mean():.2f} (n = {few} to {many})"
    return Finding(text, bool((ours < theirs).all()), len(ours))


def counted(name: str, n: int, expected: Callable[[int, int], bool]) -> Finder:
    """Make a finder: in how many rows of Table 2 something holds, such as `better/none-speckle`.

    Parameters
    ----------
    name : str
        Beginning of the metric's name.
    n : int
        Training examples.
    expected : callable
        Takes the count and the number of rows, tells whether they agree with the claim.
    """

    def find(record):
        entry = record["metrics"].get(f"{name}/n{n}")
        if entry is None:
            return None
        count, rows = entry["value"], entry["n"]["rows"]
        return Finding(f"{count} of {rows} rows", expected(count, rows), _seeds(record))

    return find


def gain(record: dict[str, Any]) -> Finding | None:
    """Find the largest gain in mean Dice coefficient by pre-training with SpeckleGAN's images.

    Its size is the largest over classes and n, as the paper's 'up to'; whether there is one is
    asked of every seed at the fewest examples, of the mean over the classes.
    """
    gains = {k: m["value"] for k, m in record["metrics"].items() if k.startswith(GAIN)}
    # null: the other arm scored 0
    found = [v for k, v in gains.items() if "/s" not in k.removeprefix(GAIN) and v is not None]
    if not found:
        return None
    few = f"{GAIN}n{min(record['parameters']['n'])}/s"
    by_seed = [value for k, value in gains.items() if k.startswith(few)]
    agrees = bool(by_seed) and all(value is not None and value > 0 for value in by_seed)
    return Finding(f"{max(found):+.1f} %", agrees, _seeds(record), max(found))


def _seeds(record):
    return len(record["parameters"]["seeds"])


CLOSER = "Are the images closer to real ones?"
TISSUE = "Is the tissue's texture right?"
HELP = "Do the images help a segmentation?"
SURE = "Is the help significant?"

PHANTOM = "by the Fréchet wavelet distance, another quantity than the FID; of each training "
PHANTOM += "the best generator counts (chapter 7, 'Best or last?'), with rates in the paper's "
PHANTOM += "range ('Learning rates' below)"
CRISP = "by the error of the log power spectrum, to which the picture's rim adds much (chapter 7, "
CRISP += "'Where does the difference sit?')"
IMAGES = "p < 0.05 over images, without regard to patients"
MOST_ROWS = f"{IMAGES}; asked of most rows, since the text "
MOST_ROWS += "that we hold does not say how many the paper's table has"
NO_TABLE = "the numbers of this table are not in the paper text that we hold"
FID = "needs the paper's Inception-v3 weights and its clinical images"
NO_OTHER = "the values of that reference are not in the paper text that we hold"
SHORT = {  # notes in a few words
    PHANTOM: "by the wavelet distance, not the FID",
    CRISP: "by the error of the spectrum",
    IMAGES: "p < 0.05 over images, not patients",
    MOST_ROWS: "p < 0.05 in most rows",
    NO_TABLE: "not in the text that we hold",
    FID: "needs Inception-v3 and clinical images",
    NO_OTHER: "its values are not in our text",
}


def _asked(question, *claims):
    """Give claims their question, and their notes in short."""
    return [replace(c, question=question, short=c.short or SHORT.get(c.note, "")) for c in claims]


CLAIMS = (
    *_asked(
        CLOSER,
        *(
            Claim(
                f"SpeckleGAN improves the distance at n = {n}",
                "{}",
                (("improvement", f"n={n}"),),
                "evaluate",
                improvement(n),
                PHANTOM,
            )
            for n in (50, 100, 200, 435)
        ),
        Claim(
            "SpeckleGAN hardly suffers from fewer examples, the baseline does (ratio of distances)",
            "{} / {} against {} / {}",
            tuple((f"fid-{key}", f"n={n}") for key in ("speckle", "baseline") for n in (50, 435)),
            "evaluate",
            robustness,
            PHANTOM + "; why, 'Few examples' below shows",
            SHORT[PHANTOM],
        ),
        *(
            Claim(
                f"FID of {model} at n = {n}",
                "{}",
                ((f"fid-{key}", f"n={n}"),),
                "evaluate",
                inception(key, n),
                FID,
            )
            for key, model in (("speckle", "SpeckleGAN"), ("baseline", "the baseline"))
            for n in (50, 435)
        ),
    ),
    *_asked(
        TISSUE,
        Claim(
            "Speckle is crisp with the layer; without it training fails, at n = 50",
            "by eye",
            (),
            "evaluate",
            improvement(50, SPECTRUM),
            CRISP,
        ),
        Claim("Grey values and structure (Table 1)", "a table", note=NO_TABLE),
        Claim(
            "Divergences an order of magnitude below those of Tom & Sheet (2018)",
            "in words",
            note=NO_OTHER,
        ),
    ),
    *_asked(
        HELP,
        Claim(
            "Pre-training with SpeckleGAN's images improves segmentation",
            "up to {}",
            (("segmentation-gain", ""),),
            "significance",
            gain,
            "largest gain in mean Dice over no pre-training; the paper does not say of which score",
            "largest Dice gain over no pre-training",
        ),
        *(
            Claim(
                f"Pre-training with {words} images improves all means at n = 50",
                "all",
                (),
                "significance",
                counted(f"better/none-{key}", 50, lambda count, rows: count == rows),
                short="means of each class and score",
            )
            for key, words in (("speckle", "SpeckleGAN's"), ("baseline", "the baseline's"))
        ),
        Claim("Scores of all arms (Table 2)", "a table", note=NO_TABLE),
    ),
    *_asked(
        SURE,
        Claim(
            "The baseline's images help significantly at n = 50",
            "they do",
            (),
            "significance",
            counted("significant/none-baseline", 50, lambda count, rows: count == rows),
            IMAGES,
        ),
        Claim(
            "The baseline's images do not help significantly at n = 100",
            "they do not",
            (),
            "significance",
            counted("significant/none-baseline", 100, lambda count, rows: count == 0),
            IMAGES,
        ),
        Claim(
            "SpeckleGAN's images help significantly more than the baseline's at n = 50",
            "in all but {}",
            (("not-significant", "n=50"),),
            "significance",
            counted("significant/baseline-speckle", 50, lambda count, rows: 2 * count > rows),
            MOST_ROWS,
        ),
    ),
)
