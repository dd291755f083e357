"""The model's arguments, what it says, and truth that it finds again."""

import doctest
import math
from typing import Any

import numpy as np
import pytest

from scalelab.kernels.access_log import CLIENT, FIELDS, TIME_S
from scalelab.models import access_log
from scalelab.models.workload import think_time
from scalelab.models.workload.think_time import (
    EXPONENTIAL,
    LAWS,
    LOGNORMAL,
    fit,
    generate,
    knee,
    serve,
    simulate,
)
from scalelab.theory.workload import think_time as theory

# No page fetches anything, no time is rounded, no day ends: what the closed forms are for.
PLAIN: dict[str, Any] = {"fetches": 0.0, "whole_seconds": False, "one_day": False}


def test_examples() -> None:
    assert doctest.testmod(think_time).failed == 0


def test_truth_is_found_again() -> None:
    """Without absences: mean, median, spread, law, clicks; within four standard errors."""
    for law, code in ((LOGNORMAL, 2), (EXPONENTIAL, 1)):
        found = fit(generate(3000, law, returns=0.0, seed=4, **PLAIN), 600.0, click_s=0.0)
        assert found.think_s is not None
        assert found.think_median_s is not None
        assert found.think_interval_s is not None
        assert found.think_median_interval_s is not None
        assert found.clicks_a_session_interval is not None
        median = theory.lognormal_median(38.0, 1.133) if code == 2 else 38.0 * math.log(2.0)
        for value, (low, high), truth in (
            (found.think_s, found.think_interval_s, 38.0),
            (found.think_median_s, found.think_median_interval_s, median),
            (found.clicks_a_session, found.clicks_a_session_interval, 20.0),
        ):
            assert abs(value - truth) < 4 * (high - low) / (2 * 1.96)
            assert high - low < 0.2 * value
        assert found.law == LAWS[code]
        if code == 2:
            assert found.think_spread == pytest.approx(1.133, rel=0.02)


def test_intervals_hold_as_often_as_they_say() -> None:
    """95 of 100: of 150 logs, within four standard deviations of that."""
    held = np.zeros(3)
    for seed in range(150):
        found = fit(generate(150, returns=0.0, seed=seed, **PLAIN), 600.0, click_s=0.0)
        truths = (
            (found.think_interval_s, 38.0),
            (found.think_median_interval_s, theory.lognormal_median(38.0, 1.133)),
            (found.clicks_a_session_interval, 20.0),
        )
        for i, (interval, truth) in enumerate(truths):
            assert interval is not None
            held[i] += interval[0] <= truth <= interval[1]
    least = 0.95 - 4 * math.sqrt(0.95 * 0.05 / 150)
    assert (held / 150 > least).all(), held


@pytest.mark.parametrize("timeout_min", [1.0, 5.0, 30.0, 120.0])
def test_sessions_as_a_timeout_makes_them(timeout_min: float) -> None:
    """Absences shorter than the timeout count as thought: the closed form knows by how much."""
    found = [fit(generate(2000, seed=seed, **PLAIN), timeout_min, click_s=0.0) for seed in range(5)]
    cut = theory.Cut(
        60 * timeout_min, theory.lognormal_below(60 * timeout_min, 38.0, 1.133), 20.0, 0.25, 7200.0
    )
    for each, truth in (
        ([one.think_s or 0.0 for one in found], cut.pause),
        ([one.sessions / one.clients for one in found], cut.sessions),
        ([one.clicks / one.clients for one in found], cut.clicks),
    ):
        assert abs(np.mean(each) - truth) < 5 * np.std(each, ddof=1) / math.sqrt(5)
    for one in found:
        little = one.clicks_per_s * (one.think_s or 0.0)
        assert one.at_once_mean == pytest.approx(little, rel=0.01)


def test_a_file_and_its_values_say_the_same() -> None:
    lines = [
        f'192.0.2.{client} - - [25/Nov/2026:08:{minute:02}:{second:02} +0000] "GET /{second} '
        'HTTP/1.1" 200 512'
        for minute in range(10)
        for client in (7, 9)
        for second in (0, 1, 20 + client)
    ]
    log = access_log.read("\n".join(lines).encode())
    found = fit(log)
    assert found == fit(log.values)
    assert found.requests == 60
    assert found.clicks == 40
    assert (found.clients, found.sessions) == (2, 2)
    # There and back: 27 and 33 s, 29 and 31 s; ten there and nine back for each.
    assert found.think_s == pytest.approx((10 * (27 + 29) + 9 * (33 + 31)) / 38)
    assert found.at_once_peak == 2.0
    assert found.knee(500.0) == pytest.approx(knee(found.think_s or 0.0, 500.0))


def test_logs_of_which_little_can_be_told() -> None:
    once = fit(np.zeros(FIELDS))
    assert once.think_s is None
    assert once.think_interval_s is None
    assert once.clicks_a_session_interval is None
    assert once.law == LAWS[3]
    with pytest.raises(ValueError, match="nobody in the log clicks twice"):
        once.knee(100.0)
    alone = np.zeros((40, FIELDS))
    alone[:, TIME_S] = 30.0 * np.arange(40) + np.arange(40) % 3
    found = fit(alone)
    assert found.think_s is not None
    assert found.think_interval_s is None


def test_a_robot_gives_itself_away() -> None:
    people = generate(300, seed=2).reshape(-1, FIELDS)
    robot = np.zeros((5000, FIELDS))
    robot[:, TIME_S] = people[0, TIME_S] + 10.0 * np.arange(5000)
    robot[:, CLIENT] = people[:, CLIENT].max() + 1
    assert fit(people).busiest_share < 0.05
    assert fit(np.vstack([people, robot])).busiest_share > 0.3


@pytest.mark.parametrize("users", [20, 77, 150])
@pytest.mark.parametrize("servers", [1, 4])
def test_only_the_mean_think_time_matters(users: int, servers: int) -> None:
    """Log-normal, all the same, exponential: the closed form is for one of them."""
    chance = np.random.default_rng(1)
    for thinks in (
        chance.lognormal(math.log(20.0), 1.133, 20_000), chance.exponential(38.0, 20_000),
        np.array([38.0]),
    ):  # fmt: skip
        exact = serve(users, float(thinks.mean()), 500.0 * servers, servers)
        found = [
            simulate(users, thinks, 500.0 * servers, servers, 6000, seed).response_s
            for seed in range(12)
        ]
        error = np.std(found, ddof=1) / math.sqrt(12)
        assert abs(np.mean(found) - exact.response_s) < 5 * error + 0.005 * exact.response_s


def test_serve() -> None:
    full = serve(200, 38.0, 500.0)
    assert full.response_s == pytest.approx(62.0)
    assert full.utilisation == pytest.approx(1.0)
    calm = serve(10, 38.0, 500.0)
    assert calm.throughput == pytest.approx(10 / (38.0 + calm.response_s))
    assert calm.utilisation == pytest.approx(calm.throughput * 0.5)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"n_clients": 0}, "n_clients is 0"), ({"think_law": "Weibull"}, "think_law is 'Weibull'"),
        ({"think_s": 0.0}, "think_s is 0.0 s"), ({"spread": 4.0}, "spread is 4.0"),
        ({"clicks": 0.5}, "clicks is 0.5"), ({"returns": 25}, "a share, not a percentage"),
        ({"absence_min": 0.0}, "absence_min is 0.0 min"), ({"fetches": 2.0}, "fetches is 2.0"),
        ({"n_clients": 1e6, "clicks": 1000.0}, "take fewer clients"),
        ({"think_s": math.nan}, "think_s is nan"),
    ],
)  # fmt: skip
def test_what_cannot_be_generated(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        generate(**changed)


def test_nobody_comes() -> None:
    def until_nobody_comes() -> None:
        for seed in range(100):
            generate(1, seed=seed)

    with pytest.raises(ValueError, match="nobody came"):
        until_nobody_comes()


def test_what_is_no_log() -> None:
    with pytest.raises(ValueError, match="log holds no request"):
        fit(np.empty(0))
    with pytest.raises(ValueError, match="timeout_min is 0"):
        fit(np.zeros(FIELDS), timeout_min=0.0)
    with pytest.raises(ValueError, match=r"click_s is -1\.0 s"):
        fit(np.zeros(FIELDS), click_s=-1.0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0, 38.0, 500.0), "users is 0"), ((10, -1.0, 500.0), r"think_s is -1\.0 s"),
        ((10, 38.0, 0.0), r"service_ms is 0\.0 ms"), ((10, 38.0, 500.0, 0), "servers is 0"),
    ],
)  # fmt: skip
def test_what_cannot_be_served(arguments: tuple[Any, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        serve(*arguments)


def test_what_cannot_be_simulated() -> None:
    with pytest.raises(ValueError, match="number of think times is 0"):
        simulate(10, np.empty(0), 500.0)
    with pytest.raises(ValueError, match="shortest think time"):
        simulate(10, np.array([1.0, -1.0]), 500.0)
    with pytest.raises(ValueError, match="n_clicks is 0"):
        simulate(10, np.ones(3), 500.0, n_clicks=0)
