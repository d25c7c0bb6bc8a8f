"""What happens at which step, and settings that name what is wrong."""

import pytest

from specklegan.training.settings import TrainingSettings


def test_rates_fall_in_two_equal_factors():
    settings = TrainingSettings(steps=100, rate=1e-3, final_rate=1e-5)
    assert [settings.factor(k) for k in (0, 49, 50, 74, 75, 99)] == pytest.approx(
        [1, 1, 0.1, 0.1, 0.01, 0.01]
    )


def test_validation_comes_every_so_many_images_and_at_the_end():
    settings = TrainingSettings(steps=11, batch=16, validate_every=40)
    # images seen: 16, 32, 48, ... 176; multiples of 40 are passed at 48, 80, 128, 160
    assert [k for k in range(1, 12) if settings.validates(k)] == [3, 5, 8, 10, 11]
    assert not any(TrainingSettings(steps=11).validates(k) for k in range(1, 12))


def test_history_has_about_a_hundred_entries_and_the_last_step():
    settings = TrainingSettings(steps=1234)
    noted = [k for k in range(1, 1235) if settings.notes(k)]
    assert 100 <= len(noted) <= 110
    assert noted[-1] == 1234


def test_samples_double_their_distance():
    settings = TrainingSettings(steps=400)
    assert [k for k in range(1, 401) if settings.samples(k)] == [50, 100, 200, 400]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"batch": 0}, "batch must be a positive integer, found 0"),
        ({"steps": 1.5}, "steps must be a positive integer, found 1.5"),
        ({"rate": float("nan")}, "rate must be positive and finite, found nan"),
        ({"final_rate": float("inf")}, "final_rate must be positive and finite, found inf"),
        ({"average": 1.0}, "average must be in"),
        ({"validate_every": -1}, "validate_every must be 0 or more, found -1"),
        ({"r1": -0.1}, "r1 must be 0 or more"),
        ({"disguise": ["shift"]}, "found 'shift', expected of rotation, flip, gain, cutout"),
        ({"r1_every": 0}, "r1_every must be a positive integer, found 0"),
        ({"precision": "half"}, "precision must be float32 or bfloat16, found 'half'"),
    ],
)
def test_wrong_settings_are_named(changes, message):
    with pytest.raises(ValueError, match=message):
        TrainingSettings(**changes)
