"""Call graphs against draws, all states of small graphs, transforms, and what always holds."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.patterns.call_graph_reference import (
    NAMES,
    all_states,
    draws,
    for_nobody,
    page_times,
)

from scalelab.kernels.jit import Floats, Table
from scalelab.kernels.patterns import call_graph as kernels
from scalelab.theory.patterns import call_graph as theory

STORY: dict[str, Any] = {
    "width": 6, "depth": 5, "order": kernels.TURN, "optional": 0, "how": kernels.FALLBACK,
    "up": 0.999, "proxy_ms": 0.0, "slow": 0.02, "limit_ms": 300.0, "hop_ms": 0.5, "fast_ms": 5.0,
    "kept": 0.8, "common": 0.25,
}  # fmt: skip


def table_of(**changed: Any) -> Table:
    return kernels.call_graph(*{**STORY, **changed}.values())


def of(kind: int, table: Table) -> Table:
    found: Table = table[table[:, kernels.KIND] == kind]
    return found


def as_set(**changed: Any) -> Floats:
    (row,) = of(kernels.SET, table_of(**changed))
    found: Floats = row
    return found


@pytest.mark.parametrize("slow", [0.0, 0.02, 0.3, 1.0])
@pytest.mark.parametrize("services", [1, 2, 7, 30])
def test_tails_and_what_is_left_are_those_of_the_transform(services: int, slow: float) -> None:
    sums = kernels.sums_of(30, slow, 5.0)
    mean = services * sums.mean_ms
    for share in (0.3, 1.0, 1.7, 3.0):
        at = share * mean
        late = theory.later(services, slow, 5.0, 50.0, at)
        assert kernels.later(sums, services, at) == pytest.approx(late, abs=2e-7)
        left = theory.excess(services, slow, 5.0, 50.0, at)
        assert kernels.excess(sums, services, at) == pytest.approx(left, abs=1e-5 * mean)


@pytest.mark.parametrize("slow", [0.0, 1.0])
def test_one_kind_of_call_is_erlangs_law(slow: float) -> None:
    mean = 50.0 if slow else 5.0
    sums = kernels.sums_of(kernels.MOST, slow, 5.0)
    for services in (1, 6, 60):
        for share in (0.5, 0.99, 0.999999):
            at = theory.erlang_quantile(services, mean, share)
            assert kernels.later(sums, services, at) == pytest.approx(1.0 - share, rel=1e-7)


@pytest.mark.parametrize(("width", "depth"), [(1, 6), (6, 5), (10, 1)])
@pytest.mark.parametrize("order", [kernels.TURN, kernels.ONCE])
def test_times_of_pages_that_were_drawn(width: int, depth: int, order: int) -> None:
    row = as_set(width=width, depth=depth, order=order, proxy_ms=1.5)
    found = [
        page_times(draws(20_000, width, depth, 0.02, 5.0, seed), order == kernels.ONCE, 2.0)
        for seed in range(8)
    ]
    for column, values in (
        (kernels.MEAN, [times.mean() for times in found]),
        (kernels.P50, [np.median(times) for times in found]),
        (kernels.P99, [np.quantile(times, 0.99) for times in found]),
    ):
        error = np.std(values, ddof=1) / np.sqrt(len(values))
        assert abs(row[column] - np.mean(values)) < 6.0 * error
        assert error < 0.02 * row[column]


@pytest.mark.parametrize(("width", "depth"), [(1, 6), (3, 2)])
@pytest.mark.parametrize("order", [kernels.TURN, kernels.ONCE])
@pytest.mark.parametrize(("limit", "wait"), [(60.0, 0.0), (60.0, 25.0), (60.0, 70.0), (15.0, 2.0)])
def test_work_for_nobody_page_by_page(
    width: int, depth: int, order: int, limit: float, wait: float
) -> None:
    row = np.zeros(kernels.WIDTH)
    sums = kernels.sums_of(width * depth, 0.1, 5.0)
    kernels.put_stuck(row, sums, kernels.Graph(width, depth, order, 0.7), limit, wait)
    runs = [
        for_nobody(
            draws(1500, width, depth, 0.1, 5.0, seed), order == kernels.ONCE, 0.7, limit, wait
        )
        for seed in range(6)
    ]
    columns = (kernels.FIXED, kernels.PASSED, kernels.CANCELLED)
    for name, column in zip(NAMES, columns, strict=True):
        values = [spent[name] for spent, _ in runs]
        error = np.std(values, ddof=1) / np.sqrt(len(values))
        assert abs(row[column] - np.mean(values)) < 6.0 * error + 1e-9
        assert error < 0.02
    late = [share for _, share in runs]
    assert row[kernels.LATE] == pytest.approx(np.mean(late), abs=0.02)


@pytest.mark.parametrize(("width", "depth", "optional"), [(1, 1, 0), (3, 2, 1), (4, 3, 3)])
def test_every_state_of_a_small_graph(width: int, depth: int, optional: int) -> None:
    rows = of(kernels.REMEDY, table_of(width=width, depth=depth, optional=optional, up=0.9))
    down = 1.0 - rows[:, kernels.UP]
    needed = width - optional
    assert down[0] == pytest.approx(all_states(width, depth, width, 0.1, 0.0), rel=1e-12)
    assert down[1] == pytest.approx(all_states(width, depth, needed, 0.1, 0.0), rel=1e-12)
    assert down[2] == pytest.approx(all_states(width, depth, needed, 0.1, 0.8), rel=1e-12)
    both = 0.025 + 0.075**2 - 0.025 * 0.075**2
    assert down[3] == pytest.approx(all_states(width, depth, needed, both, 0.0), rel=1e-12)
    assert down[4] == pytest.approx(all_states(width, depth, needed, 0.01, 0.0), rel=1e-12)


@pytest.mark.parametrize("optional", [0, 2, 5])
def test_minutes_in_fractions(optional: int) -> None:
    """Rare failures to the last digits."""
    up, needed = Fraction(999_999, 1_000_000), 6 - optional
    rows = of(kernels.REMEDY, table_of(optional=optional, up=float(up)))
    ups = (
        theory.all_up(30, up),
        theory.all_up(5 * needed, up),
        theory.kept(needed, 5, up, Fraction(4, 5)),
        theory.two_copies(5 * needed, up, Fraction(1, 4)),
        theory.all_up(5 * needed, theory.extra_nine(up)),
    )
    for row, expected in zip(rows, ups, strict=True):
        assert row[kernels.MINUTES] == pytest.approx(float(43_830 * (1 - expected)), rel=1e-9)


def test_a_queue_is_not_waited_for_and_has_to_be_up() -> None:
    fallback, queue = (as_set(optional=2, how=how) for how in (kernels.FALLBACK, kernels.QUEUE))
    assert queue[kernels.P99] == as_set(width=4)[kernels.P99]
    assert fallback[kernels.P99] == as_set()[kernels.P99]
    broker = (1.0 - 0.0001) * fallback[kernels.UP]
    assert queue[kernels.UP] == pytest.approx(broker, rel=1e-12)
    # One branch is always needed.
    assert as_set(optional=9)[kernels.NEEDED] == 5
    none = as_set(optional=0, how=kernels.QUEUE)
    assert none[kernels.UP] == as_set()[kernels.UP]


def test_the_latest_of_exponential_times() -> None:
    rows = of(kernels.CURVE, table_of(slow=0.0))
    for row in rows:
        n = int(row[kernels.SERVICES])
        assert row[kernels.MEAN_ONCE] == pytest.approx(theory.fan_mean(n, 5.0) + 0.5, rel=1e-6)
        assert row[kernels.P99_ONCE] == pytest.approx(
            theory.fan_quantile(n, 5.0, 0.99) + 0.5, rel=1e-9
        )
        assert row[kernels.P99_TURN] == pytest.approx(
            theory.erlang_quantile(n, 5.0, 0.99) + 0.5 * n, rel=1e-9
        )


def test_the_later_of_two_calls_in_closed_form() -> None:
    """Twice the mean less that of the earlier, of which each phase's rate is a sum of two."""
    for slow in (0.001, 0.02, 0.5):
        fast = 1.0 - slow
        earlier = fast * fast * 2.5 + 2.0 * fast * slow * 50.0 / 11.0 + slow * slow * 25.0
        expected = 2.0 * (5.0 * fast + 50.0 * slow) - earlier + 0.5
        row = of(kernels.CURVE, table_of(slow=slow))[1]
        assert row[kernels.SERVICES] == 2
        assert row[kernels.MEAN_ONCE] == pytest.approx(expected, rel=1e-6)


def test_what_begins_behind_a_queue_as_long_as_the_time_out() -> None:
    for order, width, expected in ((kernels.ONCE, 6, 1.0), (kernels.TURN, 6, 1.0 / 6.0)):
        rows = of(kernels.STUCK, table_of(order=order, width=width))
        row = rows[kernels.PER_LIMIT]
        assert row[kernels.WAIT] == 300.0
        assert row[kernels.FIXED] == pytest.approx(expected, rel=1e-12)
        assert row[kernels.PASSED] == row[kernels.CANCELLED] == 0.0
        assert row[kernels.LATE] == 1.0


worlds = st.fixed_dictionaries({
    "width": st.sampled_from([1, 2, 6, 10]), "depth": st.integers(1, 6),
    "order": st.integers(0, 1), "optional": st.integers(0, 12), "how": st.integers(0, 1),
    "up": st.sampled_from([0.5, 0.99, 0.9999, 1.0]), "proxy_ms": st.sampled_from([0.0, 3.0, 1e4]),
    "slow": st.sampled_from([0.0, 1e-6, 0.02, 0.5, 1.0]),
    "limit_ms": st.sampled_from([0.1, 30.0, 300.0, 1e5]), "hop_ms": st.sampled_from([0.0, 0.5]),
    "fast_ms": st.sampled_from([0.01, 5.0, 1e4]), "kept": st.sampled_from([0.0, 0.8, 1.0]),
    "common": st.sampled_from([0.0, 0.25, 1.0]),
})  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(worlds)
def test_what_always_holds(world: dict[str, Any]) -> None:
    table = table_of(**world)
    assert table.shape == (kernels.ROWS, kernels.WIDTH)
    assert np.isfinite(table).all()
    assert (table >= 0.0).all()
    remedies = of(kernels.REMEDY, table)[:, kernels.UP]
    assert (remedies <= 1.0).all()
    # Every remedy is one, with or without a broker, which is up as long as a service or longer.
    assert (remedies[2:] >= remedies[1] * (1.0 - 1e-12)).all()
    assert remedies[1] >= remedies[0] * (1.0 - 1e-12)
    row = as_set(**world)
    slack = 1.0 + 1e-6
    assert row[kernels.P50] <= row[kernels.P99] * slack
    assert row[kernels.P99_WITHOUT] <= row[kernels.P99] * slack
    assert row[kernels.MEAN] <= row[kernels.P99] * slack
    stuck = of(kernels.STUCK, table)
    for column in (kernels.FIXED, kernels.PASSED, kernels.CANCELLED, kernels.LATE):
        assert (stuck[:, column] <= slack).all()
    assert (stuck[:, kernels.FIXED] >= stuck[:, kernels.PASSED] - 1e-6).all()
    assert (stuck[:, kernels.PASSED] >= stuck[:, kernels.CANCELLED] - 1e-6).all()
    assert (np.diff(stuck[:, kernels.LATE]) >= -1e-9).all()
    curve = of(kernels.CURVE, table)
    for column in (kernels.P99_TURN, kernels.P99_ONCE, kernels.MEAN_ONCE):
        assert (np.diff(curve[:, column]) > 0.0).all()
    assert (curve[:, kernels.P99_ONCE] <= curve[:, kernels.P99_TURN] * slack).all()
    assert (curve[:, kernels.MEAN_ONCE] <= curve[:, kernels.MEAN_TURN] * slack).all()


def test_values_at_a_poisson_number() -> None:
    """A mean of a Poisson number at zero and beyond the end."""
    values = np.array([3.0, 2.0, 1.0])
    assert kernels.at_poisson(values, 0.0) == 3.0
    assert kernels.at_poisson(values, 3.0) == 0.0
    expected = np.exp(-1.0) * (3.0 + 2.0 + 0.5)
    assert kernels.at_poisson(values, 1.0) == pytest.approx(expected, rel=1e-12)
