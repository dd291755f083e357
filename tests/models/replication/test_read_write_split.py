import doctest
import math
from typing import Any

import pytest

from scalelab.models.replication import read_write_split
from scalelab.models.replication.read_write_split import simulate

NAN = float("nan")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("request_rate", (0.0, -1.0, 2e7, NAN)),
        ("write_share", (0.0, 0.0009, 1.0, 10, NAN)),
        ("replicas", (-1, 1001)),
        ("failed", (-1, 4)),
        ("read_ms", (0.0, 10_001.0, NAN)),
        ("write_ms", (0.0, 10_001.0, NAN)),
        ("apply_share", (-0.1, 1.1, NAN)),
        ("cores", (0, 257)),
        ("target", (0.0, 1.01, 70, NAN)),
        ("growth", (-0.1, 11.0, NAN)),
        ("n_requests", (9, 10_000_001)),
        ("n_runs", (0, 1001)),
    ],
)
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    good: dict[str, Any] = {"request_rate": 1000, "write_share": 0.1, "replicas": 3}
    for value in values:
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            simulate(**{**good, name: value})


def test_advice() -> None:
    with pytest.raises(ValueError, match="a share, not a percentage"):
        simulate(1000, 10, 2)
    with pytest.raises(ValueError, match="no more than there are replicas"):
        simulate(1000, 0.1, 2, failed=3)
    with pytest.raises(ValueError, match=r"0\.5 is half more"):
        simulate(1000, 0.1, 2, growth=50)


def test_examples() -> None:
    assert doctest.testmod(read_write_split).failed == 0


def test_the_range_s_ends_are_allowed() -> None:
    idle = simulate(0.001, 0.001, 1000, 0, n_requests=1000, growth=0.0, apply_share=0.0)
    assert idle.months == math.inf
    assert idle.p99_ms > 0.0
    full = simulate(1e7, 0.99, 1000, 1000, True, 10_000.0, 10_000.0, 1.0, 1, 0.05, 10.0)
    assert full.serving == 0
    assert math.isnan(full.p99_ms)
    assert math.isnan(full.mean_ms)
    assert full.months == 0.0
    assert full.primary_utilisation == pytest.approx(1e8)


def test_no_read_that_counts_has_no_time() -> None:
    found = simulate(10.0, 0.99, 1, n_requests=10, n_runs=1, seed=3)
    assert math.isnan(found.p99_ms) or found.p99_ms > 0.0
    assert found.ceiling > 0.0


def test_one_seed_gives_one_result() -> None:
    again = [simulate(10_000, 0.1, 3, seed=seed) for seed in (5, 5, 6)]
    assert again[0] == again[1] != again[2]
