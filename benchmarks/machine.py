"""What a machine is and what it can do: its name, its versions, and its measured limits."""

import platform
from pathlib import Path

import torch

from benchmarks.timing import shortest
from specklegan import records


def name(device):
    """Return the model of the GPU or CPU."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    lines = Path("/proc/cpuinfo")
    if lines.exists():
        for line in lines.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return " ".join(line.split(":", 1)[1].split())
    return platform.processor() or platform.machine()


def file_name(device, threads):
    """Return the name of the file that keeps the results of this machine."""
    words = "".join(c if c.isalnum() else " " for c in name(device)).lower().split()
    return "-".join(words) + (f"-{threads}-threads" if device.type == "cpu" else "") + ".json"


def describe(device):
    """Return what a reader must know of the machine, for the record."""
    commit, dirty = records.commit()
    return {
        "name": name(device),
        "device": device.type,
        "threads": torch.get_num_threads(),
        "versions": {"python": platform.python_version(), "torch": torch.__version__},
        "commit": commit,
        "dirty": dirty,
    }


def limits(device):
    """Measure arithmetic (FLOP/s, float32 products of matrices) and copying (bytes/s, both ways).

    The copy's 256 MB fit into no core's own cache; the product of 2048 x 2048 is large enough.
    """
    a = torch.rand(2048, 2048, device=device)
    source = torch.rand(2**25, device=device)  # 128 MB
    target = torch.empty_like(source)
    product = shortest(lambda: a @ a, device)
    copy = shortest(lambda: target.copy_(source), device)
    return {"flop_per_s": 2 * 2048**3 / product, "bytes_per_s": 2 * source.nbytes / copy}
