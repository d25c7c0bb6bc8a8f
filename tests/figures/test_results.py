"""Figures of results: nothing that is given is left out."""

import matplotlib.pyplot as plt

from specklegan import figures


def test_every_group_of_intervals_is_drawn_and_told_apart():
    groups = {f"g{k}": {"row": (k / 10, k / 10 - 0.1, k / 10 + 0.1)} for k in range(11)}
    axis = figures.interval_rows(groups, "x")
    lines = [container.lines[0] for container in axis.containers]
    assert [line.get_xdata()[0] for line in lines] == [k / 10 for k in range(11)]
    assert len({(line.get_color(), line.get_marker()) for line in lines}) == 11
    places = [float(line.get_ydata()[0]) for line in lines]
    assert places == sorted(places)
    assert -0.5 < places[0] < places[-1] < 0.5  # each row has room of its own
    plt.close("all")


def test_arms_have_labels_that_differ():
    assert len(set(figures.ARMS.values())) == len(figures.ARMS)
    assert "real" not in figures.LABELS  # chapter 7 has real images in its tables
