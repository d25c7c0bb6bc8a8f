"""Checkpoints of a training: written whole or not at all, refused where they do not belong.

A checkpoint carries what it belongs to (settings, networks, data), and is continued only there.
It is read without unpickling objects, so that a file from elsewhere cannot run code.
"""

import dataclasses
import hashlib
import io
import json
import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import nn

from specklegan import disk
from specklegan.training.settings import TrainingSettings

FORMAT = 2
MOST_NAMED = 6  # differences listed in an error


def save_checkpoint(path: str | Path, state: dict[str, Any], identity: dict[str, Any]) -> None:
    """Write a checkpoint; the previous one stays until the new one is complete.

    Parameters
    ----------
    path : path
        Such as `state.pt`.
    state : dict
        Tensors, numbers, texts, lists and dicts of these.
    identity : dict
        From :func:`identity`.

    Raises
    ------
    OSError
        Where it cannot be written, such as on a full disk; the message says what was kept.
    """
    buffer = io.BytesIO()
    about = {"format": FORMAT, "identity": json.dumps(identity, sort_keys=True)}
    torch.save({**state, **about}, buffer)
    disk.write_bytes(path, buffer.getvalue())


def load_checkpoint(
    path: str | Path, device: torch.device | str, identity: dict[str, Any]
) -> dict[str, Any]:
    """Read a checkpoint that belongs to this training.

    Parameters
    ----------
    path : path
        What :func:`save_checkpoint` wrote.
    device : torch.device
        Where its tensors go.
    identity : dict
        From :func:`identity`, of the training that wants to continue.

    Returns
    -------
    dict
        The state.

    Raises
    ------
    ValueError
        If the file is damaged, of another program, or of a training with other settings, networks
        or data; the message names the file and what differs. The file is not touched.
    """
    try:
        state = torch.load(path, map_location=device, weights_only=True)
        version, there = state["format"], json.loads(state["identity"])
    except Exception as error:  # torch.load raises many kinds for a damaged file
        reason = str(error).splitlines()[0][:100] if str(error) else type(error).__name__
        raise ValueError(f"{path}: not a checkpoint of this program, or damaged ({reason}); "
                         "remove it to start anew") from error  # fmt: skip
    if version != FORMAT:
        raise ValueError(f"{path}: checkpoint format {version}, expected {FORMAT}; "
                         "remove it to start anew")  # fmt: skip
    found = differences(there, json.loads(json.dumps(identity)))
    if found:
        more = f"; and {len(found) - MOST_NAMED} more" if found[MOST_NAMED:] else ""
        raise ValueError(
            f"{path}: another training stopped here ({'; '.join(found[:MOST_NAMED])}{more}); "
            "restore these to continue it, or remove the file to start anew"
        )
    return state


def identity(
    settings: TrainingSettings,
    networks: Mapping[str, nn.Module],
    images: torch.Tensor,
    masks: torch.Tensor,
) -> dict[str, Any]:
    """Describe what a checkpoint belongs to.

    Parameters
    ----------
    settings : dataclass
        Of the training.
    networks : dict of str to torch.nn.Module
        By name. A network's `settings`, where it has such a dataclass, count with its weights'
        shapes: two networks of equal shapes may still compute different things.
    images, masks : torch.Tensor
        The data.

    Returns
    -------
    dict
        Ready for JSON.
    """
    digest = hashlib.sha256()
    for array in (images, masks):
        digest.update(array.cpu().contiguous().numpy().tobytes())
    about = {"training": dataclasses.asdict(settings), "data": digest.hexdigest()[:12]}
    return about | {name: _describe(network) for name, network in networks.items()}


def _describe(network):
    settings = getattr(network, "settings", None)
    about: dict[str, Any] = {}
    if dataclasses.is_dataclass(settings) and not isinstance(settings, type):
        about = dataclasses.asdict(settings)
    shapes = [(name, list(value.shape)) for name, value in network.state_dict().items()]
    return about | {"shapes": hashlib.sha256(repr(shapes).encode()).hexdigest()[:12]}


def differences(there: object, here: object, name: str = "") -> list[str]:
    """List where two nested dicts differ: 'rate: 0.001 there, 0.0005 here'.

    Parameters
    ----------
    there, here : object
        What a file says, and what is expected.
    name : str
        Of the two, for the text.

    Returns
    -------
    list of str
    """
    if isinstance(there, dict) and isinstance(here, dict):
        keys = [*there, *(key for key in here if key not in there)]
        parts = (differences(there.get(k), here.get(k), f"{name}.{k}".strip(".")) for k in keys)
        return [text for part in parts for text in part]
    return [] if there == here else [f"{name}: {there!r} there, {here!r} here"]


@contextmanager
def stop_on_signal() -> Iterator[list[int]]:
    """Note SIGTERM and SIGINT instead of dying in the middle of a step.

    Yields
    ------
    list
        Empty until a signal comes, then its number. A second SIGINT interrupts at once.
    """
    stop: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return

    def note(number, _frame):
        if stop and number == signal.SIGINT:
            raise KeyboardInterrupt
        stop.append(number)

    kinds = (signal.SIGTERM, signal.SIGINT)
    previous = [signal.signal(kind, note) for kind in kinds]
    try:
        yield stop
    finally:
        for kind, handler in zip(kinds, previous, strict=True):
            signal.signal(kind, handler)
