"""What is wrong with a folder, told and shown."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

from specklegan.datasets import loading, survey
from specklegan.figures import folders
from specklegan.masks import artificial, shapes
from tests.samples import circle, write_challenge, write_contour, write_folder, write_pair

mpl.use("Agg")


@pytest.fixture
def spoilt(tmp_path):
    """Return a folder with four things wrong and two pairs right."""
    own = write_folder(tmp_path / "own")
    (own / "masks" / "00.png").unlink()
    (own / "images" / "01.png").write_bytes(b"broken")
    Image.fromarray(np.eye(42, 44, dtype=np.uint8) * 200).save(own / "masks" / "02.png")
    (own / "images" / "03.png").rename(own / "images" / "x3.png")
    return own


def test_every_finding_about_a_file_has_its_picture(spoilt):
    findings = survey.findings(spoilt)
    assert [str(finding) for finding in findings] == survey.check(spoilt)
    shown = survey.thumbnails(spoilt, findings)
    assert [thumb.name for thumb in shown] == [
        "images/00.png",
        "images/x3.png",
        "masks/03.png",
        "images/01.png",
        "masks/02.png",
    ]
    assert len(findings) == len(shown) == 5
    assert [thumb.picture is None for thumb in shown] == [False, False, False, True, False]
    assert shown[0].picture.shape == (64, 64)
    twice = survey.thumbnails(spoilt, [*findings, *findings], most=7)
    assert [thumb.name for thumb in twice] == [thumb.name for thumb in shown]
    assert len(survey.thumbnails(spoilt, findings, most=2)) == 2


def test_a_bad_contour_is_shown_on_its_frame(tmp_path):
    challenge = write_challenge(tmp_path)
    labels = challenge / "Training Set" / "Data set B" / "LABELS"
    crossed = circle(100)
    crossed[:100] = crossed[:100][::-1].copy()
    write_contour(labels / "med_frame_01_0002_003.txt", crossed)
    (labels / "lum_frame_01_0001_003.txt").write_text("1;2\n")
    spec = f"ivus2011:{challenge}"
    unread, crossing = survey.thumbnails(spec, survey.findings(spec))
    assert unread.picture is not None
    assert unread.curve is None
    assert crossing.curve.shape == (360, 2)
    (place,) = np.flatnonzero((crossing.curve == crossing.point).all(1))
    assert place in (99, 359, 100)  # where the turned stretch begins or ends
    figure = folders.findings_sheet([unread, crossing])
    assert sum(bool(axis.lines) for axis in figure.axes) == 1
    plt.close(figure)


def test_a_good_folder_has_nothing_to_show(tmp_path):
    write_folder(tmp_path)
    assert survey.findings(tmp_path) == survey.findings("phantom") == []
    assert survey.thumbnails(tmp_path, []) == survey.thumbnails("phantom", []) == []
    nowhere = survey.findings("/nowhere")
    assert [str(finding) for finding in nowhere] == survey.check("/nowhere")
    assert survey.thumbnails("/nowhere", nowhere) == []


def test_held_out_images_are_looked_at_too(tmp_path):
    write_folder(tmp_path)
    write_pair(tmp_path / "test", "t", labels=4)
    (finding,) = survey.check(tmp_path)
    assert "test/masks/t.png: labels [3]; expected class indices 0..2, the classes" in finding


def test_findings_sheet_draws_them_all(spoilt):
    figure = folders.findings_sheet(survey.thumbnails(spoilt, survey.findings(spoilt)))
    assert [axis.get_title() for axis in figure.axes][:5] == [
        "images/00.png",
        "images/x3.png",
        "masks/03.png",
        "images/01.png",
        "masks/02.png",
    ]
    assert figure.get_figwidth() <= 5.2
    assert sum(len(axis.images) for axis in figure.axes) == 4  # the fifth cannot be decoded
    plt.close(figure)


def test_pair_sheet_outlines_all_classes_but_the_commonest():
    dataset = loading.load("phantom", 32, 5)
    figure = folders.pair_sheet(
        dataset.images[:, 0], dataset.masks[:, 0], dataset.names, dataset.class_names
    )
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["lumen", "intima/media"]
    assert all(len(axis.collections) == 2 for axis in figure.axes[:5])
    plt.close(figure)


def test_populations_are_drawn_as_shares_of_masks():
    first, second = (
        shapes.shape_statistics(artificial.artificial_masks(20, 32, seed)) for seed in (0, 1)
    )
    names = list(shapes.QUANTITIES)[:4]
    figure = folders.populations(first, second, ("a", "b"), names)
    assert [axis.get_xlabel() for axis in figure.axes][:4] == names
    assert figure.axes[0].lines[0].get_ydata()[-1] == 100
    plt.close(figure)
