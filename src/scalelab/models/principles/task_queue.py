"""A spike of tasks before a pool of workers: five ways to take it.

    >>> from scalelab.models.principles.task_queue import WAYS, spike
    >>> for way, found in spike().items():
    ...     print(f"{way}: {found.late:,.0f} late, {found.lost:,.0f} lost")
    Synchronous: 0 late, 5,960 lost
    Queue: 21,572 late, 0 lost
    Limited queue: 0 late, 3,500 lost
    Newest first: 5,583 late, 0 lost
    Autoscaled: 0 late, 0 lost
    >>> round(spike()["Queue"].drained_min, 1)
    133.3

Other ways to the same numbers are in `scalelab.theory.principles.task_queue`.
"""

from dataclasses import dataclass

import numpy as np

from scalelab.kernels.jit import Floats, Table
from scalelab.kernels.principles import task_queue as kernels
from scalelab.models.check import one_of, within
from scalelab.models.queueing.estimate import Estimate

WAYS = ("Synchronous", "Queue", "Limited queue", "Newest first", "Autoscaled")
WHEN_FULL = ("Refuse new", "Drop oldest")
# Assumptions. A task is a confirmation by mail or a picture in several sizes: 2 s, nearly all of it
# waiting for others. 4.25 a second as usual, of 2,000 requests, keep 10 workers 85 % busy; 0.5 ms
# of the processor for each request (`scalelab.kernels.shop.JOBS_MS`) are 0.24 s for each task.
USUAL_PER_S, SPIKE_PER_S, MINUTES = 4.25, 15.0, 10.0
WORKERS, SERVICE_S = 10, 2.0
DEADLINE_MIN = 10.0
LIMIT = 2500
BOOT_S, TARGET_S, MOST_WORKERS = 120.0, 60.0, 40
THREADS = 50
ANSWER_MS = 20.0
SEED = 1
MOST_TASKS = 2_000_000


@dataclass(frozen=True)
class Outcome:
    """What one way makes of the spike.

    ``most_waiting`` tasks at once; ``oldest_min`` is the highest age of a waiting task;
    ``answer_s`` the longest time for which a customer waits for an answer; ``done_min`` until the
    work is done; ``drained_min`` from the end of the spike until nothing waits, None where that
    never happens; ``late`` tasks are done after their deadline or still wait then, ``lost`` ones
    are refused or dropped, in ``full_min``. ``extra_worker_h``: hours of workers that were added.
    ``backlog`` and ``age_min`` are those at the minutes ``at_min`` from the end of the spike.
    """

    most_waiting: float
    oldest_min: float
    answer_s: float
    done_min: float
    drained_min: float | None
    late: float
    lost: float
    full_min: float
    extra_worker_h: float
    at_min: tuple[float, ...]
    backlog: tuple[float, ...]
    age_min: tuple[float, ...]


@dataclass(frozen=True)
class Run:
    """One run by chance, task by task.

    ``number`` is the mean number of tasks there over time, ``rate`` that of tasks taken a second,
    ``time_s`` their mean time there, from times alone; ``number`` is ``rate`` times ``time_s``.
    ``refused`` is a share of all that came; ``wait_s`` a mean over tasks taken, in batches.
    """

    tasks: int
    refused: Estimate
    wait_s: Estimate
    number: float
    rate: float
    time_s: float


def spike(
    usual_per_s: float = USUAL_PER_S,
    spike_per_s: float = SPIKE_PER_S,
    minutes: float = MINUTES,
    workers: int = WORKERS,
    service_s: float = SERVICE_S,
    deadline_min: float = DEADLINE_MIN,
    limit: int = LIMIT,
    when_full: str = "Refuse new",
    boot_s: float = BOOT_S,
    threads: int = THREADS,
    target_s: float = TARGET_S,
    most_workers: int = MOST_WORKERS,
) -> dict[str, Outcome]:
    """Each of `WAYS` with the same spike; from ten minutes before it until the queue is empty.

    Parameters
    ----------
    usual_per_s : tasks that come in a second before and after the spike, 0.001 to 1000.
    spike_per_s : in the spike, all of them, 0.001 to 10000.
    minutes : length of the spike, 0.1 to 1440.
    workers : 1 to 10000; each does one task at a time.
    service_s : time of a task, 0.001 to 3600.
    deadline_min : within which a task is to be done, 0.001 to 1e5.
    limit : how many wait in the limited queue at most, 0 to 1e9.
    when_full : one of `WHEN_FULL`: what the limited queue does then.
    boot_s : from when a worker is wanted to when it works, 0 to 3600.
    threads : of web servers, for customers who wait for the work, 1 to 1e6. Workers take from them.
    target_s : within which autoscaling wants the backlog done, 0.1 to 1e5.
    most_workers : that autoscaling may have, 1 to 10000; ``workers`` are there in any case.

    Raises
    ------
    ValueError
        For an argument outside the ranges above.

    Notes
    -----
    A fluid (`scalelab.theory.principles.task_queue`): chance is left out, and with it the waits of
    an ordinary day and the refusals of short queues; `run` has both. Autoscaling wants backlog
    times service over target workers, as in "Scaling policy based on Amazon SQS" of the Amazon EC2
    Auto Scaling User Guide, and keeps them for five minutes. More than twelve hours are not gone
    through; what is counted is until then, or four hours where the queue never gets empty.

    Leaves out: failures, repetition and duplicates; tasks of different length or worth; what is
    behind the workers, which gets slower; the queue's own limits; customers who ask again.
    """
    within("usual_per_s", usual_per_s, 0.001, 1000.0, "1/s")
    within("spike_per_s", spike_per_s, 0.001, 10_000.0, "1/s")
    within("minutes", minutes, 0.1, 1440.0, "min")
    within("workers", workers, 1, 10_000)
    within("service_s", service_s, 0.001, 3600.0, "s")
    within("deadline_min", deadline_min, 0.001, 1e5, "min")
    within("limit", limit, 0, 1_000_000_000, "tasks")
    one_of("when_full", when_full, WHEN_FULL)
    within("boot_s", boot_s, 0.0, 3600.0, "s")
    within("threads", threads, 1, 1_000_000)
    within("target_s", target_s, 0.1, 1e5, "s")
    within("most_workers", most_workers, 1, 10_000)
    table = kernels.task_queue(
        float(usual_per_s), float(spike_per_s), float(minutes), int(workers), float(deadline_min),
        int(limit), WHEN_FULL.index(when_full), float(boot_s), float(service_s), int(threads),
        float(target_s), int(most_workers), ANSWER_MS, SEED,
    )  # fmt: skip
    points = table[: kernels.POINTS]
    return {
        way: _outcome(table[kernels.POINTS + i].tolist(), points[:, kernels.MINUTE].tolist(),
                      points[:, kernels.BACKLOG + i].tolist(), points[:, kernels.AGE + i].tolist())
        for i, way in enumerate(WAYS)
    }  # fmt: skip


def _outcome(
    row: list[float], at_min: list[float], backlog: list[float], age_min: list[float]
) -> Outcome:
    return Outcome(
        most_waiting=row[kernels.MOST],
        oldest_min=row[kernels.OLDEST_MIN],
        answer_s=row[kernels.ANSWER_S],
        done_min=row[kernels.DONE_MIN],
        drained_min=row[kernels.DRAINED_MIN] if row[kernels.ENDS] == 1.0 else None,
        late=row[kernels.LATE],
        lost=row[kernels.LOST],
        full_min=row[kernels.FULL_MIN],
        extra_worker_h=row[kernels.EXTRA_H],
        at_min=tuple(at_min),
        backlog=tuple(backlog),
        age_min=tuple(age_min),
    )


def workers_wanted(backlog: float, service_s: float, target_s: float) -> int:
    """Workers that have a backlog of tasks done within ``target_s``, as autoscaling wants them.

    >>> workers_wanted(1500, 0.1, 10.0)
    15
    """
    within("backlog", backlog, 0.0, 1e12, "tasks")
    within("service_s", service_s, 0.001, 3600.0, "s")
    within("target_s", target_s, 0.1, 1e5, "s")
    return int(kernels.wanted(float(backlog), float(service_s), float(target_s)))


def run(
    usual_per_s: float = USUAL_PER_S,
    spike_per_s: float = SPIKE_PER_S,
    lead_min: float = 10.0,
    minutes: float = MINUTES,
    after_min: float = 150.0,
    workers: int = WORKERS,
    service_s: float = SERVICE_S,
    places: int | None = None,
    seed: int = SEED,
    batches: int = 20,
) -> Run:
    """One run by chance: Poisson arrivals, exponential tasks, the oldest first (M(t)/M/c/K).

    Parameters
    ----------
    usual_per_s, spike_per_s, workers, service_s : as for `spike`.
    lead_min, minutes, after_min : before, in and after the spike, 0 to 1e6 each.
    places : how many are there at most, those at work included, 1 to 1e6; None for no limit.
    seed : 0 to 2**31 - 1.
    batches : of equal numbers of tasks, for the standard errors, 2 to 1000.

    Raises
    ------
    ValueError
        For an argument outside the ranges above, or for more than two million tasks.
    """
    within("usual_per_s", usual_per_s, 0.001, 1000.0, "1/s")
    within("spike_per_s", spike_per_s, 0.001, 10_000.0, "1/s")
    for name, value in ("lead_min", lead_min), ("minutes", minutes), ("after_min", after_min):
        within(name, value, 0.0, 1e6, "min")
    within("workers", workers, 1, 10_000)
    within("service_s", service_s, 0.001, 3600.0, "s")
    if places is not None:
        within("places", places, 1, 1_000_000, advice="those at work are among them")
    within("seed", seed, 0, 2**31 - 1)
    within("batches", batches, 2, 1000)
    tasks = 60.0 * (usual_per_s * (lead_min + after_min) + spike_per_s * minutes)
    within("tasks in all", tasks, 50.0 * batches, MOST_TASKS, advice="change times or rates")
    path = kernels.path(
        float(usual_per_s), float(spike_per_s), 60.0 * lead_min, 60.0 * minutes, 60.0 * after_min,
        int(workers), float(service_s), 0 if places is None else int(places), int(seed),
    )  # fmt: skip
    return _of_path(path, batches)


def _of_path(path: Table, batches: int) -> Run:
    arrives, taken, begins, leaves = path.T
    parts = np.array_split(np.arange(len(path)), batches)

    def mean(top: Floats, bottom: Floats) -> Estimate:
        means = np.array([top[part].sum() / max(bottom[part].sum(), 1.0) for part in parts])
        whole = float(top.sum() / max(bottom.sum(), 1.0))
        return Estimate(whole, float(means.std(ddof=1) / np.sqrt(batches)))

    # How many are there changes with each arrival and each departure of one that is taken.
    here = taken == 1.0
    times = np.concatenate([arrives[here], leaves[here]])
    order = np.argsort(times, kind="stable")
    there = np.cumsum(np.repeat([1.0, -1.0], here.sum())[order])
    elapsed = float(times.max())
    number = float((there[:-1] * np.diff(times[order])).sum()) / elapsed
    return Run(
        tasks=len(path),
        refused=mean(1.0 - taken, np.ones(len(path))),
        wait_s=mean(begins - arrives, taken),
        number=number,
        rate=float(here.sum()) / elapsed,
        time_s=float((leaves - arrives)[here].mean()),
    )
