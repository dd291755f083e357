"""The introduction's workbook: answers that are right in another way, and the data it plays."""

from collections import Counter
from math import ceil, inf
from typing import Any

import numpy as np
import pytest

from scalelab.kernels.introduction.elasticity import BEFORE, planned
from scalelab.models.introduction.elasticity import simulate
from scalelab.models.introduction.machine_size import cheapest, offers
from scalelab.models.introduction.read_write import carried
from scalelab.models.introduction.usl import DATA_SETS, fit
from scalelab.theory.introduction.usl import peak, throughput
from scalelab.workbook import introduction as check
from scalelab.workbook.day import FIRST, WARM_UP, day, fixed, run
from scalelab.workbook.machines import catalogue
from scalelab.workbook.readings import readings

SEEDS = range(12)


def test_the_summary_of_the_lab_says_what_the_law_says() -> None:
    seen = readings(check.speedup_lab, machines=32, coherency=0.0002)
    assert seen["now"] == pytest.approx(throughput(32, 0.03, 0.0002, 100.0))
    assert seen["twice"] == pytest.approx(throughput(64, 0.03, 0.0002, 100.0))
    assert readings(check.speedup_lab, coherency=0.0002, most=128)["best"] == round(
        peak(0.03, 0.0002)
    )


def test_shares_of_the_limit_are_no_ties() -> None:
    """A computer's rounding may not decide."""
    asked = []

    def how_many(sigma: float, part: float) -> Any:
        asked.append(part * (1.0 - sigma) / (sigma * (1.0 - part)))
        return 1.0 / sigma, ceil(asked[-1])

    check.task_2(how_many)
    assert len(asked) == 5
    assert min(abs(one - round(one)) for one in asked) > 0.02


def test_a_last_machine_found_from_above_passes() -> None:
    def last_worth(sigma: float, kappa: float, one: float, least: float) -> Any:
        rates = [throughput(n, sigma, kappa, one) for n in range(3000)]
        adds = np.diff(rates)
        # Each adds less than the one before it, as the task says, until there is nothing to add.
        assert np.all(np.diff(adds[: int(np.argmax(rates)) + 1]) < 0.0)
        assert np.abs(adds - least).min() > 1e-6 * one
        n = np.flatnonzero(adds >= least)[-1] + 1
        return n, rates[n]

    check.task_3(last_worth)


def test_questions_have_every_answer_and_none_is_near_an_end_of_its_band() -> None:
    said = Counter(check.right_verdict(one) for one in check.questions())
    assert min(said[word] for word in ("yes", "no", "measure")) >= 10
    for one in check.questions():
        at = fit(one.n, one.rates).at(one.machines)
        assert at.predicted is not None
        assert min(abs(one.needed - end) for end in at.predicted) > 0.1  # to which they are rounded


def test_each_set_of_measurements_is_asked_about_near_and_far() -> None:
    for n, rates in check.measured_sets():
        asked = [one for one in check.questions() if (one.n, one.rates) == (n, rates)]
        assert {one.machines > 2.0 * max(n) for one in asked} == {True, False}
        assert {one.machines == 2.0 * max(n) for one in asked} == {True, False}
        assert fit(n, rates).state == "The law is fitted"
    assert not {n for n, _ in check.measured_sets()} & {
        pairs[:12:2] for pairs in list(DATA_SETS.values())[:1]
    }


@pytest.mark.parametrize("load", [1000, 20_000, 100_000])
def test_the_cheapest_size_is_the_one_of_the_model(load: float) -> None:
    """The model keeps a spare that stands by; here all work, and any one may be dead."""
    model = offers(load)
    alive = {}
    for one in model.values():
        if one.possible:
            size = check.Size(one.vcpus, one.throughput, one.bill_usd / one.machines)
            alive[size] = check._alive(check.Offer(load, 0, 0.002, 2e-6), size)
    chosen = min(alive, key=lambda size: (alive[size] + 1) * size.usd)
    best = cheapest(model)
    assert (chosen.vcpus, alive[chosen] + 1) == (best.vcpus, best.machines)


@pytest.mark.parametrize("seed", SEEDS)
def test_larger_machines_do_more_and_cost_more(seed: int) -> None:
    sizes = catalogue(seed)
    assert [one.vcpus for one in sizes] == sorted({one.vcpus for one in sizes})
    assert np.all(np.diff([one.requests for one in sizes]) > 0)
    assert np.all(np.diff([one.usd for one in sizes]) > 0)
    cost = [one.usd / one.requests for one in sizes]
    assert 0 < int(np.argmin(cost)) < len(cost) - 1


def test_no_two_sizes_cost_the_same() -> None:
    for offer in check.OFFERS[:-1]:
        bills = sorted(
            (check._alive(offer, size) + 1) * size.usd
            for size in offer.sizes
            if check._alive(offer, size) < inf
        )
        assert bills[1] > 1.003 * bills[0]
    assert all(check._alive(check.OFFERS[-1], size) == inf for size in check.OFFERS[-1].sizes)


@pytest.mark.parametrize("write_share", [0.01, 0.05, 0.1, 0.25])
@pytest.mark.parametrize("load", [700.0, 3100.0, 8300.0, 21_000.0])
def test_servers_are_those_of_the_model(load: float, write_share: float) -> None:
    for means, choices in (
        ("Replicas", check._replicas(load, write_share)),
        ("Shards", check._shards(load, write_share)),
    ):
        enough = (n for n in range(1, 1001) if carried(means, n, write_share, 2.0).requests >= load)
        assert next(enough, inf) == choices["right"]


def test_servers_found_by_trying_pass() -> None:
    def servers(load: float, share: float) -> Any:
        found = []
        for means in ("Replicas", "Shards"):
            fits = (n for n in range(1, 1001) if carried(means, n, share).requests >= load)
            found.append(next(fits, None))
        return found

    check.task_6(servers)


def test_a_day_is_the_plan_of_the_lab_but_for_its_bursts() -> None:
    for seed in SEEDS:
        today = day(seed)
        first = 60 * 10 - today.sale.start  # the record begins so many minutes after midnight
        plan = np.roll(planned(4.0, 3.0, 1800.0, 1000.0)[BEFORE::4], -first)
        over = today.rates[WARM_UP:] / plan
        assert over.min() >= 1.0 - 1e-12
        assert 1.0 < over.mean() < 1.05
        assert today.sale.start > 0
        assert today.sale.stop <= 1440


def test_a_rule_is_asked_each_minute_with_all_that_is_over() -> None:
    today = day(3, boot_min=4)
    seen: list[int] = []

    def noting(measured: list[float], boot_min: int) -> int:
        assert boot_min == 4
        assert measured == today.rates[: len(measured)].tolist()
        seen.append(len(measured))
        return 40

    bill = run(noting, today)
    assert seen == list(range(FIRST, len(today.rates)))
    assert bill.hours == pytest.approx(24 * 40)
    assert bill.refused == 0.0
    assert bill.used == pytest.approx(today.rates[WARM_UP:].sum() / (1440 * 4000.0))


def test_a_machine_serves_a_boot_time_later_and_is_gone_at_once() -> None:
    today = day(3, boot_min=6)
    at = WARM_UP + 400

    def one_pulse(measured: list[float], boot_min: int) -> int:
        return 1000 if at <= len(measured) < at + 9 else 1

    refused = today.rates[WARM_UP:] - 100.0
    refused[406:409] = 0.0  # from the boot time on, as long as they are wanted
    bill = run(one_pulse, today)
    assert bill.refused == pytest.approx(refused.sum() / today.rates[WARM_UP:].sum())
    assert bill.hours == pytest.approx((1440 - 9) / 60.0 + 9 * 1000 / 60.0)
    assert bill.worst == int(np.argmax(refused))


def test_fixed_machines_refuse_nobody_and_are_idle_most_of_the_time() -> None:
    for i, settings in enumerate(check.DAYS):
        today = day(i, *settings)
        bill = run(fixed(today), today)
        assert bill.refused == 0.0
        assert bill.used < check.LEAST_USED - 0.05


@pytest.mark.parametrize("first", [0, 500])
def test_a_rule_that_reckons_with_the_rise_is_good_on_other_days_too(first: int) -> None:
    def ahead(measured: list[float], boot_min: int) -> int:
        rise = max(0.0, measured[-1] - measured[-4]) / 3
        return ceil((measured[-1] + rise * (boot_min + 1)) / 80)

    for i, settings in enumerate(check.DAYS):
        bill = run(ahead, day(first + i, *settings))
        assert bill.refused <= check.MOST_REFUSED
        assert bill.used >= check.LEAST_USED


@pytest.mark.parametrize("target", [0.7, 0.71, 0.72, 0.73, 0.74, 0.76, 0.78, 0.8, 0.85, 0.9])
def test_no_head_room_alone_is_good_enough(target: float) -> None:
    bills = [
        run(lambda measured, _: ceil(measured[-1] / (100 * target)), day(100 + i, *settings))
        for i, settings in enumerate(check.DAYS)
    ]
    assert any(one.refused > check.MOST_REFUSED or one.used < check.LEAST_USED for one in bills)


def test_a_rule_of_a_longer_look_back_passes() -> None:
    def rule(measured: list[float], boot_min: int) -> Any:
        minutes = np.arange(4.0)
        slope = np.polyfit(minutes, measured[-4:], 1)[0]
        return np.ceil((measured[-1] + max(0.0, slope) * (boot_min + 1.5)) / 79)

    check.task_7(rule)


@pytest.mark.parametrize("plan", check.PLANS, ids=str)
def test_which_design_is_best_does_not_hang_on_the_seeds(plan: check.Plan) -> None:
    best = set()
    for seeds in (range(3), range(40, 44)):
        found = check.outcome(plan, list(seeds))
        good = [one for one, (_, refused) in found.items() if refused <= plan.allowed]
        best.add(min(good, key=lambda one: found[one][0], default=None))
    assert len(best) == 1


def test_all_three_strategies_are_best_somewhere_and_one_day_is_lost() -> None:
    best = []
    for i, plan in enumerate(check.PLANS):
        found = check._outcome(i)
        good = [one for one, (_, refused) in found.items() if refused <= plan.allowed]
        best.append(min(good, key=lambda one: found[one][0])[0] if good else None)
    assert set(best) == {check.FIXED, check.ELASTIC, check.TOLD, None}


def test_more_head_room_never_refuses_more() -> None:
    shares = [
        simulate(check.ELASTIC, target=target, **check.PLANS[0].day).refused_share
        for target in check.TARGETS
    ]
    assert np.all(np.diff(shares) >= 0.0)
