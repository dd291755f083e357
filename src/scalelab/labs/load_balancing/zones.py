"""Lab: machines in one to four zones, what they cost, and for how long they are too few."""

import altair as alt

from scalelab.kernels import shop
from scalelab.kernels.load_balancing.zones import CAUSE, MOST_ZONES, SET, TIME, zones
from scalelab.models.load_balancing.zones import (
    CAUSES,
    CHANGE_MIN,
    CHANGES_PER_YEAR,
    MACHINE_MS,
    MOST_BUSY,
    MTBF_DAYS,
    RATE_PER_S,
    REPAIR_MIN,
    SWITCH_S,
    USD_PER_MONTH,
    ZONE_MIN,
    ZONE_YEARS,
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
PLACES = ("1 zone", *(f"{n} zones" for n in range(2, MOST_ZONES + 1)))
LEAST_SHOWN = 0.001  # minutes a year, where the bars begin
HERE: dict[str, float | str] = {"kind": SET}


def _colour() -> alt.Color:
    return alt.Color("zones:N", title=None, scale=alt.Scale(domain=list(PLACES)))


def _fleets() -> alt.LayerChart | alt.FacetChart:
    """What a year is like, over the rent; filled where a zone may be lost."""
    rows = alt.Chart(data()).transform_filter("datum.shown == 1")
    x = alt.X("rent:Q", title="Rent of the machines (USD a month)",
              axis=alt.Axis(format=",.0f", tickCount=6), scale=alt.Scale(zero=False))  # fmt: skip
    y = alt.Y(
        "minutes:Q", title="Minutes a year too few",
        scale=alt.Scale(type="log", nice=False, padding=10),
        axis=alt.Axis(
            format=",~r",
            values=[0.01, 0.1, 1, 10, 100, 150, 200, 300, 500, 1000, 2000, 5000, 1e4, 1e5],
        ),
    )  # fmt: skip
    tooltip = [
        alt.Tooltip("zones:N", title="In"),
        alt.Tooltip("machines:Q", title="Machines", format=",.0f"),
        alt.Tooltip("rent:Q", title="USD a month", format=",.0f"),
        alt.Tooltip("minutes:Q", title="Minutes a year too few", format=",.2f"),
        alt.Tooltip("survives:N", title="A zone may be lost"),
    ]
    lines = rows.mark_line(strokeWidth=2.5)
    hollow = rows.transform_filter("datum.survives == 'no'").mark_point(size=45, opacity=1)
    full = rows.transform_filter("datum.survives == 'yes'").mark_point(
        size=60, filled=True, opacity=1
    )
    here = (
        alt.Chart(data())
        .transform_filter(f"datum.kind == {SET}")
        .mark_point(size=190, shape="diamond", strokeWidth=2.5, opacity=1)
    )
    marks = (
        mark.encode(x=x, y=y, color=_colour(), tooltip=tooltip)
        for mark in (lines, hollow, full, here)
    )
    return alt.layer(*marks, guess_rule("y")).properties(width=WIDTH, height=200)


def _causes() -> alt.LayerChart | alt.FacetChart:
    """Why machines are too few, as set; the last bar is in place of the one above it."""
    rows = (
        alt.Chart(data())
        .transform_filter(f"datum.kind == {CAUSE}")
        .transform_calculate(
            least=str(LEAST_SHOWN),
            end=f"max(datum.why_minutes, {LEAST_SHOWN})",
            text="datum.why_minutes < 0.001 ? '< 0.001' : format(datum.why_minutes, ',.3~r')",
        )
    )
    x = alt.X(
        "end:Q", title="Minutes a year, by cause",
        scale=alt.Scale(type="log", domain=[LEAST_SHOWN, 1e7], nice=False, clamp=True),
        axis=alt.Axis(format=",~r", values=[0.001, 0.1, 10, 1000, 100_000]),
    )  # fmt: skip
    y = alt.Y("why:N", title=None, sort=list(CAUSES))
    tooltip = [
        alt.Tooltip("why:N", title="Cause"),
        alt.Tooltip("why_minutes:Q", title="Minutes a year", format=",.4f"),
    ]
    counted = rows.transform_filter(f"datum.why != '{CAUSES[-1]}'")
    instead = rows.transform_filter(f"datum.why == '{CAUSES[-1]}'")
    bars = counted.mark_bar().encode(x=x, x2="least:Q", y=y, color=_colour(), tooltip=tooltip)
    pale = instead.mark_bar(opacity=0.4).encode(
        x=x, x2="least:Q", y=y, color=_colour(), tooltip=tooltip
    )
    text = rows.mark_text(align="left", dx=4).encode(x=x, y=y, text="text:N", tooltip=tooltip)
    return alt.layer(bars, pale, text).properties(width=WIDTH, height=170)


def _after() -> alt.LayerChart | alt.FacetChart:
    """A request's time before, while and after a zone is lost."""
    rows = alt.Chart(data()).transform_filter(f"datum.kind == {TIME} && datum.possible == 'yes'")
    x = alt.X("at:Q", title="Minutes after a zone is lost",
              axis=alt.Axis(format=",.0f", tickCount=6), scale=alt.Scale(nice=False))  # fmt: skip
    y = alt.Y(
        "response:Q", title="Response (s)",
        scale=alt.Scale(type="log", domain=[0.005, 100_000], nice=False, clamp=True),
        axis=alt.Axis(values=[0.01, 0.1, 1, 10, 100, 1000, 10_000], format=",~r"),
    )  # fmt: skip
    line = rows.mark_line(strokeWidth=2.5).encode(
        x=x, y=y, color=_colour(),
        tooltip=[
            alt.Tooltip("zones:N", title="In"),
            alt.Tooltip("at:Q", title="Minutes", format=",.1f"),
            alt.Tooltip("response:Q", title="Response (s)", format=",.3f"),
        ],
    )  # fmt: skip
    return alt.layer(line).properties(width=WIDTH, height=130)


def _of(name: str, column: str, form: str, **where: float | str) -> Reading:
    return Reading(name, column, {**HERE, **where}, form)


def _why(name: str, cause: str) -> Reading:
    return Reading(name, "why_minutes", {"kind": CAUSE, "why": cause}, ",.3f")


lab = Lab(
    name="load_balancing/zones",
    title="How many zones, and how many machines in each?",
    kernel=zones,
    controls=[
        linear("zones", "Zones", 1, MOST_ZONES, 1, 3),
        linear("per_zone", "Machines in each", 1, 12, 1, 2),
        linear("rate_per_s", "Requests", 500.0, 4000.0, 250.0, RATE_PER_S, unit="/s"),
        Slider("most_busy", "At most busy", (0.6, 0.7, 0.8, 0.9, 0.95), MOST_BUSY, format=".0%",
               help="Machines are too few if those that are left would be busier"),
        Slider("mtbf_days", "A machine fails after", (30.0, 90.0, 180.0, 365.0, 730.0, 1825.0),
               MTBF_DAYS, unit="days", help="On average; a load balancer as well"),
        Slider("repair_min", "Replaced after", (2.0, 5.0, 10.0, 30.0, 60.0, 240.0), REPAIR_MIN,
               unit="min", help="By itself within minutes, by hand within hours"),
        Slider("zone_years", "A zone is lost after", (0.5, 1.0, 2.0, 5.0, 10.0, 20.0), ZONE_YEARS,
               unit="years", format=",.1f"),
        Slider("zone_min", "Back after", (10.0, 30.0, 60.0, 180.0, 360.0, 1440.0), ZONE_MIN,
               unit="min", help="Or until its machines have been started in other zones"),
        Slider("changes_per_year", "Bad changes", (0.0, 1.0, 2.0, 4.0, 12.0, 52.0),
               CHANGES_PER_YEAR, unit="a year",
               help="Each stops all machines for an hour, in all zones"),
    ],
    constants={
        "change_min": CHANGE_MIN,
        "switch_s": SWITCH_S,
        "work_ms": MACHINE_MS,
        "vcpus": shop.VCPUS,
        "usd_per_month": USD_PER_MONTH,
    },
    columns=[
        Column("kind", "Kind", hidden=True),
        Column("zones", "In", labels=PLACES),
        Column("per_zone", "In each", "machines"),
        Column("machines", "Machines"),
        Column("rent", "Rent", "USD a month"),
        Column("minutes", "Too few", "minutes a year", ",.3f"),
        Column("survives", "A zone may be lost", labels=("no", "yes")),
        Column("shown", "Shown", hidden=True),
        Column("why", "Cause", labels=CAUSES),
        Column("why_minutes", "By that", "minutes a year", ",.3f"),
        Column("at", "After the loss", "min", ",.1f"),
        Column("response", "Response", "s", ",.4f"),
        Column("possible", "All keep up", labels=("no", "yes")),
        Column("needed", "Needed", hidden=True),
        Column("busy", "Busy", hidden=True),
        Column("left", "Another zone", hidden=True),
        Column("left_busy", "Busy with one lost", hidden=True),
        Column("waits", "A line grows", hidden=True),
        Column("worst", "Longest wait", hidden=True),
        Column("gone", "Line gone", hidden=True),
        Column("availability", "Enough", hidden=True),
    ],
    chart=alt.vconcat(_fleets(), _causes(), _after()),
    summary=(
        "{enough} machines are enough for {rate_per_s}; here are {total}, for {usd} USD a month. "
        "They are too few for {short} minutes a year, enough for {share} of the time: {alone} by "
        "machines alone, {one} with a zone out, {more} with more, {change} by bad changes, {pair} "
        "by the pair of balancers. One balancer would be {single}. Each machine is busy for "
        "{normal}[, and for {survivors} with a zone lost]. [Without a zone a line grows: the "
        "longest wait is {wait} minutes, and it is gone after {end} minutes.]"
    ),
    readings=[
        _of("enough", "needed", ",.0f"),
        _of("total", "machines", ",.0f"),
        _of("usd", "rent", ",.0f"),
        _of("short", "minutes", ",.1f"),
        _of("share", "availability", ".5%"),
        _of("normal", "busy", ".0%"),
        _of("survivors", "left_busy", ".0%", left=1),
        _of("wait", "worst", ",.0f", waits=1),
        _of("end", "gone", ",.0f", waits=1),
        _why("alone", CAUSES[0]),
        _why("one", CAUSES[1]),
        _why("more", CAUSES[2]),
        _why("change", CAUSES[3]),
        _why("pair", CAUSES[4]),
        _why("single", CAUSES[5]),
    ],
    prediction=Prediction(
        "Two machines in each of three zones, and four are enough. A machine fails once a year "
        "and is replaced within ten minutes; each zone is lost for six hours every five years; "
        "twice a year a bad change stops everything for an hour. For how many minutes a year are "
        "the machines too few?",
        reading="short", low=10, high=500, step=5, format=",.0f", unit="minutes",
    ),
    tries=[
        Try("The same six machines in two zones. Are two zones better than one?",
            {"zones": 2, "per_zone": 3}),
        Try("Four machines in four zones, none to spare. And in one zone?",
            {"zones": 4, "per_zone": 1}),
        Try("No bad changes. What is left, and what would one balancer add to it?",
            {"changes_per_year": 0.0}),
        Try("One zone, five machines that fail every month, repaired by hand. Which is worth more: "
            "a sixth, or ten minutes in place of four hours?",
            {"zones": 1, "per_zone": 5, "mtbf_days": 30.0, "repair_min": 240.0}),
        Try("Four machines in two zones; others are started within ten minutes if a zone is lost. "
            "How long do customers feel it?",
            {"zones": 2, "per_zone": 2, "zone_min": 10.0}),
    ],
)  # fmt: skip
