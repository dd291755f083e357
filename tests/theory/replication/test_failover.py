import math
from typing import Any

import numpy as np
import pytest

from scalelab.kernels.replication.failover import TIMEOUTS_S
from scalelab.models.replication.failover import Failover, simulate
from scalelab.theory.replication.failover import (
    Pause,
    Year,
    availability,
    detection,
    election,
    lost_for_most,
    split_vote,
    until_run,
)

SWITCH = 10.0 + 5.0 + 5.0


def runs(timeout: float, **settings: Any) -> list[Failover]:
    return [simulate(timeout, n_runs=1, seed=seed, **settings) for seed in range(20)]


def close(measured: list[float], wanted: float, bias: float = 0.0) -> bool:
    """Within four standard errors of the runs' mean."""
    error = float(np.std(measured, ddof=1)) / math.sqrt(len(measured))
    return abs(float(np.mean(measured)) - wanted) < 4.0 * error + bias * wanted + 1e-9


@pytest.mark.parametrize("timeout", [1.0, 3.0, 10.0, 30.0])
def test_a_year_agrees_within_four_standard_errors(timeout: float) -> None:
    found = runs(timeout, years=30.0, most_runs=500)
    year = Year(1.0, 0.01, 200.0, Pause(0.5, 1.5), 2.0, SWITCH)
    assert close([r.crash_minutes for r in found], year.crash_minutes(timeout))
    # Losses just before a pause, one in a hundred, are not in the closed form.
    assert close([r.pause_minutes for r in found], year.pause_minutes(timeout), 0.005)
    assert close([r.false_pauses for r in found], year.false_by_pauses(timeout), 0.01)
    # A rate over a fixed number of events is off by up to one in that number.
    assert close([r.false_heartbeats for r in found], year.false_by_losses(timeout), 0.002)


@pytest.mark.parametrize(
    ("timeout", "loss", "heartbeat"),
    [(3.0, 0.3, 0.5), (3.0, 0.1, 1.0), (3.0, 0.05, 2.0), (3.9, 0.5, 2.0)],
)
def test_runs_of_lost_heartbeats(timeout: float, loss: float, heartbeat: float) -> None:
    found = runs(
        timeout,
        loss=loss,
        heartbeat_s=heartbeat,
        pauses=0.0,
        crashes=0.0,
        years=30.0,
        most_runs=500,
    )
    year = Year(heartbeat, loss, 0.0, Pause(0.5, 1.5), 0.0, SWITCH)
    assert close([r.false_heartbeats for r in found], year.false_by_losses(timeout), 0.002)
    assert close([r.minutes for r in found], year.minutes(timeout), 0.002)


def test_mean_trials_to_a_run_by_hand() -> None:
    """Feller: two heads of a fair coin in a row take 6 throws, three take 14."""
    assert [until_run(0.5, run) for run in (1, 2, 3)] == [2.0, 6.0, 14.0]
    assert until_run(0.01, 1) == pytest.approx(100.0)


@pytest.mark.parametrize(("voting", "n"), [("majority of 3", 3), ("majority of 5", 5)])
@pytest.mark.parametrize("broadcast", [0.0, 0.01, 0.03])
def test_elections(voting: str, n: int, broadcast: float) -> None:
    found = runs(3.0, voting=voting, broadcast_s=broadcast, crashes=50.0, pauses=0.0)
    assert close([r.election for r in found], election(n, 0.15, broadcast))


def test_split_votes_by_counting() -> None:
    random = np.random.default_rng(1)
    wakes = np.sort(random.random((200_000, 3)), axis=1)
    split = float(np.mean(wakes[:, 1] - wakes[:, 0] < 0.1))
    assert split == pytest.approx(split_vote(3, 1.0, 0.1), abs=4.0 * 0.5 / math.sqrt(200_000))
    assert split_vote(5, 0.15, 0.0) == 0.0
    assert election(1, 0.15, 0.01) == 0.0


def test_pauses() -> None:
    pause = Pause(0.5, 1.5)
    assert pause.longer(0.5) == pytest.approx(0.5)
    assert pause.longer(0.0) == pause.longer(pause.least) == 1.0
    # The mean of the shorter one is the integral of the tail.
    middles = (np.arange(20_000) + 0.5) / 20_000 * 7.0
    wanted = 7.0 * float(np.mean([pause.longer(float(t)) for t in middles]))
    assert pause.up_to(7.0) == pytest.approx(wanted, rel=1e-4)
    assert pause.up_to(0.1) == 0.1
    assert pause.up_to(1e12) == pytest.approx(3.0 * pause.least, rel=1e-4)


def test_detection_and_availability() -> None:
    assert detection(30.0, 1.0, 0.0) == 29.5
    assert detection(30.0, 1.0, 0.5) == 28.5
    assert availability(99.0, 1.0) == 0.99
    (found,) = [simulate(30.0, loss=0.0, pauses=0.0, crashes=50.0, years=200.0)]
    year_s = 365.25 * 86_400.0
    # Crashes come at random however long the last one took: a difference of a second order.
    wanted = availability(year_s / 50.0, found.rto)
    assert found.availability == pytest.approx(wanted, abs=0.03 * (1.0 - wanted))


def test_a_majority() -> None:
    assert lost_for_most(1, 0.2) == pytest.approx(0.2)
    assert lost_for_most(3, 0.1) == pytest.approx(0.028)
    assert lost_for_most(5, 0.1) < lost_for_most(3, 0.1)


def test_without_losses_there_are_no_runs() -> None:
    year = Year(1.0, 0.0, 200.0, Pause(0.5, 1.5), 2.0, SWITCH)
    assert year.false_by_losses(1.0) == 0.0


def test_the_best_time_out_is_neither_the_shortest_nor_the_longest() -> None:
    year = Year(1.0, 0.01, 200.0, Pause(0.5, 1.5), 2.0, SWITCH)
    best = year.best_timeout(list(TIMEOUTS_S))
    assert 4.0 < best < 20.0
    found = simulate(3.0, years=200.0).best_timeout_s
    assert year.minutes(found) < 1.03 * year.minutes(best)
