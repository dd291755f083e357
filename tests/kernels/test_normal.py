"""Against the quantiles of scipy."""

import numpy as np
import pytest
from scipy import stats

from scalelab.kernels.normal import normal_quantile


def test_error_is_as_said() -> None:
    shares = np.linspace(1e-6, 1.0 - 1e-6, 1001)
    ours = [normal_quantile(share) for share in shares]
    assert np.abs(ours - stats.norm.ppf(shares)).max() < 4.5e-4


@pytest.mark.parametrize("share", [0.1, 0.25, 0.4])
def test_it_is_symmetric(share: float) -> None:
    assert normal_quantile(share) == -normal_quantile(1.0 - share)
