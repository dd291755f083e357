"""The k-th smallest of some numbers without sorting them all (Hoare, CACM 4(7) 1961)."""

from scalelab.kernels.jit import Floats, kernel


@kernel
def kth_smallest(values: Floats, k: int) -> float:
    """The value that would stand at index ``k`` if ``values`` were sorted; reorders ``values``.

    ``k`` is brought into 0 .. size-1. ``values`` holds at least one number and no NaN.
    """
    left = 0
    right = values.size - 1
    k = min(max(k, 0), right)
    while left < right:
        pivot = values[(left + right) // 2]
        i = left
        j = right
        while i <= j:
            while values[i] < pivot:
                i += 1
            while pivot < values[j]:
                j -= 1
            if i <= j:
                values[i], values[j] = values[j], values[i]
                i += 1
                j -= 1
        if k <= j:
            right = j
        elif k >= i:
            left = i
        else:
            break
    return float(values[k])
