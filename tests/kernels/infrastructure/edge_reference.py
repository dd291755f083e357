"""PoPs, a shield and their copies, request by request, and PoPs placed one by one: plain Python."""

import math
import random
from dataclasses import dataclass, field
from itertools import pairwise


@dataclass
class Counts:
    """Requests for one object, by what became of them."""

    asked: int = 0
    at_pop: int = 0
    at_root: int = 0
    waited: int = 0  # for a fetch that another request began
    fetches: int = 0
    copies: list[int] = field(default_factory=list)  # at PoPs: how often each was asked for again


def one_object(
    rate: float, ttl: float, fetch: float, pops: int, roots: int, ends: float, seed: int
) -> Counts:
    """PoP i is behind root i mod ``roots``. A copy is valid until ``ttl`` after its fetch."""
    chance = random.Random(seed)
    counts = Counts()
    arrives = [-math.inf] * roots  # when the root's newest copy came, or will come
    valid = [-math.inf] * roots  # until when it is valid
    held = [-math.inf] * pops  # until when the PoP's copy is valid
    uses = [-1] * pops
    now = 0.0
    while True:
        now += chance.expovariate(rate)
        if now > ends:
            return counts
        counts.asked += 1
        pop = chance.randrange(pops)
        root = pop % roots
        if now < arrives[root]:
            counts.waited += 1
            if held[pop] == valid[root]:
                uses[pop] += 1
                continue
            held[pop] = valid[root]
        elif now < held[pop]:
            counts.at_pop += 1
            uses[pop] += 1
            continue
        elif now < valid[root]:
            counts.at_root += 1
            held[pop] = valid[root]
        else:
            counts.fetches += 1
            arrives[root] = now + fetch
            valid[root] = now + fetch + ttl
            held[pop] = valid[root]
        if uses[pop] >= 0:
            counts.copies.append(uses[pop])
        uses[pop] = 0


def ages_forgotten(rate: float, ttl: float, pops: int, ends: float, seed: int) -> float:
    """Fetches/s if a shield's copy is as good as new at a PoP; fetches take no time."""
    chance = random.Random(seed)
    held = [-math.inf] * pops
    shield, now, fetches = -math.inf, 0.0, 0
    while True:
        now += chance.expovariate(rate)
        if now > ends:
            return fetches / ends
        pop = chance.randrange(pops)
        if now >= held[pop]:
            if now >= shield:
                fetches += 1
                shield = now + ttl
            held[pop] = now + ttl


def zipf(n: int, skew: float) -> list[float]:
    weights = [rank**-skew for rank in range(1, n + 1)]
    total = sum(weights)
    return [weight / total for weight in weights]


def kilometres(
    latitude: float, longitude: float, other_latitude: float, other_longitude: float
) -> float:
    """Along a great circle, by the angle between two arrows."""
    arrows = []
    for up, along in ((latitude, longitude), (other_latitude, other_longitude)):
        u, v = math.radians(up), math.radians(along)
        arrows.append((math.cos(u) * math.cos(v), math.cos(u) * math.sin(v), math.sin(u)))
    chord = math.dist(*arrows)
    return 2.0 * 6371.0088 * math.asin(min(1.0, chord / 2.0))


def way_to(
    area: int, pops_in: list[int], places: list[tuple[float, float]], metro: float
) -> tuple[float, int]:
    """(kilometres to the nearest PoP, its area)."""
    found = []
    for other, n in enumerate(pops_in):
        if n > 0:
            km = math.hypot(kilometres(*places[area], *places[other]), metro)
            found.append((metro / math.sqrt(n) if area == other else km, other))
    return min(found)


def placed(
    pops: int, places: list[tuple[float, float]], shares: list[float], metro: float
) -> list[int]:
    """PoPs in each place; each next one where the mean way is then shortest."""
    pops_in = [0] * len(places)
    for _ in range(pops):
        tried = []
        for place in range(len(places)):
            pops_in[place] += 1
            mean = sum(
                share * way_to(area, pops_in, places, metro)[0] for area, share in enumerate(shares)
            )
            tried.append((mean, place))
            pops_in[place] -= 1
        pops_in[min(tried)[1]] += 1
    return pops_in


def quantile(q: float, waits: list[tuple[float, float]], spread: float) -> float:
    """Of weighted fixed times and an exponential one with the mean ``spread``: a fine grid."""
    total = sum(weight for _, weight in waits)

    def later(time: float) -> float:
        return sum(
            weight * (1.0 if time < fixed else math.exp((fixed - time) / spread))
            for fixed, weight in waits
        )  # fmt: skip

    low = min(fixed for fixed, _ in waits)
    times = [low + i * 0.5 for i in range(20_000)]
    for before, after in pairwise(times):
        if later(after) <= (1.0 - q) * total:
            return 0.5 * (before + after)
    raise AssertionError("not within ten seconds")
