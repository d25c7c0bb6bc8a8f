"""The speckle layer: shapes, options, gradients, what it learns, what it refuses."""

import math

import numpy as np
import pytest
import torch
from torch import nn

from specklegan import SpeckleLayer
from specklegan.speckle import checks
from specklegan.speckle.formation import form_speckle, random_phase
from specklegan.speckle.windows import WINDOWS


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def uniform(seed, *shape):
    return torch.rand(shape, generator=seeded(seed), dtype=torch.float64)


@pytest.mark.parametrize("coordinates", ["polar", "cartesian"])
@pytest.mark.parametrize("attention", ["channel", "spatial", None])
def test_gradients_of_the_whole_layer(coordinates, attention):
    torch.manual_seed(0)
    layer = SpeckleLayer(2, (2.3,), 6, coordinates, attention=attention).double()
    x = uniform(0, 1, 2, 6, 6).requires_grad_()
    parameters = tuple(layer.parameters())
    assert torch.autograd.gradcheck(lambda x, *_: layer(x, seeded(1)), (x, *parameters))


@pytest.mark.parametrize("coordinates", ["polar", "cartesian"])
@pytest.mark.parametrize("edges", [(5,), (4.5, 8), (2, 3, 4, 5, 6, 7, 16)])
def test_layer_shapes_and_gradients_for_any_number_of_sizes(coordinates, edges):
    layer = SpeckleLayer(3, edges, 16, coordinates)
    x = torch.rand(2, 3, 16, 16, generator=seeded(), requires_grad=True)
    out = layer(x, seeded(1))
    assert out.shape == (2, 3 * len(edges), 16, 16)
    out.square().sum().backward()
    assert layer.fraction.grad.abs().min() > 0
    assert all(p.grad is not None and p.grad.isfinite().all() for p in layer.parameters())
    assert x.grad.abs().sum() > 0


def test_layer_keeps_the_sizes_of_one_map_adjacent():
    layer = SpeckleLayer(2, (3, 16), 16, "cartesian", normalize=False, attention=None)
    x = torch.zeros(1, 2, 16, 16)
    x[:, 1] = 1.0
    out = layer(x, seeded())
    assert out[0, :2].abs().max() == 0  # both sizes of the empty map
    torch.testing.assert_close(out[0, 3], x[0, 1])  # full window of the second map: no speckle


def test_layer_is_deterministic_by_generator_and_fresh_without():
    layer = SpeckleLayer(1, (5,), 16)
    x = torch.ones(1, 1, 16, 16)
    torch.testing.assert_close(layer(x, seeded(3)), layer(x, seeded(3)))
    assert not torch.equal(layer(x), layer(x))


def test_the_maps_of_one_image_show_one_object_and_images_differ():
    layer = SpeckleLayer(2, (5,), 16, attention=None)
    out = layer(torch.ones(2, 2, 16, 16), seeded())
    torch.testing.assert_close(out[:, 0], out[:, 1])  # one phase a pixel, whatever the map
    assert not torch.allclose(out[0], out[1])


def test_adam_moves_an_edge_by_about_its_rate_times_the_size():
    layer = SpeckleLayer(2, (14, 20), 64, "cartesian")
    optimizer = torch.optim.Adam([layer.fraction], lr=1e-2)
    before = layer.edges.detach().clone()
    layer(torch.ones(1, 2, 64, 64), seeded()).sum().backward()
    optimizer.step()
    moved = (layer.edges - before).abs()
    torch.testing.assert_close(moved, torch.full((2,), 0.64), rtol=1e-3, atol=0)


def test_names_of_the_default_layers_weights_stay_so_that_saved_generators_load():
    names = {"fraction"} | {
        f"attention.{linear}.{part}" for linear in ("hidden", "out") for part in ("weight", "bias")
    }
    assert set(SpeckleLayer().state_dict()) == names
    for options in ({"learn_edges": False}, {"attention": "spatial"}, {"window": "hard"}):
        SpeckleLayer(2, (3, 5), 8, **options).load_state_dict(
            SpeckleLayer(2, (4, 6), 8).state_dict()
        )


def test_fixed_edges_are_no_parameter_and_do_not_move():
    layer = SpeckleLayer(1, (5,), 16, learn_edges=False)
    optimizer = torch.optim.Adam(layer.parameters(), lr=0.1)
    layer(torch.ones(1, 1, 16, 16)).sum().backward()
    optimizer.step()
    assert layer.edges.tolist() == [5.0]
    assert "fraction" not in dict(layer.named_parameters())
    assert "fraction" in dict(layer.named_buffers())


@pytest.mark.parametrize("kind", WINDOWS)
def test_layer_takes_every_window(kind):
    layer = SpeckleLayer(1, (5.3, 8.6), 16, "cartesian", attention=None, window=kind)
    x = torch.ones(1, 1, 16, 16)
    phase = random_phase(x, seeded())
    expected = form_speckle(x, layer.edges, phase, normalize=True, window=kind)
    out = layer(x, seeded())
    torch.testing.assert_close(out, expected.flatten(1, 2))
    out.square().mul(torch.rand(16, 16, generator=seeded(1))).sum().backward()
    assert bool((layer.fraction.grad != 0).all()) == (kind != "hard")


def test_layer_takes_a_wider_window():
    def edges_gradient(width):
        layer = SpeckleLayer(1, (8.3,), 16, "cartesian", attention=None, window_width=width)
        layer(uniform(0, 1, 1, 16, 16), seeded()).sum().backward()
        return layer.fraction.grad.item()

    assert edges_gradient(1.0) != edges_gradient(4.0)


def test_an_edge_beyond_the_size_is_used_as_the_size_and_comes_back():
    layer = SpeckleLayer(1, (16,), 16, "cartesian", normalize=False, attention=None)
    with torch.no_grad():
        layer.fraction.mul_(1.02)
    optimizer = torch.optim.Adam(layer.parameters(), lr=0.01)
    assert layer.edges.item() == 16
    for step in range(10):
        optimizer.zero_grad()
        layer(torch.ones(1, 1, 16, 16), seeded(step)).square().mean().backward()  # wants less
        optimizer.step()
    assert layer.edges.item() < 15.5


def test_the_layer_recovers_a_known_edge_from_a_texture_but_not_with_a_hard_window():
    true, size = 9.0, 32

    def autocovariance(amplitude):
        power = torch.fft.fft2(amplitude - amplitude.mean()).abs().square().mean(0)
        covariance = torch.fft.ifft2(power).real
        return covariance / covariance[0, 0]

    def learned(kind):
        layer = SpeckleLayer(1, (15.5,), size, "cartesian", attention=None, window=kind)
        optimizer, random = torch.optim.Adam(layer.parameters(), lr=0.01), seeded(1)
        path = []
        for _ in range(60):
            out = layer(torch.ones(16, 1, size, size), random)[:, 0]
            misses = [autocovariance(half) - shown for half in out.chunk(2)]
            optimizer.zero_grad()
            (misses[0] * misses[1]).mean().backward()
            optimizer.step()
            path.append(layer.edges.item())
        return np.mean(path[-20:])

    shown = autocovariance(form_speckle(torch.ones(64, size, size), true, generator=seeded()))
    # One image tells d to about 0.6 bins, 64 of them show it and 16 more meet it in each step.
    assert learned("ramp") == pytest.approx(true, abs=1.0)
    assert learned("hard") == 15.5


def test_channel_attention_weights_maps_and_spatial_attention_weights_places():
    torch.manual_seed(0)
    x = torch.rand(4, 2, 8, 8, generator=seeded())
    other = x.clone()
    other[:, :, 3, 5] += 1
    changed = {}
    for kind in ("channel", "spatial"):
        attention = SpeckleLayer(2, (3, 5), 8, attention=kind).attention
        weights = attention(x)
        assert weights.shape == ((4, 4) if kind == "channel" else (4, 4, 8, 8))
        assert 0 < weights.min() < weights.max() < 1
        assert weights.std(0).min() > 0
        changed[kind] = (attention(other) != weights).float().mean().item()
    assert changed == {"channel": 1.0, "spatial": 1 / 64}


@pytest.mark.parametrize("attention", ["channel", "spatial"])
def test_attention_multiplies_the_layers_output(attention):
    layer = SpeckleLayer(2, (3, 5), 8, "cartesian", attention=attention)
    x = torch.rand(3, 2, 8, 8, generator=seeded())
    weights = layer.attention(x)
    weighted = layer(x, seeded(1))
    layer.attention = None
    if attention == "channel":
        weights = weights[:, :, None, None]
    torch.testing.assert_close(weighted, layer(x, seeded(1)) * weights)


def test_layer_runs_in_float32_under_bfloat16_autocast():
    layer = SpeckleLayer(1, (5,), 16)
    x = torch.rand(1, 1, 16, 16, generator=seeded())
    with torch.autocast("cpu", torch.bfloat16):
        half = layer(x.bfloat16(), seeded())
    assert half.dtype == torch.bfloat16
    torch.testing.assert_close(half.float(), layer(x, seeded()), rtol=0.02, atol=0.02)


def test_layer_works_inside_a_network_that_knows_nothing_of_it():
    block = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, batch_first=True)
    layer = SpeckleLayer(channels=2, edges=(3.5, 6.5), size=8, coordinates="cartesian")
    network = nn.Sequential(block, nn.Unflatten(1, (2, 8)), layer, nn.Conv2d(4, 1, 3))
    network(torch.rand(3, 16, 8, generator=seeded())).square().sum().backward()
    assert layer.fraction.grad.abs().min() > 0
    assert all(p.grad is not None for p in network.parameters())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"edges": (0,)}, r"edges must be in \(0, 256\], found \[0.0\]"),
        ({"edges": (-3, 8)}, r"edges must be in \(0, 256\]"),
        ({"edges": (300,)}, r"edges must be in \(0, 256\]"),
        ({"edges": (math.nan,)}, r"edges must be in \(0, 256\], found \[nan\]"),
        ({"edges": (0.5,)}, r"edges must start in \[1, 256\], found \[0.5\]"),
        ({"edges": ()}, "at least one edge in one sequence"),
        ({"edges": 28}, "at least one edge in one sequence"),
        ({"edges": [[28, 34]]}, "at least one edge in one sequence"),
        ({"channels": 0}, "channels must be an integer of at least 1, found 0"),
        ({"size": 25.6}, r"size must be an integer of at least 1, found 25\.6"),
        ({"coordinates": "spherical"}, "coordinates must be 'polar' or 'cartesian', found"),
        ({"attention": "global"}, "attention must be 'channel', 'spatial' or None, found"),
        ({"window": "round"}, "window must be one of"),
        ({"window_width": 0}, "width of the window must be at least 1 bin, found 0"),
    ],
)
def test_layer_rejects_bad_settings(arguments, message):
    with pytest.raises(ValueError, match=message):
        SpeckleLayer(**arguments)


def test_layer_rejects_edges_that_are_no_numbers():
    with pytest.raises(TypeError, match="edges must be numbers, found 'wide'"):
        SpeckleLayer(edges="wide")


@pytest.mark.parametrize("shape", [(1, 8, 32, 32), (1, 4, 16, 16), (8, 16, 16)])
def test_layer_rejects_maps_of_another_shape(shape):
    with pytest.raises(ValueError, match="expected maps of shape"):
        SpeckleLayer(8, (4,), 16)(torch.zeros(shape))


@pytest.mark.parametrize("coordinates", ["polar", "cartesian"])
def test_layer_rejects_integers_and_values_that_are_not_finite(coordinates):
    layer = SpeckleLayer(1, (4,), 16, coordinates)
    with pytest.raises(TypeError, match="floating-point"):
        layer(torch.ones(1, 1, 16, 16, dtype=torch.int32))
    for value in (math.nan, -math.inf):
        maps = torch.ones(1, 1, 16, 16)
        maps[0, 0, 3, 4] = value
        with pytest.raises(ValueError, match="must be finite, found NaN or infinity"):
            layer(maps)


@pytest.mark.parametrize("coordinates", ["polar", "cartesian"])
def test_one_forward_pass_looks_at_its_numbers_once(coordinates, monkeypatch):
    looked = []
    monkeypatch.setattr(checks, "image", lambda value, name: looked.append(name))
    SpeckleLayer(1, (4,), 16, coordinates)(torch.ones(1, 1, 16, 16))
    assert looked == ["maps"]


def test_layer_whose_edge_became_nan_says_so():
    layer = SpeckleLayer(1, (4,), 16)
    with torch.no_grad():
        layer.fraction.fill_(math.nan)
    with pytest.raises(ValueError, match=r"edges must be in \(0, 16\], found \[nan\]"):
        layer(torch.ones(1, 1, 16, 16))


@pytest.mark.parametrize(("window", "width"), [("ramp", 1.0), ("ramp", 5.0), ("hard", 1.0)])
def test_no_frequency_beyond_the_reach_is_missed(window, width):
    """What a GPU leaves out by the bound is nothing, also for the gradient of the largest edge."""
    layer = SpeckleLayer(1, [9.0, 20.0], 64, window=window, window_width=width, largest=20)
    image, phase = torch.rand(2, 1, 64, 64), 6.28 * torch.rand(2, 1, 64, 64)
    found = []
    for reach in (layer.reach, 32):
        edges = layer.edges.detach().requires_grad_()
        form = {"window": window, "window_width": width, "reach": reach}
        out = form_speckle(image, edges, phase, **form)
        slope = torch.zeros(2)
        if window == "ramp":
            (slope,) = torch.autograd.grad(out.square().sum(), edges)
        found.append((out.detach(), slope))
    assert layer.reach < 16
    for few, all_of_them in zip(*found, strict=True):
        torch.testing.assert_close(few, all_of_them, rtol=1e-4, atol=1e-5)


def test_edges_stay_below_the_largest():
    layer = SpeckleLayer(1, [9.0], 64, largest=20)
    layer.fraction.data[:] = 0.9
    assert layer.edges.item() == 20
    for wrong in (0, 65, float("nan")):
        with pytest.raises(ValueError, match="largest"):
            SpeckleLayer(1, [9.0], 64, largest=wrong)
    with pytest.raises(ValueError, match="edges"):
        SpeckleLayer(1, [30.0], 64, largest=20)
