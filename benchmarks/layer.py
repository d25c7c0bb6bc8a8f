"""The speckle formation of four sizes, forward and backward, against Eq. 2 per window."""

import torch

from benchmarks.timing import alternate, table
from specklegan.speckle import form_speckle, random_phase, spectral_window


def per_window(image, edges, phase):
    """Eq. 2 written out: two transforms for each window."""
    size, results = image.shape[-1], []
    for edge in edges:
        window = spectral_window(edge, size)
        field = torch.fft.fft2(image * torch.exp(1j * phase))
        results.append(torch.fft.ifft2(field * window[:, None] * window).abs())
    return torch.stack(results, dim=-3)


def case(size, batch=4, channels=8):
    """Time both for maps of one size, after checking that they agree."""
    image = torch.rand(batch, channels, size, size, requires_grad=True)
    edges = (torch.tensor([28.3, 34.2, 41.7, 48.1]) * size / 256).requires_grad_()
    phase = random_phase(image.detach())
    ways = {"reference": per_window, "ours": form_speckle}
    results = [way(image, edges, phase).detach() for way in ways.values()]
    torch.testing.assert_close(*results, rtol=1e-4, atol=1e-5)
    return alternate(
        {k: lambda w=w: w(image, edges, phase).sum().backward() for k, w in ways.items()}
    )


if __name__ == "__main__":
    torch.manual_seed(0)
    table([(f"B 4, C 8, K 4, {size} px", case(size)) for size in (64, 128, 256)])
