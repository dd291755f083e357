"""Lab: orders across shards by two-phase commit, by sagas, or in one shard."""

import altair as alt

from scalelab.facts.saga import STEP_FUNCTIONS_TRIES
from scalelab.kernels.patterns.saga import DAY, ORDER, SALE, SET, saga
from scalelab.models.patterns.saga import (
    ACCOUNT_FAILS,
    COME_PER_S,
    COMMIT_S,
    CROSSING,
    CUSTOMERS,
    HOLD_S,
    ORDERS,
    OUTAGE_S,
    OUTCOMES,
    PATIENCE_S,
    PAY_S,
    PAYMENT_FAILS,
    PER_S,
    PIECES,
    REFUND_USD,
    RUNS,
    SEED,
    STOCK_FAILS,
    STOCK_FIRST,
    TRIES_S,
    TWO_PHASE,
    UNDO_USD,
    UP,
    WAYS,
)
from scalelab.web.lab import Column, Lab, Prediction, Reading, Slider, Try, data, guess_rule

WIDTH = 440
# Three steps beside each other leave a phone no room for bars.
SHORT = "replace(replace(datum.label, 'account', 'acct'), 'payment', 'pay')"
LEAST_SHOWN = 0.01  # of a million orders, where the bars begin
SHOWN = (ORDERS[0], ORDERS[4])  # the two orders of the steps that the first view has


def _colour() -> alt.Color:
    return alt.Color(
        "way:N", title=None, scale=alt.Scale(domain=list(WAYS)),
        legend=alt.Legend(orient="top", columns=2, labelLimit=200),
    )  # fmt: skip


def _day() -> alt.LayerChart | alt.FacetChart:
    """What becomes of a million orders besides being done at once."""
    rows = (
        alt.Chart(data())
        .transform_filter(f"datum.kind == {DAY}")
        .transform_calculate(
            least=str(LEAST_SHOWN),
            end=f"max(datum.value, {LEAST_SHOWN})",
            text="datum.value < 0.005 ? '0' : format(datum.value,"
            " datum.value < 1 ? ',.2f' : datum.value < 10 ? ',.1f' : ',.0f')",
        )
    )  # fmt: skip
    x = alt.X(
        "end:Q", title="Of a million orders",
        scale=alt.Scale(type="log", domain=[LEAST_SHOWN, 1e8], nice=False, clamp=True),
        axis=alt.Axis(format=",~r", values=[0.01, 1, 100, 10_000]),
    )  # fmt: skip
    y = alt.Y("what:N", title=None, sort=list(OUTCOMES), axis=alt.Axis(labelLimit=110))
    offset = alt.YOffset("way:N", sort=list(WAYS))
    tooltip = [
        alt.Tooltip("way:N", title="Way"),
        alt.Tooltip("what:N", title="Outcome"),
        alt.Tooltip("value:Q", title="Of a million", format=",.1f"),
    ]
    bars = rows.mark_bar().encode(
        x=x, x2="least:Q", y=y, yOffset=offset, color=_colour(), tooltip=tooltip
    )
    text = rows.mark_text(align="left", dx=4, fontSize=10).encode(
        x=x, y=y, yOffset=offset, text="text:N", tooltip=tooltip
    )
    return alt.layer(bars, text).properties(width=WIDTH, height=260)


def _orders() -> alt.LayerChart | alt.FacetChart:
    """What undoing costs, for each order of the steps."""
    rows = (
        alt.Chart(data())
        .transform_filter(f"datum.kind == {ORDER}")
        .transform_calculate(
            room="1.8 * datum.usd",
            text="format(datum.usd, ',.1f') + (datum.best == 1 ? ', cheapest' : '')",
        )
    )
    x = alt.X(
        "usd:Q", title="Undoing, for 1,000 orders (USD)",
        scale=alt.Scale(zero=True), axis=alt.Axis(format=",~r", tickCount=5),
    )  # fmt: skip
    y = alt.Y("steps:N", title=None, sort=list(ORDERS), axis=alt.Axis(labelExpr=SHORT))
    tooltip = [
        alt.Tooltip("steps:N", title="Order"),
        alt.Tooltip("usd:Q", title="USD for 1,000 orders", format=",.2f"),
        alt.Tooltip("value:Q", title="Steps undone, of 1,000", format=",.1f"),
    ]
    shown = " || ".join(f"datum.steps == '{steps}'" for steps in SHOWN)
    bars = (
        rows.transform_filter(shown).mark_bar().encode(x=x, y=y, color=_colour(), tooltip=tooltip)
    )
    others = (
        rows.transform_filter(f"!({shown})")
        .mark_bar(color="grey")
        .encode(x=x, y=y, tooltip=tooltip)
    )
    text = rows.mark_text(align="left", dx=5, fontSize=10).encode(
        x=x, y=y, text="text:N", tooltip=tooltip
    )
    # Nothing to see: it makes room for what is written beside the longest bar.
    room = rows.mark_point(opacity=0).encode(x="room:Q", y=y)
    return alt.layer(bars, others, text, room).properties(width=WIDTH, height=170)


def _sale() -> alt.LayerChart | alt.FacetChart:
    """What becomes of the pieces of a hot item; the band has eight runs of ten."""
    rows = (
        alt.Chart(data())
        .transform_filter(f"datum.kind == {SALE}")
        .transform_calculate(
            room="1.5 * datum.high",
            text="format(datum.value, ',.0f') + (datum.way == '" + TWO_PHASE + "' ? ' locked'"
            " : datum.way == '" + STOCK_FIRST + "' ? ' reserved' : ' paid first')",
        )
    )
    x = alt.X("value:Q", title="Pieces or customers",
              axis=alt.Axis(format=",.0f", tickCount=4))  # fmt: skip
    y = alt.Y("what:N", title=None, sort=list(OUTCOMES))
    offset = alt.YOffset("way:N", sort=list(WAYS))
    tooltip = [
        alt.Tooltip("way:N", title="Way"),
        alt.Tooltip("what:N", title="Outcome"),
        alt.Tooltip("value:Q", title="Mean", format=",.1f"),
        alt.Tooltip("low:Q", title="Lowest tenth of the runs", format=",.0f"),
        alt.Tooltip("high:Q", title="Highest tenth", format=",.0f"),
    ]
    bars = rows.mark_bar().encode(x=x, y=y, yOffset=offset, color=_colour(), tooltip=tooltip)
    band = rows.mark_rule(strokeWidth=2).encode(
        x=alt.X("low:Q"), x2="high:Q", y=y, yOffset=offset, tooltip=tooltip
    )
    text = rows.mark_text(align="left", dx=6, fontSize=10).encode(
        x=alt.X("high:Q"), y=y, yOffset=offset, text="text:N", tooltip=tooltip
    )  # fmt: skip
    room = rows.mark_point(opacity=0).encode(x=alt.X("room:Q"), y=y)
    return alt.layer(bars, band, text, room, guess_rule("x")).properties(width=WIDTH, height=190)


def _day_of(name: str, way: int, what: int, form: str = ",.0f") -> Reading:
    return Reading(name, "value", {"kind": DAY, "way": WAYS[way], "what": OUTCOMES[what]}, form)


def _sale_of(name: str, way: int, what: int) -> Reading:
    return Reading(name, "value", {"kind": SALE, "way": WAYS[way], "what": OUTCOMES[what]}, ",.0f")


def _order_of(name: str, order: int, column: str, form: str) -> Reading:
    return Reading(name, column, {"kind": ORDER, "steps": ORDERS[order]}, form)


lab = Lab(
    name="patterns/saga",
    title="An order across shards: locked, undone or kept together?",
    kernel=saga,
    controls=[
        Slider("payment_fails", "Payments that fail", (0.01, 0.02, 0.05, 0.1, 0.2), PAYMENT_FAILS,
               format=".0%", help="Stock says no to 0.5% of the orders, the account to 1%"),
        Slider("refund_usd", "Undoing a payment", (0.05, 0.1, 0.25, 0.5, 1.0, 2.0), REFUND_USD,
               unit="USD", format=",.2f",
               help="Another step costs 0.05 USD. An authorisation is cancelled for nothing much, "
               "a payment is refunded without its fees"),
        Slider("up", "Each part is up", (0.99, 0.995, 0.999, 0.9995, 0.9999), UP, format=".2%",
               help="Three parts and the coordinator; an outage lasts for 43.2 minutes"),
        Slider("tries_s", "A saga tries for",
               (0.0, STEP_FUNCTIONS_TRIES.value, 60.0, 600.0, 1800.0, TRIES_S), TRIES_S, unit="s",
               help="Each step, and each step that undoes another"),
        Slider("pay_s", "A payment takes", (0.5, 1.0, 2.0, 3.0, 5.0, 10.0), PAY_S, unit="s",
               format=",.1f"),
        Slider("pieces", "Pieces of a hot item", (10, 20, 50, 100, 200), PIECES),
        Slider("customers", "Customers for it", (50, 100, 150, 200, 300, 500), CUSTOMERS),
        Slider("come_per_s", "They come at", (1.0, 2.0, 5.0, 10.0, 20.0, 50.0), COME_PER_S,
               unit="/s"),
        Slider("hold_s", "Unpaid, free again after", (0.0, 10.0, 30.0, 60.0, HOLD_S), HOLD_S,
               unit="s", help="A reserved piece; 0 is as soon as its payment has failed"),
    ],
    constants={
        "stock_fails": STOCK_FAILS,
        "account_fails": ACCOUNT_FAILS,
        "undo_usd": UNDO_USD,
        "crossing": CROSSING,
        "outage_s": OUTAGE_S,
        "per_s": PER_S,
        "commit_s": COMMIT_S,
        "patience_s": PATIENCE_S,
        "runs": RUNS,
        "seed": SEED,
    },
    columns=[
        Column("kind", "Kind", hidden=True),
        Column("way", "Way", labels=WAYS),
        Column("what", "Outcome", labels=OUTCOMES),
        Column("value", "Number", "", ",.1f"),
        Column("low", "Lowest tenth", "", ",.0f"),
        Column("high", "Highest tenth", "", ",.0f"),
        Column("steps", "Order of steps", labels=ORDERS),
        Column("usd", "Undoing", "USD for 1,000 orders", ",.2f"),
        Column("best", "Cheapest", hidden=True),
        Column("doubt", "Under way", hidden=True),
    ],
    chart=alt.vconcat(_day(), _orders(), _sale()),
    summary=(
        "Of a million orders two-phase commit turns {two_away} away and leaves {two_half} in "
        "doubt; a saga with stock first turns {saga_away} away, delays {saga_late} and leaves "
        "{saga_half} steps half done. {doubt} orders are under way when an outage begins. With "
        "stock first {stock_undone} steps are undone, with payment first {pay_undone}, with one "
        "shard {one_undone}. The cheapest order is {best_steps}: {best_usd} USD for 1,000 orders; "
        "payment, stock, account costs {first_usd}. Of {pieces} pieces {two_bought} are sold under "
        "locks, {stock_bought} if reserved, and {pay_bought} if paid first; then {refunded} "
        "customers get their money back."
    ),
    readings=[
        _day_of("stock_undone", 1, 0),
        _day_of("pay_undone", 2, 0),
        _day_of("one_undone", 3, 0),
        _day_of("two_away", 0, 1),
        _day_of("saga_away", 1, 1),
        _day_of("saga_late", 1, 2),
        _day_of("saga_half", 1, 3, ",.1f"),
        _day_of("two_half", 0, 3, ",.1f"),
        Reading("doubt", "doubt", {"kind": SET}, ",.0f"),
        Reading("best_steps", "steps", {"kind": ORDER, "best": 1}, ""),
        Reading("best_usd", "usd", {"kind": ORDER, "best": 1}, ",.1f"),
        _order_of("first_usd", 4, "usd", ",.1f"),
        _sale_of("two_bought", 0, 4),
        _sale_of("stock_bought", 1, 4),
        _sale_of("pay_bought", 2, 4),
        _sale_of("refunded", 2, 6),
    ],
    prediction=Prediction(
        "A hot item has 100 pieces. 300 customers want it, 20 a second, and 5% of the payments "
        "fail. Who sees a piece pays first, which takes 3 s, and takes the piece after that. How "
        "many pay for a piece that is not there any more?",
        reading="refunded", low=0, high=200, step=1, format=",.0f", unit="customers",
    ),
    tries=[
        Try("A payment that can be undone for as little as the rest. Which order is cheapest now?",
            {"refund_usd": 0.05}),
        Try("Sagas that give up after seven seconds. How many orders are turned away now?",
            {"tries_s": STEP_FUNCTIONS_TRIES.value}),
        Try("Parts with two nines. Who is turned away now, and who is delayed?", {"up": 0.99}),
        Try("One customer in five does not pay. How many pieces stay, though 300 wanted one?",
            {"payment_fails": 0.2}),
        Try("The same, but a failed payment frees its piece at once. How many stay now?",
            {"payment_fails": 0.2, "hold_s": 0.0}),
        Try("Payments of ten seconds. More refunds than pieces?", {"pay_s": 10.0}),
    ],
)  # fmt: skip
