"""Lab: one service hangs, and how many of the others' requests go with it."""

from typing import Any

import altair as alt

from scalelab.kernels.principles.coupling import (
    BROKER,
    HERE,
    SERIES,
    TIME,
    WAY,
    coupling,
)
from scalelab.models.principles.coupling import (
    CALL_MS,
    EACH,
    FALLBACKS,
    FAULTS,
    HAND_OVER_MS,
    MINUTES,
    OWN,
    PATIENCE_S,
    PROBES,
    REQUESTS_PER_S,
    SHARE,
    THRESHOLD,
    TIME_OUT_S,
    WAIT_S,
    WAYS,
    WINDOW,
    WORK_MS,
    WORKERS,
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
NAMES = ("none", "limit", "breaker", "bulkhead", "broker")
NEEDED_COLUMNS = ("all_needed", "half_needed", "broker_needed")
NEEDED = ("all needed", "half", "broker")


def _colour() -> alt.Color:
    return alt.Color("series:N", title=None, scale=alt.Scale(domain=list(WAYS)))


def _width() -> alt.Size:
    """Lines that agree lie on each other, so those below are wider."""
    return alt.Size(
        "series:O", legend=None,
        scale=alt.Scale(type="ordinal", domain=list(WAYS), range=[7.0, 5.2, 3.6, 2.4, 1.2]),
    )  # fmt: skip


def _over_time(prefix: str, y: alt.Y, form: str, title: str) -> Any:
    columns: list[Any] = [f"{prefix}_{name}" for name in NAMES]
    x = alt.X("at:Q", title="Seconds since the fault began",
              scale=alt.Scale(nice=False), axis=alt.Axis(format=",.0f", tickCount=8))  # fmt: skip
    return (
        alt.Chart(data())
        .transform_filter(f"datum.kind == {TIME}")
        .transform_fold(columns, as_=["column", "value"])
        .transform_calculate(series=f"{list(WAYS)}[indexof({columns}, datum.column)]")
        .mark_line(strokeJoin="round")
        .encode(
            x=x, y=y, color=_colour(), size=_width(),
            tooltip=[
                alt.Tooltip("series:N", title="Way"),
                alt.Tooltip("at:Q", title="Second", format=",.0f"),
                alt.Tooltip("value:Q", title=title, format=form),
            ],
        )
    )  # fmt: skip


def _answered() -> alt.LayerChart | alt.FacetChart:
    """Requests answered over those that come; points are means of the fault."""
    y = alt.Y("value:Q", title="Answered in time",
              scale=alt.Scale(domain=[0, 1.02], nice=False, clamp=True),
              axis=alt.Axis(format=".0%", values=[0, 0.25, 0.5, 0.75, 1]))  # fmt: skip
    means = (
        alt.Chart(data())
        .transform_filter(f"datum.kind == {WAY}")
        .transform_calculate(value="datum.share_ok", series="datum.way")
        .mark_point(filled=True, size=110, opacity=1, stroke="white", strokeWidth=1.5)
        .encode(
            x="middle:Q", y=y, color=_colour(),
            tooltip=[
                alt.Tooltip("way:N", title="Way"),
                alt.Tooltip("value:Q", title="Mean of the fault", format=".1%"),
                alt.Tooltip("lost:Q", title="Lost", format=",.0f"),
            ],
        )
    )  # fmt: skip
    lines = _over_time("ok", y, ".1%", "Answered")
    return alt.layer(lines, means, guess_rule("y")).properties(width=WIDTH, height=210)


def _busy() -> alt.LayerChart | alt.FacetChart:
    y = alt.Y("value:Q", title="Workers busy", scale=alt.Scale(domainMin=0, nice=True),
              axis=alt.Axis(format=",.0f", tickCount=5))  # fmt: skip
    return alt.layer(_over_time("busy", y, ",.0f", "Busy")).properties(width=WIDTH, height=150)


def _series() -> alt.LayerChart | alt.FacetChart:
    """Minutes a year, by number of services."""
    rows = (
        alt.Chart(data())
        .transform_filter(f"datum.kind == {SERIES}")
        .transform_fold(list(NEEDED_COLUMNS), as_=["column", "value"])
        .transform_calculate(
            needed=f"{list(NEEDED)}[indexof({list(NEEDED_COLUMNS)}, datum.column)]"
        )
    )
    x = alt.X("services:Q", title="Services that a request asks, one after the other",
              scale=alt.Scale(domain=[0, 35], nice=False),
              axis=alt.Axis(values=[1, 5, 10, 20, 30], format=",.0f"))  # fmt: skip
    y = alt.Y("value:Q", title="Down (minutes a year)",
              scale=alt.Scale(type="log", nice=False, padding=8),
              axis=alt.Axis(values=[1, 10, 100, 1000, 10_000, 100_000], format=",~r"))  # fmt: skip
    tooltip = [
        alt.Tooltip("needed:N", title="What is needed"),
        alt.Tooltip("services:Q", title="Services", format=",.0f"),
        alt.Tooltip("value:Q", title="Minutes a year", format=",.1f"),
    ]
    line = rows.mark_line(color="grey").encode(x=x, y=y, detail="needed:N", tooltip=tooltip)
    point = rows.mark_point(color="grey", filled=True, size=36, opacity=1).encode(
        x=x, y=y, tooltip=tooltip
    )
    text = (
        rows.transform_filter("datum.services == 30")
        .mark_text(align="left", dx=6, fontSize=10)
        .encode(x=x, y=y, text="needed:N")
    )
    return alt.layer(line, point, text).properties(width=WIDTH, height=150)


def _of(name: str, column: str, way: int, form: str, **where: float | str) -> Reading:
    return Reading(name, column, {"kind": WAY, "way": WAYS[way], **where}, form)


def _down(name: str, column: str, services: int) -> Reading:
    return Reading(name, column, {"kind": SERIES, "services": services}, ",.0f")


lab = Lab(
    name="principles/coupling",
    title="One service hangs. Who else goes down?",
    kernel=coupling,
    controls=[
        Choice("fault", "The service", FAULTS, 0,
               help="Recommendations, say; all other services stay well"),
        Slider("minutes", "For", (0.5, 1.0, 2.0, 3.0, 5.0, 10.0), MINUTES, unit="min",
               format=",.1f"),
        Slider("share", "Need it", (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0), SHARE,
               format=".1%", help="Of the requests"),
        Slider("rate", "Requests", (20.0, 50.0, 100.0, 200.0, 500.0, 1000.0), REQUESTS_PER_S,
               unit="/s", help="To this front-end machine"),
        Slider("workers", "Workers", (20, 50, 100, 200, 400, 800), WORKERS,
               help="Threads of the front end; Tomcat has 200"),
        Slider("limit_s", "Time-out", (0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 60.0),
               TIME_OUT_S, unit="s", format=",.1f",
               help="Of calls to the service, with a breaker and a bulkhead, too"),
        Slider("own_calls", "Bulkhead", (1, 2, 5, 10, 25, 50, 100, 200), OWN, unit="calls",
               help="That may wait for the service at once; Resilience4j has 25"),
        Choice("fallback", "If a call fails,", FALLBACKS, 0),
        Slider("each", "One service is up", (0.99, 0.995, 0.999, 0.9995, 0.9999), EACH,
               format=".2%", help="Of the time; for the last view"),
    ],
    constants={
        "work_ms": WORK_MS,
        "call_ms": CALL_MS,
        "hand_over_ms": HAND_OVER_MS,
        "patience_s": PATIENCE_S,
        "threshold": THRESHOLD,
        "window": WINDOW,
        "wait_s": WAIT_S,
        "probes": PROBES,
    },
    columns=[
        Column("kind", "Kind", hidden=True),
        Column("at", "Since the fault began", "s", ",.1f"),
        *(Column(f"ok_{n}", f"{way}: answered", "", ".1%")
          for n, way in zip(NAMES, WAYS, strict=True)),
        *(Column(f"busy_{n}", f"{way}: busy", "workers", ",.1f")
          for n, way in zip(NAMES, WAYS, strict=True)),
        Column("way", "Way", labels=WAYS),
        Column("share_ok", "Answered in the fault", "", ".1%"),
        Column("lost", "Lost"),
        Column("innocent", "Without need"),
        Column("most", "Most busy", "workers"),
        Column("full", "Full after", hidden=True),
        Column("has_full", "Fills", hidden=True),
        Column("back", "As before after", hidden=True),
        Column("open", "Opens after", hidden=True),
        Column("has_open", "Opens", hidden=True),
        Column("middle", "Middle", hidden=True),
        Column("bears", "Bears", "s", ",.1f"),
        Column("needs", "Needs", "workers"),
        Column("backlog", "Backlog", "messages"),
        Column("services", "Services"),
        Column("all_needed", "All needed", "min a year", ",.1f"),
        Column("half_needed", "Half needed", "min a year", ",.1f"),
        Column("broker_needed", "Broker needed", "min a year", ",.1f"),
        Column("came", "Came", hidden=True),
        Column("answered", "Answered", hidden=True),
        Column("refused", "Refused", hidden=True),
        Column("failed", "Failed", hidden=True),
        Column("left", "Left", hidden=True),
        Column("has_back", "Is back", hidden=True),
    ],
    chart=alt.vconcat(_answered(), _busy(), _series()),
    summary=(
        "{share} of the requests need the service. Of all that come in the {minutes}, without a "
        "time-out {none_ok} are answered, with {limit_s} it is {limit_ok}, with a breaker "
        "{breaker_ok}, with a bulkhead of {own_calls} {bulkhead_ok}, over a broker {broker_ok}. "
        "Lost although they do not need it: {none_innocent}, {limit_innocent}, {breaker_innocent}, "
        "{bulkhead_innocent} and {broker_innocent}. [Without a time-out the pool is full after "
        "{none_full} s.] If the service hangs, the pool bears a time-out of {bears} s; {limit_s} "
        "need {needs} workers. [The breaker opens after {breaker_open} s, and all is as before "
        "{breaker_back} s after the fault.] In all {limit_lost} are lost with a time-out, "
        "{breaker_lost} with a breaker. {backlog} messages wait at the broker. Ten services, "
        "each up {each} of the time, are down for {ten} minutes a year; {ten_half} if half have a "
        "fallback, {ten_broker} behind a broker."
    ),
    readings=[
        *(_of(f"{n}_ok", "share_ok", i, ".1%") for i, n in enumerate(NAMES)),
        *(_of(f"{n}_innocent", "innocent", i, ",.0f") for i, n in enumerate(NAMES)),
        *(_of(f"{n}_lost", "lost", i, ",.0f") for i, n in enumerate(NAMES)),
        *(_of(f"{n}_full", "full", i, ",.1f", has_full=1) for i, n in enumerate(NAMES[:BROKER])),
        _of("breaker_open", "open", 2, ",.1f", has_open=1),
        _of("breaker_back", "back", 2, ",.1f", has_back=1),
        Reading("bears", "bears", {"kind": HERE}, ",.1f"),
        Reading("needs", "needs", {"kind": HERE}, ",.0f"),
        Reading("backlog", "backlog", {"kind": HERE}, ",.0f"),
        _down("ten", "all_needed", 10),
        _down("ten_half", "half_needed", 10),
        _down("ten_broker", "broker_needed", 10),
        _down("thirty", "all_needed", 30),
    ],
    prediction=Prediction(
        "A front end with 200 workers takes 200 requests a second of 50 ms each, so ten of its "
        "workers are busy. 5% of the requests also ask for recommendations, and that service "
        "hangs for two minutes. Calls have no time-out. What share of all requests is answered in "
        "these two minutes?",
        reading="none_ok", low=0.0, high=1.0, step=0.01, format=".0%",
    ),
    tries=[
        Try("A time-out of a second. Is there anything left for breaker and bulkhead to do?",
            {"limit_s": 1.0}),
        Try("And the page is shown without recommendations. Who still loses anything?",
            {"limit_s": 1.0, "fallback": 1}),
        Try("60 s, an SDK's default. For how long is the breaker too late?", {"limit_s": 60.0}),
        Try("It is 100 times slower, and does not hang. What does a time-out of a second cost now?",
            {"fault": 1, "limit_s": 1.0}),
        Try("It fails at once. Why do the workers not mind, and who loses most?", {"fault": 3}),
        Try("800 workers, so that 30 s do no harm. For how many minutes do they help without a "
            "time-out?", {"workers": 800, "minutes": 5.0}),
    ],
)  # fmt: skip
