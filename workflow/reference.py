"""Reference pages of the book, and links to them, made from the faces of the packages.

A page for each package, a section for each of its files, an entry for each public name, and a page
for the files at the top. What an entry says is the docstring, which autodoc reads when the book is
rendered: no page is ever out of date. Nothing of the module is imported here.
"""

import ast
import re
from functools import cache

from markdown_it import MarkdownIt

from workflow import imports
from workflow.presets import ROOT

TOP = ("records", "progress", "disk")  # files beside the packages
LISTED = re.compile(r"^- `(\w+)`: (.*)$", re.MULTILINE)  # a file in the docstring of a face
SHOWN = 72  # characters of a constant's value that are shown
# Code in prose and what stands before it, a role or the bracket of a link; never over a blank line.
SPAN = re.compile(r"(?<!`)(\{[\w:-]+\}|\[)?`((?:[^`\n]|\n(?!\s*\n))+)`(?!`)")
NAMING = (None, "{func}", "{class}", "{meth}")
CALL = re.compile(r"([A-Za-z_][\w.]*)(\(.*\))?")
DIRECTIVE = re.compile(r"\{([\w:-]+)\}")
VERBATIM = ("code", "code-block", "code-cell", "eval-rst", "literalinclude", "math")


def packages():
    """Return the names of the packages, in alphabetical order."""
    return sorted(path.parent.name for path in (ROOT / imports.HOUSE).glob("*/__init__.pyi"))


def public(file):
    """Return the functions and classes that a file at the top has for others, in its order."""
    found = [node.name for node in _tree(file).body if hasattr(node, "name")]
    return [name for name in found if not name.startswith("_")]


@cache
def targets():
    """Map names as prose writes them to what their entries are called.

    Returns
    -------
    dict of str to str
        Such as `laws.contrast` and `networks.Generator.load`; names at the door also alone.
    """
    found = {f"{file}.{name}": f"{file}.{name}" for file in TOP for name in public(file)}
    for package in packages():
        for name, file in imports.face(package).items():
            found[f"{package}.{name}"] = f"{package}.{name}"
            for method in _methods(_definition(file, name)):
                found[f"{package}.{name}.{method}"] = f"{package}.{name}.{method}"
    for name, file in imports.face("").items():
        if "." in file:
            found[name] = f"{file.split('.')[0]}.{name}"
    return {name: f"{imports.HOUSE}.{target}" for name, target in found.items()}


def link(text):
    """Turn names in the prose of a page into links to their entries.

    Parameters
    ----------
    text : str
        MyST Markdown. Code blocks stay as they are; bodies of other directives are prose.

    Returns
    -------
    str
        `laws.contrast` and `laws.contrast(x)` in code spans as roles, wherever the name is public.
    """
    lines, parts, done = text.split("\n"), [], 0
    for block in MarkdownIt().parse(text):
        if block.type == "fence":
            first, last = block.map
            name = DIRECTIVE.match(block.info)
            inside = lines[first + 1 : last - 1]
            if inside and name and name[1] not in VERBATIM:
                inside = link("\n".join(inside)).split("\n")
            parts += [*_linked(lines[done:first]), lines[first], *inside, lines[last - 1]]
            done = last
    return "\n".join([*parts, *_linked(lines[done:])])


def _linked(lines):
    """Turn names in lines of prose into links."""
    return SPAN.sub(_role, "\n".join(lines)).split("\n") if lines else []


def _role(span):
    """Return a link in place of a code span that holds a public name, else the span."""
    found = CALL.fullmatch(span[2]) if span[1] in NAMING else None
    target = targets().get(found[1]) if found else None
    return f"{{py:obj}}`{span[2]} <{target}>`" if target else span[0]


def write(folder):
    """Write all pages to a folder of the book's source."""
    folder.mkdir(parents=True)
    (folder / "index.md").write_text(index(), encoding="utf-8")
    for package in packages():
        (folder / f"{package}.md").write_text(page(package), encoding="utf-8")


def index():
    """Return the first page: the map of the module, and the files beside the packages."""
    about = link(ast.get_docstring(_tree("__init__")))
    for package in packages():
        about = about.replace(f"`{package}`", f"{{ref}}`{package} <module-{package}>`")
    parts = ["(module)=\n# The module", about]
    for file in TOP:
        summary = link(ast.get_docstring(_tree(file)))
        parts += [f"## {file}", summary, _entries(file, {name: file for name in public(file)})]
    return "\n\n".join(parts) + "\n"


def page(package):
    """Return the page of one package: a section for each file that its docstring lists."""
    about, face = ast.get_docstring(_tree(f"{package}.__init__")), imports.face(package)
    parts = [f"(module-{package})=\n# {package}", link(LISTED.sub("", about).strip())]
    for file, summary in LISTED.findall(about):
        names = {name: path for name, path in face.items() if path == f"{package}.{file}"}
        if names:
            where = f"`{imports.HOUSE}/{package}/{file}.py`"
            summary = summary[:1].upper() + summary[1:]
            parts += [f"## {file}", f"{summary} ({where}).", _entries(package, names)]
    return "\n\n".join(parts) + "\n"


def _entries(module, names):
    """Write directives for names, given the files that define them."""
    entries = [_entry(f"{imports.HOUSE}.{module}.{name}", file) for name, file in names.items()]
    return "```{eval-rst}\n" + "\n\n".join(entries) + "\n```"


def _entry(target, file):
    """Write the directive for one name: autodoc's, or for a constant its value and comment."""
    node = _definition(file, target.rpartition(".")[2])
    if isinstance(node, ast.ClassDef):
        return f".. autoclass:: {target}\n   :members:"
    if isinstance(node, ast.FunctionDef):
        return f".. autofunction:: {target}"
    module, _, name = target.rpartition(".")
    shown = _value(file, node, name)
    value = f"\n   :value: {shown}" if 0 < len(shown) <= SHOWN else ""
    return f".. py:data:: {name}\n   :module: {module}{value}\n\n   {_comment(file, node)}"


def _value(file, node, name):
    """Return a constant's expression as it is written; "" where more is added later."""
    if any(isinstance(x, ast.AugAssign) and x.target.id == name for x in _tree(file).body):
        return ""
    several = len(_assigned(node)) > 1
    return ast.unparse(node.value.elts[_defined(node).index(name)] if several else node.value)


def _comment(file, node):
    """Return the comment behind a constant; "" where there is none."""
    lines = imports.path_of(file).read_text(encoding="utf-8").splitlines()
    return lines[node.end_lineno - 1].partition("  # ")[2]


@cache
def _tree(file):
    return ast.parse(imports.path_of(file).read_text(encoding="utf-8"))


def _definition(file, name):
    """Return the statement that first defines a name in a file."""
    return next(node for node in _tree(file).body if name in _defined(node))


def _defined(node):
    """Names that a statement defines."""
    if isinstance(node, ast.ClassDef | ast.FunctionDef):
        return [node.name]
    if isinstance(node, ast.Assign | ast.AnnAssign):
        return [item.id for item in _assigned(node) if isinstance(item, ast.Name)]
    return []


def _assigned(node):
    """Targets of an assignment, with a type or without."""
    target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
    return getattr(target, "elts", [target])


def _methods(node):
    """Public methods of a class that have a docstring, as autodoc shows them."""
    inside = node.body if isinstance(node, ast.ClassDef) else []
    found = [item for item in inside if isinstance(item, ast.FunctionDef)]
    return [x.name for x in found if not x.name.startswith("_") and ast.get_docstring(x)]
