"""Miss counts equal libCacheSim's to the last request.

Left out, because libCacheSim then caches nothing at all: S3-FIFO below 20 places, 2Q below 4,
W-TinyLFU below 100. Random is compared as far as chance allows.
"""

import gzip
from pathlib import Path

import numpy as np
import pytest

from scalelab.kernels.caching.hit_ratio import shop_keys
from scalelab.models.caching.hit_ratio import dense, misses
from scalelab.models.zipf import requests
from scalelab.peers import libcachesim

POLICIES = [policy for policy in libcachesim.POLICIES if policy != "Random"]
SIZES = (100, 237, 500, 1_000, 2_048)
SMALL_SIZES = {
    "FIFO": (1, 2, 7, 30),
    "LRU": (1, 2, 7, 30),
    "LFU": (1, 2, 7, 30),
    "CLOCK": (1, 2, 7, 30),
    "SIEVE": (1, 2, 7, 30),
    "ARC": (1, 2, 7, 30),
    "Belady": (1, 2, 7, 30),
    "2Q": (4, 5, 7, 30),
    "S3-FIFO": (20, 21, 37, 59),
    "W-TinyLFU": (100, 101, 103, 199),
}
REAL = Path(__file__).resolve().parents[3] / "shared" / "traces"


def loop() -> np.ndarray:
    """A loop over 1,200 keys, broken now and then by a popular one."""
    keys = np.tile(np.arange(1_200), 40)
    keys[::7] = requests(keys[::7].size, 50, 0.8)
    return keys


MADE = {
    "zipf": lambda: requests(60_000, 5_000, 0.9),
    "zipf with scans and one-hit wonders": lambda: shop_keys(4_000, 0.8, 60_000, 0.1, 0.2, 300, 1),
    "loop": loop,
}


@pytest.fixture(scope="module", params=MADE)
def made(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[np.ndarray, Path]:
    keys, _ = dense(MADE[request.param]())
    return keys, libcachesim.write_trace(keys, tmp_path_factory.mktemp("trace") / "made.bin")


@pytest.mark.parametrize("policy", POLICIES)
def test_made_traces(policy: str, made: tuple[np.ndarray, Path]) -> None:
    keys, path = made
    ours = {size: misses(keys, policy, size) for size in (*SIZES, *SMALL_SIZES[policy])}
    theirs = {size: libcachesim.misses(policy, path, size) for size in ours}
    assert ours == theirs


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("name", ["2_pools", "multi1", "sprite", "web07", "web12"])
def test_real_traces(policy: str, name: str, tmp_path: Path) -> None:
    source = REAL / f"{name}.csv.gz"
    if not source.exists():
        pytest.skip(f"{source.name} is not there: real traces are not part of the repository")
    lines = gzip.decompress(source.read_bytes()).split()
    keys, _ = dense(np.unique(np.array(lines), return_inverse=True)[1])
    path = libcachesim.write_trace(keys, tmp_path / "real.bin")
    ours = {size: misses(keys, policy, size) for size in SIZES}
    assert ours == {size: libcachesim.misses(policy, path, size) for size in SIZES}


def test_random_as_far_as_chance_allows(tmp_path: Path) -> None:
    # Two runs of 400,000 requests: the miss ratios differ by a standard error of under 0.001.
    # libCacheSim draws a bucket of its hash table, so keys that share one leave less often: its
    # miss ratio lies some 0.003 above the one of uniform draws, which equals FIFO's.
    keys, _ = dense(requests(400_000, 5_000, 0.8))
    path = libcachesim.write_trace(keys, tmp_path / "random.bin")
    theirs = libcachesim.Run("Random", path, 500, buckets=12).misses()
    assert abs(misses(keys, "Random", 500) - theirs) / keys.size < 0.005
