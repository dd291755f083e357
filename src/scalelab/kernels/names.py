"""Names as numbers: byte strings, numbered from 0 by first appearance.

The distinct names stand one after another in ``text``: name k is text[starts[k]:starts[k + 1]]. A
table of slots, a power of two and at least twice as many as names, finds them again.
"""

import numpy as np

from scalelab.kernels.jit import Bytes, Ints, kernel
from scalelab.kernels.text import QUOTE

HASH_BASIS = 0x811C9DC5
HASH_PRIME = 0x01000193


@kernel
def copied(
    data: Bytes, start: int, stop: int, quoted: bool, text: Bytes, target: int
) -> tuple[int, int, bool]:
    """Copy the key to ``text[target:]``, doubled quotes made single.

    Returns (its end there, its hash, whether it is ASCII). The hash is FNV-1a with 32 bits, which
    fit the products of a signed 64-bit number.
    """
    code = HASH_BASIS
    seen = 0
    i = start
    while i < stop:
        byte = int(np.int64(data[i]))
        text[target] = byte
        code = ((code ^ byte) * HASH_PRIME) & 0xFFFFFFFF
        seen |= byte
        target += 1
        i += 2 if quoted and byte == QUOTE else 1
    return target, code, seen < 128


@kernel
def hash_of(text: Bytes, start: int, stop: int) -> int:
    """The hash that `copied` gives for these bytes."""
    code = HASH_BASIS
    for i in range(start, stop):
        code = ((code ^ int(np.int64(text[i]))) * HASH_PRIME) & 0xFFFFFFFF
    return code


@kernel
def first_slots() -> Ints:
    """Slots before there is any name."""
    return np.full(64, -1, np.int64)


@kernel
def numbered(
    text: Bytes, stop: int, code: int, slots: Ints, hashes: Ints, starts: Ints, n_names: int
) -> tuple[Ints, int, int]:
    """(slots, the number of the name text[starts[n_names]:stop], how many names there are now).

    A new name gets the next number and keeps its place, one that is known leaves it to the next.
    """
    if 2 * (n_names + 1) > slots.size:
        slots = grown(slots, hashes, n_names)
    slot = find(text, starts[n_names], stop, code, slots, hashes, starts)
    number = slots[slot]
    if number < 0:
        number = n_names
        slots[slot] = number
        hashes[number] = code
        n_names += 1
        starts[n_names] = stop
    return slots, number, n_names


@kernel
def first_slot(code: int, n_slots: int) -> int:
    # The high bits of FNV are the better mixed ones.
    return (code ^ (code >> 15)) & (n_slots - 1)


@kernel
def find(
    text: Bytes, start: int, stop: int, code: int, slots: Ints, hashes: Ints, starts: Ints
) -> int:
    """The slot of the key ``text[start:stop]``, or the empty slot where it belongs."""
    slot = first_slot(code, slots.size)
    while slots[slot] >= 0:
        key = slots[slot]
        if hashes[key] == code and same_bytes(text, starts[key], starts[key + 1], start, stop):
            break
        slot = (slot + 1) & (slots.size - 1)
    return slot


@kernel
def same_bytes(text: Bytes, start: int, stop: int, other_start: int, other_stop: int) -> bool:
    if stop - start != other_stop - other_start:
        return False
    for i in range(stop - start):
        if text[start + i] != text[other_start + i]:
            return False
    return True


@kernel
def grown(slots: Ints, hashes: Ints, n_keys: int) -> Ints:
    """The keys in four times as many slots."""
    larger = np.full(4 * slots.size, -1, np.int64)
    for key in range(n_keys):
        slot = first_slot(hashes[key], larger.size)
        while larger[slot] >= 0:
            slot = (slot + 1) & (larger.size - 1)
        larger[slot] = key
    return larger
