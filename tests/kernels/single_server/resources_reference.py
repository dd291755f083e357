"""One machine as it goes, in plain Python: each customer a coroutine of steps, all vCPUs shared.

Work at the vCPUs has fixed sizes and comes in pieces (web, application, then query and disk again
and again, jobs), which the product form does not care for; the disk is first come, first served
with exponential times.
"""

import heapq
import random


def round_of(work, queries, trip, rng):  # type: ignore[no-untyped-def]
    """(what for, where, how long) of a request, in order; ``work`` in seconds by component."""
    yield "web", "cpu", work["web"]
    yield "application", "cpu", work["application"]
    for _ in range(queries):
        yield "network", "wait", trip
        yield "database", "database", work["database"] / queries
        yield "disk", "disk", rng.expovariate(queries / work["disk"])
    yield "jobs", "cpu", work["jobs"]


def simulate(customers, think, work, queries, trip, vcpus, database_vcpus, rounds, seed):  # type: ignore[no-untyped-def]
    """(requests a second, mean seconds of a round by component); database_vcpus 0: one machine."""
    rng = random.Random(seed)
    shared = {"cpu": [vcpus, {}], "database": [database_vcpus, {}]}
    line, alarms, now, count = [], [], 0.0, 0
    spent = dict.fromkeys([*work, "network"], 0.0)
    done, began, first = 0, 0.0, rounds // 10
    steps, since = {}, {}

    def think_again(who):  # type: ignore[no-untyped-def]
        nonlocal count
        count += 1
        steps[who] = None
        heapq.heappush(alarms, (now + rng.expovariate(1.0 / think), count, who))

    def on(who):  # type: ignore[no-untyped-def]
        """The customer's next step begins; what the last one took is booked."""
        nonlocal count, done, began
        if steps[who] is None:
            steps[who] = round_of(work, queries, trip if database_vcpus else 0.0, rng)
        elif done >= first:
            what, at = since[who]
            spent[what] += now - at
        following = next(steps[who], None)
        if following is None:
            done += 1
            if done == first:
                began = now
            think_again(who)
            return
        what, where, long = following
        since[who] = (what, now)
        if where == "database" and not database_vcpus:
            where = "cpu"
        if where in shared:
            shared[where][1][who] = long
        elif where == "wait":
            count += 1
            heapq.heappush(alarms, (now + long, count, who))
        else:
            line.append(who)
            if len(line) == 1:
                serve(long)
            else:
                wanted[who] = long

    wanted = {}

    def serve(long):  # type: ignore[no-untyped-def]
        nonlocal count
        count += 1
        heapq.heappush(alarms, (now + long, count, line[0]))

    for who in range(customers):
        think_again(who)
    while done < rounds:
        ends = [(alarms[0][0], None, None)] if alarms else []
        for place, (servers, there) in shared.items():
            if there:
                who = min(there, key=there.get)
                ends.append((now + there[who] * max(1.0, len(there) / servers), place, who))
        then, place, who = min(ends, key=lambda end: end[0])
        for servers, there in shared.values():
            for each in there:
                there[each] -= (then - now) / max(1.0, len(there) / servers)
        now = then
        if place is None:
            _, _, who = heapq.heappop(alarms)
            if line and line[0] == who and since[who][0] == "disk" and steps[who] is not None:
                line.pop(0)
                if line:
                    serve(wanted.pop(line[0]))
        else:
            del shared[place][1][who]
        on(who)
    counted = rounds - first
    return counted / (now - began), {what: time / counted for what, time in spent.items()}
