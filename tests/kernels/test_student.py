import numpy as np
import pytest
from scipy import stats

from scalelab.kernels.student import NORMAL_900, NORMAL_975, t_975, t_quantile


def test_975() -> None:
    degrees = [*range(1, 200), 1000, 100_000]
    ours = [t_975(each) for each in degrees]
    np.testing.assert_allclose(ours, stats.t.ppf(0.975, degrees), rtol=1.5e-8)
    np.testing.assert_allclose(ours[:30], stats.t.ppf(0.975, degrees[:30]), rtol=1e-13)


@pytest.mark.parametrize(("z", "q"), [(NORMAL_900, 0.9), (NORMAL_975, 0.975)])
def test_from_the_normal_distribution(z: float, q: float) -> None:
    degrees = [*range(10, 100), 1000]
    ours = [t_quantile(z, each) for each in degrees]
    np.testing.assert_allclose(ours, stats.t.ppf(q, degrees), atol=2e-4)
