"""The table against a search for the highest rate whose work fits on the servers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.introduction import read_write_reference as reference

from scalelab.kernels.introduction.read_write import (
    BY_SERVERS,
    BY_WRITES,
    MEANS,
    SINGLE,
    Mix,
    carry,
    databases_carry,
    read_write,
)

NAMES = ("Replicas", "Cache", "Shards", "Cache and replicas", "Cache and shards")
controls = st.tuples(
    st.floats(0.001, 1.0), st.integers(1, 9), st.floats(1.0, 20.0), st.floats(0.1, 20.0),
    st.floats(0.0, 1.0), st.floats(0.0, 0.999), st.floats(0.001, 1.0),
    st.just(0.0) | st.floats(0.001, 1.0),
)  # fmt: skip
Control = tuple[float, int, float, float, float, float, float, float]


def mix_of(control: Control) -> Mix:
    share, _, _, write, apply, hits, lookup, scatters = control
    return Mix(share, write, apply, hits, lookup, scatters)


@settings(max_examples=40, deadline=None)
@given(controls)
def test_it_is_the_highest_rate_that_fits(control: Control) -> None:
    share, servers, _, write, apply, hits, lookup, scatters = control
    requests = reference.Requests(share, write, apply * write, hits, lookup, scatters)
    table = read_write(*control, servers, servers, 0)
    for row, name in zip(table, NAMES, strict=True):
        assert row[4] == pytest.approx(reference.carried(name, servers, requests), rel=1e-9)


@settings(max_examples=60, deadline=None)
@given(controls)
def test_what_always_holds(control: Control) -> None:
    write_share, servers, target = control[:3]
    table = read_write(*control, 1, 9, 4)
    assert table.shape == (13 * MEANS, 13)
    assert np.isfinite(table).all()
    means, view, number, share, rate, gain, caches, most, ends, best, chosen, enough, needed = (
        table.T
    )  # fmt: skip
    assert means.tolist() == [*range(MEANS)] * 13
    by_servers, by_writes = view == BY_SERVERS, view == BY_WRITES
    assert number[by_servers].tolist() == [float(n) for n in range(1, 10) for _ in range(MEANS)]
    assert (number[by_writes] == servers).all()
    assert (share[by_servers] == write_share).all()
    np.testing.assert_allclose(share[by_writes][::MEANS], [1.0, 0.1, 0.01, 0.001])
    assert (chosen == (by_servers & (number == servers))).all()
    assert (needed == target).all()
    # One server alone is the same whatever it is called.
    np.testing.assert_allclose(gain[number == 1], 1.0)
    at_one = rate[:MEANS].mean()
    np.testing.assert_allclose(gain[by_servers] * at_one, rate[by_servers])
    assert (enough == (gain >= target * (1.0 - 1e-9))).all()
    # More servers never carry less, and never more than the ceiling.
    assert (np.diff(gain[by_servers].reshape(9, MEANS), axis=0) >= -1e-9 * gain.max()).all()
    assert (gain[ends == 1] <= most[ends == 1] * (1.0 + 1e-9)).all()
    assert (most[ends == 0] == 0.0).all()
    # Replicas and shards alone add at most one server each. A cache never makes it worse.
    assert (gain[np.isin(means, (0, 2))] <= number[np.isin(means, (0, 2))] * (1.0 + 1e-9)).all()
    for point in gain.reshape(13, MEANS):
        assert point[3] >= max(point[0], point[1]) * (1.0 - 1e-9)
        assert point[4] >= max(point[2], 0.0) * (1.0 - 1e-9)
    assert (caches[np.isin(means, (0, 2))] == 0.0).all()
    assert (caches < number).all()
    # One of the first three is best.
    assert (best.reshape(13, MEANS).sum(axis=1) == 1.0).all()
    for flags, point in zip(best.reshape(13, MEANS), gain.reshape(13, MEANS), strict=True):
        assert point[int(flags.argmax())] == point[:SINGLE].max()


@settings(max_examples=60, deadline=None)
@given(controls)
def test_the_way_the_servers_are_divided_is_the_best_and_has_the_fewest_caches(
    control: Control,
) -> None:
    """Of a given number of caches, the rest being databases."""
    mix, servers = mix_of(control), control[1]
    operations = (1.0 - mix.write_share) * (2.0 - mix.hit_ratio) + mix.write_share
    for kind in (3, 4):
        rates = [databases_carry(kind, servers, 0.0, mix)]
        for caches in range(1, servers):
            behind = databases_carry(kind, servers - caches, mix.hit_ratio, mix)
            rates.append(min(behind, caches * 1000.0 / (operations * mix.lookup_ms)))
        rate, caches = carry(kind, servers, mix)
        assert rate == pytest.approx(max(rates), rel=1e-12)
        assert rates[caches] == pytest.approx(rate, rel=1e-12)
        assert all(other < rate for other in rates[:caches])


def test_a_row_does_not_depend_on_how_many_rows_there_are() -> None:
    control = (0.1, 5, 4.0, 2.0, 0.5, 0.8, 0.1, 0.02)
    whole, part = read_write(*control, 1, 9, 7), read_write(*control, 3, 5, 0)
    np.testing.assert_array_equal(whole[2 * MEANS : 5 * MEANS], part)


def test_one_share_of_writes_is_all_of_them() -> None:
    table = read_write(0.1, 5, 4.0, 2.0, 0.5, 0.8, 0.1, 0.02, 5, 5, 1)
    assert table[MEANS:, 3].tolist() == [1.0] * MEANS
    assert table[MEANS:, 5].tolist() == pytest.approx([1.0, 1.0, 5.0, 1.0, 5.0])
