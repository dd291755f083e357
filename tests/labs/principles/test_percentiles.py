"""What the prompts below the lab ask the reader to see is there to be seen."""

from typing import Any

import pytest

from scalelab.kernels.principles.percentiles import METHOD, STEP
from scalelab.labs.principles.percentiles import NAMES, lab

TRUE, MEAN, AVERAGE, HIGHEST, FIXED, EXPONENTIAL, SKETCHED, DIGITAL, SAMPLED = NAMES


def clicked(beginning: str) -> dict[str, float]:
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return dict(settings)


def methods(**changed: float) -> dict[str, dict[str, Any]]:
    rows = lab.rows(lab.table(**lab.settled(changed)))
    return {str(row["name"]): row for row in rows if row["kind"] == METHOD}


def test_at_first_sight_the_average_is_far_too_low() -> None:
    found = methods()
    # What the question tells, to the number.
    assert found[AVERAGE]["low"] == pytest.approx(40.0, abs=0.5)
    assert found[AVERAGE]["high"] == pytest.approx(796.0, abs=0.5)
    assert found[AVERAGE]["value"] == pytest.approx(78.0, abs=0.5)
    assert found[TRUE]["value"] > 3.0 * found[AVERAGE]["value"]
    assert found[AVERAGE]["slower"] == pytest.approx(0.05, abs=0.001)
    assert abs(found[EXPONENTIAL]["error"]) < 0.01 < 0.1 < found[FIXED]["error"]


def test_with_few_requests_the_average_stays_and_the_truth_falls() -> None:
    before, after = methods(), methods(**clicked("The balancer sends"))
    assert after[AVERAGE]["value"] == pytest.approx(before[AVERAGE]["value"], rel=0.03)
    assert after[TRUE]["value"] < after[AVERAGE]["value"] < before[TRUE]["value"]


def test_buckets_say_that_a_goal_is_missed_which_is_met() -> None:
    found = methods(**clicked("No slow machine."))
    assert found[TRUE]["value"] < 350.0 < found[FIXED]["value"]
    assert (found[FIXED]["low"], found[FIXED]["high"]) == (250.0, 500.0)
    better = methods(**clicked("The same, with bounds"))
    assert better[FIXED]["value"] < 350.0
    assert better[FIXED]["error"] < 0.05


def test_at_night_a_machine_s_p99_is_its_slowest_request() -> None:
    before, after = methods(), methods(**clicked("At night"))
    assert after[TRUE]["value"] == before[TRUE]["value"]
    assert after[AVERAGE]["value"] < 0.8 * before[AVERAGE]["value"]
    assert after[SAMPLED]["high"] > 20.0 * after[SAMPLED]["low"]


def test_beyond_the_last_bound_fixed_buckets_end() -> None:
    settings = lab.settled(clicked("One request in twenty"))
    table = lab.table(**settings)
    assert "above 10,000 ms, their last bound" in lab.sentence(table, settings)
    assert "from 250 to 500 ms" in lab.sentence(lab.table(), lab.defaults)
    found = methods(**settings)
    assert found[FIXED]["value"] == 10_000.0 < found[TRUE]["value"]
    assert abs(found[DIGITAL]["error"]) < 0.01


def test_lines_of_the_buckets_reach_the_foot_of_the_chart() -> None:
    for settings in ({}, clicked("No slow machine.")):
        rows = lab.rows(lab.table(**lab.settled(settings)))
        shown = [row["slower"] for row in rows if row["kind"] == STEP and row["shown"] == 1]
        assert shown[-1] == pytest.approx(1e-4)
