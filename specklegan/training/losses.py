"""The non-saturating losses of the paper (section 'GAN', L_D and L_G), from logits, in nats."""

import torch
import torch.nn.functional as F


def discriminator_loss(real_logits: torch.Tensor, fake_logits: torch.Tensor) -> torch.Tensor:
    """L_D of the paper, - E log D(x|y) - E log(1 - D(G(z|y))), from logits (B, ...); in nats."""
    return F.softplus(-real_logits).mean() + F.softplus(fake_logits).mean()


def generator_loss(fake_logits: torch.Tensor) -> torch.Tensor:
    """Non-saturating L_G of the paper, - E log D(G(z|y)), from logits (B, ...); in nats."""
    return F.softplus(-fake_logits).mean()


def r1_penalty(logits: torch.Tensor, images: torch.Tensor) -> torch.Tensor:
    """Return E |grad_x D(x)|^2 at the images, D an image's mean logit; differentiable.

    Parameters
    ----------
    logits : torch.Tensor, shape (B, ...)
        Of these images.
    images : torch.Tensor, shape (A, 1, H, W), A >= B
        The discriminator's input, which requires a gradient; the logits are of its first B.

    Returns
    -------
    torch.Tensor, shape ()
        In logits squared per grey level squared; the loss is half of it times a weight.
    """
    total = logits.flatten(1).mean(1).sum() if logits.ndim > 1 else logits.sum()
    (gradient,) = torch.autograd.grad(total, images, create_graph=True)
    return gradient[: len(logits)].float().square().sum((1, 2, 3)).mean()
