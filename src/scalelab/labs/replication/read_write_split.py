"""Lab: what read replicas carry, and the ceiling of the writes that they do not move."""

import altair as alt

from scalelab.kernels.replication.read_write_split import read_write_split
from scalelab.models.replication.read_write_split import READ_MS, STATES, WRITE_MS
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

ALL_UP, AFTER_FAILURE = STATES
PRIMARY, HOPED = "Primary", "Each server adding as much"
SERIES = [ALL_UP, AFTER_FAILURE, PRIMARY, HOPED]
MOST = 16
RED = "#d1495b"


def _chart() -> alt.TopLevelMixin:
    colour = alt.Color(
        "series:N", title=None, scale=alt.Scale(domain=SERIES),
        legend=alt.Legend(symbolType="stroke", symbolOpacity=1),
    )  # fmt: skip
    x = alt.X(
        "replicas:Q", title="Replicas", scale=alt.Scale(domain=[0, MOST], nice=False),
        axis=alt.Axis(values=[0, 4, 8, 12, 16], format=",.0f"),
    )  # fmt: skip
    tooltip = [
        alt.Tooltip("series:N", title="Line"),
        alt.Tooltip("replicas:Q", title="Replicas", format=",.0f"),
        alt.Tooltip("ceiling:Q", title="Carried (/s)", format=",.0f"),
        alt.Tooltip("gain:Q", title="Times one server", format=",.2f"),
        alt.Tooltip("added:Q", title="Added by the last (/s)", format=",.0f"),
        alt.Tooltip("primary:Q", title="Primary busy", format=",.0%"),
        alt.Tooltip("busy:Q", title="Servers that read busy", format=",.0%"),
        alt.Tooltip("p99:Q", title="Read p99 (ms)", format=",.1f"),
    ]
    table = alt.Chart(data()).transform_calculate(series="datum.state")
    up = alt.Chart(data()).transform_filter("datum.state == 'All up'")
    primary = up.transform_calculate(series=f"'{PRIMARY}'")
    hoped = up.transform_calculate(
        series=f"'{HOPED}'", hope="datum.ceiling / datum.gain * (datum.replicas + 1)"
    ).transform_filter("datum.hope <= 1.5 * datum.write_ceiling")
    chosen = up.transform_filter("datum.chosen == 1")
    rule = chosen.mark_rule(strokeWidth=1.5, opacity=0.6).encode(x=x)

    def lines(source: alt.Chart, name: str, y: alt.Y, width: float = 2.5) -> alt.Chart:
        found: alt.Chart = source.mark_line(strokeWidth=width, clip=True).encode(
            x=x, y=y, color=colour, tooltip=tooltip
        )
        return found

    def carried(name: str) -> alt.Y:
        scale = alt.Scale(zero=True, nice=False, padding=6)
        return alt.Y(
            f"{name}:Q", title="Carried (requests/s)", scale=scale,
            axis=alt.Axis(tickCount=5, format="~s"),
        )  # fmt: skip

    comes = chosen.mark_rule(strokeWidth=1.5, opacity=0.6).encode(y=carried("request_rate"))
    ceilings = alt.layer(
        comes, rule, lines(hoped, "hope", carried("hope"), 1.25),
        lines(primary, "write_ceiling", carried("write_ceiling")),
        lines(table, "ceiling", carried("ceiling")), guess_rule("y"),
    )  # fmt: skip

    scale = alt.Scale(domain=[0, 1.5], nice=False, clamp=True)
    axis = alt.Axis(values=[0, 0.25, 0.5, 0.75, 1, 1.25, 1.5], format=".0%")

    def busy(name: str) -> alt.Y:
        return alt.Y(f"{name}:Q", title="Utilisation", scale=scale, axis=axis)

    limits = chosen.transform_calculate(full="1", top="1.5")
    overload = limits.mark_rect(opacity=0.13, color=RED).encode(y=busy("full"), y2="top:Q")
    target = chosen.mark_rule(strokeWidth=1.5, opacity=0.6).encode(y=busy("target"))
    utilisation = alt.layer(
        overload, target, rule, lines(primary, "primary", busy("primary")),
        lines(table, "busy", busy("busy")),
    )  # fmt: skip

    times = table.transform_filter("datum.queues == 1")
    milliseconds = alt.Scale(zero=True, nice=False, padding=8)

    def p99(name: str) -> alt.Y:
        return alt.Y(
            f"{name}:Q", title="Read p99 (ms)", scale=milliseconds, axis=alt.Axis(tickCount=5)
        )

    band = times.mark_area(opacity=0.2).encode(x=x, y=p99("lowest"), y2="highest:Q", color=colour)
    response = alt.layer(band, rule, lines(times, "p99", p99("p99")))
    return alt.hconcat(
        *(view.properties(width=180, height=230) for view in (ceilings, utilisation, response))
    )


def _at(name: str, column: str, form: str, state: str = ALL_UP, **where: float) -> Reading:
    return Reading(name, column, {"state": state, **where}, form)


lab = Lab(
    name="replication/read_write_split",
    title="What do read replicas buy?",
    kernel=read_write_split,
    controls=[
        Slider(
            "request_rate", "Requests",
            (1_000, 2_000, 5_000, 8_000, 10_000, 15_000, 20_000, 25_000, 30_000, 50_000), 10_000,
            unit="/s",
        ),
        Slider("write_share", "Of them, writes", (0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5), 0.1,
               format=".0%"),
        linear("replicas", "Replicas", 0, MOST, 1, 2, help="Copies besides the primary"),
        linear("failed", "Of them, failed", 0, 3, 1, 1),
        Choice("primary_reads", "Reads go to", ("Replicas", "Replicas and primary"),
               help="Both: so that all servers are equally busy"),
        Slider("read_ms", "A read", (0.1, 0.2, 0.5, 1.0, 2.0, 5.0), READ_MS, unit="ms",
               format=",.1f", help="Work of one core, mean"),
        Slider("write_ms", "A write", (0.2, 0.5, 1.0, 2.0, 5.0, 10.0), WRITE_MS, unit="ms",
               format=",.1f", help="Work of one core of the primary, mean"),
        linear("apply_share", "To apply a write", 0.1, 1.0, 0.1, 0.5, format=".0%",
               help="At a replica, of what executing it costs the primary"),
        Slider("cores", "Cores of a server", (1, 2, 4, 8, 16, 32), 8),
        linear("target", "Servers may be busy", 0.5, 1.0, 0.05, 0.7, format=".0%"),
        Slider("growth", "Growth", (0.0, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0), 0.5, format=".0%",
               unit="a year", help="Of all requests"),
    ],
    constants={"fewest": 0, "most": MOST, "n_requests": 3000, "n_runs": 5, "seed": 1},
    columns=[
        Column("state", "State", labels=STATES),
        Column("replicas", "Replicas"),
        Column("serving", "Of them, up", hidden=True),
        Column("ceiling", "Carried", "/s", ",.0f"),
        Column("added", "Added by the last", "/s", ",.0f"),
        Column("gain", "Carried", "times one server", ",.2f"),
        Column("primary", "Primary", "utilisation", ",.0%"),
        Column("replica", "A replica", "utilisation", ",.0%"),
        Column("at_primary", "Reads at the primary", format=".0%", hidden=True),
        Column("mean", "Read, mean", "ms", ",.2f"),
        Column("p99", "Read, p99", "ms", ",.1f"),
        Column("lowest", "p99, lowest run", "ms", ",.1f", hidden=True),
        Column("highest", "p99, highest run", "ms", ",.1f", hidden=True),
        Column("chosen", "Chosen", hidden=True),
        Column("carries", "Carries the requests", hidden=True),
        Column("queues", "Reads have a p99", hidden=True),
        Column("write_ceiling", "Writes alone allow", "/s", ",.0f", hidden=True),
        Column("months", "Until the writes fill the primary", "months", ",.0f", hidden=True),
        Column("comes", "That time comes", hidden=True),
        Column("shards", "Shards in five years", hidden=True),
        Column("request_rate", "Come", hidden=True),
        Column("target", "Target", hidden=True),
        Column("busy", "Servers that read", "utilisation", ",.0%", hidden=True),
        Column("applying", "A replica, applying writes", "utilisation", ",.0%"),
    ],
    chart=_chart(),
    summary=(
        "One server carries {alone} requests a second, a primary with replicas: {replicas} carry "
        "{carried}, {gain} times as much, and {carried_failed} with {failed} down; {most_replicas} "
        "carry {most}. The primary's writes allow {write_ceiling} and no more. Of {request_rate} "
        "the primary is {primary} busy and the servers that read {busy}, {busy_failed} after the "
        "failure; replicas spend {applying} on applying writes. A read's p99 is {p99} ms, after "
        "the failure {p99_failed} ms. For this rate it takes "
        "{needed} replicas, {needed_failed} to stand the failure. At this growth the writes alone "
        "fill the primary in {months} months; in five years they take {shards} shards."
    ),
    readings=[
        _at("alone", "ceiling", ",.0f", replicas=0),
        _at("carried", "ceiling", ",.0f", chosen=1),
        _at("gain", "gain", ",.1f", chosen=1),
        _at("carried_failed", "ceiling", ",.0f", AFTER_FAILURE, chosen=1),
        _at("most", "ceiling", ",.0f", replicas=MOST),
        _at("most_replicas", "replicas", ",.0f", replicas=MOST),
        _at("write_ceiling", "write_ceiling", ",.0f"),
        _at("primary", "primary", ",.0%", chosen=1),
        _at("busy", "busy", ",.0%", chosen=1),
        _at("busy_failed", "busy", ",.0%", AFTER_FAILURE, chosen=1),
        _at("applying", "applying", ",.0%", chosen=1),
        _at("p99", "p99", ",.1f", chosen=1, queues=1),
        _at("p99_failed", "p99", ",.1f", AFTER_FAILURE, chosen=1, queues=1),
        _at("needed", "replicas", ",.0f", carries=1),
        _at("needed_failed", "replicas", ",.0f", AFTER_FAILURE, carries=1),
        _at("months", "months", ",.0f", comes=1),
        _at("shards", "shards", ",.0f"),
    ],
    prediction=Prediction(
        "One request in ten writes. One server carries 5,091 requests a second before it is 70 % "
        "busy. How many does a primary with 16 replicas carry, 17 such servers in all?",
        reading="most", low=5_000.0, high=90_000.0, step=500.0, format=",.0f", unit="/s",
    ),
    tries=[
        Try("Two writes in ten. How much do 17 servers carry now, and from which replica on is "
            "every further one idle money?", {"write_share": 0.2}),
        Try("A third replica. What does it change in the p99 now, and what on the day that one "
            "fails?", {"replicas": 3}),
        Try("Let the primary read too. For how many replicas is that worth something, and where "
            "does the ceiling go?", {"primary_reads": 1}),
        Try("Replicas that execute every write in full. Where are the replicas' cores now, at 16?",
            {"apply_share": 1.0, "request_rate": 20_000, "replicas": 16}),
    ],
)  # fmt: skip
