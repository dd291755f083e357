"""Lab: clients that stay with their machine: uneven, all back at once, and after a deploy."""

import altair as alt

from scalelab.facts.connections import (
    GRPC_MOST_DELAY,
    GRPC_TIMEOUT,
    SOCKET_IO_MOST_DELAY,
    SOCKET_IO_TIMEOUT,
)
from scalelab.kernels import shop
from scalelab.kernels.patterns.connections import (
    GROUP,
    MOMENT,
    MOST_MACHINES,
    SET,
    TURN,
    WAY_KIND,
    connections,
)
from scalelab.models.patterns.connections import (
    BASE_S,
    CAP_S,
    CLIENTS,
    COST_MS,
    EVENTS,
    HEAVY,
    MACHINES,
    PLACEMENTS,
    RATE_PER_S,
    SHARE,
    TARGET,
    TIMEOUT_S,
    WAYS,
)
from scalelab.web.lab import Choice, Column, Lab, Prediction, Reading, Slider, Try, data, guess_rule

WIDTH = 440
ANY, EMPTIEST, NEW_FIRST = PLACEMENTS
AT_ONCE, DOUBLED, JITTER, REFUSED = WAYS
SERIES = (*PLACEMENTS, *WAYS)
WIDTHS = {AT_ONCE: 6.0, DOUBLED: 4.5, JITTER: 3.0, REFUSED: 1.5}  # where they lie on each other
BACK = {AT_ONCE: "once", DOUBLED: "doubled", JITTER: "jitter", REFUSED: "refused"}
TURNS = {ANY: "any", EMPTIEST: "emptiest", NEW_FIRST: "new"}


def _colour() -> alt.Color:
    return alt.Color(
        "series:N", title=None, scale=alt.Scale(domain=list(SERIES)),
        legend=alt.Legend(symbolOpacity=1, symbolType="square"),
    )  # fmt: skip


def _rows(kind: int, series: str = "") -> alt.Chart:
    chart: alt.Chart = alt.Chart(data()).transform_filter(f"datum.kind == {kind}")
    return chart.transform_calculate(series=f"'{series}'") if series else chart


def _busy() -> alt.LayerChart | alt.FacetChart:
    """The busiest machine of a group, and thin the mean, by the size of the group."""
    x = alt.X("machines:Q", title="Machines", axis=alt.Axis(format=",.0f", tickCount=8),
              scale=alt.Scale(zero=False, nice=False))  # fmt: skip
    y = alt.Y("busiest:Q", title="Busiest; thin: mean", scale=alt.Scale(zero=True),
              axis=alt.Axis(format="%", tickCount=5))  # fmt: skip
    tooltip = [
        alt.Tooltip("machines:Q", title="Machines", format=",.0f"),
        alt.Tooltip("mean:Q", title="Busy on average", format=".1%"),
        alt.Tooltip("busiest:Q", title="Busiest, to any machine", format=".1%"),
        alt.Tooltip("low:Q", title="In the 10th of 100 deals", format=".1%"),
        alt.Tooltip("high:Q", title="In the 90th", format=".1%"),
        alt.Tooltip("by_load:Q", title="Busiest, to the emptiest", format=".1%"),
    ]
    wanted = (
        _rows(SET)
        .mark_rule(strokeWidth=1, opacity=0.6)
        .encode(y=alt.datum(TARGET), tooltip=alt.value("As busy as machines are to be"))
    )
    deals = (
        _rows(GROUP, ANY)
        .mark_area(opacity=0.2)
        .encode(x=x, y=alt.Y("low:Q"), y2="high:Q", color=_colour(), tooltip=tooltip)
    )
    by_load = (
        _rows(GROUP, EMPTIEST)
        .mark_line(strokeWidth=5, opacity=0.7)
        .encode(x=x, y=alt.Y("by_load:Q"), color=_colour(), tooltip=tooltip)
    )
    mean = (
        _rows(GROUP)
        .mark_line(strokeWidth=1.2, color="#808080")
        .encode(x=x, y=alt.Y("mean:Q"), tooltip=tooltip)
    )
    busiest = (
        _rows(GROUP, ANY)
        .mark_line(strokeWidth=2.5)
        .encode(x=x, y=y, color=_colour(), tooltip=tooltip)
    )
    here = (
        _rows(SET, ANY)
        .mark_point(filled=True, size=90, opacity=1)
        .encode(x=x, y=y, color=_colour(), tooltip=tooltip)
    )
    return alt.layer(wanted, deals, by_load, mean, busiest, here, guess_rule("y")).properties(
        width=WIDTH, height=180
    )


def _back() -> alt.LayerChart | alt.FacetChart:
    """Clients that are back after all were cut off at once."""
    x = alt.X("at:Q", title="Seconds since they were cut off",
              axis=alt.Axis(format=",.0f", tickCount=7), scale=alt.Scale(nice=False))  # fmt: skip
    tooltip = [
        alt.Tooltip("at:Q", title="Second", format=",.0f"),
        *(alt.Tooltip(f"back_{name}:Q", title=way, format=".1%") for way, name in BACK.items()),
    ]
    lines = (
        _rows(MOMENT, way)
        .mark_line(strokeWidth=WIDTHS[way])
        .encode(
            x=x,
            y=alt.Y(f"back_{name}:Q", title="Are back", scale=alt.Scale(domain=[0, 1]),
                    axis=alt.Axis(format="%", tickCount=5)),
            color=_colour(), tooltip=tooltip,
        )
        for way, name in BACK.items()
    )  # fmt: skip
    return alt.layer(*lines).properties(width=WIDTH, height=150)


def _turns() -> alt.LayerChart | alt.FacetChart:
    """Clients of each machine after a rolling deploy, and thin before its own restart."""
    x = alt.X("order:Q", title="In order of restart (thin: before their own)",
              axis=alt.Axis(format=",.0f", tickMinStep=1),
              scale=alt.Scale(nice=False, padding=8))  # fmt: skip
    tooltip = [
        alt.Tooltip("order:Q", title="Restarted as number", format=",.0f"),
        *(
            alt.Tooltip(f"{name}_{when}:Q", title=f"{way}: {when}", format=",.2f")
            for way, name in TURNS.items()
            for when in ("before", "after")
        ),
    ]
    layers = []
    for way, name in TURNS.items():
        for when in ("before", "after"):
            y = alt.Y(f"{name}_{when}:Q", title="Clients over mean",
                      axis=alt.Axis(format=",.1f", tickCount=5))  # fmt: skip
            rows = _rows(TURN, way)
            mark = (
                rows.mark_line(strokeWidth=1)
                if when == "before"
                else rows.mark_line(strokeWidth=2.5, point=alt.OverlayMarkDef(size=45))
            )
            layers.append(mark.encode(x=x, y=y, color=_colour(), tooltip=tooltip))
    return alt.layer(*layers).properties(width=WIDTH, height=150)


def _as_set(name: str, column: str, form: str, **where: float | str) -> Reading:
    return Reading(name, column, {"kind": SET, **where}, form)


def _of_way(way: str) -> list[Reading]:
    here: dict[str, float | str] = {"kind": WAY_KIND, "way": way}
    return [
        Reading(f"{BACK[way]}_s", "takes", {**here, "in_time": 1}, ",.0f"),
        Reading(f"{BACK[way]}_attempts", "attempts", here, ",.1f"),
        Reading(f"{BACK[way]}_wasted", "wasted", here, ".0%"),
    ]


lab = Lab(
    name="patterns/connections",
    title="Clients that stay",
    kernel=connections,
    controls=[
        Slider("machines", "Machines", (4, 5, 6, 7, 8, 10, 12, 16, 20, 24, MOST_MACHINES),
               MACHINES),
        Slider("heavy", "Heavy clients", (1, 2, 5, 10, 20, 50, 100), HEAVY,
               help="Partners, bots, other services: one connection each"),
        Slider("share", "Send of the requests", (0.0, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8), SHARE,
               format=".0%", help="All heavy clients together; the rest comes from small ones"),
        Choice("event", "What happens", EVENTS),
        Slider("clients", "Connected", (2000.0, 5000.0, 10_000.0, CLIENTS, 50_000.0, 100_000.0,
                                        200_000.0), CLIENTS, unit="clients"),
        Slider("cost_ms", "To come back costs", (1.0, 5.0, 10.0, 20.0, COST_MS, 100.0, 200.0),
               COST_MS, unit="ms", help="Of a vCPU: handshake, log-in, and what the page needs"),
        Slider("timeout_s", "Gives up after", (1.0, 2.0, TIMEOUT_S, 10.0, SOCKET_IO_TIMEOUT.value,
                                               30.0, 60.0), TIMEOUT_S, unit="s"),
        Slider("cap_s", "Waits at most", (2.0, SOCKET_IO_MOST_DELAY.value, 10.0, CAP_S, 60.0,
                                          GRPC_MOST_DELAY.value, 300.0), CAP_S, unit="s",
               help="Before an attempt; one second at first, then twice as long each time"),
    ],
    constants={
        "base_s": BASE_S,
        "target": TARGET,
        "rate_per_s": RATE_PER_S,
        "work_ms": shop.MACHINE_MS,
        "vcpus": shop.VCPUS,
    },
    columns=[
        Column("kind", "Kind", hidden=True),
        Column("machines", "Machines"),
        Column("mean", "Busy on average", format=".1%"),
        Column("busiest", "Busiest", format=".1%"),
        Column("low", "10th of 100 deals", format=".1%"),
        Column("high", "90th", format=".1%"),
        Column("by_load", "Busiest by load", format=".1%"),
        Column("at", "Second", format=",.1f"),
        Column("way", "Way", labels=WAYS),
        *(Column(f"back_{name}", f"Back: {way}", format=".1%") for way, name in BACK.items()),
        Column("takes", "99% back", "s", ",.1f"),
        Column("in_time", "Within ten minutes", labels=("no", "yes")),
        Column("attempts", "Attempts of each", format=",.1f"),
        Column("wasted", "In vain", format=".0%"),
        Column("cut", "Cut off", "clients"),
        Column("order", "Restarted as number"),
        *(
            Column(f"{name}_{when}", f"{way}: {when}", "means", ",.2f")
            for way, name in TURNS.items()
            for when in ("before", "after")
        ),
        Column("enough", "Machines that do", hidden=True),
        Column("found", "Some do", hidden=True),
        *(Column(f"{name}_moves", f"Moves: {way}", hidden=True) for way, name in TURNS.items()),
        Column("mean_p99", "p99 of the mean", hidden=True),
        Column("hot_p99", "p99 of the busiest", hidden=True),
        Column("keeps_up", "Busiest keeps up", hidden=True),
    ],
    chart=alt.vconcat(_busy(), _back(), _turns()),
    summary=(
        "{machines} machines are {normal} busy on average and the busiest {hottest}, in one of ten "
        "deals {worst} or more; dealt by load {dealt}. p99 is {normal_p99} ms on a machine as "
        "busy as the mean[ and {hottest_p99} ms on the busiest]. [{least} machines would keep the "
        "busiest at 60%. ]{lost} clients are cut off. 99% of them are back[ after {once_s} s if "
        "they try again at once,][ after {doubled_s} s if they wait twice as long each time,]"
        "[ after {jitter_s} s with jitter,][ after {refused_s} s if machines refuse what they "
        "cannot do in time]; ways without a time need more than ten minutes. Until then each makes "
        "{once_attempts}, {doubled_attempts}, {jitter_attempts} and {refused_attempts} attempts. "
        "A rolling deploy moves each client {any_moved} times if they go to any machine, "
        "{emptiest_moved} to the emptiest, and {new_moved} if new machines come first; the last "
        "machine has {last_before} times the mean before its restart, the first {first_after} "
        "times afterwards."
    ),
    readings=[
        _as_set("normal", "mean", ".0%"),
        _as_set("hottest", "busiest", ".0%"),
        _as_set("worst", "high", ".0%"),
        _as_set("dealt", "by_load", ".0%"),
        _as_set("normal_p99", "mean_p99", ",.0f"),
        _as_set("hottest_p99", "hot_p99", ",.0f", keeps_up=1),
        _as_set("least", "enough", ",.0f", found=1),
        Reading("lost", "cut", {"kind": WAY_KIND}, ",.0f"),
        *(reading for way in WAYS for reading in _of_way(way)),
        _as_set("any_moved", "any_moves", ",.2f"),
        _as_set("emptiest_moved", "emptiest_moves", ",.2f"),
        _as_set("new_moved", "new_moves", ",.2f"),
        Reading("last_before", "any_before", {"kind": TURN, "order": "{machines}"}, ",.2f"),
        Reading("first_after", "any_after", {"kind": TURN, "order": 1}, ",.2f"),
    ],
    prediction=Prediction(
        "Six machines are 58% busy on average. Half of the requests come from ten partners, who "
        "keep one connection each, the other half from thousands of customers. Each connection "
        "goes to a machine at random and stays there. How busy is the busiest machine, on average "
        "of many such deals?",
        reading="hottest", low=0.5, high=1.5, step=0.01, format=".0%",
    ),
    tries=[
        Try("The group doubles. What does an autoscaler see that goes by the mean, and what does "
            "the busiest machine?", {"machines": 12}),
        Try("Five partners send the half. How many machines are enough for the busiest?",
            {"heavy": 5}),
        Try("A deploy has come to its last machine. How many does its restart cut off, and who is "
            "back?", {"event": 1}),
        Try("The balancer restarts, and clients have Socket.IO's defaults: 20 s, and waits up to "
            "5 s. Does jitter bring them back?",
            {"event": 2, "timeout_s": SOCKET_IO_TIMEOUT.value,
             "cap_s": SOCKET_IO_MOST_DELAY.value}),
        Try("The same with waits up to two minutes, as gRPC has them. What has changed?",
            {"event": 2, "timeout_s": GRPC_TIMEOUT.value, "cap_s": GRPC_MOST_DELAY.value}),
        Try("To come back costs 20 ms, as clients keep what they had and ask for changes only. "
            "Who needs a back-off now?", {"cost_ms": 20.0}),
    ],
)  # fmt: skip
