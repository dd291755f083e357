"""Lab: a page that passes four layers, and a cache in any of them."""

import altair as alt

from scalelab.facts.latency import DATA_CENTRE_ROUND_TRIP, REDIS_NETWORK
from scalelab.kernels import shop
from scalelab.kernels.patterns.layers import (
    BUFFER,
    CACHE,
    CURVE,
    FRAGMENT,
    LAYER,
    LEAST_S,
    MOST_S,
    PAGE,
    QUERY,
    SET,
    layers,
)
from scalelab.models.patterns.layers import (
    ACCESS_MS,
    APPLICATION_MS,
    FRAGMENTS,
    MOST_BUSY,
    PAGE_KB,
    PAGES,
    PERSONAL,
    QUERIES,
    RATE_PER_S,
    ROW_KB,
    SKEW,
    UNCHANGED_S,
    VISIT_S,
)
from scalelab.web.lab import (
    Choice,
    Choices,
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
CACHES = ("Page", "Fragments", "Query results", "Buffer")
AS_SET, NO_CACHE = "As set", "No cache"
SERIES = (*CACHES, AS_SET, NO_CACHE)
LAYERS = ("Presentation", "Application", "Data access", "Database", "Disk")
ALL_BUT_PAGE = 1 << FRAGMENT | 1 << QUERY | 1 << BUFFER
ALL = ALL_BUT_PAGE | 1 << PAGE
HERE: dict[str, float | str] = {"kind": SET}


def _colour() -> alt.Color:
    return alt.Color("series:N", title=None, scale=alt.Scale(domain=list(SERIES)))


def _hits() -> alt.LayerChart | alt.FacetChart:
    """What each cache answers of what comes to it, and what it would answer alone."""
    rows = alt.Chart(data()).transform_filter(f"datum.kind == {CACHE}")
    short = f"datum.value == '{CACHES[QUERY]}' ? 'Queries' : datum.value"  # for phones
    x = alt.X("series:N", title=None, sort=list(CACHES),
              axis=alt.Axis(labelAngle=0, labelExpr=short))  # fmt: skip
    tooltip = [
        alt.Tooltip("series:N", title="Cache"),
        alt.Tooltip("on:N", title="On"),
        alt.Tooltip("hit:Q", title="Hit ratio", format=".1%"),
        alt.Tooltip("alone:Q", title="Alone", format=".1%"),
        alt.Tooltip("asked:Q", title="Asked of it, for a page view", format=",.3f"),
        alt.Tooltip("memory:Q", title="MB", format=",.0f"),
    ]
    scale = alt.Scale(domain=[0, 1.16], nice=False)
    axis = alt.Axis(format=".0%", values=[0, 0.25, 0.5, 0.75, 1], labelOverlap=False)
    bars = rows.mark_bar(size=36).encode(
        x=x, y=alt.Y("hit:Q", title="Hit ratio; line: alone", axis=axis, scale=scale),
        color=_colour(), tooltip=tooltip,
    )  # fmt: skip
    alone = rows.mark_tick(size=52, thickness=3, orient="horizontal").encode(
        x=x, y=alt.Y("alone:Q", scale=scale), color=_colour(), tooltip=tooltip
    )
    # Above the bar, and above the line where that is near.
    text = (
        rows.transform_calculate(
            text="datum.on == 'no' ? 'off' : format(datum.hit, '.1%')",
            over="datum.on == 'yes' && datum.alone - datum.hit < 0.2 ? datum.alone : 0",
        )
        .transform_calculate(label="max(datum.hit, datum.over) + 0.08")
        .mark_text(fontWeight="bold")
        .encode(x=x, y=alt.Y("label:Q", scale=scale), text="text:N")
    )
    return alt.layer(bars, alone, text, guess_rule("y")).properties(width=WIDTH, height=170)


def _works() -> alt.LayerChart | alt.FacetChart:
    """What is left in each layer, in front of what it would be without caches."""
    rows = alt.Chart(data()).transform_filter(f"datum.kind == {LAYER}")
    y = alt.Y("place:N", title=None, sort=list(LAYERS))
    x = alt.X("work:Q", title="Work for a page view (ms); what the machines take",
              axis=alt.Axis(format=",.0f", tickCount=6),
              scale=alt.Scale(domain=[0, 5.5], nice=False))  # fmt: skip
    tooltip = [
        alt.Tooltip("place:N", title="Layer"),
        alt.Tooltip("series:N", title="Caches"),
        alt.Tooltip("work:Q", title="ms a page view", format=",.3f"),
        alt.Tooltip("machines:Q", title="Machines needed", format=",.0f"),
        alt.Tooltip("takes:Q", title="Takes (requests/s)", format=",.0f"),
    ]
    bare = (
        rows.transform_filter(f"datum.series == '{NO_CACHE}'")
        .mark_bar(size=20, opacity=0.45)
        .encode(x=x, y=y, color=_colour(), tooltip=tooltip)
    )
    now = rows.transform_filter(f"datum.series == '{AS_SET}'")
    bars = now.mark_bar(size=9).encode(x=x, y=y, color=_colour(), tooltip=tooltip)
    text = (
        rows.transform_joinaggregate(end="max(work)", groupby=["place"])
        .transform_filter(f"datum.series == '{AS_SET}'")
        .transform_calculate(
            text="(datum.takes >= 1e5 ? '> 100,000' : format(datum.takes, ',.0f')) + '/s'"
        )
        .mark_text(align="left", dx=5)
        .encode(x=alt.X("end:Q"), y=y, text="text:N", tooltip=tooltip)
    )
    return alt.layer(bare, bars, text).properties(width=WIDTH, height=150)


def _curves() -> alt.LayerChart | alt.FacetChart:
    """Which cache saves most, by how long a result stays as it is."""
    rows = alt.Chart(data()).transform_filter(f"datum.kind == {CURVE}")
    x = alt.X(
        "unchanged:Q", title="A query's result stays unchanged for (s)",
        scale=alt.Scale(type="log", domain=[LEAST_S, MOST_S], nice=False),
        axis=alt.Axis(values=[1, 10, 100, 1000, 10_000, 100_000], format=",~r"),
    )  # fmt: skip
    y = alt.Y("total:Q", title="Work, all layers (ms)", scale=alt.Scale(domain=[0, 10.5]),
              axis=alt.Axis(format=",.0f", tickCount=5))  # fmt: skip
    tooltip = [
        alt.Tooltip("series:N", title="Cache"),
        alt.Tooltip("unchanged:Q", title="Unchanged for (s)", format=",.0f"),
        alt.Tooltip("total:Q", title="ms a page view", format=",.2f"),
        alt.Tooltip("latency:Q", title="Latency (ms)", format=",.1f"),
        alt.Tooltip("old:Q", title="Old pages", format=".1%"),
    ]
    alone = rows.transform_filter(f"datum.series != '{AS_SET}'").mark_line(strokeWidth=2.5)
    now = rows.transform_filter(f"datum.series == '{AS_SET}'").mark_point(
        filled=True, size=40, opacity=1
    )
    here = (
        alt.Chart(data())
        .transform_filter(f"datum.kind == {SET}")
        .mark_point(size=190, shape="diamond", strokeWidth=2.5, opacity=1)
    )
    marks = (mark.encode(x=x, y=y, color=_colour(), tooltip=tooltip) for mark in (alone, now, here))
    return alt.layer(*marks).properties(width=WIDTH, height=170)


def _of(name: str, column: str, form: str) -> Reading:
    return Reading(name, column, HERE, form)


def _cache(name: str, cache: str, column: str, form: str) -> Reading:
    return Reading(name, column, {"kind": CACHE, "series": cache, "on": "yes"}, form)


def _layer(name: str, layer: str, column: str, form: str) -> Reading:
    return Reading(name, column, {"kind": LAYER, "place": layer, "series": AS_SET}, form)


lab = Lab(
    name="patterns/layers",
    title="In which layer should the cache be?",
    kernel=layers,
    controls=[
        Choices("caches", "Caches", CACHES, 1 << PAGE | 1 << BUFFER),
        Slider("ttl_s", "A page is kept for", (0.0, 1.0, 10.0, 60.0, 600.0, 3600.0), 0.0, unit="s",
               help="0: until something in it changes"),
        Choice("split", "Personal fragments are", ("part of the page", "put in at the edge"), 0,
               help="At the edge: each is asked for by itself, and the rest is for everybody"),
        linear("fragments", "Fragments of a page", 1, 12, 1, FRAGMENTS),
        linear("personal", "Of them personal", 0, 6, 1, PERSONAL),
        linear("queries", "Queries of each", 1, 8, 1, QUERIES),
        Slider("unchanged_s", "A result is unchanged for",
               (1.0, 3.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0, 14_400.0,
                86_400.0), UNCHANGED_S, unit="s", help="On average; of the result of one query"),
        Slider("rate_per_s", "Page views", (20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 4000.0,
                                            8000.0), RATE_PER_S, unit="/s"),
        Choice("scaled", "Four times the machines for", ("no layer", *LAYERS[:-1]), 0),
    ],
    constants={
        "n_pages": PAGES, "skew": SKEW, "think_s": shop.THINK_S, "visit_s": VISIT_S,
        "web_ms": shop.WEB_MS, "application_ms": APPLICATION_MS, "access_ms": ACCESS_MS,
        "database_ms": shop.DATABASE_MS, "disk_ms": shop.DISK_MS,
        "hop_ms": DATA_CENTRE_ROUND_TRIP.value, "look_ms": REDIS_NETWORK.value,
        "page_kb": PAGE_KB, "row_kb": ROW_KB, "fleet_rate": RATE_PER_S, "most_busy": MOST_BUSY,
        "vcpus": shop.VCPUS,
    },
    columns=[
        Column("kind", "Kind", hidden=True),
        Column("series", "Of", labels=SERIES),
        Column("place", "Layer", labels=LAYERS),
        Column("work", "Work", "ms a page view", ",.3f"),
        Column("machines", "Machines"),
        Column("takes", "Takes", "/s"),
        Column("hit", "Hit ratio", format=".1%"),
        Column("alone", "Hit ratio alone", format=".1%"),
        Column("on", "On", labels=("no", "yes")),
        Column("asked", "Asked of it", "a page view", ",.3f"),
        Column("entries", "Entries"),
        Column("memory", "Memory", "MB"),
        Column("unchanged", "Unchanged for", "s"),
        Column("total", "Work, all layers", "ms a page view", ",.2f"),
        Column("latency", "Latency", "ms", ",.1f"),
        Column("old", "Old pages", format=".1%"),
        Column("slowest", "Bottleneck", hidden=True, labels=LAYERS),
        Column("fleet", "All take", hidden=True),
        Column("cores", "vCPUs", hidden=True),
        Column("changes", "Changes in a page", hidden=True),
    ],
    chart=alt.vconcat(_hits(), _works(), _curves()),
    summary=(
        "[The page cache answers {page_hit} of the views.] [The cache of fragments answers "
        "{fragment_hit} of what comes to it, {fragment_alone} if it were alone.] [That of query "
        "results answers {query_hit}, alone {query_alone}.] A page view is {work} ms of work in "
        "all layers, {database} ms of it in the database, and takes {wait} ms. The caches need "
        "{mb} MB; {aged} of the pages are old. The machines take {capacity} page views a second, "
        "and the bottleneck is: {where}."
    ),
    readings=[
        _cache("page_hit", CACHES[PAGE], "hit", ".1%"),
        _cache("fragment_hit", CACHES[FRAGMENT], "hit", ".1%"),
        _cache("fragment_alone", CACHES[FRAGMENT], "alone", ".1%"),
        _cache("query_hit", CACHES[QUERY], "hit", ".1%"),
        _cache("query_alone", CACHES[QUERY], "alone", ".1%"),
        _of("work", "total", ",.2f"),
        _layer("database", "Database", "work", ",.3f"),
        _of("wait", "latency", ",.1f"),
        _of("mb", "memory", ",.0f"),
        _of("aged", "old", ".1%"),
        _of("capacity", "fleet", ",.0f"),
        _of("where", "slowest", ""),
    ],
    prediction=Prediction(
        "A page is made of six fragments of two queries each, and one of the six, the cart, is the "
        "customer's own. A result stays unchanged for ten minutes. The page cache keeps whole "
        "pages until something in them changes. What share of 2,000 views a second does it answer?",
        reading="page_hit", low=0.0, high=1.0, step=0.01, format=".0%",
    ),
    tries=[
        Try("A page without the cart. What does one personal fragment of six cost?",
            {"personal": 0}),
        Try("The cart is put in at the edge. What is left, and where is the bottleneck now?",
            {"split": 1}),
        Try("All caches, and the cart at the edge. Is the cache of query results broken?",
            {"split": 1, "caches": ALL}),
        Try("Only the buffer, and four times the machines for the presentation. How many more page "
            "views does the shop take?", {"caches": 1 << BUFFER, "scaled": 1}),
        Try("No cart, and a result changes every three seconds. Which cache is best now?",
            {"personal": 0, "unchanged_s": 3.0}),
        Try("The cart at the edge, and pages are kept for a minute, whatever changes. How many are "
            "old?", {"split": 1, "ttl_s": 60.0}),
    ],
)  # fmt: skip
