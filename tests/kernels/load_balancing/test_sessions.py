"""Sessions against customers one by one, closed forms, and what always holds."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.load_balancing.sessions_reference import added, deploy, extremes

from scalelab.kernels.jit import Floats, Table
from scalelab.kernels.load_balancing import sessions as kernels
from scalelab.kernels.load_balancing.sessions import STICKY, STORE, TOKEN
from scalelab.theory.load_balancing import sessions as theory

STORY: dict[str, Any] = {
    "event": kernels.DEPLOY, "machines": 6, "visits": kernels.EXPONENTIAL,
    "placement": kernels.IN_TURN, "drain_min": 0.0, "shared": 1, "store": kernels.ALONE,
    "payload_bytes": 300.0, "token_min": 15.0, "customers": 20_000.0, "think_s": 10.0,
    "visit_min": 10.0, "work_ms": 7.0, "vcpus": 4, "write_share": 0.05, "trip_ms": 0.5,
    "store_ms": 0.1, "verify_ms": 0.06, "signature_chars": 342.0, "failover_min": 0.5,
    "flush_s": 1.0, "cookie_bytes": 4096.0,
}  # fmt: skip
ALL_BUSY = 3.5  # machines that all customers keep busy
LAWS = ("alike", "exponential", "heavy")


def table_of(**changed: Any) -> Table:
    return kernels.sessions(*{**STORY, **changed}.values())


def of(way: int, table: Table) -> Table:
    return table[(table[:, kernels.WAY] == way) & (table[:, kernels.KIND] == kernels.TIME)]


def first(way: int, **changed: Any) -> Floats:
    found: Floats = of(way, table_of(**changed))[0]
    return found


def near(value: float, found: list[float], least: float = 0.0) -> None:
    """Within four standard errors, or ``least``."""
    mean, error = np.mean(found), np.std(found, ddof=1) / np.sqrt(len(found))
    assert abs(value - mean) < max(4.0 * error, least)
    assert error < 0.05 * mean + 1e-9


@pytest.mark.parametrize("law", [0, 1, 2])
@pytest.mark.parametrize("drain", [0.0, 5.0])
def test_a_deploy_of_customers_one_by_one(law: int, drain: float) -> None:
    runs = [deploy(2000, 4, law, False, drain, seed) for seed in range(16)]
    rows = of(STICKY, table_of(machines=4, visits=law, drain_min=drain))
    near(rows[0, kernels.THROWN_ALL], [lost for lost, _ in runs])
    # The first to be restarted has had the most time, and customers of all others.
    back = rows[-kernels.AFTER_ROWS - 1]
    near(back[kernels.BUSIEST] / ALL_BUSY, [on[0] for _, on in runs])
    assert back[kernels.EMPTY] == 0.0
    assert max(on[-1] for _, on in runs) == 0.0


@pytest.mark.parametrize("law", [0, 1, 2])
def test_a_deploy_that_sends_customers_where_the_fewest_are(law: int) -> None:
    """In the limit of many customers: what one too many makes is allowed for."""
    lost = [deploy(2000, 4, law, True, 5.0, seed)[0] for seed in range(6)]
    row = first(STICKY, machines=4, visits=law, drain_min=5.0, placement=kernels.EMPTIEST)
    near(row[kernels.THROWN_ALL], lost, 0.01)


@pytest.mark.parametrize("law", [0, 1, 2])
@pytest.mark.parametrize("emptiest", [False, True])
def test_the_new_machine_fills_as_customers_one_by_one_fill_it(law: int, emptiest: bool) -> None:
    runs = [added(4000, 4, law, emptiest, 6.0, seed) for seed in range(8)]
    rows = of(STICKY, table_of(event=kernels.ADDED, machines=4, visits=law,
                               placement=int(emptiest)))  # fmt: skip
    (at,) = rows[rows[:, kernels.MINUTE] == 6.0]
    least = 0.003
    near(at[kernels.EMPTY] / ALL_BUSY, [run[-1] for run in runs], least)
    near(at[kernels.BUSIEST] / ALL_BUSY, [float(np.mean(run[:4])) for run in runs], least)


@pytest.mark.parametrize(
    ("customers", "pack", "machines", "runs"),
    [(4000, 1, 6, 150), (400, 5, 6, 1500), (400, 50, 4, 4000)],
)
def test_chance_makes_the_busiest_and_the_emptiest(
    customers: int, pack: int, machines: int, runs: int
) -> None:
    """Few large packs are very skew: many runs."""
    found = [extremes(customers, machines, pack, seed) for seed in range(runs)]
    most, least = kernels.extremes(float(customers), machines, pack)
    near(most, [run[0] for run in found])
    near(least, [run[1] for run in found])


@pytest.mark.parametrize("machines", [2, 6, 40])
@pytest.mark.parametrize("pack", [1, 2, 50, 1000])
def test_the_law_of_the_busiest_by_its_generating_function(machines: int, pack: int) -> None:
    most, least = kernels.extremes(20_000.0, machines, pack)
    heavy = 0.2 if pack > 1 else 0.0
    assert most == pytest.approx(theory.busiest(20_000.0, machines, heavy, pack), rel=1e-8)
    if machines == 2:
        assert most + least == pytest.approx(20_000.0, rel=1e-9)


@pytest.mark.parametrize("law", [0, 1, 2])
def test_a_new_machine_has_what_the_old_visits_leave_it(law: int) -> None:
    rows = of(STICKY, table_of(event=kernels.ADDED, machines=4, visits=law))
    for row in rows[2:]:
        still = theory.left(LAWS[law], row[kernels.MINUTE], 10.0, 20_000)
        old, new = theory.after_adding(4, still)
        assert row[kernels.BUSIEST] / ALL_BUSY == pytest.approx(old, rel=1e-4)
        assert row[kernels.EMPTY] / ALL_BUSY == pytest.approx(new, rel=1e-4)


@pytest.mark.parametrize("drain", [0.0, 2.0, 30.0])
@pytest.mark.parametrize("machines", [2, 6, 8])
def test_a_deploy_as_the_equation_of_each_machine_has_it(machines: int, drain: float) -> None:
    lost, most = theory.deploy(machines, drain, 1.0, 10.0)
    row = first(STICKY, machines=machines, drain_min=drain)
    assert row[kernels.THROWN_ALL] == pytest.approx(lost, rel=1e-12)
    assert row[kernels.WORST] / ALL_BUSY == pytest.approx(most, rel=1e-12)
    assert row[kernels.TAKES] == machines * (1.0 + drain)


@pytest.mark.parametrize("machines", [2, 6, 8])
def test_if_nobody_comes_or_leaves_it_is_a_geometric_series(machines: int) -> None:
    row = first(STICKY, machines=machines, visit_min=1e9)
    assert row[kernels.THROWN_ALL] == pytest.approx(float(theory.thrown_out(machines)), rel=1e-6)
    last = float(theory.last_machine(machines))
    assert row[kernels.WORST] * machines / ALL_BUSY == pytest.approx(last, rel=1e-6)
    best = first(STICKY, machines=machines, visit_min=1e9, placement=kernels.EMPTIEST)
    assert best[kernels.THROWN_ALL] == pytest.approx(
        float(theory.thrown_out_at_best(machines)), rel=1e-6
    )


def test_drained_and_sent_to_the_emptiest() -> None:
    """While one drains the others level out: each then has a fifth of what is not on it."""
    for drain in (2.0, 10.0, 60.0):
        row = first(STICKY, drain_min=drain, placement=kernels.EMPTIEST)
        still = np.exp(-drain / 10.0)
        # The first starts from a sixth; the next at most from a fifth, as one is empty before it.
        assert row[kernels.THROWN_ALL] >= still / 6.0
        assert row[kernels.THROWN_ALL] <= still * (1.0 / 6.0 + 5.0 / 5.0) + 1e-9
        assert row[kernels.WORST] == pytest.approx(0.7, rel=1e-9)


def test_a_machine_that_fails_takes_its_customers_sessions() -> None:
    rows = of(STICKY, table_of(event=kernels.LOST))
    assert rows[0, kernels.THROWN_ALL] == pytest.approx(1.0 / 6.0, rel=1e-12)
    assert rows[1, kernels.BUSIEST] == pytest.approx(0.7, rel=1e-12)
    assert rows[3, kernels.EMPTY] == 0.0
    assert first(STORE, event=kernels.LOST)[kernels.THROWN_ALL] == 0.0
    assert first(TOKEN, event=kernels.LOST)[kernels.THROWN_ALL] == 0.0


@pytest.mark.parametrize(("store", "minutes", "seconds"), [(1, 5.0, 1.0), (2, 0.5, 0.01)])
def test_a_store_that_fails(store: int, minutes: float, seconds: float) -> None:
    row = first(STORE, event=kernels.STORE_LOST, store=store)
    assert row[kernels.THROWN_ALL] == pytest.approx(-np.expm1(-0.005 * seconds), rel=1e-9)
    assert row[kernels.TAKES] == minutes
    assert first(STORE, event=kernels.STORE_LOST)[kernels.THROWN_ALL] == 1.0
    for way in (STICKY, TOKEN):
        assert first(way, event=kernels.STORE_LOST)[kernels.THROWN_ALL] == 0.0


def test_what_a_request_pays() -> None:
    store, token = first(STORE), first(TOKEN)
    rate = 2.0 / 6.0  # 1/ms to each machine
    assert store[kernels.MORE_MS] == pytest.approx(
        theory.longer(rate, 7.0, 0.105, 0.525, 4), rel=1e-12
    )
    assert token[kernels.MORE_MS] == pytest.approx(
        theory.longer(rate, 7.0, 0.06, 0.0, 4), rel=1e-12
    )
    assert store[kernels.WORK] == pytest.approx(0.21)
    assert token[kernels.UP] == theory.token(27, 300, 256)
    assert token[kernels.LOOK_UPS] == pytest.approx(20_000 / 910)
    assert token[kernels.DOWN] == pytest.approx(780 * (0.05 + 20_000 / 910 / 2000))


def test_a_token_of_no_life_is_a_store_again() -> None:
    row = first(TOKEN, token_min=1e-9)
    assert row[kernels.LOOK_UPS] == pytest.approx(2000.0, rel=1e-6)


worlds = st.fixed_dictionaries({
    "event": st.integers(0, 4), "machines": st.sampled_from([2, 3, 8, 64]),
    "visits": st.integers(0, 2), "placement": st.integers(0, 1),
    "drain_min": st.sampled_from([0.0, 1e-3, 10.0, 600.0]),
    "shared": st.sampled_from([1, 2, 37, 1000, 10_000]), "store": st.integers(0, 2),
    "payload_bytes": st.sampled_from([1.0, 100_000.0]),
    "token_min": st.sampled_from([0.01, 15.0, 1e5]), "customers": st.sampled_from([100.0, 2e4]),
})  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(worlds)
def test_what_always_holds(world: dict[str, Any]) -> None:
    table = table_of(**world)
    assert table.shape[1] == kernels.WIDTH
    assert np.isfinite(table).all()
    assert (table >= 0.0).all()
    rows = of(STICKY, table)
    assert (rows[:, kernels.EMPTY] <= rows[:, kernels.BUSIEST] * (1.0 + 1e-9)).all()
    assert (np.diff(rows[:, kernels.THROWN]) >= 0.0).all()
    assert (np.diff(rows[:, kernels.MINUTE]) >= 0.0).all()
    ends = [of(way, table)[-1, kernels.MINUTE] for way in (STICKY, STORE, TOKEN)]
    assert ends == pytest.approx([ends[0]] * 3)
    fair = world["customers"] / 10.0 * 7e-3 / 4.0 / (world["machines"] + 1)
    assert (rows[:, kernels.BUSIEST] >= fair * (1.0 - 1e-6)).all()
    # Customers who go where the fewest are lose no more.
    best = first(STICKY, **{**world, "placement": kernels.EMPTIEST})
    assert best[kernels.THROWN_ALL] <= rows[0, kernels.THROWN_ALL] * (1.0 + 1e-3) + 1e-9
