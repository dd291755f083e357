"""Lab: what the next machine adds. Throughput against the number of machines."""

import altair as alt

from scalelab.kernels.introduction.speedup import speedup
from scalelab.models.introduction.speedup import ORDERS
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
    one_two_five,
)

ALONE, WAIT, WAIT_AND_TALK, SIMULATED = SERIES = (
    "If nothing were shared",
    "They wait for each other",
    "They wait and talk",
    "Simulated",
)
colour = alt.Color(
    "series:N", title=None, scale=alt.Scale(domain=list(SERIES)),
    legend=alt.Legend(symbolType="stroke", symbolOpacity=1),
)  # fmt: skip
machines = alt.X("machines:Q", title="Machines", scale=alt.Scale(nice=False))
rate = alt.Y("throughput:Q", title="Requests per second")
tooltip = [
    alt.Tooltip("series:N", title="Series"),
    alt.Tooltip("machines:Q", title="Machines", format=",.0f"),
    alt.Tooltip("throughput:Q", title="Requests/s", format=",.0f"),
]
lines = (
    alt.Chart(data())
    .transform_filter(f"datum.series != '{SIMULATED}'")
    .mark_line(strokeWidth=2.5)
    .encode(x=machines, y=rate, color=colour, tooltip=tooltip)
)
runs = alt.Chart(data()).transform_filter(f"datum.series == '{SIMULATED}'")
spread = runs.mark_rule(strokeWidth=1.5).encode(
    x=machines, y=alt.Y("lowest:Q"), y2="highest:Q", color=colour
)
points = runs.mark_point(filled=True, size=45).encode(
    x=machines, y=rate, color=colour, tooltip=tooltip
)
marked = alt.Chart(data()).transform_filter("datum.mark == 'most'")
best = marked.mark_rule(strokeWidth=1.5, opacity=0.6).encode(x=machines)
best_label = marked.mark_text(baseline="bottom", dy=-3, y=0, fontWeight="bold").encode(
    x=machines, text="mark:N"
)
shop = alt.Chart(data()).transform_filter("datum.mark == 'now'")
here = shop.mark_point(filled=False, size=140, strokeWidth=2.5, opacity=1).encode(
    x=machines, y=rate, tooltip=tooltip
)
here_label = shop.mark_text(baseline="top", dy=11, fontWeight="bold").encode(
    x=machines, y=rate, text="mark:N"
)


def _reading(name: str, form: str = ",.0f") -> Reading:
    return Reading(name, name, {}, form)


lab = Lab(
    name="introduction/speedup",
    title="What does the next machine add?",
    kernel=speedup,
    controls=[
        one_two_five("one_machine", "One machine does", 10, 10_000, 100, unit="requests/s"),
        Slider("machines", "The shop has", (2, 4, 8, 16, 32, 64, 128), 8, unit="machines"),
        linear("contention", "They wait", 0.0, 0.2, 0.005, 0.03, format=".1%",
               help="Contention: share of a request for which it holds something that all need"),
        Slider("coherency", "They talk",
               (0.0, 0.00002, 0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01), 0.0005,
               format=".3%", help="Coherency: what each other machine adds to that share"),
        Slider("most", "Look at up to", (16, 32, 64, 128, 256), 64, unit="machines"),
        Choice("order", "In the simulation they come", ORDERS),
    ],
    constants={"requests": 600, "runs": 5},
    columns=[
        Column("series", "Series", labels=SERIES),
        Column("machines", "Machines"),
        Column("throughput", "Throughput", "requests/s", ",.0f"),
        Column("lowest", "Lowest run", "requests/s", ",.0f"),
        Column("highest", "Highest run", "requests/s", ",.0f"),
        Column("now", "Of the machines there are", hidden=True),
        Column("twice", "Of twice as many", hidden=True),
        Column("gain", "Gain by doubling", hidden=True),
        Column("best", "Best number", hidden=True),
        Column("best_does", "Of the best number", hidden=True),
        Column("mark", "Mark", labels=("", "most", "now"), hidden=True),
    ],
    chart=alt.layer(best, best_label, lines, spread, points, here, here_label, guess_rule("y")),
    summary=(
        "{machines} do {now} requests a second, and twice as many do {twice}, a change of "
        "{gain}. Of up to {most}, most is done by {best}: {best_does} requests a second. In the "
        "simulation, {most} do {simulated}."
    ),
    readings=[
        _reading("now"),
        _reading("twice"),
        _reading("gain", ".0%"),
        _reading("best"),
        _reading("best_does"),
        Reading("largest", "throughput", {"series": WAIT_AND_TALK, "machines": "{most}"}, ",.0f"),
        Reading("waiting", "throughput", {"series": WAIT, "machines": "{most}"}, ",.0f"),
        Reading("simulated", "throughput", {"series": SIMULATED, "machines": "{most}"}, ",.0f"),
    ],
    prediction=Prediction(
        "One machine does 100 requests a second, 8 do 646 and 16 do 1,019. What do 64 do?",
        reading="largest", low=0, high=6400, step=50, format=",.0f", unit="requests/s",
    ),
    tries=[
        Try("Nobody talks: only contention is left. Where does the curve go now?",
            {"coherency": 0.0, "most": 256}),
        Try("Half as much waiting. How much more do 64 machines do?", {"contention": 0.015}),
        Try("A fifth of the talking, as much waiting. Which of the two was the better buy?",
            {"coherency": 0.0001}),
        Try("The machines come at times of their own. Who is too pessimistic now?", {"order": 1}),
    ],
)  # fmt: skip
