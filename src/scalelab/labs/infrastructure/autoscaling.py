"""Lab: a day with a flash crowd, and five ways to have the machines for it."""

import altair as alt

from scalelab.kernels import shop
from scalelab.kernels.infrastructure.autoscaling import (
    DAY_POINT,
    FLASH_POINT,
    WAY,
    autoscaling,
)
from scalelab.models.infrastructure.autoscaling import (
    BOOT_S,
    DELAY_S,
    FIRST,
    FLASH_AT_H,
    FLASH_PER_S,
    LEAST,
    LIMIT_MS,
    METRICS,
    MOST_VCPUS,
    PEAK_PER_S,
    PEAK_TO_TROUGH,
    SECOND,
    TARGET,
    USD_PER_VCPU_HOUR,
    WAYS,
    WINDOW_S,
    WORK_MS,
    YESTERDAY,
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
FIXED, TRACKING, STEPPED, SCHEDULED, PREDICTIVE = WAYS
NAMES = ("fixed", "tracking", "stepped", "scheduled", "predictive")
# Lines that agree lie on each other, so those below are wider.
WIDTHS = (8.0, 2.0, 2.0, 4.5, 4.5)
ORDER = (0, 3, 4, 1, 2)


def _colour() -> alt.Color:
    return alt.Color("series:N", title=None, scale=alt.Scale(domain=list(WAYS)))


def _machines(kind: int, x: alt.X, height: int) -> alt.LayerChart | alt.FacetChart:
    """Machines that serve over time, on the ground of those that are needed."""
    rows = alt.Chart(data()).transform_filter(f"datum.kind == {kind}")
    y = alt.Y("machines:Q", title="Machines that serve",
              scale=alt.Scale(domainMin=0, nice=True),
              axis=alt.Axis(format=",~r", tickCount=5))  # fmt: skip
    when = alt.Tooltip("minute:Q", title="Minute", format=",.0f")
    if kind == DAY_POINT:
        when = alt.Tooltip("hour:Q", title="Hour", format=",.1f")
    needed = (
        rows.transform_calculate(machines="datum.needed")
        .mark_area(interpolate="step-after", color="grey", opacity=0.35)
        .encode(x=x, y=y, tooltip=[when, alt.Tooltip("machines:Q", title="Needed", format=",.1f")])
    )
    layers: list[alt.Chart] = [needed]
    for i in ORDER:
        layers.append(
            rows.transform_calculate(machines=f"datum.{NAMES[i]}", series=repr(WAYS[i]))
            .mark_line(interpolate="step-after", strokeWidth=WIDTHS[i])
            .encode(
                x=x, y=y, color=_colour(),
                tooltip=[
                    alt.Tooltip("series:N", title="Way"), when,
                    alt.Tooltip("machines:Q", title="Machines", format=",.0f"),
                    alt.Tooltip("needed:Q", title="Needed", format=",.1f"),
                ],
            )
        )  # fmt: skip
    return alt.layer(*layers).properties(width=WIDTH, height=height)


def _flash() -> alt.LayerChart | alt.FacetChart:
    """The hour and a half around the crowd."""
    x = alt.X("minute:Q", title="Minutes since the crowd began to come",
              axis=alt.Axis(format=",.0f", tickCount=8), scale=alt.Scale(nice=False))  # fmt: skip
    return _machines(FLASH_POINT, x, 200)


def _day() -> alt.LayerChart | alt.FacetChart:
    """The whole day, by half hours: the most of each."""
    x = alt.X("hour:Q", title="Hour of the day (most of each half hour)",
              axis=alt.Axis(format=",.0f", values=list(range(0, 25, 3))),
              scale=alt.Scale(domain=[0, 24], nice=False))  # fmt: skip
    return _machines(DAY_POINT, x, 110)


def _costs() -> alt.LayerChart | alt.FacetChart:
    """What each way costs, and for how long its answers are slow."""
    rows = (
        alt.Chart(data())
        .transform_filter(f"datum.kind == {WAY}")
        .transform_calculate(series="datum.way")
    )
    x = alt.X("usd:Q", title="Machines (USD a day)", scale=alt.Scale(zero=False, padding=45),
              axis=alt.Axis(format=",.0f", tickCount=6))  # fmt: skip
    y = alt.Y("slow:Q", title="Slow answers (minutes a day)",
              scale=alt.Scale(zero=True, padding=14, nice=True),
              axis=alt.Axis(format=",~r", tickCount=5))  # fmt: skip
    tooltip = [
        alt.Tooltip("way:N", title="Way"),
        alt.Tooltip("usd:Q", title="USD a day", format=",.2f"),
        alt.Tooltip("slow:Q", title="Slow (minutes)", format=",.1f"),
        alt.Tooltip("late:Q", title="Requests in them", format=",.0f"),
        alt.Tooltip("turns:Q", title="Turns", format=",.0f"),
    ]
    points = rows.mark_point(filled=True, size=110, opacity=1)
    # Ways that are alike would have their names on each other.
    names = rows.mark_text(dy=-11, fontSize=11).encode(text="way:N")
    below = rows.mark_text(dy=16, fontSize=11).encode(text="way:N")
    marks = (
        points,
        names.transform_filter(f"indexof({[FIXED, STEPPED, PREDICTIVE]!r}, datum.way) < 0"),
        below.transform_filter(f"indexof({[FIXED, STEPPED, PREDICTIVE]!r}, datum.way) >= 0"),
    )
    return alt.layer(
        *(mark.encode(x=x, y=y, color=_colour(), tooltip=tooltip) for mark in marks),
        guess_rule("y"),
    ).properties(width=WIDTH, height=190)


def _of(name: str, column: str, way: str, form: str = ",.1f", **where: float | str) -> Reading:
    return Reading(name, column, {"kind": WAY, "way": way, **where}, form)


lab = Lab(
    name="infrastructure/autoscaling",
    title="Machines that follow the load",
    kernel=autoscaling,
    controls=[
        Slider("flash", "The crowd brings", (0.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0),
               FLASH_PER_S, unit="/s", help="More than on a usual day: up in a minute, there for "
               "20, gone in 10"),
        linear("flash_at_h", "It comes at", 1, 22, 1, FLASH_AT_H, unit="h"),
        Slider("boot_s", "A machine boots in", (0.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0),
               BOOT_S, unit="s", help="From its order until it serves"),
        Slider("delay_s", "Metrics are late by", (0.0, 15.0, 30.0, 60.0, 120.0, 180.0, 300.0),
               DELAY_S, unit="s", help="Each is the mean of 15 s, and then so old"),
        Choice("metric", "Measured", METRICS, 0,
               help="How busy the machines are, or what comes for each of them"),
        Slider("window_s", "Window", (0.0, 15.0, 30.0, 60.0, 120.0, 180.0, 300.0, 600.0, 900.0),
               WINDOW_S, unit="s", help="Target tracking's before it takes machines away, step "
               "scaling's warm-up"),
        Slider("target", "Target", (0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95), TARGET, format=".0%",
               help="How busy machines should be; step scaling's threshold"),
        Slider("vcpus", "Size of a machine", (2, 4, 8, 16, 32, 64), shop.VCPUS, unit="vCPUs"),
        linear("least", "At least", 1, 10, 1, LEAST, unit="machines"),
    ],
    constants={
        "peak": PEAK_PER_S,
        "peak_to_trough": PEAK_TO_TROUGH,
        "yesterday": YESTERDAY,
        "work_ms": WORK_MS,
        "limit_ms": LIMIT_MS,
        "most_vcpus": MOST_VCPUS,
        "usd_per_vcpu_hour": USD_PER_VCPU_HOUR,
        "first": FIRST,
        "second": SECOND,
    },
    columns=[
        Column("kind", "Kind", hidden=True),
        Column("way", "Way", labels=WAYS),
        Column("machine_hours", "Machine-hours", "", ",.1f"),
        Column("usd", "Cost", "USD a day", ",.2f"),
        Column("slow", "Slow answers", "min", ",.1f"),
        Column("late", "Requests in them"),
        Column("scalings", "Changes"),
        Column("turns", "Turns"),
        Column("wait", "Longest wait", "s", ",.1f"),
        Column("most", "Most machines"),
        Column("at_peak", "At the peak", "machines"),
        Column("others", "More than one", hidden=True),
        Column("left_busy", "Busy without one", hidden=True),
        Column("hour", "Hour", "", ",.1f"),
        Column("minute", "Since the crowd", "min"),
        Column("needed", "Needed", "machines", ",.1f"),
        *(Column(name, way, "machines") for name, way in zip(NAMES, WAYS, strict=True)),
    ],
    chart=alt.vconcat(_flash(), _day(), _costs()),
    summary=(
        "Target tracking costs {tracking_usd} USD a day and is too slow for {tracking_slow} "
        "minutes, with {tracking_turns} turns and {tracking_most} machines at most; a fixed fleet "
        "of {fixed_most} costs {fixed_usd} and is too slow for {fixed_slow}. Step scaling: "
        "{stepped_usd} USD, {stepped_slow} minutes, {stepped_turns} turns. Scheduled: "
        "{scheduled_usd} USD, {scheduled_slow} minutes. Predictive: {predictive_usd} USD, "
        "{predictive_slow} minutes. Late are {tracking_late} requests with target tracking and "
        "{fixed_late} with the fixed fleet, and the longest wait is {tracking_wait} s and "
        "{fixed_wait} s. [If one of the fixed ones fails at the planned peak, the others are "
        "{fixed_left} busy.]"
    ),
    readings=[
        *(
            _of(f"{name}_{column}", column, way, form)
            for name, way in zip(NAMES, WAYS, strict=True)
            for column, form in (
                ("usd", ",.2f"), ("slow", ",.1f"), ("turns", ",.0f"), ("most", ",.0f"),
                ("late", ",.0f"), ("wait", ",.0f"), ("scalings", ",.0f"),
            )
        ),
        _of("fixed_left", "left_busy", FIXED, ".0%", others=1),
    ],
    prediction=Prediction(
        "At noon three machines serve 1,250 requests a second. Within a minute 2,000 more come, "
        "for half an hour, so that nine machines are wanted. Target tracking sees how busy the "
        "machines are within half a minute, and may double their number every 15 s; a new one "
        "boots for two minutes. For how many minutes are answers too slow?",
        reading="tracking_slow", low=0, high=40, step=1, format=",.0f", unit="minutes",
    ),
    tries=[
        Try("Measure what comes instead of how busy machines are. Why is that faster, and where "
            "not?", {"metric": 1}),
        Try("Metrics are a minute late, and machines are taken at once. What happens meanwhile?",
            {"delay_s": 60.0, "window_s": 0.0}),
        Try("To save money, the target is 95%. Watch the crowd come.", {"target": 0.95}),
        Try("The same crowd at four in the morning. Who is worst off now, and who has no line at "
            "all?",
            {"flash_at_h": 4}),
        Try("It takes ten minutes until a machine serves. What is target tracking worth now?",
            {"boot_s": 600.0}),
        Try("Machines four times as large, one at least. What does a night cost, and what is left "
            "if one fails?", {"vcpus": 16, "least": 1}),
    ],
)  # fmt: skip
