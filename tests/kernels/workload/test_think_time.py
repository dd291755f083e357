"""The table against plain Python, closed forms and what always holds."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import stats
from tests.kernels.workload import think_time_reference as plain

from scalelab.kernels.access_log import CLIENT, FIELDS, TIME_S
from scalelab.kernels.jit import Floats, Table
from scalelab.kernels.random import generator
from scalelab.kernels.workload.finite_source import (
    closed,
    likeliest,
    opened,
    rest,
    running_total,
    simulated,
)
from scalelab.kernels.workload.sessions import (
    CANNOT_TELL,
    EXPONENTIAL,
    LOGNORMAL,
    TOO_FEW,
    by_client,
    fitted,
    quantile,
)
from scalelab.kernels.workload.think_time import (
    CURVE,
    FRACTIONS,
    HERE,
    MOMENTS,
    MOST_SIMULATED,
    N_TIMES,
    NO_PAUSES,
    OF_ALL,
    ONE_CLIENT,
    OUTSIDE,
    ROWS,
    SIMULATED,
    SINGLE,
    TIME,
    TIMEOUT,
    TIMEOUTS_MIN,
    WHOLE,
    think_time,
)
from scalelab.kernels.workload.visits import DAY_S, Shop, normal, visits
from scalelab.theory.workload import think_time as theory

(KIND, HOUR, THERE, THERE_MOST, OPEN, OPEN_MOST, TIMEOUT_MIN, SESSIONS, USERS, RESPONSE, LOW, HIGH,
 THROUGHPUT, DRAWN) = range(14)  # fmt: skip
(STATE, REQUESTS, CLICKS, CLIENTS, ALL_SESSIONS, EACH, EACH_LOW, EACH_HIGH, THINK, THINK_LOW,
 THINK_HIGH, MEDIAN, MEDIAN_LOW, MEDIAN_HIGH, SPREAD, LAW, KNOWN, INTERVAL_KNOWN, BUSIEST, HOURS,
 ALL_THERE, ALL_THERE_MOST, ALL_OPEN, ALL_OPEN_MOST, KNEE, KNEE_LOW, KNEE_HIGH, THESE_USERS,
 THESE_RESPONSE, THESE_CLICKS, BUSY, FROM_OUTSIDE, OUTSIDE_KNOWN, VISIT_MIN,
 VISIT_REQUESTS) = range(OF_ALL, OF_ALL + 35)  # fmt: skip
STORY: dict[str, Any] = {
    "log": np.empty(0), "timeout_min": 30.0, "click_s": 1.0, "service_ms": 600.0, "servers": 1,
    "pace": 1.0, "crowd": 1.0, "n_runs": 5, "seed": 1,
}  # fmt: skip
requests_of = st.lists(
    st.tuples(st.integers(0, 20_000), st.integers(0, 5)), min_size=1, max_size=60
)


def table(**changed: Any) -> Table:
    return think_time(*{**STORY, **changed}.values())


def log_of(requests: list[tuple[float, int]]) -> Floats:
    """As a parser would number the clients: by first appearance."""
    numbers: dict[int, int] = {}
    rows = np.zeros((len(requests), FIELDS))
    for row, (time, client) in zip(rows, requests, strict=True):
        row[TIME_S] = time
        row[CLIENT] = numbers.setdefault(client, len(numbers))
    return rows.ravel()


def kind(rows: Table, which: int) -> Table:
    return rows[rows[:, KIND] == which]


def drawn_pauses(law: str, n: int, seed: int) -> Floats:
    chance = np.random.default_rng(seed)
    if law == "exponential":
        return chance.exponential(7.0, n)
    return chance.lognormal(math.log(20.0), 1.1, n)


@settings(max_examples=25, deadline=None)
@given(requests_of, st.sampled_from(TIMEOUTS_MIN), st.sampled_from([0.0, 1.0, 5.0]))
def test_sessions_are_those_of_the_reference(
    requests: list[tuple[float, int]], timeout_min: float, click_s: float
) -> None:
    rows = table(log=log_of(requests), timeout_min=timeout_min, click_s=click_s)
    row = rows[0]
    clients = [plain.clicks_of(times, click_s) for times in plain.clients_of(requests)]
    clicks = sum(len(each) for each in clients)
    begin = min(time for each in clients for time in each)
    end = begin + max(1.0, max(time for each in clients for time in each) - begin)
    assert row[REQUESTS] == len(requests)
    assert row[CLICKS] == clicks
    assert row[CLIENTS] == len(clients)
    assert row[HOURS] == pytest.approx((end - begin) / 3600.0)

    def cut(timeout: float) -> tuple[list[list[float]], float]:
        found = [s for each in clients for s in plain.sessions_of(each, timeout)]
        pauses = [pause for s in found for pause in plain.pauses_of(s)]
        return found, sum(pauses) / len(pauses) if pauses else 0.0

    def mean(found: list[list[float]], stay: float) -> float:
        return sum(min(s[-1] + stay, end) - s[0] for s in found) / (end - begin)

    for each, minutes in zip(kind(rows, TIMEOUT), TIMEOUTS_MIN, strict=True):
        found, think = cut(60.0 * minutes)
        assert each[[TIMEOUT_MIN, SESSIONS]].tolist() == [minutes, len(found)]
        assert each[THROUGHPUT] == pytest.approx(think)
        assert each[THERE] == pytest.approx(mean(found, think), abs=1e-9)
        assert each[OPEN] == pytest.approx(mean(found, 60.0 * minutes), abs=1e-9)
    found, think = cut(60.0 * timeout_min)
    assert row[ALL_SESSIONS] == len(found)
    assert row[EACH] == pytest.approx(clicks / len(found))
    assert row[THINK] == pytest.approx(think)
    assert row[VISIT_MIN] == pytest.approx(mean(found, think) * (end - begin) / 60 / len(found))
    assert row[VISIT_REQUESTS] == pytest.approx(len(requests) / len(found))
    pauses = [pause for s in found for pause in plain.pauses_of(s)]
    if pauses:
        assert abs(row[MEDIAN] - np.median(pauses)) <= 0.5 + np.ptp(sorted(pauses)[
            max(0, len(pauses) // 2 - 1): len(pauses) // 2 + 1])  # fmt: skip
    step = (end - begin) / (N_TIMES * MOMENTS)
    for stay, average, most in ((think, THERE, THERE_MOST), (60 * timeout_min, OPEN, OPEN_MOST)):
        # A session that ends at the very moment may be counted or not: rounding decides.
        each = [
            [plain.there(found, stay + nudge, begin + (i + 0.5) * step + shift)
             for i in range(N_TIMES * MOMENTS)]
            for nudge, shift in ((-2e-6, -1e-6), (2e-6, 1e-6))
        ]  # fmt: skip
        times = kind(rows, TIME)
        for i in range(0, N_TIMES, 5):
            part = slice(i * MOMENTS, (i + 1) * MOMENTS)
            low, high = sorted(sum(counts[part]) for counts in each)
            assert low - 2 <= times[i, average] * MOMENTS <= high + 2
        of_all = ALL_THERE_MOST if average == THERE else ALL_OPEN_MOST
        assert times[:, most].max() == row[of_all]


def test_intervals_are_those_of_the_textbook() -> None:
    rows = table()
    when, who = visits(
        Shop(900.0, 2, 38.0, 1.133, 20.0, 0.25, 7200.0, 0.3, True, True), 1
    )  # fmt: skip
    clients = [
        plain.clicks_of(times, 1.0)
        for times in plain.clients_of(list(zip(when.tolist(), who.tolist(), strict=True)))
    ]
    cut = [plain.sessions_of(clicks, 1800.0) for clicks in clients]
    pauses = [[p for s in sessions for p in plain.pauses_of(s)] for sessions in cut]
    t = float(stats.t.ppf(0.975, len(clients) - 1))
    think, off = plain.ratio([sum(p) for p in pauses], [float(len(p)) for p in pauses], t)
    assert rows[0, [THINK, THINK_LOW, THINK_HIGH]].tolist() == pytest.approx(
        [think, think - off, think + off], rel=1e-7
    )
    each, off = plain.ratio(
        [float(len(clicks)) for clicks in clients], [float(len(s)) for s in cut], t
    )
    assert rows[0, [EACH, EACH_LOW, EACH_HIGH]].tolist() == pytest.approx(
        [each, each - off, each + off], rel=1e-7
    )
    flat = [p for client in pauses for p in client]
    assert rows[0, MEDIAN] == pytest.approx(float(np.median(flat)), abs=0.5)
    assert rows[0, SPREAD] == pytest.approx(float(np.std(np.log(flat), ddof=1)))
    knee = [(x + 0.6) / 0.6 for x in rows[0, [THINK, THINK_LOW, THINK_HIGH]]]
    assert rows[0, [KNEE, KNEE_LOW, KNEE_HIGH]].tolist() == pytest.approx(knee)


@settings(max_examples=20, deadline=None)
@given(
    st.integers(1, 60), st.lists(st.floats(0.01, 50.0), min_size=1, max_size=30),
    st.sampled_from([0.5, 1.0, 2.0]), st.floats(0.01, 5.0), st.integers(1, 6),
    st.integers(1, 1000),
)  # fmt: skip
def test_a_run_is_that_of_the_reference(
    users: int, thinks: list[float], pace: float, service: float, servers: int, seed: int
) -> None:
    array = np.array(thinks)
    found = simulated(
        users, array, running_total(array), pace, service, servers, 50, 200, generator(seed)
    )
    expected = plain.closed_loop(users, thinks, pace, service, servers, 50, 200, generator(seed))
    assert found == pytest.approx(expected, rel=1e-9)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 80), st.floats(0.01, 100.0), st.floats(0.01, 10.0), st.integers(1, 12))
def test_the_closed_form(users: int, think: float, service: float, servers: int) -> None:
    """Two other ways to compute the same."""
    rate, response = closed(users, think, service, servers)
    ways = [theory.machine_repair(users, think, service, servers)]
    # Mean value analysis loses digits where the servers are hardly ever idle.
    if rate * service < 0.8 * servers:
        ways.append(theory.mean_values(users, think, service, servers))
    for exact in ways:
        assert rate == pytest.approx(exact.throughput, rel=1e-6)
        assert response == pytest.approx(exact.response, rel=1e-6)
    assert rate * (response + think) == pytest.approx(users)
    assert rate <= theory.throughput_bound(users, think, service, servers) * (1 + 1e-12)
    assert response >= theory.response_bound(users, think, service, servers) * (1 - 1e-9)
    more, slower = closed(users + 1, think, service, servers)
    assert more >= rate * (1 - 1e-9)
    assert slower >= response * (1 - 1e-9)


def test_the_closed_form_for_very_many() -> None:
    rate, response = closed(5_000_000, 40.0, 0.001, 64)
    assert rate == pytest.approx(64_000.0)
    assert response == pytest.approx(5_000_000 / 64_000 - 40.0)
    assert closed(10, 0.0, 0.5, 4) == (8.0, 1.25)
    assert closed(1, 40.0, 0.5, 4)[1] == pytest.approx(0.5)
    assert likeliest(1000, 40.0, 0.5, 1) == pytest.approx(920, abs=1)


def test_from_outside() -> None:
    """M/M/1, and the table of Erlang's C in any textbook (10 servers, 90 % busy)."""
    assert opened(0.8, 1.0, 1) == pytest.approx(5.0)
    assert opened(9.0, 1.0, 10) == pytest.approx(1.0 + 0.668732, abs=1e-6)
    assert opened(10.0, 1.0, 10) == 0.0


def test_what_is_left_of_a_think_time() -> None:
    """At a random moment: half of the mean square over the mean."""
    thinks = np.array([1.0, 2.0, 9.0])
    totals = running_total(thinks)
    chance = generator(3)
    found = [rest(totals, chance) for _ in range(20_000)]
    expected = float((thinks**2).mean() / thinks.mean() / 2)
    assert np.mean(found) == pytest.approx(expected, abs=4 * np.std(found) / math.sqrt(20_000))


@pytest.mark.parametrize("fraction", range(len(FRACTIONS)))
def test_runs_of_the_lab_agree_with_the_closed_form(fraction: int) -> None:
    """The think times of the log are far from exponential; only their mean matters."""
    apart = []
    for seed in range(1, 13):
        row = kind(table(seed=seed), SIMULATED)[fraction]
        exact = closed(int(row[USERS]), table(seed=seed)[0, THINK], 0.6, 1)[1]
        assert row[LOW] <= row[RESPONSE] <= row[HIGH]
        apart.append(row[RESPONSE] / exact - 1.0)
    assert abs(np.mean(apart)) < 4 * np.std(apart, ddof=1) / math.sqrt(12) + 0.02


@settings(max_examples=15, deadline=None)
@given(
    st.fixed_dictionaries({
        "timeout_min": st.sampled_from(TIMEOUTS_MIN), "click_s": st.sampled_from([0.0, 1.0, 10.0]),
        "service_ms": st.sampled_from([1.0, 50.0, 2000.0]), "servers": st.sampled_from([1, 4, 64]),
        "pace": st.sampled_from([0.25, 1.0, 4.0]), "crowd": st.sampled_from([0.25, 1.0, 10.0]),
        "n_runs": st.integers(1, 3), "seed": st.integers(1, 50),
    })
)  # fmt: skip
@example({
    "timeout_min": 1.0, "click_s": 0.0, "service_ms": 2000.0, "servers": 1, "pace": 0.25,
    "crowd": 0.25, "n_runs": 1, "seed": 1,
})  # fmt: skip
def test_what_always_holds(world: dict[str, Any]) -> None:
    rows = table(**world)
    row = rows[0]
    service, servers = world["service_ms"] / 1e3, world["servers"]
    think = row[THINK] * world["pace"]
    assert rows.shape[0] == ROWS
    assert np.isfinite(rows).all()
    assert (rows[:, OF_ALL:] == row[OF_ALL:]).all()
    assert row[STATE] == WHOLE
    assert row[THINK_LOW] < row[THINK] < row[THINK_HIGH]
    assert row[MEDIAN_LOW] <= row[MEDIAN] <= row[MEDIAN_HIGH] < row[THINK]
    assert row[CLIENTS] <= row[ALL_SESSIONS] <= row[CLICKS] <= row[REQUESTS]
    assert 0.0 < row[ALL_THERE] < row[ALL_OPEN]
    # Little's law; what reaches beyond the log's end is not in it.
    little = row[CLICKS] / (row[HOURS] * 3600) * row[THINK]
    assert 0.95 * little < row[ALL_THERE] <= little * (1 + 1e-9)
    times = kind(rows, TIME)
    assert (times[:, THERE] <= times[:, OPEN]).all()
    assert (times[:, THERE] <= times[:, THERE_MOST]).all()
    assert times[:, THERE].mean() == pytest.approx(row[ALL_THERE], rel=0.05)
    assert times[:, OPEN].mean() == pytest.approx(row[ALL_OPEN], rel=0.02)
    timeouts = kind(rows, TIMEOUT)
    assert (np.diff(timeouts[:, SESSIONS]) <= 0).all()
    assert (np.diff(timeouts[:, OPEN]) >= 0).all()
    curve = kind(rows, CURVE)
    # Whole users: where there are fewer than points, some points are the same.
    assert (np.diff(curve[:, USERS]) >= 0).all()
    assert len(set(curve[:, USERS])) == min(len(curve), int(curve[-1, USERS] - curve[0, USERS]) + 1)
    assert (np.diff(curve[:, RESPONSE]) >= -1e-9).all()
    assert (curve[:, LOW] <= curve[:, RESPONSE] * (1 + 1e-9)).all()
    assert (curve[:, THROUGHPUT] <= servers / service * (1 + 1e-9)).all()
    assert row[KNEE] == pytest.approx(servers * (think + service) / service)
    assert curve[-1, USERS] >= row[THESE_USERS] - 1
    outside = kind(rows, OUTSIDE)
    assert (outside[:, USERS] < row[KNEE]).all()
    assert (np.diff(outside[:, RESPONSE]) >= 0).all()
    for run in kind(rows, SIMULATED):
        assert run[DRAWN] == (run[USERS] <= MOST_SIMULATED)
    here = kind(rows, HERE)[0]
    assert here[[USERS, RESPONSE]].tolist() == row[[THESE_USERS, THESE_RESPONSE]].tolist()
    assert here[USERS] == max(1, math.floor(world["crowd"] * row[ALL_THERE_MOST] + 0.5))
    assert here[USERS] / here[THROUGHPUT] - here[RESPONSE] == pytest.approx(think)
    assert 0.0 < row[BUSY] <= 1.0 + 1e-12
    if row[OUTSIDE_KNOWN]:
        assert row[FROM_OUTSIDE] >= row[THESE_RESPONSE] * (1 - 1e-9)
    else:
        assert row[THESE_USERS] >= row[KNEE] * (1 - 1e-9)


def test_users_and_pace_load_alike() -> None:
    """Twice the users or half the think time: as busy, if answers take no time to speak of."""
    base = {"service_ms": 50.0}
    more, faster = table(crowd=2.0, **base)[0], table(pace=0.5, **base)[0]
    assert more[THESE_USERS] == 2 * faster[THESE_USERS]
    assert more[BUSY] == pytest.approx(faster[BUSY], rel=0.01)
    assert more[THESE_USERS] / more[KNEE] == pytest.approx(
        faster[THESE_USERS] / faster[KNEE], rel=0.01
    )
    # Far beyond the knee the servers are full, and twice the users wait twice as long.
    more, faster = table(crowd=8.0)[0], table(crowd=4.0, pace=0.5)[0]
    assert more[BUSY] == pytest.approx(1.0, abs=1e-6)
    assert more[THESE_RESPONSE] == pytest.approx(2 * faster[THESE_RESPONSE], rel=1e-6)


def test_logs_of_which_little_can_be_told() -> None:
    single = table(log=log_of([(5.0, 1)]))
    assert single[0, STATE] == NO_PAUSES
    assert single[0, KNOWN] == 0.0
    assert kind(single, CURVE)[:, DRAWN].sum() == 0
    once = table(log=log_of([(5.0 + i, i) for i in range(40)]))
    assert once[0, STATE] == NO_PAUSES
    assert once[0, [CLIENTS, ALL_SESSIONS, CLICKS]].tolist() == [40, 40, 40]
    alone = table(log=log_of([(20.0 * i, 1) for i in range(50)]))
    assert alone[0, STATE] == ONE_CLIENT
    assert alone[0, [THINK, INTERVAL_KNOWN]].tolist() == [20.0, 0.0]
    assert alone[0, LAW] == TOO_FEW  # all the same
    assert alone[0, ALL_THERE] == pytest.approx(1.0)
    second = table(log=log_of([(5.0, i % 3) for i in range(50)]), click_s=0.0)
    assert np.isfinite(second).all()
    assert second[0, THINK] == 0.0
    few = table(log=log_of([(9000.0 * i, i % 4) for i in range(40)] + [(100.0, 0)]))
    assert few[0, STATE] == SINGLE


def test_order_and_other_fields_do_not_matter() -> None:
    requests = [(60.0 * (i * 7 % 50), i % 5) for i in range(200)]
    rows = log_of(requests).reshape(-1, FIELDS)
    shuffled = rows[np.random.default_rng(1).permutation(len(rows))].copy()
    shuffled[:, CLIENT + 1 :] = 7.0
    np.testing.assert_array_equal(table(log=rows.ravel()), table(log=shuffled.ravel()))
    when, who = by_client(shuffled.ravel())
    assert (np.diff(who) >= 0).all()
    assert (np.diff(when)[np.diff(who) == 0] >= 0).all()


def test_quantiles_of_whole_numbers() -> None:
    """Spread over a half to each side: as many below as above."""
    values = np.array([1.0, 2.0, 2.0, 2.0, 5.0])
    assert quantile(values.copy(), 0.5, True) == pytest.approx(1.5 + 1.5 / 3)
    assert quantile(values.copy(), 0.5, False) == 2.0
    drawn = np.random.default_rng(2).exponential(9.0, 20_000)
    exact = float(np.median(drawn))
    assert quantile(np.round(drawn), 0.5, True) == pytest.approx(exact, abs=0.15)


@pytest.mark.parametrize(("law", "code"), [("exponential", EXPONENTIAL), ("lognormal", LOGNORMAL)])
def test_the_law_is_told(law: str, code: int) -> None:
    """Also in whole seconds, and with nothing below two of them."""
    for seed in range(20):
        pauses = drawn_pauses(law, 2000, seed)
        assert fitted(pauses, pauses.mean(), 0.0, False)[1] == code
        whole = np.floor(pauses + np.random.default_rng(seed + 99).random(2000))
        whole = whole[whole > 1.0]
        assert fitted(whole, whole.mean(), 1.5, True)[1] == code


def test_the_law_is_not_told_from_few() -> None:
    pauses = drawn_pauses("exponential", 29, 1)
    assert fitted(pauses, pauses.mean(), 0.0, False)[1] == TOO_FEW
    unsure = [
        fitted(p, p.mean(), 0.0, False)[1] == CANNOT_TELL
        for p in (drawn_pauses("exponential", 35, seed) for seed in range(40))
    ]
    assert sum(unsure) > 5


def test_normal_numbers() -> None:
    chance = generator(5)
    found = np.array([normal(chance) for _ in range(20_000)])
    assert stats.kstest(found, "norm").pvalue > 0.001


@pytest.mark.parametrize("law", [0, 1, 2])
def test_the_shop(law: int) -> None:
    shop = Shop(3000.0, law, 38.0, 1.133, 10.0, 0.25, 7200.0, 0.0, False, False)
    when, who = visits(shop, 3)
    assert (np.diff(who) >= 0).all()
    assert who[-1] + 1 == pytest.approx(3000, abs=4 * math.sqrt(3000))
    counts = np.bincount(who)
    expected = 10.0 / 0.75
    assert counts.mean() == pytest.approx(expected, abs=4 * counts.std() / math.sqrt(counts.size))
    pauses = np.diff(when)[np.diff(who) == 0]
    assert (pauses >= 0.0).all()
    # Those who think for less than an hour: hardly any are away.
    think, mean = pauses[pauses < 3600.0], 38.0
    back, part = theory.exponential_below(3600.0, 7200.0)
    share = 0.1 * 0.25 * back / (0.9 + 0.1 * 0.25 * back)
    mean = (1 - share) * mean + share * part / back
    assert think.mean() == pytest.approx(mean, abs=4 * think.std() / math.sqrt(think.size))


def test_a_day_ends() -> None:
    when, _ = visits(Shop(3000.0, 2, 38.0, 1.133, 10.0, 0.5, 7200.0, 0.5, True, True), 3)
    assert when.max() <= DAY_S
    assert (when == np.floor(when)).all()
    evening = np.sum((when >= 70_200) & (when < 73_800)) / when.size
    assert 0.06 < evening < 0.14


def test_the_same_seed_gives_the_same_numbers_and_another_does_not() -> None:
    np.testing.assert_array_equal(table(), table())
    assert table()[0, CLICKS] != table(seed=2)[0, CLICKS]
