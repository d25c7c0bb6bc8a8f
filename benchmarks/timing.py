"""Time and memory of two ways to compute the same, in turn, so that a busy machine slows both.

Peak memory counts what PyTorch allocates for tensors above what was there before the call: on a GPU
by the allocator's own statistics, on a CPU by adding up the allocations and releases that the
profiler sees. (The largest size of the process would depend on what ran before, on what the C
library keeps, and on scratch memory of the libraries that is the same for both ways.)
"""

import platform
import time

import torch
from torch.profiler import ProfilerActivity, profile
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry

CPU = torch.device("cpu")


def shortest(way, device=CPU, repeats=7):
    """Return the shortest time of a call in seconds, after one to warm up."""
    return alternate({"way": way}, repeats, device)["way"]


def alternate(ways, repeats=7, device=CPU):
    """Return the shortest time in seconds of each way, called in turn `repeats` times."""
    best = dict.fromkeys(ways, float("inf"))
    for turn in range(repeats + 1):
        for name, way in ways.items():
            wait(device)
            start = time.perf_counter()
            way()
            wait(device)
            if turn:  # the first round warms up
                best[name] = min(best[name], time.perf_counter() - start)
    return best


def wait(device):
    """Wait until the device has done what was asked of it."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def peak(way, device=CPU):
    """Return the most bytes that tensors took during a call, above those that were there before."""
    if device.type == "cuda":
        wait(device)
        before = torch.cuda.memory_allocated(device)
        torch.cuda.reset_peak_memory_stats(device)
        way()
        wait(device)
        return torch.cuda.max_memory_allocated(device) - before
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as seen:
        way()
    events = [e for e in seen.profiler.kineto_results.events() if e.name() == "[memory]"]
    most = now = 0
    for event in sorted(events, key=lambda event: event.start_ns()):
        now += event.nbytes()
        most = max(most, now)
    return most


class _Counter(TorchDispatchMode):
    """Adds up the FLOP of the operations that pass by."""

    flop = 0

    def __torch_dispatch__(self, operation, types, args=(), kwargs=None):
        out = operation(*args, **(kwargs or {}))
        count = flop_registry.get(operation._overloadpacket)
        if count:
            complex_ = torch.is_tensor(args[0]) and args[0].is_complex()
            self.flop += count(*args, **(kwargs or {}), out_val=out) * (4 if complex_ else 1)
        return out


def arithmetic(way):
    """Return the FLOP of products of matrices and convolutions in a call; FFTs are not counted."""
    with _Counter() as counter:
        way()
    return counter.flop


def compare(reference, ours, repeats, device=CPU):
    """Return times (s) and peak memory (bytes) of two ways, and the arithmetic of ours (FLOP)."""
    ways = {"reference": reference, "ours": ours}
    times = alternate(ways, repeats, device)
    found = {f"{name}_s": seconds for name, seconds in times.items()}
    found |= {f"{name}_peak": peak(way, device) for name, way in ways.items()}
    return found | {"flop": arithmetic(ours)}


def difference(found, expected):
    """Return the root of the squared differences over that of the squares, of many tensors."""
    pairs = list(zip(found, expected, strict=True))
    off = sum((a.double() - b.double()).square().sum() for a, b in pairs)
    return (off / sum(b.double().square().sum() for _, b in pairs)).sqrt().item()


def table(rows):
    """Print the machine and one row a case: reference and ours in ms, and their ratio."""
    print(f"{platform.machine()}, {torch.get_num_threads()} threads, torch {torch.__version__}\n")
    print("| case | reference (ms) | ours (ms) | ratio |\n|---|---|---|---|")
    for case, best in rows:
        reference, ours = 1e3 * best["reference"], 1e3 * best["ours"]
        print(f"| {case} | {reference:.1f} | {ours:.1f} | {reference / ours:.2f} |")
