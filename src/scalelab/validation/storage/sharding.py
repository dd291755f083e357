"""Keys on shards: how even, against closed forms, other programs and published figures."""

import math
from collections.abc import Iterator

import numpy as np
from uhashring import HashRing

from scalelab.kernels.jit import Floats, Ints
from scalelab.kernels.storage.placement import jump, maglev, ring, slots
from scalelab.kernels.zipf import popularity
from scalelab.models.storage.sharding import load, shards_of, simulate
from scalelab.peers.placement import JUMP, UHASHRING, jump_buckets, ring_shards
from scalelab.peers.placement import ring as their_ring
from scalelab.theory.storage.sharding import (
    bounded_capacity,
    counting_cv,
    fullest_bin,
    fullest_of_many,
    hot_key_share,
    load_cv,
    one_point_peak,
    p99,
    ring_cv,
)
from scalelab.validation.row import Row, Topic

# Points in all rings of a comparison together, and the fewest rings.
POINTS, RINGS = 4_000_000, 200
KARGER = "shares of a ring are Beta distributed, see the theory module *sharding*"
BINOMIAL = "each key on a shard at random, see the theory module *sharding*"
LAMPING = "{cite:t}`v-lamping2014`, as quoted"
MAGLEV = "{cite:t}`v-eisenbud2016`"
GUAVA = "tests of Guava, {cite:t}`v-guava`, in the ports that quote them"
RING_PEER = f"{UHASHRING}, {{cite:t}}`v-uhashring`"

# Points -> standard error, and ends of the middle 99 %, of a bucket's share over the mean.
LAMPING_SHARDS = 1000
LAMPING_TABLE = {
    1: (0.9979060, 0.005, 5.25),
    10: (0.3151810, 0.37, 1.98),
    100: (0.0996996, 0.76, 1.28),
    1000: (0.0315723, 0.92, 1.09),
}
# (key, buckets) -> bucket; and the buckets of keys 0 to 19 out of 100.
GUAVA_VALUES = {
    (10863919174838991, 11): 6, (2016238256797177309, 11): 3, (1673758223894951030, 11): 5,
    (2, 100_001): 80_343, (2201, 100_001): 22_152, (2202, 100_001): 15_018,
}  # fmt: skip
GUAVA_100 = (0, 55, 62, 8, 45, 59, 86, 97, 82, 59, 73, 37, 17, 56, 86, 21, 90, 37, 38, 83)


def shares(n_shards: int, virtual_nodes: int, seed: int) -> Floats:
    """Share of the circle that each shard of one ring has, over the mean."""
    state = ring.new(np.arange(n_shards), virtual_nodes, seed)
    # A shard has what lies before each of its points, the first also what is behind the last.
    point = state.point[:-1]
    arc = np.diff(point, prepend=point[-1:])  # unsigned, so that the first goes round
    total = np.bincount(state.owner[:-1], arc.astype(np.float64), n_shards)
    found: Floats = total / 2.0**64 * n_shards
    return found


def of_rings(n_shards: int, virtual_nodes: int, fewest: int = RINGS) -> Floats:
    """One row for each of some rings."""
    n = max(fewest, min(10_000, POINTS // (n_shards * virtual_nodes)))
    return np.array([shares(n_shards, virtual_nodes, seed) for seed in range(n)])


def rings() -> Iterator[Row]:
    for n in (10, 100, 1000):
        for v in (1, 10, 40, 100, 160, 1000):
            if n * v > 100_000:
                continue
            found = of_rings(n, v)
            cv = math.sqrt(float(found.var(axis=1).mean()))
            expected = ring_cv(n, v)
            yield Row(
                "Ring: CV of the shares", f"{n:,} shards, {v:,} points each, {len(found):,} rings",
                "theory", KARGER, expected, cv, 0.03 * expected, ".2%",
            )  # fmt: skip
            if v == 1:
                peak = float(found.max(axis=1).mean())
                yield Row(
                    "Ring: largest share, over the mean", f"{n:,} shards, one point each",
                    "theory", "1 + 1/2 + ... + 1/n, {cite:t}`v-holst1980`", one_point_peak(n),
                    peak, 0.03 * one_point_peak(n), ".3f",
                )  # fmt: skip


def published_rings() -> Iterator[Row]:
    for v, (error, low, high) in LAMPING_TABLE.items():
        # A million points make a thousand shares: a few rings are enough.
        found = of_rings(LAMPING_SHARDS, v, fewest=6)
        settings = f"{LAMPING_SHARDS:,} shards, {v:,} points each"
        ours = math.sqrt(float(found.var(axis=1).mean()))
        yield Row(
            "Ring: standard error of a share", settings, "published", LAMPING, error, ours,
            0.03 * error, ".4f",
        )  # fmt: skip
        for name, published, at in (("0.5%", low, 0.005), ("99.5%", high, 0.995)):
            # Half of the last digit that is printed, and chance.
            slack = 0.5 * 10.0 ** -(3 if published < 0.01 else 2) + 0.01 * published
            yield Row(
                f"Ring: a share's {name} quantile, over the mean", settings, "published", LAMPING,
                published, float(np.quantile(found, at)), slack, ".3f",
            )  # fmt: skip


def other_rings() -> Iterator[Row]:
    keys = np.arange(20_000)
    for n, v in ((10, 1), (10, 160), (100, 40)):
        theirs = ring_shards(their_ring(range(n), v, 1), keys)
        ours = shards_of(keys, "Consistent hashing", n, v)
        yield Row(
            "Ring: keys on another shard than uhashring's", f"{n} shards, {v} points each, of "
            f"{keys.size:,} keys; both have our hash functions", "peer", RING_PEER, 0.0,
            float((ours != theirs).sum()), 0.0, ",.0f",
        )  # fmt: skip
    for v in (10, 100):
        reference = float(np.mean([uhashring_peak(v, 10 * i) for i in range(300)]))
        peak = float(of_rings(10, v).max(axis=1).mean())
        yield Row(
            "Ring: largest share, over the mean", f"10 shards, {v} points each; uhashring's are "
            "hashed with MD5", "peer", RING_PEER, reference, peak, 0.03 * reference, ".3f",
        )  # fmt: skip


def uhashring_peak(virtual_nodes: int, first: int) -> float:
    """Largest share over the mean of ten nodes on uhashring's own points."""
    nodes = [f"node{i}" for i in range(first, first + 10)]
    points = HashRing(nodes, vnodes=virtual_nodes).get_points()
    share = dict.fromkeys(nodes, 0.0)
    before = points[-1][0] - 2**128
    for point, node in points:
        share[node] += (point - before) / 2**128
        before = point
    return 10 * max(share.values())


def jumps() -> Iterator[Row]:
    for (key, n), bucket in GUAVA_VALUES.items():
        yield Row(
            f"Jump: bucket of key {key}", f"{n:,} buckets", "published", GUAVA, bucket,
            jump.bucket(np.uint64(key), n), 0.0, ",.0f",
        )  # fmt: skip
    differing = sum(jump.bucket(np.uint64(k), 100) != b for k, b in enumerate(GUAVA_100))
    yield Row(
        "Jump: keys in another bucket than published", "keys 0 to 19, 100 buckets", "published",
        GUAVA, 0.0, differing, 0.0, ",.0f",
    )  # fmt: skip
    words = np.random.default_rng(1).integers(0, 2**64, 20_000, np.uint64)
    for n in (2, 11, 1000, 2**31 - 1):
        theirs = jump_buckets(words, n)
        ours = np.array([jump.bucket(word, n) for word in words])
        yield Row(
            "Jump: keys in another bucket than jump-consistent-hash's",
            f"{n:,} buckets, of {words.size:,} random keys", "peer",
            f"{JUMP}, {{cite:t}}`v-jumpconsistenthash`", 0.0, float((ours != theirs).sum()), 0.0,
            ",.0f",
        )  # fmt: skip


def counts() -> Iterator[Row]:
    n, n_keys, runs = 10, 10_000, 1000
    expected = counting_cv(n, n_keys)
    for method in ("Modulo", "Rendezvous", "Jump"):
        found = simulate(method, n, n_keys=n_keys, n_runs=runs)
        yield Row(
            f"{method}: CV of the keys", f"{n} shards, {n_keys:,} keys", "theory", BINOMIAL,
            expected, found.keys_cv, 0.03 * expected, ".2%",
        )  # fmt: skip
    for skew in (0.8, 1.2):
        expected = load_cv(n, popularity(n_keys, skew).tolist())
        found = simulate("Modulo", n, n_keys=n_keys, skew=skew, n_runs=runs)
        yield Row(
            "Modulo: CV of the load", f"{n} shards, {n_keys:,} keys, skew {skew:g}", "theory",
            BINOMIAL, expected, found.load_cv, 0.03 * expected, ".2%",
        )  # fmt: skip
    share = hot_key_share(n_keys, 1.2)
    found = simulate("Rendezvous", 100, n_keys=n_keys, skew=1.2, n_runs=runs)
    reference = 100 * (share + (1.0 - share) / 100)
    yield Row(
        "Rendezvous: load of the hottest, over the mean", f"100 shards, {n_keys:,} keys, skew 1.2",
        "theory", "the hottest key, and an even share of the rest", reference, found.load,
        0.03 * reference, ".2f",
    )  # fmt: skip
    for bins, balls in ((10, 100), (100, 100), (20, 1000)):
        chance = fullest_bin(bins, balls)
        reference = float(np.arange(chance.size) @ chance)
        found = simulate("Jump", bins, n_keys=balls, n_runs=4000)
        yield Row(
            "Jump: keys on the fullest shard", f"{bins} shards, {balls:,} keys", "theory",
            "balls into bins, exactly, see the theory module *sharding*", reference,
            found.load * balls / bins, 0.01 * reference, ".3f",
        )  # fmt: skip
    bins, runs = 65_536, 1000
    fullest = [int(np.bincount(shards_of(np.arange(bins), "Modulo", bins, seed=seed)).max())
               for seed in range(runs)]  # fmt: skip
    for most in (7, 8):
        reference = fullest_of_many(bins, 1.0, most)
        yield Row(
            f"Modulo: runs in which no shard holds more than {most} keys",
            f"{bins:,} shards and keys, {runs:,} runs", "theory",
            "balls into bins, see the theory module *sharding*", reference,
            sum(found <= most for found in fullest) / runs, 0.05, ".1%",
        )  # fmt: skip
    for busy in (0.6, 0.9):
        reference = p99(busy, 1.0)
        found = simulate("Key range", utilisation=busy, n_runs=1)
        yield Row(
            "p99 of an evenly used shard (ms)", f"{busy:.0%} used, 1 ms a request", "theory",
            "M/M/1, the time is exponential", reference, found.p99_ms, 1e-9 * reference, ".2f",
        )  # fmt: skip


def bounds() -> Iterator[Row]:
    keys = np.arange(20_000)
    for c in (1.0, 1.05, 1.1, 1.25, 1.5, 2.0):
        most = max(
            int(np.bincount(shards_of(keys, "Bounded loads", 50, 1, c, seed=seed)).max())
            for seed in range(20)
        )
        yield Row(
            "Bounded loads: most keys on a shard", f"c = {c:g}, 50 shards, one point each, "
            f"{keys.size:,} keys, 20 rings", "theory",
            "ceil(c m / n), {cite:t}`v-mirrokni2018`", bounded_capacity(c, keys.size, 50), most,
            0.0, ",.0f",
        )  # fmt: skip


def table_counts(size: int, n: int) -> Ints:
    found: Ints = np.bincount(maglev.new(np.arange(n), size, 1).table)
    return found


def tables() -> Iterator[Row]:
    example = maglev.populated(np.array([3, 0, 3]), np.array([4, 2, 1]), 7)
    after = maglev.populated(np.array([3, 3]), np.array([4, 1]), 7)
    for name, ours, paper in (
        ("three backends", example, (1, 0, 1, 0, 2, 2, 0)),
        ("B1 removed", 2 * after, (0, 0, 0, 0, 2, 2, 2)),
    ):
        yield Row(
            "Maglev: entries that differ from the paper's example", f"{name}, of 7 entries",
            "published", f"{MAGLEV}, table 1", 0.0, float((ours != np.array(paper)).sum()), 0.0,
            ",.0f",
        )  # fmt: skip
    n, size = 1000, maglev.SIZE
    held = table_counts(size, n)
    for name, reference, count in (
        ("most", math.ceil(size / n), held.max()), ("fewest", size // n, held.min()),
    ):  # fmt: skip
        yield Row(
            f"Maglev: {name} entries of a backend", f"{n:,} backends, {size:,} entries", "theory",
            "shards take turns: a mean of 65.5, rounded; within 1% of it", reference, int(count),
            0.0, ",.0f",
        )  # fmt: skip
    entries = np.arange(size)
    over = np.array([
        load(shards_of(entries, "Rendezvous", n, seed=seed), n).peak_to_mean - 1.0
        for seed in range(12)
    ])  # fmt: skip
    # 49.5 % over a mean of 65.537 entries are 98.
    as_many = 1.0 - fullest_of_many(n, size / n, 97)
    yield Row(
        "Rendezvous: capacity to spare for the fullest backend",
        f"{n:,} backends, {size:,} entries, mean of {over.size} runs", "published",
        f"{MAGLEV}, section 5.3", 0.495, float(over.mean()), 0.03, ".1%",
        "If the paper's is one run, its fullest backend has 98 entries. Entries that are placed at "
        f"random give as many in {as_many:.0%} of all runs; our largest of {over.size} is "
        f"{over.max():.1%}.",
    )  # fmt: skip


def slot_numbers() -> Iterator[Row]:
    for n, ends in ((3, (5460, 10922, 16383)),):
        owner = slots.new(np.arange(n)).owner
        for shard, last in enumerate(ends):
            yield Row(
                f"Hash slots: last slot of shard {shard}", f"{n} shards", "published",
                "{cite:t}`v-rediscluster`", last, int(np.flatnonzero(owner == shard).max()), 0.0,
                ",.0f",
            )  # fmt: skip


def rows() -> Iterator[Row]:
    for part in (
        rings, published_rings, other_rings, jumps, counts, bounds, tables, slot_numbers,
    ):  # fmt: skip
        yield from part()


TOPIC = Topic(
    "Sharding",
    "How evenly each way of placing keys uses the shards. CV: standard deviation over mean, of all "
    "shards, root mean square over rings or runs. The table of the paper on jump hash was read "
    "where others quote it, among them {cite:t}`v-gryski2018`; its last line, jump's own error of "
    "7.6e-9, is too small to be counted. In the paper on Maglev, a ring needs 29.7% more capacity; "
    "its number of points is not given, so that this cannot be run again.",
    rows,
)
