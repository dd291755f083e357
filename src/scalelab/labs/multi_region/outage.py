"""Lab: a region is lost, cut off or slow, and four ways to replicate go through it."""

import altair as alt

from scalelab.facts.latency import DATA_CENTRE_ROUND_TRIP
from scalelab.kernels.multi_region.outage import PART, REGION, WHOLE, outage
from scalelab.models.multi_region.outage import INCIDENTS, OLD_LEADERS, OUTCOMES, STRATEGIES
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

ASYNC, MAJORITY, LEADERLESS, LOCAL = STRATEGIES
SHORT = ("Async leader", "Majority", "Leaderless", "Local")
PAIRS = ("01", "02", "03", "04", "12", "13", "14", "23", "24", "34")
SHARES = ("served", "stale", "lost", "refused")
PHASES = ("before_ms", "during_ms", "after_ms")
# Each strategy has a lane of its own: the first the uppermost, a gap between two.
LANES = f"{list(SHORT)}[3 - floor(datum.value)]"
LANE, GAP = 0.86, 0.43
NAME = f"{list(SHORT)}[indexof({list(STRATEGIES)}, datum.strategy)]"


def _colour() -> alt.Color:
    return alt.Color("outcome:N", title=None, scale=alt.Scale(domain=list(OUTCOMES)))


def _timeline() -> alt.LayerChart | alt.FacetChart:
    x = alt.X("from:Q", title="Time (s)", scale=alt.Scale(nice=False))
    axis = alt.Axis(values=[i + GAP for i in range(4)], labelExpr=LANES, grid=False)
    lanes = alt.Scale(domain=[0, 4.2], nice=False)
    y = alt.Y("low:Q", title="Share of requests", scale=lanes, axis=axis)
    fold: list[str | alt.FieldName] = list(SHARES)
    place = f"indexof({list(SHARES)}, datum.key)"
    parts = alt.Chart(data()).transform_filter(f"datum.kind == {PART}")
    outcomes = (
        parts.transform_fold(fold, as_=["key", "share"])
        .transform_calculate(
            order=place,
            outcome=f"{list(OUTCOMES)}[{place}]",
            lane=f"3 - indexof({list(STRATEGIES)}, datum.strategy)",
        )
        .transform_stack(
            stack="share", as_=["under", "upper"], groupby=["strategy", "from"],
            sort=[alt.SortField("order")],
        )
        .transform_calculate(
            low=f"datum.lane + {LANE} * datum.under", high=f"datum.lane + {LANE} * datum.upper"
        )
        .transform_filter("datum.share > 0")
        .mark_bar(cornerRadius=0)
        .encode(
            x=x, x2="to:Q", y=y, y2="high:Q", color=_colour(),
            tooltip=[
                alt.Tooltip("strategy:N", title="Replication"),
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
        .transform_calculate(text="'incident'")
    )
    shade = broken.mark_rect(opacity=0.13, color="#d1495b").encode(x=alt.X("begins:Q"), x2="ends:Q")
    begins = broken.mark_rule(strokeWidth=1.5).encode(x=alt.X("begins:Q"))
    ends = broken.mark_rule(strokeWidth=1.5).encode(x=alt.X("ends:Q"))
    label = broken.mark_text(align="left", baseline="top", dx=5, y=2, fontWeight="bold").encode(
        x=alt.X("begins:Q"), text="text:N"
    )
    return alt.layer(shade, outcomes, begins, ends, label).properties(height=230)


def _lost() -> alt.LayerChart | alt.FacetChart:
    totals = (
        alt.Chart(data())
        .transform_filter(f"datum.kind == {WHOLE}")
        .transform_calculate(name=NAME, outcome=f"'{OUTCOMES[2]}'")
    )
    row = alt.Y("name:N", title=None, sort=list(SHORT))
    bars = totals.mark_bar().encode(
        x=alt.X("writes_lost:Q", title="Acknowledged writes lost, per run"), y=row, color=_colour(),
        tooltip=[
            alt.Tooltip("strategy:N", title="Replication"),
            alt.Tooltip("writes_lost:Q", title="Writes lost", format=",.0f"),
            alt.Tooltip("requests_refused:Q", title="Requests refused", format=",.0f"),
            alt.Tooltip("conflicts:Q", title="Writes in conflict", format=",.0f"),
        ],
    )  # fmt: skip
    spread = (
        totals.transform_filter("datum.most_lost > 0")
        .mark_rule(strokeWidth=2)
        .encode(x=alt.X("fewest_lost:Q"), x2="most_lost:Q", y=row)
    )
    # The axis reaches ten writes even where none is lost.
    reach = (
        totals.transform_aggregate(most="max(most_lost)")
        .transform_calculate(reach="max(10, datum.most)")
        .mark_rule(opacity=0)
        .encode(x="reach:Q")
    )
    return alt.layer(reach, bars, spread, guess_rule("x")).properties(height=84)


def _latency() -> alt.LayerChart | alt.FacetChart:
    row = alt.Y("name:N", title=None, sort=list(SHORT))
    layers = []
    for phase, shape in zip(PHASES, ("circle", "square", "triangle-up"), strict=True):
        # 0: nothing was answered then.
        points = (
            alt.Chart(data())
            .transform_filter(f"datum.kind == {WHOLE} && datum.{phase} > 0")
            .transform_calculate(name=NAME)
        )
        x = alt.X(
            f"{phase}:Q", title="Mean ms: before round, during square, after triangle",
            scale=alt.Scale(type="log", domain=[0.3, 1000], nice=False, clamp=True),
            axis=alt.Axis(values=[1, 10, 100, 1000]),
        )  # fmt: skip
        tooltip = [
            alt.Tooltip("strategy:N", title="Replication"),
            *(
                alt.Tooltip(f"{each}:Q", title=f"{each[:-3].capitalize()} (ms)", format=",.1f")
                for each in PHASES
            ),
        ]
        layers.append(
            points.mark_point(size=70, opacity=1, shape=shape).encode(x=x, y=row, tooltip=tooltip)
        )
    return alt.layer(*layers).properties(height=84)


def _whole(name: str, column: str, strategy: str, form: str = ",.0f") -> Reading:
    return Reading(name, column, {"strategy": strategy, "kind": WHOLE}, form)


def _there(name: str, strategy: str) -> Reading:
    """Refused during the incident of what the customers of the region that is hit ask."""
    return Reading(
        name, "refused", {"strategy": strategy, "kind": REGION, "region": "{hit}"}, ".0%"
    )


lab = Lab(
    name="multi_region/outage",
    title="A region goes",
    kernel=outage,
    controls=[
        Choice("incident", "What happens", INCIDENTS, 1,
               help="Lost for good: with its data. Cut off: with its customers, from all others. "
                    "Slow: its round trips are ten times as long, and nobody calls it broken"),
        Choice("hit", "To the region", AWS.regions,
               help="If that is not among the regions, to the last of them"),
        Slider("break_s", "For how long", (0, 6, 12, 24, 42, 60, 90, 120), 42, unit="s",
               help="Cut off or slow, from 30 s; the run ends after 180 s"),
        Choice("leader", "Leader in", AWS.regions,
               help="If that is not among the regions, in the last of them; the region nearest to "
                    "it takes over"),
        linear("n_regions", "Regions", 3, 5, 1, 5, help="The first of the list, one copy in each"),
        one_two_five("request_rate", "Requests", 1, 20, 10, unit="/s a region"),
        linear("write_share", "Requests that write", 0.0, 1.0, 0.05, 0.2, format=".0%"),
        one_two_five("n_keys", "Keys", 1, 10_000, 1000, help="Products and carts"),
        one_two_five("lag_ms", "Replication lag", 1, 20_000, 1000, unit="ms",
                     help="How long a write waits in its region before it is sent to the others: "
                          "asynchronous leader and local writes"),
        Slider("detection_s", "Detection", (0, 1, 2, 5, 10, 20, 30, 60, 120), 10, unit="s",
               help="Until an asynchronous leader is given up, and until a lost region's customers "
                    "are sent elsewhere"),
        Slider("promotion_s", "Promotion", (0, 1, 2, 5, 10, 20, 30, 60, 120), 10, unit="s",
               help="From then until the new asynchronous leader takes writes"),
        Choice("fencing", "An asynchronous leader cut off", OLD_LEADERS,
               help="If it stops, then after the time for detection"),
        linear("k_w", "Leaderless: writes wait for", 1, 5, 1, 3, help="The literature's W"),
        linear("k_r", "Leaderless: reads wait for", 1, 5, 1, 3, help="The literature's R"),
    ],
    constants={
        "election_s": 3.0, "slower": 10.0, "timeout_ms": 1000.0, "skew": 0.8,
        "local_ms": DATA_CENTRE_ROUND_TRIP.value,
        **{f"round_trip_{name}": value for name, value in zip(PAIRS, AWS.pairs, strict=True)},
        "before_s": 30.0, "duration_s": 180.0, "n_runs": 5, "n_parts": 30, "seed": 1,
    },
    columns=[
        Column("strategy", "Replication", labels=STRATEGIES),
        Column("kind", "Kind", hidden=True),
        Column("from", "From", "s"),
        Column("to", "To", "s"),
        Column("region", "Customers in", labels=(*AWS.regions, "All regions")),
        Column("served", "Served", "of requests", ".1%"),
        Column("stale", "Stale read", "of requests", ".1%"),
        Column("lost", "Written, then lost", "of requests", ".1%"),
        Column("refused", "Refused", "of requests", ".1%"),
        Column("answer_ms", "Mean answer", "ms", ",.1f"),
        Column("requests", "Requests", "per run", hidden=True),
        Column("writes_lost", "Writes lost", "per run", hidden=True),
        Column("fewest_lost", "Fewest lost", hidden=True),
        Column("most_lost", "Most lost", hidden=True),
        Column("requests_refused", "Refused", "per run", hidden=True),
        Column("stale_reads", "Stale reads", "per run", hidden=True),
        Column("conflicts", "Writes in conflict", "per run", hidden=True),
        Column("keys", "Keys in conflict", "per run", hidden=True),
        Column("before_ms", "Answer before", "ms", hidden=True),
        Column("during_ms", "Answer during", "ms", hidden=True),
        Column("after_ms", "Answer after", "ms", hidden=True),
        Column("broken_now", "Broken", hidden=True),
    ],
    chart=alt.vconcat(_timeline(), _lost(), _latency()),
    summary=(
        "{requests} requests a run. The asynchronous leader refuses {refused_async} of them, "
        "answers {stale_async} with something old and loses {lost_async} acknowledged writes "
        "({fewest} to {most} in five runs). The majority refuses {refused_majority} and loses "
        "{lost_majority}; an answer takes {majority_before} ms before and {majority_during} ms "
        "during the incident. Leaderless: {refused_leaderless} refused, {stale_leaderless} old. "
        "Local writes: {refused_local} refused, {lost_local} lost, {conflicts} in conflict, "
        "{stale_local} of all answers old. During the incident the customers in {hit} are refused "
        "{there_async} (asynchronous), {there_majority} (majority), {there_leaderless} "
        "(leaderless) and {there_local} (local) of their requests."
    ),
    readings=[
        _whole("requests", "requests", ASYNC),
        _whole("refused_async", "requests_refused", ASYNC),
        _whole("stale_async", "stale", ASYNC, ".1%"),
        _whole("lost_async", "writes_lost", ASYNC, ",.1f"),
        _whole("fewest", "fewest_lost", ASYNC),
        _whole("most", "most_lost", ASYNC),
        _whole("refused_majority", "requests_refused", MAJORITY),
        _whole("lost_majority", "writes_lost", MAJORITY),
        _whole("majority_before", "before_ms", MAJORITY),
        _whole("majority_during", "during_ms", MAJORITY),
        _whole("refused_leaderless", "requests_refused", LEADERLESS),
        _whole("stale_leaderless", "stale", LEADERLESS, ".1%"),
        _whole("refused_local", "requests_refused", LOCAL),
        _whole("lost_local", "writes_lost", LOCAL, ",.1f"),
        _whole("conflicts", "conflicts", LOCAL),
        _whole("stale_local", "stale", LOCAL, ".1%"),
        _there("there_async", ASYNC),
        _there("there_majority", MAJORITY),
        _there("there_leaderless", LEADERLESS),
        _there("there_local", LOCAL),
    ],
    prediction=Prediction(
        "The leader's region is cut off for 42 s. The others are one second behind it; after 20 s "
        "without the leader, the nearest takes over. The shop writes 10 times a second, and two of "
        "these writes are from the leader's region. How many acknowledged writes does the "
        "asynchronous leader lose?",
        reading="lost_async", low=0.0, high=400.0, step=5.0, format=",.0f",
    ),
    tries=[
        Try("Give up the leader only after 60 s: nobody takes over in time. What is lost now, and "
            "what is refused?", {"detection_s": 60}),
        Try("The leader's region is lost for good. How many writes go with it, and how many with "
            "local writes?", {"incident": 0}),
        Try("The leader's region is only slow, ten times, for two minutes. Is that better for the "
            "majority than losing it?", {"incident": 2, "break_s": 120}),
        Try("Leaderless with one answer for reads and writes. Whom does the cut stop, and what "
            "do reads cost?", {"k_w": 1, "k_r": 1}),
    ],
)  # fmt: skip
