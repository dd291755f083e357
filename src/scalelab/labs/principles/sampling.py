"""Lab: which traces to keep, what that costs, and how soon there is one of a rare fault."""

import altair as alt

from scalelab.kernels.principles.sampling import CURVE, WAY, sampling
from scalelab.models.principles.sampling import (
    ALL,
    BYTES,
    EACH,
    ENDPOINT,
    ENDPOINTS,
    HEAD,
    LIMITED,
    MINUTES,
    NEEDED,
    ONE_IN,
    OTHER_ERRORS,
    PER_S,
    RATE_PER_S,
    ROOM,
    SERVICES,
    SHARE,
    SHOWS,
    SLOW,
    SPANS_EACH,
    TAIL,
    USD_PER_GB,
    WAIT_S,
    WAYS,
)
from scalelab.web.lab import (
    Choice,
    Column,
    Lab,
    Prediction,
    Reading,
    Slider,
    Try,
    data,
    guess_rule,
    linear,
)

WIDTH = 440
LEAST_KEPT, LEAST_RATE = 1e-6, 1e-5  # where the scales begin
# Lines that agree lie on each other, so those below are wider.
WIDTHS = {ALL: 7.0, EACH: 4.5, HEAD: 2.5, LIMITED: 2.5, TAIL: 2.0}
NO = ("no", "yes")
MINUTE_NAMES = (
    "datum.value < 1 ? format(datum.value * 60, ',~r') + ' s' : datum.value < 60 ? "
    "format(datum.value, ',~r') + ' min' : datum.value < 1440 ? "
    "format(datum.value / 60, ',~r') + ' h' : format(datum.value / 1440, ',~r') + ' d'"
)


def _colour() -> alt.Color:
    return alt.Color("way:N", title=None, scale=alt.Scale(domain=list(WAYS)))


def _ways() -> alt.Chart:
    return alt.Chart(data()).transform_filter(f"datum.kind == {WAY}")


def _curves() -> alt.LayerChart | alt.FacetChart:
    """Chance to have the traces, over the time since the fault began; marks where you are."""
    rows = alt.Chart(data()).transform_filter(f"datum.kind == {CURVE}")
    x = alt.X("minutes:Q", title="Since the fault began",
              scale=alt.Scale(type="log", domain=[0.1, 10_080], nice=False, clamp=True),
              axis=alt.Axis(values=[0.1, 1, 10, 60, 360, 1440, 10_080],
                            labelExpr=MINUTE_NAMES))  # fmt: skip
    y = alt.Y("chance:Q", title="Chance to have its traces",
              scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format=".0%"))  # fmt: skip
    tooltip = [
        alt.Tooltip("way:N", title="Way"),
        alt.Tooltip("minutes:Q", title="Minutes", format=",.1f"),
        alt.Tooltip("chance:Q", title="Chance", format=",.1%"),
    ]
    lines: list[alt.Chart] = [
        rows.transform_filter(f"datum.way == '{way}'")
        .mark_line(strokeWidth=width)
        .encode(x=x, y=y, color=_colour(), tooltip=tooltip)
        for way, width in WIDTHS.items()
    ]
    here = (
        _ways()
        .mark_point(filled=True, size=80, opacity=1)
        .encode(x=x, y=y, color=_colour(), tooltip=tooltip)
    )
    return alt.layer(*lines, here, guess_rule("x")).properties(width=WIDTH, height=200)


def _cost() -> alt.LayerChart | alt.FacetChart:
    """What each way keeps of the faulty requests, over its bill."""
    rows = _ways().transform_calculate(
        kept=f"max(datum.kept, {LEAST_KEPT})", usd="max(datum.usd, 1)"
    )
    x = alt.X("usd:Q", title="USD a month for what is kept",
              scale=alt.Scale(type="log", domain=[1, 1e6], nice=False, clamp=True),
              axis=alt.Axis(values=[1, 10, 100, 1000, 10_000, 100_000, 1e6],
                            format=",~r"))  # fmt: skip
    y = alt.Y("kept:Q", title="Of the faulty, traced whole",
              scale=alt.Scale(type="log", domain=[LEAST_KEPT, 5], nice=False, clamp=True),
              axis=alt.Axis(values=[LEAST_KEPT, 1e-4, 0.01, 1],
                            labelExpr=f"(datum.value <= {LEAST_KEPT} ? '≤ ' : '') + "
                                      "format(datum.value * 100, '~r') + '%'"))  # fmt: skip
    tooltip = [
        alt.Tooltip("way:N", title="Way"),
        alt.Tooltip("usd:Q", title="USD a month", format=",.0f"),
        alt.Tooltip("gb:Q", title="GB a day", format=",.1f"),
        alt.Tooltip("memory:Q", title="MB that wait", format=",.0f"),
    ]
    marks = rows.mark_point(filled=True, size=110, opacity=1).encode(
        x=x, y=y, color=_colour(), tooltip=tooltip
    )
    names = rows.mark_text(align="left", dx=9, dy=-7).encode(
        x=x, y=y, text="way:N", color=_colour(), tooltip=tooltip
    )
    return alt.layer(marks, names).properties(width=WIDTH, height=170)


def _told() -> alt.LayerChart | alt.FacetChart:
    """The error rate as the kept traces have it (cross), and as weights tell it (bar)."""
    rows = (
        _ways()
        .transform_filter("datum.told == 'yes'")
        .transform_calculate(
            low=f"max(datum.low, {LEAST_RATE})", high=f"max(datum.high, {LEAST_RATE})"
        )
    )
    x = alt.X("true:Q", title="Error rate",
              scale=alt.Scale(type="log", domain=[LEAST_RATE, 1], nice=False, clamp=True),
              axis=alt.Axis(values=[1e-5, 1e-4, 0.001, 0.01, 0.1, 1],
                            labelExpr="format(datum.value * 100, '~r') + '%'"))  # fmt: skip
    y = alt.Y("way:N", title=None, sort=list(WAYS))
    tooltip = [
        alt.Tooltip("way:N", title="Way"),
        alt.Tooltip("raw:Q", title="Of the kept traces", format=",.3%"),
        alt.Tooltip("true:Q", title="Of all requests", format=",.3%"),
        alt.Tooltip("low:Q", title="By weights, from", format=",.3%"),
        alt.Tooltip("high:Q", title="to", format=",.3%"),
    ]
    truth = _ways().mark_point(shape="diamond", size=90, opacity=1).encode(
        x=x, y=y, color=_colour(), tooltip=tooltip
    )  # fmt: skip
    bars = rows.mark_rule(strokeWidth=4, opacity=0.5).encode(
        x=alt.X("low:Q", title="Error rate"), x2="high:Q", y=y, color=_colour(), tooltip=tooltip
    )
    raw = rows.mark_point(shape="cross", size=90, filled=True, opacity=1).encode(
        x=alt.X("raw:Q", title="Error rate"), y=y, color=_colour(), tooltip=tooltip
    )
    return alt.layer(truth, bars, raw).properties(width=WIDTH, height=130)


def _of(name: str, column: str, way: str, form: str, **where: float | str) -> Reading:
    return Reading(name, column, {"kind": WAY, "way": way, **where}, form)


lab = Lab(
    name="principles/sampling",
    title="Which traces are kept, and is the one you need among them?",
    kernel=sampling,
    controls=[
        Slider("rate_per_s", "Requests", (100.0, 200.0, 500.0, 1000.0, 2000.0, 4000.0, 10_000.0,
               20_000.0), RATE_PER_S, unit="/s"),
        linear("services", "Services each passes", 1, 10, 1, SERVICES,
               help="With four spans of 500 bytes in each"),
        Slider("share", "Coins keep", (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1.0),
               SHARE, format=".1%",
               help="Of all traces; of the ordinary ones in tail sampling"),
        Slider("one_in", "Fault hits one in", (100.0, 1000.0, 10_000.0, 100_000.0, 1e6, 1e7),
               ONE_IN, unit="requests"),
        Slider("endpoint", "Its endpoint has", (0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01,
               0.05, 0.2, 1.0), ENDPOINT, format=".2%",
               help="Of the requests; rate-limited sampling keeps one a second of each endpoint"),
        Choice("shows", "It shows", SHOWS,
               help="An answer may be wrong and look like any other"),
        linear("needed", "Traces you need", 1, 20, 1, NEEDED),
        Slider("minutes", "Within", (1.0, 2.0, 5.0, 15.0, 60.0, 240.0, 1440.0), MINUTES,
               unit="min"),
        Slider("wait_s", "Collector waits", (2.0, 5.0, 10.0, 20.0, 30.0, 60.0), WAIT_S, unit="s",
               help="For all spans of a trace; it has room for 50,000 traces"),
    ],
    constants={
        "spans_each": SPANS_EACH,
        "span_bytes": BYTES,
        "per_s": PER_S,
        "endpoints": ENDPOINTS,
        "other_errors": OTHER_ERRORS,
        "slow": SLOW,
        "room": ROOM,
        "usd_per_gb": USD_PER_GB,
    },
    columns=[
        Column("kind", "Kind", hidden=True),
        Column("way", "Way", labels=WAYS),
        Column("minutes", "Since it began", "min", ",.1f"),
        Column("chance", "Chance to have its traces", format=",.2%"),
        Column("kept", "Of the faulty, traced whole", format=",.4%"),
        Column("spans", "Spans", "/s", ",.0f"),
        Column("gb", "Kept", "GB a day", ",.2f"),
        Column("usd", "Bill", "USD a month"),
        Column("memory", "Waits", "MB"),
        Column("possible", "Can be seen", labels=NO),
        Column("mean", "Traces there after, mean", hidden=True),
        Column("sure", "Traces there after, 95 %", hidden=True),
        Column("failing", "Failing a minute", hidden=True),
        Column("raw", "Errors, of the kept", format=",.3%"),
        Column("true", "Errors, of all", format=",.3%"),
        Column("low", "By weights, from", format=",.3%"),
        Column("high", "to", format=",.3%"),
        Column("slow_seen", "Slow, of the kept", format=",.2%"),
        Column("decided", "Decided", hidden=True),
        Column("told", "Told", labels=NO, hidden=True),
    ],
    chart=alt.vconcat(_curves(), _cost(), _told()),
    summary=(
        "All spans are {gb_all} GB a day and {usd_all} USD a month; what coins keep is {usd_head} "
        "USD, what tail sampling keeps {usd_tail}. {failing} requests a minute have the fault. The "
        "chance of {needed} or more of its traces within {minutes} is {by_head} by head sampling, "
        "{by_limit} rate-limited, {by_tail} by tail sampling. It is 95% after {sure_head} minutes "
        "by head sampling, {sure_limit} rate-limited[, {sure_tail} by tail sampling]. If each "
        "service tosses a coin of its own, a part {whole} of the traces is whole. The collector "
        "holds {memory} MB and decides on {decided} of the traces.[ Of those it keeps {raw} are "
        "errors and {slow_seen} slow.] Of all requests {truth} are errors; by head sampling, with "
        "weights, between {low} and {high}."
    ),
    readings=[
        _of("gb_all", "gb", ALL, ",.0f"),
        _of("usd_all", "usd", ALL, ",.0f"),
        _of("usd_head", "usd", HEAD, ",.0f"),
        _of("usd_tail", "usd", TAIL, ",.0f"),
        _of("failing", "failing", ALL, ",.2f"),
        _of("by_head", "chance", HEAD, ",.1%"),
        _of("by_limit", "chance", LIMITED, ",.1%"),
        _of("by_tail", "chance", TAIL, ",.1%"),
        _of("sure_head", "sure", HEAD, ",.1f"),
        _of("sure_limit", "sure", LIMITED, ",.1f"),
        _of("sure_tail", "sure", TAIL, ",.1f", possible="yes"),
        _of("whole", "kept", EACH, ".1e"),
        _of("decided", "decided", TAIL, ",.0%"),
        _of("memory", "memory", TAIL, ",.0f"),
        _of("raw", "raw", TAIL, ",.1%", told="yes"),
        _of("slow_seen", "slow_seen", TAIL, ",.0%", told="yes"),
        _of("truth", "true", ALL, ",.2%"),
        _of("low", "low", HEAD, ",.2%"),
        _of("high", "high", HEAD, ",.2%"),
    ],
    prediction=Prediction(
        "Of 2,000 requests a second, one in 10,000 begins to fail: 12 customers a minute. Head "
        "sampling keeps 1% of the traces. After how many minutes is the chance 95% that you have "
        "at least one trace of a request that failed?",
        reading="sure_head", low=1, high=60, step=1, format=",.0f", unit="minutes",
    ),
    tries=[
        Try("Only two services, and each tosses a coin of its own. How many traces are whole?",
            {"services": 2}),
        Try("The fault is where one request in a thousand goes. Which way of the same price is "
            "best now?", {"endpoint": 0.001}),
        Try("The collector waits for 30 seconds, as it does unless told otherwise. What does it "
            "keep?", {"wait_s": 30.0}),
        Try("The answer was wrong, but no error, and quick. What does tail sampling keep of it?",
            {"shows": 1}),
        Try("At night there are 200 requests a second. How many customers fail until you know?",
            {"rate_per_s": 200.0}),
        Try("You want ten traces, to see what they have in common.", {"needed": 10}),
    ],
)  # fmt: skip
