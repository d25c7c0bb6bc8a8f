"""Chapter 10: the paper's claims beside what the runs found.

- `claims`: the paper's claims, and how a record answers each
- `verdicts`: paper, recorded run and this run side by side
- `cards`: the board as HTML, a card a claim on a telephone
- `recorded`: distances in records, by model, n and seed
- `rates`: trainings at two learning rates side by side
- `peers`: a generator of somebody else beside the two models
- `provenance`: this run beside the paper's settings, and where its numbers come from
- `tables`: measured numbers as tables of chapter 7, and as entries of a record
- `segmentations`: comparisons of chapter 9 as entries that the claims read
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
