"""Lab: how many users are there at once, and how many of them a server can have."""

import altair as alt

from scalelab.kernels.workload.think_time import TIMEOUTS_MIN, think_time
from scalelab.labs.requirement import sizing
from scalelab.models.access_log import FORMAT
from scalelab.models.workload.think_time import LAWS, STATES
from scalelab.samples import week
from scalelab.web.lab import (
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

KINDS = ("Time", "Timeout", "Users who wait", "From outside", "Simulated", "These users")
TIME, TIMEOUT, CURVE, OUTSIDE, SIMULATED, HERE = KINDS
THERE, OPEN, SESSIONS = "There at once", "Open sessions", "Sessions in the log"
SERIES = [THERE, OPEN, CURVE, OUTSIDE, SESSIONS]  # of all three views
GREY = "#8b93a1"


def _colour() -> alt.Color:
    return alt.Color(
        "what:N", title=None, scale=alt.Scale(domain=SERIES),
        legend=alt.Legend(symbolType="stroke", symbolOpacity=1),
    )  # fmt: skip


def _rows(*kinds: str) -> alt.Chart:
    return (
        alt.Chart(data())
        .transform_filter(alt.FieldOneOfPredicate("kind", list(kinds)))
        .transform_filter("datum.drawn == 1")
    )


def _over_time() -> alt.LayerChart | alt.FacetChart:
    rows = (
        _rows(TIME)
        .transform_fold(["there", "open"], as_=["key", "number"])
        .transform_calculate(
            what=f"datum.key == 'there' ? '{THERE}' : '{OPEN}'",
            most="datum.key == 'there' ? datum.there_most : datum.open_most",
        )
    )
    x = alt.X("hour:Q", title="Hours since the log begins", scale=alt.Scale(nice=False))
    y = alt.Y("number:Q", title="Users", axis=alt.Axis(tickCount=5))
    tooltip = [
        alt.Tooltip("what:N", title="Users"),
        alt.Tooltip("hour:Q", title="Hours since the log begins", format=",.2f"),
        alt.Tooltip("number:Q", title="On average", format=",.1f"),
        alt.Tooltip("most:Q", title="At most", format=",.0f"),
    ]
    colour = _colour()
    band = rows.mark_area(opacity=0.25).encode(x=x, y=y, y2="most:Q", color=colour)
    lines = rows.mark_line(strokeWidth=2.5).encode(x=x, y=y, color=colour, tooltip=tooltip)
    return alt.layer(band, lines, guess_rule("y")).properties(height=140)


def _response() -> alt.LayerChart | alt.FacetChart:
    x = alt.X("users:Q", title="Users at once", scale=alt.Scale(nice=False, zero=True))
    y = alt.Y("response:Q", title="Answer after (s)", axis=alt.Axis(tickCount=5))
    colour = _colour()
    tooltip = [
        alt.Tooltip("kind:N", title="What"),
        alt.Tooltip("users:Q", title="Users", format=",.0f"),
        alt.Tooltip("response:Q", title="Answer after (s)", format=",.2f"),
        alt.Tooltip("throughput:Q", title="Clicks a second", format=",.2f"),
    ]
    rows = _rows(CURVE, OUTSIDE).transform_calculate(what="datum.kind")
    lines = rows.mark_line(strokeWidth=2.5).encode(x=x, y=y, color=colour, tooltip=tooltip)
    runs = _rows(SIMULATED)
    spans = runs.mark_rule(strokeWidth=2).encode(x=x, y=alt.Y("low:Q"), y2="high:Q")
    means = runs.mark_point(filled=True, size=45, opacity=1, color=GREY).encode(
        x=x, y=y, tooltip=tooltip
    )
    here = _rows(HERE)
    knee = here.mark_rule(color=GREY, strokeWidth=1.5).encode(x=alt.X("knee:Q"))
    knee_text = (
        here.transform_calculate(text="'knee: ' + format(datum.knee, ',.0f')")
        .mark_text(align="right", dx=-5, dy=4, baseline="top", fontWeight="bold")
        .encode(x=alt.X("knee:Q"), y=alt.value(0), text="text:N")
    )
    these = here.mark_point(filled=True, size=110, opacity=1, shape="diamond").encode(
        x=x, y=y, tooltip=tooltip
    )
    these_text = (
        here.transform_calculate(text="format(datum.users, ',.0f') + ' users'")
        .mark_text(dy=-13, fontWeight="bold")
        .encode(x=x, y=y, text="text:N")
    )
    return alt.layer(knee, lines, spans, means, these, these_text, knee_text).properties(height=170)


def _timeouts() -> alt.LayerChart | alt.FacetChart:
    rows = (
        _rows(TIMEOUT)
        .transform_fold(["sessions", "open", "there"], as_=["key", "number"])
        .transform_filter("datum.number > 0")
        .transform_calculate(
            what=f"datum.key == 'there' ? '{THERE}' : datum.key == 'open' ? '{OPEN}' : '{SESSIONS}'"
        )
    )
    x = alt.X(
        "timeout:Q", title="Timeout (min)", scale=alt.Scale(type="log", nice=False),
        axis=alt.Axis(values=[1, 2, 5, 10, 20, 30, 60, 120], format=",.0f"),
    )  # fmt: skip
    y = alt.Y(
        "number:Q", title="How many", scale=alt.Scale(type="log", nice=False, padding=6),
        axis=alt.Axis(values=[10**power for power in range(-1, 8)], format="~s"),
    )  # fmt: skip
    lines = rows.mark_line(strokeWidth=2.5, point=True).encode(
        x=x, y=y, color=_colour(),
        tooltip=[
            alt.Tooltip("what:N", title="What"),
            alt.Tooltip("timeout:Q", title="Timeout (min)", format=",.0f"),
            alt.Tooltip("number:Q", title="Are", format=",.1f"),
        ],
    )  # fmt: skip
    chosen = _rows(HERE).mark_rule(color=GREY, strokeWidth=1.5).encode(x=x)
    return alt.layer(chosen, lines).properties(height=120)


def _of_all(name: str, form: str, known: str | None = None, column: str = "") -> Reading:
    """Of the whole result, in the first row; a dash where it is not known."""
    return Reading(name, column or name, {} if known is None else {known: 1}, form)


lab = Lab(
    name="workload/think_time",
    title="How many users are there at once?",
    kernel=think_time,
    own=OwnData(
        "log", FORMAT, instead="the shop's day",
        note="A client is an address. The time that a click takes of a server is not in a log: it "
             "is set here.",
        sample=Sample(week.FILE, week.TITLE),
    ),
    controls=[
        Slider("timeout_min", "A session ends after", TIMEOUTS_MIN, 30.0, unit="min",
               help="Without a click of its client"),
        Slider("click_s", "Requests within this are one click", (0.0, 1.0, 2.0, 3.0, 5.0, 10.0),
               1.0, unit="s", help="A page, its pictures and its calls"),
        Slider("pace", "Users think", (0.25, 0.5, 1.0, 2.0, 4.0), 1.0, unit="times as long",
               format=",.2f"),
        Slider("crowd", "Users at once", (0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 10.0), 1.0,
               unit="times the log's most", format=",.2f"),
        Slider("service_ms", "A click takes",
               (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 300.0, 400.0, 600.0, 800.0, 1000.0,
                2000.0), 600.0, unit="ms", help="Of a server's time, on average (exponential)"),
        Slider("servers", "Servers", (1, 2, 3, 4, 6, 8, 12, 16, 32, 64), 1,
               help="Clicks that are worked on at the same time; all others wait in one queue"),
        linear("seed", "Random seed", 1, 10, 1, 1,
               help="Another day of the shop, other runs of the simulation"),
    ],
    constants={"n_runs": 5},
    columns=[
        Column("kind", "Row", labels=KINDS),
        Column("hour", "Hours since the log begins", "h", ",.2f"),
        Column("there", "There at once", "on average", ",.1f"),
        Column("there_most", "There at once", "at most"),
        Column("open", "Open sessions", "on average", ",.1f"),
        Column("open_most", "Open sessions", "at most"),
        Column("timeout", "Timeout", "min"),
        Column("sessions", "Sessions"),
        Column("users", "Users", format=",.1f"),
        Column("response", "Answer after", "s", ",.2f"),
        Column("low", "At least, or lowest run", "s", ",.2f"),
        Column("high", "Highest run", "s", ",.2f"),
        Column("throughput", "Clicks", "/s", ",.2f"),
        Column("drawn", "Is drawn", hidden=True),
        Column("state", "State", labels=STATES, hidden=True),
        *(
            Column(name, name, hidden=True)
            for name in (
                "requests", "clicks", "clients", "all_sessions", "each", "each_low", "each_high",
                "think", "think_low", "think_high", "median", "median_low", "median_high", "spread",
            )
        ),
        Column("law", "Law", labels=LAWS, hidden=True),
        *(
            Column(name, name, hidden=True)
            for name in (
                "known", "interval_known", "busiest", "hours", "all_there", "all_there_most",
                "all_open", "all_open_most", "knee", "knee_low", "knee_high", "these_users",
                "these_response", "these_clicks", "these_busy", "these_outside", "outside_known",
                "visit_min", "visit_requests",
            )
        ),
    ],
    chart=alt.vconcat(_over_time(), _response(), _timeouts()),
    summary=(
        "{state}. {requests} requests in {hours} hours are {clicks} clicks of {clients} "
        "clients, in {sessions} sessions of {each} clicks.[ From one click to the next they "
        "think {think} s on average][ ({think_low} to {think_high})][, half of the times less "
        "than {median} s: {law}.] At once there were {there_most} users at most and {there} on "
        "average; sessions were open: {open_most} and {open}.[ The knee is at {knee} such "
        "users][ ({knee_low} to {knee_high})][: so many would fill the servers if they never "
        "met. {users} users make {throughput} clicks a second, get their answer after "
        "{response} s and keep the servers {busy} busy.][ If they clicked as often as if they "
        "never waited, an answer would take {outside} s.] The busiest client sent {busiest} of "
        "all requests."
    ),
    readings=[
        _of_all("state", ",.0f"),
        _of_all("requests", ",.0f"),
        _of_all("hours", ",.1f"),
        _of_all("clicks", ",.0f"),
        _of_all("clients", ",.0f"),
        _of_all("sessions", ",.0f", column="all_sessions"),
        _of_all("each", ",.1f"),
        _of_all("think", ",.1f", "known"),
        _of_all("think_low", ",.1f", "interval_known"),
        _of_all("think_high", ",.1f", "interval_known"),
        _of_all("median", ",.1f", "known"),
        _of_all("law", ",.0f"),
        _of_all("there", ",.1f", column="all_there"),
        _of_all("there_most", ",.0f", column="all_there_most"),
        _of_all("open", ",.1f", column="all_open"),
        _of_all("open_most", ",.0f", column="all_open_most"),
        _of_all("knee", ",.0f", "known"),
        _of_all("knee_low", ",.0f", "interval_known"),
        _of_all("knee_high", ",.0f", "interval_known"),
        _of_all("users", ",.0f", column="these_users"),
        _of_all("throughput", ",.2f", "known", "these_clicks"),
        _of_all("response", ",.1f", "known", "these_response"),
        _of_all("busy", ".0%", "known", "these_busy"),
        _of_all("outside", ",.1f", "outside_known", "these_outside"),
        _of_all("busiest", ".1%"),
        _of_all("visit_min", ",.1f"),
        _of_all("visit_requests", ",.1f"),
    ],
    prediction=Prediction(
        "A dashboard counts the shop's active users: sessions with a click in the last 30 minutes. "
        "At the busiest moment it says 85. How many customers are there at that time, reading, "
        "thinking or waiting for a page?",
        reading="there_most", low=0, high=120, step=1, format=",.0f", unit="users",
    ),
    tries=[
        Try("Twice as many users. How long do they wait, and what if as many clicks came from "
            "outside?", {"crowd": 2.0}),
        Try("As many users as now, who think half as long. Is it the same load?",
            {"pace": 0.5}),
        Try("Four times as many users, far beyond the knee. How often does each of them click now?",
            {"crowd": 4.0}),
        Try("A timeout of 5 minutes. What happens to the number of sessions, of open ones, and to "
            "who is there?", {"timeout_min": 5.0}),
    ],
    hand_overs=[
        HandOver(sizing.lab, {"session_min": "visit_min", "requests": "visit_requests"}),
    ],
)  # fmt: skip
