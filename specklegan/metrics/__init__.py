"""Chapter 7: distances between sets of images and agreement of masks. Arrays in, numbers out.

- `distances`: Fréchet, kernel, Jensen-Shannon, SSIM
- `overlap`: Dice and modified Hausdorff of two masks
- `features`: wavelet packets and their energies
- `inception`: features of the paper's FID, on request
- `efficientnet`: features of an ImageNet network, offline
- `feature_cache`: features of real images, kept in a folder
- `spectra`: power spectra of image sets
- `neighbours`: coverage, copying, diversity
- `local_speckle`: contrast and grain of each tissue, class or ring
- `degradations`: known faults of images, in steps
- `trust`: which distance sees which fault
- `anatomy_checks`: faults of images that a person sees: catheters, rim, sameness
- `comparison`: all distances of two sets, with their intervals
- `parts`: what each part of a picture adds to a distance
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
