"""Lab: a list that is loaded row by row, and changes that spread through the layers."""

from typing import Any

import altair as alt

from scalelab.kernels import shop
from scalelab.kernels.patterns.leaks import FLEET, HERE, MONTH, MONTHS, PAGE, WAY, leaks
from scalelab.models.patterns.leaks import (
    AT_FIRST,
    BATCH,
    CHILDREN,
    COLLECTIONS,
    CONNECTIONS,
    DATABASE_VCPUS,
    DIRECTIONS,
    LIMITS,
    PER_MONTH,
    POOL,
    RIPPLE,
    ROWS,
    SEED,
    SERIES,
    SHORTCUTS,
    TEST_ROWS,
    TEST_TRIP_MS,
    TRIP_MS,
    WORK,
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
)

WIDTH = 440
LAZY, BATCHED, JOINED, FREE, CHECKED = SERIES
MS = (1, 10, 100, 1000, 10_000, 100_000, 1_000_000)


def _colour() -> alt.Color:
    # Said here, as the width of the lines, which has no legend, would take it away.
    legend = alt.Legend(columns=3, symbolOpacity=1)
    return alt.Color("series:N", title=None, scale=alt.Scale(domain=list(SERIES)), legend=legend)


def _width() -> alt.Size:
    """Lines that agree lie on each other, so those below are wider."""
    return alt.Size(
        "series:O", legend=None,
        scale=alt.Scale(type="ordinal", domain=list(SERIES), range=[2.5, 4.2, 1.8, 2.5, 2.5]),
    )  # fmt: skip


def _tooltip(*more: tuple[str, str, str]) -> list[Any]:
    return [
        alt.Tooltip("series:N", title="Loaded, or"),
        *(alt.Tooltip(f"{name}:Q", title=title, format=form) for name, title, form in more),
    ]


def _pages() -> alt.LayerChart | alt.FacetChart:
    """A page's time over the rows that it shows; points are as set."""
    x = alt.X("shown:Q", title="Rows shown", scale=alt.Scale(type="log", nice=False),
              axis=alt.Axis(values=[1, 10, 100, 1000], format=",~r"))  # fmt: skip
    y = alt.Y("page:Q", title="Page (ms)", scale=alt.Scale(type="log", nice=False, padding=8),
              axis=alt.Axis(values=list(MS), format=",~r"))  # fmt: skip
    tooltip = _tooltip(
        ("shown", "Rows", ",.0f"), ("page", "Page (ms)", ",.1f"), ("queries", "Queries", ",.0f"),
        ("result", "Rows of results", ",.0f"), ("sent", "Kilobytes", ",.0f"),
    )  # fmt: skip
    lines = (
        alt.Chart(data())
        .transform_filter(f"datum.kind == {PAGE}")
        .mark_line()
        .encode(x=x, y=y, color=_colour(), size=_width(), tooltip=tooltip)
    )
    points = (
        alt.Chart(data())
        .transform_filter(f"datum.kind == {WAY}")
        .mark_point(filled=True, size=80, opacity=1)
        .encode(x=x, y=y, color=_colour(), tooltip=tooltip)
    )
    return alt.layer(lines, points).properties(width=WIDTH, height=190)


def _fleets() -> alt.LayerChart | alt.FacetChart:
    """Pages a second over the application's machines."""
    x = alt.X("machines:Q", title="Application machines",
              scale=alt.Scale(domain=[0, 40], nice=False),
              axis=alt.Axis(format=",.0f", tickCount=5))  # fmt: skip
    y = alt.Y("per_s:Q", title="Pages a second", scale=alt.Scale(domainMin=0, nice=True),
              axis=alt.Axis(format=",~r", tickCount=5))  # fmt: skip
    lines = (
        alt.Chart(data())
        .transform_filter(f"datum.kind == {FLEET}")
        .mark_line()
        .encode(
            x=x, y=y, color=_colour(), size=_width(),
            tooltip=[
                *_tooltip(("machines", "Machines", ",.0f"), ("per_s", "Pages a second", ",.0f"),
                          ("busy", "Database busy", ".0%")),
                alt.Tooltip("limit:N", title="Not enough of"),
            ],
        )
    )  # fmt: skip
    return alt.layer(lines).properties(width=WIDTH, height=150)


def _changes() -> alt.LayerChart | alt.FacetChart:
    """Share of the modules that a change touches, month by month, with four of five histories."""
    rows = alt.Chart(data()).transform_filter(f"datum.kind == {MONTH}")
    x = alt.X("at:Q", title="Years", scale=alt.Scale(nice=False),
              axis=alt.Axis(format=",.0f", tickCount=5))  # fmt: skip
    y = alt.Y("share:Q", title="Touched by a change",
              scale=alt.Scale(domain=[0, 1], nice=False, clamp=True),
              axis=alt.Axis(format=".0%", values=[0, 0.25, 0.5, 0.75, 1]))  # fmt: skip
    tooltip = _tooltip(
        ("at", "Years", ",.2f"), ("share", "Of the modules", ".1%"), ("low", "From", ".1%"),
        ("high", "To", ".1%"),
    )  # fmt: skip
    band = rows.mark_area(opacity=0.2).encode(
        x=x, y=alt.Y("low:Q", title="Touched by a change"), y2="high:Q", color=_colour()
    )
    line = rows.mark_line(strokeWidth=2.5).encode(x=x, y=y, color=_colour(), tooltip=tooltip)
    return alt.layer(band, line, guess_rule("y")).properties(width=WIDTH, height=170)


def _of(name: str, column: str, series: str, form: str) -> Reading:
    kind = HERE if series in (FREE, CHECKED) else WAY
    return Reading(name, column, {"kind": kind, "series": series}, form)


lab = Lab(
    name="patterns/leaks",
    title="What do the layers fail to hide?",
    kernel=leaks,
    controls=[
        Slider("rows", "Rows shown", (1, 5, 10, 20, 50, 100, 200, 500, 1000, 2000), ROWS,
               help="Orders of a list, say"),
        Slider("trip_ms", "Round trip", (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 20.0, 80.0), TRIP_MS,
               unit="ms", format=",.2f",
               help="To the database: same machine, zone, other zone, other region"),
        Slider("children", "Children each", (1, 2, 5, 10, 20), CHILDREN,
               help="Of each row shown, in each collection: the lines of an order"),
        Slider("collections", "Collections", (1, 2, 3), COLLECTIONS,
               help="Lines of an order; its payments; its parcels"),
        Slider("batch", "Batch", (2, 5, 10, 16, 25, 50, 100, 500, 2000), BATCH, unit="rows",
               help="Whose children are asked for in one query"),
        Slider("shortcuts", "Shortcuts", (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0), SHORTCUTS,
               format=".0%", help="Share of the new dependencies between modules"),
        Choice("direction", "They point", DIRECTIONS, 0,
               help="To a higher layer; down, but not to the next layer; to any module"),
        Slider("ripple", "A change is passed on", (0.1, 0.2, 0.3, 0.5, 0.7, 1.0), RIPPLE,
               format=".0%", help="By each dependency; 100%: all that may be touched"),
        Slider("check_month", "Check from month", (0, 6, 12, 24, 36, 48, 60), 0,
               help="A test refuses new shortcuts; old ones stay"),
    ],
    constants={
        "test_rows": TEST_ROWS,
        "test_trip_ms": TEST_TRIP_MS,
        **WORK._asdict(),
        "app_vcpus": shop.VCPUS,
        "database_vcpus": DATABASE_VCPUS,
        "pool": POOL,
        "connections": CONNECTIONS,
        "at_first": AT_FIRST,
        "per_month": PER_MONTH,
        "seed": SEED,
    },
    columns=[
        Column("kind", "Kind", hidden=True),
        Column("series", "Loaded, or", labels=SERIES),
        Column("shown", "Rows shown"),
        Column("page", "Page", "ms", ",.1f"),
        Column("queries", "Queries"),
        Column("result", "Rows of results"),
        Column("sent", "Sent", "kB"),
        Column("hold", "Connection held", "ms", ",.1f"),
        Column("app", "Application works", "ms", ",.1f"),
        Column("database", "Database works", "ms", ",.1f"),
        Column("open", "Connections", hidden=True),
        Column("machines", "Machines"),
        Column("per_s", "Pages", "a second"),
        Column("limit", "Not enough of", labels=LIMITS),
        Column("test", "In the test", hidden=True),
        Column("most", "At most", hidden=True),
        Column("at", "After", "years", ",.2f"),
        Column("share", "Touched", "", ".1%"),
        Column("low", "From", "", ".1%"),
        Column("high", "To", "", ".1%"),
        Column("all_layers", "In all layers", hidden=True),
        Column("tangle", "Tangle", hidden=True),
        Column("broken", "Shortcuts", hidden=True),
        Column("dependencies", "Dependencies", hidden=True),
        Column("busy", "Database busy", "", ".0%"),
    ],
    chart=alt.vconcat(_pages(), _fleets(), _changes()),
    summary=(
        "A list of {rows} rows takes {lazy_queries} queries and {lazy_ms} ms row by row, "
        "{batch_queries} and {batch_ms} ms in batches, and as a join {join_ms} ms, with "
        "{join_rows} rows of results. In the test it took {test_ms} ms. Row by row, {lazy_most} "
        "such pages a second are the most that any number of application machines can show: "
        "there is not enough of {lazy_limit}, with the database's vCPUs busy for {lazy_busy}. In "
        "batches it is {batch_most}, as a join {join_most}. After five years {broken} of "
        "{all_dependencies} dependencies are shortcuts. A change touches {free_share} of the "
        "modules on average, {free_low} to {free_high} in most histories, and {free_layers} of "
        "the changes go through all layers; the largest tangle, where each touches all others, has "
        "a size of {free_tangle}. With the check, which comes after {known} shortcuts, a change "
        "touches {check_share}, and {check_layers} of the changes go through all layers."
    ),
    readings=[
        *(
            _of(f"{short}_{name}", column, series, form)
            for short, series in (("lazy", LAZY), ("batch", BATCHED), ("join", JOINED))
            for name, column, form in (
                ("ms", "page", ",.0f"), ("queries", "queries", ",.0f"),
                ("rows", "result", ",.0f"), ("most", "most", ",.0f"), ("limit", "limit", ""),
                ("busy", "busy", ".0%"), ("hold", "hold", ",.1f"),
            )
        ),
        _of("test_ms", "test", LAZY, ",.1f"),
        *(
            _of(f"{short}_{name}", column, series, form)
            for short, series in (("free", FREE), ("check", CHECKED))
            for name, column, form in (
                ("share", "share", ".1%"), ("low", "low", ".0%"), ("high", "high", ".0%"),
                ("layers", "all_layers", ".0%"), ("tangle", "tangle", ",.0f"),
            )
        ),
        _of("broken", "broken", FREE, ",.1f"),
        _of("known", "broken", CHECKED, ",.1f"),
        _of("all_dependencies", "dependencies", FREE, ",.0f"),
    ],
    prediction=Prediction(
        "A hundred modules in four layers, and 150 dependencies, each on the layer below. Three "
        f"more come every month. Over {MONTHS // 12} years, 5% of those point upwards: nine in "
        "all. Without these nine, a change in one module may touch 15% of the modules, on "
        "average. And with them?",
        reading="free_share", low=0.0, high=1.0, step=0.01, format=".0%",
    ),
    tries=[
        Try("The database is in another region. How long do 200 rows take, and how many a second?",
            {"trip_ms": 80.0}),
        Try("Lines, payments and parcels, ten of each. Which way is best now, and which is worst?",
            {"collections": 3, "children": 10}),
        Try("Shortcuts only skip a layer, as a view does that asks a table. How far do changes go?",
            {"direction": 1}),
        Try("The check comes after three years. What does it save?", {"check_month": 36}),
        Try("A dependency passes on three changes of ten. Who still sees a difference?",
            {"ripple": 0.3}),
        Try("1% of shortcuts, less than two in five years. And 20%?", {"shortcuts": 0.01}),
    ],
)  # fmt: skip
