from .discriminator_augmentation import disguise as disguise
from .ema import running_average as running_average, settle as settle
from .health import history_warnings as history_warnings, image_warnings as image_warnings
from .loop import train as train
from .losses import (
    discriminator_loss as discriminator_loss,
    generator_loss as generator_loss,
    group_mean as group_mean,
    logit_groups as logit_groups,
    r1_penalty as r1_penalty,
)
from .search import (
    best_candidate as best_candidate,
    candidate_name as candidate_name,
    chosen_rates as chosen_rates,
    rate_candidates as rate_candidates,
)
from .settings import TrainingSettings as TrainingSettings, precision_for as precision_for

__all__ = [
    "TrainingSettings",
    "best_candidate",
    "candidate_name",
    "chosen_rates",
    "discriminator_loss",
    "disguise",
    "generator_loss",
    "group_mean",
    "history_warnings",
    "image_warnings",
    "logit_groups",
    "precision_for",
    "r1_penalty",
    "rate_candidates",
    "running_average",
    "settle",
    "train",
]
