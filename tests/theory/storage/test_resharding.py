import math

import pytest

from scalelab.models.storage.resharding import CHANGES, simulate
from scalelab.theory.storage.resharding import copy_hours, jump_moved, least_moved, modulo_moved

ADD, LOSE, DOUBLE = CHANGES
KEYS = 400_000


def lists(n: int, change: str) -> tuple[list[int], list[int]]:
    before = list(range(n))
    lost = [shard for shard in before if shard != n // 2]
    return before, {ADD: [*before, n], LOSE: lost, DOUBLE: list(range(2 * n))}[change]


@pytest.mark.parametrize(
    ("before", "after", "moved"),
    [(4, 5, 0.8), (10, 11, 0.909091), (10, 12, 0.833333), (100, 101, 0.990099), (16, 32, 0.5)],
)
def test_modulo_worked_out(before: int, after: int, moved: float) -> None:
    assert modulo_moved(range(before), range(after)) == pytest.approx(moved, abs=5e-7)
    assert modulo_moved(range(before), range(before)) == 0.0


def test_least_moved() -> None:
    assert least_moved(10, 11) == pytest.approx(1 / 11)
    assert least_moved(10, 9) == 0.1
    assert least_moved(10, 20) == least_moved(20, 10) == 0.5
    assert least_moved(3, 3) == 0.0


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("n", [2, 3, 10, 41])
def test_what_moves(n: int, change: str) -> None:
    before, after = lists(n, change)
    least = least_moved(n, len(after))
    expected = {
        "Modulo": modulo_moved(before, after), "Jump": jump_moved(before, after),
        "Rendezvous": least,
    }  # fmt: skip
    for method, share in expected.items():
        found = simulate(method, change, n, n_keys=KEYS, n_runs=1)
        error = math.sqrt(share * (1 - share) / KEYS)
        assert found.moved == pytest.approx(share, abs=4 * error + 1e-12), method
        assert found.least == pytest.approx(least)


def test_jump_worked_out() -> None:
    # Ten shards, number 5 is lost: 0 to 4 stay, 9 gets a ninth of its own keys back.
    assert jump_moved(*lists(10, LOSE)) == pytest.approx(1.0 - 0.5 - 0.1 / 9)
    assert jump_moved(*lists(10, ADD)) == pytest.approx(1 / 11)


def test_copy_hours() -> None:
    assert copy_hours(0.5, 7200.0, 1000.0) == pytest.approx(1.0)
    found = simulate("Jump", data_gb=500.0, copy_mb_s=50.0)
    assert found.copy_hours == pytest.approx(copy_hours(found.moved, 500.0, 50.0))
