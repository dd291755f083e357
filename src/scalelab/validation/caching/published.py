"""Figures that others have published, with settings complete enough to run again."""

from collections.abc import Iterator

import numpy as np

from scalelab.kernels.jit import Ints
from scalelab.models.caching.hit_ratio import Simulation, misses
from scalelab.models.zipf import requests
from scalelab.validation.row import Row, Topic

# Page faults for a string of references: (policy, places, faults).
ANOMALY = (1, 2, 3, 4, 1, 2, 5, 1, 2, 3, 4, 5)
ANOMALY_FAULTS = (("FIFO", 3, 9), ("FIFO", 4, 10))
TEXTBOOK = (7, 0, 1, 2, 0, 3, 0, 4, 2, 3, 0, 3, 2, 1, 2, 0, 1, 7, 0, 1)
TEXTBOOK_FAULTS = (("FIFO", 3, 15), ("LRU", 3, 12), ("Belady", 3, 9))

# LRU's hit ratio: Zipf exponent -> places as a share of 50,000 objects -> hit ratio.
LIBRARY_OBJECTS, LIBRARY_REQUESTS = 50_000, 1_000_000
LIBRARY = {
    0.5: {0.025: 0.058545, 0.05: 0.104898, 0.1: 0.183537, 0.2: 0.314439, 0.4: 0.523858},
    0.86: {0.025: 0.359167, 0.05: 0.442585, 0.1: 0.538678, 0.2: 0.651358, 0.4: 0.782090},
}

RACE_OBJECTS, RACE_REQUESTS, RACE_SKEW, RACE_SIZE = 500_000, 7_500_000, 0.99, 500
RACE = {"SIEVE": 0.4742, "S3-FIFO": 0.4716, "2Q": 0.4549, "CLOCK": 0.3734, "LRU": 0.3659}


def quick_zipf(n_requests: int, n_objects: int, skew: float) -> Ints:
    """The generator of many benchmarks: Zipf by a formula instead of a table.

    The first two of objects 0 to ``n_objects`` have their exact probabilities, the others those
    of a continuous power law. After J. Gray et al., "Quickly generating billion-record synthetic
    databases", SIGMOD 1994.
    """
    count = n_objects + 1
    zeta = float((np.arange(1, count + 1) ** -skew).sum())
    first_two = 1.0 + 0.5**skew
    eta = (1.0 - (2.0 / count) ** (1.0 - skew)) / (1.0 - first_two / zeta)
    u = np.random.default_rng(1).random(n_requests)
    keys: Ints = (count * (eta * u - eta + 1.0) ** (1.0 / (1.0 - skew))).astype(np.int64)
    keys[u * zeta < first_two] = 1
    keys[u * zeta < 1.0] = 0
    return keys


def faults() -> Iterator[Row]:
    for title, source, keys, published in (
        ("Belady's anomaly", "{cite:t}`v-belady1969`", ANOMALY, ANOMALY_FAULTS),
        ("The textbook's 20 references", "{cite:t}`v-silberschatz2018`", TEXTBOOK, TEXTBOOK_FAULTS),
    ):
        for policy, size, count in published:
            yield Row(
                title, f"{policy}, {size} places: faults", "published", source,
                count, misses(keys, policy, size), 0.0, ",.0f",
            )  # fmt: skip


def library() -> Iterator[Row]:
    for skew, published in LIBRARY.items():
        keys = requests(LIBRARY_REQUESTS, LIBRARY_OBJECTS, skew)
        for share, hit_ratio in published.items():
            cache = Simulation("LRU", round(share * LIBRARY_OBJECTS), LIBRARY_OBJECTS)
            ours = 1.0 - cache.feed(keys) / keys.size
            yield Row(
                "LRU in BitFaster.Caching",
                f"Zipf {skew}, {share:.1%} of {LIBRARY_OBJECTS:,} objects fit",
                "published", "its file of results of June 2020, {cite:t}`v-bitfaster`",
                hit_ratio, ours, 0.002, ".2%",
            )  # fmt: skip


def race() -> Iterator[Row]:
    by_formula = quick_zipf(RACE_REQUESTS, RACE_OBJECTS, RACE_SKEW)
    exact = requests(RACE_REQUESTS, RACE_OBJECTS, RACE_SKEW)
    differs = {
        "LRU exact": (
            "On exact Zipf requests we cannot get this figure. The benchmark draws its keys by a "
            "quick formula ({cite:t}`v-gray1994`) that gives the objects after the first two "
            f"other shares: its 500 most popular get {(by_formula < RACE_SIZE).mean():.1%} of the "
            f"requests, against {(exact < RACE_SIZE).mean():.1%} under Zipf's law. With keys from "
            "that formula (the rows above) we agree. Two benchmarks that both say Zipf 0.99 are "
            "not the same benchmark."
        ),
    }
    settings = f"{RACE_SIZE} places, Zipf {RACE_SKEW}, {RACE_OBJECTS:,} objects"
    source = "{cite:t}`v-gocachebenchmark`"
    for name, keys, published in (
        ("its generator", by_formula, RACE),
        ("exact", exact, {"LRU": RACE["LRU"]}),
    ):
        for policy, hit_ratio in published.items():
            cache = Simulation(policy, RACE_SIZE, RACE_OBJECTS + 1)
            ours = 1.0 - cache.feed(keys) / keys.size
            yield Row(
                f"{policy} in go-cache-benchmark", f"{settings}, {name}", "published", source,
                hit_ratio, ours, 0.005, ".2%", differs.get(f"{policy} {name}", ""),
            )  # fmt: skip


def rows() -> Iterator[Row]:
    yield from faults()
    yield from library()
    yield from race()


TOPIC = Topic(
    "Published figures",
    "Results of others whose settings are stated completely enough to run again. The two sets of "
    "hit ratios were measured on requests that others drew at random. For the first, a million "
    "requests each, 0.2 percentage points are three standard errors of the difference. The second "
    "compares several libraries, whose variants of a policy are not all the paper's: half a point.",
    rows,
)
