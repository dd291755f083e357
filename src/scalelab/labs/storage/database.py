"""Lab: which family of databases six answers speak for, and which answer would change that."""

import altair as alt

from scalelab.kernels.storage.database import database
from scalelab.models.storage.database import (
    FAMILIES,
    OPTIONS,
    PRODUCTS,
    QUESTIONS,
    REASONS,
    WINNERS,
)
from scalelab.web.lab import Choice, Column, Lab, Prediction, Reading, Try, data

# What fits in a cell of a narrow screen.
SHORT_FAMILIES = ("Rel", "Key", "Doc", "Wide", "Dist", "none")
SHORT_OPTIONS = (
    *("tables", "docs", "rows", "values"),
    *("any", "fields", "newest", "key"),
    *("several", "one", "late"),
    *("wait", "old", "write"),
    *("one", "data", "writes"),
    *("one", "read", "write"),
)
SHOP = dict.fromkeys(("structure", "queries", "writes", "partition", "growth", "regions"), 0)
NEAR = alt.Axis(labelPadding=3)
POINTS = ("relational", "key_value", "document", "wide_column", "distributed_sql")


def _chart() -> alt.TopLevelMixin:
    colour = alt.Color(
        "family:N", title=None, scale=alt.Scale(domain=list(WINNERS)),
        legend=alt.Legend(symbolOpacity=1),
    )  # fmt: skip
    fold: list[str | alt.FieldName] = list(POINTS)
    place = f"indexof({list(POINTS)}, datum.key)"
    scores = (
        alt.Chart(data())
        .transform_filter("datum.question == 'Structure' && datum.chosen == 'as set'")
        .transform_fold(fold, as_=["key", "points"])
        .transform_calculate(
            family=f"{list(FAMILIES)}[{place}]",
            short=f"{list(SHORT_FAMILIES)}[{place}]",
            excluded=f"floor(datum.excluded / pow(2, {place})) % 2",
        )
    )
    row = alt.Y("short:N", title=None, sort=list(SHORT_FAMILIES), axis=NEAR)
    scale = alt.Scale(domain=[-8, 17], nice=False)
    axis = alt.Axis(values=[-5, 0, 5, 10, 15])
    x = alt.X("points:Q", title="Points", scale=scale, axis=axis)
    bars = (
        scores.transform_filter("datum.excluded == 0")
        .mark_bar()
        .encode(
            x=x, y=row, color=colour,
            tooltip=[
                alt.Tooltip("family:N", title="Family"),
                alt.Tooltip("points:Q", title="Points"),
            ],
        )
    )  # fmt: skip
    out = (
        scores.transform_filter("datum.excluded == 1")
        .transform_calculate(zero="0", text="'ruled out'")
        .mark_text(align="left", dx=4, fontStyle="italic")
        .encode(x=alt.X("zero:Q", scale=scale), y=row, text="text:N")
    )

    cells = alt.Chart(data()).transform_calculate(
        family="datum.winner",
        short=f"{list(SHORT_FAMILIES)}[indexof({list(WINNERS)}, datum.winner)]",
        answer=f"{list(SHORT_OPTIONS)}[indexof({[o for _, o in OPTIONS]}, datum.option)]",
    )
    column = alt.X(
        "place:O", title="Winner if this were the answer", axis=alt.Axis(labels=False, ticks=False)
    )
    question = alt.Y("question:N", title=None, sort=list(QUESTIONS), axis=NEAR)
    winners = cells.mark_rect(opacity=0.4).encode(
        x=column, y=question, color=colour,
        tooltip=[
            alt.Tooltip("question:N", title="Question"),
            alt.Tooltip("option:N", title="If the answer were"),
            alt.Tooltip("winner:N", title="would win"),
            alt.Tooltip("second:N", title="Next"),
            alt.Tooltip("lead:Q", title="Points behind"),
            alt.Tooltip("reason:N", title="Why it matters"),
        ],
    )  # fmt: skip
    outlines = (
        cells.transform_filter("datum.chosen == 'as set'")
        .mark_rect(filled=False, stroke="currentColor", strokeWidth=2.5)
        .encode(x=column, y=question)
    )
    options = cells.mark_text(baseline="bottom", dy=-1, fontSize=10).encode(
        x=column, y=question, text="answer:N"
    )
    names = cells.mark_text(baseline="top", dy=1, fontSize=11, fontWeight="bold").encode(
        x=column, y=question, text="short:N"
    )
    return alt.hconcat(
        alt.layer(bars, out).properties(width=210, height=240),
        alt.layer(winners, outlines, options, names).properties(width=270, height=240),
    )


def _as_set(name: str, column: str, form: str = "") -> Reading:
    return Reading(name, column, {"question": "Structure", "chosen": 1}, form)


def _choice(name: str, label: str, help: str) -> Choice:
    return Choice(name, label, QUESTIONS[name.capitalize()], help=help)


lab = Lab(
    name="storage/database",
    title="SQL or NoSQL? Change one answer",
    kernel=database,
    controls=[
        _choice("structure", "The data are", "How one record looks, and what it points to"),
        _choice("queries", "They are asked for", "What a question may name"),
        _choice("writes", "A write", "What must be true the moment it is acknowledged"),
        _choice("partition", "When the network is cut", "What a reader or writer may expect then"),
        _choice("growth", "In some years", "Against the largest machine you would buy"),
        _choice("regions", "Regions", "Where users are served from"),
    ],
    columns=[
        Column("question", "Question", labels=tuple(QUESTIONS)),
        Column("option", "Answer", labels=tuple(option for _, option in OPTIONS)),
        Column("place", "Place", hidden=True),
        Column("chosen", "As set", labels=("", "as set")),
        Column("winner", "Would win", labels=WINNERS),
        Column("second", "Next", labels=(*FAMILIES, "no other")),
        Column("lead", "Behind", "points"),
        Column("reason", "Why it matters", labels=REASONS),
        Column("products", "Products", labels=PRODUCTS, hidden=True),
        Column("flips", "Changes that flip", hidden=True),
        Column("excluded", "Ruled out", hidden=True),
        *(Column(name, family, "points", hidden=True)
          for name, family in zip(POINTS, FAMILIES, strict=True)),
    ],
    chart=_chart(),
    summary=(
        "For these answers: {family} ({products}). Lead in points over {second}: {lead}. Of the "
        "14 answers not given, {flips} would change that."
    ),
    readings=[
        _as_set("family", "winner"),
        _as_set("products", "products"),
        _as_set("second", "second"),
        _as_set("lead", "lead", ",.0f"),
        _as_set("flips", "flips", ",.0f"),
    ],
    prediction=Prediction(
        "The orders and payments of a shop: the rubric says relational. Its six questions have 14 "
        "other answers. How many of the 14, each given alone, make it another family?",
        reading="flips", low=0, high=14, step=1, format=",.0f", unit="answers",
    ),
    tries=[
        Try("The product catalogue: documents, each different, asked for by known fields. How "
            "near is the runner-up?",
            {**SHOP, "structure": 1, "queries": 1, "writes": 1, "partition": 1}),
        Try("Sessions and carts: a value by its key, more of them than one machine holds.",
            {**SHOP, "structure": 3, "queries": 3, "writes": 1, "growth": 1}),
        Try("A feed for the whole world: the newest posts, written everywhere, nobody turned away.",
            {"structure": 2, "queries": 2, "writes": 2, "partition": 2, "growth": 2, "regions": 2}),
        Try("Payments, taken in several regions at once, more than one machine can write. Does "
            "anything else come near?", {**SHOP, "growth": 2, "regions": 2}),
        Try("All of it: transactions, and both sides of a cut network go on writing. Which answer "
            "has to give way?", {**SHOP, "partition": 2, "growth": 2, "regions": 2}),
    ],
)  # fmt: skip
