"""What the prompts below the lab ask the reader to see is there to be seen."""

from math import ceil
from typing import Any

import numpy as np

from scalelab.kernels.requirement import benchmark as kernel
from scalelab.labs.requirement.benchmark import KINDS, lab
from scalelab.models.requirement.benchmark import VERDICTS
from scalelab.models.requirement.load_test_result import read

MET, NOT_MET, CANNOT_TELL = range(3)


def readings(own: np.ndarray | None = None, **changed: Any) -> dict[str, float]:
    settings = lab.settled(changed)
    table = lab.table(own, **settings)
    found = {reading.name: lab.read(reading, table, settings) for reading in lab.readings}
    return {name: value for name, value in found.items() if value is not None}


def after(beginning: str) -> dict[str, float]:
    """The readings when the prompt that begins so has been clicked."""
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return readings(**settings)


def test_at_first_sight() -> None:
    """Met as if independent; nobody can tell as they are; other days are outside of the first."""
    first = readings()
    assert first["naive_high"] < 600.0 < first["high"]
    assert first["naive_verdict"] == MET
    assert first["latency_verdict"] == first["verdict"] == CANNOT_TELL
    assert first["errors_verdict"] == MET
    assert first["independent"] < first["requests"] / 10
    assert first["needed"] > 2 * first["requests"]
    rows = lab.rows(lab.table())
    days = [row["ms"] for row in rows if row["kind"] == "Another day"]
    outside = [ms for ms in days if not first["naive_low"] <= ms <= first["naive_high"]]
    assert len(days) == 4
    assert len(outside) >= 3
    assert max(days) > 600.0


def test_the_question_says_what_is_shown() -> None:
    first = readings()
    question = lab.prediction.question
    assert f"{first['requests']:,.0f} requests after the warm-up" in question
    assert f"within {first['value']:.0f} ms" in question
    assert lab.prediction.reading == "independent"
    middle = (lab.prediction.low + lab.prediction.high) / 2
    assert first["independent"] < middle / 4


def test_the_warm_up_is_most_of_the_percentile() -> None:
    cold = after("Count the warm-up too")
    first = readings()
    assert cold["value"] > 1.8 * first["value"]
    assert cold["requests"] > first["requests"] + 1000
    assert cold["latency_verdict"] == NOT_MET
    assert "high" not in cold
    assert cold["independent"] < 200


def test_a_stall_leaves_no_upper_end() -> None:
    stalled = after("The server stands still once")
    first = readings()
    assert stalled["value"] > first["value"]
    assert "high" in first
    assert "high" not in stalled
    assert stalled["independent"] < first["independent"] / 2
    assert stalled["latency_verdict"] == CANNOT_TELL


def test_three_nines_need_more_than_this_test_has() -> None:
    nines = after("Promise 99.9%")
    assert nines["naive_verdict"] == MET
    assert nines["latency_verdict"] == CANNOT_TELL
    assert "high" not in nines
    assert nines["independent"] < kernel.fewest(0.999)
    assert nines["needed"] > nines["requests"]


def test_forty_minutes_are_enough() -> None:
    long = after("Test for 40 minutes")
    assert long["latency_verdict"] == long["verdict"] == MET
    assert long["requests"] > readings()["needed"]
    assert "needed" not in long


def test_each_prompt_moves_all_that_another_one_moves() -> None:
    moved = {name for each in lab.tries for name in each.settings}
    assert all(set(each.settings) == moved for each in lab.tries)
    for each in lab.tries:
        different = {n for n, v in each.settings.items() if v != lab.defaults[n]}
        assert 1 <= len(different) <= 2


def test_a_reader_s_own_result() -> None:
    rng = np.random.default_rng(4)
    took = rng.exponential(40.0, 3000)
    lines = [f"{0.1 * i:.3f},{ms:.3f},{i % 50 > 0}" for i, ms in enumerate(took)]
    found = read("\n".join(["start,latency_ms,ok", *lines]).encode())
    assert found.report.skipped == 0
    own = np.stack([found.start_s, found.latency_ms, found.ok], axis=1).astype(float)
    mine = readings(own, percentile=0.9, threshold_ms=150.0, skip_s=0.0, minutes=60, seed=3)
    good = np.sort(np.round(took, 3)[np.arange(3000) % 50 > 0])
    assert mine["requests"] == good.size
    assert mine["value"] == good[ceil(0.9 * good.size - 1e-6) - 1]
    assert mine["latency_verdict"] == MET
    assert mine["errors"] == 0.02
    assert mine["errors_verdict"] == NOT_MET
    table = lab.table(own)
    assert {row["kind"] for row in lab.rows(table)} == set(KINDS) - {"Another day"}


def test_a_test_shorter_than_its_warm_up_is_told_so() -> None:
    own = np.array([[0.0, 20.0, 1.0], [1.0, 30.0, 1.0]])
    settings = lab.defaults
    sentence = lab.sentence(lab.table(own, **settings), settings)
    assert sentence.startswith("0 requests succeeded after the first 60 s. Within 600 ms: cannot")
    assert "–" not in sentence
    assert sentence.endswith("Both promises: cannot tell.")


def test_the_table_is_small_and_as_wide_as_declared() -> None:
    assert len(lab.columns) == kernel.COLUMNS
    assert max(len(lab.table(minutes=minutes)) for minutes in (2, 60)) < 90
    assert {row["kind"] for row in lab.rows(lab.table())} == set(KINDS)
    assert VERDICTS[kernel.CANNOT_TELL] == "cannot tell"
