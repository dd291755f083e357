"""The kernel against plain Python, and what always holds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.queueing import abandonment_reference as plain

from scalelab.kernels.jit import Table
from scalelab.kernels.queueing.abandonment import (
    ABANDONED,
    ARRIVED,
    DELAYED,
    ELAPSED,
    REFUSED,
    RESPONSE,
    SERVED_WAIT,
    SUMS,
    WAIT,
    WORK,
    simulate,
)
from scalelab.kernels.queueing.law import law

cv2s = st.sampled_from([0.0, 0.5, 1.0, 4.0])
worlds = st.fixed_dictionaries({
    "load": st.sampled_from([0.3, 0.9, 1.0, 2.0]), "arrival": cv2s, "service": cv2s,
    "patience": cv2s, "stays": st.sampled_from([0.0, 0.1, 1.0, 5.0, 1e12]),
    "servers": st.sampled_from([1, 2, 5]), "room": st.sampled_from([None, 0, 1, 6]),
    "seed": st.integers(0, 1000),
})  # fmt: skip


def laws(w):  # type: ignore[no-untyped-def]
    patience = law(w["stays"], w["patience"]) if w["stays"] > 0.0 else law(1e-300, 0.0)
    return law(1.0 / (w["load"] * w["servers"]), w["arrival"]), law(1.0, w["service"]), patience


def places(w) -> int:  # type: ignore[no-untyped-def]
    return 0 if w["room"] is None else w["servers"] + w["room"]


def run(w, warm_up: int = 50, batches: int = 2, size: int = 150) -> Table:  # type: ignore[no-untyped-def]
    table: Table = simulate(*laws(w), w["servers"], places(w), warm_up, batches, size, w["seed"])
    return table


@settings(max_examples=40, deadline=None)
@given(worlds)
def test_as_plain_python(w) -> None:  # type: ignore[no-untyped-def]
    sums = run(w)
    everyone = plain.served(plain.customers(*laws(w), w["seed"], 350), w["servers"], places(w))
    for batch in range(2):
        these = everyone[50 + 150 * batch : 200 + 150 * batch]
        served = [one for one in these if one["fate"] == "served"]
        row = sums[batch]
        assert row[ARRIVED] == 150
        assert row[REFUSED] == sum(one["fate"] == "refused" for one in these)
        assert row[ABANDONED] == sum(one["fate"] == "abandoned" for one in these)
        assert row[WAIT] == pytest.approx(sum(one["wait"] for one in these), abs=1e-9)
        assert row[SERVED_WAIT] == pytest.approx(sum(one["wait"] for one in served), abs=1e-9)
        assert row[WORK] == pytest.approx(sum(one["takes"] for one in served))
        assert row[RESPONSE] == pytest.approx(row[SERVED_WAIT] + row[WORK])
        before = everyone[49 + 150 * batch]["came"]
        assert row[ELAPSED] == pytest.approx(these[-1]["came"] - before)


@settings(max_examples=30, deadline=None)
@given(worlds)
def test_bounds(w) -> None:  # type: ignore[no-untyped-def]
    sums = run(w)
    assert sums.shape == (2, SUMS)
    assert np.isfinite(sums).all()
    assert (sums >= 0.0).all()
    assert (sums[:, REFUSED] + sums[:, ABANDONED] <= sums[:, ARRIVED]).all()
    assert (sums[:, ABANDONED] <= sums[:, DELAYED]).all()
    assert (sums[:, SERVED_WAIT] <= sums[:, WAIT]).all()
    if w["room"] is None:
        assert not sums[:, REFUSED].any()
    if w["room"] == 0:
        assert not sums[:, DELAYED].any()
    if w["stays"] == 1e12:
        assert not sums[:, ABANDONED].any()


@settings(max_examples=30, deadline=None)
@given(worlds)
def test_one_server_more(w) -> None:  # type: ignore[no-untyped-def]
    """The same customers, as many more of them served."""
    w = {**w, "room": None}
    less = simulate(*laws(w), w["servers"], 0, 0, 1, 300, w["seed"])[0]
    more = simulate(*laws(w), w["servers"] + 1, 0, 0, 1, 300, w["seed"])[0]
    assert more[ELAPSED] == less[ELAPSED]
    if w["stays"] == 1e12:
        assert more[WAIT] <= less[WAIT] + 1e-9
