"""Percentiles against the error function, binomial tails, and what makers of histograms print."""

from collections.abc import Iterator
from fractions import Fraction

from scalelab.facts import percentiles as facts
from scalelab.kernels.principles import percentiles as kernels
from scalelab.models.principles.percentiles import histogram_quantile, report, sketch_value
from scalelab.theory.principles import percentiles as theory
from scalelab.validation.row import Row, Topic, exact

MIXTURE = "mixture of lognormal laws, by the error function"
BINOMIAL = "k-th smallest of m, {cite:t}`v-david2003`"
RULES = "the documented rules, in fractions"
SKETCH = "{cite:t}`v-masson2019`"
PROMETHEUS = "[Prometheus](https://prometheus.io/docs/practices/histograms/)"
README = "[DataDog/sketches-java](https://github.com/DataDog/sketches-java)"
SDK = "[OpenTelemetry](https://opentelemetry.io/docs/specs/otel/metrics/sdk/)"
HDR = "{cite:t}`v-hdrhistogram`"
SLOW = (0.05, 20.0, 0.02, 10.0, 40.0, 0.3)
BOUNDS = [100.0, 200.0, 300.0, 450.0]


def _fleet() -> Iterator[Row]:
    for world, where in (
        (SLOW, "one of twenty machines 20 times slower"),
        ((0.005, *SLOW[1:]), "it gets 0.5 % of the requests"),
        ((0.05, 1.0, 0.1, 10.0, 270.0, 0.1), "10 % misses of 270 ms"),
    ):
        mix = theory.parts(*world)
        for quantile in (0.5, 0.99, 0.999):
            found = report(*world, quantile=quantile)
            yield exact(
                f"p{100 * quantile:g} of all requests (ms)", where, MIXTURE,
                theory.quantile(quantile, mix), found.truth_ms,
            )  # fmt: skip
            counted = [1.0, *(theory.slower(e.value * 1000.0, mix) for e in facts.GO_BUCKETS)]
            parts = [round(10**12 * (1.0 - share)) for share in counted[1:]] + [10**12]
            yield exact(
                f"p{100 * quantile:g} by Prometheus' default buckets (ms)", where, RULES,
                float(theory.interpolated(
                    Fraction(str(quantile)),
                    [1000 * Fraction(str(e.value)) for e in facts.GO_BUCKETS], parts,
                )),
                found.fixed_ms, digits=1e-8,
            )  # fmt: skip
        yield exact(
            "Mean of all requests (ms)", where, MIXTURE, theory.mean(mix), report(*world).mean_ms
        )


def _few() -> Iterator[Row]:
    usual, slow = (theory.parts(one, *SLOW[1:]) for one in (0.0, 1.0))
    for per_minute, each in ((600.0, 30), (6000.0, 300)):
        k = -(-99 * each // 100)
        average = 0.95 * theory.mean_of_kth(k, each, usual)
        average += 0.05 * theory.mean_of_kth(k, each, slow)
        yield exact(
            "Average of the machines' p99 (ms)", f"{each} requests a minute each", BINOMIAL,
            average, report(*SLOW, per_minute=per_minute).average_ms, ".3f", digits=1e-3,
        )  # fmt: skip
    yield exact(
        "Mean of a sample's p99 (ms)", "300 requests", BINOMIAL,
        theory.mean_of_kth(297, 300, theory.parts(*SLOW)),
        report(*SLOW, per_minute=30_000.0).sample_ms, ".3f", digits=1e-3,
    )  # fmt: skip


def _published() -> Iterator[Row]:
    spread = [0.0, 900.0 + 1000.0 / 60.0, 1000.0 / 30.0, 50.0, 0.0]
    for fact, counts, where in (
        (facts.PROMETHEUS_P95, [0, 0, 1000, 0, 0], "all take 220 ms"),
        (facts.PROMETHEUS_SHIFTED_P95, [0, 0, 0, 1000, 0], "all take 320 ms"),
        (facts.PROMETHEUS_SPREAD_P95, spread, "90 % take 150 ms, the rest up to 450 ms"),
    ):
        yield Row(
            "p95 by fixed buckets (ms)", where, "published", PROMETHEUS, fact.value,
            histogram_quantile(BOUNDS, counts, 0.95), 1e-9, ".1f",
        )  # fmt: skip
    growth = float(theory.gamma(Fraction(1, 50)))
    for fact, contrast, where in (
        (facts.SKETCH_MINUTE, 6e4, "1 ms to 1 min, 2 %"),
        (facts.SKETCH_DAY, 8.64e13, "1 ns to 1 day, 2 %"),
    ):
        yield Row(
            "Buckets of a sketch", where, "published", README, fact.value,
            theory.buckets(contrast, growth), 1.0, ".1f",
        )  # fmt: skip
    most = int(facts.OTEL_BUCKETS.value)
    for contrast, scale, fact in facts.OTEL_SCALES:
        where = f"largest {contrast:,.0f} times the least, {most} buckets"
        chosen = theory.ideal_scale(contrast, most)
        yield Row(
            "Scale of exponential buckets", where, "published", SDK, scale, chosen, 0.0, ".0f"
        )
        base = theory.base(chosen)
        yield Row(
            "Error in the middle of a bucket (%)", where, "published", SDK, 100.0 * fact.value,
            100.0 * (base - 1.0) / (base + 1.0), 0.001, ".3f",
        )  # fmt: skip
    yield Row(
        "Footprint of HdrHistogram (KB)", "3 digits, 1 µs to 1 h", "published", HDR,
        facts.HDR_FOOTPRINT.value, theory.hdr_bytes(3, 3.6e9) / 1024.0, 1.0, ".1f",
    )  # fmt: skip
    yield Row(
        "Footprint of HdrHistogram (KB)", "3 digits, 1 µs to 1 h, by counting buckets", "published",
        HDR, facts.HDR_FOOTPRINT.value, 8.0 * kernels.digital_buckets(3, 3.6e9) / 1024.0, 1.0,
        ".1f",
    )  # fmt: skip


def _sketches() -> Iterator[Row]:
    """A value just inside either end of its bucket."""
    for accuracy in (Fraction(1, 100), Fraction(1, 20)):
        growth = theory.gamma(accuracy)
        for i in (-200, 0, 200):
            top = float(growth) ** i * (1.0 - 1e-9)
            yield exact(
                "Error of a sketch at the end of a bucket (%)",
                f"{float(100 * accuracy):g} % promised, bucket {i}", SKETCH,
                100.0 * float(theory.worst_of_middle(growth)),
                100.0 * (1.0 - sketch_value(top, float(accuracy)) / top), ".6f", digits=1e-6,
            )  # fmt: skip


def _rows() -> Iterator[Row]:
    yield from _fleet()
    yield from _few()
    yield from _published()
    yield from _sketches()


TOPIC = Topic(
    "Percentiles",
    "Twenty machines, one of them slow, hits of 10 ms and misses of the cache, each lognormal "
    "around its median. What fixed buckets, exponential buckets, sketches, averages and samples "
    "make of a percentile.",
    _rows,
)
