"""What the prompts below the lab ask the reader to see is there to be seen."""

import numpy as np
import pytest

from scalelab.labs.storage.partition import AP, CP, SINGLE, lab
from scalelab.models.storage.partition import SYSTEMS, simulate


def readings(**changed: float) -> dict[str, float]:
    settings = lab.settled(changed)
    table = lab.table(**settings)
    found = {r.name: lab.read(r, table, settings) for r in lab.readings}
    return {name: value for name, value in found.items() if value is not None}


def after(beginning: str) -> dict[str, float]:
    """The readings when the prompt that begins so has been clicked."""
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return readings(**settings)


def test_at_first_sight() -> None:
    """Quorum and single node look the same; every replica pays in another coin."""
    before = readings()
    assert before["refused_cp"] == before["refused_single"]
    assert before["refused_cp"] / before["requests"] == pytest.approx(0.15, abs=0.01)
    assert 250 < before["fewest"] < before["lost"] < before["most"] < 500
    assert before["stale"] > 0.15
    assert before["differing"] > 400
    assert 3.0 < before["agreed"] < 8.0
    assert before["price"] > 3.0
    # The question speaks of 1,200 writes while the link is cut.
    rate, writes, seconds = (lab.defaults[n] for n in ("request_rate", "write_share", "break_s"))
    assert rate * writes * seconds == 1200
    assert lab.defaults["minority"] == 0.3
    assert lab.defaults["n_keys"] == 1000


def test_without_a_break() -> None:
    slow = after("Nothing breaks, but")
    assert slow["refused_cp"] == slow["refused_single"] == 0.0
    assert slow["lost"] > 100
    assert slow["stale"] > 0.05
    assert "price" not in slow
    assert 1.0 < slow["agreed"] <= 2.0  # whatever was on its way
    assert readings(break_s=0)["lost"] < 0.2 * slow["lost"]


def test_what_breaks() -> None:
    before, server, site = readings(), after("One server in the"), after("All servers in the")
    assert server["refused_cp"] == 0.0
    assert server["refused_single"] / server["requests"] == pytest.approx(0.5, abs=0.02)
    assert site["refused_cp"] == site["refused_single"] > 3 * before["refused_cp"]
    assert site["lost"] > 0.0
    assert site["stale"] < 0.3 * before["stale"]


def test_merging() -> None:
    before, merged = readings(), after("Keep both versions")
    assert merged["lost"] == 0.0
    assert merged["stale"] == before["stale"] > 0.15


def test_the_majority_does_not_notice() -> None:
    """In each part of the break the quorum answers all that come from the East."""
    table = lab.table(minority=0.0)
    assert (table[table[:, 0] == SYSTEMS.index(CP)][:, 8] == 0.0).all()
    assert AP != SINGLE


def test_the_timeline_says_when_something_is_broken() -> None:
    names = [column.name for column in lab.columns]
    table = lab.table()
    begins, ends, now, whole = (
        table[:, names.index(name)] for name in ("from", "to", "broken_now", "whole")
    )
    np.testing.assert_array_equal(now == 1, (begins >= 30) & (ends <= 90) & (whole == 0))
    for seconds in (c.values for c in lab.controls if c.name == "break_s"):
        # The shade begins and ends between two bars.
        assert all((30 + s) % 3 == 0 for s in seconds)


def test_the_model_gives_the_lab_s_numbers() -> None:
    before, model = readings(), simulate(AP)
    assert (before["lost"], before["stale"]) == (model.writes_lost, model.stale)
    assert before["agreed"] == model.agreed_s
