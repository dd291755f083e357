"""What the prompts below the lab ask the reader to see is there to be seen."""

from typing import Any

import pytest

from scalelab.kernels.patterns.saga import DAY, ORDER, SALE
from scalelab.labs.patterns.saga import lab
from scalelab.models.patterns.saga import OUTCOMES, PAYMENT_FIRST, STOCK_FIRST, TWO_PHASE, WAYS

UNDONE, TURNED_AWAY, DELAYED, HALF_DONE, BOUGHT, LOST, REFUNDED = OUTCOMES


def clicked(beginning: str) -> dict[str, float]:
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return dict(settings)


def rows(kind: int, **changed: float) -> list[dict[str, Any]]:
    found = lab.rows(lab.table(**lab.settled(changed)))
    return [row for row in found if row["kind"] == kind]


def values(kind: int, **changed: float) -> dict[tuple[str, str], float]:
    return {(row["way"], row["what"]): row["value"] for row in rows(kind, **changed)}


def cheapest(**changed: float) -> dict[str, Any]:
    (found,) = [row for row in rows(ORDER, **changed) if row["best"] == 1.0]
    return found


def test_at_first_sight_payment_first_undoes_less_and_costs_more() -> None:
    by_order = {row["steps"]: row for row in rows(ORDER)}
    last, first = by_order["stock, account, payment"], by_order["payment, stock, account"]
    assert last["value"] > 4.5 * first["value"]
    assert first["usd"] > 2.7 * last["usd"]
    assert cheapest()["steps"] == "account, stock, payment"


def test_two_phase_commit_turns_away_four_times_as_many() -> None:
    found = values(DAY)
    assert found[TWO_PHASE, TURNED_AWAY] > 3.99 * found[STOCK_FIRST, TURNED_AWAY]
    assert found[TWO_PHASE, UNDONE] == 0.0
    assert found[TWO_PHASE, HALF_DONE] == pytest.approx(1.2, abs=0.05)


def test_a_cheap_payment_goes_first() -> None:
    found = cheapest(**clicked("A payment that can be undone"))
    assert found["steps"] == "payment, account, stock"


def test_giving_up_soon_is_hardly_better_than_two_phase_commit() -> None:
    found = values(DAY, **clicked("Sagas that give up"))
    assert found[STOCK_FIRST, TURNED_AWAY] > 0.99 * found[TWO_PHASE, TURNED_AWAY]
    assert 0.05 < found[STOCK_FIRST, HALF_DONE] < 0.2 * found[TWO_PHASE, HALF_DONE]
    assert found[STOCK_FIRST, DELAYED] < 10.0


def test_two_nines() -> None:
    found = values(DAY, **clicked("Parts with two"))
    assert found[TWO_PHASE, TURNED_AWAY] == pytest.approx(39_404, abs=1)
    assert found[STOCK_FIRST, DELAYED] > 29_000


def test_pieces_stay_though_300_wanted_one() -> None:
    kept = values(SALE, **clicked("One customer in five"))
    freed = values(SALE, **clicked("The same, but"))
    assert kept[STOCK_FIRST, LOST] == pytest.approx(20, abs=1)
    assert freed[STOCK_FIRST, LOST] < 0.5


def test_more_refunds_than_pieces() -> None:
    found = values(SALE, **clicked("Payments of ten"))
    assert found[PAYMENT_FIRST, REFUNDED] > found[PAYMENT_FIRST, BOUGHT] == 100.0
    assert values(SALE)[TWO_PHASE, BOUGHT] < 10.0


def test_ways_and_outcomes_have_names() -> None:
    assert {row["way"] for row in rows(DAY)} == set(WAYS)
    assert {row["what"] for row in rows(SALE)} == {BOUGHT, LOST, REFUNDED}
