"""Execute one notebook of the graph with papermill, as Snakemake calls it.

The executed notebook is written to its log path while it runs and copied to its output path only
when it has finished: a failed run leaves its traceback in the log and no half output. What the
kernel writes to stderr, such as progress, appears on the terminal. A failure is one line.
"""

import argparse
import fcntl
import json
import os
import re
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path

from specklegan import disk

WATCH = 1.0  # seconds between two looks for the parent process
PATIENCE = 40.0  # seconds that an interrupted kernel gets, for a training to save its state


class Prefixed:
    """A text stream that puts the step's name before every line."""

    def __init__(self, step):
        self.step, self.rest = step, ""

    def write(self, text):
        """Pass complete lines on; a carriage return ends a line, as progress bars use it."""
        *lines, self.rest = (self.rest + text.replace("\r", "\n")).split("\n")
        for line in filter(str.strip, lines):
            say(self.step, line.rstrip())

    def flush(self):
        """Do nothing: every line is flushed as it is written."""


def say(step, text):
    """Print one line of a step."""
    print(f"[{step}] {text}", flush=True)


def end_with_parent():
    """Ask this process to end, and its kernel with it, once the parent process is gone."""
    parent = os.getppid()

    def watch():
        while os.getppid() == parent:
            time.sleep(WATCH)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=watch, daemon=True).start()


def execute(notebook, log, parameters, stream):
    """Execute a notebook from the repository's root; retry once where the kernel dies.

    The kernel is spoken to through sockets in a folder of its own. Over TCP, five ports are picked
    and freed before the kernel binds them, and a kernel started beside it can take one meanwhile.

    Parameters
    ----------
    notebook, log : path
        Source, and where the executed notebook is kept up to date.
    parameters : dict
        Values for the parameters cell.
    stream : file-like
        Takes the kernel's stderr.

    Raises
    ------
    papermill.PapermillExecutionError
        Where a cell raised.
    RuntimeError
        Where the kernel died twice, such as for want of memory, at its start or in a cell.
    """
    import papermill

    for last in (False, True):
        try:
            with tempfile.TemporaryDirectory(prefix="kernel-", dir=socket_folder()) as folder:
                return papermill.execute_notebook(
                    str(notebook),
                    str(log),
                    parameters=parameters,
                    cwd=".",
                    kernel_name="python3",
                    progress_bar=False,
                    stderr_file=stream,
                    config=kernel_settings(folder),
                )
        except RuntimeError:  # not of a cell: that is papermill's own error
            if last:
                raise
            stream.write("the kernel died; starting it once more\n")


def socket_folder():
    """Return where sockets may lie: a socket's path holds 103 bytes on macOS, 107 on Linux."""
    usual = tempfile.gettempdir()
    return usual if len(os.fsencode(usual)) <= 70 else "/tmp"


def kernel_settings(folder):
    """Let a kernel's sockets lie in a folder, and give it time to end."""
    from traitlets.config import Config

    manager = {"transport": "ipc", "connection_file": str(Path(folder) / "kernel.json")}
    return Config(KernelManager={"shutdown_wait_time": PATIENCE, **manager})


def reason(error):
    """Put an exception into one line: that of the cell, where a cell raised."""
    kind = getattr(error, "ename", type(error).__name__)
    if isinstance(error, RuntimeError):
        return f"the kernel died twice ({error}); out of memory?"
    text = " ".join(str(getattr(error, "evalue", error)).split())
    return f"{kind}: {text or failing_line(error)}"


def failing_line(error):
    """Return the line of code that raised, for an exception that says nothing, as `assert`."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(getattr(error, "traceback", [])))
    lines = re.findall(r"^-+> *\d+ (.*)$", plain, flags=re.MULTILINE)
    return lines[0].strip() if lines else ""


def main(arguments=None):
    """Run the command line; return the exit code."""
    parser = argparse.ArgumentParser(description="Execute one notebook of the graph.")
    parser.add_argument("notebook", type=Path)
    parser.add_argument("log", type=Path, help="executed copy, kept also when a cell fails")
    parser.add_argument("output", type=Path, help="executed copy, written when all cells ran")
    parser.add_argument("--parameters", default="{}", help="JSON object")
    args = parser.parse_args(arguments)
    step = args.notebook.stem if args.output.stem == args.notebook.stem else None
    step = step or f"{args.notebook.stem}/{args.output.stem}"
    os.environ["SPECKLEGAN_WORKFLOW"] = "1"  # the notebook writes to its run: `records.own`
    os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"  # a debugger's notice on every start
    for path in (args.log, args.output):
        path.parent.mkdir(parents=True, exist_ok=True)
    end_with_parent()
    start = time.monotonic()
    with args.log.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # waits for a run of this step that is just ending
        say(step, "started")
        try:
            execute(args.notebook, args.log, json.loads(args.parameters), Prefixed(step))
        except KeyboardInterrupt:
            say(step, "interrupted")
            return 130
        except Exception as error:
            print(f"error: {step}: {reason(error)}", flush=True)
            return 1
        disk.write_bytes(args.output, args.log.read_bytes())
    say(step, f"done in {time.monotonic() - start:.0f} s")
    return 0


if __name__ == "__main__":
    for number in (signal.SIGINT, signal.SIGTERM):  # ignored where started in the background
        signal.signal(number, signal.default_int_handler)
    sys.exit(main())
