import numpy as np
import pytest

from scalelab.workbook.incident import DURATION_S, PRODUCTS, incident, roles

SEEDS = (1, 2, 3)


@pytest.mark.parametrize("seed", SEEDS)
def test_each_clue_but_one_points_to_the_wrong_product(seed: int) -> None:
    log, cast = incident(seed), roles(seed)
    reads = np.bincount(log.read_product, minlength=PRODUCTS)
    asked = np.bincount(log.request_product, minlength=PRODUCTS)
    assert reads.argmax() == cast.ticker
    assert asked.argmax() == cast.best_seller
    second = log.read_time.astype(int)
    busiest = np.bincount(second).argmax()
    assert (log.read_product[second == busiest] == cast.slow).mean() < 0.5
    together, count = np.unique(second * PRODUCTS + log.read_product, return_counts=True)
    assert together[count.argmax()] % PRODUCTS == cast.slow


@pytest.mark.parametrize("seed", SEEDS)
def test_reads_are_some_of_the_requests_in_order_of_time(seed: int) -> None:
    log = incident(seed)
    assert np.all(np.diff(log.request_time) >= 0.0)
    assert np.all(np.diff(log.read_time) >= 0.0)
    assert log.request_time[0] >= 0.0
    assert log.request_time[-1] <= DURATION_S
    requests = set(zip(log.request_time.tolist(), log.request_product.tolist(), strict=True))
    reads = zip(log.read_time.tolist(), log.read_product.tolist(), strict=True)
    assert requests.issuperset(reads)


def test_one_seed_gives_one_incident_and_another_seed_another() -> None:
    assert np.array_equal(incident(4).read_time, incident(4).read_time)
    assert roles(4) != roles(5)
