"""The workbook on trade-offs: other right answers, constants that must not do, its models."""

import json
import math
from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations, pairwise, product
from random import Random
from time import perf_counter
from typing import Any

import numpy as np
import pytest

from scalelab.models.trade_offs.cost_of_delay import compare
from scalelab.models.trade_offs.developer_experience import compare as developers
from scalelab.theory.trade_offs import cap as cap_theory
from scalelab.workbook import counters, designs, partitions, stations, suites, ventures
from scalelab.workbook import trade_offs as check
from scalelab.workbook.hint import NotYet

# --- 2 ---


def test_pages_added_up_state_by_state_pass() -> None:
    """Over all sets of services that are up; and the third by a secant."""

    def up_of(needed: int, soft: int, up: float, fallback: float) -> float:
        total = 0.0
        for down in range(soft + 1):
            chance = math.comb(soft, down) * up ** (soft - down) * (1.0 - up) ** down
            total += chance * fallback**down
        return total * up**needed

    def page(needed: int, soft: int, up: float, fallback: float, goal: float) -> Any:
        answered = up_of(needed, soft, up, fallback)
        one, other = 0.5, 1.0
        for _ in range(200):
            values = [up_of(needed, soft, each, fallback) - goal for each in (one, other)]
            if values[0] == values[1]:
                break
            one, other = other, other - values[1] * (other - one) / (values[1] - values[0])
        return answered, 43_200.0 * (1.0 - answered), other

    check.task_2(page)


def test_no_share_is_right_for_all_pages() -> None:
    for nines in range(1, 7):
        up = 1.0 - 10.0**-nines
        with pytest.raises(NotYet):
            check.task_2(lambda *_, up=up: (up, 43_200.0 * (1.0 - up), up))


# --- 3 ---


@pytest.mark.parametrize("given", designs.SMALL, ids=len)
def test_the_front_is_that_of_each_compared_with_each(given: list[designs.Design]) -> None:
    free = [p for p, one in enumerate(given) if not any(designs.beats(o, one) for o in given)]
    assert sorted(designs.front_of(given)) == free


def test_fronts_by_columns_of_numbers_pass() -> None:
    """Away with all that the next one beats, until none is left to be asked."""

    def front(given: Sequence[designs.Design]) -> Any:
        values = np.array(given, float).reshape(-1, 3)
        order = np.lexsort((values[:, 2], values[:, 1], values[:, 0]))
        values = values[order]
        # As stairs over the p99: the least minutes up to each, in a tree of maxima.
        ranks = np.searchsorted(np.unique(values[:, 1]), values[:, 1])
        least = [math.inf] * (len(values) + 1)
        kept: list[int] = []
        last: tuple[float, ...] | None = None
        for place, rank, row in zip(order.tolist(), ranks.tolist(), values.tolist(), strict=True):
            at, best = rank + 1, math.inf
            while at > 0:
                best = min(best, least[at])
                at -= at & -at
            if tuple(row) != last and best <= row[2]:
                continue
            kept.append(place)
            last = tuple(row)
            at = rank + 1
            while at < len(least):
                least[at] = min(least[at], row[2])
                at += at & -at
        return set(kept)

    check.task_3(front, lambda *given: designs.chosen_of(designs.Wish(*given)))


def test_the_solution_has_time_to_spare() -> None:
    many = designs.plane(1, designs.MANY)
    began = perf_counter()
    assert len(designs.front_of(many)) == designs.MANY
    assert perf_counter() - began < designs.SECONDS / 3.0


@pytest.mark.parametrize("place", range(4))
def test_no_place_is_right_for_all_wishes(place: int) -> None:
    with pytest.raises(NotYet):
        check.task_3(designs.front_of, lambda *_: place)


# --- 4 ---


def test_shops_by_trying_all_pass() -> None:
    def least(of: stations.Shop) -> Any:
        every = (
            (of.total_usd(machines, copies, cache), machines, copies, cache)
            for cache in range(len(of.caches))
            for copies in range(1, 80)
            for machines in range(1, 60)
        )
        if of.rate_per_s > 10_000.0:  # hundreds of them: the others are enough to be compared
            return stations.least_of(of)
        usd, *design = min(every)
        return design if usd < math.inf else None

    check.task_4(least)


def test_what_returns_most_first_is_sometimes_right_and_sometimes_dear() -> None:
    possible = [of for of in stations.SHOPS if stations.is_possible(of)]
    assert len(possible) == len(stations.SHOPS) - 1
    more = []
    for of in possible:
        right = stations.least_of(of)
        assert right is not None
        more.append(of.total_usd(*stations.bottleneck_first(of)) / of.total_usd(*right))
    assert min(more) == pytest.approx(1.0)
    assert sum(each > 1.02 for each in more) >= 5


@pytest.mark.parametrize("of", stations.SHOPS[:2])
def test_waits_are_those_of_one_server_each(of: stations.Shop) -> None:
    """Played: requests come at random to a machine of many, and work is exponential."""
    chance = np.random.default_rng(4)
    machines = 16
    gaps = chance.exponential(1000.0 * machines / of.rate_per_s, 400_000)
    work = chance.exponential(of.machine_ms, gaps.size)
    wait = total = 0.0
    for gap, one in zip(gaps.tolist(), work.tolist(), strict=True):
        wait = max(0.0, wait - gap) + one
        total += wait
    alone = of.mean_ms(machines, 1_000_000, len(of.caches) - 1)
    rest = alone - of.machine_ms / (1.0 - of.machine_busy(machines))
    assert total / gaps.size + rest == pytest.approx(alone, rel=0.05)


def test_no_design_is_right_for_all_shops() -> None:
    for machines, copies, cache in product((1, 2, 9, 15, 465), (1, 2, 7), range(3)):
        with pytest.raises(NotYet):
            check.task_4(lambda _, said=(machines, copies, cache): said)


# --- 5 ---


@pytest.mark.parametrize(
    ("minutes", "of"),
    # Theory adds up over all numbers of writes, which takes its time where they are many.
    [each for each in partitions.BUSINESSES if partitions.writes(each[1], each[0])[0] < 1000.0],
)
def test_what_is_forgotten_and_in_conflict_is_what_theory_says(
    minutes: float, of: partitions.Business
) -> None:
    a, b = partitions.writes(of, minutes)
    assert partitions.forgotten(of, minutes) == pytest.approx(
        of.keys * cap_theory.forgotten(a, b), rel=1e-6
    )
    assert partitions.conflicts(of, minutes) == pytest.approx(
        of.keys * cap_theory.conflict(a, b), rel=1e-9
    )


def test_conflicts_are_those_of_writes_drawn_by_chance() -> None:
    minutes, of = partitions.BUSINESSES[0]
    chance = np.random.default_rng(2)
    a, b = partitions.writes(of, minutes)
    both = (chance.poisson(a, 400_000) > 0) & (chance.poisson(b, 400_000) > 0)
    assert of.keys * both.mean() == pytest.approx(partitions.conflicts(of, minutes), rel=0.05)


def test_lengths_by_seconds_pass() -> None:
    def dearer_from(*given: Any) -> float | None:
        of = partitions.Business(*given, 0.0)
        minutes = 1.0 / 60.0
        while minutes <= 1440.0:
            if partitions.is_dearer(of, minutes):
                return minutes
            minutes *= 1.0004
        return None

    def cheapest(minutes: float, *given: Any) -> Any:
        usd = partitions.usd_of(partitions.Business(*given), minutes)
        return min(usd.items(), key=lambda each: each[1])

    check.task_5(cheapest, dearer_from)


def test_each_way_is_the_cheapest_somewhere_and_lengths_differ_in_kind() -> None:
    best = set()
    for minutes, of in partitions.BUSINESSES:
        usd = sorted((each, way) for way, each in partitions.usd_of(of, minutes).items())
        best.add(usd[0][1])
        assert usd[1][0] > 1.01 * usd[0][0]
    assert best == set(partitions.WAYS)
    kinds = {
        (partitions.from_min(of) is None, partitions.is_dearer(of, partitions.DAY_MIN))
        for of in partitions.FROM
    }
    assert kinds == {(True, False), (False, True), (False, False)}
    found = [partitions.from_min(of) for of in partitions.FROM]
    assert all(each is None or each > 2.0 / 60.0 for each in found)


# --- 6 ---


class Pairs:
    """Two numbers for each pair of sites: what one gave the other, and the other way round.

    Its state is a list of texts; what it sold is among what it tells, for whoever wants to know.
    """

    def __init__(self, name: str, rights: dict[str, int]) -> None:
        self.name = name
        self.numbers = {f"{each}>{each}": pieces for each, pieces in rights.items()}
        self.sold = 0

    def left(self) -> int:
        gave = sum(v for k, v in self.numbers.items() if k.split(">")[0] == self.name)
        got = sum(v for k, v in self.numbers.items() if k.split(">")[1] == self.name)
        own = self.numbers[f"{self.name}>{self.name}"]
        return own + (got - own) - (gave - own) - self.sold

    def sell(self, pieces: int) -> bool:
        enough = self.left() >= pieces
        self.sold += pieces if enough else 0
        return enough

    def hand_over(self, to: str, pieces: int) -> bool:
        if self.left() < pieces:
            return False
        key = f"{self.name}>{to}"
        self.numbers[key] = self.numbers.get(key, 0) + pieces
        return True

    def state(self) -> list[str]:
        return [f"{key}={pieces}" for key, pieces in self.numbers.items()]

    def merge(self, state: list[str]) -> None:
        for line in state:
            key, pieces = line.split("=")
            self.numbers[key] = max(self.numbers.get(key, 0), int(pieces))


def test_sites_written_differently_pass() -> None:
    check.task_6(Pairs)


@pytest.mark.parametrize("seed", range(20))
def test_no_piece_is_sold_twice_or_lost(seed: int) -> None:
    """Once all have heard all, what is left and what is sold is what there was."""
    chance = Random(seed)
    rights = {name: chance.randrange(20) for name in ("a", "b", "c", "d")}
    sites = {name: counters.Rights(name, rights) for name in rights}
    sold = 0
    for _ in range(300):
        one, other = chance.sample(list(sites), 2)
        pieces = chance.randrange(1, 4)
        sold += pieces * sites[one].sell(pieces)
        sites[one].hand_over(other, chance.randrange(1, 4))
        if chance.random() < 0.3:
            sites[other].merge(json.loads(json.dumps(sites[one].state())))
        assert all(site.left() >= 0 for site in sites.values())
        assert sold + sum(site.left() for site in sites.values()) <= sum(rights.values())
    for one, other in product(sites, repeat=2):
        sites[one].merge(dict(sites[other].state()))
    for one, other in product(sites, repeat=2):
        sites[one].merge(dict(sites[other].state()))
    assert sold + sum(site.left() for site in sites.values()) == sum(rights.values())


@pytest.mark.parametrize("seed", counters.SEEDS)
def test_rights_refuse_less_than_refusing_and_sell_nothing_twice(seed: int) -> None:
    ours, theirs = counters.with_rights(counters.Rights, seed), counters.refusing(seed)
    assert ours.oversold == 0
    assert ours.refused < theirs.refused
    assert counters.last_writer(seed).oversold > 0


# --- 7 ---


def test_runs_in_fractions_pass() -> None:
    """Suite by suite, whether it is green after so many runs."""

    def red(flaky: Sequence[float], reruns: int) -> Any:
        green, runs = Fraction(1), Fraction(0)
        for each in map(Fraction, flaky):
            goes_on = Fraction(1)
            for _ in range(reruns + 1):
                runs += goes_on
                goes_on *= each
            green *= 1 - goes_on
        return 1 - green, runs

    def promise(some: Sequence[suites.Suite], most_red: float, most_min: float) -> Any:
        of = suites.Promise(tuple(some), most_red, most_min)
        every = (policy for policy in suites.every_policy(of) if suites.keeps(of, policy))
        best = max(every, key=lambda policy: -suites.missed(of, policy))
        return best.reruns, set(best.away)

    check.task_7(red, promise)


def test_red_runs_are_those_of_the_chapter() -> None:
    for components in range(9):
        found = developers(40, components, flaky=0.02)
        flaky = [0.02] * found.suites
        assert suites.stays_red(flaky, 0) == pytest.approx(found.red)
        assert suites.stays_red(flaky, 1) == pytest.approx(found.red_after_rerun)


def test_red_runs_are_those_drawn_by_chance() -> None:
    chance, flaky = np.random.default_rng(3), np.array([0.01, 0.2, 0.001, 0.05])
    tries = 200_000
    fails = chance.random((tries, 2, flaky.size)) < flaky
    red = fails.all(axis=1).any(axis=1).mean()
    assert red == pytest.approx(suites.stays_red(flaky.tolist(), 1), rel=0.05)
    runs = flaky.size + fails[:, 0].sum(axis=1).mean()
    assert runs == pytest.approx(sum(suites.runs_of(each, 1) for each in flaky), rel=0.01)


def test_promises_are_not_decided_by_rounding() -> None:
    for of in suites.PROMISES:
        for policy in suites.every_policy(of):
            red = suites.red_of(of, policy)
            assert red == of.most_red or abs(red - of.most_red) > 1e-9
            assert abs(suites.minutes_of(of, policy) - of.most_min) > 1e-9


@pytest.mark.parametrize("reruns", suites.RERUNS)
def test_each_number_of_reruns_is_right_for_a_promise_and_wrong_for_another(reruns: int) -> None:
    best = [suites.policy_of(of) for of in suites.PROMISES]
    assert any(policy.reruns == reruns for policy in best)
    assert any(policy.reruns != reruns for policy in best)


# --- 8 ---


def test_boundaries_by_climbing_from_everywhere_pass() -> None:
    """One more, one less or another, from each start, is enough for these."""

    def forward(given: Sequence[ventures.Boundary], *rest: Any) -> Any:
        of = ventures.Venture(tuple(given), *rest)
        names = [each.name for each in given]
        best = set[str]()
        for start in (set[str](), set(names), *({name} for name in names)):
            now = start
            while True:
                near = [now ^ {name} for name in names]
                near += [now ^ set(two) for two in combinations(names, 2)]
                found = max(near, key=lambda some: ventures.worth(of, frozenset(some)))
                if ventures.worth(of, frozenset(found)) <= ventures.worth(of, frozenset(now)):
                    break
                now = found
            if ventures.worth(of, frozenset(now)) > ventures.worth(of, frozenset(best)):
                best = now
        return best

    def tornado(gain: Any, base: Any, ranges: Any) -> Any:
        of = ventures.Case(gain, base, ranges)
        return ventures.ranked(of), {name for name in ranges if ventures.turns(of, name)}

    check.task_8(lambda *two: ventures.from_chance(ventures.Two(*two)), tornado, forward)


def test_the_chance_is_that_of_the_chapter() -> None:
    fails, succeeds = compare(0.0).ways, compare(1.0).ways
    two = ventures.Two(
        (fails["Quick"].value_kusd, succeeds["Quick"].value_kusd),
        (fails["Bounded"].value_kusd, succeeds["Bounded"].value_kusd),
    )
    assert ventures.from_chance(two) == pytest.approx(compare().bounded_from, rel=1e-3)


@pytest.mark.parametrize("case", range(len(ventures.CASES)))
def test_tornados_have_no_ties_and_no_gain_of_nothing(case: int) -> None:
    of = ventures.CASES[case]
    swings = sorted(ventures.swing(of, name) for name in of.ranges)
    assert all(b > 1.05 * a for a, b in pairwise(swings))
    ends = [end for name in of.ranges for end in ventures.ends_of(of, name)]
    assert of.gain(**of.base) != 0.0
    assert all(end != 0.0 for end in ends)


@pytest.mark.parametrize("of", ventures.VENTURES)
def test_ventures_have_one_best_choice(of: ventures.Venture) -> None:
    worth = sorted((ventures.worth(of, names) for names in ventures.every_choice(of)), reverse=True)
    assert worth[0] > worth[1] + 0.1


def test_no_choice_is_right_for_all_ventures() -> None:
    best = [ventures.best_of(of) for of in ventures.VENTURES]
    assert len(set(best)) >= 6
    shops = [ventures.best_of(of) for of in ventures.VENTURES if of.boundaries == ventures.SHOP]
    assert len(set(shops)) >= 3
