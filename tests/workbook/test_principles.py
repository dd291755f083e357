"""The workbook on design principles: other right answers, what must not do, and its models."""

import bisect
import contextlib
import itertools
import math
from collections.abc import Callable
from itertools import product
from random import Random
from typing import Any

import pytest

from scalelab.labs.principles import coupling as coupling_lab
from scalelab.models.principles import alerts, coupling, percentiles, retries, task_queue
from scalelab.workbook import (
    backlogs,
    breakers,
    decoupling,
    deliveries,
    histograms,
    pagers,
)
from scalelab.workbook import principles as check
from scalelab.workbook.hint import NotYet
from scalelab.workbook.readings import readings

# --- 1 ---


def test_what_is_read_off_is_what_the_model_says() -> None:
    found = readings(coupling_lab.lab, **check.SMALL)
    assert found["none_full"] == coupling.fault("No time-out", **check.SMALL).full_after_s  # type: ignore[arg-type]
    assert found["breaker_innocent"] == coupling.fault("Breaker", **check.SMALL).innocent  # type: ignore[arg-type]


def test_the_longest_time_out_is_no_close_call() -> None:
    bears_s = coupling.fault("Time-out", **check.SMALL).bears_s  # type: ignore[arg-type]
    assert all(abs(limit_s / bears_s - 1.0) > 0.1 for limit_s in check.TIME_OUTS_S)
    lost = [check.lost(limit_s) for limit_s in check.TIME_OUTS_S]
    assert all(each < 0.1 or each > 500.0 for each in lost)


# --- 2 ---


@pytest.mark.parametrize("of", check.SENT)
def test_attempts_are_those_of_layers_that_are_played(of: check.Sent) -> None:
    chance, runs = Random(1), 4000 if of.failing < 0.9 else 400
    sent = 0

    def call(layer: int) -> bool:
        nonlocal sent
        for _ in range(of.retries + 1):
            if layer:
                ok = call(layer - 1)
            else:
                sent += 1
                ok = chance.random() >= of.failing
            if ok:
                return True
        return False

    counts = []
    for _ in range(runs):
        sent = 0
        call(of.layers - 1)
        counts.append(sent)
    mean = sum(counts) / runs
    error = math.sqrt(sum((each - mean) ** 2 for each in counts)) / runs
    assert abs(mean - check.attempts_of(of)) <= 4.5 * error + 1e-9


def test_one_layer_is_what_the_chapter_has() -> None:
    for failing in (0.1, 0.5, 0.9):
        found = retries.against_failures(failing, 3, "Retries").attempts
        assert abs(found.mean - check.attempts_of(check.Sent(failing, 3, 1))) < 4.5 * found.se


@pytest.mark.parametrize("of", [each for each in check.LOADED if each.layers == 1])
def test_states_are_those_of_the_lab(of: check.Loaded) -> None:
    found = retries.outage(of.load_per_s, retries=of.retries, capacity_per_s=of.capacity_per_s)
    if of.load_per_s != 75.0:  # there the lab's halving ends a little below
        assert check.state_of(of) == found["Retries"].state


@pytest.mark.parametrize("of", [each for each in check.OUTS if each.timeout_s == 1.0])
def test_without_retries_it_is_down_as_long_as_in_the_lab(of: check.Out) -> None:
    found = retries.outage(of.load_per_s, of.outage_s, 1.0, capacity_per_s=of.capacity_per_s)
    right, lab = check.down_of(of), found["No retries"].down_s
    if right is None or right > 290.0:
        assert lab is None
    else:
        assert lab == pytest.approx(right, abs=0.3)


def test_answers_by_recursion_and_by_a_queue_pass() -> None:
    def attempts(failing: float, retries: int, layers: int) -> float:
        if retries == 0 or layers == 0:
            return 1.0
        below, q = attempts(failing, retries, layers - 1), failing ** (retries + 1) ** (layers - 1)
        return below * (retries + 1 if q == 1.0 else (1.0 - q ** (retries + 1)) / (1.0 - q))

    def down_s(load: float, capacity: float, outage_s: float, timeout_s: float) -> float | None:
        """The one who came at t is served at D + t load / capacity, and has waited long enough."""
        if load >= capacity:
            return None
        came_s = (outage_s - timeout_s) / (1.0 - load / capacity)
        return came_s + timeout_s

    def state(load: float, capacity: float, retries: int, layers: int) -> str:
        ratio = load / capacity
        if ratio >= 1.0:
            return check.STATES[2]
        return check.STATES[0] if math.log(ratio) + layers * math.log(retries + 1) < -1e-9 else \
            check.STATES[1]  # fmt: skip

    check.task_2(attempts, state, down_s)


# --- 3 ---


class ByTimes:
    """The same breaker with moments in place of states."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock, self.opened_s = clock, -math.inf
        self.results: list[bool] = []
        self.trying = self.gone = 0

    def allowed(self) -> bool:
        if self.opened_s == -math.inf:
            return True
        if self.clock() <= self.opened_s + breakers.WAIT_S:
            return False
        self.trying, self.gone = 1, self.gone + 1
        return self.gone <= breakers.PROBES

    def record(self, ok: bool) -> None:
        if self.opened_s > -math.inf and not self.trying:
            return
        self.results.append(ok)
        most = breakers.PROBES if self.trying else breakers.WINDOW
        last = self.results[-most:]
        if len(last) < most:
            return
        bad = sum(not each for each in last) * 2 >= most
        if bad or self.trying:
            self.opened_s = self.clock() if bad else -math.inf
            self.results, self.trying, self.gone = [], 0, 0


def test_another_breaker_passes() -> None:
    check.task_3(ByTimes)


def test_worlds_have_each_state_and_late_results() -> None:
    states: dict[str, int] = {}
    late = reopened = closed_again = 0
    for seed in breakers.SEEDS:
        clock = breakers.Clock()
        rule = breakers.Breaker(clock)
        for step in breakers.steps(seed):
            clock.s += step.wait_s
            before = rule.state
            if step.result is None:
                rule.allowed()
            else:
                late += before == "open"
                rule.record(step.result)
            reopened += (before, rule.state) == ("half-open", "open")
            closed_again += (before, rule.state) == ("half-open", "closed")
            states[rule.state] = states.get(rule.state, 0) + 1
    assert min(states.values()) > 200
    assert min(late, reopened, closed_again) > 20


# --- 4 ---


@pytest.mark.parametrize("of", backlogs.SPIKES[:6])
def test_queues_are_those_of_the_chapter(of: backlogs.Spike) -> None:
    found = task_queue.spike(of.usual_per_s, of.spike_per_s, of.minutes, of.workers, of.service_s)
    right, lab = backlogs.backlog_of(of), found["Queue"]
    if right is None:
        assert lab.drained_min is None
    else:
        assert lab.drained_min == pytest.approx(right[0], rel=2e-3, abs=1e-6)
        assert lab.oldest_min == pytest.approx(right[1], rel=2e-3, abs=1e-6)


@pytest.mark.parametrize("of", [backlogs.PROMISES[i] for i in (0, 1, 3)])
def test_the_least_workers_have_nobody_late(of: backlogs.Promise) -> None:
    least = backlogs.workers_of(of)
    assert least is not None
    late = [
        task_queue.spike(
            of.usual_per_s, of.spike_per_s, of.minutes, workers, of.service_s, of.deadline_min
        )["Queue"]
        for workers in (least, least - 1)
    ]
    assert late[0].late < 1.0
    assert late[1].late > 1.0 or late[1].drained_min is None


@pytest.mark.parametrize("of", backlogs.ROOMS)
def test_a_limit_has_nobody_late_who_is_taken(of: backlogs.Room) -> None:
    """As many wait as may, and each worker takes the next in turn."""
    limit = backlogs.limit_of(of)
    for waiting, good in ((limit, True), (limit + of.workers, False)):
        done_s = of.service_s * (waiting / of.workers + 1.0)
        assert (done_s <= 60.0 * of.deadline_min * (1.0 + 1e-12)) == good


# --- 5 ---


def right_save(store: deliveries.Store, name: str, change: Callable[[Any], Any]) -> None:
    value, version = store.get(name)
    if not store.set(name, change(value), version):
        right_save(store, name, change)


def looks_first(message: deliveries.Message, shop: deliveries.Shop) -> None:
    """A look saves work; what decides is the key that is stored."""
    if not shop.seen(message.key):
        shop.begin()
        try:
            shop.add(message.account, message.amount)
            shop.put(message.key)
            shop.commit()
        except deliveries.Duplicate:
            pass
    shop.forget(1.5 * deliveries.LAST_S)
    shop.ack()


def key_in_the_end(message: deliveries.Message, shop: deliveries.Shop) -> None:
    shop.begin()
    try:
        shop.add(message.account, message.amount)
        shop.put(message.key)
        shop.forget(deliveries.LAST_S + 1.0)
        shop.commit()
    finally:
        shop.ack()


def acknowledged_in_any_case(message: deliveries.Message, shop: deliveries.Shop) -> None:
    with contextlib.suppress(deliveries.Duplicate):
        key_in_the_end(message, shop)


@pytest.mark.parametrize("consume", [looks_first, acknowledged_in_any_case])
def test_other_consumers_pass(consume: Callable[..., None]) -> None:
    check.task_5(consume, right_save)


def test_a_dead_worker_does_nothing_more() -> None:
    """Not even in its ``finally``."""
    world, message = deliveries.World(), deliveries.Message("k", "Ada", 1)
    shop = deliveries.Shop(world, message, deliveries.Fate(dies_at=1))
    with pytest.raises(deliveries.Died):
        shop.begin()
    for operation in (shop.ack, shop.commit, lambda: shop.add("Ada", 1)):
        with pytest.raises(deliveries.Died):
            operation()
    assert not world.acknowledged
    assert not world.done


def test_what_is_not_committed_is_gone() -> None:
    world, message = deliveries.World(), deliveries.Message("k", "Ada", 1)
    shop = deliveries.Shop(world, message, deliveries.Fate())
    shop.begin()
    shop.put("k")
    shop.add("Ada", 1)
    assert not world.keys
    assert not world.balances
    shop.commit()
    assert world.balances == {"Ada": 1}
    with pytest.raises(deliveries.Duplicate):
        shop.put("k")


# --- 6 ---


@pytest.mark.parametrize("of", histograms.FLEETS)
@pytest.mark.parametrize("q", histograms.QUANTILES)
def test_quantiles_are_those_of_the_chapter(of: histograms.Fleet, q: float) -> None:
    buckets = histograms.merged(of)
    counts = [count for _, count in buckets]
    alone = [float(b - a) for a, b in itertools.pairwise([0, *counts])]
    right = percentiles.histogram_quantile(of.bounds_ms, alone, q)
    assert histograms.quantile_of(buckets, q) == pytest.approx(right)


def test_answers_by_bisection_and_by_factors_pass() -> None:
    def merge(machines: list[histograms.Buckets]) -> histograms.Buckets:
        total: dict[float, int] = {}
        for le, count in itertools.chain(*machines):
            total[le] = total.get(le, 0) + count
        return sorted(total.items())

    def quantile(buckets: histograms.Buckets, q: float) -> float | None:
        bounds, counts = ([0.0, *column] for column in zip(*buckets, strict=True))
        if not counts[-1]:
            return None
        i = bisect.bisect_left(counts, q * counts[-1], lo=1)
        if bounds[i] == math.inf:
            return float(bounds[i - 1])
        part = (q * counts[-1] - counts[i - 1]) / (counts[i] - counts[i - 1])
        return float(bounds[i - 1] * (1 - part) + bounds[i] * part)

    def bounds(goal_ms: float, off: float) -> list[float]:
        """As far as they may be, from the goal both ways."""
        up, down = [goal_ms], [goal_ms]
        while up[-1] < 2 * goal_ms:
            up.append(up[-1] * (1 + off))
        while down[-1] > goal_ms / 2:
            down.append(down[-1] / (1 + off))
        return sorted({*up, *down})

    check.task_6(merge, quantile, bounds)


@pytest.mark.parametrize("of", histograms.NEARS)
def test_with_the_least_bounds_no_answer_is_off_by_more(of: histograms.Near) -> None:
    n = histograms.least_of(of) // 2
    bounds = tuple(of.goal_ms * 2.0 ** (i / n) for i in range(-n, n + 1))
    chance = Random(3)
    for _ in range(300):
        middle = of.goal_ms * 2.0 ** chance.uniform(-0.99, 0.99)
        times = tuple(middle * chance.uniform(0.999, 1.001) for _ in range(50))
        found = histograms.quantile_of(histograms.counted(times, bounds), 0.5)
        assert found is not None
        assert abs(found / middle - 1.0) <= of.off + 0.005
    wider = of.off * 1.001 + 1e-3
    assert histograms.least_of(of._replace(off=wider)) <= histograms.least_of(of)


# --- 7 ---


def two_windows(
    fast: float = 14.4, slow: float = 6.0, short: int = 5
) -> Callable[[list[pagers.Minute], float], bool]:
    def page(minutes: list[pagers.Minute], slo: float) -> bool:
        def over(window: int, rate: float) -> bool:
            came = sum(each[0] for each in minutes[-window:])
            return sum(each[1] for each in minutes[-window:]) > rate * (1.0 - slo) * came

        return (over(60, fast) and over(short, fast)) or (over(360, slow) and over(30, slow))

    return page


def right_rate(spent: float, hours: float, days: float) -> float:
    return spent * days / (hours / 24.0)


@pytest.mark.parametrize(
    "change", [{}, {"fast": 13.0}, {"fast": 16.0}, {"slow": 5.5}, {"short": 8}]
)
def test_alerts_that_are_set_a_little_otherwise_pass(change: dict[str, Any]) -> None:
    check.task_7(right_rate, two_windows(**change))


def test_days_are_clear_of_chance() -> None:
    """With other luck the same alert is good."""
    for of, seed in product(pagers.DAYS, (31, 32)):
        other = of._replace(seed=seed)
        assert pagers._is_good(other, pagers.fired(two_windows(), other)) == 0


@pytest.mark.parametrize("error_rate", [1.0, 0.05])
def test_an_alert_fires_when_the_chapter_says(error_rate: float) -> None:
    of = pagers.Day("One", 1000, 0.999, (pagers.Incident(600, 300, error_rate),), 5, base=0.0)
    fired = pagers.fired(two_windows(), of).index(True) - 599
    right = alerts.detection_min("Two windows", error_rate)
    assert right is not None
    assert abs(fired - right) <= 1.5 + 0.05 * right


# --- 8 ---


def test_series_are_those_of_the_chapter() -> None:
    for each, n in product((0.99, 0.999), (1, 3, 6)):
        one = decoupling.Service(each, 1.0, None, True)
        shop = decoupling.Shop((one,) * (n + 2), decoupling.Broker(0.9999, 1.0), 1.0)
        ways = ("needed",) * n + ("broker",) * 2
        right = coupling.minutes_down(each, n, 0.9999)
        assert decoupling.minutes_down(shop, ways) == pytest.approx(right)


def by_parts(
    services: list[decoupling.Service], broker: decoupling.Broker, most_min: float
) -> list[str] | None:
    """One service after the other, and of all ways so far those that nothing betters."""
    best: tuple[float, tuple[str, ...]] | None = None
    for used in (False, True):
        front = [(broker.usd if used else 0.0, -(broker.up if used else 1.0), tuple[str, ...]())]
        for one in services:
            more = []
            for usd, up, ways in front:
                more.append((usd, up * one.up, (*ways, "needed")))
                more.append((usd + one.twice_usd, up * (1 - (1 - one.up) ** 2), (*ways, "twice")))
                if one.fallback_usd is not None:
                    more.append((usd + one.fallback_usd, up, (*ways, "fallback")))
                if one.later and used:
                    more.append((usd, up, (*ways, "broker")))
            front = []
            for each in sorted(more):
                if not front or each[1] < front[-1][1] - 1e-15:
                    front.append(each)
        for usd, up, ways in front:
            down = (1.0 + up) * decoupling.MINUTES_PER_YEAR
            if down <= most_min and (best is None or usd < best[0]):
                best = usd, ways
    return None if best is None else list(best[1])


def test_another_search_finds_the_same() -> None:
    check.task_8(by_parts)


@pytest.mark.parametrize("of", decoupling.SHOPS)
def test_no_promise_is_a_close_call(of: decoupling.Shop) -> None:
    for ways in product(*map(decoupling.allowed, of.services)):
        assert abs(decoupling.minutes_down(of, ways) / of.most_min - 1.0) > 1e-4


def test_shops_differ_in_what_is_best() -> None:
    chosen = [by_parts(list(of.services), of.broker, of.most_min) for of in decoupling.SHOPS]
    assert None in chosen
    assert {way for ways in chosen if ways for way in ways} == set(decoupling.WAYS)


def test_no_choice_is_right_for_all_promises() -> None:
    for ways in product(decoupling.WAYS, repeat=6):
        if ways.count("needed") > 1 or ways[0] != "needed":
            continue
        with pytest.raises(NotYet):
            check.task_8(lambda *_, ways=ways: list(ways))
