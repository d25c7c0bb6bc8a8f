"""Files: whole or as they were, hashed by the standard, read as one JSON object or refused."""

import os
import re

import pytest

from specklegan import disk

CUT = b"caf\xe9"  # Latin-1, no UTF-8


def test_text_is_written_as_utf_8_in_folders_that_were_missing(tmp_path):
    path = tmp_path / "a" / "b.txt"
    disk.write_text(path, "Fréchet\n")
    assert path.read_bytes() == "Fréchet\n".encode()
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("error", [OSError(28, "No space left"), OSError("No space left")])
def test_failed_writing_says_what_was_kept(tmp_path, monkeypatch, error):
    def full(_):
        raise error

    path = tmp_path / "a.txt"
    disk.write_text(path, "old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match=r"a\.txt: .* \(No space left\); the previous one is kept"):
        disk.write_text(path, "new")
    with pytest.raises(OSError, match=r"b\.txt: .* \(No space left\); nothing was written"):
        disk.write_text(tmp_path / "b.txt", "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_sha256_of_the_first_test_vector_of_fips_180_2(tmp_path):
    (tmp_path / "a").write_bytes(b"abc")
    known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert disk.sha256(tmp_path / "a") == known
    with pytest.raises(FileNotFoundError, match=r"gone: not found"):
        disk.sha256(tmp_path / "gone")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "not found; expected a manifest"),
        (b"{", r"not JSON \(.*\); expected a manifest"),
        (CUT, r"not JSON \(.*\); expected a manifest"),
        (b"[1]", "holds a list; expected a manifest"),
        (b"null", "holds a NoneType; expected a manifest"),
    ],
)
def test_what_is_no_json_object_is_refused_by_name(tmp_path, content, message):
    path = tmp_path / "a.json"
    if content is not None:
        path.write_bytes(content)
    error = FileNotFoundError if content is None else ValueError
    with pytest.raises(error, match=f"{re.escape(str(path))}: {message}"):
        disk.read_json(path, "a manifest")


def test_a_json_object_is_read(tmp_path):
    disk.write_text(tmp_path / "a.json", '{"é": [1, null]}')
    assert disk.read_json(tmp_path / "a.json") == {"é": [1, None]}
