import doctest
from typing import Any

import pytest

from scalelab.models.infrastructure import orchestration
from scalelab.models.infrastructure.orchestration import LOSSES, VERSIONS, WAYS, orchestrate

NAN = float("nan")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("replicas", (0, 201)), ("per_node", (0, 201)), ("room", (-1, 1001)),
        ("surge_percent", (-1, 101)), ("unavailable_percent", (-1, 101)),
        ("start_s", (0.5, 3601.0, NAN)), ("min_ready_s", (-1.0, 3601.0)),
        ("toleration_s", (-1.0, 86_401.0)), ("grace_s", (-1.0, 3601.0)),
        ("rate_per_s", (0.0, 1.1e6, NAN)), ("vcpus", (0, 129)), ("work_ms", (0.0, 10_001.0)),
        ("propagation_s", (-0.1, 61.0)), ("pre_stop_s", (-1.0, 3601.0)),
        ("known_s", (-1.0, 3601.0)), ("node_s", (-1.0, 36_001.0)), ("away_s", (-1.0, 36_001.0)),
        ("notice_s", (-1.0, 36_001.0, NAN)),
    ],
)  # fmt: skip
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            orchestrate(**given)


def test_what_kubernetes_refuses_is_refused() -> None:
    with pytest.raises(ValueError, match=r"both 0.*at least 1"):
        orchestrate(surge_percent=0, unavailable_percent=0)
    with pytest.raises(ValueError, match=r"^version is 'Best', allowed are Good"):
        orchestrate(version="Best")


def test_the_story() -> None:
    found = orchestrate()
    assert tuple(found.updates) == WAYS
    assert tuple(found.losses) == LOSSES
    assert found.needed == 7
    assert found.updates["As set"].worst_ms == pytest.approx(29.87, abs=0.01)
    assert found.updates["Recreate"].worst_ms is None
    assert found.updates["As set"].ready[0] == found.updates["As set"].ready[-1] == 10
    assert len(found.losses["Node dies"].at_min) == len(found.losses["Node dies"].ready)


def test_an_update_that_is_not_allowed_is_left_out() -> None:
    found = orchestrate(unavailable_percent=0)
    assert "Unavailable only" not in found.updates
    assert found.updates["As set"] == found.updates["Surge only"]


def test_what_never_ends_is_none() -> None:
    found = orchestrate(version=VERSIONS[1]).updates["As set"]
    assert found.takes_min is None
    assert found.reported_min == 10.0


def test_small_numbers_are_rounded_to_the_safe_side() -> None:
    assert orchestrate(replicas=3, rate_per_s=500.0).updates["As set"].unavailable == 0
    assert orchestrate(replicas=4, rate_per_s=500.0).updates["As set"].unavailable == 1


def test_who_sleeps_before_the_stop_refuses_nobody() -> None:
    assert orchestrate(pre_stop_s=5.0).updates["As set"].stray == 0.0
    late = orchestrate(propagation_s=2.0).updates["As set"].stray
    assert late == pytest.approx(2.0 * orchestrate().updates["As set"].stray)


def test_examples_of_the_docstring() -> None:
    assert doctest.testmod(orchestration).failed == 0
