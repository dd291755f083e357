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


def first_replica(
    rate: float, request_rate: float, write_share: float, window: float, read: float,
    factor: float, apply_share: float, vcpus: int, n: int, seed: int,
) -> float:  # fmt: skip
    """Mean time of a read on a primary and a replica. Each is routed by its own customer's past.

    Times in ms, rates in 1/ms; all customers are there for ever. Kinds and machines as above.
    """
    chance = random.Random(seed)
    customers = round(rate / request_rate)
    wrote = [-chance.expovariate(request_rate * write_share) for _ in range(customers)]
    primary: list[tuple[float, float, bool]] = []
    replica: list[tuple[float, float, bool]] = []
    now = 0.0
    for _ in range(n):
        now += chance.expovariate(rate)
        who = chance.randrange(customers)
        if chance.random() < write_share:
            wrote[who] = now
            size = factor * read * chance.choice((0.2, 1.8)) * chance.expovariate(1.0)
            primary.append((now, size, False))
            replica.append((now, apply_share * size, False))
        else:
            near = now - wrote[who] < window
            (primary if near else replica).append((now, read, True))
    times = shared(primary, vcpus, now / 10.0) + shared(replica, vcpus, now / 10.0)
    return sum(times) / len(times)


def shared(jobs: list[tuple[float, float, bool]], vcpus: int, warm_up: float) -> list[float]:
    """Times of the reads that came after ``warm_up``, on one machine."""
    there: list[tuple[float, float, bool]] = []
    times, now = [], 0.0
    for came, size, reading in [*jobs, (float("inf"), 0.0, False)]:
        while there:
            speed = min(1.0, vcpus / len(there))
            first = min(there)
            step = min(first[0] / speed, came - now)
            there = [(left - step * speed, since, kind) for left, since, kind in there]
            now += step
            if now >= came:
                break
            ended = min(there)
            there.remove(ended)
            if ended[2] and ended[1] > warm_up:
                times.append(now - ended[1])
        now = came
        there.append((size, came, reading))
    return times
