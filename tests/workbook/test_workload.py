"""The workload workbook: answers that are right in another way, and the data that it judges."""

import math
from typing import Any

import numpy as np
import pytest
from tests.workbook.wrong.workload import head

from scalelab.models.workload import batch, think_time
from scalelab.models.workload.flash_crowd import Crowds, simulate
from scalelab.theory.workload.temporal import two_regions
from scalelab.workbook import workload as check


@pytest.mark.parametrize("log", check.LOGS, ids=str)
def test_sessions_are_those_that_the_model_cuts(log: check.Log) -> None:
    """Without lines of the same moment, which the model takes for one click."""
    times, clients = log.clicks
    times = times + np.random.default_rng(1).uniform(0.0, 0.5, times.size)
    rows = np.zeros((times.size, 6))
    rows[:, check.TIME_S], rows[:, check.CLIENT] = times, clients
    found = think_time.fit(rows, timeout_min=log.timeout_s / 60.0, click_s=0.0)
    count, mean = check.cut(times, clients, log.timeout_s)
    assert found.sessions == count
    assert found.think_s == pytest.approx(mean)


@pytest.mark.parametrize("log", check.LOGS, ids=str)
def test_a_log_has_lines_that_are_out_of_order(log: check.Log) -> None:
    assert (np.diff(log.clicks[0]) < 0.0).any()


def test_sessions_by_walking_through_the_log_pass() -> None:
    def sessions(times: Any, clients: Any, timeout_s: float) -> Any:
        last: dict[int, float] = {}
        count, pauses = 0, []
        for time, client in sorted(zip(times.tolist(), clients.tolist(), strict=True)):
            pause = time - last.get(client, -math.inf)
            if pause > timeout_s:
                count += 1
            else:
                pauses.append(pause)
            last[client] = time
        return count, sum(pauses) / len(pauses) if pauses else None

    check.task_2(sessions)


@pytest.mark.parametrize("team", [team for team in check.TEAMS if team[0] <= 300], ids=str)
def test_the_fewest_servers_keep_the_goal_in_a_simulation(
    team: tuple[int, float, float, float],
) -> None:
    """And one fewer do not, within 3 % for chance."""
    users, think_s, service_s, goal_s = team
    count = check.fewest(*team)

    def answer_s(servers: int) -> float:
        thinks = np.full(1, think_s)  # its law does not matter
        return think_time.simulate(
            users, thinks, 1000.0 * service_s, servers, n_clicks=200_000
        ).response_s

    assert answer_s(count) < 1.03 * goal_s
    assert count == 1 or answer_s(count - 1) > 0.97 * goal_s


def test_two_sines_are_best_half_a_day_apart() -> None:
    day = 1.0 + 0.8 * np.sin(2.0 * np.pi * np.arange(24) / 24.0)
    peaks = [check.both(day, 0.6, behind).max() for behind in range(24)]
    assert int(np.argmin(peaks)) == 12
    for behind in (0, 6, 12):
        assert peaks[behind] / 1.6 == pytest.approx(two_regions(0.8, behind, 0.6), rel=0.01)


@pytest.mark.parametrize("name", check.DAYS)
def test_one_hour_apart_is_best(name: str) -> None:
    """By so much that rounding does not decide."""
    day, second = check.DAYS[name]
    peaks = sorted(float(check.both(day, second, behind).max()) for behind in range(24))
    assert peaks[1] > peaks[0] * (1.0 + 10.0 * check.EXACT)


def told(record: check.Record, span: int) -> float:
    sums = check.windows(record.counts, span)
    return float(sums.var() / sums.mean())


@pytest.mark.parametrize("record", check.RECORDS, ids=lambda one: f"{one.kind} {one.seed}")
@pytest.mark.parametrize("seed", [0, 1000, 2000])
def test_records_can_be_told_whatever_the_seed(record: check.Record, seed: int) -> None:
    other = check.Record(record.kind, record.seed + seed, record.settings)
    sums = check.windows(other.counts, 60)
    off = sums[1:-1] - (sums[:-2] + sums[2:]) / 2.0
    no_trend = float(np.mean(off**2) / 1.5 / sums.mean())
    assert (told(other, 600) < 1.9) == (record.kind == "Poisson")
    assert (no_trend < 1.4) == (record.kind in ("Poisson", "day"))
    if record.kind in ("sessions", "crowds"):
        grows = told(other, 600) / told(other, 60)
        assert grows < 1.8 if record.kind == "sessions" else grows > 2.3


def test_no_height_of_the_index_tells_sessions_from_crowds() -> None:
    for span in check.SPANS:
        heights = {
            kind: [told(one, span) for one in check.RECORDS if one.kind == kind]
            for kind in ("sessions", "crowds")
        }
        assert max(heights["sessions"]) > min(heights["crowds"])


def test_in_time_is_that_of_a_full_queue_in_closed_form() -> None:
    """M/M/1/K: whoever finds k waits for k exponential services (Kleinrock 1975)."""
    rate, capacity, most, patience_s = 6.0, 4.0, 30, 7.0
    weights = [(rate / capacity) ** k for k in range(most + 1)]
    served = 0.0
    for k in range(most):
        term = total = math.exp(-capacity * patience_s)
        for j in range(1, k):
            term *= capacity * patience_s / j
            total += term
        served += weights[k] / sum(weights) * (1.0 - total if k else 1.0)
    shares = [
        simulate(Crowds(rate, rate), capacity, most, duration_s=86_400.0, seed=seed).in_time(
            patience_s
        )
        for seed in range(4)
    ]
    assert float(np.mean(shares)) == pytest.approx(served, abs=0.01)


@pytest.mark.parametrize("at", range(len(check.CHECKOUTS)))
def test_limits_by_playing_other_days_pass(at: int) -> None:
    """The finest of twenty, by three days of its own."""
    one = check.CHECKOUTS[at]
    work = one.capacity * one.patience_s

    def served(most: float) -> float:
        return float(np.mean([
            simulate(one.stream, one.capacity, int(most), duration_s=21_600.0, seed=seed).in_time(
                one.patience_s
            )
            for seed in range(3)
        ]))  # fmt: skip

    check._is_limit(at, max((float(round(work * part / 20)) for part in range(2, 24)), key=served))


def test_the_likelihood_is_within_the_tolerance_whatever_the_seed() -> None:
    for seed in range(3):
        for one in check.CATALOGUES:
            other = check.Catalogue(
                one.n_requests, one.n_products, one.skew, one.seed + 1000 * seed
            )
            assert abs(head(other.counts) - one.skew) < check.SKEW_ERROR


def test_with_the_longest_piece_requests_wait_for_the_goal_in_a_simulation() -> None:
    for rate, mean_s, share, goal_s in ((1.5, 0.2, 0.3, 0.5), (8.0, 0.05, 0.5, 0.2)):
        piece = check.piece(rate, mean_s, share, goal_s)
        assert piece is not None
        found = batch.simulate(
            machines=1, real_time=rate * mean_s, batch_load=share, piece_s=piece, job_s=piece,
            request_s=mean_s, night_traffic=1.0, n_requests=100_000, n_jobs=20_000, n_runs=4,
        )  # fmt: skip
        assert found.priority.mean_wait_s == pytest.approx(goal_s, rel=0.05)
