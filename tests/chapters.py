"""Execute some cells of a chapter within a test, without a kernel."""

import pytest

from workflow import presets


def run(chapter, last, first="", without=None, names=(), **parameters):
    """Execute cells from the first that holds one text to the first that holds another.

    Parameters
    ----------
    chapter : str
        Such as `01_diffraction`.
    last, first : str
        Texts in a cell's source; without `first`, from the chapter's beginning.
    without : str, optional
        A text of the cell that is left out: one that draws.
    names : dict
        What the cells find defined.
    **parameters
        Replace those of the parameters cell, as papermill does.

    Returns
    -------
    dict
        What is defined afterwards.
    """
    pytest.importorskip("myst_nb", reason="chapters glue their numbers: needs the extra 'book'")
    cells = presets.cells(chapter)
    begin, end = (next(k for k, (_, s) in enumerate(cells) if text in s) for text in (first, last))
    names = dict(names)
    for tags, source in cells[begin : end + 1]:
        if without is None or without not in source:
            exec(source, names)
        if "parameters" in tags:
            names |= parameters
    return names
