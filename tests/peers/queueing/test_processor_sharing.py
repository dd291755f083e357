"""The same jobs through Ciw's processor-sharing node: each takes as long there as here."""

import math

import ciw
import numpy as np
import pytest

from scalelab.kernels.queueing.processor_sharing import empty, run

JOBS = 2000


@pytest.mark.parametrize(
    ("processors", "limit"), [(1, math.inf), (4, math.inf), (1, 5), (3, 6), (1, 1), (4, 4)]
)
@pytest.mark.parametrize("heavy", [False, True])
def test_ciw_serves_each_job_for_as_long(processors: int, limit: float, heavy: bool) -> None:
    chance = np.random.default_rng(1)
    gaps = chance.exponential(1.0 / (0.85 * processors), JOBS)
    sizes = chance.lognormal(-1.0, math.sqrt(2.0), JOBS) if heavy else chance.exponential(1.0, JOBS)

    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Sequential([*gaps.tolist(), math.inf])],
        service_distributions=[ciw.dists.Sequential(sizes.tolist())],
        number_of_servers=[limit],
        ps_thresholds=[processors],
    )
    simulation = ciw.Simulation(network, node_class=ciw.PSNode)
    simulation.simulate_until_max_time(10.0 * gaps.sum())
    records = {round(one.arrival_date, 6): one for one in simulation.get_all_records()}
    assert len(records) == JOBS

    n = JOBS
    size, waited, took = np.empty(n), np.empty(n), np.empty(n)
    queue = empty(processors, n if limit == math.inf else int(limit), n, 1)
    # One more arrives when all the others have gone.
    gone = run(queue, np.append(gaps, 1e6), np.append(sizes, 1.0), size, waited, took)
    assert gone == JOBS
    theirs = sorted(records.values(), key=lambda one: one.exit_date)
    np.testing.assert_allclose(
        took, [one.exit_date - one.arrival_date for one in theirs], atol=1e-6
    )
    np.testing.assert_allclose(waited, [one.waiting_time for one in theirs], atol=1e-6)
