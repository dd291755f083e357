"""Lab: an outage of seconds that retries turn into one without an end."""

import altair as alt

from scalelab.facts.retries import GOOGLE_SHARE, RESILIENCE4J_OPEN
from scalelab.kernels.principles.retries import retries
from scalelab.models.principles.retries import (
    BACKOFFS,
    BUDGETS,
    CAPACITY_PER_S,
    LOAD_PER_S,
    OUTAGE_S,
    QUEUES,
    RETRIES,
    TIMEOUT_S,
    WAYS,
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
    linear,
)

WIDTH = 440
NONE, PLAIN, BUDGET, BREAKER, SHED = WAYS
KINDS = TIME, STATE = ("moment", "states")
# Lines that agree lie on each other, the thinner on top.
THICK = dict(zip(WAYS, (7.0, 4.5, 2.0, 4.5, 2.0), strict=True))


def _colour() -> alt.Color:
    return alt.Color("way:N", title=None, scale=alt.Scale(domain=list(WAYS)))


def _seconds() -> alt.X:
    return alt.X(
        "at:Q", title="Seconds since the outage began", scale=alt.Scale(nice=False, padding=4),
        axis=alt.Axis(format=",.0f", tickCount=8),
    )  # fmt: skip


def _moments() -> alt.Chart:
    chart: alt.Chart = alt.Chart(data()).transform_filter(f"datum.kind == '{TIME}'")
    return chart


def _over_time(y: alt.Y, height: int) -> alt.LayerChart | alt.FacetChart:
    tooltip = [
        alt.Tooltip("way:N", title="Way"),
        alt.Tooltip("at:Q", title="Second", format=",.0f"),
        alt.Tooltip("goodput:Q", title="Answered in time (1/s)", format=",.0f"),
        alt.Tooltip("sent:Q", title="Sent (1/s)", format=",.0f"),
        alt.Tooltip("wait:Q", title="Queue (s of work)", format=",.1f"),
    ]
    lines = [
        _moments()
        .transform_filter(f"datum.way == '{way}'")
        .mark_line(strokeWidth=width)
        .encode(x=_seconds(), y=y, color=_colour(), tooltip=tooltip)
        for way, width in THICK.items()
    ]
    return alt.layer(*lines).properties(width=WIDTH, height=height)


def _answered() -> alt.LayerChart | alt.FacetChart:
    y = alt.Y("goodput:Q", title="Answered in time (1/s)", scale=alt.Scale(zero=True),
              axis=alt.Axis(format=",.0f", tickCount=4))  # fmt: skip
    return _over_time(y, 150)


def _sent() -> alt.LayerChart | alt.FacetChart:
    y = alt.Y("sent:Q", title="Sent, with retries (1/s)", scale=alt.Scale(zero=True),
              axis=alt.Axis(format=",.0f", tickCount=4))  # fmt: skip
    return _over_time(y, 130)


def _states() -> alt.LayerChart | alt.FacetChart:
    """Loads from which it comes back by itself (thick), and at which it needs no outage to fail."""
    rows = (
        alt.Chart(data())
        .transform_filter(f"datum.kind == '{STATE}'")
        .transform_calculate(
            beside="405",  # where no load can be set
            text="datum.back == 'no' ? 'stays down' : datum.down == 0 ? 'not down' : "
            "'down ' + format(datum.down, ',.1f') + ' s'",
        )
    )
    y = alt.Y("way:N", title=None, sort=list(WAYS))
    title = "Requests/s: recovers by itself (thick), may stay down (thin)"
    scale = alt.Scale(domain=[0, 520], nice=False)
    tooltip = [
        alt.Tooltip("way:N", title="Way"),
        alt.Tooltip("recovers:Q", title="Recovers below (1/s)", format=",.0f"),
        alt.Tooltip("tips:Q", title="Tips by itself at (1/s)", format=",.0f"),
        alt.Tooltip("overloaded:Q", title="Answered at 360/s (1/s)", format=",.0f"),
        alt.Tooltip("lost:Q", title="Lost requests", format=",.0f"),
    ]
    axis = alt.Axis(format=",.0f", values=[0, 100, 200, 300, 400])
    thin = rows.mark_rule(strokeWidth=2.5).encode(
        x=alt.X("recovers:Q", title=title, scale=scale, axis=axis), x2="tips:Q", y=y,
        color=_colour(), tooltip=tooltip,
    )  # fmt: skip
    thick = (
        rows.transform_calculate(zero="0")
        .mark_bar(height=13)
        .encode(x=alt.X("zero:Q"), x2="recovers:Q", y=y, color=_colour(), tooltip=tooltip)
    )
    text = rows.mark_text(align="left", fontSize=11).encode(
        x=alt.X("beside:Q"), y=y, text="text:N", tooltip=tooltip
    )
    here = (
        _moments()
        .transform_filter(f"datum.way == '{NONE}' && datum.at < -4")
        .mark_rule(strokeWidth=1.5, opacity=0.7)
        .encode(
            x=alt.X("sent:Q"), tooltip=[alt.Tooltip("sent:Q", title="Load (1/s)", format=",.0f")]
        )
    )
    return alt.layer(thin, thick, here, text, guess_rule("x")).properties(width=WIDTH, height=140)


def _of(name: str, column: str, way: str, form: str, **where: str) -> Reading:
    return Reading(name, column, {"kind": STATE, "way": way, **where}, form)


SHORT = ("none", "retries", "budget", "breaker", "shed")

lab = Lab(
    name="principles/retries",
    title="An outage that does not end",
    kernel=retries,
    controls=[
        linear("load", "Load", 20.0, 400.0, 10.0, LOAD_PER_S, unit="requests/s",
               help="Without retries; the database does 300/s"),
        Slider("outage_s", "Outage", (0.0, 0.5, 1.5, 2.0, 5.0, OUTAGE_S, 20.0, 30.0, 60.0),
               OUTAGE_S, unit="s", format=",.1f"),
        Slider("timeout_s", "Time-out", (0.2, 0.5, TIMEOUT_S, 2.0, 5.0), TIMEOUT_S, unit="s",
               format=",.1f", help="After it a client gives up an attempt"),
        linear("tries", "Retries at most", 0, 5, 1, RETRIES, help="Of all ways but the first"),
        Choice("backoff", "Back-off", BACKOFFS),
        Slider("share", "Budget", (0.02, 0.05, GOOGLE_SHARE.value, 0.2, 0.5), GOOGLE_SHARE.value,
               format=".0%", help="Retries as a share of what it counts"),
        Choice("counts", "Budget counts", BUDGETS),
        Slider("open_s", "Breaker open for", (2.0, 5.0, 10.0, 30.0, RESILIENCE4J_OPEN.value, 120.0),
               RESILIENCE4J_OPEN.value, unit="s"),
        Choice("shed", "Shedding", QUEUES, help="A full queue, or one that picks"),
    ],
    constants={"capacity": CAPACITY_PER_S},
    columns=[
        Column("way", "Way", labels=WAYS),
        Column("kind", "Row", labels=KINDS),
        Column("at", "Second"),
        Column("goodput", "Answered in time", "1/s", ",.1f"),
        Column("sent", "Sent", "1/s", ",.1f"),
        Column("wait", "Queue", "s of work", ",.1f"),
        Column("factor", "Attempts for a request", format=",.2f"),
        Column("recovers", "Recovers below", "1/s"),
        Column("tips", "Tips at", "1/s"),
        Column("overloaded", "Answered at 360/s", "1/s"),
        Column("back", "Back within 5 min", labels=("no", "yes")),
        Column("down", "Down for", "s", ",.1f"),
        Column("lost", "Lost", "requests"),
    ],
    chart=alt.vconcat(_answered(), _sent(), _states()),
    summary=(
        "{load} come to a database that does 300.[ Without retries it is down for {none_down} s.] "
        "With retries, {tries} at most, a request is sent {retries_factor} times at the end, and "
        "the database gets over a failure by itself below {retries_recovers} requests/s.[ It is "
        "down for {retries_down} s.] A budget makes that {budget_factor} times, and "
        "{budget_recovers} requests/s.[ It is down for {budget_down} s.][ The breaker has it down "
        "for {breaker_down} s.][ Shedding has it down for {shed_down} s.] Lost in the time shown: "
        "{none_lost} requests without retries, {retries_lost} with, {budget_lost} with a budget, "
        "{breaker_lost} with a breaker, {shed_lost} with shedding."
    ),
    readings=[
        *(
            _of(f"{short}_{column}", column, way, form)
            for short, way in zip(SHORT, WAYS, strict=True)
            for column, form in (
                ("recovers", ",.0f"), ("lost", ",.0f"), ("factor", ",.2f"), ("overloaded", ",.0f"),
            )
        ),
        *(
            _of(f"{short}_down", "down", way, ",.1f", back="yes")
            for short, way in zip(SHORT, WAYS, strict=True)
        ),
    ],
    prediction=Prediction(
        "280 requests come in a second, and the database does 300. It stops for ten seconds. A "
        "client waits for one second and then tries again, three times at most. The outage is "
        "over, the queue is not. To how many requests a second does the load have to fall until "
        "the database gets over it?",
        reading="retries_recovers", low=0, high=300, step=5, format=",.0f", unit="requests/s",
    ),
    tries=[
        Try("An outage of a second and a half. Who is down for long?", {"outage_s": 1.5}),
        Try("Only one retry. Is it enough to stay below the capacity?", {"tries": 1}),
        Try("Exponential back-off with full jitter. Does it help?", {"backoff": 2}),
        Try("The budget counts answers, not requests. What changes?", {"counts": 1}),
        Try("The breaker tries again after 5 s, and the queue holds two time-outs. Which is "
            "better than before?", {"open_s": 5.0, "shed": 1}),
        Try("330 requests come, more than the database can do. Who still answers?",
            {"load": 330.0, "outage_s": 0.0}),
    ],
)  # fmt: skip
