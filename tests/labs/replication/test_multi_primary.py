"""What the prompts below the lab ask the reader to see is there to be seen."""

import numpy as np
import pytest

from scalelab.facts.latency import CALIFORNIA_NETHERLANDS_ROUND_TRIP, DATA_CENTRE_ROUND_TRIP
from scalelab.labs.replication.multi_primary import DELAYS, lab
from scalelab.models.replication.multi_primary import FAR_MS
from scalelab.theory.replication import multi_primary as theory

NAMES = [column.name for column in lab.columns]


def shown(**changed: float) -> dict[str, dict[int, float]]:
    """Each column, by the number of primaries."""
    table = lab.table(**changed)
    return {name: dict(zip(table[:, 0].astype(int), table[:, i], strict=True))
            for i, name in enumerate(NAMES)}  # fmt: skip


def after(beginning: str) -> dict[str, dict[int, float]]:
    """The same when the prompt that begins so has been clicked."""
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return shown(**settings)


def test_at_first_sight() -> None:
    """Sixteen primaries are worth less than two servers, and two orders in five conflict."""
    found = shown()
    assert found["multi"][2] == pytest.approx(4 / 3)
    assert found["multi"][16] < 2.0 < found["shards"][16] == 16.0
    for n, conflicts in list(found["conflicts"].items())[1:]:
        exact = theory.conflict_share_of_several(n, 500.0, 4, 10_000, FAR_MS / 1e3)
        assert conflicts == pytest.approx(n * 500.0 * exact, rel=0.2)
        assert found["lowest"][n] < conflicts < found["highest"][n]
        assert found["pairs"][n] == pytest.approx(
            theory.pair_rate(n, 500.0, 4, 10_000, FAR_MS / 1e3)
        )
        assert found["cube"][n] == pytest.approx(theory.cube_law(n, 500.0, 4, 10_000, FAR_MS / 1e3))
    # The law of pairs counts too many where many conflict.
    assert found["pairs"][16] > 1.15 * found["conflicts"][16]
    assert found["share"][16] == pytest.approx(0.4, abs=0.03)


def test_the_question() -> None:
    """It says what the lab shows; the answer is six times, not twice and not four times."""
    found, settings = shown(), lab.defaults
    assert settings["order_rate"] == 500
    assert settings["load"] == 0
    assert "about 32 orders a second" in lab.prediction.question
    assert found["pairs"][2] == pytest.approx(32.2, abs=0.1)
    assert found["conflicts"][2] == pytest.approx(32.2, rel=0.2)
    assert found["conflicts"][4] > 4.5 * found["conflicts"][2]
    middle = 0.5 * (lab.prediction.low + lab.prediction.high)
    assert lab.prediction.low < found["conflicts"][4] < 0.65 * middle


def test_the_same_load_for_all() -> None:
    """From two primaries on it can double and no more."""
    found = after("The same 500 orders")
    assert found["orders"][16] == 500.0
    assert 5.0 < found["conflicts"][2] < 12.0
    assert found["conflicts"][16] < 2.3 * found["conflicts"][2]
    assert found["pairs"][16] / found["pairs"][2] == pytest.approx(1.875)
    assert found["conflicts"][16] < 0.01 * shown()["conflicts"][16]


def test_one_after_the_other_is_the_cube() -> None:
    found = after("An update goes to one primary after")
    # At few primaries n - 1 is far from n; the conflicts are those of the pairs.
    for n in (2, 3, 4):
        assert found["conflicts"][n] == pytest.approx(found["pairs"][n], rel=0.2)
    assert found["conflicts"][4] > 9.0 * found["conflicts"][2]
    assert found["pairs"][16] > 0.9 * found["cube"][16]
    # No more orders can conflict than there are.
    assert found["share"][16] > 0.95
    assert found["conflicts"][16] < 0.3 * found["cube"][16]


def test_at_home() -> None:
    """A fifth of them is left, not a tenth."""
    before, found = shown(), after("Nine orders in ten")
    for n in (4, 8, 16):
        assert 0.14 < found["conflicts"][n] / before["conflicts"][n] < 0.24
    assert max(shown(at_home=1.0)["conflicts"].values()) == 0.0


def test_the_product_of_the_day() -> None:
    before, found = shown(), after("One update in ten")
    assert found["conflicts"][2] > 9.0 * before["conflicts"][2]
    # Two primaries then have more conflicts than four without it.
    assert found["conflicts"][2] > 1.5 * before["conflicts"][4]
    # And at home it helps little.
    home = shown(hot_share=0.1, at_home=0.9)
    assert home["conflicts"][2] > 0.85 * found["conflicts"][2]


def test_applying_in_full_gains_nothing() -> None:
    assert set(shown(apply_share=1.0)["multi"].values()) == {1.0}
    assert shown(apply_share=0.0)["multi"] == shown()["shards"]


def test_delays_are_half_of_the_round_trips() -> None:
    assert DATA_CENTRE_ROUND_TRIP.value / 2 in DELAYS
    assert CALIFORNIA_NETHERLANDS_ROUND_TRIP.value / 2 in DELAYS
    assert lab.defaults["delay_ms"] == FAR_MS
    near = shown(delay_ms=DELAYS[0])
    assert near["conflicts"][4] < 0.02 * shown()["conflicts"][4]
    assert (np.diff(DELAYS) > 0.0).all()
