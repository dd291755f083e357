"""Deliveries against events in time, fractions and sums, and what always holds."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.principles.delivery_reference import simulate

from scalelab.kernels.jit import Floats, Table
from scalelab.kernels.principles import delivery as kernels
from scalelab.theory.principles import delivery as theory

WAYS = range(kernels.WAYS)
EXACT = (kernels.AT_MOST, kernels.AT_LEAST, kernels.HEARTBEATS)
STORY: dict[str, Any] = {
    "send_lost": 0.01, "ack_lost": 0.005, "crash": 0.001, "dies": 0.005, "poison": 0.001,
    "law": kernels.EXPONENTIAL, "lease_s": 30.0, "receives": 5, "window_min": 1440.0,
    "work_s": 10.0, "retry_s": 30.0, "seed": 1,
}  # fmt: skip
# So much goes wrong that a short simulation sees all of it.
ROUGH: dict[str, Any] = {
    "send_lost": 0.2, "ack_lost": 0.2, "crash": 0.1, "dies": 0.25, "poison": 0.1, "lease_s": 15.0,
    "receives": 3,
}  # fmt: skip


def table_of(**changed: Any) -> Table:
    return kernels.delivery(*{**STORY, **changed}.values())


def fates_of(way: int, **changed: Any) -> Floats:
    """Shares of the orders, from the runs."""
    table = table_of(**changed)
    mine = table[(table[:, kernels.KIND] == kernels.FATE) & (table[:, kernels.WAY] == way)]
    found: Floats = mine[:, kernels.COUNT] / kernels.ORDERS
    return found


def expected(way: int, **changed: Any) -> Floats:
    w = {**STORY, **changed}
    world = kernels.World(
        w["send_lost"], w["ack_lost"], w["crash"], w["dies"], w["poison"], w["law"], w["work_s"],
        w["lease_s"], w["receives"], 60.0 * w["window_min"], w["retry_s"],
    )  # fmt: skip
    fates = np.empty(kernels.FATES + 1)
    kernels.expect(fates, way, world)
    return fates


def received(way: int, **changed: Any) -> float:
    table = table_of(**changed)
    mine = table[(table[:, kernels.KIND] == kernels.FATE) & (table[:, kernels.WAY] == way)]
    return float(mine[0, kernels.RECEIVED])


def open_after_a_minute(way: int, **changed: Any) -> float:
    table = table_of(**changed)
    mine = table[(table[:, kernels.KIND] == kernels.TIME) & (table[:, kernels.WAY] == way)]
    (row,) = mine[mine[:, kernels.AT_S] == 60.0]
    return float(row[kernels.OPEN]) / kernels.ORDERS


def near(found: float, share: float, n: int, more: int = kernels.RUNS * kernels.ORDERS) -> bool:
    """Two counts of the same chance, five standard errors apart at most."""
    p = max(found, share, 3.0 / n)
    return bool(
        abs(found - share) < 5.0 * np.sqrt(p * (1.0 - min(p, 0.999)) * (1.0 / n + 1.0 / more))
    )


@pytest.mark.parametrize("law", [kernels.ALWAYS, kernels.EXPONENTIAL, kernels.LONG])
@pytest.mark.parametrize("window_min", [0.0, 0.5, 1.0, 1440.0])
@pytest.mark.parametrize("way", WAYS)
def test_events_in_time_say_the_same(way: int, law: int, window_min: float) -> None:
    changed = {**ROUGH, "law": law, "window_min": window_min}
    w = {**STORY, **changed}
    n = 3000
    found = simulate(
        way,
        {**w, "work": w["work_s"], "lease": w["lease_s"], "retry": w["retry_s"],
         "window": 60.0 * window_min},
        n, seed=7,
    )  # fmt: skip
    fates = fates_of(way, **changed)
    for name, share in zip(("lost", "dead", "once", "more", "buried"), fates, strict=True):
        assert near(found[name], float(share), n), name
    assert near(found["open"], open_after_a_minute(way, **changed), n)
    sent = 0.9 * 0.8 if way == kernels.AT_MOST else 0.0
    # At most once the kernel counts whom the broker gave it to, all with one receive.
    assert found["receives"] == pytest.approx(sent or received(way, **changed), rel=0.06)


@pytest.mark.parametrize("law", [kernels.ALWAYS, kernels.EXPONENTIAL, kernels.LONG])
@pytest.mark.parametrize("changed", [{}, ROUGH, {"receives": 1}, {"lease_s": 5.0, "receives": 20}])
@pytest.mark.parametrize("way", EXACT)
def test_runs_are_as_expected(way: int, changed: dict[str, Any], law: int) -> None:
    exact = expected(way, **changed, law=law)
    n = kernels.RUNS * kernels.ORDERS
    for found, chance in zip(fates_of(way, **changed, law=law), exact, strict=False):
        assert near(float(found), float(chance), n, more=10**9)
    assert received(way, **changed, law=law) == pytest.approx(exact[kernels.FATES], rel=0.02)


@pytest.mark.parametrize("receives", [1, 2, 5, 20])
@pytest.mark.parametrize("lease", [2.0, 10.0, 30.0, 300.0])
def test_sums_over_receives_say_the_same(receives: int, lease: float) -> None:
    for law, shape in ((kernels.EXPONENTIAL, 1.0), (kernels.LONG, 0.5)):
        over = theory.overruns(lease, 10.0, shape)
        assert kernels.overruns(law, 10.0, lease) == pytest.approx(over, rel=1e-13)
        for way, overrun in ((kernels.AT_LEAST, over), (kernels.HEARTBEATS, 0.0)):
            each = theory.receive(0.25, 0.2, overrun)
            found = expected(
                way, crash=0.0, poison=0.0, dies=0.25, ack_lost=0.2, law=law, lease_s=lease,
                receives=receives,
            )  # fmt: skip
            never = theory.order_never(each, receives, 0.2)
            twice = theory.order_twice(each, receives, 0.2)
            buried = theory.buried_though_done(each, receives, 0.2)
            mean = theory.mean_receives(each, receives, 0.2)
            assert found[kernels.DEAD] == pytest.approx(never, rel=1e-12)
            assert found[kernels.MORE] == pytest.approx(twice, rel=1e-9)
            assert found[kernels.DEAD_DONE] == pytest.approx(buried, rel=1e-9, abs=1e-14)
            assert found[kernels.FATES] == pytest.approx(mean, rel=1e-12)


def test_deliveries_are_geometric_if_only_acknowledgements_are_lost() -> None:
    """One receive for each copy: a fifth lost makes 1.25 copies."""
    alone = {"send_lost": 0.5, "crash": 0.0, "dies": 0.0, "poison": 0.0, "receives": 1}
    found = expected(kernels.HEARTBEATS, **alone, ack_lost=0.2)[kernels.FATES]
    assert found == pytest.approx(theory.deliveries(0.2), rel=1e-12)
    assert received(kernels.OUTBOX, **alone, ack_lost=0.2) == pytest.approx(1.25, abs=0.01)


def test_at_most_once_is_what_gets_through() -> None:
    chances = (0.02, 0.1, 0.05, 0.01)
    names = ("send_lost", "crash", "dies", "poison")
    changed = dict(zip(names, chances, strict=True))
    found = expected(kernels.AT_MOST, **changed)
    assert found[kernels.ONCE] == pytest.approx(theory.once_at_most(*chances), rel=1e-12)
    assert found[kernels.MORE] == found[kernels.DEAD] == 0.0


@pytest.mark.parametrize("window_min", [0.1, 0.4, 0.6, 0.75, 1.1, 2.0])
def test_a_key_catches_what_comes_within_its_window(window_min: float) -> None:
    changed = {"law": kernels.ALWAYS, "lease_s": 21.0, "dies": 0.0, "poison": 0.0, "receives": 4,
               "ack_lost": 0.2, "window_min": window_min}  # fmt: skip
    chance = float(
        theory.key_fails(
            Fraction(1, 5), 4, Fraction(21), Fraction(30), Fraction(60) * Fraction(window_min)
        )
    )
    found = fates_of(kernels.OUTBOX, **changed)[kernels.MORE]
    assert near(float(found), chance, kernels.RUNS * kernels.ORDERS, more=10**9)
    assert 0.001 < chance < 0.4


def test_with_a_long_window_nothing_is_done_twice() -> None:
    """Exactly: the effect of once needs no luck."""
    for law in range(3):
        for way in (kernels.KEY, kernels.OUTBOX):
            found = fates_of(way, **ROUGH, law=law, window_min=1e6)
            assert found[kernels.MORE] == 0.0
    outbox = fates_of(kernels.OUTBOX, **{**ROUGH, "poison": 0.0, "receives": 20})
    assert outbox[kernels.LOST] == 0.0
    assert outbox[kernels.ONCE] == 1.0


def test_poison_is_received_as_often_as_is_allowed() -> None:
    for receives in (1, 3, 7):
        changed = {"poison": 1.0, "crash": 0.0, "ack_lost": 0.0, "receives": receives}
        for way in (kernels.AT_LEAST, kernels.HEARTBEATS, kernels.OUTBOX):
            assert received(way, **changed) == pytest.approx(receives, rel=1e-12)
            assert fates_of(way, **changed)[kernels.DEAD] == 1.0
        assert fates_of(kernels.AT_MOST, **changed)[kernels.LOST] == 1.0


def test_dead_workers_delay_by_leases() -> None:
    changed = {"send_lost": 0.0, "ack_lost": 0.0, "crash": 0.0, "poison": 0.0, "dies": 0.25,
               "law": kernels.ALWAYS, "lease_s": 21.0, "receives": 20}  # fmt: skip
    table = table_of(**changed)
    for way in (kernels.AT_LEAST, kernels.OUTBOX):
        mine = table[(table[:, kernels.KIND] == kernels.TIME) & (table[:, kernels.WAY] == way)]
        for row in mine:
            chance = theory.not_done_by(row[kernels.AT_S], 10.0, 21.0, 0.25)
            share = row[kernels.OPEN] / kernels.ORDERS
            assert near(share, chance, kernels.RUNS * kernels.ORDERS, more=10**9)


worlds = st.fixed_dictionaries({
    "send_lost": st.sampled_from([0.0, 0.01, 0.2]), "ack_lost": st.sampled_from([0.0, 0.005, 0.2]),
    "crash": st.sampled_from([0.0, 0.001, 0.2]), "dies": st.sampled_from([0.0, 0.005, 0.2]),
    "poison": st.sampled_from([0.0, 0.001, 0.2]), "law": st.integers(0, 2),
    "lease_s": st.sampled_from([5.0, 10.0, 30.0, 600.0, 43_200.0]),
    "receives": st.sampled_from([1, 2, 5, 20]), "window_min": st.sampled_from([0.0, 5.0, 1440.0]),
    "seed": st.integers(0, 2**31 - 1),
})  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(worlds)
def test_what_always_holds(world: dict[str, Any]) -> None:
    table = table_of(**world)
    assert table.shape == (kernels.ROWS, kernels.WIDTH)
    assert np.isfinite(table).all()
    assert (table >= 0.0).all()
    fates = table[table[:, kernels.KIND] == kernels.FATE]
    assert (fates[:, kernels.LOW] <= fates[:, kernels.COUNT] + 1e-9).all()
    assert (fates[:, kernels.COUNT] <= fates[:, kernels.HIGH] + 1e-9).all()
    counts = fates[:, kernels.COUNT].reshape(kernels.WAYS, kernels.FATES)
    # Every order is lost, dead, done once or more often.
    assert counts[:, :4].sum(axis=1) == pytest.approx(kernels.ORDERS, rel=1e-12)
    lost, more = counts[:, kernels.LOST], counts[:, kernels.MORE]
    done = counts[:, kernels.ONCE] + more
    assert lost[kernels.OUTBOX] == 0.0
    assert lost[kernels.AT_MOST] >= lost[kernels.AT_LEAST] == lost[kernels.KEY]
    assert more[kernels.AT_MOST] == 0.0
    assert more[kernels.KEY] <= more[kernels.AT_LEAST]
    assert more[kernels.KEY] <= more[kernels.OUTBOX]
    assert more[kernels.HEARTBEATS] <= more[kernels.AT_LEAST] + 1e-9
    assert done[kernels.AT_LEAST] == pytest.approx(done[kernels.KEY], rel=1e-12)
    assert (counts[:, kernels.DEAD_DONE] <= done + 1e-9).all()
    if world["window_min"] == 0.0:
        assert more[kernels.KEY] == more[kernels.AT_LEAST]
    times = table[table[:, kernels.KIND] == kernels.TIME]
    opened = times[:, kernels.OPEN].reshape(kernels.WAYS, kernels.TIMES)
    assert (np.diff(opened, axis=1) <= 1e-9).all()
    assert (opened[:, -1] >= kernels.ORDERS - done - 1e-6).all()
    leases = table[table[:, kernels.KIND] == kernels.LEASE]
    for way in (kernels.AT_LEAST, kernels.HEARTBEATS):
        curve = leases[leases[:, kernels.WAY] == way]
        assert (np.diff(curve[:, kernels.TWICE]) <= 1e-9).all()


def test_one_seed_is_one_result() -> None:
    assert (table_of(seed=5) == table_of(seed=5)).all()
    assert (table_of(seed=5) != table_of(seed=6)).any()
