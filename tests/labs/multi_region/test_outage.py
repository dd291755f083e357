"""What the prompts below the lab ask the reader to see is there to be seen."""

import numpy as np
import pytest

from scalelab.facts import latency as facts
from scalelab.kernels.multi_region.outage import PART, REGION
from scalelab.labs.multi_region.outage import ASYNC, LEADERLESS, LOCAL, MAJORITY, lab
from scalelab.models.multi_region.outage import STRATEGIES, simulate
from scalelab.models.storage.consistency import AWS


def readings(**changed: float) -> dict[str, float]:
    settings = lab.settled(changed)
    table = lab.table(**settings)
    found = {r.name: lab.read(r, table, settings) for r in lab.readings}
    return {name: value for name, value in found.items() if value is not None}


def after(beginning: str) -> dict[str, float]:
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return readings(**settings)


def test_at_first_sight() -> None:
    """The failover throws away ten times what the lag says; all ways fail in another manner."""
    found = readings()
    lag_s = lab.defaults["lag_ms"] / 1e3
    writes = 5 * lab.defaults["request_rate"] * lab.defaults["write_share"]
    assert found["lost_async"] > 6 * writes * lag_s
    assert found["fewest"] < found["lost_async"] < found["most"]
    assert found["lost_majority"] == found["lost_local"] == 0.0
    assert found["refused_majority"] > found["refused_leaderless"] > found["refused_async"] > 100
    assert found["refused_local"] == 0.0
    assert found["conflicts"] > 150
    assert found["there_async"] == found["there_local"] == 0.0
    assert found["there_majority"] == found["there_leaderless"] == 1.0
    assert found["majority_during"] > 1.4 * found["majority_before"]


def test_the_question_is_about_the_defaults() -> None:
    asked, d = lab.prediction, lab.defaults
    assert f"cut off for {d['break_s']} s" in asked.question
    assert d["detection_s"] + d["promotion_s"] == 20
    assert d["lag_ms"] == 1000
    assert d["n_regions"] * d["request_rate"] * d["write_share"] == pytest.approx(10.0)
    assert d["hit"] == d["leader"]
    answer = readings()["lost_async"]
    assert answer < 0.35 * asked.high


def test_nobody_takes_over() -> None:
    before, patient = readings(), after("Give up the leader only")
    assert patient["lost_async"] == 0.0
    assert patient["refused_async"] > 1.5 * before["refused_async"]
    assert patient["lost_majority"] == before["lost_majority"]
    assert patient["refused_majority"] == before["refused_majority"] > patient["refused_async"]


def test_lost_for_good() -> None:
    found = after("The leader's region is lost")
    assert 4.0 < found["lost_async"] < 16.0
    assert 0.3 < found["lost_local"] < 4.0
    # All of the virtue is luck: if another region is lost, one leader loses nothing.
    elsewhere = readings(incident=0, hit=1)
    assert elsewhere["lost_async"] == 0.0 < elsewhere["lost_local"]


def test_a_slow_leader_is_worse_than_a_lost_one() -> None:
    lost, slow = after("The leader's region is lost"), after("The leader's region is only slow")
    assert slow["refused_majority"] > 8 * lost["refused_majority"]
    assert slow["majority_during"] > 3 * slow["majority_before"]
    # A quorum that nobody leads waits for others.
    assert slow["refused_leaderless"] == 0.0
    # Those refused are the far ones, not those of the region that is slow.
    assert slow["there_majority"] == 0.0


def test_one_answer_is_enough() -> None:
    before, loose = readings(), after("Leaderless with one answer")
    assert loose["refused_leaderless"] == 0.0 < before["refused_leaderless"]
    assert loose["stale_leaderless"] > 0.03 > before["stale_leaderless"]


def test_constants_and_names_are_the_facts() -> None:
    given = [value for name, value in lab.constants.items() if name.startswith("round_trip")]
    assert tuple(given) == AWS.pairs
    assert lab.constants["local_ms"] == facts.DATA_CENTRE_ROUND_TRIP.value
    assert (ASYNC, MAJORITY, LEADERLESS, LOCAL) == STRATEGIES


def test_the_timeline_says_when_something_is_broken() -> None:
    names = [column.name for column in lab.columns]
    table = lab.table()
    begins, ends, now, kind = (
        table[:, names.index(name)] for name in ("from", "to", "broken_now", "kind")
    )
    np.testing.assert_array_equal(now == 1, (begins >= 30) & (ends <= 72) & (kind == PART))
    for seconds in (c.values for c in lab.controls if c.name == "break_s"):
        # The shade begins and ends between two bars.
        assert all((30 + s) % 6 == 0 and 30 + s <= 180 for s in seconds)


def test_rows_for_the_regions_there_are() -> None:
    for n in (3, 4, 5):
        table = lab.table(n_regions=n)
        regions = table[table[:, 1] == REGION][:, 4]
        assert sorted(set(regions)) == list(range(n))
    assert len(lab.table()) <= 150


def test_the_model_gives_the_lab_s_numbers() -> None:
    before = readings()
    assert before["lost_async"] == simulate(ASYNC).writes_lost
    assert before["conflicts"] == simulate(LOCAL).conflicts
    assert before["majority_during"] == simulate(MAJORITY).during_ms
    assert before["refused_leaderless"] == simulate(LEADERLESS).requests_refused
