"""Lab: one partition in money, for four kinds of data and four ways to go on."""

import altair as alt

from scalelab.kernels.trade_offs.cap import (
    COMPONENT,
    CURVE,
    LIMIT,
    LOSS,
    MERGE,
    REFUSE,
    SET,
    STOCK,
    cap,
)
from scalelab.kernels.trade_offs.cap import LAST_WRITER as LAST
from scalelab.models.trade_offs.cap import (
    COMES_BACK,
    LEFT,
    LOSSES,
    MINORITY,
    MINUTES,
    REQUESTS_PER_S,
    SKEW,
    WAYS,
    WORKLOADS,
)
from scalelab.models.trade_offs.cap import LIMIT as LIMIT_SET
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
CENT = 0.01  # where axes begin
USD_VALUES = [0.01, 1, 100, 10_000, 1e6, 1e8]


def _colour() -> alt.Color:
    return alt.Color("way:N", title=None, scale=alt.Scale(domain=list(WAYS)))


def _shape() -> alt.Shape:
    return alt.Shape("way:N", title=None, scale=alt.Scale(domain=list(WAYS)))


def _usd(title: str) -> alt.X:
    return alt.X(
        "shown:Q", title=title,
        scale=alt.Scale(type="log", domain=[CENT, 1e7], nice=False, clamp=True),
        axis=alt.Axis(values=USD_VALUES, format=",~r"),
    )  # fmt: skip


def _lengths() -> alt.LayerChart | alt.FacetChart:
    """What a partition costs, over how long it takes."""
    rows = alt.Chart(data()).transform_filter(f"datum.usd >= {CENT}")
    x = alt.X(
        "minutes:Q", title="Length of the partition (min)",
        scale=alt.Scale(type="log", nice=False, padding=6),
        axis=alt.Axis(values=[0.1, 1, 10, 60, 1440], format=",~r"),
    )  # fmt: skip
    y = alt.Y(
        "usd:Q", title="It costs (USD)", scale=alt.Scale(type="log", nice=False, padding=8),
        axis=alt.Axis(values=USD_VALUES, format=",~r"),
    )  # fmt: skip
    tooltip = [
        alt.Tooltip("way:N", title="Way"),
        alt.Tooltip("minutes:Q", title="Minutes", format=",.1f"),
        alt.Tooltip("usd:Q", title="USD", format=",.2f"),
    ]
    lines = rows.transform_filter(f"datum.kind == {CURVE}")
    # Merge and limit may be one line: the thinner one is drawn upon the other.
    thick = lines.transform_filter(f"datum.way != '{WAYS[LIMIT]}'").mark_line(strokeWidth=4)
    thin = lines.transform_filter(f"datum.way == '{WAYS[LIMIT]}'").mark_line(strokeWidth=1.8)
    here = rows.transform_filter(f"datum.kind == {SET}").mark_point(
        size=130, strokeWidth=2.5, opacity=1
    )
    marks = [mark.encode(x=x, y=y, color=_colour(), tooltip=tooltip) for mark in (thick, thin)]
    marks.append(here.encode(x=x, y=y, color=_colour(), shape=_shape(), tooltip=tooltip))
    return alt.layer(*marks, guess_rule("y")).properties(width=WIDTH, height=210)


def _losses() -> alt.LayerChart | alt.FacetChart:
    """What is refused, forgotten, put right and stale, as set."""
    rows = (
        alt.Chart(data())
        .transform_filter(f"datum.kind == {LOSS} && datum.usd >= {CENT}")
        .transform_calculate(
            shown="datum.usd", least=str(CENT),
            text="format(datum.count, datum.count < 10 ? ',.1f' : ',.0f')",
        )
    )  # fmt: skip
    y = alt.Y("what:N", title=None, sort=list(LOSSES))
    offset = alt.YOffset("way:N", sort=list(WAYS), scale=alt.Scale(domain=list(WAYS)))
    tooltip = [
        alt.Tooltip("way:N", title="Way"),
        alt.Tooltip("what:N", title="Loss"),
        alt.Tooltip("count:Q", title="How many", format=",.1f"),
        alt.Tooltip("usd:Q", title="USD", format=",.2f"),
    ]
    x = _usd("By kind (USD), and how many")
    bars = rows.mark_bar().encode(
        x=x, x2="least:Q", y=y, yOffset=offset, color=_colour(), tooltip=tooltip
    )
    text = rows.mark_text(align="left", dx=4, fontSize=8).encode(
        x=x, y=y, yOffset=offset, text="text:N", tooltip=tooltip
    )
    return alt.layer(bars, text).properties(width=WIDTH, height=210)


def _components() -> alt.LayerChart | alt.FacetChart:
    """All four kinds of data; large and full is the cheapest way."""
    rows = (
        alt.Chart(data())
        .transform_filter(f"datum.kind == {COMPONENT}")
        .transform_calculate(shown=f"max(datum.usd, {CENT})")
    )
    x = _usd("Each kind of data (USD); the full mark is cheapest")
    y = alt.Y("workload:N", title=None, sort=list(WORKLOADS))
    tooltip = [
        alt.Tooltip("workload:N", title="Data"),
        alt.Tooltip("way:N", title="Way"),
        alt.Tooltip("usd:Q", title="USD", format=",.2f"),
    ]
    others = rows.transform_filter("datum.best == 'no'").mark_point(
        size=90, strokeWidth=2, opacity=1
    )
    best = rows.transform_filter("datum.best == 'yes'").mark_point(size=220, filled=True, opacity=1)
    marks = (
        mark.encode(x=x, y=y, color=_colour(), shape=_shape(), tooltip=tooltip)
        for mark in (best, others)
    )
    return alt.layer(*marks).properties(width=WIDTH, height=150)


def _way(name: str, way: int, column: str, form: str, **where: float | str) -> Reading:
    return Reading(name, column, {"kind": SET, "way": WAYS[way], **where}, form)


def _count(name: str, way: int, loss: int) -> Reading:
    return Reading(
        name, "count", {"kind": LOSS, "way": WAYS[way], "what": LOSSES[loss]}, ",.0f"
    )  # fmt: skip


def _cheapest(name: str, workload: int) -> Reading:
    where: dict[str, float | str] = {
        "kind": COMPONENT, "workload": WORKLOADS[workload], "best": "yes",
    }  # fmt: skip
    return Reading(name, "way", where, "")


lab = Lab(
    name="trade_offs/cap",
    title="Refuse, or let them differ?",
    kernel=cap,
    controls=[
        Choice("workload", "Data", WORKLOADS, STOCK,
               help="Prices, shares of the requests and numbers of keys go with it: assumptions"),
        Slider("minutes", "Cut off for", (0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 180.0, 1440.0),
               MINUTES, unit="min", format=",.1f"),
        linear("minority", "Smaller side", 0.05, 0.5, 0.05, MINORITY, format=".0%",
               help="Share of the customers, and of the requests"),
        Slider("rate", "Requests", (100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0, 10_000.0),
               REQUESTS_PER_S, unit="/s", help="Of the whole shop; the data has a share of them"),
        linear("skew", "Popularity", 0.0, 1.4, 0.1, SKEW, format=",.1f",
               help="Exponent of Zipf's law, for posts and products"),
        linear("comes_back", "Come back later", 0.0, 1.0, 0.1, COMES_BACK, format=".0%",
               help="Of those who are refused"),
        Slider("left", "Left of each", (1, 2, 5, 10, 20, 50, 100), LEFT,
               help="Pieces of a product, or payments that a balance is good for"),
        Slider("limit", "Limit", (0, 1, 2, 4, 6, 10, 20, 50), LIMIT_SET,
               help="Writes of each key that the smaller side takes"),
        Slider("factor", "Price of a conflict", (0.01, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 100.0),
               1.0, unit="times", format=",.2f", help="Times what is assumed for the data"),
    ],
    columns=[
        Column("kind", "Kind", hidden=True),
        Column("workload", "Data", labels=WORKLOADS),
        Column("way", "Way", labels=WAYS),
        Column("minutes", "Cut off", "min", ",.1f"),
        Column("usd", "It costs", "USD", ",.2f"),
        Column("what", "Loss", labels=LOSSES),
        Column("count", "How many", "", ",.1f"),
        Column("best", "Cheapest", labels=("no", "yes")),
        Column("worth", "Break-even", hidden=True),
        Column("has_worth", "Any diverge", hidden=True),
        Column("cross", "Crossing", hidden=True),
        Column("has_cross", "Crosses", hidden=True),
    ],
    chart=alt.vconcat(_lengths(), _losses(), _components()),
    summary=(
        "{workload}, cut off for {minutes}. Refusing the smaller side costs {refuse} USD: "
        "{reads} reads and {writes} writes. If both sides go on, it is {last} USD with the last "
        "writer, who forgets {forgotten} writes, and {merge} USD merged, with {right} to be put "
        "right; up to a limit it is {some} USD, with {over} refused. [A write that diverges might "
        "cost {worth} USD before refusing is cheaper than merging.] [Last writer and refusing "
        "cost the same at {cross_last} minutes.] [Merging and refusing cost the same at "
        "{cross_merge} minutes.] Cheapest: feed {feed}, cart {cart}, stock {stock}, payments "
        "{payments}."
    ),
    readings=[
        _way("refuse", REFUSE, "usd", ",.0f"),
        _way("last", LAST, "usd", ",.0f"),
        _way("merge", MERGE, "usd", ",.0f"),
        _way("some", LIMIT, "usd", ",.0f"),
        _count("reads", REFUSE, 0),
        _count("writes", REFUSE, 1),
        _count("forgotten", LAST, 2),
        _count("right", MERGE, 3),
        _count("over", LIMIT, 1),
        _way("worth", MERGE, "worth", ",.2f", has_worth=1),
        _way("cross_last", LAST, "cross", ",.1f", has_cross=1),
        _way("cross_merge", MERGE, "cross", ",.1f", has_cross=1),
        _cheapest("feed", 0),
        _cheapest("cart", 1),
        _cheapest("stock", 2),
        _cheapest("payments", 3),
    ],
    prediction=Prediction(
        "For ten minutes 30% of the shop's customers are cut off. If that side refuses, it "
        "costs 1,391 USD. If both sides go on selling, and of each product's stock the "
        "later number is kept, a piece that was sold and forgotten is sold again, for 25 USD. What "
        "does that come to?",
        reading="last", low=0, high=8000, step=100, format=",.0f", unit="USD",
    ),
    tries=[
        Try("A social feed. What is cheapest, and what does even that way still cost?",
            {"workload": 0}),
        Try("Carts, for an hour. How many of them have to be put right?",
            {"workload": 1, "minutes": 60.0}),
        Try("Payments. Who is it that makes divergence dear?", {"workload": 3}),
        Try("Payments with a limit of one each, as cash machines have it.",
            {"workload": 3, "limit": 1}),
        Try("A flash sale: five pieces of each product, few products. Which way survives it?",
            {"left": 5, "limit": 2, "skew": 1.2}),
        Try("Orders, cut off for half a minute. Is last writer still the worst?",
            {"minutes": 0.5}),
    ],
)  # fmt: skip
