"""Lab: twenty machines that were made alike, a year later."""

import altair as alt

from scalelab.kernels.infrastructure.drift import (
    CODE,
    HAND,
    IMAGE,
    MONTHS,
    RECONCILED,
    RUNS,
    TIME,
    YEAR,
    drift,
)
from scalelab.models.infrastructure.drift import (
    CHANGES_PER_MONTH,
    CODE_MIN,
    DECLARED,
    EVERY_H,
    IMAGE_MIN,
    MACHINES,
    PEOPLE,
    REPLACE_DAYS,
    STEP_MIN,
    STEPS,
    WAYS,
    WRONG_STEP,
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
LEAST_H = 0.05  # where the bars of the hours begin


def _colour() -> alt.Color:
    return alt.Color(
        "way:N", title=None, scale=alt.Scale(domain=list(WAYS)), legend=alt.Legend(symbolOpacity=1)
    )


def _apart() -> alt.LayerChart | alt.FacetChart:
    """Machines that are not as written, over the year: mean, and four fifths of the runs."""
    rows = alt.Chart(data()).transform_filter(f"datum.kind == {TIME}")
    x = alt.X("month:Q", title="Months", scale=alt.Scale(domain=[0, MONTHS], nice=False),
              axis=alt.Axis(values=[0, 3, 6, 9, 12], format=",.0f"))  # fmt: skip
    y = alt.Y("wrong:Q", title="Machines not as written", scale=alt.Scale(domain=[0, 1]),
              axis=alt.Axis(format=".0%", tickCount=5))  # fmt: skip
    band = rows.mark_area(opacity=0.15).encode(
        x=x, y=alt.Y("wrong_low:Q"), y2="wrong_high:Q", color=_colour()
    )
    lines = rows.mark_line(strokeWidth=2.5).encode(
        x=x, y=y, color=_colour(),
        tooltip=[
            alt.Tooltip("way:N", title="Made"),
            alt.Tooltip("month:Q", title="Month", format=",.2f"),
            alt.Tooltip("wrong:Q", title="Not as written", format=".1%"),
            alt.Tooltip("wrong_low:Q", title="A tenth of the runs below", format=".1%"),
            alt.Tooltip("wrong_high:Q", title="A tenth above", format=".1%"),
        ],
    )  # fmt: skip
    return alt.layer(band, lines, guess_rule("y")).properties(width=WIDTH, height=220)


def _staging() -> alt.LayerChart | alt.FacetChart:
    """For which part of production a test in staging speaks, and how many kinds there are."""
    rows = (
        alt.Chart(data())
        .transform_filter(f"datum.kind == {YEAR}")
        .transform_calculate(
            text="format(datum.speaks, '.0%') + ', ' + format(datum.configs, ',.1f') + ' kinds'"
        )
    )
    x = alt.X("speaks:Q", title="Part of production that is like staging, mean of the year",
              scale=alt.Scale(domain=[0, 1.45], nice=False),
              axis=alt.Axis(format=".0%", values=[0, 0.25, 0.5, 0.75, 1]))  # fmt: skip
    y = alt.Y("way:N", title=None, sort=list(WAYS))
    tooltip = [
        alt.Tooltip("way:N", title="Made"),
        alt.Tooltip("speaks:Q", title="Like staging", format=".1%"),
        alt.Tooltip("alike:Q", title="Chance that all are", format=".1%"),
        alt.Tooltip("configs:Q", title="Kinds in the last month", format=",.1f"),
        alt.Tooltip("configs_low:Q", title="A tenth of the runs below", format=",.1f"),
        alt.Tooltip("configs_high:Q", title="A tenth above", format=",.1f"),
    ]
    bars = rows.mark_bar().encode(x=x, y=y, color=_colour(), tooltip=tooltip)
    text = rows.mark_text(align="left", dx=4).encode(x=x, y=y, text="text:N", tooltip=tooltip)
    return alt.layer(bars, text).properties(width=WIDTH, height=120)


def _again() -> alt.LayerChart | alt.FacetChart:
    """Hours until all machines are there again."""
    rows = (
        alt.Chart(data())
        .transform_filter(f"datum.kind == {YEAR}")
        .transform_calculate(
            least=str(LEAST_H),
            end=f"max(datum.again, {LEAST_H})",
            text="datum.again < 1 ? format(60 * datum.again, ',.0f') + ' min' : "
            "format(datum.again, ',.3~r') + ' h'",
        )
    )
    x = alt.X(
        "end:Q", title="Hours to make a lost production again",
        scale=alt.Scale(type="log", domain=[LEAST_H, 10_000], nice=False, clamp=True),
        axis=alt.Axis(format=",~r", values=[0.1, 1, 10, 100, 1000]),
    )  # fmt: skip
    y = alt.Y("way:N", title=None, sort=list(WAYS))
    tooltip = [
        alt.Tooltip("way:N", title="Made"),
        alt.Tooltip("again:Q", title="All again (h)", format=",.2f"),
        alt.Tooltip("more:Q", title="Ten more (h)", format=",.2f"),
    ]
    bars = rows.mark_bar().encode(x=x, x2="least:Q", y=y, color=_colour(), tooltip=tooltip)
    text = rows.mark_text(align="left", dx=4).encode(x=x, y=y, text="text:N", tooltip=tooltip)
    return alt.layer(bars, text).properties(width=WIDTH, height=120)


def _of(name: str, column: str, way: int, form: str, **where: float) -> Reading:
    return Reading(name, column, {"kind": YEAR, "way": WAYS[way], **where}, form)


lab = Lab(
    name="infrastructure/drift",
    title="How do machines that were made alike grow apart?",
    kernel=drift,
    controls=[
        linear("machines", "Machines", 5, 100, 5, MACHINES),
        Slider("steps", "Steps to make one", (10, 20, 40, 60, 100, 200), STEPS),
        Slider("wrong_step", "A step is wrong", (0.0, 0.001, 0.003, 0.01, 0.03), WRONG_STEP,
               format=".1%"),
        Slider("changes_per_month", "Changes by hand", (0.0, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0),
               CHANGES_PER_MONTH, format=",.2f", unit="a month",
               help="Of each machine, on average"),
        Slider("declared", "Declared in code", (0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0), DECLARED,
               format=".0%", help="Share of the settings, and of the steps"),
        Slider("every_h", "Code is applied every", (1.0, 6.0, 24.0, 168.0, 720.0, 8760.0), EVERY_H,
               unit="h", help="24 h: every night; 8,760 h: once a year"),
        Slider("replace_days", "Images replaced every", (1.0, 7.0, 14.0, 30.0, 90.0, 365.0),
               REPLACE_DAYS, unit="days", help="All machines at once, by new ones"),
        Slider("step_min", "A step takes", (1.0, 2.0, 3.0, 5.0, 10.0), STEP_MIN, unit="min"),
        linear("people", "People", 1, 10, 1, PEOPLE, help="Who make machines side by side"),
    ],
    constants={"code_min": CODE_MIN, "image_min": IMAGE_MIN, "runs": RUNS},
    columns=[
        Column("way", "Made", labels=WAYS),
        Column("kind", "Kind", hidden=True),
        Column("month", "Month", "", ",.2f"),
        Column("wrong", "Not as written", "", ".1%"),
        Column("wrong_low", "A tenth below", "", ".1%"),
        Column("wrong_high", "A tenth above", "", ".1%"),
        Column("speaks", "Like staging", "", ".1%"),
        Column("alike", "All alike", "", ".2%"),
        Column("configs", "Kinds", "", ",.1f"),
        Column("configs_low", "Kinds, a tenth below", hidden=True),
        Column("configs_high", "Kinds, a tenth above", hidden=True),
        Column("found", "Changes are put right", hidden=True),
        Column("found_h", "Put right after", "h", ",.1f"),
        Column("mended", "Put right", "", ".0%"),
        Column("more", "Ten more", "h", ",.2f"),
        Column("again", "All again", "h", ",.2f"),
        Column("last", "Not as written at the end", "", ".1%"),
        Column("changes", "Changes", hidden=True),
        Column("as_made", "Not as written when made", hidden=True),
    ],
    chart=alt.vconcat(_apart(), _staging(), _again()),
    summary=(
        "{edits} changes by hand in a year. In its last month these are not as written: {hand} of "
        "the machines made by hand ({first} on the first day), {once} of those made by code, "
        "{kept} if the code is applied every {every_h}, {image} if images replace them every "
        "{replace_days}. A test in staging speaks for {s_hand}, {s_once}, {s_kept} and {s_image} "
        "of production. [Code puts right the {seen} of the changes that it sees, after {delay} "
        "hours, and a new image all of them, after {gone}. ]Ten more machines take {more_hand} "
        "hours by hand, {more_code} by code, {more_image} from an image."
    ),
    readings=[
        _of("edits", "changes", HAND, ",.0f"),
        _of("hand", "last", HAND, ".0%"),
        _of("first", "as_made", HAND, ".0%"),
        _of("once", "last", CODE, ".0%"),
        _of("kept", "last", RECONCILED, ".0%"),
        _of("image", "last", IMAGE, ".0%"),
        _of("s_hand", "speaks", HAND, ".0%"),
        _of("s_once", "speaks", CODE, ".0%"),
        _of("s_kept", "speaks", RECONCILED, ".0%"),
        _of("s_image", "speaks", IMAGE, ".0%"),
        _of("delay", "found_h", RECONCILED, ",.1f", found=1),
        _of("seen", "mended", RECONCILED, ".0%", found=1),
        _of("gone", "found_h", IMAGE, ",.0f", found=1),
        _of("more_hand", "more", HAND, ",.1f"),
        _of("more_code", "more", CODE, ",.2f"),
        _of("more_image", "more", IMAGE, ",.2f"),
    ],
    prediction=Prediction(
        "Twenty machines are made by code, which is applied again every night. Nine tenths of "
        "their settings are declared in it. Every four months somebody changes something on each "
        "machine by hand. A year later, which share of the machines is not as written?",
        reading="kept", low=0.0, high=1.0, step=0.01, format=".0%",
    ),
    tries=[
        Try("Apply the code every hour in place of every night. What changes?", {"every_h": 1.0}),
        Try("Every night, but all settings are declared. And every month?", {"declared": 1.0}),
        Try("Replace images once in three months. Is that better than code every night?",
            {"replace_days": 90.0}),
        Try("Nobody changes anything by hand. Are machines that are made by hand alike then?",
            {"changes_per_month": 0.0}),
        Try("A hundred machines. How often is all of production like staging, and how long does "
            "it take to make it again?", {"machines": 100}),
        Try("Ten people in place of two. Do they make up for the code?", {"people": 10}),
    ],
)  # fmt: skip
