"""Assemble the book's source for one run: prose from `book/`, outputs from executed notebooks.

`book/` and `notebooks/` stay as they are; everything goes to `build/<run>/book/`. The text and
code of a page come from `notebooks/`, only its outputs from the run: an edit of prose needs no
new run. What papermill adds, and what the kernel wrote to stderr, stays behind.
"""

import ast
import base64
import json
import pprint
import re
import shutil
from datetime import datetime
from pathlib import Path

from specklegan import disk, records
from workflow import graph, presets, reference

HERO = ("07_evaluate_gan", "fig-samples")  # the welcome page's figure: notebook and label
CODE_WIDTH = 79  # characters of code beside each other on a page
SCALE = {True: "note", False: "warning"}  # the kind of box that tells what a run is worth


def text(cell):
    """Return a cell's source as one string."""
    return "".join(cell["source"])


def tagged(cell, tag):
    """Tell whether a cell has a tag."""
    return tag in cell["metadata"].get("tags", [])


def executed_path(run, notebook, settings):
    """Return the executed notebook that becomes a page; for a grid step its first SpeckleGAN."""
    point = graph.shown(notebook, settings)
    inside = f"{notebook}.ipynb" if point is None else f"{notebook}/{point}.ipynb"
    return Path(run) / "notebooks" / inside


def page(source, executed, where):
    """Put the outputs of an executed notebook into its source.

    Parameters
    ----------
    source, executed : dict
        Notebooks as JSON.
    where : str
        The source's path, for messages.

    Returns
    -------
    dict
        The source with outputs; the parameters cell tells which values the run used, and names
        in the prose are links.

    Raises
    ------
    ValueError
        Where the code differs, so that the outputs do not belong to it.
    """
    code = [cell for cell in source["cells"] if cell["cell_type"] == "code"]
    done = [cell for cell in executed["cells"] if cell["cell_type"] == "code"]
    used = [text(cell) for cell in done if tagged(cell, "injected-parameters")]
    done = [cell for cell in done if not tagged(cell, "injected-parameters")]
    if [text(cell) for cell in code] != [text(cell) for cell in done]:
        raise ValueError(f"{where}: its code changed after it was executed; run the graph again")
    for cell in source["cells"]:
        if cell["cell_type"] == "markdown":
            cell["source"] = reference.link(text(cell))
    for cell, result in zip(code, done, strict=True):
        cell["outputs"] = [plain(output) for output in result["outputs"] if wanted(output)]
        if used and tagged(cell, "parameters"):
            values = used[0].removeprefix("# Parameters\n").rstrip().split("\n")
            lines = [text(cell).rstrip(), "", "# This run used:", *map(broken, values)]
            cell["source"] = "\n".join(lines)
    return source


def broken(line):
    """Break the line of a parameter, as papermill writes it, that is wider than a page."""
    name, _, value = line.partition(" = ")
    if len(line) <= CODE_WIDTH:
        return line
    indent = " " * len(f"{name} = ")
    width = CODE_WIDTH - len(indent)
    made = pprint.pformat(ast.literal_eval(value), width=width, compact=True, sort_dicts=False)
    return f"{name} = " + made.replace("\n", f"\n{indent}")


def wanted(output):
    """Tell whether an output belongs into the book: everything but stderr."""
    return not (output["output_type"] == "stream" and output["name"] == "stderr")


def plain(output):
    """Write a glued NumPy number as a number: a format such as `:.3f` cannot read `np.float64`."""
    if "scrapbook" in output.get("metadata", {}):
        for kind in filter(lambda kind: kind.endswith("text/plain"), output["data"]):
            value = "".join(output["data"][kind])
            output["data"][kind] = re.sub(r"^np\.\w+\(([^()]*)\)$", r"\1", value)
    return output


def figure(notebook, label):
    """Return PNG bytes and the alternative text of the cell whose figure has a label.

    Raises
    ------
    ValueError
        Where no such cell, or no picture in it, is found.
    """
    for cell in notebook["cells"]:
        shape = cell["metadata"].get("mystnb", {})
        if shape.get("figure", {}).get("name") == label:
            pictures = [o["data"]["image/png"] for o in cell["outputs"] if "data" in o]
            return base64.b64decode("".join(pictures[0])), shape.get("image", {}).get("alt", "")
    raise ValueError(f"{HERO[0]}: found no figure {label!r}, expected one for the welcome page")


def data_line(run):
    """Say in a few words which images a run used."""
    source = disk.read_json(run / "data" / "dataset.json").get("source", {})
    if source.get("kind") == "phantom":
        return "simulated IVUS phantoms, not patients"
    return f"the images of `{Path(source.get('path', '?')).name}`"


def provenance(run):
    """Write the box that says where this book's numbers come from, as MyST Markdown.

    Parameters
    ----------
    run : pathlib.Path
        The run's folder.

    Returns
    -------
    str
    """
    record = records.read(run / "evaluate" / "record.json")
    preset = records.preset(run)
    evidence = records.is_evidence(preset)
    commit = record["commit"][:12] if record["commit"] else "not under version control"
    commit += " with uncommitted changes" if record["dirty"] else ""
    when = datetime.fromisoformat(record["start"]).strftime("%d %B %Y").lstrip("0")
    minutes = sum(seconds(run).values()) / 60
    worth = "Its results may be cited with the record." if evidence else (
        "**It is not evidence**: its images are few and small and it has one seed. It shows how "
        "everything works; for evidence see the recorded runs in {ref}`ch-scoreboard`."
    )  # fmt: skip
    lines = [
        f"::::{{admonition}} This run: preset `{preset}`",
        f":class: {SCALE[evidence]}",
        "",
        f"Figures and numbers come from one run of preset `{preset}` on {data_line(run)}, computed "
        f"on {when}, unless a caption calls them recorded. {worth}",
        "",
        f"Code: {commit}. Device: {record['device']}. PyTorch {record['versions']['torch']}, "
        f"Python {record['versions']['python']}. "
        f"Computing time, summed over its notebooks: {minutes:.1f} minutes.",
        "::::",
        "",
    ]
    return "\n".join(lines)


def seconds(run):
    """Return how long each executed notebook of a run took, in seconds, by step."""
    found = {}
    for path in sorted((Path(run) / "notebooks").rglob("*.ipynb")):
        step = path.relative_to(Path(run) / "notebooks").with_suffix("").as_posix()
        note = json.loads(path.read_text(encoding="utf-8"))["metadata"]
        found[step] = note.get("papermill", {}).get("duration") or 0.0
    return found


def assemble(run):
    """Write the book's source of a run to its `book/` folder.

    Parameters
    ----------
    run : path
        The run's folder.

    Returns
    -------
    pathlib.Path
        The folder written.
    """
    run = Path(run)
    settings = presets.load(records.preset(run))
    target = run / "book"
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(presets.ROOT / "book", target, ignore=shutil.ignore_patterns("__pycache__"))
    for path in target.glob("*.md"):
        path.write_text(reference.link(path.read_text(encoding="utf-8")), encoding="utf-8")
    reference.write(target / "reference")
    (target / "notebooks").mkdir()
    for notebook in presets.notebooks():
        path = presets.ROOT / "notebooks" / f"{notebook}.ipynb"
        source = json.loads(path.read_text(encoding="utf-8"))
        done = executed_path(run, notebook, settings).read_text(encoding="utf-8")
        made = page(source, json.loads(done), f"notebooks/{path.name}")
        (target / "notebooks" / path.name).write_text(json.dumps(made), encoding="utf-8")
        if notebook == HERO[0]:
            picture, alt = figure(made, HERO[1])
    (target / "_assets" / "hero.png").write_bytes(picture)
    (target / "_hero.md").write_text(
        f"```{{image}} _assets/hero.png\n:alt: {alt}\n:class: hero\n```\n", encoding="utf-8"
    )
    (target / "_run.md").write_text(provenance(run), encoding="utf-8")
    return target
