import doctest
from typing import Any

import pytest

from scalelab.facts import sampling as facts
from scalelab.models.principles import sampling
from scalelab.models.principles.sampling import (
    ALL,
    EACH,
    HEAD,
    HIDDEN,
    LIMITED,
    TAIL,
    USD_PER_GB,
    WAYS,
    sample,
)
from scalelab.theory.principles.sampling import usd_by_spans

NAN = float("nan")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("rate_per_s", (0.0, 2e6, NAN)), ("services", (0, 101)), ("share", (0.0, 1.1, NAN)),
        ("one_in", (0.5, 1e13, NAN)), ("endpoint", (0.0, 1.1, NAN)), ("minutes", (0.0, 1e8, NAN)),
        ("needed", (0, 1001)), ("wait_s", (0.0, 3601.0, NAN)), ("spans_each", (0.0, 1e5, NAN)),
        ("span_bytes", (0.0, 1e7, NAN)), ("per_s", (0, 1001)), ("endpoints", (1, 10_001)),
        ("other_errors", (0.0, 0.6, NAN)), ("slow", (-0.1, 0.6, NAN)), ("room", (0, 200_000_000)),
        ("usd_per_gb", (-1.0, 1001.0, NAN)),
    ],
)  # fmt: skip
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            sample(**given)


def test_a_fault_shows_in_one_of_two_ways() -> None:
    with pytest.raises(ValueError, match=r"^shows is 'slowly', allowed are As an error, Not"):
        sample(shows="slowly")


def test_the_story() -> None:
    found = sample()
    assert tuple(found.ways) == WAYS
    assert found.failing_per_min == pytest.approx(12.0)
    head, tail = found.ways[HEAD], found.ways[TAIL]
    assert head.sure_min == pytest.approx(25.0, abs=0.05)
    assert head.mean_min == pytest.approx(25.0 / 3.0)
    assert found.ways[ALL].usd_per_month == pytest.approx(100.0 * head.usd_per_month)
    assert found.ways[EACH].usd_per_month == head.usd_per_month
    assert found.ways[EACH].kept_whole == pytest.approx(1e-10)
    assert found.ways[LIMITED].kept_whole == pytest.approx(5.0 * head.kept_whole, rel=1e-6)
    assert tail.kept_whole == pytest.approx(1.0)
    assert tail.counted_error_rate is not None
    assert tail.counted_error_rate > 40.0 * found.error_rate
    assert tail.error_rate_range == (found.error_rate, found.error_rate)


def test_three_price_lists_come_to_about_the_same() -> None:
    """All of it: by bytes, by spans, by traces."""
    by_bytes = sample().ways[ALL].usd_per_month
    by_spans = usd_by_spans(2000.0, 20.0, facts.CLOUD_TRACE_SPANS.value)
    by_traces = usd_by_spans(2000.0, 1.0, facts.XRAY_TRACES.value)
    assert pytest.approx(0.45) == USD_PER_GB
    assert (by_bytes, by_spans, by_traces) == pytest.approx((23_652.0, 21_024.0, 26_280.0))
    # The example of one of them, after what is free.
    recorded = facts.XRAY_EXAMPLE.value - 100_000.0
    assert recorded / 1e6 * facts.XRAY_TRACES.value == pytest.approx(
        facts.XRAY_EXAMPLE_USD.value, abs=0.005
    )


def test_what_is_not_there_is_none() -> None:
    tail = sample(wait_s=facts.DECISION_WAIT.value).ways[TAIL]
    assert tail.decided < 1e-6
    assert tail.kept_whole == 0.0
    assert tail.mean_min is None
    assert tail.sure_min is None
    assert tail.counted_error_rate is None
    assert tail.counted_slow is None
    assert tail.error_rate_range is None
    assert tail.usd_per_month == 0.0
    assert tail.memory_mb == pytest.approx(500.0)


def test_a_fault_that_nobody_can_see() -> None:
    found = sample(shows=HIDDEN)
    assert found.error_rate == pytest.approx(0.001)
    assert found.ways[TAIL].kept_whole == pytest.approx(0.02, abs=0.001)
    assert found.ways[HEAD].kept_whole == 0.01


def test_a_fault_cannot_hit_more_than_its_endpoint_has() -> None:
    assert sample(one_in=10.0, endpoint=0.01).failing_per_min == pytest.approx(1200.0)


def test_examples_of_the_docstring() -> None:
    assert doctest.testmod(sampling).failed == 0
