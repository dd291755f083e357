"""Short requests and long jobs on one machine, and the ways to share it between them.

    >>> from scalelab.models.single_server.sharing import share
    >>> found = share(vcpus=1, load=0.7, n_jobs=100_000)
    >>> for policy in ("First come, first served", "Processor sharing"):
    ...     page, report = found[policy].pages, found[policy].reports
    ...     print(f"{policy}: {page.expected_ms:.0f} and {report.expected_ms:,.0f} ms")
    First come, first served: 753 and 1,733 ms
    Processor sharing: 67 and 3,333 ms
    >>> abs(found["Processor sharing"].pages.mean_ms - 66.7) < 7.0
    True

The closed forms are in `scalelab.theory.single_server.sharing`.
"""

from dataclasses import dataclass

from scalelab.kernels.single_server import sharing as kernel
from scalelab.models.check import within

POLICIES = (
    "First come, first served",
    "A limit on how many",
    "Processor sharing",
    "A vCPU for reports",
)
MOST_VCPUS = 64


@dataclass(frozen=True)
class Times:
    """Of one class under one policy, milliseconds.

    The pairs are the least and the most that a single run had. ``slowdown`` is the mean response
    over the mean size, ``wait_ms`` the mean time before a job begins. ``expected_ms`` is the mean
    response by formula, which is a theorem where ``exact`` is true and an approximation elsewhere.
    ``jobs`` were measured; where there were none, all but the formula is 0.
    """

    jobs: int
    mean_ms: float
    mean_runs_ms: tuple[float, float]
    median_ms: float
    p99_ms: float
    p99_runs_ms: tuple[float, float]
    slowdown: float
    wait_ms: float
    size_ms: float
    expected_ms: float
    exact: bool


@dataclass(frozen=True)
class Shared:
    """A policy, for both classes."""

    pages: Times
    reports: Times


def share(
    vcpus: int = 4,
    load: float = 0.7,
    report_share: float = 0.3,
    page_ms: float = 20.0,
    report_ratio: float = 50.0,
    page_cv2: float = 1.0,
    report_cv2: float = 1.0,
    limit: int = 8,
    n_jobs: int = 20_000,
    runs: int = 5,
    seed: int = 1,
) -> dict[str, Shared | None]:
    """The same stream of pages and reports under each of `POLICIES`; None where one cannot keep up.

    Parameters
    ----------
    vcpus : 1 to 64. A job runs on one of them at a time.
    load : share of all vCPUs that is busy, 0.01 to 0.98.
    report_share : share of this work that reports are, 0.001 to 0.999.
    page_ms : mean vCPU time of a page, 0.01 to 100,000 ms.
    report_ratio : mean size of a report over that of a page, 1 to 10,000.
    page_cv2, report_cv2 : variance of the sizes over the square of their mean, 0 (all alike) to
        25; 1 is exponential.
    limit : jobs served at once under the second policy, 1 to 10,000; never fewer than vCPUs.
    n_jobs : of each run, of which the middle 70 % are measured, 1000 to 1,000,000.
    runs : 1 to 20.
    seed : 0 to 10**6.

    Returns
    -------
    dict
        By policy. The last one needs a machine with two vCPUs at least, on which reports fill less
        than one and pages less than the rest; within each part it is first come, first served.

    Raises
    ------
    ValueError
        For an argument outside the ranges above.

    Notes
    -----
    Poisson arrivals. Processor sharing is what a machine's scheduler comes to when every job has a
    thread and time slices are short (L. Kleinrock, "Queueing Systems, Volume 2", Wiley, 1976,
    section 4.4); a limit is a pool of workers; a limit of as many as there are vCPUs is first come,
    first served.

    Leaves out: what it costs to switch between jobs, and the memory of those that are there; disks
    and locks; priorities (`nice`), and a report that uses several vCPUs at once.
    """
    within("vcpus", vcpus, 1, MOST_VCPUS)
    within("load", load, 0.01, 0.98, advice="a share of all vCPUs, not a percentage")
    within("report_share", report_share, 0.001, 0.999, advice="a share, not a percentage")
    within("page_ms", page_ms, 0.01, 100_000.0, "ms")
    within("report_ratio", report_ratio, 1.0, 10_000.0)
    within("page_cv2", page_cv2, 0.0, 25.0)
    within("report_cv2", report_cv2, 0.0, 25.0)
    within("limit", limit, 1, 10_000)
    within("n_jobs", n_jobs, 1000, 1_000_000)
    within("runs", runs, 1, 20)
    within("seed", seed, 0, 10**6)
    table = kernel.sharing(
        int(vcpus), float(load), float(report_share), float(page_ms), float(report_ratio),
        float(page_cv2), float(report_cv2), int(limit), int(n_jobs), int(runs), int(seed),
    ).tolist()  # fmt: skip
    found: dict[str, Shared | None] = {}
    for i, policy in enumerate(POLICIES):
        page, report = table[kernel.CLASSES * i : kernel.CLASSES * (i + 1)]
        found[policy] = Shared(_times(page), _times(report)) if page[kernel.POSSIBLE] else None
    return found


def _times(row: list[float]) -> Times:
    return Times(
        jobs=int(row[kernel.JOBS]),
        mean_ms=row[kernel.MEAN],
        mean_runs_ms=(row[kernel.MEAN_LOW], row[kernel.MEAN_HIGH]),
        median_ms=row[kernel.MEDIAN],
        p99_ms=row[kernel.P99],
        p99_runs_ms=(row[kernel.P99_LOW], row[kernel.P99_HIGH]),
        slowdown=row[kernel.SLOWDOWN],
        wait_ms=row[kernel.WAIT],
        size_ms=row[kernel.SIZE],
        expected_ms=row[kernel.EXPECTED],
        exact=row[kernel.EXACT] == 1.0,
    )
