"""Adversarial training with the non-saturating losses, checkpoints and resume.

Paper, section 'GAN' losses L_D and L_G. The loop takes any generator and discriminator with
`generator(z, mask, random)` and `discriminator(image, mask)`, arrays, and settings; it knows no
architecture and no data set. A run that was stopped continues from its last checkpoint.
"""

import json
import os
import signal
import threading
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn


@dataclass(frozen=True)
class TrainingSettings:
    """Settings of one training; a checkpoint is continued only with the same ones.

    Parameters
    ----------
    steps : int
        Updates of each network. `steps` times `batch` images are seen.
    batch : int
        Images in a batch; not in the paper's text.
    rate, discriminator_rate : float
        Initial learning rates of Adam. The paper's lie between 3e-4 and 1e-3.
    final_rate : float
        Rate of the generator at the end (paper: 1e-4 or 3e-5). It is lowered in two equal
        factors, after 1/2 and 3/4 of the steps; the discriminator's by the same factors.
    latent : int
        Components of z; paper: 128.
    average : float
        Decay of the running average of the generator's weights; 0, the paper's, keeps none.
    seed : int
        Seed of sampling, augmentation, z and speckle phases.
    """

    steps: int = 600
    batch: int = 16
    rate: float = 5e-4
    discriminator_rate: float = 2e-4
    final_rate: float = 1e-4
    latent: int = 128
    average: float = 0.0
    seed: int = 0

    def __post_init__(self):
        """Check the ranges."""
        for name in ("steps", "batch", "rate", "discriminator_rate", "final_rate", "latent"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} must be positive, found {getattr(self, name)}")
        if not 0 <= self.average < 1:
            raise ValueError(f"average must be in [0, 1), found {self.average}")

    def factor(self, step):
        """Return the factor of both learning rates at a step (0-based)."""
        total = self.final_rate / self.rate
        return (
            1.0 if step < self.steps // 2 else total**0.5 if step < 3 * self.steps // 4 else total
        )


def discriminator_loss(real_logits, fake_logits):
    """L_D of the paper, - E log D(x|y) - E log(1 - D(G(z|y))), from logits (B,); in nats."""
    return F.softplus(-real_logits).mean() + F.softplus(fake_logits).mean()


def generator_loss(fake_logits):
    """Non-saturating L_G of the paper, - E log D(G(z|y)), from logits (B,); in nats."""
    return F.softplus(-fake_logits).mean()


def train(
    generator,
    discriminator,
    images,
    masks,
    settings,
    folder=None,
    augment=None,
    monitor=None,
    progress=None,
    checkpoint_seconds=60.0,
):
    """Train both networks in place, from the last checkpoint in `folder` if there is one.

    Parameters
    ----------
    generator, discriminator : torch.nn.Module
        On one device.
    images : array, float32, shape (N, 1, H, W)
        Real images in [-1, 1].
    masks : array, uint8, shape (N, 1, H, W)
        Their masks, integer class values.
    settings : TrainingSettings
        What to do.
    folder : path, optional
        Where `state.pt` is kept while training; no checkpoints where not given.
    augment : callable, optional
        (images, masks, torch.Generator) to images and masks of the same shapes.
    monitor : callable, optional
        Called with no argument at each history entry; its dict is added to the entry.
    progress : callable, optional
        Called as progress(step, steps) at each history entry.
    checkpoint_seconds : float
        Time between checkpoints.

    Returns
    -------
    torch.nn.Module, list of dict
        The generator to use (its running average where one is kept) and the history: step,
        images seen, losses in nats, mean probabilities that D gives to patches of real and of
        generated images.

    Raises
    ------
    ValueError
        If there are fewer images than a batch, shapes disagree, a checkpoint is damaged or was
        made with other settings.
    FloatingPointError
        If a loss is no longer finite.
    """
    run = _Run(generator, discriminator, images, masks, settings, augment)
    state = Path(folder) / "state.pt" if folder else None
    if state and state.exists():
        run.restore(state)
    saved = time.monotonic()
    with _stop_on_sigterm() as stop:
        while run.step < settings.steps:
            losses = run.update()
            if run.step % run.every == 0 or run.step == settings.steps:
                run.note(losses, monitor, progress)
            if state and (stop.is_set() or time.monotonic() - saved > checkpoint_seconds):
                run.save(state)
                saved = time.monotonic()
            if stop.is_set():
                raise SystemExit(f"stopped at step {run.step} of {settings.steps}: state saved")
    if state:
        run.save(state)
    return run.result(), run.history


class _Run:
    """Everything that changes while training, so that it can be saved as a whole."""

    def __init__(self, generator, discriminator, images, masks, settings, augment):
        _check(images, masks, settings.batch)
        self.generator, self.discriminator = generator, discriminator
        self.settings, self.augment = settings, augment
        self.device = next(generator.parameters()).device
        self.images = torch.as_tensor(images).to(self.device)
        self.masks = torch.as_tensor(masks).to(self.device)
        self.optimizers = [
            torch.optim.Adam(network.parameters(), lr=rate, betas=(0.5, 0.999), eps=1e-8)
            for network, rate in (
                (generator, settings.rate),
                (discriminator, settings.discriminator_rate),
            )
        ]
        self.average = None
        if settings.average:
            update = get_ema_multi_avg_fn(settings.average)
            self.average = AveragedModel(generator, multi_avg_fn=update)
        self.random = torch.Generator(self.device).manual_seed(settings.seed)
        self.order = torch.empty(0, dtype=torch.long, device=self.device)
        self.step, self.history = 0, []
        self.every = max(settings.steps // 100, 1)

    def update(self):
        """One step of both networks; returns the logits that the history needs."""
        self._set_rates()
        generator_step, discriminator_step = self.optimizers
        images, masks = self._batch()
        z = torch.randn(len(masks), self.settings.latent, generator=self.random, device=self.device)
        fake = self.generator(z, masks, self.random)
        real_logits, fake_logits = self._judge(images, fake.detach(), masks)
        loss = discriminator_loss(real_logits, fake_logits)
        discriminator_step.zero_grad()
        loss.backward()
        discriminator_step.step()
        # The generator's step needs no gradient of the discriminator's weights.
        self.discriminator.requires_grad_(False)
        generator_step.zero_grad()
        loss_g = generator_loss(self._judge(images, fake, masks)[1])
        loss_g.backward()
        generator_step.step()
        self.discriminator.requires_grad_(True)
        if self.average is not None:
            self.average.update_parameters(self.generator)
        self.step += 1
        return loss.detach(), loss_g.detach(), real_logits.detach(), fake_logits.detach()

    def _judge(self, images, fake, masks):
        """Return logits of real and generated images, which pass the discriminator together.

        Its batch normalisation would otherwise subtract the brightness and contrast of each kind
        before it could compare them, and the generator could drift to any grey level unseen.
        """
        both = torch.cat([images, fake]), torch.cat([masks, masks])
        return self.discriminator(*both).chunk(2)

    def _set_rates(self):
        factor = self.settings.factor(self.step)
        rates = (self.settings.rate, self.settings.discriminator_rate)
        for optimizer, rate in zip(self.optimizers, rates, strict=True):
            optimizer.param_groups[0]["lr"] = rate * factor

    def _batch(self):
        """Draw without replacement until the images are used up, then shuffle anew."""
        while len(self.order) < self.settings.batch:
            shuffled = torch.randperm(len(self.images), generator=self.random, device=self.device)
            self.order = torch.cat([self.order, shuffled])
        chosen, self.order = self.order.split(
            [self.settings.batch, len(self.order) - self.settings.batch]
        )
        batch = self.images[chosen], self.masks[chosen]
        return self.augment(*batch, self.random) if self.augment else batch

    def note(self, losses, monitor, progress):
        loss_d, loss_g, real_logits, fake_logits = losses
        entry = {
            "step": self.step,
            "images_seen": self.step * self.settings.batch,
            "loss_d": loss_d.item(),
            "loss_g": loss_g.item(),
            "p_real": real_logits.sigmoid().mean().item(),
            "p_fake": fake_logits.sigmoid().mean().item(),
        }
        if not all(map(torch.isfinite, map(torch.tensor, (entry["loss_d"], entry["loss_g"])))):
            raise FloatingPointError(f"loss not finite at step {self.step}: {entry}")
        self.history.append(entry | (monitor() if monitor else {}))
        if progress:
            progress(self.step, self.settings.steps)

    def result(self):
        """Return the generator to use, in evaluation mode."""
        if self.average is None:
            return self.generator.eval()
        return self._settle(self.average.module)

    @torch.no_grad()
    def _settle(self, generator, passes=50):
        """Estimate batch statistics and spectral norms for the averaged weights."""
        random = torch.Generator(self.device).manual_seed(self.settings.seed)
        count, batch = len(self.images), self.settings.batch
        generator.train()
        for _ in range(passes):
            chosen = torch.randint(count, (batch,), generator=random, device=self.device)
            z = torch.randn(batch, self.settings.latent, generator=random, device=self.device)
            generator(z, self.masks[chosen], random)
        return generator.eval()

    def save(self, path):
        """Write the checkpoint under a temporary name, then rename: never half a file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(".tmp")
        with open(temporary, "wb") as file:
            torch.save(self._state(), file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)

    def _state(self):
        return {
            "settings": asdict(self.settings),
            "step": self.step,
            "generator": self.generator.state_dict(),
            "discriminator": self.discriminator.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            "average": self.average.state_dict() if self.average else None,
            "random": self.random.get_state(),
            "order": self.order,
            "history": json.dumps(self.history),
        }

    def restore(self, path):
        try:
            state = torch.load(path, map_location=self.device, weights_only=True)
            settings = state["settings"]
        except Exception as error:  # torch.load raises many kinds for a damaged file
            raise ValueError(f"{path}: not a checkpoint of this program: {error}") from error
        if settings != asdict(self.settings):
            raise ValueError(f"{path}: made with {settings}, expected {asdict(self.settings)}; "
                             "remove it to start anew")  # fmt: skip
        self.generator.load_state_dict(state["generator"])
        self.discriminator.load_state_dict(state["discriminator"])
        for optimizer, saved in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)
        if self.average is not None:
            self.average.load_state_dict(state["average"])
        self.random.set_state(state["random"].cpu())
        self.order, self.step = state["order"], state["step"]
        self.history = json.loads(state["history"])


def _check(images, masks, batch):
    if images.ndim != 4 or images.shape[1] != 1 or images.shape != masks.shape:
        raise ValueError(f"images and masks must both have shape (N, 1, H, W), found "
                         f"{tuple(images.shape)} and {tuple(masks.shape)}")  # fmt: skip
    if len(images) < 1:
        raise ValueError(f"no images to train on; expected at least 1 for batches of {batch}")


@contextmanager
def _stop_on_sigterm():
    """Set an event on SIGTERM instead of dying, so that the state can be saved first."""
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    previous = signal.signal(signal.SIGTERM, lambda *_: stop.set())
    try:
        yield stop
    finally:
        signal.signal(signal.SIGTERM, previous)
