"""Lab: what becomes of an order's message, by way of delivering it."""

import altair as alt

from scalelab.kernels.principles.delivery import FATE, HERE, LEASE, TIME, delivery
from scalelab.models.principles.delivery import (
    ACK_LOST,
    CRASH,
    DIES,
    FATES,
    LAW,
    LAWS,
    LEASE_S,
    POISON,
    RECEIVES,
    RETRY_S,
    SEED,
    SEND_LOST,
    WAYS,
    WINDOW_MIN,
    WORK_S,
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
MOST_ONCE, LEAST_ONCE, BEATS, KEY, OUTBOX = WAYS
NAMES = ("most", "least", "beats", "key", "outbox")
LOST, DEAD, ONCE, MORE, BURIED = FATES
SHOWN = (LOST, MORE, DEAD, BURIED)
LEAST_SHOWN = 0.3  # orders, where the bars begin
CHANCES = (0.0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2)
# Ways may have the same line: the one below is wide.
WIDTHS = (2.5, 8.0, 2.5, 3.0, 2.5)


def _colour() -> alt.Color:
    return alt.Color("way:N", title=None, scale=alt.Scale(domain=list(WAYS)))


def _rows(*kinds: int) -> alt.Chart:
    chart: alt.Chart = alt.Chart(data()).transform_filter(
        " || ".join(f"datum.kind == {kind}" for kind in kinds)
    )
    return chart


def _fates() -> alt.LayerChart | alt.FacetChart:
    """Orders that are not simply done once, by way."""
    rows = _rows(FATE).transform_filter(f"datum.fate != '{ONCE}'").transform_calculate(
        least=str(LEAST_SHOWN),
        end=f"max(datum.count, {LEAST_SHOWN})",
        luckiest=f"max(datum.low, {LEAST_SHOWN})",
        unluckiest=f"max(datum.high, {LEAST_SHOWN})",
        text="datum.count < 0.05 ? '0' : format(datum.count, datum.count < 9.95 ? ',.1f' : ',.0f')",
    )  # fmt: skip
    x = alt.X(
        "end:Q", title="Of 10,000 orders",
        scale=alt.Scale(type="log", domain=[LEAST_SHOWN, 50_000], nice=False, clamp=True),
        axis=alt.Axis(values=[1, 10, 100, 1000, 10_000], format=",.0f"),
    )  # fmt: skip
    label = (
        f"datum.value == '{MORE}' ? ['Done twice','or more'] : "
        f"datum.value == '{DEAD}' ? ['Dead letter,','not done'] : "
        f"datum.value == '{BURIED}' ? ['Dead letter,','though done'] : datum.value"
    )
    y = alt.Y("fate:N", title=None, sort=list(SHOWN), axis=alt.Axis(labelExpr=label))
    offset = alt.YOffset("way:N", sort=list(WAYS))
    tooltip = [
        alt.Tooltip("way:N", title="Way"),
        alt.Tooltip("fate:N", title="What became of them"),
        alt.Tooltip("count:Q", title="Orders", format=",.1f"),
        alt.Tooltip("low:Q", title="Luckiest run", format=",.0f"),
        alt.Tooltip("high:Q", title="Unluckiest run", format=",.0f"),
    ]
    bars = rows.mark_bar().encode(
        x=x, x2="least:Q", y=y, yOffset=offset, color=_colour(), tooltip=tooltip
    )
    runs = rows.mark_rule(strokeWidth=1.5).encode(
        x="luckiest:Q", x2="unluckiest:Q", y=y, yOffset=offset, tooltip=tooltip
    )
    text = rows.mark_text(align="left", dx=4, fontSize=10).encode(
        x="unluckiest:Q", y=y, yOffset=offset, text="text:N", tooltip=tooltip
    )
    return alt.layer(bars, runs, text).properties(width=WIDTH, height=290)


def _leases() -> alt.LayerChart | alt.FacetChart:
    """What a longer lease saves, and what it costs."""
    x = alt.X(
        "lease:Q", title="Lease (s): so long until a dead worker's task is taken up",
        scale=alt.Scale(type="log", nice=False, padding=8),
        axis=alt.Axis(values=[5, 10, 20, 50, 100, 200, 500, 2000, 10_000, 50_000], format=",.0f"),
    )  # fmt: skip
    y = alt.Y(
        "twice:Q", title="Done twice or more",
        scale=alt.Scale(type="log", nice=False, padding=8),
        axis=alt.Axis(values=[0.1, 1, 10, 50, 100, 200, 500, 1000, 2000, 5000, 10_000],
                      format=",~r"),
    )  # fmt: skip
    tooltip = [
        alt.Tooltip("way:N", title="Way"),
        alt.Tooltip("lease:Q", title="Lease (s)", format=",.0f"),
        alt.Tooltip("twice:Q", title="Done twice or more", format=",.1f"),
    ]
    some = "datum.twice > 0.01"
    lines = _rows(LEASE).transform_filter(some).mark_line(strokeWidth=2.5)
    here = _rows(HERE).transform_filter(some).mark_point(filled=True, size=90, opacity=1)
    return alt.layer(
        *(mark.encode(x=x, y=y, color=_colour(), tooltip=tooltip) for mark in (lines, here)),
        guess_rule("y"),
    ).properties(width=WIDTH, height=160)


def _waits() -> alt.LayerChart | alt.FacetChart:
    """How many are not done yet; the level end of a line never will be."""
    x = alt.X(
        "at:Q", title="Time since the order (s)",
        scale=alt.Scale(type="log", nice=False, padding=4),
        axis=alt.Axis(values=[5, 10, 30, 100, 300, 1000, 3600, 14_400, 86_400], format=",.0f"),
    )  # fmt: skip
    y = alt.Y(
        "open:Q", title="Not done yet",
        scale=alt.Scale(type="log", nice=False, padding=4, domainMin=1, domainMax=10_000),
        axis=alt.Axis(values=[1, 10, 100, 1000, 10_000], format=",.0f"),
    )  # fmt: skip
    tooltip = [
        alt.Tooltip("way:N", title="Way"),
        alt.Tooltip("at:Q", title="Seconds", format=",.0f"),
        alt.Tooltip("open:Q", title="Not done yet", format=",.1f"),
    ]
    lines = [
        _rows(TIME)
        .transform_filter(f"datum.way == '{way}' && datum.open >= 1")
        .mark_line(strokeWidth=width, opacity=0.45 if width > 3.0 else 1.0)
        .encode(x=x, y=y, color=_colour(), tooltip=tooltip)
        for width, way in sorted(zip(WIDTHS, WAYS, strict=True), key=lambda one: -one[0])
    ]
    return alt.layer(*lines).properties(width=WIDTH, height=150)


def _of(name: str, fate: str, way: str, column: str = "count", form: str = ",.1f") -> Reading:
    return Reading(name, column, {"kind": FATE, "fate": fate, "way": way}, form)


lab = Lab(
    name="principles/delivery",
    title="What becomes of the message",
    kernel=delivery,
    controls=[
        Slider("send_lost", "Sends lost", CHANCES, SEND_LOST, format=".1%",
               help="A send that is not repeated is gone"),
        Slider("ack_lost", "Acknowledgements lost", CHANCES, ACK_LOST, format=".1%",
               help="The broker's and the worker's, or its sender died just before"),
        Slider("crash", "Producer dies", CHANCES, CRASH, format=".1%",
               help="Between the order's commit and the send"),
        Slider("dies", "Worker dies", CHANCES, DIES, format=".1%",
               help="Before its task takes effect"),
        Slider("poison", "Poison", CHANCES, POISON, format=".1%",
               help="Orders whose work always fails"),
        Choice("law", f"Work takes {WORK_S:.0f} s", ("Always", "On average", "With a long tail"),
               LAWS.index(LAW)),
        Slider("lease_s", "Lease",
               (5.0, 10.0, 15.0, 20.0, 30.0, 45.0, 60.0, 90.0, 120.0, 180.0, 300.0, 600.0, 1800.0,
                3600.0, 43_200.0), LEASE_S, unit="s", help="Visibility time-out"),
        linear("receives", "Receives, at most", 1, 20, 1, RECEIVES,
               help="Then a message goes to the dead-letter queue"),
        Slider("window_min", "Keys are kept", (0.0, 1.0, 5.0, 10.0, 60.0, WINDOW_MIN, 10_080.0),
               WINDOW_MIN, unit="min"),
    ],
    constants={"work_s": WORK_S, "retry_s": RETRY_S, "seed": SEED},
    columns=[
        Column("kind", "Row", hidden=True),
        Column("way", "Way", labels=WAYS),
        Column("fate", "What became of them", labels=FATES),
        Column("count", "Orders", "of 10,000", ",.1f"),
        Column("low", "Luckiest run"),
        Column("high", "Unluckiest run"),
        Column("lease", "Lease", "s"),
        Column("twice", "Twice or more, exactly", "of 10,000", ",.1f"),
        Column("at", "Time", "s"),
        Column("open", "Not done yet", "of 10,000", ",.1f"),
        Column("received", "Receives", "of an order", ",.3f"),
    ],
    chart=alt.vconcat(_fates(), _leases(), _waits()),
    summary=(
        "Of 10,000 orders. At most once: {most_lost} lost. At least once: {least_lost} lost, "
        "{least_more} done twice or more, {least_dead} dead letters not done and {least_buried} "
        "that are; an order is received {least_received} times. With heartbeats {beats_more} are "
        "done twice or more, with a key {key_more}, with a key and an outbox {outbox_more}, and "
        "{outbox_lost} are lost. After a minute {most_open} are not done at most once, "
        "{least_open} at least once."
    ),
    readings=[
        Reading("twice_exactly", "twice", {"kind": HERE, "way": LEAST_ONCE}, ",.0f"),
        *(
            _of(f"{name}_{which}", fate, way)
            for name, way in zip(NAMES, WAYS, strict=True)
            for which, fate in (("lost", LOST), ("dead", DEAD), ("once", ONCE), ("more", MORE),
                                ("buried", BURIED))
        ),
        *(
            _of(f"{name}_received", ONCE, way, "received", ",.3f")
            for name, way in zip(NAMES, WAYS, strict=True)
        ),
        *(
            Reading(f"{name}_open", "open", {"kind": TIME, "way": way, "at": 60.0}, ",.1f")
            for name, way in zip(NAMES, WAYS, strict=True)
        ),
    ],
    prediction=Prediction(
        "A worker makes the invoice of an order and mails it, in 10 seconds on average; the times "
        "are exponential. A message that is not acknowledged within a lease of 30 seconds goes to "
        "another worker. One worker in 200 dies on the way, and one acknowledgement in 200 is "
        "lost. Of 10,000 customers, how many get their mail twice or more often?",
        reading="twice_exactly", low=0, high=2000, step=10, format=",.0f", unit="customers",
    ),
    tries=[
        Try("A lease of two minutes. What is left of the duplicates, and who waits?",
            {"lease_s": 120.0}),
        Try("The same mean, but a few tasks are very long. How long has the lease to be now?",
            {"law": LAWS.index("long tail"), "lease_s": 120.0}),
        Try("A lease of 10 seconds, and three receives. Who is in the dead-letter queue?",
            {"lease_s": 10.0, "receives": 3}),
        Try("Keys are kept for five minutes, and the lease is ten. What is the key worth?",
            {"window_min": 5.0, "lease_s": 600.0}),
        Try("Nothing is lost and nobody dies. What are the duplicates?",
            {"send_lost": 0.0, "ack_lost": 0.0, "crash": 0.0, "dies": 0.0}),
        Try("Producers are deployed all day: one order in 100 is not sent. Which ways notice?",
            {"crash": 0.01}),
    ],
)  # fmt: skip
