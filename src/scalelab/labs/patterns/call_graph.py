"""Lab: a page that calls services which call others, up, late, and at work for nobody."""

import altair as alt

from scalelab.kernels.patterns.call_graph import (
    CURVE,
    MINUTES_A_MONTH,
    PER_LIMIT,
    REMEDY,
    SET,
    STUCK,
    call_graph,
)
from scalelab.models.patterns.call_graph import (
    BRANCHES,
    COMMON,
    DEPTH,
    FAST_MS,
    HOP_MS,
    KEPT,
    LIMIT_MS,
    ORDERS,
    PROXY_MS,
    REMEDIES,
    SLOW,
    UP,
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
    linear,
)

WIDTH = 440
TURN, ONCE = ORDERS
ADDED = "p99s added up"
POLICIES = ("Time-outs only", "Deadline passed on", "Cancelled as well")
SERIES = (TURN, ONCE, ADDED, *POLICIES)
TIMES = ("p99_turn", "p99_once", "p99_added")
SHARES = ("fixed", "passed", "cancelled")
HERE: dict[str, float | str] = {"kind": SET}
THREE_NINES = 0.001 * MINUTES_A_MONTH


def _colour() -> alt.Color:
    return alt.Color(
        "series:N", title=None, scale=alt.Scale(domain=list(SERIES)),
        legend=alt.Legend(columns=2, labelLimit=190),
    )  # fmt: skip


def _size() -> alt.Size:
    """Lines that agree lie on each other, so those below are wider."""
    widths = [2.2, 2.2, 2.2, 6.0, 3.6, 1.6]
    return alt.Size(
        "series:O", legend=None,
        scale=alt.Scale(type="ordinal", domain=list(SERIES), range=widths),
    )  # fmt: skip


def _named(columns: tuple[str, ...], names: tuple[str, ...]) -> str:
    return f"{list(names)}[indexof({list(columns)}, datum.column)]"


def _remedies() -> alt.LayerChart | alt.FacetChart:
    """Minutes a month, all needed and with remedies; the rule is three nines."""
    rows = (
        alt.Chart(data())
        .transform_filter(f"datum.kind == {REMEDY}")
        .transform_calculate(
            least="1",
            end="max(datum.minutes, 1)",
            text="format(datum.minutes, datum.minutes < 100 ? ',.1f' : ',.0f')",
        )
    )
    x = alt.X("end:Q", title="Down (minutes a month; line: three nines)",
              scale=alt.Scale(type="log", domain=[1, 50_000], nice=False, clamp=True),
              axis=alt.Axis(values=[1, 10, 100, 1000, 10_000], format=",~r"))  # fmt: skip
    y = alt.Y("remedy:N", title=None, sort=list(REMEDIES))
    tooltip = [
        alt.Tooltip("remedy:N", title="With"),
        alt.Tooltip("minutes:Q", title="Minutes a month", format=",.1f"),
        alt.Tooltip("up:Q", title="Up", format=".4%"),
    ]
    bars = rows.mark_bar(color="grey", opacity=0.75).encode(x=x, x2="least:Q", y=y, tooltip=tooltip)
    text = rows.mark_text(align="left", dx=4).encode(x=x, y=y, text="text:N", tooltip=tooltip)
    three = (
        rows.transform_filter("datum.remedy == 'All are needed'")
        .transform_calculate(three=str(round(THREE_NINES, 3)))
        .mark_rule(strokeWidth=1.5, color="grey")
        .encode(x=alt.X("three:Q"), tooltip=[alt.Tooltip("three:Q", title="Three nines")])
    )
    return alt.layer(bars, three, text).properties(width=WIDTH, height=130)


def _times() -> alt.LayerChart | alt.FacetChart:
    """p99 over the number of services; the diamond is the page as set."""
    rows = (
        alt.Chart(data())
        .transform_filter(f"datum.kind == {CURVE}")
        .transform_fold(list(TIMES), as_=["column", "value"])
        .transform_calculate(series=_named(TIMES, (TURN, ONCE, ADDED)))
    )
    x = alt.X("services:Q", title="Services called", scale=alt.Scale(domain=[0, 62], nice=False),
              axis=alt.Axis(values=[1, 10, 20, 30, 40, 50, 60], format=",.0f"))  # fmt: skip
    y = alt.Y("value:Q", title="p99 (ms)", scale=alt.Scale(domainMin=0, nice=True),
              axis=alt.Axis(format=",.0f", tickCount=6))  # fmt: skip
    line = rows.mark_line(point=True).encode(
        x=x, y=y, color=_colour(), size=_size(),
        tooltip=[
            alt.Tooltip("series:N", title="Called"),
            alt.Tooltip("services:Q", title="Services", format=",.0f"),
            alt.Tooltip("value:Q", title="p99 (ms)", format=",.1f"),
        ],
    )  # fmt: skip
    here = (
        alt.Chart(data())
        .transform_filter(f"datum.kind == {SET}")
        .transform_calculate(value="datum.p99")
        .mark_point(size=170, shape="diamond", strokeWidth=2.5, opacity=1, color="grey")
        .encode(
            x=x, y=y,
            tooltip=[
                alt.Tooltip("services:Q", title="Page with", format=",.0f"),
                alt.Tooltip("value:Q", title="p99 (ms)", format=",.1f"),
            ],
        )
    )  # fmt: skip
    return alt.layer(line, here, guess_rule("y")).properties(width=WIDTH, height=200)


def _wasted() -> alt.LayerChart | alt.FacetChart:
    """Work for nobody over the wait in a queue before each branch; grey: pages given up."""
    rows = alt.Chart(data()).transform_filter(f"datum.kind == {STUCK}")
    x = alt.X("wait:Q", title="Queue before each branch (ms)",
              axis=alt.Axis(format=",.0f", tickCount=6), scale=alt.Scale(nice=False))  # fmt: skip
    y = alt.Y("value:Q", title="Work for nobody", scale=alt.Scale(domain=[0, 1.05], nice=False),
              axis=alt.Axis(format=".0%", values=[0, 0.25, 0.5, 0.75, 1]))  # fmt: skip
    late = (
        rows.transform_calculate(value="datum.late")
        .mark_area(color="grey", opacity=0.18)
        .encode(x=x, y=y, tooltip=[alt.Tooltip("value:Q", title="Pages given up", format=".1%")])
    )
    line = (
        rows.transform_fold(list(SHARES), as_=["column", "value"])
        .transform_calculate(series=_named(SHARES, POLICIES))
        .mark_line()
        .encode(
            x=x, y=y, color=_colour(), size=_size(),
            tooltip=[
                alt.Tooltip("series:N", title="Calls have"),
                alt.Tooltip("wait:Q", title="Queue (ms)", format=",.0f"),
                alt.Tooltip("value:Q", title="Work for nobody", format=".1%"),
            ],
        )
    )  # fmt: skip
    return alt.layer(late, line).properties(width=WIDTH, height=150)


def _of(name: str, column: str, form: str, **where: float | str) -> Reading:
    return Reading(name, column, {**HERE, **where}, form)


def _minutes(name: str, which: int) -> Reading:
    return Reading(name, "minutes", {"kind": REMEDY, "remedy": REMEDIES[which]}, ",.1f")


def _stuck(name: str, column: str, step: int) -> Reading:
    return Reading(name, column, {"kind": STUCK, "step": step}, ".1%")


def _curve(name: str, column: str, services: int) -> Reading:
    return Reading(name, column, {"kind": CURVE, "services": services}, ",.1f")


lab = Lab(
    name="patterns/call_graph",
    title="A page calls services that call services",
    kernel=call_graph,
    controls=[
        Slider("width", "Branches", (1, 2, 3, 4, 5, 6, 8, 10), BRANCHES,
               help="Chains of services that the page calls"),
        linear("depth", "Services in each", 1, 6, 1, DEPTH,
               help="Each works, then calls the next"),
        Choice("order", "Branches run", ORDERS, 0),
        linear("optional", "Optional branches", 0, 9, 1, 0,
               help="The page is shown without them; one is always needed"),
        Choice("how", "Optional ones by", WAYS, 0,
               help="Called with a fallback, or left in a queue and not waited for"),
        Slider("up", "A service is up", (0.99, 0.995, 0.999, 0.9995, 0.9999), UP, format=".2%",
               help="Of the time, independently of the others"),
        Slider("proxy_ms", "Proxies add", (0.0, 0.5, 1.0, 2.0, PROXY_MS, 5.0, 10.0), 0.0, unit="ms",
               format=",.2f", help="The two sidecars of a service mesh, to each call"),
        Slider("slow", "Slow calls", (0.0, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2), SLOW, format=".1%",
               help="Ten times as long as the others on average"),
        Slider("limit_ms", "Page's time-out",
               (100.0, 200.0, 300.0, 500.0, 1000.0, 2000.0, 5000.0), LIMIT_MS, unit="ms",
               help="Then the page is given up"),
    ],
    constants={"hop_ms": HOP_MS, "fast_ms": FAST_MS, "kept": KEPT, "common": COMMON},
    columns=[
        Column("kind", "Kind", hidden=True),
        Column("remedy", "With", labels=REMEDIES),
        Column("up_share", "Page is up", "", ".4%"),
        Column("minutes", "Down", "min a month", ",.1f"),
        Column("services", "Services"),
        Column("p99_turn", "p99 one after the other", "ms", ",.1f"),
        Column("p99_once", "p99 at once", "ms", ",.1f"),
        Column("p99_added", "p99s added up", "ms", ",.1f"),
        Column("mean_turn", "Mean one after the other", "ms", ",.1f"),
        Column("mean_once", "Mean at once", "ms", ",.1f"),
        Column("wait", "Queue", "ms", ",.0f"),
        Column("fixed", "For nobody, time-outs only", "", ".1%"),
        Column("passed", "Deadline passed on", "", ".1%"),
        Column("cancelled", "Cancelled as well", "", ".1%"),
        Column("late", "Pages given up", "", ".2%"),
        Column("needed", "Needed", hidden=True),
        Column("mean", "Mean", hidden=True),
        Column("p50", "Median", hidden=True),
        Column("p99", "p99", hidden=True),
        Column("added", "Added", hidden=True),
        Column("p99_one", "Of one", hidden=True),
        Column("without", "Without a branch", hidden=True),
        Column("has_without", "Has another", hidden=True),
        Column("network", "Network", hidden=True),
        Column("proxies", "Proxies", hidden=True),
        Column("must", "Must be up", hidden=True),
        Column("step", "Step", hidden=True),
    ],
    chart=alt.vconcat(_remedies(), _times(), _wasted()),
    summary=(
        "{needed_n} of {total} services have to be up, each {up}: the page is up {share} of the "
        "time and down for {down} minutes a month, {kept_min} if older answers of a branch will "
        "do, {copies_min} with two copies of each service, {nine_min} with one nine more. To be as "
        "good as one of them, each has to be up {must_up}. One service has a p99 of {p99_of_one} "
        "ms, the page of {p99_page} ms with a mean of {mean_page} ms; the p99s of its longest line "
        "add up to {p99_sum} ms[, and with one branch less p99 is {p99_less} ms]. The network "
        "takes {net} ms of a line, proxies {mesh} ms. Six in a row have a p99 of {row_six} ms, "
        "fifty at once {fan_fifty} ms. {late_now} of the pages are given up. With a queue of half "
        "the time-out before each branch {half_fixed} of a page's work is for nobody with "
        "time-outs only, {half_passed} with a deadline passed on, {half_cancelled} if cancelled as "
        "well; with one as long as the time-out {full_fixed}, {full_passed} and {full_cancelled}."
    ),
    readings=[
        _of("needed_n", "needed", ",.0f"),
        _of("total", "services", ",.0f"),
        _of("share", "up_share", ".3%"),
        _of("down", "minutes", ",.1f"),
        _minutes("kept_min", 2),
        _minutes("copies_min", 3),
        _minutes("nine_min", 4),
        _of("must_up", "must", ".4%"),
        _of("p99_of_one", "p99_one", ",.1f"),
        _of("p99_page", "p99", ",.0f"),
        _of("mean_page", "mean", ",.0f"),
        _of("p99_sum", "added", ",.0f"),
        _of("p99_less", "without", ",.0f", has_without=1),
        _of("net", "network", ",.1f"),
        _of("mesh", "proxies", ",.1f"),
        _curve("row_six", "p99_turn", 6),
        _curve("fan_fifty", "p99_once", 50),
        _of("late_now", "late", ".2%"),
        *(_stuck(f"half_{n}", n, PER_LIMIT // 2) for n in SHARES),
        *(_stuck(f"full_{n}", n, PER_LIMIT) for n in SHARES),
    ],
    prediction=Prediction(
        "A page calls 30 services one after the other, six branches of five. The slowest hundredth "
        "of the calls to each of them takes 38 ms or more. How long is the slowest hundredth of "
        "the pages: what is the page's p99?",
        reading="p99_page", low=50, high=1200, step=10, format=",.0f", unit="ms",
    ),
    tries=[
        Try("All six branches at once. p99 was 407 ms: is it a sixth now?", {"order": 1}),
        Try("Five of the six branches have a fallback. Is the page up for three nines now?",
            {"optional": 5}),
        Try("They are left in a queue, and nobody waits for them. What happens to p99?",
            {"optional": 5, "how": 1}),
        Try("No call is slow. Which is later now, six services in a row or fifty at once?",
            {"order": 1, "slow": 0.0}),
        Try("A service mesh adds 2.65 ms to each call. What does it add to the page?",
            {"proxy_ms": PROXY_MS}),
        Try("One chain of six, and a time-out of 300 ms. What is saved if the deadline is passed "
            "on?", {"width": 1, "depth": 6, "limit_ms": 300.0}),
    ],
)  # fmt: skip
