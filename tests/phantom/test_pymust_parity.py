"""The independent simulator: the same scatterers give the same speckle."""

import builtins

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
    real = builtins.__import__

    def refuse(name, *rest, **more):
        if name == "pymust":
            raise ModuleNotFoundError(f"No module named {name!r}")
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(ModuleNotFoundError, match=r"PyMUST is not installed; pip install"):
        pymust_parity.load_pymust()


def test_same_scatterers_give_the_same_speckle_as_pymust():
    pytest.importorskip("pymust", reason="PyMUST, an independent simulator, is not installed")
    found = pymust_parity.compare_with_pymust(MACHINE, [0], 12)
    # Pulse and beam differ in shape, not in width: the envelopes agree spot by spot.
    assert found["correlation of the envelopes"].min() > 0.8
    for quantity in ("amplitude SNR", "grain along / mm", "grain across / degrees"):
        theirs, ours = found[quantity].mean(1)
        assert ours == pytest.approx(theirs, rel=0.25), quantity
    assert found["distance from Rayleigh"].max() < 0.08
