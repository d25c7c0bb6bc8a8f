from .comparison import (
    DISTANCES as DISTANCES,
    FD_EFFNET as FD_EFFNET,
    KD_EFFNET as KD_EFFNET,
    KERNEL as KERNEL,
    SPECTRUM as SPECTRUM,
    WAVELET as WAVELET,
    compare_images as compare_images,
)
from .degradations import FAULTS as FAULTS
from .distances import (
    frechet_distance as frechet_distance,
    frechet_wavelet_distance as frechet_wavelet_distance,
    improvement as improvement,
    jensen_shannon as jensen_shannon,
    jensen_shannon_per_class as jensen_shannon_per_class,
    kernel_distance as kernel_distance,
    sliced_wasserstein as sliced_wasserstein,
    sliced_wavelet_distance as sliced_wavelet_distance,
    ssim as ssim,
)
from .efficientnet import EfficientNet as EfficientNet
from .feature_cache import cached_features as cached_features
from .features import (
    packet_energies as packet_energies,
    packet_level as packet_level,
    standardise as standardise,
    wavelet_packets as wavelet_packets,
)
from .inception import Inception as Inception
from .local_speckle import (
    RINGS as RINGS,
    WINDOW as WINDOW,
    Texture as Texture,
    grain_in_rings as grain_in_rings,
    half_width as half_width,
    texture as texture,
)
from .neighbours import (
    copying as copying,
    density_coverage as density_coverage,
    diversity as diversity,
    expected_coverage as expected_coverage,
    nearest_neighbour as nearest_neighbour,
)
from .overlap import dice as dice, modified_hausdorff as modified_hausdorff
from .spectra import (
    log_power as log_power,
    radial_profile as radial_profile,
    spectral_distance as spectral_distance,
    spectral_error as spectral_error,
)
from .trust import (
    CANDIDATES as CANDIDATES,
    SLICED as SLICED,
    sensitivity as sensitivity,
    trust_metrics as trust_metrics,
    trust_table as trust_table,
    verdicts as verdicts,
)

__all__ = [
    "CANDIDATES",
    "DISTANCES",
    "FAULTS",
    "FD_EFFNET",
    "KD_EFFNET",
    "KERNEL",
    "RINGS",
    "SLICED",
    "SPECTRUM",
    "WAVELET",
    "WINDOW",
    "EfficientNet",
    "Inception",
    "Texture",
    "cached_features",
    "compare_images",
    "copying",
    "density_coverage",
    "dice",
    "diversity",
    "expected_coverage",
    "frechet_distance",
    "frechet_wavelet_distance",
    "grain_in_rings",
    "half_width",
    "improvement",
    "jensen_shannon",
    "jensen_shannon_per_class",
    "kernel_distance",
    "log_power",
    "modified_hausdorff",
    "nearest_neighbour",
    "packet_energies",
    "packet_level",
    "radial_profile",
    "sensitivity",
    "sliced_wasserstein",
    "sliced_wavelet_distance",
    "spectral_distance",
    "spectral_error",
    "ssim",
    "standardise",
    "texture",
    "trust_metrics",
    "trust_table",
    "verdicts",
    "wavelet_packets",
]
