import doctest
from typing import Any

import pytest

from scalelab.models.storage import engine
from scalelab.models.storage.engine import ENGINES, simulate
from scalelab.theory.storage.engine import LEAF_FILL, btree_writes, least_false_positives

BTREE, LEVELLED, TIERED = ENGINES
NAN = float("nan")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("record_bytes", (0, 2049)),
        ("size_ratio", (1, 65)),
        ("data_ratio", (7, 4097)),
        ("skew", (-0.1, 1.3, NAN)),
        ("pool_share", (0.0, 1.1, 10, NAN)),
        ("filter_bits", (-1, 31)),
        ("page_bytes", (511, 65_537)),
        ("memtable", (9, 1001)),
        ("rounds", (3, 101)),
        ("n_runs", (0, 1001)),
    ],
)
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            simulate(LEVELLED, **given)


def test_a_record_too_large_says_the_way_out() -> None:
    with pytest.raises(ValueError, match=r"record_bytes is 4096 bytes, .*2048 bytes;.*page_bytes"):
        simulate(BTREE, record_bytes=4096)
    assert simulate(BTREE, record_bytes=4096, page_bytes=16_384).written > 0.0


def test_an_unknown_engine_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"^engine_name is 'Hash index', allowed are B-tree, LSM"):
        simulate("Hash index")


def test_examples() -> None:
    assert doctest.testmod(engine).failed == 0


def test_the_b_tree_in_closed_form() -> None:
    """Equally popular pages: the pool holds a tenth of them, whichever they are."""
    found = simulate(BTREE, record_bytes=64, pool_share=0.1)
    assert found.written == pytest.approx(btree_writes(8192, 64, 0.9), rel=0.005)
    assert found.written == found.written_low == found.written_high
    assert (found.read_present, found.read_absent, found.runs) == (1.0, 1.0, 1.0)
    assert found.stored == 1.0 / LEAF_FILL
    assert simulate(BTREE, pool_share=1.0).written == 0.0


@pytest.mark.parametrize("name", [LEVELLED, TIERED])
def test_an_lsm_tree_does_not_care_for_the_b_tree_s_settings(name: str) -> None:
    one = simulate(name, record_bytes=16, pool_share=0.01, page_bytes=4096)
    assert one == simulate(name)
    assert one.read_absent == pytest.approx(least_false_positives(10) * one.runs)


def test_only_the_ratio_counts() -> None:
    """A memtable eight times as large and as many more keys: the same tree."""
    for name in (LEVELLED, TIERED):
        small, large = simulate(name, memtable=50), simulate(name, memtable=400)
        assert large.written == pytest.approx(small.written, rel=0.002)
        assert large.stored == pytest.approx(small.stored, rel=0.002)
        assert large.runs == small.runs


def test_a_short_run_has_settled() -> None:
    for skew in (0.0, 0.8, 1.2):
        for name in (LEVELLED, TIERED):
            short, long = (simulate(name, skew=skew, rounds=n) for n in (4, 30))
            assert short.written == pytest.approx(long.written, rel=0.01)
            assert short.stored == pytest.approx(long.stored, rel=0.01)


@pytest.mark.parametrize("name", ENGINES)
def test_the_range_s_ends_are_allowed(name: str) -> None:
    least: dict[str, Any] = {
        "record_bytes": 1, "size_ratio": 2, "data_ratio": 8, "skew": 0, "pool_share": 0.001,
        "filter_bits": 0, "page_bytes": 512, "memtable": 10, "rounds": 4, "n_runs": 1,
    }  # fmt: skip
    for found in (
        simulate(name, **least), simulate(name, size_ratio=64, filter_bits=30, skew=1.2),
    ):  # fmt: skip
        assert found.written > 0.0 or name == BTREE  # 80 records of a byte are one page
        assert found.stored >= 1.0
