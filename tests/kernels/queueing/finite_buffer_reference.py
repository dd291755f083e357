"""The queue with a list of those who are there: who arrives looks at it, who is done leaves it."""

from scalelab.kernels.queueing.law import Law, draw
from scalelab.kernels.random import generator


def path(
    arrival: Law, service: Law, servers: int, places: int, arrivals: int, seed: int
) -> list[tuple[float, bool, float, float]]:
    """Of each arrival: when, whether it is admitted, when it begins, when it leaves."""
    state = generator(seed)
    now = 0.0
    served: list[float] = []  # when each that is served is done
    queue: list[tuple[float, float, int]] = []  # came, takes, whose it is
    found: list[tuple[float, bool, float, float]] = []

    def advance(until: float) -> None:
        """Ends services one by one, each followed by the first of the queue."""
        while served and min(served) <= until:
            end = min(served)
            served.remove(end)
            if queue:
                came, takes, which = queue.pop(0)
                served.append(end + takes)
                found[which] = (came, True, end, end + takes)

    for n in range(arrivals):
        now += draw(arrival, state)
        takes = draw(service, state)
        advance(now)
        if len(served) + len(queue) == places:
            found.append((now, False, now, now))
        elif len(served) < servers:
            served.append(now + takes)
            found.append((now, True, now, now + takes))
        else:
            queue.append((now, takes, n))
            found.append((now, True, 0.0, 0.0))
    advance(float("inf"))
    return found
