"""The one place where the numba options of every kernel are decided.

A *kernel* takes plain numbers and one-dimensional arrays and returns a two-dimensional
``float64`` table. Its annotations are its binary interface: the WebAssembly compiler reads the
argument types from them, so a kernel declares its signature exactly once.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Words = NDArray[np.uint64]
Table = NDArray[np.float64]

F = TypeVar("F", bound=Callable[..., Any])


def kernel(function: F) -> F:
    """Compile ``function`` the way all kernels are compiled.

    ``error_model="numpy"``: a division by zero gives inf or nan as in the browser, not a Python
    exception. No ``fastmath``: additions stay in program order, so native code and WebAssembly
    give the same bits. ``cache=True``: compiled once per machine.
    """
    return cast(F, njit(cache=True, error_model="numpy", nogil=True)(function))


def step(function: F) -> F:
    """Compile a small function that runs once per simulated event, inside a kernel's loop.

    It is copied into the loop (``forceinline``) and counts no references (``_nrt=False``), which
    costs more than the work itself: so it reads and writes the arrays that it is given, and
    neither makes arrays nor keeps them. Call it from kernels only.
    """
    # numba's own types leave out ``_nrt``.
    compiled = njit(  # type: ignore[call-overload]
        cache=True, error_model="numpy", nogil=True, forceinline=True, _nrt=False
    )(function)
    return cast(F, compiled)


def inlined(function: F) -> F:
    """Paste ``function`` into each kernel that calls it, before types are worked out.

    For functions that take other kernels as arguments: a compiled function that receives one
    cannot be cached.
    """
    return cast(F, njit(inline="always", error_model="numpy", nogil=True)(function))
