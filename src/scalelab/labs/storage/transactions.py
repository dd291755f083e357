"""Lab: transactions that lock a hot row for as long as a two-phase commit takes."""

import altair as alt

from scalelab.facts.latency import (
    CALIFORNIA_NETHERLANDS_ROUND_TRIP,
    DATA_CENTRE_ROUND_TRIP,
    VIRGINIA_IRELAND_ROUND_TRIP,
)
from scalelab.kernels.storage.transactions import transactions
from scalelab.models.storage.transactions import EXECUTION_MS, LOG_MS, NEAR_MS, SYSTEMS
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
    one_two_five,
)

ALONE, NEAR, FAR = SYSTEMS
SHARES = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0)
CRASHES = (0.0, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005)
ROUND_TRIPS = (
    *(DATA_CENTRE_ROUND_TRIP.value, 1.0, 2.0, 5.0, 10.0, 20.0, 40.0),
    *(VIRGINIA_IRELAND_ROUND_TRIP.value, 100.0, CALIFORNIA_NETHERLANDS_ROUND_TRIP.value, 300.0),
)


def _chart() -> alt.TopLevelMixin:
    colour = alt.Color(
        "system:N", title=None, scale=alt.Scale(domain=list(SYSTEMS)),
        legend=alt.Legend(symbolType="stroke", symbolOpacity=1),
    )  # fmt: skip
    x = alt.X(
        "share:Q", title="Transactions that cross shards",
        scale=alt.Scale(type="sqrt", domain=[0, 1], nice=False),
        axis=alt.Axis(values=[0, 0.01, 0.05, 0.1, 0.2, 0.4, 0.7, 1], format=".0%"),
    )  # fmt: skip
    scale = alt.Scale(type="log", nice=False, padding=8)
    tooltip = [
        alt.Tooltip("system:N", title="System"),
        alt.Tooltip("share:Q", title="Cross shards", format=".0%"),
        alt.Tooltip("committed:Q", title="Commit (/s)", format=",.1f"),
        alt.Tooltip("ceiling:Q", title="At most (/s)", format=",.1f"),
        alt.Tooltip("aborted:Q", title="Never commit", format=".1%"),
        alt.Tooltip("hold:Q", title="A lock lasts (ms)", format=",.1f"),
        alt.Tooltip("p50:Q", title="p50 (ms)", format=",.1f"),
        alt.Tooltip("p99:Q", title="p99 (ms)", format=",.1f"),
    ]
    table = alt.Chart(data())
    curve = table.transform_filter("datum.chosen == 0")
    chosen = table.transform_filter("datum.chosen == 1")

    def lines(name: str, title: str, width: float) -> alt.Chart:
        found: alt.Chart = (
            curve.transform_filter(f"datum.{name} > 0")
            .mark_line(strokeWidth=width)
            .encode(
                x=x, y=alt.Y(f"{name}:Q", title=title, scale=scale, axis=alt.Axis(tickCount=5)),
                color=colour, tooltip=tooltip,
            )
        )  # fmt: skip
        return found

    def dots(name: str) -> alt.Chart:
        found: alt.Chart = (
            chosen.transform_filter(f"datum.{name} > 0")
            .mark_point(size=80, filled=True, opacity=1)
            .encode(x=x, y=alt.Y(f"{name}:Q", scale=scale), color=colour, tooltip=tooltip)
        )
        return found

    commits = "Commits a second (thin: at most)"
    latency = "ms: p99 thick, p50 thin"
    # No commit at all has no place on a logarithmic axis.
    band = (
        curve.transform_filter("datum.lowest > 0")
        .mark_area(opacity=0.2)
        .encode(x=x, y=alt.Y("lowest:Q", title=commits, scale=scale), y2="highest:Q", color=colour)
    )
    one = chosen.transform_aggregate(share="max(share)")
    rule = one.mark_rule(strokeWidth=1.5, opacity=0.6).encode(x=x)
    return alt.hconcat(
        alt.layer(
            band, lines("ceiling", commits, 1.0), lines("committed", commits, 2.5), rule,
            dots("committed"), guess_rule("y"),
        ).properties(width=240, height=230),
        alt.layer(lines("p50", latency, 1.25), lines("p99", latency, 2.5), rule, dots("p99"))
        .properties(width=240, height=230),
    )  # fmt: skip


def _chosen(name: str, column: str, system: str, form: str) -> Reading:
    return Reading(name, column, {"system": system, "chosen": 1}, form)


lab = Lab(
    name="storage/transactions",
    title="Two shards in one transaction",
    kernel=transactions,
    controls=[
        one_two_five("request_rate", "Transactions", 10, 1000, 200, unit="/s"),
        Slider("cross_share", "Cross shards", SHARES, 0.1, format=".0%",
               help="The others need one shard only"),
        Slider(
            "round_trip_ms", "Round trip between regions", ROUND_TRIPS,
            VIRGINIA_IRELAND_ROUND_TRIP.value, unit="ms", format=",.2f",
            help="80.55 ms: Virginia to Ireland; 150 ms: California to the Netherlands",
        ),
        Slider("participants", "Participants", (1, 2, 3, 5, 10), 2,
               help="Shards that the coordinator asks; it waits for the slowest"),
        Slider(
            "jitter_ms", "Jitter", (0.0, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0), 0.5, unit="ms",
            format=",.1f", help="Mean of what a round trip takes in addition",
        ),
        one_two_five("rows", "Hot rows", 1, 1000, 1),
        linear("touched", "Hot rows in a transaction", 1, 5, 1, 1,
               help="No more than there are hot rows"),
        Slider("retries", "Tries after an abort", (0, 1, 2, 3, 5), 0),
        one_two_five("backoff_ms", "Pause before a try", 1, 1000, 50, unit="ms", help="Mean"),
        Slider(
            "crash_share", "Coordinator crashes", CRASHES, 0.0, format=".2%",
            help="Share of transactions across shards that it leaves in doubt",
        ),
        Slider("recovery_s", "Until it is back", (0.2, 0.5, 1.0, 2.0, 5.0), 2.0, unit="s",
               format=",.1f"),
    ],
    constants={
        "execution_ms": EXECUTION_MS, "log_ms": LOG_MS, "near_ms": NEAR_MS, "n_points": 11,
        "n_attempts": 4000, "n_runs": 5, "seed": 1,
    },
    columns=[
        Column("system", "System", labels=SYSTEMS),
        Column("share", "Cross shards", format=".0%"),
        Column("committed", "Commit", "/s", ",.1f"),
        Column("lowest", "Lowest run", "/s", ",.1f"),
        Column("highest", "Highest run", "/s", ",.1f"),
        Column("ceiling", "At most", "/s", ",.1f"),
        Column("aborted", "Never commit", format=".1%"),
        Column("bystanders", "Never commit, in one shard", format=".1%", hidden=True),
        Column("attempts", "Tries", "mean", ",.2f"),
        Column("p50", "p50", "ms", ",.1f"),
        Column("p99", "p99", "ms", ",.1f"),
        Column("hold", "A lock lasts", "ms", ",.1f"),
        Column("request_rate", "Come", hidden=True),
        Column("chosen", "Chosen", hidden=True),
        Column("mixed", "Some stay in one shard", hidden=True),
    ],
    chart=_chart(),
    summary=(
        "Of {request_rate}, {alone} a second commit if none crosses shards, {near} if "
        "{cross_share} cross shards of one data centre, and {committed} if these are in two "
        "regions, where a lock lasts {hold} ms on average and no more than {ceiling} a second can "
        "commit. {aborted} never commit; of those that stay in one shard, {bystanders}. Of those "
        "that commit, half take longer than {p50} ms, one in a hundred longer than {p99} ms."
    ),
    readings=[
        _chosen("alone", "committed", ALONE, ",.1f"),
        _chosen("near", "committed", NEAR, ",.1f"),
        _chosen("committed", "committed", FAR, ",.1f"),
        _chosen("ceiling", "ceiling", FAR, ",.1f"),
        _chosen("hold", "hold", FAR, ",.1f"),
        _chosen("aborted", "aborted", FAR, ".1%"),
        Reading("bystanders", "bystanders", {"system": FAR, "chosen": 1, "mixed": 1}, ".1%"),
        _chosen("p50", "p50", FAR, ",.1f"),
        _chosen("p99", "p99", FAR, ",.1f"),
    ],
    prediction=Prediction(
        "One row, a popular product, is wanted by 200 orders a second. Each locks it for 2 ms, and "
        "about 140 a second commit. Now one order in ten also needs a row across the Atlantic, a "
        "round trip of 80.55 ms away. How many orders a second commit?",
        reading="committed", low=0.0, high=150.0, step=1.0, format=",.0f", unit="/s",
    ),
    tries=[
        Try("All orders cross the Atlantic. How often a second can one row be sold?",
            {"cross_share": 1.0}),
        Try("Ten participants, five times the messages. What do they cost?",
            {"participants": 10}),
        Try("Clients try three more times. Which limit do the commits approach, and what does the "
            "p99 pay?", {"retries": 3}),
        Try("All cross shards, and one coordinator in a thousand leaves its rows locked for 5 s. "
            "Which line drops?", {"cross_share": 1.0, "crash_share": 0.001, "recovery_s": 5.0}),
    ],
)  # fmt: skip
