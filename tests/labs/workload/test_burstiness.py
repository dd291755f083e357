"""What the prompts below the lab ask the reader to see is there to be seen."""

import numpy as np
import pytest

from scalelab.kernels.workload.burstiness import BINS, COLUMNS, ROWS
from scalelab.labs.workload.burstiness import KINDS, lab
from scalelab.models.access_log import read
from scalelab.models.workload.burstiness import STATES, fit_counts, simulate

SEEDS = range(1, 11)


def readings(own: np.ndarray | None = None, **changed: float) -> dict[str, float]:
    settings = lab.settled(changed)
    table = lab.table(own, **settings)
    found = {r.name: lab.read(r, table, settings) for r in lab.readings}
    return {name: value for name, value in found.items() if value is not None}


def after(beginning: str, **changed: float) -> dict[str, float]:
    """The readings when the prompt that begins so has been clicked."""
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return readings(**{**settings, **changed})


def state(found: dict[str, float]) -> str:
    return STATES[int(found["state"])]


@pytest.mark.parametrize("seed", SEEDS)
def test_at_first_sight(seed: int) -> None:
    """Four times what would do if it were Poisson, and minutes as unsteady as seconds."""
    first = readings(seed=seed)
    assert state(first) == "Bursts"
    assert first["needed"] > 3.3 * first["for_poisson"]
    assert first["needed"] > 1.2 * first["by_rule"]
    assert first["steadier"] < 1.2
    assert first["idc_1"] > 20.0
    assert first["idc_60"] > 1000.0
    # From one second to the next there is nothing to be seen.
    assert first["free_1"] < 1.3
    assert first["free_600"] > 1000.0
    assert first["peak_h"] < 0.5 * first["peak_min"] < 0.5 * first["peak_s"]


@pytest.mark.parametrize("seed", SEEDS)
def test_sessions_grow_no_more_beyond_a_minute(seed: int) -> None:
    found = after("Sessions", seed=seed)
    assert found["idc_1"] == pytest.approx(2.0, rel=0.1)
    assert found["idc_60"] == pytest.approx(10.2, rel=0.2)
    assert found["idc_600"] < 1.6 * found["idc_60"]
    assert found["by_rule"] == pytest.approx(found["needed"], rel=0.07)


def test_a_day_is_a_trend_and_no_burst() -> None:
    """A false alarm in a hundred is by chance; there are ten."""
    runs = [after("Day and night", seed=seed) for seed in SEEDS]
    assert sum(state(found) == "A trend, no bursts" for found in runs) >= 9
    for found in runs:
        assert found["idc_600"] > 1000.0
        assert found["free_1"] == pytest.approx(1.0, abs=0.05)
        assert found["free_60"] == pytest.approx(1.0, abs=0.25)
        assert found["free_600"] == pytest.approx(1.0, abs=0.7)
    assert "ratio" not in runs[0]


@pytest.mark.parametrize("seed", SEEDS)
def test_long_tails_are_hardly_steadier_by_the_minute(seed: int) -> None:
    found = after("Long tails", seed=seed)
    assert found["steadier"] < 1.6
    assert found["idc_600"] > 3.0 * found["idc_60"]
    # Two states have no memory that is long enough.
    assert found["misfit"] > 2.0


@pytest.mark.parametrize("seed", SEEDS)
def test_a_hundred_shops_are_as_dispersed_and_yet_steadier(seed: int) -> None:
    one, many = readings(seed=seed), after("A hundred shops", seed=seed)
    assert many["idc_60"] == pytest.approx(one["idc_60"], rel=0.5)
    assert many["idc_60"] > 1000.0
    assert one["needed"] > 5.0 * one["mean"]
    assert many["needed"] < 1.5 * many["mean"]
    # Still five times the room that a Poisson stream would need over its mean.
    room = (many["needed"] - many["mean"]) / (many["for_poisson"] - many["mean"])
    assert room > 4.0


def test_the_readings_are_the_model_s() -> None:
    found = fit_counts(simulate("Flash crowds", hours=12.0, crowd_s=120.0, calm_s=1200.0))
    first = readings()
    assert first["idc_60"] == found.dispersion[6]
    assert first["needed"] == found.capacity_99
    assert found.mmpp is not None
    assert first["calm_rate"] == found.mmpp.calm_rate
    assert 60.0 * first["fit_crowd_min"] == pytest.approx(found.mmpp.crowd_s)
    assert first["misfit"] == found.mmpp.misfit


def test_a_reader_s_own_log() -> None:
    lines = [
        f'192.0.2.7 - - [25/Nov/2026:08:{s // 60:02}:{s % 60:02} +0100] "GET / HTTP/1.1" 200 5\n'
        for s in range(600)
        for _ in range(1 + 9 * (s // 50 % 4 == 0))
    ]
    own = read("".join(lines).encode()).values
    mine = readings(own)
    assert state(mine) == "Bursts"
    assert mine["requests"] == len(lines)
    assert "idc_600" not in mine
    rows = lab.rows(lab.table(own))
    assert not any(row["has_true"] for row in rows)
    # The controls have no effect on it.
    np.testing.assert_array_equal(lab.table(own), lab.table(own, mean_rate=100.0, workload=4))


def test_too_short_is_told_so() -> None:
    own = read(b'192.0.2.7 - - [25/Nov/2026:08:00:00 +0100] "GET / HTTP/1.1" 200 5\n').values
    sentence = lab.sentence(lab.table(own), lab.defaults)
    assert sentence.startswith("Too short")
    assert "Variance over mean" not in sentence


def test_what_is_handed_over_are_the_fitted_crowds() -> None:
    handed, first = lab.hand_over("workload/flash_crowd"), readings()
    assert handed["height"] == first["ratio"]
    assert handed["crowd_min"] == first["fit_crowd_min"]
    assert handed["calm_min"] == first["fit_calm_min"]
    assert lab.hand_over("workload/flash_crowd", workload=0) == {}


def test_the_table_is_small_and_as_wide_as_declared() -> None:
    assert len(lab.columns) == COLUMNS
    table = lab.table()
    assert len(table) == ROWS <= 150
    kinds = [row["kind"] for row in lab.rows(table)]
    assert set(kinds) == set(KINDS)
    assert kinds.count("Traffic") == BINS
