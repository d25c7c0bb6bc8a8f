"""Progress lines for long work: what runs, how far it is, how long it will take.

They go to standard error, so that they reach a terminal but no page of the book.
"""

import sys
import time
from typing import TextIO


class Reporter:
    """Write a line at most every few seconds.

    Parameters
    ----------
    title : str
        What runs.
    unit : str
        What is counted.
    seconds : float
        Least time between two lines.
    stream : file, optional
        Standard error where not given.
    """

    def __init__(
        self, title: str, unit: str = "step", seconds: float = 10.0, stream: TextIO | None = None
    ) -> None:
        self.title, self.unit, self.seconds = title, unit, seconds
        self.stream = stream
        self.begun, self.last = time.monotonic(), 0.0
        self.first: int | None = None

    def __call__(self, done: int, total: int, note: str = "") -> None:
        """Report that `done` of `total` are finished; a last line is always written."""
        now = time.monotonic()
        if self.first is None:  # a resumed run starts above 0: only what is done here counts
            self.first, self.begun = done, now
        if now - self.last < self.seconds and done < total:
            return
        self.last = now
        speed = (done - self.first) / max(now - self.begun, 1e-9)
        left = f", {duration((total - done) / speed)} left" if speed > 0 and done < total else ""
        text = f"{self.title}: {self.unit} {done} of {total}{left}{note and f' ({note})'}"
        print(text, file=self.stream or sys.stderr, flush=True)


def duration(seconds: float) -> str:
    """Write a duration for people: 8 s, 4 min, 2.5 h."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"
