"""Browser, CDN, application cache and database buffer in series: what each level absorbs.

Every user has a browser cache, every region a CDN edge; application cache and database buffer are
shared by all. Each level evicts the least recently used object. A request goes down until a level
has the object, and every level that it passed keeps a copy. Personal answers may be kept by
neither browser nor CDN. All caches start with the most popular objects, which is close to where
they settle whatever their size; from empty, large ones would take very long to fill.
"""

import numpy as np

from scalelab.kernels.jit import Ints, Table, kernel
from scalelab.kernels.random import below, generator, uniform
from scalelab.kernels.zipf import alias_table, draw, popularity

BROWSER, CDN, APPLICATION, BUFFER, DISK = 0, 1, 2, 3, 4
LEVELS = 5


@kernel
def in_browser(shelf: Ints, key: int) -> bool:
    """Ask one browser, whose objects are in ``shelf``, the last used first (-1: empty place)."""
    size = shelf.size
    if size == 0:
        return False
    place = 0
    while place < size - 1 and shelf[place] != key:
        place += 1
    hit = bool(shelf[place] == key)
    while place > 0:
        shelf[place] = shelf[place - 1]
        place -= 1
    shelf[0] = key
    return hit


@kernel
def unlink(newer: Ints, older: Ints, node: int) -> None:
    newer[older[node]] = newer[node]
    older[newer[node]] = older[node]


@kernel
def in_shared(newer: Ints, older: Ints, held: Ints, base: int, size: int, key: int) -> bool:
    """Ask one of several caches with ``size`` places each; node ``base`` heads its ring.

    ``newer`` and ``older`` are the links of the rings (an absent object has ``newer`` -1);
    ``held[base]`` counts the objects of the cache. Its objects are the nodes ``base + 1 + key``.
    """
    if size == 0:
        return False
    node = base + 1 + key
    hit = newer[node] >= 0
    if hit:
        unlink(newer, older, node)
    elif held[base] == size:
        oldest = newer[base]
        unlink(newer, older, oldest)
        newer[oldest] = -1
    else:
        held[base] += 1
    newest = older[base]
    newer[newest] = node
    older[node] = newest
    newer[node] = base
    older[base] = node
    return bool(hit)


@kernel
def answered(
    n_requests: int, n_objects: int, skew: float, users: int, edges: int, personal: float,
    browser_size: int, cdn_size: int, application_size: int, buffer_size: int, seed: int,
) -> Ints:  # fmt: skip
    """Requests that each level answered, shape (5,), the last being the disk.

    As many requests again run first, uncounted, to settle the caches.
    """
    state = generator(seed)
    threshold, alias = alias_table(popularity(n_objects, skew))
    shelves = np.empty(users * browser_size, np.int64)
    for place in range(shelves.size):
        rank = place % browser_size
        shelves[place] = rank if rank < n_objects else -1
    stride = n_objects + 1
    nodes = (edges + 2) * stride
    newer = np.full(nodes, -1)
    older = np.full(nodes, -1)
    held = np.zeros(nodes, np.int64)
    for cache in range(edges + 2):
        newer[cache * stride] = older[cache * stride] = cache * stride
        size = cdn_size if cache < edges else application_size if cache == edges else buffer_size
        for rank in range(min(size, n_objects) - 1, -1, -1):
            in_shared(newer, older, held, cache * stride, size, rank)
    counts = np.zeros(LEVELS, np.int64)
    for i in range(2 * n_requests):
        key = draw(state, threshold, alias)
        user = below(state, users)
        private = uniform(state) < personal
        level = DISK
        shelf = shelves[user * browser_size : (user + 1) * browser_size]
        edge = user % edges
        if not private and in_browser(shelf, key):
            level = BROWSER
        elif not private and in_shared(newer, older, held, edge * stride, cdn_size, key):
            level = CDN
        elif in_shared(newer, older, held, edges * stride, application_size, key):
            level = APPLICATION
        elif in_shared(newer, older, held, (edges + 1) * stride, buffer_size, key):
            level = BUFFER
        if i >= n_requests:
            counts[level] += 1
    return counts


@kernel
def multi_level(
    varied: int, browser_size: int, cdn_size: int, application_size: int, skew: float,
    personal: float, request_rate: float, edge_ms: float, origin_ms: float, network_ms: float,
    disk_ms: float, buffer_size: int, n_objects: int, users: int, edges: int, n_requests: int,
    n_points: int, seed: int,
) -> Table:  # fmt: skip
    """The stack as set (first, point -1), then with the size of level ``varied`` (0 browser,
    1 CDN, 2 application) at ``n_points`` sizes: 0, then doubling up to the catalogue (browser: up
    to a sixteenth of it).

    A request that the browser cannot answer takes ``edge_ms``; one that goes on to the origin
    takes ``origin_ms`` more and ``network_ms`` for the application cache; the database adds
    ``network_ms`` and a disk ``disk_ms``.

    Five rows each, one per level. Columns: point, size, level, share of all requests, that share
    together with those of the levels before it, hit ratio among the requests that come to the
    level, mean latency (ms) and requests/s that reach the application and the database.
    """
    table = np.zeros((LEVELS * (n_points + 1), 9))
    largest = n_objects // 16 if varied == BROWSER else n_objects
    for point in range(-1, n_points):
        sizes = np.array([browser_size, cdn_size, application_size])
        if point >= 0:
            sizes[varied] = largest >> (n_points - 1 - point) if point > 0 else 0
        counts = answered(
            n_requests, n_objects, skew, users, edges, personal,
            sizes[0], sizes[1], sizes[2], buffer_size, seed,
        )  # fmt: skip
        left = n_requests
        origin = n_requests - counts[BROWSER] - counts[CDN]
        stored = counts[BUFFER] + counts[DISK]
        latency = (
            (n_requests - counts[BROWSER]) * edge_ms + origin * (origin_ms + network_ms)
            + stored * network_ms + counts[DISK] * disk_ms
        ) / n_requests  # fmt: skip
        for level in range(LEVELS):
            row = table[(point + 1) * LEVELS + level]
            row[0] = point
            row[1] = sizes[varied]
            row[2] = level
            row[3] = counts[level] / n_requests
            row[4] = 1.0 - (left - counts[level]) / n_requests
            row[5] = counts[level] / left if left > 0 else 0.0
            row[6] = latency
            row[7] = request_rate * origin / n_requests
            row[8] = request_rate * stored / n_requests
            left -= counts[level]
    return table
