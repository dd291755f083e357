import doctest
from typing import Any

import pytest

from scalelab.models.introduction import elasticity
from scalelab.models.introduction.elasticity import STRATEGIES, simulate

NAN = float("nan")
MEAN, PEAK, ELASTIC, TOLD = STRATEGIES
FLAT: dict[str, Any] = {"peak_to_trough": 1.0, "burst": 0.0, "target": 1.0, "n_runs": 1}


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("peak_to_trough", (0.9, 101.0, NAN)),
        ("sale", (0.9, 101.0)),
        ("rise_s", (-1.0, 3601.0, NAN)),
        ("boot_s", (-1.0, 3601.0)),
        ("target", (0.0, 1.1, 70.0, NAN)),
        ("hold_min", (-1.0, 61.0)),
        ("burst", (-0.1, 20.0)),
        ("most", (0, 10_000_001)),
        ("measure_s", (-1.0, 1801.0)),
        ("mean_rate", (0.0, 2e9, NAN)),
        ("per_machine", (0.0, 2e6)),
        ("bursts_a_day", (-1.0, 1001.0)),
        ("n_runs", (0, 1001)),
    ],
)
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {"n_runs": 1, name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            simulate(ELASTIC, **given)


def test_an_unknown_strategy_is_named() -> None:
    with pytest.raises(ValueError, match=r"^strategy is 'Serverless', allowed are Fixed for the m"):
        simulate("Serverless")


def test_advice() -> None:
    with pytest.raises(ValueError, match="a share, not a percentage"):
        simulate(ELASTIC, target=70.0)
    with pytest.raises(ValueError, match="1 is no sale"):
        simulate(ELASTIC, sale=0.0)


def test_the_examples_in_the_docstrings() -> None:
    found = doctest.testmod(elasticity)
    assert found.attempted > 0
    assert found.failed == 0


def test_a_sale_by_hand() -> None:
    """Ten machines are busy; 20 more are wanted at once, and come after six minutes."""
    found = simulate(ELASTIC, sale=3.0, rise_s=0.0, boot_s=300.0, **FLAT)
    assert found.refused == pytest.approx(2000.0 * 360.0)
    assert found.worst_share == pytest.approx(2.0 / 3.0)
    assert found.worst_machines == pytest.approx(20.0)
    assert found.short_min == pytest.approx(6.0)
    # An hour, and ten minutes until they are given back; paid for from the order.
    assert found.machine_hours == pytest.approx(240.0 + 20.0 * (1.0 + 10.0 / 60.0))
    assert found.refused_share == pytest.approx(720.0 / (86_400.0 + 7200.0))
    assert found.missing == pytest.approx(720_000.0 / 100.0 / 86_400.0)
    told = simulate(TOLD, sale=3.0, rise_s=0.0, boot_s=300.0, **FLAT)
    assert told.refused == 0.0
    # Five minutes earlier, when they are ordered, or six, when elastic would have noticed.
    assert told.machine_hours == pytest.approx(found.machine_hours + 20.0 * 6.0 / 60.0, abs=0.1)


def test_sizes_by_hand() -> None:
    """Between 400 and 1,600 requests a second; a machine takes 100 and is busy to half."""
    day: dict[str, Any] = {"sale": 1.0, "target": 0.5, "burst": 0.0, "n_runs": 1}
    assert simulate(MEAN, **day).machine_hours == 24.0 * 20
    assert simulate(PEAK, **day).machine_hours == 24.0 * 32
    assert simulate(PEAK, **day).used == pytest.approx(1000.0 / 3200.0)
    assert simulate(PEAK, most=25, **day).machine_hours == 24.0 * 25


def test_too_few_and_too_many_differ_by_the_means() -> None:
    for strategy in (MEAN, PEAK):
        found = simulate(strategy, sale=1.0, burst=0.0, n_runs=1)
        machines = found.machine_hours / 24.0
        assert found.spare - found.missing == pytest.approx(machines - 10.0)


def test_one_seed_gives_one_result() -> None:
    first, again, other = (simulate(ELASTIC, seed=seed) for seed in (5, 5, 6))
    assert first == again != other
