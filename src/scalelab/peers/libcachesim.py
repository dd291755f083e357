"""libCacheSim: cache simulation in C, here through its Python package.

It reads a trace from a file in its own binary format, so that no Python code runs per request.
"""

from pathlib import Path
from typing import Any

import libcachesim
import numpy as np

from scalelab.kernels.jit import Ints

POLICIES: dict[str, Any] = {
    "FIFO": libcachesim.FIFO,
    "LRU": libcachesim.LRU,
    "LFU": libcachesim.LFU,
    "CLOCK": libcachesim.Clock,
    "2Q": libcachesim.TwoQ,
    "SIEVE": libcachesim.Sieve,
    "S3-FIFO": libcachesim.S3FIFO,
    "ARC": libcachesim.ARC,
    "W-TinyLFU": libcachesim.WTinyLFU,
    "Random": libcachesim.Random,
    "Belady": libcachesim.Belady,
}
VERSION = "0.3.5"  # its results differ from one version to the next
RECORD = np.dtype([("time", "<u4"), ("key", "<u8"), ("size", "<u4"), ("next", "<i8")])


def write_trace(keys: Ints, path: Path) -> Path:
    """``keys`` as an oracleGeneral file: each request with the position of the key's next one."""
    records = np.zeros(keys.size, RECORD)
    records["time"] = np.arange(keys.size)
    records["key"] = keys
    records["size"] = 1
    order = np.argsort(keys, kind="stable")
    again = keys[order[1:]] == keys[order[:-1]]
    records["next"] = np.iinfo(np.int64).max
    records["next"][order[:-1][again]] = order[1:][again]
    records.tofile(path)
    return path


class Run:
    """A cache and an opened trace, so that `misses` alone can be timed.

    ``buckets``: its hash table starts with ``2**buckets``. Its default of 24 is far more than
    small traces need, and slow to walk.
    """

    def __init__(self, policy: str, path: Path, cache_size: int, buckets: int = 16) -> None:
        kind = libcachesim.TraceType.ORACLE_GENERAL_TRACE
        self._reader = libcachesim.TraceReader(trace=str(path), trace_type=kind)
        self._cache = POLICIES[policy](cache_size, hashpower=buckets)
        self._n_requests = path.stat().st_size // RECORD.itemsize

    def misses(self) -> int:
        miss_ratio: float = self._cache.process_trace(self._reader)[0]
        return round(miss_ratio * self._n_requests)


def misses(policy: str, path: Path, cache_size: int) -> int:
    """Misses of an initially empty cache on the trace that `write_trace` wrote."""
    return Run(policy, path, cache_size).misses()
