"""Files of a data folder: which are there, and what is refused about them before they are read.

Whatever is wrong with a file is a `BadFile`: an exception whose text is one line that names the
file, the line in it where there is one, what was found and what was expected. Readers raise it;
whoever reads a whole folder collects it as a *finding*, so that all of them can be told at once.
"""

import os
import re
import stat
from collections.abc import Container
from pathlib import Path

EXCLUDE = "exclude.txt"  # stems that a reader leaves out knowingly, one a line


class BadFile(ValueError):
    """Something wrong with one file."""

    def __init__(self, path: Path, text: str, line: int | None = None) -> None:
        self.path, self.line = path, line
        where = shown(path) if line is None else f"{shown(path)}, line {line}"
        super().__init__(f"{where}: {text}")


def shown(path: str | Path) -> str:
    """Write a path so that it can be printed: bytes that are no UTF-8, and controls, escaped."""
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def check_entry(path: Path, root: Path) -> None:
    """Refuse what is no regular file, links that leave the folder, and unprintable names.

    Parameters
    ----------
    path : pathlib.Path
        Entry of a folder.
    root : pathlib.Path
        The data folder, links resolved.

    Raises
    ------
    BadFile
        If the entry cannot be used.
    """
    if shown(path.name) != path.name:
        raise BadFile(path, "a name that is not printable UTF-8; expected one that can be written")
    try:
        real = path.resolve(strict=True)
        mode = real.stat().st_mode
    except (OSError, RuntimeError) as error:  # RuntimeError: links in a circle, before Python 3.13
        raise BadFile(path, "a broken link or no access; expected a readable file") from error
    if not real.is_relative_to(root):
        raise BadFile(path, f"a symbolic link to {shown(real)}; expected files inside the folder")
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        raise BadFile(path, "a device, pipe or socket; expected a file")


def listing(
    folder: Path, root: Path, suffixes: tuple[str, ...]
) -> tuple[dict[str, Path], list[BadFile]]:
    """Files of one folder by stem, and what is wrong with the rest.

    Parameters
    ----------
    folder, root : pathlib.Path
        The folder to list, and the data folder that nothing may leave.
    suffixes : tuple of str
        What is expected, in lower case with the dot. Hidden files are nobody's data and skipped.

    Returns
    -------
    files : dict of str to pathlib.Path
        Sorted by stem.
    findings : list of BadFile
    """
    wanted, root = f"{', '.join(suffixes)} files", root.resolve()
    if not folder.is_dir():
        return {}, [BadFile(folder, f"not found; expected a folder of {wanted}")]
    files: dict[str, Path] = {}
    findings: list[BadFile] = []
    try:
        check_entry(folder, root)
        entries = sorted(folder.iterdir())
    except BadFile as error:
        return {}, [error]
    except OSError as error:
        return {}, [BadFile(folder, f"cannot be listed ({error.strerror}); expected permission")]
    for path in entries:
        if path.name.startswith(".") or path.name in ("Thumbs.db", "desktop.ini"):
            continue
        try:
            _take(path, root, suffixes, files)
        except BadFile as error:
            findings.append(error)
    return files, findings


def _take(path, root, suffixes, files):
    """Put one entry among the files, or raise."""
    check_entry(path, root)
    if path.is_dir() or path.suffix.lower() not in suffixes:
        kind = "a folder" if path.is_dir() else f"suffix {path.suffix or 'missing'}"
        raise BadFile(path, f"{kind}; expected {', '.join(suffixes)} files only")
    if path.stem in files:
        raise BadFile(path, f"same stem as {files[path.stem].name}; expected one of them")
    files[path.stem] = path


def walk(root: Path, pattern: re.Pattern[str]) -> tuple[list[Path], list[BadFile]]:
    """Find the files below a folder whose names match a compiled pattern.

    Returns
    -------
    files : list of pathlib.Path
        Sorted.
    findings : list of BadFile
        Matching files that cannot be used, and links to folders elsewhere.
    """
    found, findings, real = [], [], root.resolve()
    for folder, folders, names in os.walk(root):  # does not follow links
        links = [name for name in folders if os.path.islink(os.path.join(folder, name))]
        for name in sorted(links) + [name for name in sorted(names) if pattern.fullmatch(name)]:
            path = root / os.path.relpath(os.path.join(folder, name), root)
            try:
                check_entry(path, real)
            except BadFile as error:
                findings.append(error)
                continue
            if name not in links:  # a link inside the folder shows what is found there anyway
                found.append(path)
    return sorted(found), findings


def read_text(path: Path, most: int = 1 << 20) -> str:
    """Read a small text file; bytes that are no UTF-8 become U+FFFD.

    Raises
    ------
    BadFile
        If it is missing, unreadable, empty, or larger than `most` bytes.
    """
    try:
        size = path.stat().st_size
        if size > most:
            raise BadFile(path, f"{size} bytes; expected a text file of at most {most}")
        text = path.read_bytes().decode("utf-8-sig", "replace")
    except FileNotFoundError as error:
        raise BadFile(path, "not found; expected a text file") from error
    except OSError as error:
        raise BadFile(path, f"cannot be read ({error.strerror}); expected a text file") from error
    if not text.strip():
        raise BadFile(path, f"empty ({size} bytes); expected text")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def excluded(path: Path, known: Container[str]) -> tuple[list[str], list[BadFile]]:
    """Read the stems in `exclude.txt` of a data folder.

    Parameters
    ----------
    path : pathlib.Path
        The data folder.
    known : container of str
        Stems that there are.

    Returns
    -------
    stems : list of str
    findings : list of BadFile
        A line for every stem that does not exist.
    """
    file = path / EXCLUDE
    if not file.exists():
        return [], []
    try:
        lines = [line.split("#")[0].strip() for line in read_text(file).split("\n")]
    except BadFile as error:
        return [], [error]
    findings = [
        BadFile(file, f"{stem!a} is not there; expected the stem of a pair", number)
        for number, stem in enumerate(lines, 1)
        if stem and stem not in known
    ]
    return sorted({stem for stem in lines if stem in known}), findings
