"""Lab: points of presence, a shield behind them, code in them, and a crowd."""

import altair as alt

from scalelab.kernels import shop
from scalelab.kernels.infrastructure.edge import CROWD, GRID, LINE, SET, edge
from scalelab.models.infrastructure.edge import (
    ANSWER_KB,
    BARS,
    DYNAMIC,
    EDGE_MS,
    HOT_TTL_S,
    LAST_MILE_MS,
    METRO_KM,
    MOST_BUSY,
    PRICES,
    PRODUCTS,
    RATE_PER_S,
    SERVER_MS,
    SHIELDS,
    SKEW,
    STRETCH,
    TTL_S,
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
ALONE, SHIELD, CODE = WAYS
HERE: dict[str, float | str] = {"kind": SET}


def _colour() -> alt.Color:
    return alt.Color("way:N", title=None, scale=alt.Scale(domain=list(WAYS)))


def _rows(kind: int, *ways: str) -> alt.Chart:
    rows = alt.Chart(data()).transform_filter(f"datum.kind == {kind}")
    return rows.transform_filter(alt.FieldOneOfPredicate("way", list(ways))) if ways else rows


def _pops() -> alt.X:
    # Every other one: on a phone there is no room for all.
    axis = alt.Axis(labelAngle=0, values=[0, 1, 3, 10, 30, 100, 300])
    return alt.X("pops:O", title="Points of presence", axis=axis)


def _waits() -> alt.LayerChart | alt.FacetChart:
    """Mean wait over the number of PoPs; thin, the p95; points where the mean is least."""
    tooltip = [
        alt.Tooltip("way:N", title="With"),
        alt.Tooltip("pops:O", title="PoPs"),
        alt.Tooltip("mean:Q", title="Mean (ms)", format=",.0f"),
        alt.Tooltip("p95:Q", title="p95 (ms)", format=",.0f"),
        alt.Tooltip("edge_hits:Q", title="Answered at a PoP", format=".1%"),
        alt.Tooltip("km:Q", title="Way to it (km)", format=",.0f"),
    ]
    scale = alt.Scale(type="log", nice=False, padding=8)
    axis = alt.Axis(format=",~r", values=[20, 50, 100, 150, 200, 300, 500, 1000, 2000, 5000])
    y = alt.Y("mean:Q", title="Wait (ms), thin: p95", scale=scale, axis=axis)
    mean = {"x": _pops(), "y": y, "color": _colour(), "tooltip": tooltip}
    slow = {"x": _pops(), "y": alt.Y("p95:Q", scale=scale), "color": _colour(), "tooltip": tooltip}
    # Where two ways agree the wide line shows on both sides of the other.
    wide = _rows(LINE, ALONE).mark_line(strokeWidth=6, opacity=0.5).encode(**mean)
    lines = _rows(LINE, SHIELD, CODE).mark_line(strokeWidth=2.5).encode(**mean)
    thin = _rows(LINE).mark_line(strokeWidth=1.2, opacity=0.8).encode(**slow)
    best = (
        _rows(LINE).transform_filter("datum.best == 1 && datum.there == 1")
        .mark_point(size=70, filled=True, opacity=1).encode(**mean)
    )  # fmt: skip
    here = (
        _rows(SET).mark_point(shape="diamond", size=150, strokeWidth=2.5, opacity=1).encode(**mean)
    )
    return alt.layer(thin, wide, lines, best, here).properties(width=WIDTH, height=250)


def _origin() -> alt.LayerChart | alt.FacetChart:
    """What is left for the origin, over the number of PoPs."""
    y = alt.Y("origin:Q", title="Origin (requests/s)", scale=alt.Scale(zero=True))
    tooltip = [
        alt.Tooltip("way:N", title="With"),
        alt.Tooltip("pops:O", title="PoPs"),
        alt.Tooltip("origin:Q", title="To the origin (/s)", format=",.0f"),
        alt.Tooltip("edge_hits:Q", title="Answered at a PoP", format=".1%"),
        alt.Tooltip("shield_hits:Q", title="At a shield", format=".1%"),
        alt.Tooltip("machines:Q", title="Machines", format=",.0f"),
    ]
    marks = {"x": _pops(), "y": y, "color": _colour(), "tooltip": tooltip}
    wide = _rows(LINE, ALONE).mark_line(strokeWidth=6, opacity=0.5).encode(**marks)
    lines = _rows(LINE, SHIELD, CODE).mark_line(strokeWidth=2.5).encode(**marks)
    here = (
        _rows(SET).mark_point(shape="diamond", size=150, strokeWidth=2.5, opacity=1).encode(**marks)
    )
    return alt.layer(wide, lines, here, guess_rule("y")).properties(width=WIDTH, height=150)


def _crowd() -> alt.LayerChart | alt.FacetChart:
    """What one page brings the origin."""
    rows = _rows(CROWD).transform_calculate(
        least="0.01", end="max(datum.bar_rate, 0.01)", text="format(datum.bar_rate, ',.3~r')"
    )
    x = alt.X(
        "end:Q", title="The crowd's requests to the origin (/s)",
        scale=alt.Scale(type="log", domain=[0.01, 1e6], nice=False, clamp=True),
        axis=alt.Axis(format=",~r", values=[0.01, 1, 100, 10_000]),
    )  # fmt: skip
    y = alt.Y("bar:N", title=None, sort=list(BARS))
    tooltip = [
        alt.Tooltip("bar:N", title="Through"),
        alt.Tooltip("bar_rate:Q", title="To the origin (/s)", format=",.2f"),
    ]
    bars = rows.mark_bar(opacity=0.75).encode(x=x, x2="least:Q", y=y, tooltip=tooltip)
    text = rows.mark_text(align="left", dx=4).encode(x=x, y=y, text="text:N", tooltip=tooltip)
    return alt.layer(bars, text).properties(width=WIDTH, height=130)


def _of(name: str, way: str, column: str, form: str, **where: float | str) -> Reading:
    return Reading(name, column, {**HERE, "way": way, **where}, form)


def _best(name: str, way: str, column: str, form: str = ",.0f") -> Reading:
    return Reading(name, column, {"kind": LINE, "way": way, "best": 1}, form)


def _bar(name: str, bar: str) -> Reading:
    return Reading(name, "bar_rate", {"kind": CROWD, "bar": bar}, ",.1f")


lab = Lab(
    name="infrastructure/edge",
    title="How many points of presence, and what behind them?",
    kernel=edge,
    controls=[
        Slider("pops", "Points of presence", GRID, 100, help="0: the origin alone, in Virginia"),
        Slider("ttl_s", "Time to live", (1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0, 86_400.0),
               TTL_S, unit="s"),
        Slider("rate_per_s", "Requests", (20.0, 200.0, 1000.0, 2000.0, 5000.0, 20_000.0, 100_000.0),
               RATE_PER_S, unit="/s", help="All over the world; a fifth cannot be cached"),
        Choice("tier", "Shield", SHIELDS),
        linear("setup", "Round trips before", 0, 3, 1, 0,
               help="0 on an open connection, 2 for TCP and TLS 1.3, 3 for TLS 1.2"),
        Slider("edge_share", "Needs no data", (0.0, 0.1, 0.25, 0.5, 0.75, 0.9), 0.5, format=".0%",
               help="Of what cannot be cached: code at the edge answers it alone"),
        linear("trips", "Trips to the core", 1, 10, 1, 3,
               help="Of code at the edge, for each request that needs data"),
        Slider("crowd", "Europe asks for", (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0), 20.0,
               unit="times", help="What is more than otherwise is for one new page"),
        Slider("hot_ttl_s", "That page's life", (0.1, 0.5, 1.0, 5.0, 15.0, 60.0), HOT_TTL_S,
               unit="s", format=",.1f"),
    ],
    constants={
        "n_objects": PRODUCTS,
        "skew": SKEW,
        "dynamic": DYNAMIC,
        "customers": 0,
        "stretch": STRETCH,
        "last_mile_ms": LAST_MILE_MS,
        "server_ms": SERVER_MS,
        "edge_ms": EDGE_MS,
        "metro_km": METRO_KM,
        "answer_kb": ANSWER_KB,
        "work_ms": shop.MACHINE_MS,
        "vcpus": shop.VCPUS,
        "most_busy": MOST_BUSY,
        **PRICES,
    },
    columns=[
        Column("kind", "Kind", hidden=True),
        Column("pops", "PoPs"),
        Column("way", "With", labels=WAYS),
        Column("mean", "Mean", "ms"),
        Column("p95", "p95", "ms"),
        Column("edge_hits", "At a PoP", format=".1%"),
        Column("shield_hits", "At a shield", format=".1%"),
        Column("origin", "To the origin", "/s"),
        Column("best", "Best", hidden=True),
        Column("km", "Way to a PoP", "km"),
        Column("unused", "Copies used once", format=".1%"),
        Column("machines", "Machines"),
        Column("egress", "Sent", "USD a month"),
        Column("fees", "Requests", "USD a month"),
        Column("rent", "Rent", "USD a month"),
        Column("total", "In all", "USD a month"),
        Column("even", "Break-even", hidden=True),
        Column("there", "PoPs at all", hidden=True),
        Column("bar", "A crowd, through", labels=BARS),
        Column("bar_rate", "To the origin", "/s", ",.1f"),
    ],
    chart=alt.vconcat(_waits(), _origin(), _crowd()),
    summary=(
        "{pops} PoPs, and a copy lives for {ttl_s}. [The PoPs alone answer {alone_hits} of what "
        "can be cached; ]{alone_origin} requests a second are left for the origin, and one waits "
        "for {alone_mean} ms, p95 {alone_p95}. With a shield [the PoPs answer {edge_hits} and the "
        "shield {shield_hits}; ]{shield_origin} are left, {shield_mean} ms. With code at the edge "
        "{code_origin}, {code_mean} ms[; {even} trips would be as quick as code at the origin]. "
        "The least wait is that with {alone_best} PoPs alone, {shield_best} with a shield. A crowd "
        "brings the origin {crowd_all} requests a second without a CDN, {crowd_pops} through PoPs, "
        "{crowd_collapsed} if they collapse, {crowd_shield} through the shield, "
        "{crowd_both} if it does. A month is {alone_usd} USD, {shield_usd} with the shield."
    ),
    readings=[
        _of("alone_hits", ALONE, "edge_hits", ".1%", there=1),
        _of("alone_origin", ALONE, "origin", ",.0f"),
        _of("alone_mean", ALONE, "mean", ",.0f"),
        _of("alone_p95", ALONE, "p95", ",.0f"),
        _of("edge_hits", SHIELD, "edge_hits", ".1%", there=1),
        _of("shield_hits", SHIELD, "shield_hits", ".1%", there=1),
        _of("shield_origin", SHIELD, "origin", ",.0f"),
        _of("shield_mean", SHIELD, "mean", ",.0f"),
        _of("shield_p95", SHIELD, "p95", ",.0f"),
        _of("code_origin", CODE, "origin", ",.0f"),
        _of("code_mean", CODE, "mean", ",.0f"),
        _of("code_p95", CODE, "p95", ",.0f"),
        _of("even", CODE, "even", ",.1f", there=1),
        _of("way", ALONE, "km", ",.0f"),
        _of("unused", ALONE, "unused", ".1%", there=1),
        _of("alone_machines", ALONE, "machines", ",.0f"),
        _of("shield_machines", SHIELD, "machines", ",.0f"),
        _of("alone_egress", ALONE, "egress", ",.0f"),
        _of("alone_fees", ALONE, "fees", ",.0f"),
        _of("shield_fees", SHIELD, "fees", ",.0f"),
        _of("alone_rent", ALONE, "rent", ",.0f"),
        _of("shield_rent", SHIELD, "rent", ",.0f"),
        _of("alone_usd", ALONE, "total", ",.0f"),
        _of("shield_usd", SHIELD, "total", ",.0f"),
        _best("alone_best", ALONE, "pops"),
        _best("alone_least", ALONE, "mean"),
        _best("shield_best", SHIELD, "pops"),
        _best("shield_least", SHIELD, "mean"),
        _bar("crowd_all", BARS[0]),
        _bar("crowd_pops", BARS[1]),
        _bar("crowd_collapsed", BARS[2]),
        _bar("crowd_shield", BARS[3]),
        _bar("crowd_both", BARS[4]),
    ],
    prediction=Prediction(
        "The shop's pages are read all over the world, 2,000 requests a second, of which 400 "
        "cannot be cached. A copy lives for five minutes. One point of presence leaves the origin "
        "432 requests a second. How many do 100 of them leave, without a shield?",
        reading="alone_origin", low=0, high=2000, step=10, format=",.0f", unit="/s",
    ),
    tries=[
        Try("300, as near as it gets. Are users better off than with ten?", {"pops": 300}),
        Try("A copy lives for an hour. How many points of presence are best now?",
            {"ttl_s": 3600.0}),
        Try("A shield in each region. Who gains by it, and who loses?", {"tier": 1}),
        Try("The first request of a visit, with TCP and TLS before it. What are ten worth to it, "
            "even if nothing is cached?", {"setup": 2, "pops": 10}),
        Try("Code at the edge that asks the core once. And twice?", {"trips": 1}),
        Try("The new page may be a minute old. Does it need collapsing still?",
            {"hot_ttl_s": 60.0}),
    ],
)  # fmt: skip
