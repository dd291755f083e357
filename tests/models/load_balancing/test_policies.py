import doctest
from typing import Any

import pytest

from scalelab.models.load_balancing import policies
from scalelab.models.load_balancing.policies import ODDITIES, POLICIES, balance, rate_per_s

NAN = float("nan")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("utilisation", (0.0, 1.0, NAN)), ("servers", (1, 1001)), ("fail_ms", (0.0, 1001.0)),
        ("choices", (0, 21)), ("age_ms", (-1.0, 301.0, NAN)), ("balancers", (0, 101)),
        ("skew", (-0.1, 2.1)), ("service_ms", (0.0, 1001.0)), ("n_requests", (99, 300_001)),
        ("runs", (0, 101)), ("seed", (-1, 2**31)),
    ],
)  # fmt: skip
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            balance("random", **given)


def test_unknown_names() -> None:
    with pytest.raises(ValueError, match="policy is 'best', allowed are random, "):
        balance("best")
    with pytest.raises(ValueError, match="oddity is 'none', allowed are all well, "):
        balance("random", oddity="none")
    with pytest.raises(ValueError, match="oddity is 'none', allowed are all well, "):
        rate_per_s(oddity="none")


def test_the_shop_at_its_peak() -> None:
    """Five machines of four vCPUs, 70 % busy: a worker for each vCPU."""
    assert rate_per_s(0.7, 20) == 2000.0
    assert rate_per_s(0.7, 20, "half are half as fast") == 1500.0


def test_what_does_not_look_is_exact() -> None:
    for policy in POLICIES:
        assert balance(policy).exact == (POLICIES.index(policy) < 5)
    assert not balance("round robin", balancers=2).exact
    assert balance("power of choices", choices=1).exact


def test_what_is_not_there_is_none() -> None:
    found = balance("round robin", oddity="one is slow")
    assert found.mean_ms is found.p99_ms is found.low_ms is found.high_ms is None
    assert found.of_all_ms is None
    assert found.overruns == 1.0
    assert found.busiest == pytest.approx(7.0)
    # A server that takes so long over its errors has no end of them, which good answers do not see.
    failing = balance("random", oddity="one fails", fail_ms=1000.0)
    assert failing.of_all_ms is None
    assert failing.mean_ms == pytest.approx(balance("random").mean_ms)


def test_errors_are_those_of_the_server_that_fails() -> None:
    for oddity in ODDITIES:
        found = balance("least connections", oddity=oddity)
        assert found.errors == (found.odd_share if oddity == "one fails" else 0.0)
    assert balance("least connections").odd_share == 0.0


def test_the_same_seed_gives_the_same() -> None:
    assert balance("power of choices") == balance("power of choices")
    assert balance("power of choices") != balance("power of choices", seed=2)


def test_time_has_no_unit_of_its_own() -> None:
    """All times ten times as long: so are the responses."""
    quick = balance("random", oddity="one fails")
    slow = balance("random", oddity="one fails", fail_ms=10.0, service_ms=70.0)
    assert quick.mean_ms is not None
    assert slow.mean_ms == pytest.approx(10.0 * quick.mean_ms)


def test_examples_of_the_docstring() -> None:
    assert doctest.testmod(policies).failed == 0
