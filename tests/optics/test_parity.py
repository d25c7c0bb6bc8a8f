"""Parity with TorchOptics 1.0, an independent library: the same fields after its conventions.

Its direct integration always keeps the near term 1 + j / (k r); its grids of even size are centred
between two samples, ours at one; its angular spectrum pads to 5 N unless told otherwise and
has no band limit, ours pads to 2 N.
"""

import warnings

import numpy as np
import pytest
import torch
import torchoptics
from torchoptics.profiles import lens_phase

from specklegan.optics import grid, imaging, propagation

WAVELENGTH = 633e-9  # metres
SPACING = 4e-6


def noise(size, seed):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(size, size)) + 1j * rng.normal(size=(size, size))


def torch_field(field):
    return torchoptics.Field(torch.tensor(field), WAVELENGTH, 0, SPACING)


def asm(field, distance, method):
    """TorchOptics pads both sides by default to 5 N; half a width a side is our 2 N."""
    half = field.shape[0] // 2
    moved = torch_field(field).propagate_to_z(
        distance, propagation_method=method, asm_pad=(half, half)
    )
    return moved.data.numpy()


@pytest.mark.parametrize("distance", [1e-4, 2e-3, 0.05])
@pytest.mark.parametrize(
    ("method", "name"),
    [(propagation.angular_spectrum, "ASM"), (propagation.fresnel, "ASM_FRESNEL")],
)
def test_propagation_agrees_with_torchoptics(method, name, distance):
    field = noise(32, 5)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # TorchOptics has no band limit
        ours = method(field, WAVELENGTH, SPACING, distance, band_limit=False)
    rounding = np.finfo(float).eps * 2 * np.pi * distance / WAVELENGTH  # of the phase k z
    assert propagation.relative_error(ours, asm(field, distance, name)) < 10 * rounding


def test_direct_integration_agrees_with_torchoptics():
    field, distance = noise(24, 6), 2e-3
    points = np.meshgrid(*[grid.coordinates(24, SPACING)] * 2)
    ours = propagation.rayleigh_sommerfeld(
        field, WAVELENGTH, SPACING, distance, *points, near_term=True
    )
    theirs = torch_field(field).propagate_to_z(distance, propagation_method="DIM").data.numpy()
    assert propagation.relative_error(ours, theirs) < 1e-10
    eq1 = propagation.rayleigh_sommerfeld(field, WAVELENGTH, SPACING, distance, *points)
    near = WAVELENGTH / (2 * np.pi * distance)  # 1 / (k z), which only TorchOptics keeps
    assert propagation.relative_error(eq1, theirs) == pytest.approx(near, rel=0.05)


@pytest.mark.parametrize("size", [31, 32])
def test_lens_phase_agrees_with_torchoptics(size):
    ours = imaging.thin_lens(np.ones((size, size)), WAVELENGTH, SPACING, 0.05)
    offset = 0 if size % 2 else SPACING / 2  # their even grids are centred between samples
    theirs = lens_phase(
        (size, size), 0.05, WAVELENGTH, SPACING, torch.tensor([offset, offset]).double()
    )
    np.testing.assert_allclose(ours, np.exp(1j * theirs.numpy()), atol=1e-12)
