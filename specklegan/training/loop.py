"""Adversarial training: one step after another, noted, validated, saved, continued.

Paper, sections 'GAN' and 'GAN evaluation'. The loop takes any generator and discriminator with
`generator(z, mask, random)` to images and `discriminator(image, mask)` to logits or to groups of
logits, arrays, settings, and callables for augmentation and validation; it knows no architecture,
no data set and no image feature. A run that was stopped continues from its last checkpoint as if
nothing had happened.
"""

import copy
import functools
import json
import math
import signal
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from specklegan.training import checkpoint
from specklegan.training.discriminator_augmentation import disguise
from specklegan.training.ema import running_average, settle
from specklegan.training.losses import (
    discriminator_loss as discriminator_loss,
    generator_loss as generator_loss,
    group_mean,
    r1_penalty,
)
from specklegan.training.settings import (
    TrainingSettings as TrainingSettings,
    precision_for as precision_for,
)

CURVES = ("loss_d", "loss_g", "p_real", "p_fake")


def train(
    generator: nn.Module,
    discriminator: nn.Module,
    images: np.ndarray | torch.Tensor,
    masks: np.ndarray | torch.Tensor,
    settings: TrainingSettings,
    folder: str | Path | None = None,
    augment: Callable[
        [torch.Tensor, torch.Tensor, torch.Generator], tuple[torch.Tensor, torch.Tensor]
    ]
    | None = None,
    monitor: Callable[[], dict[str, Any]] | None = None,
    progress: Callable[[int, int], object] | None = None,
    checkpoint_seconds: float = 60.0,
    validate: Callable[[nn.Module], float] | None = None,
    sample: Callable[[int, nn.Module], object] | None = None,
    finish: Callable[[nn.Module], object] | None = None,
    compiled: bool = False,
) -> tuple[nn.Module, list[dict[str, Any]]]:
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
        (images, masks, torch.Generator on the CPU) to images and masks of the same shapes.
    monitor : callable, optional
        Called with no argument at each history entry; its dict is added to the entry.
    progress : callable, optional
        Called as progress(step, steps) at each history entry.
    checkpoint_seconds : float
        Time between checkpoints.
    validate : callable, optional
        (generator, in inference mode) to a distance from the real images, smaller is better;
        called every `settings.validate_every` images. It must not touch the global random state.
        The generator with the smallest one is returned.
    sample : callable, optional
        Called as sample(step, generator, in inference mode) after 1/8, 1/4, 1/2 and all of the
        steps, to keep images; once more for the same step where a run was killed after it.
    finish : callable, optional
        (generator, in inference mode): called with the last one, before the best takes its place.
    compiled : bool
        Pass both networks through `torch.compile`. Its results equal the plain ones to rounding;
        off, because compiling takes longer than a short training.

    Returns
    -------
    torch.nn.Module, list of dict
        The generator to use, in inference mode (the best one where `validate` chose it, else the
        last; its running average where one is kept), and the history: step, images seen, means
        since the entry before of losses in nats and of the probabilities that D gives to real and
        to generated images, and `distance` where it was validated.

    Raises
    ------
    ValueError
        If there are no images, shapes disagree, or the checkpoint is damaged or another training's.
    FloatingPointError
        If a loss is no longer finite.
    OSError
        If a checkpoint cannot be written; the previous one is kept.
    SystemExit, KeyboardInterrupt
        After SIGTERM or SIGINT: the step is ended and the state saved first.
    """
    run = _Run(generator, discriminator, images, masks, settings, augment, compiled)
    state = Path(folder) / "state.pt" if folder else None
    if state and state.exists():
        run.restore(state)
    saved = time.monotonic()
    with checkpoint.stop_on_signal() as stop:
        while run.step < settings.steps and not stop:
            run.update()
            if settings.notes(run.step) or settings.validates(run.step):
                run.note(monitor, progress)
            if validate and settings.validates(run.step):
                run.validate(validate)
            if sample and settings.samples(run.step):
                with run.inference(run.generator) as network:
                    sample(run.step, network)
            due = run.step == settings.steps or time.monotonic() - saved > checkpoint_seconds
            if state and (due or stop):
                run.save(state)
                saved = time.monotonic()
    if run.step < settings.steps:
        text = f"stopped at step {run.step} of {settings.steps}" + (
            ": state saved" if state else ""
        )
        raise KeyboardInterrupt(text) if stop[-1] == signal.SIGINT else SystemExit(text)
    if finish:
        with run.inference(run._current()) as network:
            finish(network)
    return run.result(), run.history


class _Run:
    """Everything that changes while training, so that it can be saved as a whole."""

    def __init__(self, generator, discriminator, images, masks, settings, augment, compiled):
        _check(images, masks, settings.batch)
        self.generator, self.discriminator = generator.train(), discriminator.train()
        self.networks = {"generator": generator, "discriminator": discriminator}
        wrap = torch.compile if compiled else lambda network: network
        self.make, self.answer = wrap(generator), wrap(discriminator)
        self.settings, self.augment = settings, augment
        self.device = next(generator.parameters()).device
        self.images = torch.as_tensor(images).to(self.device)
        self.masks = torch.as_tensor(masks).to(self.device)
        rates = settings.rate, settings.discriminator_rate
        how: dict[str, Any] = {"betas": (0.5, 0.999), "eps": 1e-8}  # paper
        how |= {"fused": True} if self.device.type == "cuda" else {}
        self.optimizers = [
            torch.optim.Adam(network.parameters(), lr=rate, **how)
            for network, rate in zip(self.networks.values(), rates, strict=True)
        ]
        self.average = None
        if settings.average:
            self.average = running_average(generator, settings.average, settings.average_warm_up)
        self.random = torch.Generator(self.device).manual_seed(settings.seed)
        self.chance = torch.Generator().manual_seed(settings.seed)  # of augmentation
        self.order = torch.empty(0, dtype=torch.long, device=self.device)
        self.sums, self.summed = torch.zeros(len(CURVES), device=self.device), 0
        self.step, self.history, self.best = 0, [], None

    def update(self):
        """Make one step of both networks; nothing in it waits for the device."""
        self._set_rates()
        images, masks = self._batch()
        fake = self._fake(masks)
        generator_step, discriminator_step = self.optimizers
        penalised = self.settings.penalises(self.step)
        real_logits, fake_logits, seen = self._judge_both(images, fake.detach(), masks, penalised)
        loss_d = loss = discriminator_loss(real_logits, fake_logits)
        if penalised:
            weight = self.settings.r1 * self.settings.r1_every / 2
            loss = loss + weight * r1_penalty(real_logits, seen)
        discriminator_step.zero_grad()
        loss.backward()
        discriminator_step.step()
        # The generator's step needs no gradient of the discriminator's weights.
        self.discriminator.requires_grad_(False)
        loss_g = generator_loss(self._judge_fake(images, fake, masks))
        generator_step.zero_grad()
        loss_g.backward()
        generator_step.step()
        self.discriminator.requires_grad_(True)
        if self.average is not None:
            self.average.update_parameters(self.generator)
        self._add_up(loss_d, loss_g, real_logits, fake_logits)
        self.step += 1

    def _fake(self, masks):
        z = torch.randn(len(masks), self.settings.latent, generator=self.random, device=self.device)
        with self._precision():
            return self.make(z, masks, self.random).float()

    def _judge_both(self, images, fake, masks, penalised):
        """Return logits of real and of generated images, and what was seen, the real ones first.

        Together, unless the settings say otherwise: batch normalisation would subtract the
        brightness and contrast of each kind before the discriminator could compare them, and the
        generator could drift to any grey level unseen.
        """
        if self.settings.separate:
            real_logits, seen = self._judge(images, masks, penalised)
            return real_logits, self._judge(fake, masks)[0], seen
        both = torch.cat([images, fake]), torch.cat([masks, masks])
        logits, seen = self._judge(*both, penalised)
        return *_halves(logits), seen

    def _judge_fake(self, images, fake, masks):
        """Return logits of generated images, as they are judged beside real ones or alone."""
        if self.settings.separate:
            return self._judge(fake, masks)[0]
        logits, _ = self._judge(torch.cat([images, fake]), torch.cat([masks, masks]))
        return _halves(logits)[1]

    def _judge(self, seen, labels, penalised=False):
        """Return logits, in float32, and the images as the discriminator saw them."""
        if self.settings.disguise:
            seen, labels = disguise(seen, labels, self.settings.disguise, self.random)
        if penalised:
            seen = seen.detach().requires_grad_()
        # compiled networks have no second derivative, which the penalty's gradient needs
        answer = self.discriminator if penalised else self.answer
        with self._precision():
            logits = answer(seen, labels)
        return _each(torch.Tensor.float, logits), seen

    def _precision(self):
        lower = self.settings.precision == "bfloat16"
        return torch.autocast(self.device.type, torch.bfloat16, enabled=lower)

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
        chosen, rest = self.order[: self.settings.batch], self.order[self.settings.batch :]
        self.order = rest.clone()
        batch = self.images[chosen], self.masks[chosen]
        return self.augment(*batch, self.chance) if self.augment else batch

    @torch.no_grad()
    def _add_up(self, loss_d, loss_g, real_logits, fake_logits):
        shares = (group_mean(torch.sigmoid, logits) for logits in (real_logits, fake_logits))
        self.sums += torch.stack([loss_d, loss_g, *shares])
        self.summed += 1

    def note(self, monitor, progress):
        """Add an entry to the history: the only place that waits for the device."""
        means = dict(zip(CURVES, (self.sums / self.summed).tolist(), strict=True))
        entry = {"step": self.step, "images_seen": self.step * self.settings.batch, **means}
        if not math.isfinite(entry["loss_d"] + entry["loss_g"]):
            raise FloatingPointError(f"loss not finite at step {self.step}: {entry}")
        self.sums, self.summed = torch.zeros_like(self.sums), 0
        self.history.append(entry | (monitor() if monitor else {}))
        if progress:
            progress(self.step, self.settings.steps)

    def validate(self, distance):
        """Measure the generator that would be used now; keep it where it is the best so far."""
        network = self._current()
        with self.inference(network):
            found = float(distance(network))
        self.history[-1]["distance"] = found
        if found < (self.best["distance"] if self.best else math.inf):
            weights = copy.deepcopy(network.state_dict())
            self.best = {"step": self.step, "distance": found, "weights": weights}

    def result(self):
        """Return the generator to use, in inference mode."""
        if self.best is None:
            return self._current().eval()
        network = self.generator if self.average is None else self.average.module
        network.load_state_dict(self.best["weights"])
        return network.eval()

    def _current(self):
        if self.average is None:
            return self.generator
        with self._precision():
            settle(self.average.module, self.masks, self.settings)
        return self.average.module

    @contextmanager
    def inference(self, network):
        """Put a network into inference mode for a while."""
        with torch.no_grad():
            yield network.eval()
        network.train()

    def save(self, path):
        """Write the checkpoint."""
        state = {name: network.state_dict() for name, network in self.networks.items()}
        state |= {"optimizers": [optimizer.state_dict() for optimizer in self.optimizers]}
        state |= {"average": self.average.state_dict() if self.average else None}
        state |= {"random": self.random.get_state(), "chance": self.chance.get_state()}
        state |= {"order": self.order, "sums": self.sums}
        state |= {"step": self.step, "summed": self.summed, "best": self.best}
        checkpoint.save_checkpoint(
            path, state | {"history": json.dumps(self.history)}, self._identity
        )

    def restore(self, path):
        """Continue from a checkpoint."""
        state = checkpoint.load_checkpoint(path, self.device, self._identity)
        for name, network in self.networks.items():
            network.load_state_dict(state[name])
        for optimizer, saved in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)
        if self.average is not None:
            self.average.load_state_dict(state["average"])
        self.random.set_state(state["random"].cpu())
        self.chance.set_state(state["chance"].cpu())
        self.order, self.sums, self.best = state["order"], state["sums"], state["best"]
        self.step, self.summed = state["step"], state["summed"]
        self.history = json.loads(state["history"])

    @functools.cached_property
    def _identity(self):
        return checkpoint.identity(self.settings, self.networks, self.images, self.masks)


def _each(function, logits):
    """Apply a function to logits, or to each group of them."""
    if isinstance(logits, torch.Tensor):
        return function(logits)
    return [function(group) for group in logits]


def _halves(logits):
    """Part logits, or each group of them, into those of the first and of the second half."""
    if isinstance(logits, torch.Tensor):
        return logits.chunk(2)
    return tuple(zip(*(group.chunk(2) for group in logits), strict=True))


def _check(images, masks, batch):
    if images.ndim != 4 or images.shape[1] != 1 or images.shape != masks.shape:
        raise ValueError(f"images and masks must both have shape (N, 1, H, W), found "
                         f"{tuple(images.shape)} and {tuple(masks.shape)}")  # fmt: skip
    if len(images) < 1:
        raise ValueError(f"no images to train on; expected at least 1 for batches of {batch}")
