"""Lab: a spike of tasks, and five ways to take it."""

import altair as alt

from scalelab.kernels.principles.task_queue import POINT, WAY, task_queue
from scalelab.models.principles.task_queue import (
    ANSWER_MS,
    BOOT_S,
    DEADLINE_MIN,
    LIMIT,
    MINUTES,
    MOST_WORKERS,
    SEED,
    SERVICE_S,
    SPIKE_PER_S,
    TARGET_S,
    THREADS,
    USUAL_PER_S,
    WAYS,
    WHEN_FULL,
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
    linear,
)

WIDTH = 440
SYNC, QUEUE, LIMITED, NEWEST, SCALED = WAYS
NAMES = ("sync", "queue", "limited", "newest", "scaled")
# Two ways may have one backlog: the plain queue is a wide line below the others.
WIDTHS = (2.5, 6.0, 2.5, 2.0, 2.5)
ORDER = (1, 0, 2, 4, 3)
LATE, LOST = "Late", "Refused, dropped"
FATES = ("never gets empty", "gets empty")


def _colour() -> alt.Color:
    return alt.Color("series:N", title=None, scale=alt.Scale(domain=list(WAYS)))


def _minutes(title: str | None) -> alt.X:
    return alt.X("minute:Q", title=title, scale=alt.Scale(nice=False),
                 axis=alt.Axis(format=",.0f", tickCount=7))  # fmt: skip


def _lines(what: str, y: alt.Y, x: alt.X) -> list[alt.Chart]:
    rows = alt.Chart(data()).transform_filter(f"datum.kind == {POINT}")
    return [
        rows.transform_calculate(shown=f"datum.{what}_{NAMES[i]}", series=repr(WAYS[i]))
        .mark_line(strokeWidth=WIDTHS[i])
        .encode(
            x=x, y=y, color=_colour(),
            tooltip=[
                alt.Tooltip("series:N", title="Way"),
                alt.Tooltip("minute:Q", title="Minute", format=",.1f"),
                alt.Tooltip(f"backlog_{NAMES[i]}:Q", title="Waiting", format=",.0f"),
                alt.Tooltip(f"age_{NAMES[i]}:Q", title="Oldest (min)", format=",.1f"),
            ],
        )
        for i in ORDER
    ]  # fmt: skip


def _backlogs() -> alt.LayerChart | alt.FacetChart:
    """How many wait, and between which numbers chance moves that of the plain queue."""
    y = alt.Y("shown:Q", title="Tasks that wait", scale=alt.Scale(zero=True),
              axis=alt.Axis(format=",~s", tickCount=5))  # fmt: skip
    x = _minutes(None)
    chance = (
        alt.Chart(data())
        .transform_filter(f"datum.kind == {POINT}")
        .transform_calculate(shown="datum.low")
        .mark_area(color="grey", opacity=0.5)
        .encode(x=x, y=y, y2="high:Q")
    )
    lines = _lines("backlog", y, x)
    return alt.layer(chance, *lines, guess_rule("x")).properties(width=WIDTH, height=190)


def _ages() -> alt.LayerChart | alt.FacetChart:
    """The age of the oldest that waits, and the deadline."""
    y = alt.Y("shown:Q", title="Age of the oldest (min)", scale=alt.Scale(type="sqrt", zero=True),
              axis=alt.Axis(format=",~r", values=[0, 1, 5, 10, 20, 50, 100, 200, 500, 1000]),
              )  # fmt: skip
    deadline = (
        alt.Chart(data())
        .transform_filter(f"datum.kind == {WAY} && datum.way == '{QUEUE}'")
        .transform_calculate(shown="datum.due")
        .mark_rule(strokeWidth=1.5, opacity=0.6)
        .encode(y=y, tooltip=[alt.Tooltip("due:Q", title="Deadline (min)", format=",.0f")])
    )
    lines = _lines("age", y, _minutes("Minutes since the end of the spike"))
    return alt.layer(deadline, *lines).properties(width=WIDTH, height=150)


def _failures() -> alt.LayerChart | alt.FacetChart:
    """Tasks that are done too late, and those that are not done."""
    rows = (
        alt.Chart(data())
        .transform_filter(f"datum.kind == {WAY}")
        .transform_calculate(series="datum.way")
        .transform_fold(["late", "lost"], as_=["column", "count"])
        .transform_calculate(what=f"datum.column == 'late' ? '{LATE}' : '{LOST}'")
    )
    y = alt.Y("what:N", title=None, sort=[LATE, LOST],
              axis=alt.Axis(labelExpr="split(datum.label, ', ')"))  # fmt: skip
    offset = alt.YOffset("way:N", sort=list(WAYS), scale=alt.Scale(domain=list(WAYS)))
    x = alt.X("count:Q", title="Tasks not done in time",
              scale=alt.Scale(nice=False, padding=45, domainMin=0),
              axis=alt.Axis(format=",~s", tickCount=5))  # fmt: skip
    tooltip = [
        alt.Tooltip("way:N", title="Way"),
        alt.Tooltip("what:N", title="What"),
        alt.Tooltip("count:Q", title="Tasks", format=",.0f"),
        alt.Tooltip("answer:Q", title="Answer at worst (s)", format=",.2f"),
        alt.Tooltip("done:Q", title="Work done at worst (min)", format=",.1f"),
    ]
    bars = rows.mark_bar().encode(x=x, y=y, yOffset=offset, color=_colour(), tooltip=tooltip)
    texts = rows.mark_text(align="left", dx=4, fontSize=10).encode(
        x=x, y=y, yOffset=offset, text=alt.Text("count:Q", format=",.0f")
    )
    return alt.layer(bars, texts).properties(width=WIDTH, height=170)


def _of(name: str, column: str, way: str, form: str = ",.0f", **where: float | str) -> Reading:
    return Reading(name, column, {"kind": WAY, "way": way, **where}, form)


lab = Lab(
    name="principles/task_queue",
    title="A spike, and a queue before the workers",
    kernel=task_queue,
    controls=[
        Slider("usual", "Tasks come", (1.0, 2.0, 3.0, 3.5, 4.0, 4.25, 4.5, 4.75, 5.0, 6.0, 8.0,
                                       10.0), USUAL_PER_S, unit="/s", format=",.2f",
               help="Before and after the spike"),
        Slider("spike", "In the spike", (2.0, 5.0, 7.5, 10.0, 15.0, 20.0, 30.0, 50.0),
               SPIKE_PER_S, unit="/s", format=",.1f", help="All of them"),
        Slider("minutes", "It lasts", (1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0), MINUTES,
               unit="min"),
        linear("workers", "Workers", 5, 40, 1, WORKERS, help="Each does one task at a time"),
        Slider("service_s", "A task takes", (0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 10.0),
               SERVICE_S, unit="s", format=",.1f"),
        Slider("deadline_min", "Worthless after", (1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0,
                                                   240.0), DEADLINE_MIN, unit="min"),
        Slider("limit", "Limited queue holds", (50, 100, 250, 500, 1000, 2500, 5000, 10_000,
                                                20_000), LIMIT, unit="tasks"),
        Choice("full", "When it is full", WHEN_FULL),
        Slider("boot_s", "A worker boots in", (0.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1200.0),
               BOOT_S, unit="s",
               help=f"Autoscaling wants the backlog done in {TARGET_S:.0f} s, with at most "
               f"{MOST_WORKERS} workers"),
    ],
    constants={
        "threads": THREADS,
        "target_s": TARGET_S,
        "most": MOST_WORKERS,
        "answer_ms": ANSWER_MS,
        "seed": SEED,
    },
    columns=[
        Column("kind", "Row", hidden=True),
        Column("minute", "Minute", format=",.1f"),
        *(
            Column(f"backlog_{name}", f"Waiting: {way}")
            for name, way in zip(NAMES, WAYS, strict=True)
        ),
        *(
            Column(f"age_{name}", f"Oldest: {way}", "min", ",.1f")
            for name, way in zip(NAMES, WAYS, strict=True)
        ),
        Column("low", "Queue, few"),
        Column("high", "Queue, many"),
        Column("at_work", "Workers, autoscaled"),
        Column("way", "Way", labels=WAYS),
        Column("most_waiting", "Most that wait"),
        Column("oldest", "Highest age", "min", ",.1f"),
        Column("late", "Late", "tasks"),
        Column("lost", "Refused or dropped", "tasks"),
        Column("in_time", "In time", format=".1%"),
        Column("answer", "Answer at worst", "s", ",.2f"),
        Column("done", "Work done at worst", "min", ",.1f"),
        Column("full_for", "Full for", "min", ",.1f"),
        Column("late_until", "Last late one", "min", ",.1f"),
        Column("drained", "Empty after", "min", ",.1f"),
        Column("ends", "Fate", labels=FATES),
        Column("drained_low", "Empty at best", "min", ",.0f"),
        Column("drained_high", "Empty at worst", "min", ",.0f"),
        Column("seen", "Seen", hidden=True),
        Column("came", "Came", "tasks"),
        Column("busy", "Busy as usual", format=".0%"),
        Column("extra", "Workers added", "h", ",.1f"),
        Column("due", "Deadline", "min", hidden=True),
    ],
    chart=alt.vconcat(_backlogs(), _ages(), _failures()),
    summary=(
        "Workers are {busy} busy as usual. A queue without a limit {queue_ends}"
        "[, {queue_drained} min after the spike][ (by chance {queue_low} to {queue_high})]; its "
        "oldest task waits {queue_oldest} min, {queue_late} are late. With a limit {limited_lost} "
        "are refused or dropped and {limited_late} late. Newest first, {newest_late} are late. "
        "Autoscaled, {scaled_late} are, for {scaled_extra} hours of workers more. Customers who "
        "wait for the work itself wait {sync_answer} s at worst, and {sync_lost} are refused "
        "within {sync_full_for} min."
    ),
    readings=[
        _of("busy", "busy", QUEUE, ".0%"),
        _of("queue_low", "drained_low", QUEUE, seen=1),
        _of("queue_high", "drained_high", QUEUE, seen=1),
        *(
            _of(f"{name}_{column}", column, way, form)
            for name, way in zip(NAMES, WAYS, strict=True)
            for column, form in (
                ("late", ",.0f"), ("lost", ",.0f"), ("most_waiting", ",.0f"), ("oldest", ",.1f"),
                ("answer", ",.2f"), ("done", ",.1f"), ("full_for", ",.1f"),
                ("late_until", ",.1f"), ("ends", ",.0f"), ("extra", ",.1f"),
            )
        ),
        *(
            _of(f"{name}_drained", "drained", way, ",.1f", ends=FATES[1])
            for name, way in zip(NAMES, WAYS, strict=True)
        ),
    ],
    prediction=Prediction(
        "Ten workers do 5 tasks a second together; usually 4.25 come, so they are 85% busy. A "
        "newsletter makes that 15 a second for ten minutes. All wait in a queue without limit. How "
        "long after the end of these ten minutes is it empty?",
        reading="queue_drained", low=0, high=300, step=1, format=",.0f", unit="min",
    ),
    tries=[
        Try("One worker fewer. How much longer does the queue take?", {"workers": 9}),
        Try("Twice the workers. Is it twice as fast?", {"workers": 20}),
        Try("Send the same newsletter so slowly that 5 a second come in all; here is its first "
            "half hour. What is left of the spike?",
            {"spike": 5.0, "minutes": 30.0}),
        Try("A limit that is generous: 10,000. What does it protect?", {"limit": 10_000}),
        Try("When full, drop the oldest. Is anything late? Who is told?",
            {"full": 1}),
        Try("Workers boot in ten minutes. When do they come?", {"boot_s": 600.0}),
    ],
)  # fmt: skip
