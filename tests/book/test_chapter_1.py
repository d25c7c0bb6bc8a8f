"""Chapter 1 names a parameter that it cannot use, before it computes anything with it."""

import pytest

from tests import chapters


def run(**parameters):
    """Execute the cells up to the first law that is tested, but for the picture of the geometry."""
    drawing = "diffraction_geometry"
    return chapters.run("01_diffraction", "worst_on_axis", without=drawing, **parameters)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"samples": 109}, r"samples must be 110 to 5 \* size // 16 = 160, found 109"),
        ({"samples": 161}, "found 161"),
        ({"size": 300}, "= 93, found 151"),
        ({"points": 31}, "points must be >= 32 and cells >= 7, found 31 and 19"),
        ({"cells": 6}, "found 161 and 6"),
        ({"wavelength": 0.0}, "wavelength must be positive and finite, found 0.0 m"),
        ({"wavelength": float("nan")}, "wavelength must be positive and finite, found nan m"),
        ({"wavelength": "633 nm"}, "wavelength must be a number of metres, found str"),
        ({"spacing": 0.0}, "spacing must be positive and finite, found 0.0 m"),
        ({"spacing": -4e-6}, "spacing must be positive and finite, found -4e-06 m"),
    ],
)
def test_parameters_are_checked(change, message):
    with pytest.raises((TypeError, ValueError), match=message):
        run(**change)


def test_an_even_number_of_samples_is_as_good_as_an_odd_one():
    even, odd = (run(samples=samples, points=96)["worst"] for samples in (110, 111))
    assert even == pytest.approx(odd, rel=0.3)  # error of the sum on the axis
