"""Lab: browser, CDN, application cache and database, one behind the other."""

import altair as alt

from scalelab.facts.latency import (
    DATA_CENTRE_ROUND_TRIP,
    DISK_SEEK,
    EDGE_ROUND_TRIP,
    VIRGINIA_IRELAND_ROUND_TRIP,
)
from scalelab.kernels.caching.multi_level import multi_level
from scalelab.models.caching.multi_level import LEVELS
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
    one_two_five,
)

ORDER = "indexof(['Browser', 'CDN edge', 'Application cache', 'Database buffer'], datum.level)"


def _chart() -> alt.TopLevelMixin:
    x = alt.X(
        "size:O", title="Size of the level that is varied (objects)", axis=alt.Axis(labelAngle=0)
    )
    y = alt.Y(
        "share:Q", title="Share of requests answered", stack="zero",
        axis=alt.Axis(format=".0%"), scale=alt.Scale(domain=[0, 1]),
    )  # fmt: skip
    bars = (
        alt.Chart(data())
        .transform_filter("datum.point >= 0")
        .transform_calculate(order=f"{ORDER} < 0 ? 4 : {ORDER}")
        .mark_bar()
        .encode(
            x=x,
            y=y,
            color=alt.Color("level:N", title=None, scale=alt.Scale(domain=list(LEVELS))),
            order=alt.Order("order:Q"),
            tooltip=[
                alt.Tooltip("level:N", title="Level"),
                alt.Tooltip("size:O", title="Size"),
                alt.Tooltip("share:Q", title="Of all requests", format=".1%"),
                alt.Tooltip("hit_ratio:Q", title="Of those that come to it", format=".1%"),
                alt.Tooltip("latency:Q", title="Mean latency (ms)", format=",.1f"),
            ],
        )
    )
    as_set = (
        alt.Chart(data())
        .transform_filter("datum.point < 0 && datum.level == 'Disk'")
        .transform_calculate(text="'as set \u25bc'")
        .mark_text(dy=-7, fontWeight="bold")
        .encode(x=x, y=alt.Y("so_far:Q"), text="text:N")
    )
    return alt.layer(bars, as_set, guess_rule("y"))


def _at(name: str, column: str, level: str, form: str) -> Reading:
    return Reading(name, column, {"point": -1, "level": level}, form)


lab = Lab(
    name="caching/multi_level",
    title="What each level absorbs",
    kernel=multi_level,
    controls=[
        Choice("varied", "Vary the size of", LEVELS[:3], 1),
        Slider("browser_size", "Browser", (0, 1, 2, 4, 8, 16, 32, 64), 16, unit="objects"),
        Slider("cdn_size", "CDN edge", (0, 16, 32, 64, 128, 256, 512, 1024), 128,
               unit="objects"),
        Slider("application_size", "Application cache",
               (0, 16, 32, 64, 128, 256, 512, 1024), 256, unit="objects"),
        linear("skew", "Skew of popularity", 0.4, 1.4, 0.1, 1.0, format=",.1f"),
        linear("personal", "Personal answers", 0.0, 1.0, 0.05, 0.2, format=".0%",
               help="Share of requests that neither browser nor CDN may keep"),
        one_two_five("request_rate", "Requests", 100, 50_000, 2000, unit="per second"),
    ],
    constants={
        "edge_ms": EDGE_ROUND_TRIP.value, "origin_ms": VIRGINIA_IRELAND_ROUND_TRIP.value,
        "network_ms": DATA_CENTRE_ROUND_TRIP.value, "disk_ms": DISK_SEEK.value,
        "buffer_size": 512, "n_objects": 1024, "users": 50, "edges": 4,
        "n_requests": 12_000, "n_points": 8, "seed": 1,
    },
    columns=[
        Column("point", "Point", hidden=True),
        Column("size", "Size of the varied level", "objects"),
        Column("level", "Level", labels=LEVELS),
        Column("share", "Of all requests", format=".1%"),
        Column("so_far", "With the levels before it", format=".1%"),
        Column("hit_ratio", "Of those that come to it", format=".1%"),
        Column("latency", "Mean latency", "ms", ",.1f"),
        Column("origin", "Reach the application", "/s"),
        Column("stored", "Reach the database", "/s"),
    ],
    chart=_chart(),
    summary=(
        "As set, browsers answer {browser} of requests, the CDN {cdn}, the application cache "
        "{application}. Of {request_rate}, {origin} a second reach the application and {stored} "
        "the database. Mean latency {latency} ms."
    ),
    readings=[
        _at("browser", "share", "Browser", ".1%"),
        _at("cdn", "share", "CDN edge", ".1%"),
        _at("application", "share", "Application cache", ".1%"),
        _at("outside", "so_far", "CDN edge", ".1%"),
        _at("origin", "origin", "Browser", ",.0f"),
        _at("stored", "stored", "Browser", ",.0f"),
        _at("latency", "latency", "Browser", ",.1f"),
    ],
    prediction=Prediction(
        "Browsers and a CDN stand in front of the shop, and a fifth of the answers is personal, "
        "so that neither may keep them. What share of all requests never reaches our servers?",
        reading="outside", low=0.0, high=1.0, step=0.01, format=".0%",
    ),
    tries=[
        Try("Switch the CDN off: the application cache now sees the popular objects itself. What "
            "does the database notice?",
            {"cdn_size": 0, "varied": 2}),
        Try("Half of the answers are personal: who answers them?", {"personal": 0.5}),
        Try("Vary the browser: whom does it take the work from? What does the application "
            "notice?", {"varied": 0}),
    ],
)  # fmt: skip
