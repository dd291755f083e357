"""Lab: what becomes of sessions when machines come and go, fail, and when requests overlap."""

import altair as alt

from scalelab.kernels import shop
from scalelab.kernels.principles.state import HIT, POINT, RACE, state
from scalelab.models.principles.state import (
    AT_ONCE,
    CAUSES,
    DRAIN_MIN,
    FIELDS,
    GOES,
    LEAST,
    LONG_MIN,
    LONG_SHARE,
    MACHINE_PER_S,
    MACHINE_YEARS,
    PEAK_PER_S,
    RATIO,
    REQUEST_MS,
    REQUESTS,
    RIPPLE,
    RULES,
    SHORT_MIN,
    STORE_MIN,
    STORE_PER_YEAR,
    TARGET,
    TTL_S,
    WAYS,
    WINDOW_MIN,
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
MEMORY, DRAINED, STORE, CACHED, TOKEN = WAYS
SCALING, MACHINE, STORE_FAILS = CAUSES
ALWAYS, CHANGED, FIELD, COMPARED, LOCKED, ATOMIC = RULES
SERIES = (*CAUSES, "With those that drain", "Lost changes")


def _colour(series: str) -> alt.Color:
    return alt.Color(series, title=None, scale=alt.Scale(domain=list(SERIES)))


def _rows(kind: int) -> alt.Chart:
    return alt.Chart(data()).transform_filter(f"datum.kind == {kind}")


def _machines() -> alt.LayerChart | alt.FacetChart:
    """Machines over the day: the ground serves, the line is with those that wait."""
    rows = _rows(POINT)
    x = alt.X("hour:Q", title="Hour", axis=alt.Axis(format=",.0f", values=list(range(0, 25, 3))),
              scale=alt.Scale(domain=[0, 24], nice=False))  # fmt: skip
    y = alt.Y("serving:Q", title="Machines (grey: serve)", axis=alt.Axis(format=",~r", tickCount=5),
              scale=alt.Scale(domainMin=0, nice=True))  # fmt: skip
    tooltip = [
        alt.Tooltip("hour:Q", title="Hour", format=",.1f"),
        alt.Tooltip("serving:Q", title="Machines that serve", format=",.0f"),
        alt.Tooltip("machines:Q", title="With those that drain", format=",.1f"),
        alt.Tooltip("so_far:Q", title="Lost so far, in memory", format=".2%"),
        alt.Tooltip("imbalance:Q", title="Busiest over mean, in memory", format=",.2f"),
    ]
    serve = rows.mark_area(interpolate="step-after", color="grey", opacity=0.35).encode(
        x=x, y=y, tooltip=tooltip
    )
    with_draining = (
        rows.transform_calculate(serving="datum.machines", series=repr(SERIES[3]))
        .mark_line(interpolate="step-after", strokeWidth=2.5)
        .encode(x=x, y=y, color=_colour("series:N"), tooltip=tooltip)
    )
    return alt.layer(serve, with_draining).properties(width=WIDTH, height=130)


def _hits() -> alt.LayerChart | alt.FacetChart:
    """What hits a session, by way: a point for each cause."""
    rows = _rows(HIT).transform_filter("datum.hit > 0.01")
    x = alt.X("hit:Q", title="Sessions hit, of a million (right: machine-hours)",
              # What is beside the points needs room, on a phone too.
              scale=alt.Scale(type="log", domain=[1, 1e9], nice=False, clamp=True),
              axis=alt.Axis(values=[1, 10, 100, 1000, 10_000, 100_000, 1_000_000],
                            format=",~r"))  # fmt: skip
    y = alt.Y("way:N", title=None, sort=list(WAYS), scale=alt.Scale(domain=list(WAYS)))
    points = (
        rows.transform_calculate(series="datum.cause")
        .mark_point(filled=True, size=130, opacity=1)
        .encode(
            x=x, y=y, color=_colour("series:N"),
            shape=alt.Shape("cause:N", title=None, legend=None,
                            scale=alt.Scale(domain=list(CAUSES),
                                            range=["circle", "square", "triangle-up"])),
            tooltip=[
                alt.Tooltip("way:N", title="Way"),
                alt.Tooltip("cause:N", title="Cause"),
                alt.Tooltip("hit:Q", title="Of a million", format=",.1f"),
                alt.Tooltip("hours:Q", title="Machine-hours a day", format=",.1f"),
                alt.Tooltip("lost_long:Q", title="Lost of the long ones", format=".1%"),
            ],
        )
    )  # fmt: skip
    hours = (
        _rows(HIT)
        .transform_filter(f"datum.cause == '{SCALING}'")
        .transform_calculate(label="format(datum.hours, ',.1f') + ' h/day'")
        .mark_text(align="right", dx=-4, fontSize=11)
        .encode(x=alt.datum(1e9), y=y, text="label:N")
    )
    return alt.layer(points, hours, guess_rule("x")).properties(width=WIDTH, height=130)


def _races() -> alt.LayerChart | alt.FacetChart:
    """Changes that are overwritten, by rule; beside them what the others cost."""
    rows = _rows(RACE)
    x = alt.X("overwritten:Q", title="Changes overwritten (beside: what it costs)",
              axis=alt.Axis(format=".0%", values=[0, 0.25, 0.5, 0.75, 1]),
              scale=alt.Scale(domain=[0, 1.15], nice=False))  # fmt: skip
    y = alt.Y("rule:N", title=None, sort=list(RULES), scale=alt.Scale(domain=list(RULES)))
    tooltip = [
        alt.Tooltip("rule:N", title="Rule"),
        alt.Tooltip("overwritten:Q", title="Overwritten", format=".2%"),
        alt.Tooltip("retries:Q", title="Retries for a change", format=",.3f"),
        alt.Tooltip("longer:Q", title="Longer (ms)", format=",.1f"),
    ]
    bars = (
        rows.transform_calculate(series=repr(SERIES[4]))
        .mark_bar()
        .encode(x=x, y=y, color=_colour("series:N"), tooltip=tooltip)
    )
    said = (
        rows.transform_calculate(
            label="datum.overwritten > 0 ? format(datum.overwritten, datum.overwritten < 0.01 ? "
            "'.3%' : '.1%') : 'none; ' + format(datum.longer, ',.1f') + ' ms longer'"
        )
        .mark_text(align="left", dx=5, fontSize=11)
        .encode(x=x, y=y, text="label:N")
    )
    return alt.layer(bars, said).properties(width=WIDTH, height=150)


def _of(name: str, column: str, way: str, form: str, cause: str = SCALING) -> Reading:
    return Reading(name, column, {"kind": HIT, "way": way, "cause": cause}, form)


def _race(name: str, column: str, rule: str, form: str) -> Reading:
    return Reading(name, column, {"kind": RACE, "rule": rule}, form)


lab = Lab(
    name="principles/state",
    title="State, and machines that come and go",
    kernel=state,
    controls=[
        Slider("ratio", "Peak over trough", (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 10.0, 20.0), RATIO,
               format=",.1f", help="Of the visits that begin, over a day"),
        Slider("ripple", "Up and down each hour", (0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4), RIPPLE,
               format=".0%", help="On top of the day"),
        Slider("window_min", "Scales in after", (0, 5, 15, 30, 60, 120, 240, 720), WINDOW_MIN,
               unit="min", help="That a machine was not wanted"),
        Choice("goes", "Which machine goes", GOES),
        Slider("long_min", "Long sessions last",
               (10.0, 30.0, 60.0, 120.0, 240.0, 480.0), LONG_MIN, unit="min",
               help="One in ten, on average; the others last ten minutes"),
        Slider("drain_min", "Drains at most", (0, 5, 15, 30, 60, 120, 240, 480), DRAIN_MIN,
               unit="min", help="So long a machine that goes waits for its sessions"),
        Slider("ttl_s", "A copy is kept", (0.0, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0), TTL_S,
               unit="s", help="Of a session, in the memory of each machine that asked the store"),
        linear("at_once", "Requests at once", 1, 12, 1, AT_ONCE,
               help="Of one session: what a page fetches, or several tabs"),
        Slider("request_ms", "A request takes",
               (10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0), REQUEST_MS, unit="ms"),
    ],
    constants={
        "peak_per_s": PEAK_PER_S,
        "machine_per_s": MACHINE_PER_S,
        "target": TARGET,
        "least": LEAST,
        "short_min": SHORT_MIN,
        "long_share": LONG_SHARE,
        "requests": REQUESTS,
        "machine_years": MACHINE_YEARS,
        "store_per_year": STORE_PER_YEAR,
        "store_min": STORE_MIN,
        "think_s": shop.THINK_S,
        "writes": shop.WRITE_SHARE,
        "fields": FIELDS,
    },
    columns=[
        Column("kind", "Kind", hidden=True),
        Column("hour", "Hour", "", ",.1f"),
        Column("serving", "Serve", "machines"),
        Column("machines", "With draining", "machines", ",.1f"),
        Column("so_far", "Lost so far", format=".2%"),
        Column("imbalance", "Busiest over mean", format=",.2f"),
        Column("way", "Way", labels=WAYS),
        Column("cause", "Cause", labels=CAUSES),
        Column("hit", "Hit", "of a million", ",.1f"),
        Column("hours", "Machine-hours", "a day", ",.1f"),
        Column("lost", "Lost by scaling in", format=".2%"),
        Column("lost_long", "Of the long ones", format=".1%"),
        Column("losses", "Losses a session", format=",.3f"),
        Column("worst", "Busiest at worst", "times the mean", ",.2f"),
        Column("fails", "Fail without store", format=".1%"),
        Column("look_ups", "Look-ups", "per s"),
        Column("stale", "Stale reads", format=".2%"),
        Column("rule", "Written", labels=RULES),
        Column("overwritten", "Overwritten", format=".1%"),
        Column("retries", "Retries", "a change", ",.3f"),
        Column("longer", "Longer", "ms", ",.1f"),
    ],
    chart=alt.vconcat(_machines(), _hits(), _races()),
    summary=(
        "In memory, scaling in hits {memory_hit} of a million sessions and {memory_long} of the "
        "long ones, machines that fail hit {failed}; the busiest machine has {memory_worst} times "
        "the mean. Draining brings that to {drained_hit} and {drained_long}, for {drained_hours} "
        "machine-hours a day in place of {memory_hours}. A store loses none of these, and when it "
        "fails it hits {store_hit}. Copies for {ttl_s} take {cached_look_ups} look-ups a second in "
        "place of {store_look_ups}, {stale} of the reads are stale, and {cached_fails} of the "
        "requests still fail without the store. Saved each time, {always} of the changes are "
        "overwritten, saved if changed {changed}, by field {field}; to compare before setting "
        "takes {compared} retries a change, one at a time {locked} ms."
    ),
    readings=[
        _of("memory_hit", "hit", MEMORY, ",.0f"),
        _of("failed", "hit", MEMORY, ",.0f", MACHINE),
        _of("memory_lost", "lost", MEMORY, ".1%"),
        _of("memory_long", "lost_long", MEMORY, ".1%"),
        _of("memory_worst", "worst", MEMORY, ",.2f"),
        _of("memory_hours", "hours", MEMORY, ",.1f"),
        _of("drained_hit", "hit", DRAINED, ",.0f"),
        _of("drained_long", "lost_long", DRAINED, ".1%"),
        _of("drained_hours", "hours", DRAINED, ",.1f"),
        _of("store_hit", "hit", STORE, ",.0f", STORE_FAILS),
        _of("store_look_ups", "look_ups", STORE, ",.0f"),
        _of("cached_look_ups", "look_ups", CACHED, ",.0f"),
        _of("cached_fails", "fails", CACHED, ".1%"),
        _of("stale", "stale", CACHED, ".2%"),
        _race("always", "overwritten", ALWAYS, ".1%"),
        _race("changed", "overwritten", CHANGED, ".2%"),
        _race("field", "overwritten", FIELD, ".2%"),
        _race("compared", "retries", COMPARED, ",.3f"),
        _race("locked", "longer", LOCKED, ",.0f"),
    ],
    prediction=Prediction(
        "A machine fails once a year, and of a million sessions in memory that hits 63. The "
        "fleet also follows the day, with 6 machines at its peak and 2 at night, and takes away "
        "the newest. How many of a million sessions does that hit, while nothing fails?",
        reading="memory_hit", low=100, high=50_000, step=100, format=",.0f",
        unit="of a million",
    ),
    tries=[
        Try("All sessions are short. Who is still hit, and what does draining cost now?",
            {"long_min": 10.0}),
        Try("The oldest machine goes. Which of the long sessions are on it?", {"goes": 1}),
        Try("Drain for eight hours, to save nearly all. Count the machines.", {"drain_min": 480}),
        Try("Scale in only after an hour. What becomes of the ripple, and what does it cost?",
            {"window_min": 60}),
        Try("Keep copies for five minutes, the length of an outage. Is the shop still up then, and "
            "what do customers see on other days?", {"ttl_s": 300.0}),
        Try("One request at a time, but each takes two seconds. Is it safe to save the session?",
            {"at_once": 1, "request_ms": 2000.0}),
    ],
)  # fmt: skip
