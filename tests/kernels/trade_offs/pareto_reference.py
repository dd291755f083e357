"""One design by itself: sums over states of queues and of machines, and halving for the p99."""

import itertools
import math
from typing import Any

Laws = list[tuple[float, float, float]]  # share, constant, mean of the exponential


def states(rate: float, service: float, servers: int) -> list[float]:
    """How likely so many are there, in M/M/c, until hardly any are."""
    weight, weights, n = 1.0, [1.0], 0
    while n <= servers or weight > 1e-16 * max(weights):
        n += 1
        weight *= rate * service / min(n, servers)
        weights.append(weight)
    total = math.fsum(weights)
    return [each / total for each in weights]


def station(rate: float, service: float, servers: int) -> tuple[float, float]:
    """Mean and variance of the time of who finds n there: Erlang's n - c + 1 stages, a service."""
    mean = square = 0.0
    for n, chance in enumerate(states(rate, service, servers)):
        stages = max(n - servers + 1, 0)
        stage = service / servers
        own = stages * stage + service
        variance = stages * stage**2 + service**2
        mean += chance * own
        square += chance * (variance + own**2)
    return mean, square - mean**2


def laws(w: dict[str, Any], d: dict[str, Any]) -> Laws:
    """All kinds of requests of a design ``d`` in a world ``w``."""
    at_edge = w["edge_share"] * w["reads"] if d["cdn"] else 0.0
    writes, inside = 1.0 - w["reads"], 1.0 - at_edge
    work = w["application_ms"] + (0.0 if d["later"] else writes * w["job_ms"] / inside)
    machine = station(w["rate_per_s"] * inside / d["machines"] / 1000.0, work, w["vcpus"])
    at_copy = (writes + (w["reads"] - at_edge) * (1.0 - d["hits"]) / d["copies"]) * w["rate_per_s"]
    cpu = station(at_copy / 1000.0, w["database_ms"], w["vcpus"])
    disk = station(at_copy / 1000.0, w["disk_ms"], 1)
    trip = w["trip_ms"] + w["between_ms"] * (d["zones"] - 1) / d["zones"]
    look = trip + w["lookup_ms"] if d["gib"] else 0.0
    found: Laws = []
    for opened, far in itertools.product((0, 1), (0, 1)):
        share = (w["opens"] if opened else 1.0 - w["opens"]) * (
            w["far_share"] if far else 1.0 - w["far_share"]
        )
        way = w["far_ms"] if far else w["near_ms"]
        lag = way + opened * w["set_up"] * (w["edge_ms"] if d["cdn"] else way)
        hit = (w["reads"] - at_edge) * d["hits"]
        miss = (w["reads"] - at_edge) * (1.0 - d["hits"])
        data = [machine, cpu, disk, (w["queries"] * trip, 0.0)]
        others = [] if d["later"] else [(w["others_ms"], w["others_ms"] ** 2)]
        at_pop = w["edge_ms"] * (1.0 + opened * w["set_up"])
        found += [
            (share * at_edge, at_pop, 0.0),
            law(share * hit, lag + look, [machine]),
            law(share * miss, lag + look, data),
            law(share * writes, lag, data + others),
        ]
    return found


def law(share: float, lag: float, parts: list[tuple[float, float]]) -> tuple[float, float, float]:
    mean, variance = (sum(part[i] for part in parts) for i in range(2))
    spread = min(math.sqrt(variance), mean)
    return share, lag + mean - spread, spread


def beyond(t: float, of: Laws) -> float:
    return sum(
        share * (1.0 if t < start else math.exp(-(t - start) / spread) if spread > 0.0 else 0.0)
        for share, start, spread in of
    )


def p99(of: Laws) -> float:
    low, high = 0.0, 1e5
    for _ in range(100):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if beyond(middle, of) > 0.01 else (low, middle)
    return high


def mean(of: Laws) -> float:
    return math.fsum(share * (start + spread) for share, start, spread in of)


def enough_up(n: int, needed: int, q: float) -> float:
    return math.fsum(
        math.comb(n, up) * (1.0 - q) ** up * q ** (n - up) for up in range(needed, n + 1)
    )


def down_min(w: dict[str, Any], d: dict[str, Any], needed: int, needed_copies: int) -> float:
    """Minutes of a year, over the number of zones that are out and which of them."""
    year = 365.25 * 1440.0
    q = w["repair_min"] / (w["repair_min"] + 1440.0 * w["mtbf_days"])
    away = w["zone_min"] / (w["zone_min"] + year * w["zone_years"])
    good = 0.0
    for up in itertools.product((True, False), repeat=d["zones"]):
        machines = sum(up) * d["machines"] // d["zones"]
        copies = sum(up[i % d["zones"]] for i in range(d["copies"]))
        good += (
            math.prod(1.0 - away if each else away for each in up)
            * enough_up(machines, needed, q)
            * enough_up(copies, needed_copies, q)
        )
    good *= 1.0 - w["changes_min"] / year
    if d["copies"] > 1:
        moves = w["failover_min"] / (1440.0 * w["mtbf_days"])
        if d["zones"] > 1:
            moves += w["failover_min"] / (year * w["zone_years"])
        good *= 1.0 - moves
    return year * (1.0 - good)


def rent_usd(w: dict[str, Any], d: dict[str, Any]) -> float:
    a_month = w["rate_per_s"] / 2.4 * 730.0 * 3600.0
    inside = 1.0 - (w["edge_share"] * w["reads"] if d["cdn"] else 0.0)
    crossing = a_month * inside * (d["zones"] - 1) / d["zones"] * w["request_kb"] / 1e6
    usd = [
        d["machines"] * w["machine_usd"], d["copies"] * w["copy_usd"], d["gib"] * w["gib_usd"],
        w["balancer_usd"], crossing * w["zone_gb_usd"], a_month * w["cdn_usd"] * d["cdn"],
    ]  # fmt: skip
    if d["later"]:
        busy = w["rate_per_s"] / 2.4 * (1.0 - w["reads"]) * w["job_ms"] / 1000.0 / 2.0
        usd.append(max(1, math.ceil(busy / w["most_busy"] - 1e-9)) * w["worker_usd"])
    return math.fsum(usd)
