"""Requests beside batch jobs, against Pollaczek and Khinchine, Cobham, Erlang and Kleinrock."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from scalelab.models.workload.batch import LAWS, Shared, simulate
from scalelab.theory.workload import batch as theory
from scalelab.validation.row import Row, Topic

SAME, EXPONENTIAL = LAWS
RUNS, S = 30, 0.2
STEADY: dict[str, Any] = {"night_traffic": 1.0, "n_requests": 40_000, "n_jobs": 0, "n_runs": 1}
POLLACZEK = "Pollaczek and Khinchine, {cite:t}`v-kleinrock1975`"
COBHAM = "{cite:t}`v-cobham1954`"
KLEINROCK = "{cite:t}`v-kleinrock1976`"
ERLANG = "Erlang's formula, {cite:t}`v-kleinrock1975`"


def runs(**settings: Any) -> list[Shared]:
    return [simulate(seed=seed, **{**STEADY, **settings}) for seed in range(RUNS)]


def compared(
    quantity: str, settings: str, source: str, reference: float, values: list[float]
) -> Row:
    """A mean of runs beside its expectation, four standard errors apart at most."""
    error = float(np.std(values, ddof=1)) / math.sqrt(len(values))
    return Row(
        quantity, settings, "theory", source, reference, float(np.mean(values)), 4.0 * error, ".4f"
    )


def one_machine() -> Iterator[Row]:
    """Jobs of ten seconds in pieces of equal length; requests of 0.2 s, exponential."""
    job = 10.0
    for urgent, other in ((0.3, 0.3), (0.5, 0.3)):
        requests = theory.residual(urgent / S, 2 * S * S)
        work = theory.first_come_wait(
            requests + theory.residual(other / job, job**2), urgent + other
        )
        for piece in (10.0, 1.0):
            where = f"1 machine, requests {urgent:.0%}, batch {other:.0%}, pieces of {piece:g} s"
            found = runs(machines=1, real_time=urgent, batch_load=other, job_s=job, piece_s=piece)
            beside = requests + theory.residual(other / piece, piece**2)
            yield compared(
                "Requests first: mean wait (s)", where, COBHAM,
                theory.priority_wait(beside, urgent),
                [run.priority.mean_wait_s for run in found],
            )  # fmt: skip
            yield compared(
                "Requests first: a job is done after (s)", where, KLEINROCK,
                theory.job_going_last(work, job, piece, urgent),
                [run.priority.job_s for run in found],
            )  # fmt: skip
        where = f"1 machine, requests {urgent:.0%}, batch {other:.0%}"
        yield compared(
            "One queue: mean wait (s)", where, POLLACZEK, work,
            [run.first_come.mean_wait_s for run in found],
        )  # fmt: skip
        yield compared(
            "One queue: a job is done after (s)", where, POLLACZEK,
            theory.job_first_come(work, job), [run.first_come.job_s for run in found],
        )  # fmt: skip
        yield compared(
            "Requests interrupt: mean wait (s)", where, POLLACZEK,
            theory.first_come_wait(requests, urgent),
            [run.interrupting.mean_wait_s for run in found],
        )  # fmt: skip
        yield compared(
            "Requests interrupt: a job is done after (s)", where, KLEINROCK,
            theory.job_interrupted(work, job, urgent), [run.interrupting.job_s for run in found],
        )  # fmt: skip


def conservation() -> Iterator[Row]:
    """Uncut jobs on one machine: what requests gain is what jobs lose, weighted by load."""
    urgent, other, job = 0.3, 0.3, 10.0
    found = runs(machines=1, real_time=urgent, batch_load=other, job_s=job, piece_s=job)
    gained = [urgent * (run.first_come.mean_wait_s - run.priority.mean_wait_s) for run in found]
    lost = [other * (run.priority.job_s - run.first_come.job_s) for run in found]
    residuals = theory.residual(urgent / S, 2 * S * S) + theory.residual(other / job, job**2)
    both = theory.first_come_wait(residuals, urgent + other)
    expected = urgent * (both - theory.priority_wait(residuals, urgent))
    where = "1 machine, requests 30%, batch 30%, jobs of 10 s, uncut"
    yield compared("Load × wait that requests gain by going first", where, KLEINROCK, expected,
                   gained)  # fmt: skip
    yield compared("Load × wait that jobs lose by it", where, KLEINROCK, expected, lost)


def several() -> Iterator[Row]:
    """Jobs that are as short as requests, all exponential: what several machines have forms for."""
    for machines in (2, 4, 16):
        found = runs(
            machines=machines, real_time=0.4, batch_load=0.4, job_s=S, piece_s=S,
            piece_law=EXPONENTIAL, reserved=machines // 2,
        )  # fmt: skip
        rate = 0.4 * machines / S
        urgent, others = theory.pooled_priority_waits(machines, rate, rate, S)
        where = f"{machines} machines, 40% and 40%, all of one law"
        yield compared("Requests first: mean wait (s)", where, COBHAM, urgent,
                       [run.priority.mean_wait_s for run in found])  # fmt: skip
        yield compared("Requests first: a job is done after (s)", where, COBHAM, others + S,
                       [run.priority.job_s for run in found])  # fmt: skip
        yield compared("One queue: mean wait (s)", where, ERLANG,
                       theory.pooled_wait(machines, 2 * rate, S),
                       [run.first_come.mean_wait_s for run in found])  # fmt: skip
        yield compared("Separate machines: mean wait (s)", where, ERLANG,
                       theory.pooled_wait(machines // 2, rate, S),
                       [run.separate.mean_wait_s for run in found])  # fmt: skip
        if machines < 16:  # with more, hardly any waits
            yield compared("Requests interrupt: mean wait (s)", where, ERLANG,
                           theory.pooled_wait(machines, rate, S),
                           [run.interrupting.mean_wait_s for run in found])  # fmt: skip
        share = theory.pooled_answered(machines // 2, rate, S, 1.0)
        yield compared("Separate machines: answered within 1 s", where, ERLANG, share, [
            run.separate.in_time for run in runs(
                machines=machines, real_time=0.4, batch_load=0.0, reserved=machines // 2,
                goal_s=1.0,
            )
        ])  # fmt: skip


def rows() -> Iterator[Row]:
    yield from one_machine()
    yield from conservation()
    yield from several()


TOPIC = Topic(
    title="Batch beside real time",
    about=(
        f"Means of {RUNS} runs of 40,000 requests with even traffic; the tolerance is four "
        "standard errors. Several machines with pieces longer than requests have no closed form; "
        "they are held against a second program, event by event, in the tests."
    ),
    rows=rows,
)
