"""What the prompts below the lab ask the reader to see is there to be seen."""

from typing import Any

import pytest

from scalelab.kernels.trade_offs.cap import COMPONENT, LOSS, SET
from scalelab.labs.trade_offs.cap import lab
from scalelab.models.trade_offs.cap import WAYS, WORKLOADS

REFUSE, LAST, MERGE, LIMIT = WAYS


def clicked(beginning: str) -> dict[str, float]:
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return dict(settings)


def rows(kind: int, **changed: float) -> list[dict[str, Any]]:
    found = lab.rows(lab.table(**lab.settled(changed)))
    return [row for row in found if row["kind"] == kind]


def usd(**changed: float) -> dict[str, float]:
    return {row["way"]: row["usd"] for row in rows(SET, **changed)}


def counts(way: str, **changed: float) -> dict[str, float]:
    return {row["what"]: row["count"] for row in rows(LOSS, **changed) if row["way"] == way}


def test_at_first_sight_last_writer_is_dearer_than_refusing() -> None:
    found = usd()
    assert found[REFUSE] == pytest.approx(1391, abs=0.5)
    assert found[LAST] > 2.5 * found[REFUSE] > 5.0 * found[MERGE] > 50.0 * found[LIMIT]
    assert "1,391 USD" in lab.prediction.question


def test_each_kind_of_data_has_its_own_way() -> None:
    best = {row["workload"]: row["way"] for row in rows(COMPONENT) if row["best"] == "yes"}
    assert best == dict(zip(WORKLOADS, (MERGE, MERGE, LIMIT, REFUSE), strict=True))


def test_a_feed_is_for_merging_at_any_price() -> None:
    settings = clicked("A social feed")
    for factor in (0.1, 1.0, 100.0):
        found = usd(**settings, factor=factor)
        assert min(found.values()) == found[MERGE] < 1.0
    found = usd(**settings)
    assert found[LAST] > found[REFUSE]


def test_carts_to_put_right() -> None:
    settings = clicked("Carts")
    assert counts(MERGE, **settings)["Put right"] > 1400
    assert usd(**settings)[MERGE] < 0.1 * usd(**settings)[REFUSE]


def test_thieves_make_payments_dear() -> None:
    settings = clicked("Payments. Who")
    assert counts(MERGE, **settings)["Put right"] == pytest.approx(7.2, abs=0.01)
    found = usd(**settings)
    assert min(found.values()) == found[REFUSE]


def test_one_payment_each_is_cheaper_than_none() -> None:
    found = usd(**clicked("Payments with a limit"))
    assert min(found.values()) == found[LIMIT]
    assert found[LIMIT] < 0.3 * found[REFUSE]


def test_a_flash_sale() -> None:
    found = usd(**clicked("A flash sale"))
    assert min(found.values()) == found[LIMIT]
    assert found[MERGE] > found[REFUSE]


def test_a_short_cut_is_kind_to_the_last_writer() -> None:
    found = usd(**clicked("Orders, cut off for half"))
    assert found[LAST] < found[REFUSE]
