"""The closed forms against each other, published tables and limits."""

import math

import pytest

from scalelab.theory.workload.batch import (
    erlang_c,
    first_come_wait,
    job_first_come,
    job_going_last,
    job_interrupted,
    last_wait,
    pooled_answered,
    pooled_priority_waits,
    pooled_quantile,
    pooled_wait,
    priority_wait,
    residual,
)


@pytest.mark.parametrize(
    ("machines", "load", "waits", "wait"),
    [(1, 0.8, 0.8, 4.0), (2, 0.8, 0.711111, 1.777778), (4, 0.8, 0.596432, 0.745541),
     (10, 0.9, 0.668732, 0.668732), (100, 0.95, 0.506457, 0.101291)],
)  # fmt: skip
def test_erlang(machines: int, load: float, waits: float, wait: float) -> None:
    assert erlang_c(machines, machines * load) == pytest.approx(waits, abs=1e-6)
    assert pooled_wait(machines, machines * load, 1.0) == pytest.approx(wait, abs=1e-6)


@pytest.mark.parametrize(("load", "squared", "wait"), [(0.5, 1.0, 0.5), (0.9, 1.0, 4.5),
                                                       (0.7, 5.0, 5.83333)])  # fmt: skip
def test_pollaczek_and_khinchine(load: float, squared: float, wait: float) -> None:
    assert first_come_wait(residual(load, squared), load) == pytest.approx(wait, abs=1e-5)


def test_the_conservation_law() -> None:
    """Waits weighted by loads add up to the same whoever goes first."""
    first, last = 0.3, 0.45
    residuals = residual(first / 0.2, 0.08) + residual(last / 60.0, 3600.0)
    both = first_come_wait(residuals, first + last)
    urgent = priority_wait(residuals, first)
    others = last_wait(residuals, first, first + last)
    assert first * urgent + last * others == pytest.approx((first + last) * both)
    assert urgent < both < others


def test_jobs() -> None:
    """Uncut, a job waits as Cobham says; in many pieces, it is as if it were interrupted."""
    first, last, job = 0.3, 0.3, 60.0
    residuals = residual(first / 0.2, 0.08) + residual(last / job, job**2)
    work = first_come_wait(residuals, first + last)
    uncut = job_going_last(work, job, job, first)
    assert uncut == pytest.approx(last_wait(residuals, first, first + last) + job)
    times = [job_going_last(work, job, piece, first) for piece in (60.0, 10.0, 1.0, 1e-9)]
    assert times == sorted(times)
    assert times[-1] == pytest.approx(job_interrupted(work, job, first))
    assert job_first_come(work, job) < times[0]


def test_one_machine_is_a_case_of_several() -> None:
    urgent, others = pooled_priority_waits(1, 0.3, 0.4, 1.0)
    residuals = residual(0.7, 2.0)
    assert urgent == pytest.approx(priority_wait(residuals, 0.3))
    assert others == pytest.approx(last_wait(residuals, 0.3, 0.7))
    conserved = 0.3 * 2 * urgent + 0.4 * 2 * others
    urgent, others = pooled_priority_waits(8, 2.4, 3.2, 1.0)
    assert 2.4 * urgent + 3.2 * others == pytest.approx(5.6 * pooled_wait(8, 5.6, 1.0))
    assert conserved == pytest.approx(2 * 0.7 * pooled_wait(1, 0.7, 1.0))


def test_quantiles_and_answers() -> None:
    assert pooled_quantile(4, 1.0, 1.0, 0.5) == 0.0
    # One machine: the time until an answer is exponential, of rate 1/service - rate.
    for t in (0.1, 1.0, 5.0):
        assert pooled_answered(1, 0.6, 1.0, t) == pytest.approx(1.0 - math.exp(-0.4 * t))
    q = pooled_quantile(1, 0.6, 1.0, 0.9)
    assert 0.6 * math.exp(-0.4 * q) == pytest.approx(0.1)
    # Where the queue drains as fast as one machine serves: the two exponentials are one.
    near = [pooled_answered(3, 2.0 + d, 1.0, 2.0) for d in (-1e-5, 0.0, 1e-5)]
    assert near[1] == pytest.approx(0.5 * (near[0] + near[2]), abs=1e-8)
    # The mean is the integral over those not answered yet.
    late = sum(1.0 - pooled_answered(4, 3.0, 1.0, 0.01 * (i + 0.5)) for i in range(6000)) * 0.01
    assert late == pytest.approx(1.0 + pooled_wait(4, 3.0, 1.0), rel=1e-4)
