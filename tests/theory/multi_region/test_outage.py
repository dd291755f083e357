import itertools
import math
from collections.abc import Sequence

import numpy as np
import pytest

from scalelab.kernels.zipf import popularity
from scalelab.models.multi_region.outage import (
    INCIDENTS,
    OLD_LEADERS,
    STRATEGIES,
    Outage,
    simulate,
)
from scalelab.models.storage.consistency import AWS, Network
from scalelab.theory.multi_region.outage import (
    cut_off_requests,
    failover_availability,
    keys_in_conflict,
    lost_tail,
    lost_with_a_random_region,
    majority_with_common_cause,
    refused_writes,
    thrown_away,
)
from scalelab.theory.storage.partition import (
    majority_availability,
    stale_in_break,
    stale_probability,
)

ASYNC, MAJORITY, LEADERLESS, LOCAL = STRATEGIES
LOST, CUT, SLOW = INCIDENTS
REGIONS = tuple("abcde")
AT_ONE_PLACE = Network(REGIONS, dict.fromkeys(itertools.combinations(REGIONS, 2), 0.0))
WRITES = 10.0  # a second, in all five regions


def close(measured: Sequence[float], wanted: float) -> bool:
    """Within four standard errors of the runs' mean."""
    error = float(np.std(measured, ddof=1)) / math.sqrt(len(measured))
    return abs(float(np.mean(measured)) - wanted) < 4.0 * error


def runs(strategy: str, incident: str, n: int = 60, **settings: object) -> list[Outage]:
    return [
        simulate(strategy, incident, n_runs=1, seed=seed, **settings)  # type: ignore[arg-type]
        for seed in range(n)
    ]


@pytest.mark.parametrize("lag", [0.5, 3.0])
def test_the_tail_goes_with_the_region(lag: float) -> None:
    led = runs(ASYNC, LOST, lag_ms=1e3 * lag)
    assert close([run.writes_lost for run in led], lost_tail(WRITES, lag))
    local = runs(LOCAL, LOST, lag_ms=1e3 * lag)
    assert close([run.writes_lost for run in local], lost_tail(WRITES / 5.0, lag))


@pytest.mark.parametrize(
    ("old_leader", "goes_on"), [(OLD_LEADERS[0], 42.0), (OLD_LEADERS[1], 10.0)]
)
def test_what_an_old_leader_takes_is_thrown_away(old_leader: str, goes_on: float) -> None:
    found = runs(ASYNC, CUT, old_leader=old_leader)
    assert close([run.writes_lost for run in found], thrown_away(WRITES, 0.2, 1.0, goes_on))


def test_a_random_region_costs_the_same_with_one_leader_and_with_five() -> None:
    rates = (1.0, 2.0, 3.0, 4.0, 5.0)
    one, five = lost_with_a_random_region(rates, 2.0)
    assert one == five == pytest.approx(6.0)
    led, local = (
        [run.writes_lost for hit in AWS.regions for run in runs(s, LOST, 20, hit=hit)]
        for s in (ASYNC, LOCAL)
    )
    one, five = lost_with_a_random_region([WRITES / 5.0] * 5, 1.0)
    assert close(led, one)
    assert close(local, five)


@pytest.mark.parametrize(("incident", "share"), [(CUT, 0.8), (LOST, 1.0)])
def test_writes_that_find_no_leader(incident: str, share: float) -> None:
    """Cut off, the old leader still answers its own region."""
    found = runs(ASYNC, incident, write_share=1.0, request_rate=2.0, detection_s=7.0)
    wanted = refused_writes(WRITES, share, 7.0, 10.0)
    assert close([run.requests_refused for run in found], wanted)


def test_whoever_is_cut_off_is_refused() -> None:
    for strategy in (MAJORITY, LEADERLESS):
        found = runs(strategy, CUT, hit="Sydney")
        wanted = cut_off_requests(50.0, 0.2, 42.0)
        assert close([run.requests_refused for run in found], wanted)


@pytest.mark.parametrize("skew", [0.0, 0.8])
def test_keys_that_both_sides_of_a_cut_wrote(skew: float) -> None:
    found = runs(LOCAL, CUT, skew=skew, lag_ms=0.0, network=AT_ONE_PLACE, local_ms=0.0)
    wanted = keys_in_conflict(popularity(1000, skew).tolist(), WRITES, 0.2, 42.0)
    assert close([run.keys_in_conflict for run in found], wanted)


def test_conflicts_and_old_reads_of_a_lag() -> None:
    """Nothing is broken. In the first two seconds of a run there is less to miss."""
    lag, start = 2.0, 2.0 / 180.0
    found = runs(LOCAL, CUT, break_s=0.0, lag_ms=1e3 * lag, network=AT_ONE_PLACE, local_ms=0.0)
    missed = 0.0
    for p in popularity(1000, 0.8).tolist():
        there = WRITES * p * 0.8
        late = (1.0 - start) * stale_probability(there, lag)
        missed += p * (late + start * stale_in_break(there, 0.0, lag))
    assert close([run.conflicts for run in found], WRITES * 180.0 * missed)
    assert close([run.stale for run in found], 0.8 * missed)


@pytest.mark.parametrize("n", [1, 3, 5])
@pytest.mark.parametrize("common", [0.0, 0.1, 1.0])
def test_common_causes_by_counting_every_state(n: int, common: float) -> None:
    availability = 0.95
    for_all, alone = common * 0.05, (1.0 - common) * 0.05
    total = sum(
        (1.0 - for_all) * math.prod(1.0 - alone if up else alone for up in state)
        for state in itertools.product((True, False), repeat=n)
        if sum(state) > n / 2
    )
    found = majority_with_common_cause(n, availability, common)
    assert found == pytest.approx(total, abs=1e-13)


def test_common_causes_take_the_nines_away() -> None:
    independent = majority_with_common_cause(5, 0.999, 0.0)
    assert independent == majority_availability(5, 0.999)
    related = majority_with_common_cause(5, 0.999, 0.1)
    # A tenth of the downtime is common: then five regions are hardly better than that.
    assert 1.0 - related == pytest.approx(0.1 * 0.001, rel=1e-3)
    assert (1.0 - related) > 1e4 * (1.0 - independent)
    # When all of it is common, the majority is as available as one region.
    assert majority_with_common_cause(5, 0.999, 1.0) == pytest.approx(0.999)


def test_failover_by_drawing_failures() -> None:
    dice, year = np.random.default_rng(1), 365.0 * 86_400.0
    up = dice.exponential(year / 500.0, 400_000)
    share = float(up.sum() / (up.sum() + 600.0 * up.size))
    assert failover_availability(500.0, 400.0, 200.0) == pytest.approx(share, rel=1e-4)
    assert failover_availability(0.0, 10.0, 10.0) == 1.0
