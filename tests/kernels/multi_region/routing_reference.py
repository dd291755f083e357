"""Users, routes and a death with dictionaries and lists; the same draws in the same order."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from tests.kernels.multi_region import latency_reference as places

from scalelab.kernels.random import exponential, generator, uniform

SHARE = places.shares(0)
AREAS = list(SHARE)
Flows = dict[tuple[str, str], float]
HORIZON = 3600.0


def ranked(area: str, on: Iterable[str]) -> list[str]:
    """Nearest first."""
    return sorted(on, key=lambda region: places.KM[area, region])


def routes(way: str, on: list[str], far: float, detours: float) -> Flows:
    flows: Flows = defaultdict(float)
    for area in AREAS:
        first, *others = ranked(area, on)
        if way == "DNS":
            flows[area, first] += (1.0 - far) * SHARE[area]
            for resolver in AREAS:
                flows[area, ranked(resolver, on)[0]] += far * SHARE[area] * SHARE[resolver]
        elif way == "Anycast" and others:
            flows[area, first] += (1.0 - detours) * SHARE[area]
            flows[area, others[0]] += detours * SHARE[area]
        else:
            flows[area, first] += SHARE[area]
    return flows


def rerouted(flows: Flows, way: str, spread: bool, dead: str, on: list[str], far: float) -> Flows:
    left = [region for region in on if region != dead]
    after: Flows = defaultdict(float)
    after.update({pair: share for pair, share in flows.items() if pair[1] != dead})
    if not left:
        return after
    size = loads(dict(after))
    for area in AREAS:
        moving = flows.get((area, dead), 0.0)
        if spread and sum(size.values()) > 0.0:
            for region, share in size.items():
                after[area, region] += moving * share / sum(size.values())
            continue
        if way == "DNS":
            for resolver in AREAS:
                if ranked(resolver, on)[0] == dead:
                    astray = far * SHARE[area] * SHARE[resolver]
                    after[area, ranked(resolver, left)[0]] += astray
                    moving -= astray
        after[area, ranked(area, left)[0]] += moving
    return after


def loads(flows: Mapping[tuple[str, str], float]) -> dict[str, float]:
    total: dict[str, float] = defaultdict(float)
    for (_, region), share in flows.items():
        total[region] += share
    return total


def led(way: str, alone: bool, s: Mapping[str, Any]) -> tuple[list[float], list[list[float]]]:
    state = generator(s["seed"])
    changes = [(uniform(state) + s["checks"] - 1.0) * s["check"] for _ in range(s["n_runs"])]
    if way == "App":
        changes = [s["timeout"]] * s["n_runs"]
    every = []
    for change in changes:
        run = []
        for _ in range(s["n_resolvers"]):
            if way == "Anycast":
                end = change + exponential(state, s["convergence"])
            elif way == "App":
                end = change
            elif uniform(state) < s["holders"]:
                end = change + exponential(state, s["hold"])
            else:
                fetches = [change - (8 + uniform(state)) * (s["ttl"] + 1.0 / s["lookups"])]
                while fetches[-1] <= change:
                    fetches.append(fetches[-1] + s["ttl"] + exponential(state, 1.0 / s["lookups"]))
                end = max(change, fetches[-2] + s["ttl"])
            run.append(HORIZON + 10.0 if alone else end)
        every.append(run)
    return changes, every


def fails(
    stuck: float, since: float, own: Mapping[str, float], after: Mapping[str, float], gone: float,
    s: Mapping[str, Any],
) -> tuple[float, float]:  # fmt: skip
    miss = 1.0 - s["hit_ratio"]
    warmth = since / (since + s["warm_up"]) if since > 0.0 else 0.0
    arriving = 1.0 - s["hit_ratio"] * warmth if s["cache"] else miss
    full = 0.0
    for region, there in after.items():
        mine = own.get(region, 0.0)
        load = miss * mine + arriving * (1.0 - stuck) * (there - mine)
        full += max(0.0, load - (1.0 + s["spare"]) * miss * max(mine, 0.001))
    return gone * stuck * (1.0 if s["cache"] else miss), full


def waits(flows: Flows, areas: list[str], q: float, s: Mapping[str, Any]) -> float:
    fixed: dict[str, float] = {}
    share: dict[str, float] = {}
    for (area, region), flow in flows.items():
        if area in areas and flow > 0.0:
            way = s["round_trips"] * s["stretch"] * places.KM[area, region] / 100.0
            fixed[area + region], share[area + region] = (
                way + s["server"],
                flow * (1.0 - s["hit_ratio"]),
            )
            hit = way if s["cache"] else 0.0
            fixed[area + region + "hit"] = hit
            share[area + region + "hit"] = flow * s["hit_ratio"]
    return places.quantile(q, fixed, share, s["round_trips"] * s["last_mile"])


def spare(way: str, on: list[str], far: float, detours: float) -> tuple[float, ...]:
    if len(on) < 2:
        return 0.0, 0.0, 0.0, 0.0
    flows = routes(way, on, far, detours)
    own = loads(flows)
    after = {r: loads(rerouted(flows, way, False, r, on, far)) for r in on}
    return (
        1.0 / (len(on) - 1),
        max(own[r] / max(1.0 - own[r], 0.001) for r in on),
        sum(max(own[r], *(after[d].get(r, 0.0) for d in on)) for r in on) - 1.0,
        max(after[d].get(r, 0.0) / max(own[r], 0.001) - 1.0 for r in on for d in on if d != r),
    )


def quantile(values: list[float], share: float) -> float:
    return sorted(min(v, HORIZON) for v in values)[math.floor(share * len(values) + 1e-9)]
