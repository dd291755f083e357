"""Real-time requests beside batch jobs: one queue, priority, or machines of their own.

    >>> from scalelab.models.workload.batch import simulate
    >>> shared = simulate()
    >>> first_come, priority, interrupting, separate = shared.ways
    >>> priority.p99_s > 40 * interrupting.p99_s
    True
    >>> simulate(piece_s=1.0).priority.p99_s < 2 * interrupting.p99_s
    True

The closed forms of what can be solved are in `scalelab.theory.workload.batch`.
"""

from dataclasses import dataclass

import numpy as np

from scalelab.kernels.access_log import FIELDS
from scalelab.kernels.jit import Floats
from scalelab.kernels.workload.batch import N_QUANTILES, QUANTILES, ROWS, batch
from scalelab.models.check import one_of, within

WAYS = ("One queue", "Requests first", "Requests interrupt", "Separate machines")
TIMES = ("all day", "at night")
LAWS = ("always the same", "exponential")
NIGHT_TRAFFIC = 0.25  # of the rate by day; an assumption
REQUEST_S = 0.2


@dataclass(frozen=True)
class Way:
    """What one way to share the machines does, over all runs.

    ``answered_s``: by quantile, the time until so many requests are answered; ``lowest_s`` and
    ``highest_s`` of the runs. ``mean_wait_s`` of the requests; ``in_time``: share answered within
    the goal; ``p99_day_s`` and ``p99_night_s``. ``job_s``: mean time from a job's release until
    its last piece is done, with its lowest and highest run. Until the morning: ``done``, share of
    the batch work; ``used``, share of the machines' time, of which ``used_by_batch``.
    """

    name: str
    answered_s: dict[float, float]
    lowest_s: dict[float, float]
    highest_s: dict[float, float]
    mean_wait_s: float
    in_time: float
    p99_day_s: float
    p99_night_s: float
    job_s: float
    job_lowest_s: float
    job_highest_s: float
    done: float
    used: float
    used_by_batch: float

    @property
    def p50_s(self) -> float:
        return self.answered_s[0.5]

    @property
    def p99_s(self) -> float:
        return self.answered_s[0.99]


@dataclass(frozen=True)
class Shared:
    """Result of `simulate`: the four ``ways``, and what they all had to do.

    ``piece_s``: length of a piece; ``alone_s``: a job with all machines to itself; ``requests``
    and ``jobs`` of a run, on average; ``nightly``: share of the requests between 22:00 and 6:00;
    ``faster``: seconds of the clock that pass in a second of the run; ``run_s``: its length.
    """

    ways: tuple[Way, ...]
    piece_s: float
    alone_s: float
    requests: float
    jobs: float
    nightly: float
    faster: float
    run_s: float

    @property
    def first_come(self) -> Way:
        return self.ways[0]

    @property
    def priority(self) -> Way:
        return self.ways[1]

    @property
    def interrupting(self) -> Way:
        return self.ways[2]

    @property
    def separate(self) -> Way:
        return self.ways[3]


def simulate(
    machines: int = 4,
    real_time: float = 0.3,
    batch_load: float = 0.3,
    job_s: float = 300.0,
    piece_s: float = 60.0,
    reserved: int = 2,
    batch_runs: str = "all day",
    goal_s: float = 2.0,
    request_s: float = REQUEST_S,
    request_law: str = "exponential",
    piece_law: str = "always the same",
    night_traffic: float = NIGHT_TRAFFIC,
    n_requests: int = 6000,
    n_jobs: int = 4,
    n_runs: int = 5,
    seed: int = 1,
    log: Floats | None = None,
) -> Shared:
    """The same requests and jobs under each way to share the machines.

    Parameters
    ----------
    machines : 1 to 1,000. With one, *separate machines* are two halves of it.
    real_time, batch_load : share of all machines' time that requests, and jobs, need over the
        day; 0.001 to 2 and 0 to 2. More than 1 together is more than can be done.
    job_s : machine time of a job, 0.001 to 100,000 s.
    piece_s : longest piece that a job is cut into, 0.001 to 100,000 s; pieces are equal. Of more
        than half a million pieces in a run, longer ones are made.
    reserved : for requests only, where machines are separate; 1 to 1,000, all but one at most.
    batch_runs : ``"all day"`` or ``"at night"`` (22:00 to 6:00): when jobs are released.
    goal_s : for an answer, 0 to 100,000 s.
    request_s : mean service time of a request, 0.0001 to 100 s.
    request_law, piece_law : of the times, ``"always the same"`` or ``"exponential"``.
    night_traffic : requests a second at night, over those by day; 0.01 to 100.
    n_requests, n_jobs, n_runs : a run lasts for so many requests (1 to 10 million), and for so
        many jobs (0 to a million) if that is three times as long at most; 1 to 100 runs.
    seed : any int; one seed gives one result.
    log : requests of your own: `scalelab.models.access_log.read(...).values`. Their times are
        played so fast that they use ``real_time`` of the machines; how long each takes is drawn.

    Raises
    ------
    ValueError
        For an argument outside the ranges above.

    Notes
    -----
    Leaves out: machine time that an interruption costs, and work that is lost by it; memory, disk
    and network that both need even while batch has no processor; requests that give up; jobs whose
    pieces depend on each other; what cutting costs; machines that change sides as the load does.
    A run is a day in fast motion: ebb and flow of the day are faster, requests and pieces are not.
    Its number of jobs is fixed, their times are random. The machines are idle when it begins.
    """
    within("machines", machines, 1, 1000)
    within("real_time", real_time, 0.001, 2.0, advice="a share of all machines' time")
    within("batch_load", batch_load, 0.0, 2.0, advice="a share of all machines' time")
    within("job_s", job_s, 0.001, 1e5, "s")
    within("piece_s", piece_s, 0.001, 1e5, "s")
    within("reserved", reserved, 1, 1000)
    one_of("batch_runs", batch_runs, TIMES)
    within("goal_s", goal_s, 0.0, 1e5, "s")
    within("request_s", request_s, 1e-4, 100.0, "s")
    one_of("request_law", request_law, LAWS)
    one_of("piece_law", piece_law, LAWS)
    within("night_traffic", night_traffic, 0.01, 100.0, advice="times the rate by day")
    within("n_requests", n_requests, 1, 10_000_000)
    within("n_jobs", n_jobs, 0, 1_000_000)
    within("n_runs", n_runs, 1, 100)
    own = np.empty(0) if log is None else np.ascontiguousarray(log, float).ravel()
    if own.size % FIELDS:
        raise ValueError(
            f"log has {own.size} numbers, which is no multiple of {FIELDS}; "
            "give it the values of an access log"
        )
    table = batch(
        int(machines), float(real_time), float(batch_load), float(job_s), float(piece_s),
        int(reserved), TIMES.index(batch_runs), float(goal_s), float(request_s),
        LAWS.index(request_law), LAWS.index(piece_law), float(night_traffic), int(n_requests),
        int(n_jobs), int(n_runs), int(seed), own,
    )  # fmt: skip
    ways = []
    for which, name in enumerate(WAYS):
        rows = table[which * ROWS : (which + 1) * ROWS]
        answered, lowest, highest = (
            dict(zip(QUANTILES, rows[:N_QUANTILES, column].tolist(), strict=True))
            for column in (4, 5, 6)
        )
        ways.append(Way(name, answered, lowest, highest, *rows[N_QUANTILES, 7:17].tolist()))
    return Shared(tuple(ways), *table[0, 17:].tolist())
