"""Vessels: contours in order, patients that hang together, and each feature seen by itself."""

from dataclasses import replace

import numpy as np
import pytest

from specklegan.masks.vessel import from_contours
from specklegan.phantom import anatomy, pullbacks, scanner, scenes, tissue

MACHINE = scanner.scanner_for(256)
AT = round(scenes.SIDE / (2 * np.pi) * MACHINE.lines)  # the line through the features
ACROSS = (AT + MACHINE.lines // 2) % MACHINE.lines
SCENES = scenes.all_scenes()


@pytest.fixture(scope="module")
def vessels():
    return [anatomy.pullback(np.random.default_rng(seed), 60) for seed in range(12)]


def power_of(vessel):
    return tissue.tissue_power(vessel, 0, MACHINE.angle, MACHINE.radius)


def level(vessel, line, near, far, frames=8):
    """Mean power in dB of scatterers between two depths, over a few lines and speckles."""
    depth = (MACHINE.radius > near) & (MACHINE.radius < far)
    lines = np.arange(line - 2, line + 3) % MACHINE.lines
    strength = [
        tissue.scatterers(vessel, 0, MACHINE, np.random.default_rng(seed))[lines][:, depth]
        for seed in range(frames)
    ]
    return 10 * np.log10(np.mean(np.square(strength)))


def test_lumen_lies_in_media_and_holds_the_catheter(vessels):
    for vessel in vessels:
        assert vessel.lumen.min() > scanner.CATHETER
        assert (vessel.media - vessel.lumen).min() >= anatomy.THINNEST - 1e-12
        assert vessel.media.max() <= scanner.FIELD
        for name in ("lumen", "media"):
            assert vessel.drawn(name).min() >= getattr(vessel, name).min() - 1e-12


def test_every_feature_occurs_and_none_is_everywhere(vessels):
    seen = {
        "calcium": [v.calcium.max() > 0.5 for v in vessels],
        "soft": [v.soft.max() > 0.5 for v in vessels],
        "branch": [v.branch[:, 2].max() > 0.2e-3 for v in vessels],
        "bifurcation": [v.daughter[:, 2].max() > 0 for v in vessels],
        "wire": [v.wire[:, 1].max() > 0 for v in vessels],
    }
    for feature, patients in seen.items():
        assert any(patients), feature
    assert not all(seen["bifurcation"])
    assert not all(seen["wire"])
    spread = np.concatenate([v.lumen.max(1) / v.lumen.min(1) for v in vessels])
    assert np.median(spread) > 1.2  # the catheter is off centre, the plaque eccentric
    assert 0.01 < np.std([v.rotation for v in vessels]) < 0.15


def test_neighbouring_frames_share_their_anatomy(vessels):
    for name in ("lumen", "media", "calcium", "rotation"):
        stacks = [getattr(v, name) for v in vessels]
        step = np.mean([np.abs(np.diff(s, axis=0)).mean() for s in stacks])
        apart = np.mean([np.abs(s - np.roll(s, 30, axis=0)).mean() for s in stacks])
        assert step < 0.7 * apart, name


def test_a_pullback_needs_a_frame():
    with pytest.raises(ValueError, match="frames is 0; expected at least 1"):
        anatomy.pullback(np.random.default_rng(0), 0)


def test_drawn_contour_is_bent_with_the_picture():
    """Where the drawing points at phi, the catheter points at phi + rotation(phi)."""
    plaque = SCENES["uneven rotation"]
    ahead = plaque.rotation[0]
    free, burden = scenes.OUTER - anatomy.WALL, 0.45
    middle = burden / 2 * free
    towards = anatomy.ANGLE + ahead - scenes.SIDE - np.pi
    circle = middle * np.cos(towards)
    circle += np.sqrt((free * (1 - burden / 2)) ** 2 - (middle * np.sin(towards)) ** 2)
    # Linear interpolation between degrees: h^2 / 8 times a curvature of at most about middle.
    np.testing.assert_allclose(plaque.drawn("lumen")[0], circle, atol=2 * (np.pi / 180) ** 2 / 8)
    np.testing.assert_array_equal(SCENES["plain vessel"].drawn("media"), scenes.plain().media)


def test_medial_ring_is_dark_between_intima_and_adventitia():
    power, blood = power_of(SCENES["plain vessel"])
    ring = scenes.OUTER - tissue.MEDIA / 2
    near = [np.searchsorted(MACHINE.radius, r) for r in (ring - 0.2e-3, ring, ring + 0.2e-3)]
    intima, media, adventitia = power[:, near].mean(0)
    assert media < intima - 10
    assert media < adventitia - 20
    assert not blood[:, near].any()


def test_blood_scatters_weakly_but_speckles():
    vessel = SCENES["plain vessel"]
    echoes = [
        scanner.echo(tissue.scatterers(vessel, 0, MACHINE, np.random.default_rng(s)), MACHINE)
        for s in range(12)
    ]
    clear = (MACHINE.radius > 1.0e-3) & (MACHINE.radius < 1.8e-3)
    amplitude = np.abs(echoes)[:, :, clear]
    snr = amplitude.mean() / amplitude.std()
    # 12 x 60 beams x 7 cells; error about 0.8 / sqrt(cells) of an SNR, and a few strong cells.
    assert snr == pytest.approx(1.913, abs=0.12)
    wall = np.abs(echoes)[:, :, (MACHINE.radius > 2.6e-3) & (MACHINE.radius < 3e-3)]
    assert 10 * np.log10((wall**2).mean() / (amplitude**2).mean()) > 15


def test_attenuation_is_proportional_to_depth_and_frequency():
    """In tissue 0.7 dB/cm/MHz one way, so 1.4 there and back."""
    vessel = replace(SCENES["plain vessel"], lumen=np.full((1, 360), 0.55e-3))
    vessel = replace(vessel, media=np.full((1, 360), 0.8e-3))
    slopes = []
    for frequency in (10e6, 20e6):
        machine = scanner.scanner_for(384, frequency)
        power, _ = tissue.tissue_power(vessel, 0, machine.angle, machine.radius)
        strength = [
            tissue.scatterers(vessel, 0, machine, np.random.default_rng(s)) for s in range(12)
        ]
        lost = 10 * np.log10(np.mean(np.square(strength), axis=(0, 1))[60:]) - power.mean(0)[60:]
        inside = (machine.radius > 1.5e-3)[60:]
        slopes.append(np.polyfit(machine.radius[60:][inside] * 100, lost[inside], 1)[0])
    per_megahertz = -np.array(slopes) / 2 / [10, 20]
    # Each depth averages 1500 or 3000 squares: 0.15 dB; over 0.35 cm of 220 depths and more.
    np.testing.assert_allclose(per_megahertz, 0.7, atol=0.06)


def test_plaque_is_thick_on_its_side_and_soft_plaque_is_darker():
    hard, soft = SCENES["eccentric plaque"], SCENES["soft plaque"]
    wall = hard.media[0] - hard.lumen[0]
    assert wall[45] > 3 * wall[225]
    middle = (hard.lumen[0, 45] + 0.3e-3, hard.media[0, 45] - 0.3e-3)
    drop = level(hard, AT, *middle) - level(soft, AT, *middle)
    # The same scatterers and neither calcium nor shadow: exactly the difference of the powers.
    assert drop == pytest.approx(tissue.POWER["plaque"] - tissue.POWER["soft"], abs=0.2)


@pytest.mark.parametrize("feature", ["calcified plaque", "guide wire"])
def test_calcium_and_guide_wire_cast_shadows(feature):
    bare = SCENES["eccentric plaque" if feature == "calcified plaque" else "plain vessel"]
    deep = (2.7e-3, 4.5e-3)
    lost = level(bare, AT, *deep) - level(SCENES[feature], AT, *deep)
    # The scatterers are the same: the difference is the shadow, all but at its soft edge.
    assert 0.7 * tissue.SHADOW < lost <= tissue.SHADOW + 1e-6
    assert level(bare, ACROSS, *deep) == pytest.approx(level(SCENES[feature], ACROSS, *deep))


def test_calcium_and_guide_wire_shine_in_front_of_their_shadow():
    plaque, calcified = SCENES["eccentric plaque"], SCENES["calcified plaque"]
    face = plaque.lumen[0, 45] + 0.4 * (plaque.media[0, 45] - plaque.lumen[0, 45])
    around = (face - 0.06e-3, face + 0.06e-3)
    assert level(calcified, AT, *around) - level(plaque, AT, *around) > 8
    wire, plain = SCENES["guide wire"], SCENES["plain vessel"]
    assert level(wire, AT, 1.05e-3, 1.15e-3) - level(plain, AT, 1.05e-3, 1.15e-3) > 20


@pytest.mark.parametrize("feature", ["side branch", "bifurcation", "behind a bifurcation"])
def test_branches_hold_blood(feature):
    _, blood = power_of(SCENES[feature])
    _, before = power_of(SCENES["plain vessel"])
    middle = {"side branch": 2.7e-3, "bifurcation": 2.6e-3, "behind a bifurcation": 3.4e-3}
    assert blood[AT, np.searchsorted(MACHINE.radius, middle[feature])]
    assert not before[AT, np.searchsorted(MACHINE.radius, middle[feature])]
    np.testing.assert_array_equal(blood[ACROSS], before[ACROSS])


def test_bifurcation_widens_both_contours_and_labels_until_the_vessels_part():
    plain, fork, parted = (
        SCENES[name] for name in ("plain vessel", "bifurcation", "behind a bifurcation")
    )
    far = 2.1e-3 + 1.1e-3  # of the second lumen, along its own direction
    assert fork.lumen[0, 45] == pytest.approx(far, rel=0.01)
    assert fork.media[0, 45] == pytest.approx(far + anatomy.WALL, rel=0.02)
    assert np.all(fork.lumen >= plain.lumen - 1e-12)
    np.testing.assert_array_equal(parted.lumen, plain.lumen)  # two vessels: only one is labelled
    np.testing.assert_array_equal(parted.media, plain.media)
    away = np.s_[0, 180:270]
    np.testing.assert_allclose(fork.lumen[away], plain.lumen[away], rtol=1e-6)


def test_catheter_off_centre_sees_a_circle_from_aside():
    vessel = SCENES["catheter off centre"]
    x, y = (vessel.media[0] * f(anatomy.ANGLE) for f in (np.cos, np.sin))
    np.testing.assert_allclose(np.hypot(x - 0.7e-3, y + 0.5e-3), scenes.OUTER)


def test_ring_down_lights_the_rim_of_the_catheter_only():
    vessel = SCENES["plain vessel"]
    off, on = (
        pullbacks.picture(
            vessel, 0, MACHINE, 256, np.random.default_rng(0), pullbacks.Settings(ring_down=amount)
        ).astype(float)
        for amount in (0, 1)
    )
    axis = (np.arange(256) - 127.5) * 2 * scanner.FIELD / 256
    radius = np.hypot(axis[:, None], axis)
    near = (radius > 0.55e-3) & (radius < 0.7e-3)
    assert (on - off)[near].mean() > 60
    assert abs(on - off)[radius > 2.5e-3].max() <= 1


def test_scenes_are_drawn_with_their_contours():
    for name, vessel in SCENES.items():
        picture = pullbacks.picture(vessel, 0, MACHINE, 128, np.random.default_rng(0))
        lumen, media = (
            pullbacks.contour_pixels(vessel.drawn(k), 128)[0] for k in ("lumen", "media")
        )
        labels = from_contours(lumen, media, (128, 128))
        axis = np.arange(128) - 63.5
        clear = np.hypot(axis[:, None], axis) > 24  # outside the ring-down
        if (clear & (labels == 0)).sum() > 200:
            assert picture[clear & (labels == 0)].mean() < picture[labels == 2].mean(), name


def test_difference_of_angles_is_the_shorter_way_round():
    """Whatever the whole turns: the angle of the quotient of two phasors."""
    angle, origin = np.random.default_rng(0).uniform(-20, 20, (2, 500))
    found = anatomy.angle_difference(angle, origin)
    # of numbers up to 40, each off by half a unit in its last place
    np.testing.assert_allclose(found, np.angle(np.exp(1j * (angle - origin))), atol=1e-13)
    assert anatomy.angle_difference(np.pi, 0) == -np.pi
