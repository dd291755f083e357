"""What the prompts below the lab ask the reader to see is there to be seen."""

from typing import Any

import pytest

from scalelab.kernels.patterns.call_graph import CURVE, PER_LIMIT, REMEDY, SET, STUCK
from scalelab.labs.patterns.call_graph import THREE_NINES, lab
from scalelab.models.patterns.call_graph import REMEDIES


def clicked(beginning: str) -> dict[str, float]:
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return dict(settings)


def rows(kind: int, **changed: float) -> list[dict[str, Any]]:
    found = lab.rows(lab.table(**lab.settled(changed)))
    return [row for row in found if row["kind"] == kind]


def as_set(**changed: float) -> dict[str, Any]:
    (row,) = rows(SET, **changed)
    return row


def minutes(**changed: float) -> dict[str, float]:
    return {row["remedy"]: row["minutes"] for row in rows(REMEDY, **changed)}


def curve(services: int, **changed: float) -> dict[str, Any]:
    (row,) = [row for row in rows(CURVE, **changed) if row["services"] == services]
    return row


def test_at_first_sight_p99s_do_not_add_up_and_failures_do() -> None:
    found = as_set()
    assert found["p99"] == pytest.approx(407, abs=0.5)
    assert found["added"] == pytest.approx(1139, abs=0.5)
    assert found["minutes"] == pytest.approx(1296, abs=0.5)
    assert found["minutes"] > 29 * THREE_NINES


def test_at_once_is_not_a_sixth() -> None:
    found = as_set(**clicked("All six branches"))
    assert found["p99"] == pytest.approx(233, abs=0.5)
    # One chain alone is a sixth of the calls, and one branch less hardly helps.
    assert as_set(order=1, width=1)["p99"] == pytest.approx(141, abs=0.5)
    assert found["p99"] - found["without"] < 0.05 * found["p99"]
    assert as_set()["p99"] - as_set()["without"] > 0.1 * as_set()["p99"]


def test_five_needed_services_are_not_up_for_three_nines() -> None:
    found = minutes(**clicked("Five of the six"))
    assert found[REMEDIES[1]] == pytest.approx(218.7, abs=0.05)
    assert found[REMEDIES[1]] > 4.9 * THREE_NINES
    assert found[REMEDIES[2]] < THREE_NINES < found[REMEDIES[3]]
    assert found[REMEDIES[4]] == pytest.approx(0.5 * THREE_NINES, rel=0.01)


def test_a_queue_takes_branches_out_of_the_time() -> None:
    found = as_set(**clicked("They are left in a queue"))
    assert found["p99"] == pytest.approx(141, abs=0.5)
    assert found["minutes"] == pytest.approx(223.1, abs=0.05)


def test_six_in_a_row_or_fifty_at_once() -> None:
    settings = clicked("No call is slow")
    assert curve(6, **settings)["p99_turn"] > 1.5 * curve(50, **settings)["p99_once"]
    assert curve(6, order=1)["p99_turn"] < 0.7 * curve(50, order=1)["p99_once"]


def test_a_mesh_is_paid_for_each_call() -> None:
    settings = clicked("A service mesh")
    assert as_set(**settings)["p99"] - as_set()["p99"] == pytest.approx(79.5)
    assert as_set(**settings)["proxies"] == pytest.approx(79.5)
    assert as_set(**settings, order=1)["proxies"] == pytest.approx(13.25)


def test_a_deadline_saves_what_comes_after_the_queue() -> None:
    found = rows(STUCK, **clicked("One chain of six"))
    full = found[PER_LIMIT]
    assert full["wait"] == 300.0
    assert full["fixed"] == pytest.approx(1.0)
    assert full["passed"] == full["cancelled"] == 0.0
    early = found[PER_LIMIT // 2]
    assert early["fixed"] - early["passed"] < 0.01


def test_the_chart_is_a_chart_of_the_columns() -> None:
    assert {row["step"] for row in rows(STUCK)} == set(range(len(rows(STUCK))))
