import doctest
from typing import Any

import pytest

from scalelab.models.principles import delivery
from scalelab.models.principles.delivery import ORDERS, WAYS, deliver, expect, overruns

NAN = float("nan")
OUT = [
    ("send_lost", (-0.1, 1.1, NAN)), ("ack_lost", (-0.1, 0.51)), ("crash", (-0.1, 1.1)),
    ("dies", (-0.1, 1.1)), ("poison", (-0.1, 1.1, NAN)), ("lease_s", (0.0, 2e6)),
    ("receives", (0, 1001)), ("work_s", (0.0, 2e5)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "values"),
    [*OUT, ("window_min", (-1.0, 2e6)), ("retry_s", (0.0, 2e5)), ("seed", (-1, 2**31))],
)
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            deliver(**given)


@pytest.mark.parametrize(("name", "values"), OUT)
def test_expectations_refuse_the_same(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            expect("At least once", **given)


def test_unknown_names_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^law is 'normal', allowed are always, exponential"):
        deliver(law="normal")
    with pytest.raises(ValueError, match=r"^law is 'normal'"):
        overruns("normal", 30.0)
    with pytest.raises(ValueError, match=r"^way is 'With a key', allowed are At most once"):
        expect("With a key")


def test_overruns_refuse_times_out_of_range() -> None:
    with pytest.raises(ValueError, match=r"^lease_s is 0.0 s"):
        overruns("always", 0.0)
    with pytest.raises(ValueError, match=r"^work_s is nan s"):
        overruns("always", 1.0, NAN)


def test_overruns_by_law() -> None:
    assert overruns("always", 10.0) == 0.0
    assert overruns("always", 9.9) == 1.0
    assert overruns("long tail", 120.0) > overruns("exponential", 120.0)


def test_the_story() -> None:
    found = deliver()
    assert tuple(found) == WAYS
    for way, each in found.items():
        assert each.lost + each.dead + each.once + each.more == pytest.approx(ORDERS)
        assert each.least_more <= each.more <= each.most_more
        times = list(each.not_done.values())
        assert times == sorted(times, reverse=True)
        if way in WAYS[:3]:
            assert each.more == pytest.approx(expect(way).more, abs=20.0)
            assert each.receives == pytest.approx(expect(way).receives, rel=0.01)
    assert found["Key, and outbox"].lost == 0.0
    assert found["With a key"].more == 0.0


def test_nothing_lost_and_nobody_dead() -> None:
    quiet = {"send_lost": 0.0, "ack_lost": 0.0, "crash": 0.0, "dies": 0.0, "poison": 0.0}
    for each in deliver(**quiet, law="always").values():
        assert each.once == ORDERS
        assert each.receives == 1.0


def test_examples_of_the_docstring() -> None:
    assert doctest.testmod(delivery).failed == 0
