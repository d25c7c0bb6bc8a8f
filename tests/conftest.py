"""What tests share: the smoke book, built once by what `make book` calls; a browser; one thread."""

import fcntl
import os
import shutil
import subprocess
import sys

import pytest
import torch

from workflow.presets import ROOT

# Tests run side by side on tensors so small that threads would only wait for each other.
os.environ["OMP_NUM_THREADS"] = "1"  # of the processes that tests start
torch.set_num_threads(1)

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), "")


@pytest.fixture(scope="module")
def browser():
    """Start Chromium; a test that needs it skips, and says so, where there is none."""
    if not CHROMIUM:
        names = ", ".join(BROWSERS)
        pytest.skip(f"the built pages need a browser; none of {names} is on PATH: install Chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        yield browser
        browser.close()


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
