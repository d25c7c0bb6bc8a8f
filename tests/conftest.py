"""What tests share: the smoke book, built once by what `make book` calls."""

import fcntl
import subprocess
import sys

import pytest

from workflow.presets import ROOT


@pytest.fixture(scope="session")
def smoke_book():
    """Build the smoke book, or find it up to date; parallel test processes wait for the first."""
    (ROOT / "build").mkdir(exist_ok=True)
    with (ROOT / "build" / "test.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        command = [sys.executable, "-m", "workflow.build", "--preset", "smoke"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return ROOT / "build" / "smoke" / "html"
