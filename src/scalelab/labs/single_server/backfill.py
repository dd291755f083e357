"""Lab: a new value for every row, under the table's lock or in batches."""

import altair as alt

from scalelab.kernels.single_server.backfill import backfill
from scalelab.labs.curves import curves, folded
from scalelab.web.lab import (
    Column,
    Lab,
    Prediction,
    Reading,
    Slider,
    Try,
    data,
    linear,
    one_two_five,
)

DURATION, HOLD, LAG = "In all", "A row is locked", "Replica behind"
LINES = {DURATION: "duration", HOLD: "hold", LAG: "lag_s"}
P99 = "99th percentile of a request"
SERIES = (*LINES, P99)
HERE: dict[str, float | str] = {"here": 1}
REWRITE: dict[str, float | str] = {"rewrite": "yes"}
WIDTH = 470


def _colour() -> alt.Color:
    """By a name that is no column of the table: no view has all of the series."""
    return alt.Color("series:N", title=None, scale=alt.Scale(domain=list(SERIES)))


def _view(
    columns: dict[str, str], y: alt.Y, height: int, title: str | None
) -> alt.LayerChart | alt.FacetChart:
    rows = folded(alt.Chart(data()).transform_filter("datum.rewrite == 'no'"), columns)
    rows = rows.transform_filter("datum.value > 0")  # on a logarithmic axis
    x = alt.X("batch:Q", title=title, scale=alt.Scale(type="log", nice=False),
              axis=alt.Axis(format="~s", tickCount=6))  # fmt: skip
    tooltip = [
        alt.Tooltip("batch:Q", title="Rows of a batch", format=",.0f"),
        alt.Tooltip("duration:Q", title="In all (s)", format=",.0f"),
        alt.Tooltip("hold:Q", title="A row is locked (s)", format=",.2f"),
        alt.Tooltip("lag_s:Q", title="Replica behind (s)", format=",.2f"),
        alt.Tooltip("p99:Q", title="99th percentile of a request (ms)", format=",.0f"),
        alt.Tooltip("delayed:Q", title="Requests that wait for a lock", format=",.1f"),
    ]
    view = curves(rows, x, y, _colour(), tooltip, guess=DURATION in columns)
    return view.properties(width=WIDTH, height=height)


def _chart() -> alt.TopLevelMixin:
    seconds = alt.Y(
        "value:Q", title="Seconds", scale=alt.Scale(type="log", nice=False, padding=8),
        axis=alt.Axis(values=[0.001, 0.01, 0.1, 1, 10, 100, 1000, 10_000, 100_000], format=",~r"),
    )  # fmt: skip
    p99 = alt.Y("value:Q", title="Response (ms)", axis=alt.Axis(tickCount=5))
    return alt.vconcat(
        _view(LINES, seconds, 230, None), _view({P99: "p99"}, p99, 110, "Rows of a batch")
    )


def _of(name: str, column: str, form: str = ",.0f") -> Reading:
    return Reading(name, column, HERE, form)


lab = Lab(
    name="single_server/backfill",
    title="Ten million rows while the shop is open",
    kernel=backfill,
    controls=[
        one_two_five("rows", "Rows of the table", 100_000, 1_000_000_000, 10_000_000),
        one_two_five("batch", "Rows of a batch", 100, 10_000_000, 5000),
        Slider("pause_s", "From batch to batch", (0.0, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0), 0.2,
               unit="s", format=",.2f"),
        one_two_five("row_rate", "A batch changes", 1000, 500_000, 50_000, unit="rows/s"),
        one_two_five("rewrite_rate", "A rewrite does", 10_000, 1_000_000, 200_000,
                     unit="rows/s", help="The whole table, under its lock"),
        Slider("replica_rate", "A replica repeats",
               (1000.0, 5000.0, 10_000.0, 20_000.0, 30_000.0, 50_000.0, 100_000.0), 30_000.0,
               unit="rows/s"),
        one_two_five("page_rate", "Requests to the table", 10, 5000, 200, unit="/s"),
        linear("load", "Busy with requests", 0.1, 0.7, 0.1, 0.5, format=".0%"),
        linear("batch_load", "A batch adds", 0.05, 0.25, 0.05, 0.25, format=".0%",
               help="To how busy the machine is, while it runs"),
    ],
    constants={"commit_s": 0.01, "write_share": 0.1, "page_ms": 10.0},
    columns=[
        Column("batch", "Rows of a batch"),
        Column("here", "As set", hidden=True),
        Column("rewrite", "Rewrite", labels=("no", "yes")),
        Column("batches", "Batches"),
        Column("hold", "Locked", "s", ",.2f"),
        Column("duration", "In all", "s", ",.0f"),
        Column("running", "At work", format=".0%"),
        Column("delayed", "Requests that wait for a lock", format=",.1f"),
        Column("wait", "Their mean wait", "s", ",.3f"),
        Column("wait_p99", "99th percentile of the wait, all requests", "s", ",.2f"),
        Column("p99", "99th percentile of a request", "ms"),
        Column("added_p99", "of which due to batches", "ms"),
        Column("lag_s", "Replica behind", "s", ",.2f"),
    ],
    chart=_chart(),
    summary=(
        "In batches ({batches}): {duration} s in all. A row is locked for {hold} s at the "
        "longest, {delayed} requests wait for one; 99 of 100 requests take up to {p99} ms, "
        "{added_p99} ms more than without. A replica falls {lag} s behind. Rewritten under its "
        "lock, the table is out of use for {rewrite_hold} s, {rewrite_delayed} requests wait "
        "{rewrite_wait} s each, and a replica falls {rewrite_lag} s behind."
    ),
    readings=[
        _of("batches", "batches"),
        _of("duration", "duration"),
        _of("hold", "hold", ",.2f"),
        _of("delayed", "delayed", ",.1f"),
        _of("p99", "p99"),
        _of("added_p99", "added_p99"),
        _of("lag", "lag_s", ",.2f"),
        Reading("rewrite_hold", "hold", REWRITE, ",.1f"),
        Reading("rewrite_delayed", "delayed", REWRITE, ",.0f"),
        Reading("rewrite_wait", "wait", REWRITE, ",.1f"),
        Reading("rewrite_lag", "lag_s", REWRITE, ",.0f"),
    ],
    prediction=Prediction(
        "Under its lock a table of ten million rows is rewritten in 50 seconds. In batches of "
        "5,000 rows, each a tenth of a second of work, with a fifth of a second between them, "
        "hardly anybody waits. How long do the batches take?",
        reading="duration", low=20, high=2000, step=20, format=",.0f", unit="s",
    ),
    tries=[
        Try("Batches of 20,000 rows. What has gone wrong, and where does it begin?",
            {"batch": 20_000}),
        Try("No pause between batches of 5,000. How far does a replica fall behind?",
            {"pause_s": 0.0}),
        Try("Batches of 100 rows. What do they cost instead?", {"batch": 100}),
        Try("A replica that repeats 50,000 rows a second. Why are larger batches harmless to it "
            "now, and to whom not?", {"batch": 200_000, "replica_rate": 50_000.0}),
        Try("A billion rows. How long does it take with batches, and under the lock?",
            {"rows": 1_000_000_000}),
    ],
)  # fmt: skip
