"""What the prompts below the lab ask the reader to see is there to be seen."""

import pytest

from scalelab.labs.introduction.read_write import MOST, lab
from scalelab.models.introduction.read_write import MEANS, carried
from scalelab.theory.introduction.read_write import Shop

NAMES = [column.name for column in lab.columns]


def reading(name: str, **changed: float) -> float | None:
    settings = lab.settled(changed)
    (one,) = [each for each in lab.readings if each.name == name]
    return lab.read(one, lab.table(**settings), settings)


def best(**changed: float) -> str:
    """Of the three, that which carries most."""
    found = reading("best", **changed)
    assert found is not None
    return MEANS[int(found)]


def after(beginning: str) -> dict[str, float]:
    """The settings of the prompt that begins so."""
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return dict(settings)


def gains(**changed: float) -> dict[str, list[float]]:
    """Of each of the means, times one server, over the number of servers."""
    rows = [dict(zip(NAMES, row, strict=True)) for row in lab.table(**changed)]
    return {
        means: [row["gain"] for row in rows if row["means"] == i and row["view"] == 0]
        for i, means in enumerate(MEANS)
    }


def test_at_first_sight() -> None:
    """Replicas bend and stop, the cache stops at once, shards go on."""
    found = gains()
    assert found["Replicas"][MOST - 1] == pytest.approx(5.5)
    assert found["Replicas"][9:] == pytest.approx([5.5] * 7)
    assert found["Replicas"][8] < 5.3
    assert found["Cache"][1:] == pytest.approx([Shop(0.1).cache()] * 15)
    assert found["Shards"][MOST - 1] > 12.5
    # The cache gets replicas to the same ceiling with four servers, and no further.
    assert found["Cache and replicas"][3:] == pytest.approx([5.5] * 13)
    assert found["Cache and replicas"][2] < 4.7
    # Behind a cache, 16 shards carry more than 16 times one server.
    assert found["Cache and shards"][MOST - 1] > 30.0
    assert best() == "Shards"
    assert [reading(f"needed_{name}") for name in ("replicas", "cache", "shards")] == [9, None, 6]


def test_the_question() -> None:
    asked = lab.prediction
    assert "One request in ten writes" in asked.question
    assert "16 equal servers" in asked.question
    assert lab.defaults["servers"] == MOST == 16
    answer = reading("replicas")
    assert answer == pytest.approx(Shop(0.1).replicas(16)) == pytest.approx(5.5)
    assert asked.low < 5.5 < 0.6 * 0.5 * (asked.low + asked.high)
    # The guess can be right.
    assert (5.5 - asked.low) / asked.step == pytest.approx(round((5.5 - asked.low) / asked.step))


def test_a_flash_sale() -> None:
    now = gains(**after("Flash sale"))
    assert now["Replicas"][MOST - 1] == pytest.approx(1.5)
    assert now["Replicas"][1:] == pytest.approx([1.5] * 15)
    assert 14.0 < now["Shards"][MOST - 1] < 15.0
    assert now["Shards"][MOST - 1] > gains()["Shards"][MOST - 1]


def test_hardly_anybody_buys() -> None:
    settings = after("Hardly anybody buys")
    now = gains(**settings)
    assert best(**settings) == "Replicas"
    assert now["Replicas"][MOST - 1] > 1.1 * now["Shards"][MOST - 1]
    # With few servers the cache is.
    assert now["Cache"][1] > 2.0 * now["Replicas"][1]
    assert best(**settings, servers=2) == "Cache"


def test_a_nearly_perfect_cache() -> None:
    before, now = gains(), gains(**after("A nearly perfect cache"))
    assert now["Cache and replicas"][MOST - 1] == pytest.approx(before["Replicas"][MOST - 1])
    assert before["Replicas"][MOST - 1] == pytest.approx(5.5)
    assert now["Cache"][MOST - 1] > 1.8 * before["Cache"][MOST - 1]
    assert now["Cache and replicas"][1] > 1.5 * before["Cache and replicas"][1]


def test_a_search_that_asks_all() -> None:
    settings = after("A search that does not know")
    now = gains(**settings)
    assert now["Shards"][MOST - 1] == pytest.approx(Shop(0.1, scatter_share=0.2).shards(16))
    assert now["Shards"][MOST - 1] < 0.4 * gains()["Shards"][MOST - 1]
    assert now["Shards"][MOST - 1] < now["Replicas"][MOST - 1]
    assert best(**settings) == "Replicas"


def test_writes_that_nothing_asks_about_have_no_ceiling() -> None:
    settings = lab.settled({"write_share": 1.0})
    assert reading("most_shards", write_share=1.0) is None
    assert "shards at –" in lab.sentence(lab.table(**settings), settings)


def test_the_lab_and_the_model_are_the_same() -> None:
    for servers in (1, 5, 16):
        found = gains()
        for means in MEANS:
            assert found[means][servers - 1] == carried(means, servers, 0.1).gain
