"""What the prompts below the lab ask the reader to see is there to be seen."""

from typing import Any

import pytest

from scalelab.kernels.infrastructure.drift import TIME, YEAR
from scalelab.labs.infrastructure.drift import lab
from scalelab.models.infrastructure.drift import WAYS

HAND, ONCE, KEPT, IMAGE = WAYS


def clicked(beginning: str) -> dict[str, float]:
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return dict(settings)


def years(**changed: float) -> dict[str, dict[str, Any]]:
    found = lab.rows(lab.table(**lab.settled(changed)))
    return {row["way"]: row for row in found if row["kind"] == YEAR}


def mean_wrong(way: str, **changed: float) -> float:
    found = lab.rows(lab.table(**lab.settled(changed)))
    of = [row["wrong"] for row in found if row["kind"] == TIME and row["way"] == way]
    return sum(of) / len(of)


def test_at_first_sight_a_quarter_has_drifted_in_spite_of_every_night() -> None:
    found = years()
    assert found[KEPT]["last"] == pytest.approx(0.27, abs=0.03)
    assert found[HAND]["last"] > 0.9
    assert found[IMAGE]["last"] < 0.05
    assert found[HAND]["speaks"] < 0.15
    assert found[IMAGE]["speaks"] > 0.9
    assert found[HAND]["again"] == 30.0


def test_every_hour_changes_nothing_that_matters() -> None:
    hourly, nightly = years(**clicked("Apply the code every hour"))[KEPT], years()[KEPT]
    assert nightly["last"] - hourly["last"] < 0.01
    assert hourly["found_h"] < 0.05 * nightly["found_h"]


def test_what_is_declared_matters_most() -> None:
    settings = clicked("Every night, but all")
    assert years(**settings)[KEPT]["last"] < 0.01
    assert mean_wrong(KEPT, **settings, every_h=720.0) < mean_wrong(KEPT)


def test_an_image_of_three_months_is_no_better_than_code() -> None:
    assert years(**clicked("Replace images"))[IMAGE]["last"] > years()[KEPT]["last"]
    settings = clicked("Replace images")
    assert mean_wrong(IMAGE, **settings) > 1.5 * mean_wrong(KEPT, **settings)


def test_even_untouched_machines_are_not_alike() -> None:
    found = years(**clicked("Nobody changes"))
    assert found[HAND]["last"] == pytest.approx(0.165, abs=0.02)
    assert found[HAND]["alike"] < 0.05
    assert found[HAND]["speaks"] == pytest.approx(0.70, abs=0.05)


def test_many_machines() -> None:
    found = years(**clicked("A hundred"))
    assert found[HAND]["again"] == 150.0
    assert found[IMAGE]["alike"] < 0.2 < 0.5 < years()[IMAGE]["alike"]


def test_many_people() -> None:
    found = years(**clicked("Ten people"))
    assert found[HAND]["again"] == 6.0
    assert found[KEPT]["again"] < 1.0
