import doctest
from typing import Any

import pytest

from scalelab.models.patterns import ordering
from scalelab.models.patterns.ordering import RATE_PER_S, WAYS, handle

NAN = float("nan")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("gap_s", (-1.0, 2e5, NAN)), ("fails", (-0.1, 1.0, NAN)), ("repeated", (-0.1, 0.9985)),
        ("poison", (-0.1, 1.0)), ("backoff_s", (-1.0, 2e5)), ("kept_s", (-1.0, 2e5)),
        ("workers", (0, 1001)), ("rate_per_s", (0.0, 2e6, NAN)), ("service_ms", (0.0, 2e5)),
        ("late_s", (-1.0, 2e4)), ("seed", (-1, 2**31)),
    ],
)  # fmt: skip
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            handle(**given)


def test_the_story() -> None:
    assert RATE_PER_S == 100.0
    found = handle()
    assert tuple(found) == WAYS
    any_, versions, place, aside, groups = found.values()
    assert any_.wrong == pytest.approx(aside.wrong, rel=1e-6)
    assert any_.wrong > 10.0 * place.wrong == 10.0 * groups.wrong
    assert versions.wrong == versions.twice == 0.0
    assert place.late > 100.0 * groups.late > 100.0
    assert place.fewest_late <= place.late <= place.most_late
    assert place.capacity_per_s < 0.5 * any_.capacity_per_s
    assert place.blocked == pytest.approx(place.blocked_s * 5.0)
    for each in found.values():
        assert each.keeps_up
        counts = list(each.not_done.values())
        assert counts == sorted(counts, reverse=True)
        assert each.not_done[10.0] == pytest.approx(each.late)
        assert each.wait_s >= 0.0
        assert each.p99_s > 0.2
    assert len(any_.wrong_by_gap) == 30
    assert len(groups.wrong_by_gap) == 2


def test_where_more_comes_than_is_done_all_are_late() -> None:
    found = handle(fails=0.01)
    assert not found["Retry in place"].keeps_up
    assert found["Retry in place"].late == 1e6
    assert found["Any worker"].keeps_up


def test_examples_of_the_docstring() -> None:
    assert doctest.testmod(ordering).failed == 0
