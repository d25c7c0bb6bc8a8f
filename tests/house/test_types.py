"""What is public has type hints; that they are right, mypy checks in `make lint`."""

import ast

import pytest

from workflow.presets import ROOT

HOUSE = ROOT / "specklegan"
FILES = sorted(path for path in HOUSE.rglob("*.py") if not path.name.startswith("_"))
SPECIAL = ("__init__", "__call__", "__len__", "__post_init__")  # what a user of a class meets


def is_public(name):
    return not name.startswith("_") or name in SPECIAL


def public_functions(body, prefix=""):
    """Functions and methods by full name, without those inside of functions."""
    for node in body:
        if isinstance(node, ast.ClassDef) and is_public(node.name):
            yield from public_functions(node.body, f"{node.name}.")
        elif isinstance(node, ast.FunctionDef) and is_public(node.name):
            yield prefix + node.name, node


def without_hint(name, function):
    """Names of what lacks a hint: parameters, but for a method's first, and the result."""
    asked = function.args
    listed = [*asked.posonlyargs, *asked.args]
    plain = {ast.unparse(each) for each in function.decorator_list} == {"staticmethod"}
    listed = listed[1:] if "." in name and not plain else listed
    listed += [each for each in (asked.vararg, *asked.kwonlyargs, asked.kwarg) if each]
    missing = [each.arg for each in listed if each.annotation is None]
    return missing + ([] if function.returns else ["return"])


def lacking(source):
    functions = public_functions(ast.parse(source).body)
    found = {name: without_hint(name, function) for name, function in functions}
    return {name: missing for name, missing in found.items() if missing}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(HOUSE)))
def test_every_public_function_and_method_says_its_types(path):
    assert lacking(path.read_text(encoding="utf-8")) == {}


def test_a_missing_hint_would_be_seen():
    source = "def f(a: int, *b, c, **d): ...\n"
    source += "def _g(a): ...\n"
    source += "class A:\n    def __call__(self, x) -> int: ...\n    def _h(self, x): ...\n"
    source += "class _B:\n    def f(self, x): ...\n"
    assert lacking(source) == {"f": ["b", "c", "d", "return"], "A.__call__": ["x"]}


def test_fields_of_public_classes_say_what_they_hold():
    """A bare `dict` or `list` says nothing of what is in it."""
    for path in FILES:
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and is_public(node.name):
                fields = [each for each in node.body if isinstance(each, ast.AnnAssign)]
                told = {ast.unparse(each.annotation) for each in fields}
                assert not told & {"dict", "list", "set", "tuple"}, (path, node.name)
