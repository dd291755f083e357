"""Lab: the moment at which a popular entry expires."""

import altair as alt

from scalelab.kernels.caching.stampede import stampede
from scalelab.models.caching.stampede import PROTECTIONS
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
    one_two_five,
)


def _chart() -> alt.TopLevelMixin:
    colour = alt.Color(
        "protection:N", title=None, scale=alt.Scale(domain=list(PROTECTIONS)),
        legend=alt.Legend(symbolType="stroke", symbolOpacity=1),
    )  # fmt: skip
    x = alt.X(
        "time:Q", title="Time since the entry expired (s)", scale=alt.Scale(nice=False),
        axis=alt.Axis(tickCount=8),
    )  # fmt: skip
    title = "Copies under way at the same time"
    chart = alt.Chart(data())
    band = chart.mark_area(opacity=0.2, interpolate="step-after").encode(
        x=x, y=alt.Y("lowest:Q", title=title), y2="highest:Q", color=colour
    )
    lines = chart.mark_line(strokeWidth=2.5).encode(
        x=x,
        y=alt.Y("running:Q", title=title),
        color=colour,
        tooltip=[
            alt.Tooltip("protection:N", title="Protection"),
            alt.Tooltip("time:Q", title="Time (s)", format=",.2f"),
            alt.Tooltip("running:Q", title="Under way (mean)", format=",.1f"),
            alt.Tooltip("recomputations:Q", title="Copies per expiry (mean)", format=",.1f"),
        ],
    )
    expiry = chart.transform_aggregate(n="count()").transform_calculate(
        zero="0", text="'expires here'"
    )
    rule = expiry.mark_rule(strokeDash=[2, 3]).encode(x=alt.X("zero:Q"))
    label = expiry.mark_text(align="right", baseline="top", dx=-6, dy=2, y=0).encode(
        x=alt.X("zero:Q"), text="text:N"
    )
    return alt.layer(band, rule, lines, label, guess_rule("y"))


lab = Lab(
    name="caching/stampede",
    title="A popular entry expires",
    kernel=stampede,
    controls=[
        Choices("protections", "Protection", PROTECTIONS, 0b11111),
        one_two_five("request_rate", "Requests for the entry", 1, 2000, 200, unit="per second"),
        one_two_five("recompute_ms", "Time to recompute", 5, 2000, 200, unit="ms"),
        one_two_five(
            "parallel", "Database at full speed up to", 1, 1000, 20, unit="queries",
            help="More at the same time share the database and slow each other down",
        ),
        Slider("servers", "Application servers", (1, 2, 4, 8, 16, 32), 8),
        one_two_five(
            "beta", "Eagerness of early recomputation", 0.1, 10.0, 1.0, format=",.1f",
            help="The beta of XFetch: larger means earlier",
        ),
        one_two_five("ttl", "Time to live", 1, 500, 50, unit="s"),
    ],
    constants={"n_expiries": 50, "n_points": 81, "seed": 1},
    columns=[
        Column("protection", "Protection", labels=PROTECTIONS),
        Column("time", "Time since expiry", "s", ",.2f"),
        Column("running", "Recomputations under way", "mean", ",.1f"),
        Column("lowest", "Lowest"),
        Column("highest", "Highest"),
        Column("recomputations", "Recomputations per expiry", format=",.1f"),
        Column("fewest", "Fewest", hidden=True),
        Column("most", "Most", hidden=True),
        Column("peak", "Most at a time", hidden=True),
        Column("waiting", "Requests that wait, per expiry", format=",.1f"),
        Column("wait", "Mean wait", "ms", ",.1f", hidden=True),
        Column("longest", "Longest wait", "ms", ",.0f"),
    ],
    chart=_chart(),
    summary=(
        "Recomputations per expiry: {none} without protection, {per_server} with one per server, "
        "{lease} with a lease, {early} with early recomputation, {stale} while the old value is "
        "served. Without protection up to {peak} run at once. With a lease {wait_lease} requests "
        "wait for an answer, with early recomputation {wait_early}, with the old value "
        "{wait_stale}."
    ),
    readings=[
        Reading("none", "recomputations", {"protection": "No protection"}, ",.1f"),
        Reading("per_server", "recomputations", {"protection": "One per server"}, ",.1f"),
        Reading("lease", "recomputations", {"protection": "One for all (lease)"}, ",.1f"),
        Reading("early", "recomputations", {"protection": "Early recomputation"}, ",.1f"),
        Reading("stale", "recomputations", {"protection": "Serve stale, refresh"}, ",.1f"),
        Reading("wait_lease", "waiting", {"protection": "One for all (lease)"}, ",.1f"),
        Reading("wait_early", "waiting", {"protection": "Early recomputation"}, ",.1f"),
        Reading("wait_stale", "waiting", {"protection": "Serve stale, refresh"}, ",.1f"),
        Reading("peak", "peak", {"protection": "No protection"}, ",.0f"),
    ],
    prediction=Prediction(
        "The sale page is asked for 200 times a second and takes 200 ms to compute. It expires. "
        "How many copies of the same computation does the database start?",
        reading="none", low=0.0, high=100.0, step=1.0, format=",.0f",
    ),
    tries=[
        Try("Halve the database: 10 queries at full speed. The herd feeds itself.",
            {"parallel": 10}),
        Try("32 application servers: what is one per server worth now?", {"servers": 32}),
        Try("Twice as eager (beta 2): earlier, and fewer at a time.",
            {"protections": 0b01100, "beta": 2.0}),
        Try("A lease, or the old value for a moment: one recomputation each. Who waits?",
            {"protections": 0b10100}),
    ],
)  # fmt: skip
