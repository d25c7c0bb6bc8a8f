"""Values reach the prose under their names, as they are, and nothing is displayed on the way."""

import json
import subprocess
import sys

import numpy as np
import pytest

from specklegan import figures


def test_each_value_is_glued_under_its_name_and_not_displayed(monkeypatch):
    myst_nb = pytest.importorskip("myst_nb", reason="gluing needs the extra 'book'")
    glued = []
    monkeypatch.setattr(myst_nb, "glue", lambda *value, **how: glued.append((*value, how)))
    figures.glue_all(error=np.float64(0.5), **{"rings-frames": 12})
    assert glued == [
        ("error", 0.5, {"display": False}),
        ("rings-frames", 12, {"display": False}),
    ]
    assert type(glued[0][1]) is np.float64


def test_figures_need_no_mystnb_until_a_chapter_glues():
    program = (
        "import json, sys; sys.modules['myst_nb'] = None\n"
        "from specklegan import figures\n"
        "figures.use_style()\n"
        "try:\n    figures.glue_all(error=1)\n"
        "except ModuleNotFoundError as error:\n    print(json.dumps(str(error)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert "myst_nb" in json.loads(done.stdout), done.stderr
