"""Which files of the module a piece of code uses, read from its imports and never by running it.

The faces of the packages are lazy: their stubs (`__init__.pyi`) say which file is behind a name.
The graph asks here, so that an edit of one metric does not train GANs again, and so does the test
of who may import whom.
"""

import ast
from functools import cache

from workflow.presets import ROOT

HOUSE = "specklegan"


def closure(code, root=ROOT):
    """Return all files that code uses, directly or through other files.

    Parameters
    ----------
    code : str
        Python.
    root : pathlib.Path
        Of the repository.

    Returns
    -------
    set of str
        Names such as `metrics.overlap` or `records`, without `specklegan`.
    """
    todo, found = imported(code, root), set()
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo |= imported(path_of(name, root).read_text(encoding="utf-8"), root)
    return found


def path_of(name, root=ROOT):
    """Return the path of a file by its name, such as `metrics.overlap`."""
    return root.joinpath(HOUSE, *name.split(".")).with_suffix(".py")


def imported(code, root=ROOT):
    """Return the files of the house that code imports, or names through a face.

    A face that is imported and never asked for a name counts with all its files.

    Parameters
    ----------
    code : str
        Python, with absolute imports.
    root : pathlib.Path
        Of the repository.

    Returns
    -------
    set of str
        Names such as `metrics.overlap` or `records`.
    """
    tree, found, faces = ast.parse(code), set(), {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                found |= _module(alias.name, root, faces)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            for alias in node.names:
                found |= _member(node.module, alias, root, faces)
    for bound, package in faces.items():
        asked = _asked(tree, bound)
        names = face(package, root)
        found |= {names[name] for name in asked if name in names} if asked else set(names.values())
    return found


def _module(dotted, root, faces):
    """Files behind `import specklegan.a.b`; a package is noted among the faces."""
    first, *rest = dotted.split(".")
    if first != HOUSE:
        return set()
    name = ".".join(rest)
    if name and path_of(name, root).is_file():
        return {name}
    faces[dotted] = name
    return set()


def _member(module, alias, root, faces):
    """Files behind `from module import alias`; a package is noted among the faces."""
    first, *rest = module.split(".")
    if first != HOUSE:
        return set()
    inside, package = ".".join(rest), ".".join([*rest, alias.name])
    if inside and path_of(inside, root).is_file():
        return {inside}
    if path_of(package, root).is_file():
        return {package}
    if not inside and (root / HOUSE / alias.name).is_dir():
        faces[alias.asname or alias.name] = alias.name
        return set()
    known = face(inside, root)
    return {known[alias.name]} if alias.name in known else set()


def _asked(tree, bound):
    """Names that code asks a bound face for: `metrics.dice` asks `metrics` for `dice`."""
    attributes = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    return {node.attr for node in attributes if ast.unparse(node.value) == bound}


def face(package, root=ROOT):
    """Map the names at the face of a package ("" for the door) to the files behind them."""
    stub = root.joinpath(HOUSE, package, "__init__.pyi")
    return _stub(stub, package) if stub.is_file() else {}


@cache
def _stub(path, package):
    names = {}
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.module:
            file = ".".join(filter(None, (package, node.module)))
            names |= {alias.asname or alias.name: file for alias in node.names}
    return {name: _behind(name, file, path) for name, file in names.items()}


def _behind(name, file, stub):
    """Follow the door's names through the face of a package."""
    inner = stub.parent / file / "__init__.pyi"
    return _stub(inner, file)[name] if inner.is_file() else file
