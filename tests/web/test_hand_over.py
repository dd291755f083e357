"""What a lab hands over to another: the settings, their limits, and what is refused."""

import dataclasses

import numpy as np
import pytest
from tests.book.shown import PAGE_OF
from tests.browser.small_labs import AREA, COUNTS, PACE

from scalelab.kernels.access_log import ENDPOINT, FIELDS
from scalelab.labs.published import published
from scalelab.web.lab import HandOver, Lab, Reading

LABS = [lab for lab in published().values() if isinstance(lab, Lab)]


def log_of(requests: int) -> np.ndarray:
    log = np.zeros((requests, FIELDS))
    log[:, ENDPOINT] = np.arange(requests) % 3
    return log


def test_readings_become_settings_that_the_other_lab_runs_at() -> None:
    handed = COUNTS.hand_over(AREA.name, factor=3)
    assert handed == {"size": 180, "share": 0.25, "kind": 1}
    assert isinstance(handed["size"], int)
    assert AREA.table(**handed)[0, 1] == 180 * 0.25 * 2


def test_it_follows_data_of_the_reader_s_own() -> None:
    assert COUNTS.hand_over(AREA.name, own=log_of(77))["size"] == 77


@pytest.mark.parametrize(("requests", "size"), [(3, 10), (20_000, 10_000)])
def test_the_ends_of_a_control_are_kept_to(requests: int, size: int) -> None:
    assert COUNTS.hand_over(AREA.name, own=log_of(requests))["size"] == size


def test_a_control_is_handed_over_as_it_is_set() -> None:
    lab = dataclasses.replace(COUNTS, hand_overs=[HandOver(AREA, {"size": "factor"})])
    assert lab.hand_over(AREA.name, factor=10) == {"size": 10}


def test_what_has_no_reading_is_left_out() -> None:
    nowhere = Reading("nowhere", "requests", {"endpoint": 99})
    lab = dataclasses.replace(
        COUNTS,
        readings=[*COUNTS.readings, nowhere],
        hand_overs=[HandOver(AREA, {"size": "nowhere", "share": 0.5})],
    )
    assert lab.hand_over(AREA.name) == {"share": 0.5}


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"extent": "total"}, r"'extent' of 'two/area', which has no such control.*'size'"),
        ({"size": "totel"}, r"hands over 'totel', which it has neither as a reading.*'total'"),
        ({"kind": "total"}, r"'kind' of 'two/area', which is no slider; give a fixed number"),
    ],
)
def test_names_are_checked_where_they_are_declared(settings: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(COUNTS, hand_overs=[HandOver(AREA, settings)])


def test_a_lab_without_such_a_hand_over_says_which_it_has() -> None:
    with pytest.raises(ValueError, match=r"nothing for 'caching/none'; it hands over to \['two/ar"):
        COUNTS.hand_over("caching/none")
    with pytest.raises(ValueError, match=r"it hands over to \[\]"):
        PACE.hand_over(AREA.name)
    with pytest.raises(ValueError, match="no control"):
        COUNTS.hand_over(AREA.name, nothing=1)


@pytest.mark.parametrize(
    ("lab", "target"),
    [(lab, each.lab) for lab in LABS for each in lab.hand_overs],
    ids=lambda lab: lab.name,
)
def test_every_hand_over_of_the_course_leads_to_a_lab_that_runs_there(
    lab: Lab, target: Lab
) -> None:
    assert published()[target.name] is target
    assert np.isfinite(target.table(**lab.hand_over(target.name))).all()
    # The link's page; a chapter that is not written yet has none.
    page = f"chapters/{target.name.split('/')[0]}.html"
    assert PAGE_OF.get(target.name, page) == page
