"""Chapter 11's spoilt copy is refused, and mended, whatever the reader's masks hold."""

import numpy as np
import pandas as pd
import pytest

from specklegan import datasets, figures, grey
from tests import chapters


@pytest.fixture
def pool():
    return datasets.load("phantom", size=32, images=8, seed=0)


@pytest.mark.parametrize(
    "masks",
    [
        lambda masks: masks,
        lambda masks: masks * 0,  # no mask shows anything
        lambda masks: np.where(masks == 1, 2, masks),  # nor has every class a pixel
    ],
    ids=["all classes", "background alone", "a class that none has"],
)
def test_the_spoilt_copy_runs_for_any_masks(pool, masks):
    pool.masks[:] = masks(pool.masks)
    names = {"pool": pool, "np": np, "pd": pd}
    names |= {"datasets": datasets, "figures": figures, "grey": grey}
    cells = {
        "first": "import tempfile",
        "last": 'left.source["excluded"]',
        "without": "findings_sheet",
    }
    assert chapters.run("11_your_own_images", **cells, names=names)["left"].names == ("7",)
