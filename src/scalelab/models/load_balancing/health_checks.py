"""Health checks: what they see, how soon, at what price, and what they take down with them.

    >>> from scalelab.models.load_balancing.health_checks import watch
    >>> for name, each in watch("Errors").items():
    ...     out = f"out after {each.out_s:.1f} s" if each.out_s else "never out"
    ...     print(f"{name}: {out}, {each.failed:,.0f} requests fail")
    Connection: never out, 120,000 requests fail
    Empty page: never out, 120,000 requests fail
    Real page: out after 45.0 s, 18,000 requests fail
    Passive: out after 0.0 s, 40 requests fail
    >>> print(f"{watch()['Real page'].false_alarm_h / 24:.0f} days between false alarms")
    35 days between false alarms

Other ways to the same numbers are in `scalelab.theory.load_balancing.health_checks`.
"""

from dataclasses import dataclass

from scalelab.facts import health_checks as facts
from scalelab.facts.failover import RDS_SHORTEST_FAILOVER
from scalelab.kernels.load_balancing import health_checks as kernels
from scalelab.models.check import one_of, within

CHECKS = ("Connection", "Empty page", "Real page", "Passive")
TROUBLES = ("Dead", "Hangs", "Slow", "Errors", "No database")
FALLBACKS = ("Never", "None is left", "Under half")
MACHINES = kernels.MACHINES
WINDOW_S = kernels.WINDOW_S
PEAK_PER_S = 2000.0  # the shop's requests in its busiest hour

# Assumptions. A machine has a bounded line: what would wait for longer than 2 s is refused, and an
# answer after that is of no use. A slow machine takes longer than that. Half of the pages need the
# database, which is away for the shortest failover that Amazon calls typical. One check in a
# thousand is lost for no reason: a packet, a pause, a moment in which no worker is free.
LIMIT_S, SLOW_S = 2.0, 3.0
AWAY_S = RDS_SHORTEST_FAILOVER.value
NEEDS_DATABASE = 0.5
LOST = 0.001
# Passive checks are Envoy's.
ERRORS = int(facts.ENVOY_CONSECUTIVE_5XX.value)
EJECTION_S = facts.ENVOY_EJECTION.value
CONNECTING_S = facts.ENVOY_CONNECT_TIMEOUT.value
WAITING_S = facts.ENVOY_REQUEST_TIMEOUT.value


@dataclass(frozen=True)
class Watched:
    """One kind of check, and what comes of it in the `WINDOW_S` after something broke.

    The broken machine is out after ``out_s`` on average, between ``least_s`` and ``worst_s``; None
    if this check never sees it, or not in the time that the database is away. A pause of a healthy
    machine that is shorter than ``rides_s`` does no harm. ``failed`` requests fail. At the worst a
    ``peak`` share does, and in ``dark_s`` nobody is answered. A check of a healthy machine fails
    with probability ``late``, so that one is taken out by mistake every ``false_alarm_h`` (1e9 at
    most). There are ``checks_per_s``, which keep a machine busy for a ``check_share``. For passive
    checks the last five are None. ``course``: middle of a time in s, share that fails in it.
    """

    out_s: float | None
    least_s: float | None
    worst_s: float | None
    failed: float
    peak: float
    dark_s: float
    rides_s: float | None
    late: float | None
    false_alarm_h: float | None
    checks_per_s: float | None
    check_share: float | None
    course: list[tuple[float, float]]


def watch(
    trouble: str = "Dead",
    rate_per_s: float = PEAK_PER_S,
    interval_s: float = facts.ALB_INTERVAL.value,
    timeout_s: float = facts.ALB_TIMEOUT.value,
    unhealthy: int = int(facts.ALB_UNHEALTHY.value),
    healthy: int = int(facts.ALB_HEALTHY.value),
    lost: float = LOST,
    fallback: str = "None is left",
    balancers: int = 2,
) -> dict[str, Watched]:
    """Each of `CHECKS` when something breaks; the defaults are those of Amazon's load balancer.

    Parameters
    ----------
    trouble : one of `TROUBLES`. A machine is dead (no answer at all), hangs (it accepts
        connections and says nothing), is slow (`SLOW_S` for a request), or answers every request
        with an error at once; or the database of all machines is away for `AWAY_S`.
    rate_per_s : requests, 1 to 100,000, over `MACHINES` machines of 4 vCPUs that do 571 each.
    interval_s : from one check of a machine to the next, by one balancer, 0.5 to 300 s.
    timeout_s : without an answer for so long a check has failed, 0.01 to 120 s; no longer than the
        interval counts.
    unhealthy : failures in a row until a machine is out, 1 to 10.
    healthy : successes in a row until it is back, 1 to 10.
    lost : share of checks that fail for no reason, 1e-6 to 0.5.
    fallback : one of `FALLBACKS`: when requests are sent to all machines, well or not.
    balancers : that check on their own, 1 to 1,000.

    Raises
    ------
    ValueError
        For an argument outside the ranges above.

    Notes
    -----
    Times until a machine is out are exact: the moment is uniform in an interval. So are false
    alarms: lost checks are independent (W. Feller, "An Introduction to Probability Theory and Its
    Applications", volume I, section XIII.7), and late ones are those of pages in the line of M/M/c,
    which is followed from one check to the next. What fails by the second is computed without
    chance in steps of 0.1 s: lines grow and shrink as fluids, up to `LIMIT_S`. It is the mean over
    sixteen phases.

    Passive checks are Envoy's, with `always_eject_one_host`: five errors in a row, out for 30 s,
    then twice, three times as long, one of five machines at most.

    Leaves out: retries, which hide the errors of one machine; checks that are lost one after the
    other, as what loses them lasts longer than an interval; machines that are replaced or
    restarted; clients that come again; and balancers that send fewer requests to a machine with
    many open ones.
    """
    one_of("trouble", trouble, TROUBLES)
    within("rate_per_s", rate_per_s, 1.0, 100_000.0, "requests/s")
    within("interval_s", interval_s, 0.5, 300.0, "s")
    within("timeout_s", timeout_s, 0.01, 120.0, "s")
    within("unhealthy", unhealthy, 1, 10)
    within("healthy", healthy, 1, 10)
    within("lost", lost, 1e-6, 0.5, advice="a share, not a percentage")
    one_of("fallback", fallback, FALLBACKS)
    within("balancers", balancers, 1, 1000)
    table = kernels.health_checks(
        TROUBLES.index(trouble), float(rate_per_s), float(interval_s), float(timeout_s),
        int(unhealthy), int(healthy), float(lost), FALLBACKS.index(fallback), int(balancers),
        LIMIT_S, SLOW_S, AWAY_S, NEEDS_DATABASE, ERRORS, EJECTION_S, CONNECTING_S, WAITING_S,
    )  # fmt: skip
    course = table[table[:, kernels.PART] == kernels.TIMELINE]
    found = {}
    for row in table[table[:, kernels.PART] == kernels.HERE].tolist():
        mine = course[course[:, kernels.CHECK] == row[kernels.CHECK]]
        points = [(float(t), float(f)) for t, f in mine[:, [kernels.TIME, kernels.FAILING]]]
        rides = (unhealthy - 1) * interval_s + min(timeout_s, interval_s)
        found[CHECKS[int(row[kernels.CHECK])]] = _watched(row, rides, points)
    return found


def _watched(row: list[float], rides_s: float, course: list[tuple[float, float]]) -> Watched:
    seen, active = row[kernels.SEES] == 1.0, row[kernels.CHECK] != kernels.PASSIVE
    return Watched(
        out_s=row[kernels.OUT_S] if seen else None,
        least_s=row[kernels.LEAST_S] if seen else None,
        worst_s=row[kernels.WORST_S] if seen else None,
        failed=row[kernels.FAILED],
        peak=row[kernels.PEAK],
        dark_s=row[kernels.DARK_S],
        rides_s=rides_s if active else None,
        late=row[kernels.LATE] if active else None,
        false_alarm_h=row[kernels.FALSE_H] if active else None,
        checks_per_s=row[kernels.CHECKS] if active else None,
        check_share=row[kernels.CHECK_SHARE] if active else None,
        course=course,
    )
