import doctest
from typing import Any

import pytest

from scalelab.models.trade_offs import developer_experience
from scalelab.models.trade_offs.developer_experience import (
    PARTS,
    USD_PER_MONTH,
    WAYS,
    compare,
    tooling_of,
)

NAN = float("nan")
OWN, PLATFORM, MANAGED = WAYS


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("developers", (0, 10_001)), ("components", (-1, 9)), ("first_h", (0.0, 41.0, NAN)),
        ("turnover", (0.01, 1.1, NAN)), ("flaky", (-0.01, 0.11, NAN)), ("people_each", (0.0, 11.0)),
        ("adoption", (0.0, 1.1, NAN)), ("load_per_s", (0.0, 30_001.0)), ("learning", (0.4, 1.1)),
        ("resume_min", (-1.0, 241.0)), ("usd_per_month", (99.0, 1.1e6)),
        ("machine_usd", (0.0, 1.1e6)), ("request_usd", (0.0, 0.1, NAN)),
    ],
)  # fmt: skip
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {"developers": 40, "components": 4, name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            compare(**given)


def test_a_week_without_time_is_refused_with_advice() -> None:
    with pytest.raises(ValueError, match=r"^learning and running is .* h a week.*fewer components"):
        compare(40, 8, first_h=40.0, turnover=1.0)


def test_the_story() -> None:
    found = compare(40, 4)
    assert pytest.approx(15_701.6, abs=0.05) == USD_PER_MONTH
    own, platform, managed = (found.ways[way] for way in WAYS)
    assert own.usd_of_a_change is not None
    assert platform.usd_of_a_change is not None
    assert managed.usd_of_a_change is not None
    assert managed.usd_of_a_change < own.usd_of_a_change < platform.usd_of_a_change
    assert platform.people == 4.0
    assert own.people == managed.people == 0.0
    for borne in found.ways.values():
        assert tuple(borne.hours) == PARTS
        assert sum(borne.hours.values()) == pytest.approx(40.0)
        assert borne.hours[PARTS[-1]] == pytest.approx(40.0 * borne.share)
    assert found.suites == 30
    assert found.red == pytest.approx(0.4545, abs=5e-5)
    assert found.runs == pytest.approx(1.0 / (1.0 - found.red))
    assert found.platform_over_own is not None
    assert 40.0 < found.platform_over_own.low < 50.0
    assert found.platform_over_own.high is None


def test_what_is_not_there_is_none() -> None:
    nothing = compare(40, 0)
    assert nothing.platform_over_own is None
    assert nothing.managed_over_own is None
    assert nothing.own_cheaper_from_per_s is None
    assert compare(4, 4).ways[PLATFORM].usd_of_a_change is None
    assert compare(40, 4, adoption=0.5).platform_over_managed is None


def test_own_is_cheaper_from_that_load_on() -> None:
    load = compare(40, 4).own_cheaper_from_per_s
    assert load is not None
    for factor, cheaper in ((0.99, MANAGED), (1.01, OWN)):
        ways = compare(40, 4, load_per_s=factor * load).ways
        usd = {way: ways[way].usd_of_a_change or 0.0 for way in (OWN, MANAGED)}
        assert min(usd, key=lambda way: usd[way]) == cheaper


def test_tools() -> None:
    assert tooling_of(False, False, False) == 0
    plain = compare(40, 4).ways[OWN].hours
    assert compare(40, 4, local_tests=True).ways[OWN].hours[PARTS[1]] < plain[PARTS[1]]
    assert compare(40, 4, rerun_failed=True).ways[OWN].hours[PARTS[2]] < plain[PARTS[2]]
    assert compare(40, 4, traces=True).ways[OWN].hours[PARTS[3]] < plain[PARTS[3]]
    assert compare(40, 4, traces=True).ways[OWN].hours[PARTS[4]] > plain[PARTS[4]]


def test_examples_of_the_docstring() -> None:
    assert doctest.testmod(developer_experience).failed == 0
