"""Orders that a worker finishes: lost, done once, done twice, in the dead-letter queue.

    >>> from scalelab.models.principles.delivery import WAYS, deliver, expect, overruns
    >>> f"{overruns('exponential', 30.0):.2%}"
    '4.98%'
    >>> for way in WAYS[:3]:
    ...     found = expect(way)
    ...     print(f"{way}: lost {found.lost:.1f}, twice or more {found.more:.1f}")
    At most once: lost 169.2, twice or more 0.0
    At least once: lost 10.0, twice or more 591.5
    With heartbeats: lost 10.0, twice or more 99.6
    >>> found = deliver()["Key, and outbox"]
    >>> found.lost, found.more
    (0.0, 0.0)

All of them are of 10,000 orders. Other ways to the same numbers are in
`scalelab.theory.principles.delivery`.
"""

from dataclasses import dataclass

import numpy as np

from scalelab.facts.delivery import KAFKA_REQUEST_TIMEOUT, SQS_LEASE, STRIPE_KEY
from scalelab.kernels.principles import delivery as kernels
from scalelab.models.check import one_of, within

ORDERS, RUNS = kernels.ORDERS, kernels.RUNS
WAYS = ("At most once", "At least once", "With heartbeats", "With a key", "Key, and outbox")
FATES = ("Lost", "Dead letter, not done", "Done once", "Done twice or more", "Dead letter, done")
LAWS = ("always", "exponential", "long tail")
LEASE_S = SQS_LEASE.value
WINDOW_MIN = 60.0 * STRIPE_KEY.value
RETRY_S = KAFKA_REQUEST_TIMEOUT.value
# Assumptions: what is lost, and how long the work takes. Who runs a queue can count them.
SEND_LOST, ACK_LOST, CRASH, DIES, POISON = 0.01, 0.005, 0.001, 0.005, 0.001
WORK_S = 10.0
RECEIVES = 5
LAW = LAWS[kernels.EXPONENTIAL]
SEED = 1


@dataclass(frozen=True)
class Outcome:
    """What became of 10,000 orders: the first four are all of them.

    ``buried_done`` are in the dead-letter queue and done all the same. ``receives`` is the mean of
    an order, over all its copies.
    """

    lost: float
    dead: float
    once: float
    more: float
    buried_done: float
    receives: float


@dataclass(frozen=True)
class Delivered(Outcome):
    """The mean of several runs, and in the luckiest and the unluckiest one those done twice.

    ``not_done``: orders not done by then, by the time in seconds.
    """

    least_more: float
    most_more: float
    not_done: dict[float, float]


def overruns(law: str, lease_s: float, work_s: float = WORK_S) -> float:
    """Chance that work with this mean takes longer than the lease.

    ``law``: one of `LAWS`. "always" is always as long; "long tail" is Weibull's law with the shape
    1/2: most tasks are short, a few very long.
    """
    one_of("law", law, LAWS)
    within("lease_s", lease_s, 0.1, 1e6, "s")
    within("work_s", work_s, 0.01, 1e5, "s")
    return float(kernels.overruns(LAWS.index(law), float(work_s), float(lease_s)))


def _world(
    send_lost: float, ack_lost: float, crash: float, dies: float, poison: float, law: str,
    lease_s: float, receives: int, work_s: float, window_min: float, retry_s: float,
) -> kernels.World:  # fmt: skip
    overruns(law, lease_s, work_s)
    for name, chance, most in (
        ("send_lost", send_lost, 1.0), ("ack_lost", ack_lost, 0.5), ("crash", crash, 1.0),
        ("dies", dies, 1.0), ("poison", poison, 1.0),
    ):  # fmt: skip
        within(name, chance, 0.0, most, advice="a chance, not a percentage")
    within("receives", receives, 1, 1000)
    within("window_min", window_min, 0.0, 1e6, "min")
    within("retry_s", retry_s, 0.001, 1e5, "s")
    return kernels.World(
        float(send_lost), float(ack_lost), float(crash), float(dies), float(poison),
        LAWS.index(law), float(work_s), float(lease_s), int(receives), 60.0 * window_min,
        float(retry_s),
    )  # fmt: skip


def expect(
    way: str,
    send_lost: float = SEND_LOST,
    ack_lost: float = ACK_LOST,
    crash: float = CRASH,
    dies: float = DIES,
    poison: float = POISON,
    law: str = LAW,
    lease_s: float = LEASE_S,
    receives: int = RECEIVES,
    work_s: float = WORK_S,
) -> Outcome:
    """What becomes of 10,000 orders on average, exactly; for the first three of `WAYS`.

    Parameters, errors and what is left out are those of `deliver`.
    """
    one_of("way", way, WAYS[:3])
    world = _world(
        send_lost, ack_lost, crash, dies, poison, law, lease_s, receives, work_s, WINDOW_MIN,
        RETRY_S,
    )  # fmt: skip
    fates = np.empty(kernels.FATES + 1)
    kernels.expect(fates, WAYS.index(way), world)
    lost, dead, once, more, buried_done = (ORDERS * fates[: kernels.FATES]).tolist()
    return Outcome(lost, dead, once, more, buried_done, float(fates[kernels.FATES]))


def deliver(
    send_lost: float = SEND_LOST,
    ack_lost: float = ACK_LOST,
    crash: float = CRASH,
    dies: float = DIES,
    poison: float = POISON,
    law: str = LAW,
    lease_s: float = LEASE_S,
    receives: int = RECEIVES,
    window_min: float = WINDOW_MIN,
    work_s: float = WORK_S,
    retry_s: float = RETRY_S,
    seed: int = SEED,
) -> dict[str, Delivered]:
    """What becomes of 10,000 orders, by each of the `WAYS`, with the same luck.

    Parameters
    ----------
    send_lost : chance that a send does not arrive, 0 to 1. Only "At most once" minds: the others
        send again.
    ack_lost : chance that an acknowledgement is lost, of the broker to the producer and of a worker
        to the broker, or that its sender dies just before, 0 to 0.5.
    crash : chance that the producer dies after its commit and before the send, 0 to 1.
    dies : chance that a worker dies before its task takes effect, 0 to 1.
    poison : share of the orders whose work always fails, 0 to 1.
    law : of the work's time, one of `LAWS`.
    lease_s : time for an acknowledgement, after which the message is received again, 0.1 to 1e6 s.
    receives : after so many a message goes to the dead-letter queue, 1 to 1000.
    window_min : for so long a key is kept, 0 to 1e6 min.
    work_s : mean time of a task, which takes effect at its end, 0.01 to 1e5 s.
    retry_s : after so long without a confirmation the message is sent again, 0.001 to 1e5 s.
    seed : 0 to 2**31 - 1.

    Raises
    ------
    ValueError
        For an argument outside the ranges above.

    Notes
    -----
    Seven runs of 10,000 orders, one by one; `expect` is exact. Acknowledgements cannot settle
    what happened to a message whose answer is missing (J. Gray, "Notes on data base operating
    systems", 1978); a key at the place of the effect can (J. H. Saltzer, D. P. Reed, D. D. Clark,
    "End-to-end arguments in system design", 1984).

    Leaves out: waiting for a worker, and an outbox's own delay; failures that come together, such
    as a broker that is away for an hour or a worker's batch; time between tries that grows;
    messages returned early by a worker that noticed its failure; late acknowledgements that a
    broker accepts; an effect outside the database, which cannot be stored together with its key;
    order among messages.
    """
    world = _world(
        send_lost, ack_lost, crash, dies, poison, law, lease_s, receives, work_s, window_min,
        retry_s,
    )  # fmt: skip
    within("seed", seed, 0, 2**31 - 1)
    table = kernels.delivery(
        *world[:5], world.law, world.lease, world.receives, float(window_min), world.work,
        world.retry, int(seed),
    )  # fmt: skip
    found = {}
    for i, way in enumerate(WAYS):
        mine = table[table[:, kernels.WAY] == i]
        fates = mine[mine[:, kernels.KIND] == kernels.FATE]
        times = mine[mine[:, kernels.KIND] == kernels.TIME]
        lost, dead, once, more, buried_done = fates[:, kernels.COUNT].tolist()
        found[way] = Delivered(
            lost, dead, once, more, buried_done,
            receives=float(fates[kernels.MORE, kernels.RECEIVED]),
            least_more=float(fates[kernels.MORE, kernels.LOW]),
            most_more=float(fates[kernels.MORE, kernels.HIGH]),
            not_done=dict(zip(times[:, kernels.AT_S].tolist(), times[:, kernels.OPEN].tolist(),
                              strict=True)),
        )  # fmt: skip
    return found
