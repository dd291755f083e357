"""Lab: the first read replica, and the second, beside one machine of twice the size."""

import altair as alt

from scalelab.facts.staleness import RAILS_PIN
from scalelab.kernels import shop
from scalelab.kernels.separate_database.replicas import replicas
from scalelab.models.separate_database.replicas import (
    APPLY_SHARE,
    ARRANGEMENTS,
    REQUEST_RATE,
    TARGET,
    WRITE_FACTOR,
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
MOST = 3000  # requests/s: as far as the curves go
ONE, LARGE, FIRST, SECOND = ARRANGEMENTS
HERE: dict[str, dict[str, float | str]] = {
    which: {"arrangement": which, "here": 1} for which in ARRANGEMENTS
}


def _colour() -> alt.Color:
    return alt.Color("arrangement:N", title=None, scale=alt.Scale(domain=list(ARRANGEMENTS)))


def _tooltip() -> list[alt.Tooltip]:
    return [
        alt.Tooltip("arrangement:N", title="Arrangement"),
        alt.Tooltip("rate:Q", title="Requests/s", format=",.0f"),
        alt.Tooltip("read:Q", title="Mean read (ms)", format=",.2f"),
        alt.Tooltip("primary_busy:Q", title="Primary busy", format=".0%"),
        alt.Tooltip("replica_busy:Q", title="Replica busy", format=".0%"),
        alt.Tooltip("carried:Q", title="Carried (requests/s)", format=",.0f"),
        alt.Tooltip("carried_down:Q", title="With one lost (requests/s)", format=",.0f"),
    ]


def _times() -> alt.LayerChart | alt.FacetChart:
    """How long a read takes, up to where the arrangement is full."""
    rows = alt.Chart(data()).transform_filter("datum.possible == 'yes'")
    here = rows.transform_filter("datum.here == 1")
    x = alt.X("rate:Q", title="Requests/s", axis=alt.Axis(format=",.0f", tickCount=6),
              scale=alt.Scale(domain=[0, MOST], nice=False))  # fmt: skip
    y = alt.Y(
        "read:Q", title="Mean read (ms)", scale=alt.Scale(type="log", nice=False, padding=8),
        axis=alt.Axis(values=[1, 2, 3, 4, 5, 7, 10, 20, 50, 100, 200, 500], format=",~r"),
    )  # fmt: skip
    lines = rows.transform_filter("datum.here == 0").mark_line(strokeWidth=2.5)
    points = here.mark_point(filled=True, size=70, opacity=1)
    rule = (
        alt.Chart(data())
        .transform_filter(f"datum.here == 1 && datum.arrangement == '{ONE}'")
        .mark_rule(strokeWidth=1.5, opacity=0.6)
        .encode(x=x)
    )
    marks = (m.encode(x=x, y=y, color=_colour(), tooltip=_tooltip()) for m in (lines, points))
    return alt.layer(rule, *marks).properties(width=WIDTH, height=190)


def _carried() -> alt.LayerChart | alt.FacetChart:
    """What each carries, as a pale bar, and what is left of it with one machine lost."""
    here = alt.Chart(data()).transform_filter("datum.here == 1")
    y = alt.Y("arrangement:N", title=None, sort=list(ARRANGEMENTS))
    scale = alt.Scale(nice=True, zero=True)
    x = alt.X("carried:Q", title="Requests/s carried; dark: with one machine lost", scale=scale,
              axis=alt.Axis(format=",.0f", tickCount=5))  # fmt: skip
    colour, tooltip = _colour(), _tooltip()
    pale = here.mark_bar(opacity=0.4, size=20).encode(x=x, y=y, color=colour, tooltip=tooltip)
    dark = here.mark_bar(size=9).encode(
        x=alt.X("carried_down:Q", scale=scale), y=y, color=colour, tooltip=tooltip
    )
    rule = here.mark_rule(strokeWidth=1.5, opacity=0.6).encode(x=alt.X("rate:Q", scale=scale))
    return alt.layer(pale, dark, rule, guess_rule("x")).properties(width=WIDTH, height=120)


def _of(name: str, column: str, which: str, form: str = ",.0f") -> Reading:
    return Reading(name, column, HERE[which], form)


def _time(name: str, which: str) -> Reading:
    """Of a read, if the arrangement keeps up."""
    return Reading(name, "read", {**HERE[which], "possible": 1}, ",.2f")


lab = Lab(
    name="separate_database/replicas",
    title="The first read replica",
    kernel=replicas,
    controls=[
        linear("rate_per_s", "Requests", 100, 2900, 50, 800, unit="/s"),
        Slider("write_share", "Of them write", (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5),
               shop.WRITE_SHARE, format=".0%"),
        Slider("window_s", "Primary after a write",
               (0.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0), RAILS_PIN.value, unit="s",
               help="For so long its customer's reads go to the primary"),
        Choice("balanced", "Other reads go to", ("Replicas only", "All machines"),
               help="All machines: so that they are as equally busy as can be"),
        Slider("vcpus", "A machine has", (1, 2, 4, 8, 16), shop.VCPUS, unit="vCPUs"),
        Slider("read_ms", "A read takes", (0.5, 1.0, 2.0, 3.0, 5.0, 10.0), shop.DATABASE_MS,
               unit="ms", format=",.1f", help="Of a vCPU"),
        Slider("write_factor", "A write takes", (1.0, 2.0, 4.0, 8.0), WRITE_FACTOR,
               unit="reads"),
        Slider("apply_share", "A replica repeats", (0.1, 0.25, 0.5, 1.0), APPLY_SHARE,
               format=".0%", help="Of a write's work"),
        linear("target", "At most busy", 0.4, 0.9, 0.1, TARGET, format=".0%",
               help="No machine is to be busier than that"),
    ],
    constants={
        "request_rate": REQUEST_RATE,
        "customer_rate": shop.CUSTOMER_RATE,
        "most_rate": float(MOST),
    },
    columns=[
        Column("arrangement", "Arrangement", labels=ARRANGEMENTS),
        Column("rate", "Requests", "per s"),
        Column("possible", "Keeps up", labels=("no", "yes")),
        Column("read", "Mean read", "ms", ",.2f"),
        Column("primary_busy", "Primary busy", format=".0%"),
        Column("replica_busy", "Replica busy", format=".0%"),
        Column("carried", "Carried", "requests/s"),
        Column("carried_down", "With one lost", "requests/s"),
        Column("of_the_day", "Busiest hour of", "customers a day"),
        Column("at_primary", "Reads at the primary", format=".1%"),
        Column("pinned_reads", "Pinned", hidden=True),
        Column("left_busy", "With one lost, busy", format=".0%"),
        Column("survives", "Survives that", labels=("no", "yes")),
        Column("here", "As set", hidden=True),
    ],
    chart=alt.vconcat(_times(), _carried()),
    summary=(
        "{pinned} of the reads have to go to the primary. One machine carries {one} requests/s; "
        "with one replica it is {first}, with one of the two lost {first_down}; with two replicas "
        "{second}, and {second_down}; twice as large {large}, and nothing. [A read takes "
        "{one_read} ms on one machine.] [Twice as large: {large_read} ms.] [With one replica: "
        "{first_read} ms.] [With two: {second_read} ms.]"
    ),
    readings=[
        _of("pinned", "pinned_reads", ONE, ".1%"),
        _of("one", "carried", ONE),
        _of("first", "carried", FIRST),
        _of("first_down", "carried_down", FIRST),
        _of("second", "carried", SECOND),
        _of("second_down", "carried_down", SECOND),
        _of("large", "carried", LARGE),
        _time("one_read", ONE),
        _time("large_read", LARGE),
        _time("first_read", FIRST),
        _time("second_read", SECOND),
    ],
    prediction=Prediction(
        "One machine, busy for 70%, carries 889 requests/s, of which 5% write. Now it has a "
        "replica, which takes all reads but those within two seconds of an own write. How many "
        "do the two carry, none of them busier than 70%?",
        reading="first", low=600, high=2400, step=20, format=",.0f", unit="requests/s",
    ),
    tries=[
        Try("All machines answer reads, and 1,400 requests come. What do two machines carry now, "
            "and what if one of them fails?", {"rate_per_s": 1400, "balanced": 1}),
        Try("Replicas only, but for a minute after a write its customer reads from the primary. "
            "Why is that faster?", {"window_s": 60.0}),
        Try("For ten minutes. What does the second replica add?", {"window_s": 600.0}),
        Try("30% of the requests write. How much do replicas help?",
            {"write_share": 0.3, "balanced": 1}),
        Try("1,600 requests. Compare the larger machine with all machines answering: how long is "
            "a read, and what is left?", {"rate_per_s": 1600, "balanced": 1}),
    ],
)  # fmt: skip
