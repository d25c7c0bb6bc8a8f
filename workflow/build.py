"""What `make book` calls: check the order, run the graph, show progress, print the first page.

Mistakes are found before anything is computed: an unknown preset or parameter, a folder that
cannot be used, a full disk. Then Snakemake runs what is not up to date; this file only reads what
it prints. Whatever stops it, finished steps stay finished and the same command goes on from there.
"""

import argparse
import contextlib
import ctypes
import fcntl
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import threading

import yaml

from workflow import graph, presets, runs
from workflow.jobs import Jobs
from workflow.progress import Progress

LOCAL = "local"  # the profile for this machine
PATIENCE = 60  # seconds that steps get to save their state
FEWEST_HELD_OUT = 6  # images with five nearest neighbours each, as chapter 7 needs them
FEWEST_TESTS = 2  # images left to test a segmentation with
STOPPED = 75  # exit code of a run that came to its time limit
LINE = re.compile(r"\[((?:\d\d_|book)[^\]]*)\] (.*)")  # what run_notebook and render print
DIED = 1  # prctl's PR_SET_PDEATHSIG


def snakemake(preset, data, *options, profile=LOCAL):
    """Return the command line of Snakemake for a run."""
    config = [f"preset={runs.quoted(preset)}", f"data={runs.quoted(data)}"]
    tool = [sys.executable, "-m", "snakemake", "--profile", f"config/{profile}", "--nolock"]
    return [*tool, *options, "--config", *config]


def check_profile(profile):
    """Require a workflow profile in `config/`, and what it needs.

    Raises
    ------
    ValueError
        Where there is none of this name, or the package behind it is not installed.
    """
    known = sorted(path.parent.name for path in presets.ROOT.glob("config/*/config.yaml"))
    if profile not in known:
        raise ValueError(f"PROFILE: found {profile!r}, expected one of {', '.join(known)}")
    settings = yaml.safe_load((presets.ROOT / f"config/{profile}/config.yaml").read_text())
    executor = settings.get("executor", "local")
    plugin = f"snakemake_executor_plugin_{executor}"
    if executor != "local" and importlib.util.find_spec(plugin) is None:
        name = plugin.replace("_", "-")
        raise ValueError(f"PROFILE: {profile} needs {name}: install the extra {executor!r}")


def check_data(data, settings):
    """Look at a user's images before anything is computed.

    Parameters
    ----------
    data : str
        What `DATA=` gave: a folder or `ivus2011:<folder>`.
    settings : dict
        The preset.

    Raises
    ------
    ValueError
        Listing what is wrong with the folder, or where it has too few images for the preset.
    """
    from specklegan import datasets

    findings = datasets.check(data)
    if findings:
        more = [f"... and {len(findings) - 5} more"] if len(findings) > 5 else []
        raise ValueError("DATA: " + "\n       ".join(findings[:5] + more))
    wanted = settings[graph.IMAGES]
    pool, rest = datasets.load_pair(data, wanted["images"], wanted["held_out"], size=8)
    if len(rest) < FEWEST_HELD_OUT:
        found = f"DATA: {data}: {len(rest)} images are held out to judge the others by"
        raise ValueError(f"{found}, expected at least {FEWEST_HELD_OUT}: four times as many in all")
    most = max(n for _, n, _ in graph.train_points(settings))
    most = max([most, *(n + FEWEST_TESTS for _, n, _ in graph.segment_points(settings))])
    if most > len(pool):
        found = f"DATA: {data}: {len(pool)} images remain for training after some are held out"
        raise ValueError(f"{found}, expected at least {most}, as the preset asks")


def check_disk(folder, needed):
    """Require free disk space, in GB, where a run is going to write."""
    free = shutil.disk_usage(folder).free / 1e9
    if free < needed:
        raise OSError(f"{folder}: {free:.1f} GB free on this disk, expected {needed} GB or more")


def plan(preset, data):
    """Ask Snakemake which steps are not up to date.

    Returns
    -------
    list of str
        Such as `06_train_gan/speckle-n50-s0`, or `book`.

    Raises
    ------
    ValueError
        Where Snakemake cannot read the graph.
    """
    command = snakemake(preset, data, "--summary")
    done = subprocess.run(command, cwd=presets.ROOT, capture_output=True, text=True)
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        raise ValueError("Snakefile: " + "\n       ".join(lines[-3:]))
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    pending = [row for row in rows if len(row) == 6 and row[5] == "update pending"]
    made = f"{runs.run_folder(preset, data)}/notebooks/"
    steps = [row[0].removeprefix(made) for row in pending if row[0].startswith(made)]
    steps = sorted(step.removesuffix(".ipynb") for step in steps)
    return steps + [row[2] for row in pending if row[2] == "book"]


def end_with_parent():
    """In Snakemake's process, on Linux: die with this one, so that no orphan goes on computing."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DIED, signal.SIGKILL)


def run_graph(preset, data, progress, log, profile=LOCAL, limit=None):
    """Run Snakemake, keep what it prints in a file, and show progress.

    Parameters
    ----------
    preset, data : str
        The run.
    progress : Progress
        Told of every line that a step prints.
    log : pathlib.Path
        Takes everything else.
    profile : str
        Workflow profile, a folder in `config/`.
    limit : float, optional
        Seconds after which the run is stopped; trainings save their state first.

    Returns
    -------
    int
        Snakemake's exit code; 130 where the run was interrupted, `STOPPED` at the limit.
    """
    process = subprocess.Popen(
        snakemake(preset, data, profile=profile),
        cwd=presets.ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
        preexec_fn=end_with_parent,
    )
    stopped = threading.Event()
    how = signal.SIGTERM if profile == LOCAL else signal.SIGINT  # which cancels jobs elsewhere
    timer = threading.Timer(limit or 0, lambda: (stopped.set(), stop(process, how)))
    if limit:
        timer.start()
    jobs = Jobs(progress) if profile != LOCAL else None
    try:
        with log.open("w", encoding="utf-8") as file:
            for line in process.stdout:
                follow(line.rstrip("\n"), progress, file, jobs)
        code = process.wait()
        return STOPPED if stopped.is_set() else code
    except KeyboardInterrupt:
        stop(process, how)
        return 130
    finally:
        timer.cancel()


def stop(process, how):
    """End Snakemake and its steps; they get time to save their state."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, how)
        try:
            process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def follow(line, progress, file, jobs=None):
    """Give one printed line to whom it concerns: the reader, or Snakemake's log."""
    if jobs:
        jobs.line(line)
    found = LINE.fullmatch(line)
    if found:
        progress.line(*found.groups())
    elif line.startswith("error: "):
        progress.fail(line)
    else:
        print(line, file=file, flush=True)


def build(preset, data, profile=LOCAL, limit=None):
    """Do all that `make book` promises; return the path of the first page.

    Parameters
    ----------
    preset, data : str
        The run.
    profile : str
        Workflow profile, a folder in `config/`.
    limit : float, optional
        Seconds after which the run is stopped.

    Returns
    -------
    pathlib.Path or None
        None where the limit came first.

    Raises
    ------
    ValueError, OSError
        With one message for the reader.
    KeyboardInterrupt
        Where the run was interrupted.
    """
    settings = presets.load(preset)
    check_profile(profile)
    run = presets.ROOT / runs.run_folder(preset, data)
    new = not (run / "data" / "dataset.json").is_file()
    if data and new:
        check_data(data, settings)
    run.mkdir(parents=True, exist_ok=True)
    runs.note_run(run, preset, data)
    with (run / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ValueError(f"{run}: another 'make book' is at work here; wait for it") from None
        steps = plan(preset, data)
        if not steps:
            return run / "html" / "index.html"
        if data and not new and graph.IMAGES in steps:  # the folder has changed
            check_data(data, settings)
        progress = Progress(steps, preset, run)
        check_disk(run, progress.disk)
        log = run / "log" / "snakemake.txt"
        log.parent.mkdir(exist_ok=True)
        code = run_graph(preset, data, progress, log, profile, limit)
    if code == 130:
        raise KeyboardInterrupt
    if code == STOPPED:
        return None
    if code:
        raise ValueError(progress.failure(log))
    return run / "html" / "index.html"


def main():
    """Run the command line; return the exit code."""
    parser = argparse.ArgumentParser(description="Run a preset and render its book.")
    parser.add_argument("--preset", default="quick")
    parser.add_argument("--data", default="", help="folder of images and masks")
    parser.add_argument("--profile", default=LOCAL, help="folder in config/, such as slurm")
    args = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        page = build(args.preset, runs.user_data(args.data), args.profile)
    except KeyboardInterrupt:
        print("error: interrupted; finished steps stay, the same command goes on from here")
        return 130
    except (ValueError, OSError) as error:
        print(f"error: {error}", flush=True)
        return 1
    print(page)
    return 0


if __name__ == "__main__":
    sys.exit(main())
