"""Workers and connections again, in plain Python: each request a list of what it still has to do.

Nothing is kept by absolute time: at each event everything that runs down is made less.
"""

import math


def of(request, whole):  # type: ignore[no-untyped-def]
    """What a request asks for, one after another: (what, how much)."""
    first, away, query, io, last = request
    inner = [("connect", 0.0), ("work", query), ("wait", io), ("disconnect", 0.0)]
    if whole:
        inner = inner[1:3]
    steps = [("work", first), ("wait", away), *inner, ("work", last)]
    if whole:
        steps = [("connect", 0.0), *steps, ("disconnect", 0.0)]
    return [step for step in steps if step[1] > 0.0 or step[0] in ("connect", "disconnect")]


def outcomes(drawn, vcpus, workers, backlog, connections, whole, timeout, switching):  # type: ignore[no-untyped-def]
    """Of each request in order: its response time, "refused", "timed out" or "there".

    And the integrals, over all the time, of requests with work, of workers and connections taken,
    and of vCPUs that are idle while somebody waits.
    """
    n = len(drawn)
    found, clock = ["there"] * n, [0.0] * n
    line, asking, inside = [], {}, {}  # asking: patience left; inside: steps left
    taken, sums, next_one, gap = set(), [0.0] * 4, 0, drawn[0][0]
    while next_one < n:
        working = [i for i, steps in inside.items() if steps and steps[0][0] == "work"]
        waiting = [i for i, steps in inside.items() if steps and steps[0][0] == "wait"]
        slow = max(1.0, len(working) / vcpus) * (1.0 + switching * max(0, len(working) - vcpus))
        ends = [(gap, "comes", None)]
        ends += [(inside[i][0][1] * slow, "step", i) for i in working]
        ends += [(inside[i][0][1], "step", i) for i in waiting]
        ends += [(left, "gives up", i) for i, left in asking.items()]
        span, what, who = min(ends, key=lambda end: end[0])
        idle = vcpus - min(vcpus, len(working))
        sums[0] += len(working) * span
        sums[1] += len(inside) * span
        sums[2] += len(taken) * span
        sums[3] += idle * span if line or asking else 0.0
        gap -= span
        for i in working:
            inside[i][0] = ("work", inside[i][0][1] - span / slow)
        for i in waiting:
            inside[i][0] = ("wait", inside[i][0][1] - span)
        for i in asking:
            asking[i] -= span
        for i in [*inside, *line]:
            clock[i] += span
        if what == "comes":
            gap = drawn[next_one + 1][0] if next_one + 1 < n else math.inf
            if len(inside) == workers and len(line) >= backlog:
                found[next_one] = "refused"
            else:
                line.append(next_one)
            next_one += 1
        elif what == "gives up":
            del asking[who], inside[who]
            found[who] = "timed out"
        else:
            inside[who].pop(0)
        changed = True
        while changed:
            changed = False
            while line and len(inside) < workers:
                inside[line[0]] = of(drawn[line[0]][1:], whole)
                line.pop(0)
            for i in list(inside):
                if not inside[i]:
                    found[i] = clock[i]
                    del inside[i]
                    changed = True
                elif inside[i][0][0] == "disconnect":
                    taken.remove(i)
                    inside[i].pop(0)
                    changed = True
                elif inside[i][0][0] == "connect" and i not in asking:
                    asking[i] = timeout
            for i in list(asking):
                if len(taken) < connections:
                    taken.add(i)
                    del asking[i]
                    inside[i].pop(0)
                    changed = True
    return found, sums
