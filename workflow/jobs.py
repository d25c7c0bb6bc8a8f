"""Progress of a run whose steps are jobs elsewhere: read off what Snakemake prints.

On one machine steps print their own lines. On a cluster these go to the jobs' logs, and all that
arrives here is that a job was sent, ended or failed. Nothing here runs a job.
"""

import re
import time

FIELD = re.compile(r" +(jobid|log): (.+?)(?: \(.*)?$")
ENDED = re.compile(r"Finished jobid: (\d+)\b.*")
FAILED = re.compile(r"Error in rule (\w+)")


class Jobs:
    """Turns Snakemake's lines into those of a step.

    Parameters
    ----------
    progress : Progress
        Told of them.
    """

    def __init__(self, progress):
        self.progress = progress
        self.block(failed=False)
        self.steps, self.sent = {}, {}  # by job id

    def line(self, text):
        """Take one line that Snakemake printed."""
        if re.match(r"(local)?rule \w+:", text):
            self.block(failed=False)
        elif FAILED.match(text):
            self.block(failed=True)
        elif field := FIELD.match(text):
            self._field(*field.groups())
        elif ended := ENDED.match(text):
            number = ended[1]
            if number in self.sent:
                taken = time.monotonic() - self.sent.pop(number)
                self.progress.line(self.steps[number], f"done in {taken:.0f} s")

    def block(self, failed):
        """Begin a block of lines about one job."""
        self.log, self.number, self.failed = "", None, failed

    def _field(self, key, value):
        """Take a line of the block: the job's log or its number."""
        if key == "log":
            self.log = value
        else:
            self.number = value
        if not self.log or self.number is None:
            return
        step = self.steps[self.number] = step_of(self.log)
        if step not in self.progress.expected:
            pass  # a choice or the like, done in a second
        elif self.failed:
            self.progress.line(step, f"failed, see {self.log}")
        else:
            self.sent[self.number] = time.monotonic()
            self.progress.line(step, "started")
        self.block(self.failed)


def step_of(log):
    """Name a step by its log: `06_train_gan/speckle-n8-s0` of `build/smoke/log/....ipynb`."""
    found = re.search(r"/log/([^,]+)\.(ipynb|txt)(,|$)", log)
    return found[1] if found else ""
