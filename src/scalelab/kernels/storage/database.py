"""Which family of databases fits six answers, and which would fit if one answer were another.

Every answer gives each family some points or rules it out. The most points win; of families with
equal points the simpler one, in the order of the constants below, which is how little there is to
learn and to run. Two pairs of answers rule out everything, by the CAP theorem: that both sides of
a cut network go on writing, and that a write takes effect on several records at once, or is seen
at once everywhere.

The points are this course's own and nobody's measurement. `scalelab.models.storage.database` says
what each answer stands for, and why.
"""

import numpy as np

from scalelab.kernels.jit import Ints, Table, kernel

RELATIONAL, KEY_VALUE, DOCUMENT, WIDE_COLUMN, DISTRIBUTED_SQL, NONE = 0, 1, 2, 3, 4, 5
FAMILIES = 5
# How many answers each question has: structure, queries, writes, partition, growth, regions.
OPTIONS = (4, 4, 3, 3, 3, 3)
QUESTIONS = 6
WRITES, PARTITION = 2, 3
SEEN_LATE, BOTH_SIDES = 2, 2
OUT = -9
POINTS = (
    # Relational, key-value, document, wide column, distributed SQL
    (2, -2, -1, -1, 2),  # structure: tables that refer to each other
    (0, 0, 3, 0, 0),  # documents, each different
    (0, 1, 0, 3, 0),  # rows that pile up under a key
    (0, 3, 0, 1, 0),  # one value for a key
    (3, OUT, 0, OUT, 2),  # queries: anything, with joins
    (2, 0, 2, 0, 1),  # by known fields
    (1, 1, 1, 3, 1),  # the newest under a key
    (0, 3, 1, 1, 0),  # by key alone
    (3, -1, 0, OUT, 3),  # writes: several records or none
    (1, 1, 1, -1, 1),  # one record, seen at once
    (0, 1, 1, 2, -1),  # may be seen late
    (1, 0, 1, -1, 2),  # partition: whoever is cut off waits
    (1, 1, 1, 1, 0),  # old answers will do
    (OUT, 1, OUT, 2, OUT),  # both sides go on writing
    (2, 0, 1, -2, -2),  # growth: one machine will do
    (0, 2, 1, 2, 2),  # data outgrow it
    (OUT, 2, 1, 3, 2),  # writes outgrow it
    (1, 0, 0, 0, -1),  # regions: one
    (1, 1, 1, 1, 1),  # read in several
    (OUT, 2, -1, 2, 3),  # written in several
)


@kernel
def weighed(answers: Ints) -> tuple[Ints, int]:
    """Points of each family, and those that are ruled out as a bit mask."""
    points = np.zeros(FAMILIES, np.int64)
    excluded = 0
    first = 0
    for question in range(QUESTIONS):
        row = POINTS[first + answers[question]]
        first += OPTIONS[question]
        for family in range(FAMILIES):
            if row[family] == OUT:
                excluded |= 1 << family
            else:
                points[family] += row[family]
    if answers[PARTITION] == BOTH_SIDES and answers[WRITES] != SEEN_LATE:
        excluded = (1 << FAMILIES) - 1
    return points, excluded


@kernel
def best(points: Ints, excluded: int) -> int:
    """The family with most points, the simpler of equals; `NONE` if all are excluded."""
    winner = NONE
    for family in range(FAMILIES):
        if excluded >> family & 1 == 0 and (winner == NONE or points[family] > points[winner]):
            winner = family
    return winner


@kernel
def database(
    structure: int, queries: int, writes: int, partition: int, growth: int, regions: int
) -> Table:
    """A row for each answer to each question, the other answers as given.

    Its columns: question, answer (counted through all questions), its place among those of its
    question, whether it is the one given; the family that would win, the next one and how many
    points it would be behind; answer and winner once more, for other names of them; how many of
    all answers not given would change the winner; the excluded families (a bit mask) and the
    points of each family.
    """
    given = np.array([structure, queries, writes, partition, growth, regions])
    points, excluded = weighed(given)
    recommended = best(points, excluded)
    n_rows = 0
    for question in range(QUESTIONS):
        n_rows += OPTIONS[question]
    table = np.empty((n_rows, 11 + FAMILIES))
    flips = 0
    row = 0
    for question in range(QUESTIONS):
        kept = given[question]
        for option in range(OPTIONS[question]):
            given[question] = option
            points, excluded = weighed(given)
            winner = best(points, excluded)
            following = NONE
            if winner != NONE:
                following = best(points, excluded | 1 << winner)
            if winner != recommended:
                flips += 1
            table[row, 0] = question
            table[row, 1] = row
            table[row, 2] = option
            table[row, 3] = 1.0 if option == kept else 0.0
            table[row, 4] = winner
            table[row, 5] = following
            table[row, 6] = points[winner] - points[following] if following != NONE else 0.0
            table[row, 7] = row
            table[row, 8] = winner
            table[row, 10] = excluded
            for family in range(FAMILIES):
                table[row, 11 + family] = points[family]
            row += 1
        given[question] = kept
    table[:, 9] = flips
    return table
