"""Progress lines: rarely enough, always at the end, with an honest time left."""

import io

import pytest

from specklegan import progress


@pytest.fixture
def clock(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    return now


def lines(stream):
    return stream.getvalue().splitlines()


def test_lines_come_at_intervals_and_at_the_end(clock):
    stream = io.StringIO()
    report = progress.Reporter("work", seconds=10, stream=stream)
    for done in range(1, 31):
        report(done, 30)
        clock[0] += 1
    assert len(lines(stream)) == 4  # at 1, 11, 21 and 30
    assert lines(stream)[1] == "work: step 11 of 30, 19 s left"
    assert lines(stream)[-1] == "work: step 30 of 30"


def test_a_resumed_run_counts_only_what_it_did_itself(clock):
    stream = io.StringIO()
    report = progress.Reporter("work", "image", seconds=10, stream=stream)
    report(900, 1000)
    clock[0] += 50
    report(950, 1000, "slow")
    assert lines(stream)[-1] == "work: image 950 of 1000, 50 s left (slow)"


def test_durations_are_written_for_people():
    assert [progress.duration(s) for s in (8.2, 240, 9000)] == ["8 s", "4 min", "2.5 h"]
