"""The lag of a replica from lists: the same draws, the apply process event by event."""

import bisect
import math

from tests.kernels.replication import apply_reference

from scalelab.kernels.random import exponential, generator


def run(s, coming, working, network):
    """One run of the settings ``s``: commits, lags, when visible, which waited for nothing."""
    rate = s["write_rate"] / s["size"]
    work_s = s["apply_ms"] * s["size"] / 1e3
    commits, batch = [], None
    parts = [
        (-s["before_s"], 0.0, rate),
        (0.0, s["sale_s"], rate * s["factor"]),
        (s["sale_s"], s["after_s"], rate),
    ]
    for begin, end, rate_now in parts:
        if begin == 0.0 and rate_now == rate * s["factor"] and batch is None and s["batch_s"] > 0:
            batch = len(commits)
            commits.append(0.0)
        now = begin + exponential(coming, 1.0 / rate_now)
        while now < end:
            commits.append(now)
            now += exponential(coming, 1.0 / rate_now)
    work = [work_s if s["law"] == 1 else exponential(working, work_s) for _ in commits]
    if batch is not None:
        work[batch] = s["batch_s"]
    arrived, latest = [], -math.inf
    for commit in commits:
        jitter = exponential(network, s["jitter_ms"] / 1e3)
        latest = max(latest, commit + s["round_trip_ms"] / 2e3 + jitter)
        arrived.append(latest)
    visible = apply_reference.visible_times(arrived, work, s["n_workers"], 0.0, s["blocked_s"])
    lags = [v - c for v, c in zip(visible, commits, strict=True)]
    free = [v == a + w for v, a, w in zip(visible, arrived, work, strict=True)]
    return commits, lags, visible, free


def line(s, commits, lags, visible):
    """Mean lag of what becomes visible in each part of the time; None where nothing is missing."""
    width = (s["before_s"] + s["after_s"]) / s["n_points"]
    found = []
    for part in range(s["n_points"]):
        seen = [
            lag
            for lag, v in zip(lags, visible, strict=True)
            if int((v + s["before_s"]) / width) == part
        ]
        if seen:
            found.append(sum(seen) / len(seen))
            continue
        middle = -s["before_s"] + (part + 0.5) * width
        missing = [c for c, v in zip(commits, visible, strict=True) if v > middle and c < middle]
        found.append(middle - min(missing) if missing else None)
    return found


def lag(s, capacity):
    """What the kernel's table tells, by name, for settings that leave room for all runs."""
    streams = [generator(s["seed"] + i) for i in range(3)]
    runs = [run(s, *streams) for _ in range(s["n_runs"])]
    every = sorted(lag for _, lags, _, _ in runs for lag in lags)
    since = s["sale_s"] if s["factor"] * s["write_rate"] / s["size"] > capacity else 0.0
    behind = [
        next((c for c, f in zip(commits, free, strict=True) if c > since and f), None)
        for commits, _, _, free in runs
    ]
    calm = sorted(
        lag for commits, lags, _, _ in runs for c, lag in zip(commits, lags, strict=True) if c < 0.0
    )
    return {
        "lines": [line(s, commits, lags, visible) for commits, lags, visible, _ in runs],
        "each": [sorted(lags) for _, lags, _, _ in runs],
        "p50": every[len(every) // 2],
        "p99": every[int(0.99 * len(every))],
        "mean": sum(every) / len(every),
        "smallest": every[0],
        "largest": every[-1],
        "behind": behind,
        "calm": calm[len(calm) // 2] if calm else 0.0,
    }


def beyond(ordered, threshold):
    """Share of the ordered lags that are larger."""
    return 1.0 - bisect.bisect_right(ordered, threshold) / len(ordered)
