"""Latencies at five levels of consistency, trial by trial, with lists that are sorted."""

import math
from collections.abc import Callable, Sequence

Latencies = dict[tuple[str, str, int], list[float]]  # by level, operation, client's region


def latencies(
    uniform: Callable[[], float],
    distance: Sequence[Sequence[float]],
    leader: int,
    n_replicas: int,
    jitter: float,
    slow_share: float,
    pause: float,
    n_trials: int,
) -> Latencies:
    regions = range(len(distance))
    by_distance = sorted((r for r in regions if r != leader), key=lambda r: distance[leader][r])
    everyone = [leader, *by_distance]
    replicas = everyone[:n_replicas]
    majority = n_replicas // 2 + 1

    def reply(a: int, b: int) -> float:
        extra = -math.log(uniform()) * jitter * distance[a][b]
        return distance[a][b] + extra + (pause if uniform() < slow_share else 0.0)

    found: Latencies = {}

    def note(level: str, client: int, read: float, write: float) -> None:
        found.setdefault((level, "read", client), []).append(read)
        found.setdefault((level, "write", client), []).append(write)

    for _ in range(n_trials):
        drawn = {r: reply(leader, r) for r in by_distance}
        acknowledged = sorted([0.0, *(drawn[r] for r in replicas[1:])])
        for client in regions:
            answers = {r: reply(client, r) for r in everyone}
            of_replicas = sorted(answers[r] for r in replicas)
            nearest = answers[min(replicas, key=lambda r, c=client: distance[c][r])]
            leads = answers[leader]
            note("any", client, nearest, nearest)
            note("leader", client, leads, leads)
            note("majority", client, leads, leads + acknowledged[majority - 1])
            note("quorum", client, of_replicas[majority - 1], of_replicas[majority - 1])
            note("all", client, nearest, leads + acknowledged[-1])
    return found
