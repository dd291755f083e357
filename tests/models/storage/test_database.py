import doctest

import pytest

from scalelab.models.storage import database
from scalelab.models.storage.database import (
    FAMILIES,
    NONE_FITS,
    PRODUCTS,
    QUESTIONS,
    RUBRIC,
    recommend,
)

GIVEN = {question.lower(): options[0] for question, options in QUESTIONS.items()}


def test_examples() -> None:
    """With the whole rubric, so that its points cannot differ from what is written about them."""
    assert doctest.testmod(database).failed == 0


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_unknown_answer_is_answered_with_the_known_ones(question: str) -> None:
    name = question.lower()
    with pytest.raises(ValueError, match=rf"^{name} is 'Blue', allowed are .*{GIVEN[name]}"):
        recommend(**{**GIVEN, name: "Blue"})


def test_every_answer_has_a_reason_of_its_own() -> None:
    assert len({answer.reason for answer in RUBRIC}) == len(RUBRIC)
    assert all(answer.reason.endswith(".") for answer in RUBRIC)


@pytest.mark.parametrize(
    ("family", "answers"),
    [
        ("Relational", {}),
        # Moderate growth: more data than one machine, but not more writes.
        ("Relational", {"growth": "Data outgrow it"}),
        ("Relational", {"regions": "Read in several"}),
        ("Key-value", {"structure": "One value for a key", "queries": "By key alone",
                       "writes": "One record, seen at once", "growth": "Data outgrow it"}),
        ("Key-value", {"structure": "One value for a key", "queries": "By key alone",
                       "writes": "May be seen late", "partition": "Old answers will do"}),
        ("Document", {"structure": "Documents, each different", "queries": "By known fields",
                      "writes": "One record, seen at once", "partition": "Old answers will do"}),
        ("Wide column", {"structure": "Rows that pile up under a key",
                         "queries": "The newest under a key", "writes": "May be seen late",
                         "partition": "Both sides go on writing", "growth": "Writes outgrow it",
                         "regions": "Written in several"}),
        ("Distributed SQL", {"growth": "Writes outgrow it", "regions": "Written in several"}),
        ("Distributed SQL", {"regions": "Written in several"}),
        (NONE_FITS, {"partition": "Both sides go on writing"}),
    ],
)  # fmt: skip
def test_cases_of_the_book(family: str, answers: dict[str, str]) -> None:
    found = recommend(**{**GIVEN, **answers})
    assert found.family == family
    assert found.products == PRODUCTS[(*FAMILIES, NONE_FITS).index(family)]


def test_a_flip_is_what_the_change_gives() -> None:
    shop = recommend()
    flips = {(flip.question, flip.option): flip.family for flip in shop.flips}
    for question, options in QUESTIONS.items():
        for option in options[1:]:
            found = recommend(**{**GIVEN, question.lower(): option})
            expected = flips.get((question, database.lower(option)), shop.family)
            assert found.family == expected


def test_points_leave_out_what_is_ruled_out() -> None:
    shop = recommend()
    assert set(shop.points) == {"Relational", "Document", "Distributed SQL"}
    assert shop.points["Relational"] - shop.points["Distributed SQL"] == shop.lead
    nobody = recommend(partition="Both sides go on writing")
    assert (nobody.points, nobody.runner_up, nobody.lead) == ({}, None, 0)
