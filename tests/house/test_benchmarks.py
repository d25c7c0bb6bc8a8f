"""Benchmarks run, agree with their references, and count right. Nothing looks at a clock."""

import copy
import importlib.util
import json
from pathlib import Path

import pytest
import torch

from benchmarks import (
    __main__ as benchmarks,
    equations,
    layer,
    plain,
    resampling,
    spade,
    timing,
    training_step,
)

CPU = torch.device("cpu")
KEYS = {"part", "case", "size", "bytes", "error", "flop"}
KEYS |= {f"{way}_{what}" for way in ("reference", "ours") for what in ("s", "peak")}


@pytest.mark.parametrize("module", [layer, resampling, spade])
def test_parts_agree_with_their_references(module):
    row = module.case(32, CPU, batch=2, repeats=1)
    assert set(row) == KEYS
    assert row["error"] < 1e-4
    assert row["flop"] > 0


def test_eq2_as_written_and_as_formed_are_timed_on_the_same_numbers():
    seconds, off = equations.measure(32, batch=1, repeats=1)
    assert len(seconds) == 3
    assert off < 1e-13  # double precision


def test_a_step_of_the_plain_networks_has_the_same_images_and_gradients():
    row = training_step.case(32, CPU, batch=2, repeats=1)
    assert set(row) == KEYS
    assert row["error"] < 1e-3  # float32
    generator, discriminator = (network.double() for network in training_step.networks(32, CPU))
    steps = [
        training_step.Step(each, copy.deepcopy(discriminator), 2)
        for each in (generator, plain.network(generator))
    ]
    (image, gradients), (expected, expected_gradients) = (step.gradients() for step in steps)
    # Double precision: what differs is rounding, magnified by the batch normalisation of two.
    assert timing.difference([image], [expected]) < 1e-9
    assert timing.difference(gradients, expected_gradients) < 1e-7


def test_the_layer_has_its_share_of_a_step(monkeypatch):
    """By arithmetic in place of seconds, which a busy machine can put in any order."""

    def counts(calls, *_):
        return {name: timing.arithmetic(call) for name, call in calls.items()}

    monkeypatch.setattr(training_step, "shortest", lambda call, *_: timing.arithmetic(call))
    monkeypatch.setattr(training_step, "alternate", counts)
    found = training_step.share(32, CPU, batch=2, repeats=1)
    # beyond the baseline's step lie the layer and the wider block before it
    assert 0 < found["layer_s"] < found["step_s"] - found["baseline_s"]


def test_peak_memory_counts_what_is_there_at_once():
    def call():
        first = torch.ones(1000)  # 4000 bytes
        second = first + 1  # both: 8000
        del first
        return second * 2  # again two at once

    assert timing.peak(call) == pytest.approx(8000, abs=200)  # scalars become tensors, too


def test_arithmetic_of_real_and_complex_products():
    real, complex_ = torch.rand(2, 3, 4), torch.rand(2, 3, 4, dtype=torch.complex64)
    assert timing.arithmetic(lambda: real @ real.mT) == 2 * 2 * 3 * 4 * 3
    assert timing.arithmetic(lambda: complex_ @ complex_.mT) == 4 * 2 * 2 * 3 * 4 * 3


def test_plain_reference_is_plain():
    generator, _ = training_step.networks(32, CPU)
    copied = plain.network(generator)
    kinds = (plain.Spade, plain.SpeckleLayer)
    replaced = [module for module in copied.modules() if isinstance(module, kinds)]
    assert len(replaced) == 9  # two for each of four blocks, and the layer
    assert all(m.forward.__func__ in (plain.spade, plain.layer) for m in replaced)
    assert all("forward" not in vars(module) for module in generator.modules())


def test_the_command_writes_a_record_of_this_machine(tmp_path, monkeypatch, capsys):
    row = dict.fromkeys(KEYS, 1.0)
    monkeypatch.setattr(benchmarks, "plan", lambda *_: ([("part", lambda: row)], []))
    monkeypatch.setattr(benchmarks.machine, "limits", lambda _: {"flop_per_s": 1.0})
    path = benchmarks.main(["--device", "cpu", "--out", str(tmp_path)])
    record = json.loads(path.read_text())
    assert record["rows"] == [row]
    assert record["machine"]["threads"] == torch.get_num_threads()
    assert record["machine"]["versions"]["torch"] == torch.__version__
    captured = capsys.readouterr()
    assert captured.out.strip() == str(path)
    assert "1/1 part" in captured.err


def test_every_case_is_planned_for_both_devices():
    for kind in ("cpu", "cuda"):
        rows, shares = benchmarks.plan(torch.device(kind), kind)
        assert len(shares) == 3
        assert len(rows) >= 12


def page():
    """The extension that shows records on the book's page."""
    path = Path(__file__).parents[2] / "book" / "_ext" / "benchmark_tables.py"
    spec = importlib.util.spec_from_file_location("benchmark_tables", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_shows_times_memory_limit_and_share(tmp_path):
    row = {"part": "Layer", "case": "B 4", "size": 256, "flop": 3e9, "bytes": 1e6, "error": 2.4e-7}
    row |= {"reference_s": 0.3, "ours_s": 0.1, "reference_peak": 4e8, "ours_peak": 4e7}
    about = {"name": "Processor", "device": "cpu", "threads": 2, "commit": "0" * 40, "dirty": False}
    record = {
        "machine": about | {"versions": {"torch": "2.13"}},
        "limits": {"flop_per_s": 1e11, "bytes_per_s": 1e10},
        "rows": [row],
        "shares": [{"size": 256, "batch": 2, "layer_s": 0.1, "step_s": 2.0, "baseline_s": 1.5}],
    }
    folder = tmp_path / "data" / "benchmarks"
    folder.mkdir(parents=True)
    (folder / "processor.json").write_text(json.dumps(record))
    shown = page()
    ((path, found),) = shown.recorded(tmp_path / "build" / "quick" / "book").items()
    lines = shown.markdown("speed", path, found)
    assert lines[1] == ":name: tab-speed-processor"
    assert lines[-3] == "| Layer (B 4) | 256 | 300 → 100 | 3.00 | 400 → 40 | 30 | 2e-07 |"
    assert "2 threads" in lines[0]
    assert shown.markdown("layer", path, found)[-3] == "| 256 | 2 | 100 | 2000 | 5.0 % | 1500 |"
    assert shown.limit(row | {"bytes": 1e9}, found["limits"]) == pytest.approx(0.1)
    assert shown.recorded(tmp_path / "data" / "benchmarks") != {}
