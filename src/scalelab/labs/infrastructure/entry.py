"""Lab: a machine dies, one is added, and parts are uneven, by DNS, at layer 4 and at layer 7."""

import altair as alt

from scalelab.kernels import shop
from scalelab.kernels.infrastructure.entry import MOMENT, WAY_KIND, entry
from scalelab.kernels.infrastructure.entry import PARTS as PARTS_KIND
from scalelab.models.infrastructure.entry import (
    HANDSHAKE_MS,
    HOLD_S,
    MACHINE_MS,
    MACHINES,
    PACKETS_MS,
    PATIENCE_S,
    RATE_PER_S,
    REQUEST_MS,
    RESOLVERS,
    RUNS,
    SEED,
    WAYS,
)
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

WIDTH = 440
CHOICES = ("DNS", "L4 turn", "L4 hash", "L7")


def _colour(legend: bool = False) -> alt.Color:
    return alt.Color(
        "way:N", title=None, scale=alt.Scale(domain=list(WAYS)),
        legend=alt.Legend(orient="top") if legend else None,
    )  # fmt: skip


def _lines(x: alt.X, y: alt.Y, tooltip: list[alt.Tooltip], legend: bool) -> list[alt.Chart]:
    """A line for each way; that of DNS is thin and last, so that one below it shows."""
    rows = alt.Chart(data()).transform_filter(f"datum.kind == {MOMENT}")
    wide = rows.transform_filter("datum.way != 'DNS'").mark_line(strokeWidth=4)
    thin = rows.transform_filter("datum.way == 'DNS'").mark_line(strokeWidth=2)
    return [
        mark.transform_calculate(minutes="datum.added / 60").encode(
            x=x, y=y, color=_colour(legend), tooltip=tooltip
        )
        for mark in (wide, thin)
    ]


def _death() -> alt.LayerChart | alt.FacetChart:
    """Requests that fail after a machine has died."""
    x = alt.X("dead:Q", title="Seconds after a machine died",
              axis=alt.Axis(format=",.0f", tickCount=6), scale=alt.Scale(nice=False))  # fmt: skip
    y = alt.Y("fails:Q", title="Requests that fail", axis=alt.Axis(format=".0%", tickCount=4))
    tooltip = [
        alt.Tooltip("way:N", title="By"),
        alt.Tooltip("dead:Q", title="Seconds", format=",.0f"),
        alt.Tooltip("fails:Q", title="Fail", format=".2%"),
    ]
    return alt.layer(*_lines(x, y, tooltip, True)).properties(width=WIDTH, height=130)


def _addition() -> alt.LayerChart | alt.FacetChart:
    """What a machine that was added has of its fair part."""
    x = alt.X("minutes:Q", title="Minutes after a machine was added",
              axis=alt.Axis(format=",~r", tickCount=6), scale=alt.Scale(nice=False))  # fmt: skip
    y = alt.Y("part:Q", title="Of its fair part", axis=alt.Axis(format=".0%", tickCount=4),
              scale=alt.Scale(domain=[0, 1.05]))  # fmt: skip
    tooltip = [
        alt.Tooltip("way:N", title="By"),
        alt.Tooltip("minutes:Q", title="Minutes", format=",.1f"),
        alt.Tooltip("part:Q", title="Of its fair part", format=".0%"),
    ]
    return alt.layer(*_lines(x, y, tooltip, False)).properties(width=WIDTH, height=110)


def _busiest() -> alt.LayerChart | alt.FacetChart:
    """The busiest machine: the middle of the runs, and where eight of ten are."""
    rows = alt.Chart(data()).transform_filter(f"datum.kind == {PARTS_KIND}")
    x = alt.X("choice:N", title=None, sort=list(CHOICES), axis=alt.Axis(labelAngle=0))
    y = alt.Y("middle:Q", title="Busiest machine", axis=alt.Axis(format=".0%", tickCount=5),
              scale=alt.Scale(zero=False, padding=8))  # fmt: skip
    tooltip = [
        alt.Tooltip("choice:N", title="By"),
        alt.Tooltip("low:Q", title="One run of ten below", format=".0%"),
        alt.Tooltip("middle:Q", title="Middle", format=".0%"),
        alt.Tooltip("high:Q", title="Nine of ten below", format=".0%"),
        alt.Tooltip("mean:Q", title="All machines", format=".0%"),
    ]
    band = rows.mark_rule(strokeWidth=9, opacity=0.35).encode(
        x=x, y=alt.Y("low:Q", title="Busiest machine"), y2="high:Q", color=_colour(),
        tooltip=tooltip,
    )  # fmt: skip
    middle = rows.mark_point(filled=True, size=90, opacity=1).encode(
        x=x, y=y, color=_colour(), tooltip=tooltip
    )
    text = rows.mark_text(align="left", dx=9).encode(
        x=x, y=y, text=alt.Text("middle:Q", format=".0%")
    )
    return alt.layer(band, middle, text, guess_rule("y")).properties(width=WIDTH, height=150)


def _of(name: str, way: str, column: str, form: str) -> Reading:
    return Reading(name, column, {"kind": WAY_KIND, "way": way}, form)


def _part(name: str, choice: str, column: str, form: str = ".0%") -> Reading:
    return Reading(name, column, {"kind": PARTS_KIND, "choice": choice}, form)


lab = Lab(
    name="infrastructure/entry",
    title="Choose a machine by name, by connection or by request?",
    kernel=entry,
    controls=[
        linear("machines", "Machines", 4, 20, 1, MACHINES),
        Slider("detect_s", "A death is noticed after", (2.0, 5.0, 7.0, 10.0, 30.0, 60.0, 90.0),
               30.0, unit="s", help="By the health checks, whoever makes them"),
        Slider("ttl_s", "Time to live", (5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 900.0, 3600.0),
               60.0, unit="s", help="For which a DNS answer may be kept"),
        Slider("ignoring", "Keep it longer", (0.0, 0.02, 0.05, 0.1, 0.2, 0.4), 0.1, format=".0%",
               help="Customers whose resolver or program does, for nine minutes on average"),
        Slider("next_share", "Try the next address", (0.0, 0.5, 0.8, 0.9, 0.95, 1.0), 0.0,
               format=".0%", help="With DNS: customers who got all addresses, and try another"),
        Slider("life_s", "A connection lives",
               (1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 600.0, 1800.0, 3600.0, 14400.0), 600.0,
               unit="s", help="On average, before another is opened"),
        Slider("connections", "Connections", (10, 20, 50, 100, 200, 500, 1000, 2000), 50,
               help="Open at a time, as many as there are proxies, partners and busy apps"),
        Slider("repeatable", "May be repeated", (0.0, 0.5, 0.8, 0.9, 0.95, 1.0),
               1.0 - shop.WRITE_SHARE, format=".0%",
               help="At layer 7: requests that the balancer sends to another machine"),
        Slider("skew", "Resolvers' inequality", (0.0, 0.4, 0.6, 0.8, 1.0, 1.2), 1.0, format=",.1f",
               help="Exponent of Zipf's law for the customers of 1,000 resolvers"),
    ],
    constants={
        "rate_per_s": RATE_PER_S,
        "hold_s": HOLD_S,
        "patience_s": PATIENCE_S,
        "resolvers": RESOLVERS,
        "work_ms": MACHINE_MS,
        "vcpus": shop.VCPUS,
        "request_ms": REQUEST_MS,
        "handshake_ms": HANDSHAKE_MS,
        "packets_ms": PACKETS_MS,
        "runs": RUNS,
        "seed": SEED,
    },
    columns=[
        Column("kind", "Kind", hidden=True),
        Column("way", "By", labels=WAYS),
        Column("dead", "After a death", "s", ",.1f"),
        Column("fails", "Requests that fail", format=".2%"),
        Column("added", "After an addition", "s", ",.0f"),
        Column("part", "Of its fair part", format=".1%"),
        Column("choice", "Chosen", labels=CHOICES),
        Column("low", "Busiest, low", format=".0%"),
        Column("middle", "Busiest, middle", format=".0%"),
        Column("high", "Busiest, high", format=".0%"),
        Column("variation", "Variation", format=".1%"),
        Column("over", "Over the mean", hidden=True),
        Column("failed", "Failed in ten minutes", format=",.0f"),
        Column("reached", "Nine tenths after", "s", ",.0f"),
        Column("needs", "vCPUs", format=",.3f"),
        Column("shakes", "For handshakes", "vCPUs", ",.3f"),
        Column("mean", "Mean", hidden=True),
    ],
    chart=alt.vconcat(_death(), _addition(), _busiest()),
    summary=(
        "A machine of {machines} dies: within ten minutes {dns_failed} requests fail with DNS, "
        "{l4_failed} at layer 4 and {l7_failed} at layer 7. One that is added has nine tenths of "
        "its fair part after {dns_reached} s with DNS, {l4_reached} s at layer 4 and {l7_reached} "
        "s at layer 7. All machines are busy for {all}; the busiest for {dns_busy} with DNS (one "
        "time in ten more than {dns_high}), {turn_busy} where connections are dealt in turn, "
        "{hash_busy} where a hash deals them, {l7_busy} by request. The balancer needs {l4_vcpus} "
        "vCPUs at layer 4, {l7_vcpus} at layer 7, {shake_vcpus} of them for handshakes."
    ),
    readings=[
        _of("dns_failed", "DNS", "failed", ",.0f"),
        _of("l4_failed", "Layer 4", "failed", ",.0f"),
        _of("l7_failed", "Layer 7", "failed", ",.0f"),
        _of("dns_reached", "DNS", "reached", ",.0f"),
        _of("l4_reached", "Layer 4", "reached", ",.0f"),
        _of("l7_reached", "Layer 7", "reached", ",.0f"),
        _of("all", "Layer 7", "mean", ".0%"),
        _part("dns_busy", CHOICES[0], "middle"),
        _part("dns_high", CHOICES[0], "high"),
        _part("turn_busy", CHOICES[1], "middle"),
        _part("hash_busy", CHOICES[2], "middle"),
        _part("l7_busy", CHOICES[3], "middle"),
        _part("dns_variation", CHOICES[0], "variation"),
        _part("turn_variation", CHOICES[1], "variation"),
        _part("hash_variation", CHOICES[2], "variation"),
        _of("l4_vcpus", "Layer 4", "needs", ",.3f"),
        _of("l7_vcpus", "Layer 7", "needs", ",.2f"),
        _of("shake_vcpus", "Layer 7", "shakes", ",.2f"),
    ],
    prediction=Prediction(
        "Round-robin DNS hands out five addresses to 1,000 resolvers, each of which gets one for "
        "all its customers. The five machines are busy for 70% on average. How busy is the "
        "busiest of them, in the middle of many runs?",
        reading="dns_busy", low=0.7, high=2.0, step=0.01, format=".0%",
    ),
    tries=[
        Try("A time to live of five seconds. What does it mend, and what not?", {"ttl_s": 5.0}),
        Try("All addresses in each answer, and 95% try the next one, as browsers do.",
            {"next_share": 0.95}),
        Try("Connections of an hour, as with gRPC and web sockets. Which event do they help?",
            {"life_s": 3600.0}),
        Try("Browsers: 2,000 connections, each for ten seconds. What becomes better, what dearer?",
            {"connections": 2000, "life_s": 10.0}),
        Try("At layer 7 nothing is repeated. Is it better than layer 4 still?",
            {"repeatable": 0.0}),
        Try("Twenty machines. Do more of them make the parts more even?", {"machines": 20}),
    ],
)  # fmt: skip
