"""The requirement workbook: answers that are right in another way, and the data it judges."""

import math
from collections import Counter
from typing import Any

import numpy as np
import pytest

from scalelab.models.requirement import timing
from scalelab.models.requirement.load_test import simulate
from scalelab.models.requirement.load_test_result import read
from scalelab.models.requirement.sizing import EXPONENTIAL, at_once, goal, record, visits_by_time
from scalelab.theory.requirement import timing as law
from scalelab.theory.requirement.benchmark import at_most, coverage, ranks
from scalelab.theory.requirement.load_test import corrected_quantile, mean_values
from scalelab.theory.requirement.sizing import accumulated
from scalelab.workbook import loads
from scalelab.workbook import requirement as check
from scalelab.workbook.load_tests import Case, Run
from scalelab.workbook.readings import readings


def test_the_summary_of_the_lab_says_what_the_model_says() -> None:
    lab = check.sizing_lab
    assert readings(lab, way=0)["campaign_servers"] == 11.0
    spread = goal(2_000_000, way="over the day")
    assert readings(lab, way=0)["campaign_rate"] == pytest.approx(spread.requests_per_s_campaign)
    longer = goal(2_000_000, session_min=20.0)
    assert readings(lab, session_min=20)["at_once"] == pytest.approx(longer.at_once_peak)
    assert readings(lab, session_min=20)["at_once"] == pytest.approx(
        2.0 * readings(lab)["at_once"], rel=0.01
    )


@pytest.mark.parametrize("shop", check.SHOPS_TO_SIZE, ids=lambda shop: str(shop["customers"]))
def test_the_goal_is_within_a_fifth_of_the_tolerance_of_plain_multiplication(
    shop: dict[str, Any],
) -> None:
    found = goal(**shop)
    visits = shop["customers"] * shop["active"] * shop["visits_per_active"]
    rate = visits * shop["busiest_hour"] * shop["requests_per_visit"] / 3600
    assert found.requests_per_s_peak == pytest.approx(rate, rel=check.NEAR / 5)
    gigabytes = visits * shop["requests_per_visit"] * shop["write_share"] * shop["write_kb"] / 1e6
    first = gigabytes * shop["copies"] * 365 / 1000
    assert found.storage_tb == pytest.approx(accumulated(first, shop["growth"], shop["years"]))
    servers = rate / (shop["server_requests_per_s"] * shop["utilisation"])
    assert 0.05 < servers % 1 < 0.95  # a computer's rounding may not decide


def test_how_long_a_visit_lasts_has_no_effect_on_the_plan() -> None:
    shop = check.SHOPS_TO_SIZE[0]
    short, long = (goal(**{**shop, "session_min": minutes}) for minutes in (5.0, 15.0))
    assert short.requests_per_s_peak == pytest.approx(long.requests_per_s_peak, rel=0.02)
    assert short.storage_tb == long.storage_tb


def test_the_mean_at_once_of_a_whole_day_is_littles_law() -> None:
    """L = lambda W, from the rate and the mean length alone."""
    window = check.WINDOWS[0]
    visits = window.visits
    assert visits[:, 1].max() < window.end
    length = (visits[:, 1] - visits[:, 0]).mean()
    hours = window.end - window.start
    assert check.mean_at_once(visits, 0.0, hours) == pytest.approx(len(visits) / hours * length)


@pytest.mark.parametrize("window", check.WINDOWS, ids=str)
def test_numbers_at_once_are_what_looking_often_gives(window: check.Window) -> None:
    visits = window.visits
    moments = np.linspace(window.start, window.end, 20_001)
    there = np.searchsorted(np.sort(visits[:, 0]), moments, "right") - np.searchsorted(
        np.sort(visits[:, 1]), moments, "right"
    )
    mean = check.mean_at_once(visits, window.start, window.end)
    assert mean == pytest.approx(there.mean(), rel=0.01)
    highest = check.highest_at_once(visits, window.start, window.end)
    assert there.max() <= highest <= there.max() + 1


def test_records_have_as_many_at_once_as_the_model_expects() -> None:
    visits_a_day = visits_by_time(3000.0)
    hour = at_once(visits_a_day, 10.0)[240:252].mean()  # 20:00 to 21:00
    seen = [
        check.mean_at_once(record(visits_a_day, 10.0, EXPONENTIAL, seed), 20.0, 21.0)
        for seed in range(60)
    ]
    assert abs(np.mean(seen) - hour) < 4.0 * np.std(seen) / math.sqrt(60) + 0.01 * hour


def test_a_crowd_counted_event_by_event_passes() -> None:
    def crowd(visits: Any, start: float, end: float) -> Any:
        events = sorted([(t, 1) for t in visits[:, 0]] + [(t, -1) for t in visits[:, 1]])
        now = most = total = 0
        before = start
        for moment, change in events:
            inside = min(max(moment, start), end)
            total += now * (inside - before)
            if inside > before or (moment >= start and not most):
                most = max(most, now)
            before = inside
            now += change
        return total / (end - start), most

    check.task_3(crowd)


def by_medians(known: Any, days: int) -> Any:
    """The usual week of the last four, with the growth since eight weeks before."""
    late, early = (np.median(part.reshape(4, 7), axis=0) for part in (known[-28:], known[-84:-56]))
    growth = np.median(late / early) ** (1 / 8)
    ahead = np.arange(days)
    return late[ahead % 7] * growth ** (2.5 + ahead // 7)


def straight(known: Any, days: int) -> Any:
    """A straight line in place of a steady percentage, and a list."""
    weeks = known.reshape(-1, 7)
    number, level = np.arange(len(weeks)), np.median(weeks, axis=1)
    slope, at = np.polyfit(number, level, 1)
    usual = np.median(weeks / (at + slope * number)[:, None], axis=0)
    return [(at + slope * (len(weeks) + day // 7)) * usual[day % 7] for day in range(days)]


def steady(known: Any, days: int) -> Any:
    """Steady growth, without the days that are far off it."""
    n = len(known)
    day = np.arange(n + days)
    terms = np.column_stack([day % 7 == which for which in range(7)] + [day / 7]).astype(float)
    kept = np.ones(n, bool)
    for _ in range(3):
        found = np.linalg.lstsq(terms[:n][kept], np.log(known[kept]), rcond=None)[0]
        left = np.log(known) - terms[:n] @ found
        kept = np.abs(left - np.median(left)) < 0.4
    return np.exp(terms[n:] @ found)


@pytest.mark.parametrize(
    "forecast", [by_medians, straight, steady], ids=["medians", "straight line", "set aside"]
)
def test_other_forecasts_pass(forecast: Any) -> None:
    check.task_4(forecast)


def last_week(known: Any, days: int) -> Any:
    return known[-7:][np.arange(days) % 7]


def errors(forecast: Any, first: int) -> list[float]:
    """By kind."""
    return [
        float(
            np.mean(
                [
                    check.error(np.asarray(forecast(shop.history, loads.AHEAD)), shop)
                    for shop in (loads.shop(kind, first + i) for i in range(check.SHOPS))
                ]
            )
        )
        for kind in loads.KINDS
    ]


@pytest.mark.parametrize("first", [1000, 2000, 3000])
def test_which_forecast_is_good_enough_does_not_hang_on_the_seeds(first: int) -> None:
    assert max(errors(steady, first)) < check.MOST_ERROR - 0.01
    assert max(errors(straight, first)) < check.MOST_ERROR
    assert max(errors(last_week, first)) > check.MOST_ERROR + 0.1


def test_nobody_can_do_better_than_chance_allows() -> None:
    """A lognormal load's mean distance from its median, as a share of the load.

    Loads later are exp(e) times expected, e normal: E|exp(-e) - 1| = 2 (Phi(s) - 1/2) e^(s^2/2),
    since exp(-e) - 1 is as often above 0 as below, tilted by s.
    """
    s = loads.NOISE
    phi = 0.5 * (1.0 + math.erf(s / math.sqrt(2.0)))
    floor = math.exp(s * s / 2.0) * (2.0 * phi - 1.0)
    seen = [
        np.mean(np.abs(shop.expected / shop.later - 1.0))
        for shop in (loads.shop(kind, i) for kind in loads.KINDS for i in range(60))
    ]
    assert abs(np.mean(seen) - floor) < 4.0 * np.std(seen) / math.sqrt(len(seen))
    assert 0.04 < floor < check.MOST_ERROR - 0.02


@pytest.mark.parametrize("kind", loads.KINDS, ids=lambda kind: kind.name)
def test_a_shop_is_its_week_and_its_growth_but_for_chance_and_campaigns(kind: loads.Kind) -> None:
    for seed in range(5):
        shop = loads.shop(kind, seed)
        a_week = np.log(shop.expected[7:] / shop.expected[:-7])
        assert np.ptp(a_week) < 1e-9
        months = 7.0 / loads.MONTH
        low, high = (math.log1p(one) * months for one in kind.growth)
        assert low <= a_week[0] <= high
        assert np.abs(np.log(shop.later / shop.expected)).max() < 6.0 * loads.NOISE
        usual = shop.expected[np.arange(-loads.HISTORY, 0) % 7]
        usual = usual * np.exp(a_week[0] * (np.arange(loads.HISTORY) // 7 - loads.HISTORY // 7))
        far = np.flatnonzero(np.log(shop.history / usual) > 0.7)
        assert sorted(loads.HISTORY - far) == sorted(kind.campaigns)


def test_the_correction_is_that_of_the_model() -> None:
    server = {"rate": 100.0, "pause_s": 2.0, "every_s": 60.0, "seed": 3}
    measured = simulate("One connection", **server)
    by_model = simulate("One connection, corrected", **server)
    mine = check.all_times(measured.latency_ms.tolist(), 10.0)
    assert mine == pytest.approx(np.sort(by_model.latency_ms).tolist(), abs=1e-6)
    assert check.percentile_99(mine) == pytest.approx(by_model.quantile_ms(0.99))


@pytest.mark.parametrize("pause_s", [1.0, 2.0, 4.0])
def test_the_corrected_p99_is_that_of_theory(pause_s: float) -> None:
    """Of a pause, and of a server that is quick otherwise."""
    measured = simulate("One connection", service_ms=0.5, pause_s=pause_s)
    p99 = check.percentile_99(check.all_times(measured.latency_ms.tolist(), 10.0))
    assert p99 == pytest.approx(1000.0 * corrected_quantile(0.99, pause_s, 60.0), rel=0.03)


def test_records_are_no_ties() -> None:
    """Neither a time that is a whole number of intervals, nor a 99 % that is a whole number."""
    for times, interval in check.RECORDS:
        values = check.all_times(times, interval)
        assert len(values) == 0 or len(values) % 100
        assert all(0.05 < (time / interval) % 1 < 0.96 for time in times)


def test_a_correction_by_counting_passes() -> None:
    def corrected(measured: Any, interval: float) -> Any:
        found = [t - interval * k for t in measured for k in range(1, int(t // interval))]
        values = np.sort([*measured, *found])
        rank = -(-99 * len(values) // 100)
        return values, values[rank - 1] if rank else 0.0

    check.task_5(corrected)


@pytest.mark.parametrize("case", check.CASES, ids=str)
def test_reports_are_what_was_done_to_them_and_none_is_near_the_tolerance(case: Case) -> None:
    report = case.report
    honest = not (case.at_server or case.median) and case.thinks
    honest = honest and case.at_work == case.counted == 1
    assert (check.right_word(report) == check.FITS) == honest
    off = abs(report.mean_ms / check.response_ms(report) - 1.0)
    assert off < 0.1 if honest else off > 0.35


def test_every_word_is_right_somewhere_and_two_reports_cannot_be() -> None:
    said = Counter(check.right_word(case.report) for case in check.CASES)
    assert min(said[word] for word in (check.FITS, check.TOO_SHORT, check.TOO_LONG)) >= 3
    assert sum(check.response_ms(case.report) < 0.0 for case in check.CASES) == 2


@pytest.mark.parametrize(("users", "think_s", "service_ms"), [(100, 1.0, 12.0), (30, 0.2, 10.0)])
def test_an_honest_report_is_that_of_mean_value_analysis(
    users: int, think_s: float, service_ms: float
) -> None:
    report = Case(users, think_s, service_ms, seed=5).report
    expected = mean_values(users, 1000.0 * think_s, service_ms)
    assert check.response_ms(report) == pytest.approx(expected.response, rel=0.06)
    assert report.requests / 300.0 == pytest.approx(1000.0 * expected.throughput, rel=0.03)


def counting(promise: check.Promise) -> tuple[int, float]:
    result = promise.result
    return int((result.ok & (result.start_s >= check.WARM_UP_S)).sum()), promise.percentile


@pytest.mark.parametrize("promise", check.PROMISES, ids=str)
def test_limits_hold_95_percent_and_the_next_ranks_do_not(promise: check.Promise) -> None:
    """Also that no tail is so near to 2.5 % that a computer's rounding decides."""
    n, p = counting(promise)
    assert n <= 1000  # larger binomial coefficients are no floats
    low, high = ranks(n, p)
    assert coverage(n, p, low, high) >= 0.95
    if low:
        assert at_most(n, p, low - 1) < 0.025 - 1e-6
    assert at_most(n, p, low) > 0.025 + 1e-6
    if high <= n:
        assert 1.0 - at_most(n, p, high - 1) < 0.025 - 1e-6
    assert 1.0 - at_most(n, p, high - 2) > 0.025 + 1e-6


def test_limits_enclose_the_true_percentile_of_95_in_100_files() -> None:
    """Lognormal times: the percentile is known."""
    true = 150.0 * math.exp(0.6 * 1.6448536)
    held = 0
    for seed in range(400):
        low, high = check._limits(read(Run(200, 150.0, 0.05, seed).jtl), 0.95)["right"]
        assert low is not None
        assert high is not None
        held += low <= true <= high
    assert held >= 0.95 * 400 - 4.0 * math.sqrt(400 * 0.95 * 0.05)


def test_a_result_file_is_read_to_the_last_line() -> None:
    run = Run(300, 120.0, 0.1, 9)
    result = read(run.jtl)
    assert len(result) == 331
    assert result.report.lines == 332
    warm = result.start_s < check.WARM_UP_S
    assert warm.sum() == 31
    assert len(np.unique(result.latency_ms)) == len(result)
    assert result.latency_ms[~result.ok].max() < result.latency_ms[result.ok].min()
    assert np.median(result.latency_ms[warm]) > 2.0 * np.median(result.latency_ms[~warm])


def test_every_verdict_is_right_somewhere_and_one_limit_is_missing() -> None:
    said, missing = Counter[str](), 0
    for promise in check.PROMISES:
        limits = check._limits(promise.result, promise.percentile)["right"]
        said[check.right_promise(limits, promise.threshold_ms)] += 1
        missing += limits[1] is None
        for limit in limits:
            assert limit is None or abs(limit / promise.threshold_ms - 1.0) > 0.005
    assert min(said[word] for word in (check.MET, check.NOT_MET, check.CANNOT_TELL)) >= 2
    assert missing >= 2


def test_triggers_are_those_of_the_model() -> None:
    assert [one.trigger for one in timing.simulate().policies] == list(check.TRIGGERS)


@pytest.mark.parametrize("growth", [0.06, 0.1])
@pytest.mark.parametrize("lead", [3, 9])
def test_without_chance_the_costs_are_those_of_theory(growth: float, lead: int) -> None:
    shop = {
        "takes_off": 1.0, "uncertainty": 0.0, "growth": growth, "lead_months": lead, "loss": 200.0,
    }  # fmt: skip
    found = check.costs(shop, seeds=(1,))
    full = math.ceil(law.months_until(10.0, growth))
    assert found[math.inf].overloaded == pytest.approx(48 - full)
    by_theory = {}
    for trigger in check.TRIGGERS[1:-1]:
        if trigger <= 1.0:
            parts = law.steady_costs(trigger, growth, lead, 300.0, 20.0, 200.0, 10.0, 48)
            by_theory[trigger] = parts
            assert found[trigger].total(200.0) == pytest.approx(sum(parts))
    equal = [
        (needed + early) / (48 - full - failing / 200.0)
        for needed, early, failing in by_theory.values()
        if failing < 200.0 * (48 - full)
    ]
    assert check.break_even(found, by_theory) == pytest.approx(min(equal))


def test_costs_are_a_straight_line_in_the_loss() -> None:
    shop = {"loss": 200.0, "lead_months": 4}
    found = check.costs(shop, seeds=(1,))
    dearer = timing.simulate(**{**shop, "loss": 500.0}, seed=1)
    for policy in dearer.policies:
        assert found[policy.trigger].total(500.0) == pytest.approx(policy.total)


@pytest.mark.parametrize("plan", check.PLANS, ids=str)
def test_the_best_design_does_not_hang_on_the_seeds(plan: dict[str, Any]) -> None:
    one, other = check.costs(plan, (5, 6, 7)), check.costs(plan, (50, 51, 52))
    best = min(one, key=lambda trigger: one[trigger].total(plan["loss"]))
    least = min(cost.total(plan["loss"]) for cost in other.values())
    assert other[best].total(plan["loss"]) <= check.DEARER * least
    assert check.break_even(one) == pytest.approx(check.break_even(other), rel=check.BREAK_EVEN / 2)


def test_one_shop_never_builds_one_builds_today_and_no_one_trigger_is_right_for_all() -> None:
    good = []
    for plan in check.PLANS:
        found = {one: cost.total(plan["loss"]) for one, cost in check.costs(plan, (5,)).items()}
        good.append({one for one in found if found[one] <= check.DEARER * min(found.values())})
    assert sum(one == {math.inf} for one in good) == 1
    assert sum(0.0 in one for one in good) == 1
    usual = [one for one in good if math.inf not in one and 0.0 not in one]
    assert not set.intersection(*usual)


def test_below_what_the_system_costs_a_month_never_is_best() -> None:
    """The newsvendor's ratio, which leaves out what building costs, is a lower limit."""
    for plan in check.PLANS:
        carrying = plan.get("carrying", 20.0)
        assert math.isinf(law.trigger_by_newsvendor(0.08, 0.1, 6, carrying, carrying))
        assert check.break_even(check.costs(plan, (5,))) > carrying


def test_a_loss_found_by_halving_passes() -> None:
    def when(shop: dict[str, Any]) -> Any:
        def best(loss: float) -> Any:
            found = timing.simulate(**{**shop, "loss": loss}, seed=7)
            return found.best.trigger

        low, high = 1.0, 1000.0
        while high > 1.005 * low:
            middle = math.sqrt(low * high)
            low, high = (middle, high) if best(middle) == math.inf else (low, middle)
        return best(shop["loss"]), low

    check.task_8(when)
