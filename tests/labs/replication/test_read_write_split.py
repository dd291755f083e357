"""What the prompts below the lab ask the reader to see is there to be seen."""

import numpy as np
import pytest

from scalelab.labs.replication.read_write_split import AFTER_FAILURE, ALL_UP, MOST, lab
from scalelab.models.replication.read_write_split import STATES, simulate
from scalelab.theory.replication.read_write_split import Split

NAMES = [column.name for column in lab.columns]
Found = dict[str, np.ndarray]


def found(**changed: float) -> dict[str, Found]:
    """Of each state, every column over the number of replicas."""
    table = lab.table(**changed)
    return {
        name: dict(zip(NAMES, table[table[:, 0] == state].T, strict=True))
        for state, name in enumerate(STATES)
    }


def after(beginning: str) -> dict[str, Found]:
    """The same when the prompt that begins so has been clicked."""
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return found(**settings)


def reading(name: str, **changed: float) -> float | None:
    settings = lab.settled(changed)
    (one,) = [each for each in lab.readings if each.name == name]
    return lab.read(one, lab.table(**settings), settings)


def test_at_first_sight() -> None:
    """One server cannot, two replicas can, and without one of them it is an overload."""
    shop = found()
    up, failed = shop[ALL_UP], shop[AFTER_FAILURE]
    assert up["busy"][0] == pytest.approx(1.375)
    assert up["busy"][2] == pytest.approx(0.6875)
    assert failed["busy"][2] == pytest.approx(1.25)
    assert failed["queues"][2] == 0
    assert (reading("needed"), reading("needed_failed")) == (2, 3)
    # The first replica adds a tenth: the primary reads no more.
    assert up["added"][1] < 0.11 * up["ceiling"][0]
    # Twice the replicas carry half as much again, and from the ninth on nothing is added.
    assert 1.4 < up["ceiling"][8] / up["ceiling"][4] < 1.6
    assert up["added"][9] > 1000.0
    assert (up["added"][10:] == 0.0).all()
    assert (up["lowest"] <= up["p99"]).all()
    # The p99 does not move once nobody waits.
    assert up["p99"][16] > 0.9 * up["p99"][3]


def test_the_question() -> None:
    """It says what the lab shows, and the closed form has the same answer."""
    shop = Split(0.1, 1.0, 2.0, 0.5, 0.7 * 8000.0)
    assert "5,091 requests" in lab.prediction.question
    assert "70 % busy" in lab.prediction.question
    assert "16 replicas" in lab.prediction.question
    assert shop.ceiling(0) == pytest.approx(5091.0, abs=0.5)
    assert reading("alone") == pytest.approx(shop.ceiling(0))
    assert reading("most") == pytest.approx(shop.ceiling(MOST)) == pytest.approx(28_000.0)
    assert lab.defaults["write_share"] == 0.1
    assert lab.defaults["target"] == 0.7
    middle = 0.5 * (lab.prediction.low + lab.prediction.high)
    assert 0.65 * middle > 28_000.0


def test_two_writes_in_ten() -> None:
    up = after("Two writes in ten")[ALL_UP]
    assert up["gain"][MOST] == pytest.approx(3.0)
    assert up["ceiling"][MOST] == pytest.approx(14_000.0)
    assert up["added"][4] > 0.0
    assert (up["added"][5:] == 0.0).all()


def test_a_third_replica() -> None:
    before, now = found(), after("A third replica")
    fast, slow = now[ALL_UP]["p99"][3], now[AFTER_FAILURE]["p99"][3]
    # For the p99 it does little. On the day of the failure it is the difference.
    assert 0.85 < fast / before[ALL_UP]["p99"][2] < 1.0
    assert now[AFTER_FAILURE]["queues"][3] == 1
    assert slow < 1.2 * fast
    assert before[AFTER_FAILURE]["busy"][2] > 1.2


def test_the_primary_reads() -> None:
    before, now = found()[ALL_UP], after("Let the primary read too")[ALL_UP]
    more = now["ceiling"] / before["ceiling"]
    assert more[1] > 1.6
    assert 1.2 < more[2] < 1.3
    assert (np.diff(more[1:10]) < 0.0).all()
    assert more[8] < 1.01
    np.testing.assert_allclose(more[9:], 1.0)
    assert (now["write_ceiling"] == before["write_ceiling"]).all()


def test_replicas_that_execute_every_write() -> None:
    up = after("Replicas that execute")[ALL_UP]
    assert up["applying"][MOST] == pytest.approx(0.5)
    assert up["replica"][MOST] < 0.65
    # Most of a replica is busy with writes, and all sixteen carry 4.3 times one server.
    assert up["applying"][MOST] > 0.75 * up["replica"][MOST]
    assert up["gain"][MOST] == pytest.approx(4.3, abs=0.05)


def test_when_sharding_has_to_follow() -> None:
    assert reading("months") == pytest.approx(30.5, abs=0.05)
    assert reading("shards") == 3
    assert reading("months", growth=0.0) is None
    assert reading("months", growth=0.0, request_rate=30_000) == 0.0
    assert reading("needed", request_rate=30_000) is None


def test_no_line_settles_is_a_dash() -> None:
    settings = lab.settled({})
    sentence = lab.sentence(lab.table(**settings), settings)
    assert "after the failure – ms" in sentence
    assert "nan" not in sentence


def test_the_lab_and_the_model_are_the_same() -> None:
    up = found()[ALL_UP]
    model = simulate(
        10_000, 0.1, 3, n_requests=int(lab.constants["n_requests"]), n_runs=5, seed=1
    )  # fmt: skip
    assert up["p99"][3] == model.p99_ms
    assert up["mean"][3] == model.mean_ms


def test_p99_of_short_runs_is_near_that_of_long_ones() -> None:
    up = found()[ALL_UP]
    for n in (2, 3, 6):
        long = simulate(10_000, 0.1, n, n_requests=200_000)
        assert up["p99"][n] == pytest.approx(long.p99_ms, rel=0.06)
