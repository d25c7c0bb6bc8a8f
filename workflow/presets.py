"""Presets: which parameters every notebook gets.

A preset is a file `config/<name>.yaml` that maps a notebook's name to parameters of its
'parameters' cell. Papermill only warns of a parameter that a notebook does not have; here every
name and type is checked before anything runs. Nothing here runs a notebook.
"""

import ast
import json

import yaml

from workflow.runs import ROOT as ROOT

EXPECTED = "expected"  # config/expected.yaml: measured seconds, not a preset
EVALUATE, SIGNIFICANCE = "07_evaluate_gan", "09_significance"
TYPES = {"int": int, "float": (int, float), "str": str, "bool": bool, "list": list, "dict": dict}


def names():
    """List the presets: every `config/*.yaml` but the measured times."""
    return sorted(p.stem for p in (ROOT / "config").glob("*.yaml") if p.stem != EXPECTED)


def notebooks():
    """List the notebooks by name, in the order of the book."""
    return sorted(path.stem for path in (ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))


def cells(notebook):
    """Return a notebook's code cells as (tags, source) pairs."""
    path = ROOT / "notebooks" / f"{notebook}.ipynb"
    found = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in found if cell["cell_type"] == "code"]
    return [(c["metadata"].get("tags", []), "".join(c["source"])) for c in code]


def parameters(notebook):
    """Read a notebook's parameters cell.

    Parameters
    ----------
    notebook : str
        Such as `06_train_gan`.

    Returns
    -------
    dict
        For each parameter its annotation, such as `int` or `list[int]`, or "" where it has none.

    Raises
    ------
    ValueError
        Where the notebook has not exactly one cell tagged 'parameters'.
    """
    known = {}
    for node in _parameters_cell(notebook):
        if isinstance(node, ast.AnnAssign):
            known[node.target.id] = ast.unparse(node.annotation)
        elif isinstance(node, ast.Assign):
            known[node.targets[0].id] = ""
    return known


def defaults(notebook):
    """Read the values that a notebook's parameters cell gives, by parameter."""
    given = [node for node in _parameters_cell(notebook) if isinstance(node, ast.AnnAssign)]
    return {node.target.id: ast.literal_eval(node.value) for node in given}


def _parameters_cell(notebook):
    found = [source for tags, source in cells(notebook) if "parameters" in tags]
    if len(found) != 1:
        count = f"found {len(found)} cells tagged 'parameters', expected 1"
        raise ValueError(f"notebooks/{notebook}.ipynb: {count}")
    return ast.parse(found[0]).body


def load(preset):
    """Read and check a preset.

    Parameters
    ----------
    preset : str
        Name of a file in `config/`.

    Returns
    -------
    dict of dict
        Parameters by notebook; notebooks that the preset does not name get none.

    Raises
    ------
    ValueError
        For an unknown preset, notebook or parameter, or a value of another type than the
        parameters cell declares; the message lists what is valid.
    """
    if preset not in names():
        raise ValueError(f"PRESET: found {preset!r}, expected one of {', '.join(names())}")
    where = f"config/{preset}.yaml"
    found = yaml.safe_load((ROOT / where).read_text(encoding="utf-8"))
    if not isinstance(found, dict):
        raise ValueError(f"{where}: expected a mapping from notebook to parameters")
    for notebook, values in found.items():
        if notebook not in notebooks():
            known = ", ".join(notebooks())
            raise ValueError(f"{where}: unknown notebook {notebook!r}, expected one of {known}")
        _check(f"{where}: {notebook}", values or {}, parameters(notebook))
    settings = {notebook: dict(found.get(notebook) or {}) for notebook in notebooks()}
    _check_grids(where, settings)
    return settings


def _check(where, values, known):
    """Compare one notebook's values with its parameters cell."""
    if not isinstance(values, dict):
        raise ValueError(f"{where}: found {values!r}, expected parameters and their values")
    for key, value in values.items():
        if key not in known:
            valid = ", ".join(known)
            raise ValueError(f"{where}: unknown parameter {key!r}, expected one of {valid}")
        if not _fits(value, known[key]):
            kind = type(value).__name__
            raise ValueError(f"{where}: {key}: found {value!r} ({kind}), expected {known[key]}")


def _check_grids(where, settings):
    """Require the lists that span the grids, none of them empty."""
    needed = [(EVALUATE, ("models", "n", "seeds")), (SIGNIFICANCE, ("pretraining", "n", "seeds"))]
    for notebook, keys in needed:
        for key in keys:
            if not settings.get(notebook, {}).get(key):
                raise ValueError(f"{where}: {notebook}: {key}: expected a list that is not empty")
    if missing := {"speckle", "baseline"} - set(settings[EVALUATE]["models"]):
        raise ValueError(f"{where}: {EVALUATE}: models: {', '.join(sorted(missing))} is missing; "
                         "expected both, because the chapter compares them")  # fmt: skip
    if len(set(settings[SIGNIFICANCE]["pretraining"])) < 2:
        raise ValueError(f"{where}: {SIGNIFICANCE}: pretraining: found one arm, expected at least "
                         "two to compare")  # fmt: skip
    training = settings.get("06_train_gan", {})
    several = any(len(training.get(key, [])) > 1 for key in ("rates", "final_rates"))
    if several and training.get("validate_every") == 0:
        raise ValueError(f"{where}: 06_train_gan: validate_every: found 0, expected images between "
                         "two validations, by which one of several rates is chosen")  # fmt: skip


def _fits(value, annotation):
    """Tell whether a value has the annotated type; unknown annotations accept anything."""
    for part in annotation.split("|"):
        kind = part.strip().split("[")[0]
        if (kind == "None" and value is None) or kind not in {*TYPES, "None"}:
            return True
        if kind in TYPES and isinstance(value, TYPES[kind]):
            return kind == "bool" or not isinstance(value, bool)
    return False
