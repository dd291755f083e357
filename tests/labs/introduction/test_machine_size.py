"""What the prompts below the lab ask the reader to see is there to be seen."""

import numpy as np
import pytest

from scalelab.kernels.introduction.machine_size import (
    BETWEEN,
    BILL,
    IDLE,
    IN_FAMILY,
    INSIDE,
    LEFT,
    MACHINES,
    MOST,
    ONE,
    OWN,
    POSSIBLE,
    REFUSED,
    SHORT,
    SIZES,
    SPARE,
    SPARES,
    WORK,
    WORKING,
)
from scalelab.kernels.jit import Table
from scalelab.labs.introduction.machine_size import COSTS, lab
from scalelab.models.introduction.machine_size import PARTS, cheapest, offers


def family(**changed: float) -> Table:
    return lab.table(**changed)[:IN_FAMILY]


def after(beginning: str) -> Table:
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return family(**settings)


def best(found: Table) -> int:
    return SIZES[int(np.argmin(np.where(found[:, POSSIBLE] == 1.0, found[:, BILL], np.inf)))]


def at(found: Table, size: int) -> dict[int, float]:
    return dict(enumerate(found[SIZES.index(size)].tolist()))


def test_the_columns_are_the_kernels() -> None:
    places = {column.name: i for i, column in enumerate(lab.columns)}
    assert [places[name] for name in COSTS] == [WORK, INSIDE, OWN, BETWEEN, IDLE, SPARE]
    assert [places[n] for n in ("left", "short", "one", "most")] == [LEFT, SHORT, ONE, MOST]
    assert len(COSTS) == len(PARTS)


def test_the_model_has_the_same_defaults() -> None:
    found = offers(lab.defaults["request_rate"])
    for row, offer in zip(lab.table(), found.values(), strict=True):
        assert (row[BILL], row[SHORT]) == (offer.bill_usd, offer.short_hours)
    assert cheapest(found).vcpus == best(family())


def test_at_first_sight() -> None:
    """Dear at both ends; the load itself costs the same everywhere, the causes change sides."""
    found = family()
    cost = found[:, BILL]
    lowest = int(np.argmin(cost))
    assert 1 < lowest < IN_FAMILY - 4
    assert (np.diff(cost[: lowest + 1]) < 0.0).all()
    # Machines come whole, so there are small steps back on the way up.
    assert (np.diff(cost[lowest:]) > -100.0).all()
    assert cost[0] > 1.9 * cost[lowest]
    assert cost[-1] > 3.0 * cost[lowest]
    np.testing.assert_allclose(found[:, WORK], found[0, WORK], rtol=1e-12)
    small, large = at(found, 2), at(found, 384)
    assert small[OWN] + small[BETWEEN] > 0.5 * small[BILL]
    assert small[SPARE] < 0.01 * small[BILL]
    assert large[SPARE] == pytest.approx(0.5 * large[BILL])
    assert large[INSIDE] > 0.2 * large[BILL]
    assert large[LEFT] == 0.0
    assert small[LEFT] > 0.99


def test_the_question_is_about_the_defaults() -> None:
    asked, found = lab.prediction, family()
    assert f"pays {at(found, 16)[BILL]:,.0f} USD" in asked.question
    assert best(found) == 16
    assert lab.defaults["spare_rule"] == 1
    answer = at(found, 384)[BILL]
    middle = (asked.low + asked.high) / 2.0
    assert asked.low < answer < 0.65 * middle


def test_no_spares() -> None:
    found = after("Do without spares")
    assert best(found) == 32
    large = at(found, 384)
    assert (large[MACHINES], large[LEFT]) == (1.0, 0.0)
    assert large[BILL] < 1.75 * at(found, 32)[BILL]
    assert large[SHORT] == pytest.approx(8760.0 * 0.005)
    # Many machines are rarely all up, but then little is missing.
    small = at(found, 8)
    assert small[SHORT] > 25.0 * large[SHORT]
    assert small[REFUSED] < large[REFUSED]


def test_the_same_time_for_all() -> None:
    fixed, fair = family(), after("Fair play")
    # With one spare each, many small machines are short much longer than two large ones.
    assert at(fixed, 16)[SHORT] > 90.0 * at(fixed, 384)[SHORT]
    assert (fair[:, SHORT] <= 1.0).all()
    assert at(fair, 16)[SPARES] == 2.0
    assert at(fair, 384)[SPARES] == 1.0
    assert at(fair, 2)[SPARES] == 6.0
    assert at(fair, 16)[BILL] < 0.36 * at(fair, 384)[BILL]
    assert best(fair) == 16


def test_five_times_the_load() -> None:
    found = after("Five times")
    assert found[0, POSSIBLE] == found[1, POSSIBLE] == 0.0
    assert (found[2:, POSSIBLE] == 1.0).all()
    assert best(found) == 32
    assert lab.table(request_rate=100_000)[-1, ONE] < 100_000


def test_the_beginning() -> None:
    found = after("The shop at its beginning")
    assert best(found) == 4
    assert at(found, 16)[WORKING] == 1.0
    # Two machines that each carry all cost less than twice as much as the cheapest way.
    assert at(found, 16)[BILL] < 1.9 * at(found, 4)[BILL]
    assert at(found, 384)[BILL] > 40.0 * at(found, 4)[BILL]


def test_a_program_for_few_vcpus() -> None:
    before, found = family(), after("A program that was not written")
    assert at(found, 384)[ONE] < 0.23 * at(before, 384)[ONE]
    assert at(found, 2)[ONE] > 0.98 * at(before, 2)[ONE]
    assert at(found, 384)[BILL] == found[:, BILL].max() > 7.0 * found[:, BILL].min()
    # Beyond some size a larger machine does hardly more.
    assert at(found, 384)[ONE] < 1.2 * at(found, 192)[ONE]
