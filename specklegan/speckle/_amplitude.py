"""Eq. 2 for K windows at once, forward and backward, without transforms of zeros.

amplitude_k = |ifft2(fft2(image e^(i phase)) rows_k columns_k)|, as the paper writes it and
`torch.fft` would compute it, but: the forward transform is shared by the K windows; only bins that
a window lets pass are transformed (`_matrix_dft`); the images are worked through in blocks that
stay in the cache; and of all that lies between input and result, only the few bins of the shared
spectrum are kept for the backward pass, which forms the complex fields again. The gradient of the
amplitude with respect to its field z is z / |z|, and 0 where z = 0. This file knows no window's
formula.
"""

from contextlib import nullcontext

import torch
from torch.autograd.function import once_differentiable

from specklegan.speckle import _matrix_dft

CPU_BLOCK = 2**19  # pixels worked on at a time: their fields stay in the cache; by trial
GPU_BLOCK = 2**24  # enough to fill a GPU, little of its memory


def windowed_amplitude(
    image: torch.Tensor,
    phase: torch.Tensor,
    rows: torch.Tensor,
    columns: torch.Tensor,
    reach: int | None = None,
    scale: torch.Tensor | None = None,
) -> torch.Tensor:
    """Return the amplitudes of Eq. 2 for K separable windows.

    Parameters
    ----------
    image : torch.Tensor, float32 or float64, shape (..., H, W)
        Source amplitude.
    phase : torch.Tensor, same shape, type and device
        Phase in radians, without a gradient. Where images share one phase, an expanded tensor
        saves computing its cosine and sine for each of them.
    rows, columns : torch.Tensor, shapes (K, H) and (K, W)
        Weights of the windows along the two axes, in FFT bin order.
    reach : int, optional
        Highest frequency, in cycles per axis, that has a weight or whose weight needs a gradient;
        higher ones are left out. Where not given, it is read from the weights on a CPU, for each
        window: up to the last weight that is not 0 and, for its gradient, one bin more. Elsewhere
        reading would halt the device, and all frequencies are kept: there a bound saves much.
    scale : torch.Tensor, shape (..., K), optional
        Positive factor of each amplitude. Here it multiplies a few bins and its gradient is read
        from them; a factor applied to the result would pass over all pixels three times.

    Returns
    -------
    torch.Tensor, shape (..., K, H, W)
        Amplitudes, not negative; differentiable once, in all arguments but `phase`.

    Raises
    ------
    ValueError
        If shapes disagree, or `phase` needs a gradient.
    """
    _check(image, phase, rows, columns)
    *lead, height, width = image.shape
    scale = image.new_ones(*lead, len(rows)) if scale is None else scale.to(image.dtype)
    if scale.shape != (*lead, len(rows)):
        raise ValueError(f"scale must have shape {(*lead, len(rows))}, found {tuple(scale.shape)}")
    phase, shared = _without_repeats(phase)  # (P, H, W)
    image = image.reshape(len(phase), shared, height, width)
    reaches = list(zip(_reaches(rows, reach), _reaches(columns, reach), strict=True))
    scale = scale.reshape(len(phase), shared, len(rows))
    weights = rows.to(image.dtype), columns.to(image.dtype), scale
    with _full_precision(image.device):
        out = _WindowedAmplitude.apply(image, phase, *weights, reaches)
    return out.view(*lead, len(rows), height, width)


class _WindowedAmplitude(torch.autograd.Function):
    """Images (P, S, H, W), S of them a phase (P, H, W), to amplitudes (P, S, K, H, W)."""

    @staticmethod
    def forward(context, image, phase, rows, columns, scale, reaches):
        windows, highest = _windows(rows, columns, reaches)
        out = image.new_empty(*image.shape[:2], len(windows), *image.shape[2:])
        spectra = []
        for part in _blocks(image):
            field = image[part].unsqueeze(-3) * _phasor(phase[part[0]])  # (p, s, 2, H, W)
            spectra.append(_matrix_dft.analyse(field, highest))
            for k, window in enumerate(windows):
                out[part][:, :, k] = _square(window.field(spectra[-1], scale[part][..., k])).sqrt_()
        context.save_for_backward(phase, rows, columns, scale, *spectra)
        context.reaches = reaches
        return out

    @staticmethod
    @once_differentiable
    def backward(context, gradient):
        phase, rows, columns, scale, *spectra = context.saved_tensors
        windows, _ = _windows(rows, columns, context.reaches)
        images, scales = None, torch.empty_like(scale)
        if context.needs_input_grad[0]:
            images = gradient.new_empty(*gradient.shape[:2], *gradient.shape[3:])  # (P, S, H, W)
        with _full_precision(gradient.device):
            for part, spectrum in zip(_blocks(gradient[:, :, 0]), spectra, strict=True):
                arriving = torch.zeros_like(spectrum)
                for k, window in enumerate(windows):
                    arrived = gradient[part][:, :, k], scale[part][..., k]
                    scales[part][..., k] = window.backward(spectrum, *arrived, arriving)
                if images is not None:
                    field = _matrix_dft.synthesise(
                        _matrix_dft.amplitudes(arriving), images.shape[2:]
                    )
                    images[part] = field.mul_(_phasor(phase[part[0]])).sum(-3)
            weights = list(zip(*(window.gradients() for window in windows), strict=True))
        return images, None, *map(torch.stack, weights), scales, None


class _Window:
    """One separable window, cut to the bins |k| <= reach of a spectrum that has |k| <= highest."""

    def __init__(self, rows, columns, reach, highest):
        self.shape, self.reach = (len(rows), len(columns)), reach
        self.crop = (..., *(slice(h - m, h + m + 1) for h, m in zip(highest, reach, strict=True)))
        self.rows, self.columns = map(_cut, (rows, columns), reach)
        self.weights = self.rows[:, None] * self.columns / (len(rows) * len(columns))
        self.gradient = torch.zeros_like(self.weights)  # of the weights

    def field(self, spectrum, scale):
        """Return real and imaginary part (p, s, 2, H, W) of the field behind the window."""
        passed = spectrum[self.crop] * (scale[..., None, None] * self.weights)
        return _matrix_dft.synthesise(_matrix_dft.amplitudes(passed), self.shape)

    def backward(self, spectrum, gradient, scale, arriving):
        """Take the gradient (p, s, H, W) of the amplitude; add the spectrum's to `arriving`.

        Returns that of the scale, (p, s); that of the weights is summed up in `self.gradient`.
        """
        field = self.field(spectrum, scale)
        slope = _square(field).clamp_(min=torch.finfo(field.dtype).tiny).rsqrt_().mul_(gradient)
        passed = _matrix_dft.analyse(field.mul_(slope.unsqueeze(-3)), self.reach)
        arriving[self.crop] += passed * (scale[..., None, None] * self.weights)
        slopes = (spectrum[self.crop].conj() * passed).real
        self.gradient += (slopes * scale[..., None, None]).sum((0, 1))
        return (slopes * self.weights).sum((-2, -1))

    def gradients(self):
        """Return the gradients of the weights of rows (H,) and of columns (W,)."""
        gradient = self.gradient / (self.shape[0] * self.shape[1])
        parts = gradient @ self.columns, self.rows @ gradient
        return map(_uncut, parts, self.shape, self.reach)


def _windows(rows, columns, reaches):
    highest = tuple(map(max, zip(*reaches, strict=True)))
    cut = zip(rows, columns, reaches, strict=True)
    return [_Window(row, column, reach, highest) for row, column, reach in cut], highest


def _cut(weights, reach):
    size, like = len(weights), (weights.dtype, weights.device)
    return weights[_matrix_dft.bins(size, reach, weights.device)] * _matrix_dft.share(
        size, reach, *like
    )


def _uncut(gradient, size, reach):
    """Undo the cut of :func:`_cut`: its transpose."""
    share = _matrix_dft.share(size, reach, gradient.dtype, gradient.device)
    bins = _matrix_dft.bins(size, reach, gradient.device)
    return gradient.new_zeros(size).index_add(0, bins, gradient * share)


def _phasor(phase):
    """Return e^(i phase) of phases (p, H, W) as real and imaginary part (p, 1, 2, H, W)."""
    return torch.stack([phase.cos(), phase.sin()], dim=-3).unsqueeze(1)


def _square(field):
    """Return |z|^2 (p, s, H, W) of a field (p, s, 2, H, W)."""
    real, imaginary = field.unbind(-3)
    return (real * real).addcmul_(imaginary, imaginary)


def _blocks(image):
    """Yield slices of the first two axes of (P, S, H, W) that are worked on at a time."""
    phases, shared, height, width = image.shape
    block = CPU_BLOCK if image.device.type == "cpu" else GPU_BLOCK
    count = max(block // (height * width), 1)  # images in a block
    step, step_shared = max(count // shared, 1), min(count, shared)
    for p in range(0, phases, step):
        for s in range(0, shared, step_shared):
            yield slice(p, p + step), slice(s, s + step_shared)


def _without_repeats(phase):
    """Return phases (P, H, W), and how many consecutive images share each of them."""
    shared = 1
    while phase.ndim > 2 and phase.stride(-3) == 0:
        shared *= phase.shape[-3]
        phase = phase.select(-3, 0)
    return phase.reshape(phase.shape[:-2].numel(), *phase.shape[-2:]), shared


def _full_precision(device):
    """Switch autocasting off, where the device knows it."""
    if torch.amp.is_autocast_available(device.type):
        return torch.autocast(device.type, enabled=False)
    return nullcontext()


def _reaches(weights, reach):
    """Return for each window the highest frequency to keep of weights (K, N)."""
    count, size = weights.shape
    if reach is None and weights.device.type == "cpu":
        bins = torch.arange(size)
        frequency = torch.minimum(bins, size - bins)
        last = ((weights.detach() != 0) * frequency).amax(-1)
        return (last + 1).clamp(max=size // 2).tolist()
    return [size // 2 if reach is None else min(reach, size // 2)] * count


def _check(image, phase, rows, columns):
    expected = [tuple(image.shape), (len(rows), image.shape[-2]), (len(rows), image.shape[-1])]
    found = [tuple(each.shape) for each in (phase, rows, columns)]
    if found != expected:
        raise ValueError(f"phase, rows, columns must have shapes {expected}, found {found}")
    if phase.requires_grad:
        raise ValueError("phase must not need a gradient: none is computed for it")
