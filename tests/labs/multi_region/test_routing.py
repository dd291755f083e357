"""What the prompts below the lab ask the reader to see is there to be seen."""

import pytest

from scalelab.facts.routing import (
    ANYCAST_NOT_TO_THE_BEST,
    CHECK_INTERVAL,
    FLAVEL_TTL,
    RESOLVERS_THAT_EXTEND_TTL,
    STALE_AFTER_15_MINUTES,
    SWITCHED_WITHIN_A_MINUTE,
)
from scalelab.kernels.multi_region.routing import COLUMNS
from scalelab.labs.multi_region.routing import NAMES, lab
from scalelab.theory.multi_region.routing import dns_stuck_after


def readings(**changed: float) -> dict[str, float]:
    settings = lab.settled(changed)
    table = lab.table(**settings)
    found = {r.name: lab.read(r, table, settings) for r in lab.readings}
    assert None not in found.values()
    return {name: value for name, value in found.items() if value is not None}


def after(beginning: str, **changed: float) -> dict[str, float]:
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return readings(**{**settings, **changed})


def test_at_first_sight() -> None:
    """The failover works, and nearly all whom it saves are refused elsewhere."""
    found = readings()
    assert 0.85 * found["gone"] < found["refused"] < found["gone"]
    assert found["full"] > 2.5
    assert 1.0 < found["even"] < 1.1
    assert found["app_99"] == 2.0
    assert found["anycast_99"] < 200
    assert found["dns_99"] > 5 * found["anycast_99"]
    assert found["dns_half"] < 1.5 * found["anycast_half"]
    assert found["equal"] < found["spread"] < 0.5 * found["nearest"]


def test_the_question() -> None:
    found, question = readings(), lab.prediction
    assert f"{found['gone']:.0%}".replace("%", " %") in question.question
    assert question.low < found["refused"] < question.high
    assert abs(found["refused"] - 0.5 * (question.low + question.high)) > 0.2


def test_spread() -> None:
    """Nearly enough, and for ever farther away."""
    story, found = readings(), after("Spread Tokyo")
    assert 0.02 < found["refused"] < 0.06
    assert found["full"] == pytest.approx(found["even"])
    assert found["asia_p50_after"] > story["asia_p50_after"] > story["asia_p50_before"]
    assert readings(reroute=1, spare=0.35)["refused"] == 0.0


def test_time_to_live() -> None:
    """A minute less to live brings half of a minute, and to the last per cent nothing."""
    story, found = readings(), after("A time to live")
    assert 20 < story["dns_half"] - found["dns_half"] < 40
    assert abs(story["dns_99"] - found["dns_99"]) < 0.2 * story["dns_99"]
    assert readings(holders=0.0)["dns_99"] < 160
    # Health checks three times as often bring more, for both.
    often = readings(check=10)
    assert story["dns_half"] - often["dns_half"] > 40
    assert story["anycast_half"] - often["anycast_half"] > 40


def test_all_twelve() -> None:
    """The formula promises ever less spare capacity; neighbours want ever more."""
    story, found = readings(), after("All twelve")
    assert found["equal"] == pytest.approx(1.0 / 11.0)
    assert found["nearest"] > story["nearest"] > 7 * found["equal"]
    assert found["refused"] > 0.6 * found["gone"]


def test_caches() -> None:
    near, regions, story = readings(hit_ratio=0.8), after("A cache"), readings()
    assert near["refused"] == pytest.approx(0.2 * story["refused"])
    assert near["cold"] == near["full"] == pytest.approx(story["full"])
    assert regions["cold"] > 3.5 * regions["full"]
    assert regions["refused"] == pytest.approx(near["refused"], rel=0.1)  # warm an hour later
    table, settings = lab.table(hit_ratio=0.8, cache=1), lab.settled({})
    worst = max(row["refused"] for row in lab.rows(table) if row["kind"] == "Moment")
    assert float(worst) > 2 * regions["refused"]
    assert lab.sentence(table, settings)


def test_anycast_s_detours_and_far_resolvers() -> None:
    dns, anycast, app = (readings(way=way) for way in range(3))
    assert app["p50_before"] < dns["p50_before"] < anycast["p50_before"]
    assert app["p99_before"] < anycast["p99_before"] < dns["p99_before"]


def test_constants_are_what_was_measured() -> None:
    assert lab.constants["detours"] == ANYCAST_NOT_TO_THE_BEST.value
    assert lab.defaults["check"] == CHECK_INTERVAL.value
    held = (FLAVEL_TTL.value, float(lab.constants["lookups"]), float(lab.defaults["holders"]),
            float(lab.constants["hold"]))  # fmt: skip
    assert dns_stuck_after(60.0, *held) == pytest.approx(
        1.0 - SWITCHED_WITHIN_A_MINUTE.value, abs=0.015
    )
    assert dns_stuck_after(900.0, *held) == pytest.approx(STALE_AFTER_15_MINUTES.value, abs=0.005)
    assert RESOLVERS_THAT_EXTEND_TTL.value == pytest.approx(held[2], abs=0.02)


def test_names() -> None:
    table = lab.table()
    assert table.shape[1] == len(lab.columns) == COLUMNS
    assert len(NAMES) == len(set(NAMES))
    assert set(table[:, 1]) == set(range(len(NAMES)))
