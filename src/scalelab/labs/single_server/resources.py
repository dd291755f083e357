"""Lab: one machine for all parts of the shop, and the database on a second one."""

import altair as alt

from scalelab.facts.latency import DATA_CENTRE_ROUND_TRIP
from scalelab.kernels import shop
from scalelab.kernels.single_server.resources import resources
from scalelab.models.single_server.resources import (
    APART,
    ARRANGEMENTS,
    ONE,
    PARTS,
    QUERIES,
    STATIONS,
)
from scalelab.web.lab import (
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

WIDTH = 470
MOST = 6000  # customers: as far as the curves go, unless more are asked for
VCPU_SIZES = (1, 2, 4, 8, 16)
RESPONSES = tuple(f"{part.lower()}_part" for part in PARTS)
HERE: dict[str, dict[str, float | str]] = {
    which: {"arrangement": which, "here": 1} for which in ARRANGEMENTS
}


def _colour() -> alt.Color:
    return alt.Color("arrangement:N", title=None, scale=alt.Scale(domain=list(ARRANGEMENTS)))


def _tooltip() -> list[alt.Tooltip]:
    return [
        alt.Tooltip("arrangement:N", title="Arrangement"),
        alt.Tooltip("customers:Q", title="Customers at once", format=",.0f"),
        alt.Tooltip("rate:Q", title="Requests/s", format=",.1f"),
        alt.Tooltip("response:Q", title="Mean response (ms)", format=",.1f"),
        alt.Tooltip("cpu_busy:Q", title="vCPUs busy", format=".0%"),
    ]


def _view(
    value: alt.Y, bound: str, height: int, title: str | None
) -> alt.LayerChart | alt.FacetChart:
    """A curve for each arrangement, and its two bounds, which meet at the knee."""
    curves = alt.Chart(data()).transform_filter("datum.here == 0")
    here = alt.Chart(data()).transform_filter("datum.here == 1")
    x = alt.X("customers:Q", title=title, scale=alt.Scale(nice=False),
              axis=alt.Axis(format=",.0f", tickCount=6))  # fmt: skip
    bounds = curves.mark_line(strokeWidth=1, opacity=0.55).encode(
        x=x, y=alt.Y(f"{bound}:Q"), color=_colour()
    )
    lines = curves.mark_line(strokeWidth=2.5).encode(
        x=x, y=value, color=_colour(), tooltip=_tooltip()
    )
    points = here.mark_point(filled=True, size=70, opacity=1).encode(
        x=x, y=value, color=_colour(), tooltip=_tooltip()
    )
    rule = here.mark_rule(strokeWidth=1.5, opacity=0.6).encode(x=x)
    layers = [rule, bounds, lines, points]
    if bound == "least":
        layers.append(guess_rule("y"))
    return alt.layer(*layers).properties(width=WIDTH, height=height)


def _parts() -> alt.Chart:
    """Where the time of a request goes, here."""
    chart: alt.Chart = (
        alt.Chart(data())
        .transform_filter("datum.here == 1")
        .transform_fold(list(RESPONSES), as_=["key", "ms"])
        .transform_calculate(part=f"{list(PARTS)!r}[indexof({list(RESPONSES)!r}, datum.key)]")
        .mark_bar()
        .encode(
            x=alt.X("ms:Q", title="Of the mean response (ms)", axis=alt.Axis(tickCount=6)),
            y=alt.Y("part:N", title=None, sort=list(PARTS)),
            yOffset=alt.YOffset("arrangement:N", sort=list(ARRANGEMENTS)),
            color=_colour(),
            tooltip=[
                alt.Tooltip("arrangement:N", title="Arrangement"),
                alt.Tooltip("part:N", title="Part"),
                alt.Tooltip("ms:Q", title="Milliseconds", format=",.1f"),
            ],
        )
        .properties(width=WIDTH, height=190)
    )
    return chart


def _chart() -> alt.TopLevelMixin:
    response = alt.Y(
        "response:Q", title="Mean response (ms)",
        scale=alt.Scale(type="log", nice=False, padding=8), axis=alt.Axis(
            values=[5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000], format=",~r"
        ),
    )  # fmt: skip
    rate = alt.Y("rate:Q", title="Requests/s", axis=alt.Axis(tickCount=5))
    return alt.vconcat(
        _view(response, "least", 220, None),
        _view(rate, "most", 130, "Customers at once"),
        _parts(),
    )


def _of(name: str, column: str, which: str, form: str = ",.0f") -> Reading:
    return Reading(name, column, HERE[which], form)


lab = Lab(
    name="single_server/resources",
    title="One machine for everything, or two",
    kernel=resources,
    controls=[
        linear("customers", "Customers at once", 200, 8000, 200, 3600,
               help="Who think, or wait for an answer"),
        Slider("vcpus", "The one machine has", VCPU_SIZES, shop.VCPUS, unit="vCPUs",
               help="With the database apart: the application's machine"),
        Slider("database_vcpus", "The second machine has", VCPU_SIZES, shop.VCPUS, unit="vCPUs"),
        Slider("application_ms", "Application", (1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 10.0, 20.0),
               shop.APPLICATION_MS, unit="ms of a vCPU",
               help="For a request; web server and jobs take 1 ms more"),
        Slider("database_ms", "Database", (0.5, 1.0, 2.0, 3.0, 4.0, 6.0, 10.0, 20.0),
               shop.DATABASE_MS, unit="ms of a vCPU", format=",.1f", help="For a request"),
        Slider("disk_ms", "Disk", (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0), shop.DISK_MS,
               unit="ms of the disk", format=",.1f", help="For a request"),
        Slider("queries", "Queries of a request", (1.0, 3.0, 10.0, 20.0, 50.0, 100.0), QUERIES,
               help="One after another; apart, each is a trip through the network"),
        Slider("trip_ms", "A trip takes", (0.1, 0.2, 0.5, 1.0, 2.0, 10.0, 70.0),
               DATA_CENTRE_ROUND_TRIP.value, unit="ms", format=",.1f",
               help="Between the two machines, there and back"),
        Slider("think_s", "A customer thinks", (1.0, 2.0, 5.0, 10.0, 20.0, 30.0), shop.THINK_S,
               unit="s", help="From an answer to the next request, on average"),
    ],
    constants={
        "web_ms": shop.WEB_MS,
        "jobs_ms": shop.JOBS_MS,
        "most": MOST,
        "customer_rate": shop.CUSTOMER_RATE,
    },
    columns=[
        Column("arrangement", "Arrangement", labels=ARRANGEMENTS),
        Column("customers", "Customers", "at once"),
        Column("rate", "Requests", "per s", ",.1f"),
        Column("response", "Mean response", "ms", ",.1f"),
        Column("of_the_day", "Busiest hour of", "customers a day"),
        *(Column(key, part, "ms", ",.1f") for key, part in zip(RESPONSES, PARTS, strict=True)),
        Column("cpu_queue", "At the vCPUs", "requests", ",.1f"),
        Column("database_queue", "At the database's vCPUs", "requests", ",.1f"),
        Column("disk_queue", "At the disk", "requests", ",.1f"),
        Column("cpu_busy", "vCPUs busy", format=".0%"),
        Column("database_busy", "Database's vCPUs busy", format=".0%"),
        Column("disk_busy", "Disk busy", format=".0%"),
        Column("most", "Bound", "requests/s", ",.1f"),
        Column("least", "Bound", "ms", ",.1f"),
        Column("light", "Alone", "ms", hidden=True),
        Column("ceiling", "Limit", "requests/s", hidden=True),
        Column("knee", "Knee", "customers", hidden=True),
        Column("bottleneck", "Full first", labels=STATIONS, hidden=True),
        Column("here", "Asked for", hidden=True),
    ],
    chart=_chart(),
    summary=(
        "{customers} customers at once: on one machine a request takes {one_response} ms on "
        "average, with its vCPUs {one_busy} busy; with the database apart {apart_response} ms, "
        "with the application's {apart_busy} busy. One machine does {one_limit} requests/s at "
        "most, and its bounds meet at {one_knee} customers (full first: {one_full}); with the "
        "database apart it is {apart_limit}, and {apart_knee} customers (full first: "
        "{apart_full}). With nobody else there, a request takes {one_light} and {apart_light} ms."
    ),
    readings=[
        _of("one_response", "response", ONE, ",.1f"),
        _of("one_busy", "cpu_busy", ONE, ".0%"),
        _of("apart_response", "response", APART, ",.1f"),
        _of("apart_busy", "cpu_busy", APART, ".0%"),
        _of("one_limit", "ceiling", ONE),
        _of("one_knee", "knee", ONE),
        _of("one_full", "bottleneck", ONE),
        _of("apart_limit", "ceiling", APART),
        _of("apart_knee", "knee", APART),
        _of("apart_full", "bottleneck", APART),
        _of("one_light", "light", ONE, ",.1f"),
        _of("apart_light", "light", APART, ",.1f"),
    ],
    prediction=Prediction(
        "Alone on the one machine, a request takes 11 ms. With 3,600 customers at once its four "
        "vCPUs are 90% busy. How long does a request take then, on average?",
        reading="one_response", low=10, high=200, step=2, format=",.0f", unit="ms",
    ),
    tries=[
        Try("A tenth more customers: 4,000 at once. How much longer does each request take?",
            {"customers": 4000}),
        Try("Another tenth: 4,400. What does one machine do with the last 400?",
            {"customers": 4400}),
        Try("2,000 at once, half of the vCPUs busy. Is the second machine worth its trips?",
            {"customers": 2000}),
        Try("One machine with 16 vCPUs, and 8,000 customers. What is full now, and does a second "
            "machine help?", {"customers": 8000, "vcpus": 16}),
        Try("A page that asks the database 100 questions, one after another. What does it cost to "
            "have it apart, with 2,000 at once?", {"customers": 2000, "queries": 100.0}),
    ],
)  # fmt: skip
