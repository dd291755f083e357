"""Zipf's law: its sums, what a log of it holds, and whether the fit finds it again."""

from collections.abc import Iterator
from functools import cache

import numpy as np
from scipy import optimize, stats  # type: ignore[import-untyped]

from scalelab.facts.popularity import YCSB_ZETA
from scalelab.kernels.elementary import log
from scalelab.kernels.jit import Floats, Ints
from scalelab.kernels.workload import popularity as kernel
from scalelab.kernels.zipf import popularity as zipf_popularity
from scalelab.models import access_log
from scalelab.models.workload.popularity import Zipf, fit, fit_counts
from scalelab.models.zipf import requests
from scalelab.samples import shop
from scalelab.theory.workload import popularity as theory
from scalelab.validation.row import Row, Topic

RUNS = 400
CASES = (
    # requests, objects, skew, share of the one that is out of line
    (20_000, 20_000, 0.6, 0.0),
    (20_000, 20_000, 0.9, 0.0),
    (20_000, 20_000, 0.9, 0.15),
    (20_000, 20_000, 1.2, 0.0),
    (200_000, 20_000, 0.9, 0.0),
    (5_000, 100, 0.9, 0.0),
    (5_000, 100, 0.6, 0.1),
)
LONG, HIDDEN = CASES[4], CASES[6]
# Real misses of the fit, with what is known of them.
LITTLE = (
    "the correction for luck is of the first order. Over 2,000 other logs of this kind the mean is "
    "0.00016 too low (standard error 0.00002), a sixth of the standard error of one log; without "
    "the correction it is 0.005. About a quarter of it comes from the counts choosing where the "
    "head ends; where the rest comes from is not known"
)
MISSED = (
    "a head of 25 ranks and skew 0.6: one product with a tenth of the requests looks like the "
    "first of a steeper law. It is called out of line in one log in six, and the skew is right "
    "there; in the others it is about 0.76, and the interval knows nothing of it"
)
SUM = "partial sums of the zeta function, by Euler and Maclaurin"
YCSB = "{cite:t}`v-cooper2010`, the constant in its generator"
URN = "{cite:t}`v-karlin1967`"
GOOD = "{cite:t}`v-good1953`"


def sums() -> Iterator[Row]:
    yield Row(
        "Sum of k^-0.99 up to 10,000,000,000", "", "published", YCSB, YCSB_ZETA.value,
        theory.generalised_harmonic(10**10, 0.99), 1e-10, ".11f",
    )  # fmt: skip
    for n, skew in ((1_000, 1.0), (100_000, 0.8), (100_000, 1.0), (1_000_000, 0.99)):
        shares = zipf_popularity(n, skew)
        total = theory.generalised_harmonic(n, skew)
        for name, ours, reference in (
            ("Share of the first", shares[0], 1.0 / total),
            ("Share of the top 1%", shares[: n // 100].sum(), theory.top_share(n, skew, n // 100)),
        ):
            yield Row(
                name, f"{n:,} objects, skew {skew}", "theory", SUM, reference, float(ours), 1e-10,
                ".6f",
            )  # fmt: skip


def logs() -> Iterator[Row]:
    """What the shop's log holds, over many days of it."""
    n, objects, skew = 20_000, 20_000, 0.9
    shares = theory.probabilities(objects, skew)
    tables = np.array(
        [kernel.popularity(np.empty(0), n, objects, skew, 0.0, 0.0, 0, seed)[0]
         for seed in range(1, RUNS + 1)]
    )  # fmt: skip
    wanted = (
        ("Products seen", kernel.SEEN, theory.expected_seen(shares, n), URN, ",.2f"),
        ("Asked for once, of the requests", kernel.ONCE_REQUESTS,
         theory.expected_once(shares, n) / n, URN, ".5f"),
        ("New in the second half, of its requests", kernel.NEW,
         _mean_new(shares, n), GOOD, ".5f"),
    )  # fmt: skip
    for name, column, reference, source, form in wanted:
        found = tables[:, column]
        yield Row(
            name, f"{n:,} requests, {objects:,} objects, skew {skew}", "theory", source, reference,
            float(found.mean()), 4.0 * float(found.std()) / np.sqrt(RUNS), form,
        )  # fmt: skip


def _mean_new(shares: Floats, n: int) -> float:
    """A request of the second half is for an object that the first half never asked for."""
    return theory.new_share(shares, n // 2)


def _counts(n: int, objects: int, skew: float, hot: float, seed: int) -> Ints:
    shares = theory.probabilities(objects, skew) * (1.0 - hot)
    shares[objects // 2] += hot
    return np.random.default_rng(seed).multinomial(n, shares)


@cache
def fits(case: tuple[int, int, float, float]) -> list[Zipf]:
    return [fit_counts(_counts(*case, seed)) for seed in range(RUNS)]


def recovered() -> Iterator[Row]:
    for case in CASES:
        n, objects, skew, hot = case
        where = f"{n:,} requests, {objects:,} objects" + (f", one with {hot:.0%}" if hot else "")
        laws = fits(case)
        found = np.array([law.skew for law in laws])
        held = np.array([law.interval[0] <= skew <= law.interval[1] for law in laws])
        yield Row(
            "Fitted skew", f"{where}, skew {skew}", "theory", f"the truth, mean of {RUNS} logs",
            skew, float(found.mean()), 4.0 * float(found.std()) / np.sqrt(RUNS), ".4f",
            {LONG: LITTLE, HIDDEN: MISSED}.get(case, ""),
        )  # fmt: skip
        yield Row(
            "95% interval holds the truth", f"{where}, skew {skew}", "theory", "its promise", 0.95,
            float(held.mean()), 4.0 * float(np.sqrt(0.95 * 0.05 / RUNS)), ".3f",
            MISSED if case == HIDDEN else "",
        )  # fmt: skip
        if hot:
            alone = np.array([law.hot == (1,) for law in laws])
            yield Row(
                "The one out of line is found, alone", where, "theory", "the truth", 1.0,
                float(alone.mean()), 0.02, ".3f", MISSED if case == HIDDEN else "",
            )  # fmt: skip


def same_maximum() -> Iterator[Row]:
    """Newton's method of ours, and scipy's own law under a general search."""
    for skew, n in ((0.6, 50), (1.0, 200), (1.4, 1_000)):
        counts = np.sort(_counts(50_000, n, skew, 0.0, 7))[::-1].astype(float)
        ranks = np.arange(1, n + 1)

        def minus(a: float, ranks: Ints = ranks, counts: Floats = counts) -> float:
            return -float((counts * stats.zipfian.logpmf(ranks, a, ranks.size)).sum())

        theirs = optimize.minimize_scalar(
            minus, bounds=(0.1, 3.0), method="bounded", options={"xatol": 1e-10}
        )
        ours, _, likelihood = kernel.most_likely(counts, np.array([log(float(k)) for k in ranks]))
        where = f"50,000 requests, {n:,} objects, skew {skew}"
        yield Row(
            "Most likely skew", where, "peer", "scipy, *stats.zipfian* and *optimize*",
            float(theirs.x), ours, 1e-6, ".7f",
        )  # fmt: skip
        yield Row(
            "Log-likelihood", where, "peer", "scipy, *stats.zipfian*", -minus(ours), likelihood,
            1e-6, ",.4f",
        )  # fmt: skip
    counts = np.sort(_counts(20_000, 20_000, 0.9, 0.0, 7))[::-1]
    counts = counts[counts > 0]
    ranks = np.arange(1, counts.size + 1)
    yield Row(
        "Slope of the straight line", "20,000 requests, 20,000 objects, skew 0.9", "peer",
        "numpy, *polyfit*", float(np.polyfit(np.log(ranks), np.log(counts), 1)[0]),
        kernel.straight_line(counts)[1], 1e-9, ".9f",
    )  # fmt: skip


def sample() -> Iterator[Row]:
    """The sample log that comes with the project: its skew is known, and so is what disturbs it."""
    found = fit(access_log.read(shop.FILE))
    assert found.zipf is not None
    low, high = found.zipf.interval
    yield Row(
        "Skew of the sample log", "products, a front page, searches, a crawler", "theory",
        "what it was drawn with, within the 95% interval", shop.SKEW, found.zipf.skew,
        0.5 * (high - low), ".3f",
    )  # fmt: skip
    keys = requests(15_000, 4_000, shop.SKEW, seed=11)
    clean = fit_counts(np.bincount(keys))
    yield Row(
        "Skew of the same products alone", "15,000 requests", "theory", "the same", shop.SKEW,
        clean.skew, 0.5 * (clean.interval[1] - clean.interval[0]), ".3f",
    )  # fmt: skip


def rows() -> Iterator[Row]:
    yield from sums()
    yield from logs()
    yield from same_maximum()
    yield from recovered()
    yield from sample()


TOPIC = Topic(
    "Popularity",
    "Sums of Zipf's law, what a log drawn from it holds, and the fit: that it finds the maximum, "
    "that it finds the truth, and that its intervals hold it as often as they say. Tolerances are "
    "four standard errors where chance is at work.",
    rows,
)
