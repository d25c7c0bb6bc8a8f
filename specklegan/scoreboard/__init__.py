"""Chapter 10: the paper's claims beside what the runs found.

- `claims`: the paper's claims, and how a record answers each
- `verdicts`: paper, recorded run and this run side by side
- `recorded`: distances in records, by model, n and seed
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
