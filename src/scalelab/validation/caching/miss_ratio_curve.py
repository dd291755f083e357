"""The LRU curve of every size from one pass, against libCacheSim's simulation of each size."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from scalelab.models.caching.hit_ratio import dense
from scalelab.models.caching.miss_ratio_curve import lru_curve
from scalelab.peers import libcachesim
from scalelab.validation.caching.eviction import SOURCE, traces
from scalelab.validation.row import Row, Topic

SIZES = (2, 30, 237, 1_000, 2_048)
EACH_SIZE = f"{SOURCE}, one run per size"


def rows() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as directory:
        for name, keys in traces().items():
            file = libcachesim.write_trace(dense(keys)[0], Path(directory) / name)
            _, miss_ratio = lru_curve(keys)
            for size in SIZES:
                place = min(size, miss_ratio.size) - 1
                yield Row(
                    f"LRU, {size:,} places", name, "peer", EACH_SIZE,
                    libcachesim.misses("LRU", file, size),
                    round(float(miss_ratio[place]) * keys.size), 0.0, ",.0f",
                )  # fmt: skip


TOPIC = Topic(
    "LRU at every size from one pass",
    "One pass over a trace gives the misses of every size ({cite:t}`v-mattson1970`). They are "
    "those of a simulation of that size, on the same three traces.",
    rows,
    grid="Misses",
)
