"""Docstrings of the module are plain text with code in backticks: say so to Sphinx.

Bars and asterisks are mathematics there, |mu|^2 and a * b, and no markup. Only code, roles such as
:func:`name` and a name between two asterisks, as of a journal, keep their meaning.
"""

import gc
import re

KEPT = re.compile(r"(:[\w:]+:`[^`]*`|``.+?``|`[^`]*`|(?<!\S)\*[^\s*][^*\n]*\*(?!\w))")
MARKUP = re.compile(r"(\\|\*|\||(?<=\w)_(?!\w))")


def plain(text):
    """Escape markup outside code and roles, and write code as reStructuredText does."""
    parts = KEPT.split(text)
    parts[::2] = [MARKUP.sub(r"\\\1", part) for part in parts[::2]]
    parts[1::2] = [f"`{part}`" if re.fullmatch(r"`[^`]+`", part) else part for part in parts[1::2]]
    return "".join(parts)


def process(app, what, name, target, options, lines):
    """Replace the lines of one docstring, before its sections are read."""
    lines[:] = plain("\n".join(lines)).split("\n")
    if what == "property":
        lines[:0] = ["..", ""]  # an empty comment: else words before a colon are read as its type


def load():
    """Import what the pages describe, once, and spare the garbage collector from it.

    Else it walks through all of PyTorch whenever some hundred nodes of a page are made or read: a
    third of the time.
    """
    from specklegan import datasets, figures, metrics

    for face in (datasets, figures, metrics):
        for name in face.__all__:
            getattr(face, name)
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 1000)


def setup(app):
    """Register before napoleon, whose priority is 500."""
    load()
    app.connect("autodoc-process-docstring", process, priority=400)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
