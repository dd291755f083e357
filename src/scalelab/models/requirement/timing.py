"""When to build what scales: on day one, at a share of the capacity, when it broke, or never?

    >>> from scalelab.models.requirement.timing import simulate
    >>> found = simulate()
    >>> found.best.total < 0.6 * found.broke.total < found.day_one.total
    True
    >>> 0.4 < found.best.trigger < 0.6
    True

All money is an assumption of whoever asks. The closed forms of the same model are in
`scalelab.theory.requirement.timing`.
"""

from dataclasses import dataclass

from scalelab.kernels.requirement.timing import (
    BETWEEN,
    HIGHEST,
    LOWEST,
    NEVER_AT,
    POLICIES,
    STEP,
    timing,
)
from scalelab.models.check import within

TRIGGERS = tuple(percent / 100.0 for percent in range(LOWEST, HIGHEST + 1, STEP))
NAMES = (
    "on day one",
    *(f"at {percent}% of capacity" for percent in range(LOWEST, HIGHEST + 1, STEP)),
    "never",
)
BROKE = "at 100% of capacity"
NEVER = NEVER_AT / 100.0  # where a chart has room for it


@dataclass(frozen=True)
class Policy:
    """What it costs, in thousand euros on average, to start building at ``trigger``.

    ``trigger`` is a share of the simple system's capacity: 0 for day one, infinity for never.
    ``total`` is the sum of ``needed`` (building and carrying in futures that need it, from then
    on), ``early`` (carrying it in those futures before), ``nothing`` (building and carrying in
    futures that never need it) and ``failing`` (overload). ``low`` and ``high`` are the totals of
    the cheapest and the dearest run. ``built`` and ``late`` are the shares of the futures in which
    it is built, and in which the load is too much before it is ready.
    """

    name: str
    trigger: float
    needed: float
    early: float
    nothing: float
    failing: float
    total: float
    low: float
    high: float
    built: float
    late: float


@dataclass(frozen=True)
class Timing:
    """Result of `simulate`.

    ``policies`` in the order of their triggers; ``best`` costs least. ``never_needed``: share of
    the futures in which the load stays below the capacity. In ``months`` (0 is today), a tenth,
    half and nine tenths of the futures have less load than ``p10``, ``p50`` and ``p90``, as
    shares of the capacity.
    """

    policies: tuple[Policy, ...]
    best: Policy
    never_needed: float
    months: tuple[int, ...]
    p10: tuple[float, ...]
    p50: tuple[float, ...]
    p90: tuple[float, ...]

    def at(self, trigger: float) -> Policy:
        """The policy whose trigger is nearest to a share of the capacity; 0 is day one."""
        return min(self.policies[:-1], key=lambda policy: abs(policy.trigger - trigger))

    @property
    def day_one(self) -> Policy:
        return self.policies[0]

    @property
    def broke(self) -> Policy:
        """Starts when the load has reached the capacity."""
        return self.at(1.0)

    @property
    def never(self) -> Policy:
        return self.policies[-1]


def simulate(
    takes_off: float = 0.5,
    growth: float = 0.08,
    uncertainty: float = 0.1,
    lead_months: int = 6,
    build: float = 300.0,
    carrying: float = 20.0,
    loss: float = 200.0,
    capacity: float = 10.0,
    horizon_months: int = 48,
    n_paths: int = 2000,
    n_runs: int = 5,
    seed: int = 1,
) -> Timing:
    """Mean cost of each policy over the horizon; all meet the same random futures.

    Parameters
    ----------
    takes_off : share of the futures in which the product takes off, 0 to 1. In the others the
        load stays where it is, but for chance.
    growth : of the load in a month, at the median, if it takes off; 0 to 1 (0.08 is 8 %).
    uncertainty : standard deviation of a month's change, of the logarithm of the load; 0 to 1.
    lead_months : from the start of building until the system is in use, 0 to 60 months.
    build : cost of building, 0 to 1,000,000 thousand euros; paid when building starts.
    carrying : cost of having it, 0 to 100,000 thousand euros a month, needed or not: to run it,
        and because every change takes longer.
    loss : cost of a month in which the load is at or above the capacity, 0 to 1,000,000 thousand
        euros.
    capacity : of the simple system, 1.01 to 10,000 times today's load.
    horizon_months : what is added up, 2 to 240 months.
    n_paths, n_runs : 10 to 1,000,000 futures in a run, 1 to 100 runs; together up to 1,000,000.
    seed : any int; one seed gives one result.

    Raises
    ------
    ValueError
        For an argument outside the ranges above.

    Notes
    -----
    Leaves out: overload a little and overload by far cost the same, and customers who leave for
    good; loads that fall back because the shop fails; a growth rate that changes, seasons,
    launches; what is built in stages, or bought (a larger machine) to win time; interest;
    building that takes longer than planned; what the new system is worth after the horizon, so
    that building in the last months looks dearer than it is. Chance in two months is independent.
    """
    within("takes_off", takes_off, 0.0, 1.0, advice="a share, not a percentage")
    within("growth", growth, 0.0, 1.0, advice="a share a month; 8 % is 0.08")
    within("uncertainty", uncertainty, 0.0, 1.0, advice="a share a month; 10 % is 0.1")
    within("lead_months", lead_months, 0, 60, "months")
    within("build", build, 0.0, 1e6, "thousand euros")
    within("carrying", carrying, 0.0, 1e5, "thousand euros a month")
    within("loss", loss, 0.0, 1e6, "thousand euros a month")
    within("capacity", capacity, 1.01, 1e4, "times today's load", "today it is enough")
    within("horizon_months", horizon_months, 2, 240, "months")
    within("n_paths", n_paths, 10, 1_000_000)
    within("n_runs", n_runs, 1, 100)
    within("n_paths * n_runs", n_paths * n_runs, 10, 1_000_000)
    table = timing(
        float(takes_off), float(growth), float(uncertainty), int(lead_months), float(build),
        float(carrying), float(loss), float(capacity), int(horizon_months), int(n_paths),
        int(n_runs), int(seed),
    )  # fmt: skip
    triggers = (0.0, *TRIGGERS, float("inf"))
    policies = tuple(
        Policy(name, trigger, *(float(x) for x in row[3:12]))
        for name, trigger, row in zip(NAMES, triggers, table[:POLICIES], strict=True)
    )
    months = table[POLICIES:]
    return Timing(
        policies,
        policies[int(table[:POLICIES, 12].argmax())],
        float(table[0, 16]),
        tuple(range(0, horizon_months, BETWEEN)),
        *(tuple(float(x) for x in months[:, column]) for column in (13, 14, 15)),
    )
