"""Chapter 9: paired tests, intervals, and the table of p values.

- `paired`: the paired t-test
- `intervals`: bootstrap over images, and over patients
- `tables`: p values after Holm's correction (Table 2)
- `simulation`: what repeated measurements do to p values
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
