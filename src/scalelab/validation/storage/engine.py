"""LSM trees against closed forms, the B-tree's pool against libCacheSim, manuals' own figures."""

import hashlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from scalelab.kernels.jit import Ints
from scalelab.kernels.storage.engine import shuffled
from scalelab.models.storage.engine import ENGINES, simulate
from scalelab.models.zipf import requests
from scalelab.peers import libcachesim
from scalelab.theory.storage.engine import (
    LEAF_FILL,
    capacities,
    least_false_positives,
    levelled,
    levelled_writes,
    tiered,
    tiered_writes,
)
from scalelab.validation.row import Row, Topic

BTREE, LEVELLED, TIERED = ENGINES
POLICIES = ((LEVELLED, levelled, levelled_writes), (TIERED, tiered, tiered_writes))
MEMTABLE, DATA, RECORD, PAGE = 50, 256, 128, 8192
UPDATES = 1_000_000
OWN = "every merge of random keys followed through, see the theory module *engine*"
MONKEY = "the cost model of {cite:t}`v-dayan2017`"
SIMULATED = f"libCacheSim {libcachesim.VERSION}, {{cite:t}}`v-libcachesim`, on the updates' pages"
FILTER = "a Bloom filter ({cite:t}`v-bloom1970`), filled with 20,000 keys and asked for 400,000"
ROCKSDB = "{cite:t}`v-rocksdbleveled`"
LEVELDB = "{cite:t}`v-leveldb`"


def merging() -> Iterator[Row]:
    for size_ratio in (2, 4, 8, 16):
        for name, closed, _ in POLICIES:
            ours = simulate(name, size_ratio=size_ratio, n_runs=20)
            cost = closed(DATA * MEMTABLE, MEMTABLE, size_ratio)
            for quantity, reference, found in (
                ("bytes written for one", cost.written, ours.written),
                ("bytes stored for one", cost.stored, ours.stored),
                ("sorted runs", cost.runs, ours.runs),
            ):
                yield Row(
                    f"{name}: {quantity}", f"size ratio {size_ratio}", "theory", OWN, reference,
                    found, 0.002 * reference, ".3f",
                )  # fmt: skip
    for size_ratio, data in ((2, 256), (4, 256), (8, 256), (10, 400)):
        for name, _, per_level in POLICIES:
            small, large = (
                simulate(name, size_ratio=size_ratio, data_ratio=each, n_runs=5).written
                for each in (data, data * size_ratio)
            )
            reference = per_level(size_ratio)
            yield Row(
                f"{name}: written more for one more level",
                f"size ratio {size_ratio}, {data} and {data * size_ratio:,} memtables", "theory",
                MONKEY, reference, large - small, 0.01 * reference, ".3f",
            )  # fmt: skip


def pages() -> Iterator[Row]:
    n_keys = DATA * MEMTABLE
    per_page = LEAF_FILL * PAGE / RECORD
    n_pages = int((n_keys - 1) / per_page) + 1
    with tempfile.TemporaryDirectory() as directory:
        for skew in (0.0, 0.6, 1.0, 1.2):
            keys = requests(UPDATES, n_keys, skew, seed=7)
            touched = (shuffled(n_keys, 1)[keys] / per_page).astype(np.int64)
            half = UPDATES // 2
            files = [
                libcachesim.write_trace(trace, Path(directory) / f"{skew}-{trace.size}")
                for trace in (touched[:half], touched)
            ]
            for room in (29, 145):
                warm, all_of_it = (libcachesim.misses("LRU", file, room) for file in files)
                reference = PAGE / RECORD * (all_of_it - warm) / half
                ours = simulate(BTREE, skew=skew, pool_share=room / n_pages).written
                yield Row(
                    "B-tree: bytes written for one",
                    f"skew {skew}, {room} of {n_pages} pages in memory", "peer", SIMULATED,
                    reference, ours, 0.005 * PAGE / RECORD, ".2f",
                )  # fmt: skip


def let_through(bits: int, n_keys: int = 20_000, asked: int = 400_000) -> float:
    """Share of keys that are not in a real Bloom filter and pass it."""
    size = np.uint64(bits * n_keys)
    hashes = max(1, round(bits * LEAF_FILL))  # ln 2 again, here as the best number of hashes

    def places(first: int, n: int) -> Ints:
        digests = (hashlib.blake2b(str(first + i).encode(), digest_size=16) for i in range(n))
        pairs = np.frombuffer(b"".join(d.digest() for d in digests), np.uint64).reshape(n, 2, 1)
        start, stride = pairs[:, 0], pairs[:, 1]
        return ((start + np.arange(hashes, dtype=np.uint64) * stride) % size).astype(np.int64)

    held = np.zeros(size, np.bool_)
    held[places(0, n_keys)] = True
    return float(held[places(n_keys, asked)].all(axis=1).mean())


def filters() -> Iterator[Row]:
    for bits in (4, 8, 10):
        reference = let_through(bits)
        tree = simulate(TIERED, filter_bits=bits)
        yield Row(
            "Absent keys that a filter lets through", f"{bits} bits a key", "theory", FILTER,
            reference, tree.read_absent / tree.runs, 0.05 * reference, ".3%",
        )  # fmt: skip


def manuals() -> Iterator[Row]:
    sizes = capacities(276_000, 100, 10)  # GB, in thousandths, down to a memtable of 0.1 GB
    for level, (published, ours) in enumerate(zip((0.276, 2.76, 27.6), sizes, strict=True), 1):
        yield Row(
            f"Size of level {level}, GB", "276 GB in the last level, size ratio 10",
            "published", ROCKSDB,
            published, ours / 1e3, 0.0005, ".3f",
        )  # fmt: skip
    yield Row(
        "Share of the data in the last level", "size ratio 10", "published", ROCKSDB,
        0.9, 276_000 / (276_000 + sum(sizes)), 0.005, ".1%",
    )  # fmt: skip
    yield Row(
        "Reads that one would be without filters", "10 bits a key", "published", LEVELDB,
        100.0, 1.0 / least_false_positives(10.0), 10.0, ".0f",
        "The manual says *approximately a 100*. It is a round number, and the formula assumes the "
        "best number of hash functions, which no whole number is.",
    )  # fmt: skip


def rows() -> Iterator[Row]:
    yield from merging()
    yield from pages()
    yield from filters()
    yield from manuals()


TOPIC = Topic(
    "B-tree and LSM tree",
    f"Random keys are updated; {DATA} memtables of {MEMTABLE} records are all data, records have "
    f"{RECORD} bytes and pages {PAGE:,}. What an LSM tree writes is followed merge by merge; runs "
    "come in a fixed order, so that their number is exact.",
    rows,
)
