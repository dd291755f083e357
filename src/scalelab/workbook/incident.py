"""A bad half hour of the shop, drawn from a seed: the log in which a student finds a stampede.

Every product page is cached for its time to live, and nothing coalesces: while a page is being
recomputed, each further request for it reads the database too. Five things happen at once, and
only one of them is a stampede:

- the *slow* page takes seconds to recompute and is popular: it is the stampede;
- the *best seller* is asked for most, and is nearly always answered by the cache;
- the *ticker* lives for one second only, and so is read most often, one read at a time;
- a *crawler* walks through the catalogue once: the busiest seconds of the database are its;
- a *flash sale* doubles the requests for the best seller for two minutes.
"""

from dataclasses import dataclass

import numpy as np

from scalelab.kernels.jit import Floats, Ints, kernel

DURATION_S = 1800.0
WARM_UP_S = 600.0  # simulated first and left out of the log, so that it opens on a warm cache
REQUESTS_PER_S = 200.0
PRODUCTS = 6000
SKEW = 0.8
BEST_SELLER_SHARE = 0.22
SLOW_SHARE = 0.12
TICKER_SHARE = 0.05
TIME_TO_LIVE_S = 300.0
RECOMPUTE_S = 0.02
SLOW_RECOMPUTE_S = 3.0
TICKER_TIME_TO_LIVE_S = 1.0
SALE_S = 120.0
CRAWL_S = 10.0


@dataclass(frozen=True)
class Roles:
    """Which product plays which part under one seed."""

    slow: int
    best_seller: int
    ticker: int


@dataclass(frozen=True)
class Incident:
    """The log. Times in seconds from its start, ascending; one entry per request or read."""

    request_time: Floats
    request_product: Ints
    read_time: Floats
    read_product: Ints


def roles(seed: int) -> Roles:
    """The products with a part, drawn anew for each seed."""
    slow, best_seller, ticker = np.random.default_rng([seed, 0]).choice(PRODUCTS, 3, replace=False)
    return Roles(int(slow), int(best_seller), int(ticker))


def incident(seed: int) -> Incident:
    """Half an hour of requests, and the reads of the database that they caused."""
    cast = roles(seed)
    time, product = _requests(cast, np.random.default_rng([seed, 1]))
    life = np.full(PRODUCTS, TIME_TO_LIVE_S)
    work = np.full(PRODUCTS, RECOMPUTE_S)
    life[cast.ticker] = TICKER_TIME_TO_LIVE_S
    work[cast.slow] = SLOW_RECOMPUTE_S
    read = _reads(time, product, life, work)
    logged = read[time[read] >= 0.0]
    return Incident(time[time >= 0.0], product[time >= 0.0], time[logged], product[logged])


def _requests(cast: Roles, chance: np.random.Generator) -> tuple[Floats, Ints]:
    share = np.arange(1, PRODUCTS + 1) ** -SKEW
    chance.shuffle(share)
    named = {
        cast.best_seller: BEST_SELLER_SHARE,
        cast.slow: SLOW_SHARE,
        cast.ticker: TICKER_SHARE,
    }
    share[list(named)] = 0.0
    share *= (1.0 - sum(named.values())) / share.sum()
    share[list(named)] = list(named.values())

    browsing = chance.poisson((WARM_UP_S + DURATION_S) * REQUESTS_PER_S)
    extra = chance.poisson(SALE_S * REQUESTS_PER_S * BEST_SELLER_SHARE)
    sale_start, crawl_start = chance.uniform(0.1, 0.9, 2) * DURATION_S
    time = np.concatenate(
        [
            chance.uniform(-WARM_UP_S, DURATION_S, browsing),
            chance.uniform(sale_start, sale_start + SALE_S, extra),
            np.linspace(crawl_start, crawl_start + CRAWL_S, PRODUCTS),
        ]
    )
    product = np.concatenate(
        [
            chance.choice(PRODUCTS, browsing, p=share),
            np.full(extra, cast.best_seller),
            np.arange(PRODUCTS),
        ]
    )
    order = np.argsort(time)
    return time[order], product[order]


@kernel
def _reads(time: Floats, product: Ints, life: Floats, work: Floats) -> Ints:
    """Positions of the requests that reach the database."""
    n_products = life.size
    arrives = np.full(n_products, -np.inf)  # when the read under way fills the cache
    fresh_until = np.full(n_products, -np.inf)
    read = np.empty(time.size, np.int64)
    count = 0
    for i in range(time.size):
        k = product[i]
        if arrives[k] > fresh_until[k] and time[i] >= arrives[k]:
            fresh_until[k] = arrives[k] + life[k]
        if time[i] < fresh_until[k]:
            continue
        read[count] = i
        count += 1
        if time[i] >= arrives[k]:
            arrives[k] = time[i] + work[k]
    return read[:count]
