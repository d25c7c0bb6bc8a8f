"""Chapter 6: adversarial training that knows no architecture, data set or distance.

- `loop`: one step after another, noted, validated, continued
- `settings`: what one training does at which step
- `losses`: the paper's losses, and the R1 penalty
- `discriminator_augmentation`: turning and cutting what it sees
- `ema`: a running average of the generator's weights
- `checkpoint`: a training's state, written whole or not at all
- `health`: signs that a training is lost, in sentences
- `search`: choice of learning rates
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
