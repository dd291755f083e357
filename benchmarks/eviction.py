"""Throughput of every eviction policy beside libCacheSim, on one trace in one run.

``python benchmarks/eviction.py`` prints the table; ``--stream 1e9`` also puts that many requests
through LRU in blocks and reports the memory in use.

libCacheSim reads the trace from a file in its own binary format, so that no Python code runs per
request. Its hash table starts with 2**24 buckets by default, far more than this trace needs and
slow to walk: it is timed with 2**17 as well, the best size found, and that is the one the ratio
is taken against. Runs alternate between the two libraries; the table has medians.
"""

import argparse
import resource
import statistics
import tempfile
import time
from pathlib import Path

import libcachesim as peer
import numpy as np

from scalelab.kernels.caching.hit_ratio import POLICIES
from scalelab.kernels.jit import Ints
from scalelab.models.caching.hit_ratio import Simulation, dense
from scalelab.models.zipf import requests

N_REQUESTS, N_OBJECTS, SKEW, CACHE_SIZE = 2_000_000, 100_000, 0.9, 10_000
RUNS = 5
BUCKETS = (24, 17)
PEERS = {
    "FIFO": peer.FIFO,
    "LRU": peer.LRU,
    "LFU": peer.LFU,
    "CLOCK": peer.Clock,
    "2Q": peer.TwoQ,
    "SIEVE": peer.Sieve,
    "S3-FIFO": peer.S3FIFO,
    "ARC": peer.ARC,
    "W-TinyLFU": peer.WTinyLFU,
    "Random": peer.Random,
    "Belady": peer.Belady,
}
RECORD = np.dtype([("time", "<u4"), ("key", "<u8"), ("size", "<u4"), ("next", "<i8")])


def written(keys: Ints, path: Path) -> None:
    """``keys`` as an oracleGeneral file; Belady needs the position of each key's next request."""
    records = np.zeros(keys.size, RECORD)
    records["time"] = np.arange(keys.size)
    records["key"] = keys
    records["size"] = 1
    order = np.argsort(keys, kind="stable")
    again = keys[order[1:]] == keys[order[:-1]]
    records["next"] = np.iinfo(np.int64).max
    records["next"][order[:-1][again]] = order[1:][again]
    records.tofile(path)


def ours(policy: str, keys: Ints, n_keys: int) -> tuple[float, int]:
    """(requests per second, misses); making the empty cache counts."""
    start = time.perf_counter()
    missed = Simulation(policy, CACHE_SIZE, n_keys).feed(keys)
    return keys.size / (time.perf_counter() - start), missed


def theirs(policy: str, path: Path, n_requests: int, buckets: int) -> tuple[float, int]:
    """The same for libCacheSim; its making of the empty cache and opening of the file do not."""
    reader = peer.TraceReader(trace=str(path), trace_type=peer.TraceType.ORACLE_GENERAL_TRACE)
    cache = PEERS[policy](CACHE_SIZE, hashpower=buckets)
    start = time.perf_counter()
    miss_ratio = cache.process_trace(reader)[0]
    return n_requests / (time.perf_counter() - start), round(miss_ratio * n_requests)


def compare() -> None:
    keys, n_keys = dense(requests(N_REQUESTS, N_OBJECTS, SKEW))
    print(
        f"{N_REQUESTS:,} requests, {n_keys:,} objects, Zipf {SKEW}, cache of {CACHE_SIZE:,}; "
        f"million requests per second, median of {RUNS} alternating runs\n"
    )
    print(f"{'policy':<10} {'scalelab':>9} {'libCacheSim':>12} {'tuned':>7} {'ratio':>7}  misses")
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "trace.bin"
        written(keys, path)
        for policy in POLICIES:
            ours(policy, keys[:1000], n_keys)  # compiled outside the timing
            mine, by_default, tuned = [], [], []
            for _ in range(RUNS):
                speed, missed = ours(policy, keys, n_keys)
                mine.append(speed / 1e6)
                by_default.append(theirs(policy, path, keys.size, BUCKETS[0])[0] / 1e6)
                speed, peer_missed = theirs(policy, path, keys.size, BUCKETS[1])
                tuned.append(speed / 1e6)
            same = "equal" if missed == peer_missed else f"{missed:,} and {peer_missed:,}"
            ratio = statistics.median(mine) / statistics.median(tuned)
            print(
                f"{policy:<10} {statistics.median(mine):9.1f} "
                f"{statistics.median(by_default):12.1f} "
                f"{statistics.median(tuned):7.1f} {ratio:6.1f}x  {same}",
                flush=True,
            )


def stream(n_requests: int) -> None:
    """LRU over ``n_requests``, made and fed in blocks."""
    block = requests(10_000_000, N_OBJECTS, SKEW)
    cache = Simulation("LRU", CACHE_SIZE, N_OBJECTS)
    cache.feed(block)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    fed = 0
    while fed < n_requests:
        fed += block.size
        cache.feed(block)
    seconds = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        f"\nLRU, {fed:,} requests in blocks of {block.size:,}: {seconds:.1f} s, "
        f"{fed / seconds / 1e6:.0f} million/s, most memory {before / 1024:.0f} MB before, "
        f"{after / 1024:.0f} MB after"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--stream", type=float, default=0, help="requests to stream through LRU")
    arguments = parser.parse_args()
    compare()
    if arguments.stream:
        stream(int(arguments.stream))
