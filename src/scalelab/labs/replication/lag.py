"""Lab: a flash sale, a batch job or a long query, and how far behind the replica falls."""

import altair as alt

from scalelab.facts.latency import (
    CALIFORNIA_NETHERLANDS_ROUND_TRIP,
    US_EAST_US_WEST_ROUND_TRIP,
    VIRGINIA_IRELAND_ROUND_TRIP,
)
from scalelab.kernels.replication.lag import lag
from scalelab.models.replication.lag import APPLY_MS, EVENTS, LAWS, NEAR_MS, VIEWS
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

LINE, TAIL, WHOLE = VIEWS
RATES = (100, 200, 500, 800, 1000, 1100, 1200, 1500, 2000)
ROUND_TRIPS = (
    *(NEAR_MS, 1.0, 2.0, 5.0, 10.0, 20.0, US_EAST_US_WEST_ROUND_TRIP.value),
    *(VIRGINIA_IRELAND_ROUND_TRIP.value, CALIFORNIA_NETHERLANDS_ROUND_TRIP.value, 300.0),
)
TICKS = [0.001, 0.01, 0.1, 1, 10, 100, 1000]
SECONDS = (0, 5, 10, 20, 30, 60, 120)
APPLY_TIMES = (0.1, 0.2, 0.4, 0.6, APPLY_MS, 1.0, 1.5)


def _chart() -> alt.TopLevelMixin:
    # The same for all settings, so that two of them can be compared by eye.
    seconds = alt.Scale(type="log", domain=[TICKS[0], TICKS[-1]], clamp=True)
    colour = alt.Color("series:N", title=None, scale=alt.Scale(domain=["Replica"]),
        legend=alt.Legend(symbolType="stroke", symbolOpacity=1),
    )  # fmt: skip
    table = alt.Chart(data()).transform_calculate(series="'Replica'")
    line = table.transform_filter("datum.view == 'Time line' && datum.seen == 1")
    tail = table.transform_filter("datum.view == 'Distribution'")
    whole = alt.Chart(data()).transform_filter("datum.view == 'Whole run' && datum.lasts > 0")

    x = alt.X("time:Q", title="Time (s)", scale=alt.Scale(nice=False), axis=alt.Axis(tickCount=6))
    lag_title = "Lag of what becomes visible (s)"
    y = alt.Y("lag:Q", title=lag_title, scale=seconds, axis=alt.Axis(values=TICKS))
    lasts = whole.transform_calculate(begins="0")
    shade = lasts.mark_rect(opacity=0.13, color="#d1495b").encode(x=alt.X("begins:Q"), x2="lasts:Q")
    label = lasts.mark_text(align="left", baseline="bottom", dx=4, dy=-3, y="height").encode(
        x=alt.X("begins:Q"), text="event:N"
    )
    band = line.mark_area(opacity=0.2).encode(
        x=x, y=alt.Y("lowest:Q", title=lag_title, scale=seconds), y2="highest:Q", color=colour
    )
    mean = line.mark_line(strokeWidth=2.5).encode(
        x=x, y=y, color=colour,
        tooltip=[
            alt.Tooltip("time:Q", title="Time (s)", format=",.1f"),
            alt.Tooltip("lag:Q", title="Lag (s, mean)", format=",.3f"),
            alt.Tooltip("lowest:Q", title="Lowest run", format=",.3f"),
            alt.Tooltip("highest:Q", title="Highest run", format=",.3f"),
        ],
    )  # fmt: skip

    share = alt.Scale(domain=[0, 1])
    share_title = "Transactions with a larger lag"
    x_lag = alt.X("lag:Q", title="Lag (s)", scale=seconds, axis=alt.Axis(values=TICKS[::2]))
    between = tail.mark_area(opacity=0.2).encode(
        x=x_lag, y=alt.Y("fewest:Q", title=share_title, scale=share), y2="most:Q", color=colour
    )
    curve = tail.mark_line(strokeWidth=2.5).encode(
        x=x_lag, color=colour,
        y=alt.Y("share:Q", title=share_title, scale=share, axis=alt.Axis(format=".0%")),
        tooltip=[
            alt.Tooltip("lag:Q", title="Lag (s)", format=",.3f"),
            alt.Tooltip("share:Q", title="Larger for", format=".1%"),
        ],
    )  # fmt: skip
    return alt.hconcat(
        alt.layer(shade, band, mean, label, guess_rule("x")).properties(width=280, height=230),
        alt.layer(between, curve).properties(width=190, height=230),
    )


def _whole(name: str, column: str, form: str, **also: float) -> Reading:
    return Reading(name, column, {"view": WHOLE, **also}, form)


lab = Lab(
    name="replication/lag",
    title="How far behind is the replica?",
    kernel=lag,
    controls=[
        Slider("write_rate", "Rows changed", RATES, 1000, unit="/s",
               help="The more transactions there are, the fewer runs make the band"),
        Slider("size", "Rows in a transaction", (1, 2, 5, 10, 20, 50, 100, 200), 10),
        Slider("apply_ms", "Work to apply a row", APPLY_TIMES, APPLY_MS,
               unit="ms", format=",.1f"),
        Choice("law", "Work of a transaction", LAWS),
        Slider("n_workers", "Workers that apply", (1, 2, 4, 8, 16), 1,
               help="They commit in order: who is early waits"),
        Slider(
            "round_trip_ms", "Round trip to the replica", ROUND_TRIPS, NEAR_MS, unit="ms",
            format=",.2f",
            help="0.50 ms: a data centre; 66 ms: across the US; 80.55 ms: across the Atlantic",
        ),
        Slider("jitter_ms", "Jitter", (0.0, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 50.0), 0.2,
               unit="ms", format=",.1f", help="Mean of what the way takes in addition"),
        linear("factor", "Flash sale", 1.0, 5.0, 0.5, 3.0, format=",.1f",
               unit="times the writes", help="It begins at time 0"),
        Slider("sale_s", "It lasts", (5, 10, 20, 30, 60), 20, unit="s"),
        Slider("batch_s", "Batch job", SECONDS, 0, unit="s",
               help="One transaction with so much work, which commits at time 0"),
        Slider("blocked_s", "Long query on the replica", SECONDS, 0, unit="s",
               help="From time 0 on it holds up apply; PostgreSQL allows it 30 s, then cancels it"),
    ],
    constants={
        "before_s": 20.0, "after_s": 220.0, "n_points": 96, "n_tail": 40,
        "n_transactions": 90_000, "n_runs": 5, "seed": 1,
    },
    columns=[
        Column("view", "View", labels=VIEWS),
        Column("time", "Time", "s", ",.1f"),
        Column("lag", "Lag", "s", ",.3f"),
        Column("lowest", "Lowest run", "s", ",.3f"),
        Column("highest", "Highest run", "s", ",.3f"),
        Column("seen", "Seen", hidden=True),
        Column("share", "Larger lag", "of transactions", ".1%"),
        Column("fewest", "Lowest run", "of transactions", ".1%"),
        Column("most", "Highest run", "of transactions", ".1%"),
        Column("p50", "p50", "s", ",.3f", hidden=True),
        Column("p99", "p99", "s", ",.3f", hidden=True),
        Column("largest", "Largest lag", "s", ",.3f", hidden=True),
        Column("behind", "Caught up after", "s", ",.1f", hidden=True),
        Column("behind_low", "Lowest run", "s", ",.1f", hidden=True),
        Column("behind_high", "Highest run", "s", ",.1f", hidden=True),
        Column("caught_up", "Caught up in every run", hidden=True),
        Column("rate", "Transactions", "/s", hidden=True),
        Column("capacity", "Applied at most", "/s", hidden=True),
        Column("utilisation", "Of that, used", format=".0%", hidden=True),
        Column("fluid_peak", "Largest lag, forecast", "s", ",.1f", hidden=True),
        Column("fluid_behind", "Caught up after, forecast", "s", ",.1f", hidden=True),
        Column("fluid_ends", "Forecast ends", hidden=True),
        Column("calm", "p50 before 0", "ms", ",.1f", hidden=True),
        Column("mean", "Mean lag", "s", ",.3f", hidden=True),
        Column("lasts", "Until", "s", hidden=True),
        Column("event", "What happens", labels=EVENTS, hidden=True),
    ],
    chart=_chart(),
    summary=(
        "The replica can apply {capacity} transactions a second and gets {rate}, {utilisation} of "
        "that. Before time 0 half of them are visible within {calm} ms. Then the lag rises to "
        "{largest} s (forecast: {fluid_peak} s), and {behind} s after time 0 the replica has "
        "caught up ({low} to {high} s; forecast: {fluid_behind} s). Of all transactions in these "
        "four minutes half lag by more than {p50} s, one in a hundred by more than {p99} s."
    ),
    readings=[
        _whole("capacity", "capacity", ",.1f"),
        _whole("rate", "rate", ",.1f"),
        _whole("utilisation", "utilisation", ".0%"),
        _whole("calm", "calm", ",.0f"),
        _whole("largest", "largest", ",.1f"),
        _whole("fluid_peak", "fluid_peak", ",.1f", fluid_ends=1),
        _whole("behind", "behind", ",.0f", caught_up=1),
        _whole("low", "behind_low", ",.0f", caught_up=1),
        _whole("high", "behind_high", ",.0f", caught_up=1),
        _whole("fluid_behind", "fluid_behind", ",.0f", fluid_ends=1),
        _whole("p50", "p50", ",.3f"),
        _whole("p99", "p99", ",.3f"),
    ],
    prediction=Prediction(
        "One thread applies the primary's transactions and is busy 80% of the time. A flash sale "
        "brings three times the writes for 20 s. How many seconds after the sale began has the "
        "replica caught up?",
        reading="behind", low=0.0, high=500.0, step=5.0, format=",.0f", unit="s",
    ),
    tries=[
        Try("Four workers. How many transactions a second can they apply, and how many would four "
            "times one be?", {"n_workers": 4}),
        Try("No sale, but a batch job with 30 s of work, and eight workers. How large is the lag?",
            {"factor": 1.0, "batch_s": 30, "n_workers": 8}),
        Try("A report on the replica holds up apply for 30 s. For how long after does it show?",
            {"factor": 1.0, "blocked_s": 30}),
        Try("No sale. The same rows, in transactions ten times as large.",
            {"factor": 1.0, "size": 100}),
        Try("A fifth more rows than before, all day. When does the sale's lag end?",
            {"write_rate": 1200}),
    ],
)  # fmt: skip
