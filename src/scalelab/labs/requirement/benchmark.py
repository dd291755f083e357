"""Lab: the result of a load test, judged against a promise."""

import altair as alt

from scalelab.kernels.requirement.benchmark import benchmark
from scalelab.models.requirement.benchmark import VERDICTS
from scalelab.models.requirement.load_test_result import FORMAT
from scalelab.web.lab import (
    Column,
    Lab,
    OwnData,
    Prediction,
    Reading,
    Slider,
    Try,
    data,
    linear,
)

KINDS = ("Verdict", "Over time", "Percentile", "Another day")
OF_ALL, OVER_TIME, PERCENTILE, ANOTHER_DAY = KINDS
CANNOT_TELL = VERDICTS[2]
NAIVE, AS_THEY_ARE, DAYS = "As if independent", "As they are", "Other days"
SERIES = ("Median", "p95", "p99", "Measured")
RED, GREY, BLUE = "#d1495b", "#8b93a1", "#5b9bd5"
TICKS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000]


def _colour(field: str = "series") -> alt.Color:
    return alt.Color(
        f"{field}:N", title=None, scale=alt.Scale(domain=list(SERIES)),
        legend=alt.Legend(symbolType="stroke", symbolOpacity=1),
    )  # fmt: skip


def _ms(title: str) -> alt.Y:
    return alt.Y(
        "ms:Q", title=title, scale=alt.Scale(type="log", nice=False, padding=8),
        axis=alt.Axis(values=TICKS, format=",~r"),
    )  # fmt: skip


def _over_time() -> alt.LayerChart | alt.FacetChart:
    rows = alt.Chart(data()).transform_filter(f"datum.kind == '{OVER_TIME}'")
    x = alt.X("since:Q", title="Since the first request (s)", scale=alt.Scale(nice=False))
    warming = (
        rows.transform_filter("datum.left_out == 1")
        .transform_aggregate(ends="max(since)", some="count()")
        .transform_filter("datum.some > 0")
        .transform_calculate(begins="0")
        .mark_rect(opacity=0.2, color=GREY)
        .encode(x=alt.X("begins:Q"), x2="ends:Q")
    )
    lines = (
        rows.transform_calculate(Median="datum.median", p95="datum.p95", p99="datum.p99")
        .transform_fold(["Median", "p95", "p99"], as_=["series", "ms"])
        .mark_line(strokeWidth=2)
        .encode(
            x=x, y=_ms("Answered within (ms)"), color=_colour(),
            tooltip=[
                alt.Tooltip("series:N", title="Percentile"),
                alt.Tooltip("since:Q", title="Since the first request (s)", format=",.0f"),
                alt.Tooltip("ms:Q", title="Answered within (ms)", format=",.0f"),
            ],
        )
    )  # fmt: skip
    return alt.layer(warming, lines).properties(height=100)


def _at_the_promise() -> alt.LayerChart | alt.FacetChart:
    """The percentile that was promised: two intervals, other days, and the threshold."""
    table = alt.Chart(data())
    x = alt.X(
        "from:Q",
        title="The promised percentile (ms)",
        scale=alt.Scale(zero=False, padding=12),
        axis=alt.Axis(tickCount=6),
    )
    y = alt.Y("row:N", title=None, sort=None, scale=alt.Scale(domain=[NAIVE, AS_THEY_ARE, DAYS]))
    # An interval without an end is drawn beyond everything else, and says so.
    head = table.transform_filter(f"datum.kind == '{OF_ALL}' && datum.has_requests == 1")
    beyond = "1.5 * max(datum.ms, datum.threshold)"
    bars = [
        head.transform_calculate(
            row=f"'{row}'",
            **{"from": f"datum.{low}"},
            to=f"datum.{known} == 1 ? datum.{high} : {beyond}",
        )
        .mark_bar(height=14, opacity=0.75, color=GREY)
        .encode(
            x=x,
            x2="to:Q",
            y=y,
            tooltip=[
                alt.Tooltip("row:N", title="Requests"),
                alt.Tooltip("from:Q", title="From (ms)", format=",.0f"),
                alt.Tooltip("to:Q", title="To (ms)", format=",.0f"),
            ],
        )
        for row, low, high, known in (
            (NAIVE, "naive_low", "naive_high", "has_naive"),
            (AS_THEY_ARE, "low", "high", "has_high"),
        )
    ]
    endless = (
        head.transform_filter("datum.has_high == 0")
        .transform_calculate(row=f"'{AS_THEY_ARE}'", text="'no upper end'", **{"from": beyond})
        .mark_text(align="right", dx=-4, fontWeight="bold")
        .encode(x=x, y=y, text="text:N")
    )
    days = (
        table.transform_filter(f"datum.kind == '{ANOTHER_DAY}'")
        .transform_calculate(row=f"'{DAYS}'", **{"from": "datum.ms"})
        .mark_tick(thickness=3, size=16, color=BLUE)
        .encode(x=x, y=y, tooltip=[alt.Tooltip("ms:Q", title="Another day (ms)", format=",.0f")])
    )
    measured = head.transform_calculate(text="'measured'", **{"from": "datum.ms"})
    line = measured.mark_rule(strokeWidth=2.5).encode(
        x=x, tooltip=[alt.Tooltip("ms:Q", title="Measured (ms)", format=",.0f")]
    )
    above = measured.mark_text(dy=-8, fontWeight="bold").encode(
        x=x, y=alt.value(0), text="text:N"
    )  # fmt: skip
    promise = table.transform_filter(f"datum.kind == '{OF_ALL}'").transform_calculate(
        row=f"'{DAYS}'", text="'promise'", **{"from": "datum.threshold"}
    )
    rule = promise.mark_rule(strokeWidth=2.5, color=RED).encode(x=x)
    name = promise.mark_text(
        dy=12, baseline="top", fontWeight="bold", color=RED
    ).encode(x=x, y=alt.value("height"), text="text:N")  # fmt: skip
    return alt.layer(*bars, line, above, days, rule, name, endless).properties(height=96)


def _percentiles() -> alt.LayerChart | alt.FacetChart:
    table = alt.Chart(data())
    rows = table.transform_filter(f"datum.kind == '{PERCENTILE}'").transform_calculate(
        series="'Measured'"
    )
    # Shares beyond, falling to the right: each nine is as wide as the one before.
    x = alt.X(
        "beyond:Q", title="Percentile of the requests",
        scale=alt.Scale(type="log", domain=[0.5, 0.001], nice=False),
        axis=alt.Axis(
            values=[0.5, 0.1, 0.05, 0.01, 0.005, 0.001],
            labelExpr="format(100 * (1 - datum.value), '.4~r')",
        ),
    )  # fmt: skip
    y = _ms("Answered within (ms)")
    tooltip = [
        alt.Tooltip("quantile:Q", title="Of the requests", format=".2%"),
        alt.Tooltip("ms:Q", title="Answered within (ms)", format=",.0f"),
        alt.Tooltip("naive_low:Q", title="As if independent, from", format=",.0f"),
        alt.Tooltip("naive_high:Q", title="to", format=",.0f"),
        alt.Tooltip("low:Q", title="As they are, from", format=",.0f"),
        alt.Tooltip("high:Q", title="to (0: no end)", format=",.0f"),
    ]
    wide = rows.transform_filter("datum.has_band == 1").mark_area(
        opacity=0.22, color=GREY
    ).encode(x=x, y=alt.Y("low:Q"), y2="high:Q")  # fmt: skip
    narrow = rows.transform_filter("datum.has_naive == 1").mark_area(
        opacity=0.45, color=GREY
    ).encode(x=x, y=alt.Y("naive_low:Q"), y2="naive_high:Q")  # fmt: skip
    line = rows.mark_line(strokeWidth=2.5).encode(x=x, y=y, color=_colour(), tooltip=tooltip)
    promise = table.transform_filter(f"datum.kind == '{OF_ALL}'").transform_calculate(
        ms="datum.threshold", text="'promise'"
    )
    point = promise.mark_point(
        shape="diamond", size=140, filled=True, opacity=1, color=RED
    ).encode(x=x, y=y)  # fmt: skip
    name = promise.mark_text(dx=-12, dy=-10, fontWeight="bold", color=RED).encode(
        x=x, y=y, text="text:N"
    )
    return alt.layer(wide, narrow, line, point, name).properties(height=150)


def _of_all(name: str, column: str, form: str, known: str | None = None) -> Reading:
    """Of the verdict's row; a dash where the column ``known`` says that there is none."""
    where: dict[str, float | str] = {"kind": OF_ALL}
    return Reading(name, column, where | ({known: 1} if known else {}), form)


def _tried(**changed: float) -> dict[str, float]:
    """What a prompt changes, and all that another one may have changed before."""
    usual = {
        "percentile": 0.99, "threshold_ms": 600.0, "skip_s": 60.0, "minutes": 10, "stall_s": 0.0,
    }  # fmt: skip
    return {**usual, **changed}


lab = Lab(
    name="requirement/benchmark",
    title="Has the load test met the promise?",
    kernel=benchmark,
    own=OwnData(
        "requests", FORMAT, instead="the built-in test",
        note="The built-in test's length, stall and day have no effect on it.",
    ),
    controls=[
        Slider("percentile", "Promise: of the requests", (0.5, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999),
               0.99, format=".1%", help="That is the percentile"),
        Slider("threshold_ms", "are answered within",
               (50.0, 100.0, 150.0, 200.0, 250.0, 300.0, 400.0, 500.0, 550.0, 600.0, 700.0, 800.0,
                1000.0, 1500.0, 2000.0, 3000.0, 5000.0, 10_000.0), 600.0, unit="ms"),
        Slider("most_errors", "and no more fail than",
               (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05), 0.01, format=".2%"),
        Slider("skip_s", "Leave out the first",
               (0.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0), 60.0, unit="s",
               help="While the system warms up: caches are cold, connections are opened"),
        Slider("minutes", "Built-in test: length", (2, 5, 10, 15, 20, 30, 40, 60), 10,
               unit="minutes", help="20 requests a second, one server, busy for 70% of the time"),
        Slider("stall_s", "Built-in test: the server stands still once, for",
               (0.0, 0.2, 0.5, 1.0, 2.0, 5.0), 0.0, unit="s", format=",.1f"),
        linear("seed", "Built-in test: day", 1, 10, 1, 1, help="Another day, the same averages"),
    ],
    columns=[
        Column("kind", "Row", labels=KINDS),
        Column("since", "Time", "s", ",.0f"),
        Column("median", "Median", "ms"),
        Column("p95", "p95", "ms"),
        Column("p99", "p99", "ms"),
        Column("left_out", "Left out", hidden=True),
        Column("quantile", "Of the requests", format=".2%"),
        Column("beyond", "Slower", hidden=True),
        Column("ms", "Answered within", "ms"),
        Column("naive_low", "As if independent, from", "ms"),
        Column("naive_high", "to", "ms"),
        Column("has_naive", "Has both ends", hidden=True),
        Column("low", "As they are, from", "ms"),
        Column("high", "to", "ms"),
        Column("has_low", "Has a lower end", hidden=True),
        Column("has_high", "Has an upper end", hidden=True),
        Column("has_band", "Has both", hidden=True),
        Column("within", "Within the threshold", format=".3%", hidden=True),
        Column("failed", "Failed", hidden=True),
        Column("errors", "Errors", format=".2%", hidden=True),
        Column("errors_low", "Errors, from", format=".2%", hidden=True),
        Column("errors_high", "Errors, to", format=".2%", hidden=True),
        Column("naive_verdict", "Verdict as if independent", labels=VERDICTS, hidden=True),
        Column("latency_verdict", "Verdict", labels=VERDICTS, hidden=True),
        Column("errors_verdict", "Verdict on errors", labels=VERDICTS, hidden=True),
        Column("verdict", "Verdict on both", labels=VERDICTS, hidden=True),
        Column("independent", "Independent requests"),
        Column("rate", "Requests a second", hidden=True),
        Column("needed", "Needed", hidden=True),
        Column("needed_known", "Needed is known", hidden=True),
        Column("needed_minutes", "Needed minutes", hidden=True),
        Column("threshold", "Threshold", hidden=True),
        Column("requests", "Requests", hidden=True),
        Column("has_requests", "Has requests", hidden=True),
    ],
    chart=alt.vconcat(_over_time(), _at_the_promise(), _percentiles()),
    summary=(
        "{requests} requests succeeded after the first {skip_s}.[ {percentile} of them were "
        "answered within {value} ms ({rate} requests a second).][ If they were independent, it "
        "would be {naive_low} to {naive_high} ms with 95% confidence; within {threshold_ms}: "
        "{naive_verdict}.][ They tell as much as {independent} independent ones.][ At least "
        "{low} ms.][ At most {high} ms.] Within {threshold_ms}: {latency_verdict}.[ To tell, it "
        "would take about {needed} requests, or {needed_minutes} minutes.] {errors} failed "
        "({errors_low} to {errors_high}; allowed are {most_errors}): {errors_verdict}. Both "
        "promises: {verdict}."
    ),
    readings=[
        _of_all("requests", "requests", ",.0f"),
        _of_all("rate", "rate", ",.1f"),
        _of_all("value", "ms", ",.0f", "has_requests"),
        _of_all("naive_low", "naive_low", ",.0f", "has_naive"),
        _of_all("naive_high", "naive_high", ",.0f", "has_naive"),
        _of_all("low", "low", ",.0f", "has_low"),
        _of_all("high", "high", ",.0f", "has_high"),
        _of_all("within", "within", ".2%", "has_requests"),
        _of_all("independent", "independent", ",.0f", "has_requests"),
        _of_all("needed", "needed", ",.0f", "needed_known"),
        _of_all("needed_minutes", "needed_minutes", ",.0f", "needed_known"),
        _of_all("errors", "errors", ".2%"),
        _of_all("errors_low", "errors_low", ".2%"),
        _of_all("errors_high", "errors_high", ".2%"),
        _of_all("naive_verdict", "naive_verdict", ",.0f"),
        _of_all("latency_verdict", "latency_verdict", ",.0f"),
        _of_all("errors_verdict", "errors_verdict", ",.0f"),
        _of_all("verdict", "verdict", ",.0f"),
    ],
    prediction=Prediction(
        "A load test of ten minutes: 10,951 requests after the warm-up, 99% of them answered "
        "within 556 ms. Requests that come one after the other meet the same queue, and are slow "
        "together. How many independent requests would tell as much about these 99%?",
        reading="independent", low=0.0, high=11_000.0, step=50.0, format=",.0f", unit="requests",
    ),
    tries=[
        Try("Count the warm-up too. What does it do to the percentile?", _tried(skip_s=0.0)),
        Try("The server stands still once, for a second. How sure is the p99 now?",
            _tried(stall_s=1.0)),
        Try("Promise 99.9% within 1,000 ms. Can this test tell?",
            _tried(percentile=0.999, threshold_ms=1000.0)),
        Try("Test for 40 minutes. Is that enough?", _tried(minutes=40)),
    ],
)  # fmt: skip
