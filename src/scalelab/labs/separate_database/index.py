"""Lab: whether a query should use an index, and what indexes cost an insert."""

import altair as alt

from scalelab.facts import postgres
from scalelab.kernels.separate_database.index import MOST_INDEXES, index_or_none
from scalelab.labs.curves import curves, folded
from scalelab.models.separate_database.index import PLANS
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

QUERY, INSERT, SCAN_ENDS, INDEX_ENDS = KINDS = (
    "Query", "Insert", "Index scan dearer from", "Index dearer from",
)  # fmt: skip
IN_MEMORY, PAGES = "Insert: in memory", "Insert: pages"
COSTS = dict(zip(PLANS, ("sequential", "index_scan", "bitmap"), strict=True))
PARTS = {IN_MEMORY: "in_memory", PAGES: "io"}
SERIES = (*COSTS, *PARTS)
WIDTH = 470


def _colour() -> alt.Color:
    """By a name that is no column of the table: no view has all of the series."""
    return alt.Color("series:N", title=None, scale=alt.Scale(domain=list(SERIES)))


def _query() -> alt.LayerChart | alt.FacetChart:
    """What each way costs, over the share of the rows that is wanted."""
    rows = folded(alt.Chart(data()).transform_filter(f"datum.kind == '{QUERY}'"), COSTS)
    x = alt.X(
        "share:Q", title="Of the rows, wanted",
        scale=alt.Scale(type="log", nice=False, domain=[1e-6, 1]),
        axis=alt.Axis(values=[1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1], format="~%"),
    )  # fmt: skip
    y = alt.Y(
        "value:Q", title="Query (pages in sequence)", scale=alt.Scale(type="log", nice=False),
        axis=alt.Axis(values=[10.0**i for i in range(10)], format="~s"),
    )  # fmt: skip
    tooltip = [
        alt.Tooltip("share:Q", title="Wanted", format=".4%"),
        alt.Tooltip("rows:Q", title="Rows", format=",.0f"),
        alt.Tooltip("sequential:Q", title=PLANS[0], format=",.0f"),
        alt.Tooltip("index_scan:Q", title=PLANS[1], format=",.0f"),
        alt.Tooltip("bitmap:Q", title=PLANS[2], format=",.0f"),
        alt.Tooltip("cheapest:N", title="Chosen"),
    ]
    views = alt.layer(curves(rows, x, y, _colour(), tooltip, guess=False), guess_rule("x"))
    return views.properties(width=WIDTH, height=230)


def _insert() -> alt.LayerChart | alt.FacetChart:
    """What a new row costs with each number of indexes; a rule at those that there are."""
    inserts = (
        alt.Chart(data())
        .transform_filter(f"datum.kind == '{INSERT}'")
        .transform_calculate(in_memory="datum.heap + datum.cpu")
    )
    x = alt.X("indexes:O", title="Indexes", axis=alt.Axis(labelAngle=0))
    tooltip = [
        alt.Tooltip("indexes:Q", title="Indexes"),
        alt.Tooltip("insert:Q", title="Insert", format=",.2f"),
        alt.Tooltip("io:Q", title="Of it, pages", format=",.2f"),
        alt.Tooltip("missing:Q", title="Leaves not in memory", format=".0%"),
        alt.Tooltip("gibs:Q", title="Size (GiB)", format=",.1f"),
    ]
    bars = (
        folded(inserts.transform_filter("datum.here == 0"), PARTS)
        .mark_bar()
        .encode(
            x=x,
            y=alt.Y("value:Q", title="Insert (pages)", axis=alt.Axis(tickCount=4)),
            color=_colour(),
            tooltip=tooltip,
        )
    )
    here = (
        inserts.transform_filter("datum.here == 1")
        .mark_rule(strokeWidth=1.5, opacity=0.6)
        .encode(x=x, tooltip=tooltip)
    )
    return alt.layer(bars, here).properties(width=WIDTH, height=120)


def _here(name: str, column: str, kind: str, form: str = ",.0f") -> Reading:
    return Reading(name, column, {"kind": kind, "here": 1}, form)


lab = Lab(
    name="separate_database/index",
    title="Index or none",
    kernel=index_or_none,
    controls=[
        Slider("rows", "Rows of the table",
               (1e4, 1e5, 1e6, 2e6, 5e6, 1e7, 2e7, 5e7, 1e8, 2e8, 5e8, 1e9), 1e7),
        Slider("row_bytes", "A row has",
               (20.0, 50.0, 100.0, 200.0, 244.0, 500.0, 1000.0, 2000.0), 200.0, unit="bytes",
               help="Of data; pages have 8 kB"),
        Slider("share", "Rows wanted",
               (1e-6, 1e-5, 1e-4, 1e-3, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0),
               0.01, format=",.4%", help="By the query; one at least"),
        linear("correlation", "Table in the index's order", 0.0, 1.0, 0.05, 0.0, format=",.2f",
               help="Correlation: 0 rows lie anywhere, 1 they lie in the order of the index"),
        Slider("random_page_cost", "random_page_cost",
               (1.0, 1.1, 1.5, 2.0, 3.0, 4.0, 10.0, 40.0), postgres.RANDOM_PAGE_COST.value,
               format=",.1f",
               help="Of a page out of sequence: 4 unless told otherwise; an SSD is nearer to 1"),
        Slider("memory_gib", "Memory for pages",
               (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0),
               postgres.EFFECTIVE_CACHE_SIZE.value, unit="GiB", format=",.2f"),
        linear("indexes", "Indexes of the table", 0, MOST_INDEXES, 1, 3,
               help="Whether a query uses them or not"),
    ],
    constants={
        "seq_page_cost": postgres.SEQ_PAGE_COST.value,
        "cpu_tuple_cost": postgres.CPU_TUPLE_COST.value,
        "cpu_index_tuple_cost": postgres.CPU_INDEX_TUPLE_COST.value,
        "cpu_operator_cost": postgres.CPU_OPERATOR_COST.value,
    },
    columns=[
        Column("kind", "Of", labels=KINDS),
        Column("here", "As set", hidden=True),
        Column("share", "Wanted", format=".4%"),
        Column("rows", "Rows wanted"),
        Column("sequential", PLANS[0], "pages", ",.0f"),
        Column("index_scan", PLANS[1], "pages", ",.1f"),
        Column("bitmap", PLANS[2], "pages", ",.1f"),
        Column("cheapest", "Chosen", labels=PLANS),
        Column("pages", "Pages in a bitmap", format=".1%"),
        Column("saves", "An index saves", hidden=True),
        Column("paid", "Inserts paid for", hidden=True),
        Column("indexes", "Indexes"),
        Column("heap", "Row itself", "pages", ",.2f"),
        Column("cpu", "Indexes, in memory", "pages", ",.2f"),
        Column("io", "Indexes, pages", "pages", ",.2f"),
        Column("insert", "Insert", "pages", ",.2f"),
        Column("missing", "Leaves not in memory", format=".0%"),
        Column("gibs", "Indexes", "GiB", ",.2f"),
    ],
    chart=alt.vconcat(_query(), _insert()),
    summary=(
        "All costs are the planner's, in pages read in sequence. The query wants {wanted} rows: "
        "{sequential} by a sequential scan, {index_scan} by an index scan, {bitmap} by a bitmap "
        "scan, which reads {pages} of the pages. Chosen: {chosen}. An index scan is dearer than "
        "the whole table from {scan_ends} of the rows on, any use of the index from {index_ends}. "
        "An insert costs {insert}, and {heap} without an index; the indexes have {size} GiB, and "
        "{missing} of their leaves are not in memory.[ What the index saves this query pays one "
        "more index for {paid} inserts.]"
    ),
    readings=[
        _here("wanted", "rows", QUERY),
        _here("sequential", "sequential", QUERY),
        _here("index_scan", "index_scan", QUERY),
        _here("bitmap", "bitmap", QUERY),
        _here("pages", "pages", QUERY, ".0%"),
        _here("chosen", "cheapest", QUERY),
        _here("scan_ends", "share", SCAN_ENDS, ".1%"),
        _here("index_ends", "share", INDEX_ENDS, ".1%"),
        _here("insert", "insert", INSERT, ",.2f"),
        _here("heap", "heap", INSERT, ",.2f"),
        _here("size", "gibs", INSERT, ",.2f"),
        _here("missing", "missing", INSERT, ".0%"),
        Reading("paid", "paid", {"kind": QUERY, "here": 1, "saves": 1}, ",.0f"),
    ],
    prediction=Prediction(
        "Ten million rows of 200 bytes, 35 to a page, lie in no order. A page read out of sequence "
        "costs four times one read in sequence. From which share of the rows on is it cheaper to "
        "read the whole table than to fetch the rows one by one by an index?",
        reading="scan_ends", low=0.001, high=0.3, step=0.001, format=".1%",
    ),
    tries=[
        Try("Rows of 2,000 bytes, four to a page. Why does an index scan pay for longer?",
            {"row_bytes": 2000.0}),
        Try("The table lies in the order of the index. What is left of the difference?",
            {"correlation": 1.0}),
        Try("An SSD, and the planner is told so. From which share on is the whole table cheaper?",
            {"random_page_cost": 1.1}),
        Try("The query wants half of the rows. What is the index good for, and what does it cost?",
            {"share": 0.5}),
        Try("A hundred million rows. What does the third index cost an insert, beside the second?",
            {"rows": 1e8}),
    ],
)  # fmt: skip
