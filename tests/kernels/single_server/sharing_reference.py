"""One machine again in plain Python: time goes on in small equal slices, dealt out one by one.

What a slice leaves undone is the error: it falls with the slice.
"""


def responses(
    gaps: list[float], sizes: list[float], vcpus: int, limit: int, slice_: float
) -> list[float]:
    """Response time of each job, in the order in which they come."""
    due: list[float] = []
    here: list[int] = []
    now = 0.0
    for gap in gaps:
        now += gap
        due.append(now)
    left, took = list(sizes), [0.0] * len(sizes)
    comes, now = 0, 0.0
    while here or comes < len(due):
        if not here:
            now = max(now, due[comes])
        while comes < len(due) and due[comes] <= now:
            here.append(comes)
            comes += 1
        served = here[:limit]
        part = slice_ * min(1.0, vcpus / len(served))
        now += slice_
        for job in served:
            left[job] -= part
            if left[job] <= 0.0:
                took[job] = now - due[job]
                here.remove(job)
    return took
