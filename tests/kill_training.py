"""Kill a training at random moments and see whether it ends as if nothing had happened.

    python tests/kill_training.py --kills 20

trains small networks of ours with everything that has a state: running average, R1, disguises,
augmentation, validation, samples. Each time it is killed with SIGKILL it is started again, until
it ends; then every file that it left must have the same bytes as those of a run left alone (of
the last checkpoint, the same contents). The
suite runs this with a few kills. One thread, so that sums are added in one order.
"""

import argparse
import json
import math
import os
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch

from specklegan import disk
from specklegan.datasets import augmentation
from specklegan.networks.discriminator import Discriminator
from specklegan.networks.generator import Generator
from specklegan.networks.inspection import LayerMonitor
from specklegan.networks.settings import GeneratorSettings
from specklegan.training import loop, settings

EVERYTHING = settings.TrainingSettings(
    steps=10,
    batch=2,
    average=0.9,
    validate_every=6,
    r1=1.0,
    disguise=("rotation", "flip", "cutout"),
)


def train_once(folder):
    """Train, or continue, and leave generator, history and samples in the folder."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    data = np.random.default_rng(0)
    images = data.uniform(-1, 1, (12, 1, 16, 16)).astype(np.float32)
    masks = data.integers(0, 3, images.shape).astype(np.uint8)
    generator = Generator(GeneratorSettings(size=16, widths=(8, 4), last_width=4, edges=(4, 6)))

    def distance(network):  # as good as random, so that the best is not always the last
        return math.sin(1e6 * float(network.generate(masks[:2], seed=5).mean()))

    def sample(step, network):
        made = network.generate(masks[:1], seed=6)
        disk.write_bytes(folder / f"sample-{step}.bin", made.tobytes())

    trained, history = loop.train(
        generator,
        Discriminator((4, 8)),
        images,
        masks,
        EVERYTHING,
        folder,
        augmentation.augment,
        LayerMonitor(generator.speckle),
        checkpoint_seconds=0.1,
        validate=distance,
        sample=sample,
    )
    trained.save(folder / "generator.safetensors")
    disk.write_bytes(folder / "history.json", json.dumps(history).encode())


def start(folder):
    """Train in a child process, which shares what is already imported; return its id."""
    child = os.fork()
    if child:
        return child
    try:
        train_once(folder)
        os._exit(0)
    except BaseException as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
        os._exit(1)


def wait(child):
    """Return the exit code of a child, negative for a signal."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def contents(folder):
    """Return every file's bytes by name; of the checkpoint, a zip, what it holds."""
    found = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
    found["state.pt"] = b"".join(flat(torch.load(folder / "state.pt", weights_only=True)))
    return found


def flat(value):
    """Yield the bytes of all that a nested state holds, with the names on the way."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield repr(key).encode()
            yield from flat(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from flat(item)
    else:
        yield value.numpy().tobytes() if torch.is_tensor(value) else repr(value).encode()


def disturbed(folder, moments):
    """Run to the end, killed after each of the given times; return how many kills hit."""
    hits = 0
    for moment in moments:
        child = start(folder)
        time.sleep(moment)
        os.kill(child, signal.SIGKILL)
        if wait(child) == 0:
            return hits
        hits += 1
        state = folder / "state.pt"
        if state.exists():  # whole, whatever moment it was
            torch.load(state, weights_only=True)
    code = wait(start(folder))
    if code:
        raise SystemExit(f"the resumed training ended with {code}")
    return hits


def main():
    """Run the command line; return the exit code."""
    parser = argparse.ArgumentParser(description="Kill trainings at random moments.")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    chance, killed, runs = random.Random(args.seed), 0, 0
    with tempfile.TemporaryDirectory() as place:
        whole, begun = Path(place, "whole"), time.monotonic()
        if wait(start(whole)):
            raise SystemExit("the undisturbed training failed")
        longest = (time.monotonic() - begun) / 2  # so that most runs are killed more than once
        expected = contents(whole)
        while killed < args.kills:
            folder = Path(place, f"run-{runs}")
            moments = [chance.uniform(0, longest) for _ in range(args.kills - killed)]
            killed, runs = killed + disturbed(folder, moments), runs + 1
            found = contents(folder)
            if found != expected:
                names = sorted(set(found) ^ set(expected)) or [
                    name for name in found if found[name] != expected[name]
                ]
                print(f"different after {killed} kills: {', '.join(names)}")
                return 1
    print(f"{killed} kills in {runs} runs: all {len(expected)} files have the "
          f"same bytes as undisturbed ({', '.join(expected)})")  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
