"""Policies against a simulation by the clock, exact figures, and what always holds."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.load_balancing import policies_reference as reference

from scalelab.kernels.hashing import hashed
from scalelab.kernels.jit import Floats, Table
from scalelab.kernels.load_balancing import policies as kernels
from scalelab.kernels.load_balancing import policies_blind, policies_chain
from scalelab.kernels.load_balancing.policies import FAILS, HALF, SLOW, WELL
from scalelab.models.load_balancing.policies import POLICIES
from scalelab.theory.load_balancing import policies as theory
from scalelab.theory.queueing import gim1

STORY: dict[str, Any] = {
    "busy": 0.7, "servers": 20, "oddity": FAILS, "fail_ms": 1.0, "choices": 2, "age_ms": 0.0,
    "balancers": 1, "skew": 0.5, "service_ms": 7.0, "requests": 1000, "runs": 4, "seed": 1,
}  # fmt: skip


def table_of(**changed: Any) -> Table:
    return kernels.policies(*{**STORY, **changed}.values())


def row_of(policy: int, **changed: Any) -> Floats:
    found: Floats = table_of(**changed)[policy]
    return found


def long_run(policy: int, seeds: int = 6, **changed: Any) -> Table:
    """Share to the odd ones, mean and p99 of the good answers (columns), by seed."""
    given_ = {**STORY, "requests": 30_000, **changed}
    some = kernels.servers_of(*(given_[k] for k in ("busy", "servers", "oddity", "fail_ms",
                                                    "service_ms")))  # fmt: skip
    found = []
    for seed in range(seeds):
        one = kernels.tried(
            policy, some, given_["choices"], given_["age_ms"], given_["balancers"], given_["skew"],
            given_["requests"], 1, 50 + seed, 1,
        )  # fmt: skip
        found.append([one.odd, one.mean, one.late])
    return np.array(found)


def by_the_clock(policy: int, seeds: int = 6, requests: int = 30_000, **changed: Any) -> Table:
    set_ = {**STORY, **changed}
    n, service = set_["servers"], set_["service_ms"]
    odd = {WELL: 0, FAILS: 1, SLOW: 1, HALF: n // 2}[set_["oddity"]]
    mean = {WELL: service, FAILS: set_["fail_ms"], SLOW: 10.0 * service, HALF: 2.0 * service}
    weight = 0.5 if set_["oddity"] == HALF else 1.0
    arrivals = set_["busy"] * (n - odd * (1.0 - weight)) / service
    found = []
    for seed in range(seeds):
        servers = [
            reference.Server(mean[set_["oddity"]], weight, set_["oddity"] == FAILS)
            if i < odd
            else reference.Server(service, 1.0, False)
            for i in range(n)
        ]
        one = reference.play(
            POLICIES[policy], arrivals, servers, odd, set_["choices"], set_["age_ms"],
            set_["balancers"], requests, seed,
        )  # fmt: skip
        found.append([one.odd_share, one.mean, one.p99])
    return np.array(found)


def agree(ours: Table, other: Table, least: float) -> None:
    """Four standard errors of the difference; ``least``: of a value, for chance in the errors."""
    means, errors = ours.mean(axis=0), ours.std(axis=0, ddof=1) / math.sqrt(len(ours))
    others, other_errors = other.mean(axis=0), other.std(axis=0, ddof=1) / math.sqrt(len(other))
    allowed = 4.0 * np.hypot(errors, other_errors) + least * others
    assert (np.abs(means - others) <= allowed).all(), (means, others, allowed)
    assert (allowed[1:] < 0.12 * others[1:]).all()


@pytest.mark.parametrize(
    ("policy", "changed"),
    [
        (kernels.CONNECTIONS, {}),
        (kernels.RESPONSE, {}),
        (kernels.CHOICES, {"choices": 3}),
        (kernels.IDLE, {}),
        (kernels.CONNECTIONS, {"oddity": SLOW}),
        (kernels.RESPONSE, {"oddity": HALF}),
        (kernels.IDLE, {"oddity": HALF}),
        (kernels.CHOICES, {"oddity": HALF}),
        (kernels.WEIGHTED_ROUND_ROBIN, {"oddity": HALF}),
        (kernels.CONNECTIONS, {"oddity": WELL, "age_ms": 10.0}),
        (kernels.CHOICES, {"oddity": WELL, "age_ms": 30.0}),
        (kernels.RESPONSE, {"oddity": WELL, "age_ms": 3.0}),
        (kernels.CONNECTIONS, {"balancers": 4}),
        (kernels.ROUND_ROBIN, {"oddity": WELL, "balancers": 4}),
        (kernels.IDLE, {"balancers": 4}),
        (kernels.CHOICES, {"balancers": 4, "age_ms": 10.0}),
    ],
)  # fmt: skip
def test_as_by_the_clock(policy: int, changed: dict[str, Any]) -> None:
    """Ten servers, so that plain Python comes to an end."""
    small = {"servers": 10, **changed}
    agree(long_run(policy, **small), by_the_clock(policy, **small), 0.005)


def test_averages_are_learnt_alike_by_several_balancers() -> None:
    """Their shares of the servers drift for long, so both begin and end at the same request."""
    small = {"servers": 10, "oddity": WELL, "balancers": 4}
    ours = long_run(kernels.RESPONSE, 16, requests=9_000, **small)
    warm_up = 9_000 // 3 + kernels.LEARNS_FROM * 10 * 3
    agree(ours, by_the_clock(kernels.RESPONSE, 16, 9_000 + warm_up, **small), 0.02)


@pytest.mark.parametrize("policy", [kernels.RANDOM, kernels.ROUND_ROBIN])
@pytest.mark.parametrize("oddity", [WELL, FAILS])
def test_blind_policies_by_the_clock(policy: int, oddity: int) -> None:
    row = row_of(policy, servers=5, oddity=oddity)
    found = by_the_clock(policy, 8, 40_000, servers=5, oddity=oddity)
    errors = found.std(axis=0, ddof=1) / math.sqrt(len(found))
    ours = row[[kernels.ODD_SHARE, kernels.MEAN, kernels.P99]]
    assert (np.abs(ours - found.mean(axis=0)) <= 4.0 * errors + 1e-4).all()


@pytest.mark.parametrize("busy", [0.3, 0.7, 0.9])
def test_random_is_one_mm1_each(busy: float) -> None:
    row = row_of(kernels.RANDOM, busy=busy)
    assert row[kernels.MEAN] == pytest.approx(7.0 / (1.0 - busy), rel=1e-12)
    assert row[kernels.P99] == pytest.approx(7.0 * math.log(100.0) / (1.0 - busy), rel=1e-9)


@pytest.mark.parametrize("servers", [2, 5, 10, 100])
@pytest.mark.parametrize("busy", [0.5, 0.7, 0.95])
def test_in_turn_is_one_e_n_m_1_each(busy: float, servers: int) -> None:
    row = row_of(kernels.ROUND_ROBIN, busy=busy, servers=servers, oddity=WELL)
    mean = gim1.mean_response(gim1.erlang(1.0 / busy, servers))
    assert row[kernels.MEAN] == pytest.approx(7.0 * mean, rel=1e-9)
    assert row[kernels.P99] == pytest.approx(7.0 * mean * math.log(100.0), rel=1e-9)


def test_weights_make_all_servers_equally_busy() -> None:
    row = row_of(kernels.WEIGHTED_RANDOM, oddity=HALF)
    decays = [0.3 / 7.0] * 10 + [0.15 / 7.0] * 10
    shares = [1.0 / 15.0] * 10 + [0.5 / 15.0] * 10
    mean = sum(s / d for s, d in zip(shares, decays, strict=True))
    assert row[kernels.BUSIEST] == pytest.approx(0.7, rel=1e-12)
    assert row[kernels.MEAN] == pytest.approx(mean, rel=1e-12)
    assert row[kernels.P99] == pytest.approx(theory.exceeded(0.01, shares, decays), rel=1e-9)


def test_by_address_in_plain_python() -> None:
    where = [
        [int(hashed(address, salt)) % 20 for address in range(policies_blind.ADDRESSES)]
        for salt in range(policies_blind.HASHINGS)
    ]
    weights = reference.zipf(policies_blind.ADDRESSES, 0.5)
    means, wrong = [], []
    for servers in where:
        each = reference.by_address(2.0, [1.0 / 7.0] * 20, weights, servers)
        loads = [0.0] * 20
        for weight, server in zip(weights, servers, strict=True):
            loads[server] += weight
        means.append(sum(a * b for a, b in zip(each[1:], loads[1:], strict=True))
                     / sum(loads[1:]))  # fmt: skip
        wrong.append(loads[0])
    row = row_of(kernels.ADDRESS)
    assert row[kernels.MEAN] == pytest.approx(sorted(means)[policies_blind.MEDIAN], rel=1e-9)
    assert row[kernels.LOW] == pytest.approx(sorted(means)[policies_blind.LOWER], rel=1e-9)
    assert row[kernels.ERRORS] == pytest.approx(sum(wrong) / len(wrong), rel=1e-9)
    assert row[kernels.OVERRUN] == sum(math.isinf(mean) for mean in means) / len(means)


def test_equal_addresses_are_spread_more_evenly() -> None:
    means = [row_of(kernels.ADDRESS, oddity=WELL, skew=skew) for skew in (0.0, 0.3, 0.5)]
    busiest = [row[kernels.BUSIEST] for row in means]
    assert busiest == sorted(busiest)
    assert means[0][kernels.MEAN] > row_of(kernels.RANDOM)[kernels.MEAN]
    assert row_of(kernels.ADDRESS, oddity=WELL, skew=1.0)[kernels.KEEPS_UP] == 0.0


@pytest.mark.parametrize(
    ("policy", "rule"),
    [
        (kernels.CONNECTIONS, theory.shortest),
        (kernels.IDLE, theory.idle),
        (kernels.CHOICES, theory.of_choices(2)),
    ],
)
@pytest.mark.parametrize(("servers", "most"), [(2, 40), (3, 12)])
def test_a_few_servers_are_a_chain(policy: int, rule: theory.Rule, servers: int, most: int) -> None:
    usual = 1.0 / 7.0
    share, mean = theory.few_servers(
        0.5 * servers * usual, (1.0, *[usual] * (servers - 1)), 1, rule, most
    )
    found = long_run(policy, 12, servers=servers, busy=0.5)
    errors = found.std(axis=0, ddof=1) / math.sqrt(len(found))
    assert abs(found[:, 0].mean() - share) < 4.0 * errors[0]
    assert abs(found[:, 1].mean() - mean) < 4.0 * errors[1]


def test_the_quantile_of_lengths_that_were_found() -> None:
    """Two in three find nobody and one finds three, at a server of its own each."""
    some = kernels.servers_of(0.7, 20, FAILS, 1.0, 7.0)
    found = np.zeros((2, policies_chain.PLACES))
    found[0, 5] = 1e9  # errors do not count
    found[1, 0], found[1, 3] = 200.0, 100.0
    time = kernels.exceeded(some, 1, found) / 7.0

    def later(k: int) -> float:
        return sum(math.exp(-time) * time**j / math.factorial(j) for j in range(k + 1))

    assert 2.0 / 3.0 * later(0) + 1.0 / 3.0 * later(3) == pytest.approx(0.01, rel=1e-6)


def test_a_long_line_has_a_quantile_too() -> None:
    """Who finds a thousand takes about as many services: the terms of e^-x do not underflow."""
    some = kernels.servers_of(0.7, 20, WELL, 1.0, 7.0)
    found = np.zeros((2, policies_chain.PLACES))
    found[1, 1000] = 1.0
    time = kernels.exceeded(some, 0, found) / 7.0
    assert time == pytest.approx(1001.0 + 2.3263 * math.sqrt(1001.0), rel=3e-3)


def test_no_more_of_the_requests_than_have_it_among_their_choices() -> None:
    for choices in (1, 2, 3, 5):
        row = row_of(kernels.CHOICES, choices=choices, requests=20_000)
        assert row[kernels.ERRORS] <= theory.at_most(choices, 20) * 1.02
    assert row_of(kernels.CHOICES, choices=1)[kernels.EXACT] == 1.0


def test_a_failing_server_can_answer_only_so_much() -> None:
    """Least response time sends nearly what it can do: 1,000 of 2,000 a second."""
    row = row_of(kernels.RESPONSE, requests=20_000)
    assert 0.4 < row[kernels.ERRORS] < 0.5
    assert row[kernels.EVERY] < row[kernels.MEAN]


def test_whoever_overruns_a_server_is_found_out() -> None:
    half, slow = table_of(oddity=HALF), table_of(oddity=SLOW)
    lost = {kernels.RANDOM, kernels.ROUND_ROBIN, kernels.ADDRESS}
    assert {i for i in range(9) if half[i, kernels.KEEPS_UP] == 0.0} == lost
    lost |= {kernels.WEIGHTED_RANDOM, kernels.WEIGHTED_ROUND_ROBIN}
    assert {i for i in range(9) if slow[i, kernels.KEEPS_UP] == 0.0} == lost
    # So do several who count turns, and an idle queue that nobody is on.
    assert row_of(kernels.ROUND_ROBIN, oddity=HALF, balancers=4)[kernels.KEEPS_UP] == 0.0
    assert row_of(kernels.IDLE, oddity=SLOW, busy=0.9)[kernels.KEEPS_UP] == 0.0
    # And four servers of which one is slow cannot do the work of nearly four.
    assert (table_of(oddity=SLOW, servers=4, busy=0.9)[:, kernels.KEEPS_UP] == 0.0).all()


def test_the_curve_goes_through_the_setting() -> None:
    table = table_of(age_ms=10.0, oddity=WELL)
    for policy in (kernels.CONNECTIONS, kernels.CHOICES):
        (point,) = table[
            (table[:, kernels.POLICY] == policy)
            & (table[:, kernels.AGE] == 10.0)
            & (table[:, kernels.HERE] == 0.0)
        ]
        assert point[kernels.MEAN] == table[policy, kernels.MEAN]


def test_bands_hold_the_mean() -> None:
    for oddity in (WELL, FAILS, HALF):
        table = table_of(oddity=oddity)[: kernels.POLICIES]
        keeping = table[table[:, kernels.KEEPS_UP] == 1.0]
        assert (keeping[:, kernels.LOW] <= keeping[:, kernels.MEAN] * (1.0 + 1e-12)).all()
        assert (keeping[:, kernels.MEAN] <= keeping[:, kernels.HIGH] * (1.0 + 1e-12)).all()


def of(values: list[Any]) -> st.SearchStrategy[Any]:
    return st.sampled_from(values)


worlds = st.fixed_dictionaries({
    "busy": st.floats(0.01, 0.99), "servers": of([2, 3, 20, 41]),
    "oddity": of([WELL, FAILS, SLOW, HALF]), "fail_ms": of([0.01, 1.0, 1000.0]),
    "choices": of([1, 2, 5, 50]), "age_ms": of([0.0, 1.0, 100.0, 300.0]),
    "balancers": of([1, 2, 17]), "skew": of([0.0, 0.5, 2.0]), "service_ms": of([0.1, 7.0, 1000.0]),
    "requests": of([100]), "runs": of([1, 2]), "seed": st.integers(0, 1000),
})  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(worlds)
def test_what_always_holds(world: dict[str, Any]) -> None:
    table = table_of(**world)
    assert table.shape == (kernels.ROWS, kernels.WIDTH)
    assert np.isfinite(table).all()
    assert (table >= 0.0).all()
    shares = table[:, [kernels.ODD_SHARE, kernels.ERRORS, kernels.OVERRUN]]
    assert (shares <= 1.0 + 1e-12).all()
    if world["oddity"] != FAILS:
        assert (table[:, kernels.ERRORS] == 0.0).all()
    keeps = table[:, kernels.KEEPS_UP] == 1.0
    assert (table[keeps, kernels.MEAN] >= 0.999 * world["service_ms"]).all()
    assert (table[~keeps][:, [kernels.MEAN, kernels.P99, kernels.LOW, kernels.HIGH]] == 0.0).all()
    at = table[: kernels.POLICIES]
    fine = at[:, kernels.KEEPS_UP] == 1.0
    assert (at[fine, kernels.P99] > at[fine, kernels.MEAN]).all()
