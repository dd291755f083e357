"""Lab: how soon an alert sees an incident, and how often it calls for nothing."""

import altair as alt

from scalelab.kernels.principles.alerts import CURVE, FRONT, SET, alerts
from scalelab.models.principles.alerts import (
    BASE,
    BLIPS,
    BURN,
    CUSUM,
    ERROR_RATE,
    FOR,
    FOR_MIN,
    LENGTH_MIN,
    LONG,
    MONTHS,
    MULTI,
    PEAK_TO_TROUGH,
    RATE_PER_H,
    SEED,
    SHORT,
    SLO,
    THRESHOLD,
    TICKET,
    WAYS,
    WINDOW_MIN,
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
NAMES = dict(
    zip(WAYS, ("short", "held", "long", "single", "multi", "ticket", "cusum"), strict=True)
)
NO_PAGE = 0.2  # where a month without a page is drawn
# Lines that agree lie on each other, so those below are wider.
WIDTHS = {LONG: 7.0, SHORT: 5.0, FOR: 2.5, MULTI: 5.5, BURN: 2.5, TICKET: 2.5, CUSUM: 2.0}
MINUTES = [0.01, 0.1, 1, 10, 60, 360, 1440, 4320]
MINUTE_NAMES = (
    "datum.value < 1 ? format(datum.value * 60, ',~r') + ' s' : datum.value < 60 ? "
    "format(datum.value, ',~r') + ' min' : format(datum.value / 60, ',~r') + ' h'"
)


def _colour() -> alt.Color:
    return alt.Color("way:N", title=None, scale=alt.Scale(domain=list(WAYS)))


def _curves() -> alt.LayerChart | alt.FacetChart:
    """Time until each way fires over the error rate, without chance; marks where you are."""
    rows = alt.Chart(data()).transform_filter(f"datum.kind == {CURVE} && datum.found == 'yes'")
    x = alt.X("error_rate:Q", title="Error rate of the incident",
              scale=alt.Scale(type="log", domain=[0.001, 1], nice=False),
              axis=alt.Axis(values=[0.001, 0.01, 0.1, 1], format=".1~%"))  # fmt: skip
    y = alt.Y("fires:Q", title="Fires after",
              scale=alt.Scale(type="log", domain=[0.01, 6000], nice=False, clamp=True),
              axis=alt.Axis(values=MINUTES, labelExpr=MINUTE_NAMES))  # fmt: skip
    tooltip = [
        alt.Tooltip("way:N", title="Way"),
        alt.Tooltip("error_rate:Q", title="Error rate", format=",.2%"),
        alt.Tooltip("fires:Q", title="Fires after (min)", format=",.2f"),
        alt.Tooltip("spent:Q", title="Budget spent", format=",.1%"),
    ]
    lines: list[alt.Chart] = [
        rows.transform_filter(f"datum.way == '{way}'")
        .mark_line(strokeWidth=width)
        .encode(x=x, y=y, color=_colour(), tooltip=tooltip)
        for way, width in WIDTHS.items()
    ]
    here = (
        alt.Chart(data())
        .transform_filter(f"datum.kind == {SET} && datum.found == 'yes'")
        .mark_point(filled=True, size=80, opacity=1)
        .encode(x=x, y=y, color=_colour(), tooltip=tooltip)
    )
    return alt.layer(*lines, here).properties(width=WIDTH, height=230)


def _front() -> alt.LayerChart | alt.FacetChart:
    """Pages in quiet months against delay, as each threshold moves; the full mark is as set.

    Ways that find less than half of the incidents are crosses, beyond the end of these.
    """
    shown = f"datum.found == 'yes' && datum.kind == {{}} && datum.way != '{TICKET}'"
    at_least = f"max(datum.pages, {NO_PAGE})"
    x = alt.X("fires:Q", title="Fires after (min, median; crosses: most are not found)",
              scale=alt.Scale(type="log", domainMin=1, nice=False, padding=10),
              axis=alt.Axis(values=[1, 2, 5, 10, 20, 50, 100, 200, 500], format=",~r"))  # fmt: skip
    y = alt.Y("drawn:Q", title="Pages in a quiet month",
              scale=alt.Scale(type="log", domainMin=NO_PAGE, nice=False, padding=8),
              axis=alt.Axis(values=[NO_PAGE, 1, 10, 100, 1000, 10_000],
                            labelExpr=f"datum.value <= {NO_PAGE} ? 'none' : format(datum.value, "
                                      "',~r')"))  # fmt: skip
    tooltip = [
        alt.Tooltip("way:N", title="Way"),
        alt.Tooltip("factor:Q", title="Times its threshold", format=",.3f"),
        alt.Tooltip("fires:Q", title="Fires after (min)", format=",.0f"),
        alt.Tooltip("pages:Q", title="Pages a month", format=",.1f"),
    ]
    rows = alt.Chart(data()).transform_calculate(drawn=at_least)
    front = rows.transform_filter(shown.format(FRONT))
    here = rows.transform_filter(shown.format(SET))
    between = here.transform_calculate(
        drawn=f"max(datum.pages_low, {NO_PAGE})", top=f"max(datum.pages_high, {NO_PAGE})"
    )
    marks = (
        front.mark_line(strokeWidth=1.5),
        front.mark_point(size=25, filled=False, opacity=1),
        here.mark_point(size=110, filled=True, opacity=1),
    )
    layers: list[alt.Chart] = [
        mark.encode(x=x, y=y, color=_colour(), tooltip=tooltip) for mark in marks
    ]
    layers.append(
        between.mark_rule(strokeWidth=2).encode(
            x=x, y=y, y2="top:Q", color=_colour(), tooltip=tooltip
        )
    )
    missed = rows.transform_filter(
        f"datum.found == 'no' && datum.kind == {SET} && datum.way != '{TICKET}'"
    ).transform_calculate(fires="2 * datum.ends")
    layers.append(
        missed.mark_point(size=110, shape="cross", filled=True, opacity=1).encode(
            x=x, y=y, color=_colour(), tooltip=[tooltip[0], tooltip[3]]
        )
    )
    return alt.layer(*layers, guess_rule("y")).properties(width=WIDTH, height=200)


def _times() -> alt.LayerChart | alt.FacetChart:
    """From when until when each way fires, without chance, and the budget spent by then."""
    rows = (
        alt.Chart(data())
        .transform_filter(f"datum.kind == {SET}")
        .transform_calculate(
            from_min="datum.expected",
            text="datum.fires_too == 'yes' ? format(datum.expected_spent, '.1~%') + ' spent' : "
                 "'does not fire'",
            label_at="datum.fires_too == 'yes' ? datum.expected : 1",
        )
    )  # fmt: skip
    scale = alt.Scale(type="log", domain=[1, 10_000], nice=False, clamp=True)
    x = alt.X("from_min:Q", title="After the incident began, without chance (rule: its end)",
              scale=scale, axis=alt.Axis(values=[1, 5, 15, 60, 360, 1440, 4320],
                            labelExpr=MINUTE_NAMES))  # fmt: skip
    y = alt.Y("way:N", title=None, sort=list(WAYS))
    tooltip = [
        alt.Tooltip("way:N", title="Way"),
        alt.Tooltip("from_min:Q", title="Fires after (min)", format=",.0f"),
        alt.Tooltip("clears:Q", title="Clears after (min)", format=",.0f"),
        alt.Tooltip("expected_spent:Q", title="Budget spent", format=",.1%"),
    ]
    bars = (
        rows.transform_filter("datum.fires_too == 'yes'")
        .mark_bar(height=11)
        .encode(x=x, x2="clears:Q", y=y, color=_colour(), tooltip=tooltip)
    )
    text = rows.mark_text(align="left", dx=3, dy=-11, fontSize=10).encode(
        x=alt.X("label_at:Q", scale=scale), y=y, text="text:N", tooltip=tooltip
    )
    end = (
        rows.transform_filter(f"datum.way == '{SHORT}'")
        .mark_rule(strokeWidth=1.5, opacity=0.6)
        .encode(x=alt.X("ends:Q", scale=scale))
    )
    return alt.layer(end, bars, text).properties(width=WIDTH, height=215)


def _of(way: str, column: str, name: str, form: str, **where: float | str) -> Reading:
    return Reading(f"{NAMES[way]}_{name}", column, {"kind": SET, "way": way, **where}, form)


lab = Lab(
    name="principles/alerts",
    title="How soon, and how often for nothing?",
    kernel=alerts,
    controls=[
        Slider("rate_per_h", "Requests",
               (10.0, 60.0, 200.0, RATE_PER_H, 2000.0, 7200.0, 72_000.0, 720_000.0, 7_200_000.0),
               RATE_PER_H, unit="an hour", help="On average; by day four times those at night"),
        Slider("base", "Fail by chance", (0.0, 0.0001, BASE, 0.0005, 0.001), BASE, format=".2%",
               help="Without any incident"),
        Slider("blips", "Blips", (0.0, 0.5, 1.0, BLIPS, 5.0, 10.0), BLIPS, unit="a day",
               format=",.1f", help="A minute in which a fifth fails, over by itself"),
        Slider("error_rate", "Incident: fail",
               (0.002, 0.005, 0.01, 0.02, ERROR_RATE, 0.1, 0.2, 0.5, 1.0), ERROR_RATE,
               format=".1%"),
        Slider("length_min", "For", (5, 10, 30, LENGTH_MIN, 120, 360), LENGTH_MIN, unit="min"),
        Slider("threshold", "Threshold", (0.002, 0.005, THRESHOLD, 0.02, 0.05, 0.1), THRESHOLD,
               format=".1%", help="Of the short window, alone or held"),
        Slider("window_min", "Short window", (1, 2, WINDOW_MIN, 10, 30, 60), WINDOW_MIN,
               unit="min"),
        Slider("for_min", "Held for", (0, 1, 2, 5, FOR_MIN, 15, 30, 60), FOR_MIN, unit="min",
               help="The second way waits for so long: for, in Prometheus"),
        Slider("slo", "Promised", (0.99, 0.995, SLO, 0.9995, 0.9999), SLO, format=".2%",
               help="Share of good requests in 30 days"),
    ],
    constants={"peak_to_trough": PEAK_TO_TROUGH, "months": MONTHS, "seed": SEED},
    columns=[
        Column("kind", "Kind", hidden=True),
        Column("way", "Way", labels=WAYS),
        Column("error_rate", "Error rate", format=",.2%"),
        Column("fires", "Fires after", "min", ",.2f"),
        Column("spent", "Budget spent", format=",.1%"),
        Column("found", "Fires", labels=("no", "yes")),
        Column("factor", "Times its threshold", format=",.3f"),
        Column("pages", "Pages", "a quiet month", ",.1f"),
        Column("pages_low", "Least", hidden=True),
        Column("pages_high", "Most", hidden=True),
        Column("low", "Of 21, 2nd", hidden=True),
        Column("high", "Of 21, 19th", hidden=True),
        Column("caught", "Found", format=",.0%", hidden=True),
        Column("expected", "Fires without chance", hidden=True),
        Column("expected_spent", "Spent without chance", hidden=True),
        Column("clears", "Clears after", "min", ",.0f"),
        Column("fires_too", "Fires without chance", labels=("no", "yes"), hidden=True),
        Column("used", "Of the budget", hidden=True),
        Column("costs", "Incident", hidden=True),
        Column("ends", "Ends", hidden=True),
    ],
    chart=alt.vconcat(_curves(), _front(), _times()),
    summary=(
        "Quiet months take {quiet} of the budget, and the incident {incident}. In a quiet month "
        "the short window pages {short_pages} times ({short_low} to {short_high}), held "
        "{held_pages}, the long window {long_pages}, one burn rate {single_pages}, two windows "
        "{multi_pages}, the cumulative sum {cusum_pages}.[ In the incident the short window fires "
        "in minute {short_fires}.][ Held it does in minute {held_fires}.][ The long window fires "
        "in minute {long_fires}.][ One burn rate does in minute {single_fires}.][ Two windows do "
        "in minute {multi_fires}, with {multi_spent} of the budget spent.][ The cumulative sum "
        "does in minute {cusum_fires}.]"
    ),
    readings=[
        Reading("quiet", "used", {"kind": SET}, ".0%"),
        Reading("incident", "costs", {"kind": SET}, ".1%"),
        Reading("short_low", "pages_low", {"kind": SET, "way": SHORT}, ",.0f"),
        Reading("short_high", "pages_high", {"kind": SET, "way": SHORT}, ",.0f"),
        *(_of(way, "pages", "pages", ",.1f") for way in WAYS),
        *(_of(way, "fires", "fires", ",.0f", found="yes") for way in WAYS),
        *(_of(way, "spent", "spent", ".1%", found="yes") for way in WAYS),
        *(_of(way, "clears", "clears", ",.0f", fires_too="yes") for way in WAYS),
        *(_of(way, "caught", "caught", ".0%") for way in WAYS),
    ],
    prediction=Prediction(
        "One way to pay has ten requests a minute. Of 5,000 requests one fails by chance, and "
        "twice a day there is a minute in which a fifth fails. That is half of what the promise "
        "of 99.9% allows, and there is no incident. How often in 30 days does it page that more "
        "than 1% failed in the last five minutes?",
        reading="short_pages", low=0, high=400, step=1, format=",.0f", unit="pages",
    ),
    tries=[
        Try("Everything fails. How much of the budget does each way let go?", {"error_rate": 1.0}),
        Try("The whole shop, 2,000 requests a second. Which pages were chance?",
            {"rate_per_h": 7_200_000.0}),
        Try("Ten requests an hour. What is one that fails?", {"rate_per_h": 10.0}),
        Try("Hold it for an hour, at a low threshold; everything fails.",
            {"for_min": 60, "threshold": 0.002, "error_rate": 1.0, "length_min": 120}),
        Try("A slow burn in all orders: 0.5% for six hours. Who is called?",
            {"error_rate": 0.005, "length_min": 360, "rate_per_h": 7200.0}),
        Try("No blips. Which way is best now, and why is that no praise?", {"blips": 0.0}),
    ],
)  # fmt: skip
