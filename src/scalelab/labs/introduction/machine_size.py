"""Lab: one large machine or many small ones, at real prices."""

import altair as alt

from scalelab.facts.machines import FAMILY, INSTANCE_UPTIME
from scalelab.kernels.introduction.machine_size import machine_size
from scalelab.models.introduction.machine_size import PARTS, PRICES, SIZES, SPARE_RULES
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
    one_two_five,
)

COSTS = ("work", "inside", "own", "between", "idle", "spare")
CONTENTION = (0.0, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05)
IN_THE_FAMILY = tuple(machine.vcpus for machine in FAMILY)
BEST: dict[str, float | str] = {"cheapest": 1}
LARGE: dict[str, float | str] = {"vcpus": IN_THE_FAMILY[-1], "possible": "yes"}


def _size(among: tuple[int, ...]) -> alt.X:
    return alt.X(
        "vcpus:O", title="vCPUs of one machine", axis=alt.Axis(labelAngle=0, labelOverlap=True),
        scale=alt.Scale(domain=list(among)),
    )  # fmt: skip


def _caption(text: str) -> alt.Chart:
    """A view's heading, in the colour that the page gives to text."""
    caption: alt.Chart = (
        alt.Chart(data())
        .transform_aggregate(rows="count()")
        .transform_calculate(text=repr(text))
        .mark_text(align="left", x=0, y=-9, fontWeight="bold")
        .encode(text="text:N")
    )
    return caption


def _bill() -> alt.LayerChart | alt.FacetChart:
    family = alt.Chart(data()).transform_filter("datum.general == 'general use'")
    stacked = (
        family.transform_fold(list(COSTS), as_=["key", "usd"])
        .transform_calculate(
            order=f"indexof({list(COSTS)!r}, datum.key)", part=f"{list(PARTS)!r}[datum.order]"
        )
        .mark_bar()
        .encode(
            x=_size(IN_THE_FAMILY),
            y=alt.Y("usd:Q", title="Bill (USD a month)", axis=alt.Axis(format=",.0f")),
            color=alt.Color("part:N", title=None, scale=alt.Scale(domain=list(PARTS))),
            order=alt.Order("order:Q"),
            tooltip=[
                alt.Tooltip("vcpus:O", title="vCPUs of one machine"),
                alt.Tooltip("part:N", title="Part of the bill"),
                alt.Tooltip("usd:Q", title="USD a month", format=",.0f"),
                alt.Tooltip("bill:Q", title="Whole bill (USD a month)", format=",.0f"),
                alt.Tooltip("machines:Q", title="Machines"),
            ],
        )
    )
    number = (
        family.transform_filter("datum.possible == 'yes'")
        .transform_calculate(text="datum.cheapest == 1 ? 'cheapest' : ''")
        .mark_text(baseline="bottom", dy=-4, fontWeight="bold")
        .encode(x=_size(IN_THE_FAMILY), y=alt.Y("bill:Q"), text="text:N")
    )
    cannot = (
        family.transform_filter("datum.possible == 'no'")
        .transform_calculate(text="'no'", zero="0")
        .mark_text(baseline="bottom", dy=-3, fontWeight="bold", color="#d1495b")
        .encode(x=_size(IN_THE_FAMILY), y=alt.Y("zero:Q"), text="text:N")
    )
    return alt.layer(stacked, number, cannot, guess_rule("y")).properties(height=230)


def _left() -> alt.LayerChart | alt.FacetChart:
    bars = (
        alt.Chart(data())
        .transform_filter("datum.general == 'general use' && datum.possible == 'yes'")
        .mark_bar(color="#5f7d95")
        .encode(
            x=_size(IN_THE_FAMILY),
            y=alt.Y(
                "left:Q", title="Of the load",
                scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format=".0%", tickCount=3),
            ),
            tooltip=[
                alt.Tooltip("vcpus:O", title="vCPUs of one machine"),
                alt.Tooltip("left:Q", title="Left if one more dies than there are spares",
                            format=".1%"),
                alt.Tooltip("short:Q", title="Too few machines (hours a year)", format=",.2f"),
            ],
        )
    )  # fmt: skip
    caption = _caption("Left if one more dies")
    return alt.layer(bars, caption).properties(height=70)


def _reach() -> alt.LayerChart | alt.FacetChart:
    table = alt.Chart(data())
    bars = table.mark_bar(color="#5f7d95").encode(
        x=_size(SIZES),
        y=alt.Y(
            "one:Q", title="Requests/s", scale=alt.Scale(type="log", nice=False, padding=8),
            axis=alt.Axis(format="~s", tickCount=4),
        ),
        y2="most:Q",
        tooltip=[
            alt.Tooltip("vcpus:O", title="vCPUs of one machine"),
            alt.Tooltip("one:Q", title="One machine (requests/s)", format=",.0f"),
            alt.Tooltip("most:Q", title="As many as help (requests/s)", format=",.0f"),
        ],
    )  # fmt: skip
    load = table.transform_aggregate(load="max(load)").transform_calculate(text="'load'")
    line = load.mark_rule(strokeWidth=2).encode(y="load:Q")
    name = load.mark_text(align="right", x="width", dx=-4, dy=9, fontWeight="bold").encode(
        y="load:Q", text="text:N"
    )
    caption = _caption("From one to many")
    return alt.layer(bars, line, name, caption).properties(height=120)


def _of(name: str, column: str, where: dict[str, float | str], form: str = ",.0f") -> Reading:
    return Reading(name, column, where, form)


lab = Lab(
    name="introduction/machine_size",
    title="One large machine, or many small ones?",
    kernel=machine_size,
    controls=[
        one_two_five("request_rate", "Load", 100, 1_000_000, 20_000, unit="requests/s"),
        one_two_five("vcpu_rate", "One vCPU does", 10, 1000, 100, unit="requests/s",
                     help="When nothing is in its way. A vCPU is half a core of a processor; how "
                          "many requests it does is for you to measure"),
        Choice("spare_rule", "Spare machines", SPARE_RULES, 1),
        Slider("allowed_hours", "Allowed time", (0.01, 0.1, 0.2, 0.5, 1, 2, 5, 10, 50, 100), 1,
               unit="h a year", format=",.2f",
               help="For the last rule: how long fewer machines may be up than the load needs"),
        Slider("availability", "One machine is up", (0.9, 0.95, 0.99, 0.995, 0.999, 0.9995, 0.9999),
               INSTANCE_UPTIME.value, format=".2%", help="Of the time, independently of others"),
        Slider("sigma_inside", "Contention inside", CONTENTION, 0.002, format=".2%",
               help="What the vCPUs of one machine have to do one at a time: locks, memory"),
        Slider("sigma_between", "Contention between", CONTENTION, 0.002, format=".2%",
               help="What the machines have to do one at a time: a shared database, a balancer"),
        Slider("charge_usd", "Each machine costs", (0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000),
               20, unit="USD a month", help="Besides its rent: licences, care"),
    ],
    # The coherency inside of a machine and between machines, and what each keeps for itself.
    constants={**PRICES, "kappa_inside": 1e-6, "kappa_between": 2e-6, "agents_vcpus": 0.5},
    columns=[
        Column("vcpus", "One machine", "vCPUs"),
        Column("general", "Made for", labels=("much memory", "general use")),
        Column("possible", "Carries it", labels=("no", "yes")),
        Column("working", "Working", hidden=True),
        Column("spares", "Spares"),
        Column("machines", "Machines"),
        Column("bill", "Bill", "USD a month"),
        Column("work", "The load itself", "USD", hidden=True),
        Column("inside", "Lost inside", "USD"),
        Column("own", "Each machine's own", "USD"),
        Column("between", "Lost between", "USD"),
        Column("idle", "Idle", "USD"),
        Column("spare", "Spares", "USD"),
        Column("spare_share", "Spares", "of the bill", ".0%"),
        Column("left", "Left if one more dies", "of the load", ".1%"),
        Column("short", "Too few machines", "h a year", ",.2f"),
        Column("refused", "Refused", "of requests", ".4%"),
        Column("one", "One machine", "requests/s"),
        Column("most", "As many as help", "requests/s"),
        Column("cheapest", "Cheapest", hidden=True),
        Column("load", "Load", hidden=True),
    ],
    chart=alt.vconcat(_bill(), _left(), _reach()),
    summary=(
        "Cheapest for {request_rate}: machines of {best_size} vCPUs, {best_machines} of them, "
        "spares included ({best_spares}), for {best_bill} USD a month. With the largest at the "
        "same price per vCPU, 384, it takes {large_machines} and {large_bill} USD, "
        "{large_spares_share} of it for spares. If one more dies than there are spares, "
        "{best_left} of the load is carried with the cheapest and {large_left} with the largest. "
        "Fewer machines are up than the load needs for {best_short} and {large_short} hours a "
        "year. The largest machine of all, 896 vCPUs, does {ceiling} requests/s alone, and there "
        "is none larger in this list."
    ),
    readings=[
        _of("best_size", "vcpus", BEST),
        _of("best_machines", "machines", BEST),
        _of("best_spares", "spares", BEST),
        _of("best_bill", "bill", BEST),
        _of("best_left", "left", BEST, ".0%"),
        _of("best_short", "short", BEST, ",.2f"),
        _of("large_machines", "machines", LARGE),
        _of("large_bill", "bill", LARGE),
        _of("large_spares_share", "spare_share", LARGE, ".0%"),
        _of("large_left", "left", LARGE, ".0%"),
        _of("large_short", "short", LARGE, ",.2f"),
        _of("ceiling", "one", {"vcpus": SIZES[-1]}),
    ],
    prediction=Prediction(
        "A vCPU costs the same in a machine of 2 as in one of 384. With machines of 16 the shop "
        "pays 9,572 USD a month, a spare included. What does it pay with machines of 384, so that "
        "it is still there when one dies?",
        reading="large_bill", low=5000, high=100_000, step=1000, format=",.0f",
        unit="USD a month",
    ),
    tries=[
        Try("Do without spares. Which size is cheapest now, and what is left of the load when one "
            "machine of 384 dies?", {"spare_rule": 0}),
        Try("Fair play: each size may be short of machines for an hour a year. How many spares do "
            "machines of 2, of 16 and of 384 vCPUs need, and which bill is lowest?",
            {"spare_rule": 4}),
        Try("Five times the load. Which size is cheapest, and which can no longer do it?",
            {"request_rate": 100_000}),
        Try("The shop at its beginning: 1,000 requests/s. Is scaling out worth anything yet?",
            {"request_rate": 1000}),
        Try("A program that was not written for many vCPUs: contention inside of 2%. How many "
            "requests does a machine of 384 do now?", {"sigma_inside": 0.02}),
    ],
)  # fmt: skip
