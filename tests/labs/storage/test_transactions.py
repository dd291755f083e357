"""What the prompts below the lab ask the reader to see is there to be seen."""

import numpy as np
import pytest

from scalelab.facts.latency import DATA_CENTRE_ROUND_TRIP, VIRGINIA_IRELAND_ROUND_TRIP
from scalelab.labs.storage.transactions import ALONE, FAR, NEAR, lab
from scalelab.models.storage.transactions import SYSTEMS
from scalelab.theory.storage import transactions as theory

NAMES = [column.name for column in lab.columns]


def chosen(**changed: float) -> dict[str, dict[str, float]]:
    """Of each system, the row at the share that is set."""
    table = lab.table(**changed)
    rows = table[table[:, NAMES.index("chosen")] == 1]
    return {
        name: dict(zip(NAMES, row, strict=True)) for name, row in zip(SYSTEMS, rows, strict=True)
    }


def after(beginning: str) -> dict[str, dict[str, float]]:
    """The same when the prompt that begins so has been clicked."""
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return chosen(**settings)


def test_at_first_sight() -> None:
    """One in ten across the Atlantic leaves a third of the commits, and the p50 does not move."""
    found = chosen()
    assert found[ALONE]["committed"] == pytest.approx(200 / 1.4, rel=0.03)
    assert found[NEAR]["committed"] > 0.9 * found[ALONE]["committed"]
    assert found[FAR]["committed"] < 0.4 * found[ALONE]["committed"]
    assert found[FAR]["committed"] < found[FAR]["ceiling"] < 60.0
    assert found[FAR]["p50"] == found[ALONE]["p50"] == 2.0
    assert found[FAR]["p99"] > VIRGINIA_IRELAND_ROUND_TRIP.value
    # Whoever stays in one shard is refused as often as the others.
    assert found[FAR]["bystanders"] == pytest.approx(found[FAR]["aborted"], abs=0.02)
    assert found[FAR]["lowest"] < found[FAR]["committed"] < found[FAR]["highest"]


def test_the_question() -> None:
    """It says what the lab shows, and the closed form has the same answer."""
    found, settings = chosen(), lab.defaults
    assert settings["request_rate"] == 200
    assert settings["cross_share"] == 0.1
    assert found[ALONE]["hold"] == 2.0
    assert "about 140 a second" in lab.prediction.question
    assert found[ALONE]["committed"] == pytest.approx(140.0, rel=0.04)
    hold = theory.mixed(0.1, 2.0, theory.hold_ms(1.0, 1.0, 80.55, 0.5, 2))
    expected = 200.0 * (1.0 - theory.abort_probability(0.2 * hold))
    assert found[FAR]["committed"] == pytest.approx(expected, rel=0.08)
    middle = 0.5 * (lab.prediction.low + lab.prediction.high)
    assert found[FAR]["committed"] < 0.65 * middle


def test_all_cross() -> None:
    found = after("All orders cross")
    assert found[FAR]["committed"] == pytest.approx(6.0, abs=0.5)
    assert found[NEAR]["committed"] > 12.0 * found[FAR]["committed"]
    assert found[FAR]["p50"] > 80.0


def test_messages_cost_little() -> None:
    before, found = chosen(), after("Ten participants")
    assert found[FAR]["committed"] == pytest.approx(before[FAR]["committed"], rel=0.06)
    assert found[NEAR]["committed"] > 0.95 * before[NEAR]["committed"]


def test_tries() -> None:
    before, found = chosen(), after("Clients try three more times")
    assert before[FAR]["committed"] < found[FAR]["committed"] < 1.05 * found[FAR]["ceiling"]
    assert found[FAR]["committed"] > 0.85 * found[FAR]["ceiling"]
    assert found[FAR]["p99"] > 3.0 * before[FAR]["p99"]
    assert found[FAR]["attempts"] > 3.0


def test_crashes() -> None:
    before, found = chosen(cross_share=1.0), after("All cross shards, and one coordinator")
    assert found[NEAR]["committed"] < 0.8 * before[NEAR]["committed"]
    assert found[FAR]["committed"] > 0.85 * before[FAR]["committed"]
    # It is the mean of the locks that counts: 5 ms more, on 6.5 or on 167.
    for system in (NEAR, FAR):
        assert found[system]["hold"] - before[system]["hold"] == pytest.approx(5.0, abs=0.2)


def test_throughput_falls_from_the_first_per_cent_and_latency_at_half() -> None:
    table = lab.table()
    far = table[(table[:, 0] == SYSTEMS.index(FAR)) & (table[:, NAMES.index("chosen")] == 0)]
    committed, p50 = far[:, NAMES.index("committed")], far[:, NAMES.index("p50")]
    assert (np.diff(committed) < 0.0).all()
    assert committed[1] < 0.85 * committed[0]  # at 1 %
    share = far[:, 1]
    assert (p50[share < 0.48] == 2.0).all()
    assert (p50[share > 0.55] > 80.0).all()


def test_times_are_the_facts() -> None:
    assert lab.constants["near_ms"] == DATA_CENTRE_ROUND_TRIP.value
    assert lab.defaults["round_trip_ms"] == VIRGINIA_IRELAND_ROUND_TRIP.value


def test_no_more_rows_than_there_are() -> None:
    assert np.array_equal(lab.table(rows=2, touched=5), lab.table(rows=2, touched=2))


def test_nobody_in_one_shard_is_a_dash() -> None:
    settings = lab.settled({"cross_share": 1.0})
    assert "in one shard, –." in lab.sentence(lab.table(**settings), settings)
