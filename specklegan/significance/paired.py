"""Significance: paired t-tests, intervals, effect sizes, and the table of p values.

The paper's section 'IVUS segmentation' and its Table 2. A p value treats its pairs as independent;
images of one patient, and trainings on one set of images, are not. `table` therefore tests over
images, as is usual, or over patients.
"""

import math
import warnings
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats


@dataclass(frozen=True)
class PairedTest:
    """Outcome of a paired t-test of a against b, in the units of the data.

    Attributes
    ----------
    statistic, pvalue : float
        Student's t and the two-sided p value.
    difference : float
        Mean of a - b.
    interval : (float, float)
        Confidence interval of that mean.
    effect_size : float
        Cohen's d of pairs: mean over standard deviation of the differences.
    n : int
        Number of pairs.
    """

    statistic: float
    pvalue: float
    difference: float
    interval: tuple[float, float]
    effect_size: float
    n: int


def paired_t_test(a: npt.ArrayLike, b: npt.ArrayLike, confidence: float = 0.95) -> PairedTest:
    """Test whether the means of paired samples differ.

    Parameters
    ----------
    a, b : array (n,)
        Finite values; entry i of both belongs to the same image (or patient).
    confidence : float
        Of the interval, between 0 and 1.

    Returns
    -------
    PairedTest
        nan where all differences are 0; infinite t where they are equal otherwise, as in SciPy.

    Raises
    ------
    ValueError
        Where shapes differ, there are fewer than 2 pairs, or a value is not finite.
    """
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape or a.ndim != 1 or len(a) < 2:
        raise ValueError(f"a, b: shapes {a.shape} and {b.shape}; expected equal (n,) with n >= 2")
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        raise ValueError("a, b: not finite; expected numbers (give failures a finite penalty)")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of equal differences, which t tells
        test = stats.ttest_rel(a, b)
    t, n, mean = float(test.statistic), len(a), float((a - b).mean())
    low, high = map(float, test.confidence_interval(confidence))
    return PairedTest(t, float(test.pvalue), mean, (low, high), t / math.sqrt(n), n)
