"""Clients one by one, dealt, cut off and moved: plain Python, without fluids or series."""

import heapq
import random
from collections import deque


def dealt_at_random(machines: int, heavy: int, rng: random.Random) -> int:
    """Most heavy clients on one machine."""
    counts = [0] * machines
    for _ in range(heavy):
        counts[rng.randrange(machines)] += 1
    return max(counts)


def dealt_in_turn(machines: int, heavy: int, clients: int, rng: random.Random) -> int:
    """The same when all clients come in random order and machines take turns."""
    counts = [0] * machines
    for place in rng.sample(range(clients), heavy):
        counts[place % machines] += 1
    return max(counts)


def return_of(
    way: str, cut: int, clients: int, can: float, work: float, cost: float, timeout: float,
    base: float, cap: float, until: float, seed: int,
) -> tuple[list[float], int]:  # fmt: skip
    """Times at which clients are back, and how many attempts all have made until then.

    One line, first come, first served. A client's work is done at the speed of when it begins.
    """
    rng = random.Random(seed)
    agenda = [(0.0, i, 0) for i in range(cut)]
    heapq.heapify(agenda)
    line: deque[tuple[float, int]] = deque()
    back: list[float] = []
    free, attempts = 0.0, 0

    def fails(now: float, who: int, attempt: int) -> None:
        delay = min(cap, base * 2.0**attempt)
        if way == "at once":
            delay = 0.0
        elif way != "doubled":
            delay = rng.uniform(0.0, delay)
        heapq.heappush(agenda, (now + delay, who, attempt + 1))

    # Of each client: what becomes of the attempt that it made then.
    attempt_of: dict[int, int] = {}
    ends: list[tuple[float, int, float]] = []  # time-outs
    there: dict[int, float] = {}  # who waits, since when

    while True:
        speed = max(can - work * (clients - cut + len(back)) / clients, 0.0) / cost
        served = free if line and free > line[0][0] else (line[0][0] if line else float("inf"))
        done = served + 1.0 / speed if line and speed > 0.0 else float("inf")
        times = (agenda[0][0] if agenda else float("inf"), ends[0][0] if ends else float("inf"))
        now = min(done, *times)
        if now > until:
            return back, attempts
        if done == now:
            came, who = line.popleft()
            free = done
            if there.get(who) == came:
                del there[who]
                back.append(done)
        elif times[1] == now:
            _, who, came = heapq.heappop(ends)
            if there.get(who) == came:
                del there[who]
                fails(now, who, attempt_of[who])
        else:
            _, who, attempt = heapq.heappop(agenda)
            attempts += 1
            if way == "refused" and len(line) > 0.5 * timeout * speed:
                fails(now, who, attempt)
            else:
                attempt_of[who] = attempt
                there[who] = now
                line.append((now, who))
                heapq.heappush(ends, (now + timeout, who, now))
        if not agenda and not there:
            return back, attempts


def rolled(machines: int, clients: int, way: str, seed: int) -> tuple[float, list[int], list[int]]:
    """Moves of a client, and clients of each machine before its restart and after the last one."""
    rng = random.Random(seed)
    at = [i % machines for i in range(clients)]
    counts = [at.count(k) for k in range(machines)]
    old, new = list(range(machines)), [machines + k for k in range(machines)]
    counts += [0] * machines
    moves, before = 0, []
    alive = list(old)
    for k in range(machines):
        if way == "new first":
            alive.append(new[k])
        alive.remove(old[k])
        before.append(counts[old[k]])
        for who in range(clients):
            if at[who] != old[k]:
                continue
            to = min(alive, key=counts.__getitem__) if way == "emptiest" else rng.choice(alive)
            counts[old[k]] -= 1
            counts[to] += 1
            at[who] = to
            moves += 1
        if way != "new first":
            alive.append(new[k])
    return moves / clients, before, [counts[m] for m in new]


def responses(busy: float, work_ms: float, vcpus: int, customers: int, seed: int) -> list[float]:
    """Responses (ms) of M/M/c, first come, first served."""
    rng = random.Random(seed)
    free = [0.0] * vcpus
    now, found = 0.0, []
    for _ in range(customers):
        now += rng.expovariate(busy * vcpus / work_ms)
        end = max(now, heapq.heappop(free)) + rng.expovariate(1.0 / work_ms)
        heapq.heappush(free, end)
        found.append(end - now)
    return found
