"""Against a simulation of events, machines filled one by one, partial fractions and limits."""

import math
import statistics
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.patterns.cqrs_reference import fewest_copied, fewest_shards, lags

from scalelab.kernels.patterns import cqrs as kernels
from scalelab.kernels.patterns.cqrs import Pipe, Work
from scalelab.theory.patterns import cqrs as theory

STORY: dict[str, Any] = {
    "rate_per_s": 2000.0, "read_share": 0.95, "models": 4, "tables": 3, "no_key": 0.1, "rows": 2,
    "projectors": 1, "every_ms": 1000.0, "delay_ms": 300.0, "lookup_ms": 1.0, "write_ms": 3.0,
    "index_ms": 0.25, "outbox_ms": 1.0, "vcpus": 4, "most_busy": 0.7, "log_machines": 3,
    "relay_ms": 1.0, "log_ms": 2.0, "row_ms": 4.0, "pause_ms": 300.0, "pin_ms": 5000.0,
    "think_ms": 10_000.0, "again_ms": 100.0, "events": 2000, "seed": 1,
}  # fmt: skip


def table_of(**changed: Any) -> Any:
    return kernels.cqrs(*{**STORY, **changed}.values())


def as_set(**changed: Any) -> Any:
    return table_of(**changed)[-1]


def work(**changed: Any) -> Work:
    given = {
        "models": 4, "tables": 3, "no_key": 0.1, "rows": 2, "lookup": 1.0, "write": 3.0,
        "entry": 0.25, "outbox": 1.0, "capacity": 2800.0, "log_machines": 3,
    }  # fmt: skip
    return Work(**{**given, **changed})


@pytest.mark.parametrize(
    ("projectors", "rows", "every"), [(1, 2, 1000.0), (1, 2, 50.0), (2, 2, 0.0), (3, 1, 20.0)]
)
def test_a_pipeline_event_by_event(projectors: int, rows: int, every: float) -> None:
    """Lags of one write to the next depend on each other, so errors are those of runs."""
    row = as_set(projectors=projectors, rows=rows, every_ms=every, delay_ms=30.0)
    runs = [
        lags(0.1 / projectors, [1.0, 2.0, 4.0 * rows], 10_000, seed, tick=every)
        for seed in range(8)
    ]
    for column, of in (
        (kernels.LAG, statistics.fmean),
        (kernels.TICKED, lambda run: sum(x > 30.0 for x in run) / len(run)),
    ):
        found = [of(run) for run in runs]
        error = statistics.stdev(found) / math.sqrt(len(found))
        assert abs(statistics.fmean(found) - row[column]) < 5.0 * error + 1e-3 * row[column]
    late = [sum(x > row[kernels.LAG_99] for x in run) / len(run) for run in runs]
    error = statistics.stdev(late) / math.sqrt(len(late))
    assert abs(statistics.fmean(late) - 0.01) < 5.0 * error + 1e-4


@pytest.mark.parametrize(("every", "projectors"), [(1000.0, 1), (200.0, 2), (50.0, 1)])
def test_a_polled_outbox_event_by_event(every: float, projectors: int) -> None:
    row = as_set(every_ms=every, projectors=projectors, events=20_000)
    runs = [lags(0.1 / projectors, [1.0, 2.0, 8.0], 10_000, seed, poll=every) for seed in range(8)]
    means = [statistics.fmean(run) for run in runs]
    error = statistics.stdev(means) / math.sqrt(len(means))
    # The kernel has four runs of twice as many events, so about the same error.
    assert abs(statistics.fmean(means) - row[kernels.POLL_LAG]) < 7.0 * error


def test_a_polled_outbox_flows_nearly_like_water() -> None:
    for projectors, busy in ((1, 0.8), (2, 0.4)):
        row = as_set(projectors=projectors, every_ms=5000.0, events=20_000)
        expected = theory.polled_mean(5000.0, busy)
        assert row[kernels.POLL_LAG] == pytest.approx(expected, rel=0.02)


rates = st.sampled_from([0.001, 0.025, 0.4, 0.4001, 0.9, 0.999, 5.0])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(rates, min_size=3, max_size=3, unique=True), st.sampled_from([0.0, 1.0, 200.0, 1e4]),
    st.sampled_from([0.0, 0.01, 1.0, 30.0, 200.0, 5000.0, 1e5]),
)  # fmt: skip
def test_chances_are_those_of_partial_fractions(three: list[float], every: float, t: float) -> None:
    pipe = Pipe(*three, every)
    exact = theory.missing([Fraction(r) for r in three], Fraction(every), Fraction(t))
    assert kernels.missing(pipe, t) == pytest.approx(exact, rel=1e-10, abs=1e-12)


@pytest.mark.parametrize("rate", [1e-3, 0.5, 900.0])
def test_equal_rates_are_erlang(rate: float) -> None:
    for x in (0.0, 0.01, 1.0, 7.0, 40.0, 600.0):
        found = kernels.later(Pipe(rate, rate, rate, 0.0), x / rate)
        assert found == pytest.approx(theory.erlang_later(3, rate, x / rate), rel=1e-11, abs=1e-300)


def test_nearly_equal_rates_are_nearly_erlang() -> None:
    for off in (1e-15, 1e-12, 1e-9, 1e-6):
        found = kernels.later(Pipe(1.0, 1.0 + off, 1.0 - off, 0.0), 5.0)
        assert found == pytest.approx(theory.erlang_later(3, 1.0, 5.0), rel=10.0 * off + 1e-12)


@settings(max_examples=60, deadline=None)
@given(rates, rates, rates, st.sampled_from([0.0, 1.0, 50.0, 1000.0]))
def test_chances_fall_and_waits_are_the_area_below(
    a: float, b: float, c: float, every: float
) -> None:
    pipe = Pipe(a, b, c, every)
    mean = 0.5 * every + 1.0 / a + 1.0 / b + 1.0 / c
    assert kernels.left(pipe, 0.0) == pytest.approx(mean, rel=1e-9)
    times = [0.0, 0.3 * mean, mean, 3.0 * mean]
    chances = [kernels.missing(pipe, t) for t in times]
    assert chances[0] == pytest.approx(1.0, abs=1e-9)
    assert all(x >= y - 1e-9 for x, y in pairwise(chances))
    for t in times:
        h = 1e-3 * mean
        slope = (kernels.left(pipe, t + h) - kernels.left(pipe, t)) / h
        middle = kernels.missing(pipe, t + 0.5 * h)
        assert -slope == pytest.approx(middle, abs=2e-3)
    last = kernels.quantile(pipe, 0.01)
    assert kernels.missing(pipe, last) == pytest.approx(0.01, rel=1e-5)


def test_the_time_left_is_the_area_by_simpson() -> None:
    three = [0.9, 0.4, 0.025]
    exact = [Fraction(r) for r in three]
    for every, t in ((0.0, 20.0), (200.0, 0.0), (200.0, 120.0), (200.0, 400.0)):
        found = kernels.left(Pipe(*three, every), t)
        area = theory.waiting(exact, Fraction(every), Fraction(t), 300)
        assert found == pytest.approx(area, rel=1e-4)


def test_a_shorter_tick_is_never_worse() -> None:
    for t in (0.0, 10.0, 100.0, 900.0):
        found = [kernels.missing(Pipe(0.9, 0.4, 0.025, every), t) for every in (0.0, 1.0, 9.0, 1e3)]
        assert found == sorted(found)


def test_a_tick_of_nearly_nothing_is_none() -> None:
    for t in (0.0, 1.0, 40.0, 300.0):
        tiny = kernels.missing(Pipe(0.9, 0.4, 0.025, 1e-3), t)
        assert tiny == pytest.approx(kernels.later(Pipe(0.9, 0.4, 0.025, 0.0), t), abs=1e-4)


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from([0.0, 100.0, 1900.0, 9000.0]), st.sampled_from([0.0, 1.0, 100.0, 2500.0]),
    st.integers(1, 12), st.integers(1, 6), st.sampled_from([0.0, 0.05, 0.3, 1.0]),
)  # fmt: skip
def test_machines_are_filled_one_by_one(
    reads: float, writes: float, models: int, tables: int, no_key: float
) -> None:
    w = work(models=models, tables=tables, no_key=no_key)
    per_write = 3.0 + 0.25 * models
    shards = fewest_shards(writes, reads, per_write, tables, no_key, 2800.0)
    found = kernels.machines(kernels.SHARDS, reads, writes, w)
    assert found == (0 if shards is None else shards + 1)
    copied = fewest_copied(writes, reads, per_write, tables, no_key, 2800.0)
    assert kernels.machines(kernels.COPIED, reads, writes, w) == (copied or 0) + 1
    if shards is not None and shards <= kernels.TRIED:
        assert copied is not None
        assert copied <= shards  # a copy of each is a choice as well
    writing = theory.fewest(Fraction(writes) * 4, Fraction(0), Fraction(2800))
    events = Fraction(writes) * 2
    one = theory.fewest(Fraction(reads) + models * events, Fraction(0), Fraction(2800))
    each = theory.fewest(Fraction(reads) / models + events, Fraction(0), Fraction(2800))
    assert writing is not None
    assert one is not None
    assert each is not None
    assert kernels.machines(kernels.ONE_STORE, reads, writes, w) == writing + 1 + 3 + one + 1
    stores = writing + 1 + 3 + models * (each + 1)
    assert kernels.machines(kernels.STORES, reads, writes, w) == stores


def test_break_even_is_where_the_work_is_the_same() -> None:
    found = as_set()[kernels.BREAK_EVEN]
    assert found == pytest.approx(float(theory.break_even(Fraction(2), Fraction(8))))
    row = as_set(read_share=found)
    assert row[kernels.ONE_WORK] == pytest.approx(row[kernels.CQRS_WORK], rel=1e-12)
    # With one table there is nothing to save, so no share is enough.
    assert as_set(tables=1)[kernels.BREAK_EVEN] == 1.0


def test_what_a_remedy_costs() -> None:
    table = table_of()
    here = table[-1]
    ways = table[table[:, kernels.KIND] == kernels.REMEDY]
    pipe = Pipe(1.0 - 0.1, 0.5 - 0.1, 0.125 - 0.1, 1000.0)
    assert ways[kernels.NOTHING, kernels.MISSED] == here[kernels.TICKED]
    pause = kernels.missing(pipe, 600.0)
    assert ways[kernels.PAUSE, kernels.MISSED] == pytest.approx(pause, rel=1e-9)
    looks = kernels.checks(pipe, 300.0, 100.0)
    by_hand = 1.0 + sum(kernels.missing(pipe, 300.0 + 100.0 * j) for j in range(100))
    assert looks == pytest.approx(by_hand, rel=1e-6)
    extra = 100.0 * (looks - 1.0) / (1900.0 + 100.0 * (4.0 + 8.0))
    assert ways[kernels.VERSION, kernels.EXTRA] == pytest.approx(extra, rel=1e-9)
    # The first read and every ten seconds one more, of three tables in place of one.
    reads = 1.0 + (5.0 - 0.3) / 10.0
    assert ways[kernels.PIN, kernels.EXTRA] == pytest.approx(100.0 * reads * 2.0 / 3100.0)
    assert here[kernels.PINNED_LOAD] == pytest.approx(1.0 + reads * 3.0 / 4.0)
    assert as_set(delay_ms=6000.0)[kernels.PINNED_LOAD] == 1.0


def test_who_cannot_keep_up_is_never_seen() -> None:
    table = table_of(rate_per_s=3000.0)
    assert table[-1, kernels.STEADY] == 0.0
    assert table[-1, kernels.NEEDED] == 2.0
    times = table[table[:, kernels.KIND] == kernels.TIME]
    for column in (kernels.STREAMED, kernels.TICKED, kernels.POLLED):
        assert (times[:, column] == 1.0).all()


worlds = st.fixed_dictionaries({
    "rate_per_s": st.sampled_from([1.0, 200.0, 2000.0, 2500.0, 1e6]),
    "read_share": st.sampled_from([0.0, 0.5, 0.95, 0.9999]), "models": st.sampled_from([1, 4, 100]),
    "tables": st.sampled_from([1, 3, 50]), "no_key": st.sampled_from([0.0, 0.1, 1.0]),
    "rows": st.sampled_from([1, 2, 1000]), "projectors": st.sampled_from([1, 10, 10_000]),
    "every_ms": st.sampled_from([0.0, 1.0, 1000.0, 1e6]),
    "delay_ms": st.sampled_from([0.0, 300.0, 1e6]), "index_ms": st.sampled_from([0.0, 0.25]),
    "outbox_ms": st.sampled_from([0.0, 1.0]), "log_machines": st.sampled_from([0, 3]),
    "relay_ms": st.sampled_from([0.001, 1.0, 1000.0]), "row_ms": st.sampled_from([0.001, 4.0]),
})  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(worlds)
def test_what_always_holds(world: dict[str, Any]) -> None:
    table = table_of(**{**world, "events": 200})
    assert table.shape == (kernels.ROWS, kernels.WIDTH)
    assert np.isfinite(table).all()
    assert (table >= 0.0).all()
    times = table[table[:, kernels.KIND] == kernels.TIME]
    assert len(times) == kernels.TIMES
    assert (np.diff(times[:, kernels.AT]) >= 0.0).all()
    here = table[-1]
    for column in (kernels.STREAMED, kernels.TICKED, kernels.POLLED):
        assert (times[:, column] <= 1.0).all()
        assert (np.diff(times[:, column]) <= 1e-7).all()
    # A tick at the end only adds, in the mean and at every time.
    assert (times[:, kernels.TICKED] >= times[:, kernels.STREAMED] - 1e-7).all()
    assert here[kernels.AT] == world["delay_ms"]
    assert here[kernels.LAG_99] >= 0.0
    assert (times[:, kernels.POLLED_LOW] <= times[:, kernels.POLLED] + 1e-12).all()
    assert (times[:, kernels.POLLED_HIGH] >= times[:, kernels.POLLED] - 1e-12).all()
    curve = table[table[:, kernels.KIND] == kernels.CURVE]
    for design in range(kernels.DESIGNS):
        needed = curve[:, kernels.MACHINES + design]
        possible = needed[needed > 0.0]
        assert (np.diff(possible) >= 0.0).all()  # more requests never need fewer
    ways = table[table[:, kernels.KIND] == kernels.REMEDY]
    assert (ways[:, kernels.MISSED] <= ways[0, kernels.MISSED] + 1e-9).all()
