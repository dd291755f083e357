"""What the prompts below the lab ask the reader to see is there to be seen."""

import numpy as np
import pytest

from scalelab.facts.engine import LEVELDB_FILTER_BITS, POSTGRESQL_PAGE, ROCKSDB_SIZE_RATIO
from scalelab.kernels.storage.engine import RECORD_SIZES, SIZE_RATIOS
from scalelab.labs.storage.engine import BTREE, LEVELLED, TIERED, lab
from scalelab.models.storage.engine import simulate


def readings(**changed: float) -> dict[str, float]:
    settings = lab.settled(changed)
    table = lab.table(**settings)
    found = {r.name: lab.read(r, table, settings) for r in lab.readings}
    return {name: value for name, value in found.items() if value is not None}


def after(beginning: str) -> dict[str, float]:
    """The readings when the prompt that begins so has been clicked."""
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return readings(**settings)


def curve(column: str, engine_name: str, **changed: float) -> list[float]:
    """A line of the chart."""
    found = []
    for row in lab.rows(lab.table(**changed)):
        if row["engine"] == engine_name and row["point"] != -1:
            found.append(float(row[column]))
    return found


def test_at_first_sight() -> None:
    """The B-tree writes 64 records for one, unless the page is in memory; and so on."""
    before = readings()
    assert before["btree"] == pytest.approx(64 * 0.9, rel=0.005)
    assert 3 < before["btree"] / before["levelled"] < 4
    assert 10 < before["levelled"] < 20
    assert before["tiered"] < 4
    assert before["space_btree"] > before["space_tiered"] > before["space_levelled"] > 1.0
    assert before["present_tiered"] < 1.1
    assert before["absent_levelled"] < before["absent_tiered"] < 0.1
    assert curve("write", BTREE) == sorted(curve("write", BTREE), reverse=True)
    assert len(set(curve("write", LEVELLED))) == 1


def test_larger_records() -> None:
    found = after("Records of 512 bytes")
    assert found["tiered"] < found["btree"] < found["levelled"]
    assert int(lab.constants["page_bytes"]) == 16 * 512


def test_the_size_ratio() -> None:
    found = after("Vary the size ratio")
    assert found["levelled"] == found["tiered"]
    assert found["space_levelled"] == found["space_tiered"]
    writes = curve("write", LEVELLED, varied=1)
    assert writes == sorted(writes)
    assert writes[-1] > 4 * writes[0]
    # Levels come in whole numbers, so that the tiered line is not quite straight.
    lazy = curve("write", TIERED, varied=1)
    assert lazy[-1] == min(lazy)
    assert curve("runs", TIERED, varied=1)[-1] > 3 * curve("runs", TIERED, varied=1)[0]


def test_filters() -> None:
    without = after("Ask for keys that do not exist")
    assert without["absent_levelled"] > 2.0
    assert without["absent_tiered"] == pytest.approx(10.0)
    with_them = readings(absent=1, filter_bits=10)
    assert with_them["absent_tiered"] < 0.1
    reads = curve("read", TIERED, absent=1, filter_bits=0)
    assert reads == curve("absent", TIERED, absent=1, filter_bits=0)
    assert curve("read", TIERED) == curve("present", TIERED)


def test_popular_keys() -> None:
    before, skewed = readings(), after("A few keys get")
    saved = {name: 1.0 - skewed[name] / before[name] for name in ("btree", "levelled", "tiered")}
    assert 0.45 < saved["btree"] < saved["tiered"] < saved["levelled"]


def test_the_model_gives_the_lab_s_numbers() -> None:
    before = readings()
    for name, engine_name in (("btree", BTREE), ("levelled", LEVELLED), ("tiered", TIERED)):
        model = simulate(engine_name)
        assert before[name] == model.written
        assert before[f"space_{name}"] == model.stored
        if name != "btree":
            assert before[f"present_{name}"] == model.read_present
            assert before[f"absent_{name}"] == model.read_absent


def test_controls_are_the_points_and_the_facts() -> None:
    for name, values in (("record_bytes", RECORD_SIZES), ("size_ratio", SIZE_RATIOS)):
        (control,) = [c for c in lab.controls if c.name == name]
        assert getattr(control, "values", ()) == values
    assert lab.constants["page_bytes"] == POSTGRESQL_PAGE.value
    assert lab.defaults["size_ratio"] == ROCKSDB_SIZE_RATIO.value
    assert lab.defaults["filter_bits"] == LEVELDB_FILTER_BITS.value


def test_the_band_holds_the_mean() -> None:
    names = [column.name for column in lab.columns]
    low, mean, high = (
        lab.table(varied=1, skew=0.8)[:, names.index(n)] for n in ("low", "write", "high")
    )
    assert (low <= mean * (1 + 1e-12)).all()
    assert (mean <= high * (1 + 1e-12)).all()
    assert np.ptp(high - low) > 0.0
