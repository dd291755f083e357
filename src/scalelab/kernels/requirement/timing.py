"""When to build a system that scales: the cost of being early against the cost of being late.

The load is known once a month. In a share of the futures the product takes off, and the load
grows by ``growth`` a month at the median; in the others it stays where it is. In both, chance
moves it (a geometric random walk). The simple system is overloaded while the load is at its
capacity or above it.

A policy starts to build in the first month in which the load is at a given share of the capacity:
at once, never, or somewhere between. It pays for building when it starts, and the scalable system
is ready ``lead_months`` later; from then on it is carried every month, needed or not. Until then
each month of overload costs the same. All policies meet the same futures.
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.elementary import exp, log
from scalelab.kernels.jit import Floats, Ints, Table, Words, kernel, step
from scalelab.kernels.random import generator, uniform
from scalelab.kernels.select import kth_smallest

# In per cent of the capacity: on day one, the triggers, never (out of the triggers' way).
LOWEST, HIGHEST, STEP = 10, 150, 5
POLICIES = (HIGHEST - LOWEST) // STEP + 3
NEVER_AT = HIGHEST + 15
POLICY, MONTH = 0, 1
NEEDED, EARLY, NOTHING, FAILING = 0, 1, 2, 3
PARTS = 4
BETWEEN = 2  # months from one row for the load to the next
COLUMNS = 17


class Plan(NamedTuple):
    """What a path is judged by: months, thousand euros, logarithms of load over today's load."""

    horizon: int
    lead: int
    build: float
    carrying: float
    loss: float
    full: float
    triggers: Floats


class Found(NamedTuple):
    """Sums by policy (and part of the cost), and how many paths need the scalable system."""

    parts: Table
    built: Ints
    late: Ints
    needed: Ints


@kernel
def normals(state: Words, into: Floats) -> None:
    """Standard normal numbers, two at a time (Marsaglia and Bray, SIAM Review 6(3) 1964)."""
    for i in range(0, into.size, 2):
        u = 0.0
        v = 0.0
        square = 2.0
        while square >= 1.0:
            u = 2.0 * uniform(state) - 1.0
            v = 2.0 * uniform(state) - 1.0
            square = u * u + v * v
        # The square is 0 only if both draws fall on the middle, which `uniform` never gives.
        scale = np.sqrt(-2.0 * log(square) / square)
        into[i] = u * scale
        if i + 1 < into.size:
            into[i + 1] = v * scale


@kernel
def position(policy: int) -> int:
    """The load that a policy waits for, in per cent of the capacity."""
    if policy == 0:
        return 0
    return NEVER_AT if policy == POLICIES - 1 else LOWEST + STEP * (policy - 1)


@step
def judge(path: Floats, plan: Plan, started: Ints, overloaded: Ints, found: Found) -> None:
    """What each policy costs on one path; adds to ``found``.

    ``started`` and ``overloaded`` are room for when each policy starts, and for the months of
    overload before each month.
    """
    first = plan.horizon
    reached = 0
    overloaded[0] = 0
    for policy in range(POLICIES):
        started[policy] = plan.horizon
    for t in range(plan.horizon):
        while reached < POLICIES - 1 and path[t] >= plan.triggers[reached]:
            started[reached] = t
            reached += 1
        over = path[t] >= plan.full
        overloaded[t + 1] = overloaded[t] + over
        if over and first == plan.horizon:
            first = t
    found.needed[0] += first < plan.horizon
    for policy in range(POLICIES):
        ready = min(started[policy] + plan.lead, plan.horizon)
        failing = plan.loss * overloaded[ready]
        system = plan.carrying * (plan.horizon - ready)
        if started[policy] < plan.horizon:
            system += plan.build
            found.built[policy] += 1
        found.parts[policy, FAILING] += failing
        found.late[policy] += overloaded[ready] > 0
        if first == plan.horizon:
            found.parts[policy, NOTHING] += system
        else:
            early = plan.carrying * max(0, first - ready)
            found.parts[policy, EARLY] += early
            found.parts[policy, NEEDED] += system - early


@kernel
def timing(
    takes_off: float, growth: float, uncertainty: float, lead_months: int, build: float,
    carrying: float, loss: float, capacity: float, horizon_months: int, n_paths: int, n_runs: int,
    seed: int,
) -> Table:  # fmt: skip
    """A row for each policy, then one for every second month.

    ``growth`` and ``uncertainty`` (the standard deviation of the logarithm) are a month's,
    ``capacity`` is a multiple of today's load, money is in thousand euros. The first paths of
    each of ``n_runs`` runs take off, in the proportion that ``takes_off`` says.

    Columns: number of the row; kind of row; share of the capacity that the policy waits for, or
    month; mean cost over the horizon: building and carrying what is needed, carrying it before it
    is, building and carrying what never is, failing; all of it: mean, of the cheapest and of the
    dearest run; shares of the futures in which it is built, and in which the load outgrows the
    simple system before the other one is ready; 1 for the policy that costs least (the latest of
    several); load over capacity: what a tenth, half and nine tenths of the futures stay below;
    share of the futures in which the capacity is never reached. 0 where a column is not for the
    kind of row.
    """
    triggers = np.zeros(POLICIES)
    for policy in range(1, POLICIES):
        triggers[policy] = log(max(1.0, position(policy) * capacity / 100.0))
    plan = Plan(horizon_months, lead_months, build, carrying, loss, log(capacity), triggers)
    n_months = (horizon_months + BETWEEN - 1) // BETWEEN
    n = n_runs * n_paths
    table = np.zeros((POLICIES + n_months, COLUMNS))
    found = Found(
        np.zeros((POLICIES, PARTS)), np.zeros(POLICIES, np.int64), np.zeros(POLICIES, np.int64),
        np.zeros(1, np.int64),
    )  # fmt: skip
    before = np.zeros(POLICIES)
    shown = np.empty((n_months, n))
    path = np.zeros(horizon_months)
    moves = np.empty(max(horizon_months - 1, 1))
    started = np.empty(POLICIES, np.int64)
    overloaded = np.empty(horizon_months + 1, np.int64)
    growing = int(takes_off * n_paths + 0.5)
    drift = log(1.0 + growth)
    state = generator(seed)
    for run in range(n_runs):
        for i in range(n_paths):
            normals(state, moves)
            for t in range(1, horizon_months):
                path[t] = path[t - 1] + uncertainty * moves[t - 1]
                if i < growing:
                    path[t] += drift
            for month in range(n_months):
                shown[month, run * n_paths + i] = path[month * BETWEEN]
            judge(path, plan, started, overloaded, found)
        for policy in range(POLICIES):
            spent = found.parts[policy].sum()
            mean = (spent - before[policy]) / n_paths
            before[policy] = spent
            table[policy, 8] = mean if run == 0 else min(table[policy, 8], mean)
            table[policy, 9] = max(table[policy, 9], mean)
    best = 0
    for policy in range(POLICIES):
        table[policy, 0] = policy
        table[policy, 1] = POLICY
        table[policy, 2] = position(policy) / 100.0
        for part in range(PARTS):
            table[policy, 3 + part] = found.parts[policy, part] / n
        table[policy, 7] = found.parts[policy].sum() / n
        table[policy, 10] = found.built[policy] / n
        table[policy, 11] = found.late[policy] / n
        table[policy, 16] = 1.0 - found.needed[0] / n
        if table[policy, 7] <= table[best, 7]:
            best = policy
    table[best, 12] = 1.0
    for month in range(n_months):
        row = POLICIES + month
        table[row, 0] = row
        table[row, 1] = MONTH
        table[row, 2] = month * BETWEEN
        for column, share in ((13, 0.1), (14, 0.5), (15, 0.9)):
            level = kth_smallest(shown[month], int(share * (n - 1)))
            table[row, column] = exp(level) / capacity
    return table
