"""Who asks for what: a log's targets ranked, and Zipf's law fitted to the ranks.

    >>> from scalelab.models.zipf import requests
    >>> asked = requests(n_requests=20_000, n_objects=20_000, skew=0.9)
    >>> law = fit_counts(np.bincount(asked))
    >>> low, high = law.interval
    >>> print(f"skew {law.skew:.2f} ({low:.2f} to {high:.2f}), by a line {law.straight_line:.2f}")
    skew 0.90 (0.89 to 0.91), by a line 0.71

The closed forms are in `scalelab.theory.workload.popularity`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scalelab.kernels.jit import Floats, Ints
from scalelab.kernels.workload import popularity as kernel
from scalelab.models.access_log import AccessLog
from scalelab.models.check import one_of, within

COUNTED = ("Reads", "Writes", "All requests")
DEPARTMENTS = ("books", "games", "garden", "kitchen", "music", "basket")
# By the kernel's state.
STATES = (
    "Fewer than four targets were asked for ten times: there is no law to fit",
    "Zipf's law is fitted to the head",
)
LARGEST_COUNT = 10**9


@dataclass(frozen=True)
class Zipf:
    """Zipf's law as fitted: the k-th most popular is asked for in proportion to ``k**-skew``.

    interval: of 95 %; for chance only, see `fit_counts`.
    straight_line: the skew that least squares on the logarithms of rank and count would give.
    head: how many ranks were used.
    hot: ranks, from 1, that are out of line and were left out.
    catalogue: how many objects the law needs to have as many of them asked for twice as were;
        None if it never does.
    catalogue_interval: of about 95 %; infinite above if there is no end, None without a catalogue.
    one_hit_share: share of the requests that are for objects seen once which the law does not
        explain; None without a catalogue.
    """

    skew: float
    interval: tuple[float, float]
    straight_line: float
    head: int
    hot: tuple[int, ...]
    catalogue: float | None
    catalogue_interval: tuple[float, float] | None
    one_hit_share: float | None


@dataclass(frozen=True)
class Endpoint:
    """Shares of all requests: those of the endpoint, and those of its most popular target."""

    name: str
    share: float
    hottest_share: float
    write_share: float  # of its own requests


@dataclass(frozen=True)
class Popularity:
    """Result of `fit`. Shares are of the requests that are counted, unless it says otherwise.

    requests: in the log; counted: of these, those that are ranked.
    write_share: of all requests.
    seen: different targets among the counted.
    top_share, top_ten_share: of the most popular 1 % of those seen, and of the first ten.
    hottest, hottest_share: the most popular target.
    ahead_share: share of the second half of the log that the top 1 % of the first half get.
    new_share: share of the second half that asks for what the first half never did.
    once_targets: share of the targets that were asked for once; once_share: of the requests.
    zipf: None if fewer than four targets were asked for ten times.
    endpoints: the busiest, eight at most, among all requests.
    """

    requests: int
    counted: int
    write_share: float
    seen: int
    top_share: float
    top_ten_share: float
    hottest: str
    hottest_share: float
    ahead_share: float
    new_share: float
    once_targets: float
    once_share: float
    zipf: Zipf | None
    endpoints: tuple[Endpoint, ...]


def fit_counts(counts: Sequence[int] | Ints) -> Zipf:
    """Fit Zipf's law to how often each target was asked for, in any order.

    Parameters
    ----------
    counts : one for each target, 0 to 1e9; zeros are left out.

    Raises
    ------
    ValueError
        For a count out of range, or if fewer than four targets were asked for ten times.

    Notes
    -----
    Maximum likelihood over the head: the ranks with ten requests or more, but no more than a
    quarter of those seen (or 20), given that a request is for one of them. It needs no knowledge
    of the tail; a line through all points on log-log paper gives every target that was seen once
    the same weight as the first (A. Clauset, C. R. Shalizi and M. E. J. Newman, "Power-law
    distributions in empirical data", SIAM Review 51(4) 2009, on why not).

    The interval knows chance, for requests that are independent of each other, widened if the head
    is further from the law than chance explains. It does not know that the law may be another
    further down, or tomorrow. Where the head is short, a target out of line can pass for the first
    of a steeper law: of logs with 5,000 requests for 100 objects, skew 0.6, one of which gets a
    tenth, the interval holds the truth in one of seven (see the validation page). And where
    everything is equally popular, luck alone looks like a small skew.
    """
    values = np.ascontiguousarray(counts)
    if values.ndim != 1 or not np.issubdtype(values.dtype, np.integer):
        raise ValueError(f"counts has shape {values.shape} and type {values.dtype}; give whole "
                         "numbers in one list")  # fmt: skip
    for value in values.tolist():
        within("count", value, 0, LARGEST_COUNT)
    ranking = np.sort(values[values > 0].astype(np.int64))[::-1].copy()
    result = np.zeros(kernel.COLUMNS)
    law = kernel.fitted(ranking)
    kernel.put_law(result, ranking, law, max(int(ranking.sum()), 1))
    if result[kernel.STATE] == kernel.TOO_FEW:
        raise ValueError(
            f"{int(np.sum(ranking >= kernel.LEAST_COUNT))} targets were asked for ten times or "
            "more, allowed are 4 or more; give a longer log"
        )
    result[kernel.LINE_SKEW] = -kernel.straight_line(ranking)[1]
    return _zipf(result, np.flatnonzero(law.is_hot) + 1)


def fit(log: AccessLog, counted: str = "Reads") -> Popularity:
    """Who asks for what in a log, and the law behind it.

    Parameters
    ----------
    log : from `scalelab.models.access_log.read`.
    counted : which requests are ranked: "Reads", "Writes" or "All requests".

    Raises
    ------
    ValueError
        If ``counted`` is another word, or there is no such request in the log.

    Notes
    -----
    Leaves out: that popularity changes while the log is written; who asks (a crawler counts as a
    crowd); how large the answers are; requests that caches in front have answered already, which
    a server's log never sees and which makes it look flatter than what people ask for.
    """
    one_of("counted", counted, COUNTED)
    which = COUNTED.index(counted)
    table = kernel.popularity(log.values.ravel(), 1, 1, 1.0, 0.0, 0.0, which, 1)
    result = table[0]
    if result[kernel.COUNTED] == 0:
        raise ValueError(
            f"none of the {len(log)} requests is of the kind {counted!r}; choose another"
        )
    kept = (
        np.flatnonzero(log.write == (counted == "Writes")) if which != kernel.ALL else slice(None)
    )
    counts = np.bincount(log.target[kept])
    hot = np.flatnonzero(kernel.fitted(kernel.ranked(counts)).is_hot) + 1
    places = table[table[:, kernel.KIND] == kernel.PLACE]
    return Popularity(
        requests=int(result[kernel.REQUESTS]),
        counted=int(result[kernel.COUNTED]),
        write_share=float(result[kernel.WRITE_SHARE]),
        seen=int(result[kernel.SEEN]),
        top_share=float(result[kernel.TOP_SHARE]),
        top_ten_share=float(result[kernel.TOP_FEW]),
        hottest=log.targets[int(counts.argmax())],
        hottest_share=float(result[kernel.HOTTEST]),
        ahead_share=float(result[kernel.AHEAD]),
        new_share=float(result[kernel.NEW]),
        once_targets=float(result[kernel.ONCE_TARGETS]),
        once_share=float(result[kernel.ONCE_REQUESTS]),
        zipf=_zipf(result, hot) if result[kernel.STATE] == kernel.FITTED else None,
        endpoints=tuple(
            Endpoint(
                log.endpoints[int(row[kernel.OF_ENDPOINT])], float(row[kernel.ENDPOINT_SHARE]),
                float(row[kernel.ITS_HOTTEST]), float(row[kernel.ITS_WRITES]),
            )
            for row in places
        ),
    )  # fmt: skip


def _zipf(result: Floats, hot: Ints) -> Zipf:
    known = bool(result[kernel.HAS_CATALOGUE])
    high = float(result[kernel.CATALOGUE_HIGH]) if result[kernel.CATALOGUE_ENDS] else np.inf
    return Zipf(
        skew=float(result[kernel.SKEW]),
        interval=(float(result[kernel.SKEW_LOW]), float(result[kernel.SKEW_HIGH])),
        straight_line=float(result[kernel.LINE_SKEW]),
        head=int(result[kernel.HEAD]),
        hot=tuple(int(rank) for rank in hot),
        catalogue=float(result[kernel.CATALOGUE]) if known else None,
        catalogue_interval=(float(result[kernel.CATALOGUE_LOW]), high) if known else None,
        one_hit_share=float(result[kernel.ONE_HIT]) if known else None,
    )
