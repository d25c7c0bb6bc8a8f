"""The graph's nodes: run folders, grid points, and what each notebook depends on.

Snakemake's rules, the assembling of the book and the tests ask here. Nothing here runs anything.
"""

import hashlib
import json
import re

from specklegan.training import search
from workflow import imports
from workflow.presets import EVALUATE, ROOT, SIGNIFICANCE, cells, defaults, parameters

IMAGES, TRAIN, SEGMENT = "04_ivus_images", "06_train_gan", "08_segment"
OWN_IMAGES = "11_your_own_images"
GRID = {TRAIN: ("model", "n", "seed", "candidate"), SEGMENT: ("pretraining", "n", "seed")}
SEARCH_SEED = 0  # of the trainings that compare learning rates
SEARCHED = ("rates", "final_rates")
SIMULATOR = "simulator"  # the arm that asks for more phantoms
WITHOUT_GAN = ("none", "real", "augmented", "physics", SIMULATOR)  # arms; all others are models


def suited(settings, data=""):
    """Leave out what a preset asks for and data cannot give: nothing simulates real images.

    Parameters
    ----------
    settings : dict
        From `presets.load`.
    data : str
        What `DATA=` gave.

    Returns
    -------
    dict
        The settings, without the arm of fresh phantoms where the images are none.
    """
    test = settings[SIGNIFICANCE]
    if (data or settings[IMAGES].get("data", "phantom")) == "phantom":
        return settings
    arms = [arm for arm in test["pretraining"] if arm != SIMULATOR]
    return settings | {SIGNIFICANCE: test | {"pretraining": arms}}


def train_points(settings):
    """Return the (model, n, seed) of every GAN: of notebook 07 and of 09's arms that need one."""
    test = settings[SIGNIFICANCE]
    models = [model for model in test["pretraining"] if model not in WITHOUT_GAN]
    return list(dict.fromkeys(evaluate_points(settings) + _product(models, test)))


def evaluate_points(settings):
    """Return the (model, n, seed) of every GAN that notebook 07 evaluates."""
    return _product(settings[EVALUATE]["models"], settings[EVALUATE])


def segment_points(settings):
    """Return the (pretraining, n, seed) of every segmentation that notebook 09 compares."""
    return _product(settings[SIGNIFICANCE]["pretraining"], settings[SIGNIFICANCE])


def candidates(settings):
    """Return the learning rates to compare for each model and n.

    Returns
    -------
    dict of str to dict
        For each group, such as `speckle-n50`, its candidates by name, such as
        `speckle-n50-r0.001-f0.0001`, as (initial, final) rates. Empty where the preset gives one.
    """
    known = defaults(TRAIN) | settings[TRAIN]
    lists = [known.get(key, []) for key in SEARCHED]
    if len(lists[0]) * len(lists[1]) < 2:
        return {}
    groups = dict.fromkeys(group_of(name(point)) for point in train_points(settings))
    pairs = search.rate_candidates(*lists)
    return {group: {search.candidate_name(group, pair): pair for pair in pairs} for group in groups}


def group_of(point):
    """Return model and n of a grid point or candidate: `speckle-n50` of `speckle-n50-s0`."""
    return "-".join(point.split("-")[:2])


def _product(kinds, lists):
    return [(kind, n, seed) for kind in kinds for n in lists["n"] for seed in lists["seeds"]]


def name(point):
    """Write a grid point as its folder is called, such as `speckle-n50-s0`."""
    kind, n, seed = point
    return f"{kind}-n{n}-s{seed}"


def shown(notebook, settings):
    """Return the grid point whose executed notebook becomes the book's page, or None.

    The first `n` and seed, with the speckle layer where the grid has it.
    """
    if notebook not in GRID:
        return None
    points = train_points(settings) if notebook == TRAIN else segment_points(settings)
    return name(next((point for point in points if point[0] == "speckle"), points[0]))


def values(notebook, settings, run, data="", point=None):
    """Return all parameters of one execution: preset, run folder, data, grid point.

    Parameters
    ----------
    notebook : str
        Name of the notebook.
    settings : dict
        From `load`.
    run : str
        The run's folder.
    data : str
        What `DATA=` gave, for the notebook that prepares the images.
    point : str, optional
        Such as `speckle-n50-s0`, for a grid step, or a candidate's name.

    Returns
    -------
    dict
        Parameters that the notebook's parameters cell has.
    """
    found = {"run": run, **settings[notebook]}
    if data and notebook == IMAGES:
        found["data"] = data
    if notebook == OWN_IMAGES:
        found["generator"] = shown(TRAIN, settings)
    if point is not None:
        kind, n, *rest = point.split("-", 2)
        rates = candidates(settings).get(group_of(point), {}) if notebook == TRAIN else {}
        if point in rates:
            found |= {key: [rate] for key, rate in zip(SEARCHED, rates[point], strict=True)}
            found |= {"candidate": point}
        seed = SEARCH_SEED if point in rates else int(rest[0][1:])
        found |= dict(zip(GRID[notebook], (kind, int(n[1:]), seed), strict=False))
    known = parameters(notebook)
    return {key: value for key, value in found.items() if key in known}


def digest(notebook):
    """Hash a notebook's code, so that an edit of its prose alone recomputes nothing."""
    code = json.dumps([source for _, source in cells(notebook)])
    return hashlib.sha256(code.encode()).hexdigest()[:16]


def modules(notebook, without=()):
    """List the module files that a notebook uses, directly or through other files.

    Parameters
    ----------
    notebook : str
        Name of the notebook.
    without : sequence of str
        Packages or files at the top whose edits do not matter here.

    Returns
    -------
    list of str
        Such as `specklegan/speckle/formation.py`, sorted.
    """
    code = "\n".join(re.sub(r"(?m)^\s*[%!].*$", "", source) for _, source in cells(notebook))
    kept = [name for name in imports.closure(code, ROOT) if name.split(".")[0] not in without]
    return sorted(imports.path_of(name, ROOT).relative_to(ROOT).as_posix() for name in kept)
