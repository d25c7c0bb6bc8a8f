"""The non-saturating losses of the paper (section 'GAN', L_D and L_G), from logits, in nats."""

import torch.nn.functional as F


def discriminator_loss(real_logits, fake_logits):
    """L_D of the paper, - E log D(x|y) - E log(1 - D(G(z|y))), from logits (B, ...); in nats."""
    return F.softplus(-real_logits).mean() + F.softplus(fake_logits).mean()


def generator_loss(fake_logits):
    """Non-saturating L_G of the paper, - E log D(G(z|y)), from logits (B, ...); in nats."""
    return F.softplus(-fake_logits).mean()
