"""Optional packages: imported where they are, named with their extra where they are not."""

import json.decoder

import pytest

from specklegan import extras


def test_what_is_installed_is_imported():
    assert extras.optional("json.decoder", "any") is json.decoder


@pytest.mark.parametrize("name", ["no_such_package", "no_such_package.inner"])
def test_what_is_missing_is_named_with_its_extra(name):
    message = r"^no_such_package is not installed; pip install .*'\.\[more\]'"
    with pytest.raises(ModuleNotFoundError, match=message) as caught:
        extras.optional(name, "more")
    assert caught.value.name == "no_such_package"


def test_a_package_that_lacks_another_says_so_itself(tmp_path, monkeypatch):
    (tmp_path / "half.py").write_text("import no_such_package")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="No module named 'no_such_package'"):
        extras.optional("half", "more")
