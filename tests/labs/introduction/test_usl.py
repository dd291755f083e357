"""What the prompts below the lab ask the reader to see is there to be seen."""

import numpy as np
import pytest

from scalelab.kernels.introduction.usl import COLUMNS
from scalelab.labs.introduction.usl import CURVE, EXAMPLE, KINDS, USED, lab
from scalelab.models.introduction.measurements import read
from scalelab.models.introduction.usl import DATA_SETS


def readings(own: np.ndarray | None = None, **changed: float) -> dict[str, float]:
    settings = lab.settled(changed)
    table = lab.table(own, **settings)
    found = {r.name: lab.read(r, table, settings) for r in lab.readings}
    return {name: value for name, value in found.items() if value is not None}


def after(beginning: str) -> dict[str, float]:
    """The readings when the prompt that begins so has been clicked."""
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return readings(**settings)


def test_at_first_sight() -> None:
    """A peak that is promised with confidence, and four of five measurements that know better."""
    first = readings()
    assert first["used"] == 6
    assert 0.0 < first["kappa_low"] < first["kappa"]
    assert first["peak_high"] < 35.0
    assert first["new_high"] < 190.0
    assert first["really"] == 310.0
    assert (first["outside"], first["held"]) == (4, 5)


def test_the_question_says_what_the_law_says() -> None:
    question = lab.prediction.question
    pairs = np.array(DATA_SETS["Ray tracer, up to 64 processors"]).reshape(-1, 2)
    assert "with 1, 4, 8, 12, 16 and 20 processors" in question
    assert pairs[:6, 0].tolist() == [1, 4, 8, 12, 16, 20]
    rows = [row for row in lab.rows(lab.table()) if row["kind"] == USED]
    assert all(abs(row["measured"] - row["law"]) < 3.0 for row in rows)
    first = readings()
    assert f"its best, {first['top']:.0f}, at {first['peak']:.0f} processors" in question
    assert f"{first['ahead']:.0f} with 64" in question
    assert lab.prediction.reading == "really"


def test_two_more_measurements_open_the_band() -> None:
    eight = after("Measure twice more")
    first = readings()
    assert eight["used"] == 8
    assert eight["peak"] > 1.8 * first["peak"]
    assert "peak_high" not in eight
    assert eight["kappa_low"] < 0.0
    assert eight["new_low"] < eight["really"] < eight["new_high"]
    assert eight["new_high"] - eight["new_low"] > 2 * (first["new_high"] - first["new_low"])


def test_with_all_measurements_there_is_no_peak() -> None:
    eleven = after("Use all eleven")
    assert eleven["used"] == 11
    assert eleven["kappa"] == 0.0
    assert not {"peak", "top", "peak_low", "kappa_low"} & set(eleven)
    assert eleven["sigma_low"] > 0.0
    assert eleven["new_low"] < 310.0 < eleven["new_high"]


def test_half_of_a_server_s_measurements() -> None:
    half = after("A MySQL server")
    assert half["used"] == half["held"] == 16
    assert half["new_high"] - half["new_low"] < 0.06 * half["ahead"]
    assert half["outside"] == 14
    assert half["really"] > 1.15 * half["new_high"]
    assert half["sigma"] == 0.0
    assert "sigma_low" not in half
    pairs = np.array(DATA_SETS["MySQL at Cisco, up to 32 threads"]).reshape(-1, 2)
    assert half["peak_high"] < pairs[pairs[:, 1].argmax(), 0] == 27


def test_the_first_eight_admit_that_they_know_little() -> None:
    eight = after("The same server")
    assert eight["used"] == 8
    assert eight["outside"] == 0
    assert eight["new_low"] < 0.0
    assert eight["new_high"] > 2 * eight["ahead"]
    assert "peak_high" not in eight


def test_a_reader_s_own_measurements() -> None:
    measured = read(EXAMPLE.encode())
    assert len(measured) == 6
    assert measured.report.skipped == 0
    own = np.stack([measured.n, measured.throughput], axis=1)
    mine = readings(own, hold_back=0, look_ahead=16, data_set=2)
    assert mine["used"] == 6
    assert 10 < mine["peak"] < 20
    assert 530 < mine["ahead"] < 620
    assert mine["one"] == pytest.approx(100, abs=5)


def test_too_few_of_them_are_told_so() -> None:
    own = np.array([1.0, 20.0, 2.0, 38.0])
    settings = lab.defaults
    table = lab.table(own)
    sentence = lab.sentence(table, settings)
    assert sentence.startswith(
        "Of the measurements, 2 are used. There is no law to see (that takes"
    )
    assert "Contention is – (– to –)" in sentence
    assert "one machine does –" in sentence


def test_the_table_is_small_and_as_wide_as_declared() -> None:
    assert len(lab.columns) == COLUMNS
    assert max(len(lab.table(data_set=which)) for which in range(len(DATA_SETS))) < 90
    rows = lab.rows(lab.table())
    assert {row["kind"] for row in rows} == set(KINDS)
    assert [row["n"] for row in rows if row["kind"] == CURVE][-1] == 64
