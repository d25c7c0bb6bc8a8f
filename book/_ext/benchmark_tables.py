"""The directive `benchmarks`: the recorded runs of `python -m benchmarks`, as tables.

A record is a file of `data/benchmarks/`, one a machine, found above the book's source. The argument
says which table: `speed` or `layer`.
"""

import json
from pathlib import Path

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

FOLDER = Path("data", "benchmarks")
SPEED = ("Part", "px", "Time (ms)", "Times as fast", "Memory (MB)", "Limit (ms)", "Error")
LAYER = ("px", "Batch", "Layer (ms)", "Step (ms)", "Layer / step", "Baseline's step (ms)")


def recorded(start):
    """Return the records by file, from the first folder above `start` that has them."""
    for parent in (Path(start).resolve(), *Path(start).resolve().parents):
        if (parent / FOLDER).is_dir():
            paths = sorted((parent / FOLDER).glob("*.json"))
            return {path: json.loads(path.read_text(encoding="utf-8")) for path in paths}
    return {}


def speed(record):
    """Return the cells of the table of times, one row a case."""
    for row in record["rows"]:
        times = row["reference_s"], row["ours_s"]
        yield (
            f"{row['part']} ({row['case']})",
            row["size"],
            " → ".join(f"{1e3 * seconds:.3g}" for seconds in times),
            f"{times[0] / times[1]:.2f}",
            " → ".join(f"{row[f'{way}_peak'] / 1e6:.0f}" for way in ("reference", "ours")),
            f"{1e3 * limit(row, record['limits']):.3g}",
            f"{row['error']:.0e}",
        )


def limit(row, limits):
    """Return the seconds that the machine needs at least: for arithmetic, or to read and write."""
    return max(row["flop"] / limits["flop_per_s"], row["bytes"] / limits["bytes_per_s"])


def layer(record):
    """Return the cells of the table of the layer's share, one row a size."""
    for row in record["shares"]:
        times = [f"{1e3 * row[name]:.0f}" for name in ("layer_s", "step_s", "baseline_s")]
        share = f"{row['layer_s'] / row['step_s']:.1%}".replace("%", " %")
        yield row["size"], row["batch"], *times[:2], share, times[2]


def machine(record):
    """Return one sentence on the machine, for the caption."""
    about, limits = record["machine"], record["limits"]
    threads = f", {about['threads']} threads" if about["device"] == "cpu" else ""
    commit = f", commit {about['commit'][:12]}" if about["commit"] else ""
    commit += " with uncommitted changes" if about["dirty"] else ""
    return (
        f"{about['name']}{threads}, PyTorch {about['versions']['torch']}{commit}: products of "
        f"matrices at {limits['flop_per_s'] / 1e9:.0f} GFLOP/s, copying at "
        f"{limits['bytes_per_s'] / 1e9:.0f} GB/s."
    )


def markdown(kind, path, record):
    """Return one table as MyST Markdown."""
    heads, cells, caption = {
        "speed": (SPEED, speed, "Time and memory, plain reference → ours, on "),
        "layer": (LAYER, layer, "Cost of the speckle layer in a training step, on "),
    }[kind]
    rows = [heads, ["---"] * len(heads), *cells(record)]
    lines = ["| " + " | ".join(map(str, row)) + " |" for row in rows]
    name = f":name: tab-{kind}-{path.stem}"
    return [f"```{{table}} {caption}{machine(record)}", name, "", *lines, "```", ""]


class Benchmarks(SphinxDirective):
    """Show one table for each recorded machine."""

    required_arguments = 1

    def run(self):
        """Parse the tables, or say that there is none."""
        records, (kind,) = recorded(self.env.srcdir), self.arguments
        if kind not in ("speed", "layer"):
            raise self.error(f"benchmarks: expected 'speed' or 'layer', found {kind!r}")
        lines = [line for path in records for line in markdown(kind, path, records[path])]
        for path in records:
            self.env.note_dependency(str(path))
        node = nodes.container()
        lines = lines or ["No run is recorded in `data/benchmarks/` yet."]
        self.state.nested_parse(StringList(lines, "data/benchmarks"), self.content_offset, node)
        return node.children


def setup(app):
    """Register the directive."""
    app.add_directive("benchmarks", Benchmarks)
    return {"version": "1", "parallel_read_safe": True}
