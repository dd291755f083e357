"""Lab: is it Poisson? How requests vary, from windows of a second to an hour."""

import altair as alt

from scalelab.kernels.workload.burstiness import burstiness
from scalelab.labs.workload import flash_crowd
from scalelab.models.access_log import FORMAT
from scalelab.models.workload.burstiness import STATES, WORKLOADS
from scalelab.samples import week
from scalelab.web.lab import (
    Choice,
    Column,
    HandOver,
    Lab,
    OwnData,
    Prediction,
    Reading,
    Sample,
    Slider,
    Try,
    data,
    guess_rule,
    linear,
)

KINDS = ("Traffic", "Window", "Lag", "Whole")
TRAFFIC, WINDOW, LAG, WHOLE = KINDS
BUSIEST, MEAN, NEEDED, ENOUGH = (
    "Busiest second", "Mean", "Enough for 99% of seconds", "Enough if Poisson",
)  # fmt: skip
COUNTED, FREE, FORMULA, FITTED, POISSON = (
    "As counted", "Trend removed", "Its formula", "Fitted crowds", "Poisson",
)  # fmt: skip
SERIES = [BUSIEST, MEAN, NEEDED, ENOUGH, COUNTED, FREE, FORMULA, FITTED]  # of all three views
GREY = "#8b93a1"
LOG_WINDOW = [1, 10, 60, 600, 3600]
WINDOW_NAMES = (
    "datum.value < 60 ? datum.value + ' s' : datum.value < 3600 ? datum.value / 60 + ' min' : '1 h'"
)


def _rows(kind: str) -> alt.Chart:
    return alt.Chart(data()).transform_filter(f"datum.kind == '{kind}'")


def _traffic() -> alt.LayerChart | alt.FacetChart:
    """By part of the time: the mean that a monitor shows, and the second that hurts."""
    rows = _rows(TRAFFIC)
    x = alt.X("hour:Q", title="Time (h)", scale=alt.Scale(nice=False))
    colour = alt.Color("what:N", title=None, scale=alt.Scale(domain=SERIES))
    tooltip = [
        alt.Tooltip("hour:Q", title="Hour", format=".1f"),
        alt.Tooltip("mean:Q", title="Mean (/s)", format=",.1f"),
        alt.Tooltip("busiest:Q", title="Busiest second (/s)", format=",.0f"),
    ]
    lines = [
        rows.transform_calculate(what=f"'{name}'")
        .mark_line(strokeWidth=width, interpolate="step")
        .encode(
            x=x, y=alt.Y(f"{column}:Q", title="Requests/s", axis=alt.Axis(tickCount=4)),
            color=colour, tooltip=tooltip,
        )
        for column, name, width in (("busiest", BUSIEST, 1.5), ("mean", MEAN, 2.5))
    ]  # fmt: skip
    for column, name in (("needed", NEEDED), ("for_poisson", ENOUGH)):
        lines.append(
            _rows(WHOLE)
            .transform_calculate(what=f"'{name}'")
            .mark_rule(strokeWidth=2)
            .encode(y=f"{column}:Q", color=colour)
        )
    return alt.layer(*lines, guess_rule("y")).properties(height=130)


def _dispersion() -> alt.LayerChart | alt.FacetChart:
    windows = _rows(WINDOW)
    x = alt.X(
        "window:Q", title="Window", scale=alt.Scale(type="log", domain=[0.9, 4000], nice=False),
        axis=alt.Axis(values=LOG_WINDOW, labelExpr=WINDOW_NAMES, grid=False),
    )  # fmt: skip
    colour = alt.Color("what:N", title=None, scale=alt.Scale(domain=SERIES))

    def y(column: str) -> alt.Y:
        return alt.Y(
            f"{column}:Q", title="Variance / mean",
            scale=alt.Scale(type="log", nice=False, clamp=True, domainMin=0.3),
            axis=alt.Axis(values=[1, 10, 100, 1000, 10_000, 100_000], format="~s"),
        )  # fmt: skip

    tooltip = [
        alt.Tooltip("window:Q", title="Window (s)", format=",.0f"),
        alt.Tooltip("number:Q", title="Windows", format=",.0f"),
        alt.Tooltip("idc:Q", title=COUNTED, format=",.2f"),
        alt.Tooltip("idc_low:Q", title="from", format=",.2f"),
        alt.Tooltip("idc_high:Q", title="to", format=",.2f"),
        alt.Tooltip("free:Q", title=FREE, format=",.2f"),
        alt.Tooltip("true:Q", title=FORMULA, format=",.2f"),
        alt.Tooltip("fitted:Q", title=FITTED, format=",.2f"),
    ]
    layers: list[alt.Chart] = [
        windows.transform_calculate(one="1").mark_rule(color=GREY).encode(y=y("one"))
    ]
    for column, has, name in (("true", "has_true", FORMULA), ("fitted", "has_fit", FITTED)):
        layers.append(
            windows.transform_filter(f"datum.{has} > 0")
            .transform_calculate(what=f"'{name}'")
            .mark_line(strokeWidth=2)
            .encode(x=x, y=y(column), color=colour, tooltip=tooltip)
        )
    for column, name, shape in (("idc", COUNTED, "circle"), ("free", FREE, "triangle-up")):
        known = (
            windows.transform_filter(f"datum.has_{column} > 0 && datum.{column} > 0")
            .transform_calculate(what=f"'{name}'")
        )  # fmt: skip
        layers.append(
            known.transform_filter(f"datum.has_{column} == 2")
            .mark_rule(strokeWidth=2)
            .encode(x=x, y=y(f"{column}_low"), y2=f"{column}_high:Q", color=colour)
        )
        layers.append(
            known.mark_point(filled=True, size=55, opacity=1, shape=shape).encode(
                x=x, y=y(column), color=colour, tooltip=tooltip
            )
        )
    label = (
        _rows(WHOLE)
        .transform_calculate(text="'Poisson'", at="3900", one="1")
        .mark_text(color=GREY, align="right", baseline="top", dy=4, fontWeight="bold")
        .encode(x="at:Q", y=y("one"), text="text:N")
    )
    return alt.layer(*layers, label).properties(height=210)


def _memory() -> alt.LayerChart | alt.FacetChart:
    lags = _rows(LAG).transform_filter("datum.number > 0")
    x = alt.X(
        "lag:Q", title="Apart", scale=alt.Scale(type="log", domain=[8, 4000], nice=False),
        axis=alt.Axis(values=[10, 60, 600, 3600], labelExpr=WINDOW_NAMES, grid=False),
    )  # fmt: skip
    y = alt.Y(
        "correlation:Q", title="Correlation", scale=alt.Scale(domain=[-0.3, 1], clamp=True),
        axis=alt.Axis(values=[0, 0.5, 1]),
    )  # fmt: skip
    band = (
        lags.transform_calculate(below="-datum.noise")
        .mark_area(opacity=0.3, color=GREY)
        .encode(x=x, y=alt.Y("below:Q"), y2="noise:Q")
    )
    points = (
        lags.transform_calculate(what=f"'{COUNTED}'")
        .mark_line(point=True, strokeWidth=2)
        .encode(
            x=x, y=y,
            color=alt.Color("what:N", title=None, scale=alt.Scale(domain=SERIES)),
            tooltip=[
                alt.Tooltip("lag:Q", title="Apart (s)", format=",.0f"),
                alt.Tooltip("correlation:Q", title="Correlation", format=".2f"),
            ],
        )
    )  # fmt: skip
    return alt.layer(band, points).properties(height=90)


def _of(name: str, column: str, window: int, form: str, known: str = "") -> Reading:
    where: dict[str, float | str] = {"kind": WINDOW, "window": window}
    return Reading(name, column, {**where, known: 1} if known else where, form)


def _whole(name: str, form: str, **where: float) -> Reading:
    return Reading(name, name, {"kind": WHOLE, **where}, form)


def _fit() -> list[Reading]:
    rates, lengths = (",.1f", ",.1f")
    fitted: list[Reading] = []
    for name, form in (
        ("calm_rate", rates), ("crowd_rate", rates), ("fit_calm_min", lengths),
        ("fit_crowd_min", lengths),
    ):  # fmt: skip
        fitted.append(_whole(name, form, known_fit=1))
        fitted += [_whole(f"{name}_{end}", form, has_fit=2) for end in ("low", "high")]
    return fitted


lab = Lab(
    name="workload/burstiness",
    title="Is it Poisson?",
    kernel=burstiness,
    own=OwnData(
        "log", FORMAT, instead="the made-up stream",
        note="Requests are counted second by second from the first to the last, two weeks at most. "
             "The controls have no effect on it.",
        sample=Sample(week.FILE, week.TITLE),
    ),
    controls=[
        Choice("workload", "Requests come as", WORKLOADS, 2,
               help="Long tails: ten sources are on at a time, for a minute on average, some for "
                    "very long"),
        Slider("mean_rate", "Requests", (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0), 20.0,
               unit="/s a shop", help="On average"),
        Slider("shops", "Shops on one site", (1, 2, 5, 10, 20, 50, 100), 1,
               help="Each with bursts of its own; the day is the same for all"),
        Slider("hours", "Counted for", (1.0, 2.0, 4.0, 8.0, 12.0, 24.0), 12.0, unit="h",
               help="From midnight on"),
        Slider("height", "In a crowd there come", (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0,
                                                 10.0, 15.0, 20.0), 10.0, unit="times as many",
               format=",.1f", help="Flash crowds: as while it is calm"),
        Slider("crowd_min", "A crowd lasts", (0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 20.0), 2.0, unit="min",
               format=",.1f", help="Flash crowds: on average"),
        Slider("calm_min", "Between two it is calm for", (5.0, 8.0, 10.0, 20.0, 40.0, 60.0, 120.0),
               20.0, unit="min", help="Flash crowds: on average"),
        Slider("per_session", "A customer sends", (1.0, 2.0, 5.0, 10.0, 20.0, 50.0), 10.0,
               unit="requests", help="Sessions: on average"),
        Slider("spread_s", "Within", (0.0, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0), 5.0, unit="s",
               help="Sessions: mean time from the customer to each of the requests"),
        Slider("tail", "Tail exponent", (1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9, 2.2, 2.5),
               1.4, format=".1f", help="Long tails: less is longer. Below 2 the variance of the "
                                       "time is infinite"),
        Slider("swing", "Highest over lowest rate", (1.0, 1.5, 2.0, 3.0, 5.0, 10.0), 3.0,
               format=".1f", help="Day and night"),
        linear("seed", "Random seed", 1, 10, 1, 1, help="Other hours with the same averages"),
    ],
    columns=[
        Column("kind", "Row", labels=KINDS),
        Column("hour", "Hour", "h", ",.2f"),
        Column("mean", "Mean", "/s", ",.2f"),
        Column("busiest", "Busiest", "/s", ",.1f"),
        Column("window", "Window", "s"),
        Column("number", "Windows"),
        Column("idc", COUNTED, format=",.2f"),
        Column("idc_low", "from", format=",.2f"),
        Column("idc_high", "to", format=",.2f"),
        Column("has_idc", "Has an index", hidden=True),
        Column("free", FREE, format=",.2f"),
        Column("free_low", "from", format=",.2f"),
        Column("free_high", "to", format=",.2f"),
        Column("has_free", "Has it without the trend", hidden=True),
        Column("true", FORMULA, format=",.2f"),
        Column("has_true", "Has a formula", hidden=True),
        Column("fitted", FITTED, format=",.2f"),
        Column("has_fit", "Has a fit", hidden=True),
        Column("noise", "Band of Poisson", hidden=True),
        Column("lag", "Lag", "s"),
        Column("correlation", "Autocorrelation", format=".3f"),
        Column("state", "State", labels=STATES, hidden=True),
        Column("seconds", "Seconds", hidden=True),
        Column("requests", "Requests", hidden=True),
        Column("left_out", "Too late", hidden=True),
        Column("for_poisson", "For Poisson", hidden=True),
        Column("by_rule", "By the rule", hidden=True),
        Column("needed", "Needed", hidden=True),
        Column("steadier", "Steadier", hidden=True),
        Column("calm_rate", "Calm", "/s", hidden=True),
        Column("crowd_rate", "Crowd", "/s", hidden=True),
        Column("fit_calm_min", "Calm for", "min", hidden=True),
        Column("fit_crowd_min", "Crowd for", "min", hidden=True),
        *(
            Column(f"{name}_{end}", end, hidden=True)
            for end in ("low", "high")
            for name in ("calm_rate", "crowd_rate", "fit_calm_min", "fit_crowd_min")
        ),
        Column("ratio", "Crowd over calm", hidden=True),
        Column("n_crowds", "Crowds", hidden=True),
        Column("misfit", "Over the fit", hidden=True),
        Column("known_idc", "Has an index", hidden=True),
        Column("known_free", "Has it without the trend", hidden=True),
        Column("known_fit", "Has a fit", hidden=True),
        Column("fit_holds", "Its fit holds", hidden=True),
    ],
    chart=alt.vconcat(_traffic(), _dispersion(), _memory()),
    summary=(
        "{state}. {requests} requests in {seconds} s, {mean} a second[. Variance over mean "
        "(Poisson: 1) is {idc_1} in windows of a second][, {idc_60} of a minute][, {idc_600} of "
        "ten minutes][; with the trend removed {free_1}][, {free_60}][, {free_600}]. For 99% of "
        "the seconds capacity has to be {needed}/s; for a Poisson stream of this rate "
        "{for_poisson}, by the rule with the index of a second {by_rule}. The busiest second "
        "had {peak_s} requests[, the busiest minute {peak_min} a second][, the busiest hour "
        "{peak_h}]. A minute's load is {steadier} times as steady as a second's (Poisson: "
        "7.7).[ Flash crowds that look alike: {calm_rate}/s for {fit_calm_min} min][ "
        "({fit_calm_min_low} to {fit_calm_min_high})][, then {crowd_rate}/s for {fit_crowd_min} "
        "min][ ({fit_crowd_min_low} to {fit_crowd_min_high})][, from about {n_crowds} crowds; "
        "at its longest windows the index is {misfit} times theirs.]"
    ),
    readings=[
        _whole("state", ",.0f"),
        _whole("requests", ",.0f"),
        _whole("seconds", ",.0f"),
        _whole("left_out", ",.0f"),
        _whole("mean", ",.2f"),
        *(_of(f"idc_{w}", "idc", w, ",.1f", "known_idc") for w in (1, 60, 600)),
        *(_of(f"free_{w}", "free", w, ",.1f", "known_free") for w in (1, 60, 600)),
        _whole("needed", ",.0f"),
        _whole("for_poisson", ",.0f"),
        _whole("by_rule", ",.0f"),
        _of("peak_s", "busiest", 1, ",.0f"),
        _of("peak_min", "busiest", 60, ",.1f"),
        _of("peak_h", "busiest", 3600, ",.1f"),
        _whole("steadier", ",.1f"),
        *_fit(),
        _whole("ratio", ",.1f", known_fit=1),
        _whole("n_crowds", ",.0f", known_fit=1),
        _whole("misfit", ",.1f", known_fit=1),
        # Only a fit that holds goes on to another lab.
        *(
            Reading(f"trusted_{name}", column, {"kind": WHOLE, "fit_holds": 1}, ",.1f")
            for name, column in (
                ("ratio", "ratio"), ("crowd_min", "fit_crowd_min"), ("calm_min", "fit_calm_min"),
            )
        ),
    ],
    prediction=Prediction(
        "20 requests a second on average. If each came for itself (Poisson), capacity for 31 a "
        "second would do for 99% of the seconds. These come in crowds: ten times as many as in "
        "calm, for two minutes, with twenty minutes between. Capacity for how many a second?",
        reading="needed", low=20.0, high=320.0, step=1.0, format=",.0f", unit="/s",
    ),
    hand_overs=[
        HandOver(
            flash_crowd.lab,
            {"height": "trusted_ratio", "crowd_min": "trusted_crowd_min",
             "calm_min": "trusted_calm_min"},
        )
    ],
    tries=[
        Try("Sessions: each customer sends ten requests within seconds. From which window on does "
            "the index grow no more?", {"workload": 1, "hours": 24.0}),
        Try("Day and night only, and not one burst. How far does the index grow, and what is left "
            "without the trend?", {"workload": 3, "hours": 24.0}),
        Try("Long tails: wait for a minute, or for ten. Is the load any steadier?",
            {"workload": 4, "hours": 24.0}),
        Try("A hundred shops with flash crowds, each with its own. Does the index fall? And what "
            "does 99% of the seconds need, over the mean?", {"shops": 100, "hours": 24.0}),
    ],
)  # fmt: skip
