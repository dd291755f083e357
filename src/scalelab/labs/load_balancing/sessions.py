"""Lab: a customer's session with one machine, in a store, or in a token."""

import altair as alt

from scalelab.facts import sessions as facts
from scalelab.facts.latency import DATA_CENTRE_ROUND_TRIP
from scalelab.kernels import shop
from scalelab.kernels.load_balancing.sessions import sessions
from scalelab.models.load_balancing.sessions import (
    CUSTOMERS,
    EVENTS,
    FAILOVER_MIN,
    MACHINES,
    PAYLOAD_BYTES,
    PLACEMENTS,
    STORE_MS,
    STORES,
    TOKEN_MIN,
    VISIT_MIN,
    VISITS,
    WAYS,
    WORK_MS,
)
from scalelab.web.lab import Choice, Column, Lab, Prediction, Reading, Slider, Try, data, guess_rule

WIDTH = 440
STICKY, STORE, TOKEN = WAYS
OVER_TIME, OTHER_LIFE, AS_SET = KINDS = ("Over time", "Another life", "As set")


def _colour() -> alt.Color:
    return alt.Color("way:N", title=None, scale=alt.Scale(domain=list(WAYS)))


def _over_time() -> list[alt.Tooltip]:
    return [
        alt.Tooltip("way:N", title="Way"),
        alt.Tooltip("minute:Q", title="Minute", format=",.1f"),
        alt.Tooltip("busiest:Q", title="Busiest machine", format=".0%"),
        alt.Tooltip("emptiest:Q", title="Emptiest machine", format=".0%"),
        alt.Tooltip("lost:Q", title="Sessions lost so far", format=".1%"),
    ]


def _rows(kind: str) -> alt.Chart:
    return alt.Chart(data()).transform_filter(f"datum.kind == '{kind}'")


def _minutes() -> alt.X:
    return alt.X("minute:Q", title="Minutes", axis=alt.Axis(format=",.0f", tickCount=7),
                 scale=alt.Scale(nice=False))  # fmt: skip


def _level(rows: alt.Chart, meaning: str) -> alt.Chart:
    """A level line at 100%."""
    level: alt.Chart = rows.mark_rule(strokeWidth=1, opacity=0.6).encode(
        y=alt.datum(1.0), tooltip=alt.value(meaning)
    )
    return level


def _busy() -> alt.LayerChart | alt.FacetChart:
    """The busiest machine of each way, and thin the emptiest."""
    rows, x = _rows(OVER_TIME), _minutes()
    y = alt.Y("busiest:Q", title="Busiest; thin: emptiest", axis=alt.Axis(format="%", tickCount=5),
              scale=alt.Scale(zero=True))  # fmt: skip
    busiest = rows.mark_line(strokeWidth=2.5).encode(
        x=x, y=y, color=_colour(), tooltip=_over_time()
    )
    emptiest = rows.mark_line(strokeWidth=1).encode(
        x=x, y=alt.Y("emptiest:Q"), color=_colour(), tooltip=_over_time()
    )
    full = _level(rows, "A machine is full")
    return alt.layer(full, emptiest, busiest, guess_rule("y")).properties(width=WIDTH, height=190)


def _lost() -> alt.LayerChart | alt.FacetChart:
    rows = _rows(OVER_TIME)
    y = alt.Y("lost:Q", title="Sessions lost so far", axis=alt.Axis(format="%", tickCount=4),
              scale=alt.Scale(zero=True))  # fmt: skip
    lines = rows.mark_line(strokeWidth=2.5, interpolate="step-after").encode(
        x=_minutes(), y=y, color=_colour(), tooltip=_over_time()
    )
    everybody = _level(rows, "As many as there are customers")
    return alt.layer(everybody, lines).properties(width=WIDTH, height=120)


def _lives() -> alt.LayerChart | alt.FacetChart:
    """What tokens of other lives ask of those who renew them; level: the store."""
    tooltip = [
        alt.Tooltip("way:N", title="Way"),
        alt.Tooltip("token_life:Q", title="Token lives (min)", format=",.2~f"),
        alt.Tooltip("look_ups:Q", title="Look-ups/s", format=",.1f"),
        alt.Tooltip("valid:Q", title="Good when dismissed (min)", format=",.1f"),
    ]
    x = alt.X(
        "token_life:Q", title="Minutes that a token lives",
        scale=alt.Scale(type="log", nice=False),
        axis=alt.Axis(values=[0.25, 1, 5, 15, 60, 240, 1440], format=",~r"),
    )  # fmt: skip
    y = alt.Y(
        "look_ups:Q", title="Look-ups/s", scale=alt.Scale(type="log", nice=False, padding=8),
        axis=alt.Axis(values=[0.1, 1, 10, 100, 1000], format=",~r"),
    )  # fmt: skip
    lines = _rows(OTHER_LIFE).mark_line(strokeWidth=2.5)
    point = _rows(AS_SET).mark_point(filled=True, size=70, opacity=1)
    store = (
        alt.Chart(data())
        .transform_filter(f"datum.way == '{STORE}' && datum.minute == 0")
        .mark_rule(strokeWidth=2)
        .encode(y=y, color=_colour(), tooltip=tooltip)
    )
    marks = (m.encode(x=x, y=y, color=_colour(), tooltip=tooltip) for m in (lines, point))
    return alt.layer(store, *marks).properties(width=WIDTH, height=120)


def _of(name: str, column: str, way: str, form: str) -> Reading:
    return Reading(name, column, {"way": way}, form)


lab = Lab(
    name="load_balancing/sessions",
    title="Where to keep a session",
    kernel=sessions,
    controls=[
        Choice("event", "What happens", EVENTS),
        Slider("machines", "Machines", (4, 5, 6, 7, 8), MACHINES, help="Before it happens"),
        Choice("visits", "Visits", VISITS, VISITS.index("Exponential"),
               help="How their lengths vary; ten minutes on average"),
        Choice("placement", "New customers go", PLACEMENTS,
               help="And those whose machine stops"),
        Slider("drain_min", "Drained before", (0.0, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0), 0.0,
               unit="min", help="Of a deploy: so long a machine gets no new customers"),
        Slider("shared", "Behind one address", (1, 10, 20, 50, 100, 200, 500, 1000), 1,
               help="Of a fifth of the customers; 1: each has a cookie"),
        Choice("store", "The store is", STORES),
        Slider("payload_bytes", "A token holds", (100.0, 300.0, 1000.0, 2000.0, 2700.0, 3000.0),
               float(PAYLOAD_BYTES), unit="bytes"),
        Slider("token_min", "A token lives", (1.0, 5.0, 15.0, 60.0, 240.0, 1440.0), TOKEN_MIN,
               unit="min"),
    ],
    constants={
        "customers": float(CUSTOMERS),
        "think_s": shop.THINK_S,
        "visit_min": VISIT_MIN,
        "work_ms": WORK_MS,
        "vcpus": shop.VCPUS,
        "write_share": shop.WRITE_SHARE,
        "trip_ms": DATA_CENTRE_ROUND_TRIP.value,
        "store_ms": STORE_MS,
        "verify_ms": facts.RS256_VERIFICATION.value,
        "signature_chars": facts.RS256_CHARS.value,
        "failover_min": FAILOVER_MIN,
        "flush_s": facts.REDIS_FLUSH.value,
        "cookie_bytes": facts.COOKIE_BYTES.value,
    },
    columns=[
        Column("way", "Way", labels=WAYS),
        Column("kind", "Row", labels=KINDS),
        Column("minute", "Minute", format=",.1f"),
        Column("busiest", "Busiest machine", format=".1%"),
        Column("emptiest", "Emptiest machine", format=".1%"),
        Column("lost", "Lost so far", format=".1%"),
        Column("lost_all", "Lost in all", format=".1%"),
        Column("worst", "Busiest at worst", format=".1%"),
        Column("keeps_up", "Keeps up", labels=("no", "yes")),
        Column("takes", "Takes", "min", ",.1f"),
        Column("by_chance", "Busiest by chance", format=".1%"),
        Column("longer", "Longer", "ms", ",.2f"),
        Column("work", "Work", "vCPUs", ",.2f"),
        Column("bytes_up", "In a request", "bytes"),
        Column("bytes_down", "In an answer", "bytes"),
        Column("fits", "Fits into a cookie", labels=("no", "yes")),
        Column("token_life", "A token lives", "min", ",.2f"),
        Column("look_ups", "Look-ups", "per s", ",.1f"),
        Column("valid", "Good when dismissed", "min", ",.1f"),
    ],
    chart=alt.vconcat(_busy(), _lost(), _lives()),
    summary=(
        "Sticky: {sticky_lost} of the sessions are lost, the busiest machine is {sticky_worst} "
        "busy; chance alone makes it {chance}. With a store {store_lost} are lost, with tokens "
        "{token_lost}; machines are {store_worst} and {token_worst} busy at most. A request takes "
        "{store_longer} ms longer with a store and {token_longer} ms with a token, which is "
        "{token_up} bytes (fits into a cookie: {token_fits}). The store is asked {store_look_ups} "
        "times a second; tokens are renewed {token_look_ups} times, and a dismissed one stays good "
        "for {token_valid} min on average."
    ),
    readings=[
        _of("sticky_lost", "lost_all", STICKY, ".1%"),
        _of("sticky_worst", "worst", STICKY, ".0%"),
        _of("chance", "by_chance", STICKY, ".1%"),
        _of("sticky_takes", "takes", STICKY, ",.0f"),
        _of("store_lost", "lost_all", STORE, ".2%"),
        _of("store_worst", "worst", STORE, ".0%"),
        _of("store_takes", "takes", STORE, ",.1f"),
        _of("store_longer", "longer", STORE, ",.2f"),
        _of("store_work", "work", STORE, ",.2f"),
        _of("store_look_ups", "look_ups", STORE, ",.0f"),
        _of("token_lost", "lost_all", TOKEN, ".0%"),
        _of("token_worst", "worst", TOKEN, ".0%"),
        _of("token_longer", "longer", TOKEN, ",.2f"),
        _of("token_work", "work", TOKEN, ",.2f"),
        _of("token_up", "bytes_up", TOKEN, ",.0f"),
        _of("token_fits", "fits", TOKEN, ""),
        _of("token_look_ups", "look_ups", TOKEN, ",.1f"),
        _of("token_valid", "valid", TOKEN, ",.1f"),
    ],
    prediction=Prediction(
        "Six machines, each 58% busy, keep their customers' sessions in memory; visits last ten "
        "minutes on average. A deploy restarts one after the other, a minute each; meanwhile its "
        "customers move to the others, evenly, and stay there. How busy does the busiest get?",
        reading="sticky_worst", low=0.5, high=2.0, step=0.05, format=".0%",
    ),
    tries=[
        Try("New customers go to the emptiest machine. What becomes of the deploy?",
            {"placement": 1}),
        Try("Drain each machine for ten minutes, but some visits are very long. What is won, and "
            "how long does it take?", {"drain_min": 10.0, "visits": 2}),
        Try("Four machines are 88% busy, and a fifth is added. When has it its share?",
            {"event": 1, "machines": 4}),
        Try("Nothing happens, but machines go by address, and a fifth of the customers share one "
            "with 500. How uneven is it?", {"event": 4, "shared": 500}),
        Try("The store fails. And what do tokens ask for that live a minute and hold a large cart?",
            {"event": 3, "token_min": 1.0, "payload_bytes": 3000.0}),
    ],
)  # fmt: skip
