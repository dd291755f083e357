"""Lab: customers who do not find what they have just written, and what protects them."""

import altair as alt

from scalelab.kernels.replication.stale_reads import stale_reads
from scalelab.models.replication.stale_reads import LAWS, PIN_MS, SYSTEMS, TAILS
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
    one_two_five,
)

RANDOM, STICKY, PINNED, WAITING, PRIMARY = SYSTEMS
ONE_READ = "One read"
MISSED, GONE, AT_PRIMARY, EXPONENTIAL = (
    "Misses its own write", "Sees it, later not", "Reads at the primary", "Exponential lag",
)  # fmt: skip
SERIES = (MISSED, GONE, AT_PRIMARY, EXPONENTIAL)
PINS = (0.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0, 10_000.0)
LEAST = 0.0002  # of the curve, which is logarithmic


def _chart() -> alt.TopLevelMixin:
    colour = alt.Color("series:N", title=None, scale=alt.Scale(domain=list(SERIES)))
    table = alt.Chart(data())
    reads = table.transform_filter(f"datum.system == '{ONE_READ}'")
    time = alt.X(
        "time:Q", title="Since the write (s)", scale=alt.Scale(type="log", nice=False),
        axis=alt.Axis(tickCount=5, format="~g"),
    )  # fmt: skip
    scale = alt.Scale(type="log", domain=[LEAST, 1], nice=False, clamp=True)
    axis = alt.Axis(values=[0.0002, 0.001, 0.01, 0.1, 1], format="~%")
    title = "Reads that miss the write"
    tooltip = [
        alt.Tooltip("time:Q", title="Since the write (s)", format=",.2f"),
        alt.Tooltip("missed:Q", title="Miss it", format=".2%"),
        alt.Tooltip("expected:Q", title="Closed form", format=".2%"),
        alt.Tooltip("exponential:Q", title="If exponential", format=".2%"),
    ]

    def curve(column: str, series: str, width: float) -> alt.Chart:
        found: alt.Chart = (
            reads.transform_filter(f"datum.{column} >= {LEAST}")
            .transform_calculate(series=f"'{series}'")
            .mark_line(strokeWidth=width)
            .encode(
                x=time, y=alt.Y(f"{column}:Q", title=title, scale=scale, axis=axis), color=colour,
                tooltip=tooltip,
            )
        )  # fmt: skip
        return found

    band = (
        reads.transform_filter(f"datum.missed_high >= {LEAST}")
        .transform_calculate(series=f"'{MISSED}'", bottom=f"max(datum.missed_low, {LEAST})")
        .mark_area(opacity=0.25)
        .encode(
            x=time, y=alt.Y("bottom:Q", title=title, scale=scale, axis=axis), y2="missed_high:Q",
            color=colour,
        )
    )  # fmt: skip
    exact = (
        reads.transform_filter(f"datum.expected >= {LEAST}")
        .mark_point(size=14, filled=True, opacity=0.8, color="#777777")
        .encode(x=time, y=alt.Y("expected:Q", scale=scale), tooltip=tooltip)
    )
    # Names of their own, as Vega takes two aggregates of one name for the same.
    first = reads.transform_aggregate(
        first_at="max(first)", left="min(time)", right="max(time)"
    ).transform_calculate(at="datum.first_at", text="'first read'")
    pin = reads.transform_aggregate(
        pin_at="max(pin)", left="min(time)", right="max(time)"
    ).transform_calculate(at="datum.pin_at", text="'pin ends'")
    marks = [
        mark.transform_filter("datum.at > datum.left && datum.at < datum.right")
        for mark in (first, pin)
    ]
    at = alt.X("at:Q", scale=alt.Scale(type="log", nice=False))
    rules = [mark.mark_rule(strokeWidth=1.5, opacity=0.5).encode(x=at) for mark in marks]
    labels = [
        mark.mark_text(align="left", baseline="top", dx=4, dy=dy, y=0).encode(x=at, text="text:N")
        for mark, dy in zip(marks, (3, 17), strict=True)  # one below the other: they may be close
    ]

    fold: list[str | alt.FieldName] = ["missed", "gone", "at_primary"]
    series = (MISSED, GONE, AT_PRIMARY)
    place = f"indexof({[str(one) for one in fold]}, datum.key)"
    shares = (
        table.transform_filter(f"datum.system != '{ONE_READ}'")
        .transform_fold(fold, as_=["key", "share"])
        .transform_calculate(
            series=f"{list(series)}[{place}]",
            low="datum.key == 'missed' ? datum.missed_low : "
            "datum.key == 'gone' ? datum.gone_low : datum.share",
            high="datum.key == 'missed' ? datum.missed_high : "
            "datum.key == 'gone' ? datum.gone_high : datum.share",
            text="format(datum.share, datum.share < 0.0995 ? '.1%' : '.0%')",
            zero="0",
        )
    )
    x = alt.Scale(type="sqrt", domain=[0, 1.6], nice=False)
    ticks = alt.Axis(values=[0.01, 0.05, 0.2, 0.5, 1], format=".0%")
    share = alt.X("share:Q", title="Of customers; of reads", scale=x, axis=ticks)
    lane = alt.Y("system:N", title=None, sort=list(SYSTEMS), axis=alt.Axis(labelLimit=120))
    offset = alt.YOffset("series:N", sort=list(series))
    told = [
        alt.Tooltip("system:N", title="Reads at"),
        alt.Tooltip("missed:Q", title="Miss their own write", format=".2%"),
        alt.Tooltip("gone:Q", title="See it, later not", format=".2%"),
        alt.Tooltip("never:Q", title="Never see it", format=".2%"),
        alt.Tooltip("stale:Q", title="Reads that miss it", format=".2%"),
        alt.Tooltip("at_primary:Q", title="Reads at the primary", format=".2%"),
        alt.Tooltip("wait_mean:Q", title="Mean wait of a read (ms)", format=",.1f"),
        alt.Tooltip("wait_p99:Q", title="p99 wait, first read (ms)", format=",.0f"),
    ]
    bars = shares.mark_bar(opacity=0.55, height=8).encode(
        x=share, y=lane, yOffset=offset, color=colour, tooltip=told
    )
    spread = shares.mark_rule(strokeWidth=2).encode(
        x=alt.X("low:Q", scale=x), x2="high:Q", y=lane, yOffset=offset, color=colour
    )
    numbers = (
        shares.transform_filter("datum.share > 0")
        .mark_text(align="left", baseline="middle", dx=6)
        .encode(x=alt.X("high:Q", scale=x), y=lane, yOffset=offset, text="text:N")
    )
    return alt.hconcat(
        alt.layer(
            band, curve("exponential", EXPONENTIAL, 1.25), curve("missed", MISSED, 2.5), exact,
            *rules, *labels,
        ).properties(width=220, height=250),
        alt.layer(bars, spread, numbers, guess_rule("x")).properties(width=220, height=250),
    )  # fmt: skip


def _of(name: str, column: str, system: str, form: str = ".1%") -> Reading:
    return Reading(name, column, {"system": system}, form)


lab = Lab(
    name="replication/stale_reads",
    title="Where is what I have just written?",
    kernel=stale_reads,
    controls=[
        Choice("law", "Lags are", LAWS, 2,
               help="Of the third, three points are known; between them the hazard is constant"),
        one_two_five("mean_lag", "Mean lag", 5, 5000, 200, unit="ms",
                     help="From the write until a replica shows it"),
        linear("n_replicas", "Replicas", 1, 8, 1, 3, help="Besides the primary"),
        Slider("straggler", "One replica lags", (1.0, 2.0, 5.0, 10.0, 20.0, 50.0), 1.0,
               unit="times as much"),
        Slider("together", "Lags in common", (0.0, 0.25, 0.5, 0.75, 1.0), 0.0, format=".0%",
               help="Share of writes that are late at all replicas alike, as after a burst"),
        one_two_five("first", "First read after", 10, 10_000, 500, unit="ms"),
        one_two_five("think", "Between reads", 50, 10_000, 1000, unit="ms"),
        Slider("n_reads", "Reads in a session", (1, 2, 3, 5, 10, 15, 20, 30), 10,
               help="After its write"),
        Slider("pin", "Primary at first, for", PINS, PIN_MS, unit="ms",
               help="After its write, a session reads at the primary; Rails proposes 2 s"),
        Slider("timeout", "Wait no longer than", (0.0, 50.0, 100.0, 200.0, 500.0, *PINS[3:]),
               1000.0, unit="ms", help="Then the read goes to the primary"),
    ],
    constants={"tail_1s": TAILS[0], "tail_3s": TAILS[1], "tail_10s": TAILS[2],
               "n_points": 25, "n_sessions": 4000, "n_runs": 4, "seed": 1},
    columns=[
        Column("system", "Reads at", labels=(*SYSTEMS, ONE_READ)),
        Column("time", "Since the write", "s", ",.2f"),
        Column("missed", "Misses its own write", format=".2%"),
        Column("missed_low", "Lowest run", format=".2%"),
        Column("missed_high", "Highest run", format=".2%"),
        Column("expected", "Closed form of one read", format=".2%"),
        Column("exponential", "If exponential", format=".2%", hidden=True),
        Column("gone", "Sees it, later not", format=".2%"),
        Column("gone_low", "Lowest run", format=".2%", hidden=True),
        Column("gone_high", "Highest run", format=".2%", hidden=True),
        Column("never", "Never sees it", format=".2%"),
        Column("stale", "Reads that miss it", format=".2%"),
        Column("at_primary", "Reads at the primary", format=".2%"),
        Column("wait_mean", "Mean wait of a read", "ms", ",.1f"),
        Column("wait_p99", "p99 wait, first read", "ms"),
        Column("pin", "Pin ends", "s", hidden=True),
        Column("first", "First read", "s", hidden=True),
    ],
    chart=_chart(),
    summary=(
        "{random} of the customers miss their own write at least once when each read goes to a "
        "random replica, {sticky} when a session keeps to one, {pinned} when it reads at the "
        "primary for {pin}. {random_gone}, {sticky_gone} and {pinned_gone} see it and later do "
        "not; {random_never} and {sticky_never}, at random and sticky, never see it. The primary "
        "gets {pinned_reads} of the reads with the pin, {waiting_reads} if replicas wait for the "
        "write; then a read waits {wait} ms on average, and one first read in a hundred longer "
        "than {wait_p99} ms."
    ),
    readings=[
        _of("random", "missed", RANDOM),
        _of("sticky", "missed", STICKY),
        _of("pinned", "missed", PINNED),
        _of("random_gone", "gone", RANDOM),
        _of("sticky_gone", "gone", STICKY),
        _of("pinned_gone", "gone", PINNED),
        _of("random_never", "never", RANDOM, ".2%"),
        _of("sticky_never", "never", STICKY, ".2%"),
        _of("random_stale", "stale", RANDOM, ".2%"),
        _of("sticky_stale", "stale", STICKY, ".2%"),
        _of("pinned_reads", "at_primary", PINNED),
        _of("waiting_reads", "at_primary", WAITING, ".2%"),
        _of("wait", "wait_mean", WAITING, ",.1f"),
        _of("wait_p99", "wait_p99", WAITING, ",.0f"),
    ],
    prediction=Prediction(
        "A review is visible at a replica 200 ms after it is written, on average. Its author looks "
        "for it after half a second and then once a second, each time at a random one of three "
        "replicas: 9% do not find it at least once. Now the load balancer keeps each session at "
        "one replica. How many do not find it then?",
        reading="sticky", low=0.0, high=0.1, step=0.001, format=".1%",
    ),
    tries=[
        Try("The page asks five times a second instead of once. What do random replicas do now, "
            "and how many reads does the pin cost?", {"think": 200}),
        Try("One of the three replicas lags ten times as much. Whom do sticky sessions help, and "
            "whom do they hurt?", {"straggler": 10.0}),
        Try("A burst holds up all replicas alike. Which bar disappears, and which does not?",
            {"together": 1.0}),
        Try("The same mean lag, but exponential. What was it that the pin of two seconds did not "
            "cover?", {"law": 1}),
    ],
)  # fmt: skip
