"""What the prompts below the lab ask the reader to see is there to be seen."""

import numpy as np
import pytest

from scalelab.labs.storage.scatter_gather import GLOBAL, KEY, SCATTER, lab
from scalelab.models.storage.scatter_gather import KINDS
from scalelab.theory.storage.scatter_gather import ceiling, fan_out_probability

Curves = dict[str, dict[str, list[float]]]


def curves(**changed: float) -> Curves:
    """Of each kind, each column over the numbers of shards."""
    table = lab.table(**changed)
    names = [column.name for column in lab.columns]
    return {
        kind: {name: table[table[:, 0] == k][:, i].tolist() for i, name in enumerate(names)}
        for k, kind in enumerate(KINDS)
    }


def after(beginning: str) -> Curves:
    """The curves when the prompt that begins so has been clicked."""
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return curves(**settings)


def test_at_first_sight() -> None:
    """64 shards are hardly better than 16 for those that scatter, and have little more to give."""
    found = curves()
    shards = found[KEY]["shards"]
    assert shards == [1, 2, 4, 8, 16, 32, 64]
    few, many = shards.index(16), shards.index(64)
    scatter, key = found[SCATTER], found[KEY]
    assert scatter["p50"][many] > 1.1 * scatter["p50"][few]
    assert scatter["p99"][many] > 0.85 * scatter["p99"][few]
    assert scatter["p50"][many] > 5.0 * key["p50"][many]
    assert scatter["ceiling"][many] < 1.4 * scatter["ceiling"][few]
    assert key["ceiling"][many] == 4.0 * key["ceiling"][few]
    # Two shards are not enough, four are.
    assert scatter["utilisation"][1] > 1.0 > scatter["utilisation"][2]
    assert scatter["timed_out"][1] > 0.1 > scatter["timed_out"][2]
    # A band, not a line.
    assert (np.array(scatter["p99_high"]) > np.array(scatter["p99_low"])).all()


def test_the_question() -> None:
    """The answer is what Amdahl's law says, not what the machines could do."""
    found = curves()
    assert found[KEY]["ceiling"][0] == found[SCATTER]["ceiling"][0] == 200.0
    assert found[KEY]["ceiling"][-1] == pytest.approx(12_800.0)
    assert found[SCATTER]["ceiling"][-1] == pytest.approx(ceiling(200.0, 0.1, 64))
    middle = 0.5 * (lab.prediction.low + lab.prediction.high)
    assert found[SCATTER]["ceiling"][-1] < 0.3 * middle


def test_nobody_has_the_key() -> None:
    found = after("Nobody has the key")
    assert not any(found[KEY]["asked"])
    scatter = found[SCATTER]
    assert set(scatter["ceiling"]) == {200.0}
    assert set(scatter["utilisation"]) == {0.5}
    assert (np.diff(scatter["p50"]) > 0.0).all()
    assert scatter["p50"][-1] > 3.0 * scatter["p50"][0]
    assert found[GLOBAL]["p50"][-1] < 0.4 * scatter["p50"][-1]
    sentence = lab.sentence(lab.table(scatter_share=1.0), lab.settled({"scatter_share": 1.0}))
    assert "the p99 is – ms by key" in sentence


def test_no_number_of_shards_is_enough() -> None:
    found = after("Four in ten lack the key")
    assert min(found[SCATTER]["utilisation"]) > 1.0
    assert min(found[SCATTER]["timed_out"]) > 0.3
    # Those that have the key stand in the same lines.
    assert min(found[KEY]["p50"]) > 500.0
    assert found[GLOBAL]["utilisation"][-1] < 0.1


def test_slow_answers() -> None:
    found, before = after("Two answers in a hundred"), curves(request_rate=100)
    assert fan_out_probability(0.02, 64) > 0.7
    assert found[SCATTER]["p50"][-1] > 1.8 * before[SCATTER]["p50"][-1]
    assert found[KEY]["p50"][-1] < 1.2 * before[KEY]["p50"][-1]


def test_the_index_carries_more() -> None:
    found = after("2,000 queries a second")
    assert found[SCATTER]["utilisation"][-1] > 1.0
    assert found[KEY]["p50"][-1] > 500.0
    assert found[GLOBAL]["p99"][-1] < 100.0


def test_all_have_the_key() -> None:
    found = curves(scatter_share=0.0)
    assert not any(found[SCATTER]["asked"])
    assert found[SCATTER]["ceiling"] == found[KEY]["ceiling"] == found[GLOBAL]["ceiling"]
