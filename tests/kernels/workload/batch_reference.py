"""Sharing again, in plain Python: at each event, who is served is worked out from nothing.

Only the random numbers are those of the kernel.
"""

import math


def served(work, machines, order, preempts, slower=1.0):  # type: ignore[no-untyped-def]
    """(waits of requests, when jobs are done, batch work done by the morning).

    ``order`` gives the rank of a task (is it a request, when it came, its number): least first.
    """
    tasks = [
        {"request": True, "came": float(t), "left": float(s) * slower, "id": i}
        for i, (t, s) in enumerate(zip(work.comes, work.takes, strict=True))
    ]
    for j, left in enumerate(work.works):
        came = float(work.released[j // work.pieces])
        tasks.append({"request": False, "came": came, "left": float(left) * slower, "id": j})
    tasks.sort(key=lambda task: task["came"])
    waits = [0.0] * len(work.comes)
    done = [0.0] * len(work.released)
    by_morning, now, here, serving, at = 0.0, 0.0, [], [], 0
    while at < len(tasks) or here:
        while at < len(tasks) and tasks[at]["came"] <= now:
            here.append(tasks[at])
            at += 1
        kept = [task for task in serving if not preempts or task["request"]]
        others = sorted((t for t in here if t not in kept), key=order)
        serving = kept + others[: machines - len(kept)]
        for task in serving:
            task.setdefault("begun", now)
        ends = min((now + task["left"] for task in serving), default=math.inf)
        comes = tasks[at]["came"] if at < len(tasks) else math.inf
        then = min(ends, comes)
        for task in serving:
            if not task["request"]:
                by_morning += max(min(then, work.until) - now, 0.0) / slower
            task["left"] = 0.0 if now + task["left"] <= then else task["left"] - (then - now)
        now = then
        for task in [t for t in serving if t["left"] == 0.0]:
            if task["request"]:
                waits[task["id"]] = task["begun"] - task["came"]
            else:
                job = task["id"] // work.pieces
                done[job] = max(done[job], now)
            serving.remove(task)
            here.remove(task)
    return waits, done, by_morning


def first_come(task):  # type: ignore[no-untyped-def]
    return task["came"], not task["request"], task["id"]


def requests_first(task):  # type: ignore[no-untyped-def]
    return not task["request"], task["came"], task["id"]
