from .intervals import (
    bootstrap_interval as bootstrap_interval,
    patient_interval as patient_interval,
)
from .paired import PairedTest as PairedTest, paired_t_test as paired_t_test
from .simulation import (
    null_scores as null_scores,
    paired_p_values as paired_p_values,
    unpaired_p_values as unpaired_p_values,
)
from .tables import (
    chosen_pairs as chosen_pairs,
    comparisons as comparisons,
    differences as differences,
    holm as holm,
    table as table,
)

__all__ = [
    "PairedTest",
    "bootstrap_interval",
    "chosen_pairs",
    "comparisons",
    "differences",
    "holm",
    "null_scores",
    "paired_p_values",
    "paired_t_test",
    "patient_interval",
    "table",
    "unpaired_p_values",
]
