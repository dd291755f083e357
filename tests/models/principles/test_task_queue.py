import doctest
from typing import Any

import pytest

from scalelab.facts import task_queue as facts
from scalelab.models.principles import task_queue
from scalelab.models.principles.task_queue import WAYS, run, spike, workers_wanted
from scalelab.theory.queueing import erlang, finite_buffer

NAN = float("nan")
SYNC, QUEUE, LIMITED, NEWEST, SCALED = WAYS


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("usual_per_s", (0.0, 1001.0, NAN)), ("spike_per_s", (0.0, 10_001.0)),
        ("minutes", (0.0, 1441.0)), ("workers", (0, 10_001)), ("service_s", (0.0, 3601.0, NAN)),
        ("deadline_min", (0.0, 2e5)), ("limit", (-1, 2_000_000_000)), ("boot_s", (-1.0, 3601.0)),
        ("threads", (0, 1_000_001)), ("target_s", (0.0, 2e5)), ("most_workers", (0, 10_001)),
    ],
)  # fmt: skip
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            spike(**given)


def test_what_a_full_queue_cannot_do() -> None:
    with pytest.raises(ValueError, match=r"^when_full is 'wait', allowed are Refuse new, Drop"):
        spike(when_full="wait")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("usual_per_s", (0.0, 1001.0)), ("spike_per_s", (0.0, 10_001.0)),
        ("lead_min", (-1.0, 2e6)), ("minutes", (-1.0, NAN)), ("after_min", (-1.0, 2e6)),
        ("workers", (0, 10_001)), ("service_s", (0.0, 3601.0)), ("places", (0, 1_000_001)),
        ("seed", (-1, 2**31)), ("batches", (1, 1001)),
    ],
)  # fmt: skip
def test_what_a_run_cannot_have_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            run(**given)


def test_a_run_that_is_too_long_or_too_short() -> None:
    for minutes in (1.0, 900_000.0):
        with pytest.raises(ValueError, match=r"^tasks in all is .* change times or rates$"):
            run(lead_min=0.0, minutes=0.0, after_min=minutes)


@pytest.mark.parametrize("name", ["backlog", "service_s", "target_s"])
def test_the_rule_checks_its_arguments(name: str) -> None:
    given = {"backlog": 1.0, "service_s": 1.0, "target_s": 1.0, name: -1.0}
    with pytest.raises(ValueError, match=rf"^{name} is -1.0"):
        workers_wanted(**given)


def test_the_example_of_the_rule() -> None:
    wanted = workers_wanted(
        facts.SQS_MESSAGES.value, facts.SQS_TAKES.value, facts.SQS_LATENCY.value
    )
    assert wanted == facts.SQS_INSTANCES.value


def test_what_is_never_empty_is_none() -> None:
    found = spike(workers=8)
    assert found[QUEUE].drained_min is None
    assert found[SCALED].drained_min is not None


def test_only_who_waits_for_the_work_waits() -> None:
    found = spike()
    assert found[SYNC].answer_s == pytest.approx(40 / 5.0 + 2.0)
    for way in (QUEUE, LIMITED, NEWEST, SCALED):
        assert found[way].answer_s == 0.02
        assert found[way].done_min * 60.0 > 2.0


def test_a_run_is_the_fluid_but_for_chance() -> None:
    """The mean wait of one run with a spike is mostly that of the fluid."""
    found = run(seed=3)
    assert found.tasks == pytest.approx(4.25 * 9600 + 15 * 600, rel=0.02)
    fluid = (0.5 * 6000.0 * 600.0 + 0.5 * 6000.0 * 8000.0) / found.tasks
    assert found.wait_s.mean == pytest.approx(fluid, rel=0.15)


@pytest.mark.parametrize("places", [None, 25])
def test_littles_law_on_a_path(places: int | None) -> None:
    found = run(places=places)
    assert found.number == pytest.approx(found.rate * found.time_s, rel=1e-9)


def test_mmc_in_the_long_run() -> None:
    found = run(lead_min=1500.0, minutes=0.0, after_min=0.0, seed=5)
    expected = 2.0 * erlang.mean_wait(8.5, 10)
    assert abs(found.wait_s.mean - expected) < 4.0 * found.wait_s.se
    assert found.refused.mean == 0.0


def test_mm1k_refuses() -> None:
    found = run(1.2, lead_min=2000.0, minutes=0.0, after_min=0.0, workers=1, service_s=1.0,
                places=10)  # fmt: skip
    expected = finite_buffer.one_server_blocked(1.2, 10)
    assert abs(found.refused.mean - expected) < 4.0 * found.refused.se


def test_examples_of_the_docstring() -> None:
    assert doctest.testmod(task_queue).failed == 0
