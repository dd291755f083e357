"""What an outage costs, in closed form.

Requests are Poisson streams, so whatever is chosen from them at random (one region's, the writes,
one key's) is one too, and the number that falls into a time is Poisson with rate times time.

That a majority may go on alone, and nobody else, is the rule of R. H. Thomas, "A majority consensus
approach to concurrency control for multiple copy databases", ACM TODS 4(2), 1979.
"""

from collections.abc import Sequence

from scalelab.theory.storage.partition import conflict_probability, majority_availability


def lost_tail(write_rate: float, lag: float) -> float:
    """Writes acknowledged but still waiting at the leader when its region is lost."""
    return write_rate * lag


def thrown_away(write_rate: float, share: float, lag: float, goes_on: float) -> float:
    """Writes that the old leader took and the new one does not have.

    The tail of all writes, and what a ``share`` of them, from the leader's own region, adds
    in the seconds that it ``goes_on`` without the others.
    """
    return lost_tail(write_rate, lag) + write_rate * share * goes_on


def lost_with_a_random_region(rates: Sequence[float], lag: float) -> tuple[float, float]:
    """Expected writes lost when each of the regions is as likely to be lost.

    ``rates``: writes a second of each region's customers. With one asynchronous leader, and with
    local writes: the first loses everybody's tail in one case of n, the second one region's tail in
    each, which comes to the same.
    """
    n = len(rates)
    return lost_tail(sum(rates), lag) / n, sum(lost_tail(rate, lag) for rate in rates) / n


def refused_writes(write_rate: float, share: float, detection: float, promotion: float) -> float:
    """Writes that find no leader until another is promoted; ``share`` of all cannot reach one."""
    return write_rate * share * (detection + promotion)


def cut_off_requests(request_rate: float, share: float, break_s: float) -> float:
    """Requests of those who cannot reach a majority."""
    return request_rate * share * break_s


def keys_in_conflict(
    popularity: Sequence[float], write_rate: float, share: float, break_s: float
) -> float:
    """Keys that both sides of a cut wrote, with ``share`` of the writes on one side."""
    return sum(
        conflict_probability(
            write_rate * p * share * break_s, write_rate * p * (1.0 - share) * break_s
        )
        for p in popularity
    )


def majority_with_common_cause(n: int, availability: float, common: float) -> float:
    """Availability of a majority when a share ``common`` of a region's downtime is everybody's.

    The beta-factor model of K. N. Fleming, "A reliability model for common mode failures in
    redundant safety systems", General Atomic report GA-A13284, 1974: a region is down because of
    a cause of its own, or because of one that takes all regions down at once.
    """
    down = 1.0 - availability
    alone = majority_availability(n, 1.0 - (1.0 - common) * down)
    return (1.0 - common * down) * alone


def failover_availability(failures_a_year: float, detection: float, promotion: float) -> float:
    """Share of the time that a leader can be written to, if each failure is healed by promotion."""
    year = 365.0 * 86_400.0
    return 1.0 / (1.0 + failures_a_year * (detection + promotion) / year)
