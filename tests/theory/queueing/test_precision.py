"""The standard error that is said, beside that of many short runs."""

import numpy as np
import pytest

from scalelab.theory.queueing.precision import customers_for, relative_error


@pytest.mark.parametrize("rho", [0.3, 0.5, 0.7])
def test_as_many_runs_are_spread(rho: float) -> None:
    """Lindley's recursion, thousands of runs side by side; each starts in the long run."""
    chance = np.random.default_rng(1)
    runs, n = 4000, 2000
    wait = np.where(chance.random(runs) < rho, chance.exponential(1.0 / (1.0 - rho), runs), 0.0)
    total = np.zeros(runs)
    for _ in range(n):
        total += wait
        wait = np.maximum(
            wait + chance.exponential(1.0, runs) - chance.exponential(1.0 / rho, runs), 0.0
        )
    found = np.std(total / n) / (rho / (1.0 - rho))
    # A spread of 4,000 is known to about 1.5 %, and more for what is skew; runs are not endless.
    assert found == pytest.approx(relative_error(rho, n), rel=0.08)


def test_there_and_back() -> None:
    assert relative_error(0.8, customers_for(0.8, 0.02)) == pytest.approx(0.02)
    # Ten times closer, a hundred times as long; and close to full by 1 / (1 - rho)².
    assert customers_for(0.8, 0.002) == pytest.approx(100.0 * customers_for(0.8, 0.02))
    assert customers_for(0.99, 0.1) == pytest.approx(100.0 * customers_for(0.9, 0.1), rel=0.2)
