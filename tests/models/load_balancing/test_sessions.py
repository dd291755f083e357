import doctest
from typing import Any

import pytest

from scalelab.models.load_balancing import sessions
from scalelab.models.load_balancing.sessions import EVENTS, WAYS, course, keep, token_bytes

NAN = float("nan")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("machines", (1, 65)), ("drain_min", (-1.0, 601.0, NAN)), ("shared", (0, 10_001)),
        ("payload_bytes", (0, 100_001)), ("token_min", (0.0, 1e6)), ("customers", (99, 2e6, NAN)),
    ],
)  # fmt: skip
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            keep(**given)


@pytest.mark.parametrize("name", ["event", "visits", "placement", "store"])
def test_names_that_are_not_known(name: str) -> None:
    given: dict[str, Any] = {name: "other"}
    with pytest.raises(ValueError, match=f"^{name} is 'other', allowed are "):
        keep(**given)


def test_a_way_that_is_not_known_and_a_token_of_no_length() -> None:
    with pytest.raises(ValueError, match=r"^way is 'other', allowed are Sticky"):
        course(way="other")
    with pytest.raises(ValueError, match=r"^payload_bytes is 0, allowed is 1 to"):
        token_bytes(0)
    with pytest.raises(ValueError, match=r"^signature_bytes is 0, allowed is 1 to"):
        token_bytes(300, 0)


def test_a_deploy_loses_more_sessions_than_there_are() -> None:
    found = keep()
    assert tuple(found) == WAYS
    assert found["Sticky"].lost == pytest.approx(1.561, abs=1e-3)
    assert found["Sticky"].busiest == pytest.approx(1.336, abs=1e-3)
    assert found["Store"].lost == found["Token"].lost == 0.0


@pytest.mark.parametrize("event", EVENTS)
def test_every_event_shows_every_way(event: str) -> None:
    found = keep(event)
    for way in WAYS:
        moments = course(event, way=way)
        assert moments[0].lost == 0.0
        assert max(each.busiest for each in moments) == pytest.approx(found[way].busiest)
        assert moments[-1].lost == pytest.approx(found[way].lost)


def test_machines_that_cannot_do_it_have_no_time() -> None:
    found = keep("Nothing", machines=3)
    assert found["Store"].longer_ms is None
    assert found["Token"].longer_ms is None
    assert keep("Nothing")["Token"].longer_ms == pytest.approx(0.112, abs=1e-3)


def test_what_fits_into_a_cookie() -> None:
    assert token_bytes(2787) == 4096
    assert keep(payload_bytes=2787)["Token"].fits
    assert not keep(payload_bytes=2788)["Token"].fits


def test_stores() -> None:
    lost = [keep("The store fails", store=store)["Store"] for store in sessions.STORES]
    assert [each.takes_min for each in lost] == [5.0, 5.0, 0.5]
    assert lost[0].lost == 1.0
    assert 100 * lost[2].lost == pytest.approx(lost[1].lost, rel=0.01)
    assert 20_000 * lost[1].lost == pytest.approx(100, rel=0.01)


def test_examples_of_the_docstrings() -> None:
    assert doctest.testmod(sessions).failed == 0
