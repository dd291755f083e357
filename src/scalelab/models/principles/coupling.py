"""One service of several fails: who is still answered, and how available services are in series.

    >>> from scalelab.models.principles.coupling import WAYS, fault
    >>> for way in WAYS:
    ...     found = fault(way)
    ...     print(f"{way}: {found.answered:.1%}, {found.innocent:,.0f} lost that do not need it")
    No time-out: 15.8%, 19,019 lost that do not need it
    Time-out: 63.3%, 7,628 lost that do not need it
    Breaker: 85.8%, 2,203 lost that do not need it
    Bulkhead: 95.0%, 0 lost that do not need it
    Broker: 100.0%, 0 lost that do not need it

Other ways to the same numbers are in `scalelab.theory.principles.coupling`.
"""

import math
from dataclasses import dataclass

from scalelab.facts import coupling as facts
from scalelab.kernels import shop
from scalelab.kernels.principles import coupling as kernels
from scalelab.models.check import one_of, within

WAYS = ("No time-out", "Time-out", "Breaker", "Bulkhead", "Broker")
FAULTS = ("Hangs", "100 times slower", "10 times slower", "Fails at once")
FALLBACKS = ("it fails", "it is answered without")
# Assumptions: a front-end machine of the shop, and the recommendations that some pages show.
REQUESTS_PER_S = 200.0
WORK_MS = 50.0  # at all other services and the machine itself
CALL_MS = 50.0
HAND_OVER_MS = 5.0
SHARE = 0.05
MINUTES = 2.0
TIME_OUT_S = 30.0
PATIENCE_S = 10.0
EACH = 0.999
WORKERS = int(facts.TOMCAT_THREADS.value)
OWN = int(facts.BULKHEAD_CALLS.value)
THRESHOLD = facts.BREAKER_THRESHOLD.value
WINDOW = facts.BREAKER_WINDOW.value
WAIT_S = facts.BREAKER_WAIT.value
PROBES = facts.BREAKER_PROBES.value
MOST_WORKERS = 2000


@dataclass(frozen=True)
class Fault:
    """One way around one fault.

    Of the requests that come during it a share ``answered`` is answered in time. In all
    ``lost_in_all`` are refused, fail or are late, and ``innocent`` of them do not need the service.
    At most ``most_busy`` workers are busy. ``full_after_s``: from the beginning until one request
    in ten is refused; ``opens_after_s``: until the breaker opens; both None if it does not come to
    that. ``back_after_s``: from the end of the fault until all is as before, None if it is not
    within 150 s. The pool bears a time-out of ``bears_s`` if the service hangs; the one that is set
    needs ``needs_workers``. ``backlog`` messages wait at the broker in the end if none is worked
    off.
    """

    answered: float
    lost_in_all: float
    innocent: float
    most_busy: float
    full_after_s: float | None
    opens_after_s: float | None
    back_after_s: float | None
    bears_s: float
    needs_workers: float
    backlog: float


def fault(
    way: str,
    kind: str = "Hangs",
    minutes: float = MINUTES,
    share: float = SHARE,
    requests_per_s: float = REQUESTS_PER_S,
    workers: int = WORKERS,
    time_out_s: float = TIME_OUT_S,
    own_calls: int = OWN,
    fallback: str = "it fails",
    work_ms: float = WORK_MS,
    call_ms: float = CALL_MS,
    hand_over_ms: float = HAND_OVER_MS,
    patience_s: float = PATIENCE_S,
) -> Fault:
    """A service fails for ``minutes``, and a ``share`` of the requests needs it.

    Parameters
    ----------
    way : one of `WAYS`. All but "No time-out" and "Broker" have the time-out. "Breaker" has
        Resilience4j's defaults, "Bulkhead" lets ``own_calls`` wait at once and refuses others.
        "Broker" hands a message over, and the request is answered without its result.
    kind : one of `FAULTS`. What hangs is broken off when the service is well again.
    minutes : 0.1 to 30, rounded to 0.1 s.
    share : of the requests that call the service, 0.001 to 1.
    requests_per_s : 1 to 10,000.
    workers : of the pool, 1 to 2000.
    time_out_s : 0.2 to 60 s, rounded to 0.1 s; a breaker waits for so long, too.
    own_calls : 1 to 2000; more than the workers is no bound.
    fallback : one of `FALLBACKS`: what becomes of a request whose call fails or is not made.
    work_ms : for which a request holds its worker besides the call, 1 to 10,000 ms, exponential.
    call_ms : of the call while the service is well, 1 to 10,000 ms, exponential.
    hand_over_ms : of a message to the broker, 0.1 to 1000 ms, exponential.
    patience_s : an answer after so long a call does not count, 1 to 60 s, rounded to 0.1 s.

    Raises
    ------
    ValueError
        For an unknown name or an argument outside the ranges above.

    Notes
    -----
    A request that finds no worker is refused. Means without chance: requests find a worker by
    Erlang's formula for the number that is busy, as if that were for good (W.-P. Wang, D. Tipper,
    S. Banerjee, 1996), and the pool and the bulkhead lose independently (F. P. Kelly, 1986).
    The breaker's rules are those of Resilience4j; its chance is left out, too: it opens when the
    mean number of failures in its window is half. Calls begun before a change do not count.

    Leaves out: queues before the pool, retries, customers who come back, several front ends, work
    that a call that was given up goes on making, and a service that is slow because it is busy.
    """
    one_of("way", way, WAYS)
    one_of("kind", kind, FAULTS)
    within("minutes", minutes, 0.1, 30.0, "min")
    within("share", share, 0.001, 1.0, advice="a share, not a percentage")
    within("requests_per_s", requests_per_s, 1.0, 10_000.0, "requests/s")
    within("workers", workers, 1, MOST_WORKERS)
    within("time_out_s", time_out_s, 0.2, 60.0, "s", "no time-out is a way of its own")
    within("own_calls", own_calls, 1, MOST_WORKERS)
    one_of("fallback", fallback, FALLBACKS)
    within("work_ms", work_ms, 1.0, 10_000.0, "ms")
    within("call_ms", call_ms, 1.0, 10_000.0, "ms")
    within("hand_over_ms", hand_over_ms, 0.1, 1000.0, "ms")
    within("patience_s", patience_s, 1.0, 60.0, "s")
    table = kernels.coupling(
        FAULTS.index(kind), float(minutes), float(share), float(requests_per_s), int(workers),
        float(time_out_s), int(own_calls), FALLBACKS.index(fallback), EACH, float(work_ms),
        float(call_ms), float(hand_over_ms), float(patience_s), THRESHOLD, WINDOW, WAIT_S, PROBES,
    )  # fmt: skip
    row = table[kernels.BINS + WAYS.index(way)].tolist()
    here = table[kernels.BINS + kernels.WAYS].tolist()
    return Fault(
        answered=row[kernels.SHARE],
        lost_in_all=row[kernels.LOST],
        innocent=row[kernels.INNOCENT],
        most_busy=row[kernels.MOST],
        full_after_s=row[kernels.FULL_S] if row[kernels.HAS_FULL] == 1.0 else None,
        opens_after_s=row[kernels.OPEN_S] if row[kernels.HAS_OPEN] == 1.0 else None,
        back_after_s=row[kernels.BACK_S] if row[kernels.HAS_BACK] == 1.0 else None,
        bears_s=here[kernels.BEARS_S],
        needs_workers=here[kernels.NEEDS],
        backlog=here[kernels.BACKLOG],
    )


def minutes_down(each: float, needed: int, broker: float = 1.0) -> float:
    """Minutes a year without an answer, if ``needed`` services and perhaps a broker have to be up.

    Each service is up for a share ``each`` of the time, independently of the others.

    >>> [round(minutes_down(0.999, n)) for n in (1, 5, 10, 30)]
    [526, 2623, 5232, 15541]
    >>> round(minutes_down(0.999, 0, broker=0.9999), 1)
    52.6

    Parameters
    ----------
    each, broker : 0 to 1.
    needed : services without which there is no answer, 0 to 1000.

    Raises
    ------
    ValueError
        For an argument outside the ranges above.
    """
    within("each", each, 0.0, 1.0, advice="a share, not a percentage")
    within("needed", needed, 0, 1000)
    within("broker", broker, 0.0, 1.0, advice="a share, not a percentage")
    return (1.0 - each**needed * broker) * kernels.MINUTES_PER_YEAR


@dataclass(frozen=True)
class Machines:
    """Machines for a front end and heavy work, in one program or apart, and USD a month.

    Together every machine has to be of the dearer kind.
    """

    together: int
    front: int
    back: int
    together_usd: float
    apart_usd: float


def machines(
    front_per_s: float,
    back_per_s: float,
    front_ms: float = shop.MACHINE_MS,
    back_ms: float = 200.0,
    front_usd: float = 150.0,
    back_usd: float = 300.0,
    utilisation: float = 0.7,
    vcpus: int = shop.VCPUS,
) -> Machines:
    """How many machines two kinds of work need in one program, and in two.

    >>> machines(2000.0, 100.0)
    Machines(together=13, front=5, back=8, together_usd=3900.0, apart_usd=3150.0)

    Parameters
    ----------
    front_per_s, back_per_s : requests of each kind, 0 to 1e6.
    front_ms, back_ms : of a vCPU, for one of them, 0 to 1e5 ms.
    front_usd, back_usd : rent of a machine of each kind a month, 0 to 1e6 USD; assumptions.
    utilisation : that is aimed at, 0.01 to 1.
    vcpus : of a machine, 1 to 1000.

    Raises
    ------
    ValueError
        For an argument outside the ranges above.

    Notes
    -----
    Leaves out memory and the machine to spare that each kind needs.
    """
    within("front_per_s", front_per_s, 0.0, 1e6, "requests/s")
    within("back_per_s", back_per_s, 0.0, 1e6, "requests/s")
    within("front_ms", front_ms, 0.0, 1e5, "ms")
    within("back_ms", back_ms, 0.0, 1e5, "ms")
    within("front_usd", front_usd, 0.0, 1e6, "USD")
    within("back_usd", back_usd, 0.0, 1e6, "USD")
    within("utilisation", utilisation, 0.01, 1.0, advice="a share, not a percentage")
    within("vcpus", vcpus, 1, 1000)
    of_machine = 1000.0 * vcpus * utilisation
    # A billionth less, as a quotient that is a whole number may come out above it.
    front, back = front_per_s * front_ms / of_machine, back_per_s * back_ms / of_machine
    counts = [math.ceil(load * (1.0 - 1e-9)) for load in (front + back, front, back)]
    together, apart, heavy = counts
    return Machines(
        together, apart, heavy, together * max(front_usd, back_usd),
        apart * front_usd + heavy * back_usd,
    )  # fmt: skip
