"""Sessions read by read: what each of them saw, as lists, and only then what that amounts to."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

SYSTEMS = ("random", "sticky", "pinned", "waiting", "primary")


@dataclass
class Session:
    """What a session saw in each of its reads, where it read, and how long it waited."""

    saw: list[bool]
    at_primary: list[bool]
    waits: list[float]

    @property
    def gone(self) -> bool:
        """Whether a read saw the write and a later one did not."""
        return any(
            before and not after for i, before in enumerate(self.saw) for after in self.saw[i + 1 :]
        )


def lag(law: int, hazard: float, tails: tuple[float, float, float]) -> float:
    """In means; a law is known by the time at which minus the logarithm of its tail is hazard."""
    if law == 0:
        return 1.0
    if law == 1:
        return hazard
    knots = [(0.0, 0.0), *((t, -math.log(p)) for t, p in zip((1.0, 3.0, 10.0), tails, strict=True))]

    def at(wanted: float) -> float:
        for (t0, h0), (t1, h1) in pairwise(knots):
            if wanted <= h1 or t1 == 10.0:
                return t0 + (wanted - h0) / (h1 - h0) * (t1 - t0)
        raise AssertionError

    # The mean by the trapezium rule over the tail, far from how the kernel has it.
    h, steps = 0.002, 50_000
    mean = 0.0
    for i in range(steps + 1):
        t = i * h
        t0, h0, t1, h1 = next(
            (a, b, c, d) for (a, b), (c, d) in pairwise(knots) if t <= c or c == 10.0
        )
        tail = math.exp(-(h0 + (t - t0) / (t1 - t0) * (h1 - h0)))
        mean += h * tail * (0.5 if i in (0, steps) else 1.0)
    return at(hazard) / mean


def sessions(
    uniform: Callable[[], float],
    lag_at: Callable[[float], float],
    n_replicas: int,
    mean_lag: float,
    straggler: float,
    together: float,
    first: float,
    think: float,
    n_reads: int,
    pin: float,
    timeout: float,
    n_sessions: int,
) -> tuple[dict[str, list[Session]], list[float]]:
    """The sessions under each system, and all lags that were drawn."""
    played: dict[str, list[Session]] = {system: [] for system in SYSTEMS}
    drawn: list[float] = []
    for _ in range(n_sessions):
        common = uniform() < together
        hazards = [-math.log(uniform())]
        while len(hazards) < n_replicas:
            hazards.append(hazards[0] if common else -math.log(uniform()))
        lags = [mean_lag * lag_at(h) for h in hazards]
        lags[0] *= straggler
        drawn += lags
        kept = int(uniform() * n_replicas)
        of = {system: Session([], [], []) for system in SYSTEMS}
        for i in range(n_reads):
            now = first + i * think
            asked = int(uniform() * n_replicas)
            early = max(lags[asked] - now, 0.0)
            for system, saw, at_primary, wait in (
                ("random", early == 0.0, False, 0.0),
                ("sticky", lags[kept] <= now, False, 0.0),
                ("pinned", now < pin or early == 0.0, now < pin, 0.0),
                ("waiting", True, early > timeout, min(early, timeout)),
                ("primary", True, True, 0.0),
            ):
                of[system].saw.append(saw)
                of[system].at_primary.append(at_primary)
                of[system].waits.append(wait)
        for system in SYSTEMS:
            played[system].append(of[system])
    return played, drawn
