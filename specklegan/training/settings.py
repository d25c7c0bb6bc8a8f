"""Settings of one training, and what happens at which step: rates, validations, samples.

A dataclass with the reason of each default, and pure functions of the step. Nothing here trains.
"""

import math
from dataclasses import dataclass

DISGUISES = ("rotation", "flip", "gain", "cutout")
PRECISIONS = ("float32", "bfloat16")


@dataclass(frozen=True)
class TrainingSettings:
    """Settings of one training; a checkpoint is continued only with the same ones.

    Parameters
    ----------
    steps : int
        Updates of each network. `steps` times `batch` images are seen. Ours; the paper lowers its
        rates 'every few hundred epochs' and does not say how many it trains.
    batch : int
        Images in a batch; not in the paper's text. 16 are enough for batch statistics.
    rate : float
        Initial learning rate of the generator's Adam. The paper's lie between 3e-4 and 1e-3.
    discriminator_rate : float
        That of the discriminator, 0.4 times the generator's: with equal rates it won early in our
        trials, and the generator learned less.
    final_rate : float
        Rate of the generator at the end (paper: 1e-4 or 3e-5). It is lowered in two equal
        factors, after 1/2 and 3/4 of the steps; the discriminator's by the same factors.
    latent : int
        Components of z; paper: 128.
    average : float
        Decay of the running average of the generator's weights a step; 0, the paper's, keeps none.
    average_warm_up : bool
        Let a slow average forget the first weights sooner, see :func:`running_average`.
    seed : int
        Seed of sampling, augmentation, z and speckle phases.
    validate_every : int
        Images seen between two validations; 0 for none. The paper validates while it trains and
        keeps the best generator; how often is not in its text. 0, because a validation needs a
        distance, which :func:`train` is given or not.
    r1 : float
        Weight of the R1 penalty on the discriminator's gradient at real images, which keeps it
        smooth around few examples; 0, the paper's, for none. About 2e-4 size^2 / batch else.
    r1_every : int
        Steps between two penalties, which then weigh as much more (Karras et al. 2020): its second
        derivatives cost about as much as a step.
    separate : bool
        Whether real and generated images pass the discriminator in batches of their own. Off: one
        with batch normalisation must see both together. On: one without it saves the real ones in
        the generator's step, and its deviation over the batch is of one kind.
    disguise : tuple of {"rotation", "flip", "gain", "cutout"}
        Augmentation of the discriminator's input, real and generated alike
        (:func:`disguise`). Empty, as in the paper.
    precision : {"float32", "bfloat16"}
        Type of products and convolutions; weights and their updates are float32 either way.
        float32, since it gives the same numbers on every machine; see :func:`precision_for`.

    Raises
    ------
    ValueError
        If a value is outside its range.
    """

    steps: int = 600
    batch: int = 16
    rate: float = 5e-4
    discriminator_rate: float = 2e-4
    final_rate: float = 1e-4
    latent: int = 128
    average: float = 0.0
    average_warm_up: bool = False
    seed: int = 0
    validate_every: int = 0
    r1: float = 0.0
    r1_every: int = 1
    separate: bool = False
    disguise: tuple[str, ...] = ()
    precision: str = "float32"

    def __post_init__(self) -> None:
        """Check the ranges."""
        object.__setattr__(self, "disguise", tuple(self.disguise))
        for name in ("steps", "batch", "latent", "r1_every"):
            if not (isinstance(getattr(self, name), int) and getattr(self, name) > 0):
                raise ValueError(f"{name} must be a positive integer, found {getattr(self, name)}")
        for name in ("rate", "discriminator_rate", "final_rate"):
            if not 0 < getattr(self, name) < math.inf:
                raise ValueError(f"{name} must be positive and finite, found {getattr(self, name)}")
        for name in ("validate_every", "r1"):
            if not getattr(self, name) >= 0:
                raise ValueError(f"{name} must be 0 or more, found {getattr(self, name)}")
        if not 0 <= self.average < 1:
            raise ValueError(f"average must be in [0, 1), found {self.average}")
        unknown = [kind for kind in self.disguise if kind not in DISGUISES]
        if unknown:
            raise ValueError(f"disguise: found {unknown[0]!r}, expected of {', '.join(DISGUISES)}")
        if self.precision not in PRECISIONS:
            known = " or ".join(PRECISIONS)
            raise ValueError(f"precision must be {known}, found {self.precision!r}")

    def factor(self, step: int) -> float:
        """Return the factor of both learning rates at a step (0-based)."""
        total = self.final_rate / self.rate
        return (
            1.0 if step < self.steps // 2 else total**0.5 if step < 3 * self.steps // 4 else total
        )

    @property
    def note_every(self) -> int:
        """Steps between two entries of the history: about 100 in all."""
        return max(self.steps // 100, 1)

    def penalises(self, step: int) -> bool:
        """Tell whether R1 is part of a step (0-based)."""
        return self.r1 > 0 and step % self.r1_every == 0

    def notes(self, step: int) -> bool:
        """Tell whether the history gets an entry after this many steps."""
        return step % self.note_every == 0 or step == self.steps

    def validates(self, step: int) -> bool:
        """Tell whether to validate after this many steps: every so many images, and at the end."""
        if not self.validate_every:
            return False
        before, now = ((k * self.batch) // self.validate_every for k in (step - 1, step))
        return now > before or step == self.steps

    def samples(self, step: int) -> bool:
        """Tell whether to keep sample images after this many steps: 1/8, 1/4, 1/2 and all."""
        return step in {max(self.steps >> k, 1) for k in range(4)}


def precision_for(device: object) -> str:
    """Choose the precision for a kind of device.

    Parameters
    ----------
    device : torch.device or str
        Such as `cuda` or `cpu`.

    Returns
    -------
    str
        `bfloat16` on a GPU, whose units for it are several times as fast; else `float32`, because
        most CPUs only emulate half precision.
    """
    return "bfloat16" if str(device).startswith("cuda") else "float32"
