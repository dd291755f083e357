"""The distance between laws that the comparisons use tells one law from another."""

import numpy as np
import pytest
from scipy import stats

from scalelab.validation.workload.temporal import furthest


def test_a_wrong_law_is_far_off() -> None:
    dice = np.random.default_rng(1)
    gaps = dice.exponential(1.0, 5000)
    assert furthest(gaps) == pytest.approx(stats.kstest(gaps, "expon").statistic)
    assert furthest(dice.gamma(2.0, 0.5, 5000)) > 5 * furthest(gaps)
