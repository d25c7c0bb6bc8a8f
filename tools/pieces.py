"""Run a preset in pieces of a few minutes that continue each other, as on a borrowed GPU.

    python -m tools.pieces --preset paper --minutes 9 --out piece-1
    python -m tools.pieces --preset paper --minutes 9 --out piece-2 --resume piece-1

A piece runs the graph, stops trainings in time so that they save their state, and leaves in its
folder `results/` (records, histories, generators in half precision) and, unless all is done,
`state.000`, `state.001`, ...: what the next piece needs, cut into files that may be sent anywhere.
On the machine where the run's folder still is, `--resume` is not needed.
"""

import argparse
import gzip
import io
import json
import os
import shutil
import sys
import tarfile
import time
from pathlib import Path

from workflow import build, presets, runs

RESERVE = 45  # seconds of a piece kept for stopping and packing
LARGEST = 15 * 2**20  # bytes of one file of the state
RESULTS = ("record.json", "history.json", "scores.csv", "table2.csv", "scoreboard.csv", "run.json")
LEFT_BEHIND = ("book", "html", "log", "results")  # made again in seconds, or already in results


def piece(preset, data, minutes, out, resume=None):
    """Run one piece.

    Parameters
    ----------
    preset, data : str
        The run.
    minutes : float
        Its length, packing included.
    out : pathlib.Path
        New folder for what it leaves.
    resume : pathlib.Path, optional
        Folder of the piece before.

    Returns
    -------
    bool
        Whether the run is complete.

    Raises
    ------
    ValueError, OSError
        With one message for the reader.
    """
    begun, run = time.monotonic(), presets.ROOT / runs.run_folder(preset, data)
    seconds = 60 * minutes - RESERVE
    if seconds <= 0:
        raise ValueError(f"--minutes: found {minutes}, expected more than {RESERVE / 60:.2g}")
    if out.exists() and any(out.iterdir()):
        raise ValueError(f"{out}: not empty; expected a new folder for each piece")
    if resume:
        unpack(resume, run)
    left = seconds - (time.monotonic() - begun)
    page, failure = None, None
    try:
        page = build.build(preset, data, limit=left)
    except ValueError as error:  # what is finished is still worth keeping
        failure = error
    (out / "results").mkdir(parents=True, exist_ok=True)
    collect(run, out / "results")
    if page is None:
        pack(run, out)
    status = {"preset": preset, "data": data, "complete": page is not None}
    status |= {"seconds": round(time.monotonic() - begun, 1), "failure": str(failure or "")}
    (out / "status.json").write_text(json.dumps(status, indent=1) + "\n")
    if failure:
        raise failure
    return page is not None


def collect(run, target):
    """Copy what a reader wants: records, histories, scores, and generators in half precision."""
    import torch

    from specklegan.networks import Generator

    for path in sorted(run.rglob("*")):
        inside = path.relative_to(run)
        if inside.parts[0] in LEFT_BEHIND or not path.is_file():
            continue
        copy = target / inside
        if path.name in RESULTS or path.parent == run / "search":
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
        elif path.name == "generator.safetensors":
            Generator.load(path).save(copy, torch.float16)


def pack(run, out):
    """Write the run's folder, less what is quickly made again, as numbered parts of an archive."""
    buffer = Parts(out, LARGEST)
    zipped = gzip.GzipFile(fileobj=buffer, mode="wb", compresslevel=1)
    with zipped, tarfile.open(fileobj=zipped, mode="w|") as archive:
        for path in sorted(run.rglob("*")):
            inside = path.relative_to(run)
            if path.is_file() and inside.parts[0] not in LEFT_BEHIND and path.suffix != ".part":
                archive.add(path, inside.as_posix())
    buffer.close()


def unpack(folder, run):
    """Restore what :func:`pack` wrote; every file counts as new, so that sources are older.

    Raises
    ------
    FileNotFoundError
        If the folder holds no state.
    ValueError
        If the state is damaged, or the run's folder exists already.
    """
    parts = sorted(folder.glob("state.[0-9][0-9][0-9]"))
    if not parts:
        raise FileNotFoundError(f"{folder}: found no state.000; expected the folder of a piece "
                                "that was not complete")  # fmt: skip
    if run.exists():
        raise ValueError(f"{run}: exists already; leave --resume out to go on with it")
    temporary = run.with_name(run.name + ".part")
    shutil.rmtree(temporary, ignore_errors=True)
    content = io.BytesIO(b"".join(part.read_bytes() for part in parts))
    try:
        with tarfile.open(fileobj=content, mode="r:gz") as archive:
            archive.extractall(temporary, filter="data")
    except (tarfile.TarError, EOFError, OSError) as error:
        raise ValueError(f"{folder}: state damaged ({error}); are all parts there?") from error
    now = time.time()
    for path in temporary.rglob("*"):
        os.utime(path, (now, now))
    temporary.rename(run)


class Parts(io.RawIOBase):
    """A file to write, cut into numbered ones of a limited size."""

    def __init__(self, folder, largest):
        super().__init__()
        self.folder, self.largest, self.count, self.held = folder, largest, 0, bytearray()

    def write(self, data):
        """Take bytes; write a part once enough are there."""
        self.held += data
        while len(self.held) >= self.largest:
            self._part(self.largest)
        return len(data)

    def close(self):
        """Write the last part."""
        if self.held:
            self._part(len(self.held))
        super().close()

    def _part(self, size):
        (self.folder / f"state.{self.count:03d}").write_bytes(self.held[:size])
        del self.held[:size]
        self.count += 1


def main():
    """Run the command line; return 0 where all is done, `STOPPED` where another piece follows."""
    parser = argparse.ArgumentParser(description="Run a preset in pieces that continue each other.")
    parser.add_argument("--preset", default="quick")
    parser.add_argument("--data", default="", help="folder of images and masks")
    parser.add_argument("--minutes", type=float, default=9.0, help="length of this piece")
    parser.add_argument("--out", type=Path, required=True, help="new folder for what it leaves")
    parser.add_argument("--resume", type=Path, help="folder of the piece before")
    args = parser.parse_args()
    try:
        data = runs.user_data(args.data)
        complete = piece(args.preset, data, args.minutes, args.out, args.resume)
    except (ValueError, OSError) as error:
        print(f"error: {error}", flush=True)
        return 1
    print(f"{args.out}: " + ("complete" if complete else "not complete; go on with --resume"))
    return 0 if complete else build.STOPPED


if __name__ == "__main__":
    sys.exit(main())
