"""Where to keep a customer's session: with one machine, in a store, or with the customer.

    >>> from scalelab.models.load_balancing.sessions import keep
    >>> for name, way in keep("A deploy").items():
    ...     print(f"{name}: busiest {way.busiest:.0%}, {way.lost:.0%} lost, {way.longer_ms:.2f} ms")
    Sticky: busiest 134%, 156% lost, 0.00 ms
    Store: busiest 71%, 0% lost, 0.72 ms
    Token: busiest 71%, 0% lost, 0.11 ms

Other ways to the same numbers are in `scalelab.theory.load_balancing.sessions`.
"""

from dataclasses import dataclass

from scalelab.facts import sessions as facts
from scalelab.facts.latency import DATA_CENTRE_ROUND_TRIP
from scalelab.kernels import shop
from scalelab.kernels.jit import Table
from scalelab.kernels.load_balancing import sessions as kernels
from scalelab.models.check import one_of, within

WAYS = ("Sticky", "Store", "Token")
EVENTS = ("A deploy", "A machine more", "A machine fails", "The store fails", "Nothing")
VISITS = ("All alike", "Exponential", "Heavy-tailed")
PLACEMENTS = ("To each in turn", "To the emptiest")
STORES = ("Alone, in memory", "Alone, with a log", "With a replica")

# Assumptions.
CUSTOMERS = 20_000  # at once, with one request in ten seconds each: 2,000 requests/s
MACHINES = 6  # one more than is needed, so that one may be missing
VISIT_MIN = 10.0
WORK_MS = shop.MACHINE_MS
STORE_MS = 0.1  # of a vCPU of the application's machine, to ask the store and read its answer
PAYLOAD_BYTES = 300  # of a token: who it is, until when it is good, and a small cart
TOKEN_MIN = 15.0

FAILOVER_MIN = facts.SENTINEL_DOWN.value / 60.0


@dataclass(frozen=True)
class Kept:
    """One way to keep sessions, and what an event does to it.

    ``busiest`` is the busiest machine at its worst (more than 1: more than it can do). Chance is in
    it with the event "Nothing" only, and that is also what ``by_chance`` says. ``lost`` sessions
    are a share of the customers; some lose theirs more than once. The event takes ``takes_min``.

    A request takes ``longer_ms`` (None: the machines cannot do it), keeps ``vcpus`` busy in all,
    carries ``bytes_up`` more and brings ``bytes_down`` on average; ``fits`` says whether a cookie
    holds it. ``look_ups_per_s`` are in the store, or with who renews tokens. A session that is
    dismissed, or stolen and reported, stays good for ``valid_min`` on average, twice that at most.
    """

    busiest: float
    by_chance: float
    lost: float
    takes_min: float
    longer_ms: float | None
    vcpus: float
    bytes_up: float
    bytes_down: float
    fits: bool
    look_ups_per_s: float
    valid_min: float


@dataclass(frozen=True)
class Moment:
    """How busy the busiest and the emptiest machine are, and sessions lost so far (a share)."""

    minute: float
    busiest: float
    emptiest: float
    lost: float


def keep(
    event: str = "A deploy",
    machines: int = MACHINES,
    visits: str = "Exponential",
    placement: str = "To each in turn",
    drain_min: float = 0.0,
    shared: int = 1,
    store: str = "Alone, in memory",
    payload_bytes: float = PAYLOAD_BYTES,
    token_min: float = TOKEN_MIN,
    customers: float = CUSTOMERS,
) -> dict[str, Kept]:
    """Each of `WAYS` with one of `EVENTS`.

    Parameters
    ----------
    event : a deploy restarts one machine after the other, for a minute each; a machine is added;
        one fails and is back after five minutes; so does the store.
    machines : 2 to 64, before the event.
    visits : law of their length, of which the mean is ten minutes. Heavy-tailed: Pareto of the
        second kind with index 2.
    placement : of customers who have no machine yet, or whose machine stops.
    drain_min : 0 to 600 min. Of a deploy: a machine gets no new customers for so long before it
        stops, and keeps those that it has.
    shared : of a fifth of the customers, so many are behind one address and stay together, 1 to
        10,000; 1: each is known by a cookie.
    store : kind of store. A log loses the last second, a replica 10 ms; with it the store is back
        after 30 s.
    payload_bytes : of a token, 1 to 100,000; it is signed with RS256.
    token_min : for which a token is good, 0.01 to 100,000 min.
    customers : at once, 100 to 1,000,000; each asks again ten seconds after an answer.

    Raises
    ------
    ValueError
        For an argument outside the ranges above, or a name that is not one of those allowed.

    Notes
    -----
    Means are exact for customers who come at random and go to any machine at random (S. G. Eick, W.
    A. Massey, W. Whitt, "The physics of the Mt/G/infinity queue", 1993); so is the law of the
    busiest by chance. Going to the emptiest is a limit of many customers, in steps.

    Leaves out: customers who click less when answers are slow, or go away; balancers that know how
    busy machines are rather than how many customers they have; cookies that outlive the visit;
    requests in work when a machine stops (`scalelab.models.load_balancing.rollout`); chance during
    an event; a store that is itself slow or full; keys that have to be exchanged.
    """
    table = _table(
        event, machines, visits, placement, drain_min, shared, store, payload_bytes, token_min,
        customers,
    )  # fmt: skip
    first = [table[table[:, kernels.WAY] == way][0].tolist() for way in range(kernels.WAYS)]
    rate = customers / shop.THINK_S
    return {
        name: _kept(row, machines, rate) for name, row in zip(WAYS, first, strict=True)
    }  # fmt: skip


def course(
    event: str = "A deploy",
    machines: int = MACHINES,
    visits: str = "Exponential",
    placement: str = "To each in turn",
    drain_min: float = 0.0,
    way: str = "Sticky",
    customers: float = CUSTOMERS,
) -> list[Moment]:
    """What `keep` sums up, moment by moment. Parameters, errors and notes as there.

    >>> [round(each.busiest, 3) for each in course("A machine more", machines=4)][:4]
    [0.875, 0.875, 0.83, 0.796]
    """
    one_of("way", way, WAYS)
    table = _table(
        event, machines, visits, placement, drain_min, 1, STORES[0], PAYLOAD_BYTES, TOKEN_MIN,
        customers,
    )  # fmt: skip
    shown = (table[:, kernels.WAY] == WAYS.index(way)) & (table[:, kernels.KIND] == kernels.TIME)
    columns = [kernels.MINUTE, kernels.BUSIEST, kernels.EMPTY, kernels.THROWN]
    return [Moment(*row) for row in table[shown][:, columns].tolist()]


def token_bytes(payload_bytes: float, signature_bytes: float = facts.RS256_CHARS.value) -> float:
    """Length of a JWT: 36 characters of header, payload and signature, and two dots.

    ``payload_bytes``: 1 to 100,000, before the encoding; ``signature_bytes``: 1 to 10,000, encoded.

    >>> token_bytes(300), token_bytes(300, facts.HS256_CHARS.value)
    (780.0, 481.0)
    """
    within("payload_bytes", payload_bytes, 1, 100_000)
    within("signature_bytes", signature_bytes, 1, 10_000)
    return float(kernels.token_bytes(float(payload_bytes), float(signature_bytes)))


def _table(
    event: str, machines: int, visits: str, placement: str, drain_min: float, shared: int,
    store: str, payload_bytes: float, token_min: float, customers: float,
) -> Table:  # fmt: skip
    one_of("event", event, EVENTS)
    within("machines", machines, 2, 64)
    one_of("visits", visits, VISITS)
    one_of("placement", placement, PLACEMENTS)
    within("drain_min", drain_min, 0.0, 600.0, "min")
    within("shared", shared, 1, 10_000)
    one_of("store", store, STORES)
    within("payload_bytes", payload_bytes, 1, 100_000)
    within("token_min", token_min, 0.01, 100_000.0, "min")
    within("customers", customers, 100, 1_000_000)
    return kernels.sessions(
        EVENTS.index(event), int(machines), VISITS.index(visits), PLACEMENTS.index(placement),
        float(drain_min), int(shared), STORES.index(store), float(payload_bytes), float(token_min),
        float(customers), shop.THINK_S, VISIT_MIN, WORK_MS, shop.VCPUS, shop.WRITE_SHARE,
        DATA_CENTRE_ROUND_TRIP.value, STORE_MS, facts.RS256_VERIFICATION.value,
        facts.RS256_CHARS.value, FAILOVER_MIN, facts.REDIS_FLUSH.value, facts.COOKIE_BYTES.value,
    )  # fmt: skip


def _kept(row: list[float], machines: int, rate: float) -> Kept:
    # What the machines have to do, and what they can, in vCPUs.
    busy = rate * WORK_MS / 1000.0 + row[kernels.WORK]
    possible = busy < machines * shop.VCPUS
    return Kept(
        busiest=row[kernels.WORST],
        by_chance=row[kernels.CHANCE],
        lost=row[kernels.THROWN_ALL],
        takes_min=row[kernels.TAKES],
        longer_ms=row[kernels.MORE_MS] if possible else None,
        vcpus=row[kernels.WORK],
        bytes_up=row[kernels.UP],
        bytes_down=row[kernels.DOWN],
        fits=row[kernels.FITS] == 1.0,
        look_ups_per_s=row[kernels.LOOK_UPS],
        valid_min=row[kernels.VALID],
    )
