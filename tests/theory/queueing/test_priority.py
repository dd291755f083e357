"""The closed forms against each other, published laws and limits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalelab.kernels.queueing.erlang import mean_wait
from scalelab.theory.queueing.priority import (
    conserved,
    interrupting_waits,
    pooled_interrupting_waits,
    pooled_waits,
    residual,
    waits,
)

classes = st.lists(
    st.tuples(st.floats(0.01, 1.0), st.floats(0.01, 100.0), st.sampled_from([0.0, 0.25, 1.0, 9.0])),
    min_size=1,
    max_size=6,
)  # each: share of the load, mean service time, its squared variation
loads = st.floats(0.05, 0.99)

Classes = list[tuple[float, float, float]]


def scaled(found: Classes, load: float) -> tuple[list[float], list[float], list[float]]:
    """Rates, means, variations of classes that are ``load`` together."""
    total = sum(share for share, _, _ in found)
    rates = [load * share / total / mean for share, mean, _ in found]
    return rates, [mean for _, mean, _ in found], [cv2 for _, _, cv2 in found]


@given(classes, loads)
def test_the_conservation_law(found: Classes, load: float) -> None:
    """Waits weighted by loads add up to the same, whoever goes first."""
    rates, means, cv2s = scaled(found, load)
    for order in (range(len(rates)), reversed(range(len(rates)))):
        keys = list(order)
        r, m, v = ([values[k] for k in keys] for values in (rates, means, cv2s))
        total = sum(a * b * w for a, b, w in zip(r, m, waits(r, m, v), strict=True))
        assert total == pytest.approx(conserved(rates, means, cv2s), rel=1e-9)


@given(classes, loads)
def test_the_urgent_wait_less(found: Classes, load: float) -> None:
    rates, means, cv2s = scaled(found, load)
    plain = waits(rates, means, cv2s)
    assert list(plain) == sorted(plain)
    interrupting = interrupting_waits(rates, means, cv2s)
    assert interrupting[0] <= plain[0] + 1e-12


@given(classes, loads)
def test_who_interrupts_does_not_notice_the_others(found: Classes, load: float) -> None:
    rates, means, cv2s = scaled(found, load)
    for k in range(1, len(rates) + 1):
        part = interrupting_waits(rates[:k], means[:k], cv2s[:k])
        assert part == pytest.approx(interrupting_waits(rates, means, cv2s)[:k])
    # The first is alone: Pollaczek and Khinchine.
    alone = residual(rates[0], means[0] ** 2 * (1.0 + cv2s[0])) / (1.0 - rates[0] * means[0])
    assert interrupting_waits(rates, means, cv2s)[0] == pytest.approx(alone)


@given(st.lists(st.floats(0.01, 1.0), min_size=1, max_size=5), loads, st.integers(1, 50))
def test_several_servers(shares: list[float], load: float, servers: int) -> None:
    """All classes together wait as M/M/c does: for equal exponential times, however they go."""
    rates = [load * servers * share / sum(shares) / 0.2 for share in shares]
    total = sum(rates) * mean_wait(sum(rates), 0.2, servers)
    for found in (
        pooled_waits(rates, 0.2, servers),
        pooled_interrupting_waits(rates, 0.2, servers),
    ):
        assert sum(r * w for r, w in zip(rates, found, strict=True)) == pytest.approx(total)
        assert list(found) == sorted(found)


@given(st.lists(st.floats(0.01, 1.0), min_size=1, max_size=5), loads)
def test_one_server_is_a_case_of_several(shares: list[float], load: float) -> None:
    rates = [load * share / sum(shares) / 0.2 for share in shares]
    means, cv2s = [0.2] * len(rates), [1.0] * len(rates)
    assert pooled_waits(rates, 0.2, 1) == pytest.approx(waits(rates, means, cv2s))
    assert pooled_interrupting_waits(rates, 0.2, 1) == pytest.approx(
        interrupting_waits(rates, means, cv2s), rel=1e-6
    )


def test_worked_by_hand() -> None:
    """Two classes of load 0.3, service 1: constant times leave half as much as exponential ones."""
    assert waits([0.3, 0.3], [1.0, 1.0], [0.0, 0.0]) == pytest.approx((0.3 / 0.7, 0.3 / 0.28))
    assert waits([0.3, 0.3], [1.0, 1.0], [1.0, 1.0]) == pytest.approx((0.6 / 0.7, 0.6 / 0.28))
    assert interrupting_waits([0.3, 0.3], [1.0, 1.0], [0.0, 0.0]) == pytest.approx(
        (0.15 / 0.7, 0.3 / 0.28 + 0.3 / 0.7)
    )
