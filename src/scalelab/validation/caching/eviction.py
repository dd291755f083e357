"""Miss counts of every policy against libCacheSim's, request by request the same."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from scalelab.kernels.caching.hit_ratio import shop_keys
from scalelab.kernels.jit import Ints
from scalelab.models.caching.hit_ratio import dense, misses
from scalelab.models.zipf import requests
from scalelab.peers import libcachesim
from scalelab.validation.row import Row, Topic

SIZES = (100, 237, 500, 1_000, 2_048)
SOURCE = f"libCacheSim {libcachesim.VERSION}, {{cite:t}}`v-libcachesim`"


def loop() -> Ints:
    """A loop over 1,200 keys, broken now and then by a popular one."""
    keys = np.tile(np.arange(1_200), 40)
    keys[::7] = requests(keys[::7].size, 50, 0.8)
    return keys


def traces() -> dict[str, Ints]:
    return {
        "Zipf": requests(60_000, 5_000, 0.9),
        "Shop": shop_keys(4_000, 0.8, 60_000, 0.1, 0.2, 300, 1),
        "Loop": loop(),
    }


def rows() -> Iterator[Row]:
    policies = [policy for policy in libcachesim.POLICIES if policy != "Random"]
    numbered = {name: dense(keys)[0] for name, keys in traces().items()}
    with tempfile.TemporaryDirectory() as directory:
        files = {
            name: libcachesim.write_trace(keys, Path(directory) / name)
            for name, keys in numbered.items()
        }
        for policy in policies:
            for size in SIZES:
                for name, keys in numbered.items():
                    theirs = libcachesim.misses(policy, files[name], size)
                    yield Row(
                        f"{policy}, {size:,} places", name, "peer", SOURCE,
                        theirs, misses(keys, policy, size), 0.0, ",.0f",
                    )  # fmt: skip


TOPIC = Topic(
    "Misses of every eviction policy",
    "Counts of an initially empty cache; nothing is rounded, so one request handled otherwise "
    "would show. Three made traces: *Zipf* is 60,000 independent requests for 5,000 objects; "
    "*Shop* adds objects asked for once and crawlers that sweep the catalogue; *Loop* runs over "
    "1,200 objects again and again. Random eviction is missing, because no two programs draw the "
    "same victims; it is held against theory above.",
    rows,
    grid="Misses",
)
