"""Sampling of traces against coins, fractions and sums, and what tools print of themselves."""

from collections.abc import Iterator
from fractions import Fraction

from scalelab.facts.sampling import (
    CLOUD_TRACE_SPANS,
    NUM_TRACES,
    TEMPO_BYTES,
    TEMPO_SPANS,
    XRAY_EXAMPLE,
)
from scalelab.models.principles.sampling import (
    ALL,
    EACH,
    HEAD,
    HIDDEN,
    LIMITED,
    TAIL,
    Sampled,
    sample,
)
from scalelab.theory.principles import sampling as theory
from scalelab.validation.row import Row, Topic, exact

COINS = "binomial, over all numbers of failed requests"
WAITING = "negative binomial, over the rate"
WHOLE = "all results of the coins, in fractions"
CUT = "sum over all numbers of a second"
WEIGHTS = "{cite:t}`v-horvitz1952`, in fractions"
LITTLE = "Little's law, {cite:t}`v-little1961`"
AS_PRINTED = "the maker's documentation"


def _of_mean(mean: float | None) -> float:
    assert mean is not None
    return mean


def _counted(found: Sampled) -> tuple[float, float]:
    tail = found.ways[TAIL]
    assert tail.counted_error_rate is not None
    assert tail.counted_slow is not None
    return tail.counted_error_rate, tail.counted_slow


def _rows() -> Iterator[Row]:
    for minutes, needed in ((5.0, 1), (25.0, 1), (25.0, 3)):
        found = sample(minutes=minutes, needed=needed)
        where = f"1 %, 12 failed requests a minute, {minutes:.0f} min, {needed} or more"
        yield exact(
            "Chance of a trace, head sampling", where, COINS,
            theory.seen_at_random(12.0 * minutes, 0.01, needed), found.ways[HEAD].chance, ".6f",
        )  # fmt: skip
    for needed in (1, 3, 10):
        failed = theory.failed_until(Fraction(1, 100), needed)
        yield exact(
            "Until there are traces (min, mean)", f"1 %, 12 failed a minute, {needed}", WAITING,
            float(failed / 12), _of_mean(sample(needed=needed).ways[HEAD].mean_min), ".2f",
        )  # fmt: skip
    yield exact(
        "Failed requests until a trace (95 %)", "0.1 %, coins one by one", COINS,
        theory.failed_until_sure(0.001),
        _of_mean(sample(share=0.001).ways[HEAD].sure_min) * 12.0, ".0f", 1e-3,
    )  # fmt: skip
    for services, share in ((2, Fraction(1, 100)), (5, Fraction(1, 10)), (10, Fraction(1, 2))):
        yield exact(
            "Whole traces", f"{services} services, each keeps {float(share):.0%}", WHOLE,
            float(theory.whole([share] * services)),
            sample(services=services, share=float(share)).ways[EACH].kept_whole, ".2e",
        )  # fmt: skip
    for endpoint in (0.0001, 0.001, 0.01):
        yield exact(
            "Kept of an endpoint", f"one a second of {2000 * endpoint:.1f}", CUT,
            theory.first_of_second(2000.0 * endpoint, 1),
            sample(endpoint=endpoint, one_in=1e6).ways[LIMITED].kept_whole, ".5f",
        )  # fmt: skip
    errors, slow = _counted(sample(shows=HIDDEN))
    bad, long = Fraction(1, 1000), Fraction(999, 100_000)
    for quantity, ours, reference in zip(
        ("Errors, of the traces kept", "Slow, of the traces kept"), (errors, slow),
        theory.reads(bad, long, Fraction(1, 100)), strict=True,
    ):  # fmt: skip
        yield exact(
            quantity, "tail, 0.1 % and 1 % of the requests", WEIGHTS, float(reference), ours
        )
    # Twelve requests, two of them errors, kept by halves: then to the size of five minutes.
    _, variance = theory.moments_of_weighted(
        [Fraction(1)] * 2 + [Fraction(0)] * 10, [Fraction(1, 2)] * 12
    )
    ends = sample(share=0.5, other_errors=1 / 6, one_in=1e12).ways[HEAD].error_rate_range
    assert ends is not None
    yield exact(
        "Standard error of an error rate", "1 in 6, half of the traces, 600,000 requests", WEIGHTS,
        float(variance * 50_000) ** 0.5 / 600_000.0, (ends[1] - ends[0]) / 2.0 / 1.959963984540054,
        ".6f",
    )  # fmt: skip
    for wait in (10, 20):
        yield exact(
            "Waiting in the collector (MB)", f"2,000 traces/s of 10 kB, {wait} s", LITTLE,
            float(theory.waiting(Fraction(2000), Fraction(wait)) * 10_000 / 1_000_000),
            sample(wait_s=float(wait)).ways[TAIL].memory_mb, ".1f",
        )  # fmt: skip
    edge = float(theory.longest_wait_s(Fraction(2000), int(NUM_TRACES.value)))
    for quantity, wait_s in (("decided", edge - 1.0), ("lost before", edge + 1.0)):
        decided = sample(wait_s=wait_s).ways[TAIL].decided
        yield Row(
            f"Traces that are {quantity}", f"room for 50,000, {wait_s:.0f} s", "theory", LITTLE,
            1.0, decided if quantity == "decided" else 1.0 - decided, 1e-4,
        )  # fmt: skip
    tempo = sample(rate_per_s=TEMPO_SPANS.value, services=1, spans_each=1.0).ways[ALL]
    yield Row(
        "Bytes a second (MB)", "30,000 spans/s", "published", AS_PRINTED + " (Tempo)",
        TEMPO_BYTES.value / 1e6, tempo.gb_per_day * 1e3 / 86_400.0, 0.15, ".2f",
    )  # fmt: skip
    xray = sample(rate_per_s=2000.0 / 3600.0, share=0.1, services=1, spans_each=1.0).ways[HEAD]
    yield Row(
        "Traces kept in 31 days", "2,000 requests an hour, 10 %", "published",
        AS_PRINTED + " (X-Ray)", XRAY_EXAMPLE.value, xray.spans_per_s * 86_400.0 * 31.0, 1.0,
        ",.0f",
    )  # fmt: skip
    yield exact(
        "All spans (USD a month)", "2,000 requests/s of 20 spans, 0.20 USD a million",
        "list price times spans (Cloud Trace)",
        theory.usd_by_spans(2000.0, 20.0, CLOUD_TRACE_SPANS.value),
        sample(span_bytes=1e3, usd_per_gb=CLOUD_TRACE_SPANS.value).ways[ALL].usd_per_month, ",.0f",
    )  # fmt: skip


TOPIC = Topic(
    "Sampling of traces",
    "2,000 requests/s, each with 20 spans of 500 bytes in five services; one in 10,000 begins to "
    "fail, at an endpoint that has 1 % of the requests.",
    _rows,
)
