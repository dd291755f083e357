"""Lab: who asks for what. Targets by rank, the law fitted to them, and what a few of them make."""

import altair as alt

from scalelab.kernels.workload.popularity import popularity
from scalelab.labs.caching.hit_ratio import lab as hit_ratio
from scalelab.labs.introduction.read_write import lab as read_write
from scalelab.labs.storage.hot_key import lab as hot_key
from scalelab.labs.storage.sharding import lab as sharding
from scalelab.models.access_log import FORMAT
from scalelab.models.workload.popularity import COUNTED, DEPARTMENTS, STATES
from scalelab.samples import week
from scalelab.web.lab import (
    Choice,
    Column,
    HandOver,
    Lab,
    OwnData,
    Prediction,
    Reading,
    Sample,
    Try,
    data,
    guess_rule,
    linear,
    one_two_five,
)

KINDS = ("Rank", "Endpoint")
RANK, ENDPOINT = KINDS
ASKED, LAW, LINE, TRUTH, HOT = (
    "Asked for", "Zipf's law, fitted", "Straight line", "Truth", "Out of line",
)  # fmt: skip
WHOLE, ONE = "All of the endpoint", "Its most popular target"
COLOURS = [ASKED, LAW, LINE, TRUTH, HOT]
GREY = "#8b93a1"
DECADES = [10**i for i in range(8)]


def _x(title: str | None) -> alt.X:
    return alt.X(
        "rank:Q", title=title, scale=alt.Scale(type="log", nice=False, padding=8),
        axis=alt.Axis(format="~s", values=DECADES),
    )  # fmt: skip


def _ranks() -> alt.LayerChart | alt.FacetChart:
    rows = alt.Chart(data()).transform_filter(f"datum.kind == '{RANK}'")
    x = _x(None)
    colour = alt.Color(
        "what:N", title=None, scale=alt.Scale(domain=COLOURS), legend=alt.Legend(symbolOpacity=1)
    )  # fmt: skip

    def y(column: str) -> alt.Y:
        return alt.Y(
            f"{column}:Q", title="Times asked for",
            scale=alt.Scale(type="log", nice=False, padding=8),
            axis=alt.Axis(format="~s", values=DECADES),
        )  # fmt: skip

    tooltip = [
        alt.Tooltip("rank:Q", title="Rank", format=",.0f"),
        alt.Tooltip("target:N", title="Target"),
        alt.Tooltip("asked:Q", title="Asked for", format=",.0f"),
        alt.Tooltip("share:Q", title="Share of the requests", format=".2%"),
        alt.Tooltip("law:Q", title="By the fitted law", format=",.1f"),
        alt.Tooltip("line:Q", title="By the straight line", format=",.1f"),
    ]
    lines = [
        # Below half a request there is nothing to see, and the scale would stretch down to it.
        rows.transform_filter(f"{known} && datum.{column} >= 0.5")
        .transform_calculate(what=f'"{name}"')
        .mark_line(strokeWidth=width, opacity=opacity, strokeDash=[1, 0])
        .encode(x=x, y=y(column), color=colour)
        for name, column, known, width, opacity in (
            # The truth is broad, so that it can be seen below what hits it.
            (TRUTH, "truth", "datum.has_truth == 1", 8, 0.35),
            (LINE, "line", "datum.has_line == 1", 2, 1.0),
            (LAW, "law", "datum.in_law == 1", 2, 1.0),
        )
    ]
    points = (
        rows.transform_calculate(what=f"datum.is_hot == 1 ? '{HOT}' : '{ASKED}'")
        .mark_point(filled=True, opacity=1)
        .encode(
            x=x, y=y("asked"), color=colour, tooltip=tooltip,
            size=alt.condition("datum.is_hot == 1", alt.value(110), alt.value(30)),
        )
    )  # fmt: skip
    return alt.layer(*lines, points).properties(height=220)


def _together() -> alt.LayerChart | alt.FacetChart:
    rows = alt.Chart(data()).transform_filter(f"datum.kind == '{RANK}'")
    x = _x("Rank: the most popular first")
    y = alt.Y(
        "together:Q", title="Share, up to here", scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(format=".0%", tickCount=5),
    )  # fmt: skip
    tooltip = [
        alt.Tooltip("rank:Q", title="The most popular", format=",.0f"),
        alt.Tooltip("together:Q", title="Share of the requests", format=".1%"),
    ]
    area = rows.mark_area(opacity=0.25, color=GREY, line={"color": GREY}).encode(
        x=x, y=y, tooltip=tooltip
    )
    top = rows.transform_filter("datum.is_top == 1").transform_calculate(
        text="format(datum.together, '.0%') + ' for the top 1%'"
    )
    rule = top.mark_rule(strokeWidth=1.5).encode(x=x)
    label = top.mark_text(align="left", dx=6, y=10, fontWeight="bold").encode(x=x, text="text:N")
    return alt.layer(area, rule, label, guess_rule("y")).properties(height=110)


def _endpoints() -> alt.LayerChart | alt.FacetChart:
    """A bar for each endpoint, and in it the part of the one target that is asked for the most."""
    rows = alt.Chart(data()).transform_filter(f"datum.kind == '{ENDPOINT}'")
    by_share = alt.EncodingSortField("endpoint_share", order="descending")
    row = alt.Y("endpoint:N", title=None, sort=by_share, axis=alt.Axis(labelLimit=120))
    axis = alt.Axis(format=".0%", tickCount=5)
    tooltip = [
        alt.Tooltip("endpoint:N", title="Endpoint"),
        alt.Tooltip("endpoint_share:Q", title="Share of all requests", format=".1%"),
        alt.Tooltip("target:N", title="Its most popular target"),
        alt.Tooltip("its_hottest:Q", title="Share of that one", format=".1%"),
        alt.Tooltip("its_writes:Q", title="Writes, of its requests", format=".0%"),
    ]
    whole = rows.mark_bar(color=GREY, opacity=0.45).encode(
        y=row,
        x=alt.X("endpoint_share:Q", title="Share of all requests; dark: its top target", axis=axis),
        tooltip=tooltip,
    )
    one = rows.mark_bar(color=GREY).encode(y=row, x=alt.X("its_hottest:Q"), tooltip=tooltip)
    return alt.layer(whole, one).properties(height=alt.Step(16))


def _of_all(name: str, column: str, form: str, known: str | None = None) -> Reading:
    """Of the whole result, in the first row; a dash where there is none."""
    return Reading(name, column, {} if known is None else {known: 1}, form)


lab = Lab(
    name="workload/popularity",
    title="Who asks for what?",
    kernel=popularity,
    own=OwnData(
        "log", FORMAT, instead="the shop's workload",
        note="Controls that shape the shop's workload have no effect on it; the choice of reads or "
             "writes has. A target is an address with its query, an endpoint one without ids.",
        sample=Sample(week.FILE, week.TITLE),
    ),
    hand_overs=(
        HandOver(
            hit_ratio,
            {"skew": "fitted_skew", "n_objects": "fitted_catalogue",
             "n_requests": "lawful_requests", "one_hit_share": "one_hit",
             "cache_size": "lawful_size"},
        ),
        HandOver(hot_key, {"share": "lawful_hottest"}),
        HandOver(sharding, {"skew": "fitted_skew", "n_keys": "fitted_catalogue"}),
        HandOver(read_write, {"write_share": "lawful_writes"}),
    ),
    controls=[
        one_two_five("n_requests", "Requests in the log", 1_000, 200_000, 20_000),
        one_two_five("n_objects", "Catalogue", 100, 100_000, 20_000, unit="products"),
        linear("skew", "Skew of popularity", 0.4, 1.4, 0.1, 0.9, format=",.1f",
               help="Zipf exponent: the k-th most popular product is asked for as 1 / k^skew"),
        linear("trend_share", "On television", 0.0, 0.5, 0.01, 0.0, format=".0%",
               help="Share of the requests for one product of the long tail that everybody "
                    "wants to see today"),
        linear("write_share", "Writes", 0.0, 0.95, 0.05, 0.05, format=".0%",
               help="Share of the requests that put something in a basket"),
        Choice("counted", "Rank by", COUNTED),
        linear("seed", "Seed", 1, 20, 1, 1, help="Another seed, another day of requests"),
    ],
    columns=[
        Column("kind", "Row", labels=KINDS),
        Column("rank", "Rank"),
        Column("asked", "Asked for", "times"),
        Column("share", "Share", "of the counted", ".2%"),
        Column("law", "By Zipf's law, fitted", "times", ",.1f"),
        Column("line", "By the straight line", "times", ",.1f"),
        Column("truth", "In truth", "times", ",.1f"),
        Column("in_law", "Has a law", hidden=True),
        Column("has_truth", "Has a truth", hidden=True),
        Column("is_hot", "Out of line"),
        Column("together", "Share, up to here", format=".1%"),
        Column("is_top", "Ends the top 1%", hidden=True),
        Column("endpoint", "Endpoint", labels=DEPARTMENTS, names="endpoint"),
        Column("endpoint_share", "Share", "of all requests", ".1%"),
        Column("its_hottest", "Its most popular target", "of all requests", ".1%"),
        Column("its_writes", "Its writes", format=".0%"),
        *(
            Column(name, name, hidden=True)
            for name in (
                "requests", "counted", "seen", "write_share", "top_share", "top_few", "hottest",
                "hot_endpoint", "ahead", "new", "once_targets", "once_requests",
            )
        ),
        Column("state", "State", labels=STATES, hidden=True),
        *(
            Column(name, name, hidden=True)
            for name in (
                "skew", "skew_low", "skew_high", "line_skew", "has_line", "hot_items", "hot_share",
                "hot_times", "catalogue", "catalogue_low", "catalogue_high", "has_catalogue",
                "catalogue_ends", "one_hit", "top_size", "own", "head",
            )
        ),
        Column("target", "Target", names="target"),
    ],
    chart=alt.vconcat(_ranks(), _together(), _endpoints()),
    summary=(
        "Of {requests} requests, {writes} write. The {counted_requests} that are ranked ask for "
        "{seen} targets. The most popular 1% ({top_size}) get {top_share}, the top ten "
        "{top_few}, the first alone (target {first}) {hottest}; the busiest endpoint gets "
        "{hot_endpoint} of all requests. Asked for once in this log: {once_targets} of the "
        "targets, {once} of the requests.[ The top 1% by the first half of the log answers "
        "{ahead} of the second half, and {new} of that asks for what the first half never saw.] "
        "{state}[: skew {fitted_skew} ({fitted_skew_low} to {fitted_skew_high}, 95%)][; a "
        "straight line through the points says {line_skew}].[ Out of line: {hot_items}, the "
        "first with {hot_share}, {hot_times} times what the law has for its place.][ By the law "
        "there are {fitted_catalogue} targets in all ({catalogue_low} to {catalogue_high}).]"
    ),
    readings=[
        _of_all("requests", "requests", ",.0f"),
        _of_all("counted_requests", "counted", ",.0f"),
        _of_all("writes", "write_share", ".1%"),
        _of_all("seen", "seen", ",.0f"),
        _of_all("top_size", "top_size", ",.0f"),
        _of_all("top_share", "top_share", ".1%"),
        _of_all("top_few", "top_few", ".1%"),
        _of_all("hottest", "hottest", ".1%"),
        Reading("first", "target", {"kind": RANK, "rank": 1}, ".0f"),
        _of_all("hot_endpoint", "hot_endpoint", ".1%"),
        _of_all("once_targets", "once_targets", ".0%"),
        _of_all("once", "once_requests", ".1%"),
        _of_all("ahead", "ahead", ".1%"),
        _of_all("new", "new", ".1%"),
        _of_all("state", "state", ",.0f"),
        *(
            Reading(f"fitted_{name}", name, {"state": STATES[1]}, ".3f")
            for name in ("skew", "skew_low", "skew_high")
        ),
        _of_all("line_skew", "line_skew", ".3f", "has_line"),
        Reading("hot_items", "hot_items", {"state": STATES[1]}, ",.0f"),
        _of_all("hot_share", "hot_share", ".1%", "is_hot"),
        _of_all("hot_times", "hot_times", ",.1f", "is_hot"),
        _of_all("fitted_catalogue", "catalogue", ",.0f", "has_catalogue"),
        _of_all("catalogue_low", "catalogue_low", ",.0f", "has_catalogue"),
        _of_all("catalogue_high", "catalogue_high", ",.0f", "catalogue_ends"),
        _of_all("one_hit", "one_hit", ".1%", "has_catalogue"),
        # A log without a law is too short to go on to another lab.
        *(
            Reading(f"lawful_{name}", column, {"state": STATES[1]}, form)
            for name, column, form in (
                ("requests", "counted", ",.0f"), ("size", "top_size", ",.0f"),
                ("hottest", "hottest", ".1%"), ("writes", "write_share", ".1%"),
            )
        ),
    ],
    prediction=Prediction(
        "The shop has 20,000 products and writes down 20,000 requests. A small cache holds the "
        "most popular 1% of the products that were looked at. What share of the page views does "
        "it answer?",
        reading="top_share", low=0.0, high=1.0, step=0.01, format=".0%",
    ),
    tries=[
        Try("Ten times the log. What does the straight line say of the same shop now, and how many "
            "more products were seen?", {"n_requests": 200_000}),
        Try("A morning of 1,000 requests. What can still be told?", {"n_requests": 1_000}),
        Try("A product from the long tail is on television and gets 15%. Who sees it in the "
            "departments, who in the ranks, and does the skew hold?", {"trend_share": 0.15}),
        Try("Flatter: skew 0.6. What is a small cache worth now?", {"skew": 0.6}),
    ],
)  # fmt: skip
