"""Lab: several primaries that all take writes, what they can take and how often orders collide."""

import altair as alt

from scalelab.facts.latency import (
    CALIFORNIA_NETHERLANDS_ROUND_TRIP,
    DATA_CENTRE_ROUND_TRIP,
)
from scalelab.kernels.replication.multi_primary import multi_primary
from scalelab.models.replication.multi_primary import FAR_MS, HANDLINGS, LOADS, SPREADS
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
    one_two_five,
)

# Both parts of the chart, by column.
CEILINGS = {"shards": "Shards", "multi": "Primaries", "single": "One primary"}
CONFLICTS = {"conflicts": "Conflicts", "pairs": "By pairs", "cube": "By the cube"}
SERIES = (*CEILINGS.values(), *CONFLICTS.values())
DELAYS = (
    *(DATA_CENTRE_ROUND_TRIP.value / 2.0, 1.0, 2.0, 5.0, 10.0, 20.0, FAR_MS),
    *(CALIFORNIA_NETHERLANDS_ROUND_TRIP.value / 2.0, 100.0, 200.0),
)


def _chart() -> alt.TopLevelMixin:
    colour = alt.Color("series:N", title=None, scale=alt.Scale(domain=list(SERIES)))
    tooltip = [
        alt.Tooltip("primaries:Q", title="Primaries"),
        alt.Tooltip("series:N", title="Line"),
        alt.Tooltip("value:Q", title="Value", format=",.2f"),
        alt.Tooltip("orders:Q", title="Orders (/s)", format=",.0f"),
        alt.Tooltip("share:Q", title="Of them conflict", format=".1%"),
    ]
    table = alt.Chart(data())

    def lines(names: dict[str, str], title: str, x: alt.X, scale: alt.Scale) -> alt.Chart:
        fold: list[str | alt.FieldName] = list(names)
        found: alt.Chart = (
            table.transform_fold(fold, as_=["key", "value"])
            .transform_filter("datum.value > 0 && (datum.key != 'cube' || datum.primaries > 1)")
            .transform_calculate(series=f"{names}[datum.key]")
            .mark_line(point=True, strokeWidth=2)
            .encode(
                x=x, y=alt.Y("value:Q", title=title, scale=scale), color=colour, tooltip=tooltip
            )
        )
        return found

    numbers = alt.Axis(values=[1, 2, 4, 8, 16], format="d")
    x = alt.X("primaries:Q", title="Primaries, or shards", axis=numbers)
    x_log = alt.X(
        "primaries:Q", title="Primaries", axis=numbers,
        scale=alt.Scale(type="log", domain=[1.8, 18], nice=False),
    )  # fmt: skip
    log = alt.Scale(type="log", nice=False, padding=8)
    conflicts = "Conflicts a second"
    band = (
        table.transform_filter("datum.lowest > 0")
        .transform_calculate(series=f"'{CONFLICTS['conflicts']}'")
        .mark_area(opacity=0.25)
        .encode(
            x=x_log, y=alt.Y("lowest:Q", title=conflicts, scale=log), y2="highest:Q", color=colour
        )
    )
    return alt.hconcat(
        lines(CEILINGS, "Writes (one server = 1)", x, alt.Scale(domain=[0, 16])).properties(
            width=240, height=230
        ),
        alt.layer(band, lines(CONFLICTS, conflicts, x_log, log), guess_rule("y")).properties(
            width=240, height=230
        ),
    )


def _at(name: str, column: str, primaries: int, form: str) -> Reading:
    return Reading(name, column, {"primaries": primaries}, form)


lab = Lab(
    name="replication/multi_primary",
    title="More primaries, more writes?",
    kernel=multi_primary,
    controls=[
        one_two_five("order_rate", "Orders", 50, 1000, 500, unit="/s"),
        Choice("load", "Who brings them", LOADS, 0),
        Slider("actions", "Rows in an order", (1, 2, 3, 4, 5, 6, 8), 4,
               help="Each order updates so many, drawn at random"),
        one_two_five("rows", "Rows", 1000, 10_000_000, 10_000),
        Slider(
            "delay_ms", "Delay", DELAYS, FAR_MS, unit="ms", format=",.2f",
            help="Until another primary has an update: 0.25 ms one way in a data centre, about 40 "
            "from Virginia to Ireland, 75 from California to the Netherlands",
        ),
        Choice("spread", "An update goes", SPREADS, 0,
               help="One after the other: the last one waits for all before it"),
        Choice("handling", "In a conflict", HANDLINGS, 0),
        Slider("at_home", "Orders at home", (0.0, 0.5, 0.8, 0.9, 0.95, 0.99, 1.0), 0.0,
               format=".0%", help="They come to the primary where their rows live"),
        Slider("hot_share", "Updates of hot rows", (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5), 0.0,
               format=".0%", help="Hot rows are wanted everywhere: they have no home"),
        one_two_five("hot_rows", "Hot rows", 1, 100, 1),
        Slider("apply_share", "To apply costs", (0.0, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0), 0.5,
               format=".0%", help="Of what it costs to execute a write. An assumption"),
    ],
    constants={"n_updates": 10_000, "n_runs": 5, "seed": 1},
    columns=[
        Column("primaries", "Primaries"),
        Column("single", "One primary takes", "servers", ",.2f", hidden=True),
        Column("multi", "They take", "servers", ",.2f"),
        Column("shards", "Shards take", "servers", ",.0f"),
        Column("orders", "Orders", "/s", ",.0f"),
        Column("conflicts", "Conflicts", "/s", ",.1f"),
        Column("lowest", "Lowest run", "/s", ",.1f"),
        Column("highest", "Highest run", "/s", ",.1f"),
        Column("pairs", "By pairs", "/s", ",.1f"),
        Column("cube", "By the cube", "/s", ",.1f"),
        Column("share", "Orders in conflict", format=".1%"),
    ],
    chart=_chart(),
    summary=(
        "Two primaries take {writes_two} times the writes of one server, sixteen take "
        "{writes_sixteen} times; sixteen shards take 16 times. Orders in conflict: {two} a second "
        "at two primaries, {four} at four and {sixteen} at sixteen, which is {share} of all "
        "orders there."
    ),
    readings=[
        _at("writes_two", "multi", 2, ",.2f"),
        _at("writes_sixteen", "multi", 16, ",.2f"),
        _at("two", "conflicts", 2, ",.1f"),
        _at("four", "conflicts", 4, ",.1f"),
        _at("sixteen", "conflicts", 16, ",.1f"),
        _at("share", "share", 16, ".1%"),
    ],
    prediction=Prediction(
        "The shop has two primaries, one on each side of the Atlantic. Each takes 500 orders a "
        "second, and about 32 orders a second conflict. Next year it has four primaries and twice "
        "the orders. How many orders a second conflict then?",
        reading="four", low=10.0, high=1000.0, step=10.0, format=",.0f", unit="/s",
    ),
    tries=[
        Try("The same 500 orders a second for all primaries together. What do more of them cost "
            "now?", {"load": 1}),
        Try("An update goes to one primary after the other. Which line do the conflicts follow, "
            "and where do they leave it?", {"spread": 1}),
        Try("Nine orders in ten come to the primary where their rows live. How many of the "
            "conflicts are left?", {"at_home": 0.9}),
        Try("One update in ten is of one row, the product of the day. What do two primaries have "
            "now?", {"hot_share": 0.1}),
    ],
)  # fmt: skip
