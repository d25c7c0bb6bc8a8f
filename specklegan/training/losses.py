"""The non-saturating losses of the paper (section 'GAN', L_D and L_G), from logits, in nats.

Logits are a tensor or a sequence of groups of logits, such as those of patches and those of whole
images; each group counts equally, however many logits it holds.
"""

from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F

Logits = torch.Tensor | Sequence[torch.Tensor]


def logit_groups(logits: Logits) -> list[torch.Tensor]:
    """Return the groups of logits as a list: one where they are a single tensor."""
    return [logits] if isinstance(logits, torch.Tensor) else list(logits)


def group_mean(function: Callable[[torch.Tensor], torch.Tensor], logits: Logits) -> torch.Tensor:
    """Return the mean over groups of a function's mean over each group's logits, shape ()."""
    return torch.stack([function(group).mean() for group in logit_groups(logits)]).mean()


def discriminator_loss(real_logits: Logits, fake_logits: Logits) -> torch.Tensor:
    """L_D of the paper, - E log D(x|y) - E log(1 - D(G(z|y))), from logits (B, ...); in nats."""
    real = group_mean(lambda logits: F.softplus(-logits), real_logits)
    return real + group_mean(F.softplus, fake_logits)


def generator_loss(fake_logits: Logits) -> torch.Tensor:
    """Non-saturating L_G of the paper, - E log D(G(z|y)), from logits (B, ...); in nats."""
    return group_mean(lambda logits: F.softplus(-logits), fake_logits)


def r1_penalty(logits: Logits, images: torch.Tensor) -> torch.Tensor:
    """Return E |grad_x D(x)|^2 at the images, D an image's mean logit; differentiable.

    Parameters
    ----------
    logits : torch.Tensor, shape (B, ...), or a sequence of such groups
        Of these images. D is the mean over groups of each group's mean.
    images : torch.Tensor, shape (A, 1, H, W), A >= B
        The discriminator's input, which requires a gradient; the logits are of its first B.

    Returns
    -------
    torch.Tensor, shape ()
        In logits squared per grey level squared; the loss is half of it times a weight.
    """
    groups = logit_groups(logits)
    means = [group.reshape(len(group), -1).mean(1) for group in groups]
    total = torch.stack(means).mean(0).sum()
    (gradient,) = torch.autograd.grad(total, images, create_graph=True)
    return gradient[: len(groups[0])].float().square().sum((1, 2, 3)).mean()
