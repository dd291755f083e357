"""What the prompts below the lab ask the reader to see is there to be seen."""

import pytest

from scalelab.labs.storage.resharding import lab
from scalelab.models.storage.resharding import simulate
from scalelab.models.storage.sharding import METHODS


def table(**changed: float) -> dict[str, dict[str, float]]:
    """The columns of each method."""
    names = [column.name for column in lab.columns]
    rows = lab.table(**changed)
    return {METHODS[int(row[0])]: dict(zip(names, row.tolist(), strict=True)) for row in rows}


def after(beginning: str) -> dict[str, dict[str, float]]:
    """The table when the prompt that begins so has been clicked."""
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return table(**settings)


def test_at_first_sight() -> None:
    before = table()
    assert list(before) == list(METHODS)
    assert before["Modulo"]["moved"] == pytest.approx(10 / 11, abs=0.01)
    assert before["Modulo"]["wasted"] > 0.8
    for method in ("Consistent hashing", "Rendezvous", "Jump", "Hash slots", "Key range"):
        assert before[method]["wasted"] == 0.0
    assert 0.0 < before["Maglev"]["wasted"] < 0.02
    for method in set(METHODS) - {"Modulo", "Key range"}:
        assert before[method]["moved"] == pytest.approx(1 / 11, abs=0.02)
    # Half of one range moves: less than an even share, and one shard is left half full.
    assert before["Key range"]["moved"] == pytest.approx(0.05, abs=0.001)
    assert before["Key range"]["peak"] == pytest.approx(1.1, abs=0.01)
    assert before["Modulo"]["hours"] > 9 * before["Consistent hashing"]["hours"]
    assert lab.defaults["n_shards"] == 10


def test_a_list_closes_up() -> None:
    lost = after("A shard in the middle")
    wasteful = {method for method in METHODS if lost[method]["wasted"] > 0.1}
    assert wasteful == {"Modulo", "Jump"}
    assert lost["Jump"]["wasted"] == pytest.approx(0.389, abs=0.02)
    assert lost["Key range"]["peak"] == pytest.approx(1.8, abs=0.02)
    assert lost["Hash slots"]["peak"] < 1.1


def test_doubling_is_modulo_s_good_day() -> None:
    doubled = after("Double the shards")
    assert doubled["Modulo"]["wasted"] == 0.0
    assert all(found["moved"] == pytest.approx(0.5, abs=0.04) for found in doubled.values())


def test_one_virtual_node() -> None:
    one = after("One virtual node")
    assert one["Consistent hashing"]["peak"] > 2.0
    assert one["Rendezvous"]["peak"] < 1.2
    spread = {m: one[m]["highest"] - one[m]["lowest"] for m in ("Consistent hashing", "Rendezvous")}
    assert spread["Consistent hashing"] > 5 * spread["Rendezvous"]


def test_little_slack_pushes_keys_along() -> None:
    tight = after("Bounded loads with hardly any slack")
    assert tight["Bounded loads"]["wasted"] > 0.03 > table()["Bounded loads"]["wasted"]
    assert tight["Bounded loads"]["peak"] < 1.06 < 1.5 < tight["Consistent hashing"]["peak"]
    assert tight["Consistent hashing"]["wasted"] == 0.0


def test_the_model_gives_the_lab_s_numbers() -> None:
    found = simulate(
        "Maglev", n_keys=3000, data_gb=10_000, copy_mb_s=200, maglev_size=10_007, n_runs=8
    )
    row = table()["Maglev"]
    assert (found.moved, found.wasted, found.copy_hours) == (
        row["moved"], row["wasted"], row["hours"],
    )  # fmt: skip
    assert found.peak_to_mean == row["peak"]
