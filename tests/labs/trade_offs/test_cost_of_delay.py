"""What the prompts below the lab ask the reader to see is there to be seen."""

from typing import Any

import pytest

from scalelab.kernels.trade_offs import cost_of_delay as kernels
from scalelab.labs.trade_offs.cost_of_delay import TRIED, lab
from scalelab.models.trade_offs.cost_of_delay import ASSUMPTIONS, WAYS


def clicked(beginning: str) -> dict[str, float]:
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return dict(settings)


def values(**changed: float) -> list[float]:
    rows = lab.rows(lab.table(**changed))
    return [float(row["value"]) for row in rows if row["kind"] == kernels.SET]


def read(name: str, **changed: float) -> float | None:
    settings = lab.settled(changed)
    (reading,) = (each for each in lab.readings if each.name == name)
    return lab.read(reading, lab.table(**settings), settings)


def test_at_first_sight_the_likely_winner_is_not_the_best_choice() -> None:
    quick, bounded, scalable = values()
    assert bounded > quick > scalable
    assert read("quick_best") == pytest.approx(0.914, abs=0.001)
    assert read("pay_from") == pytest.approx(0.037, abs=0.001)


def test_a_short_rewrite() -> None:
    settings = clicked("A rewrite of three months")
    quick, bounded, _ = values(**settings)
    assert quick > bounded
    assert read("least_rewrite") == pytest.approx(3.6, abs=0.05)


def test_old_code_as_easy_as_new() -> None:
    quick, bounded, _ = values(**clicked("Old code"))
    assert 0.0 < quick - bounded < 0.02 * quick


def test_the_limit_is_reached_too_late() -> None:
    settings = clicked("Growth of 10%")
    assert read("pay_from", **settings) is None
    quick, bounded, _ = values(**settings)
    assert quick > bounded


def test_half_of_the_guesses() -> None:
    settings = clicked("Half of")
    before = read("option_worth")
    assert before is not None
    assert read("option_worth", **settings) == pytest.approx(5 / 8 * before)
    assert values(**settings)[1] > values(**settings)[0]


def test_nearly_certain_and_hardly_later() -> None:
    settings = clicked("A market of 300,000")
    quick, bounded, scalable = values(**settings)
    assert scalable > quick
    assert scalable == pytest.approx(bounded, rel=0.005)
    quick, bounded, scalable = values(**{**settings, "more": 1.0})
    assert scalable > bounded > quick


def test_half_a_month_behind_the_deadline() -> None:
    settings = clicked("Boundaries take two")
    late, in_time = values(**settings)[1], values(**{**settings, "extra": 2.0})[1]
    assert in_time - late > 400.0


def test_bars_have_the_names_of_the_model() -> None:
    assert len(TRIED) == len(ASSUMPTIONS) == kernels.ASSUMPTIONS
    bars = [row for row in lab.rows(lab.table()) if row["kind"] == kernels.TORNADO]
    assert {row["what"] for row in bars} == set(TRIED)


def test_every_row_has_a_way() -> None:
    rows: list[dict[str, Any]] = lab.rows(lab.table())
    assert {row["way"] for row in rows if row["kind"] == kernels.CURVE} == set(WAYS)
    assert len(rows) == kernels.ROWS < 150
