"""What the prompts below the lab ask the reader to see is there to be seen."""

from typing import Any

import pytest

from scalelab.labs.load_balancing.policies import (
    ADDRESS,
    CHOICES,
    CONNECTIONS,
    IDLE,
    RANDOM,
    RESPONSE,
    ROUND_ROBIN,
    WEIGHTED_RANDOM,
    WEIGHTED_ROUND_ROBIN,
    lab,
)
from scalelab.models.load_balancing import policies as model


def clicked(beginning: str) -> dict[str, float]:
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return dict(settings)


def here(**changed: float) -> dict[str, dict[str, Any]]:
    rows = lab.rows(lab.table(**lab.settled(changed)))
    return {str(row["policy"]): row for row in rows if row["here"] == 1}


def test_names_are_the_model_s() -> None:
    (column,) = [each for each in lab.columns if each.name == "policy"]
    assert [name.lower() for name in column.labels] == [name.lower() for name in model.POLICIES]


def test_at_first_sight() -> None:
    found = here()
    assert found[ROUND_ROBIN]["errors"] == pytest.approx(0.05)
    assert 0.1 < found[CONNECTIONS]["errors"] < 0.14
    assert 0.4 < found[RESPONSE]["errors"] < 0.5
    assert 0.07 < found[CHOICES]["errors"] < 0.1
    # Whoever looks at the mean of all answers sees an improvement.
    assert found[RESPONSE]["every"] < 0.8 * here(oddity=0)[RESPONSE]["response"]


def test_looking_is_worth_much_and_two_are_worth_most_of_it() -> None:
    found = here(**clicked("All servers are well"))
    random, drawn, fewest = (found[p]["response"] for p in (RANDOM, CHOICES, CONNECTIONS))
    assert random > 3.0 * fewest
    assert random - drawn > 0.7 * (random - fewest)
    assert found[ROUND_ROBIN]["response"] > drawn
    assert found[ADDRESS]["response"] > random


def test_slow_errors_attract_nobody() -> None:
    found = here(**clicked("The broken server takes"))
    for policy in (CONNECTIONS, CHOICES, IDLE):
        assert 0.04 < found[policy]["errors"] < 0.06
    # Whom it takes for slow it asks less, by chance too.
    assert 0.02 < found[RESPONSE]["errors"] < 0.06


def test_equal_parts_are_too_much_for_the_slow_half() -> None:
    found = here(**clicked("Half of the servers"))
    for policy in (RANDOM, ROUND_ROBIN, ADDRESS):
        assert found[policy]["keeps_up"] == "no"
    for policy in (WEIGHTED_RANDOM, WEIGHTED_ROUND_ROBIN, CONNECTIONS, RESPONSE, CHOICES, IDLE):
        assert found[policy]["keeps_up"] == "yes"


def test_old_counts_are_worse_than_none() -> None:
    found = here(**clicked("All well, but counts"))
    assert found[RESPONSE]["response"] == max(row["response"] for row in found.values())
    assert found[CONNECTIONS]["response"] > found[RANDOM]["response"]
    assert found[CHOICES]["response"] < found[RANDOM]["response"]
    assert found[IDLE]["response"] == here(oddity=0)[IDLE]["response"]


def test_eight_balancers_see_an_eighth_each() -> None:
    found, one = here(**clicked("Eight balancers")), here(oddity=0)
    assert found[CONNECTIONS]["response"] > one[ROUND_ROBIN]["response"]
    assert found[IDLE]["response"] < found[CONNECTIONS]["response"]
    assert one[ROUND_ROBIN]["response"] < found[ROUND_ROBIN]["response"]
    assert found[ROUND_ROBIN]["response"] < found[RANDOM]["response"]
