"""Lab: how far away is the shop, and how many regions does it take to be near?"""

from typing import Any

import altair as alt

from scalelab.facts.places import AREAS, CONTINENTS
from scalelab.kernels.multi_region.latency import latency
from scalelab.models.multi_region.latency import CUSTOMERS, REGION_NAMES, mask_of
from scalelab.web.lab import (
    Choice,
    Choices,
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

KINDS = ("Users", "Region", "Best places", "Continent")
QUANTILES = ("p50", "p95", "p99")
EVERYBODY = "All users"
NAMES = (
    *(area.name for area in AREAS),
    *(f"{name} (region)" for name in REGION_NAMES),
    "1 region",
    *(f"{n} regions" for n in range(2, len(REGION_NAMES) + 1)),
    *CONTINENTS,
    EVERYBODY,
)
SEVERAL = "–"
# Where the name of a region stands: not on that of its neighbour.
LABELS: tuple[tuple[tuple[str, ...], dict[str, Any]], ...] = (
    (("Oregon", "Ireland", "Tokyo", "São Paulo"), {"baseline": "bottom", "dy": -11}),
    (
        ("N. California", "Singapore", "Mumbai", "Cape Town", "Sydney"),
        {"baseline": "top", "dy": 11},
    ),
    (("Virginia", "Frankfurt"), {"align": "left", "baseline": "middle", "dx": 12}),
    (("Seoul",), {"align": "right", "baseline": "middle", "dx": -12}),
)
MASK_OF_ALL = (1 << len(REGION_NAMES)) - 1


def _rows(kind: str) -> alt.Chart:
    return alt.Chart(data()).transform_filter(f"datum.kind == '{kind}'")


def _colour() -> alt.Color:
    return alt.Color(
        "quantile:N", title=None, scale=alt.Scale(domain=list(QUANTILES)),
        legend=alt.Legend(symbolType="stroke", symbolOpacity=1),
    )  # fmt: skip


def _map() -> alt.LayerChart | alt.FacetChart:
    x = alt.X(
        "longitude:Q",
        title="Users: circles, darker if far. Regions: diamonds, full if on, ringed if best",
        scale=alt.Scale(domain=[-180, 180], nice=False),
        axis=alt.Axis(values=[-120, -60, 0, 60, 120]),
    )
    y = alt.Y(
        "latitude:Q", title="Latitude", scale=alt.Scale(domain=[-60, 75], nice=False),
        axis=alt.Axis(values=[-60, -30, 0, 30, 60]),
    )  # fmt: skip
    users = _rows("Users").mark_circle().encode(
        x=x, y=y,
        size=alt.Size("share:Q", legend=None, scale=alt.Scale(domain=[0, 0.1], range=[20, 500])),
        opacity=alt.Opacity(
            "round_trip:Q", legend=None,
            scale=alt.Scale(domain=[0, 250], range=[0.15, 0.95], clamp=True),
        ),
        tooltip=[
            alt.Tooltip("name:N", title="Users in"),
            alt.Tooltip("share:Q", title="Of all users", format=".1%"),
            alt.Tooltip("region:N", title="Go to"),
            alt.Tooltip("distance:Q", title="Distance (km)", format=",.0f"),
            alt.Tooltip("round_trip:Q", title="Round trip (ms)", format=",.0f"),
            alt.Tooltip("p50:Q", title="Page, p50 (ms)", format=",.0f"),
        ],
    )  # fmt: skip
    regions = _rows("Region")
    tooltip = [
        alt.Tooltip("region:N", title="Region"),
        alt.Tooltip("share:Q", title="Of all users", format=".0%"),
        alt.Tooltip("p50:Q", title="Their p50 (ms)", format=",.0f"),
    ]
    off = regions.transform_filter("datum.on == 0").mark_point(
        shape="diamond", size=50, filled=False, opacity=0.8
    )
    on = regions.transform_filter("datum.on == 1")
    full = on.mark_point(shape="diamond", size=110, filled=True, opacity=1, color="#d1495b")
    best = regions.transform_filter("datum.best == 1").mark_point(
        shape="circle", size=260, filled=False, strokeWidth=2, opacity=1, color="#d1495b"
    )
    named = regions.transform_filter("datum.on == 1 || datum.best == 1")
    labels = [
        named.transform_filter(alt.FieldOneOfPredicate("region", list(names)))
        .mark_text(**place, fontWeight="bold")
        .encode(x=x, y=y, text="region:N")
        for names, place in LABELS
    ]
    return alt.layer(
        users,
        off.encode(x=x, y=y, tooltip=tooltip),
        best.encode(x=x, y=y, tooltip=tooltip),
        full.encode(x=x, y=y, tooltip=tooltip),
        *labels,
    ).properties(height=210)


def _numbers() -> alt.LayerChart | alt.FacetChart:
    x = alt.X(
        "n:Q", title="Regions: lines, in the best places; squares, yours",
        scale=alt.Scale(domain=[0.7, 12.3], nice=False),
        axis=alt.Axis(values=list(range(1, 13)), format=",d"),
    )  # fmt: skip
    y = alt.Y("wait:Q", title="Page (ms)", scale=alt.Scale(zero=True))
    tooltip = [
        alt.Tooltip("name:N", title="For"),
        alt.Tooltip("n:Q", title="Regions", format=",d"),
        alt.Tooltip("quantile:N", title="Quantile"),
        alt.Tooltip("wait:Q", title="Page (ms)", format=",.0f"),
    ]
    best = _rows("Best places").transform_fold(list(QUANTILES), as_=["quantile", "wait"])
    here = (
        _rows("Continent")
        .transform_filter(f"datum.name == '{EVERYBODY}'")
        .transform_fold(list(QUANTILES), as_=["quantile", "wait"])
    )
    lines = best.mark_line(point=True, strokeWidth=2.5).encode(
        x=x, y=y, color=_colour(), tooltip=tooltip
    )
    squares = here.mark_point(shape="square", size=90, filled=False, strokeWidth=2.5, opacity=1)
    return alt.layer(
        lines, squares.encode(x=x, y=y, color=_colour(), tooltip=tooltip), guess_rule("y")
    ).properties(height=190)


def _continents() -> alt.LayerChart | alt.FacetChart:
    rows = _rows("Continent")
    y = alt.Y("name:N", title=None, sort=[*CONTINENTS, EVERYBODY])
    tooltip = [
        alt.Tooltip("name:N", title="Users in"),
        alt.Tooltip("share:Q", title="Of all users", format=".1%"),
        *(alt.Tooltip(f"{q}:Q", title=f"{q} (ms)", format=",.0f") for q in QUANTILES),
    ]
    bars = rows.mark_bar(opacity=0.25, height=7).encode(
        x=alt.X("p50:Q", title="Page (ms)"), x2="p99:Q", y=y, tooltip=tooltip
    )
    points = (
        rows.transform_fold(list(QUANTILES), as_=["quantile", "wait"])
        .mark_point(size=60, filled=True, opacity=1)
        .encode(
            x=alt.X("wait:Q", title="Page (ms)", scale=alt.Scale(zero=True)), y=y,
            color=_colour(), tooltip=tooltip,
        )
    )  # fmt: skip
    return alt.layer(bars, points).properties(height=150)


def _all(name: str, column: str, form: str = ",.0f") -> Reading:
    return Reading(name, column, {"name": EVERYBODY}, form)


def _best(name: str, column: str, n: int, form: str = ",.0f") -> Reading:
    return Reading(name, column, {"kind": "Best places", "n": n}, form)


lab = Lab(
    name="multi_region/latency",
    title="How near is near enough?",
    kernel=latency,
    controls=[
        Choices("regions", "Regions that are on", REGION_NAMES, mask_of(["Virginia"]),
                help="Each user goes to the nearest of them"),
        Choice("customers", "Customers are", CUSTOMERS,
               help="In forty large cities; which share of a continent has in the last two cases "
                    "is an assumption"),
        linear("round_trips", "Round trips for a page", 1, 12, 1, 4,
               help="A new connection: TCP, TLS 1.3, the page, what it is made of"),
        linear("stretch", "Way over great circle", 1.0, 3.0, 0.1, 1.8, format=",.1f",
               help="Cables go round things. 1.8 is the median between the regions of AWS in 2017"),
        Slider("last_mile", "Last mile", (0.0, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 50.0, 100.0), 15.0,
               unit="ms", help="Mean of what a round trip takes up to the network, drawn once for "
                               "each user: exponential. An assumption"),
        Slider("server", "Server", (0.0, 20.0, 50.0, 100.0, 200.0, 500.0), 50.0, unit="ms"),
        Choice("aim", "The best places are those with",
               ("the least mean distance", "the nearest farthest users")),
    ],
    columns=[
        Column("kind", "Row", labels=KINDS),
        Column("name", "Name", labels=NAMES),
        Column("latitude", "Latitude", hidden=True),
        Column("longitude", "Longitude", hidden=True),
        Column("share", "Of all users", format=".1%"),
        Column("region", "Go to", labels=(*REGION_NAMES, SEVERAL)),
        Column("distance", "Distance", "km"),
        Column("round_trip", "Round trip", "ms"),
        Column("p50", "Page, p50", "ms"),
        Column("p95", "p95", "ms"),
        Column("p99", "p99", "ms"),
        Column("n", "Regions"),
        Column("on", "On", hidden=True),
        Column("best", "Best", hidden=True),
        Column("excess", "Over the best", format=",.2f", hidden=True),
    ],
    chart=alt.vconcat(_map(), _numbers(), _continents()),
    summary=(
        "{regions}: half of the users have the page within {p50} ms, 95 % within {p95} ms, 99 % "
        "within {p99} ms. The way to the region is {distance} km on average, {round_trip} ms there "
        "and back. In the best places, one region has a p50 of {one_p50} ms, three {three_p50} ms, "
        "five {five_p50} ms, all twelve {twelve_p50} ms; the p99 of four is {four_p99} ms, of five "
        "{five_p99} ms."
    ),
    readings=[
        *(_all(q, q) for q in QUANTILES),
        _all("distance", "distance"),
        _all("round_trip", "round_trip"),
        _all("excess", "excess", ",.2f"),
        *(Reading(f"{c.lower().replace(' ', '_')}_p50", "p50", {"name": c}, ",.0f")
          for c in CONTINENTS),
        _best("one_p50", "p50", 1),
        _best("two_p50", "p50", 2),
        _best("three_p50", "p50", 3),
        _best("four_p50", "p50", 4),
        _best("five_p50", "p50", 5),
        _best("eight_p50", "p50", 8),
        _best("twelve_p50", "p50", 12),
        _best("one_p99", "p99", 1),
        _best("three_p99", "p99", 3),
        _best("four_p99", "p99", 4),
        _best("five_p99", "p99", 5),
        _best("twelve_p99", "p99", 12),
        _best("greedy_five", "excess", 5, ",.2f"),
    ],
    prediction=Prediction(
        "The shop sells to the whole world. From the best four of these twelve places, one visitor "
        "in a hundred waits longer than 699 ms for a page. A fifth region opens, and all five are "
        "where they serve best. Longer than how many ms does one in a hundred wait now?",
        reading="five_p99", low=0.0, high=1000.0, step=10.0, format=",.0f", unit="ms",
    ),
    tries=[
        Try("Still one region, but move the shop from Virginia to Mumbai.",
            {"regions": mask_of(["Mumbai"])}),
        Try("Stay in Virginia and make do with two round trips a page. How many regions would be "
            "worth as much?", {"round_trips": 2}),
        Try("Only the users who are farthest away count. What do four regions for them cost all "
            "the others?",
            {"aim": 1, "regions": mask_of(["Virginia", "Singapore", "São Paulo", "Mumbai"])}),
        Try("All twelve regions: what is left, and of what is it made?", {"regions": MASK_OF_ALL}),
    ],
)  # fmt: skip
