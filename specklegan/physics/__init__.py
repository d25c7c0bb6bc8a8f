"""Chapter 8: images from masks by fitted speckle, without a network.

- `places`: what a mask tells of each pixel: tissue, border, depth
- `levels`: distributions of grey levels at these places
- `fields`: speckle and slow changes of brightness on the scan lines
- `model`: the fitted numbers, and images by them
- `fitting`: from images and masks to the model, in seconds
- `variation`: real pairs turned, flipped, brightened and speckled anew
- `controls`: what a generator's images are compared with in pre-training
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
