"""Lab: a region dies; who leads its users where, how soon, and is there room for them?"""

import altair as alt

from scalelab.facts.places import CONTINENTS
from scalelab.facts.routing import ANYCAST_NOT_TO_THE_BEST, CHECKS_FAILED
from scalelab.kernels.multi_region.routing import DEAD, OFF, routing
from scalelab.models.multi_region.latency import REGION_NAMES, mask_of
from scalelab.models.multi_region.routing import CACHES, EVERYBODY, REROUTES, WAYS
from scalelab.web.lab import (
    Choice,
    Choices,
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

KINDS = ("Moment", "Region", "Continent", "Way", "Spare capacity")
PLANS = ("Equal regions", "Spread", "Nearest, each its own", "Nearest, all the same")
NAMES = (*WAYS, *REGION_NAMES, *CONTINENTS, EVERYBODY, *PLANS)
FIVE = mask_of(["Virginia", "Frankfurt", "Mumbai", "Singapore", "Tokyo"])
ALL = (1 << len(REGION_NAMES)) - 1
NO_ROOM = "No room (chosen way)"


def _lower(options: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(option[0].lower() + option[1:] for option in options)


def _rows(kind: str) -> alt.Chart:
    return alt.Chart(data()).transform_filter(f"datum.kind == '{kind}'")


def _timeline() -> alt.LayerChart | alt.FacetChart:
    moments = _rows("Moment")
    x = alt.X(
        "time:Q", title="Since the region died (s)",
        scale=alt.Scale(type="log", domain=[1, 3600], nice=False),
        axis=alt.Axis(values=[1, 10, 60, 600, 3600], format=",d"),
    )  # fmt: skip
    y = alt.Y("share:Q", title="Of all requests", axis=alt.Axis(format="%"))
    colour = alt.Color("series:N", title=None, scale=alt.Scale(domain=[*WAYS, NO_ROOM]))
    tooltip = [
        alt.Tooltip("series:N", title="Fails"),
        alt.Tooltip("time:Q", title="Time (s)", format=",.0f"),
        alt.Tooltip("share:Q", title="Of all requests", format=".1%"),
    ]
    stuck = moments.transform_calculate(series="datum.name", share="datum.stuck")
    band = stuck.mark_area(opacity=0.15).encode(x=x, y=alt.Y("least:Q"), y2="most:Q", color=colour)
    lines = stuck.mark_line(strokeWidth=2.5).encode(x=x, y=y, color=colour, tooltip=tooltip)
    room = (
        moments.transform_filter("datum.chosen == 1")
        .transform_calculate(series=f"'{NO_ROOM}'", share="datum.refused")
        .mark_line(strokeWidth=3.5)
        .encode(x=x, y=y, color=colour, tooltip=tooltip)
    )
    return alt.layer(band, lines, room, guess_rule("y")).properties(height=200)


def _loads() -> alt.LayerChart | alt.FacetChart:
    on = _rows("Region").transform_filter(f"datum.on != {OFF}")
    row = alt.Y("name:N", title=None, sort=list(REGION_NAMES))
    x = alt.X(
        "full:Q", title="Load over capacity: bar after, circle if spread, diamond if cold",
        axis=alt.Axis(format="%"),
    )  # fmt: skip
    tooltip = [
        alt.Tooltip("name:N", title="Region"),
        alt.Tooltip("before:Q", title="Users before", format=".1%"),
        alt.Tooltip("after:Q", title="Users after", format=".1%"),
        alt.Tooltip("full:Q", title="Load over capacity", format=".0%"),
        alt.Tooltip("even:Q", title="If spread", format=".0%"),
        alt.Tooltip("cold:Q", title="With a cold cache", format=".0%"),
    ]
    bars = on.mark_bar(height=11).encode(x=x, y=row, tooltip=tooltip)
    survivors = on.transform_filter(f"datum.on != {DEAD}")
    spread = survivors.mark_point(shape="circle", size=70, filled=True, opacity=1, color="#e9a23b")
    cold = survivors.transform_filter("datum.cold > datum.full").mark_point(
        shape="diamond", size=90, filled=True, opacity=1, color="#d1495b"
    )
    full = (
        survivors.transform_aggregate(lowest="min(full)")
        .transform_calculate(one="datum.lowest * 0 + 1")
        .mark_rule(strokeWidth=2, color="#d1495b")
        .encode(x=alt.X("one:Q"))
    )
    return alt.layer(
        bars, full, spread.encode(x=alt.X("even:Q"), y=row, tooltip=tooltip),
        cold.encode(x=alt.X("cold:Q"), y=row, tooltip=tooltip),
    ).properties(height=alt.Step(20))  # fmt: skip


def _waits() -> alt.LayerChart | alt.FacetChart:
    rows = _rows("Continent")
    y = alt.Y("name:N", title=None, sort=[*CONTINENTS, EVERYBODY])
    keys = [f"{q}_{when}" for q in ("p50", "p99") for when in ("before", "after")]
    tooltip = [
        alt.Tooltip("name:N", title="Users in"),
        *(alt.Tooltip(f"{k}:Q", title=k.replace("_", ", "), format=",.0f") for k in keys),
    ]
    layers = []
    for key in keys:
        after = key.endswith("after")
        x = alt.X(
            f"{key}:Q", title="Page (ms): p50 round, p99 square; open before, full after",
            scale=alt.Scale(zero=True),
        )  # fmt: skip
        points = rows.mark_point(
            shape="circle" if key.startswith("p50") else "square",
            size=35 if after else 90, filled=after, strokeWidth=2, opacity=1,
        )  # fmt: skip
        layers.append(points.encode(x=x, y=y, tooltip=tooltip))
    return alt.layer(*layers).properties(height=140)


def _chosen(name: str, column: str, form: str = ",.0f") -> Reading:
    return Reading(name, column, {"kind": "Way", "chosen": 1.0}, form)


def _way(name: str, column: str, way: str, form: str = ",.0f") -> Reading:
    return Reading(name, column, {"kind": "Way", "name": way}, form)


def _plan(name: str, plan: str) -> Reading:
    return Reading(name, "spare", {"kind": "Spare capacity", "name": plan}, ".0%")


lab = Lab(
    name="multi_region/routing",
    title="Where do they go?",
    kernel=routing,
    controls=[
        Choices("regions", "Regions that are on", REGION_NAMES, FIVE),
        Choice("dead", "The region that dies", REGION_NAMES, REGION_NAMES.index("Tokyo"),
               help="If it is not on, the one with most users"),
        Choice("way", "Users are led by", WAYS,
               help="DNS: to the region nearest to their resolver, which is far away for a tenth. "
                    "Anycast: as the network goes, a fifth to the second nearest. The app: to the "
                    "nearest, to the next after 2 s"),
        Slider("ttl", "DNS: time to live", (0, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600), 60,
               unit="s"),
        Slider("check", "Health check every", (1, 2, 5, 10, 20, 30, 60, 120), 30, unit="s",
               help="The third failure in a row counts: DNS and anycast"),
        linear("holders", "DNS: answers kept too long", 0.0, 0.5, 0.05, 0.1, format=".0%",
               help="For 10 minutes on average. With 10 %, near to what was measured in 2014"),
        Choice("reroute", "The dead region's users go", _lower(REROUTES)),
        linear("spare", "Spare capacity of each region", 0.0, 3.0, 0.05, 0.25, format=".0%",
               help="Over what its own users need"),
        linear("hit_ratio", "Requests that a cache answers", 0.0, 0.95, 0.05, 0.0, format=".0%"),
        Choice("cache", "The caches are", _lower(CACHES),
               help="Those in the regions die with them, and the others do not know what those who "
                    "come will ask for: half of the hits are back a minute later"),
    ],
    constants={
        "far_resolvers": 0.1, "detours": ANYCAST_NOT_TO_THE_BEST.value,
        "checks": int(CHECKS_FAILED.value), "lookups": 1.0, "hold": 600.0, "convergence": 15.0,
        "timeout": 2.0, "warm_up": 60.0, "round_trips": 4.0, "stretch": 1.8, "last_mile": 15.0,
        "server": 50.0, "n_runs": 20, "n_resolvers": 100, "seed": 1,
    },
    columns=[
        Column("kind", "Row", labels=KINDS),
        Column("name", "Name", labels=NAMES),
        Column("time", "Time", "s"),
        Column("stuck", "Led to the dead region", "of all requests", ".1%"),
        Column("least", "Least", hidden=True),
        Column("most", "Most", hidden=True),
        Column("refused", "No room", "of all requests", ".1%"),
        Column("chosen", "Chosen", hidden=True),
        Column("on", "On", hidden=True),
        Column("before", "Users before", format=".1%"),
        Column("after", "Users after", format=".1%"),
        Column("full", "Load over capacity", format=".0%"),
        Column("even", "If spread", format=".0%"),
        Column("cold", "With a cold cache", format=".0%"),
        Column("p50_before", "Page, p50 before", "ms"),
        Column("p99_before", "p99 before", "ms"),
        Column("p50_after", "p50 after", "ms"),
        Column("p99_after", "p99 after", "ms"),
        Column("declared", "Declared dead", "s", hidden=True),
        Column("led_half", "Half led on", "s", hidden=True),
        Column("led_90", "90 % led on", "s", hidden=True),
        Column("led_99", "99 % led on", "s", hidden=True),
        Column("failed", "Mean time without a region", "s", hidden=True),
        Column("lost", "User hours lost, of a million users", hidden=True),
        Column("fullest", "Fullest region", labels=(*REGION_NAMES, "none"), hidden=True),
        Column("spare", "Spare capacity needed", format=".0%"),
    ],
    chart=alt.vconcat(_timeline(), _loads(), _waits()),
    summary=(
        "The region of {gone} of the users dies. Half of these are led to another after {dns_half} "
        "s by DNS, {anycast_half} s by anycast, {app_half} s by the app; 99 % after {dns_99}, "
        "{anycast_99} and {app_99} s. An hour later {refused} of all requests find no room. The "
        "fullest region, {fullest}, has {full} of the load that it can take ({cold} with a cold "
        "cache); if the users were spread, each would have {even}. A page takes {p50_after} ms "
        "(p50; {p50_before} before). For any one region to die, {equal} of spare capacity are "
        "enough if all are equal, {spread} if users are spread, {nearest} if they go to the "
        "nearest."
    ),
    readings=[
        Reading("gone", "before", {"on": float(DEAD)}, ".0%"),
        _way("dns_half", "led_half", "DNS"),
        _way("anycast_half", "led_half", "Anycast"),
        _way("app_half", "led_half", "App"),
        _way("dns_90", "led_90", "DNS"),
        _way("dns_99", "led_99", "DNS"),
        _way("anycast_99", "led_99", "Anycast"),
        _way("app_99", "led_99", "App"),
        _way("dns_failed", "failed", "DNS"),
        _way("anycast_failed", "failed", "Anycast"),
        _way("declared", "declared", "DNS"),
        _chosen("refused", "refused", ".1%"),
        _chosen("lost", "lost"),
        _chosen("fullest", "fullest"),
        _chosen("full", "full", ".0%"),
        _chosen("cold", "cold", ".0%"),
        _chosen("even", "even", ".0%"),
        Reading("p50_before", "p50_before", {"name": EVERYBODY}, ",.0f"),
        Reading("p50_after", "p50_after", {"name": EVERYBODY}, ",.0f"),
        Reading("p99_before", "p99_before", {"name": EVERYBODY}, ",.0f"),
        Reading("p99_after", "p99_after", {"name": EVERYBODY}, ",.0f"),
        Reading("asia_p50_before", "p50_before", {"name": "Asia"}, ",.0f"),
        Reading("asia_p50_after", "p50_after", {"name": "Asia"}, ",.0f"),
        _plan("equal", PLANS[0]),
        _plan("spread", PLANS[1]),
        _plan("nearest", PLANS[2]),
        _plan("same", PLANS[3]),
    ],
    prediction=Prediction(
        "Five regions, each with a quarter more capacity than its users need: as much as five "
        "equal regions must have if one of them may die. Tokyo dies, the region of 23 % of all "
        "users. DNS leads them to the next nearest region, and an hour later all have been led on. "
        "Which share of all requests fails now, for want of room?",
        reading="refused", low=0.0, high=1.0, step=0.01, format=".0%",
    ),
    tries=[
        Try("Spread Tokyo's users over all that are left. Is a quarter enough now, and who waits "
            "for it?", {"reroute": 1}),
        Try("A time to live of 5 s in place of a minute. How much sooner are half of the users "
            "led on, and how much sooner 99 %?", {"ttl": 5}),
        Try("All twelve regions: equal ones would need 9 % of spare capacity. And these?",
            {"regions": ALL}),
        Try("A cache answers 80 % of the requests, first near the users, then, as here, in the "
            "regions. What does Singapore get?", {"hit_ratio": 0.8, "cache": 1}),
    ],
)  # fmt: skip
