"""Records: what is written can be read, is never half a file, and names what is wrong."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from specklegan import records


@pytest.fixture
def run(tmp_path):
    folder = tmp_path / "build" / "trial"
    folder.mkdir(parents=True)
    (folder / "run.json").write_text('{"preset": "smoke", "data": "phantom"}')
    return folder


def test_record_survives_writing_and_reading(run):
    (run / "input.bin").write_bytes(b"abc")
    record = records.start("train", run, {"n": 8}, seed=3, inputs=[run / "input.bin"])
    record["metrics"]["distance"] = records.metric(np.float32(0.5), {"real": np.int64(8)}, (0, 1))
    written = records.write(run / "gan" / "record.json", record)
    assert records.read(run / "gan" / "record.json") == written
    assert written["preset"] == "smoke"
    assert written["seconds"] >= 0
    assert written["metrics"]["distance"] == {
        "value": 0.5,
        "n": {"real": 8},
        "interval": [0, 1],
        "unit": "",
    }
    # SHA-256 of 'abc', the first test vector of FIPS 180-2
    assert written["inputs"]["input.bin"].startswith("ba7816bf8f01cfea414140de5dae2223")


def test_values_that_json_does_not_know(run):
    record = records.start("train", run, {"folder": Path("a/b"), "n": (1, 2)})
    record["metrics"] = {"bad": records.metric(float("inf"), 1), "edges": np.arange(3.0)}
    records.write(run / "record.json", record)
    plain = json.loads((run / "record.json").read_text())
    assert plain["metrics"]["bad"]["value"] is None
    assert plain["metrics"]["edges"] == [0, 1, 2]
    assert plain["parameters"] == {"folder": "a/b", "n": [1, 2]}


def test_failed_write_keeps_the_old_file(run, monkeypatch):
    records.write_text(run / "record.json", "old")
    monkeypatch.setattr(records.os, "fsync", lambda _: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        records.write_text(run / "record.json", "new")
    assert (run / "record.json").read_text() == "old"
    assert not list(run.glob("*.part")) + list(run.glob(".*.part"))


def test_reader_never_sees_half_a_file(run):
    records.write_text(run / "record.json", "old")
    with (run / "record.json").open() as reader:
        records.write_text(run / "record.json", "new")
        assert reader.read() == "old"
    assert (run / "record.json").read_text() == "new"


def test_bad_records_are_named(run):
    path = run / "record.json"
    with pytest.raises(FileNotFoundError, match=re.escape(str(path))):
        records.read(path)
    path.write_text("{")
    with pytest.raises(ValueError, match="not JSON"):
        records.read(path)
    path.write_text('{"schema": 1}')
    with pytest.raises(ValueError, match="lacks kind, preset"):
        records.read(path)
    record = records.start("train", run, {}) | {"schema": 99}
    with pytest.raises(ValueError, match="schema 99; expected 1"):
        records.write(path, record)
    with pytest.raises(FileNotFoundError, match=r"gone\.npy"):
        records.start("train", run, {}, inputs=[run / "gone.npy"])


def test_preset_and_evidence(run, tmp_path):
    assert records.preset(run) == "smoke"
    assert records.preset(tmp_path) == "by hand"
    named = ("by hand", "smoke", "quick", "study", "paper")
    assert [records.is_evidence(name) for name in named] == [False] * 3 + [True] * 2


def test_run_is_found_from_any_folder(monkeypatch):
    home = records.root()
    for folder in (home, home / "notebooks"):
        monkeypatch.chdir(folder)
        assert records.locate("build/quick") == home / "build" / "quick"
    assert records.locate("/elsewhere") == Path("/elsewhere")


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A repository with two runs, the second without generators."""
    for path in ("gan/speckle-n8-s0/weights", "gan/baseline-n8-s0/weights", "data/set"):
        (tmp_path / "build/smoke" / path).parent.mkdir(parents=True)
        (tmp_path / "build/smoke" / path).touch()
    (tmp_path / "build/other/data").mkdir(parents=True)
    (tmp_path / "build/other/data/set").touch()
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    return tmp_path


@pytest.mark.parametrize(
    ("run", "file", "said"),
    [
        ("build/smoke", "gan/speckle-n50-s0/weights", "has baseline-n8-s0, speckle-n8-s0: set the"),
        ("build/quick", "data/set", 'set run = "build/other" or "build/smoke"'),
        ("build/other", "gan/speckle-n8-s0/weights", 'set run = "build/smoke"'),
        ("build/quick", "gan/speckle-n50-s0/weights", "`make book` makes the run build/quick"),
        ("build/by-hand-quick", "evaluate/x", "an earlier chapter writes it"),
    ],
)
def test_what_a_run_lacks_is_said_in_one_sentence(home, run, file, said):
    with pytest.raises(records.MissingFile) as found:
        records.require(run, file)
    assert str(found.value).startswith(f"{run}/{file} is not there; ")
    assert said in str(found.value)
    assert found.value._render_traceback_() == [f"MissingFile: {found.value}"]  # what lab shows
    assert "\n" not in str(found.value)


def test_a_run_with_all_that_is_needed_is_located(home):
    needed = ["data/set", "gan/speckle-n8-s0/weights"]
    assert records.require("build/smoke", *needed) == home / "build/smoke"


def test_by_hand_no_run_of_the_workflow_is_written_to(home, monkeypatch):
    monkeypatch.delenv(records.WORKFLOW, raising=False)
    mine = home / "build/by-hand-quick"
    assert records.own("build/quick") == records.own(home / "build/quick") == mine
    assert records.own("build/by-hand-quick") == mine
    monkeypatch.setenv(records.WORKFLOW, "1")
    assert records.own("build/quick") == home / "build/quick"


def test_commit_outside_a_repository(tmp_path):
    assert records.commit(tmp_path) == (None, None)


def test_every_printed_number_stands_in_its_quotation():
    """Each value of data/paper.csv can be read in the words quoted beside it."""
    words = {2: "two", 3: "three", 4: "four", 5: "fivefold", 1e-3: "1e{-}3"}
    words |= {3e-4: "3e{-}4", 1e-4: "1e{-}4", 3e-5: "3e{-}5", 1e-8: "1e{-}8"}
    numbers = records.paper_numbers()
    assert len(numbers) > 60
    assert not numbers.duplicated(["claim", "quantity", "condition"]).any()
    for row in numbers.itertuples():
        text = row.quote.replace(",000", "000")
        printed = f"{row.value:g}"
        found = re.search(rf"(?<![\d.]){re.escape(printed)}(?![\d])", text)
        assert found or words[row.value] in text, row


def test_recorded_runs_come_in_order_of_time(run, tmp_path):
    for name, time in (("b", "2026-01-01T00:00:00+00:00"), ("a", "2026-02-01T00:00:00+00:00")):
        record = records.start("evaluate", run, {}) | {"start": time, "seconds": 1.0}
        records.write(tmp_path / "results" / f"{name}.json", record | {"kind": name})
    assert [record["kind"] for record in records.recorded_runs(tmp_path / "results")] == ["b", "a"]
    assert records.recorded_runs(tmp_path / "nothing") == []
