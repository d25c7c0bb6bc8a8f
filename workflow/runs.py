"""A run's folder, and the images that it works on: what PRESET= and DATA= name.

Only the standard library, since `make clean` calls this before anything is installed.

    python3 -m workflow.runs --preset quick --data path/to/folder   # remove that run
    python3 -m workflow.runs --preset quick --pages   # print where its book lies instead
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import sys
import urllib.parse
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
IVUS = "ivus2011:"
QUOTED = "text="  # before a percent-encoded value of --config
CACHES = (".pytest_cache", ".ruff_cache", ".hypothesis", ".mypy_cache")


def user_data(text):
    """Return what DATA= means: "" for the preset's own data, else a specification.

    Parameters
    ----------
    text : str
        As it was given: a folder or `ivus2011:<folder>`, relative to where the command was called;
        `~` is the reader's home.

    Returns
    -------
    str
        Relative to the repository where the folder lies in it, else absolute.

    Raises
    ------
    ValueError
        Where the name is not text in UTF-8, which no record could hold.
    """
    if not text.strip() or text == "phantom":
        return ""
    try:
        text.encode()
    except UnicodeEncodeError:
        found = os.fsencode(text)
        raise ValueError(f"DATA: found {found}, expected a name in UTF-8: rename it") from None
    kind = IVUS if text.startswith(IVUS) else ""
    path = Path(os.path.abspath(os.path.expanduser(text.removeprefix(IVUS))))
    inside = path.is_relative_to(ROOT) and path != ROOT
    return kind + str(path.relative_to(ROOT) if inside else path)


def run_folder(preset, data=""):
    """Name the folder of a run, relative to the repository.

    Parameters
    ----------
    preset : str
        Name of the preset.
    data : str
        From `user_data`, or "" for the preset's own data.

    Returns
    -------
    str
        Such as `build/quick`, or `build/quick-usgra_seg` for a folder of that name.
    """
    if data in ("", "phantom"):
        return f"build/{preset}"
    name = Path(data.removeprefix(IVUS)).name or data
    return f"build/{preset}-{re.sub(r'[^A-Za-z0-9._-]', '-', name)}"


def note_run(run, preset, data=""):
    """Write `run.json` in the run's folder, so that records know their preset.

    Raises
    ------
    ValueError
        Where the folder holds a run on other data.
    """
    path = ROOT / run / "run.json"
    note = {"preset": preset, "data": data}
    if path.is_file():
        before = json.loads(path.read_text(encoding="utf-8"))
        if (ROOT / before["data"]).resolve() != (ROOT / data).resolve():
            raise ValueError(f"{run}: holds a run on {before['data']!r}, not {data!r}; rename one")
        if before == note:
            return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(note) + "\n", encoding="utf-8")


def data_folder(data):
    """Return the folder in a data specification, or None where it names none that exists."""
    path = ROOT / Path(data.removeprefix(IVUS)).expanduser()
    return path if data and path.is_dir() else None


def fingerprint(data):
    """Hash the names and the content of a data folder's files, so that every edit shows.

    Parameters
    ----------
    data : str
        A folder, `ivus2011:<folder>`, or "".

    Returns
    -------
    str
        Hexadecimal digits; empty where there is no such folder.
    """
    folder = data_folder(data)
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")) if folder else ():
        if path.is_file():
            digest.update(os.fsencode(path.relative_to(folder)) + b"\0")
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:16] if folder else ""


def quoted(text):
    """Write a text so that Snakemake, which reads YAML, takes it for nothing else."""
    return QUOTED + urllib.parse.quote(text)


def config_text(config, key, default, words=()):
    """Return a value of Snakemake's `--config` as the text that it was meant to be.

    Parameters
    ----------
    config : dict
        Snakemake's.
    key : str
        Such as `data`.
    default : str
        Where it is not given.
    words : sequence of str
        The command line. Snakemake reads values as YAML, where `scans #2` is `scans`, and `001`
        the number 1: what was changed on the way is refused. What `quoted` wrote arrives whole.

    Raises
    ------
    ValueError
        Where a value was read as something else than the text given.
    """
    value = config.get(key)
    if value is None:
        return default
    if isinstance(value, str) and value.startswith(QUOTED):
        return urllib.parse.unquote(value.removeprefix(QUOTED))
    raw = [word.removeprefix(f"{key}=") for word in words if word.startswith(f"{key}=")]
    if isinstance(value, str) and raw in ([], [value]):
        return value
    given = raw[-1] if raw else str(value)
    raise ValueError(f"--config {key}={given}: Snakemake reads this as {value!r}; write "
                     f"--config {key}={quoted(given)}, or use 'make book'")  # fmt: skip


def show_pages(run):
    """Print the folder of a run's book; return the exit code."""
    pages = ROOT / run / "html"
    if not (pages / "index.html").is_file():
        where = f"{pages}: no book there; run 'make book' with the same PRESET and DATA first"
        print(f"error: {where}", file=sys.stderr)
        return 1
    print(pages)
    return 0


def main():
    """Remove one run and the tools' caches, or print where its book lies; return the exit code."""
    parser = argparse.ArgumentParser(description="Remove a run; other runs and .venv stay.")
    parser.add_argument("--preset", required=True)
    parser.add_argument("--data", default="")
    parser.add_argument("--pages", action="store_true", help="print the book's folder instead")
    args = parser.parse_args()
    try:
        run = run_folder(args.preset, user_data(args.data))
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    if not re.fullmatch(r"[\w-]+", args.preset):
        print(f"error: PRESET: found {args.preset!r}, expected a preset's name", file=sys.stderr)
        return 1
    if args.pages:
        return show_pages(run)
    for name in (run, *CACHES):
        if (ROOT / name).exists():
            print(f"removing {name}")
            shutil.rmtree(ROOT / name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
