"""What the prompts below the lab ask the reader to see is there to be seen."""

import numpy as np
import pytest

from scalelab.kernels.workload import popularity as kernel
from scalelab.labs.workload.popularity import ENDPOINT, KINDS, lab
from scalelab.models import access_log
from scalelab.models.workload.popularity import DEPARTMENTS
from scalelab.samples import shop

SEEDS = (1, 2, 3)


def readings(**changed: float) -> dict[str, float]:
    settings = lab.settled(changed)
    table = lab.table(**settings)
    found = {r.name: lab.read(r, table, settings) for r in lab.readings}
    return {name: value for name, value in found.items() if value is not None}


def after(beginning: str, **more: float) -> dict[str, float]:
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return readings(**{**settings, **more})


def test_columns_are_those_of_the_kernel() -> None:
    names = [column.name for column in lab.columns]
    assert len(names) == len(set(names)) == kernel.COLUMNS
    for at, name in (
        (kernel.IS_HOT, "is_hot"), (kernel.TOGETHER, "together"), (kernel.ITS_WRITES, "its_writes"),
        (kernel.REQUESTS, "requests"), (kernel.AHEAD, "ahead"), (kernel.STATE, "state"),
        (kernel.SKEW, "skew"), (kernel.HOT_TIMES, "hot_times"), (kernel.ONE_HIT, "one_hit"),
        (kernel.HEAD, "head"),
    ):  # fmt: skip
        assert names[at] == name
    assert KINDS.index(ENDPOINT) == kernel.PLACE
    assert len(DEPARTMENTS) == kernel.DEPARTMENTS + 1


@pytest.mark.parametrize("seed", SEEDS)
def test_at_first_sight(seed: int) -> None:
    """The law is found, the line is not near; departments look alike; hindsight flatters."""
    found = readings(seed=seed)
    assert found["fitted_skew_low"] - 0.02 < 0.9 < found["fitted_skew_high"] + 0.02
    assert found["line_skew"] < 0.75
    assert 0.3 < found["top_share"] < 0.36
    assert found["ahead"] < found["top_share"] - 0.02
    assert 0.28 < found["new"] < 0.34
    table = lab.table(seed=seed)
    shares = table[table[:, 0] == kernel.PLACE, kernel.ENDPOINT_SHARE][:5]
    assert shares.max() < 1.35 * shares.min()
    assert found["hottest"] > 100 / found["seen"]


@pytest.mark.parametrize("seed", SEEDS)
def test_ten_times_the_log(seed: int) -> None:
    short, long = readings(seed=seed), after("Ten times the log", seed=seed)
    assert short["line_skew"] < 0.75
    assert long["line_skew"] > 0.95
    assert abs(long["fitted_skew"] - 0.9) < 0.01
    assert long["seen"] < 3 * short["seen"]
    assert long["fitted_catalogue"] == pytest.approx(20_000, rel=0.05)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_morning(seed: int) -> None:
    found = after("A morning", seed=seed)
    assert found["fitted_skew_high"] - found["fitted_skew_low"] > 0.3
    assert found["line_skew"] < 0.5
    assert found["new"] > 0.55


@pytest.mark.parametrize("seed", SEEDS)
def test_on_television(seed: int) -> None:
    found = after("A product from the long tail", seed=seed)
    assert found["hot_items"] == 1
    assert 0.13 < found["hot_share"] < 0.17
    assert abs(found["fitted_skew"] - 0.9) < 0.04
    assert found["hot_endpoint"] < 0.33


@pytest.mark.parametrize("seed", SEEDS)
def test_flatter(seed: int) -> None:
    assert after("Flatter", seed=seed)["top_share"] < 0.5 * readings(seed=seed)["top_share"]


def test_what_it_hands_over() -> None:
    found = readings()
    assert lab.hand_over("caching/hit_ratio")["skew"] == pytest.approx(found["fitted_skew"])
    assert lab.hand_over("storage/hot_key") == {"share": found["hottest"]}
    assert lab.hand_over("storage/sharding")["n_keys"] == round(found["fitted_catalogue"])
    assert lab.hand_over("introduction/read_write") == {"write_share": found["writes"]}


def test_the_shop_s_controls_do_not_touch_a_log_of_the_reader_s_own() -> None:
    own = access_log.read(shop.FILE).values
    other = lab.table(own=own, skew=1.4, n_objects=100, trend_share=0.5, seed=7, write_share=0.9)
    np.testing.assert_array_equal(lab.table(own=own), other)
    assert not np.array_equal(lab.table(own=own), lab.table(own=own, counted=2))


def test_a_log_s_own_names_are_in_the_result() -> None:
    log = access_log.read(shop.FILE)
    names = {what: log.names(what) for what in ("endpoint", "target")}
    table = lab.table(own=log)
    rows = lab.rows(table, names)
    first = rows[0]
    assert (first["target"], first["endpoint"]) == ("/", "/")
    endpoints = [row["endpoint"] for row in rows if row["kind"] == ENDPOINT]
    assert endpoints == ["/product/*", "/", "/search", "/orders"]
    assert "the first alone (target /) " in lab.sentence(table, lab.settled({}), names)
