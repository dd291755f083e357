"""The public interface: logs of known truth, names, and what it refuses."""

import numpy as np
import pytest

from scalelab.models import access_log
from scalelab.models.workload.popularity import fit, fit_counts
from scalelab.samples import shop
from scalelab.theory.workload.popularity import probabilities

LINE = '192.0.2.7 - - [25/Nov/2026:08:30:{:02d} +0100] "{} {} HTTP/1.1" 200 512\n'


def log_of(*asked: tuple[str, str]) -> access_log.AccessLog:
    text = "".join(LINE.format(i % 60, *one) for i, one in enumerate(asked))
    return access_log.read(text.encode())


def test_a_log_that_can_be_counted_by_hand() -> None:
    asked = [("GET", "/p/1"), ("GET", "/p/2"), ("POST", "/basket"), ("GET", "/p/1"),
             ("GET", "/"), ("GET", "/p/3"), ("POST", "/basket"), ("GET", "/p/1")]  # fmt: skip
    found = fit(log_of(*asked))
    assert (found.requests, found.counted, found.seen) == (8, 6, 4)
    assert found.write_share == 2 / 8
    assert (found.hottest, found.hottest_share) == ("/p/1", 3 / 6)
    assert found.once_targets == 3 / 4
    assert found.once_share == 3 / 6
    # /p/1 of the first three reads is one of the last three; two of these are new.
    assert found.ahead_share == pytest.approx(1 / 3)
    assert found.new_share == pytest.approx(2 / 3)
    assert found.zipf is None
    assert [(e.name, e.share, e.hottest_share, e.write_share) for e in found.endpoints] == [
        ("/p/*", 5 / 8, 3 / 8, 0.0), ("/basket", 2 / 8, 2 / 8, 1.0), ("/", 1 / 8, 1 / 8, 0.0),
    ]  # fmt: skip
    assert fit(log_of(*asked), "Writes").hottest == "/basket"


def test_the_sample_log_has_its_skew_and_its_front_page() -> None:
    found = fit(access_log.read(shop.FILE))
    assert found.zipf is not None
    low, high = found.zipf.interval
    assert low < shop.SKEW < high
    assert found.hottest == "/"
    assert found.zipf.hot == (1,)


def test_order_and_zeros_make_no_difference() -> None:
    counts = np.random.default_rng(1).multinomial(20_000, probabilities(5_000, 0.9))
    mixed = np.random.default_rng(2).permutation(np.concatenate([counts, np.zeros(99, int)]))
    assert fit_counts(mixed) == fit_counts(counts)
    assert fit_counts(counts.tolist()) == fit_counts(counts)


def test_a_line_misleads_both_ways() -> None:
    """Too flat for a short log of a large catalogue, too steep for a long one."""
    for n, beyond in ((20_000, -0.1), (400_000, 0.05)):
        counts = np.random.default_rng(1).multinomial(n, probabilities(20_000, 0.9))
        law = fit_counts(counts)
        assert abs(law.skew - 0.9) < 0.03
        assert (law.straight_line - 0.9) / beyond > 1.0


def test_a_catalogue_without_an_end() -> None:
    """Where a steeper law never has as many seen twice, the interval is open above."""
    counts = np.random.default_rng(1).multinomial(5_000, probabilities(100_000, 1.2))
    law = fit_counts(counts)
    if law.catalogue_interval is not None:
        assert law.catalogue_interval[0] <= (law.catalogue or 0.0) <= law.catalogue_interval[1]


@pytest.mark.parametrize(
    ("counts", "match"),
    [
        ([-1, 20, 20, 20, 20], "count is -1, allowed is 0 to 1000000000"),
        ([2_000_000_000, 20], "count is 2000000000"),
        ([30, 20, 10, 9, 1], "3 targets were asked for ten times or more, allowed are 4"),
        ([], "give whole numbers"),
        ([1.5, 2.0], "type float64"),
        ([[20, 20], [20, 20]], r"shape \(2, 2\)"),
    ],
)
def test_refuses_what_cannot_be_fitted(counts: list[int], match: str) -> None:
    with pytest.raises(ValueError, match=match):
        fit_counts(counts)


def test_refuses_what_is_not_in_the_log() -> None:
    log = log_of(("GET", "/"))
    with pytest.raises(ValueError, match="counted is 'Clicks', allowed are Reads"):
        fit(log, "Clicks")
    with pytest.raises(ValueError, match="none of the 1 requests is of the kind 'Writes'"):
        fit(log, "Writes")
