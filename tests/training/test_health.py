"""Made histories and numbers: each sign has its sentence, and a sound training none."""

import pytest

from specklegan.training.health import history_warnings, image_warnings

SOUND = {"many": 0.0, "none": 0.0, "outside": 0.0, "torn": 0.14}


def made(p_real=0.6, p_fake=0.4, entries=100, **changes):
    """A history whose last quarter has the given probabilities, the rest sound ones."""
    history = [{"p_real": 0.6, "p_fake": 0.4} for _ in range(entries)]
    for entry in history[-(entries // 4) :]:
        entry.update(p_real=p_real, p_fake=p_fake)
    for name, values in changes.items():
        for entry, value in zip(history[:: entries // len(values)], values, strict=True):
            entry[name] = value
    return history


def test_a_sound_training_has_no_warning():
    edges = [[14.0, 20.0], [14.0, 20.1], [14.1, 20.2], [14.2, 20.3]]
    assert history_warnings(made(distance=[4, 3, 2, 1], edges=edges)) == []
    assert image_warnings(SOUND, SOUND, 0.3) == []
    assert image_warnings({}, {}) == []  # nothing measured


def test_a_certain_discriminator():
    (sentence,) = history_warnings(made(0.99, 0.01))
    assert "certain" in sentence
    assert "0.990" in sentence
    assert history_warnings(made(0.99, 0.2)) == []  # it doubts what is generated
    early = made(entries=100)
    for entry in early[:75]:
        entry.update(p_real=0.99, p_fake=0.01)
    assert history_warnings(early) == []  # it was, and is no more


def test_a_discriminator_at_chance_is_a_sign_only_where_the_distance_does_not_fall():
    (sentence,) = history_warnings(made(0.501, 0.5))
    assert "at chance" in sentence
    assert len(history_warnings(made(0.501, 0.5, distance=[4, 3, 5, 6]))) == 1
    assert history_warnings(made(0.501, 0.5, distance=[4, 3, 5, 2])) == []


def test_edges_that_stay():
    still = [[14.0, 20.0], [14.01, 20.0], [14.0, 20.02], [14.0, 20.0]]
    (sentence,) = history_warnings(made(edges=still))
    assert "0.020 cycles" in sentence
    one_moves = [[14.0, 20.0], [14.0, 20.0], [14.0, 20.0], [14.0, 20.06]]
    assert history_warnings(made(edges=one_moves)) == []


@pytest.mark.parametrize(
    ("found", "text"),
    [
        ({"many": 0.1}, "10% of the images have more than one catheter (real ones: 0%)"),
        ({"none": 1.0}, "100% of the images have no catheter"),
        ({"outside": 0.17}, "17% of the pixels outside the disc are not black"),
        ({"torn": 0.94}, "94% of the images are black at the same place of the rim (real ones"),
    ],
)
def test_each_fault_of_images_has_its_sentence_unless_real_ones_have_it(found, text):
    (sentence,) = image_warnings(SOUND | found, SOUND)
    assert text in sentence
    assert image_warnings(SOUND | found, SOUND | found) == []


def test_a_generator_deaf_to_z():
    (sentence,) = image_warnings(SOUND, SOUND, 0.028)
    assert "ignores z: for one mask its images vary 0.028 times" in sentence


def test_one_image_of_a_hundred_is_no_sign():
    assert image_warnings(SOUND | {"many": 0.01}, SOUND) == []
