"""Lab: the shop as one program, as one program in modules, and as services."""

import altair as alt

from scalelab.kernels.trade_offs.services import COST, SET, SPLIT, TEAM, services
from scalelab.models.trade_offs.services import (
    BAD,
    CALLS,
    CONSTANTS,
    HEAVY_GIB,
    OPERATION,
    PAIRS,
    RATE_PER_S,
    TESTS_MIN,
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
)

WIDTH = 440
ONE, MODULES, MANY = WAYS
SERIES = (*WAYS, "Half with fallbacks")


def _colour() -> alt.Color:
    return alt.Color(
        "series:N", title=None, scale=alt.Scale(domain=list(SERIES)),
        legend=alt.Legend(columns=2, labelLimit=190, symbolSize=110),
    )  # fmt: skip


def _shape() -> alt.Shape:
    return alt.Shape("series:N", title=None, scale=alt.Scale(domain=list(SERIES)))


def _width() -> alt.Size:
    """Lines that agree lie on each other: the lower ones show."""
    scale = alt.Scale(type="ordinal", domain=list(SERIES), range=[5.0, 3.5, 2.2, 1.2])
    return alt.Size("series:O", legend=None, scale=scale)


def _here(*ways: str) -> alt.Chart:
    """What is set, as large points."""
    shown = " || ".join(f"datum.series == '{way}'" for way in ways)
    points: alt.Chart = (
        alt.Chart(data())
        .transform_filter(f"datum.kind == {SET} && ({shown})")
        .mark_point(size=110, strokeWidth=2.5, opacity=1)
    )
    return points


def _team() -> alt.LayerChart | alt.FacetChart:
    """What each developer delivers, over their number; the large points are as set."""
    rows = alt.Chart(data())
    x = alt.X(
        "developers:Q", title="Developers",
        scale=alt.Scale(type="log", domain=[4, 400], nice=False),
        axis=alt.Axis(values=[5, 10, 20, 50, 100, 200, 400], format=",.0f"),
    )  # fmt: skip
    y = alt.Y("each:Q", title="Changes a week of each", scale=alt.Scale(domain=[0, 3.5]))
    tooltip = [
        alt.Tooltip("series:N", title="Way"),
        alt.Tooltip("developers:Q", title="Developers", format=",.0f"),
        alt.Tooltip("each:Q", title="Changes a week of each", format=",.2f"),
        alt.Tooltip("changes:Q", title="Changes a week of all", format=",.0f"),
        alt.Tooltip("full:Q", title="Pipelines' most", format=",.0f"),
    ]
    lines = rows.transform_filter(f"datum.kind == {TEAM}").mark_line()
    here = _here(*WAYS)
    return alt.layer(
        lines.encode(x=x, y=y, color=_colour(), size=_width(), tooltip=tooltip),
        here.encode(x=x, y=y, color=_colour(), shape=_shape(), tooltip=tooltip),
        guess_rule("x"),
    ).properties(width=WIDTH, height=210)


def _split() -> alt.LayerChart | alt.FacetChart:
    """For how long in a month a request fails, over the number of services."""
    rows = alt.Chart(data()).transform_filter(f"datum.kind == {SPLIT}")
    here = _here(MANY)
    x = alt.X(
        "number:Q", title="Services",
        scale=alt.Scale(domain=[1, 40], nice=False), axis=alt.Axis(values=[1, 5, 10, 20, 30, 40]),
    )  # fmt: skip
    y = alt.Y("minutes:Q", title="Minutes a month failing", axis=alt.Axis(format=",.0f"))
    tooltip = [
        alt.Tooltip("series:N", title="Way"),
        alt.Tooltip("number:Q", title="Services", format=",.0f"),
        alt.Tooltip("minutes:Q", title="Minutes a month", format=",.0f"),
    ]
    lines = rows.mark_line().encode(x=x, y=y, color=_colour(), size=_width(), tooltip=tooltip)
    points = rows.mark_point(size=30, filled=True, opacity=1)
    marks = (
        mark.encode(x=x, y=y, color=_colour(), shape=_shape(), tooltip=tooltip)
        for mark in (points, here)
    )
    return alt.layer(lines, *marks).properties(width=WIDTH, height=130)


def _cost() -> alt.LayerChart | alt.FacetChart:
    """What the machines cost; a program in modules needs the same as one without."""
    rows = alt.Chart(data()).transform_filter(f"datum.kind == {COST}")
    here = _here(ONE, MANY)
    x = alt.X(
        "rate:Q", title="Requests/s (in modules: as monolith)",
        scale=alt.Scale(type="log", domain=[50, 20_000], nice=False),
        axis=alt.Axis(values=[50, 200, 1000, 5000, 20_000], format=",.0f"),
    )  # fmt: skip
    y = alt.Y(
        "rent:Q", title="Rent (USD a month)",
        scale=alt.Scale(type="log", nice=False, padding=8),
        axis=alt.Axis(values=[200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000], format=",.0f"),
    )  # fmt: skip
    tooltip = [
        alt.Tooltip("series:N", title="Way"),
        alt.Tooltip("rate:Q", title="Requests/s", format=",.0f"),
        alt.Tooltip("machines:Q", title="Machines", format=",.0f"),
        alt.Tooltip("rent:Q", title="USD a month", format=",.0f"),
    ]
    lines = rows.mark_line().encode(x=x, y=y, color=_colour(), size=_width(), tooltip=tooltip)
    points = rows.mark_point(size=30, filled=True, opacity=1)
    marks = (
        mark.encode(x=x, y=y, color=_colour(), shape=_shape(), tooltip=tooltip)
        for mark in (points, here)
    )
    return alt.layer(lines, *marks).properties(width=WIDTH, height=130)


def _of(name: str, way: str, column: str, form: str, **where: float | str) -> Reading:
    return Reading(name, column, {"kind": SET, "series": way, **where}, form)


lab = Lab(
    name="trade_offs/services",
    title="One program or services: from which size on?",
    kernel=services,
    controls=[
        Slider("developers", "Developers", (5, 10, 15, 20, 30, 50, 75, 100, 150, 200, 300, 400),
               15),
        Slider("services", "Services", (1, 2, 3, 5, 8, 12, 20, 30, 40), 8,
               help="Or modules, in one program"),
        Slider("tests_min", "All tests", (5.0, 10.0, 20.0, 30.0, 45.0, 60.0, 90.0, 120.0),
               TESTS_MIN, unit="min", help="Build, test and deploy the whole program"),
        Slider("bad", "Bad changes", (0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2), BAD,
               format=".1%", help="Fail by themselves, or do not go with others"),
        Slider("pairs", "Touch two parts", (0.0, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0), PAIRS,
               format=".0%", help="Of changes, and of writes: worse boundaries, more of them"),
        Slider("operation", "To run a service", (0.05, 0.1, 0.25, 0.5, 1.0, 2.0), OPERATION,
               unit="developers", format=",.2f",
               help="On call, upgrades, alarms; one program takes as much once"),
        Slider("calls", "Calls a request", (0, 2, 5, 10, 20, 40, 80), CALLS,
               help="From part to part; over the network if they are in two services"),
        Slider("rate_per_s", "Requests",
               (50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0, 10_000.0, 20_000.0),
               RATE_PER_S, unit="/s"),
        Slider("heavy_gib", "Memory of one part", (0.0, 1.0, 2.0, 4.0, 6.0, 8.0, 12.0), HEAVY_GIB,
               unit="GiB", help="In each of its processes; a tenth of the work is that part's"),
    ],
    constants=CONSTANTS,
    columns=[
        Column("kind", "Kind", hidden=True),
        Column("series", "Way", labels=SERIES),
        Column("developers", "Developers"),
        Column("changes", "Changes", "a week", ",.1f"),
        Column("each", "Of each", "a week", ",.2f"),
        Column("full", "Most", "a week"),
        Column("lead", "To merge", "h", ",.2f"),
        Column("known", "Line known", hidden=True),
        Column("batch", "Batch", hidden=True),
        Column("number", "Services"),
        Column("minutes", "Failing", "minutes a month"),
        Column("added", "Calls add", "ms", ",.1f"),
        Column("rate", "Requests", "/s"),
        Column("machines", "Machines"),
        Column("rent", "Rent", "USD a month"),
        Column("crossing", "Crossing", hidden=True),
        Column("tax", "Work of calls", hidden=True),
        Column("half_done", "Half done", hidden=True),
        Column("overtakes", "Delivers most from", hidden=True),
        Column("found", "It does", hidden=True),
        Column("beats", "More than one from", hidden=True),
        Column("beats_found", "It is", hidden=True),
        Column("busy", "Busy", hidden=True),
    ],
    chart=alt.vconcat(_team(), _split(), _cost()),
    summary=(
        "{developers} developers deliver {one} changes a week in one program, {modular} in "
        "modules, {many} with services ({services}). One pipeline is asked for {one_busy} of what "
        "it can do.[ One program merges a change after {one_lead} hours of work.][ With modules it "
        "is {modular_lead} hours.][ With services it is {many_lead} hours.][ Modules overtake one "
        "program at {modules_from} developers.][ Services overtake one program at {beats_from}.]"
        "[ They overtake modules at {turning}.] A request fails for {one_minutes} minutes a "
        "month, with services for {many_minutes}; their calls add {ms} ms and are {tax_share} of "
        "the work. Of the writes {open} are half done at any time. The machines cost {one_rent} "
        "USD a month, and {many_rent} with services."
    ),
    readings=[
        _of("one", ONE, "changes", ",.0f"),
        _of("modular", MODULES, "changes", ",.0f"),
        _of("many", MANY, "changes", ",.0f"),
        _of("one_busy", ONE, "busy", ".0%"),
        _of("one_lead", ONE, "lead", ",.1f", known=1),
        _of("modular_lead", MODULES, "lead", ",.1f", known=1),
        _of("many_lead", MANY, "lead", ",.1f", known=1),
        _of("modules_from", MODULES, "overtakes", ",.0f", found=1),
        _of("beats_from", MANY, "beats", ",.0f", beats_found=1),
        _of("turning", MANY, "overtakes", ",.0f", found=1),
        _of("one_minutes", ONE, "minutes", ",.0f"),
        _of("many_minutes", MANY, "minutes", ",.0f"),
        _of("ms", MANY, "added", ",.1f"),
        _of("tax_share", MANY, "tax", ".0%"),
        _of("open", MANY, "half_done", ",.1f"),
        _of("one_rent", ONE, "rent", ",.0f"),
        _of("many_rent", MANY, "rent", ",.0f"),
    ],
    prediction=Prediction(
        "The shop has 15 developers. All its tests take 20 minutes, a fifth of the changes touches "
        "two parts, and to run a service takes a quarter of a developer. From how many developers "
        "on do eight services deliver more changes than one program in eight modules?",
        reading="turning", low=10, high=400, step=5, format=",.0f", unit="developers",
    ),
    tries=[
        Try("100 developers. What is it that one program runs out of?", {"developers": 100}),
        Try("200 developers and tests of an hour. Who is stuck, and at how many changes a week?",
            {"developers": 200, "tests_min": 60.0}),
        Try("40 services for 15 developers. How many of the developers are left?",
            {"services": 40}),
        Try("Bad boundaries: most changes touch two parts. What becomes of the crossing, and of "
            "the time to merge?", {"pairs": 0.8}),
        Try("One part needs 8 GiB in each process. Which way is cheaper now, and by how much?",
            {"heavy_gib": 8.0}),
        Try("100 requests a second. What do eight services cost that have nothing to do?",
            {"rate_per_s": 100.0}),
    ],
)  # fmt: skip
