"""xoshiro256++ (Blackman & Vigna, ACM TOMS 47(4) 2021), the random numbers of every kernel.

A kernel owns its generator: one seed gives one stream, the same bits natively and in
WebAssembly. The state is four 64-bit words, filled from the seed by SplitMix64 as its authors
advise.
"""

import numpy as np

from scalelab.kernels.elementary import log
from scalelab.kernels.hashing import GOLDEN, mix
from scalelab.kernels.jit import Floats, Ints, Words, kernel


@kernel
def generator(seed: int) -> Words:
    """State of a new generator, shape (4,)."""
    state = np.empty(4, np.uint64)
    word = np.uint64(seed)
    for i in range(4):
        word = word + np.uint64(GOLDEN)
        state[i] = mix(word)
    return state


@kernel
def rotated(word: np.uint64, bits: int) -> np.uint64:
    return np.uint64((word << np.uint64(bits)) | (word >> np.uint64(64 - bits)))


@kernel
def advanced(
    a: np.uint64, b: np.uint64, c: np.uint64, d: np.uint64
) -> tuple[np.uint64, np.uint64, np.uint64, np.uint64, np.uint64]:
    """64 random bits of the state (a, b, c, d), and the state after them."""
    word = rotated(a + d, 23) + a
    shifted = b << np.uint64(17)
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    return word, a, b, c ^ shifted, rotated(d, 45)


@kernel
def next_word(state: Words) -> np.uint64:
    """The next 64 random bits; advances ``state``."""
    word, state[0], state[1], state[2], state[3] = advanced(state[0], state[1], state[2], state[3])
    return word


@kernel
def fraction(word: np.uint64) -> float:
    """Where 64 random bits are between 0 and 1; never at 0, so that the logarithm is finite."""
    return (np.float64(word >> np.uint64(12)) + 0.5) * 2.0**-52


@kernel
def uniform(state: Words) -> float:
    """Uniform on (0, 1)."""
    return fraction(next_word(state))


@kernel
def below(state: Words, n: int) -> int:
    """Uniform on 0 .. n-1 (bias under n / 2**52)."""
    return int(uniform(state) * n)


@kernel
def exponential(state: Words, mean: float) -> float:
    """Exponential with the given mean."""
    return -mean * log(uniform(state))


@kernel
def shuffle(state: Words, values: Floats | Ints) -> None:
    """Puts ``values`` in random order, each order as likely (Durstenfeld, CACM 7(7) 1964)."""
    for i in range(values.size - 1, 0, -1):
        j = below(state, i + 1)
        values[i], values[j] = values[j], values[i]
