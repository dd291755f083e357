"""Sessions one by one, requests one by one: other ways to what the kernel knows by its means."""

import heapq
import math
from collections.abc import Iterator

import numpy as np

DAY = 1440


def rates(peak: float, ratio: float, ripple: float) -> list[float]:
    """Sessions that begin in each minute of the day."""
    swing = (ratio - 1.0) / (ratio + 1.0)
    return [
        peak * (1.0 + swing * math.cos(2.0 * math.pi * (i + 0.5 - 1200.0) / DAY)) / (1.0 + swing)
        * (1.0 + ripple * math.cos(2.0 * math.pi * (i + 0.5) / 60.0))
        for i in range(DAY)
    ]  # fmt: skip


def fleet(
    begun: list[float], shares: tuple[float, float], means: tuple[float, float], requests: float,
    per_machine: float, window: int, least: int,
) -> list[int]:  # fmt: skip
    """Machines, from what all minutes before have left: a sum in place of a step."""
    wanted = []
    for i in range(DAY):
        load = 0.0
        for share, mean in zip(shares, means, strict=True):
            keep = math.exp(-1.0 / mean)
            weights = keep ** np.arange(DAY) / (1.0 - keep**DAY)  # of all days before
            back = np.concatenate((begun[:i][::-1], begun[i:][::-1]))
            there = np.dot(back, weights) * mean * (1.0 - keep)
            load += share * there / mean * requests / 60.0
        wanted.append(max(math.ceil(load / per_machine - 1e-9), least))
    return [max(wanted[i - k] for k in range(window + 1)) for i in range(DAY)]


def simulate(
    begun: list[float], machines: list[int], shares: tuple[float, float],
    means: tuple[float, float], oldest: bool, limit: int, seed: int,
) -> dict[str, float]:  # fmt: skip
    """Three days of sessions one by one; what the third one has."""
    draw = np.random.default_rng(seed)
    # Of each machine: when it came, since when it drains, and its sessions (end, kind, intact).
    running: list[tuple[int, list[list[float]]]] = []
    waiting: list[tuple[int, list[list[float]]]] = []
    found = dict.fromkeys(("hours", "losses", "first", "long", "began", "began_long"), 0.0)
    for step in range(3 * DAY):
        counts = step >= 2 * DAY
        while len(running) < machines[step % DAY]:
            running.append((step, []))
        while len(running) > machines[step % DAY]:
            came = [at for at, _ in running]
            which = came.index(min(came)) if oldest else len(came) - 1
            waiting.append((step, running.pop(which)[1]))
        for machine in [each for each in waiting if step - each[0] >= limit]:
            waiting.remove(machine)
            for end, kind, intact in machine[1]:
                if end <= step:
                    continue
                if counts:
                    found["losses"] += 1
                    found["first"] += intact
                    found["long"] += intact * kind
                running[draw.integers(len(running))][1].append([end, kind, 0.0])
        if counts:
            for _, inside in waiting:
                last = max((end for end, _, _ in inside), default=0.0)
                found["hours"] += min(max(last - step, 0.0), 1.0) / 60.0
        waiting = [each for each in waiting if any(end > step + 1 for end, _, _ in each[1])]
        for kind in (0, 1):
            for _ in range(draw.poisson(begun[step % DAY] * shares[kind])):
                end = step + draw.random() + draw.exponential(means[kind])
                running[draw.integers(len(running))][1].append([end, float(kind), 1.0])
                found["began"] += counts
                found["began_long"] += counts * kind
        for at, (came_at, inside) in enumerate(running if step % 30 == 0 else ()):
            running[at] = (came_at, [each for each in inside if each[0] > step + 1])
    return found


def bursts(
    at_once: int, conflicting: float, per_s: float, mean_s: float, count: int, seed: int
) -> Iterator[bool]:
    """For each request: whether one that had read before it wrote, writes over it later."""
    draw = np.random.default_rng(seed)
    begin = np.repeat(np.cumsum(draw.exponential(1.0 / per_s, count)), at_once)
    end = begin + draw.exponential(mean_s, begin.size)
    for i in range(begin.size):
        near = (begin < end[i]) & (end > end[i])
        others = near & (draw.random(begin.size) < conflicting)
        yield bool(others.any())


def compared(writers: int, seed: int) -> int:
    """Attempts that fail, with requests in time that read a version and write if it is still so."""
    draw = np.random.default_rng(seed)
    version, failed = 0, 0
    work = [(float(draw.exponential()), i, 0) for i in range(writers)]
    heapq.heapify(work)
    while work:
        now, i, read = heapq.heappop(work)
        if read == version:
            version += 1
        else:
            failed += 1
            heapq.heappush(work, (now + float(draw.exponential()), i, version))
    return failed


def copies(
    click: float, writes: float, machines: int, ttl: float, requests: int, seed: int
) -> tuple[float, float]:
    """Look-ups of a read and stale reads of one session, request by request."""
    draw = np.random.default_rng(seed)
    version, now = 0, 0.0
    held = dict.fromkeys(range(machines), (-1, -math.inf))
    reads = looked = old = 0
    for _ in range(requests):
        now += draw.exponential(1.0 / click)
        i = int(draw.integers(machines))
        if draw.random() < writes:
            version += 1
            held[i] = (version, now)
            continue
        reads += 1
        if now - held[i][1] >= ttl:
            looked += 1
            held[i] = (version, now)
        old += held[i][0] != version
    return looked / reads, old / reads


def outage(
    click: float, writes: float, machines: int, ttl: float, down: float, runs: int, seed: int
) -> float:
    """Share of the requests that fail while the store is down."""
    draw = np.random.default_rng(seed)
    asked = failed = 0
    for _ in range(runs):
        fresh = np.full(machines, -math.inf)
        now = -20.0 * (ttl + machines / click)
        while True:
            now += draw.exponential(1.0 / click)
            if now >= down:
                break
            i = int(draw.integers(machines))
            write = draw.random() < writes
            if now < 0.0:
                if write or now - fresh[i] >= ttl:
                    fresh[i] = now
                continue
            asked += 1
            failed += write or now - fresh[i] >= ttl
    return failed / asked
