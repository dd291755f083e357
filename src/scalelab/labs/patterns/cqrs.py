"""Lab: one model or several, how many machines, and who does not see what they have written."""

from typing import Any

import altair as alt

from scalelab.kernels import shop
from scalelab.kernels.patterns.cqrs import CURVE, HERE, REMEDY, TIME, cqrs
from scalelab.models.patterns.cqrs import (
    AGAIN_MS,
    DELAY_MS,
    DESIGNS,
    EVENTS,
    EVERY_MS,
    INDEX_MS,
    LOG_MACHINES,
    LOG_MS,
    LOOKUP_MS,
    MODELS,
    MOST_BUSY,
    NO_KEY,
    OUTBOX_MS,
    PAUSE_MS,
    PIN_MS,
    PROJECTORS,
    RATE_PER_S,
    READ_SHARE,
    RELAY_MS,
    REMEDIES,
    ROW_MS,
    ROWS,
    SEED,
    TABLES,
    THINK_MS,
    WRITE_MS,
)
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
)

WIDTH = 440
MACHINE_COLUMNS = ("shards", "copied", "one_store", "stores")
TICKS = ("Streamed", "Visible at a tick", "Outbox polled")
TICK_COLUMNS = ("streamed", "ticked", "polled")
SERIES = (*DESIGNS, *TICKS)


def _colour() -> alt.Color:
    return alt.Color("series:N", title=None, scale=alt.Scale(domain=list(SERIES)),
                     legend=alt.Legend(columns=2))  # fmt: skip


def _width() -> alt.Size:
    """Lines that agree lie on each other, so those below are wider."""
    return alt.Size(
        "series:O", legend=None,
        scale=alt.Scale(type="ordinal", domain=list(SERIES),
                        range=[6.0, 4.0, 2.5, 2.0, 6.0, 3.5, 2.0]),
    )  # fmt: skip


def _folded(rows: alt.Chart, columns: tuple[str, ...], names: tuple[str, ...]) -> Any:
    wanted: list[Any] = list(columns)
    return rows.transform_fold(wanted, as_=["column", "value"]).transform_calculate(
        series=f"{list(names)}[indexof({list(columns)}, datum.column)]"
    )


def _machines() -> alt.LayerChart | alt.FacetChart:
    """Machines over the rate; a line ends where no number is enough. Points are as set."""
    x = alt.X("rate:Q", title="Requests/s",
              scale=alt.Scale(type="log", domain=[200, 500_000], nice=False, clamp=True),
              axis=alt.Axis(values=[200, 1000, 10_000, 100_000], format=",~r"))  # fmt: skip
    y = alt.Y("value:Q", title="Machines",
              scale=alt.Scale(type="log", domain=[1.5, 2000], nice=False, clamp=True),
              axis=alt.Axis(values=[2, 5, 10, 20, 50, 100, 200, 1000], format=",~r"))  # fmt: skip
    tooltip = [
        alt.Tooltip("series:N", title="Design"),
        alt.Tooltip("rate:Q", title="Requests/s", format=",.0f"),
        alt.Tooltip("value:Q", title="Machines", format=",.0f"),
    ]
    lines = (
        _folded(alt.Chart(data()).transform_filter(f"datum.kind == {CURVE}"),
                MACHINE_COLUMNS, DESIGNS)
        .transform_filter("datum.value > 0 && datum.value < 2000")
        .mark_line(interpolate="step")
    )  # fmt: skip
    points = (
        _folded(alt.Chart(data()).transform_filter(f"datum.kind == {HERE}"),
                MACHINE_COLUMNS, DESIGNS)
        .transform_filter("datum.value > 0")
        .mark_point(filled=True, opacity=1, size=90, stroke="white", strokeWidth=1.5)
    )  # fmt: skip
    return alt.layer(
        lines.encode(x=x, y=y, color=_colour(), size=_width(), tooltip=tooltip),
        points.encode(x=x, y=y, color=_colour(), tooltip=tooltip),
    ).properties(width=WIDTH, height=190)


def _missing() -> alt.LayerChart | alt.FacetChart:
    """Who misses a write, over the time since; points are the one read as set."""
    x = alt.X("at:Q", title="Milliseconds after the write",
              scale=alt.Scale(nice=False), axis=alt.Axis(format=",.0f", tickCount=6))  # fmt: skip
    y = alt.Y("value:Q", title="Do not see it yet",
              scale=alt.Scale(domain=[0, 1.02], nice=False, clamp=True),
              axis=alt.Axis(format=".0%", values=[0, 0.25, 0.5, 0.75, 1]))  # fmt: skip
    tooltip = [
        alt.Tooltip("series:N", title="Read model"),
        alt.Tooltip("at:Q", title="ms after the write", format=",.0f"),
        alt.Tooltip("value:Q", title="Do not see it", format=".1%"),
    ]
    rows = alt.Chart(data()).transform_filter(f"datum.kind == {TIME}")
    band = (
        rows.transform_calculate(series=f"'{TICKS[2]}'")
        .mark_area(opacity=0.25)
        .encode(x=x, y=alt.Y("polled_low:Q"), y2="polled_high:Q", color=_colour())
    )
    lines = _folded(rows, TICK_COLUMNS, TICKS).mark_line().encode(
        x=x, y=y, color=_colour(), size=_width(), tooltip=tooltip
    )  # fmt: skip
    points = (
        _folded(alt.Chart(data()).transform_filter(f"datum.kind == {HERE}"), TICK_COLUMNS, TICKS)
        .mark_point(filled=True, opacity=1, size=90, stroke="white", strokeWidth=1.5)
        .encode(x=x, y=y, color=_colour(), tooltip=tooltip)
    )
    return alt.layer(band, lines, points, guess_rule("y")).properties(width=WIDTH, height=190)


def _remedies() -> alt.LayerChart | alt.FacetChart:
    """What helps, with rows made visible at a tick, and what it costs."""
    rows = (
        alt.Chart(data())
        .transform_filter(f"datum.kind == {REMEDY}")
        .transform_calculate(
            series=f"'{TICKS[1]}'",
            # Only what there is: a phone has no room for more beside the longest bars.
            text="format(datum.missed, '.1%')"
                 " + (datum.wait > 0 ? ', ' + format(datum.wait, ',.0f') + ' ms' : '')"
                 " + (datum.extra > 0 ? ', work +' + format(datum.extra, '.1%') : '')",
        )
    )  # fmt: skip
    x = alt.X("missed:Q", title="Customers who do not see their own write",
              scale=alt.Scale(domain=[0, 1.5], nice=False, clamp=True),
              axis=alt.Axis(format=".0%", values=[0, 0.5, 1], grid=False))  # fmt: skip
    y = alt.Y("way:N", title=None, sort=list(REMEDIES), axis=alt.Axis(labelLimit=130))
    tooltip = [
        alt.Tooltip("way:N", title="Remedy"),
        alt.Tooltip("missed:Q", title="Do not see it", format=".2%"),
        alt.Tooltip("wait:Q", title="Mean wait (ms)", format=",.0f"),
        alt.Tooltip("wait_99:Q", title="p99 of the wait (ms)", format=",.0f"),
        alt.Tooltip("extra:Q", title="More work", format=".2%"),
    ]
    bars = rows.mark_bar().encode(x=x, y=y, color=_colour(), tooltip=tooltip)
    text = rows.mark_text(align="left", dx=4, fontSize=10).encode(
        x=x, y=y, text="text:N", tooltip=tooltip
    )
    return alt.layer(bars, text).properties(width=WIDTH, height=130)


def _of(name: str, column: str, form: str, **where: float | str) -> Reading:
    return Reading(name, column, {"kind": HERE, **where}, form)


def _remedy(name: str, column: str, way: int, form: str, **where: float | str) -> Reading:
    return Reading(name, column, {"kind": REMEDY, "way": REMEDIES[way], **where}, form)


lab = Lab(
    name="patterns/cqrs",
    title="One model, or one to write and several to read?",
    kernel=cqrs,
    controls=[
        Slider("rate_per_s", "Requests",
               (200.0, 500.0, 1000.0, 2000.0, 2250.0, 2400.0, 3000.0, 5000.0, 10_000.0, 20_000.0,
                50_000.0, 100_000.0, 200_000.0), RATE_PER_S, unit="/s"),
        Slider("read_share", "Reads", (0.5, 0.7, 0.8, 0.9, READ_SHARE, 0.99, 0.999), READ_SHARE,
               format=".1%", help="The others write"),
        linear("models", "Kinds of queries", 1, 12, 1, MODELS,
               help="Each has an index in one model, or a read model of its own"),
        linear("tables", "Tables a query needs", 1, 8, 1, TABLES,
               help="In one model; a read model has all in one row"),
        Slider("no_key", "Do not know the key", (0.0, 0.01, 0.05, 0.1, 0.2, 0.5), NO_KEY,
               format=".0%", help="Queries that have to ask every shard of one model"),
        Slider("rows", "Rows an event changes", (1, 2, 3, 5, 10, 20), ROWS,
               help="In each read model"),
        Slider("projectors", "Projectors", (1, 2, 3, 5, 10, 20, 50, 100, 200, 500), PROJECTORS,
               help="For each read model; they share its events"),
        Slider("every_ms", "Tick", (0.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0),
               EVERY_MS, unit="ms", help="Rows become visible, or the outbox is polled, so often"),
        Slider("delay_ms", "Reads own write after",
               (20.0, 50.0, 100.0, 200.0, 300.0, 500.0, 1000.0, 2000.0, 5000.0), DELAY_MS,
               unit="ms"),
    ],
    constants={
        "lookup_ms": LOOKUP_MS,
        "write_ms": WRITE_MS,
        "index_ms": INDEX_MS,
        "outbox_ms": OUTBOX_MS,
        "vcpus": shop.VCPUS,
        "most_busy": MOST_BUSY,
        "log_machines": LOG_MACHINES,
        "relay_ms": RELAY_MS,
        "log_ms": LOG_MS,
        "row_ms": ROW_MS,
        "pause_ms": PAUSE_MS,
        "pin_ms": PIN_MS,
        "think_ms": THINK_MS,
        "again_ms": AGAIN_MS,
        "events": EVENTS,
        "seed": SEED,
    },
    columns=[
        Column("kind", "Kind", hidden=True),
        Column("rate", "Requests", "/s"),
        Column("shards", "One model, shards", "machines"),
        Column("copied", "One model, with copies", "machines"),
        Column("one_store", "CQRS, one read store", "machines"),
        Column("stores", "CQRS, a store each", "machines"),
        Column("at", "After the write", "ms", ",.0f"),
        Column("streamed", "Not seen: streamed", "", ".2%"),
        Column("ticked", "Not seen: tick", "", ".2%"),
        Column("polled", "Not seen: polled", "", ".2%"),
        Column("polled_low", "Lowest run", "", ".2%", hidden=True),
        Column("polled_high", "Highest run", "", ".2%", hidden=True),
        Column("way", "Remedy", labels=REMEDIES),
        Column("missed", "Own write not seen", "", ".2%"),
        Column("wait", "Mean wait", "ms", ",.0f"),
        Column("wait_99", "p99 of the wait", "ms", ",.0f"),
        Column("extra", "More work", "", ".2%"),
        Column("steady", "Keeps up", hidden=True),
        Column("busy", "Projector busy", hidden=True),
        Column("needed", "Projectors needed", hidden=True),
        Column("lag", "Mean lag", hidden=True),
        Column("lag_99", "p99 of the lag", hidden=True),
        Column("queued", "In queues", hidden=True),
        Column("poll_lag", "Mean lag polled", hidden=True),
        Column("projecting", "At the projector", hidden=True),
        Column("one_work", "Work of one model", hidden=True),
        Column("cqrs_work", "Work of CQRS", hidden=True),
        Column("one_write", "A write, one model", hidden=True),
        Column("cqrs_write", "A write, CQRS", hidden=True),
        Column("break_even", "Break-even", hidden=True),
        Column("crosses", "Crosses", hidden=True),
        Column("crossing", "Crossing", hidden=True),
        Column("pinned_load", "Write model with a pin", hidden=True),
        Column("shards_do", "Shards do it", hidden=True),
    ],
    chart=alt.vconcat(_machines(), _missing(), _remedies()),
    summary=(
        "At {rate_per_s} one model keeps {one_work} vCPUs busy and CQRS {cqrs_work}. In machines "
        "that is [{in_shards} for one model in shards, ]{in_copies} if shards have copies, "
        "{with_one} for CQRS with one read store and {with_each} with a store each[, which takes "
        "fewer than one model from {crossing} requests/s on]. A write costs {cqrs_write} ms in "
        "place of {one_write}, and CQRS is less work if more than {break_even} are reads. Each "
        "projector is busy for {busy}; {needed} "
        "would be enough. [An event is {queued} ms in queues, {projecting} of them at the "
        "projector; with a tick of {every_ms} a write is visible after {lag} ms on average, 99% "
        "after {lag_99}, and after {poll_lag} if the outbox is polled.] After {delay_ms} "
        "{missed_here} of the customers do not see their own write, {missed_streamed} if it is "
        "streamed, {missed_polled} if polled. [To wait for the version takes {version_wait} ms on "
        "average and {version_work} more work.] To read at the write model makes its load "
        "{pinned_load} times what it was."
    ),
    readings=[
        _of("one_work", "one_work", ",.1f"),
        _of("cqrs_work", "cqrs_work", ",.1f"),
        _of("in_shards", "shards", ",.0f", shards_do=1),
        _of("in_copies", "copied", ",.0f"),
        _of("with_one", "one_store", ",.0f"),
        _of("with_each", "stores", ",.0f"),
        _of("crossing", "crossing", ",.0f", crosses=1),
        _of("one_write", "one_write", ",.1f"),
        _of("cqrs_write", "cqrs_write", ",.1f"),
        _of("break_even", "break_even", ".0%"),
        _of("busy", "busy", ".0%"),
        _of("needed", "needed", ",.0f"),
        _of("queued", "queued", ",.0f", steady=1),
        _of("projecting", "projecting", ",.0f", steady=1),
        _of("lag", "lag", ",.0f", steady=1),
        _of("lag_99", "lag_99", ",.0f", steady=1),
        _of("poll_lag", "poll_lag", ",.0f", steady=1),
        _of("missed_here", "ticked", ".1%"),
        _of("missed_streamed", "streamed", ".1%"),
        _of("missed_polled", "polled", ".1%"),
        _of("pinned_load", "pinned_load", ",.1f"),
        _remedy("pause_missed", "missed", 1, ".1%"),
        _remedy("version_wait", "wait", 2, ",.0f", steady=1),
        _remedy("version_99", "wait_99", 2, ",.0f", steady=1),
        _remedy("version_work", "extra", 2, ".1%", steady=1),
        _remedy("pin_work", "extra", 3, ".1%"),
    ],
    prediction=Prediction(
        "An order is written, and an event goes through a relay, a log and a projector to the "
        "read model of the page 'your orders': 44 ms on average. There, new rows become visible "
        "once a second, as Elasticsearch has it. The customer is sent to that page, which reads "
        "300 ms after the write. What share of them do not see their order?",
        reading="missed_here", low=0.0, high=1.0, step=0.01, format=".0%",
    ),
    tries=[
        Try("A tick of 200 ms. What share misses it now, and why is none of it the queues' fault?",
            {"every_ms": 200.0}),
        Try("No tick at all: what is left are the queues. How long after a write may one read?",
            {"every_ms": 0.0, "delay_ms": 200.0}),
        Try("An eighth more requests, no tick. What became of the time at the projector?",
            {"rate_per_s": 2250.0, "every_ms": 0.0, "delay_ms": 200.0}),
        Try("Two projectors. Whom does that help if there is a tick of a second?",
            {"projectors": 2}),
        Try("50,000 requests a second. Why can shards alone not do it, and what do copies cost?",
            {"rate_per_s": 50_000.0, "projectors": 50}),
        Try("Half of the requests write, and CQRS is nearly twice the work. Why does it take fewer "
            "machines all the same, at some rate?", {"read_share": 0.5, "projectors": 20}),
    ],
)  # fmt: skip
