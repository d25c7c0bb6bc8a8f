"""Checkpoints: whole or not at all, and only where they belong."""

import pickle
import subprocess
import sys

import numpy as np
import pytest
import torch

from specklegan.training import checkpoint
from specklegan.training.loop import train
from specklegan.training.settings import TrainingSettings
from tests.trainings import (
    SETTINGS,
    TinyDiscriminator,
    data,
    networks,
    real_data,
    real_networks as ours,
)

HERE = {"training": {"rate": 1e-3}, "data": "abc"}


def test_what_is_saved_is_loaded(tmp_path):
    state = {"weights": {"a": torch.arange(3)}, "step": 5, "best": None, "list": [torch.ones(1)]}
    checkpoint.save_checkpoint(tmp_path / "state.pt", state, HERE)
    again = checkpoint.load_checkpoint(tmp_path / "state.pt", "cpu", HERE)
    assert torch.equal(again["weights"]["a"], torch.arange(3))
    assert (again["step"], again["best"]) == (5, None)
    assert [path.name for path in tmp_path.iterdir()] == ["state.pt"]


def test_only_what_differs_is_named():
    there = {"training": {"rate": 1e-3, "batch": 4, "steps": 8}, "data": "a"}
    here = {"training": {"rate": 5e-4, "batch": 4, "steps": 9}, "data": "a"}
    assert checkpoint.differences(there, here) == [
        "training.rate: 0.001 there, 0.0005 here",
        "training.steps: 8 there, 9 here",
    ]


def refused(folder, message, *arguments):
    before = (folder / "state.pt").read_bytes()
    with pytest.raises(ValueError, match=message):
        train(*arguments, folder)
    assert (folder / "state.pt").read_bytes() == before


def test_another_trainings_checkpoint_is_refused_and_kept(tmp_path):
    train(*networks(), *data(), SETTINGS, tmp_path)
    message = r"state\.pt: another training stopped here \(training\.batch: 4 there, 2 here\); "
    other = TrainingSettings(steps=8, batch=2, latent=2, seed=1)
    refused(tmp_path, message + "restore .* or remove the file", *networks(), *data(), other)
    images, masks = data()
    refused(tmp_path, "data: '.*' there, '.*' here", *networks(), images + 1, masks, SETTINGS)
    generator, _ = networks()
    wider = TinyDiscriminator()
    wider.layers[0] = torch.nn.Linear(16, 9)
    wider.layers[2] = torch.nn.Linear(9, 1)
    refused(tmp_path, r"discriminator\.shapes", generator, wider, *data(), SETTINGS)


def test_networks_of_equal_shapes_and_other_settings_are_told_apart(tmp_path):
    settings = TrainingSettings(steps=1, batch=4)
    train(*ours(), *real_data(), settings, tmp_path)
    message = r"generator\.coordinates: 'polar' there, 'cartesian' here"
    refused(tmp_path, message, *ours(coordinates="cartesian"), *real_data(), settings)


def test_truncated_foreign_and_old_files_are_refused(tmp_path):
    path = tmp_path / "state.pt"
    train(*networks(), *data(), SETTINGS, tmp_path)
    whole = path.read_bytes()
    for size in (0, 10, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:size])
        refused(
            tmp_path, r"state\.pt: not a checkpoint .*or damaged", *networks(), *data(), SETTINGS
        )
    torch.save({"weights": torch.zeros(1)}, path)
    refused(tmp_path, "not a checkpoint of this program", *networks(), *data(), SETTINGS)
    torch.save({"format": 1, "identity": "{}"}, path)
    refused(tmp_path, "format 1, expected 2", *networks(), *data(), SETTINGS)


class Evil:
    """Runs code when it is unpickled."""

    def __reduce__(self):
        return print, ("unpickled",)


@pytest.mark.parametrize("write", [lambda file: pickle.dump(Evil(), file),
                                   lambda file: torch.save(Evil(), file)],
                         ids=["pickle", "torch"])  # fmt: skip
def test_no_code_of_a_file_runs(tmp_path, capsys, write):
    with (tmp_path / "state.pt").open("wb") as file:
        write(file)
    refused(tmp_path, "not a checkpoint", *networks(), *data(), SETTINGS)
    assert "unpickled" not in capsys.readouterr().out


FULL_DISK = """
import resource, signal, sys
sys.path.insert(0, ".")
from tests.trainings import SETTINGS, data, networks
from specklegan.training.loop import train
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # so that writing fails as on a full disk
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    train(*networks(), *data(), SETTINGS, sys.argv[1], checkpoint_seconds=0)
except OSError as error:
    print(error)
"""


def test_a_full_disk_is_named_and_the_previous_checkpoint_kept(tmp_path):
    from workflow.presets import ROOT

    short = TrainingSettings(**{**vars(SETTINGS), "steps": 8})

    def stop(step, *_):
        if step == 3:
            raise RuntimeError

    with pytest.raises(RuntimeError):
        train(*networks(), *data(), short, tmp_path, progress=stop, checkpoint_seconds=0)
    before = (tmp_path / "state.pt").read_bytes()
    command = [sys.executable, "-c", FULL_DISK, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert "state.pt: could not be written (File too large); the previous one is kept" in (
        done.stdout
    ), done.stderr
    assert (tmp_path / "state.pt").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["state.pt"]


def test_identity_is_json_and_follows_the_data():
    generator, discriminator = networks()
    names = {"generator": generator, "discriminator": discriminator}
    images, masks = map(torch.as_tensor, data())
    one = checkpoint.identity(SETTINGS, names, images, masks)
    assert one == checkpoint.identity(SETTINGS, names, images.clone(), masks)
    assert one != checkpoint.identity(SETTINGS, names, images.flip(0), masks)
    assert np.isclose(one["training"]["rate"], SETTINGS.rate)
