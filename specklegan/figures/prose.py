"""Numbers for the prose of a chapter: the text around a cell shows what the cell has computed."""


def glue_all(**values: object) -> None:
    """Store values under the names by which the prose shows them, and display nothing.

    The only function of the house that needs MyST-NB, and only when it is called: a chapter calls
    it, and a page shows a value by the role `glue:text`.

    Parameters
    ----------
    **values
        Name in the prose to value: a number, or text. Names that are no Python names, such as
        those with a hyphen, come as ``**{"rings-frames": 12}``.

    Raises
    ------
    ModuleNotFoundError
        Where MyST-NB is not installed; it comes with the extra `book`.
    """
    from myst_nb import glue

    for name, value in values.items():
        glue(name, value, display=False)
