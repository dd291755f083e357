"""Lab: a database's memory and its disk, on one machine with the application and apart."""

import altair as alt

from scalelab.facts import block_storage
from scalelab.kernels import shop
from scalelab.kernels.separate_database.memory import memory
from scalelab.labs.curves import curves
from scalelab.models.separate_database.memory import (
    APART,
    APPLICATION_GIB,
    ARRANGEMENTS,
    DATA_GIB,
    LIMITS,
    ONE_MACHINE,
    PAGES,
    RATE_PER_S,
    SKEW,
)
from scalelab.web.lab import Column, Lab, Prediction, Reading, Slider, Try, data, linear

COME = "Come"
SIZES = (4.0, 8.0, 16.0, 32.0, 64.0, 128.0)
WIDTH = 470


def _colour() -> alt.Color:
    """By a name that is no column of the table, as what comes is none of the arrangements."""
    domain = [*ARRANGEMENTS, COME]
    return alt.Color("series:N", title=None, scale=alt.Scale(domain=domain))


def _x(title: str | None) -> alt.X:
    return alt.X(
        "memory:Q", title=title, axis=alt.Axis(values=list(SIZES), format=",.0f"),
        scale=alt.Scale(type="log", nice=False, domain=[SIZES[0], SIZES[-1]]),
    )  # fmt: skip


def _view(
    rows: alt.Chart, y: alt.Y, height: int, title: str | None = None, guess: bool = False
) -> alt.LayerChart | alt.FacetChart:
    tooltip = [
        alt.Tooltip("arrangement:N", title="Arrangement"),
        alt.Tooltip("memory:Q", title="Memory of a machine (GiB)", format=",.1f"),
        alt.Tooltip("cache:Q", title="For pages (GiB)", format=",.1f"),
        alt.Tooltip("hit:Q", title="Found in memory", format=".1%"),
        alt.Tooltip("most:Q", title="Possible (requests/s)", format=",.0f"),
        alt.Tooltip("full_first:N", title="Full first"),
        alt.Tooltip("wait:Q", title="Waits for the disk (ms)", format=",.1f"),
    ]
    rows = rows.transform_calculate(series="datum.arrangement")
    view = curves(rows, _x(title), y, _colour(), tooltip, guess)
    return view.properties(width=WIDTH, height=height)


def _possible() -> alt.LayerChart | alt.FacetChart:
    """Thick what is possible, thin what the disk alone allows, and a rule at what comes."""
    y = alt.Y("most:Q", title="Requests/s", axis=alt.Axis(tickCount=6, format=",.0f"))
    disk = (
        alt.Chart(data())
        .transform_filter("datum.here == 0 && datum.reads_disk == 1")
        .transform_filter("datum.disk_most <= 1.5 * datum.cpu_most")
        .transform_calculate(series="datum.arrangement")
        .mark_line(strokeWidth=1, opacity=0.6)
        .encode(x=_x(None), y=alt.Y("disk_most:Q"), color=_colour())
    )
    come = (
        alt.Chart(data())
        .transform_filter(f"datum.here == 1 && datum.arrangement == '{APART}'")
        .transform_calculate(series=f"'{COME}'")
        .mark_rule(strokeWidth=1.5)
        .encode(y=alt.Y("come:Q"), color=_colour())
    )
    view = alt.layer(_view(alt.Chart(data()), y, 190, guess=True), disk, come)
    return view.properties(width=WIDTH, height=190)


def _chart() -> alt.TopLevelMixin:
    hit = alt.Y("hit:Q", title="Found in memory", axis=alt.Axis(format=".0%", tickCount=5))
    wait = alt.Y(
        "wait:Q", title="Disk (ms)", scale=alt.Scale(type="log", nice=False, padding=8),
        axis=alt.Axis(values=[0.1, 0.5, 1, 2, 5, 10, 20, 50, 100, 500, 1000], format=",~r"),
    )  # fmt: skip
    # On a logarithmic axis: shorter waits are as good as none.
    waits = alt.Chart(data()).transform_filter("datum.possible == 'yes' && datum.wait >= 0.1")
    return alt.vconcat(
        _view(alt.Chart(data()), hit, 130),
        _possible(),
        _view(waits, wait, 130, "Memory of a machine (GiB)"),
    )


def _of(name: str, column: str, arrangement: str, form: str = ",.0f", **where: float) -> Reading:
    return Reading(name, column, {"arrangement": arrangement, "here": 1, **where}, form)


lab = Lab(
    name="separate_database/memory",
    title="A machine of its own: memory or vCPUs?",
    kernel=memory,
    controls=[
        Slider("memory_gib", "Memory of a machine", SIZES, 16.0, unit="GiB",
               help="Apart there are two machines of this size"),
        Slider("application_gib", "The application takes",
               (0.0, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0), APPLICATION_GIB, unit="GiB",
               help="All its processes; the system takes 1 GiB more"),
        Slider("data_gib", "Data",
               (5.0, 10.0, 20.0, 40.0, 80.0, 160.0, 320.0, 640.0), DATA_GIB, unit="GiB",
               help="Tables and indexes, in pages of 8 kB"),
        linear("skew", "Skew", 0.0, 1.4, 0.1, SKEW, format=",.1f",
               help="The k-th most popular page is asked for in proportion to 1 / k^skew"),
        Slider("pages", "A request looks up",
               (1.0, 3.0, 10.0, 20.0, 30.0, 50.0, 100.0, 200.0, 500.0), PAGES, unit="pages"),
        Slider("iops", "The disk does",
               (block_storage.ST1_MOST.value, 1000.0, block_storage.GP3_BASELINE.value, 6000.0,
                block_storage.GP3_MOST.value, block_storage.IO1_MOST.value),
               block_storage.GP3_BASELINE.value, unit="reads/s"),
        linear("rate_per_s", "Requests", 50, 1000, 50, RATE_PER_S, unit="/s"),
        Slider("vcpus", "A machine has", (2, 4, 8, 16), shop.VCPUS, unit="vCPUs"),
    ],
    columns=[
        Column("arrangement", "Arrangement", labels=ARRANGEMENTS),
        Column("here", "As set", hidden=True),
        Column("memory", "Memory of a machine", "GiB", ",.1f"),
        Column("cache", "For pages", "GiB", ",.1f"),
        Column("hit", "Found in memory", format=".2%"),
        Column("reads", "Reads of a request", format=",.2f"),
        Column("reads_disk", "Reads at all", hidden=True),
        Column("disk_most", "The disk allows", "requests/s"),
        Column("cpu_most", "The vCPUs allow", "requests/s"),
        Column("most", "Possible", "requests/s"),
        Column("full_first", "Full first", labels=LIMITS),
        Column("possible", "Keeps up", labels=("no", "yes")),
        Column("busy", "Disk busy", format=".0%"),
        Column("wait", "Waits for the disk", "ms", ",.1f"),
        Column("come", "Come", hidden=True),
    ],
    chart=_chart(),
    summary=(
        "On one machine {one_cache} GiB are left for pages: {one_hit} are found there, and {one} "
        "requests/s are possible. Full first: {one_full}.[ A request waits {one_wait} ms for the "
        "disk.] Apart it is {apart_cache} GiB, {apart_hit}, and {apart} requests/s. Full first: "
        "{apart_full}.[ A request waits {apart_wait} ms for the disk.]"
    ),
    readings=[
        reading
        for name, arrangement in (("one", ONE_MACHINE), ("apart", APART))
        for reading in (
            _of(name, "most", arrangement),
            _of(f"{name}_cache", "cache", arrangement, ",.1f"),
            _of(f"{name}_hit", "hit", arrangement, ".1%"),
            _of(f"{name}_full", "full_first", arrangement),
            _of(f"{name}_wait", "wait", arrangement, ",.1f", possible=1),
        )
    ],
    prediction=Prediction(
        "On one machine of 16 GiB 9 are left for 40 GiB of data. 64% of the pages are found there, "
        "and the disk is full at 274 requests/s. On a machine of its own the database has 15 GiB "
        "for pages, and the vCPUs would allow 571 requests/s. How many does the disk allow?",
        reading="apart", low=250, high=800, step=10, format=",.0f", unit="requests/s",
    ),
    tries=[
        Try("One machine of 32 GiB, in place of two of 16. Which is full first now, and what is a "
            "second one still worth?", {"memory_gib": 32.0}),
        Try("Machines of 8 GiB. What does the move bring, beside what it brought with 16?",
            {"memory_gib": 8.0}),
        Try("A year later there are 80 GiB of data. How many requests/s are left?",
            {"data_gib": 80.0}),
        Try("A disk of 16,000 reads/s. What is the move good for now?",
            {"iops": block_storage.GP3_MOST.value}),
        Try("Machines of 32 GiB, and a request looks up 100 pages. Is a hit ratio above 90% fine?",
            {"memory_gib": 32.0, "pages": 100.0}),
    ],
)  # fmt: skip
