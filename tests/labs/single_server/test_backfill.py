"""What the prompts below the lab ask the reader to see is there to be seen."""

from typing import Any

import pytest

from scalelab.labs.single_server.backfill import lab
from scalelab.theory.single_server.backfill import largest_batch


def clicked(beginning: str) -> dict[str, float]:
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return dict(settings)


def here(**changed: float) -> dict[str, Any]:
    found = lab.rows(lab.table(**lab.settled(changed)))
    (row,) = [row for row in found if row["here"] == 1]
    return row


def rewrite(**changed: float) -> dict[str, Any]:
    found = lab.rows(lab.table(**lab.settled(changed)))
    (row,) = [row for row in found if row["rewrite"] == "yes"]
    return row


def test_at_first_sight() -> None:
    """Twelve times as long, and one request waits in place of ten thousand."""
    assert here()["duration"] == pytest.approx(620.0, abs=1.0)
    assert here()["delayed"] == pytest.approx(1.2)
    assert rewrite()["duration"] == pytest.approx(50.0)
    assert rewrite()["delayed"] == pytest.approx(10_000.0)


def test_the_replica_falls_behind_from_15_750_rows_on() -> None:
    assert largest_batch(50_000.0, 30_000.0, 0.21) == pytest.approx(15_750.0)
    assert here()["lag_s"] < 0.1
    assert here(**clicked("Batches of 20,000"))["lag_s"] > 20.0


def test_no_pause() -> None:
    assert here(**clicked("No pause"))["lag_s"] > 100.0


def test_small_batches_take_hours() -> None:
    small = here(**clicked("Batches of 100 rows"))
    assert small["duration"] > 5 * 3600
    assert small["added_p99"] < 12.0


def test_a_faster_replica() -> None:
    large = here(**clicked("A replica that repeats"))
    assert large["lag_s"] == 0.0
    assert large["hold"] > 4.0
    assert large["delayed"] > 40.0


def test_a_billion_rows() -> None:
    billion = clicked("A billion rows")
    assert here(**billion)["duration"] == pytest.approx(62_000.0, rel=0.01)
    assert rewrite(**billion)["duration"] == pytest.approx(5000.0)
