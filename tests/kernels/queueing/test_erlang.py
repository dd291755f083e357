"""Erlang's formulas against published tables and their sums."""

import math

import pytest

from scalelab.kernels.queueing.erlang import erlang_b, erlang_c, mean_wait


@pytest.mark.parametrize(
    ("servers", "load", "loss", "waits", "wait"),
    [(1, 0.8, 0.444444, 0.8, 4.0), (2, 1.6, 0.329897, 0.711111, 1.777778),
     (4, 3.2, 0.228145, 0.596432, 0.745541), (10, 9.0, 0.167963, 0.668732, 0.668732),
     (20, 18.0, 0.109213, 0.550769, 0.275385), (100, 95.0, 0.048804, 0.506457, 0.101291)],
)  # fmt: skip
def test_values(servers: int, load: float, loss: float, waits: float, wait: float) -> None:
    assert erlang_b(load, servers) == pytest.approx(loss, abs=1e-6)
    assert erlang_c(load, servers) == pytest.approx(waits, abs=1e-6)
    assert mean_wait(load / 0.1, 0.1, servers) == pytest.approx(0.1 * wait, abs=1e-6)


@pytest.mark.parametrize(
    ("servers", "load"), [(1, 0.0101), (5, 1.3608), (10, 4.4612), (50, 37.9014), (100, 84.0642)]
)
def test_the_teletraffic_table_of_one_per_cent(servers: int, load: float) -> None:
    assert erlang_b(load, servers) == pytest.approx(0.01, abs=2e-6)


@pytest.mark.parametrize("load", [0.0, 0.3, 4.0, 30.0])
def test_as_by_the_sum(load: float) -> None:
    for servers in (0, 1, 5, 40):
        terms = [load**k / math.factorial(k) for k in range(servers + 1)]
        assert erlang_b(load, servers) == pytest.approx(terms[-1] / sum(terms))
