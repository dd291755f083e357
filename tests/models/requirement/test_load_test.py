"""The model's arguments and what it says, against theory and against the lab's table."""

import doctest
import math
from typing import Any

import numpy as np
import pytest

from scalelab.kernels.requirement.load_test import QUANTILES
from scalelab.kernels.requirement.load_test import load_test as kernel
from scalelab.models.requirement import load_test
from scalelab.models.requirement.load_test import GENERATORS, LAWS, Measured, simulate
from scalelab.theory.requirement.load_test import (
    customers_caught,
    dm1_mean,
    mean_values,
    mg1_mean,
    mixed_square,
    mm1_mean,
    users_caught,
)

CUSTOMERS, USERS, CONNECTION, CORRECTED, SCHEDULE = GENERATORS
NAN = float("nan")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("rate", (0.0, 1e6, NAN)), ("service_ms", (0.0, 1e5, NAN)), ("pause_s", (-1.0, 31.0, NAN)),
        ("every_s", (0.0, 1e6)), ("n_users", (0, 100_001)), ("think_s", (0.0, 1e6, NAN)),
        ("n_periods", (0, 1_000_001)),
    ],
)  # fmt: skip
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            simulate(CUSTOMERS, **given)


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"^generator is 'Robots', allowed are Customers, Virtual"):
        simulate("Robots")
    with pytest.raises(ValueError, match=r"^service_law is 'Long', allowed are Always the same, E"):
        simulate(CUSTOMERS, service_law="Long")


def test_too_long_a_test() -> None:
    with pytest.raises(ValueError, match=r"^number of requests is 600000000.*fewer n_periods"):
        simulate(CUSTOMERS, rate=1000.0, n_periods=10_000)
    # A thousand users who hardly think are bounded by the server.
    with pytest.raises(ValueError, match=r"^number of requests"):
        simulate(USERS, n_users=1000, think_s=1e-6, service_ms=0.01, n_periods=100)


def test_quantiles_have_a_range() -> None:
    with pytest.raises(ValueError, match=r"^q is 99, allowed is 0.0 to 1.0; a share, not"):
        simulate(CUSTOMERS).quantile_ms(99)


def test_examples() -> None:
    assert doctest.testmod(load_test).failed == 0


def test_a_test_without_requests() -> None:
    nothing = Measured(np.empty(0), np.empty(0), 1.0, 1.0)
    assert nothing.mean_ms == nothing.quantile_ms(0.5) == nothing.slower_than(1.0) == 0.0
    assert nothing.sent_share == nothing.rate == 0.0


def test_ends_of_the_ranges() -> None:
    for generator in GENERATORS:
        rare = simulate(generator, rate=0.01, every_s=1.0, pause_s=0.5, n_periods=1)
        assert rare.sent_s.size <= 3
        full = simulate(generator, rate=1000.0, service_ms=10_000.0, every_s=10.0, n_users=100_000)
        assert math.isfinite(full.mean_ms)
        short = simulate(generator, service_ms=0.001, pause_s=0.0, think_s=1e-6, every_s=0.1)
        assert short.latency_ms.min() > 0.0


def test_the_quantile_is_one_of_the_values() -> None:
    found = simulate(CUSTOMERS, n_periods=1)
    ordered = np.sort(found.latency_ms)
    assert found.quantile_ms(0.0) == ordered[0]
    assert found.quantile_ms(1.0) == ordered[-1]
    n = ordered.size
    for q in QUANTILES:
        assert found.quantile_ms(q) == ordered[math.ceil(round(q * n, 6)) - 1]
        assert found.slower_than(found.quantile_ms(q)) <= 1.0 - q + 1e-9


def test_the_lab_s_table_shows_the_same_world() -> None:
    rows = kernel(80.0, 4.0, 2, 1.0, 30.0, 20, 3, 1, 11)
    for which, generator in enumerate(GENERATORS):
        found = simulate(generator, 80.0, 4.0, LAWS[2], 1.0, 30.0, 20, n_periods=3, seed=11)
        for i, q in enumerate(QUANTILES):
            row = rows[which * len(QUANTILES) + i]
            assert row[4] == pytest.approx(found.quantile_ms(q))
            assert row[9] == pytest.approx(found.mean_ms)
            assert row[10] == found.latency_ms.size
            assert row[11] == pytest.approx(found.sent_share)


def means(generator: str, runs: int = 40, **settings: Any) -> tuple[float, float]:
    """Mean latency of many runs, and its standard error."""
    each = [simulate(generator, seed=seed, **settings).mean_ms for seed in range(runs)]
    return float(np.mean(each)), float(np.std(each, ddof=1)) / math.sqrt(runs)


@pytest.mark.parametrize(
    ("law", "squared"),
    [(LAWS[0], 25.0), (LAWS[1], 50.0), (LAWS[2], mixed_square(5.0, 0.05, 10.0))],
)
def test_customers_of_a_server_that_never_stops(law: str, squared: float) -> None:
    mean, error = means(CUSTOMERS, service_law=law, pause_s=0.0, rate=140.0, n_periods=10)
    # A run begins with an empty server; that is less than an error of this many requests.
    assert mean == pytest.approx(mg1_mean(0.14, 5.0, squared), abs=4.0 * error)


def test_even_requests_of_a_server_that_never_stops() -> None:
    mean, error = means(SCHEDULE, pause_s=0.0, n_periods=10)
    assert mean == pytest.approx(dm1_mean(0.1, 5.0), abs=4.0 * error)
    # The one connection sees the service, and nobody who waits.
    mean, error = means(CONNECTION, pause_s=0.0, n_periods=10)
    assert mean == pytest.approx(5.0, abs=4.0 * error)
    assert mm1_mean(0.1, 5.0) == 10.0


@pytest.mark.parametrize(("users", "think"), [(1, 0.01), (10, 0.1), (60, 0.2)])
def test_users_of_a_server_that_never_stops(users: int, think: float) -> None:
    settings: dict[str, Any] = {"pause_s": 0.0, "n_users": users, "think_s": think, "n_periods": 10}
    exact = mean_values(users, 1e3 * think, 5.0)
    mean, error = means(USERS, **settings)
    assert mean == pytest.approx(exact.response, abs=4.0 * error)
    found = simulate(USERS, **settings)
    assert found.rate == pytest.approx(1e3 * exact.throughput, rel=0.02)


def test_who_is_caught_by_a_pause() -> None:
    """Of an even schedule so many, of users no more than there are, of one connection one."""
    late = {"service_law": LAWS[0], "n_periods": 20}
    schedule = simulate(SCHEDULE, **late)  # type: ignore[arg-type]
    assert schedule.slower_than(6.0) == pytest.approx(
        customers_caught(100.0, 0.005, 2.0, 60.0), abs=1e-3
    )
    connection = simulate(CONNECTION, **late)  # type: ignore[arg-type]
    assert np.sum(connection.latency_ms > 6.0) == 20
    for users in (10, 100):
        found = simulate(USERS, n_users=users, n_periods=100)
        moment = found.sent_s % 60.0
        sent_into = np.sum((moment > 15.0) & (moment < 17.0)) / 100
        # All but those who are at the server when it stops, about one.
        exact = users_caught(users, users / 100.0, 2.0)
        assert exact - 2.0 < sent_into < exact


def test_without_pauses_a_correction_adds_little() -> None:
    plain = simulate(CONNECTION, pause_s=0.0, service_law=LAWS[0])
    more = simulate(CORRECTED, pause_s=0.0, service_law=LAWS[0])
    np.testing.assert_array_equal(plain.latency_ms, more.latency_ms)
