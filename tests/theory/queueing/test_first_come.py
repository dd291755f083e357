"""Closed forms of first come, first served, against published figures and each other."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalelab.kernels.queueing import erlang as kernel
from scalelab.theory.queueing import approximations, erlang, gim1, mg1, mm1

loads = st.floats(0.01, 0.99)


@pytest.mark.parametrize(
    ("servers", "load", "lost", "waits", "wait"),
    [(1, 0.8, 0.444444, 0.8, 4.0), (2, 1.6, 0.329897, 0.711111, 1.777778),
     (5, 4.0, 0.199067, 0.554113, 0.554113), (8, 6.4, 0.144394, 0.457645, 0.286028),
     (10, 9.0, 0.167963, 0.668732, 0.668732), (100, 80.0, 0.003992, 0.019646, 0.000982),
     (100, 95.0, 0.048804, 0.506457, 0.101291)],
)  # fmt: skip
def test_erlang(servers: int, load: float, lost: float, waits: float, wait: float) -> None:
    assert erlang.lost(load, servers) == pytest.approx(lost, abs=6e-7)
    assert erlang.waits(load, servers) == pytest.approx(waits, abs=6e-7)
    assert erlang.mean_wait(load, servers) == pytest.approx(wait, abs=6e-7)


@given(st.integers(1, 300), loads)
def test_as_the_kernel(servers: int, rho: float) -> None:
    load = rho * servers
    assert erlang.lost(load, servers) == pytest.approx(kernel.erlang_b(load, servers), rel=1e-9)
    assert erlang.waits(load, servers) == pytest.approx(kernel.erlang_c(load, servers), rel=1e-9)
    wait = kernel.mean_wait(load / 3.0, 3.0, servers) / 3.0
    assert erlang.mean_wait(load, servers) == pytest.approx(wait, rel=1e-9)


def test_no_load_and_no_servers() -> None:
    assert erlang.lost(0.0, 3) == 0.0
    assert erlang.lost(0.0, 0) == erlang.lost(5.0, 0) == 1.0
    assert erlang.waits(1e-300, 100) == 0.0  # too small for a number


@given(st.integers(1, 200), st.floats(1e-6, 0.9))
def test_the_load_for_a_loss(servers: int, loss: float) -> None:
    assert erlang.lost(erlang.load_for(loss, servers), servers) == pytest.approx(loss, rel=1e-9)


@given(st.floats(0.1, 300.0), st.floats(0.001, 0.999))
def test_the_fewest_servers(load: float, waiting: float) -> None:
    servers = erlang.servers_for(load, waiting)
    assert erlang.waits(load, servers) <= waiting
    assert servers - 1 <= load or erlang.waits(load, servers - 1) > waiting


@given(loads, st.floats(0.0, 0.999), st.integers(1, 40))
def test_wait_quantile(rho: float, q: float, servers: int) -> None:
    waiting, ends = erlang.waits(rho * servers, servers), (1.0 - rho) * servers
    wait = erlang.wait_quantile(waiting, ends, q)
    if wait == 0.0:
        assert waiting <= 1.0 - q
    else:
        assert erlang.waits_longer(waiting, ends, wait) == pytest.approx(1.0 - q)


@given(loads)
def test_one_server(rho: float) -> None:
    assert erlang.waits(rho, 1) == pytest.approx(rho)
    assert mm1.mean_response(rho) == pytest.approx(1.0 + erlang.mean_wait(rho, 1))
    assert mm1.mean_number(rho) == pytest.approx(rho * mm1.mean_response(rho))  # Little
    assert mg1.mean_wait(rho, 1.0, 1.0) == pytest.approx(erlang.mean_wait(rho, 1))
    numbers = [mm1.number(rho, n) for n in range(5000)]
    assert sum(numbers) == pytest.approx(1.0)
    assert sum(n * p for n, p in enumerate(numbers)) == pytest.approx(mm1.mean_number(rho))
    half = mm1.response_quantile(rho, 0.5)
    assert math.exp(-half / mm1.mean_response(rho)) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("cv2", "waits"),
    [(0.0, (0.5, 1.166667, 2.0, 4.5, 9.5)), (0.5, (0.75, 1.75, 3.0, 6.75, 14.25)),
     (1.0, (1.0, 2.333333, 4.0, 9.0, 19.0)), (4.0, (2.5, 5.833333, 10.0, 22.5, 47.5)),
     (25.0, (13.0, 30.333333, 52.0, 117.0, 247.0))],
)  # fmt: skip
def test_any_service(cv2: float, waits: tuple[float, ...]) -> None:
    for rho, wait in zip((0.5, 0.7, 0.8, 0.9, 0.95), waits, strict=True):
        assert mg1.mean_wait(rho, 1.0, cv2) == pytest.approx(wait, abs=1e-6)
        assert mg1.mean_wait(rho, 10.0, cv2) == pytest.approx(10.0 * wait, abs=1e-5)
        assert approximations.kingman(rho, 1.0, cv2) == pytest.approx(wait, abs=1e-6)
        assert approximations.allen_cunneen(rho, 1, 1.0, cv2) == pytest.approx(wait, abs=1e-6)


@given(loads)
def test_squared_waits(rho: float) -> None:
    """M/M/1: who waits does so for an exponential time of mean 1 / (1 - rho)."""
    expected = rho * 2.0 / (1.0 - rho) ** 2
    assert mg1.mean_square_wait(rho, (1.0, 2.0, 6.0)) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("rho", "sigma", "response"),
    [(0.5, 0.203188, 1.25500), (0.7, 0.466996, 1.87616), (0.8, 0.628630, 2.69273),
     (0.9, 0.806900, 5.17866), (0.95, 0.901695, 10.17243), (0.99, 0.980067, 50.16779)],
)  # fmt: skip
def test_constant_gaps(rho: float, sigma: float, response: float) -> None:
    transform = gim1.constant(1.0 / rho)
    assert gim1.sigma(transform) == pytest.approx(sigma, abs=6e-7)
    assert gim1.mean_response(transform) == pytest.approx(response, abs=6e-6)


@given(st.floats(0.01, 0.999))
def test_the_root(rho: float) -> None:
    """It is one; of random arrivals it is rho, and it grows as gaps vary more."""
    gap = 1.0 / rho
    ways = (gim1.constant(gap), gim1.erlang(gap, 3), gim1.exponential(gap),
            gim1.hyperexponential(gap, 4.0))  # fmt: skip
    found = [gim1.sigma(transform) for transform in ways]
    for transform, root in zip(ways, found, strict=True):
        assert transform(1.0 - root) == pytest.approx(root, abs=1e-12)
        assert 0.0 <= root < 1.0
    assert found == sorted(found)
    assert found[2] == pytest.approx(rho, abs=1e-9)
    assert gim1.erlang(gap, 1)(0.3) == pytest.approx(gim1.exponential(gap)(0.3))


@given(st.floats(0.05, 0.99), st.floats(0.0, 50.0))
def test_waits_of_any_arrivals(rho: float, time: float) -> None:
    transform = gim1.exponential(1.0 / rho)
    mean = gim1.mean_wait(transform)
    assert mean == pytest.approx(gim1.mean_response(transform) - 1.0, abs=1e-9)
    longer = erlang.waits_longer(rho, 1.0 - rho, time)
    assert gim1.waits_longer(transform, time) == pytest.approx(longer, rel=1e-6)


def test_means_and_spreads_of_gaps() -> None:
    """From the transforms' slopes at 0."""
    for transform, cv2 in (
        (gim1.constant(3.0), 0.0), (gim1.erlang(3.0, 4), 0.25), (gim1.exponential(3.0), 1.0),
        (gim1.hyperexponential(3.0, 5.0), 5.0),
    ):  # fmt: skip
        h = 1e-4
        slope = (transform(h) - transform(-h)) / (2.0 * h)
        curve = (transform(h) - 2.0 + transform(-h)) / h**2
        assert -slope == pytest.approx(3.0, rel=1e-4)
        assert curve / 9.0 - 1.0 == pytest.approx(cv2, abs=1e-3)


@pytest.mark.parametrize("gap", [1.0, 0.5])
def test_no_steady_state(gap: float) -> None:
    with pytest.raises(ValueError, match="no steady state"):
        gim1.sigma(gim1.constant(gap))


@pytest.mark.parametrize(
    ("spare", "limit", "of_a_hundred"),
    [(0.25, 0.72093, 0.72782), (0.5, 0.50454, 0.51598), (1.0, 0.22336, 0.23769),
     (1.5, 0.08469, 0.09626), (2.0, 0.02688, 0.03387), (3.0, 0.00148, 0.00268)],
)  # fmt: skip
def test_many_servers(spare: float, limit: float, of_a_hundred: float) -> None:
    """The limit, and Erlang's value for 100 servers with as much to spare."""
    assert approximations.halfin_whitt(spare) == pytest.approx(limit, abs=6e-6)
    assert approximations.spare_for(limit) == pytest.approx(spare, abs=3e-3)
    # c = a + spare sqrt(a)
    root = (-spare + math.sqrt(spare**2 + 400.0)) / 2.0
    assert erlang.waits(root**2, 100) == pytest.approx(of_a_hundred, abs=6e-4)


@given(st.floats(0.001, 0.999))
def test_spare_is_the_inverse(waiting: float) -> None:
    assert approximations.halfin_whitt(approximations.spare_for(waiting)) == pytest.approx(waiting)


@pytest.mark.parametrize("load", [20.0, 100.0, 1000.0])
def test_square_root_staffing_is_as_good_as_exact(load: float) -> None:
    """By a server, and with it nearly the right share waits."""
    for waiting in (0.05, 0.2, 0.5):
        staffed = approximations.square_root_staffing(load, waiting)
        assert abs(staffed - erlang.servers_for(load, waiting)) <= 1


def test_allen_cunneen_of_exponential_laws() -> None:
    assert approximations.allen_cunneen(3.2, 4, 1.0, 1.0) == erlang.mean_wait(3.2, 4)
