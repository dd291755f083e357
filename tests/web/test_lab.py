"""What a lab says of its result."""

import dataclasses

import altair as alt
import numpy as np
import pytest

from scalelab.kernels.jit import Table, kernel
from scalelab.web.lab import Column, Lab, Prediction, Reading, data, linear

COLOURS = ("red", "green", "blue")


@kernel
def painted(first: int) -> Table:
    table = np.empty((3, 2))
    for i in range(3):
        table[i, 0] = i
        table[i, 1] = (first + i) % 3
    return table


LAB = Lab(
    name="small/painted",
    title="Painted places",
    kernel=painted,
    controls=[linear("first", "First", 0, 2, 1, 0)],
    columns=[Column("place", "Place"), Column("colour", "Colour", labels=COLOURS)],
    chart=alt.Chart(data()).mark_bar().encode(x="place:O", y="colour:N"),
    summary="Place 2 is {second}, {number} places on; nowhere is place {nowhere}.",
    readings=[
        Reading("second", "colour", {"place": 1}),
        Reading("number", "place", {"colour": "blue"}, ".1f"),
        Reading("nowhere", "colour", {"place": 7}),
    ],
    prediction=Prediction("Where is blue?", "number", 0, 3, 1, ",.0f"),
    tries=[],
)


@pytest.mark.parametrize(
    ("first", "sentence"),
    [
        (0, "Place 2 is green, 2.0 places on; nowhere is place –."),
        (1, "Place 2 is blue, 1.0 places on; nowhere is place –."),
    ],
)
def test_a_reading_of_a_column_with_labels_is_its_label(first: int, sentence: str) -> None:
    settings = {"first": first}
    assert LAB.sentence(LAB.table(**settings), settings) == sentence


@pytest.mark.parametrize(
    ("clause", "said"),
    [
        ("[ Second is {second}.]", " Second is green."),
        ("[ Nowhere is {nowhere}.]", ""),
        ("[ Second is {second}, nowhere {nowhere}.]", ""),
        ("[ First is {first}.][ Nowhere is {nowhere}.] So.", " First is 0. So."),
    ],
)
def test_a_clause_without_a_value_is_left_out(clause: str, said: str) -> None:
    lab = dataclasses.replace(LAB, summary=f"Here.{clause}")
    assert lab.sentence(lab.table(), lab.defaults) == f"Here.{said}"


def test_a_label_that_looks_like_no_value_is_one() -> None:
    """As in the page, which asks for the value and not for how it looks."""
    place, colour = LAB.columns
    columns = [place, dataclasses.replace(colour, labels=("red", "–", "blue"))]
    lab = dataclasses.replace(LAB, columns=columns, summary="Here.[ Second is {second}.]")
    assert lab.sentence(lab.table(), lab.defaults) == "Here. Second is –."


def test_a_reading_is_not_called_as_a_control_is() -> None:
    with pytest.raises(ValueError, match=r"both a control and a reading called \['first'\]"):
        dataclasses.replace(LAB, readings=[Reading("first", "colour", {"place": 0})])


@kernel
def walked(run: int) -> Table:
    return np.full((1, 2), run, np.float64)


def test_a_control_is_not_called_as_something_of_every_widget() -> None:
    lab = dataclasses.replace(
        LAB, kernel=walked, controls=[linear("run", "Run", 0, 2, 1, 0)], readings=[LAB.readings[1]],
        summary="Place {number}.",
    )  # fmt: skip
    with pytest.raises(ValueError, match=r"has a control 'run', allowed are names that a widget"):
        lab.widget()
