"""Lab: a change of a few milliseconds to a table that is in use."""

import altair as alt

from scalelab.kernels.single_server.migration import lock_queue
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

ALL, LONGEST = "All tries together", "The longest try"
THROUGH, FULL = "Change made", "More wait than connections"
LINES = {ALL: "blocked", LONGEST: "longest"}
SHARES = {THROUGH: "through", FULL: "full"}
SERIES = (*LINES, *SHARES)
HERE: dict[str, float | str] = {"here": 1}
NONE: dict[str, float | str] = {"here": 0, "out": 0}
WIDTH = 470


def _colour() -> alt.Color:
    """By a name that is no column of the table: no view has all of the series."""
    return alt.Color("series:N", title=None, scale=alt.Scale(domain=list(SERIES)))


def _view(
    columns: dict[str, str], y: alt.Y, height: int, title: str | None
) -> alt.LayerChart | alt.FacetChart:
    """Over the time-out; without one the table is blocked as with the longest."""
    rows = folded(alt.Chart(data()).transform_filter("datum.out > 0"), columns)
    x = alt.X(
        "out:Q", title=title, scale=alt.Scale(type="log", nice=False, domain=[0.1, 1800]),
        axis=alt.Axis(values=[0.1, 1, 10, 60, 600, 1800], format="~r"),
    )  # fmt: skip
    tooltip = [
        alt.Tooltip("out:Q", title="Time-out (s)", format=",.1f"),
        alt.Tooltip("blocked:Q", title="Blocked in all (s)", format=",.1f"),
        alt.Tooltip("longest:Q", title="Longest try (s)", format=",.1f"),
        alt.Tooltip("tries:Q", title="Tries", format=",.1f"),
        alt.Tooltip("through:Q", title="Change made", format=".0%"),
        alt.Tooltip("stalled:Q", title="Requests that wait", format=",.0f"),
    ]
    view = curves(rows, x, y, _colour(), tooltip, guess=ALL in columns)
    return view.properties(width=WIDTH, height=height)


def _chart() -> alt.TopLevelMixin:
    blocked = alt.Y("value:Q", title="Table blocked (s)", axis=alt.Axis(tickCount=5))
    share = alt.Y("value:Q", title="Of the changes", scale=alt.Scale(domain=[0, 1]),
                  axis=alt.Axis(format=".0%", tickCount=5))  # fmt: skip
    return alt.vconcat(
        _view(LINES, blocked, 210, None), _view(SHARES, share, 120, "Lock time-out (s)")
    )


def _of(name: str, column: str, form: str = ",.0f") -> Reading:
    return Reading(name, column, HERE, form)


lab = Lab(
    name="single_server/migration",
    title="A change of ten milliseconds",
    kernel=lock_queue,
    controls=[
        Slider("running", "Reports that read the table", (0.01, 0.1, 0.2, 0.5, 1.0, 2.0, 3.0, 5.0),
               2.0, format=",.2f", help="At any time, on average"),
        Slider("report_s", "A report takes", (1.0, 5.0, 10.0, 20.0, 60.0, 120.0, 300.0, 600.0),
               60.0, unit="s", help="On average"),
        Slider("report_cv2", "Spread of that time", (0.0, 0.25, 0.5, 1.0, 2.0, 4.0), 1.0,
               format=",.2f",
               help="Variance over the square of the mean: 0 is all alike, 1 exponential"),
        Slider("time_out_s", "Lock time-out",
               (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0), 5.0,
               unit="s", format=",.1f"),
        Slider("pause_s", "To the next try", (0.0, 1.0, 5.0, 10.0, 30.0, 60.0, 120.0), 30.0,
               unit="s"),
        Slider("most", "Tries at most", (1, 2, 5, 10, 20, 50, 100), 20),
        Slider("hold_s", "The change itself takes",
               (0.01, 0.1, 1.0, 10.0, 60.0, 300.0), 0.01, unit="s", format=",.2f"),
        one_two_five("page_rate", "Requests to the table", 1, 1000, 50, unit="/s"),
        linear("seed", "Other reports", 1, 10, 1, 1),
    ],
    constants={"connections": 100.0, "changes": 400},
    columns=[
        Column("out", "Time-out (0: none)", "s", ",.1f"),
        Column("here", "As set", hidden=True),
        Column("through", "Change made", format=".1%"),
        Column("first", "At the first try", format=".1%"),
        Column("first_law", "At the first try, by formula", format=".1%"),
        Column("tries", "Tries", format=",.1f"),
        Column("blocked", "Blocked in all", "s", ",.1f"),
        Column("blocked_low", "Lowest of four groups", "s", ",.1f"),
        Column("blocked_high", "Highest", "s", ",.1f"),
        Column("longest", "The longest try", "s", ",.1f"),
        Column("stalled", "Requests that wait"),
        Column("stall", "Their mean wait", "s", ",.1f"),
        Column("waiting", "At once"),
        Column("full", "More than 100 connections", format=".0%"),
        Column("done_s", "Over after", "s", ",.0f"),
    ],
    chart=_chart(),
    summary=(
        "With this time-out the table is blocked for {blocked} s in all, {longest} s in the "
        "longest try; {through} of the changes are made, after {tries} tries and {done} s on "
        "average. {stalled} requests wait, {stall} s each; in {full} of the changes more wait at "
        "once than the 100 connections. Without a time-out it is blocked for {endless} s, and "
        "{endless_stalled} requests wait."
    ),
    readings=[
        _of("blocked", "blocked", ",.1f"),
        _of("longest", "longest", ",.1f"),
        _of("through", "through", ".0%"),
        _of("tries", "tries", ",.1f"),
        _of("done", "done_s"),
        _of("stalled", "stalled"),
        _of("stall", "stall", ",.1f"),
        _of("full", "full", ".0%"),
        Reading("endless", "blocked", NONE, ",.0f"),
        Reading("endless_stalled", "stalled", NONE, ",.0f"),
    ],
    prediction=Prediction(
        "Two reports of about a minute read the table at any time. A new column takes ten "
        "milliseconds, once it has the lock. There is no time-out. For how long can nobody read "
        "the table?",
        reading="endless", low=0, high=300, step=5, format=",.0f", unit="s",
    ),
    tries=[
        Try("A time-out of one second. What does the change cost now, and how many tries?",
            {"time_out_s": 1.0}),
        Try("A time-out of one minute. How can it be worse than none?", {"time_out_s": 60.0}),
        Try("One second, and no pause between tries. What is lost?",
            {"time_out_s": 1.0, "pause_s": 0.0}),
        Try("Reports of 10 seconds in place of a minute. Is there still a bad time-out?",
            {"report_s": 10.0, "time_out_s": 10.0}),
        Try("The change rewrites the table for a minute. What is the time-out good for now?",
            {"hold_s": 60.0, "time_out_s": 1.0}),
    ],
)  # fmt: skip
