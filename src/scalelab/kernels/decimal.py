"""Reads a decimal number from the bytes of a text, to the last bit or nearly so."""

import numpy as np

from scalelab.kernels.elementary import power_of_two
from scalelab.kernels.jit import Bytes, kernel
from scalelab.kernels.text import is_digit

# More digits than a double holds make no difference; below 2**63 a whole number is exact.
MAX_DIGITS = 18
# Beyond this, a number is 0 or infinite whatever its digits are.
MAX_EXPONENT = 2000


@kernel
def times_power_of_ten(value: float, exponent: int) -> float:
    """``value`` times 10**``exponent``, by powers of ten that a double holds exactly."""
    while exponent > 0 and value < np.inf and value > 0.0:
        step = min(exponent, 22)
        value *= whole_power_of_ten(step)
        exponent -= step
    while exponent < 0 and value > 0.0:
        step = min(-exponent, 22)
        value /= whole_power_of_ten(step)
        exponent += step
    return value


@kernel
def whole_power_of_ten(exponent: int) -> float:
    """10**exponent for 0 to 22, exactly: 5**22 has fewer than 53 bits."""
    fives = 1.0
    for _ in range(exponent):
        fives *= 5.0
    return fives * power_of_two(exponent)


@kernel
def digit(byte: int) -> int:
    return int(np.int64(byte)) - 48


@kernel
def number(text: Bytes, start: int, stop: int) -> tuple[bool, float]:
    """(whether the bytes are a decimal number and nothing else, its value)."""
    i = start
    negative = False
    if i < stop and (text[i] == 43 or text[i] == 45):
        negative = text[i] == 45
        i += 1
    digits = 0
    kept = 0
    value = 0
    exponent = 0
    point = False
    while i < stop and (is_digit(text[i]) or (text[i] == 46 and not point)):
        if text[i] == 46:
            point = True
        else:
            digits += 1
            if kept < MAX_DIGITS:
                value = 10 * value + digit(text[i])
                kept += 1 if value > 0 else 0
                exponent -= 1 if point else 0
            elif not point:
                exponent += 1
        i += 1
    if digits == 0:
        return False, 0.0
    if i < stop and (text[i] == 69 or text[i] == 101):
        i += 1
        down = False
        if i < stop and (text[i] == 43 or text[i] == 45):
            down = text[i] == 45
            i += 1
        if i == stop:
            return False, 0.0
        written = 0
        while i < stop and is_digit(text[i]):
            written = min(10 * written + digit(text[i]), 1_000_000_000)
            i += 1
        exponent += -written if down else written
    if i != stop:
        return False, 0.0
    size = times_power_of_ten(float(value), min(max(exponent, -MAX_EXPONENT), MAX_EXPONENT))
    return True, -size if negative else size
