"""Render one run's book to `build/<run>/html/` with jupyter-book; every warning is an error."""

import argparse
import json
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from workflow import assemble

STRICT = ["-W", "-n", "--keep-going", "--all", "-q"]


def render(run, log):
    """Assemble and render a run's book; replace its pages only when all went well.

    Parameters
    ----------
    run : pathlib.Path
        The run's folder.
    log : pathlib.Path
        Takes what jupyter-book prints.

    Raises
    ------
    ValueError
        Where jupyter-book warned or failed; the message holds its first warning.
    """
    source, made = assemble.assemble(run), run / "pages"
    shutil.rmtree(made, ignore_errors=True)
    log.parent.mkdir(parents=True, exist_ok=True)
    tool = Path(sys.executable).with_name("jupyter-book")
    with log.open("w", encoding="utf-8") as file:
        command = [tool, "build", source, "--path-output", made, *STRICT]
        code = subprocess.run(command, stdout=file, stderr=subprocess.STDOUT).returncode
    if code:
        lines = re.sub(r"\x1b\[[0-9;]*m", "", log.read_text(encoding="utf-8")).splitlines()
        bad = [line for line in lines if "WARNING" in line or "ERROR" in line] or lines[-1:]
        raise ValueError(f"{len(bad)} warnings, the first: {bad[0].strip()}; see {log}")
    shutil.rmtree(run / "html", ignore_errors=True)
    (made / "_build" / "html").replace(run / "html")
    shutil.rmtree(made)


def main():
    """Run the command line; return the exit code."""
    parser = argparse.ArgumentParser(description="Render the book of a run.")
    parser.add_argument("--run", type=Path, required=True, help="such as build/quick")
    parser.add_argument("--log", type=Path, required=True)
    args = parser.parse_args()
    start = time.monotonic()
    print("[book] started", flush=True)
    try:
        render(args.run, args.log)
    except (ValueError, OSError) as error:
        print(f"error: book: {error}", flush=True)
        return 1
    times = json.dumps(assemble.seconds(args.run), indent=1)
    (args.run / "log" / "seconds.json").write_text(times + "\n", encoding="utf-8")
    print(f"[book] done in {time.monotonic() - start:.0f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
