"""What the prompts below the lab ask the reader to see is there to be seen."""

import re
from typing import Any

import pytest

from scalelab.kernels.storage.database import OPTIONS
from scalelab.labs.storage.database import SHORT_FAMILIES, SHORT_OPTIONS, lab
from scalelab.models.storage.database import WINNERS, recommend
from scalelab.web.lab import Choice


def sentence(beginning: str = "") -> str:
    """The summary when the prompt that begins so has been clicked."""
    settings = lab.defaults
    if beginning:
        (prompt,) = [t for t in lab.tries if t.prompt.startswith(beginning)]
        settings = lab.settled(prompt.settings)
    return lab.sentence(lab.table(**settings), settings)


def rows(**settings: Any) -> list[Any]:
    return lab.rows(lab.table(**settings))


def test_at_first_sight() -> None:
    assert sentence() == (
        "For these answers: Relational (PostgreSQL, MySQL, SQL Server). Lead in points over "
        "Distributed SQL: 6. Of the 14 answers not given, 3 would change that."
    )
    flips = {(r["question"], r["winner"]) for r in rows() if r["winner"] != "Relational"}
    assert flips == {
        ("Partition", "None fits"), ("Growth", "Distributed SQL"), ("Regions", "Distributed SQL"),
    }  # fmt: skip
    assert sum(OPTIONS) - len(OPTIONS) == 14 == lab.prediction.high


@pytest.mark.parametrize(
    ("beginning", "words"),
    [
        ("The product catalogue", r"Document \(MongoDB\)\. Lead in points over Relational: 1\."),
        ("Sessions and carts", r"Key-value \(DynamoDB"),
        ("A feed for the", r"Wide column \(Cassandra\)"),
        ("Payments, taken", r"Distributed SQL \(.*\)\. Lead in points over Document: 1\d\."),
        ("All of it", r"None fits \(some of these answers exclude each other\).* no other: 0\."),
    ],
)
def test_prompts(beginning: str, words: str) -> None:
    assert re.search(words, sentence(beginning))


def test_only_the_network_s_answer_can_give_way() -> None:
    (prompt,) = [t for t in lab.tries if t.prompt.startswith("All of it")]
    fitting = {r["question"] for r in rows(**prompt.settings) if r["winner"] != "None fits"}
    assert fitting == {"Partition"}


def test_short_names_stand_for_the_long_ones() -> None:
    assert len(SHORT_FAMILIES) == len(set(SHORT_FAMILIES)) == len(WINNERS)
    assert len(SHORT_OPTIONS) == sum(OPTIONS)
    assert max(map(len, SHORT_OPTIONS + SHORT_FAMILIES)) <= 7  # 50 pixels wide on a small screen
    controls = [c for c in lab.controls if isinstance(c, Choice)]
    assert [len(c.options) for c in controls] == list(OPTIONS)
    first = 0
    for control in controls:
        short = SHORT_OPTIONS[first : first + len(control.options)]
        assert len(set(short)) == len(short)
        first += len(control.options)


def test_the_model_says_the_same() -> None:
    options = [c.options for c in lab.controls if isinstance(c, Choice)]
    for prompt in lab.tries:
        settings = lab.settled(prompt.settings)
        given = {name: o[int(settings[name])] for name, o in zip(settings, options, strict=True)}
        found = recommend(**given)
        assert f"{found.family} ({found.products})" in sentence(prompt.prompt)
        assert f"{len(found.flips)} would change" in sentence(prompt.prompt)
