"""A merge queue change by change, requests service by service, machines one by one."""

import itertools
import random
from collections import deque
from collections.abc import Callable


def merge_queue(
    rate: float, bad: float, most: int, together: Callable[[int], float], changes: int, seed: int
) -> float:
    """Mean minutes from a change's first arrival to its merge, of ``changes`` that are merged.

    ``rate`` new ones a minute. Bad ones are mended at once and stand at the end of the line.
    """
    chance = random.Random(seed)
    now, total, merged = 0.0, 0.0, 0
    coming = chance.expovariate(rate)
    line: deque[float] = deque()
    while merged < changes:
        while coming <= now:
            line.append(coming)
            coming += chance.expovariate(rate)
        if not line:
            now = coming
            continue
        batch = [line.popleft() for _ in range(min(most, len(line)))]
        broken = [chance.random() < bad for _ in batch]
        now += together(len(batch))
        again = []
        for came, is_bad in zip(batch, broken, strict=True):
            if any(broken) and len(batch) > 1:
                now += together(1)
            if is_bad:
                again.append(came)
            else:
                total += now - came
                merged += 1
        while coming <= now:
            line.append(coming)
            coming += chance.expovariate(rate)
        line.extend(again)
    return total / merged


def full_pipeline(
    bad: float, most: int, together: Callable[[int], float], batches: int, seed: int
) -> float:
    """Good changes a minute of a pipeline that always has a full batch."""
    chance = random.Random(seed)
    minutes, merged = 0.0, 0
    for _ in range(batches):
        good = sum(chance.random() >= bad for _ in range(most))
        merged += good
        minutes += together(most) + (most * together(1) if most > 1 and good < most else 0.0)
    return merged / minutes


def modules_touched(m: int, modules: int, pairs: float, runs: int, seed: int) -> float:
    """Mean share of the modules that ``m`` changes touch, each one part or two."""
    chance = random.Random(seed)
    total = 0
    for _ in range(runs):
        touched = set()
        for _ in range(m):
            touched.add(chance.randrange(modules))
            if chance.random() < pairs:
                touched.add(chance.randrange(modules))
        total += len(touched)
    return total / runs / modules


def all_paths(calls: int, services: int, up: float, other: float) -> float:
    """Chance that a request is answered: every way that its calls may go, added up."""
    total = 0.0
    for path in itertools.product(range(services), repeat=calls):
        total += up * other ** (len({0, *path}) - 1)
    return total / float(services**calls)


def fitted(workers: list[tuple[int, float]], vcpus: int, gib: float) -> int:
    """Machines that workers need, (number, GiB each), the large ones first, each where it fits."""
    machines: list[list[float]] = []
    for number, each in sorted(workers, key=lambda kind: -kind[1]):
        for _ in range(number):
            for machine in machines:
                if machine[0] >= 1 and machine[1] >= each - 1e-9:
                    break
            else:
                machine = [vcpus, gib]
                machines.append(machine)
            machine[0] -= 1
            machine[1] -= each
    return max(len(machines), 2)
