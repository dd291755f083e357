"""Lab: how soon to declare a primary dead, and what it costs to be wrong."""

import altair as alt

from scalelab.facts.failover import PATRONI_TTL
from scalelab.kernels.replication.failover import TIMEOUTS_S, failover
from scalelab.models.replication.failover import (
    BROADCAST_S,
    CLOCK_ERROR_S,
    FENCINGS,
    RECONNECT_S,
    TAIL,
    VOTINGS,
    WAIT_S,
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
    one_two_five,
)

ALL, CRASHES, PAUSES, LOST = "All", "Crashes", "Pauses", "Lost heartbeats"
FALSE, WRONG = "False failovers", "Orders at the wrong primary"
SERIES = [ALL, CRASHES, PAUSES, LOST, FALSE, WRONG]
PARTS = {
    "detection": "Detection", "election": "Election", "promotion": "Promotion",
    "replay": "Replay", "reconnection": "Reconnection",
}  # fmt: skip
# A format by itself gives all ticks the prefix of the largest one.
SHORT = "format(datum.value, '~s')"


def _chart() -> alt.TopLevelMixin:
    colour = alt.Color(
        "series:N", title=None, scale=alt.Scale(domain=SERIES),
        legend=alt.Legend(symbolType="stroke", symbolOpacity=1),
    )  # fmt: skip
    x = alt.X(
        "timeout:Q", title="Time-out (s)", scale=alt.Scale(type="log", nice=False),
        axis=alt.Axis(values=[1, 3, 10, 30, 100], format=",.0f"),
    )  # fmt: skip
    tooltip = [
        alt.Tooltip("timeout:Q", title="Time-out (s)", format=",.1f"),
        alt.Tooltip("minutes:Q", title="No writes (min a year)", format=",.1f"),
        alt.Tooltip("crash:Q", title="Crashes (min)", format=",.1f"),
        alt.Tooltip("pause:Q", title="Pauses (min)", format=",.1f"),
        alt.Tooltip("heartbeat:Q", title="Lost heartbeats (min)", format=",.1f"),
        alt.Tooltip("false_failovers:Q", title="False failovers a year", format=",.1f"),
        alt.Tooltip("wrong_writes:Q", title="Orders at the wrong primary", format=",.0f"),
        alt.Tooltip("rto:Q", title="A crash takes (s)", format=",.1f"),
    ]
    table = alt.Chart(data())
    grid = table.transform_filter("datum.chosen == 0")
    chosen = table.transform_filter("datum.chosen == 1")
    rule = chosen.mark_rule(strokeWidth=1.5, opacity=0.6).encode(x=x)
    # A minute's hundredth is nothing; a logarithmic axis has no place for it.
    scale = alt.Scale(type="log", domainMin=0.1, nice=False, clamp=True)

    def minutes(name: str) -> alt.Y:
        axis = alt.Axis(values=[0.1, 1, 10, 100, 1000, 10_000, 100_000], format=",~g")
        return alt.Y(f"{name}:Q", title="No writes (minutes a year)", scale=scale, axis=axis)

    def line(name: str, series: str, width: float) -> alt.Chart:
        found: alt.Chart = (
            grid.transform_filter(f"datum.{name} > 0.01")
            .transform_calculate(series=f"'{series}'")
            .mark_line(strokeWidth=width, clip=True)
            .encode(x=x, y=minutes(name), color=colour, tooltip=tooltip)
        )
        return found

    band = (
        grid.transform_filter("datum.lowest > 0.01").transform_calculate(series=f"'{ALL}'")
        .mark_area(opacity=0.2, clip=True)
        .encode(x=x, y=minutes("lowest"), y2="highest:Q", color=colour)
    )  # fmt: skip
    year = alt.layer(
        band, rule, line("crash", CRASHES, 1.5), line("pause", PAUSES, 1.5),
        line("heartbeat", LOST, 1.5), line("minutes", ALL, 2.5), guess_rule("y"),
    )  # fmt: skip

    def count(name: str, series: str) -> alt.LayerChart | alt.FacetChart:
        # None at all has its place, which a logarithmic axis would not have.
        symmetric = alt.Scale(type="symlog", constant=1, nice=False, zero=True)
        axis = alt.Axis(values=[0, 1, 10, 100, 10_000, 1e6, 1e8], labelExpr=SHORT)
        y = alt.Y(f"{name}:Q", title="Number a year", scale=symmetric, axis=axis)

        def of(source: alt.Chart) -> alt.Chart:
            return source.transform_calculate(series=f"'{series}'")

        line = of(grid).mark_line(strokeWidth=2.5)
        dot = of(chosen).mark_point(size=80, filled=True, opacity=1)
        return alt.layer(*(m.encode(x=x, y=y, color=colour, tooltip=tooltip) for m in (line, dot)))

    numbers = alt.layer(
        rule, count("false_failovers", FALSE), count("wrong_writes", WRONG)
    )  # fmt: skip

    names = " : ".join(f"datum.key == '{key}' ? '{name}'" for key, name in PARTS.items())
    steps = (
        chosen.transform_fold(list(PARTS), as_=["key", "seconds"])
        .transform_calculate(part=f"{names} : ''")
        .transform_window(end="sum(seconds)", frame=[None, 0])
        .transform_calculate(start="datum.end - datum.seconds")
        .mark_bar(opacity=0.6, height=18)
        .encode(
            x=alt.X("start:Q", title="Seconds since the crash", axis=alt.Axis(tickCount=4)),
            x2="end:Q",
            y=alt.Y("part:N", title=None, sort=list(PARTS.values())),
            tooltip=[
                alt.Tooltip("part:N", title="Part"),
                alt.Tooltip("seconds:Q", title="Seconds", format=",.1f"),
            ],
        )
    )
    return alt.hconcat(*(view.properties(width=180, height=230) for view in (year, numbers, steps)))


def _chosen(name: str, column: str, form: str = ",.1f") -> Reading:
    return Reading(name, column, {"chosen": 1}, form)


def _patient(name: str, column: str, form: str = ",.1f") -> Reading:
    return Reading(name, column, {"chosen": 0, "timeout": PATRONI_TTL.value}, form)


lab = Lab(
    name="replication/failover",
    title="Who says that the primary is dead?",
    kernel=failover,
    controls=[
        Slider("timeout_s", "Time-out", TIMEOUTS_S, 3.0, unit="s", format=",.1f",
               help="So long without a heartbeat, and the primary is declared dead; one that is "
                    "due just then still counts"),
        Slider("heartbeat_s", "A heartbeat every", (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0), 1.0,
               unit="s", format=",.1f", help="A shorter time-out counts as one of this length"),
        Slider("loss", "Heartbeats lost",
               (0.0, 0.0001, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1), 0.01, format=".2%",
               help="Each by itself; an assumption, as are the next three"),
        Slider("pauses", "Pauses of the primary",
               (0.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0), 200.0, unit="a year",
               help="A disk that hangs, a machine that is moved"),
        one_two_five("pause_s", "Half of them shorter than", 0.05, 20.0, 0.5, unit="s",
                     format=",.2f", help="A few are very long (Pareto, exponent 1.5)"),
        Slider("crashes", "Crashes", (0.5, 1.0, 2.0, 5.0, 10.0, 20.0), 2.0, unit="a year",
               format=",.1f"),
        Slider("promotion_s", "Promotion", (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 60.0), 10.0, unit="s",
               format=",.1f", help="Until the replica is a primary"),
        Slider("replay_s", "Replay of the backlog", (0.0, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0),
               5.0, unit="s", help="What it has received and not yet applied; mean"),
        Choice("voting", "Watched by", VOTINGS),
        one_two_five("write_rate", "Orders", 10, 20_000, 1000, unit="/s"),
        Choice("fencing", "Fencing of the old primary", FENCINGS,
               help="STONITH: its power is cut before another one is promoted"),
        Slider("lease_s", "Length of the lease", (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0), 10.0,
               unit="s", format=",.1f",
               help="Without a renewal it stops by itself, by its clock, at worst 0.5 s late"),
    ],
    constants={
        "clock_error_s": CLOCK_ERROR_S, "reconnect_s": RECONNECT_S, "tail": TAIL,
        "wait_s": WAIT_S, "broadcast_s": BROADCAST_S, "years": 10.0, "n_runs": 5,
        "most_runs": 100, "seed": 1,
    },
    columns=[
        Column("timeout", "Time-out", "s", ",.1f"),
        Column("chosen", "Chosen", hidden=True),
        Column("crash", "After crashes", "min a year", ",.1f"),
        Column("pause", "Pauses", "min a year", ",.1f"),
        Column("heartbeat", "Lost heartbeats", "min a year", ",.1f"),
        Column("minutes", "No writes", "min a year", ",.1f"),
        Column("lowest", "Lowest run", "min a year", ",.1f"),
        Column("highest", "Highest run", "min a year", ",.1f"),
        Column("false_failovers", "False failovers", "a year", ",.1f"),
        Column("false_pauses", "Of them, after pauses", "a year", ",.1f"),
        Column("false_heartbeats", "After lost heartbeats", "a year", ",.1f"),
        Column("wrong_writes", "Orders at the wrong primary", "a year", ",.0f"),
        Column("detection", "Detection", "s", ",.1f"),
        Column("election", "Election", "s", ",.2f"),
        Column("promotion", "Promotion", hidden=True),
        Column("replay", "Replay", hidden=True),
        Column("reconnection", "Reconnection", hidden=True),
        Column("rto", "A crash takes", "s", ",.1f"),
        Column("availability", "Share of the year", "", ".4%"),
        Column("best", "Best time-out", hidden=True),
    ],
    chart=_chart(),
    summary=(
        "With a time-out of {timeout_s}, a crash takes {rto} s, of them {detection} s until it is "
        "noticed. The shop cannot write for {minutes} minutes a year: {crash} after crashes, "
        "{pause} in and after pauses, {heartbeat} after heartbeats that were lost. "
        "{false_failovers} failovers a year are false, and {wrong_writes} orders go to a primary "
        "that has been replaced. With 30 s it would be {patient} minutes and {patient_false} false "
        "failovers; the fewest minutes come with {best} s."
    ),
    readings=[
        _chosen("minutes", "minutes"),
        _chosen("crash", "crash"),
        _chosen("pause", "pause"),
        _chosen("heartbeat", "heartbeat"),
        _chosen("false_failovers", "false_failovers"),
        _chosen("wrong_writes", "wrong_writes", ",.0f"),
        _chosen("rto", "rto"),
        _chosen("detection", "detection"),
        _chosen("election", "election", ",.2f"),
        _chosen("best", "best"),
        _patient("patient", "minutes"),
        _patient("patient_false", "false_failovers"),
        _patient("patient_rto", "rto"),
    ],
    prediction=Prediction(
        "With a time-out of 30 s a crash stops the shop for 50 s, twice a year, and with all the "
        "primary's pauses it cannot write for about 5 minutes a year. The time-out is lowered to "
        "3 s so that the shop recovers faster. How many minutes a year can it not take orders?",
        reading="minutes", low=0.0, high=60.0, step=0.5, format=",.1f", unit="min",
    ),
    tries=[
        Try("Let a majority of three watch, still with 3 s. Which cause goes away, which stays?",
            {"voting": 1}),
        Try("Patience: 10 s. What does a crash take now, and what does the year?",
            {"timeout_s": 10.0}),
        Try("A lease of 10 s, with a time-out of 3 s: does it help? Then raise the time-out to "
            "12 s.", {"fencing": 1}),
        Try("Five heartbeats a second in place of one, with the same 3 s. Where have the lost "
            "heartbeats gone?", {"heartbeat_s": 0.2}),
    ],
)  # fmt: skip
