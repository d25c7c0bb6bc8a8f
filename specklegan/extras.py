"""Packages that only an extra of the installation brings: imported when used, or how to get one."""

import importlib
from types import ModuleType


def optional(name: str, extra: str) -> ModuleType:
    """Import a package or module that is no dependency, or say how to install it.

    Parameters
    ----------
    name : str
        What to import, such as `pymust`.
    extra : str
        The extra of this project that brings it, such as `simulator`.

    Returns
    -------
    module

    Raises
    ------
    ModuleNotFoundError
        If it is not installed; where it is, but lacks a package of its own, the error is Python's.
    """
    package = name.partition(".")[0]
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name != package:
            raise
        how = f"pip install -c constraints.txt -e '.[{extra}]'"
        text = f"{package} is not installed; {how} (the extra `{extra}`)"
        raise ModuleNotFoundError(text, name=package) from error
