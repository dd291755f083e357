"""SQL or NoSQL? Six answers about the data, and which family of databases they speak for.

The rubric is this course's own. Nobody has measured these points, and whoever would give others
for a reason of their own has understood what the rubric is for. Each answer gives each of five
families some points, or rules it out; the reasons are these:

    >>> for answer in RUBRIC:
    ...     print(answer)
    Structure: tables that refer to each other
      Relational +2, Key-value -2, Document -1, Wide column -1, Distributed SQL +2.
      SQL keeps references true and follows them in joins; elsewhere the application does both.
    Structure: documents, each different
      Document +3.
      A document is read and written whole, and its fields need no columns.
    Structure: rows that pile up under a key
      Key-value +1, Wide column +3.
      A wide-column store keeps the rows of a key together and in order, however many.
    Structure: one value for a key
      Key-value +3, Wide column +1.
      Get and put is all that is asked for, and all that a key-value store has to do well.
    Queries: anything, with joins
      Relational +3, Distributed SQL +2; not Key-value, Wide column.
      Joins need SQL. Cassandra and DynamoDB have none: each question needs a table made for it.
    Queries: by known fields
      Relational +2, Document +2, Distributed SQL +1.
      An index on the field answers, in MongoDB as in SQL.
    Queries: the newest under a key
      Relational +1, Key-value +1, Document +1, Wide column +3, Distributed SQL +1.
      A stretch of sorted rows in one place is one read, where the rows are stored in that order.
    Queries: by key alone
      Key-value +3, Document +1, Wide column +1.
      Whoever knows the key knows the node: no planner, no other node is asked.
    Writes: several records or none
      Relational +3, Key-value -1, Distributed SQL +3; not Wide column.
      SQL's transactions. DynamoDB: 100 items of one region; Cassandra: not across partitions.
    Writes: one record, seen at once
      Relational +1, Key-value +1, Document +1, Wide column -1, Distributed SQL +1.
      All can for one record, Cassandra by asking a majority for every read and write.
    Writes: may be seen late
      Key-value +1, Document +1, Wide column +2, Distributed SQL -1.
      Replicas may lag. Whoever asks a majority all the same waits for nothing.
    Partition: whoever is cut off waits
      Relational +1, Document +1, Wide column -1, Distributed SQL +2.
      A majority does just that. Without one CockroachDB refuses, and MongoDB has no primary.
    Partition: old answers will do
      Relational +1, Key-value +1, Document +1, Wide column +1.
      Replicas answer reads from what they have; writes wait for the primary or a majority.
    Partition: both sides go on writing
      Key-value +1, Wide column +2; not Relational, Document, Distributed SQL.
      Any replica of Cassandra and any region of a DynamoDB table writes; the later write stays.
    Growth: one machine will do
      Relational +2, Document +1, Wide column -2, Distributed SQL -2.
      One server and a standby are the least to run. A cluster is work that buys nothing yet.
    Growth: data outgrow it
      Key-value +2, Document +1, Wide column +2, Distributed SQL +2.
      These spread data by themselves; PostgreSQL and MySQL need Citus, Vitess or your own code.
    Growth: writes outgrow it
      Key-value +2, Document +1, Wide column +3, Distributed SQL +2; not Relational.
      All writes of a relational database go through one primary; the others have many.
    Regions: one
      Relational +1, Distributed SQL -1.
      Nothing to decide, but distributed SQL still pays for agreement between its nodes.
    Regions: read in several
      Relational +1, Key-value +1, Document +1, Wide column +1, Distributed SQL +1.
      All have replicas to read from.
    Regions: written in several
      Key-value +2, Document -1, Wide column +2, Distributed SQL +3; not Relational.
      Relational: one primary. MongoDB: one for each shard. The others write near the user.

Two pairs of answers rule out everything, by the CAP theorem (S. Gilbert and N. Lynch, SIGACT News
33(2), 2002): both sides of a cut network cannot go on writing and yet change several records or
none, nor have one record seen at once. Of families with equal points the simpler one is named, in
the order Relational, Key-value, Document, Wide column, Distributed SQL: how little there is to
learn and to run.

    >>> shop = recommend()
    >>> shop.family, shop.lead, shop.runner_up
    ('Relational', 6, 'Distributed SQL')
    >>> for flip in shop.flips:
    ...     print(f"{flip.question}: {flip.option} -> {flip.family}")
    Partition: both sides go on writing -> None fits
    Growth: writes outgrow it -> Distributed SQL
    Regions: written in several -> Distributed SQL
"""

from dataclasses import dataclass

from scalelab.kernels.storage.database import FAMILIES as N_FAMILIES
from scalelab.kernels.storage.database import OUT, POINTS, database

FAMILIES = ("Relational", "Key-value", "Document", "Wide column", "Distributed SQL")
NONE_FITS = "None fits"
WINNERS = (*FAMILIES, NONE_FITS)
PRODUCTS = (
    "PostgreSQL, MySQL, SQL Server",
    "DynamoDB; Redis, in memory",
    "MongoDB",
    "Cassandra",
    "CockroachDB, Spanner, YugabyteDB",
    "some of these answers exclude each other",
)
QUESTIONS = {
    "Structure": (
        "Tables that refer to each other",
        "Documents, each different",
        "Rows that pile up under a key",
        "One value for a key",
    ),
    "Queries": (
        "Anything, with joins",
        "By known fields",
        "The newest under a key",
        "By key alone",
    ),
    "Writes": ("Several records or none", "One record, seen at once", "May be seen late"),
    "Partition": (
        "Whoever is cut off waits",
        "Old answers will do",
        "Both sides go on writing",
    ),
    "Growth": ("One machine will do", "Data outgrow it", "Writes outgrow it"),
    "Regions": ("One", "Read in several", "Written in several"),
}
REASONS = (
    "SQL keeps references true and follows them in joins; elsewhere the application does both.",
    "A document is read and written whole, and its fields need no columns.",
    "A wide-column store keeps the rows of a key together and in order, however many.",
    "Get and put is all that is asked for, and all that a key-value store has to do well.",
    "Joins need SQL. Cassandra and DynamoDB have none: each question needs a table made for it.",
    "An index on the field answers, in MongoDB as in SQL.",
    "A stretch of sorted rows in one place is one read, where the rows are stored in that order.",
    "Whoever knows the key knows the node: no planner, no other node is asked.",
    "SQL's transactions. DynamoDB: 100 items of one region; Cassandra: not across partitions.",
    "All can for one record, Cassandra by asking a majority for every read and write.",
    "Replicas may lag. Whoever asks a majority all the same waits for nothing.",
    "A majority does just that. Without one CockroachDB refuses, and MongoDB has no primary.",
    "Replicas answer reads from what they have; writes wait for the primary or a majority.",
    "Any replica of Cassandra and any region of a DynamoDB table writes; the later write stays.",
    "One server and a standby are the least to run. A cluster is work that buys nothing yet.",
    "These spread data by themselves; PostgreSQL and MySQL need Citus, Vitess or your own code.",
    "All writes of a relational database go through one primary; the others have many.",
    "Nothing to decide, but distributed SQL still pays for agreement between its nodes.",
    "All have replicas to read from.",
    "Relational: one primary. MongoDB: one for each shard. The others write near the user.",
)


def lower(option: str) -> str:
    """The answer as it stands within a sentence."""
    return option[0].lower() + option[1:]


@dataclass(frozen=True)
class Answer:
    """One answer of the rubric: what it gives each family (None rules it out), and why."""

    question: str
    option: str
    points: tuple[int | None, ...]
    reason: str

    def __str__(self) -> str:
        pairs = list(zip(FAMILIES, self.points, strict=True))
        given = ", ".join(f"{family} {points:+d}" for family, points in pairs if points)
        excluded = ", ".join(family for family, points in pairs if points is None)
        ending = f"; not {excluded}" if excluded else ""
        return f"{self.question}: {lower(self.option)}\n  {given}{ending}.\n  {self.reason}"


OPTIONS = [(question, option) for question, options in QUESTIONS.items() for option in options]
RUBRIC = tuple(
    Answer(question, option, tuple(None if p == OUT else p for p in points), reason)
    for (question, option), points, reason in zip(OPTIONS, POINTS, REASONS, strict=True)
)


@dataclass(frozen=True)
class Flip:
    """``option``, given to ``question`` in place of the answer, would make ``family`` win."""

    question: str
    option: str
    family: str


@dataclass(frozen=True)
class Recommendation:
    """Result of `recommend`.

    ``family`` has the most points, ``lead`` more than ``runner_up``. ``points`` by family leaves
    out those that an answer rules out. ``flips``: every single change of an answer that would
    make another family win. If all are ruled out ``family`` is ``"None fits"``; if there is no
    second family ``runner_up`` is None and ``lead`` is 0.
    """

    family: str
    products: str
    lead: int
    runner_up: str | None
    points: dict[str, int]
    flips: tuple[Flip, ...]


def chosen(question: str, option: str) -> int:
    """The place of ``option`` among the answers to ``question``."""
    options = QUESTIONS[question]
    if option not in options:
        raise ValueError(
            f"{question.lower()} is {option!r}, allowed are {', '.join(map(repr, options))}"
        )
    return options.index(option)


def recommend(
    structure: str = "Tables that refer to each other",
    queries: str = "Anything, with joins",
    writes: str = "Several records or none",
    partition: str = "Whoever is cut off waits",
    growth: str = "One machine will do",
    regions: str = "One",
) -> Recommendation:
    """The family that six answers speak for, and what would change the verdict.

    Parameters
    ----------
    structure, queries, writes, partition, growth, regions : each one of the answers to its
        question in `QUESTIONS`. The defaults are the orders and payments of a shop.

    Raises
    ------
    ValueError
        For an answer that its question does not have.

    Notes
    -----
    Leaves out: money, what a team already knows and runs (often the best reason of all), search,
    analytics and graphs, several databases side by side, managed or not, latency, and that most
    products borrow from other families (JSON in PostgreSQL, transactions in MongoDB). Points of
    different questions add up, as if one answer could make up for another.

    Examples
    --------
    >>> recommend("One value for a key", "By key alone", "May be seen late").family
    'Key-value'
    >>> recommend(partition="Both sides go on writing").products
    'some of these answers exclude each other'
    """
    options = (structure, queries, writes, partition, growth, regions)
    table = database(*(chosen(question, o) for question, o in zip(QUESTIONS, options, strict=True)))
    as_given = table[table[:, 3] == 1.0][0]
    winner, following, lead, excluded = (int(as_given[i]) for i in (4, 5, 6, 10))
    return Recommendation(
        WINNERS[winner],
        PRODUCTS[winner],
        lead,
        FAMILIES[following] if following < N_FAMILIES else None,
        {
            family: int(points)
            for i, (family, points) in enumerate(zip(FAMILIES, as_given[11:], strict=True))
            if not excluded >> i & 1
        },
        tuple(
            Flip(question, lower(option), WINNERS[int(row[4])])
            for (question, option), row in zip(OPTIONS, table, strict=True)
            if row[4] != winner
        ),
    )
