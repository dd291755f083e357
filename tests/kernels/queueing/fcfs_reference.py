"""First come, first served in plain Python: every customer takes the server that is free first."""

from scalelab.kernels.queueing.fcfs import LANES
from scalelab.kernels.queueing.law import Law, draw
from scalelab.kernels.random import generator


def times(law: Law, seed: int, lane: int, which: int, n: int) -> list[float]:
    """Gaps (which = 0) or service times (1) of one lane."""
    state = generator((seed * LANES + lane) * 2 + which)
    return [draw(law, state) for _ in range(n)]


def waits(gaps: list[float], takes: list[float], servers: int) -> list[float]:
    free = [0.0] * servers
    now = 0.0
    found = []
    for gap, take in zip(gaps, takes, strict=True):
        now += gap
        k = min(range(servers), key=lambda server: free[server])
        begins = max(now, free[k])
        free[k] = begins + take
        found.append(begins - now)
    return found
