"""Lab: requests and batch jobs on the same machines, and who waits for whom."""

import altair as alt

from scalelab.facts.batch import SEPARATE_LEAST, SEPARATE_MOST
from scalelab.kernels.workload.batch import CONSTANT, EXPONENTIAL, PERCENTILE, WHOLE, batch
from scalelab.models.access_log import FORMAT
from scalelab.models.workload.batch import NIGHT_TRAFFIC, REQUEST_S, TIMES, WAYS
from scalelab.samples import week
from scalelab.web.lab import (
    Choice,
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

FIRST_COME, PRIORITY = WAYS[:2]
# In the readings' names.
NAMED = tuple(zip(("first_come", "priority", "preemptive", "pools"), WAYS, strict=True))
KINDS = ("Percentile", "Day")
PIECES = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0)


def _colour() -> alt.Color:
    return alt.Color(
        "way:N", title=None, scale=alt.Scale(domain=list(WAYS)),
        legend=alt.Legend(symbolType="stroke", symbolOpacity=1),
    )  # fmt: skip


def _percentiles() -> alt.LayerChart | alt.FacetChart:
    rows = alt.Chart(data()).transform_filter(f"datum.kind == '{KINDS[PERCENTILE]}'")
    # Shares beyond, falling to the right: each nine is as wide as the one before.
    x = alt.X(
        "beyond:Q", title="Percentile of the requests",
        scale=alt.Scale(type="log", domain=[0.5, 0.001], nice=False),
        axis=alt.Axis(
            values=[0.5, 0.1, 0.01, 0.001],
            labelExpr="format(100 * (1 - datum.value), '.4~r')",
        ),
    )  # fmt: skip
    title = "Answered within (s)"
    y = alt.Y("answered:Q", title=title, scale=alt.Scale(type="log", nice=False, padding=8))
    band = rows.mark_area(opacity=0.15).encode(
        x=x, y=alt.Y("lowest:Q", title=title), y2="highest:Q", color=_colour()
    )
    lines = rows.mark_line(strokeWidth=2.5).encode(
        x=x, y=y, color=_colour(),
        tooltip=[
            alt.Tooltip("way:N", title="Shared as"),
            alt.Tooltip("quantile:Q", title="Of the requests", format=".1%"),
            alt.Tooltip("answered:Q", title="Answered within (s)", format=",.2f"),
        ],
    )  # fmt: skip
    piece = (
        alt.Chart(data())
        .transform_filter(f"datum.kind == '{KINDS[WHOLE]}' && datum.way == '{FIRST_COME}'")
        .encode(y=alt.Y("piece:Q", title=title))
    )
    rule = piece.mark_rule(strokeWidth=1, opacity=0.6)
    label = piece.mark_text(align="left", baseline="bottom", dx=4, dy=-2, x=0).encode(
        text=alt.value("one piece")
    )
    return alt.layer(band, lines, rule, label, guess_rule("y")).properties(height=260)


def _bars(column: str, title: str, form: str, spread: bool) -> alt.LayerChart | alt.FacetChart:
    whole = alt.Chart(data()).transform_filter(f"datum.kind == '{KINDS[WHOLE]}'")
    row = alt.Y("way:N", title=None, sort=list(WAYS))
    axis = alt.Axis(tickCount=5, format=form)
    scale = alt.Scale() if spread else alt.Scale(domain=[0, 1])
    bars = whole.mark_bar().encode(
        x=alt.X(f"{column}:Q", title=title, axis=axis, scale=scale), y=row, color=_colour(),
        tooltip=[
            alt.Tooltip("way:N", title="Shared as"),
            alt.Tooltip("job:Q", title="A job takes (s)", format=",.0f"),
            alt.Tooltip("done:Q", title="Done by the morning", format=".0%"),
            alt.Tooltip("used:Q", title="Machines used", format=".0%"),
        ],
    ).properties(height=96)  # fmt: skip
    if not spread:
        return alt.layer(bars).properties(height=96)
    rule = whole.mark_rule(strokeWidth=2).encode(
        x=alt.X(f"{column}_low:Q"), x2=f"{column}_high:Q", y=row
    )
    return alt.layer(bars, rule).properties(height=96)


def _p(name: str, way: str, quantile: float, column: str = "answered") -> Reading:
    where: dict[str, float | str] = {"kind": KINDS[PERCENTILE], "way": way, "quantile": quantile}
    return Reading(name, column, where, ",.1f")


def _of(name: str, way: str, column: str, form: str = ",.0f") -> Reading:
    return Reading(name, column, {"kind": KINDS[WHOLE], "way": way}, form)


lab = Lab(
    name="workload/batch",
    title="Pages and reports on the same machines",
    kernel=batch,
    controls=[
        Slider("machines", "Machines", (1, 2, 3, 4, 6, 8, 12, 16), 4),
        linear("real_time", "Requests need", 0.05, 0.8, 0.05, 0.3, format=".0%",
               help="Of all machines' time, over day and night. By day they come four times as "
                    "often as at night; each takes 0.2 s on average, sometimes more"),
        linear("batch_load", "Batch needs", 0.0, 0.8, 0.05, 0.3, format=".0%",
               help="Of all machines' time, over day and night"),
        Slider("job_s", "A batch job takes", (10.0, 30.0, 60.0, 120.0, 300.0, 600.0), 300.0,
               unit="s of one machine"),
        Slider("piece_s", "It is cut into pieces of", PIECES, 60.0, unit="s", format=",.1f",
               help="At most. Several machines can work on one job, a piece each; what has as many "
                    "seconds as the job is not cut"),
        linear("reserved", "Separate: for requests only", 1, 15, 1, 2, unit="machines",
               help="At most all but one; of one machine, each side gets half. At Google, separate "
                    f"machines would have meant {SEPARATE_LEAST.value:.0%} to "
                    f"{SEPARATE_MOST.value:.0%} more of them (2015)"),
        Choice("when", "Batch jobs come", TIMES, help="Night is from 22:00 to 6:00"),
        Slider("goal_s", "Requests should take", (0.5, 1.0, 2.0, 5.0, 10.0), 2.0,
               unit="s at most", format=",.1f"),
        linear("seed", "Random seed", 1, 10, 1, 1, help="Another day with the same averages"),
    ],
    constants={
        "request_s": REQUEST_S, "request_law": EXPONENTIAL, "piece_law": CONSTANT,
        "night_traffic": NIGHT_TRAFFIC, "n_requests": 6000, "n_jobs": 4, "n_runs": 5,
    },
    columns=[
        Column("way", "Machines are shared as", labels=WAYS),
        Column("kind", "Row", labels=KINDS),
        Column("quantile", "Of the requests", format=".1%"),
        Column("beyond", "Slower", hidden=True),
        Column("answered", "Answered within", "s", ",.2f"),
        Column("lowest", "Lowest run", "s", ",.2f"),
        Column("highest", "Highest run", "s", ",.2f"),
        Column("wait", "Mean wait", "s", ",.2f"),
        Column("in_time", "In time", "of the requests", ".1%"),
        Column("p99_day", "99% by day", "s", ",.1f"),
        Column("p99_night", "99% at night", "s", ",.1f"),
        Column("job", "A job is done after", "s"),
        Column("job_low", "Lowest run", "s", hidden=True),
        Column("job_high", "Highest run", "s", hidden=True),
        Column("done", "Batch done by the morning", format=".0%"),
        Column("used", "Machines used", format=".0%"),
        Column("used_by_batch", "By batch", format=".0%", hidden=True),
        Column("piece", "Piece", "s", hidden=True),
        Column("alone", "A job alone", "s", hidden=True),
        Column("requests", "Requests", "a run", hidden=True),
        Column("jobs", "Jobs", "a run", hidden=True),
        Column("nightly", "Requests at night", hidden=True),
        Column("faster", "Played faster", "times", hidden=True),
        Column("run", "Run", "s", hidden=True),
    ],
    chart=alt.vconcat(
        _percentiles(),
        _bars("job", "A job is done after (s)", "~s", True),
        _bars("done", "Batch work done by the morning", ".0%", False),
    ),
    summary=(
        "99 of 100 requests are answered within {first_come_p99} s in one queue, {priority_p99} s "
        "if requests go first ({priority_day} s by day, {priority_night} s at night), "
        "{preemptive_p99} s if they interrupt, and {pools_p99} s on machines of their own. Within "
        "the goal of {goal_s}: {first_come_in_time}, {priority_in_time}, {preemptive_in_time}, "
        "{pools_in_time}. A batch job is done after {first_come_job}, {priority_job}, "
        "{preemptive_job} and {pools_job} s ({alone} s if it had all machines to itself). By the "
        "morning {first_come_done}, {priority_done}, {preemptive_done} and {pools_done} of the "
        "batch work is done. A run has {requests} requests, {nightly} of them at night, and {jobs} "
        "jobs; a day is played {faster} times as fast."
    ),
    readings=[
        *(_p(f"{name}_p99", way, 0.99) for name, way in NAMED),
        *(_p(f"{name}_p50", way, 0.5) for name, way in NAMED),
        *(_of(f"{name}_in_time", way, "in_time", ".1%") for name, way in NAMED),
        *(_of(f"{name}_job", way, "job") for name, way in NAMED),
        *(_of(f"{name}_done", way, "done", ".0%") for name, way in NAMED),
        *(_of(f"{name}_used", way, "used", ".0%") for name, way in NAMED),
        _of("priority_day", PRIORITY, "p99_day", ",.1f"),
        _of("priority_night", PRIORITY, "p99_night", ",.1f"),
        _of("alone", FIRST_COME, "alone"),
        _of("requests", FIRST_COME, "requests"),
        _of("jobs", FIRST_COME, "jobs", ",.1f"),
        _of("nightly", FIRST_COME, "nightly", ".0%"),
        _of("faster", FIRST_COME, "faster", ",.0f"),
        _of("piece", FIRST_COME, "piece", ",.1f"),
    ],
    prediction=Prediction(
        "Four machines are busy for 60% of the time: half of it with requests of 0.2 s, half with "
        "reports, in pieces of a minute. A machine that becomes free takes a request if one waits, "
        "and a piece only if none does. Within how many seconds are 99 of 100 requests answered?",
        reading="priority_p99", low=0.0, high=150.0, step=1.0, format=",.0f", unit="s",
    ),
    tries=[
        Try("Pieces of a second in place of a minute. Which of the four ways gains, and which does "
            "not?", {"piece_s": 1.0}),
        Try("Three of the four machines for requests only. What do they gain, and who pays?",
            {"reserved": 3}),
        Try("Batch at night only, when few requests come. By how much does that lower the p99?",
            {"when": 1}),
        Try("Sixteen machines, eight of them for requests only, and four times the load. Is a "
            "minute's piece still in the way?", {"machines": 16, "reserved": 8}),
    ],
    own=OwnData(
        "log", FORMAT, instead="the shop's day",
        note="Your log's requests come at their own times, by day and by night, played so fast "
             "that they need the share of the machines that is set above. How long each takes is "
             "drawn; batch is as set.",
        sample=Sample(week.FILE, week.TITLE),
    ),
)  # fmt: skip
