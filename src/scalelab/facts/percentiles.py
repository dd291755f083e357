"""What buckets the makers of histograms choose, and what they say of them."""

from scalelab.facts.fact import Fact

_GO = "prometheus/client_golang, DefBuckets in histogram.go; Kubernetes names the same"
_ADVICE = (
    "OpenTelemetry semantic conventions, http.server.request.duration, advice on bounds (a bound "
    "at 0 was dropped); the same are the defaults of prometheus_client 0.26 for Python"
)
# Upper bounds of buckets; above the last is one without.
GO_BUCKETS = tuple(
    Fact(bound, "s", _GO, "2026")
    for bound in (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
)
ADVISED_BUCKETS = tuple(
    Fact(bound, "s", _ADVICE, "2026")
    for bound in (
        0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0
    )
)  # fmt: skip

_PRACTICES = 'Prometheus documentation, "Histograms and summaries", errors of quantile estimation'
# Nearly all requests take 220 ms, then 320 ms; buckets end at 100, 200, 300 and 450 ms.
PROMETHEUS_P95 = Fact(295.0, "ms", _PRACTICES, "2026")
PROMETHEUS_SHIFTED_P95 = Fact(442.5, "ms", _PRACTICES, "2026")
# 90 % at 150 ms and the rest evenly up to 450 ms.
PROMETHEUS_SPREAD_P95 = Fact(300.0, "ms", _PRACTICES, "2026")
# A growth of at most that from bucket to bucket is "a generally good trade-off": 8 for a doubling.
NATIVE_FACTOR = Fact(
    1.1, "times", "prometheus/client_golang, NativeHistogramBucketFactor in histogram.go", "2026"
)

_SKETCHES = "DataDog/sketches-java, README: relative accuracy of 2 %"
SKETCH_ACCURACY = Fact(0.02, "of the value", _SKETCHES, "2026")
SKETCH_MINUTE = Fact(275.0, "buckets from 1 ms to 1 min", _SKETCHES + ": about", "2026")
SKETCH_DAY = Fact(802.0, "buckets from 1 ns to 1 day", _SKETCHES + ": about", "2026")

_SDK = "OpenTelemetry specification, metrics SDK, exponential histogram aggregation"
OTEL_BUCKETS = Fact(160.0, "buckets at most", _SDK + ": by default", "2026")
# Largest over least value, the scale chosen for it, and the error that is left.
OTEL_SCALES = tuple(
    (contrast, scale, Fact(error, "of the value", _SDK, "2026"))
    for contrast, scale, error in (
        (4.0, 6, 0.00542), (20.0, 5, 0.01083), (1e3, 4, 0.02166), (1e5, 3, 0.04329),
        (1e7, 2, 0.08643),
    )
)  # fmt: skip

# Three digits, from a microsecond to an hour.
HDR_FOOTPRINT = Fact(185.0, "kB", "HdrHistogram, README, common use example" + ": around", "2026")
