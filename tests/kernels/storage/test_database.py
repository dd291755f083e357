"""The rubric against a reference, for every set of answers there is; and that all of it matters."""

import itertools

import numpy as np
import pytest
from tests.kernels.storage.database_reference import NOBODY, changed, ranking, winner

from scalelab.kernels.storage.database import (
    BOTH_SIDES,
    FAMILIES,
    NONE,
    OPTIONS,
    OUT,
    PARTITION,
    POINTS,
    QUESTIONS,
    SEEN_LATE,
    WRITES,
    database,
)

EVERY = list(itertools.product(*(range(n) for n in OPTIONS)))


def test_the_table_of_points_has_its_shape() -> None:
    assert len(OPTIONS) == QUESTIONS
    assert len(POINTS) == sum(OPTIONS)
    assert all(len(row) == FAMILIES for row in POINTS)
    assert all(point == OUT or -2 <= point <= 3 for row in POINTS for point in row)


def test_every_set_of_answers_gives_the_reference_s_table() -> None:
    for answers in EVERY:
        table = database(*answers)
        recommended = winner(answers)
        flips = 0
        for row, (question, option, instead) in zip(table, changed(answers), strict=True):
            order, points = ranking(instead)
            first, second = (*order, NOBODY, NOBODY)[:2]
            lead = points[first] - points[second] if second != NOBODY else 0
            excluded = sum(1 << f for f in range(FAMILIES) if f not in order)
            flips += first != recommended
            expected = [question, option, option == answers[question], first, second, lead]
            assert row[[0, 2, 3, 4, 5, 6]].tolist() == expected
            assert row[[8, 10]].tolist() == [first, excluded]
            assert row[11:].tolist() == [points[f] for f in range(FAMILIES)]
        assert (table[:, 9] == flips).all()
        np.testing.assert_array_equal(table[:, 1], np.arange(len(POINTS)))
        np.testing.assert_array_equal(table[:, 7], table[:, 1])


def test_the_answers_as_given_have_one_winner() -> None:
    for answers in EVERY:
        table = database(*answers)
        given = table[table[:, 3] == 1.0]
        assert len(given) == QUESTIONS
        assert (given[:, 4:] == given[0, 4:])[:, [0, 1, 2, 4, 5, 6]].all()


def test_every_family_wins_somewhere_and_so_does_none() -> None:
    wins = {winner(answers) for answers in EVERY}
    assert wins == {*range(FAMILIES), NONE}


@pytest.mark.parametrize("question", range(QUESTIONS))
def test_every_answer_matters(question: int) -> None:
    """Any two answers to a question differ in the winner for some setting of the others."""
    decides = set()
    for answers in EVERY:
        table = database(*answers)
        rows = table[table[:, 0] == question]
        for one, other in itertools.combinations(range(OPTIONS[question]), 2):
            if rows[one, 4] != rows[other, 4]:
                decides.add((one, other))
    assert len(decides) == OPTIONS[question] * (OPTIONS[question] - 1) // 2


def test_no_single_family_is_ruled_in_by_default() -> None:
    """Each family is ahead of each other one for some answers, where both are possible."""
    ahead = set()
    for answers in EVERY:
        order, points = ranking(answers)
        ahead |= {(f, g) for f, g in itertools.permutations(order, 2) if points[f] > points[g]}
    assert ahead == set(itertools.permutations(range(FAMILIES), 2))


def test_cap_rules_everything_out() -> None:
    for answers in EVERY:
        if answers[PARTITION] == BOTH_SIDES and answers[WRITES] != SEEN_LATE:
            assert (database(*answers)[:, 4][database(*answers)[:, 3] == 1.0] == NONE).all()


def test_equal_points_go_to_the_simpler_family() -> None:
    """A shop whose data outgrow one machine: relational and distributed SQL have 10 points."""
    table = database(0, 0, 0, 0, 1, 0)
    given = table[table[:, 3] == 1.0][0]
    assert given[4:7].tolist() == [0, 4, 0]
    assert given[11] == given[15] == 10
