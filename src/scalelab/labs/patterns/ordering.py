"""Lab: two events of an order, five ways to handle them, and which of them is last."""

import altair as alt

from scalelab.kernels.patterns.ordering import GAP, TIME, WAY, ordering
from scalelab.models.patterns.ordering import (
    BACKOFF_S,
    FAILS,
    GAP_S,
    KEPT_S,
    LATE_S,
    POISON,
    RATE_PER_S,
    REPEATED,
    SEED,
    SERVICE_MS,
    WAYS,
    WORKERS,
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
)

WIDTH = 440
ANY, VERSIONS, IN_PLACE, ASIDE, GROUPS = WAYS
NAMES = ("any", "versions", "place", "aside", "groups")
# Ways may agree: the wider line is below the thinner one.
WIDTHS = (7.0, 2.5, 5.0, 2.5, 2.0)
CHANCES = (0.0, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05)
MEASURES = ("Wrong state, orders", "Applied twice, orders", "Late, events")
COLUMNS = ("wrong", "twice", "late")
POWERS = [0, 1, 10, 100, 1000, 10_000, 100_000, 1_000_000]


def _colour() -> alt.Color:
    return alt.Color(
        "way:N", title=None, scale=alt.Scale(domain=list(WAYS)),
        legend=alt.Legend(symbolOpacity=1, symbolType="square"),
    )  # fmt: skip


def _rows(kind: int) -> alt.Chart:
    chart: alt.Chart = alt.Chart(data()).transform_filter(f"datum.kind == {kind}")
    return chart


def _lines(kind: int, x: alt.X, y: alt.Y, tooltip: list[alt.Tooltip]) -> list[alt.Chart]:
    return [
        _rows(kind)
        .transform_filter(f"datum.way == '{way}'")
        .mark_line(strokeWidth=width, opacity=0.45 if width > 3.0 else 1.0)
        .encode(x=x, y=y, color=_colour(), tooltip=tooltip)
        for width, way in sorted(zip(WIDTHS, WAYS, strict=True), key=lambda one: -one[0])
    ]


def _count(name: str, title: str) -> alt.Y:
    return alt.Y(
        f"{name}:Q", title=title, scale=alt.Scale(type="symlog", constant=1, nice=False, padding=5),
        axis=alt.Axis(values=POWERS, format=",~r"),
    )  # fmt: skip


def _gaps() -> alt.LayerChart | alt.FacetChart:
    """How many states are wrong, by how soon the second event follows."""
    x = alt.X(
        "gap:Q", title="Second event follows after (s)",
        scale=alt.Scale(type="log", nice=False, padding=4),
        axis=alt.Axis(values=[0.01, 0.1, 1, 10, 30, 100, 1000], format=",~r"),
    )  # fmt: skip
    y = _count("wrong", "Wrong, of a million")
    tooltip = [
        alt.Tooltip("way:N", title="Way"),
        alt.Tooltip("gap:Q", title="Second event after (s)", format=",.2f"),
        alt.Tooltip("wrong:Q", title="Wrong states", format=",.1f"),
    ]
    here = _rows(WAY).mark_point(filled=True, size=70, opacity=1)
    return alt.layer(
        *_lines(GAP, x, y, tooltip),
        here.encode(x=x, y=y, color=_colour(), tooltip=tooltip),
        guess_rule("y"),
    ).properties(width=WIDTH, height=170)


def _faults() -> alt.LayerChart | alt.FacetChart:
    """What each way gets wrong, applies twice and is late with."""
    names = " : ".join(
        f"datum.column == '{column}' ? '{what}'"
        for column, what in zip(COLUMNS, MEASURES, strict=True)
    )
    rows = (
        _rows(WAY)
        .transform_fold(list(COLUMNS), as_=["column", "count"])
        .transform_calculate(
            what=f"{names} : ''",
            fewest="datum.column == 'late' ? datum.late_low : datum.count",
            most="datum.column == 'late' ? datum.late_high : datum.count",
        )
    )
    y = alt.Y("what:N", title=None, sort=list(MEASURES),
              axis=alt.Axis(labelExpr="split(datum.label, ', ')"))  # fmt: skip
    offset = alt.YOffset("way:N", sort=list(WAYS), scale=alt.Scale(domain=list(WAYS)))
    x = alt.X("count:Q", title="Of a million",
              scale=alt.Scale(type="symlog", constant=1, nice=False, domainMin=0,
                              domainMax=20_000_000),
              axis=alt.Axis(values=[0, 10, 1000, 100_000], format=",~r"))  # fmt: skip
    tooltip = [
        alt.Tooltip("way:N", title="Way"),
        alt.Tooltip("what:N", title="What"),
        alt.Tooltip("count:Q", title="Of a million", format=",.1f"),
        alt.Tooltip("fewest:Q", title="Fewest of the runs", format=",.0f"),
        alt.Tooltip("most:Q", title="Most of the runs", format=",.0f"),
    ]
    bars = rows.mark_bar().encode(x=x, y=y, yOffset=offset, color=_colour(), tooltip=tooltip)
    runs = rows.mark_rule(strokeWidth=1.5).encode(
        x="fewest:Q", x2="most:Q", y=y, yOffset=offset, tooltip=tooltip
    )
    text = rows.mark_text(align="left", dx=4, fontSize=10).encode(
        x="most:Q", y=y, yOffset=offset, text=alt.Text("count:Q", format=",.0f")
    )
    return alt.layer(bars, runs, text).properties(width=WIDTH, height=250)


def _waits() -> alt.LayerChart | alt.FacetChart:
    """How many events have no effect yet; the band are the runs."""
    x = alt.X(
        "at:Q", title="Time since the event (s)",
        scale=alt.Scale(type="log", nice=False, padding=4),
        axis=alt.Axis(values=[0.1, 1, 10, 100, 1000], format=",~r"),
    )  # fmt: skip
    y = _count("open", "Not done yet")
    tooltip = [
        alt.Tooltip("way:N", title="Way"),
        alt.Tooltip("at:Q", title="Seconds", format=",.1f"),
        alt.Tooltip("open:Q", title="Not done, of a million", format=",.0f"),
    ]
    band = (
        _rows(TIME)
        .transform_filter(f"datum.way == '{IN_PLACE}'")
        .mark_area(color="grey", opacity=0.4)
        .encode(x=x, y=alt.Y("open_low:Q"), y2="open_high:Q")
    )
    return alt.layer(band, *_lines(TIME, x, y, tooltip)).properties(width=WIDTH, height=150)


def _of(name: str, column: str, way: str, form: str = ",.0f", **where: float | str) -> Reading:
    return Reading(name, column, {"kind": WAY, "way": way, **where}, form)


lab = Lab(
    name="patterns/ordering",
    title="Which event is last",
    kernel=ordering,
    controls=[
        Slider("gap_s", "Second event after",
               (0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 40.0, 70.0, 120.0, 300.0,
                600.0), GAP_S, unit="s", format=",.2f", help='"Cancelled" follows "placed"'),
        Slider("fails", "Attempts that fail", CHANCES, FAILS, format=".2%",
               help="Before they have an effect"),
        Slider("repeated", "Done, and tried again", CHANCES, REPEATED, format=".2%",
               help="The acknowledgement is lost"),
        Slider("poison", "Poison", (0.0, 0.00001, 0.00002, 0.00005, 0.0001, 0.0002, 0.0005, 0.001),
               POISON, format=".3%", help="Events that fail whenever they are tried"),
        Slider("backoff_s", "Tried again after",
               (0.0, 0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0), BACKOFF_S, unit="s",
               format=",.1f"),
        Slider("kept_s", "Keys are kept", (0.0, 5.0, 10.0, 20.0, 60.0, 300.0, 3600.0), KEPT_S,
               unit="s", help="0: no keys"),
        Slider("workers", "Workers", (1, 2, 5, 10, 20, 50, 100), WORKERS,
               help="As many as partitions"),
        Slider("rate", "Events come", (10.0, 20.0, 50.0, 100.0, 150.0, 200.0, 300.0, 390.0,
                                       500.0, 1000.0), RATE_PER_S, unit="/s"),
        Slider("service_ms", "Handling takes", (5.0, 10.0, 20.0, 50.0, 100.0, 150.0, 200.0, 500.0),
               SERVICE_MS, unit="ms", help="On average; the times are exponential"),
    ],
    constants={"late_s": LATE_S, "seed": SEED},
    columns=[
        Column("kind", "Row", hidden=True),
        Column("way", "Way", labels=WAYS),
        Column("gap", "Second event after", "s", ",.2f"),
        Column("wrong", "Wrong state", "orders of a million", ",.1f"),
        Column("twice", "Applied twice", "orders of a million", ",.1f"),
        Column("late", "Late", "events of a million"),
        Column("late_low", "Late, best run"),
        Column("late_high", "Late, worst run"),
        Column("p99", "99th percentile", "s", ",.2f"),
        Column("p99_low", "99th percentile, best run", "s", ",.2f"),
        Column("p99_high", "99th percentile, worst run", "s", ",.2f"),
        Column("capacity", "Can do", "events/s"),
        Column("keeps", "Keeps up", labels=("no", "yes")),
        Column("wait", "Mean wait", "s", ",.3f"),
        Column("at", "Time", "s", ",.1f"),
        Column("open", "Not done yet", "events of a million"),
        Column("open_low", "Not done, best run"),
        Column("open_high", "Not done, worst run"),
        Column("blocked_s", "Poison blocks for", "s"),
        Column("blocked", "Events behind poison"),
    ],
    chart=alt.vconcat(_gaps(), _faults(), _waits()),
    summary=(
        "Of a million orders, {any_wrong} have a wrong state in the end with any worker, "
        "{versions_wrong} with versions, {place_wrong} with partitions that retry in place, "
        "{aside_wrong} with partitions that retry aside, {groups_wrong} with a group per order. "
        "{any_twice} have an event that is applied twice, {versions_twice} with versions. Of a "
        "million events {any_late} are late with any worker, {place_late} in place, {groups_late} "
        "with groups. All workers can do {any_can} events/s, in place {place_can}.[ One event in "
        "100 takes longer than {any_p99} s, in place {place_p99} s.][ Poison holds up its "
        "partition for {blocked_for} s, and {blocked_events} events in it.]"
    ),
    readings=[
        *(
            _of(f"{name}_{column}", column, way)
            for name, way in zip(NAMES, WAYS, strict=True)
            for column in ("wrong", "twice", "late", "late_low", "late_high")
        ),
        *(_of(f"{name}_can", "capacity", way) for name, way in zip(NAMES, WAYS, strict=True)),
        *(
            _of(f"{name}_p99", "p99", way, ",.2f", keeps="yes")
            for name, way in zip(NAMES, WAYS, strict=True)
        ),
        _of("blocked_for", "blocked_s", IN_PLACE, keeps="yes"),
        _of("blocked_events", "blocked", IN_PLACE, keeps="yes"),
    ],
    prediction=Prediction(
        "Each order is placed, and cancelled ten seconds later. An event takes 50 ms to handle. "
        "One attempt in 1,000 fails and is made again after 30 seconds; one event in 10,000 always "
        "fails and is sent again by hand, hours later. The events of an order are in one "
        "partition, which one worker handles in their order; what fails waits in a topic aside. "
        "Of a million orders, how many are not cancelled in the end?",
        reading="aside_wrong", low=0, high=10_000, step=50, format=",.0f", unit="orders",
    ),
    tries=[
        Try("The second event follows after 0.1 s. Which ways let it overtake by chance?",
            {"gap_s": 0.1}),
        Try("Try again after five seconds. What is left?", {"backoff_s": 5.0}),
        Try("No keys. What does an event that is applied twice do to the state?", {"kept_s": 0.0}),
        Try("One attempt in 100 fails. Which way cannot keep up?", {"fails": 0.01}),
        Try("Poison alone: nothing else fails. What does one event do to its partition?",
            {"fails": 0.0, "repeated": 0.0}),
        Try("No poison, and tried again after a minute. What does order cost here?",
            {"poison": 0.0, "backoff_s": 60.0}),
    ],
)  # fmt: skip
