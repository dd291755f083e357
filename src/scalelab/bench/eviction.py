"""Throughput of every eviction policy beside libCacheSim, and a stream that never ends.

libCacheSim's hash table starts with 2**24 buckets by default, far more than this trace needs and
slow to walk: it is timed with 2**17 as well, the best size found, and that is the one the ratio
is taken against. Runs alternate between the two programs; the table has medians.
"""

import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path

from scalelab.bench.report import Column, Report
from scalelab.kernels.jit import Ints
from scalelab.models.caching.hit_ratio import POLICIES, Simulation, dense
from scalelab.models.zipf import requests
from scalelab.peers import libcachesim

N_REQUESTS, N_OBJECTS, SKEW, CACHE_SIZE = 2_000_000, 100_000, 0.9, 10_000
RUNS = 5
DEFAULT_BUCKETS, BEST_BUCKETS = 24, 17
GOAL = 3.0
BLOCK = 2_000_000
# Linux counts the most memory in use in kB, macOS in bytes.
MEMORY_UNIT = 1 if sys.platform == "darwin" else 1024


def ours(policy: str, keys: Ints, n_keys: int) -> tuple[float, int]:
    """(million requests a second, misses); making the empty cache counts."""
    start = time.perf_counter()
    missed = Simulation(policy, CACHE_SIZE, n_keys).feed(keys)
    return keys.size / (time.perf_counter() - start) / 1e6, missed


def theirs(policy: str, path: Path, n_requests: int, buckets: int) -> tuple[float, int]:
    """The same for libCacheSim; its making of the empty cache and opening of the file do not."""
    run = libcachesim.Run(policy, path, CACHE_SIZE, buckets)
    start = time.perf_counter()
    missed = run.misses()
    return n_requests / (time.perf_counter() - start) / 1e6, missed


def throughput(
    n_requests: int = N_REQUESTS, runs: int = RUNS, policies: tuple[str, ...] = POLICIES
) -> Report:
    """Every policy beside libCacheSim, on one trace."""
    keys, n_keys = dense(requests(n_requests, N_OBJECTS, SKEW))
    rows: list[tuple[str | float, ...]] = []
    missed = []
    with tempfile.TemporaryDirectory() as directory:
        path = libcachesim.write_trace(keys, Path(directory) / "trace.bin")
        for policy in policies:
            ours(policy, keys[:1000], n_keys)  # compiled outside the timing
            speeds: dict[str, list[float]] = {"ours": [], "default": [], "best": []}
            for _ in range(runs):
                speed, mine = ours(policy, keys, n_keys)
                speeds["ours"].append(speed)
                speeds["default"].append(theirs(policy, path, keys.size, DEFAULT_BUCKETS)[0])
                speed, peer = theirs(policy, path, keys.size, BEST_BUCKETS)
                speeds["best"].append(speed)
            fast, default, best = (statistics.median(found) for found in speeds.values())
            same = "equal" if mine == peer else f"{mine:,} and {peer:,}"
            rows.append((policy, fast, default, best, fast / best, same))
            if fast < GOAL * best:
                missed.append(f"{policy} {fast / best:.1f}x")
    return Report(
        "Eviction policies beside libCacheSim",
        f"{keys.size:,} requests for {n_keys:,} objects, Zipf {SKEW}, cache of {CACHE_SIZE:,}; "
        f"million requests a second, median of {runs} alternating runs.",
        [
            Column("policy"), Column("scalelab"), Column("libCacheSim"), Column("tuned"),
            Column("ratio"), Column("misses"),
        ],
        rows,
        f"at least {GOAL:g} times as fast as libCacheSim, tuned",
        missed,
    )  # fmt: skip


def memory() -> float:
    """Most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * MEMORY_UNIT / 2**20


def stream(n_requests: int, policy: str = "LRU") -> Report:
    """``n_requests`` new requests, drawn and fed a block at a time."""
    cache = Simulation(policy, CACHE_SIZE, N_OBJECTS)
    cache.feed(requests(BLOCK, N_OBJECTS, SKEW, seed=0))
    before = memory()
    feeding = drawing = 0.0
    fed = 0
    while fed < n_requests:
        start = time.perf_counter()
        block = requests(min(BLOCK, n_requests - fed), N_OBJECTS, SKEW, seed=fed + 1)
        drawn = time.perf_counter()
        cache.feed(block)
        feeding += time.perf_counter() - drawn
        drawing += drawn - start
        fed += block.size
    grown = memory() - before
    return Report(
        "A stream of requests",
        f"{policy}, cache of {CACHE_SIZE:,}, {N_OBJECTS:,} objects, in blocks of {BLOCK:,}.",
        [
            Column("requests", ",.0f"), Column("seconds to draw"), Column("seconds to simulate"),
            Column("million/s"), Column("memory before, MB", ",.0f"), Column("grown by, MB"),
        ],
        [(fed, drawing, feeding, fed / feeding / 1e6, before, grown)],
        "memory does not grow",
        [f"grown by {grown:.0f} MB"] if grown > 16.0 else [],
    )  # fmt: skip
