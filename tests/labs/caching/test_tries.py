"""What the prompts below the labs ask the reader to see is there to be seen."""

from typing import Any

import pytest

from scalelab.facts.latency import (
    DATA_CENTRE_ROUND_TRIP,
    DISK_SEEK,
    EDGE_ROUND_TRIP,
    VIRGINIA_IRELAND_ROUND_TRIP,
)
from scalelab.labs.caching import freshness, latency, multi_level, stampede
from scalelab.models.caching.multi_level import simulate
from scalelab.web.lab import Lab


def readings(lab: Lab, **changed: float) -> dict[str, float]:
    settings = lab.settled(changed)
    table = lab.table(**settings)
    found = {r.name: lab.read(r, table, settings) for r in lab.readings}
    return {name: value for name, value in found.items() if value is not None}


def after(lab: Lab, beginning: str) -> dict[str, float]:
    """The readings when the prompt that begins so has been clicked."""
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return readings(lab, **settings)


def test_latency() -> None:
    lab = latency.lab
    before, halved = readings(lab), after(lab, "Halve the misses")
    assert halved["mean"] < 0.65 * before["mean"]
    assert halved["p99"] > 0.65 * before["p99"]
    # The cliff of the p99 is at 99 %, where the slowest in a hundred becomes a hit.
    assert readings(lab, hit_ratio=0.985)["p99"] > 10 * DATA_CENTRE_ROUND_TRIP.value
    assert after(lab, "Where does the p99")["p99"] == DATA_CENTRE_ROUND_TRIP.value
    # Below 75 % the database cannot keep up.
    assert readings(lab, hit_ratio=0.76)["mean"] < 50.0
    deployment = after(lab, "A deployment empties")
    assert deployment["utilisation"] > 1.0
    assert deployment["mean"] > 200.0
    assert deployment["timed_out"] > 0.01
    # Five times the requests need 95 %.
    assert after(lab, "The flash sale")["utilisation"] == pytest.approx(2.0)
    assert readings(lab, request_rate=10_000, hit_ratio=0.94)["timed_out"] > 0.0
    assert readings(lab, request_rate=10_000, hit_ratio=0.96)["timed_out"] == 0.0


def test_freshness() -> None:
    lab = freshness.lab
    before, shorter = readings(lab), after(lab, "A time to live of 30 s")
    assert 0.01 < before["hits_ttl"] - shorter["hits_ttl"] < 0.03
    assert before["old_ttl"] - shorter["old_ttl"] > 0.2
    late = after(lab, "The delete takes 100 s")
    assert before["old_aside"] < 0.001
    assert late["old_aside"] > 0.1
    race = after(lab, "Slow fetches and many changes")
    assert race["old_aside"] > 5 * race["old_lease"]
    assert set(race) == {"old_aside", "old_lease"}
    behind = after(lab, "Write-behind is never old")
    assert behind["at_risk"] > 20 * before["at_risk"]


def test_stampede() -> None:
    lab = stampede.lab
    before = readings(lab)
    assert before["none"] > 40.0 > before["per_server"] > before["early"] > before["lease"] == 1.0
    assert after(lab, "Halve the database")["none"] > 3 * before["none"]
    assert after(lab, "32 application servers")["per_server"] > 2.5 * before["per_server"]
    assert after(lab, "Twice as eager")["early"] < 0.6 * before["early"]
    stale = after(lab, "A lease, or the old value")
    assert stale["lease"] == stale["stale"] == 1.0
    assert stale["wait_lease"] > 30.0
    assert stale["wait_stale"] == 0.0


def test_multi_level() -> None:
    lab = multi_level.lab
    before = readings(lab)
    without = after(lab, "Switch the CDN off")
    assert without["application"] > 2 * before["application"]
    assert without["stored"] == pytest.approx(before["stored"], rel=0.05)
    assert without["origin"] > 1.5 * before["origin"]
    personal = after(lab, "Half of the answers are personal")
    assert personal["application"] > 1.5 * before["application"]
    after(lab, "Vary the browser")
    # What a larger browser answers, it takes from the CDN; the application does not notice.
    small, large = readings(lab, browser_size=0), readings(lab, browser_size=64)
    assert large["browser"] > 0.3
    assert small["cdn"] - large["cdn"] > 0.3
    assert small["outside"] == pytest.approx(large["outside"], abs=0.02)


@pytest.mark.parametrize("level", range(3))
def test_the_bar_as_set_is_one_of_the_varied(level: int) -> None:
    lab = multi_level.lab
    size = {0: "browser_size", 1: "cdn_size", 2: "application_size"}[level]
    (control,) = [c for c in lab.controls if c.name == size]
    table = lab.table(varied=level)
    values: Any = getattr(control, "values", ())
    assert sorted(set(table[5:, 1])) == list(values)
    (as_set,) = [row for row in table if row[0] == -1 and row[2] == 0]
    (same,) = [row for row in table if row[0] >= 0 and row[2] == 0 and row[1] == as_set[1]]
    assert as_set[3:].tolist() == same[3:].tolist()


@pytest.mark.parametrize(
    ("skew", "sizes"),
    [(1.0, (16, 128, 256)), (0.4, (64, 512, 256)), (1.4, (0, 1024, 16)), (0.7, (64, 1024, 1024))],
)
def test_the_lab_s_short_run_has_settled(skew: float, sizes: tuple[int, int, int]) -> None:
    constants = multi_level.lab.constants
    world = {name: int(constants[name]) for name in ("n_objects", "users", "edges", "buffer_size")}
    short, long = (
        simulate(*sizes, skew=skew, personal=0.2, n_requests=n, **world).shares
        for n in (int(constants["n_requests"]), 400_000)
    )
    assert short == pytest.approx(long, abs=0.015)


def test_times_are_the_facts() -> None:
    constants = multi_level.lab.constants
    assert constants["edge_ms"] == EDGE_ROUND_TRIP.value
    assert constants["origin_ms"] == VIRGINIA_IRELAND_ROUND_TRIP.value
    assert constants["network_ms"] == DATA_CENTRE_ROUND_TRIP.value
    assert constants["disk_ms"] == DISK_SEEK.value
    assert latency.lab.constants["cache_ms"] == DATA_CENTRE_ROUND_TRIP.value
