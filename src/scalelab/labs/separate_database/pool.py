"""Lab: the number of connections that an application keeps to its database."""

import altair as alt

from scalelab.kernels import shop
from scalelab.kernels.separate_database.pool import pool
from scalelab.labs.curves import curves, folded
from scalelab.models.separate_database.pool import HOLD_MS, MOST, STALL_S, SWITCHING
from scalelab.web.lab import Column, Lab, Prediction, Reading, Slider, Try, data, linear

CAN_DO, COME = "Can do", "Come"
RESPONSE, WAIT, HELD, STALL = "Response", "Waits for one", "Has one", "Line of a stall"
RATES = {CAN_DO: "most", COME: "arriving"}
TIMES = {RESPONSE: "response", WAIT: "wait", HELD: "in_database"}
RECOVERY = {STALL: "recovery"}
SERIES = (*RATES, *TIMES, *RECOVERY)
HERE: dict[str, float | str] = {"here": 1}
WIDTH = 470
SIZES = [1, 2, 4, 8, 16, 32, 64]


def _colour() -> alt.Color:
    """By a name that is no column of the table: no view has all of the series."""
    return alt.Color("series:N", title=None, scale=alt.Scale(domain=list(SERIES)))


def _view(
    columns: dict[str, str], y: alt.Y, height: int, title: str | None = None, where: str = "true"
) -> alt.LayerChart | alt.FacetChart:
    rows = folded(alt.Chart(data()).transform_filter(where), columns)
    rows = rows.transform_filter("datum.value >= 0.1")
    x = alt.X(
        "connections:Q", title=title, axis=alt.Axis(values=SIZES, format=",.0f"),
        scale=alt.Scale(type="log", nice=False, domain=[1, MOST]),
    )  # fmt: skip
    tooltip = [
        alt.Tooltip("connections:Q", title="Connections", format=",.0f"),
        alt.Tooltip("most:Q", title="Can do (requests/s)", format=",.0f"),
        alt.Tooltip("response:Q", title="Mean response (ms)", format=",.1f"),
        alt.Tooltip("wait:Q", title="Waits for a connection (ms)", format=",.2f"),
        alt.Tooltip("recovery:Q", title="Line of a stall is gone after (s)", format=",.1f"),
    ]
    view = curves(rows, x, y, _colour(), tooltip, guess=RESPONSE in columns)
    return view.properties(width=WIDTH, height=height)


def _logarithmic(title: str) -> alt.Y:
    return alt.Y(
        "value:Q", title=title, scale=alt.Scale(type="log", nice=False, padding=8),
        axis=alt.Axis(values=[0.1, 0.5, 1, 2, 5, 10, 20, 50, 100, 500, 1000], format=",~r"),
    )  # fmt: skip


def _chart() -> alt.TopLevelMixin:
    rate = alt.Y("value:Q", title="Requests/s", axis=alt.Axis(tickCount=5, format=",.0f"))
    return alt.vconcat(
        _view(RATES, rate, 140),
        # On a logarithmic axis: shorter waits are as good as none.
        _view(TIMES, _logarithmic("Milliseconds"), 200,
              where="datum.possible == 'yes'"),
        _view(RECOVERY, _logarithmic("Seconds"), 110, "Connections",
              "datum.recovers == 'yes'"),
    )  # fmt: skip


def _of(name: str, column: str, form: str) -> Reading:
    return Reading(name, column, HERE, form)


lab = Lab(
    name="separate_database/pool",
    title="Too few connections, and too many",
    kernel=pool,
    controls=[
        linear("connections", "Connections", 1, MOST, 1, 6, help="Of the pool, to the database"),
        linear("rate_per_s", "Requests", 100, 3000, 50, 1000, unit="/s"),
        Slider("vcpus", "The database has", (1, 2, 4, 8, 16), shop.VCPUS, unit="vCPUs"),
        Slider("cpu_ms", "A request works", (0.5, 1.0, 2.0, 3.0, 5.0, 10.0), shop.DATABASE_MS,
               unit="ms", format=",.1f", help="On the database's vCPUs"),
        Slider("hold_ms", "And holds on for", (0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 50.0), HOLD_MS,
               unit="ms", format=",.1f",
               help="Has the connection without the vCPUs: disk, network, the application's work"),
        Slider("switching", "One too many adds", (0.0, 0.002, 0.005, 0.01, 0.02, 0.05), SWITCHING,
               format=".1%", help="To all work; too many are those beyond the vCPUs"),
        Slider("stall_s", "A stall of", (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0), STALL_S, unit="s",
               format=",.1f", help="The database does nothing for so long, and a line grows"),
    ],
    columns=[
        Column("connections", "Connections"),
        Column("most", "Can do", "requests/s"),
        Column("possible", "Keeps up with all in use", labels=("no", "yes")),
        Column("response", "Mean response", "ms", ",.1f"),
        Column("wait", "Waits for one", "ms", ",.2f"),
        Column("in_database", "Has one", "ms", ",.1f"),
        Column("must_wait", "Wait at all", format=".1%"),
        Column("in_use", "In use", format=",.1f"),
        Column("cpu_busy", "vCPUs busy", format=".0%"),
        Column("at_cpu", "At the vCPUs", "requests", ",.1f"),
        Column("recovers", "Recovers from the stall", labels=("no", "yes")),
        Column("recovery", "After", "s", ",.1f"),
        Column("arriving", "Come", "requests/s", hidden=True),
        Column("here", "As set", hidden=True),
    ],
    chart=_chart(),
    summary=(
        "{size} connections, all in use, do {can_do} requests/s. [A request takes {takes} ms on "
        "average, {waits} ms of it waiting for a connection; {in_use} connections are in use. "
        "After the stall it takes {recovers_in} s until the line is gone.]"
    ),
    readings=[
        _of("size", "connections", ",.0f"),
        _of("can_do", "most", ",.0f"),
        *(Reading(name, column, {"here": 1, "possible": 1}, form) for name, column, form in (
            ("takes", "response", ",.1f"), ("waits", "wait", ",.1f"),
            ("in_use", "in_use", ",.1f"))),
        Reading("recovers_in", "recovery", {"here": 1, "recovers": 1}, ",.1f"),
    ],
    prediction=Prediction(
        "Without a queue a request takes 5.5 ms: 3 at the four vCPUs, 2.5 for disk and network. "
        "With its 6 connections the database can do 4% more than the 1,000 requests that come in "
        "a second. How long does a request take on average, waiting included?",
        reading="takes", low=5, high=60, step=1, format=",.0f", unit="ms",
    ),
    tries=[
        Try("One connection more: 7. What is it worth?", {"connections": 7}),
        Try("Ten. What would more of them still bring?", {"connections": 10}),
        Try("32, to be safe. How long is the response, and how long does a stall last now?",
            {"connections": 32}),
        Try("48. What happens once all of them are in use?", {"connections": 48}),
        Try("Ten, but a payment inside the transaction makes it hold on for 20 ms in all. How many "
            "would be enough?",
            {"connections": 10, "hold_ms": 20.0}),
    ],
)  # fmt: skip
