import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from scalelab.models.introduction.read_write import carried
from scalelab.theory.introduction.read_write import Shop, even_share
from scalelab.theory.introduction.usl import throughput
from scalelab.theory.replication.read_write_split import Split, amdahl
from scalelab.theory.storage.scatter_gather import ceiling

# In round numbers: a write as dear as a read, one request in five.
PLAIN = Shop(0.2, 1.0, 1.0, 0.5, 0.25)
shops = st.builds(
    Shop, st.floats(0.001, 0.99), st.floats(0.1, 50.0), st.floats(0.0, 1.0), st.floats(0.0, 0.999),
    st.floats(0.0, 1.0),
)  # fmt: skip


def settings_of(shop: Shop) -> dict[str, float]:
    return {
        "write_share": shop.write_share, "write_cost": shop.write_cost,
        "apply_share": shop.apply_share, "hit_ratio": shop.hit_ratio,
        "scatter_share": shop.scatter_share,
    }  # fmt: skip


def test_by_hand() -> None:
    assert PLAIN.work == pytest.approx(1.0)
    assert PLAIN.writes == pytest.approx(0.2)
    # Of 4 servers: 4 / (1 + 0.2 * 3); and one in five is what a primary can write.
    assert PLAIN.replicas(4) == pytest.approx(2.5)
    assert PLAIN.replicas(1000) < PLAIN.most_of_replicas == pytest.approx(5.0)
    # 0.2 of the work asks all: the same.
    assert PLAIN.shards(4) == pytest.approx(2.5)
    assert PLAIN.most_of_shards == pytest.approx(5.0)
    # 0.4 of the reads are left, and 0.2 of writes.
    assert PLAIN.cache() == pytest.approx(1.0 / 0.6)
    assert PLAIN.behind.write_share == pytest.approx(1.0 / 3.0)
    assert PLAIN.lookups_carried(3, 0.1) == pytest.approx(3.0 / (0.1 * (0.8 * 1.5 + 0.2)))


@settings(max_examples=100, deadline=None)
@given(shops, st.integers(1, 60))
def test_the_model_has_the_same(shop: Shop, n: int) -> None:
    given_shop = settings_of(shop)
    for means, gain in (("Replicas", shop.replicas(n)), ("Shards", shop.shards(n))):
        found = carried(means, n, **given_shop)
        assert found.gain == pytest.approx(gain, rel=1e-9)
        assert found.requests == pytest.approx(gain * 1000.0 / shop.work, rel=1e-9)
    # So many cheap caches that the database is what is full.
    if n > 1:
        cheap = {**given_shop, "lookup_cost": 0.001}
        at_most = shop.lookups_carried(n - 1, 0.001)
        expected = max(min(at_most, shop.cache()), 1.0)
        assert carried("Cache", n, **cheap).gain == pytest.approx(expected, rel=1e-9)


@settings(max_examples=60, deadline=None)
@given(shops, st.integers(2, 12), st.floats(0.01, 1.0))
def test_caches_in_front_are_the_product_of_two_laws(shop: Shop, n: int, lookup: float) -> None:
    """What the cache leaves is another mix, and the databases scale by that one's law."""
    for means, alone, behind in (
        ("Cache and replicas", shop.replicas, shop.cache_and_replicas),
        ("Cache and shards", shop.shards, shop.cache_and_shards),
    ):
        ways = [alone(n)] + [
            min(behind(n - caches), shop.lookups_carried(caches, lookup)) for caches in range(1, n)
        ]
        found = carried(means, n, lookup_cost=lookup, **settings_of(shop))
        assert found.gain == pytest.approx(max(ways), rel=1e-9)


@settings(max_examples=100, deadline=None)
@given(shops, st.integers(1, 60))
def test_it_is_what_the_chapters_on_replication_and_storage_have(shop: Shop, n: int) -> None:
    split = Split(
        shop.write_share, 1.0, shop.write_cost, shop.apply_share, 1000.0, primary_reads=True
    )
    assert shop.replicas(n) == pytest.approx(split.ceiling(n - 1) / split.ceiling(0), rel=1e-9)
    assert shop.most_of_replicas == pytest.approx(split.most_gain, rel=1e-9)
    assert shop.shards(n) == pytest.approx(ceiling(1.0, shop.contention_of_shards, n), rel=1e-9)
    # With full applies and equal costs it is Amdahl's law in the share of writes.
    full = Shop(shop.write_share, 1.0, 1.0)
    assert full.replicas(n) == pytest.approx(amdahl(shop.write_share, n), rel=1e-9)


@settings(max_examples=60, deadline=None)
@given(shops, st.integers(1, 10))
def test_no_division_of_the_reads_carries_more(shop: Shop, n: int) -> None:
    """The optimum of a linear programme: the rate, and the reads of each server."""
    unit = 1.0 / shop.writes
    apply = shop.apply_share * shop.write_cost * shop.write_share
    work = [
        [(shop.write_cost * shop.write_share if i == 0 else apply) * unit / shop.work]
        + [float(i == j) * unit / shop.work for j in range(n)]
        for i in range(n)
    ]
    found = linprog(
        [-1.0] + [0.0] * n, work, [1.0] * n, [[1.0 - shop.write_share] + [-1.0] * n], [0.0]
    )
    assert found.success
    assert shop.replicas(n) == pytest.approx(-found.fun * unit, rel=1e-6)


@settings(max_examples=100, deadline=None)
@given(st.floats(0.001, 0.5), st.floats(0.01, 1.0), st.floats(0.2, 20.0), st.integers(2, 50))
def test_below_the_even_share_replicas_are_ahead(
    scatters: float, apply: float, cost: float, n: int
) -> None:
    even = even_share(scatters, apply, cost)
    for share in (0.5 * even, 0.99 * even, 1.01 * even, min(2.0 * even, 0.5 * (even + 1.0))):
        shop = Shop(share, cost, apply, 0.8, scatters)
        by_law = throughput(n, shop.contention_of_replicas, 0.0, 1.0)
        assert (by_law > shop.shards(n)) == (share < even)
    shop = Shop(even, cost, apply, 0.8, scatters)
    assert shop.contention_of_replicas == pytest.approx(shop.contention_of_shards)


def test_nothing_that_does_not_divide() -> None:
    free = Shop(0.1, 2.0, 0.0, 0.0, 0.0)
    assert free.shards(7) == pytest.approx(7.0)
    assert free.most_of_shards == math.inf
    assert free.cache() == 1.0
    assert free.replicas(3) == pytest.approx(3.0)
    assert free.replicas(7) == pytest.approx(5.5)  # the primary still writes
    assert math.isnan(even_share(0.0, 0.0, 2.0))
