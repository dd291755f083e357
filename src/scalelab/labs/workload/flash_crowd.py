"""Lab: crowds at a service of fixed capacity: the same mean load, quite another wait."""

import altair as alt

from scalelab.facts.crowds import CNN_DAY_BEFORE, CNN_THAT_DAY
from scalelab.kernels.workload.flash_crowd import CROWDS, RANDOM, TIMELINE, flash_crowd
from scalelab.models.access_log import FORMAT
from scalelab.models.workload.flash_crowd import HOURS, MEAN_RATE, N_RUNS
from scalelab.samples import week
from scalelab.web.lab import (
    Column,
    Lab,
    OwnData,
    Prediction,
    Reading,
    Sample,
    Slider,
    Try,
    data,
    guess_rule,
    linear,
)

AT_RANDOM, IN_CROWDS = "At random", "In crowds"
CAPACITY, IN_TIME, LATE, REFUSED = "Capacity", "Served in time", "Too late", "Refused"
SERIES = [IN_CROWDS, AT_RANDOM, CAPACITY, IN_TIME, LATE, REFUSED]
STREAMS = (AT_RANDOM, IN_CROWDS, "Time line")


def _colour() -> alt.Color:
    return alt.Color(
        "series:N", title=None, scale=alt.Scale(domain=SERIES),
        legend=alt.Legend(symbolOpacity=1),
    )  # fmt: skip


def _points(series: str) -> alt.Chart:
    """The time line's rows; each is drawn at the middle of its stretch."""
    points: alt.Chart = (
        alt.Chart(data())
        .transform_filter(f"datum.stream == '{STREAMS[TIMELINE]}'")
        .transform_calculate(series=f"'{series}'", minute="(datum.begins + datum.ends) / 2")
    )
    return points


def _x(title: str | None) -> alt.X:
    return alt.X(
        "minute:Q", title=title, scale=alt.Scale(nice=False, zero=False),
        axis=alt.Axis(tickCount=8),
    )  # fmt: skip


def _shade() -> alt.Chart:
    """Where it is crowded."""
    shade: alt.Chart = (
        alt.Chart(data())
        .transform_filter("datum.crowded > 0")
        .mark_rect(color="#d1495b")
        .encode(
            x=alt.X("begins:Q"), x2="ends:Q",
            opacity=alt.Opacity(
                "crowded:Q", legend=None, scale=alt.Scale(domain=[0, 1], range=[0, 0.15])
            ),
        )
    )  # fmt: skip
    return shade


def _load() -> alt.LayerChart | alt.FacetChart:
    x, title = _x(None), "Requests (/s)"
    y = alt.Y("load:Q", title=title, axis=alt.Axis(tickCount=5))
    tooltip = [
        alt.Tooltip("minute:Q", title="Minute", format=",.0f"),
        alt.Tooltip("load:Q", title="In crowds (/s)", format=",.2f"),
        alt.Tooltip("random_load:Q", title="At random (/s)", format=",.2f"),
        alt.Tooltip("capacity:Q", title="Capacity (/s)", format=",.2f"),
    ]
    crowds = (
        _points(IN_CROWDS)
        .mark_area(opacity=0.3, line={"strokeWidth": 1.5})
        .encode(x=x, y=y, color=_colour())
    )
    refused = (
        _points(REFUSED)
        .mark_area(opacity=0.75)
        .encode(x=x, y=alt.Y("accepted:Q", title=title), y2="load:Q", color=_colour())
    )
    random = (
        _points(AT_RANDOM)
        .mark_line(strokeWidth=1.5)
        .encode(x=x, y=alt.Y("random_load:Q", title=title), color=_colour())
    )
    capacity = (
        _points(CAPACITY)
        .mark_line(strokeWidth=2.5, interpolate="step")
        .encode(x=x, y=alt.Y("capacity:Q", title=title), color=_colour(), tooltip=tooltip)
    )
    return alt.layer(_shade(), crowds, refused, random, capacity).properties(height=170)


def _wait() -> alt.LayerChart | alt.FacetChart:
    x, title = _x("Minute (shaded: a crowd)"), "Wait (s)"
    tooltip = [
        alt.Tooltip("minute:Q", title="Minute", format=",.0f"),
        alt.Tooltip("wait:Q", title="Wait in crowds (s)", format=",.2f"),
        alt.Tooltip("random_wait:Q", title="Wait at random (s)", format=",.2f"),
    ]
    lines = [
        _points(name)
        .mark_line(strokeWidth=2.5)
        .encode(
            x=x, y=alt.Y(f"{column}:Q", title=title, axis=alt.Axis(tickCount=5)), color=_colour(),
            tooltip=tooltip,
        )
        for name, column in ((IN_CROWDS, "wait"), (AT_RANDOM, "random_wait"))
    ]  # fmt: skip
    mean = (
        alt.Chart(data())
        .transform_filter(f"datum.stream == '{IN_CROWDS}'")
        .transform_calculate(series=f"'{IN_CROWDS}'", text="'mean'")
    )
    level = mean.mark_rule(strokeWidth=1).encode(
        y=alt.Y("mean_wait:Q", title=title), color=_colour()
    )
    name = mean.mark_text(align="right", baseline="bottom", dy=-2).encode(
        x=alt.value("width"), y=alt.Y("mean_wait:Q", title=title), text="text:N"
    )
    # The axis reaches a second even where nobody waits.
    reach = (
        alt.Chart(data())
        .transform_aggregate(longest="max(wait)")
        .transform_calculate(reach="max(1, datum.longest)")
        .mark_rule(opacity=0)
        .encode(y="reach:Q")
    )
    return alt.layer(_shade(), reach, *lines, level, name, guess_rule("y")).properties(height=130)


def _outcomes() -> alt.LayerChart | alt.FacetChart:
    """What becomes of the requests, in both streams."""
    both = (
        alt.Chart(data())
        .transform_filter(f"datum.stream != '{STREAMS[TIMELINE]}'")
        .transform_calculate(served="datum.in_time + datum.late", all="1")
    )
    row = alt.Y("stream:N", title=None, sort=[IN_CROWDS, AT_RANDOM])
    tooltip = [
        alt.Tooltip("stream:N", title="Requests come"),
        alt.Tooltip("in_time:Q", title=IN_TIME, format=".1%"),
        alt.Tooltip("late:Q", title=LATE, format=".1%"),
        alt.Tooltip("refused:Q", title=REFUSED, format=".1%"),
        alt.Tooltip("mean_wait:Q", title="Mean wait (s)", format=",.2f"),
        alt.Tooltip("longest:Q", title="Longest wait (s)", format=",.1f"),
    ]
    bars = []
    for name, first, last in (
        (IN_TIME, "none", "in_time"), (LATE, "in_time", "served"), (REFUSED, "served", "all"),
    ):  # fmt: skip
        x = alt.X(
            f"{first}:Q", title="Requests (line: single runs)", scale=alt.Scale(domain=[0, 1]),
            axis=alt.Axis(format=".0%", tickCount=5),
        )  # fmt: skip
        bars.append(
            both.transform_calculate(series=f"'{name}'", none="0")
            .mark_bar()
            .encode(x=x, x2=f"{last}:Q", y=row, color=_colour(), tooltip=tooltip)
        )
    spread = both.mark_rule(strokeWidth=2).encode(
        x=alt.X("in_time_low:Q"), x2="in_time_high:Q", y=row
    )
    return alt.layer(*bars, spread).properties(height=56)


def _of(name: str, column: str, form: str, stream: int = CROWDS) -> Reading:
    return Reading(name, column, {"stream": STREAMS[stream]}, form)


lab = Lab(
    name="workload/flash_crowd",
    title="Half busy, in crowds",
    kernel=flash_crowd,
    own=OwnData(
        "log", FORMAT, instead="the shop's crowds",
        note="What comes, and in what crowds, is then the log's. The service is as fast as it has "
             "to be to be busy as chosen. Of a log of more than six hours, the chart shows six "
             "around the longest wait.",
        sample=Sample(week.FILE, week.TITLE),
    ),
    controls=[
        Slider("utilisation", "Busy on average",
               (0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95), 0.5, format=".0%",
               help="The mean load over the capacity; what is left is head-room"),
        Slider("height", "In a crowd there come", (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0,
                                                 10.0, 15.0, 20.0), 6.0, unit="times as many",
               format=",.1f",
               help="As while it is calm. The mean over all time stays the same. On 11 September "
                    f"2001 CNN served {CNN_THAT_DAY.value / CNN_DAY_BEFORE.value:.0f} times the "
                    "pages of the day before"),
        Slider("crowd_min", "A crowd lasts", (0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 20.0), 5.0, unit="min",
               format=",.1f", help="On average; nobody knows how long this one will"),
        Slider("calm_min", "Between two it is calm for", (5.0, 8.0, 10.0, 20.0, 40.0, 60.0, 120.0),
               40.0, unit="min", help="On average"),
        Slider("patience_s", "In time is: served within", (1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0),
               10.0, unit="s", help="An assumption: who waits for longer has gone, but the work "
                                    "is still done"),
        Slider("limit_s", "The queue holds what takes",
               (0.0, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0), 0.0, unit="s",
               help="Who finds it full is refused at once. 0: no limit"),
        Slider("extra", "Capacity added in a crowd", (0.0, 0.5, 1.0, 2.0, 3.0, 5.0), 0.0,
               unit="times the first", format=",.1f",
               help="Ordered when a request would take more than 10 s, or is refused. Given back "
                    "when nobody waits and five minutes' load fits without it"),
        Slider("start_s", "It serves after", (10, 30, 60, 120, 300, 600), 120, unit="s"),
        linear("seed", "Random seed", 1, 10, 1, 1, help="Other hours with the same averages"),
    ],
    constants={"mean_rate": MEAN_RATE, "hours": HOURS, "n_runs": N_RUNS},
    columns=[
        Column("stream", "Requests come", labels=STREAMS),
        Column("begins", "From", "min", ",.1f"),
        Column("ends", "To", "min", ",.1f"),
        Column("load", "Load", "/s", ",.2f"),
        Column("accepted", "Of it not refused", "/s", ",.2f"),
        Column("capacity", "Capacity", "/s", ",.2f"),
        Column("wait", "Wait", "s", ",.1f"),
        Column("random_load", "Load at random", "/s", ",.2f"),
        Column("random_wait", "Wait at random", "s", ",.2f"),
        Column("crowded", "Crowded", format=".0%"),
        Column("in_time", "Served in time", format=".1%"),
        Column("in_time_low", "In time, lowest run", hidden=True),
        Column("in_time_high", "In time, highest run", hidden=True),
        Column("late", "Served too late", format=".1%"),
        Column("refused", "Refused", format=".1%"),
        Column("mean_wait", "Mean wait", "s", ",.2f"),
        Column("mean_wait_low", "Mean wait, lowest run", hidden=True),
        Column("mean_wait_high", "Mean wait, highest run", hidden=True),
        Column("longest", "Longest wait", "s", ",.1f"),
        Column("mean_load", "Mean load", hidden=True),
        Column("base", "Capacity", hidden=True),
        Column("calm_rate", "Calm", hidden=True),
        Column("crowd_rate", "In a crowd", hidden=True),
        Column("calm_length", "Calm for", hidden=True),
        Column("crowd_length", "A crowd lasts", hidden=True),
        Column("crowds", "Crowds found", hidden=True),
        Column("backlog", "A crowd leaves", hidden=True),
        Column("fluid_wait", "Wait at its end", hidden=True),
        Column("drain", "Worked off within", hidden=True),
    ],
    chart=alt.vconcat(_load(), _wait(), _outcomes()),
    summary=(
        "{load} requests a second come on average and the service can do {capacity}: it is busy "
        "{utilisation} of the time. If they came at random, a request would wait {random_wait} s. "
        "As they come, it waits {mean_wait} s on average ({low} to {high} s in single runs of "
        "three hours, or all of your log), and {longest} s at the worst. Of all requests, "
        "{in_time} are served within {patience_s}, {late} later, and {refused} are refused. While "
        "calm {calm_rate} come a second, for {calm_length} min on average, in a crowd {crowd_rate} "
        "for {crowd_length} min: such a crowd leaves {backlog} requests waiting, the last of them "
        "for {fluid_wait} s, and the service needs {drain} min to work them off (without a limit, "
        "without more capacity). Crowds found in what is shown: {crowds}."
    ),
    readings=[
        _of("load", "mean_load", ",.2f"),
        _of("capacity", "base", ",.2f"),
        _of("random_wait", "mean_wait", ",.2f", RANDOM),
        _of("mean_wait", "mean_wait", ",.1f"),
        _of("low", "mean_wait_low", ",.1f"),
        _of("high", "mean_wait_high", ",.1f"),
        _of("longest", "longest", ",.0f"),
        _of("in_time", "in_time", ".0%"),
        _of("late", "late", ".0%"),
        _of("refused", "refused", ".0%"),
        _of("calm_rate", "calm_rate", ",.2f"),
        _of("crowd_rate", "crowd_rate", ",.2f"),
        _of("calm_length", "calm_length", ",.1f"),
        _of("crowd_length", "crowd_length", ",.1f"),
        _of("backlog", "backlog", ",.0f"),
        _of("fluid_wait", "fluid_wait", ",.0f"),
        _of("drain", "drain", ",.1f"),
        _of("crowds", "crowds", ",.0f"),
    ],
    prediction=Prediction(
        "The shop's checkout can do 4 orders a second, and over the day 2 a second come. If they "
        "came at random, an order would wait a quarter of a second. But about every 45 minutes a "
        "crowd comes for some five minutes, with six times as many as otherwise. How many seconds "
        "does an order wait, on average?",
        reading="mean_wait", low=0.0, high=500.0, step=5.0, format=",.0f", unit="s",
    ),
    tries=[
        Try("Crowds of twice as many, not six times: they just fit. What is left of the waiting?",
            {"height": 2.0}),
        Try("A queue that holds five seconds' work and refuses the rest. Are more served in time, "
            "or fewer?", {"limit_s": 5.0}),
        Try("Three times the capacity, two minutes after it is needed. Is that in time?",
            {"extra": 2.0}),
        Try("Head-room instead: busy 25% on average, all day long.", {"utilisation": 0.25}),
        Try("The queue's limit and the added capacity. Are the two minutes bridged?",
            {"limit_s": 5.0, "extra": 2.0}),
    ],
)  # fmt: skip
