"""Lab: how long regions wait for each other, and how long they do not know."""

import altair as alt

from scalelab.facts.latency import DATA_CENTRE_ROUND_TRIP
from scalelab.kernels.multi_region.consistency import consistency
from scalelab.models.multi_region.consistency import LAWS, MODES, PLACES
from scalelab.models.storage.consistency import AWS
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

PAIRS = ("01", "02", "03", "04", "12", "13", "14", "23", "24", "34")
OPERATIONS = ("Write", "Read")


def _visibility() -> alt.LayerChart | alt.FacetChart:
    colour = alt.Color(
        "region:N", title=None, scale=alt.Scale(domain=list(AWS.regions)),
        legend=alt.Legend(symbolType="stroke", symbolOpacity=1),
    )  # fmt: skip
    x = alt.X(
        "t:Q",
        title="ms from the acknowledgement to the read",
        scale=alt.Scale(type="symlog", constant=1, domain=[0, 3000], nice=False),
        axis=alt.Axis(values=[0, 1, 10, 100, 1000]),
    )

    def y(column: str) -> alt.Y:
        return alt.Y(
            f"{column}:Q", title="Reads that see the write", axis=alt.Axis(format=".0%"),
            scale=alt.Scale(domain=[0, 1]),
        )  # fmt: skip

    table = alt.Chart(data())
    band = table.mark_area(opacity=0.2).encode(x=x, y=y("lowest"), y2="highest:Q", color=colour)
    line = table.mark_line(strokeWidth=2).encode(
        x=x, y=y("seen"), color=colour,
        tooltip=[
            alt.Tooltip("region:N", title="Reader in"),
            alt.Tooltip("t:Q", title="Time since the write (ms)", format=",.1f"),
            alt.Tooltip("seen:Q", title="See it", format=".1%"),
        ],
    )  # fmt: skip
    return alt.layer(band, line, guess_rule("x")).properties(height=190)


def _latency() -> alt.LayerChart | alt.FacetChart:
    table = alt.Chart(data()).transform_filter("datum.t == 0")
    y = alt.Y("region:N", title=None, sort=list(AWS.regions))
    scale = alt.Scale(type="log", domain=[0.4, 3000], nice=False, clamp=True)
    layers = []
    for operation, shape in zip(OPERATIONS, ("circle", "square"), strict=True):
        name = operation.lower()
        lane = alt.YOffset("operation:N", sort=list(OPERATIONS))
        some = table.transform_calculate(operation=f"'{operation}'")
        tooltip = [
            alt.Tooltip("region:N", title="Client in"),
            alt.Tooltip("operation:N", title="Operation"),
            alt.Tooltip(f"{name}_p50:Q", title="p50 (ms)", format=",.1f"),
            alt.Tooltip(f"{name}_p99:Q", title="p99 (ms)", format=",.1f"),
        ]
        x = alt.X(
            f"{name}_p50:Q", title="ms: median, bar to the p99; writes round, reads square",
            scale=scale, axis=alt.Axis(values=[1, 10, 100, 1000]),
        )  # fmt: skip
        colour = alt.Color("region:N", title=None, scale=alt.Scale(domain=list(AWS.regions)))
        layers.append(
            some.mark_bar(opacity=0.35, height=6).encode(
                x=x, x2=f"{name}_p99:Q", y=y, yOffset=lane, color=colour, tooltip=tooltip
            )
        )
        layers.append(
            some.mark_point(size=60, filled=True, opacity=1, shape=shape).encode(
                x=x, y=y, yOffset=lane, color=colour, tooltip=tooltip
            )
        )
    return alt.layer(*layers).properties(height=130)


def _at(name: str, column: str, region: str, form: str = ",.0f", t: float = 0.0) -> Reading:
    return Reading(name, column, {"region": region, "t": t}, form)


lab = Lab(
    name="multi_region/consistency",
    title="A write here, a read there",
    kernel=consistency,
    controls=[
        Choice("mode", "Replication", MODES, 2,
               help="One leader: the k_w-th copy lets it acknowledge, the rest hear later. "
                    "Leaderless: all are asked. Local quorum: three copies in each region, and "
                    "only those of the own region are waited for"),
        linear("k_w", "Writes wait for", 1, 5, 1, 2, help="The literature's W"),
        linear("k_r", "Reads wait for", 1, 5, 1, 2, help="The literature's R"),
        linear("n_replicas", "Regions with a copy", 1, 5, 1, 5,
               help="The leader's region and those nearest to it"),
        Choice("leader", "Leader or first copy in", AWS.regions),
        Choice("writer", "The write comes from", AWS.regions),
        Choice("reader", "The reader is in", AWS.regions, 4),
        one_two_five("changes", "Changes of the value", 0.01, 100.0, 1.0, unit="times a second",
                     format=",.2f", help="At random moments, all from the same region"),
        Slider("jitter", "Jitter", (0.0, 0.02, 0.05, 0.1, 0.2, 0.5), 0.1, format=".0%",
               help="What a message takes beyond half the round trip, on average"),
        Choice("law", "Machines", LAWS,
               help="Steady: 0.25 ms a message. The others: fits to LinkedIn's and Yammer's "
                    "stores, published in 2012"),
        Choice("place", "Copies are in", PLACES),
    ],
    constants={
        "local_ms": DATA_CENTRE_ROUND_TRIP.value,
        **{f"round_trip_{name}": value for name, value in zip(PAIRS, AWS.pairs, strict=True)},
        "n_trials": 400, "n_runs": 4, "seed": 1,
    },
    columns=[
        Column("region", "Client in", labels=AWS.regions),
        Column("t", "Time since the write", "ms", ",.1f"),
        Column("seen", "Reads that see it", format=".1%"),
        Column("lowest", "Lowest run", format=".1%"),
        Column("highest", "Highest run", format=".1%"),
        Column("read_p50", "Read, p50", "ms", ",.1f"),
        Column("read_p99", "Read, p99", "ms", ",.1f"),
        Column("write_p50", "Write, p50", "ms", ",.1f"),
        Column("write_p99", "Write, p99", "ms", ",.1f"),
        Column("seen_p99", "99 % see it after", "ms", ",.1f"),
        Column("stale", "Reads behind", format=".2%"),
        Column("staler", "Two or more behind", format=".2%"),
        Column("chosen", "Chosen", hidden=True),
    ],
    chart=alt.vconcat(_visibility(), _latency()),
    summary=(
        "A write from {writer} is acknowledged after {write} ms in half of the cases, {write_p99} "
        "ms at the 99th percentile; a read in {reader} takes {read} ms, {read_p99} at the 99th. "
        "Of the reads in {reader} that start at once, {at_once} see the write; of those 10 ms "
        "later, {at_10}, 100 ms later, {at_100}. It takes {visible} ms until 99 % do. If the value "
        "changes {changes}, {stale} of all reads there are behind, {staler} by two or more."
    ),
    readings=[
        _at("write", "write_p50", "{writer}", ",.1f"),
        _at("write_p99", "write_p99", "{writer}", ",.1f"),
        _at("read", "read_p50", "{reader}", ",.1f"),
        _at("read_p99", "read_p99", "{reader}", ",.1f"),
        _at("sydney_write", "write_p50", "Sydney", ",.1f"),
        _at("at_once", "seen", "{reader}", ".0%"),
        _at("at_10", "seen", "{reader}", ".0%", 10.0),
        _at("at_100", "seen", "{reader}", ".0%", 100.0),
        _at("visible", "seen_p99", "{reader}"),
        _at("stale", "stale", "{reader}", ".1%"),
        _at("staler", "staler", "{reader}", ".2%"),
    ],
    prediction=Prediction(
        "Three copies in each of five regions. A write waits for two of the three in its own "
        "region, a read for two of the three in its own: a quorum each. Virginia's write is "
        "acknowledged. How long until 99 % of the reads in Sydney (230 ms there and back) see it?",
        reading="visible", low=0.0, high=500.0, step=5.0, format=",.0f", unit="ms",
    ),
    tries=[
        Try("A quorum over all regions, three of five: always current. What do a write and a read "
            "cost?", {"mode": 1, "k_w": 3, "k_r": 3}),
        Try("One leader in Virginia that waits for nobody, a reader in Sydney. What does a write "
            "from Sydney cost?", {"mode": 0, "k_w": 1, "k_r": 1}),
        Try("One data centre, three copies, one answer is enough, writes go to disk: how many of "
            "the reads that start at once see the write?",
            {"place": 1, "mode": 1, "n_replicas": 3, "k_w": 1, "k_r": 1, "law": 2}),
        Try("Fifty changes a second: how far behind is Sydney?", {"changes": 50.0}),
    ],
)  # fmt: skip
