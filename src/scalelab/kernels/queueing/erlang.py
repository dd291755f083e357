"""Erlang's formulas (A. K. Erlang, 1917), by the recursion of the loss formula."""

from scalelab.kernels.jit import kernel


@kernel
def erlang_b(load: float, servers: int) -> float:
    """Share that is refused by M/M/c/c, where ``load`` servers would be busy; 1 without servers."""
    loss = 1.0
    for k in range(1, servers + 1):
        loss = load * loss / (k + load * loss)
    return loss


@kernel
def erlang_c(load: float, servers: int) -> float:
    """Share that waits in M/M/c; ``load`` is below ``servers``."""
    loss = erlang_b(load, servers)
    return loss / (1.0 - load / servers * (1.0 - loss))


@kernel
def mean_wait(rate: float, service: float, servers: int) -> float:
    """Mean wait of M/M/c, those who do not wait included."""
    load = rate * service
    return erlang_c(load, servers) * service / (servers - load)
