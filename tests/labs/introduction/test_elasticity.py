"""What the prompts below the lab ask the reader to see is there to be seen."""

import pytest

from scalelab.facts import elasticity as facts
from scalelab.labs.introduction.elasticity import lab


def readings(**changed: float) -> dict[str, float]:
    settings = lab.settled(changed)
    table = lab.table(**settings)
    found = {r.name: lab.read(r, table, settings) for r in lab.readings}
    return {name: value for name, value in found.items() if value is not None}


def after(beginning: str) -> dict[str, float]:
    """The readings when the prompt that begins so has been clicked."""
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return readings(**settings)


def test_at_first_sight() -> None:
    """Elastic costs what the mean costs and less than half of the peak; it loses the sale."""
    first = readings()
    assert first["elastic_hours"] < 0.5 * first["peak_hours"]
    assert first["elastic_hours"] == pytest.approx(first["mean_hours"], rel=0.05)
    assert first["peak_refused"] == 0.0
    assert first["elastic_refused"] > 300_000
    assert first["elastic_worst"] > 0.5
    assert first["mean_refused"] > 5 * first["elastic_refused"]
    # Told, it serves what is planned, for a few machine-hours; chance remains.
    assert first["told_refused"] < 0.1 * first["elastic_refused"]
    assert 0.0 < first["told_hours"] - first["elastic_hours"] < 10.0


def test_a_day_without_a_sale() -> None:
    usual = readings(sale=1.0)
    assert 0.6 < usual["elastic_hours"] / usual["peak_hours"] < 0.7
    assert usual["elastic_refused"] == usual["told_refused"] < 0.1 * readings()["elastic_refused"]


def test_the_question_says_what_is_so() -> None:
    rows = [row for row in lab.rows(lab.table()) if row["hour"] == 10.0 and row["kind"] == 2]
    (before,) = rows
    assert before["demand"] == pytest.approx(7.0, abs=0.2)
    assert before["elastic"] == pytest.approx(10.0, abs=0.5)
    assert lab.defaults["sale"] == 3.0
    assert lab.defaults["boot_s"] == 300
    assert lab.constants["measure_s"] == 60.0
    # What the question lets one work out: 1,100 missing for six minutes.
    assert readings()["elastic_refused"] == pytest.approx(1100 * 360, rel=0.1)


def test_machines_that_boot_in_half_a_minute() -> None:
    fast = after("Machines that serve after 30 seconds")
    first = readings()
    assert fast["elastic_refused"] < 0.3 * first["elastic_refused"]
    assert fast["elastic_refused"] > 50_000  # it still takes a minute to notice
    assert fast["elastic_worst"] > 0.9 * first["elastic_worst"]
    assert fast["elastic_hours"] == first["elastic_hours"]


def test_a_sale_that_rises_slowly() -> None:
    slow = after("The newsletter goes out in parts")
    assert slow["elastic_refused"] < 0.1 * readings()["elastic_refused"]
    # What remains are the bursts, which take those who are told as well.
    assert slow["elastic_refused"] < 2 * slow["told_refused"]


def test_head_room() -> None:
    """It saves most of the sale at twice the cost, and then the mean does as well."""
    first = readings()
    half = after("Twice the machines")
    assert half["elastic_hours"] == pytest.approx(2 * first["elastic_hours"], rel=0.05)
    assert half["elastic_refused"] < 0.2 * first["elastic_refused"]
    assert half["mean_hours"] < half["elastic_hours"]
    assert half["mean_refused"] < half["elastic_refused"]


def test_elastic_and_not_scalable() -> None:
    full = after("The database is full at 20 machines")
    first = readings()
    assert min(full[f"{name}_refused"] for name in ("mean", "peak", "elastic", "told")) > 1_000_000
    assert full["elastic_refused"] > 3 * first["elastic_refused"]
    assert full["elastic_hours"] < first["elastic_hours"]


def test_measured_times_to_start_are_the_facts() -> None:
    (text,) = [c.help for c in lab.controls if c.name == "boot_s"]
    for fact in (facts.BORG_TASK_START, facts.EC2_LINUX_START, facts.EC2_WINDOWS_START):
        assert f"{fact.value:.0f} s" in text
        assert fact.date in text


def test_a_whole_day_at_the_most_machines_is_their_number() -> None:
    assert readings(most=10)["peak_hours"] == 240.0


def test_the_table_is_small() -> None:
    assert len(lab.table()) < 150
