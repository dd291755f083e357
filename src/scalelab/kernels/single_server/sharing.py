"""Pages and reports on one machine: who waits for whom, by how the machine is shared.

Pages are short and many, reports long and few. The same stream of both meets four policies: first
come, first served; a limit on how many are served at once; processor sharing, where all that are
there go on at once; and a vCPU of their own for reports, with pages on the others. The first three
differ in the limit alone (`scalelab.kernels.queueing.processor_sharing`).

What is measured are the same jobs under every policy: those that come in the middle of a run, each
followed until it is done, while others keep coming after it.
"""

import numpy as np

from scalelab.kernels.jit import Floats, Ints, Table, kernel
from scalelab.kernels.queueing.law import Law, draw, law
from scalelab.kernels.queueing.processor_sharing import empty, run, wait_and_stretch
from scalelab.kernels.random import exponential, generator, uniform
from scalelab.kernels.select import kth_smallest

FIRST_COME, LIMITED, SHARED, SEPARATE = range(4)
POLICIES = 4
PAGE, REPORT = range(2)
CLASSES = 2
# A run's first jobs find the machine emptier than it will be; its last ones are there so that those
# before them do not.
WARM_UP = 0.2
COOL_DOWN = 0.1
FAR = 1e15  # milliseconds: after everything

POLICY, CLASS, POSSIBLE, JOBS, MEAN, MEAN_LOW, MEAN_HIGH, MEDIAN = range(8)
P99, P99_LOW, P99_HIGH, SLOWDOWN, WAIT, SIZE, EXPECTED, EXACT = range(8, 16)
WIDTH = 16

# The two last bits of a size say whose it is and whether it is measured: the queue hands back the
# sizes of those who leave, and nothing else. It changes a size by less than one part in 10^15.
OF_REPORT = 1
MEASURED = 2


@kernel
def marked(size: float, report: bool, measured: bool) -> float:
    bits = np.float64(size).view(np.int64) & np.int64(-4)
    if report:
        bits |= OF_REPORT
    if measured:
        bits |= MEASURED
    return float(np.int64(bits).view(np.float64))


@kernel
def mark(size: float) -> int:
    return int(np.float64(size).view(np.int64) & 3)


@kernel
def stream(
    of_reports: float, gap: float, page: Law, report: Law, gaps: Floats, sizes: Floats, seed: int
) -> None:
    """A run of jobs, a share ``of_reports`` of them reports; for each the gap since the last."""
    comes, takes = generator(2 * seed), generator(2 * seed + 1)
    jobs = gaps.size
    first, last = int(WARM_UP * jobs), jobs - int(COOL_DOWN * jobs)
    for i in range(jobs):
        gaps[i] = exponential(comes, gap)
        is_report = uniform(comes) < of_reports
        size = draw(report if is_report else page, takes)
        sizes[i] = marked(size, is_report, first <= i < last)


@kernel
def serve(
    gaps: Floats, sizes: Floats, vcpus: int, limit: int,
    size: Floats, waited: Floats, took: Floats,
) -> int:  # fmt: skip
    """Serves them all; size, wait and response time of each, in the order in which they leave."""
    jobs = gaps.size
    queue = empty(vcpus, limit, jobs + 1, 1)
    # One more that comes after everything, so that the last ones are seen to the end.
    with_last, their = np.empty(jobs + 1), np.empty(jobs + 1)
    for i in range(jobs):
        with_last[i] = gaps[i]
        their[i] = sizes[i]
    with_last[jobs] = FAR
    their[jobs] = 1.0
    return int(run(queue, with_last, their, size[:jobs], waited, took))


@kernel
def only(gaps: Floats, sizes: Floats, which: int, their_gaps: Floats, theirs: Floats) -> int:
    """The jobs of one class, and the gaps between them."""
    n = 0
    since = 0.0
    for i in range(gaps.size):
        since += gaps[i]
        if (mark(sizes[i]) & OF_REPORT) == which:
            their_gaps[n] = since
            theirs[n] = sizes[i]
            n += 1
            since = 0.0
    return n


@kernel
def keep(
    n: int, size: Floats, waited: Floats, took: Floats, which: int,
    sums: Floats, kept: Floats, start: int,
) -> int:  # fmt: skip
    """Adds the measured jobs of a class up, and puts their times to ``kept[start:]``; how many."""
    count = 0
    for i in range(n):
        if mark(size[i]) == (which | MEASURED):
            kept[start + count] = took[i]
            count += 1
            sums[0] += took[i]
            sums[1] += waited[i]
            sums[2] += size[i]
    return count


@kernel
def quantile(values: Floats, q: float) -> float:
    """The least value that a share ``q`` of all does not exceed; reorders ``values``."""
    return kth_smallest(values, int(np.ceil(q * values.size)) - 1)


@kernel
def possible(policy: int, vcpus: int, load: float, report_share: float) -> bool:
    """Whether the policy's machines keep up."""
    if policy != SEPARATE:
        return load < 1.0
    work = load * vcpus
    return work * report_share < 1.0 and work * (1.0 - report_share) < vcpus - 1


@kernel
def expected(
    policy: int, which: int, vcpus: int, limit: int, load: float, report_share: float,
    mean: float, ratio: float, page_cv2: float, report_cv2: float,
) -> tuple[float, bool]:  # fmt: skip
    """The class's mean response by formula, and whether the formula is exact."""
    own = mean if which == PAGE else mean * ratio
    own_cv2 = page_cv2 if which == PAGE else report_cv2
    if policy == SEPARATE:
        machines = vcpus - 1 if which == PAGE else 1
        share = 1.0 - report_share if which == PAGE else report_share
        rate = load * vcpus * share / own
        wait, _ = wait_and_stretch(rate, own, own_cv2, machines, machines)
        return wait + own, machines == 1 or own_cv2 == 1.0
    pages = load * vcpus * (1.0 - report_share) / mean
    reports = load * vcpus * report_share / (mean * ratio)
    both = load * vcpus / (pages + reports)
    second = pages * mean * mean * (1.0 + page_cv2)
    second += reports * mean * ratio * mean * ratio * (1.0 + report_cv2)
    cv2 = second / (pages + reports) / (both * both) - 1.0
    most = vcpus if policy == FIRST_COME else limit
    if policy == SHARED:
        most = 1 << 30
    wait, stretch = wait_and_stretch(pages + reports, both, cv2, vcpus, most)
    alike = page_cv2 == 1.0 and report_cv2 == 1.0 and ratio == 1.0
    exact = policy == SHARED or most == vcpus == 1 or (most == vcpus and alike)
    return wait + stretch * own, exact


@kernel
def put_times(times: Floats, counts: Ints, row: Floats) -> None:
    """Middle and tail of all runs together, and between which the runs are; ``counts`` by run."""
    start = 0
    for r in range(counts.size):
        if counts[r] == 0:
            continue
        own = times[start : start + counts[r]]
        total = 0.0
        for i in range(own.size):
            total += own[i]
        mean = total / own.size
        tail = quantile(own, 0.99)
        # The first run that has any sets both ends.
        row[MEAN_LOW] = mean if start == 0 else min(row[MEAN_LOW], mean)
        row[MEAN_HIGH] = max(row[MEAN_HIGH], mean)
        row[P99_LOW] = tail if start == 0 else min(row[P99_LOW], tail)
        row[P99_HIGH] = max(row[P99_HIGH], tail)
        start += counts[r]
    if start > 0:
        row[MEDIAN] = quantile(times[:start], 0.5)
        row[P99] = quantile(times[:start], 0.99)


@kernel
def sharing(
    vcpus: int, load: float, report_share: float, page_ms: float, report_ratio: float,
    page_cv2: float, report_cv2: float, limit: int, jobs: int, runs: int, seed: int,
) -> Table:  # fmt: skip
    """A row for pages and one for reports under each policy, in the columns named above.

    Policy; class; 1 where the machines keep up (else all that follows is 0); jobs measured; mean
    response (ms), and the least and the most of the runs' means; median; 99th percentile, and the
    least and the most of the runs'; mean response over mean size; mean wait before the begin; mean
    size; mean response by formula, and 1 where that formula is exact.

    ``load`` is the share of all vCPUs that is busy, ``report_share`` the share of this that reports
    are. ``report_ratio`` is the mean size of a report over that of a page, ``page_ms``. At most
    ``limit`` share under the limited policy, at least as many as there are vCPUs.
    """
    table = np.zeros((POLICIES * CLASSES, WIDTH))
    limit = max(limit, vcpus)
    page = law(page_ms, page_cv2)
    report = law(page_ms * report_ratio, report_cv2)
    of_reports = report_share / (report_share + (1.0 - report_share) * report_ratio)
    gap = page_ms * (1.0 - of_reports + of_reports * report_ratio) / (load * vcpus)
    gaps, sizes = np.empty(jobs), np.empty(jobs)
    their_gaps, theirs = np.empty(jobs), np.empty(jobs)
    size, waited, took = np.empty(jobs), np.empty(jobs), np.empty(jobs)
    rows = POLICIES * CLASSES
    kept = np.empty((rows, jobs * runs))
    counts = np.zeros((rows, runs), np.int64)
    filled = np.zeros(rows, np.int64)
    sums = np.zeros((rows, 3))
    for r in range(runs):
        stream(of_reports, gap, page, report, gaps, sizes, seed * runs + r)
        for policy in range(POLICIES):
            if not possible(policy, vcpus, load, report_share):
                continue
            n = 0
            if policy != SEPARATE:
                most = jobs + 1
                if policy == FIRST_COME:
                    most = vcpus
                elif policy == LIMITED:
                    most = limit
                n = serve(gaps, sizes, vcpus, most, size, waited, took)
            for which in range(CLASSES):
                if policy == SEPARATE:
                    machines = vcpus - 1 if which == PAGE else 1
                    m = only(gaps, sizes, which, their_gaps, theirs)
                    n = serve(their_gaps[:m], theirs[:m], machines, machines, size, waited, took)
                row = policy * CLASSES + which
                count = keep(n, size, waited, took, which, sums[row], kept[row], filled[row])
                counts[row, r] = count
                filled[row] += count
    for policy in range(POLICIES):
        for which in range(CLASSES):
            row = policy * CLASSES + which
            table[row, POLICY] = policy
            table[row, CLASS] = which
            if not possible(policy, vcpus, load, report_share):
                continue
            table[row, POSSIBLE] = 1.0
            formula, exact = expected(
                policy, which, vcpus, limit, load, report_share, page_ms, report_ratio, page_cv2,
                report_cv2,
            )  # fmt: skip
            table[row, EXPECTED] = formula
            table[row, EXACT] = 1.0 if exact else 0.0
            n = filled[row]
            table[row, JOBS] = n
            if n > 0:
                table[row, MEAN] = sums[row, 0] / n
                table[row, WAIT] = sums[row, 1] / n
                table[row, SIZE] = sums[row, 2] / n
                table[row, SLOWDOWN] = sums[row, 0] / sums[row, 2]
                put_times(kept[row], counts[row], table[row])
    return table
