"""Which traces to keep: what each way costs, and how soon it has a trace of a rare fault.

    >>> from scalelab.models.principles.sampling import EACH, HEAD, TAIL, sample
    >>> found = sample()
    >>> for way in (EACH, HEAD, TAIL):
    ...     this = found.ways[way]
    ...     print(f"{way}: {this.usd_per_month:,.0f} USD, {this.kept_whole:.0e} of the faulty")
    Each by itself: 237 USD, 1e-10 of the faulty
    Head: 237 USD, 1e-02 of the faulty
    Tail: 496 USD, 1e+00 of the faulty

Other ways to the same numbers are in `scalelab.theory.principles.sampling`.
"""

from dataclasses import dataclass

from scalelab.facts.sampling import GRAFANA_PROCESSED, GRAFANA_WRITTEN, NUM_TRACES, SPAN_BYTES
from scalelab.kernels.principles import sampling as kernels
from scalelab.models.check import one_of, within

WAYS = ("All", "Each by itself", "Head", "Rate-limited", "Tail")
ALL, EACH, HEAD, LIMITED, TAIL = WAYS
AS_ERROR, HIDDEN = SHOWS = ("As an error", "Not at all")
USD_PER_GB = GRAFANA_PROCESSED.value + GRAFANA_WRITTEN.value
ROOM = int(NUM_TRACES.value)
BYTES = SPAN_BYTES.value
# Assumptions, of a shop with 2,000 requests a second.
RATE_PER_S = 2000.0
SERVICES, SPANS_EACH = 5, 4.0
SHARE = 0.01
ONE_IN, ENDPOINT = 10_000.0, 0.01
ENDPOINTS, PER_S = 20, 1  # together as many a second as a hundredth of the requests
OTHER_ERRORS = 0.001
SLOW = 0.01  # whoever takes longer than the p99
MINUTES, NEEDED = 5.0, 1
WAIT_S = 10.0


@dataclass(frozen=True)
class Kept:
    """One way. ``kept_whole``: part of the faulty requests whose trace is there, whole.

    ``chance`` to have the traces that are needed in time; ``mean_min`` and ``sure_min`` (95 %) are
    the minutes to have them, None if that cannot be, a thousand million years at most.
    ``memory_mb`` waits in the collector; of the traces the part ``decided`` stays long enough.

    ``counted_error_rate`` and ``counted_slow``: parts of the kept traces. ``error_rate_range``:
    what weights tell of the true error rate in 95 % of the cases. None where nothing is kept.
    """

    kept_whole: float
    chance: float
    mean_min: float | None
    sure_min: float | None
    spans_per_s: float
    gb_per_day: float
    usd_per_month: float
    memory_mb: float
    decided: float
    counted_error_rate: float | None
    counted_slow: float | None
    error_rate_range: tuple[float, float] | None


@dataclass(frozen=True)
class Sampled:
    """``ways`` has one for each of `WAYS`.

    ``failing_per_min`` requests have the fault; ``error_rate`` is the part of all requests that one
    can see to be errors.
    """

    ways: dict[str, Kept]
    failing_per_min: float
    error_rate: float


def _kept(row: list[float]) -> Kept:
    possible, told = row[kernels.POSSIBLE] == 1.0, row[kernels.TOLD] == 1.0
    return Kept(
        kept_whole=row[kernels.KEPT],
        chance=row[kernels.CHANCE],
        mean_min=row[kernels.MEAN_MIN] if possible else None,
        sure_min=row[kernels.SURE_MIN] if possible else None,
        spans_per_s=row[kernels.SPANS],
        gb_per_day=row[kernels.GB],
        usd_per_month=row[kernels.USD],
        memory_mb=row[kernels.MEMORY],
        decided=row[kernels.DECIDED],
        counted_error_rate=row[kernels.RAW] if told else None,
        counted_slow=row[kernels.SLOW_SEEN] if told else None,
        error_rate_range=(row[kernels.LOW], row[kernels.HIGH]) if told else None,
    )


def sample(
    rate_per_s: float = RATE_PER_S,
    services: int = SERVICES,
    share: float = SHARE,
    one_in: float = ONE_IN,
    endpoint: float = ENDPOINT,
    minutes: float = MINUTES,
    needed: int = NEEDED,
    shows: str = AS_ERROR,
    wait_s: float = WAIT_S,
    spans_each: float = SPANS_EACH,
    span_bytes: float = BYTES,
    per_s: int = PER_S,
    endpoints: int = ENDPOINTS,
    other_errors: float = OTHER_ERRORS,
    slow: float = SLOW,
    room: int = ROOM,
    usd_per_gb: float = USD_PER_GB,
) -> Sampled:
    """Five ways to keep traces, side by side.

    Parameters
    ----------
    rate_per_s : requests, 0.01 to 1e6.
    services : that each request passes, 1 to 100.
    share : of the traces that coins keep, 1e-6 to 1; in tail sampling of the ordinary ones.
    one_in : a fault hits one request in so many, 1 to 1e12; all of its endpoint at most.
    endpoint : part of the requests that go where the fault is, 1e-6 to 1.
    minutes : since the fault began, 0.01 to 1e7.
    needed : traces with the fault that one wants to see, 1 to 1000.
    shows : one of `SHOWS`: as an error, or as what looks like any other request.
    wait_s : a collector decides after so long, 0.1 to 3600 s.
    spans_each : of a request in each service, 0.1 to 10,000.
    span_bytes : of a span, 1 to 1e6.
    per_s : of each endpoint in each second, for rate-limited sampling, 1 to 1000.
    endpoints : 2 to 10,000; those without the fault are alike.
    other_errors : part of the requests that fail anyway, on all endpoints, 1e-9 to 0.5.
    slow : part of those without error that are slow, 0 to 0.5.
    room : traces that a collector holds; then the oldest goes, undecided; 1 to 100 million.
    usd_per_gb : of what is kept, 0 to 1000.

    Raises
    ------
    ValueError
        For an argument outside the ranges above.

    Notes
    -----
    Exact for requests that come as a Poisson stream: what is kept of them by coins is one, too. For
    the first of each second the number of faulty ones is taken as Poisson, which it is nearly if
    few of the endpoint's requests are faulty. Weights are one over the chance to be kept (D. G.
    Horvitz and D. J. Thompson 1952), in a second of an endpoint what came over what was kept; the
    number of requests is known from a counter, and the range is that of a normal law. What waits is
    Little's law.

    Leaves out: traffic that comes in bursts, when a collector needs more room; spans that are late
    or lost; what the spans cost in the services and on the way to the collector, which gets all of
    them; the collector's rent; traces of unlike size; errors that come together; the p99 from few
    traces (`scalelab.models.principles.percentiles`); free tiers.
    """
    within("rate_per_s", rate_per_s, 0.01, 1e6, "requests/s")
    within("services", services, 1, 100)
    within("share", share, 1e-6, 1.0, advice="a share, not a percentage")
    within("one_in", one_in, 1.0, 1e12, "requests")
    within("endpoint", endpoint, 1e-6, 1.0, advice="a share, not a percentage")
    within("minutes", minutes, 0.01, 1e7, "min")
    within("needed", needed, 1, 1000, "traces")
    one_of("shows", shows, SHOWS)
    within("wait_s", wait_s, 0.1, 3600.0, "s")
    within("spans_each", spans_each, 0.1, 10_000.0, "spans")
    within("span_bytes", span_bytes, 1.0, 1e6, "bytes")
    within("per_s", per_s, 1, 1000, "traces/s")
    within("endpoints", endpoints, 2, 10_000)
    within("other_errors", other_errors, 1e-9, 0.5, advice="a share, not a percentage")
    within("slow", slow, 0.0, 0.5, advice="a share, not a percentage")
    within("room", room, 1, 100_000_000, "traces")
    within("usd_per_gb", usd_per_gb, 0.0, 1000.0, "USD/GB")
    table = kernels.sampling(
        float(rate_per_s), int(services), float(share), float(one_in), float(endpoint),
        float(minutes), int(needed), SHOWS.index(shows), float(wait_s), float(spans_each),
        float(span_bytes), int(per_s), int(endpoints), float(other_errors), float(slow), int(room),
        float(usd_per_gb),
    )  # fmt: skip
    rows = table[table[:, kernels.KIND] == kernels.WAY].tolist()
    return Sampled(
        ways=dict(zip(WAYS, map(_kept, rows), strict=True)),
        failing_per_min=rows[0][kernels.FAILING],
        error_rate=rows[0][kernels.TRUE],
    )
