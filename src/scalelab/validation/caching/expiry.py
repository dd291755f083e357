"""Time to live on a whole trace, against the closed forms for independent requests."""

from collections.abc import Iterator

import numpy as np

from scalelab.kernels.jit import Ints
from scalelab.kernels.zipf import popularity
from scalelab.models.caching.expiry import Lookups, simulate
from scalelab.models.zipf import requests
from scalelab.theory.caching.expiry import lru_renewed, unlimited
from scalelab.validation.row import Row, Topic

N_OBJECTS, SKEW, RATE, SIZE = 2_000, 0.9, 200.0, 500
WARM_UP, COUNTED = 200_000, 2_000_000


def counted(keys: Ints, ttl: float, size: int | None, renewed: bool) -> float:
    """Hit ratio after the start, which is run by itself and taken off."""
    rng = np.random.default_rng(1)
    times = np.cumsum(rng.exponential(1.0 / RATE, keys.size))

    def run(n: int) -> Lookups:
        return simulate(keys[:n], times[:n], ttl, size, renewed)

    return (run(keys.size).hit_ratio * keys.size - run(WARM_UP).hit_ratio * WARM_UP) / COUNTED


def rows() -> Iterator[Row]:
    keys = requests(WARM_UP + COUNTED, N_OBJECTS, SKEW, seed=3)
    shares = popularity(N_OBJECTS, SKEW)
    for ttl in (1.0, 10.0, 60.0):
        yield Row(
            "Room for all, from the fetch", f"time to live {ttl:g} s", "theory",
            "{cite:t}`v-jung2003`", unlimited(shares, RATE, ttl),
            counted(keys, ttl, None, renewed=False), 0.002, ".2%",
        )  # fmt: skip
    for ttl in (0.5, 2.0, 60.0):
        yield Row(
            f"LRU of {SIZE}, from the last request", f"time to live {ttl:g} s", "theory",
            "{cite:t}`v-che2002` with the time to live as a second limit",
            lru_renewed(shares, RATE, ttl, SIZE), counted(keys, ttl, SIZE, renewed=True),
            0.005, ".2%",
        )  # fmt: skip


TOPIC = Topic(
    "Time to live on a trace",
    f"Hit ratios; {RATE:g} requests a second for {N_OBJECTS:,} objects at random times, Zipf "
    f"{SKEW}, {COUNTED:,} of them counted. The time to live runs from the fetch or from the last "
    "request.",
    rows,
)
