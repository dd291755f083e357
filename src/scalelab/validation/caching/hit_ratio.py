"""LRU, FIFO and random eviction against the closed forms for independent requests."""

from collections.abc import Callable, Iterator

from scalelab.kernels.jit import Floats
from scalelab.kernels.zipf import popularity
from scalelab.models.caching.hit_ratio import Simulation
from scalelab.models.zipf import requests
from scalelab.theory.caching.hit_ratio import che_fifo, che_lru
from scalelab.validation.row import Row, Topic

N_OBJECTS, WARM_UP, COUNTED = 10_000, 400_000, 1_600_000
SKEWS = (0.6, 0.8, 1.0, 1.2)
SIZES = (50, 500, 2_000)
HALF_A_POINT = 0.005

CHE = "{cite:t}`v-che2002`"
FIFO = "{cite:t}`v-fricker2012`; FIFO and random eviction are equal by {cite:t}`v-gelenbe1973`"
THEORY: tuple[tuple[str, Callable[[Floats, int], float], str], ...] = (
    ("LRU", che_lru, CHE),
    ("FIFO", che_fifo, FIFO),
    ("Random", che_fifo, FIFO),
)


def rows() -> Iterator[Row]:
    for skew in SKEWS:
        keys = requests(WARM_UP + COUNTED, N_OBJECTS, skew, seed=7)
        shares = popularity(N_OBJECTS, skew)
        for policy, theory, source in THEORY:
            for size in SIZES:
                cache = Simulation(policy, size, N_OBJECTS)
                cache.feed(keys[:WARM_UP])
                ours = 1.0 - cache.feed(keys[WARM_UP:]) / COUNTED
                yield Row(
                    f"{policy} hit ratio", f"Zipf {skew}, {size:,} places", "theory", source,
                    theory(shares, size), ours, HALF_A_POINT, ".2%",
                )  # fmt: skip


TOPIC = Topic(
    "Hit ratio of LRU, FIFO and random eviction",
    f"Independent requests for {N_OBJECTS:,} objects; {COUNTED:,} requests count, after "
    f"{WARM_UP:,} that fill the cache. The closed forms are approximations that get better the "
    "more objects there are.",
    rows,
)
