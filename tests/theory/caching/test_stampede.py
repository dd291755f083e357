import math

import numpy as np
import pytest

from scalelab.kernels.caching.stampede import EARLY, NONE, PER_SERVER, stampede
from scalelab.theory.caching.stampede import (
    early_nobody,
    early_recomputations,
    per_server_recomputations,
    unprotected_recomputations,
)


def recomputations(
    protection: int, rate: float, ms: float, servers: int, beta: float
) -> list[float]:
    return [
        stampede(1 << protection, rate, ms, 100_000, servers, beta, 60.0, 100, 2, seed)[0, 5]
        for seed in range(20)
    ]


@pytest.mark.parametrize(
    ("protection", "expected"),
    [
        (NONE, unprotected_recomputations(200, 0.2)),
        (PER_SERVER, per_server_recomputations(200, 0.2, 32)),
        (EARLY, early_recomputations(1.0)),
    ],
)
def test_simulation_agrees_within_four_standard_errors(protection: int, expected: float) -> None:
    measured = recomputations(protection, 200.0, 200.0, 32, 1.0)
    error = np.std(measured, ddof=1) / math.sqrt(len(measured))
    assert abs(np.mean(measured) - expected) < 4 * error


def test_known_value_of_xfetch() -> None:
    assert early_nobody(5, 0.5, 60) == pytest.approx(0.0821, abs=1e-4)
