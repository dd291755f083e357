"""Two programs that place keys: uhashring, a ring in Python, and jump-consistent-hash, in C.

uhashring hashes strings with MD5. Given our hash functions it has our points and our keys, and
must then name the same shards.
"""

from collections.abc import Sequence

import jump
import numpy as np
from uhashring import HashRing

from scalelab.kernels.hashing import hashed, mix
from scalelab.kernels.jit import Ints, Words

UHASHRING, JUMP = "uhashring 2.5", "jump-consistent-hash 3.6.0"


def ring(shards: Sequence[int], virtual_nodes: int, seed: int) -> HashRing:
    """uhashring's ring on the points and with the keys' hashes of `kernels.storage.placement`."""

    def hash_function(name: str | int) -> int:
        if isinstance(name, int):
            return int(hashed(name, 2 * seed))
        shard, number = map(int, name.split("-"))
        return int(mix(hashed(shard, 2 * seed + 1) + np.uint64(number)))

    return HashRing([str(shard) for shard in shards], vnodes=virtual_nodes, hash_fn=hash_function)


def ring_shards(circle: HashRing, keys: Ints) -> Ints:
    """The shard of each key."""
    return np.array([int(circle.get_node(key)) for key in keys.tolist()])


def jump_buckets(words: Words, n_buckets: int) -> Ints:
    """The bucket of each hash."""
    return np.array([jump.hash(word, n_buckets) for word in words.tolist()])
