"""What moves when shards come and go, against closed forms and other programs."""

import binascii
from collections.abc import Iterator

import numpy as np

from scalelab.kernels.jit import Ints
from scalelab.kernels.storage.placement import slots
from scalelab.models.storage.resharding import CHANGES, movement, simulate
from scalelab.models.storage.sharding import shards_of
from scalelab.peers.placement import UHASHRING, ring, ring_shards
from scalelab.theory.storage.resharding import jump_moved, least_moved, modulo_moved
from scalelab.validation.row import Row, Topic

ADD, LOSE, DOUBLE = CHANGES
KEYS = 500_000
REMAINDERS = "remainders that agree, over their least common multiple"
EVEN = "what an even share of a new shard is, or all of a lost one"
RING_PEER = f"{UHASHRING}, {{cite:t}}`v-uhashring`"


def lists(n: int, change: str) -> tuple[Ints, Ints]:
    """The shards before and after."""
    before = np.arange(n)
    after = {
        ADD: np.arange(n + 1), LOSE: np.delete(before, n // 2), DOUBLE: np.arange(2 * n),
    }[change]  # fmt: skip
    return before, after


def moved_by_modulo(before: int, after: int) -> float:
    keys = np.arange(KEYS)
    return movement(*(shards_of(keys, "Modulo", n) for n in (before, after))).moved


def rows() -> Iterator[Row]:
    for before, after in ((4, 5), (10, 11), (10, 12), (100, 101), (16, 32)):
        yield Row(
            "Modulo: keys that move", f"{before} to {after} shards", "theory", REMAINDERS,
            modulo_moved(range(before), range(after)), moved_by_modulo(before, after), 0.003,
            ".2%",
        )  # fmt: skip
    for change in CHANGES:
        n = 10
        old, new = (shards.tolist() for shards in lists(n, change))
        settings = f"10 shards; {change.lower()}"
        least = least_moved(n, len(new))
        for method, source, reference in (
            ("Modulo", REMAINDERS, modulo_moved(old, new)),
            ("Jump", "{cite:t}`v-lamping2014`, the list closes up", jump_moved(old, new)),
            ("Rendezvous", EVEN, least),
        ):
            ours = simulate(method, change, n, n_keys=KEYS, n_runs=2).moved
            yield Row(
                f"{method}: keys that move", settings, "theory", source, reference, ours, 0.003,
                ".2%",
            )  # fmt: skip
        for method, runs in (("Consistent hashing", 400), ("Hash slots", 40)):
            found = simulate(method, change, n, n_keys=5000, n_runs=runs)
            yield Row(
                f"{method}: keys that move", f"{settings}; mean of {runs} runs", "theory", EVEN,
                least, found.moved, 0.03 * least, ".2%",
            )  # fmt: skip
            yield Row(
                f"{method}: keys that move between shards that stay", settings, "theory",
                "none: {cite:t}`v-karger1997`, and slots by construction", 0.0, found.wasted, 0.0,
                ".2%",
            )  # fmt: skip
    # A thousandth of the keys moves: 16 million are needed to see 3 % of that.
    for n, runs in ((10, 1), (100, 2), (1000, 16)):
        found = simulate("Jump", ADD, n, n_keys=1_000_000, n_runs=runs)
        yield Row(
            "Jump: keys that move", f"{n:,} to {n + 1:,} shards", "theory",
            "{cite:t}`v-lamping2014`: 1 / (n + 1)", 1.0 / (n + 1), found.moved, 0.03 / (n + 1),
            ".3%",
        )  # fmt: skip
        yield Row(
            "Jump: keys that move between shards that stay", f"{n:,} to {n + 1:,} shards", "theory",
            "{cite:t}`v-lamping2014`", 0.0, found.wasted, 0.0, ".2%",
        )  # fmt: skip
    yield from beside_uhashring()
    keys = np.arange(0, 20_000_000, 997)
    slot = np.array([binascii.crc_hqx(str(key).encode(), 0) % slots.SLOTS for key in keys])
    differing = (shards_of(keys, "Hash slots", slots.SLOTS) != slot).sum()
    yield Row(
        "Hash slots: keys in another slot than by Python's CRC16", f"of {keys.size:,} keys",
        "peer", "binascii.crc_hqx", 0.0, float(differing), 0.0, ",.0f",
    )  # fmt: skip


def beside_uhashring() -> Iterator[Row]:
    """A node is added to uhashring's ring, and one is taken off."""
    keys = np.arange(20_000)
    for name, n in (("an eleventh is added", 11), ("the tenth is lost", 9)):
        circle = ring(range(10), 100, 1)
        before = ring_shards(circle, keys)
        if n == 11:
            circle.add_node("10")
        else:
            circle.remove_node("9")
        theirs = movement(before, ring_shards(circle, keys))
        ours = movement(*(shards_of(keys, "Consistent hashing", k) for k in (10, n)))
        yield Row(
            "Ring: keys that move, beside uhashring", f"10 shards, {name}; same hash functions",
            "peer", RING_PEER, theirs.moved, ours.moved, 0.0, ".3%",
        )  # fmt: skip


TOPIC = Topic(
    "Resharding",
    "Share of all keys that another shard holds after the change. The shard that is lost is the "
    "sixth of ten, so that lists close up. A ring's new shard gets more or less than an even "
    "share, so that means of many rings are compared.",
    rows,
)
