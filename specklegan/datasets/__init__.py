"""Chapters 4 and 11: one contract for phantoms, the IVUS Challenge 2011 and anyone's folder.

- `dataset`: images, masks and their origin; how they are split and kept
- `loading`: a dataset from a short text, the spec
- `specs`: what a spec names, and how it is read
- `folder`: a user's folder of `images/` and `masks/`
- `ivus2011`: set B of the IVUS Challenge 2011
- `contours`: contours drawn by hand, read and checked
- `pixels`: image and mask files to grey levels and class indices
- `entries`: which files are there, and what is refused unread
- `survey`: what is wrong with a folder, all of it at once
- `store`: pixels on disk with a file that vouches for them
- `augmentation`: turning and flipping images with their masks
- `synthetic`: synthetic pairs on disk, and how they were made
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
