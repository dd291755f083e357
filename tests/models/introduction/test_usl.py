"""The fitted law: what is refused, what is said where nothing can be, and how often it is right."""

import math

import numpy as np
import pytest

from scalelab.models.introduction.usl import DATA_SETS, STATES, fit
from scalelab.theory.introduction import usl as theory

RAY_TRACER = np.array(DATA_SETS["Ray tracer, up to 64 processors"]).reshape(-1, 2)
N = np.array([1.0, 2.0, 4.0, 8.0, 16.0, 24.0, 32.0, 48.0])


@pytest.mark.parametrize(
    ("n", "throughput", "message"),
    [
        ([1, 2], [1], r"n has the shape \(2,\), throughput \(1,\)"),
        ([[1, 2, 3]], [[1, 2, 3]], "give two lists of one length"),
        ([1, 2, 0.5], [1, 2, 3], "n is 0.5, allowed is 1.0 to"),
        ([1, 2, 2e9], [1, 2, 3], "n is 2000000000.0, allowed"),
        ([1, 2, math.nan], [1, 2, 3], "n is nan"),
        ([1, 2, 3], [1, 2, 0], "throughput is 0.0, allowed"),
        ([1, 2, 3], [1, 2, math.inf], "throughput is inf"),
        ([1, 2, 2, 1], [1, 2, 3, 1], "n has 2 different sizes, allowed are 3 or more; measure at"),
        ([], [], "n has 0 different sizes"),
    ],
)
def test_refused(n: list[float], throughput: list[float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        fit(n, throughput)


def test_a_size_below_one_has_no_throughput() -> None:
    with pytest.raises(ValueError, match=r"n is 0\.5, allowed is 1\.0 to"):
        fit([1, 2, 3], [1, 1.8, 2.5]).at(0.5)


def test_the_law_is_that_of_the_theory() -> None:
    law = fit(*RAY_TRACER[:6].T)
    at_40 = law.at(40)
    wanted = theory.throughput(40, law.sigma.value, law.kappa.value, law.one_machine.value)
    assert at_40.throughput == pytest.approx(wanted)
    assert law.peak.value == pytest.approx(theory.peak(law.sigma.value, law.kappa.value))
    assert at_40.confidence is not None
    assert at_40.predicted is not None
    assert at_40.predicted[0] < at_40.confidence[0] < wanted < at_40.confidence[1]


def test_a_parameter_at_its_bound_has_no_interval() -> None:
    law = fit(*RAY_TRACER.T)
    assert law.kappa.value == 0.0
    assert law.kappa.interval is None
    assert law.sigma.interval is not None
    assert law.peak.value == math.inf
    assert law.state == STATES[4]
    assert theory.limit(law.sigma.value, law.one_machine.value) == pytest.approx(378.2, abs=0.1)


def test_faster_than_linear_is_held_at_linear() -> None:
    law = fit([1, 2, 4, 8], [10, 21, 45, 90])
    assert (law.sigma.value, law.kappa.value) == (0.0, 0.0)
    assert law.state == STATES[5]
    assert law.at(16).throughput == pytest.approx(16 * law.one_machine.value)


def test_eight_measurements_cannot_tell_the_peak_from_none() -> None:
    """Where kappa's interval reaches 0, the peak's has no end."""
    law = fit(*RAY_TRACER[:8].T)
    assert law.kappa.interval is not None
    assert law.kappa.interval[0] < 0.0
    assert law.peak.interval is not None
    assert 25.0 < law.peak.interval[0] < law.peak.value
    assert law.peak.interval[1] == math.inf


def test_three_measurements_say_nothing_of_how_sure_they_are() -> None:
    law = fit([1, 4, 8], [20, 70, 110])
    assert law.residual is None
    assert law.degrees_of_freedom == 0
    assert law.sigma.interval is None
    assert law.peak.interval is None
    assert law.at(8).predicted is None
    assert law.at(8).throughput == pytest.approx(110)


def test_how_often_the_intervals_are_right() -> None:
    """1,500 times the law with known noise: 95 % of the intervals and bands hold the truth.

    Four standard errors of a share of 1,500 are 2.3 %. The law is not linear, so the intervals are
    not exact; with little noise they come close.
    """
    sigma, kappa, one = 0.03, 0.001, 20.0
    truth = np.array([theory.throughput(n, sigma, kappa, one) for n in N])
    at_64 = theory.throughput(64.0, sigma, kappa, one)
    rng = np.random.default_rng(11)
    hits = np.zeros(6)
    repetitions = 1500
    for _ in range(repetitions):
        law = fit(N, truth + rng.normal(0.0, 4.0, N.size))
        ahead = law.at(64.0)
        intervals = (
            law.sigma.interval,
            law.kappa.interval,
            law.one_machine.interval,
            law.peak.interval,
            ahead.confidence,
            ahead.predicted,
        )
        wanted = (
            sigma, kappa, one, theory.peak(sigma, kappa), at_64, at_64 + rng.normal(0.0, 4.0)
        )  # fmt: skip
        hits += [
            interval is not None and interval[0] <= value <= interval[1]
            for interval, value in zip(intervals, wanted, strict=True)
        ]
    np.testing.assert_allclose(hits / repetitions, 0.95, atol=0.023)
