"""What policies are worth: against closed forms, each other, and the same queue in plain Python."""

import math
from typing import Any

import numpy as np
import pytest
from tests.kernels.queueing.dispatching_reference import customers

from scalelab.kernels.queueing import dispatching as kernel
from scalelab.models.queueing import fcfs
from scalelab.models.queueing.dispatching import POLICIES, Simulated, simulate
from scalelab.models.queueing.estimate import Estimate
from scalelab.models.queueing.law import Law, constant, exponential, lognormal, two_moments
from scalelab.theory.queueing import dispatching as theory
from scalelab.theory.queueing.erlang import mean_wait

GAP, SERVICE = exponential(1.0 / 9.0), exponential(1.0)


def run(policy: str, **changed: Any) -> Simulated:
    return simulate(**{
        "arrival": GAP, "service": SERVICE, "servers": 10, "policy": policy,
        "n_customers": 1_000_000, "warm_up": 20_000, **changed,
    })  # fmt: skip


def agrees(found: Estimate, expected: float, most: float = 0.03) -> None:
    assert found.mean == pytest.approx(expected, abs=4.0 * found.se + 1e-12)
    assert found.se <= most * expected


def test_policies_have_the_kernels_numbers() -> None:
    names = ("RANDOM", "ROUND_ROBIN", "WEIGHTED_RANDOM", "WEIGHTED_ROUND_ROBIN", "SHORTEST",
             "LEAST_WORK", "LEAST_RESPONSE", "CHOICES", "IDLE")  # fmt: skip
    assert [getattr(kernel, name) for name in names] == list(range(len(POLICIES)))


def test_who_knows_more_waits_less() -> None:
    wait = {policy: run(policy).wait_s.mean for policy in POLICIES}
    order = ("least work", "least connections", "join idle queue", "power of choices",
             "round robin", "random")  # fmt: skip
    assert [wait[name] for name in order] == sorted(wait[name] for name in order)


@pytest.mark.parametrize("load", [0.5, 0.8])
def test_as_exact(load: float) -> None:
    gap = exponential(1.0 / (10.0 * load))
    found = run("random", arrival=gap)
    agrees(found.response_s, theory.mean_response_at_random(load))
    agrees(found.waits, load)
    for k in range(4):
        agrees(found.longer[k], load ** (k + 1), 0.05)
    agrees(run("round robin", arrival=gap).response_s, theory.mean_response_in_turn(load, 10))
    found = run("least work", arrival=gap)
    agrees(found.wait_s, mean_wait(10.0 * load, 10), 0.06)
    for each in found.utilisation:
        agrees(each, load)
    for name, rule in (("least connections", theory.shorter), ("join idle queue", theory.idle)):
        found = run(name, arrival=exponential(0.5 / load), servers=2)
        agrees(found.response_s, theory.mean_response_of_two(load, rule))


def test_quantiles_of_random() -> None:
    """Each response time is exponential."""
    found = run("random", arrival=exponential(0.2), n_customers=4_000_000)
    for q in (0.5, 0.95, 0.99):
        assert found.response_quantile_s(q) == pytest.approx(-2.0 * math.log(1.0 - q), rel=0.02)


def test_quantiles_are_off_by_no_more_than_a_bin() -> None:
    service = lognormal(1.0, 2.0)
    found = run("least connections", service=service, servers=[5.0, 4.0, 1.0],
                arrival=exponential(0.125), n_customers=3200, warm_up=0)  # fmt: skip
    plain = customers(exponential(0.125).kernel, service.kernel, [5.0, 4.0, 1.0],
                      "least connections", 2, 0.0, 3200, 1)  # fmt: skip
    times = [one.wait + one.takes for one in plain]
    assert found.response_s.mean == pytest.approx(np.mean(times))
    for q in (0.01, 0.5, 0.95, 0.99):
        expected = np.quantile(times, q, method="inverted_cdf")
        assert found.response_quantile_s(q) == pytest.approx(expected, rel=1.0 / 64.0)
    assert found.longer[0].mean == pytest.approx(
        np.mean([length > 0 for one in plain for length in one.found])
    )


@pytest.mark.parametrize(
    ("arrival", "service"),
    [(two_moments(0.3, 4.0), lognormal(1.0, 2.0)), (constant(0.3), two_moments(1.0, 4.0))],
)
def test_least_work_is_one_queue_for_all(arrival: Law, service: Law) -> None:
    """Whatever the laws."""
    found = simulate(arrival, service, 4, "least work", n_customers=3_000_000).wait_s
    queue = fcfs.simulate(arrival, service, 4, 6_000_000).wait_s
    assert abs(found.mean - queue.mean) < 4.0 * math.hypot(found.se, queue.se)
    assert found.se < 0.03 * found.mean


def test_by_weight_all_are_equally_busy() -> None:
    speeds = [5.0, 1.0, 1.0]
    gap = exponential(1.0 / 5.6)
    for policy, expected in (
        ("weighted random", theory.mean_response_by_weight(5.6, speeds)),
        ("weighted round robin",
         theory.mean_response_in_pattern(5.6, speeds, [0, 0, 1, 0, 2, 0, 0])),
    ):  # fmt: skip
        found = run(policy, arrival=gap, servers=speeds)
        agrees(found.response_s, expected)
        for each in found.utilisation:
            agrees(each, 0.8)


def test_slow_servers_are_spared_by_who_looks() -> None:
    speeds = [0.5] * 5 + [1.5] * 5
    weighted = run("weighted random", servers=speeds).response_s
    for policy in ("least connections", "least response time", "least work"):
        found = run(policy, servers=speeds)
        assert found.response_s.mean < 0.5 * weighted.mean
        assert max(each.mean for each in found.utilisation) < 1.0
    # To whom an array is more natural.
    assert run("weighted random", servers=np.array(speeds)).response_s == weighted


def test_many_servers_find_one_that_is_idle() -> None:
    for policy in ("join idle queue", "least connections"):
        found = run(policy, arrival=exponential(1.0 / 400.0), servers=500, warm_up=50_000)
        assert found.waits.mean < 1e-4
        agrees(found.response_s, 1.0)


def test_two_choices_among_many() -> None:
    found = run("power of choices", arrival=exponential(1.0 / 450.0), servers=500,
                warm_up=100_000)  # fmt: skip
    for k in range(4):
        limit = theory.share_longer(0.9, 2, k + 1)
        assert found.longer[k].mean == pytest.approx(limit, abs=4.0 * found.longer[k].se + 0.003)


def test_old_information_is_worse_than_none() -> None:
    """All see the same empty server and go there (Mitzenmacher 2000)."""
    fresh, some, old = (run("least connections", age_s=age).wait_s.mean for age in (0.0, 1.0, 20.0))
    chance = run("random").wait_s.mean
    assert fresh < some < chance < old / 2.0
    # Whoever looks at two only spreads out even then.
    assert run("power of choices", age_s=20.0).wait_s.mean < chance


@pytest.mark.parametrize("age", [1.0, 5.0])
def test_old_information_of_many(age: float) -> None:
    found = run("power of choices", arrival=exponential(1.0 / 400.0), servers=500, age_s=age,
                warm_up=50_000).response_s  # fmt: skip
    expected = theory.mean_response_of_old(0.8, 2, age)
    assert found.mean == pytest.approx(expected, abs=4.0 * found.se + 0.005 * expected)


def test_a_clock_and_turns_need_no_queue() -> None:
    quiet = run("round robin", arrival=constant(0.25), service=constant(1.0), servers=5)
    assert quiet.wait_s == Estimate(0.0, 0.0)
    assert quiet.response_quantile_s(0.99) == pytest.approx(1.0, rel=1.0 / 64.0)
    for each in quiet.utilisation:
        assert each.mean == pytest.approx(0.8)


def test_errors_are_as_large_as_they_say() -> None:
    found = [
        run("least connections", servers=3, arrival=exponential(0.4), n_customers=200_000,
            warm_up=2000, seed=seed).wait_s
        for seed in range(40)
    ]  # fmt: skip
    spread = float(np.std([one.mean for one in found], ddof=1))
    said = math.sqrt(sum(one.se**2 for one in found) / 40)
    assert 0.6 < spread / said < 1.6


def test_what_is_left_over_is_not_simulated() -> None:
    found = run("random", n_customers=3231)
    assert found.n_customers == 3200
    assert found.response_s == run("random", n_customers=3200).response_s


def test_a_policy_that_overruns_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """It shows; and where it would fill the memory, the run ends."""
    late = {"servers": [1.9, 0.1], "arrival": exponential(1.0 / 1.9), "n_customers": 100_000}
    found = run("join idle queue", **late)
    assert found.utilisation[1].mean > 2.0
    whole = kernel.simulate

    def cut(*given: Any) -> Any:
        sums = whole(*given)
        sums[-1, kernel.ARRIVED] -= 1.0
        return sums

    monkeypatch.setattr(kernel, "simulate", cut)
    with pytest.raises(ValueError, match="'join idle queue', which overruns a server: 10,000,000"):
        run("join idle queue", **late)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"policy": "best"}, r"policy is 'best', allowed are random, round robin"),
        ({"servers": 0}, r"number of servers is 0, allowed is 1 to 10000"),
        ({"servers": []}, r"number of servers is 0"),
        ({"servers": [1.0, 0.0]}, r"speed is 0.0, allowed is 1e-06 to"),
        ({"servers": [1.0, math.nan]}, "speed is nan"),
        ({"policy": "power of choices", "choices": 0}, r"choices is 0, allowed is 1 to 10; they"),
        ({"policy": "power of choices", "choices": 11}, r"choices is 11, allowed is 1 to 10"),
        ({"age_s": -1.0}, r"age_s is -1.0 s, allowed is 0.0 to"),
        ({"servers": 9}, r"utilisation of all servers is 1.000, allowed is below 1"),
        ({"servers": [0.5] * 5 + [1.5] * 5}, r"utilisation of the slowest server is 1.800"),
        ({"policy": "round robin", "servers": [0.9, 20.0]}, r"of the slowest server is 5.000"),
        ({"n_customers": 100}, r"n_customers is 100, allowed is 3200 to"),
        ({"warm_up": -1}, r"warm_up is -1"),
        ({"seed": -1}, r"seed is -1"),
    ],
)
def test_what_is_refused(changed: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        run(**{"policy": "random", **changed})


@pytest.mark.parametrize("q", [-0.1, 1.0])
def test_no_such_quantile(q: float) -> None:
    with pytest.raises(ValueError, match="q is"):
        run("random", n_customers=3200).response_quantile_s(q)
