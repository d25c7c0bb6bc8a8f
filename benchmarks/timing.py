"""Time two ways of computing the same, alternately, so that a busy machine slows both."""

import platform
import time

import torch


def alternate(ways, repeats=7):
    """Return the shortest time in seconds of each way, called in turn `repeats` times."""
    best = dict.fromkeys(ways, float("inf"))
    for _ in range(repeats + 1):  # the first round warms up and is overwritten by shorter ones
        for name, way in ways.items():
            start = time.perf_counter()
            way()
            best[name] = min(best[name], time.perf_counter() - start)
    return best


def table(rows):
    """Print the machine and one row a case: reference and ours in ms, and their ratio."""
    print(f"{platform.machine()}, {torch.get_num_threads()} threads, torch {torch.__version__}\n")
    print("| case | reference (ms) | ours (ms) | ratio |\n|---|---|---|---|")
    for case, best in rows:
        reference, ours = 1e3 * best["reference"], 1e3 * best["ours"]
        print(f"| {case} | {reference:.1f} | {ours:.1f} | {reference / ours:.2f} |")
