"""Lab: the link between two sites is cut, and then it heals."""

import altair as alt

from scalelab.kernels.storage.partition import partition
from scalelab.models.storage.partition import BROKEN, MERGES, OUTCOMES, SYSTEMS
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

CP, AP, SINGLE = SYSTEMS
SHARES = ("fresh", "stale", "kept", "lost", "refused")
# Each system has a lane of its own: the first the uppermost, a gap between two.
LANES = "datum.value > 2 ? 'CP' : datum.value > 1 ? 'AP' : 'One node'"
LANE, GAP = 0.86, 0.43


def _chart() -> alt.TopLevelMixin:
    colour = alt.Color("outcome:N", title=None, scale=alt.Scale(domain=list(OUTCOMES)))
    x = alt.X("from:Q", title="Time (s)", scale=alt.Scale(nice=False))
    lanes = alt.Scale(domain=[0, 3.2], nice=False)
    axis = alt.Axis(values=[GAP, 1 + GAP, 2 + GAP], labelExpr=LANES, grid=False)
    y = alt.Y("low:Q", title="Share of requests", scale=lanes, axis=axis)
    fold: list[str | alt.FieldName] = list(SHARES)
    place = f"indexof({list(SHARES)}, datum.key)"
    parts = alt.Chart(data()).transform_filter("datum.whole == 0")
    outcomes = (
        parts.transform_fold(fold, as_=["key", "share"])
        .transform_calculate(
            order=place,
            outcome=f"{list(OUTCOMES)}[{place}]",
            lane=f"2 - indexof({list(SYSTEMS)}, datum.system)",
        )
        .transform_stack(
            stack="share", as_=["under", "upper"], groupby=["system", "from"],
            sort=[alt.SortField("order")],
        )
        .transform_calculate(
            low=f"datum.lane + {LANE} * datum.under", high=f"datum.lane + {LANE} * datum.upper"
        )
        .transform_filter("datum.share > 0")
        .mark_bar(cornerRadius=0)
        .encode(
            x=x, x2="to:Q", y=y, y2="high:Q", color=colour,
            tooltip=[
                alt.Tooltip("system:N", title="System"),
                alt.Tooltip("from:Q", title="From (s)"),
                alt.Tooltip("to:Q", title="To (s)"),
                alt.Tooltip("outcome:N", title="Outcome"),
                alt.Tooltip("share:Q", title="Of requests", format=".1%"),
            ],
        )
    )  # fmt: skip
    broken = (
        parts.transform_filter("datum.broken_now == 1")
        .transform_aggregate(begins="min(from)", ends="max(to)")
        .transform_calculate(text="'broken'")
    )
    shade = broken.mark_rect(opacity=0.13, color="#d1495b").encode(x=alt.X("begins:Q"), x2="ends:Q")
    begins = broken.mark_rule(strokeWidth=1.5).encode(x=alt.X("begins:Q"))
    ends = broken.mark_rule(strokeWidth=1.5).encode(x=alt.X("ends:Q"))
    label = broken.mark_text(align="left", baseline="top", dx=5, y=2, fontWeight="bold").encode(
        x=alt.X("begins:Q"), text="text:N"
    )
    timeline = alt.layer(shade, outcomes, begins, ends, label)

    totals = (
        alt.Chart(data())
        .transform_filter("datum.whole == 1")
        .transform_fold(["writes_lost", "requests_refused"], as_=["key", "number"])
        .transform_calculate(
            order="datum.key == 'writes_lost' ? 3 : 4",
            outcome=f"{list(OUTCOMES)}[datum.key == 'writes_lost' ? 3 : 4]",
            name=f"['CP', 'AP', 'One node'][indexof({list(SYSTEMS)}, datum.system)]",
        )
    )
    row = alt.Y("name:N", title=None, sort=["CP", "AP", "One node"])
    number = alt.X("number:Q", title="Lost writes, refused requests", axis=alt.Axis(tickCount=4))
    bars = totals.mark_bar().encode(
        x=number, y=row, color=colour, order=alt.Order("order:Q"),
        tooltip=[
            alt.Tooltip("system:N", title="System"),
            alt.Tooltip("outcome:N", title="Outcome"),
            alt.Tooltip("number:Q", title="Per run", format=",.0f"),
        ],
    )  # fmt: skip
    spread = (
        alt.Chart(data())
        .transform_filter("datum.whole == 1 && datum.most_lost > 0")
        .transform_calculate(name="'AP'")
        .mark_rule(strokeWidth=2)
        .encode(x=alt.X("fewest_lost:Q"), x2="most_lost:Q", y=row)
    )
    return alt.hconcat(
        timeline.properties(width=300, height=210),
        alt.layer(bars, spread, guess_rule("x")).properties(width=180, height=210),
    )


def _whole(name: str, column: str, system: str, form: str) -> Reading:
    return Reading(name, column, {"system": system, "whole": 1}, form)


lab = Lab(
    name="storage/partition",
    title="The link is cut for a minute",
    kernel=partition,
    controls=[
        Choice("broken", "What breaks", BROKEN),
        Slider(
            "break_s", "For how long", (0, 6, 12, 24, 42, 60, 72, 90), 60, unit="s",
            help="It begins after 30 s; the run ends after 120 s",
        ),
        linear("minority", "Clients in the West", 0.0, 1.0, 0.05, 0.3, format=".0%",
               help="One of the three replicas is in the West, two are in the East"),
        one_two_five("request_rate", "Requests", 1, 500, 100, unit="/s"),
        linear("write_share", "Requests that write", 0.0, 1.0, 0.05, 0.2, format=".0%"),
        one_two_five("n_keys", "Keys", 1, 10_000, 1000, help="Products and carts"),
        linear("skew", "Skew of popularity", 0.0, 1.4, 0.2, 0.8, format=".1f",
               help="0: all keys are asked for equally often"),
        one_two_five("delay_ms", "Replication delay", 1, 10_000, 100, unit="ms",
                     help="Until a write is known at the other site, when nothing is broken"),
        one_two_five("replay_rate", "Catching up", 10, 5000, 200, unit="writes/s",
                     help="What each site sends the other after the break"),
        Choice("merge", "When two versions meet", MERGES),
    ],
    constants={"before_s": 30.0, "duration_s": 120.0, "n_runs": 5, "n_parts": 20, "seed": 1},
    columns=[
        Column("system", "System", labels=SYSTEMS),
        Column("whole", "Whole run", hidden=True),
        Column("from", "From", "s"),
        Column("to", "To", "s"),
        Column("fresh", "Read, fresh", "of requests", ".1%"),
        Column("stale", "Read, stale", "of requests", ".1%"),
        Column("kept", "Written", "of requests", ".1%"),
        Column("lost", "Written, lost later", "of requests", ".1%"),
        Column("refused", "Refused", "of requests", ".1%"),
        Column("requests", "Requests", "per run", hidden=True),
        Column("writes", "Writes acknowledged", "per run", hidden=True),
        Column("writes_lost", "Writes lost", "per run", hidden=True),
        Column("fewest_lost", "Fewest lost", hidden=True),
        Column("most_lost", "Most lost", hidden=True),
        Column("requests_refused", "Refused", "per run", hidden=True),
        Column("conflicts", "Keys with two versions", hidden=True),
        Column("differing", "Keys that differ after the break", hidden=True),
        Column("agreed_s", "Agreed after", "s", hidden=True),
        Column("price", "Refused per lost write", hidden=True),
        Column("priced", "Priced", hidden=True),
        Column("broken_now", "Broken", hidden=True),
    ],
    chart=_chart(),
    summary=(
        "The majority quorum refuses {refused_cp} of {requests} requests, the single node "
        "{refused_single}. Where every replica answers nobody is refused, {stale} of requests "
        "read old data, and {lost} acknowledged writes are lost ({fewest} to {most} in five "
        "runs). After the break {differing} keys differ; {agreed} s later all replicas agree. "
        "The two cost the same if a lost write is as bad as {price} refused requests."
    ),
    readings=[
        _whole("refused_cp", "requests_refused", CP, ",.0f"),
        _whole("requests", "requests", CP, ",.0f"),
        _whole("refused_single", "requests_refused", SINGLE, ",.0f"),
        _whole("stale", "stale", AP, ".1%"),
        _whole("lost", "writes_lost", AP, ",.0f"),
        _whole("fewest", "fewest_lost", AP, ",.0f"),
        _whole("most", "most_lost", AP, ",.0f"),
        _whole("differing", "differing", AP, ",.0f"),
        _whole("agreed", "agreed_s", AP, ",.1f"),
        Reading("price", "price", {"system": AP, "priced": 1}, ",.1f"),
    ],
    prediction=Prediction(
        "For a minute the sites cannot talk, and every replica goes on answering: 1,200 writes to "
        "1,000 keys are acknowledged, 30% of them in the West. Of two versions the later one "
        "stays. How many acknowledged writes are gone when all replicas agree again?",
        reading="lost", low=0.0, high=1200.0, step=10.0, format=",.0f",
    ),
    tries=[
        Try("Nothing breaks, but a write takes 2 s to reach the other site. What is lost all the "
            "same?", {"break_s": 0, "delay_ms": 2000}),
        Try("One server in the East fails instead. Which two systems were alike until now?",
            {"broken": 1}),
        Try("All servers in the East fail, with two of the three replicas. What is the majority "
            "worth?", {"broken": 2}),
        Try("Keep both versions and let the application merge them: nothing is lost. How many "
            "reads are stale?", {"merge": 1}),
    ],
)  # fmt: skip
