"""Lab: a log of partitions, a group that has to catch up, and a deploy of it."""

import altair as alt

from scalelab.facts.event_log import KAFKA_RETENTION
from scalelab.kernels.patterns.event_log import COUNT, DEPLOY, HERE, POINT, event_log
from scalelab.models.patterns.event_log import (
    BEGINS_H,
    COMMIT_S,
    CONSUMERS,
    COPIES,
    HOURS,
    KILOBYTES,
    PARTITIONS,
    PEAK_PER_S,
    REBALANCE_S,
    RESTART_S,
    SESSION_S,
    SPEED_PER_S,
    SWING,
    USD,
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
SLOWEST, MEAN, QUICKEST, FREE = SERIES = (
    "Slowest partition", "Mean of all", "Quickest partition", "If any read any",
)  # fmt: skip
FATES = ("does not catch up within 100 days", "catches up")
NAMES = ("eager", "cooperative", "static")


def _colour() -> alt.Color:
    legend = alt.Legend(columns=2)
    return alt.Color("series:N", title=None, scale=alt.Scale(domain=list(SERIES)), legend=legend)


def _ages() -> alt.LayerChart | alt.FacetChart:
    """The age of the oldest unread event; of lines that agree the thinner is on top."""
    x = alt.X("hour:Q", title="Hours since reading began", scale=alt.Scale(nice=False),
              axis=alt.Axis(format=",~r", tickCount=7))  # fmt: skip
    y = alt.Y("age:Q", title="Oldest unread (h)", scale=alt.Scale(zero=True),
              axis=alt.Axis(format=",~r", tickCount=5))  # fmt: skip
    rows = alt.Chart(data()).transform_filter(f"datum.kind == {POINT}")
    lines = [
        rows.transform_calculate(age=f"datum.{column}", series=repr(series))
        .mark_line(strokeWidth=width)
        .encode(
            x=x, y=y, color=_colour(),
            tooltip=[
                alt.Tooltip("hour:Q", title="Hour", format=",.1f"),
                alt.Tooltip("slowest:Q", title="Slowest (h)", format=",.2f"),
                alt.Tooltip("mean:Q", title="Mean (h)", format=",.2f"),
                alt.Tooltip("quickest:Q", title="Quickest (h)", format=",.2f"),
                alt.Tooltip("unread:Q", title="Events unread", format=",.0f"),
            ],
        )
        for column, series, width in (
            ("slowest", SLOWEST, 5.0), ("mean", MEAN, 3.0), ("quickest", QUICKEST, 1.5),
        )
    ]  # fmt: skip
    return alt.layer(*lines, guess_rule("x")).properties(width=WIDTH, height=170)


def _counts() -> alt.LayerChart | alt.FacetChart:
    """Hours to catch up over the number of consumers."""
    x = alt.X("consumers:Q", title="Consumers",
              scale=alt.Scale(domain=[0, 25], nice=False),
              axis=alt.Axis(format=",.0f", values=[1, 4, 8, 12, 16, 20, 24]))  # fmt: skip
    y = alt.Y("takes_h:Q", title="Hours to catch up",
              scale=alt.Scale(type="log", nice=False, padding=8),
              axis=alt.Axis(values=[0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000,
                                    2000], format=",~r"))  # fmt: skip
    layers = []
    for column, ends, series, size in (
        ("catch_up", "ends", SLOWEST, 60), ("free", "free_ends", FREE, 18),
    ):  # fmt: skip
        rows = (
            alt.Chart(data())
            .transform_calculate(takes_h=f"datum.{column}", series=repr(series))
            .transform_filter(f"datum.{ends} == '{FATES[1]}' && datum.takes_h > 0")
        )
        encoding = {
            "x": x, "y": y, "color": _colour(),
            "tooltip": [
                alt.Tooltip("consumers:Q", title="Consumers", format=",.0f"),
                alt.Tooltip("takes_h:Q", title="Hours", format=",.2f"),
                alt.Tooltip("series:N", title="Which"),
            ],
        }  # fmt: skip
        dots = rows.transform_filter(f"datum.kind == {COUNT}").mark_circle(size=size, opacity=1)
        here = rows.transform_filter(f"datum.kind == {HERE}").mark_point(
            filled=False, size=220, strokeWidth=2, opacity=1
        )
        layers += [dots.encode(**encoding), here.encode(**encoding)]
    return alt.layer(*layers).properties(width=WIDTH, height=170)


def _deploys() -> alt.LayerChart | alt.FacetChart:
    """For how long partitions are not read, and the highest age."""
    rows = (
        alt.Chart(data())
        .transform_filter(f"datum.kind == {DEPLOY}")
        .transform_fold(["stopped", "oldest"], as_=["column", "seconds"])
        .transform_calculate(
            series=f"datum.column == 'stopped' ? '{MEAN}' : '{SLOWEST}'",
            what="datum.column == 'stopped' ? 'not read' : 'oldest'",
        )
        .transform_calculate(
            label="format(datum.seconds, ',.0f') + ' s ' + datum.what",
            room="1.6 * datum.seconds",
        )
    )
    y = alt.Y("way:N", title=None, sort=list(WAYS))
    offset = alt.YOffset("series:N", sort=list(SERIES), scale=alt.Scale(domain=[SLOWEST, MEAN]))
    title = "Seconds, in a deploy at the peak"
    x = alt.X("seconds:Q", title=title, scale=alt.Scale(nice=False, domainMin=0),
              axis=alt.Axis(format=",~s", tickCount=5))  # fmt: skip
    tooltip = [
        alt.Tooltip("way:N", title="Way"),
        alt.Tooltip("stopped:Q", title="Not read, mean (s)", format=",.1f"),
        alt.Tooltip("oldest:Q", title="Oldest unread (s)", format=",.1f"),
        alt.Tooltip("deploy:Q", title="Deploy takes (min)", format=",.1f"),
    ]
    bars = rows.mark_bar().encode(x=x, y=y, yOffset=offset, color=_colour(), tooltip=tooltip)
    texts = rows.mark_text(align="left", dx=4, fontSize=10).encode(
        x=x, y=y, yOffset=offset, text="label:N"
    )
    # For the text beside the longest bar.
    room = rows.mark_point(opacity=0).encode(x=alt.X("room:Q", title=title), y=y)
    return alt.layer(bars, texts, room).properties(width=WIDTH, height=150)


def _of(name: str, column: str, form: str = ",.0f", **where: float | str) -> Reading:
    return Reading(name, column, {"kind": HERE, **where}, form)


lab = Lab(
    name="patterns/event_log",
    title="A log, its partitions, and who has to catch up",
    kernel=event_log,
    controls=[
        Slider("partitions", "Partitions", (6, 8, 12, 16, 24, 48), PARTITIONS),
        linear("consumers", "Consumers", 1, 24, 1, CONSUMERS, help="Of one group"),
        Slider("speed", "Each does", (100.0, 150.0, 200.0, 250.0, 300.0, 400.0, 500.0, 750.0,
                                      1000.0, 2000.0), SPEED_PER_S, unit="events/s",
               help=f"{PEAK_PER_S:,.0f} a second come in the hour of the peak"),
        Slider("hot", "Hottest partition", (1.0, 1.25, 1.5, 2.0, 3.0, 4.0), 1.0,
               unit="times the mean", format=",.2f"),
        Slider("hours", "Unread at first", (1, 2, 6, 12, 24, 72, 168, 336, 720), HOURS, unit="h",
               help="As nobody read for so long, or to read them again"),
        linear("begins", "Reading begins at", 0, 23, 1, BEGINS_H, unit="h",
               help="Of the clock; the peak is from 20 to 21 h"),
        Slider("retention", "Events are kept", (24, 72, 168, 336, 720), int(KAFKA_RETENTION.value),
               unit="h"),
        Slider("restart_s", "A restart takes", (5.0, 10.0, 20.0, 30.0, 45.0, 60.0, 120.0, 300.0),
               RESTART_S, unit="s", help="Of one consumer in a deploy"),
        Slider("rebalance_s", "A rebalance takes", (0.0, 1.0, 2.0, 5.0, 10.0, 20.0, 60.0),
               REBALANCE_S, unit="s"),
    ],
    constants={
        "peak": PEAK_PER_S,
        "swing": SWING,
        "session_s": SESSION_S,
        "commit_s": COMMIT_S,
        "kilobytes": KILOBYTES,
        "copies": COPIES,
        "usd": USD,
    },
    columns=[
        Column("kind", "Row", hidden=True),
        Column("hour", "Hour", format=",.2f"),
        Column("slowest", "Oldest, slowest partition", "h", ",.2f"),
        Column("mean", "Oldest, mean", "h", ",.2f"),
        Column("quickest", "Oldest, quickest", "h", ",.2f"),
        Column("unread", "Unread", "events"),
        Column("consumers", "Consumers"),
        Column("catch_up", "Hours to catch up", format=",.2f"),
        Column("ends", "Group", labels=FATES),
        Column("free", "If any read any", "h", ",.2f"),
        Column("free_ends", "Then it", labels=FATES),
        Column("way", "Deploy", labels=WAYS),
        Column("stopped", "Not read, mean", "s", ",.1f"),
        Column("oldest", "Oldest in a deploy", "s", ",.1f"),
        Column("deploy", "Deploy takes", "min", ",.1f"),
        Column("lost", "Lost", "events"),
        Column("busiest", "Busiest consumer", format=".0%"),
        Column("group", "All consumers", format=".0%"),
        Column("idle", "Idle"),
        Column("most", "Partitions of one"),
        Column("stored", "Kept", "TB", ",.1f"),
        Column("usd", "Cost", "USD a month"),
        Column("crash", "Crash", "s"),
        Column("again", "Read again", "events"),
        Column("behind", "Unread at first", "events"),
        Column("came", "Came since", "events"),
        Column("read", "Read since", "events"),
    ],
    chart=alt.vconcat(_ages(), _counts(), _deploys()),
    summary=(
        "{consumers} consumers, {idle} of them idle, and at most {most} partitions for one: in the "
        "hour of the peak the busiest is {busiest} busy, all together {group}. The group {fate}"
        "[ {slow} h after reading begins][; {free} h if any could read any event]. {lost} events "
        "are lost. Kept are {stored} TB, for {cost} USD a month. In a deploy a partition is not "
        "read for {eager_stopped} s if it is eager, {cooperative_stopped} s if cooperative, and "
        "{static_stopped} s with static members. After a crash {crash} s pass until others read, "
        "and up to {again} events are read again."
    ),
    readings=[
        _of("slow", "catch_up", ",.1f", ends=FATES[1]),
        _of("free", "free", ",.1f", free_ends=FATES[1]),
        _of("fate", "ends"),
        _of("lost", "lost"),
        _of("busiest", "busiest", ".0%"),
        _of("group", "group", ".0%"),
        _of("idle", "idle"),
        _of("most", "most"),
        _of("stored", "stored", ",.1f"),
        _of("cost", "usd"),
        _of("crash", "crash"),
        _of("again", "again"),
        _of("half_hour", "hour", ",.1f"),
        _of("half_slowest", "slowest", ",.2f"),
        _of("half_mean", "mean", ",.2f"),
        *(
            Reading(f"{name}_{column}", column, {"kind": DEPLOY, "way": way}, form)
            for name, way in zip(NAMES, WAYS, strict=True)
            for column, form in (("stopped", ",.0f"), ("oldest", ",.0f"), ("deploy", ",.1f"))
        ),
    ],
    prediction=Prediction(
        "At the peak 2,000 events come in a second, in twelve partitions. Eight consumers do 400 a "
        "second each, 3,200 together, and nobody has read for an hour. How many hours after they "
        "begin again is the last partition caught up?",
        reading="slow", low=0, high=12, step=0.1, format=",.1f", unit="h",
    ),
    tries=[
        Try("Take two of the eight consumers away. What gets slower?", {"consumers": 6}),
        Try("Twelve consumers, then sixteen. What do the last four do, now and in a deploy?",
            {"consumers": 16}),
        Try("One partition gets one and a half times the mean. How long does the mean look well?",
            {"hot": 1.5}),
        Try("A new read model: read thirty days again, and keep them for it.",
            {"hours": 720, "retention": 720}),
        Try("Consumers were down for three days, and only one is kept.",
            {"hours": 72, "retention": 24}),
        Try("A restart takes a minute, longer than the session. Are static members still better?",
            {"restart_s": 60.0}),
    ],
)  # fmt: skip
