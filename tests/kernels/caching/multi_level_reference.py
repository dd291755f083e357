"""Browsers, edges, application cache and buffer as ordered dictionaries, one request at a time."""

from collections import Counter, OrderedDict
from collections.abc import Iterable

from scalelab.kernels.random import below, generator, uniform
from scalelab.kernels.zipf import alias_table, draw, popularity

Request = tuple[int, int, bool]  # key, user, personal


def requests(
    n: int, n_objects: int, skew: float, users: int, personal: float, seed: int
) -> list[Request]:
    """The kernel's own requests, drawn in its order."""
    state = generator(seed)
    threshold, alias = alias_table(popularity(n_objects, skew))
    made = []
    for _ in range(n):
        key = draw(state, threshold, alias)
        made.append((int(key), int(below(state, users)), bool(uniform(state) < personal)))
    return made


class Lru:
    """Starts with the most popular objects, the most popular used last."""

    def __init__(self, size: int, n_objects: int) -> None:
        self.size = size
        self.objects = OrderedDict.fromkeys(reversed(range(min(size, n_objects))))

    def ask(self, key: int) -> bool:
        hit = key in self.objects
        self.objects[key] = None
        self.objects.move_to_end(key)
        if len(self.objects) > self.size:
            self.objects.popitem(last=False)
        return hit


def answered(
    requests: Iterable[Request], n_objects: int, users: int, edges: int,
    sizes: tuple[int, int, int, int],
) -> list[str]:  # fmt: skip
    """The level that answers each request."""
    browsers = [Lru(sizes[0], n_objects) for _ in range(users)]
    cdn = [Lru(sizes[1], n_objects) for _ in range(edges)]
    application, buffer = (Lru(size, n_objects) for size in sizes[2:])
    by = []
    for key, user, personal in requests:
        way = [("application", application), ("buffer", buffer)]
        if not personal:
            way = [("browser", browsers[user]), ("cdn", cdn[user % edges]), *way]
        for name, cache in way:
            if cache.ask(key):
                by.append(name)
                break
        else:
            by.append("disk")
    return by


def counts(by: list[str]) -> list[int]:
    counter = Counter(by)
    return [counter[name] for name in ("browser", "cdn", "application", "buffer", "disk")]
