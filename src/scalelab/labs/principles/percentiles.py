"""Lab: what averages, buckets and samples make of a percentile."""

import altair as alt

from scalelab.kernels.principles.percentiles import (
    AVERAGE,
    BY_POWERS,
    CURVE,
    EXPONENTIAL,
    FIXED,
    LEAST_SHOWN,
    METHOD,
    SAMPLED,
    SIZE,
    STEP,
    TRUE,
    percentiles,
)
from scalelab.models.principles.percentiles import (
    FACTOR,
    HIT_MS,
    LAYOUTS,
    MISS_MS,
    MISSES,
    NATIVE_SCALE,
    PER_MINUTE,
    SLOW_SHARE,
    SPREAD,
)
from scalelab.web.lab import Choice, Column, Lab, Prediction, Reading, Slider, Try, data, guess_rule

WIDTH = 440
NAMES = (
    "All requests merged",
    "Mean of all requests",
    "Average over machines",
    "Highest of a machine",
    "Fixed buckets",
    "Exponential buckets",
    "DDSketch, 1%",
    "HdrHistogram, 2 digits",
    "Sample, 1 in 100",
)
SHORT = (
    "All merged", "Mean", "Average", "Highest", "Fixed", "Exponential", "DDSketch", "Hdr", "Sample",
)  # fmt: skip
SERIES = ("All requests", "Averages", "Fixed buckets", "Exponential", "A sample")
TIMES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000]


def _colour() -> alt.Color:
    return alt.Color(
        "series:N", title=None, scale=alt.Scale(domain=list(SERIES)),
        legend=alt.Legend(symbolOpacity=1),
    )  # fmt: skip


def _methods() -> alt.LayerChart | alt.FacetChart:
    """Answers as points, and as lines what lies between them and the truth, or around them."""
    rows = alt.Chart(data()).transform_filter(f"datum.kind == {METHOD}")
    scale = alt.Scale(type="log", nice=False, padding=42)
    x = alt.X("value:Q", title="The percentile (ms)", scale=scale,
              axis=alt.Axis(values=TIMES, format=",.0f", labelOverlap=True))  # fmt: skip
    # On a phone whole names would leave no room for the drawing.
    short = f"{list(SHORT)}[indexof({list(NAMES)}, datum.label)]"
    y = alt.Y("name:N", title=None, sort=list(NAMES), axis=alt.Axis(labelExpr=short))
    tooltip = [
        alt.Tooltip("name:N", title="By"),
        alt.Tooltip("value:Q", title="Says (ms)", format=",.1f"),
        alt.Tooltip("truth:Q", title="Truth (ms)", format=",.1f"),
        alt.Tooltip("error:Q", title="Error", format=",.1%"),
        alt.Tooltip("slower:Q", title="Requests that take longer", format=".2%"),
    ]
    truth = (
        rows.transform_filter(f"datum.name == '{NAMES[TRUE]}'")
        .mark_rule(strokeWidth=1.5)
        .encode(x=alt.X("value:Q", scale=scale), color=_colour())
    )
    gaps = (
        rows.transform_filter(f"datum.name != '{NAMES[SAMPLED]}'")
        .mark_rule(strokeWidth=2.5)
        .encode(x=x, x2="truth:Q", y=y, color=_colour(), tooltip=tooltip)
    )
    band = (
        rows.transform_filter(f"datum.name == '{NAMES[SAMPLED]}'")
        .mark_rule(strokeWidth=7, opacity=0.4)
        .encode(x=alt.X("low:Q", scale=scale), x2="high:Q", y=y, color=_colour(), tooltip=tooltip)
    )
    points = rows.mark_point(size=75, filled=True, opacity=1).encode(
        x=x, y=y, color=_colour(), tooltip=tooltip
    )
    said = alt.Text("value:Q", format=",.0f")
    left = rows.transform_filter("datum.value < datum.truth").mark_text(align="right", dx=-8)
    right = rows.transform_filter("datum.value >= datum.truth").mark_text(align="left", dx=8)
    texts = (mark.encode(x=x, y=y, text=said) for mark in (left, right))
    return alt.layer(truth, gaps, band, points, *texts, guess_rule("x")).properties(
        width=WIDTH, height=230
    )


def _curves() -> alt.LayerChart | alt.FacetChart:
    """How many requests are slower than that; as buckets have it, with their bounds."""
    rows = alt.Chart(data()).transform_filter("datum.shown == 1")
    x = alt.X("value:Q", title="Longer than (ms)",
              scale=alt.Scale(type="log", nice=False, padding=12),
              axis=alt.Axis(values=TIMES, format=",.0f", labelOverlap=True))  # fmt: skip
    y = alt.Y(
        "slower:Q", title="Part of the requests",
        scale=alt.Scale(type="log", domain=[LEAST_SHOWN, 1], nice=False, clamp=True),
        axis=alt.Axis(values=[0.0001, 0.001, 0.01, 0.1, 1], format=",~%"),
    )  # fmt: skip
    tooltip = [
        alt.Tooltip("series:N", title="By"),
        alt.Tooltip("value:Q", title="Longer than (ms)", format=",.0f"),
        alt.Tooltip("slower:Q", title="Requests", format=".3%"),
    ]
    curve = rows.transform_filter(f"datum.kind == {CURVE}").mark_line(strokeWidth=5, opacity=0.55)
    steps = rows.transform_filter(f"datum.kind == {STEP}").mark_line(strokeWidth=1.8)
    bounds = rows.transform_filter(f"datum.kind == {STEP} && datum.edge == 1").mark_point(
        size=45, filled=True, shape="square", opacity=1
    )
    says = (
        alt.Chart(data())
        .transform_filter(
            f"datum.kind == {METHOD} && "
            f"(datum.name == '{NAMES[AVERAGE]}' || datum.name == '{NAMES[TRUE]}')"
        )
        .mark_point(size=150, shape="diamond", strokeWidth=2.5, opacity=1)
    )
    marks = (
        mark.encode(x=x, y=y, color=_colour(), tooltip=tooltip)
        for mark in (curve, steps, bounds, says)
    )
    return alt.layer(*marks).properties(width=WIDTH, height=190)


def _sizes() -> alt.LayerChart | alt.FacetChart:
    """Error over the number of buckets; the largest that is promised above it, as a tick."""
    rows = alt.Chart(data()).transform_filter(f"datum.kind == {SIZE}").transform_calculate(
        found=f"max(datum.error, {LEAST_SHOWN})"
    )  # fmt: skip
    x = alt.X("buckets:Q", title="Buckets (8 bytes each)",
              scale=alt.Scale(type="log", nice=False, padding=12),
              axis=alt.Axis(values=[10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000],
                            format=",.0f", labelOverlap=True))  # fmt: skip
    scale = alt.Scale(type="log", domain=[LEAST_SHOWN, 2], nice=False, clamp=True)
    y = alt.Y("found:Q", title="Error", scale=scale,
              axis=alt.Axis(values=[0.0001, 0.001, 0.01, 0.1, 1], format=",~%"))  # fmt: skip
    tooltip = [
        alt.Tooltip("name:N", title="By"),
        alt.Tooltip("buckets:Q", title="Buckets", format=",.0f"),
        alt.Tooltip("memory:Q", title="Bytes", format=",.0f"),
        alt.Tooltip("error:Q", title="Error", format=".3%"),
        alt.Tooltip("promise:Q", title="At most", format=".2%"),
    ]
    gaps = rows.mark_rule(strokeWidth=1, opacity=0.5).encode(
        x=x, y=y, y2="promise:Q", color=_colour(), tooltip=tooltip
    )
    ticks = rows.mark_tick(thickness=2, size=12, orient="horizontal").encode(
        x=x, y=alt.Y("promise:Q", scale=scale), color=_colour(), tooltip=tooltip
    )
    points = rows.mark_point(size=35, opacity=1).encode(x=x, y=y, color=_colour(), tooltip=tooltip)
    chosen = (
        rows.transform_filter("datum.shown == 1")
        .mark_point(size=110, filled=True, opacity=1)
        .encode(x=x, y=y, color=_colour(), tooltip=tooltip)
    )
    text = (
        rows.transform_filter(f"datum.shown == 1 && datum.series == '{SERIES[BY_POWERS]}'")
        .transform_calculate(short="split(split(datum.name, ',')[0], ' ')[0]")
        .mark_text(align="left", dx=8, dy=5)
        .encode(x=x, y=y, text="short:N")
    )
    return alt.layer(gaps, ticks, points, chosen, text).properties(width=WIDTH, height=170)


def _says(name: str, method: int, column: str = "value", form: str = ",.0f") -> Reading:
    return Reading(name, column, {"kind": METHOD, "name": NAMES[method]}, form)


lab = Lab(
    name="principles/percentiles",
    title="What do dashboards make of a percentile?",
    kernel=percentiles,
    controls=[
        Slider("slow_share", "To the slow machine", (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2),
               SLOW_SHARE, unit="of requests", format=".1%",
               help="One of twenty machines; 5% is as much as each other gets"),
        Slider("factor", "It is slower", (1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 50.0), FACTOR,
               unit="times"),
        Slider("misses", "Cache misses", (0.0, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5), MISSES,
               unit="of requests", format=".1%", help="On all machines; hits take 10 ms"),
        Slider("miss_ms", "A miss takes",
               (20.0, 40.0, 70.0, 100.0, 150.0, 200.0, 230.0, 260.0, 270.0, 300.0, 400.0, 700.0,
                1500.0), MISS_MS, unit="ms"),
        Slider("spread", "Spread of times", (0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 1.2), SPREAD,
               format=".2f", help="Standard deviation of the logarithm: the tail"),
        Slider("quantile", "Percentile", (0.5, 0.9, 0.95, 0.99, 0.999), 0.99, format=".1%",
               help="So many of the requests take no longer"),
        Choice("bucketing", "Fixed buckets", LAYOUTS, 0),
        Slider("scale", "Exponential buckets", tuple(range(9)), NATIVE_SCALE, unit="(scale)",
               help="Two to that power for each doubling: 3 is 8 buckets"),
        Slider("per_minute", "Requests a minute",
               (600.0, 2000.0, 6000.0, 20_000.0, 60_000.0, PER_MINUTE, 1_000_000.0), PER_MINUTE,
               help="Of all machines; each computes its own percentile every minute"),
    ],
    constants={"hit_ms": HIT_MS},
    columns=[
        Column("kind", "Kind", hidden=True),
        Column("series", "Kind of method", labels=SERIES),
        Column("name", "By", labels=NAMES),
        Column("value", "Time", "ms", ",.1f"),
        Column("low", "From", "ms", ",.1f"),
        Column("high", "To", "ms", ",.1f"),
        Column("error", "Error", format=",.2%"),
        Column("slower", "Take longer", format=",.3%"),
        Column("shown", "Shown", hidden=True),
        Column("edge", "At a bound", hidden=True),
        Column("buckets", "Buckets"),
        Column("memory", "Size", "bytes"),
        Column("promise", "Error at most", format=",.2%"),
        Column("endless", "No upper bound", hidden=True),
        Column("truth", "Truth", hidden=True),
    ],
    chart=alt.vconcat(_methods(), _curves(), _sizes()),
    summary=(
        "{quantile} of the requests take up to {true} ms; the mean is {mean} ms. The average of "
        "the machines' own percentiles is {average} ms, and {beyond} of the requests take longer "
        "than that; the highest is {highest} ms. Fixed buckets give {fixed} ms[ and know that it "
        "is from {low} to {high} ms][, since it is above {ends} ms, their last bound]. "
        "Exponential buckets give {powers} ms, a sketch of 1% {sketch} ms, HdrHistogram "
        "{digital} ms. Of one request in a hundred it is {few} ms on average, {few_low} to "
        "{few_high} ms in 95 of 100 minutes."
    ),
    readings=[
        _says("true", TRUE),
        _says("mean", TRUE + 1),
        _says("average", AVERAGE),
        _says("beyond", AVERAGE, "slower", ".1%"),
        _says("highest", AVERAGE + 1),
        _says("fixed", FIXED),
        _says("fixed_error", FIXED, "error", ",.0%"),
        _says("powers", EXPONENTIAL),
        _says("sketch", EXPONENTIAL + 1),
        _says("digital", EXPONENTIAL + 2),
        _says("few", SAMPLED),
        _says("few_low", SAMPLED, "low"),
        _says("few_high", SAMPLED, "high"),
        Reading("low", "low", {"kind": METHOD, "name": NAMES[FIXED], "endless": 0}, ",.0f"),
        Reading("high", "high", {"kind": METHOD, "name": NAMES[FIXED], "endless": 0}, ",.0f"),
        Reading("ends", "low", {"kind": METHOD, "name": NAMES[FIXED], "endless": 1}, ",.0f"),
    ],
    prediction=Prediction(
        "Twenty machines share the requests evenly. Nineteen have a p99 of 40 ms; one is twenty "
        "times slower, with a p99 of 796 ms. The dashboard averages the twenty: 78 ms. What is the "
        "p99 of all requests?",
        reading="true", low=10, high=800, step=10, format=",.0f", unit="ms",
    ),
    tries=[
        Try("The balancer sends the slow machine only a tenth of the others' requests. What do the "
            "average and the truth do?", {"slow_share": 0.005}),
        Try("No slow machine. One request in ten misses the cache and takes 270 ms, with little "
            "spread. The goal is 350 ms: do the buckets say that it is met?",
            {"factor": 1.0, "misses": 0.1, "miss_ms": 270.0, "spread": 0.1}),
        Try("The same, with bounds around the goal. How much did they cost?",
            {"factor": 1.0, "misses": 0.1, "miss_ms": 270.0, "spread": 0.1, "bucketing": 2}),
        Try("At night: 600 requests a minute, 30 for each machine. What is the p99 of 30?",
            {"per_minute": 600.0}),
        Try("One request in twenty misses and takes 700 ms, on the slow machine twenty times as "
            "long. What do the buckets say of the p99.9, and what do they not know?",
            {"misses": 0.05, "miss_ms": 700.0, "quantile": 0.999}),
    ],
)  # fmt: skip
