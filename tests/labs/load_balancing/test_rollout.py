"""What the prompts below the lab ask the reader to see is there to be seen."""

from typing import Any

from scalelab.facts import deploys
from scalelab.kernels.load_balancing.rollout import LEAST_WEIGHT
from scalelab.labs.load_balancing.rollout import COUNTS, RAMP, TURNS, lab
from scalelab.web.lab import Slider


def clicked(beginning: str) -> dict[str, float]:
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return dict(settings)


def here(**changed: float) -> dict[str, dict[str, Any]]:
    rows = lab.rows(lab.table(**lab.settled(changed)))
    return {str(row["balancer"]): row for row in rows if row["kind"] == "as set"}


def test_what_tools_have_by_default_can_be_set() -> None:
    values = {c.name: c.values for c in lab.controls if isinstance(c, Slider)}
    assert deploys.ALB_DEREGISTRATION.value in values["drain_s"]
    assert deploys.ALB_LEAST_SLOW_START.value in values["slow_start_s"]
    assert deploys.ALB_MOST_SLOW_START.value == max(values["slow_start_s"])
    assert deploys.ENVOY_LEAST_WEIGHT.value == LEAST_WEIGHT


def test_at_first_sight() -> None:
    found = here()
    assert found[TURNS]["worst"] > 1000.0
    assert found[COUNTS]["worst"] < 100.0
    assert found[RAMP]["worst"] < 12.0
    assert found[RAMP]["takes"] - found[TURNS]["takes"] == 5.0
    assert found[TURNS]["least"] > 0.85


def test_the_guess_is_held_against_a_point_of_the_picture() -> None:
    rows = lab.rows(lab.table(**lab.defaults))
    shown = [r["response"] for r in rows if r["balancer"] == TURNS and r["kind"] == "first batch"]
    assert max(float(value) for value in shown) == here()[TURNS]["worst"]
    assert 10.0 <= here()[TURNS]["worst"] <= 4000.0


def test_half_a_minute_is_not_enough() -> None:
    found = here(**clicked("Slow start over"))
    assert found[RAMP]["worst"] > 10.0 * here()[RAMP]["worst"]
    assert found[RAMP]["worst"] < 0.2 * found[TURNS]["worst"]


def test_least_connections_needs_no_slow_start_for_short_requests() -> None:
    found = here(**clicked("Nothing stays open"))
    assert found[COUNTS]["worst"] < 16.0
    assert found[COUNTS]["slow"] == 0.0
    assert found[TURNS]["worst"] > 1000.0


def test_web_sockets_drown_the_new_machine() -> None:
    found = here(**clicked("The 1% are"))
    assert found[COUNTS]["worst"] > 10.0 * found[TURNS]["worst"]
    assert found[COUNTS]["slow"] > 5.0 * found[TURNS]["slow"]
    # And hardly any of the 72,000 is done when the time is up.
    assert found[TURNS]["cut"] > 0.98 * 72_000


def test_two_at_a_time_are_missing() -> None:
    settings = clicked("Old machines go first")
    found = here(**settings)
    for balancer in (TURNS, COUNTS, RAMP):
        assert found[balancer]["worst"] > 10_000.0
    rows = lab.rows(lab.table(**lab.settled(settings)))
    capacity = [
        float(row["capacity"]) for row in rows
        if row["balancer"] == TURNS and row["kind"] == "first batch" and 5 < float(row["at"]) < 80
    ]  # fmt: skip
    assert max(capacity) < found[TURNS]["rate"]


def test_what_the_balancer_does_not_know_no_time_out_saves() -> None:
    found = here(**clicked("Drain for five"))
    assert found[TURNS]["cut"] < 0.1
    assert 3300.0 < found[TURNS]["refused"] < 3400.0
    assert found[COUNTS]["refused"] > 5.0 * found[TURNS]["refused"]
    assert found[TURNS]["takes"] > 2.0 * here()[TURNS]["takes"]
