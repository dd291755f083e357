"""Lab: a rolling deploy, from cold machines that come to busy ones that go."""

import altair as alt

from scalelab.facts.deploys import HOTSPOT_LAST_TIER, KUBERNETES_GRACE
from scalelab.kernels import shop
from scalelab.kernels.load_balancing.rollout import rollout
from scalelab.models.load_balancing.rollout import (
    BALANCERS,
    BOOT_S,
    COLD,
    LONG_S,
    LONG_SHARE,
    MACHINES,
    SERVICE_MS,
    SLOW_MS,
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
TURNS, COUNTS, RAMP = BALANCERS
KINDS = TIME, DRAIN, HERE = ("first batch", "other time-out", "as set")


def _colour() -> alt.Color:
    return alt.Color("balancer:N", title=None, scale=alt.Scale(domain=list(BALANCERS)))


def _seconds() -> alt.X:
    scale = alt.Scale(nice=False, padding=4)
    return alt.X("at:Q", title="Seconds", axis=alt.Axis(format=",.0f", tickCount=7), scale=scale)


def _of_batch() -> alt.Chart:
    chart: alt.Chart = alt.Chart(data()).transform_filter(f"datum.kind == '{TIME}'")
    return chart


def _responses() -> alt.LayerChart | alt.FacetChart:
    """The mean response around the first batch."""
    y = alt.Y(
        "response:Q", title="Mean response (ms)",
        scale=alt.Scale(type="log", nice=False, padding=8),
        axis=alt.Axis(values=[5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000,
                              100000], format=",~r"),
    )  # fmt: skip
    tooltip = [
        alt.Tooltip("balancer:N", title="Balancer"),
        alt.Tooltip("at:Q", title="Second", format=",.0f"),
        alt.Tooltip("response:Q", title="Mean response (ms)", format=",.1f"),
    ]
    lines = (
        _of_batch()
        .transform_filter("datum.answers == 'yes'")
        .mark_line(strokeWidth=2.5)
        .encode(x=_seconds(), y=y, color=_colour(), tooltip=tooltip)
    )
    return alt.layer(lines, guess_rule("y")).properties(width=WIDTH, height=190)


def _capacities() -> alt.LayerChart | alt.FacetChart:
    """What the machines in rotation can do, as warm as they are, beside what comes."""
    y = alt.Y("capacity:Q", title="Capacity (requests/s)", scale=alt.Scale(zero=True),
              axis=alt.Axis(format=",.0f", tickCount=4))  # fmt: skip
    tooltip = [
        alt.Tooltip("balancer:N", title="Balancer"),
        alt.Tooltip("at:Q", title="Second", format=",.0f"),
        alt.Tooltip("capacity:Q", title="Can do (requests/s)", format=",.0f"),
        alt.Tooltip("rate:Q", title="Come (requests/s)", format=",.0f"),
    ]
    lines = (
        _of_batch()
        .mark_line(strokeWidth=2.5)
        .encode(x=_seconds(), y=y, color=_colour(), tooltip=tooltip)
    )
    come = (
        alt.Chart(data())
        .transform_filter(f"datum.kind == '{HERE}' && datum.balancer == '{TURNS}'")
        .mark_rule(strokeWidth=1.5, opacity=0.6)
        .encode(y=alt.Y("rate:Q"), tooltip=tooltip[3:])
    )
    return alt.layer(come, lines).properties(width=WIDTH, height=120)


def _failures() -> alt.LayerChart | alt.FacetChart:
    """Requests that fail against how long the deploy takes, over the time-out for draining."""
    rows = alt.Chart(data()).transform_calculate(at_least="max(datum.failed, 1)")
    x = alt.X("takes:Q", title="Deploy takes (min); drain time-outs of 1 to 1,000 s",
              scale=alt.Scale(zero=False, nice=True),
              axis=alt.Axis(format=",.0f", tickCount=6))  # fmt: skip
    y = alt.Y(
        "at_least:Q", title="Requests that fail",
        scale=alt.Scale(type="log", nice=False, padding=8, domainMin=1),
        axis=alt.Axis(values=[1, 10, 100, 1000, 10000, 100000, 1000000], format=",~r"),
    )  # fmt: skip
    tooltip = [
        alt.Tooltip("balancer:N", title="Balancer"),
        alt.Tooltip("drain:Q", title="Drain time-out (s)", format=",.0f"),
        alt.Tooltip("takes:Q", title="Deploy (min)", format=",.1f"),
        alt.Tooltip("cut:Q", title="Cut", format=",.0f"),
        alt.Tooltip("refused:Q", title="Refused", format=",.0f"),
    ]
    marks = (
        rows.transform_filter(f"datum.kind == '{DRAIN}'").mark_line(strokeWidth=2.5),
        rows.transform_filter(f"datum.kind == '{HERE}'").mark_point(
            filled=True, size=70, opacity=1
        ),
    )
    return alt.layer(
        *(mark.encode(x=x, y=y, color=_colour(), tooltip=tooltip) for mark in marks)
    ).properties(width=WIDTH, height=150)


def _of(name: str, column: str, balancer: str, form: str = ",.0f") -> Reading:
    return Reading(name, column, {"kind": HERE, "balancer": balancer}, form)


lab = Lab(
    name="load_balancing/rollout",
    title="A rolling deploy",
    kernel=rollout,
    controls=[
        linear("utilisation", "Fleet busy", 0.4, 0.9, 0.05, 0.7, format=".0%",
               help="Before the deploy"),
        linear("at_once", "Replaced at a time", 1, MACHINES, 1, 1, unit=f"of {MACHINES}"),
        Choice("first", "New machines come", ("After old ones go", "Before"), 1),
        Slider("cold", "Work when cold", (1.0, 1.5, 2.0, 3.0, 5.0, 10.0), COLD,
               unit="times", format=",.1f", help="The work of a new machine's first request"),
        Slider("warm_up", "Warms up in",
               (500.0, 1000.0, 2000.0, 5000.0, 10_000.0, 20_000.0, 50_000.0),
               HOTSPOT_LAST_TIER.value, unit="requests",
               help="What a request takes more has fallen to 37% then"),
        Slider("slow_start_s", "Slow start",
               (0.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 900.0), 60.0, unit="s",
               help="Until a new machine has its full share"),
        Slider("long_s", "1% stay open",
               (0.1, 1.0, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0, 3600.0), LONG_S, unit="s",
               format=",.1f", help="On average: uploads, exports, sockets"),
        Slider("drain_s", "Drain time-out",
               (0.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 900.0),
               KUBERNETES_GRACE.value, unit="s", help="What is still in work then is cut"),
        Slider("removal_s", "Balancer learns after", (0.0, 0.5, 1.0, 2.0, 5.0, 10.0), 0.0,
               unit="s", format=",.1f", help="For so long it sends to machines that have stopped"),
    ],
    constants={
        "machines": MACHINES,
        "vcpus": shop.VCPUS,
        "service_ms": SERVICE_MS,
        "long_share": LONG_SHARE,
        "boot_s": BOOT_S,
        "slow_ms": SLOW_MS,
    },
    columns=[
        Column("balancer", "Balancer", labels=BALANCERS),
        Column("kind", "Row", labels=KINDS),
        Column("at", "Second"),
        Column("answers", "Answers", labels=("no", "yes")),
        Column("response", "Mean response", "ms", ",.1f"),
        Column("capacity", "Capacity", "requests/s"),
        Column("drain", "Drain time-out", "s"),
        Column("failed", "Fail", "requests"),
        Column("cut", "Cut", "requests"),
        Column("refused", "Refused", "requests"),
        Column("takes", "Deploy takes", "min", ",.1f"),
        Column("worst", "At worst", "ms", ",.1f"),
        Column("new_worst", "New machine at worst", "ms"),
        Column("slow", "Slow", "requests"),
        Column("mean", "Mean of the deploy", "ms", ",.1f"),
        Column("drained", "Drained after", "s", ",.1f"),
        Column("least", "Least capacity", format=".0%"),
        Column("rate", "Come", "requests/s"),
    ],
    chart=alt.vconcat(_responses(), _capacities(), _failures()),
    summary=(
        "{rate} requests/s. At worst the mean response is {turns_worst} ms with round robin, "
        "{counts_worst} ms with least connections and {ramp_worst} ms with slow start. In the "
        "whole deploy {turns_slow}, {counts_slow} and {ramp_slow} requests are answered by a "
        "machine that takes more than 100 ms. {turns_cut} are cut and {turns_refused} refused, "
        "with least connections {counts_cut} and {counts_refused}. It takes {turns_takes} min, "
        "with slow start {ramp_takes}. The least capacity is {turns_least} of the usual."
    ),
    readings=[
        _of("rate", "rate", TURNS),
        *(
            _of(f"{which}_{column}", column, balancer, form)
            for which, balancer in zip(("turns", "counts", "ramp"), BALANCERS, strict=True)
            for column, form in (
                ("worst", ",.0f"), ("new_worst", ",.0f"), ("slow", ",.0f"),
                ("cut", ",.0f"), ("refused", ",.0f"), ("takes", ",.1f"), ("least", ".0%"),
            )
        ),
    ],
    prediction=Prediction(
        "Five machines with four vCPUs are 70% busy: 2,000 requests a second, each of 10 ms with "
        "its wait. A new one takes the place of an old one. A request takes it three times the "
        "work at first; 63% of the surplus is gone after 5,000 requests. It gets its fifth at "
        "once. How long do the requests to all five take on average when it is worst?",
        reading="turns_worst", low=10, high=4000, step=10, format=",.0f", unit="ms",
    ),
    tries=[
        Try("Slow start over half a minute. Is that enough?", {"slow_start_s": 30.0}),
        Try("Nothing stays open for long. Does least connections need slow start?",
            {"long_s": 0.1}),
        Try("The 1% are web sockets that stay open for an hour. Watch least connections.",
            {"long_s": 3600.0}),
        Try("Old machines go first, two at a time. What is missing?", {"first": 0, "at_once": 2}),
        Try("Drain for five minutes, but the balancer learns of a stop two seconds late. Which "
            "requests fail?", {"drain_s": 300.0, "removal_s": 2.0}),
    ],
)  # fmt: skip
