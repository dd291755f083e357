"""A machine whose vCPUs are shared, and customers who read after they wrote, in plain Python."""

import random


def mean_read(
    reads: float, writes: float, read: float, write: float, vcpus: int, done: int, seed: int
) -> float:
    """Mean time of a read. Its work is constant, that of a write hyperexponential with this mean.

    Each of those in work has a vCPU, or an equal part of all.
    """
    chance = random.Random(seed)
    work: list[tuple[float, float, bool]] = []  # what is left, came, reads
    now, coming, total, counted, finished = 0.0, 0.0, 0.0, 0, 0
    while finished < done:
        speed = min(1.0, vcpus / len(work)) if work else 1.0
        ends = min(work, default=(float("inf"), 0.0, False))
        step = min(coming - now, ends[0] / speed)
        now += step
        work = [(left - step * speed, came, reading) for left, came, reading in work]
        if now >= coming:
            reading = chance.random() < reads / (reads + writes)
            size = read
            if not reading:
                size = chance.expovariate(1.0 / (write * chance.choice((0.2, 1.8))))
            work.append((size, now, reading))
            coming = now + chance.expovariate(reads + writes)
            continue
        leaving = min(work)
        work.remove(leaving)
        finished += 1
        if leaving[2] and finished > done // 10:
            total += now - leaving[1]
            counted += 1
    return total / counted


def pinned(request_rate: float, write_share: float, window: float, reads: int, seed: int) -> float:
    """Share of the reads of one customer that come within ``window`` of a write."""
    chance = random.Random(seed)
    now, wrote, near, seen = 0.0, -float("inf"), 0, 0
    while seen < reads:
        now += chance.expovariate(request_rate)
        if chance.random() < write_share:
            wrote = now
        else:
            seen += 1
            near += now - wrote < window
    return near / seen
