"""Lab: nine policies of a load balancer side by side, on servers that are alike, slow, or fail."""

import altair as alt

from scalelab.kernels.load_balancing.policies import AGES, FAILS, HALF, WELL, policies
from scalelab.models.load_balancing.policies import FAIL_MS, N_REQUESTS, RUNS, SERVICE_MS
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
# As the model's POLICIES, for the eye.
POLICIES = (
    "Random",
    "Weighted random",
    "IP hash",
    "Round robin",
    "Weighted round robin",
    "Least connections",
    "Least response time",
    "Power of choices",
    "Join idle queue",
)
(
    RANDOM, WEIGHTED_RANDOM, ADDRESS, ROUND_ROBIN, WEIGHTED_ROUND_ROBIN, CONNECTIONS, RESPONSE,
    CHOICES, IDLE,
) = POLICIES  # fmt: skip

SHORT = {
    "Weighted round robin": "Weighted RR",
    "Weighted random": "Weighted rand.",
    "Least connections": "Least conn.",
    "Least response": "Least",
    "Power of choices": "Choices",
}


def _colour() -> alt.Color:
    """Names stand beside the bars."""
    return alt.Color("policy:N", title=None, scale=alt.Scale(domain=list(POLICIES)))


def _tooltip() -> list[alt.Tooltip]:
    return [
        alt.Tooltip("policy:N", title="Policy"),
        alt.Tooltip("keeps_up:N", title="Keeps up"),
        alt.Tooltip("response:Q", title="Mean (ms)", format=",.1f"),
        alt.Tooltip("late:Q", title="p99 (ms)", format=",.1f"),
        alt.Tooltip("low:Q", title="Mean, least (ms)", format=",.1f"),
        alt.Tooltip("high:Q", title="Mean, most (ms)", format=",.1f"),
        alt.Tooltip("odd:Q", title="To the odd ones", format=".1%"),
        alt.Tooltip("busiest:Q", title="Busiest server", format=".0%"),
    ]


def _at_setting() -> alt.Chart:
    return alt.Chart(data()).transform_filter("datum.here == 1")


def _names() -> alt.Y:
    # Long names would leave little room for the bars on a phone.
    short = "datum.label"
    for part, less in SHORT.items():
        short = f"replace({short}, '{part}', '{less}')"
    return alt.Y("policy:N", title=None, sort=list(POLICIES), axis=alt.Axis(labelExpr=short))


def _times() -> alt.LayerChart | alt.FacetChart:
    """p99 as a pale bar, the mean as a dark one, and how far runs or hash functions differ."""
    keeping = _at_setting().transform_filter("datum.keeps_up == 'yes'")
    y, colour, tooltip = _names(), _colour(), _tooltip()
    title = "Good answers: mean, and p99 (pale), in ms"
    late = keeping.mark_bar(opacity=0.35, size=14).encode(
        x=alt.X("late:Q", title=title, axis=alt.Axis(format=",.0f", tickCount=6)),
        y=y, color=colour, tooltip=tooltip,
    )  # fmt: skip
    mean = keeping.mark_bar(size=8).encode(
        x=alt.X("response:Q"), y=y, color=colour, tooltip=tooltip
    )
    band = keeping.mark_rule(strokeWidth=2, opacity=0.8).encode(
        x=alt.X("low:Q"), x2="high:Q", y=y, tooltip=tooltip
    )
    overrun = (
        _at_setting()
        .transform_filter("datum.keeps_up == 'no'")
        .mark_text(align="left", dx=4, text="a server is overrun")
        .encode(x=alt.datum(0), y=y, color=colour, tooltip=tooltip)
    )
    return alt.layer(late, mean, band, overrun).properties(width=WIDTH, height=200)


def _odd() -> alt.LayerChart | alt.FacetChart:
    """What the failing or slow ones get; the rule is what would be their part."""
    scale = alt.Scale(nice=True, zero=True)
    x = alt.X("odd:Q", title="Requests to what fails or is slow (rule: its part)", scale=scale,
              axis=alt.Axis(format=".0%", tickCount=6))  # fmt: skip
    bars = _at_setting().mark_bar(size=12).encode(
        x=x, y=_names(), color=_colour(), tooltip=_tooltip()
    )  # fmt: skip
    part = (
        _at_setting()
        .transform_filter("datum.fair > 0")
        .mark_rule(strokeWidth=1.5, opacity=0.6)
        .encode(x=alt.X("fair:Q", scale=scale))
    )
    return alt.layer(bars, part, guess_rule("x")).properties(width=WIDTH, height=200)


def _ages() -> alt.LayerChart | alt.FacetChart:
    """Old counts, for those that look at any, beside three to which they do not matter."""
    keeping = alt.Chart(data()).transform_filter("datum.keeps_up == 'yes'")
    x = alt.X("age:Q", title="Counts are updated every … ms",
              scale=alt.Scale(type="log", nice=False, domain=[AGES[0], AGES[-1]]),
              axis=alt.Axis(values=list(AGES), format=",.0f"))  # fmt: skip
    y = alt.Y(
        "response:Q", title="Mean (ms)", scale=alt.Scale(type="log", nice=False, padding=8),
        axis=alt.Axis(values=[5, 7, 10, 20, 30, 50, 100, 200, 500, 1000], format=",~r"),
    )  # fmt: skip
    lines = keeping.transform_filter("datum.here == 0").mark_line(strokeWidth=2.5)
    points = (
        keeping.transform_filter("datum.here == 1 && datum.age > 0")
        .transform_filter("indexof(['Least connections', 'Power of choices'], datum.policy) >= 0")
        .mark_point(filled=True, size=70, opacity=1)
    )
    marks = (m.encode(x=x, y=y, color=_colour(), tooltip=_tooltip()) for m in (lines, points))
    return alt.layer(*marks).properties(width=WIDTH, height=180)


def _of(name: str, column: str, policy: str, form: str = ",.1f") -> Reading:
    return Reading(name, column, {"policy": policy, "here": 1}, form)


def _time(name: str, policy: str, column: str = "response") -> Reading:
    """If it overruns no server."""
    return Reading(name, column, {"policy": policy, "here": 1, "keeps_up": 1}, ",.1f")


lab = Lab(
    name="load_balancing/policies",
    title="Which server gets the next request?",
    kernel=policies,
    controls=[
        linear("busy", "Servers busy", 0.3, 0.9, 0.1, 0.7, format=".0%",
               help="Of all that they can do; a half-speed one can do half"),
        Slider("servers", "Servers", (4, 10, 20, 40), 20),
        Choice("oddity", "Of them", ("All well", "One fails", "One is slow", "Half at half speed"),
               FAILS),
        Slider("fail_ms", "It fails after", (0.2, 0.5, 1.0, 2.0, 7.0, 70.0), FAIL_MS, unit="ms",
               format=",.1f", help="Of work on an error"),
        linear("choices", "Choices", 1, 5, 1, 2, help="Servers that power of choices looks at"),
        Slider("age_ms", "Counts updated", (0.0, *AGES), 0.0, unit="ms",
               help="Every so many ms; 0: at once"),
        Slider("balancers", "Balancers", (1, 2, 4, 8, 16), 1,
               help="Each knows of its own requests only"),
        linear("skew", "Skew of addresses", 0.0, 1.0, 0.1, 0.5, format=",.1f",
               help="How unequally they ask, for IP hash"),
    ],
    constants={"service_ms": SERVICE_MS, "requests": N_REQUESTS, "runs": RUNS, "seed": 1},
    columns=[
        Column("policy", "Policy", labels=POLICIES),
        Column("age", "Counts updated every", "ms"),
        Column("here", "As set", hidden=True),
        Column("keeps_up", "Keeps up", labels=("no", "yes")),
        Column("response", "Mean", "ms", ",.1f"),
        Column("late", "p99", "ms", ",.1f"),
        Column("low", "Mean, least", "ms", ",.1f"),
        Column("high", "Mean, most", "ms", ",.1f"),
        Column("every", "Mean with errors", "ms", ",.1f"),
        Column("odd", "To the odd ones", format=".1%"),
        Column("errors", "Errors", format=".1%"),
        Column("busiest", "Busiest server", format=".0%"),
        Column("overruns", "Hashings that overrun", format=".0%"),
        Column("exact", "Exact", labels=("simulated", "exact")),
        Column("rate", "Requests", "per s"),
        Column("fair", "Their part", format=".0%", hidden=True),
    ],
    chart=alt.vconcat(_times(), _odd(), _ages()),
    summary=(
        "{rate} requests/s. Mean of the good answers:[ random {random} ms;][ round robin "
        "{in_turn} ms;][ IP hash {address} ms;][ {choices} choices {drawn} ms;][ idle queue "
        "{idle} ms;][ least response time {quickest} ms;][ least connections {fewest} ms, p99 "
        "{fewest_late} ms]. Errors: least connections {failed}, least response time "
        "{failed_quickest}, round robin {failed_in_turn}."
    ),
    readings=[
        _of("rate", "rate", RANDOM, ",.0f"),
        _time("random", RANDOM),
        _time("in_turn", ROUND_ROBIN),
        _time("weighted", WEIGHTED_ROUND_ROBIN),
        _time("address", ADDRESS),
        _time("drawn", CHOICES),
        _time("idle", IDLE),
        _time("quickest", RESPONSE),
        _time("fewest", CONNECTIONS),
        _time("fewest_late", CONNECTIONS, "late"),
        _of("failed", "errors", CONNECTIONS, ".1%"),
        _of("failed_quickest", "errors", RESPONSE, ".1%"),
        _of("failed_in_turn", "errors", ROUND_ROBIN, ".1%"),
        _of("failed_drawn", "errors", CHOICES, ".1%"),
    ],
    prediction=Prediction(
        "Twenty servers are busy for 70%. One of them breaks: it answers every request with an "
        "error, after 1 ms in place of 7. The balancer takes the server with the fewest "
        "connections. Which share of all requests fails?",
        reading="failed", low=0.0, high=0.5, step=0.01, format=".0%",
    ),
    tries=[
        Try("All servers are well. How much is there to be had by looking, and by looking at two?",
            {"oddity": WELL}),
        Try("The broken server takes its time for an error, as long as a good answer takes. How "
            "many requests fail now?", {"fail_ms": 7.0}),
        Try("Half of the servers are half as fast. Who overruns them?", {"oddity": HALF}),
        Try("All well, but counts are updated every 30 ms only. Which policy is the worst now?",
            {"oddity": WELL, "age_ms": 30.0}),
        Try("Eight balancers, and each counts its own requests. What is left of least "
            "connections?", {"oddity": WELL, "balancers": 8}),
    ],
)  # fmt: skip
