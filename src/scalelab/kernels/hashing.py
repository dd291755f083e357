"""Hash functions of the kernels: 64 mixed bits of a key, and Redis Cluster's CRC16.

`mix` is the finaliser of SplitMix64 (Steele, Lea & Flood, OOPSLA 2014, with the constants of
Stafford's variant 13): a bijection of 64-bit words in which every input bit changes every output
bit with probability near one half. Databases use other functions (MurmurHash, xxHash, MD5); what
matters for placement is that the result looks random, not which one it is.
"""

import numpy as np

from scalelab.kernels.jit import kernel

GOLDEN = 0x9E3779B97F4A7C15  # 2**64 / golden ratio: keeps salt 0 from being no salt


@kernel
def mix(word: np.uint64) -> np.uint64:
    """64 bits that depend on every bit of ``word``."""
    mixed = np.uint64(word)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.uint64(mixed ^ (mixed >> np.uint64(31)))


@kernel
def hashed(key: int, salt: int) -> np.uint64:
    """64-bit hash of ``key``; another ``salt`` is another, independent hash function."""
    return mix(np.uint64(key) + mix(np.uint64(salt) + np.uint64(GOLDEN)))


@kernel
def crc16(key: int) -> int:
    """CRC16 (XMODEM) of ``key`` written in decimal digits, as Redis Cluster hashes key names.

    Polynomial 0x1021, start value 0 (Redis Cluster specification, appendix A). ``key >= 0``.
    """
    divisor = 1
    while key // divisor >= 10:
        divisor *= 10
    crc = 0
    while divisor > 0:
        crc ^= (48 + key // divisor % 10) << 8
        for _ in range(8):
            crc <<= 1
            if crc & 0x10000:
                crc ^= 0x11021
        divisor //= 10
    return crc
