"""Lab: a page that waits for the slowest of its leaves, and ways not to."""

import altair as alt

from scalelab.kernels.patterns.fan_out import DELAY, FAN, LOAD, SET, fan_out
from scalelab.models.patterns.fan_out import (
    ALL,
    BUDGET,
    BUSY,
    CALLS,
    CANCELLED,
    DELAY_MS,
    ENOUGH,
    ENOUGH_SHARE,
    FAST_MS,
    HEDGED,
    LEAVES,
    MEANS,
    MESSAGE_MS,
    SEED,
    SERVERS,
    SHARED,
    SLOW_MS,
    SLOW_SHARE,
    TIED,
)
from scalelab.web.lab import (
    Column,
    Lab,
    Prediction,
    Reading,
    Slider,
    Try,
    data,
    guess_rule,
    one_two_five,
)

WIDTH = 440
TIMES = [
    1,
    2,
    5,
    10,
    20,
    50,
    100,
    200,
    500,
    1000,
    2000,
    5000,
    10_000,
    20_000,
    50_000,
    100_000,
    200_000,
    500_000,
]
# Lines that agree lie on each other, the thinner on top: p99 and p50.
THICK = ((ALL, 7.0, 3.0), (HEDGED, 4.5, 1.8), (ENOUGH, 2.5, 0.9))
FANS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000]


def _colour() -> alt.Color:
    return alt.Color(
        "means:N", title=None, scale=alt.Scale(domain=list(MEANS)),
        legend=alt.Legend(symbolOpacity=1, columns=3),
    )  # fmt: skip


def _rows(kind: int) -> alt.Chart:
    chart: alt.Chart = alt.Chart(data()).transform_filter(
        f"datum.kind == {kind} && datum.possible == 'yes'"
    )
    return chart


def _ms(column: str, title: str) -> alt.Y:
    return alt.Y(
        f"{column}:Q", title=title, scale=alt.Scale(type="log", nice=False, padding=8),
        axis=alt.Axis(values=TIMES, format=",.0f", labelOverlap=True),
    )  # fmt: skip


def _pages() -> alt.LayerChart | alt.FacetChart:
    """A page over the leaves that it asks; a diamond where it is set."""
    x = alt.X(
        "leaves:Q", title="Leaves that a page asks",
        scale=alt.Scale(type="log", nice=False, padding=6),
        axis=alt.Axis(values=FANS, format=",.0f", labelOverlap=True),
    )  # fmt: skip
    tooltip = [
        alt.Tooltip("means:N", title="By"),
        alt.Tooltip("leaves:Q", title="Leaves", format=",.0f"),
        alt.Tooltip("p50:Q", title="p50 (ms)", format=",.1f"),
        alt.Tooltip("p99:Q", title="p99 (ms)", format=",.1f"),
        alt.Tooltip("missing:Q", title="Leaves left out", format=".1%"),
    ]
    title = "Page (ms); thick: p99"
    lines = [
        _rows(FAN)
        .transform_filter(f"datum.means == '{means}'")
        .mark_line(strokeWidth=width)
        .encode(x=x, y=_ms(column, title), color=_colour(), tooltip=tooltip)
        for means, *widths in THICK
        for column, width in zip(("p99", "p50"), widths, strict=True)
    ]
    here = [
        _rows(SET)
        .mark_point(size=size, shape="diamond", strokeWidth=2, opacity=1)
        .encode(x=x, y=_ms(column, title), color=_colour(), tooltip=tooltip)
        for column, size in (("p99", 130), ("p50", 60))
    ]
    return alt.layer(*lines, *here, guess_rule("y")).properties(width=WIDTH, height=200)


def _prices() -> alt.LayerChart | alt.FacetChart:
    """The page that hedges over what they cost; each point is a delay."""
    x = alt.X(
        "extra:Q", title="Calls that are sent twice",
        scale=alt.Scale(type="log", domain=[0.001, 1], nice=False, clamp=True),
        axis=alt.Axis(values=[0.001, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1], format="~%"),
    )  # fmt: skip
    title = "Hedged page (ms)"
    tooltip = [
        alt.Tooltip("after:Q", title="Hedged after (ms)", format=",.1f"),
        alt.Tooltip("extra:Q", title="Sent twice", format=".2%"),
        alt.Tooltip("p50:Q", title="p50 (ms)", format=",.1f"),
        alt.Tooltip("p99:Q", title="p99 (ms)", format=",.1f"),
        alt.Tooltip("work:Q", title="Servers busy", format=".1%"),
    ]
    path = _rows(DELAY).transform_filter("datum.extra >= 0.001")
    here = _rows(SET).transform_filter(f"datum.means == '{HEDGED}' && datum.extra >= 0.001")
    # Where budgets cut, points with one price lie on each other: no line through them.
    marks = [
        mark.encode(x=x, y=_ms(column, title), color=_colour(), tooltip=tooltip)
        for mark, column in (
            (path.mark_point(size=45, filled=True, opacity=1), "p99"),
            (path.mark_point(size=14, filled=True, opacity=1), "p50"),
            (here.mark_point(size=150, shape="diamond", strokeWidth=2.5, opacity=1), "p99"),
            (here.mark_point(size=90, shape="diamond", strokeWidth=2, opacity=1), "p50"),
        )
    ]
    plain = (
        _rows(SET)
        .transform_filter(f"datum.means == '{ALL}'")
        .mark_rule(strokeWidth=3.5)
        .encode(y=_ms("p99", title), color=_colour(), tooltip=tooltip[2:4])
    )
    return alt.layer(plain, *marks).properties(width=WIDTH, height=150)


def _loads() -> alt.LayerChart | alt.FacetChart:
    """A leaf over how busy its servers are; those that cancel are simulated."""
    x = alt.X(
        "busy:Q", title="Servers busy, without second copies",
        scale=alt.Scale(domain=[0, 1], nice=False),
        axis=alt.Axis(format=".0%", values=[0, 0.2, 0.4, 0.6, 0.8, 1]),
    )  # fmt: skip
    title = "p99 of a leaf (ms)"
    tooltip = [
        alt.Tooltip("means:N", title="By"),
        alt.Tooltip("busy:Q", title="Busy", format=".0%"),
        alt.Tooltip("leaf_p99:Q", title="p99 (ms)", format=",.0f"),
        alt.Tooltip("extra:Q", title="Extra", format=".1%"),
    ]
    y = _ms("leaf_p99", title)
    simulated = _rows(LOAD).transform_filter("datum.high > 0")
    lines = (
        _rows(LOAD)
        .transform_filter("datum.high == 0")
        .mark_line(strokeWidth=3)
        .encode(x=x, y=y, color=_colour(), tooltip=tooltip)
    )
    thin = simulated.mark_line(strokeWidth=1.5).encode(x=x, y=y, color=_colour(), tooltip=tooltip)
    bands = simulated.mark_rule(strokeWidth=5, opacity=0.3).encode(
        x=x, y=_ms("low", title), y2="high:Q", color=_colour()
    )
    points = simulated.mark_point(size=55, filled=True, opacity=1).encode(
        x=x, y=y, color=_colour(), shape=alt.Shape("means:N", legend=None), tooltip=tooltip
    )
    over = (
        alt.Chart(data())
        .transform_filter(
            f"datum.kind == {LOAD} && datum.possible == 'no' && datum.means == '{HEDGED}'"
        )
        .transform_aggregate(begin="min(busy)", edge="max(busy)")
        .transform_filter("datum.begin > 0")
        .transform_calculate(text="'hedges overload'", left="datum.begin - 0.025", right="1")
    )
    wall = over.mark_rect(opacity=0.13, color="#d1495b").encode(x=alt.X("left:Q"), x2="right:Q")
    text = over.mark_text(align="left", baseline="top", dx=4, dy=4, y=0, fontWeight="bold").encode(
        x=alt.X("left:Q"), text="text:N"
    )
    here = (
        _rows(SET)
        .transform_filter(f"datum.means == '{ALL}'")
        .mark_rule(strokeWidth=1.5, opacity=0.6)
        .encode(x=x)
    )
    return alt.layer(wall, here, lines, bands, thin, points, text).properties(
        width=WIDTH, height=190
    )


def _set(name: str, column: str, means: str, form: str, **where: str) -> Reading:
    return Reading(name, column, {"kind": SET, "means": means, **where}, form)


def _simulated(name: str, means: str, busy: float) -> Reading:
    return Reading(name, "leaf_p99", {"kind": LOAD, "means": means, "busy": busy}, ",.0f")


lab = Lab(
    name="patterns/fan_out",
    title="As slow as the slowest",
    kernel=fan_out,
    controls=[
        one_two_five("leaves", "Leaves", 1, 2000, LEAVES, help="That a page asks at once"),
        Slider("slow_share", "Slow calls", (0.0, 0.0001, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05),
               SLOW_SHARE, format=".2%", help="They meet a pause, or are a lot of work"),
        Slider("slow_ms", "Slow is", (20.0, 50.0, SLOW_MS, 200.0, 500.0, 1000.0), SLOW_MS,
               unit="ms", help="Mean; other calls take 5 ms"),
        Slider("shared", "Slow everywhere", (0.0, 0.1, 0.2, 0.5, 0.8, 1.0), SHARED, format=".0%",
               help="Of what is slow: as slow at every server"),
        Slider("busy", "Servers busy", (0.0, 0.05, 0.1, BUSY, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9),
               BUSY, format=".0%", help="Without second copies"),
        Slider("delay", "Hedge after", (1.0, 2.0, 5.0, 10.0, 20.0, DELAY_MS, 50.0, 100.0, 200.0,
                                        500.0, 1000.0), DELAY_MS, unit="ms"),
        Slider("budget", "Hedge at most", (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, BUDGET), BUDGET,
               format=".0%", help="Of the calls"),
        Slider("enough", "Good enough", (0.9, 0.95, 0.98, ENOUGH_SHARE, 0.995, 0.999),
               ENOUGH_SHARE, format=".1%", help="Share of the leaves that it waits for"),
    ],
    constants={
        "fast_ms": FAST_MS,
        "message": MESSAGE_MS,
        "servers": SERVERS,
        "calls": CALLS,
        "seed": SEED,
    },
    columns=[
        Column("kind", "Kind", hidden=True),
        Column("means", "By", labels=MEANS),
        Column("leaves", "Leaves"),
        Column("p50", "p50 of a page", "ms", ",.1f"),
        Column("p99", "p99 of a page", "ms", ",.1f"),
        Column("p999", "p99.9 of a page", "ms", ",.1f"),
        Column("leaf_p50", "p50 of a leaf", "ms", ",.1f"),
        Column("leaf_p99", "p99 of a leaf", "ms", ",.1f"),
        Column("low", "Least of three runs", "ms", ",.1f"),
        Column("high", "Most of three runs", "ms", ",.1f"),
        Column("after", "Hedged after", "ms", ",.1f"),
        Column("extra", "Extra", format=".2%"),
        Column("busy", "Busy without", format=".0%"),
        Column("work", "Busy with", format=".1%"),
        Column("possible", "Keeps up", labels=("no", "yes")),
        Column("stays", "Overload stays", labels=("no", "yes")),
        Column("any_slow", "One leaf is slow", format=".1%"),
        Column("missing", "Left out", format=".1%"),
    ],
    chart=alt.vconcat(_pages(), _prices(), _loads()),
    summary=(
        "A leaf takes {leaf_p50} ms for half of its calls and {leaf_p99} ms for all but 1%. Of "
        "{leaves} leaves one is over that on {any_slow} of the pages. Half of the pages take "
        "{page_p50} ms or more, 1% take {page_p99} ms.[ Hedges after {delay} make that "
        "{hedged_p50} and {hedged_p99} ms, for {hedges} more calls.][ At {too_busy} busy hedges "
        "overload the servers.] Who waits for {enough} of the leaves has {enough_p50} and "
        "{enough_p99} ms, without {left_out} of the answer.[ Once overloaded, servers that are "
        "{stays_at} busy without hedges are kept so by them.] At 60% busy a leaf's p99 is "
        "about {cancelled} ms with hedges that are cancelled, {tied} ms with tied ones."
    ),
    readings=[
        _set("leaf_p50", "leaf_p50", ALL, ",.1f"),
        _set("leaf_p99", "leaf_p99", ALL, ",.0f"),
        _set("any_slow", "any_slow", ALL, ".0%"),
        _set("page_p50", "p50", ALL, ",.0f"),
        _set("page_p99", "p99", ALL, ",.0f"),
        _set("page_p999", "p999", ALL, ",.0f"),
        _set("hedged_p50", "p50", HEDGED, ",.0f", possible="yes"),
        _set("hedged_p99", "p99", HEDGED, ",.0f", possible="yes"),
        _set("hedged_p999", "p999", HEDGED, ",.0f", possible="yes"),
        _set("hedged_leaf", "leaf_p99", HEDGED, ",.0f", possible="yes"),
        _set("hedges", "extra", HEDGED, ".1%", possible="yes"),
        _set("with_hedges", "work", HEDGED, ".0%", possible="yes"),
        _set("too_busy", "busy", HEDGED, ".0%", possible="no"),
        _set("enough_p50", "p50", ENOUGH, ",.0f"),
        _set("enough_p99", "p99", ENOUGH, ",.0f"),
        _set("left_out", "missing", ENOUGH, ".1%"),
        _set("stays_at", "busy", HEDGED, ".0%", stays="yes"),
        _simulated("cancelled", CANCELLED, 0.6),
        _simulated("tied", TIED, 0.6),
    ],
    prediction=Prediction(
        "A leaf answers half of its calls within 4.5 ms, and all but 1% within 174 ms. A page asks "
        "100 leaves at once and waits for all. Within how many ms does it have half of its pages?",
        reading="page_p50", low=0, high=400, step=2, format=",.0f", unit="ms",
    ),
    tries=[
        Try("Ten leaves. And one slow call in ten thousand, with 2,000?", {"leaves": 10}),
        Try("Servers that are never busy. How much of the slow calls was waiting behind others?",
            {"busy": 0.0}),
        Try("Hedge after 5 ms. What does it cost, and what does the p99 say?", {"delay": 5.0}),
        Try("What is slow is slow everywhere. What is a second copy worth?", {"shared": 1.0}),
        Try("Servers that are busy for 60%. What do the hedges do, and those that are cancelled?",
            {"busy": 0.6}),
        Try("The same, hedged after 200 ms. And after 30 ms, but at most one call in 20?",
            {"busy": 0.6, "delay": 200.0}),
    ],
)  # fmt: skip
