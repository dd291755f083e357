"""What the lab tells at first sight, and what each prompt promises."""

from typing import Any

import pytest

from scalelab.labs.workload.batch import lab


def readings(**changed: Any) -> dict[str, float]:
    settings = lab.settled(changed)
    table = lab.table(**settings)
    found = {one.name: lab.read(one, table, settings) for one in lab.readings}
    assert None not in found.values()
    return {name: float(value) for name, value in found.items() if value is not None}


def after(prompt: str, **more: Any) -> dict[str, float]:
    (one,) = [one for one in lab.tries if one.prompt.startswith(prompt)]
    return readings(**one.settings, **more)


every_seed = pytest.mark.parametrize("seed", range(1, 11))


@every_seed
def test_the_story(seed: int) -> None:
    found = readings(seed=seed)
    # Requests that go first wait for a piece, no more; in one queue, for jobs.
    assert 50 < found["priority_p99"] < 61
    assert found["first_come_p99"] > 1.2 * found["priority_p99"]
    # Half of all notice nothing.
    assert found["priority_p50"] < 0.6
    assert found["preemptive_p99"] < 1.1
    assert 1.5 < found["pools_p99"] < 4
    assert found["preemptive_in_time"] > 0.999
    assert found["priority_in_time"] < 0.85
    # Batch pays little to requests that interrupt, and much for machines of its own.
    assert found["preemptive_job"] < 1.3 * found["first_come_job"]
    assert found["preemptive_job"] == pytest.approx(found["priority_job"], rel=0.05)
    assert found["pools_job"] > 1.25 * found["preemptive_job"]
    assert found["preemptive_done"] == pytest.approx(found["first_come_done"], abs=0.03)
    assert found["pools_done"] < found["preemptive_done"] + 1e-9
    assert found["preemptive_used"] == pytest.approx(found["first_come_used"], abs=0.02)


def test_the_question() -> None:
    found, question = readings(), lab.prediction
    assert question.low < found["priority_p99"] < question.high
    assert abs(found["priority_p99"] - 0.5 * (question.low + question.high)) > 10


@every_seed
def test_short_pieces(seed: int) -> None:
    """They help where requests go first, and nowhere else; jobs are done sooner, all the same."""
    found, story = after("Pieces", seed=seed), readings(seed=seed)
    assert found["priority_p99"] < 1.5
    assert found["priority_p99"] < 1.5 * found["preemptive_p99"]
    assert found["priority_in_time"] > 0.99
    assert found["first_come_p99"] > story["first_come_p99"]
    assert found["pools_p99"] == story["pools_p99"]
    assert found["priority_job"] < story["priority_job"]


@every_seed
def test_three_of_four(seed: int) -> None:
    found, story = after("Three", seed=seed), readings(seed=seed)
    assert found["pools_p99"] < 1.3 < story["pools_p99"]
    # No better than what interrupts gives for nothing.
    assert found["pools_p99"] > found["preemptive_p99"]
    assert found["pools_job"] > 1.5 * story["pools_job"]
    assert found["pools_done"] < 0.75
    assert found["pools_used"] < found["first_come_used"] - 0.05


@every_seed
def test_at_night(seed: int) -> None:
    """By day nobody notices; of all requests a tenth comes at night, so the p99 hardly falls."""
    found, story = after("Batch at night", seed=seed), readings(seed=seed)
    assert found["priority_day"] < 1.2
    assert found["priority_night"] > 50
    assert 0.09 < found["nightly"] < 0.13
    assert found["priority_p99"] > 0.7 * story["priority_p99"]
    # With as much to do as machines can, it is not done by the morning.
    assert found["preemptive_done"] < 0.9
    assert found["preemptive_done"] < story["preemptive_done"]
    assert found["priority_in_time"] > story["priority_in_time"] + 0.05


@every_seed
def test_sixteen_machines(seed: int) -> None:
    found, story = after("Sixteen", seed=seed), readings(seed=seed)
    assert found["priority_p99"] < 0.6 * story["priority_p99"]
    assert found["priority_in_time"] > story["priority_in_time"] + 0.1
    assert found["pools_p99"] < 1.3
    assert found["pools_job"] < 0.45 * story["pools_job"]


def test_size() -> None:
    table = lab.table()
    assert table.shape == (40, len(lab.columns))


def test_a_log_of_ones_own() -> None:
    log = [[1.7e9 + 7 * i, 0, 0, 0, 0, 0] for i in range(3000)]
    table = lab.table(own=log)
    sentence = lab.sentence(table, lab.defaults)
    assert "3,000 requests" in sentence
    assert "42 times as fast" in sentence
