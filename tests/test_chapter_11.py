"""Chapter 11's spoilt copy is refused, and mended, whatever the reader's masks hold."""

import numpy as np
import pytest

from specklegan import datasets
from workflow import presets

CELLS = [source for _, source in presets.cells("11_your_own_images")]
FIRST = next(k for k, source in enumerate(CELLS) if "import tempfile" in source)
LAST = next(k for k, source in enumerate(CELLS) if 'left.source["excluded"]' in source)


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
    names = {"pool": pool, "np": np, "datasets": datasets}
    exec("from specklegan import figures_data, survey\nimport pandas as pd", names)
    for source in CELLS[FIRST : LAST + 1]:
        if "figures_data" not in source:
            exec(source, names)
    assert names["left"].names == ("7",)
