"""Lab: which database to begin with, in numbers, and what would flip the verdict."""

from typing import Any

import altair as alt

from scalelab.kernels.separate_database import choice as kernel
from scalelab.models.separate_database.choice import REASONS, WINNERS
from scalelab.web.lab import Choice, Column, Lab, Prediction, Reading, Slider, Try, data, guess_rule

# What fits in a cell of a narrow screen.
SHORT = ("One", "Rep", "Shard", "Dist", "Key", "none")
LETTERS = ("O", "R", "S", "D", "K", "–")
MONTH, YEARS, IF = "Month", "Five years", "If"
QUESTIONS = (
    "Data", "Reads", "Writes", "Growth", "Several", "Regions", "Cut", "Day", "Extra",
)  # fmt: skip
FATES = ("cannot", "until it stops", "to the end")
NAMES = (*WINNERS, "–")
SHOP = {"data_gb": 100.0, "reads": 400.0, "writes": 20.0, "growth": 2.0, "several": 0.2}
WIDTH = 470


def _colour() -> alt.Color:
    """By a name that is no column of the table: in the strip it is who would win."""
    return alt.Color(
        "series:N", title=None, scale=alt.Scale(domain=list(WINNERS)),
        legend=alt.Legend(symbolOpacity=1),
    )  # fmt: skip


def _months() -> alt.LayerChart | alt.FacetChart:
    """A line as long as the option can; where it cannot any more, a cross at its last month."""
    rows = (
        alt.Chart(data())
        .transform_filter(f"datum.kind != '{IF}' && datum.cost > 0")
        .transform_calculate(series="datum.option")
    )
    x = alt.X(
        "month:Q", title="Months from now", scale=alt.Scale(domain=[0, kernel.MONTHS]),
        axis=alt.Axis(values=[0, 12, 24, 36, 48, 60]),
    )  # fmt: skip
    y = alt.Y(
        "cost:Q", title="USD a month", scale=alt.Scale(type="log", nice=False),
        axis=alt.Axis(
            values=[digit * 10**decade for decade in range(2, 8) for digit in (1, 2, 5)],
            format="~s", labelOverlap=True,
        ),
    )  # fmt: skip
    tooltip = [
        alt.Tooltip("option:N", title="Begun with"),
        alt.Tooltip("month:Q", title="Month"),
        alt.Tooltip("cost:Q", title="USD a month", format=",.0f"),
        alt.Tooltip("nodes:Q", title="Machines"),
        alt.Tooltip("vcpus:Q", title="vCPUs of each"),
        alt.Tooltip("reason:N", title="Stopped after it by"),
    ]
    lines = rows.mark_line(strokeWidth=2.5).encode(x=x, y=y, color=_colour())
    points = (
        rows.transform_filter(f"datum.kind == '{MONTH}'")
        .mark_point(filled=True, size=40, opacity=1)
        .encode(x=x, y=y, color=_colour(), tooltip=tooltip)
    )
    ends = (
        rows.transform_filter(f"datum.kind == '{YEARS}' && datum.stops <= {kernel.MONTHS}")
        .mark_point(shape="cross", filled=True, size=160, opacity=1, angle=45)
        .encode(x=x, y=y, color=_colour(), tooltip=tooltip)
    )
    return alt.layer(lines, points, ends, guess_rule("y")).properties(width=WIDTH, height=200)


def _five_years() -> alt.LayerChart | alt.FacetChart:
    rows = (
        alt.Chart(data())
        .transform_filter(f"datum.kind == '{YEARS}'")
        .transform_calculate(
            series="datum.option",
            short=f"{list(SHORT)}[indexof({list(WINNERS)}, datum.option)]",
            text=f"datum.fate == '{FATES[2]}' ? '{FATES[2]}' : datum.stops == 0 ? "
            "'cannot: ' + datum.reason : 'until month ' + datum.stops + ', '"
            " + datum.reason + '; then ' + datum.then",
            zero="0",
        )
    )
    y = alt.Y("short:N", title=None, sort=list(SHORT), axis=alt.Axis(labelPadding=3))
    axis = alt.Axis(format="~s", tickCount=5)
    bars = rows.mark_bar(opacity=0.4).encode(
        x=alt.X("total:Q", title="USD in five years", axis=axis), y=y, color=_colour(),
        tooltip=[
            alt.Tooltip("option:N", title="To begin with"),
            alt.Tooltip("total:Q", title="USD in five years", format=",.0f"),
            alt.Tooltip("stops:Q", title="Month in which it stops (61: none)"),
            alt.Tooltip("reason:N", title="Stopped by"),
            alt.Tooltip("then:N", title="Then"),
        ],
    )  # fmt: skip
    outline = (
        rows.transform_filter("datum.best == 1")
        .mark_bar(filled=False, stroke="currentColor", strokeWidth=2)
        .encode(x=alt.X("total:Q"), y=y)
    )
    texts = rows.mark_text(align="left", dx=4, fontSize=11).encode(
        x=alt.X("zero:Q"), y=y, text="text:N"
    )
    return alt.layer(bars, outline, texts).properties(width=WIDTH, height=120)


def _changes() -> alt.LayerChart | alt.FacetChart:
    number = "datum.setting >= 1000 ? format(datum.setting, '~s') : format(datum.setting, '~g')"
    answer = (
        "datum.question == 'Several' ? format(datum.setting, '.0%') : "
        f"datum.question == 'Cut' ? (datum.setting == 1 ? 'both' : 'one') : {number}"
    )
    cells = (
        alt.Chart(data())
        .transform_filter(f"datum.kind == '{IF}'")
        .transform_calculate(
            series="datum.winner",
            answer=answer,
        )
        .transform_calculate(
            text=f"datum.answer + ' ' + {list(LETTERS)}[indexof({list(WINNERS)}, datum.winner)]"
        )
    )
    x = alt.X(
        "place:O", title="If this were the answer: the winner's first letter",
        axis=alt.Axis(labels=False, ticks=False),
    )  # fmt: skip
    y = alt.Y("question:N", title=None, sort=list(QUESTIONS), axis=alt.Axis(labelPadding=3))
    winners = cells.mark_rect(opacity=0.4).encode(
        x=x, y=y, color=_colour(),
        tooltip=[
            alt.Tooltip("question:N", title="Question"),
            alt.Tooltip("answer:N", title="If the answer were"),
            alt.Tooltip("winner:N", title="would win"),
        ],
    )  # fmt: skip
    outlines = (
        cells.transform_filter("datum.chosen == 1")
        .mark_rect(filled=False, stroke="currentColor", strokeWidth=2.5)
        .encode(x=x, y=y)
    )
    # One line: on a phone a row is hardly higher than that.
    texts = cells.mark_text(fontSize=10.5).encode(x=x, y=y, text="text:N")
    return alt.layer(winners, outlines, texts).properties(width=WIDTH, height=300)


def _slider(i: int, name: str, label: str, default: float, **more: Any) -> Slider:
    values = kernel.GRID[i][: kernel.VALUES[i]]
    return Slider(name, label, values, default, **more)


def _best(name: str, column: str, form: str = ",.0f") -> Reading:
    return Reading(name, column, {"kind": YEARS, "best": 1}, form)


def _stopped(name: str, column: str) -> Reading:
    """Of the winner, if it does not go on to the end."""
    return Reading(name, column, {"kind": YEARS, "best": 1, "fate": FATES[1]}, ",.0f")


def _any(name: str, column: str, form: str = ",.0f") -> Reading:
    return Reading(name, column, {"kind": YEARS}, form)


lab = Lab(
    name="separate_database/choice",
    title="Which database to begin with?",
    kernel=kernel.choice,
    controls=[
        _slider(kernel.DATA, "data_gb", "Data today", 100.0, unit="GB"),
        _slider(kernel.READS, "reads", "Reads today", 400.0, unit="/s"),
        _slider(kernel.WRITES, "writes", "Writes today", 20.0, unit="/s"),
        _slider(kernel.GROWTH, "growth", "Growth a year", 2.0, unit="times", format=",.1f",
                help="Of data, reads and writes alike"),
        _slider(kernel.SEVERAL, "several", "On several records", 0.2, format=".0%",
                help="Of the requests: reads that join, writes that need a transaction"),
        Slider("regions", "Regions that write", (1, 2, 3), 1,
               help="In which a customer at home there has to write without a long way"),
        Choice("cut", "In a cut network", ("One half writes", "Both halves write")),
        _slider(kernel.DAY_RATE, "day_rate", "An engineer's day", 800.0, unit="USD"),
        _slider(kernel.EXTRA, "extra", "Extra work", 1.0, unit="times", format=",.2f",
                help="Days that the others take beyond one primary, against what is assumed"),
    ],
    constants={"agreement": kernel.AGREEMENT},
    columns=[
        Column("kind", "Row", labels=(MONTH, YEARS, IF)),
        Column("option", "Begun with", labels=NAMES),
        Column("month", "Month"),
        Column("cost", "Cost", "USD a month"),
        Column("nodes", "Machines"),
        Column("vcpus", "vCPUs of each"),
        Column("reason", "Stopped by", labels=REASONS),
        Column("fate", "Goes on", labels=FATES, hidden=True),
        Column("stops", "In month", hidden=True),
        Column("then", "Then", labels=(*WINNERS[:-1], "–")),
        Column("total", "In five years", "USD"),
        Column("best", "Wins", hidden=True),
        Column("question", "Question", labels=(*QUESTIONS, "–")),
        Column("setting", "If it were", format=",.2f"),
        Column("place", "Place", hidden=True),
        Column("chosen", "As set", hidden=True),
        Column("winner", "Cheapest", labels=NAMES),
        Column("second", "Next", labels=(*WINNERS[:-1], "–"), hidden=True),
        Column("more", "Costs more by", hidden=True),
        Column("flips", "Changes that flip", hidden=True),
        Column("others", "Others can", hidden=True),
    ],
    chart=alt.vconcat(_months(), _five_years(), _changes()),
    summary=(
        "To begin with: {winner}[, {total} USD in five years].[ It stops in month {stops}, by "
        "{reason}; then {then}.][ Next is {second}, {more} dearer.] Of the 38 other answers, each "
        "given alone, {flips} would flip that."
    ),
    readings=[
        _any("winner", "winner"),
        _best("total", "total"),
        _stopped("stops", "stops"),
        _stopped("reason", "reason"),
        _stopped("then", "then"),
        Reading("second", "second", {"kind": YEARS, "others": 1}),
        Reading("more", "more", {"kind": YEARS, "others": 1}, ".0%"),
        _any("flips", "flips"),
        Reading("last", "cost", {"kind": MONTH, "option": WINNERS[0], "month": kernel.MONTHS},
                ",.0f"),
    ],
    prediction=Prediction(
        "One primary and its standby cost 1,925 USD a month today: 1,600 are two days of an "
        "engineer's work, 309 two machines, of whose four vCPUs half are needed, 16 the disks. "
        "Load and data double every year. What will it be in month 60?",
        reading="last", low=2000, high=60_000, step=500, format=",.0f", unit="USD",
    ),
    tries=[
        Try("1,000 writes a second today: one primary stops in the third year. Is it wrong to "
            "begin with it?", {**SHOP, "writes": 1000.0}),
        Try("Growth of four times a year. Who wins now, and by how much?", {**SHOP, "growth": 4.0}),
        Try("Two regions have to write. Who is still there?", {**SHOP, "regions": 2}),
        Try("Both halves of a cut network go on writing, and nothing is about several records. "
            "Now give back the 20 %.", {**SHOP, "several": 0.0, "cut": 1}),
        Try("No work beyond that of one primary, since somebody else does it. Who wins, and what "
            "did those days cost distributed SQL before?", {**SHOP, "extra": 0.0}),
    ],
)  # fmt: skip
