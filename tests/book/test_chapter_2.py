"""Chapter 2 names a parameter whose laws it does not state, before it computes anything."""

import pytest

from tests import chapters


def run(**parameters):
    """Execute the cells up to the check."""
    chapters.run("02_speckle", "checks = []", **parameters)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"edge": 96}, "edge must divide size = 256 and be at most 64, found 96"),
        ({"edge": 128}, "at most 64, found 128"),
        ({"edge": 0}, "found 0"),
        ({"edge": -32}, "found -32"),
        ({"size": 100}, "size = 100 and be at most 25, found 32"),
        ({"realisations": 40}, "realisations must be a multiple of 16, found 40"),
        ({"realisations": 0}, "found 0"),
    ],
)
def test_parameters_are_checked(change, message):
    with pytest.raises(ValueError, match=message):
        run(**change)


def test_the_largest_window_is_accepted():
    run(edge=64, realisations=16)
