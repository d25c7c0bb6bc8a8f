"""Chapters 2 and 3: how speckle forms, and the layer that learns its size.

- `equations`: Eq. 2, 3 and 4 as the paper writes them, plain and slow
- `formation`: Eq. 2 for tensors, differentiable in image and edge
- `windows`: how the edge of a spectral window gets a gradient
- `attention`: how much of each map and speckle size passes
- `polar`: between Cartesian and polar grids, differentiable
- `layer`: the learnable `SpeckleLayer`
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
