"""The model against closed forms, within four standard errors, and its errors."""

import math
from typing import Any

import numpy as np
import pytest

from scalelab.models import access_log
from scalelab.models.workload.batch import LAWS, TIMES, WAYS, Shared, simulate
from scalelab.theory.workload import batch as theory

SAME, EXPONENTIAL = LAWS
# Even traffic, in long runs.
STEADY: dict[str, Any] = {"night_traffic": 1.0, "n_requests": 30_000, "n_jobs": 0, "n_runs": 1}


def runs(count: int = 20, **changed: Any) -> list[Shared]:
    return [simulate(seed=seed, **{**STEADY, **changed}) for seed in range(count)]


def agrees(values: list[float], expected: float) -> None:
    error = float(np.std(values, ddof=1)) / math.sqrt(len(values))
    assert error < 0.05 * expected
    assert abs(np.mean(values) - expected) < 4 * error


@pytest.mark.parametrize("piece", [10.0, 2.0])
def test_one_machine(piece: float) -> None:
    urgent, load, job = 0.3, 0.6, 10.0
    found = runs(machines=1, job_s=job, piece_s=piece)
    requests = theory.residual(urgent / 0.2, 2 * 0.2**2)
    work = theory.first_come_wait(requests + theory.residual(0.3 / job, job**2), load)
    beside = requests + theory.residual(0.3 / piece, piece**2)
    agrees([run.first_come.mean_wait_s for run in found], work)
    agrees([run.priority.mean_wait_s for run in found], theory.priority_wait(beside, urgent))
    agrees([run.interrupting.mean_wait_s for run in found],
           theory.first_come_wait(requests, urgent))  # fmt: skip
    agrees([run.first_come.job_s for run in found], theory.job_first_come(work, job))
    agrees([run.priority.job_s for run in found],
           theory.job_going_last(work, job, piece, urgent))  # fmt: skip
    agrees([run.interrupting.job_s for run in found], theory.job_interrupted(work, job, urgent))


def test_several_machines() -> None:
    """Jobs as short as requests, of the same law: Erlang's and Cobham's formulas."""
    machines, service = 4, 0.2
    found = runs(real_time=0.4, batch_load=0.4, job_s=service, piece_s=service,
                 piece_law=EXPONENTIAL)  # fmt: skip
    rate = 0.4 * machines / service
    urgent, others = theory.pooled_priority_waits(machines, rate, rate, service)
    agrees([run.first_come.mean_wait_s for run in found],
           theory.pooled_wait(machines, 2 * rate, service))  # fmt: skip
    agrees([run.priority.mean_wait_s for run in found], urgent)
    agrees([run.priority.job_s for run in found], others + service)
    agrees([run.interrupting.mean_wait_s for run in found],
           theory.pooled_wait(machines, rate, service))  # fmt: skip
    agrees([run.separate.mean_wait_s for run in found], theory.pooled_wait(2, rate, service))
    agrees([run.separate.job_s for run in found],
           theory.pooled_wait(2, rate, service) + service)  # fmt: skip
    agrees([run.first_come.used for run in found], 0.8)


@pytest.mark.parametrize("machines", [1, 4, 16])
def test_answers_on_machines_of_their_own(machines: int) -> None:
    reserved = max(1, machines - 1)
    slower = 2.0 if machines == 1 else 1.0
    found = runs(machines=machines, reserved=reserved, batch_load=0.0, goal_s=0.5)
    rate = 0.3 * machines / 0.2
    agrees([run.separate.in_time for run in found],
           theory.pooled_answered(reserved, rate, 0.2 * slower, 0.5))  # fmt: skip
    p99 = np.mean([run.separate.p99_s for run in found])
    assert theory.pooled_answered(reserved, rate, 0.2 * slower, float(p99)) == pytest.approx(
        0.99, abs=0.001
    )


def test_the_shape_of_it() -> None:
    found = simulate(n_requests=500)
    assert tuple(way.name for way in found.ways) == WAYS
    assert found.ways == (found.first_come, found.priority, found.interrupting, found.separate)
    way = found.priority
    assert way.p50_s == way.answered_s[0.5] <= way.p99_s == way.answered_s[0.99]
    assert found.piece_s == 60.0
    assert found.alone_s == 120.0
    assert found == simulate(n_requests=500)
    assert found != simulate(n_requests=500, seed=2)


def test_night() -> None:
    found = simulate(batch_runs="at night", n_requests=20_000)
    assert found.nightly == pytest.approx(0.125 / 1.125, abs=0.01)
    assert found.priority.p99_day_s < 1.5 < 40 < found.priority.p99_night_s


def test_a_log_of_ones_own() -> None:
    log = access_log.read(b"".join(
        b'192.0.2.%d - - [25/Nov/2026:%02d:%02d:00 +0100] "GET / HTTP/1.1" 200 5\n'
        % (i % 9, 9 + i // 60, i % 60) for i in range(600)
    ))  # fmt: skip
    found = simulate(log=log.values, job_s=10.0, piece_s=1.0)
    assert found.requests == 600
    assert found.run_s == pytest.approx(600 * 0.2 / 1.2)
    assert found.faster == pytest.approx((599 * 60 + 1) / 100.0)
    assert found.nightly == 0.0
    assert found.priority.p99_night_s == 0.0
    # One a minute, the gaps as long as each other: less waiting than at random.
    assert found.interrupting.mean_wait_s < simulate(job_s=10.0).interrupting.mean_wait_s


@pytest.mark.parametrize(
    ("changed", "told"),
    [({"machines": 0}, "machines is 0, allowed is 1 to 1000"),
     ({"real_time": 30.0}, "real_time is 30.0, allowed is 0.001 to 2.0; a share"),
     ({"real_time": 0.0}, "real_time is 0.0"),
     ({"batch_load": -0.1}, "batch_load is -0.1, allowed is 0.0 to 2.0"),
     ({"job_s": 0.0}, "job_s is 0.0 s"), ({"piece_s": math.nan}, "piece_s is nan s"),
     ({"reserved": 0}, "reserved is 0"), ({"goal_s": -1.0}, "goal_s is -1.0 s"),
     ({"batch_runs": "never"}, f"batch_runs is 'never', allowed are {TIMES[0]}"),
     ({"request_s": 0.0}, "request_s is 0.0 s"), ({"request_law": "normal"}, "request_law is"),
     ({"piece_law": "normal"}, "piece_law is"), ({"night_traffic": 0.0}, "night_traffic is 0.0"),
     ({"n_requests": 0}, "n_requests is 0"), ({"n_jobs": -1}, "n_jobs is -1"),
     ({"n_runs": 0}, "n_runs is 0"),
     ({"log": np.zeros(7)}, "log has 7 numbers, which is no multiple of 6")],
)  # fmt: skip
def test_what_is_refused(changed: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        simulate(**changed)
