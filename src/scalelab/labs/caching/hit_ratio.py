"""Lab: which objects to keep. Hit ratio against cache size, one line for each policy."""

import altair as alt

from scalelab.kernels.caching.hit_ratio import POLICIES, hit_ratio
from scalelab.models.traces import FORMAT
from scalelab.web.lab import (
    Choices,
    Column,
    Lab,
    OwnData,
    Prediction,
    Reading,
    Try,
    data,
    guess_rule,
    linear,
    one_two_five,
)


def chosen(*names: str) -> int:
    """The bit mask of these policies."""
    return sum(1 << POLICIES.index(name) for name in names)


colour = alt.Color("policy:N", title="Policy", scale=alt.Scale(domain=list(POLICIES)))
curves = (
    alt.Chart(data())
    .mark_line(point=True)
    .encode(
        x=alt.X("size:Q", title="Cache size (objects)", scale=alt.Scale(type="log")),
        y=alt.Y("hit_ratio:Q", title="Hit ratio", axis=alt.Axis(format=".0%")),
        color=colour,
        tooltip=[
            alt.Tooltip("policy:N", title="Policy"),
            alt.Tooltip("size:Q", title="Cache size", format=",.0f"),
            alt.Tooltip("hit_ratio:Q", title="Hit ratio", format=".1%"),
        ],
    )
)
size_rule = (
    alt.Chart(data())
    .transform_filter("datum.chosen == 1")
    .transform_aggregate(size="min(size)")
    .mark_rule(strokeWidth=1.5)
    .encode(x="size:Q")
)


def reading(name: str, policy: str) -> Reading:
    return Reading(name, "hit_ratio", {"policy": policy, "chosen": 1}, ".1%")


lab = Lab(
    name="caching/hit_ratio",
    title="Which objects are worth keeping?",
    kernel=hit_ratio,
    constants={"scan_length": 500},
    split="policies",
    own=OwnData(
        "keys",
        FORMAT,
        instead="the synthetic workload",
        note="Controls that shape the synthetic workload have no effect on it.",
    ),
    controls=(
        Choices(
            "policies",
            "Eviction policies",
            POLICIES,
            chosen("FIFO", "LRU", "ARC", "SIEVE", "S3-FIFO", "Belady"),
            help="Belady knows the future: no policy can do better.",
        ),
        one_two_five("cache_size", "Cache size", 10, 100_000, 500, unit="objects"),
        one_two_five("n_objects", "Catalogue", 100, 100_000, 5_000, unit="objects"),
        linear(
            "skew",
            "Skew of popularity",
            0.4,
            1.4,
            0.1,
            0.9,
            format=",.1f",
            help="Zipf exponent: the k-th most popular object is asked for as 1 / k^skew.",
        ),
        one_two_five("n_requests", "Requests", 1_000, 1_000_000, 20_000),
        linear(
            "one_hit_share",
            "Asked for only once",
            0.0,
            0.5,
            0.05,
            0.1,
            format=".0%",
            help="Share of requests for objects that never come up again.",
        ),
        linear(
            "scan_share",
            "Crawler",
            0.0,
            0.5,
            0.05,
            0.0,
            format=".0%",
            help="Share of requests from a crawler that reads the catalogue in runs of 500.",
        ),
        linear("seed", "Seed", 1, 20, 1, 1, help="Another seed, another day of requests."),
    ),
    columns=(
        Column("policy", "Policy", labels=POLICIES),
        Column("size", "Cache size", "objects"),
        Column("hit_ratio", "Hit ratio", format=".1%"),
        Column("chosen", "Size chosen", hidden=True),
    ),
    chart=alt.layer(curves, size_rule, guess_rule("y")),
    summary=(
        "With room for {cache_size}, LRU answers {lru} of the requests from the cache, "
        "SIEVE {sieve}; the optimum that knows the future, {belady}."
    ),
    readings=(
        reading("lru", "LRU"),
        reading("sieve", "SIEVE"),
        reading("belady", "Belady"),
    ),
    prediction=Prediction(
        question="What share of the requests will LRU answer at this cache size?",
        reading="lru",
        low=0.0,
        high=1.0,
        step=0.01,
        format=".0%",
    ),
    tries=(
        Try(
            "Let a crawler in. Which policies lose the most, and which hardly notice?",
            {"scan_share": 0.3},
        ),
        Try(
            "Make half of the requests one-hit wonders: every miss fills LRU with an object that "
            "nobody wants again. Which policies make newcomers prove themselves?",
            {"one_hit_share": 0.5},
        ),
        Try(
            "Flatten popularity. How much of the catalogue must fit for a hit ratio of one half?",
            {"skew": 0.5, "one_hit_share": 0.0},
        ),
        Try(
            "Steepen it. A cache of 50 objects, 1 % of the catalogue, is enough for most requests.",
            {"skew": 1.4, "cache_size": 50},
        ),
    ),
)
