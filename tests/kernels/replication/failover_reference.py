"""One trouble after another, on a time line of heartbeats, for a single time-out."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

YEAR_S = 365.25 * 86_400.0
Uniform = Callable[[], float]


@dataclass(frozen=True)
class World:
    """Times in s, troubles a year."""

    timeout: float
    heartbeat: float
    loss: float
    pauses: float
    pause: float
    crashes: float
    promotion: float
    replay: float
    voters: int
    fencing: str
    lease_ends: float  # after the last heartbeat, with the clock's error
    reconnect: float
    tail: float
    wait: float
    broadcast: float
    years: float

    @property
    def patience(self) -> float:
        return max(self.timeout, self.heartbeat)

    @property
    def lost(self) -> float:
        """A heartbeat that more than half of the voters do not hear."""
        n = self.voters
        return sum(
            math.comb(n, k) * self.loss**k * (1 - self.loss) ** (n - k)
            for k in range(n + 1)
            if k > n / 2
        )


def elected(world: World, uniform: Uniform) -> float:
    taken = 0.0
    while world.voters > 1:
        wakes = sorted(world.wait * (1.0 + uniform()) for _ in range(world.voters))
        taken += wakes[0] + world.broadcast
        if wakes[1] - wakes[0] >= world.broadcast:
            break
    return taken


def switched(world: World, uniform: Uniform) -> list[float]:
    """Election, promotion, replay, reconnection."""
    vote = elected(world, uniform)
    replay = -world.replay * math.log(uniform())
    return [vote, world.promotion, replay, 2.0 * world.reconnect * uniform()]


def last_heard(world: World, uniform: Uniform) -> float:
    silent = world.heartbeat * uniform()
    if world.lost > 0.0:
        silent += world.heartbeat * math.floor(math.log(uniform()) / math.log(world.lost))
    return silent


def moments(a_year: float, years: float, uniform: Uniform) -> Iterator[float]:
    now = 0.0
    while a_year > 0.0:
        now -= YEAR_S / a_year * math.log(uniform())
        if now > years * YEAR_S:
            return
        yield now


@dataclass
class Sums:
    """Of one run: seconds without writes, false failovers, seconds at the wrong primary."""

    crash: float = 0.0
    pause: float = 0.0
    false_failovers: int = 0
    wrong: float = 0.0


def run(world: World, uniform: Uniform) -> Sums:
    """Crashes and pauses of some years; lost heartbeats are `beat_by_beat`'s."""
    found = Sums()
    for _ in moments(world.crashes, world.years, uniform):
        silent = last_heard(world, uniform)
        found.crash += max(0.0, world.patience - silent) + sum(switched(world, uniform))
    for _ in moments(world.pauses, world.years, uniform):
        half = world.pause / 2.0 ** (1.0 / world.tail)
        lasts = half * uniform() ** (-1.0 / world.tail)
        silent = last_heard(world, uniform)
        moved = sum(switched(world, uniform))
        noticed = max(0.0, world.patience - silent)
        if noticed >= lasts:
            found.pause += lasts
            continue
        found.pause += noticed + moved
        found.false_failovers += 1
        # Between its coming back and its end, whichever way that comes.
        ends = {
            "none": noticed + moved, "stonith": 0.0,
            "lease": min(noticed + moved, world.lease_ends - silent),
        }[world.fencing]  # fmt: skip
        found.wrong += max(0.0, ends - max(lasts, noticed))
    return found


def beat_by_beat(lost: float, timeout: float, heartbeat: float, uniform: Uniform) -> float:
    """Seconds from a fresh start until no heartbeat has arrived for longer than ``timeout``."""
    last = 0.0
    beat = 0
    while True:
        beat += 1
        now = beat * heartbeat
        if uniform() < lost:
            if now + heartbeat > last + timeout + 1e-9:
                return last + timeout
        else:
            last = now
