"""What the prompts below the lab ask the reader to see is there to be seen."""

from typing import Any

import pytest

from scalelab.labs.separate_database.memory import lab
from scalelab.models.separate_database.memory import (
    APART,
    ARRANGEMENTS,
    DISK,
    ONE_MACHINE,
    VCPUS,
    database,
)


def clicked(beginning: str) -> dict[str, float]:
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return dict(settings)


def here(arrangement: str, **changed: float) -> dict[str, Any]:
    rows = lab.rows(lab.table(**lab.settled(changed)))
    (row,) = [row for row in rows if row["arrangement"] == arrangement and row["here"] == 1]
    return row


def gain(**changed: float) -> float:
    return float(here(APART, **changed)["most"] / here(ONE_MACHINE, **changed)["most"])


def test_at_first_sight() -> None:
    """The question's numbers; the move is enough for what comes, and the disk stays the limit."""
    one, apart = here(ONE_MACHINE), here(APART)
    assert f"{one['cache']:.0f} {one['hit']:.0%} {one['most']:.0f}" == "9 64% 274"
    assert f"{apart['cache']:.0f} {apart['cpu_most']:.0f}" == "15 571"
    assert one["most"] < one["come"] < apart["most"]
    assert one["full_first"] == apart["full_first"] == DISK
    for arrangement in ARRANGEMENTS:
        assert here(arrangement)["most"] == database(16.0, arrangement).possible_per_s


def test_one_large_machine_does_more_than_two_small_ones() -> None:
    large = clicked("One machine of 32 GiB")
    assert here(ONE_MACHINE, **large)["most"] > here(APART)["most"]
    assert here(ONE_MACHINE, **large)["full_first"] == VCPUS
    assert gain(**large) == pytest.approx(10.0 / 7.0)


def test_small_machines_gain_more() -> None:
    assert gain(**clicked("Machines of 8 GiB")) > 1.6 > 1.45 > gain()


def test_twice_the_data() -> None:
    found = here(APART, **clicked("A year later"))
    assert 0.5 < found["most"] / here(APART)["most"] < 0.75
    assert found["possible"] == "no"


def test_a_fast_disk() -> None:
    fast = clicked("A disk of 16,000")
    assert {here(a, **fast)["full_first"] for a in ARRANGEMENTS} == {VCPUS}
    assert here(ONE_MACHINE, **fast)["most"] > here(APART)["most"]


def test_above_ninety_per_cent_and_full() -> None:
    found = here(APART, **clicked("Machines of 32 GiB"))
    assert found["hit"] > 0.9
    assert found["full_first"] == DISK
    assert found["most"] < 0.8 * found["cpu_most"]
