"""Lab: the same cart changed in several regions, and five ways to settle that."""

import altair as alt

from scalelab.kernels.multi_region.conflict import CHANGE, KEPT, LOST, UNDONE, WHOLE, conflict
from scalelab.models.multi_region.conflict import CLOCKS, FATES, OPERATIONS, STRATEGIES
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

CART, ITEM, UNION, PN, OR_SET = STRATEGIES
SHORT = ("LWW cart", "LWW item", "Siblings", "PN-counters", "OR-set")
REGIONS = ("Home", "Second", "Third", "Fourth", "Fifth")
NAME = f"{list(SHORT)}[indexof({list(STRATEGIES)}, datum.strategy)]"


def _colour() -> alt.Color:
    return alt.Color("fate:N", title=None, scale=alt.Scale(domain=list(FATES)))


def _row() -> alt.Y:
    return alt.Y("name:N", title=None, sort=list(SHORT))


def _wrong() -> alt.LayerChart | alt.FacetChart:
    totals = (
        alt.Chart(data())
        .transform_filter(f"datum.kind == {WHOLE}")
        .transform_calculate(name=NAME)
    )  # fmt: skip
    layers = []
    for column, start, fate in (("lost", "0", LOST), ("undone", "datum.lost", UNDONE)):
        bars = totals.transform_calculate(
            fate=f"'{FATES[fate]}'", start=start, end=f"{start} + datum.{column}"
        )
        layers.append(
            bars.mark_bar().encode(
                x=alt.X("start:Q", title="Wrong in the end, of 1,000 changes"), x2="end:Q",
                y=_row(), color=_colour(),
                tooltip=[
                    alt.Tooltip("strategy:N", title="Strategy"),
                    alt.Tooltip("lost:Q", title="Additions lost", format=",.1f"),
                    alt.Tooltip("undone:Q", title="Removals undone", format=",.1f"),
                    alt.Tooltip("wrong_carts:Q", title="Carts with an error", format=".0%"),
                ],
            )
        )  # fmt: skip
    spread = (
        totals.transform_filter("datum.most > 0")
        .mark_rule(strokeWidth=2)
        .encode(x=alt.X("fewest:Q"), x2="most:Q", y=_row())
    )
    return alt.layer(*layers, spread, guess_rule("x")).properties(height=130)


def _cart() -> alt.LayerChart | alt.FacetChart:
    x = alt.X("time:Q", title="One cart (s): circles from home, squares elsewhere")
    changes = (
        alt.Chart(data())
        .transform_filter(f"datum.kind == {CHANGE}")
        .transform_calculate(name=NAME)
    )  # fmt: skip
    layers = []
    for test, shape in (("==", "circle"), ("!=", "square")):
        layers.append(
            changes.transform_filter(f"datum.region {test} '{REGIONS[0]}'")
            .mark_point(size=70, filled=True, shape=shape)
            .encode(
                x=x, y=_row(), color=_colour(),
                opacity=alt.condition(
                    f"datum.fate == '{FATES[KEPT]}'", alt.value(0.35), alt.value(1)
                ),
                tooltip=[
                    alt.Tooltip("region:N", title="Region"),
                    alt.Tooltip("operation:N", title="Operation"),
                    alt.Tooltip("product:Q", title="Product", format=".0f"),
                    alt.Tooltip("time:Q", title="After (s)", format=",.1f"),
                    alt.Tooltip("fate:N", title="In the end"),
                ],
            )
        )  # fmt: skip
    cut = alt.Chart(data()).transform_filter(
        f"datum.kind == {WHOLE} && datum.strategy == '{CART}' && datum.ends > datum.begins"
    )
    shade = cut.mark_rect(opacity=0.13, color="#d1495b").encode(x=alt.X("begins:Q"), x2="ends:Q")
    return alt.layer(shade, *layers).properties(height=130)


def _entries() -> alt.LayerChart | alt.FacetChart:
    bars = (
        alt.Chart(data())
        .transform_filter(f"datum.kind == {WHOLE}")
        .transform_calculate(name=NAME)
        .mark_bar(height=8)
        .encode(
            x=alt.X("entries:Q", title="Times, counters or tags kept beside a cart"),
            y=_row(),
            tooltip=[
                alt.Tooltip("strategy:N", title="Strategy"),
                alt.Tooltip("entries:Q", title="Entries", format=",.1f"),
            ],
        )
    )
    return alt.layer(bars).properties(height=90)


def _of(name: str, column: str, strategy: str, form: str = ",.1f") -> Reading:
    return Reading(name, column, {"strategy": strategy, "kind": WHOLE}, form)


lab = Lab(
    name="multi_region/conflict",
    title="Two customers, one cart",
    kernel=conflict,
    controls=[
        Slider("skew_ms", "Home clock ahead by",
               (-5000, -2000, -1000, -500, -100, 0, 100, 500, 1000, 2000, 5000), 1000, unit="ms"),
        Choice("clock", "Times are taken from", CLOCKS,
               help="A hybrid logical clock is never behind a time that its region has seen"),
        Slider("cut_s", "Regions cut off for", (0, 5, 10, 20, 30, 60, 120, 300), 0, unit="s",
               help="All from each other, in the middle of a cart's life"),
        Slider("delay_ms", "Replication delay", (0, 10, 50, 100, 200, 500, 1000, 2000, 5000), 100,
               unit="ms"),
        Slider("gap_s", "A cart is changed every", (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 60.0), 5.0,
               unit="s", format=",.1f", help="On average; at random moments"),
        linear("elsewhere", "Changes not made at home", 0.0, 1.0, 0.05, 0.5, format=".0%"),
        linear("n_regions", "Regions", 2, 5, 1, 3),
        linear("removes", "Changes that remove", 0.0, 0.5, 0.05, 0.25, format=".0%"),
        Slider("products", "Products", (1, 2, 5, 10, 20, 50, 100), 10,
               help="That this cart's customers choose from"),
        Slider("n_changes", "Changes to a cart", (2, 5, 10, 20, 25), 20),
    ],
    constants={"run_changes": 1000, "n_runs": 5, "seed": 1},
    columns=[
        Column("strategy", "Strategy", labels=STRATEGIES),
        Column("kind", "Kind", hidden=True),
        Column("kept", "As it should be", "of 1,000", ",.1f"),
        Column("lost", "Additions lost", "of 1,000", ",.1f"),
        Column("undone", "Removals undone", "of 1,000", ",.1f"),
        Column("wrong", "Lost or undone", "of 1,000", ",.1f", hidden=True),
        Column("fewest", "Fewest", hidden=True),
        Column("most", "Most", hidden=True),
        Column("wrong_carts", "Carts with an error", format=".0%"),
        Column("entries", "Entries beside a cart", format=",.1f"),
        Column("to_siblings", "Made to siblings", "of 1,000", hidden=True),
        Column("unaware", "Made unaware", "of 1,000", hidden=True),
        Column("begins", "Cut begins", "s", hidden=True),
        Column("ends", "Cut ends", "s", hidden=True),
        Column("time", "Time", "s", ",.1f"),
        Column("region", "Region", labels=REGIONS),
        Column("operation", "Operation", labels=OPERATIONS),
        Column("product", "Product"),
        Column("fate", "In the end", labels=FATES),
    ],
    chart=alt.vconcat(_wrong(), _cart(), _entries()),
    summary=(
        "Of 1,000 acknowledged changes, {unaware} are made without knowledge of an earlier one. "
        "Last writer wins on the whole cart loses {cart_lost} additions and undoes {cart_undone} "
        "removals, together {cart} ({fewest} to {most} in five runs): {carts} of the carts are "
        "wrong in the end. Item by item it is {item}. United siblings lose {union_lost} and undo "
        "{union}; {siblings} changes were made by somebody who was shown several versions. "
        "PN-counters get {pn} wrong, the OR-set {or_set}. Beside a cart they keep {cart_entries}, "
        "{item_entries}, {union_entries}, {pn_entries} and {or_entries} entries."
    ),
    readings=[
        _of("unaware", "unaware", CART),
        _of("cart", "wrong", CART),
        _of("cart_lost", "lost", CART),
        _of("cart_undone", "undone", CART),
        _of("fewest", "fewest", CART, ",.0f"),
        _of("most", "most", CART, ",.0f"),
        _of("carts", "wrong_carts", CART, ".0%"),
        _of("item", "wrong", ITEM),
        _of("union_lost", "lost", UNION),
        _of("union", "undone", UNION),
        _of("siblings", "to_siblings", UNION),
        _of("pn", "wrong", PN),
        _of("or_set", "wrong", OR_SET),
        _of("cart_entries", "entries", CART),
        _of("item_entries", "entries", ITEM),
        _of("union_entries", "entries", UNION),
        _of("pn_entries", "entries", PN),
        _of("or_entries", "entries", OR_SET),
    ],
    prediction=Prediction(
        "Nothing is broken: every change is in all regions after 100 ms. A shared cart is changed "
        "every 5 s, and the home region's clock is one second ahead. Of 1,000 acknowledged "
        "changes, how many does last writer wins, on the whole cart, lose or undo?",
        reading="cart", low=0.0, high=200.0, step=2.0, format=",.0f",
    ),
    tries=[
        Try("Take the times from a hybrid logical clock, with the second still between the "
            "regions' clocks. Is last writer wins safe now?", {"clock": 1}),
        Try("Cut the regions off from each other for a minute. Which strategy loses additions, and "
            "which brings back what was removed?", {"cut_s": 60}),
        Try("A cut of a minute, two products, half of the changes remove. Both counters and "
            "OR-set merge without a conflict; are both right?",
            {"cut_s": 60, "products": 2, "removes": 0.5}),
        Try("Let the delay be 5 s, with right clocks. What does an addition cost in entries that "
            "are kept, and what does it buy?", {"delay_ms": 5000, "skew_ms": 0}),
    ],
)  # fmt: skip
