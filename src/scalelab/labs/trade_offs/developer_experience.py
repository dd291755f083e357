"""Lab: who bears the infrastructure, what it leaves of a developer's week, and what tests cost."""

import altair as alt

from scalelab.kernels.trade_offs.developer_experience import (
    CROSS,
    CURVE,
    MOST_COMPONENTS,
    PART,
    RED,
    SET,
    developer_experience,
)
from scalelab.models.trade_offs.developer_experience import (
    ADOPTION,
    FIRST_H,
    FLAKY,
    LEARNING,
    LOAD_PER_S,
    MACHINE_USD,
    PARTS,
    PEOPLE_EACH,
    REQUEST_USD,
    RESUME_MIN,
    TOOLS,
    TURNOVER,
    USD_PER_MONTH,
    WAYS,
)
from scalelab.web.lab import (
    Choices,
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
OWN, PLATFORM, MANAGED = WAYS
SERIES = (*WAYS, "Red at first", "Red after a rerun")
FIRST_RED, RERUN_RED = SERIES[3:]
PAIRS = ("Platform over own", "Platform over managed", "Managed over own")
COST = "A change costs (USD)"
OVERHEAD = PARTS[:-1]  # all but the work itself


def _colour() -> alt.Color:
    return alt.Color("series:N", title=None, scale=alt.Scale(domain=list(SERIES)))


def _costs() -> alt.LayerChart | alt.FacetChart:
    """What a change costs, over the size of the company; diamonds where one way overtakes."""
    rows = alt.Chart(data()).transform_filter("datum.shown == 1")
    x = alt.X(
        "developers:Q", title="Developers", scale=alt.Scale(type="log", nice=False, padding=6),
        axis=alt.Axis(values=[5, 10, 20, 50, 100, 200, 400], format=",.0f"),
    )  # fmt: skip
    y = alt.Y("cost:Q", title=COST, scale=alt.Scale(zero=False),
              axis=alt.Axis(format=",.0f", tickCount=6))  # fmt: skip
    tooltip = [
        alt.Tooltip("series:N", title="Way"),
        alt.Tooltip("developers:Q", title="Developers", format=",.1f"),
        alt.Tooltip("cost:Q", title="USD", format=",.0f"),
    ]
    curves = rows.transform_filter(f"datum.kind == {CURVE}")
    # Without components all three are one line: the thinner ones are drawn upon the first.
    marks = [
        curves.transform_filter(f"datum.series == '{way}'").mark_line(strokeWidth=width)
        for way, width in ((OWN, 4.5), (PLATFORM, 3.0), (MANAGED, 1.8))
    ]
    marks.append(
        rows.transform_filter(f"datum.kind == {SET}").mark_point(size=110, filled=True, opacity=1)
    )
    marks.append(
        rows.transform_filter(f"datum.kind == {CROSS}").mark_point(
            size=190, shape="diamond", strokeWidth=2.5, opacity=1
        )
    )
    # Not seen: room above and below, so that equal costs are a straight line and no noise.
    room = (
        rows.transform_filter(f"datum.kind == {SET}")
        .transform_calculate(low="0.96 * datum.cost", high="1.04 * datum.cost")
        .mark_rule(opacity=0)
        .encode(
            x=x,
            y=alt.Y("low:Q", title=COST, scale=alt.Scale(zero=False)),
            y2="high:Q",
            color=_colour(),
        )
    )
    return alt.layer(
        room, *(mark.encode(x=x, y=y, color=_colour(), tooltip=tooltip) for mark in marks)
    ).properties(width=WIDTH, height=210)


def _week() -> alt.LayerChart | alt.FacetChart:
    """Where the hours go that are not the work itself."""
    rows = (
        alt.Chart(data())
        .transform_filter(f"datum.kind == {PART} && datum.what != '{PARTS[-1]}'")
        .transform_calculate(text="format(datum.hours, ',.1f')")
    )
    x = alt.X("hours:Q", title="Hours a week of each developer",
              axis=alt.Axis(format=",~r", tickCount=6))  # fmt: skip
    y = alt.Y("what:N", title=None, sort=list(OVERHEAD))
    offset = alt.YOffset("series:N", sort=list(WAYS), scale=alt.Scale(domain=list(WAYS)))
    tooltip = [
        alt.Tooltip("series:N", title="Way"),
        alt.Tooltip("what:N", title="For"),
        alt.Tooltip("hours:Q", title="Hours a week", format=",.2f"),
    ]
    bars = rows.mark_bar().encode(x=x, y=y, yOffset=offset, color=_colour(), tooltip=tooltip)
    text = (
        rows.transform_filter("datum.hours > 0")
        .mark_text(align="left", dx=4, fontSize=8)
        .encode(x=x, y=y, yOffset=offset, text="text:N", tooltip=tooltip)
    )
    return alt.layer(bars, text).properties(width=WIDTH, height=250)


def _red() -> alt.LayerChart | alt.FacetChart:
    """Runs of a right change that are red all the same, over the number of components."""
    rows = alt.Chart(data()).transform_filter(f"datum.kind == {RED}")
    x = alt.X("components:Q", title="Components", axis=alt.Axis(format=",.0f", tickCount=8))
    y = alt.Y("red:Q", title="Runs red by chance", axis=alt.Axis(format=".0%", tickCount=5))
    tooltip = [
        alt.Tooltip("series:N", title="Runs"),
        alt.Tooltip("components:Q", title="Components", format=",.0f"),
        alt.Tooltip("suites:Q", title="Suites", format=",.0f"),
        alt.Tooltip("red:Q", title="Red", format=".1%"),
    ]
    lines = rows.mark_line(strokeWidth=2.5)
    points = rows.mark_point(size=45, filled=True, opacity=1)
    marks = (mark.encode(x=x, y=y, color=_colour(), tooltip=tooltip) for mark in (lines, points))
    return alt.layer(*marks, guess_rule("y")).properties(width=WIDTH, height=140)


def _of(name: str, column: str, way: str, form: str, **where: float | str) -> Reading:
    return Reading(name, column, {"kind": SET, "series": way, **where}, form)


def _crossing(name: str, column: str, pair: str, **where: float | str) -> Reading:
    return Reading(name, column, {"kind": CROSS, "pair": pair, "found": 1, **where}, ",.0f")


def _hours(name: str, way: str, what: str) -> Reading:
    return Reading(name, "hours", {"kind": PART, "series": way, "what": what}, ",.1f")


def _reds(name: str, series: str) -> Reading:
    where: dict[str, float | str] = {
        "kind": RED, "series": series, "components": "{components}",
    }  # fmt: skip
    return Reading(name, "red", where, ".0%" if series == FIRST_RED else ".1%")


lab = Lab(
    name="trade_offs/developer_experience",
    title="Who bears the infrastructure, and what is left of the week?",
    kernel=developer_experience,
    controls=[
        Slider("developers", "Developers", (5, 10, 15, 20, 30, 40, 50, 60, 80, 100, 150, 200, 300),
               40),
        linear("components", "Components", 0, MOST_COMPONENTS, 1, 4,
               help="Message queue, service mesh, distributed database, orchestration, ..."),
        Slider("first_h", "First task with one", (1.0, 2.0, 4.0, 8.0, 12.0, 16.0, 24.0), FIRST_H,
               unit="h more", help="Good documentation and examples make it short"),
        Slider("turnover", "Turnover", (0.05, 0.1, 0.15, 0.2, 0.3, 0.4), TURNOVER,
               unit="a year", format=".0%", help="Newcomers learn everything anew"),
        Slider("flaky", "A suite fails by chance", (0.0, 0.001, 0.002, 0.005, 0.01, 0.015, 0.02,
               0.03, 0.05), FLAKY, format=".1%"),
        Choices("tooling", "Tools", TOOLS, 0),
        Slider("people_each", "Platform developers", (0.25, 0.5, 0.75, 1.0, 1.5, 2.0), PEOPLE_EACH,
               unit="each component", format=",.2f"),
        Slider("adoption", "Use the platform", (0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0), ADOPTION,
               format=".0%", help="The others run their own all the same"),
        Slider("load_per_s", "Requests to each", (10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0,
               2000.0, 5000.0, 10_000.0), LOAD_PER_S, unit="/s"),
    ],
    constants={
        "learning": LEARNING,
        "resume_min": RESUME_MIN,
        "usd_per_month": USD_PER_MONTH,
        "machine_usd": MACHINE_USD,
        "request_usd": REQUEST_USD,
    },
    columns=[
        Column("kind", "Kind", hidden=True),
        Column("series", "Way", labels=SERIES),
        Column("developers", "Developers", format=",.1f"),
        Column("cost", "A change costs", "USD", ",.0f"),
        Column("shown", "Shown", hidden=True),
        Column("changes", "Changes", "a week", ",.1f"),
        Column("each", "Of each", "a week", ",.2f"),
        Column("share", "The work itself", format=".1%"),
        Column("rent", "Rent", "USD a month", ",.0f"),
        Column("what", "For", labels=PARTS),
        Column("hours", "Hours", "a week", ",.2f"),
        Column("components", "Components"),
        Column("red", "Red by chance", format=".1%"),
        Column("pair", "Cheaper", labels=PAIRS),
        Column("from", "From", "developers", ",.1f"),
        Column("to", "To", "developers", ",.1f"),
        Column("found", "Found", hidden=True),
        Column("ends", "Ends", hidden=True),
        Column("suites", "Suites"),
        Column("runs", "Runs until green", hidden=True),
        Column("green", "Minutes until green", hidden=True),
        Column("people", "Platform team", hidden=True),
        Column("load_from", "Own cheaper from", hidden=True),
        Column("load_found", "There is such a load", hidden=True),
        Column("left", "Anybody left", hidden=True),
    ],
    chart=alt.vconcat(_costs(), _week(), _red()),
    summary=(
        "With {developers} developers and {components} components a change costs {own_usd} USD if "
        "each team runs its own, {platform_usd} with a platform, {managed_usd} managed: "
        "{own_week}, {platform_week} and {managed_week} changes a week, as {own_share}, "
        "{platform_share} and {managed_share} of the time goes into the work itself.[ A platform "
        "is cheaper than one's own from {pays_from} developers on.][ It is cheaper than managed "
        "services from {beats_managed} on.][ That ends with {until}.][ Managed is cheaper than "
        "one's own with more than {managed_from}.][ With as many as there are, that ends at {load} "
        "requests/s.] Of the runs of a right change, of {all_suites} suites, {red_first} are red "
        "by chance ({red_again} after a rerun of what failed): {reruns} runs and {minutes} minutes "
        "until one is green."
    ),
    readings=[
        _of("own_usd", "cost", OWN, ",.0f"),
        _of("platform_usd", "cost", PLATFORM, ",.0f", left=1),
        _of("managed_usd", "cost", MANAGED, ",.0f"),
        _of("own_week", "changes", OWN, ",.0f"),
        _of("platform_week", "changes", PLATFORM, ",.0f"),
        _of("managed_week", "changes", MANAGED, ",.0f"),
        _of("own_share", "share", OWN, ".1%"),
        _of("platform_share", "share", PLATFORM, ".1%"),
        _of("managed_share", "share", MANAGED, ".1%"),
        _of("own_rent", "rent", OWN, ",.0f"),
        _of("platform_rent", "rent", PLATFORM, ",.0f"),
        _of("managed_rent", "rent", MANAGED, ",.0f"),
        _crossing("pays_from", "from", PAIRS[0]),
        _crossing("beats_managed", "from", PAIRS[1]),
        _crossing("until", "to", PAIRS[1], ends=1),
        _crossing("managed_from", "from", PAIRS[2]),
        _of("load", "load_from", OWN, ",.0f", load_found=1),
        _of("all_suites", "suites", OWN, ",.0f"),
        _reds("red_first", FIRST_RED),
        _reds("red_again", RERUN_RED),
        _of("reruns", "runs", OWN, ",.2f"),
        _of("minutes", "green", OWN, ",.0f"),
        _hours("learn", OWN, PARTS[0]),
        _hours("wait", OWN, PARTS[1]),
        _hours("chance", OWN, PARTS[2]),
        _hours("debug", OWN, PARTS[3]),
        _hours("run", OWN, PARTS[4]),
    ],
    prediction=Prediction(
        "With four components there are 30 suites of tests. Each of them fails by chance once in "
        "50 runs. Of the runs of changes with nothing wrong, how many are red?",
        reading="red_first", low=0.0, high=1.0, step=0.01, format=".0%",
    ),
    tries=[
        Try("All three tools. Which part of the week do they give back, and to whom?",
            {"tooling": 0b111}),
        Try("Good documentation: the first task takes 2 hours more, not 8. From how many "
            "developers does a platform pay now?", {"first_h": 2.0}),
        Try("200 developers, of whom half use the platform. What do the others cost?",
            {"developers": 200, "adoption": 0.5}),
        Try("Eight components. How long does a right change wait for a green run?",
            {"components": 8}),
        Try("10,000 requests a second to each component, 200 developers. Which way is the "
            "cheapest?", {"load_per_s": 10_000.0, "developers": 200}),
        Try("No components at all. What have the four cost?", {"components": 0}),
    ],
)  # fmt: skip
