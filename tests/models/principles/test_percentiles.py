import doctest
from typing import Any

import pytest

from scalelab.facts.percentiles import ADVISED_BUCKETS, GO_BUCKETS, NATIVE_FACTOR
from scalelab.kernels.principles import percentiles as kernels
from scalelab.models.principles import percentiles
from scalelab.models.principles.percentiles import (
    LAYOUTS,
    NATIVE_SCALE,
    histogram_quantile,
    report,
    sketch_value,
)
from scalelab.theory.principles import percentiles as theory

NAN = float("nan")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("slow_share", (0.0, 1.0, NAN)), ("factor", (0.9, 1001.0)), ("misses", (-0.1, 1.1)),
        ("hit_ms", (0.0, 2e5, NAN)), ("miss_ms", (0.0, 2e5)), ("spread", (0.0, 3.0)),
        ("quantile", (0.0, 1.0, 99.0)), ("bucketing", (-1, 4)), ("scale", (-1, 9)),
        ("per_minute", (0.0, 2e8, NAN)),
    ],
)  # fmt: skip
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            report(**given)


def test_buckets_that_are_none() -> None:
    with pytest.raises(ValueError, match=r"^number of bounds is 0"):
        histogram_quantile([], [1.0], 0.5)
    with pytest.raises(ValueError, match=r"^counts has 2 entries for 2 bounds"):
        histogram_quantile([1.0, 2.0], [1.0, 2.0], 0.5)
    with pytest.raises(ValueError, match=r"^bounds\[1\] is 1.0, allowed is 2.0 to"):
        histogram_quantile([2.0, 1.0], [1.0, 2.0, 0.0], 0.5)
    with pytest.raises(ValueError, match=r"^bounds\[1\] is 2.0, allowed is above 2.0; give each"):
        histogram_quantile([2.0, 2.0], [1.0, 2.0, 0.0], 0.5)
    with pytest.raises(ValueError, match=r"^bounds\[0\] is 0.0, allowed is above 0.0"):
        histogram_quantile([0.0, 2.0], [1.0, 2.0, 0.0], 0.5)
    with pytest.raises(ValueError, match=r"^counts\[0\] is -1.0"):
        histogram_quantile([1.0, 2.0], [-1.0, 2.0, 0.0], 0.5)
    with pytest.raises(ValueError, match=r"^sum of counts is 0.*count something first"):
        histogram_quantile([1.0, 2.0], [0.0, 0.0, 0.0], 0.5)
    for quantile in (-0.1, 99.0, NAN):
        with pytest.raises(ValueError, match=r"^quantile is .*a share, not a percentage"):
            histogram_quantile([1.0], [1.0, 1.0], quantile)


def test_sketches_of_nothing() -> None:
    for value in (0.0, -1.0, NAN):
        with pytest.raises(ValueError, match=r"^value is "):
            sketch_value(value)
    with pytest.raises(ValueError, match=r"^accuracy is 2"):
        sketch_value(1.0, 2)


def test_bounds_are_those_of_the_makers() -> None:
    for bucketing, facts in ((kernels.GO, GO_BUCKETS), (kernels.ADVICE, ADVISED_BUCKETS)):
        assert kernels.edges_of(bucketing).tolist() == pytest.approx(
            [1000.0 * fact.value for fact in facts]
        )
    assert len(LAYOUTS) == kernels.LAYOUTS
    # The coarsest scale whose buckets do not grow by more than that.
    assert theory.base(NATIVE_SCALE) <= NATIVE_FACTOR.value < theory.base(NATIVE_SCALE - 1)


def test_the_story() -> None:
    found = report()
    assert found.average_ms < 0.3 * found.truth_ms < found.truth_ms < found.highest_ms
    assert found.slower_than_average == pytest.approx(0.05, abs=0.001)
    assert found.bucket_ms == (250.0, 500.0)
    assert found.average_ms == pytest.approx(0.95 * found.least_ms + 0.05 * found.highest_ms)
    low, high = found.sample_range_ms
    assert low < found.truth_ms < high
    assert found.digits_ms == pytest.approx(found.truth_ms, rel=0.01)


def test_above_all_bounds_there_is_no_number() -> None:
    found = report(misses=0.05, miss_ms=700.0, quantile=0.999)
    assert found.fixed_ms == 10_000.0
    assert found.bucket_ms == (10_000.0, None)
    assert found.exponential_ms == pytest.approx(found.truth_ms, rel=0.01)


def test_a_share_of_the_shape_of_no_machine() -> None:
    """With one kind of machine, averages of many requests' percentiles are right."""
    alike = report(factor=1.0, per_minute=1e8)
    assert alike.average_ms == pytest.approx(alike.truth_ms, rel=1e-3)


def test_examples_of_the_docstring() -> None:
    assert doctest.testmod(percentiles).failed == 0
