"""Against the quantiles of scipy, and the error function of Python."""

import math

import numpy as np
import pytest
from scipy import stats

from scalelab.kernels.normal import normal_quantile, normal_tail


def test_error_is_as_said() -> None:
    shares = np.linspace(1e-6, 1.0 - 1e-6, 1001)
    ours = [normal_quantile(share) for share in shares]
    assert np.abs(ours - stats.norm.ppf(shares)).max() < 4.5e-4


@pytest.mark.parametrize("share", [0.1, 0.25, 0.4])
def test_it_is_symmetric(share: float) -> None:
    assert normal_quantile(share) == -normal_quantile(1.0 - share)


@pytest.mark.parametrize("z", [-8.0, -3.0, -0.5, 0.0, 0.1, 1.0, 2.9999, 3.0, 5.0, 12.0, 36.0])
def test_the_normal_tail(z: float) -> None:
    expected = 0.5 * math.erfc(z / math.sqrt(2.0))
    assert normal_tail(z) == pytest.approx(expected, rel=1e-10)
    assert normal_tail(1e9) < 1e-290


@pytest.mark.parametrize("z", [-40.0, -3.0, -0.5, 0.0, 0.3, 1.0, 2.4999, 2.5, 4.0, 8.0, 20.0, 36.0])
def test_the_tail_to_the_last_digits(z: float) -> None:
    assert normal_tail(z) == pytest.approx(0.5 * math.erfc(z / math.sqrt(2.0)), rel=1e-12)
