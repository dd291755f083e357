"""What the prompts below the lab ask the reader to see is there to be seen."""

from typing import Any

import pytest

from scalelab.facts import retries as facts
from scalelab.kernels.principles import retries as kernels
from scalelab.labs.principles.retries import BREAKER, BUDGET, NONE, PLAIN, SHED, lab
from scalelab.web.lab import Slider


def clicked(beginning: str) -> dict[str, float]:
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return dict(settings)


def states(**changed: float) -> dict[str, dict[str, Any]]:
    rows = lab.rows(lab.table(**lab.settled(changed)))
    return {str(row["way"]): row for row in rows if row["kind"] == "states"}


def test_what_tools_have_by_default_is_there() -> None:
    values = {c.name: c.values for c in lab.controls if isinstance(c, Slider)}
    assert facts.FINAGLE_SHARE.value in values["share"]
    assert facts.ENVOY_SHARE.value in values["share"]
    assert facts.BOTOCORE_ATTEMPTS.value - 1 in values["tries"]
    assert facts.RESILIENCE4J_OPENS_AT.value == kernels.OPENS_AT
    assert facts.RESILIENCE4J_WINDOW.value == kernels.WINDOW
    assert facts.RESILIENCE4J_PROBES.value == kernels.PROBES
    assert facts.FINAGLE_KEEPS.value == kernels.BUDGET_S
    assert facts.BOTOCORE_MOST_BACKOFF.value == kernels.MOST_BACKOFF_S


def test_at_first_sight() -> None:
    found = states()
    assert [found[way]["back"] for way in (NONE, PLAIN, BUDGET, BREAKER, SHED)] == [
        "yes", "no", "no", "yes", "yes",
    ]  # fmt: skip
    assert found[PLAIN]["recovers"] == pytest.approx(75.0, abs=0.2)
    assert found[BUDGET]["recovers"] < 280.0
    assert found[SHED]["down"] < found[BREAKER]["down"] < found[NONE]["down"]


def test_the_guess_is_held_against_the_end_of_a_bar() -> None:
    (reading,) = [each for each in lab.readings if each.name == lab.prediction.reading]
    assert lab.read(reading, lab.table(), lab.defaults) == states()[PLAIN]["recovers"]


def test_what_does_not_come_back_is_not_said_to_be_down_for_so_long() -> None:
    sentence = lab.sentence(lab.table(), lab.defaults)
    assert "The breaker has it down for 61.2 s." in sentence
    assert "–" not in sentence


def test_a_second_and_a_half_is_enough() -> None:
    found = states(**clicked("An outage of a second"))
    assert found[PLAIN]["back"] == found[BUDGET]["back"] == "no"
    # The breaker makes it worse than it is without anything.
    assert found[BREAKER]["down"] > 5.0 * found[NONE]["down"]
    assert states(outage_s=0.5)[PLAIN]["down"] < 1.0


def test_one_retry_is_too_many() -> None:
    found = states(**clicked("Only one"))[PLAIN]
    assert (found["back"], found["factor"]) == ("no", pytest.approx(2.0))
    assert found["recovers"] == pytest.approx(150.0, abs=0.2)


def test_back_off_only_delays() -> None:
    found = states(**clicked("Exponential"))[PLAIN]
    assert found["factor"] == pytest.approx(4.0)
    assert found["recovers"] == states()[PLAIN]["recovers"]


def test_no_answers_no_retries() -> None:
    found = states(**clicked("The budget counts"))
    assert found[BUDGET]["back"] == "yes"
    assert found[BUDGET]["recovers"] == 300.0


def test_a_quick_breaker_and_a_long_queue() -> None:
    found = states(**clicked("The breaker tries"))
    assert found[BREAKER]["down"] < 0.25 * states()[BREAKER]["down"]
    assert found[SHED]["back"] == "no"


def test_of_too_many_requests_only_shedding_answers_some() -> None:
    found = states(**clicked("330 requests"))
    assert [way for way, row in found.items() if row["back"] == "yes"] == [SHED]
    rows = lab.rows(lab.table(**lab.settled(clicked("330 requests"))))
    ends = {str(row["way"]): row for row in rows if row["kind"] == "moment"}
    assert ends[SHED]["goodput"] == pytest.approx(300.0)
    assert ends[NONE]["goodput"] == 0.0
