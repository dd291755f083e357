"""Lab: limits that somebody once wrote down: workers, connections, and their machine."""

import altair as alt

from scalelab.kernels import shop
from scalelab.kernels.single_server.limits import SIZES, limits
from scalelab.labs.curves import curves, folded
from scalelab.models.single_server.limits import (
    AWAY_MS,
    FULL_FIRST,
    LIMITS,
    MEMORY_MB,
    OWN_MS,
    VCPUS,
    WARM_UP,
    WORKER_MB,
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
)

REQUESTS = 2000
DONE, BOUND, MEAN, P99 = "Done", "At most, in the long run", "Mean", "99th percentile"
BUSY, IDLE, FAILED = "vCPUs busy", "vCPUs idle while requests wait", "Refused or too late"
SHARES = {BUSY: "busy", IDLE: "idle", FAILED: "failed"}
SERIES = (DONE, BOUND, MEAN, P99, *SHARES)
HERE: dict[str, float | str] = {"here": 1}
WIDTH = 470


def _colour() -> alt.Color:
    """By a name that is no column of the table: no view has all of the series."""
    return alt.Color("series:N", title=None, scale=alt.Scale(domain=list(SERIES)))


def _tooltip() -> list[alt.Tooltip]:
    return [
        alt.Tooltip("workers:Q", title="Workers"),
        alt.Tooltip("connections:Q", title="Connections"),
        alt.Tooltip("vcpus:Q", title="vCPUs"),
        alt.Tooltip("done:Q", title="Done (requests/s)", format=",.0f"),
        alt.Tooltip("mean:Q", title="Mean response (ms)", format=",.0f"),
        alt.Tooltip("p99:Q", title="99th percentile (ms)", format=",.0f"),
        alt.Tooltip("busy:Q", title="vCPUs busy", format=".0%"),
        alt.Tooltip("idle:Q", title="Idle while requests wait", format=".0%"),
    ]


def _x(title: str | None) -> alt.X:
    return alt.X(
        "size:Q", title=title, scale=alt.Scale(type="log", base=2, nice=False, domain=[1, 256]),
        axis=alt.Axis(values=[1, 2, 4, 8, 16, 32, 64, 128, 256], format=",.0f"),
    )  # fmt: skip


def _view(
    columns: dict[str, str], y: alt.Y, height: int, title: str | None
) -> alt.LayerChart | alt.FacetChart:
    """A line for each of the columns, and a rule at the size that was asked for."""
    table = alt.Chart(data()).transform_calculate(failed="datum.refused + datum.timed_out")
    rows = folded(table, columns)
    view = curves(rows, _x(title), y, _colour(), _tooltip(), guess=DONE in columns)
    return view.properties(width=WIDTH, height=height)


def _chart() -> alt.TopLevelMixin:
    done = alt.Y("value:Q", title="Requests/s", axis=alt.Axis(tickCount=5))
    took = alt.Y(
        "value:Q", title="Response (ms)", scale=alt.Scale(type="log", nice=False, padding=8),
        axis=alt.Axis(values=[10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000], format=",~r"),
    )  # fmt: skip
    share = alt.Y("value:Q", title="Share", scale=alt.Scale(domain=[0, 1]),
                  axis=alt.Axis(format=".0%", tickCount=5))  # fmt: skip
    return alt.vconcat(
        _view({DONE: "done", BOUND: "limit"}, done, 170, None),
        _view({MEAN: "mean", P99: "p99"}, took, 130, None),
        _view(SHARES, share, 130, "Size of the limit that is drawn"),
    )


def _of(name: str, column: str, form: str = ",.0f") -> Reading:
    return Reading(name, column, HERE, form)


lab = Lab(
    name="single_server/limits",
    title="The number somebody wrote down",
    kernel=limits,
    controls=[
        Choice("which", "Draw the curves over", LIMITS, LIMITS.index(VCPUS)),
        Slider("rate", "Requests come", (50.0, 100.0, 200.0, 350.0, 380.0, 500.0, 1000.0, 2000.0,
                                         4000.0), 2000.0, unit="/s"),
        Slider("vcpus", "The machine has", (1, 2, 4, 8, 16, 32, 64), shop.VCPUS, unit="vCPUs"),
        Slider("workers", "Workers", SIZES, 16,
               help="Each has one request at a time. No more than 160 fit into the memory"),
        Slider("connections", "Database connections", SIZES, 8, help="Of all workers together"),
        Choice("whole", "A connection is held", ("While the database works",
                                                 "From begin to end"), 0),
        Slider("timeout_ms", "Wait for a connection",
               (0.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 5000.0), 0.0, unit="ms",
               help="At most; then the request fails. 0 waits for ever"),
        Slider("away_ms", "Waits for other services", (0.0, 10.0, 20.0, 50.0, 100.0, 200.0, 1000.0),
               AWAY_MS, unit="ms", help="In which the worker does nothing else"),
        Slider("switching", "One more that runs adds",
               (0.0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05), 0.0, format=".1%",
               help="To all work: of those with work for a vCPU, beyond one for each"),
    ],
    constants={
        "backlog": 50, "application_ms": OWN_MS, "database_ms": shop.DATABASE_MS,
        "io_ms": shop.DISK_MS, "worker_mb": WORKER_MB, "memory_mb": MEMORY_MB,
        "warm_up": int(WARM_UP * REQUESTS), "n": REQUESTS, "seed": 1,
    },
    columns=[
        Column("size", "Size"),
        Column("workers", "Workers"),
        Column("connections", "Connections"),
        Column("vcpus", "vCPUs"),
        Column("done", "Done", "requests/s"),
        Column("mean", "Mean response", "ms", ",.1f"),
        Column("p99", "99th percentile", "ms", ",.1f"),
        Column("refused", "Refused", format=".1%"),
        Column("timed_out", "Too late for a connection", format=".1%"),
        Column("busy", "vCPUs busy", format=".0%"),
        Column("idle", "Idle while requests wait", format=".0%"),
        Column("runnable", "With work for a vCPU", "requests", ",.1f"),
        Column("workers_used", "Workers in use", format=",.1f"),
        Column("connections_used", "Connections in use", format=",.1f"),
        Column("for_worker", "Wait for a worker", "ms", ",.1f"),
        Column("for_connection", "Wait for a connection", "ms", ",.1f"),
        Column("limit", "At most, in the long run", "requests/s"),
        Column("full_first", "Full first", labels=FULL_FIRST),
        Column("here", "As set", hidden=True),
    ],
    chart=_chart(),
    summary=(
        "{done} requests/s are done, in {mean} ms on average and 99 of 100 within {p99} ms; "
        "{refused} are refused, {timed_out} wait too long for a connection. The vCPUs are {busy} "
        "busy, and {idle} of them idle while requests wait for a worker or a connection. In the "
        "long run at most {limit} requests/s of those that come are done; full first: "
        "{full_first}. In use, on average: {workers_used} of {all_workers} workers, "
        "{connections_used} of {all_connections} connections."
    ),
    readings=[
        _of("done", "done"),
        _of("mean", "mean"),
        _of("p99", "p99"),
        _of("refused", "refused", ".0%"),
        _of("timed_out", "timed_out", ".0%"),
        _of("busy", "busy", ".0%"),
        _of("idle", "idle", ".0%"),
        _of("limit", "limit"),
        _of("full_first", "full_first"),
        _of("workers_used", "workers_used", ",.1f"),
        _of("all_workers", "workers"),
        _of("connections_used", "connections_used", ",.1f"),
        _of("all_connections", "connections"),
        # What is drawn as the lab opens: the same configuration on 16 vCPUs.
        Reading("on_sixteen", "limit", {"size": 16, "here": 0}, ",.0f"),
    ],
    prediction=Prediction(
        "More requests come than the four vCPUs can do: with 16 workers they do almost 400 a "
        "second. Now the machine is replaced by one of 16 vCPUs, and nobody changes the "
        "configuration. How many does it do?",
        reading="on_sixteen", low=100, high=2000, step=20, format=",.0f", unit="requests/s",
    ),
    tries=[
        Try("A machine of 16 vCPUs for the same 16 workers. How much of it is idle while requests "
            "wait?", {"vcpus": 16}),
        Try("On the machine of 16 vCPUs: how many workers does it take until nothing is idle?",
            {"which": 0, "vcpus": 16, "workers": 64}),
        Try("The same, over connections. How few would do?",
            {"which": 1, "vcpus": 16, "workers": 64}),
        Try("350 a second, each connection held from begin to end. How many are needed?",
            {"which": 1, "rate": 350.0, "whole": 1}),
        Try("380 a second, and each request too many that runs adds 0.5% to all work. Is there "
            "such a thing as too many workers?", {"which": 0, "rate": 380.0, "switching": 0.005}),
    ],
)  # fmt: skip
