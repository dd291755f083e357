"""What the prompts below the lab ask the reader to see is there to be seen."""

from typing import Any

import pytest

from scalelab.labs.single_server.migration import lab
from scalelab.models.single_server.migration import NO_TIME_OUT, lock_queue


def clicked(beginning: str) -> dict[str, float]:
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return dict(settings)


def rows(**changed: float) -> list[dict[str, Any]]:
    return lab.rows(lab.table(**lab.settled(changed)))


def here(**changed: float) -> dict[str, Any]:
    (row,) = [row for row in rows(**changed) if row["here"] == 1]
    return row


def endless(**changed: float) -> dict[str, Any]:
    (row,) = [row for row in rows(**changed) if row["out"] == 0]
    return row


def test_at_first_sight() -> None:
    """Without a time-out the table is out of use for more than a minute; with one of a minute
    for two."""
    expected = lock_queue(time_out_s=NO_TIME_OUT).chosen.expected
    assert expected is not None
    assert endless()["blocked"] == pytest.approx(expected.blocked_s, rel=0.1)
    minute = here(**clicked("A time-out of one minute"))
    assert minute["blocked"] > 1.4 * endless()["blocked"]


def test_one_second() -> None:
    row = here(**clicked("A time-out of one second"))
    assert row["blocked"] < 10.0
    assert 0.75 < row["through"] < 0.9
    assert row["full"] == 0.0
    assert row["tries"] > 8.0


def test_without_a_pause_the_tries_are_gone() -> None:
    assert here(**clicked("One second, and no pause"))["through"] < 0.3


def test_shorter_reports() -> None:
    short = clicked("Reports of 10 seconds")
    assert here(**short)["blocked"] < 0.3 * here(time_out_s=60.0)["blocked"]
    assert here(**short)["blocked"] > endless(**short)["blocked"]


def test_a_rewrite_is_under_the_lock_whatever_the_time_out() -> None:
    rewrite = clicked("The change rewrites")
    assert here(**rewrite)["blocked"] > 40.0
    assert here(**rewrite)["blocked"] < endless(**rewrite)["blocked"]
