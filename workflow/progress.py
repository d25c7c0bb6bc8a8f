"""Progress of a run: a line a step with its number, its time, and an estimate of what is left.

Estimates come from `config/expected.yaml`, seconds measured on two cores, and are corrected by
what this machine has needed so far. Nothing here runs a step.
"""

import os
import time

import yaml

from specklegan.progress import duration
from workflow import presets


class Progress:
    """Follows the steps of one run.

    Parameters
    ----------
    steps : list of str
        The steps to do, such as `06_train_gan/speckle-n50-s0`.
    preset : str
        Whose expected seconds apply.
    run : pathlib.Path
        The run's folder, for the headline.
    """

    def __init__(self, steps, preset, run):
        table = yaml.safe_load((presets.ROOT / "config" / "expected.yaml").read_text())
        known = table.get(preset, {})
        self.disk = known.get("disk", 1)  # GB
        self.usual = known.get("parallel", 1)  # seconds of steps that pass in one second
        self.expected = {step: known.get(step.split("/")[0]) for step in steps}
        self.begun, self.done, self.failed = {}, {}, []
        self.start = time.monotonic()
        where = os.path.relpath(run)
        print(f"{where}: {len(steps)} steps, {self.left()}", flush=True)

    def line(self, step, text):
        """Take one line that a step printed, and show it."""
        now = time.monotonic()
        if text == "started":
            self.begun[step] = now
            expected = self.expected.get(step)
            about = f", about {duration(expected)}" if expected else ""
            print(f"        {step}: started{about}", flush=True)
        elif text.startswith("done in "):
            self.done[step] = now - self.begun.get(step, now)
            number = f"[{len(self.done):2d}/{len(self.expected)}]"
            elapsed = duration(now - self.start)
            print(f"{number} {step}: {text}; {elapsed} so far, {self.left()}", flush=True)
        else:
            print(f"        {step}: {text}", flush=True)

    def fail(self, text):
        """Take an error line of a step; show it and remember it."""
        self.failed.append(text.removeprefix("error: "))
        print(text, flush=True)

    def left(self):
        """Estimate the time left, in words."""
        todo = {step: s for step, s in self.expected.items() if step not in self.done}
        if None in todo.values():
            return "time left not known yet" if todo else "done"
        spent = {step: min(self.age(step), s) for step, s in todo.items()}
        seconds = (sum(todo.values()) - sum(spent.values())) * self.pace() / self.parallel()
        return f"about {duration(seconds)} left" if todo else "done"

    def age(self, step):
        """Seconds since a running step began."""
        return time.monotonic() - self.begun[step] if step in self.begun else 0.0

    def pace(self):
        """How many times longer than expected the finished steps took."""
        expected = sum(self.expected.get(step) or 0 for step in self.done)
        return sum(self.done.values()) / expected if expected else 1.0

    def parallel(self):
        """Return how many seconds of steps pass in a second: as usual, then as measured."""
        passed = time.monotonic() - self.start
        return (sum(self.done.values()) + 30 * self.usual) / (passed + 30)

    def failure(self, log):
        """Sum up a failed run; errors that steps printed have been shown as they came."""
        told = [text.split(": ")[0] for text in self.failed]
        killed = [step for step in self.begun if step not in self.done and step not in told]
        if not self.failed and not killed:
            return f"Snakemake stopped; see {log}"
        count = f"{len(told) + len(killed)} of {len(self.expected)} steps failed"
        names = f" ({', '.join(killed)}: killed)" if killed else ", see above"
        return f"{count}{names}; finished steps stay, the same command goes on from here"
