"""Lab: data moves to a new shard while the old one serves the shop."""

import altair as alt

from scalelab.kernels.storage.rebalancing import rebalancing
from scalelab.models.storage.rebalancing import ORDERS
from scalelab.web.lab import (
    Choices,
    Column,
    Lab,
    Prediction,
    Reading,
    Try,
    data,
    guess_rule,
    linear,
    one_two_five,
)

SHOP_FIRST, IN_TURN = ORDERS
SERVICE_MS = 5.0
DISK_MB_PER_S = 200.0  # an assumption: what one volume of a rented machine reads, roughly
RED = "#d1495b"
GREY = "#808080"


def _chart() -> alt.TopLevelMixin:
    colour = alt.Color(
        "order:N", title=None, scale=alt.Scale(domain=list(ORDERS)),
        legend=alt.Legend(symbolType="stroke", symbolOpacity=1),
    )  # fmt: skip
    x = alt.X(
        "spare_share:Q", title="Spare time that the copy gets",
        scale=alt.Scale(domain=[0, 0.9], nice=False), axis=alt.Axis(format=".0%"),
    )  # fmt: skip
    scale = alt.Scale(type="log", nice=False, padding=10)
    table = alt.Chart(data())
    curve = table.transform_filter("datum.chosen == 0")
    chosen = table.transform_filter("datum.chosen == 1")
    rule = chosen.mark_rule(opacity=0.6).encode(x=x)

    def ms(column: str) -> alt.Y:
        axis = alt.Axis(values=[5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 50_000])
        title = "ms: p99 solid, mean dashed"
        return alt.Y(f"{column}:Q", title=title, scale=scale, axis=axis)

    tooltip = [
        alt.Tooltip("order:N", title="Order"),
        alt.Tooltip("spare_share:Q", title="Spare time for the copy", format=".0%"),
        alt.Tooltip("copy_rate:Q", title="Copy (MB/s)", format=",.0f"),
        alt.Tooltip("mean:Q", title="Mean (ms)", format=",.1f"),
        alt.Tooltip("p99:Q", title="p99 (ms)", format=",.0f"),
    ]
    bands = [
        curve.mark_area(opacity=0.2).encode(x=x, y=ms(low), y2=f"{high}:Q", color=colour)
        for low, high in (("p99_low", "p99_high"), ("mean_low", "mean_high"))
    ]
    p99 = curve.mark_line(strokeWidth=2.5).encode(x=x, y=ms("p99"), color=colour, tooltip=tooltip)
    mean = curve.mark_line(strokeWidth=1.5, strokeDash=[5, 3]).encode(
        x=x, y=ms("mean"), color=colour, tooltip=tooltip
    )
    dots = [
        chosen.mark_point(size=90, filled=True, opacity=1).encode(
            x=x, y=ms(column), color=colour, tooltip=tooltip
        )
        for column in ("p99", "mean")
    ]
    latency = alt.layer(*bands, mean, p99, rule, *dots, guess_rule("y"))

    def hours(column: str = "hours") -> alt.Y:
        axis = alt.Axis(values=[0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000])
        return alt.Y(f"{column}:Q", title="Hours until the move ends", scale=scale, axis=axis)

    # The same for both orders.
    once = (
        curve.transform_filter("datum.spare_share > 0")
        .transform_aggregate(
            hours="max(hours)", moved="min(moved)", reached="max(reached)",
            copy_rate="max(copy_rate)", groupby=["spare_share"],
        )
    )  # fmt: skip
    length = [
        alt.Tooltip("spare_share:Q", title="Spare time for the copy", format=".0%"),
        alt.Tooltip("copy_rate:Q", title="Copy (MB/s)", format=",.0f"),
        alt.Tooltip("hours:Q", title="Hours", format=",.1f"),
        alt.Tooltip("moved:Q", title="Moved by then", format=".0%"),
        alt.Tooltip("reached:Q", title="Utilisation by then", format=".0%"),
    ]
    line = once.mark_line(strokeWidth=2.5, color=GREY).encode(x=x, y=hours(), tooltip=length)
    dot = chosen.mark_point(size=90, filled=True, opacity=1, color=GREY).encode(
        x=x, y=hours(), tooltip=length
    )
    late = (
        once.transform_filter("datum.moved < 1")
        .transform_aggregate(edge="max(spare_share)")
        .transform_filter("datum.edge > 0")
        .transform_calculate(none="0", text="'the shard is full first'")
    )
    wall = late.mark_rect(opacity=0.13, color=RED).encode(
        x=alt.X("none:Q", scale=alt.Scale(domain=[0, 0.9], nice=False)), x2="edge:Q"
    )
    warning = late.mark_text(
        align="left", baseline="bottom", dx=5, dy=-4, y="height", fontWeight="bold"
    ).encode(x=alt.X("none:Q"), text="text:N")
    move = alt.layer(wall, line, rule, dot, warning)
    return alt.vconcat(
        latency.properties(width=520, height=210), move.properties(width=520, height=90)
    )


def _at(name: str, column: str, order: str, form: str) -> Reading:
    return Reading(name, column, {"order": order, "chosen": 1}, form)


lab = Lab(
    name="storage/rebalancing",
    title="Moving data while the shop is open",
    kernel=rebalancing,
    controls=[
        Choices("orders", "The shard takes", ORDERS, 0b11),
        linear("spare_share", "Spare time for the copy", 0.05, 0.9, 0.05, 0.5, format=".0%",
               help="Of the time that the shop leaves"),
        one_two_five(
            "chunk_ms", "A chunk of the copy takes", 5.0, 1000.0, 100.0, unit="ms",
            help=f"At {DISK_MB_PER_S:.0f} MB/s, 100 ms are {DISK_MB_PER_S / 10:.0f} MB. "
                 "A chunk that has begun is finished",
        ),
        linear("utilisation", "The shop keeps the shard busy", 0.3, 0.95, 0.05, 0.6, format=".0%",
               help=f"A request takes the shard {SERVICE_MS:.0f} ms on average"),
        one_two_five("data_tb", "Data to move", 0.1, 20.0, 5.0, unit="TB", format=",.1f"),
        linear("growth", "The shop grows by", 0.0, 0.5, 0.05, 0.1, format=".0%", unit="a week"),
        linear("seed", "Random seed", 1, 10, 1, 1, help="Another day with the same averages"),
    ],
    constants={
        "service_ms": SERVICE_MS, "disk_mb_per_s": DISK_MB_PER_S, "n_requests": 6000, "n_runs": 5,
        "n_points": 10,
    },
    columns=[
        Column("order", "The shard takes", labels=ORDERS),
        Column("spare_share", "Spare time for the copy", format=".0%"),
        Column("copy_rate", "Copy", "MB/s", ",.0f"),
        Column("mean", "Mean", "ms", ",.1f"),
        Column("mean_low", "Mean, lowest run", "ms", ",.1f", hidden=True),
        Column("mean_high", "Mean, highest run", "ms", ",.1f", hidden=True),
        Column("p99", "p99", "ms", ",.0f"),
        Column("p99_low", "p99, lowest run", "ms", ",.0f"),
        Column("p99_high", "p99, highest run", "ms", ",.0f"),
        Column("hours", "Until the move ends", "hours", ",.1f"),
        Column("moved", "Moved by then", format=".0%"),
        Column("reached", "Utilisation by then", format=".0%"),
        Column("chosen", "Chosen", hidden=True),
    ],
    chart=_chart(),
    summary=(
        "While the copy gets {spare_share} of the spare time, {rate} MB/s, a request takes {mean} "
        "ms on average if the shop's go first, and one in a hundred longer than {p99} ms; first "
        "come, first served, {mean_turn} and {p99_turn} ms. Without a copy it is {mean_none} and "
        "{p99_none} ms. After {hours} hours {moved} of the data is moved, and the shop keeps the "
        "shard busy {reached} of the time by then."
    ),
    readings=[
        _at("mean", "mean", SHOP_FIRST, ",.1f"),
        _at("p99", "p99", SHOP_FIRST, ",.0f"),
        _at("mean_turn", "mean", IN_TURN, ",.1f"),
        _at("p99_turn", "p99", IN_TURN, ",.0f"),
        Reading("mean_none", "mean", {"spare_share": 0}, ",.1f"),
        Reading("p99_none", "p99", {"spare_share": 0}, ",.0f"),
        Reading("rate", "copy_rate", {"chosen": 1}, ",.0f"),
        Reading("hours", "hours", {"chosen": 1}, ",.1f"),
        Reading("moved", "moved", {"chosen": 1}, ".0%"),
        Reading("reached", "reached", {"chosen": 1}, ".0%"),
    ],
    prediction=Prediction(
        "Without a copy one request in a hundred takes longer than 58 ms. Now the copy gets half "
        "of the spare time, in chunks of 100 ms, and the shop's requests always go before the "
        "next chunk. What does one request in a hundred exceed now?",
        reading="p99", low=50.0, high=350.0, step=5.0, format=",.0f", unit="ms",
    ),
    tries=[
        Try("The same copy in chunks of 10 ms: what is left of its harm?", {"chunk_ms": 10.0}),
        Try("Ten times slower, 5%: what has it done for the p99, and what for the hours?",
            {"spare_share": 0.05}),
        Try("The same 50%, but a second at a time. Who is late then, and how late?",
            {"chunk_ms": 1000.0}),
        Try("You waited until the shard was 90% busy. Is the 5 TB still moved in time?",
            {"utilisation": 0.9}),
    ],
)  # fmt: skip
