"""What the prompts below the lab ask the reader to see is there to be seen."""

import pytest

from scalelab.labs.replication.stale_reads import PINS, lab
from scalelab.models.replication.stale_reads import PIN_MS, TAILS


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
    """Sticky sessions hardly help; the pin costs a hundred times what waiting does."""
    first = readings()
    assert 0.08 < first["random"] < 0.095  # "9%" in the question
    assert 0.85 < first["sticky"] / first["random"] < 1.0
    assert first["sticky_gone"] == 0.0 < first["random_gone"]
    assert 0.002 < first["pinned"] < 0.01
    assert first["pinned"] == first["pinned_gone"]
    assert first["pinned_reads"] == pytest.approx(0.2)
    assert first["pinned_reads"] > 50 * first["waiting_reads"]
    assert 1.0 < first["wait"] < 10.0
    assert 300 < first["wait_p99"] < 1000


def test_a_page_that_asks_more_often() -> None:
    often, first = after("The page asks five times"), readings()
    assert often["random"] > 1.2 * first["random"]
    assert often["random_gone"] > 4 * first["random_gone"]
    assert often["pinned_reads"] == pytest.approx(0.8)
    # Sticky sessions never step back, but some never get there at all.
    assert often["sticky_gone"] == 0.0
    assert often["sticky_never"] > 0.002
    assert often["sticky_stale"] == pytest.approx(often["random_stale"], rel=0.1)


def test_a_straggler() -> None:
    late = after("One of the three replicas")
    assert late["random"] > 0.4
    assert 0.25 < late["sticky"] < 0.75 * late["random"]
    assert late["random_gone"] > 0.15
    assert late["sticky_never"] > 10 * late["random_never"]
    assert late["sticky_stale"] == pytest.approx(late["random_stale"], rel=0.1)
    assert late["pinned"] > 0.1
    assert late["wait_p99"] == 1000.0


def test_a_burst_for_all() -> None:
    burst, first = after("A burst"), readings()
    assert burst["random_gone"] == 0.0
    assert burst["random"] == burst["sticky"] == pytest.approx(first["sticky"], rel=0.15)


def test_an_exponential_lag() -> None:
    """As many miss it in the first read, and hardly anybody after the pin."""
    exponential, first = after("The same mean lag"), readings()
    assert exponential["sticky"] == pytest.approx(first["sticky"], rel=0.15)
    assert exponential["pinned"] < 0.05 * first["pinned"]


def test_settings_come_from_the_facts() -> None:
    assert tuple(lab.constants[name] for name in ("tail_1s", "tail_3s", "tail_10s")) == TAILS
    assert PIN_MS in PINS
    assert lab.defaults["pin"] == PIN_MS


def test_the_question_is_that_of_the_defaults() -> None:
    defaults = lab.defaults
    asked = (defaults["mean_lag"], defaults["first"], defaults["think"], defaults["n_replicas"])
    assert asked == (200, 500, 1000, 3)
