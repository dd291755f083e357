"""Look-ups a second of four placements, beside two programs that can be installed.

Ours hash integers, a whole array in one call. uhashring hashes the text of each key with MD5, one
call a key; it is timed also with the hashes worked out beforehand, so that only its walk and
Python's call are left, and that walk alone, a binary search in its list. jump-consistent-hash is
called from Python for each key, an integer, which it does not hash beforehand. Runs alternate
between the programs; the table has medians.
"""

import statistics
import time
from bisect import bisect
from collections.abc import Callable
from typing import Any

import jump as jump_consistent_hash
import numpy as np
from uhashring import HashRing

from scalelab.bench.report import Column, Report
from scalelab.kernels.storage.placement import jump, maglev, rendezvous, ring
from scalelab.peers.placement import JUMP, UHASHRING

N_KEYS, PEERS_KEYS = 2_000_000, 50_000
SHARDS, VIRTUAL_NODES = 10, 160  # uhashring's default
RUNS = 5
GOAL = 100.0
SEED = 1


def speed(work: Callable[[], object], n_keys: int) -> float:
    """Million look-ups a second."""
    start = time.perf_counter()
    work()
    return n_keys / (time.perf_counter() - start) / 1e6


def ours(n_keys: int) -> dict[str, Callable[[], object]]:
    keys = np.random.default_rng(SEED).integers(0, 2**62, n_keys)
    shards = np.arange(SHARDS)
    out = np.empty_like(keys)
    states: dict[str, tuple[Any, Any]] = {
        "ring": (ring, ring.new(shards, VIRTUAL_NODES, SEED)),
        "jump": (jump, jump.new(shards, SEED)),
        "rendezvous": (rendezvous, rendezvous.new(shards, SEED)),
        "maglev": (maglev, maglev.new(shards, maglev.SIZE, SEED)),
    }
    for module, state in states.values():
        module.run(state, keys[:10], out)  # compiled outside the timing

    def look_up(module: Any, state: Any) -> Callable[[], object]:
        return lambda: module.run(state, keys, out)

    return {name: look_up(*both) for name, both in states.items()}


def theirs(n_keys: int) -> dict[str, Callable[[], object]]:
    keys = np.random.default_rng(SEED).integers(0, 2**62, n_keys).tolist()
    names = [f"key-{key}" for key in keys]
    circle = HashRing([f"shard-{i}" for i in range(SHARDS)], vnodes=VIRTUAL_NODES)
    points = [point for point, _ in circle.get_points()]
    hashes = [circle.get_key(name) for name in names]
    hashed = HashRing(
        [f"shard-{i}" for i in range(SHARDS)], vnodes=VIRTUAL_NODES,
        hash_fn=lambda key: key if isinstance(key, int) else circle.get_key(key),
    )  # fmt: skip
    return {
        UHASHRING: lambda: [circle.get_node(name) for name in names],
        "uhashring, hashed before": lambda: [hashed.get_node(word) for word in hashes],
        "its binary search alone": lambda: [bisect(points, word) for word in hashes],
        JUMP: lambda: [jump_consistent_hash.hash(key, SHARDS) for key in keys],
    }


def throughput(n_keys: int = N_KEYS, peers_keys: int = PEERS_KEYS, runs: int = RUNS) -> Report:
    """Every placement and program, as million look-ups a second and times uhashring's."""
    works = [(name, work, n_keys) for name, work in ours(n_keys).items()]
    works += [(name, work, peers_keys) for name, work in theirs(peers_keys).items()]
    speeds: dict[str, list[float]] = {name: [] for name, _, _ in works}
    for _ in range(runs):
        for name, work, count in works:
            speeds[name].append(speed(work, count))
    median = {name: statistics.median(found) for name, found in speeds.items()}
    ratio = {name: fast / median[UHASHRING] for name, fast in median.items()}
    return Report(
        "Placement of keys on shards",
        f"{SHARDS} shards, {VIRTUAL_NODES} points each on a ring, Maglev's table {maglev.SIZE:,}; "
        f"million look-ups a second, one thread, median of {runs} alternating runs. Ours hash an "
        "integer, an array at a time; uhashring a text with MD5, a key at a time; both are called "
        "from Python.",
        [Column("placement"), Column("million/s", ",.2f"), Column("times uhashring", ",.1f")],
        [(name, median[name], ratio[name]) for name in median],
        f"the ring at least {GOAL:g} times as fast as uhashring",
        [f"ring {ratio['ring']:.0f}x"] if ratio["ring"] < GOAL else [],
    )
