import doctest
from typing import Any

import pytest

from scalelab.models.patterns import call_graph
from scalelab.models.patterns.call_graph import ORDERS, REMEDIES, WAYS, page, time_for, wasted

NAN = float("nan")
TIMES = [
    ("proxy_ms", (-1.0, 10_001.0, NAN)), ("slow", (-0.1, 1.1, NAN)),
    ("hop_ms", (-1.0, 10_001.0, NAN)), ("fast_ms", (0.0, 10_001.0, NAN)),
]  # fmt: skip
SHAPE = [("branches", (0, 61)), ("depth", (0, 61)), ("limit_ms", (0.0, 1e5 + 1, NAN))]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        *SHAPE, *TIMES, ("optional", (-1, 6)), ("up", (0.4, 1.1, NAN)), ("kept", (-0.1, 1.1, NAN)),
        ("common", (-0.1, 1.1, NAN)),
    ],
)  # fmt: skip
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            page(**given)


@pytest.mark.parametrize(("name", "values"), [("services", (0, 61)), *TIMES])
def test_times_name_it_too(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {"services": 3, name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            time_for(**given)


@pytest.mark.parametrize(("name", "values"), [("wait_ms", (-1.0, 1e5 + 1, NAN)), *SHAPE, *TIMES])
def test_waste_names_it_too(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {"wait_ms": 0.0, name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            wasted(**given)


def test_words_and_sizes_are_checked() -> None:
    with pytest.raises(ValueError, match=r"^order is 'none', allowed are One after the other"):
        page(order="none")
    with pytest.raises(ValueError, match=r"^order is 'none'"):
        wasted(0.0, order="none")
    with pytest.raises(ValueError, match=r"^how is 'none', allowed are Fallback, Queue"):
        page(how="none")
    with pytest.raises(ValueError, match=r"^services is 70, .*fewer branches"):
        page(branches=10, depth=7)


def test_the_story() -> None:
    found = page()
    assert (found.services, found.needed) == (30, 30)
    assert found.up == pytest.approx(0.970431, abs=1e-6)
    assert found.minutes_by_remedy[REMEDIES[0]] == pytest.approx(found.minutes_down)
    assert tuple(found.minutes_by_remedy) == REMEDIES
    assert found.p99_ms < 0.4 * found.added_p99_ms
    assert found.mean_ms == pytest.approx(30 * 6.4)
    assert (found.network_ms, found.proxies_ms) == (15.0, 0.0)
    assert found.p99_without_ms is not None
    assert page(branches=1).p99_without_ms is None
    queued = page(optional=5, how=WAYS[1])
    assert queued.p99_ms < page(optional=5).p99_ms
    assert found.each_up**30 == pytest.approx(0.999)


def test_models_agree_with_each_other() -> None:
    alone = time_for(12, proxy_ms=2.0)
    assert page(branches=12, depth=1, proxy_ms=2.0).p99_ms == pytest.approx(alone.p99_turn_ms)
    once = page(branches=12, depth=1, order=ORDERS[1], proxy_ms=2.0)
    assert once.p99_ms == pytest.approx(alone.p99_once_ms)
    assert once.mean_ms == pytest.approx(alone.mean_once_ms)
    assert page(limit_ms=300.0).late == pytest.approx(wasted(0.0, limit_ms=300.0).late)


def test_examples_of_the_docstring() -> None:
    assert doctest.testmod(call_graph).failed == 0
