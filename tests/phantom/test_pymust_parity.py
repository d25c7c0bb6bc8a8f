"""The independent simulator: the same scatterers give the same speckle."""

import sys

import numpy as np
import pytest

from specklegan.phantom import pymust_parity, scanner

MACHINE = scanner.scanner_for(384)


def test_homogeneous_ring_is_dense_and_where_it_should_be():
    tissue = pymust_parity.homogeneous_ring(MACHINE, np.random.default_rng(0))
    depth = MACHINE.radius[tissue.depth]
    assert pymust_parity.NEAR < depth.min() < depth.max() < pymust_parity.FAR
    cell = MACHINE.cell / MACHINE.step * scanner.LINES_PER_BEAM  # grid points
    assert cell * pymust_parity.DENSITY > 10  # scatterers in a cell: fully developed speckle
    grid = tissue.grid(MACHINE)
    assert np.count_nonzero(grid) == len(tissue.strength)
    assert grid.sum() == pytest.approx(tissue.strength.sum())


def test_missing_simulator_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "pymust", None)
    tissue = pymust_parity.homogeneous_ring(MACHINE, np.random.default_rng(0))
    with pytest.raises(ModuleNotFoundError, match=r"pymust is not installed; pip install"):
        pymust_parity.pymust_echo(tissue, MACHINE, [0])


def test_same_scatterers_give_the_same_speckle_as_pymust():
    pytest.importorskip("pymust", reason="PyMUST, an independent simulator, is not installed")
    found = pymust_parity.compare_with_pymust(MACHINE, [0], 12)
    # Pulse and beam differ in shape, not in width: the envelopes agree spot by spot.
    assert found["correlation of the envelopes"].min() > 0.8
    for quantity in ("amplitude SNR", "grain along / mm", "grain across / degrees"):
        theirs, ours = found[quantity].mean(1)
        assert ours == pytest.approx(theirs, rel=0.25), quantity
    assert found["distance from Rayleigh"].max() < 0.08
