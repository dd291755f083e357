"""Lab: what the next millisecond and the next nine cost, and when to stop."""

import altair as alt

from scalelab.kernels.trade_offs.pareto import pareto
from scalelab.models.trade_offs.pareto import (
    BUDGET_USD,
    CHANGES_MIN,
    CONSTANTS,
    HOUR_USD,
    MOST_DOWN_MIN,
    NAMED,
    RATE_PER_S,
    READS,
    SKEW,
    SLO_MS,
    SLOW,
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
    linear,
)

WIDTH = 440
SHOWN = (
    "Some of all designs",
    "Pareto front",
    "A millisecond less",
    "One nine more",
    "Greatest return first",
    "One of each in turn",
)
CLOUD, FRONT, NEXT_MS, NEXT_NINE, GREEDY, IN_TURN = SHOWN
FOUND = "Named"
PLAIN, CHEAPEST, FASTEST, MEETS, AFFORDS, SAFEST, LEAST = NAMED
YES = ("no", "yes")
CHANGES = ("d_machines", "d_gib", "d_copies", "d_zones", "d_cdn", "d_later")
LOW, HIGH = 0.1, 1e6  # ends of the bars' axis


def _colour() -> alt.Color:
    return alt.Color(
        "kind:N", title=None, scale=alt.Scale(domain=list(SHOWN)),
        legend=alt.Legend(columns=2, labelLimit=170),
    )  # fmt: skip


def _tooltip() -> list[alt.Tooltip]:
    return [
        alt.Tooltip("machines:Q", title="Machines", format=",.0f"),
        alt.Tooltip("gib:Q", title="Cache (GiB)", format=",.0f"),
        alt.Tooltip("copies:Q", title="Copies of the database", format=",.0f"),
        alt.Tooltip("zones:Q", title="Zones", format=",.0f"),
        alt.Tooltip("cdn:N", title="CDN"),
        alt.Tooltip("later:N", title="Jobs later"),
        alt.Tooltip("rent:Q", title="USD a month", format=",.0f"),
        alt.Tooltip("p99:Q", title="p99 (ms)", format=",.1f"),
        alt.Tooltip("down:Q", title="Minutes down a year", format=",.1f"),
        alt.Tooltip("total:Q", title="With what is lost (USD)", format=",.0f"),
    ]


def _rent() -> alt.X:
    return alt.X(
        "rent:Q", title="Rent (USD a month)", scale=alt.Scale(zero=False, nice=False, padding=10),
        axis=alt.Axis(format=",.0f", tickCount=5),
    )  # fmt: skip


def _kind(*kinds: str) -> alt.Chart:
    chart: alt.Chart = alt.Chart(data()).transform_filter(
        alt.FieldOneOfPredicate(field="kind", oneOf=list(kinds))
    )
    return chart


def _named(x: alt.X, y: alt.Y, labels: dict[str, tuple[str, int]]) -> list[alt.Chart]:
    """A diamond on each of the designs that are named, and a name; the latter so much higher."""
    marks = []
    for name, (text, dy) in labels.items():
        rows = alt.Chart(data()).transform_filter(
            f"datum.kind == '{FOUND}' && datum.which == '{name}'"
        )
        marks.append(
            rows.mark_point(size=130, shape="diamond", strokeWidth=2.2, opacity=1).encode(
                x=x, y=y, tooltip=_tooltip()
            )
        )
        marks.append(
            rows.mark_text(align="left", dx=7, dy=dy, fontSize=11).encode(
                x=x, y=y, text=alt.value(text)
            )
        )
    return marks


def _fronts() -> alt.LayerChart | alt.FacetChart:
    """What each design costs and how slow its slowest hundredth is; the best as stairs."""
    x = _rent()
    y = alt.Y(
        "p99:Q", title="p99 (ms)", scale=alt.Scale(zero=False, nice=False, padding=12),
        axis=alt.Axis(format=",.0f", tickCount=5),
    )  # fmt: skip
    points = _kind(CLOUD).mark_point(size=22, opacity=0.6)
    stairs = _kind(FRONT).mark_line(strokeWidth=2.5, interpolate="step-after")
    best = _kind(FRONT).mark_point(size=40, filled=True, opacity=1)
    marks = [
        mark.encode(x=x, y=y, color=_colour(), tooltip=_tooltip())
        for mark in (points, stairs, best)
    ]
    names = {
        LEAST: ("least in all", -28),
        AFFORDS: ("budget", -44),
        MEETS: ("objective", -16),
    }
    return alt.layer(*marks, *_named(x, y, names), guess_rule("x")).properties(
        width=WIDTH, height=220
    )


def _bought() -> str:
    """Vega's expression for what a step buys, in words."""
    parts = [
        f"(datum.{name} == 0 ? '' : ', ' + format(datum.{name}, '+d') + '{unit}' "
        f"+ (abs(datum.{name}) == 1 ? '{one}' : '{more}'))"
        for name, unit, one, more in (
            ("d_machines", " machine", "", "s"),
            ("d_gib", " GiB cache", "", ""),
            ("d_copies", " cop", "y", "ies"),
            ("d_zones", " zone", "", "s"),
        )
    ]
    parts += [
        f"(datum.{name} == 0 ? '' : datum.{name} > 0 ? ', {word}' : ', no {word}')"
        for name, word in (("d_cdn", "CDN"), ("d_later", "jobs later"))
    ]
    return f"slice({' + '.join(parts)}, 2)"


def _steps() -> alt.LayerChart | alt.FacetChart:
    """What each step along the front buys, and what a unit of it costs."""
    rows = _kind(NEXT_MS, NEXT_NINE).transform_calculate(
        low=str(LOW),
        end=f"clamp(datum.each, {LOW}, {HIGH})",
        # All milliseconds first: a number that sorts.
        place=f"(datum.kind == '{NEXT_NINE}' ? 100 : 0) + datum.order",
        text=f"{_bought()} + ': ' + format(datum.each, datum.each < 10 ? ',.2f' : ',.0f')",
    )
    x = alt.X(
        "end:Q", title="USD a month for a millisecond, for a nine",
        scale=alt.Scale(type="log", domain=[LOW, HIGH], nice=False),
        axis=alt.Axis(values=[0.1, 1, 10, 100, 1000, 10_000, 100_000], format=",~r"),
    )  # fmt: skip
    # No labels at the axis: the names are in the bars, which leaves a phone's screen to the bars.
    y = alt.Y("place:O", title=None, axis=None)
    bars = rows.mark_bar(opacity=0.45).encode(
        x=x, x2="low:Q", y=y, color=_colour(),
        tooltip=[alt.Tooltip("text:N", title="Step, USD for one"), *_tooltip()],
    )  # fmt: skip
    text = rows.mark_text(align="left", dx=5, fontSize=11).encode(
        x=alt.X("low:Q"), y=y, text="text:N"
    )
    return alt.layer(bars, text).properties(width=WIDTH, height=alt.Step(17))


def _totals() -> alt.LayerChart | alt.FacetChart:
    """Rent and what is lost, over rent: two ways to buy, from the plain design to all there is."""
    x = _rent()
    y = alt.Y(
        "total:Q", title="Rent and what is lost (USD)",
        scale=alt.Scale(zero=False, nice=False, padding=24),
        axis=alt.Axis(format=",.0f", tickCount=5),
    )  # fmt: skip
    points = _kind(CLOUD).mark_point(size=22, opacity=0.6)
    # By number, as the first step may need less rent than the plain design.
    lines = _kind(GREEDY, IN_TURN).mark_line(strokeWidth=2.5)
    ends = _kind(GREEDY, IN_TURN).mark_point(size=40, filled=True, opacity=1)
    marks = [
        points.encode(x=x, y=y, color=_colour(), tooltip=_tooltip()),
        lines.encode(x=x, y=y, color=_colour(), order="order:Q", tooltip=_tooltip()),
        ends.encode(x=x, y=y, color=_colour(), tooltip=_tooltip()),
    ]
    names = {LEAST: ("least in all", 14)}
    return alt.layer(*marks, *_named(x, y, names)).properties(width=WIDTH, height=190)


def _of(name: str, column: str, which: str, form: str = ",.0f") -> Reading:
    return Reading(name, column, {"kind": FOUND, "which": which}, form)


def _step(name: str, kind: str, order: int, form: str) -> Reading:
    return Reading(name, "each", {"kind": kind, "order": order}, form)


lab = Lab(
    name="trade_offs/pareto",
    title="What does the next millisecond cost?",
    kernel=pareto,
    controls=[
        Slider("rate_per_s", "Requests", (500.0, 1000.0, 2000.0, 3000.0, 4000.0), RATE_PER_S,
               unit="/s", help="In the busiest hour, which has a tenth of the day's"),
        Slider("reads", "Of them, reads", (0.85, 0.9, 0.95, 0.98, 0.99), READS, format=".0%"),
        linear("skew", "Skew of popularity", 0.0, 1.2, 0.1, SKEW, format=",.1f",
               help="0: all pages alike. 1: the second is asked for half as often as the first"),
        Slider("slo_ms", "Objective: p99", (150.0, 175.0, 180.0, 190.0, 200.0, 250.0, 300.0, 400.0),
               SLO_MS, unit="ms"),
        Slider("most_down", "Down at most", (1.5, 5.3, 52.6, 75.0, 100.0, 200.0, 500.0, 5000.0),
               MOST_DOWN_MIN, unit="min a year", format=",.1f",
               help="Three nines are 526 minutes, four are 52.6, five 5.3"),
        Slider("budget", "Budget", (500.0, 1000.0, 1500.0, 2000.0, 3000.0, 4000.0, 6000.0, 1e4),
               BUDGET_USD, unit="USD a month"),
        Slider("hour_usd", "An hour is worth", (100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0,
               10_000.0, 20_000.0), HOUR_USD, unit="USD",
               help="So much is lost in an hour down"),
        Slider("slow", "Lost by 100 ms", (0.0, 0.001, 0.002, 0.004, 0.006, 0.01, 0.02), SLOW,
               format=".1%", help="Of what an hour is worth, for each 100 ms of the mean"),
        Slider("changes_min", "Bad changes", (0.0, 5.0, 20.0, 60.0, 120.0), CHANGES_MIN,
               unit="min a year", help="They stop every design, whatever was bought"),
    ],
    constants=CONSTANTS,
    columns=[
        Column("kind", "Kind", labels=(*SHOWN, FOUND)),
        Column("which", "Which", labels=NAMED, hidden=True),
        Column("machines", "Machines"),
        Column("gib", "Cache", "GiB"),
        Column("copies", "Copies"),
        Column("zones", "Zones"),
        Column("cdn", "CDN", labels=YES),
        Column("later", "Jobs later", labels=YES),
        Column("rent", "Rent", "USD a month"),
        Column("p99", "p99", "ms", ",.1f"),
        Column("mean", "Mean", "ms", ",.1f"),
        Column("down", "Down", "min a year", ",.2f"),
        Column("lost", "Lost", "USD a month"),
        Column("total", "In all", "USD a month"),
        Column("order", "Step"),
        Column("each", "For one", "USD a month", ",.2f"),
        Column("per_million", "A million requests", "USD", ",.2f"),
        Column("near", "Near the least", hidden=True),
        Column("near_low", "From", hidden=True),
        Column("near_high", "To", hidden=True),
        *(Column(name, name, hidden=True) for name in CHANGES),
    ],
    chart=alt.vconcat(_fronts(), _steps(), _totals()),
    summary=(
        "[As few as keep up: {plain_usd} USD a month, p99 {plain_ms} ms. ]The cheapest design: "
        "{cheap_usd} USD, {cheap_ms} ms. [A p99 within {slo_ms}: {meets_usd} USD at least. ][For "
        "{budget}: {affords_ms} ms at best. ][The fastest: {fast_usd} USD, {fast_ms} ms. ]Least in "
        "all: {least_usd} USD of rent and {least_lost} lost, p99 {least_ms} ms, down "
        "{least_down} minutes a year, {least_million} USD a million requests; {near} designs come "
        "within 5% of it, with rents of {low} to {high} USD. [The first step along the front costs "
        "{first_ms} USD a month for each millisecond.][ The first nine: {first_nine} USD.]"
    ),
    readings=[
        _of("plain_usd", "rent", PLAIN),
        _of("plain_ms", "p99", PLAIN),
        _of("plain_total", "total", PLAIN),
        _of("cheap_usd", "rent", CHEAPEST),
        _of("cheap_ms", "p99", CHEAPEST),
        _of("meets_usd", "rent", MEETS),
        _of("meets_total", "total", MEETS),
        _of("affords_ms", "p99", AFFORDS, ",.1f"),
        _of("fast_usd", "rent", FASTEST),
        _of("fast_ms", "p99", FASTEST, ",.1f"),
        _of("fast_total", "total", FASTEST),
        _of("least_usd", "rent", LEAST),
        _of("least_lost", "lost", LEAST),
        _of("least_total", "total", LEAST),
        _of("least_ms", "p99", LEAST),
        _of("least_down", "down", LEAST, ",.1f"),
        _of("least_million", "per_million", LEAST, ",.2f"),
        _of("near", "near", LEAST),
        _of("low", "near_low", LEAST),
        _of("high", "near_high", LEAST),
        _step("first_ms", NEXT_MS, 1, ",.2f"),
        _step("first_nine", NEXT_NINE, 1, ",.0f"),
    ],
    prediction=Prediction(
        "The slowest hundredth of the requests takes 343 ms or more in the cheapest design, for "
        "876 USD a month. For 1,030 USD it takes 197 ms. What does a p99 within 175 ms cost, at "
        "least?",
        reading="meets_usd", low=1000, high=5000, step=25, format=",.0f", unit="USD a month",
    ),
    tries=[
        Try("A p99 within 180 ms in place of 175. How much less is it?", {"slo_ms": 180.0}),
        Try("Four nines: down for at most 53 minutes a year. What has to be bought, and what does "
            "the first step along the front cost now?", {"most_down": 52.6}),
        Try("An hour is worth ten times as much. What pays now?", {"hour_usd": 10_000.0}),
        Try("Bad changes stop everything for two hours a year. What does a nine cost now?",
            {"changes_min": 120.0}),
        Try("All pages are nearly alike. Is the cache still cheaper than none?", {"skew": 0.2}),
        Try("A quarter of the requests. What is a million of them, and which design is best?",
            {"rate_per_s": 500.0}),
    ],
)  # fmt: skip
