"""The comparisons agree without a miss, and the lab's own readings are among what they check."""

import numpy as np
import pytest
from scipy import stats

from scalelab.validation.workload.temporal import TOPIC, furthest


def test_every_row_agrees() -> None:
    rows = list(TOPIC.rows())
    assert len(rows) >= 25
    assert [row for row in rows if row.verdict != "agrees"] == []


def test_a_wrong_law_is_far_off() -> None:
    dice = np.random.default_rng(1)
    gaps = dice.exponential(1.0, 5000)
    assert furthest(gaps) == pytest.approx(stats.kstest(gaps, "expon").statistic)
    assert furthest(dice.gamma(2.0, 0.5, 5000)) > 5 * furthest(gaps)
