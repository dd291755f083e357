"""Lab: what containers ask for and use, on how many machines, and what limits do to them."""

import altair as alt

from scalelab.facts.packing import (
    EVICTION,
    QUOTA_PERIOD,
    RESERVED_BASE,
    RESERVED_PER_POD,
    SIZES,
    VM_OVERHEAD,
)
from scalelab.kernels.infrastructure.packing import CURVE, RISK, SET, packing
from scalelab.kernels.infrastructure.packing import PARTS as SHARES
from scalelab.models.infrastructure.packing import (
    AGENTS_M,
    AGENTS_MIB,
    AUTOPILOT_FACTOR,
    CONTAINERS,
    CPU,
    CPU_FACTOR,
    DRAWS_PER_MONTH,
    FREE,
    IDLE,
    MEMORY,
    MEMORY_FACTOR,
    PARTS,
    RESOURCES,
    SEEDS,
    SERVICE_MS,
    SWING,
    TOGETHER,
    USD_PER_VCPU,
    USED,
    WAYS,
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
)

WIDTH = 440
BOUND, LIMITED, UNLIMITED = "Bound", "Limit at the request", "No memory limit"
SERIES = (*WAYS, BOUND, LIMITED, UNLIMITED)
LEAST_KILLS, MOST_KILLS = 0.001, 100_000  # a month, where the axis ends
# The last row of the table; the rows of kills that are as set have a margin.
HERE: dict[str, float | str] = {"kind": SET, "margin": 0}


def _colour() -> alt.Color:
    return alt.Color("series:N", title=None, scale=alt.Scale(domain=list(SERIES)))


def _rents() -> alt.LayerChart | alt.FacetChart:
    """Rent over the size of a machine, by way; the band is that of the draws."""
    rows = alt.Chart(data()).transform_filter(f"datum.kind == {CURVE} && datum.possible == 'yes'")
    x = alt.X("size:Q", title="vCPUs of a machine", scale=alt.Scale(type="log", nice=False),
              axis=alt.Axis(values=[2, 4, 8, 16, 32, 64, 128], format=",.0f"))  # fmt: skip
    y = alt.Y(
        "rent:Q", title="Rent (USD a month)",
        scale=alt.Scale(type="log", nice=False, padding=8),
        axis=alt.Axis(
            format=",.0f",
            values=[500, 1000, 2000, 3000, 4000, 5000, 7000, 10_000, 12_000, 15_000, 20_000,
                    30_000, 50_000],
        ),
    )  # fmt: skip
    tooltip = [
        alt.Tooltip("series:N", title="Way"),
        alt.Tooltip("size:Q", title="vCPUs of a machine", format=",.0f"),
        alt.Tooltip("machines:Q", title="Machines", format=",.1f"),
        alt.Tooltip("rent:Q", title="USD a month", format=",.0f"),
        alt.Tooltip("pending:Q", title="Of a lost one without room", format=".0%"),
    ]
    band = (
        rows.transform_filter("datum.chosen == 1")
        .mark_area(opacity=0.15)
        .encode(x=x, y=alt.Y("rent_low:Q"), y2="rent_high:Q", color=_colour())
    )
    # Ways that agree lie on each other: the later, the thinner.
    lines = (
        rows.transform_filter(f"datum.series == '{series}'").mark_line(strokeWidth=width)
        for series, width in zip((*WAYS, BOUND), (6.5, 4.5, 3.0, 1.6, 1.2), strict=True)
    )
    here = (
        alt.Chart(data())
        .transform_filter(f"datum.kind == {SET} && datum.margin == 0 && datum.possible == 'yes'")
        .mark_point(size=190, shape="diamond", strokeWidth=2.5, opacity=1)
    )
    marks = (mark.encode(x=x, y=y, color=_colour(), tooltip=tooltip) for mark in (*lines, here))
    return alt.layer(*marks, band).properties(width=WIDTH, height=200)


def _shares() -> alt.LayerChart | alt.FacetChart:
    """Where the money goes: used, asked for and idle, free, and what the system keeps."""
    rows = (
        alt.Chart(data())
        .transform_filter(f"datum.kind == {SHARES} && datum.possible == 'yes'")
        .transform_calculate(
            end="datum.start + datum.share", middle="datum.start + datum.share / 2",
            name=f"datum.share < 0.1 ? '' : datum.what == '{IDLE}' ? 'Idle' : datum.what",
            text="datum.share < 0.1 ? '' : format(datum.share, '.0%')",
        )
    )  # fmt: skip
    x = alt.X("start:Q", title="Share of what is paid for",
              axis=alt.Axis(format=".0%", tickCount=5), scale=alt.Scale(domain=[0, 1]))  # fmt: skip
    y = alt.Y("resource:N", title=None, sort=list(RESOURCES))
    tooltip = [
        alt.Tooltip("resource:N", title="Of"),
        alt.Tooltip("what:N", title="Is"),
        alt.Tooltip("share:Q", title="Share", format=".1%"),
    ]
    bars = (
        rows.transform_filter(f"datum.what == '{what}'")
        .mark_bar(opacity=opacity)
        .encode(x=x, x2="end:Q", y=y, color=_colour(), tooltip=tooltip)
        for what, opacity in zip(PARTS, (0.75, 0.5, 0.3, 0.15), strict=True)
    )
    texts = (
        rows.mark_text(dy=dy).encode(x=alt.X("middle:Q"), y=y, text=f"{field}:N", tooltip=tooltip)
        for field, dy in (("name", -7), ("text", 7))
    )
    return alt.layer(*bars, *texts, guess_rule("x")).properties(width=WIDTH, height=100)


def _kills() -> alt.LayerChart | alt.FacetChart:
    """Containers killed over the margin of the request, with limits and without."""
    rows = (
        alt.Chart(data())
        .transform_filter("datum.margin > 0 && datum.possible == 'yes'")
        .transform_calculate(shown=f"max(datum.kills, {LEAST_KILLS})")
    )
    x = alt.X("margin:Q", title="Memory asked for over its mean use",
              axis=alt.Axis(format=".1f", tickCount=6), scale=alt.Scale(domain=[1, 3]))  # fmt: skip
    y = alt.Y(
        "shown:Q", title="Killed a month",
        scale=alt.Scale(type="log", domain=[LEAST_KILLS, MOST_KILLS], nice=False, clamp=True),
        axis=alt.Axis(values=[0.001, 0.1, 10, 1000, 100_000], format=",~r"),
    )  # fmt: skip
    tooltip = [
        alt.Tooltip("series:N", title="With"),
        alt.Tooltip("margin:Q", title="Asked for over used", format=".2f"),
        alt.Tooltip("kills:Q", title="Killed a month", format=",.4f"),
    ]
    marks = (
        rows.transform_filter(f"datum.kind == {RISK}").mark_line(strokeWidth=2.5, clip=True),
        rows.transform_filter(f"datum.kind == {SET}").mark_point(
            size=190, shape="diamond", strokeWidth=2.5, opacity=1
        ),
    )
    return alt.layer(
        *(mark.encode(x=x, y=y, color=_colour(), tooltip=tooltip) for mark in marks)
    ).properties(width=WIDTH, height=150)


def _of(name: str, column: str, form: str, **where: float | str) -> Reading:
    return Reading(name, column, {**HERE, **where}, form)


def _there(name: str, column: str, form: str) -> Reading:
    return _of(name, column, form, possible="yes")


def _share(name: str, resource: str, what: str) -> Reading:
    where: dict[str, float | str] = {
        "kind": SHARES,
        "resource": resource,
        "what": what,
        "possible": "yes",
    }
    return Reading(name, "share", where, ".0%")


def _killed(name: str, series: str, form: str) -> Reading:
    return Reading(name, "kills", {"kind": SET, "series": series, "possible": "yes"}, form)


lab = Lab(
    name="infrastructure/packing",
    title="What containers ask for, use, and cost",
    kernel=packing,
    controls=[
        Choice("way", "Goes to", WAYS, 3,
               help="Most allocated: the fullest machine with room. Least: the emptiest, which is "
                    "Kubernetes' default"),
        Slider("size", "Machines of", SIZES, 8, unit="vCPUs"),
        Choice("family", "Memory", ("2 GiB a vCPU", "4 GiB a vCPU", "8 GiB a vCPU"), 1,
               help="Families c8i, m8i and r8i"),
        Slider("containers", "Containers", (30, 60, 120, 180, 240, 300, 400), CONTAINERS),
        Slider("cpu_factor", "CPU asked for", (1.1, 1.2, 1.3, 1.5, 1.85, 2.5, 3.0, 4.0),
               CPU_FACTOR, unit="x used", format=",.2f",
               help="1.85 by hand and 1.3 by Autopilot at Google: slack of 46% and 23%"),
        Slider("memory_factor", "Memory asked for",
               (1.0, 1.05, 1.1, 1.15, 1.2, 1.3, 1.4, 1.5, 1.6, 1.8, 2.0, 2.5, 3.0),
               MEMORY_FACTOR, unit="x used", format=",.2f", help="Over the mean"),
        Choice("spare", "A lost machine's containers", ("Wait", "Find room"), 1,
               help="One machine more, kept empty, if the others have no room for them"),
        Slider("swing", "Memory swings by", (0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5), SWING,
               format=".0%", help="Standard deviation over the mean, drawn anew every hour"),
        Slider("together", "All swing together", (0.0, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0), TOGETHER,
               format=".0%", help="Part of the variance that all containers share"),
    ],
    constants={
        "usd_compute": USD_PER_VCPU[0],
        "usd_general": USD_PER_VCPU[1],
        "usd_memory": USD_PER_VCPU[2],
        "overhead": VM_OVERHEAD.value,
        "pod_mib": RESERVED_PER_POD.value,
        "base_mib": RESERVED_BASE.value,
        "eviction_mib": EVICTION.value,
        "agents_m": AGENTS_M,
        "agents_mib": AGENTS_MIB,
        "draws_per_month": DRAWS_PER_MONTH,
        "service_ms": SERVICE_MS,
        "period_ms": QUOTA_PERIOD.value,
        "seeds": SEEDS,
    },
    columns=[
        Column("kind", "Kind", hidden=True),
        Column("series", "Way or limit", labels=SERIES),
        Column("size", "Size", "vCPUs"),
        Column("machines", "Machines", format=",.1f"),
        Column("rent", "Rent", "USD a month"),
        Column("rent_low", "At least", "USD a month"),
        Column("rent_high", "At most", "USD a month"),
        Column("possible", "All fit", labels=("no", "yes")),
        Column("pending", "Of a lost one without room", format=".0%"),
        Column("held", "On a machine", "containers", ",.1f"),
        Column("spare", "Spare", "machines", ",.1f"),
        Column("resource", "Resource", labels=RESOURCES),
        Column("what", "Is", labels=PARTS),
        Column("share", "Share", format=".1%"),
        Column("margin", "Memory asked for", "x used", ",.2f"),
        Column("kills", "Killed", "a month", ",.3f"),
        Column("asked_vcpus", "Asked for", hidden=True),
        Column("asked_gib", "Asked for", hidden=True),
        Column("used_vcpus", "Used", hidden=True),
        Column("used_gib", "Used", hidden=True),
        Column("scarce", "Scarce", hidden=True, labels=RESOURCES),
        Column("throttled", "Stopped", hidden=True),
        Column("limited", "p99 with a limit", hidden=True),
        Column("free", "p99 without", hidden=True),
        Column("cheapest", "Cheapest size", hidden=True),
        Column("cheapest_rent", "Its rent", hidden=True),
        Column("chosen", "Chosen", hidden=True),
        Column("start", "Begins at", hidden=True),
    ],
    chart=alt.vconcat(_rents(), _shares(), _kills()),
    summary=(
        "{containers} containers use {used_v} vCPUs and {used_g} GiB on average, and ask for "
        "{asked_v} and {asked_g}.[ A container asks for more than a machine of {small} vCPUs has.]"
        "[ They take {total} machines for {usd} USD a month, {extra} of them spare, and without "
        "any spare at least {bound}.][ Of the CPU that is paid for {cpu_used} is used and "
        "{cpu_free} free, of the memory {memory_used} and {memory_free}.][ If a machine is lost "
        "and none is spare, {waiting} of its {on_one} containers find no room.][ Cheapest this "
        "way are machines of {best} vCPUs: {best_usd} USD.] With limits at the requests {killed} "
        "containers a month are killed for memory[, without memory limits {killed_free}], and an "
        "application container is stopped in {stopped} of the periods, with a p99 of {p99} ms; "
        "without a CPU limit {p99_free}."
    ),
    readings=[
        _of("used_v", "used_vcpus", ",.0f"),
        _of("used_g", "used_gib", ",.0f"),
        _of("asked_v", "asked_vcpus", ",.0f"),
        _of("asked_g", "asked_gib", ",.0f"),
        _of("small", "size", ",.0f", possible="no"),
        _there("total", "machines", ",.1f"),
        _there("usd", "rent", ",.0f"),
        _there("extra", "spare", ",.1f"),
        Reading("bound", "machines", {"kind": CURVE, "series": BOUND, "size": "{size}"}, ",.1f"),
        _share("cpu_used", CPU, USED),
        _share("cpu_free", CPU, FREE),
        _share("memory_used", MEMORY, USED),
        _share("memory_free", MEMORY, FREE),
        _there("waiting", "pending", ".0%"),
        _there("on_one", "held", ",.0f"),
        Reading("best", "cheapest", {**HERE}, ",.0f"),
        Reading("best_usd", "cheapest_rent", {**HERE}, ",.0f"),
        _killed("killed", LIMITED, ",.1f"),
        _killed("killed_free", UNLIMITED, ",.2f"),
        _of("stopped", "throttled", ".1%"),
        _of("p99", "limited", ",.0f"),
        _of("p99_free", "free", ",.0f"),
    ],
    prediction=Prediction(
        "120 containers ask for 1.85 times the CPU that they use on average, and for one and a "
        "half times the memory. They run on machines with 8 vCPUs and 32 GiB. If one machine is "
        "lost, the others have room. Of the memory that is paid for, which share is used?",
        reading="memory_used", low=0.0, high=1.0, step=0.01, format=".0%",
    ),
    tries=[
        Try("The margins of an autopilot, 1.3 for both. What is saved, and who pays for it?",
            {"cpu_factor": AUTOPILOT_FACTOR, "memory_factor": 1.3}),
        Try("A lost machine's containers may wait. Which size is the cheapest now, and which "
            "before?", {"spare": 0}),
        Try("Machines of 64 vCPUs, with a spare one. What does it cost?", {"size": 64}),
        Try("Machines with half the memory, and the memory margin at 1.1. What does no limit do "
            "now?", {"family": 0, "memory_factor": 1.1}),
        Try("The same, and half of each swing is everybody's.",
            {"family": 0, "memory_factor": 1.1, "together": 0.5}),
        Try("CPU at 1.1 times the mean, so that the limit is 0.55 vCPUs. Watch the p99.",
            {"cpu_factor": 1.1}),
    ],
)  # fmt: skip
