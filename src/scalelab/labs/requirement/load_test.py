"""Lab: one server, five ways to measure it, and the pause that most of them miss."""

import altair as alt

from scalelab.kernels.requirement.load_test import load_test
from scalelab.models.requirement.load_test import GENERATORS, LAWS
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
    linear,
)

KINDS = ("Percentile", "Sent")
CUSTOMERS, USERS, CONNECTION, CORRECTED, SCHEDULE = GENERATORS
RED = "#d1495b"


def _colour() -> alt.Color:
    return alt.Color(
        "generator:N", title=None, scale=alt.Scale(domain=list(GENERATORS)),
        legend=alt.Legend(symbolType="stroke", symbolOpacity=1),
    )  # fmt: skip


def _percentiles() -> alt.LayerChart | alt.FacetChart:
    rows = alt.Chart(data()).transform_filter("datum.kind == 'Percentile'")
    # Shares beyond, falling to the right: each nine is as wide as the one before.
    x = alt.X(
        "beyond:Q", title="Percentile of the requests",
        scale=alt.Scale(type="log", domain=[0.5, 0.0001], nice=False),
        axis=alt.Axis(
            values=[0.5, 0.1, 0.01, 0.001, 0.0001],
            labelExpr="format(100 * (1 - datum.value), '.4~r')",
        ),
    )  # fmt: skip
    y = alt.Y(
        "ms:Q", title="Answered within (ms)", scale=alt.Scale(type="log", nice=False, padding=8),
        axis=alt.Axis(
            values=[0.1, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000,
                    50_000],
            format=",~r",
        ),
    )  # fmt: skip
    tooltip = [
        alt.Tooltip("generator:N", title="Measured by"),
        alt.Tooltip("quantile:Q", title="Of the requests", format=".2%"),
        alt.Tooltip("ms:Q", title="Answered within (ms)", format=",.0f"),
        alt.Tooltip("lowest:Q", title="Lowest run", format=",.0f"),
        alt.Tooltip("highest:Q", title="Highest run", format=",.0f"),
    ]
    band = rows.mark_area(opacity=0.15).encode(
        x=x, y=alt.Y("lowest:Q"), y2="highest:Q", color=_colour()
    )
    lines = rows.mark_line(strokeWidth=2.5).encode(x=x, y=y, color=_colour(), tooltip=tooltip)
    at_99 = rows.transform_filter("datum.quantile == 0.99")
    points = at_99.mark_point(size=80, filled=True, opacity=1).encode(
        x=x, y=y, color=_colour(), tooltip=tooltip
    )
    rule = (
        at_99.transform_filter(f"datum.generator == '{CUSTOMERS}'")
        .mark_rule(strokeWidth=1.5, opacity=0.6)
        .encode(x=x)
    )
    return alt.layer(rule, band, lines, points, guess_rule("y")).properties(height=240)


def _sent() -> alt.LayerChart | alt.FacetChart:
    rows = alt.Chart(data()).transform_filter("datum.kind == 'Sent'")
    # The moments lie in the middle of equal parts of the pause, the first of which begins with it.
    pause = (
        rows.transform_filter("datum.paused == 1")
        .transform_aggregate(first="min(since)", last="max(since)", some="count()")
        .transform_filter("datum.some > 0")
        .transform_calculate(begins="0", ends="datum.first + datum.last")
        .mark_rect(opacity=0.13, color=RED)
        .encode(x=alt.X("begins:Q"), x2="ends:Q")
    )
    x = alt.X("since:Q", title="Since the server stopped (s)", scale=alt.Scale(nice=False))
    lines = rows.mark_line(strokeWidth=2, interpolate="step").encode(
        x=x, y=alt.Y("sent:Q", title="Requests sent (/s)", axis=alt.Axis(tickCount=5)),
        color=_colour(),
        tooltip=[
            alt.Tooltip("generator:N", title="Sent by"),
            alt.Tooltip("since:Q", title="Since the server stopped (s)", format=".2f"),
            alt.Tooltip("sent:Q", title="Requests sent (/s)", format=",.0f"),
        ],
    )  # fmt: skip
    return alt.layer(pause, lines).properties(height=130)


def _of(name: str, column: str, generator: str, quantile: float, form: str) -> Reading:
    where: dict[str, float | str] = {
        "kind": "Percentile", "generator": generator, "quantile": quantile,
    }  # fmt: skip
    return Reading(name, column, where, form)


def _p99(name: str, generator: str, column: str = "ms", form: str = ",.0f") -> Reading:
    return _of(name, column, generator, 0.99, form)


lab = Lab(
    name="requirement/load_test",
    title="The load test said 23 ms",
    kernel=load_test,
    controls=[
        Slider("rate", "Customers' requests",
               (10.0, 20.0, 50.0, 80.0, 100.0, 120.0, 150.0, 180.0, 190.0, 200.0, 220.0, 250.0),
               100.0, unit="/s", help="As many as each load test is told to send"),
        Slider("service_ms", "Time for one request", (0.5, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0),
               5.0, unit="ms", format=",.1f",
               help="Mean; the server takes one request at a time"),
        Choice("law", "That time is", LAWS, 1),
        Slider("pause_s", "The server stands still for",
               (0.0, 0.1, 0.2, 0.5, 1.0, 2.0, 3.0, 5.0), 2.0, unit="s", format=",.1f",
               help="While it collects garbage, say. Nothing is answered, and what comes waits"),
        Slider("every_s", "Once in", (20.0, 30.0, 60.0, 120.0), 60.0, unit="s",
               help="That is also how long a test lasts"),
        Slider("users", "Virtual users", (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000), 10,
               help="Each thinks for so long that all of them together would send as much as the "
                    "customers, if answers took no time"),
        linear("seed", "Random seed", 1, 10, 1, 1, help="Another day with the same averages"),
    ],
    constants={"n_periods": 1, "n_runs": 5},
    columns=[
        Column("kind", "Row", labels=KINDS),
        Column("generator", "Measured by", labels=GENERATORS),
        Column("quantile", "Of the requests", format=".2%"),
        Column("beyond", "Slower", hidden=True),
        Column("ms", "Answered within", "ms", ",.1f"),
        Column("lowest", "Lowest run", "ms", ",.1f"),
        Column("highest", "Highest run", "ms", ",.1f"),
        Column("since", "Since the server stopped", "s", ".2f"),
        Column("sent", "Sent then", "/s", ",.0f"),
        Column("mean", "Mean", "ms", ",.1f", hidden=True),
        Column("values", "Values", "per run", hidden=True),
        Column("kept", "Sent", "of those intended", ".1%", hidden=True),
        Column("factor", "Customers over this", format=",.1f", hidden=True),
        Column("paused", "Stands still", hidden=True),
    ],
    chart=alt.vconcat(_percentiles(), _sent()),
    summary=(
        "99 of 100 customers are answered within {customers_p99} ms ({lowest} to {highest} in five "
        "runs). The load test with one connection says {connection_p99} ms; customers' time is "
        "{factor} times that. It sent {connection_kept} of the requests that it should have sent. "
        "With {users} virtual users the test says {users_p99} ms and sent {users_kept}. Corrected "
        "afterwards, one connection says {corrected_p99} ms; a schedule that is kept says "
        "{schedule_p99} ms. Means: customers {customers_mean} ms, one connection "
        "{connection_mean} ms, virtual users {users_mean} ms."
    ),
    readings=[
        _p99("customers_p99", CUSTOMERS),
        _p99("lowest", CUSTOMERS, "lowest"),
        _p99("highest", CUSTOMERS, "highest"),
        _p99("connection_p99", CONNECTION),
        _p99("factor", CONNECTION, "factor"),
        _p99("connection_kept", CONNECTION, "kept", ".0%"),
        _p99("users_p99", USERS),
        _p99("users_kept", USERS, "kept", ".0%"),
        _p99("corrected_p99", CORRECTED),
        _p99("schedule_p99", SCHEDULE),
        _p99("customers_mean", CUSTOMERS, "mean", ",.1f"),
        _p99("connection_mean", CONNECTION, "mean", ",.1f"),
        _p99("users_mean", USERS, "mean", ",.1f"),
        _of("customers_p50", "ms", CUSTOMERS, 0.5, ",.1f"),
        _of("connection_p50", "ms", CONNECTION, 0.5, ",.1f"),
        _of("users_p999", "ms", USERS, 0.999, ",.0f"),
        _of("connection_p999", "ms", CONNECTION, 0.999, ",.0f"),
    ],
    prediction=Prediction(
        "100 customers a second; a request takes the server 5 ms on average. Once a minute it "
        "stands still for 2 s. The load test sends one request after the other, 100 a second, and "
        "says: 99 of 100 are answered within 23 ms. Within how many ms are 99 of 100 customers "
        "answered?",
        reading="customers_p99", low=0.0, high=2500.0, step=10.0, format=",.0f", unit="ms",
    ),
    tries=[
        Try("The sale: 250 requests a second, and the server can do 200. Which test notices?",
            {"rate": 250.0}),
        Try("The same load from a thousand virtual users, who think longer.", {"users": 1000}),
        Try("The server never stands still. Do all agree now?", {"pause_s": 0.0}),
        Try("Half a second every 20 s in place of 2 s a minute: three quarters of the time lost.",
            {"pause_s": 0.5, "every_s": 20.0}),
    ],
)  # fmt: skip
