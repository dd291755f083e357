"""The table against users counted one by one, and against what always holds."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.multi_region import routing_reference as plain

from scalelab.facts.places import AREAS, CONTINENTS, REGIONS
from scalelab.kernels.jit import Table
from scalelab.kernels.multi_region.routing import (
    ANYCAST,
    APP,
    DEAD,
    DNS,
    HORIZON,
    IN_REGIONS,
    N_REGIONS,
    N_TIMES,
    ON,
    TIMES,
    ends,
    routing,
    warm,
)
from scalelab.theory.multi_region.routing import cold_load

(KIND, NAME, TIME, STUCK, LEAST, MOST, FULL, CHOSEN, STATE, BEFORE, AFTER, LOAD, EVEN, COLD,
 P50_BEFORE, P99_BEFORE, P50_AFTER, P99_AFTER, DECLARED, HALF, LED_90, LED_99, FAILED, LOST,
 FULLEST, SPARE) = range(26)  # fmt: skip
WAYS = ("DNS", "Anycast", "App")
NAMES = [region.name for region in REGIONS]
FIVE = sum(1 << NAMES.index(n) for n in ("Virginia", "Frankfurt", "Mumbai", "Singapore", "Tokyo"))
TOKYO, SINGAPORE = NAMES.index("Tokyo"), NAMES.index("Singapore")
STORY: dict[str, Any] = {
    "regions": FIVE, "dead": TOKYO, "way": DNS, "ttl": 60.0, "check": 30.0, "holders": 0.1,
    "reroute": 0, "spare": 0.25, "hit_ratio": 0.0, "cache": 0, "far_resolvers": 0.1,
    "detours": 0.2, "checks": 3, "lookups": 1.0, "hold": 600.0, "convergence": 15.0,
    "timeout": 2.0, "warm_up": 60.0, "round_trips": 4.0, "stretch": 1.8, "last_mile": 15.0,
    "server": 50.0, "n_runs": 4, "n_resolvers": 10, "seed": 1,
}  # fmt: skip
worlds = st.fixed_dictionaries({
    "regions": st.integers(1, (1 << N_REGIONS) - 1), "dead": st.integers(0, N_REGIONS - 1),
    "way": st.integers(0, 2), "ttl": st.sampled_from([0.0, 5.0, 60.0, 3600.0]),
    "check": st.sampled_from([1.0, 30.0, 120.0]), "holders": st.sampled_from([0.0, 0.1, 0.5]),
    "reroute": st.integers(0, 1), "spare": st.sampled_from([0.0, 0.25, 3.0]),
    "hit_ratio": st.sampled_from([0.0, 0.4, 0.95]), "cache": st.integers(0, 1),
    "far_resolvers": st.sampled_from([0.0, 0.1, 1.0]), "detours": st.sampled_from([0.0, 0.2, 1.0]),
    "lookups": st.sampled_from([0.001, 1.0]), "seed": st.integers(0, 2**40),
})  # fmt: skip


def table(**changed: Any) -> Table:
    return routing(*{**STORY, **changed}.values())


def moments(rows: Table, way: int) -> Table:
    return rows[way * N_TIMES : (way + 1) * N_TIMES]


def regions(rows: Table) -> Table:
    return rows[3 * N_TIMES : 3 * N_TIMES + N_REGIONS]


def continents(rows: Table) -> Table:
    return rows[3 * N_TIMES + N_REGIONS : 3 * N_TIMES + N_REGIONS + len(CONTINENTS) + 1]


def ways(rows: Table) -> Table:
    return rows[-7:-4]


def plans(rows: Table) -> Table:
    return rows[-4:]


@settings(max_examples=15, deadline=None)
@given(worlds)
def test_rows_are_those_of_the_reference(world: dict[str, Any]) -> None:
    s = {**STORY, **world}
    rows = table(**world)
    on = [name for bit, name in enumerate(NAMES) if s["regions"] >> bit & 1]
    shown = regions(rows)
    if NAMES[s["dead"]] in on:
        assert shown[s["dead"], STATE] == DEAD
    dead = NAMES[int(np.argmax(shown[:, STATE]))]
    left = [name for name in on if name != dead]
    for number, way in enumerate(WAYS):
        flows = plain.routes(way, on, s["far_resolvers"], s["detours"])
        later = plain.rerouted(flows, way, bool(s["reroute"]), dead, on, s["far_resolvers"])
        before, after = plain.loads(flows), plain.loads(later)
        changes, led = plain.led(way, not left, s)
        for row in moments(rows, number)[::6]:
            stuck = [sum(end > row[TIME] for end in run) / len(run) for run in led]
            both = [
                plain.fails(share, row[TIME] - change, before, after, before[dead], s)
                for share, change in zip(stuck, changes, strict=True)
            ]
            gone, full = zip(*both, strict=True)
            assert row[STUCK] == pytest.approx(np.mean(gone), abs=1e-9)
            assert row[[LEAST, MOST]] == pytest.approx([min(gone), max(gone)], abs=1e-9)
            assert row[FULL] == pytest.approx(np.mean(full), abs=1e-9)
        row, every = ways(rows)[number], [end for run in led for end in run]
        assert row[DECLARED] == pytest.approx(np.mean(changes))
        assert row[FAILED] == pytest.approx(np.mean([min(end, HORIZON) for end in every]))
        for column, share in ((HALF, 0.5), (LED_90, 0.9), (LED_99, 0.99)):
            assert row[column] == plain.quantile(every, share)
        lost = sum(
            sum(plain.fails(sum(end >= t for end in run) / len(run), t - c, before, after,
                            before[dead], s))
            for t in range(5, 3600, 10) for run, c in zip(led, changes, strict=True)
        ) / len(led)  # fmt: skip
        assert row[LOST] == pytest.approx(10.0 * lost * 1e6 / 3600.0)
        if number != s["way"]:
            continue
        evenly = plain.loads(plain.rerouted(flows, way, True, dead, on, s["far_resolvers"]))
        for name, region in zip(NAMES, shown, strict=True):
            room = (1.0 + s["spare"]) * max(before.get(name, 0.0), 0.001)
            assert region[BEFORE] == pytest.approx(before.get(name, 0.0), abs=1e-9)
            assert region[AFTER] == pytest.approx(after.get(name, 0.0), abs=1e-9)
            if name in left:
                assert region[LOAD] == pytest.approx(after[name] / room, abs=1e-9)
                assert region[EVEN] == pytest.approx(evenly[name] / room, abs=1e-9)
        for line, continent in zip(continents(rows), (*CONTINENTS, None), strict=True):
            some = [a.name for a in AREAS if continent in (None, a.continent)]
            for columns, there in ((slice(14, 16), flows), (slice(16, 18), later)):
                if any(there.get((area, r), 0.0) > 0.0 for area in some for r in on):
                    exact = [plain.waits(there, some, q, s) for q in (0.5, 0.99)]
                    assert line[columns] == pytest.approx(exact, abs=0.003)
                else:
                    assert not line[columns].any()
        need = plain.spare(way, on, s["far_resolvers"], s["detours"])
        assert plans(rows)[:, SPARE] == pytest.approx(need, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(worlds)
def test_what_always_holds(world: dict[str, Any]) -> None:
    rows = table(**world)
    assert np.isfinite(rows).all()
    assert rows.min() >= 0.0
    shown = regions(rows)
    assert shown[:, BEFORE].sum() == pytest.approx(1.0)
    assert (shown[:, STATE] == DEAD).sum() == 1
    assert shown[shown[:, STATE] != ON, AFTER].max() == 0.0
    if (shown[:, STATE] == ON).any():
        assert shown[:, AFTER].sum() == pytest.approx(1.0)
    for way in range(3):
        line = moments(rows, way)
        assert (line[:, LEAST] <= line[:, STUCK]).all()
        assert (line[:, STUCK] <= line[:, MOST]).all()
        assert (np.diff(line[:, STUCK]) <= 1e-12).all()  # who has been led on stays
        assert (line[:, STUCK] + line[:, FULL] <= 1.0 + 1e-9).all()
        assert set(line[:, CHOSEN]) == {float(way == world["way"])}
    for row in ways(rows):
        assert row[HALF] <= row[LED_90] <= row[LED_99] <= HORIZON
        assert row[LOST] <= 1e6 + 1e-3
    for line in continents(rows):
        assert line[P50_BEFORE] <= line[P99_BEFORE]
        assert line[P50_AFTER] <= line[P99_AFTER]


@settings(max_examples=20, deadline=None)
@given(worlds, st.sampled_from([0.05, 0.5, 2.0]))
def test_more_spare_capacity_refuses_fewer(world: dict[str, Any], more: float) -> None:
    tight = table(**world)
    roomy = table(**{**world, "spare": world["spare"] + more})
    assert (roomy[:, FULL] <= tight[:, FULL] + 1e-12).all()
    np.testing.assert_array_equal(roomy[:, STUCK], tight[:, STUCK])


@pytest.mark.parametrize("way", [DNS, ANYCAST, APP])
def test_the_plans_are_enough_and_no_less_would_be(way: int) -> None:
    own, same = plans(table(way=way))[2:, SPARE]
    worst = 0.0
    for dead in (i for i in range(N_REGIONS) if FIVE >> i & 1):
        kept = moments(table(way=way, dead=dead, spare=same + 1e-9), way)
        less = moments(table(way=way, dead=dead, spare=same - 0.01), way)
        assert kept[-1, FULL] == pytest.approx(0.0, abs=1e-9)
        worst = max(worst, less[-1, FULL])
    assert worst > 0.0
    assert own < same


def test_a_cache_in_the_regions_is_cold_for_those_who_come() -> None:
    warm_one = regions(table(hit_ratio=0.8))[SINGAPORE]
    cold_one = regions(table(hit_ratio=0.8, cache=IN_REGIONS))[SINGAPORE]
    assert warm_one[COLD] == warm_one[LOAD] == cold_one[LOAD]
    moved = cold_one[AFTER] - cold_one[BEFORE]
    assert cold_one[COLD] * 1.25 == pytest.approx(cold_load(cold_one[BEFORE], moved, 0.8))
    assert warm(10.0, 20.0, 60.0) == 0.0
    assert warm(80.0, 20.0, 60.0) == 0.5


def test_a_cache_near_the_users_takes_its_share_of_every_failure() -> None:
    bare, covered = table(), table(hit_ratio=0.8)
    for column in (STUCK, FULL):
        np.testing.assert_allclose(
            moments(covered, DNS)[:, column], 0.2 * moments(bare, DNS)[:, column], atol=1e-12
        )


def test_the_last_region_leaves_nobody_anywhere_to_go() -> None:
    rows = table(regions=1 << TOKYO)
    for way in range(3):
        np.testing.assert_allclose(moments(rows, way)[:, STUCK], 1.0)
        assert ways(rows)[way, FULLEST] == N_REGIONS
    assert not plans(rows)[:, SPARE].any()
    assert not continents(rows)[:, [P50_AFTER, P99_AFTER]].any()


def test_all_ways_see_the_same_deaths() -> None:
    dns, anycast = (
        ends(way, True, 50, 3, 7, 30.0, 3, 60.0, 1.0, 0.1, 600.0, 15.0, 2.0)[0]
        for way in (DNS, ANYCAST)
    )
    np.testing.assert_array_equal(dns, anycast)
    assert 60.0 < dns.min() < dns.max() < 90.0


def test_without_memory_dns_is_as_fast_as_its_health_checks() -> None:
    changes, led = ends(DNS, True, 50, 20, 7, 30.0, 3, 0.0, 1.0, 0.0, 600.0, 15.0, 2.0)
    np.testing.assert_array_equal(led, np.repeat(changes[:, None], 20, axis=1))


def test_times() -> None:
    assert TIMES[0] == 1.0
    assert TIMES[-1] == HORIZON
    assert list(TIMES) == sorted(TIMES)
