"""The week of the shop's log: it is what its program makes, and holds what its numbers say."""

import gzip
from functools import cache

import numpy as np
import pytest

from scalelab.kernels.random import generator, shuffle
from scalelab.kernels.zipf import popularity
from scalelab.models import access_log
from scalelab.samples import week

MAX_BYTES = 250_000
HOURS = week.DAYS * 24


@cache
def log() -> access_log.AccessLog:
    return access_log.read(week.FILE)


@cache
def visitors() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(time, client, product or -1) of what people asked for, by client and then time."""
    products = np.array(
        [int(t.split("/")[2]) if t.startswith("/product/") else -1 for t in log().targets]
    )
    # It is in no hurry, and at work when hardly anybody else is.
    crawler = np.bincount(log().client).argmax()
    people = log().client != crawler
    order = np.lexsort((log().time_s[people], log().client[people]))
    columns = (log().time_s, log().client, products[log().target])
    time, client, product = (column[people][order] for column in columns)
    return time - start_s(), client, product


def start_s() -> float:
    """Midnight at the beginning of the week, on the server's clock."""
    return float(np.floor(log().time_s.min() / week.DAY_S) * week.DAY_S)


@cache
def visits() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(beginnings, numbers of pages, pauses) of all visits."""
    time, client, _ = visitors()
    new = np.r_[True, (np.diff(client) != 0) | (np.diff(time) > week.REST_S / 2)]
    firsts = np.flatnonzero(new)
    return time[firsts], np.diff(np.r_[firsts, time.size]), np.diff(time)[~new[1:]]


def expected_visits() -> np.ndarray:
    """Visits in every hour of the week."""
    minutes = np.array([week.visits_per_hour(60.0 * i + 30.0) for i in range(60 * HOURS)])
    return minutes.reshape(HOURS, 60).mean(axis=1)


def test_the_file_is_what_the_program_makes_and_small() -> None:
    assert gzip.decompress(week.FILE.read_bytes()).decode().splitlines() == week.lines()
    assert week.FILE.stat().st_size < MAX_BYTES


def test_what_broke_is_named_and_all_the_rest_is_used() -> None:
    counts = log().report.counts
    assert set(counts) == {
        "request",
        "quote that is not closed",
        "no request in it: method and path are wanted between the quotes",
    }
    assert log().report.lines == len(week.lines())
    for reason, share in (("quote", week.BROKEN), ("no request", week.CLOSED)):
        (count,) = (count for name, count in counts.items() if name.startswith(reason))
        wanted = share * log().report.lines
        assert abs(count - wanted) < 4 * np.sqrt(wanted)
    assert set(log().endpoints) == {"/", "/search", "/cart", "/orders", "/sale/*", "/product/*"}
    assert 10 < np.sum(np.diff(log().time_s) < 0) < 4 * week.LATE * len(log())


def test_it_is_a_week_that_begins_on_a_monday_by_the_server_s_clock() -> None:
    assert week.FIRST_DAY.weekday() == 0
    days = np.unique((log().time_s - start_s()) // week.DAY_S)
    assert days.tolist() == list(range(week.DAYS))
    nights = (log().time_s - start_s()) % week.DAY_S
    crawler = log().client == np.bincount(log().client).argmax()
    assert np.sum(crawler) == pytest.approx(week.DAYS * week.CRAWLED, abs=10)
    assert nights[crawler].min() == week.CRAWL_START_S


def test_visits_begin_as_the_hour_and_the_day_say() -> None:
    begin, _, _ = visits()
    found = np.bincount((begin // 3600).astype(int), minlength=HOURS)
    wanted = expected_visits()
    score = (found - wanted) / np.sqrt(wanted)
    assert abs(found.sum() - wanted.sum()) < 4 * np.sqrt(wanted.sum())
    assert np.abs(score[wanted > 20]).max() < 4.5
    # Of as many hours as that, the scores are spread as those of a Poisson process.
    assert np.mean(score**2) == pytest.approx(1, abs=4 * np.sqrt(2.5 / HOURS))


def test_the_crowd_comes_on_its_evening() -> None:
    begin, _, _ = visits()
    crowd = week.CROWD_DAY * week.DAY_S + 3600 * week.CROWD_START_H
    found = np.sum((begin >= crowd) & (begin < crowd + 3600 * week.CROWD_HOURS))
    usual = week.VISITS * week.HOUR_WEIGHTS[20] * week.DAY_WEIGHTS[week.CROWD_DAY]
    wanted = usual * week.CROWD * week.CROWD_HOURS
    assert abs(found - wanted) < 4 * np.sqrt(wanted)


def test_visits_are_as_long_as_they_should_be() -> None:
    _, pages, pauses = visits()
    spread = np.sqrt(week.PAGES * (week.PAGES - 1))
    # A line that broke is a page that is missed.
    assert abs(pages.mean() - week.PAGES) < 4 * spread / np.sqrt(pages.size)
    assert np.mean(pages == 1) == pytest.approx(
        1 / week.PAGES, abs=4 * np.sqrt(0.2 * 0.8 / pages.size)
    )
    assert abs(pauses.mean() - week.THINK_S) < 4 * week.THINK_S / np.sqrt(pauses.size)


def test_products_are_as_popular_as_they_should_be() -> None:
    _, _, product = visitors()
    numbers = np.arange(week.PRODUCTS)
    shuffle(generator(week.SEED), numbers)
    rank = np.argsort(numbers)[product[product >= 0]] + 1
    logs = np.log(np.arange(1, week.PRODUCTS + 1))
    share = popularity(week.PRODUCTS, week.SKEW)
    # Of a Zipf law, the mean logarithm of the rank says all about the skew.
    mean = share @ logs
    spread = np.sqrt(share @ (logs - mean) ** 2)
    assert abs(np.log(rank).mean() - mean) < 4 * spread / np.sqrt(rank.size)


def test_a_few_percent_are_writes() -> None:
    share = week.CART + week.ORDER
    people = len(log()) - week.DAYS * week.CRAWLED
    assert np.sum(log().write) == pytest.approx(share * people, abs=4 * np.sqrt(share * people))
