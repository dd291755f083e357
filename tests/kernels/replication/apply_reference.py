"""A replica's apply in plain Python, event by event: it knows workers, not a recursion."""

from collections import deque


def visible_times(arrived, work, n_workers, blocked_from, blocked_to):
    """Each worker holds one transaction, applied or not; the oldest of all may become visible."""
    n = len(work)
    waiting = deque()
    held = {}  # transaction: when it is applied
    visible = [None] * n
    next_visible = coming = 0
    now = float("-inf")
    while next_visible < n:
        # All that can happen at this moment, until nothing more does.
        moved = True
        while moved:
            moved = False
            while coming < n and arrived[coming] <= now:
                waiting.append(coming)
                coming += 1
            while held.get(next_visible, float("inf")) <= now:
                del held[next_visible]
                visible[next_visible] = now
                next_visible += 1
                moved = True
            blocked = blocked_from <= now < blocked_to
            if waiting and len(held) < n_workers and not blocked:
                one = waiting.popleft()
                held[one] = now + work[one]
                moved = True
        later = [time for time in held.values() if time > now]
        if coming < n:
            later.append(arrived[coming])
        if now < blocked_to:
            later.append(blocked_to)
        if later:
            now = min(later)
    return visible
