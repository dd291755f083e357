"""The hash functions of a placement: one for keys and one for shards, both picked by a seed."""

import numpy as np

from scalelab.kernels.hashing import hashed, mix
from scalelab.kernels.jit import step


@step
def key_word(key: int, seed: int) -> np.uint64:
    """64-bit hash of ``key``."""
    return hashed(key, 2 * seed)


@step
def shard_word(shard: int, number: int, seed: int) -> np.uint64:
    """Hash ``number`` of a shard; independent of every key's."""
    return mix(hashed(shard, 2 * seed + 1) + np.uint64(number))
