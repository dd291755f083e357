"""A percentile of a fleet's latencies, as averages, buckets, sketches and samples report it.

    >>> from scalelab.models.principles.percentiles import histogram_quantile, report
    >>> found = report()
    >>> print(f"p99 {found.truth_ms:.0f} ms; average of the machines' {found.average_ms:.0f} ms")
    p99 262 ms; average of the machines' 78 ms
    >>> print(f"{found.slower_than_average:.1%} take longer than that average")
    5.0% take longer than that average
    >>> print(f"fixed buckets {found.fixed_ms:.0f} ms, somewhere in {found.bucket_ms}")
    fixed buckets 299 ms, somewhere in (250.0, 500.0)

Anybody's counts: nearly all requests take 220 ms, and a bucket holds what took 200 to 300 ms.

    >>> histogram_quantile([100.0, 200.0, 300.0, 450.0], [0, 0, 1000, 0, 0], 0.95)
    295.0

Other ways to the same numbers are in `scalelab.theory.principles.percentiles`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scalelab.kernels import shop
from scalelab.kernels.principles import percentiles as kernels
from scalelab.models.check import within

MACHINES = kernels.MACHINES
LAYOUTS = ("Prometheus, Go", "OpenTelemetry", "Around the goal", "Doubling")
# Assumptions: a hit takes as long as a request's work; a miss waits for the database, too.
HIT_MS, MISS_MS = shop.CPU_MS, 40.0
SLOW_SHARE, FACTOR, MISSES, SPREAD = 0.05, 20.0, 0.02, 0.3
PER_MINUTE = 120_000.0
NATIVE_SCALE = 3


@dataclass(frozen=True)
class Report:
    """One percentile of all requests, ``truth_ms``, and what is reported for it.

    ``mean_ms`` of all requests. ``average_ms`` is the mean over machines, and minutes, of the
    percentiles that each computes for itself every minute: between ``least_ms`` and ``highest_ms``
    on one machine. ``slower_than_average`` of all requests take longer
    than ``average_ms``. ``fixed_ms`` is what fixed buckets give, and all they know is that it is in
    ``bucket_ms`` (None: without a bound). Then exponential buckets, a sketch of 1 % and
    HdrHistogram with two digits. ``sample_ms`` is the mean of the percentiles of a sample, one
    request in a hundred of a minute, and ``sample_range_ms`` has 95 of 100 of them.
    """

    truth_ms: float
    mean_ms: float
    average_ms: float
    least_ms: float
    highest_ms: float
    slower_than_average: float
    fixed_ms: float
    bucket_ms: tuple[float, float | None]
    exponential_ms: float
    sketch_ms: float
    digits_ms: float
    sample_ms: float
    sample_range_ms: tuple[float, float]


def histogram_quantile(bounds: Sequence[float], counts: Sequence[float], quantile: float) -> float:
    """The quantile of what fixed buckets have counted, as Prometheus computes it.

    Parameters
    ----------
    bounds : upper bounds of the buckets, above 0 and growing, in any unit; the result is in it.
    counts : in each bucket, by itself, and last what is above all bounds; their sum is above 0.
    quantile : 0 to 1.

    Raises
    ------
    ValueError
        For an argument that is not like that.

    Notes
    -----
    Prometheus documentation, functions: a straight line within the bucket in which the quantile is;
    the lowest begins at 0; in the highest, which has no bound, the last bound is returned. Leaves
    out counts that shrink or bounds below 0, for which Prometheus has rules as well. Counts of
    several machines with the same bounds can be added up before, and nothing is lost.
    """
    within("number of bounds", len(bounds), 1, 10_000)
    if len(counts) != len(bounds) + 1:
        raise ValueError(
            f"counts has {len(counts)} entries for {len(bounds)} bounds, allowed is one more than "
            "bounds; the last counts what is above all of them"
        )
    for i, bound in enumerate(bounds):
        within(f"bounds[{i}]", bound, bounds[i - 1] if i else 0.0, 1e300)
        if bound == (bounds[i - 1] if i else 0.0):
            raise ValueError(
                f"bounds[{i}] is {bound}, allowed is above {bounds[i - 1] if i else 0.0}; give "
                "each bound once, in growing order"
            )
    for i, count in enumerate(counts):
        within(f"counts[{i}]", count, 0.0, 1e300)
    within("sum of counts", sum(counts), 1e-300, 1e300, advice="count something first")
    within("quantile", quantile, 0.0, 1.0, advice="a share, not a percentage")
    return float(
        kernels.histogram_quantile(
            float(quantile), np.array(bounds, np.float64), np.array(counts, np.float64)
        )
    )


def sketch_value(value: float, accuracy: float = kernels.SKETCH) -> float:
    """What a DDSketch answers for any value in the bucket of ``value``, in the same unit.

    Parameters
    ----------
    value : 1e-9 to 1e12.
    accuracy : the answer is at most this part of the value away from it, 0.0001 to 0.5.

    Raises
    ------
    ValueError
        For an argument outside the ranges above.

    Notes
    -----
    Masson, Rim and Lee, "DDSketch", PVLDB 12(12), 2019: buckets grow by (1 + a)/(1 - a). Leaves out
    the limit on the number of buckets, beyond which the smallest values are merged.

    >>> 0.99 <= sketch_value(1.0) <= 1.01
    True
    """
    within("value", value, 1e-9, 1e12)
    within("accuracy", accuracy, 0.0001, 0.5, advice="a share, not a percentage")
    # The kernel's buckets are counted from a second, in ms.
    return float(kernels.sketch_value(1000.0 * value, float(accuracy))) / 1000.0


def report(
    slow_share: float = SLOW_SHARE,
    factor: float = FACTOR,
    misses: float = MISSES,
    hit_ms: float = HIT_MS,
    miss_ms: float = MISS_MS,
    spread: float = SPREAD,
    quantile: float = 0.99,
    bucketing: int = kernels.GO,
    scale: int = NATIVE_SCALE,
    per_minute: float = PER_MINUTE,
) -> Report:
    """A percentile of twenty machines, one of them slow.

    Parameters
    ----------
    slow_share : of the requests, that the slow machine gets, 0.0001 to 0.9999; the others share
        the rest evenly.
    factor : all times on it are so many times as long, 1 to 1000.
    misses : share of requests that miss the cache, 0 to 1.
    hit_ms, miss_ms : medians of hits and misses, 0.01 to 100,000 ms.
    spread : standard deviation of the logarithm of a time around its median, 0.02 to 2.
    quantile : 0.01 to 0.9999.
    bucketing : of fixed buckets, 0 to 3: an index into `LAYOUTS`.
    scale : of exponential buckets, 0 to 8: 2**scale of them for a doubling.
    per_minute : requests of all machines in a minute, 100 to 1e8.

    Raises
    ------
    ValueError
        For an argument outside the ranges above.

    Notes
    -----
    Exact for many requests: shares of lognormal laws (buckets lose what they lose, not more). What
    few requests say is the k-th smallest of them, averaged over its law. Prometheus, DDSketch
    (Masson, Rim and Lee, 2019) and HdrHistogram by their documentation.

    Leaves out: slow minutes in place of a slow machine, which count as its requests do; requests
    that depend on each other, so that a minute's percentile varies more; what a client waits before
    the machine begins to measure; counters that are reset; scrapes that miss; rates over a window.
    """
    within("slow_share", slow_share, 0.0001, 0.9999, advice="a share, not a percentage")
    within("factor", factor, 1.0, 1000.0, "times")
    within("misses", misses, 0.0, 1.0, advice="a share, not a percentage")
    within("hit_ms", hit_ms, 0.01, 100_000.0, "ms")
    within("miss_ms", miss_ms, 0.01, 100_000.0, "ms")
    within("spread", spread, 0.02, 2.0)
    within("quantile", quantile, 0.01, 0.9999, advice="a share, not a percentage")
    within("bucketing", bucketing, 0, kernels.LAYOUTS - 1)
    within("scale", scale, 0, kernels.LARGEST_SCALE)
    within("per_minute", per_minute, 100.0, 1e8, "requests")
    table = kernels.percentiles(
        float(slow_share), float(factor), float(misses), float(hit_ms), float(miss_ms),
        float(spread), float(quantile), int(bucketing), int(scale), float(per_minute),
    )  # fmt: skip
    rows = table[: kernels.METHODS].tolist()
    value = [row[kernels.VALUE] for row in rows]
    average, fixed, sample = (rows[i] for i in (kernels.AVERAGE, kernels.FIXED, kernels.SAMPLED))
    endless = fixed[kernels.ENDLESS] == 1.0
    return Report(
        truth_ms=value[kernels.TRUE],
        mean_ms=value[kernels.MEAN],
        average_ms=value[kernels.AVERAGE],
        least_ms=average[kernels.LOW],
        highest_ms=average[kernels.HIGH],
        slower_than_average=average[kernels.SLOWER],
        fixed_ms=value[kernels.FIXED],
        bucket_ms=(fixed[kernels.LOW], None if endless else fixed[kernels.HIGH]),
        exponential_ms=value[kernels.EXPONENTIAL],
        sketch_ms=value[kernels.SKETCHED],
        digits_ms=value[kernels.DIGITAL],
        sample_ms=value[kernels.SAMPLED],
        sample_range_ms=(sample[kernels.LOW], sample[kernels.HIGH]),
    )
