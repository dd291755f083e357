import doctest
import math
from typing import Any

import numpy as np
import pytest

from scalelab.facts.places import AREAS, CONTINENTS
from scalelab.kernels.multi_region.routing import N_REGIONS, N_TIMES
from scalelab.kernels.multi_region.routing import routing as kernel
from scalelab.models.multi_region import latency, routing
from scalelab.models.multi_region.latency import REGION_NAMES, great_circle_km, mask_of
from scalelab.models.multi_region.routing import (
    CACHES,
    EVERYBODY,
    REROUTES,
    WAYS,
    simulate,
    spare_needed,
)
from scalelab.theory.multi_region.routing import (
    detection,
    dns_failed,
    dns_stuck,
    equal_spare,
    spread_spare,
)

NAN = float("nan")
FIVE = ("Virginia", "Frankfurt", "Mumbai", "Singapore", "Tokyo")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("holders", (-0.1, 1.1, NAN)), ("far_resolvers", (1.1,)), ("detours", (-0.1,)),
        ("hit_ratio", (-0.1, 1.0)), ("ttl_s", (-1.0, 90_000.0)), ("check_s", (0.0, 4000.0)),
        ("checks", (0, 101)), ("spare", (-0.1, 101.0)), ("lookups", (0.0, 1e7)),
        ("hold_s", (0.0, 1e7)), ("convergence_s", (-1.0, 4000.0)), ("timeout_s", (-1.0, 4000.0)),
        ("round_trips", (0, 101)), ("stretch", (0.9, 11.0)), ("last_mile_ms", (-1.0, 1001.0)),
        ("server_ms", (-1.0, 60_001.0)), ("n_runs", (0, 100_001)), ("n_resolvers", (0, 100_001)),
    ],
)  # fmt: skip
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            simulate(FIVE, "Tokyo", **given)


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"^region is 'Atlantis', allowed are Virginia, .*Cape"):
        simulate(["Virginia", "Atlantis"], "Virginia")
    with pytest.raises(ValueError, match=r"^dead is 'Oregon', allowed are Virginia, .*Tokyo"):
        simulate(FIVE, "Oregon")
    for name, allowed in (("way", WAYS), ("reroute", REROUTES), ("cache", CACHES)):
        given: dict[str, Any] = {name: "Nobody"}
        with pytest.raises(ValueError, match=rf"^{name} is 'Nobody', allowed are {allowed[0]}, "):
            simulate(FIVE, "Tokyo", **given)
    with pytest.raises(ValueError, match=r"^way is 'Nobody', allowed are DNS"):
        spare_needed(FIVE, "Nobody")
    with pytest.raises(ValueError, match=r"^number of regions is 1, allowed is 2 to 12"):
        spare_needed(["Tokyo"])
    with pytest.raises(ValueError, match=r"^detours is 20, allowed is 0.0 to 1.0; a share, not"):
        spare_needed(FIVE, detours=20)
    with pytest.raises(ValueError, match=r"^share is 99, allowed is 0.0 to 1.0; a share, not"):
        simulate(FIVE, "Tokyo").led_within(99)
    with pytest.raises(ValueError, match=r"^n_runs \* n_resolvers is 100000000, allowed is 1 to"):
        simulate(FIVE, "Tokyo", n_runs=10_000, n_resolvers=10_000)


def test_examples() -> None:
    assert doctest.testmod(routing).failed == 0


@pytest.mark.parametrize("way", WAYS)
def test_ends_of_the_ranges(way: str) -> None:
    for ttl, check, hit, hold in ((0.0, 0.1, 0.0, 1.0), (86_400.0, 3600.0, 0.99, 1e6)):
        found = simulate(
            REGION_NAMES, "Tokyo", way, ttl, check, 1.0, hit_ratio=hit, hold_s=hold,
            convergence_s=0.0, n_runs=2, n_resolvers=2,
        )  # fmt: skip
        assert np.isfinite(found.led_s).all()
        assert 0.0 <= found.refused <= 1.0


@pytest.mark.parametrize(("ttl", "lookups"), [(60.0, 1.0), (300.0, 0.01)])
def test_dns_is_as_slow_as_in_theory(ttl: float, lookups: float) -> None:
    found = simulate(FIVE, "Tokyo", ttl_s=ttl, lookups=lookups, n_runs=4000, n_resolvers=5)
    exact = dns_failed(30.0, 3, ttl, lookups, 0.1, 600.0)
    error = float(np.std(found.led_s.mean(axis=1))) / math.sqrt(4000)
    assert found.failed_s == pytest.approx(exact, abs=4.0 * error)
    error = float(np.std(found.declared_s)) / math.sqrt(4000)
    assert found.declared_s.mean() == pytest.approx(detection(30.0, 3), abs=4.0 * error)
    for time in (70.0, 100.0, 200.0, 900.0):
        late = (found.led_s > time).mean(axis=1)
        error = float(np.std(late)) / math.sqrt(4000)
        assert found.stuck(time) == pytest.approx(
            dns_stuck(time, 30.0, 3, ttl, lookups, 0.1, 600.0), abs=4.0 * error
        )


def test_anycast_and_the_app() -> None:
    anycast = simulate(FIVE, "Tokyo", "Anycast", n_runs=4000, n_resolvers=5)
    error = float(np.std(anycast.led_s.mean(axis=1))) / math.sqrt(4000)
    assert anycast.failed_s == pytest.approx(75.0 + 15.0, abs=4.0 * error)
    app = simulate(FIVE, "Tokyo", "App")
    assert app.failed_s == app.led_within(0.99) == 2.0
    assert app.stuck(1.9) == 1.0
    assert app.stuck(2.0) == 0.0


@pytest.mark.parametrize("reroute", REROUTES)
@pytest.mark.parametrize("way", WAYS)
def test_users_who_are_drawn_go_the_same_way(way: str, reroute: str) -> None:
    """Each user drawn, with a resolver or a route of their own, and sent on one by one."""
    chance, n = np.random.default_rng(3), 40_000
    people = np.array([area.million for area in AREAS])
    km = np.array(
        [
            [great_circle_km(a.latitude, a.longitude, r.latitude, r.longitude)
             for r in latency.REGIONS if r.name in FIVE]
            for a in AREAS
        ]
    )  # fmt: skip
    names = [name for name in REGION_NAMES if name in FIVE]
    user = chance.choice(len(AREAS), n, p=people / people.sum())
    place = user.copy()
    if way == "DNS":
        far = chance.random(n) < 0.1
        place[far] = chance.choice(len(AREAS), int(far.sum()), p=people / people.sum())
    order = np.argsort(km[place], axis=1)
    detour = (chance.random(n) < 0.2) & (way == "Anycast")
    to = np.where(detour, order[:, 1], order[:, 0])
    dead = names.index("Tokyo")
    alive = np.where(order[:, 0] == dead, order[:, 1], order[:, 0])
    later = np.where(to == dead, alive, to)
    if reroute == REROUTES[1]:
        staying = to[to != dead]
        later = np.where(to == dead, chance.choice(staying, n), to)
    found = simulate(FIVE, "Tokyo", way, reroute=reroute)
    for i, name in enumerate(names):
        for drawn, share in ((to, found.before[name]), (later, found.after.get(name, 0.0))):
            error = math.sqrt(share * (1.0 - share) / n)
            assert np.mean(drawn == i) == pytest.approx(share, abs=4.0 * error)


def test_the_app_waits_like_the_nearest_region_of_the_latency_lab() -> None:
    nearest = latency.simulate(FIVE)
    found = simulate(FIVE, "Tokyo", "App")
    left = latency.simulate([name for name in FIVE if name != "Tokyo"])
    for continent in (*CONTINENTS, None):
        waits = found.waits[continent or EVERYBODY]
        exact = [some.quantile(q, continent) for some in (nearest, left) for q in (0.5, 0.99)]
        assert waits == pytest.approx(exact, abs=0.003)


def test_the_lab_s_table_shows_the_same_world() -> None:
    found = simulate(FIVE, "Tokyo", hit_ratio=0.5, cache=CACHES[1])
    rows = kernel(
        mask_of(FIVE), REGION_NAMES.index("Tokyo"), 0, 60.0, 30.0, 0.1, 0, 0.25, 0.5, 1, 0.1, 0.2,
        3, 1.0, 600.0, 15.0, 2.0, 60.0, 4.0, 1.8, 15.0, 50.0, 20, 100, 1,
    )  # fmt: skip
    gone = found.before["Tokyo"]
    for row in rows[:N_TIMES]:
        assert row[3] == pytest.approx(gone * found.stuck(row[2]))
    for row, name in zip(rows[3 * N_TIMES :], REGION_NAMES, strict=False):
        assert row[9] == found.before.get(name, 0.0)
        assert row[10] == found.after.get(name, 0.0)
    last = rows[3 * N_TIMES + N_REGIONS + len(CONTINENTS)]
    assert tuple(last[14:18]) == found.waits[EVERYBODY]
    assert tuple(rows[-4:, 25]) == tuple(vars(spare_needed(FIVE)).values())


def test_spare_capacity() -> None:
    for way in WAYS:
        before = simulate(FIVE, "Tokyo", way).before
        need = spare_needed(FIVE, way)
        assert need.equal == equal_spare(5)
        assert need.spread == pytest.approx(spread_spare(before))
        assert need.equal < need.spread < need.nearest < need.same


def test_the_last_region() -> None:
    found = simulate(["Tokyo"], "Tokyo")
    assert found.after == {}
    assert found.before == {"Tokyo": pytest.approx(1.0)}
    assert found.failed_s == math.inf
    assert found.stuck(1e9) == 1.0
    assert found.refused == 0.0
