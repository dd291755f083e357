"""Lab: what kinds of health checks see of a broken machine, how soon, and at what price."""

import altair as alt

from scalelab.facts import health_checks as facts
from scalelab.kernels.load_balancing.health_checks import health_checks
from scalelab.models.load_balancing.health_checks import (
    AWAY_S,
    CHECKS,
    CONNECTING_S,
    EJECTION_S,
    ERRORS,
    FALLBACKS,
    LIMIT_S,
    LOST,
    NEEDS_DATABASE,
    SLOW_S,
    TROUBLES,
    WAITING_S,
    WINDOW_S,
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
CONNECTION, EMPTY, REAL, PASSIVE = CHECKS
DEAD, HANGS, SLOW, FAULTY, NO_DATABASE = range(len(TROUBLES))
NEVER, NONE_LEFT, UNDER_HALF = range(len(FALLBACKS))
PARTS = ("Timeline", "Threshold", "As set")
THICK = {CONNECTION: 8.0, EMPTY: 5.5, REAL: 3.0, PASSIVE: 1.5}  # lines that lie on each other
HOURS = {1 / 60: "1 min", 1: "1 hour", 24: "1 day", 730.5: "1 month", 8766: "1 year",
         876_600: "100 years"}  # fmt: skip


def _colour() -> alt.Color:
    return alt.Color("check:N", title=None, scale=alt.Scale(domain=list(CHECKS)))


def _lines(rows: alt.Chart, x: alt.X, y: alt.Y, tooltip: list[alt.Tooltip]) -> list[alt.Chart]:
    """A line for each kind, the thickest at the bottom."""
    return [
        rows.transform_filter(f"datum.check == '{check}'")
        .mark_line(strokeWidth=width)
        .encode(x=x, y=y, color=_colour(), tooltip=tooltip)
        for check, width in THICK.items()
    ]


def _course() -> alt.LayerChart | alt.FacetChart:
    """Requests that fail, by the second after it broke."""
    rows = alt.Chart(data()).transform_filter(f"datum.part == '{PARTS[0]}'")
    x = alt.X("time:Q", title="Seconds after it broke",
              scale=alt.Scale(domain=[0, WINDOW_S], nice=False))  # fmt: skip
    y = alt.Y("failing:Q", title="Requests that fail",
              axis=alt.Axis(format=".0%", tickCount=5))  # fmt: skip
    tooltip = [
        alt.Tooltip("check:N", title="Check"),
        alt.Tooltip("time:Q", title="Seconds", format=",.0f"),
        alt.Tooltip("failing:Q", title="Requests that fail", format=".1%"),
    ]
    return alt.layer(*_lines(rows, x, y, tooltip)).properties(width=WIDTH, height=170)


def _failed() -> alt.LayerChart | alt.FacetChart:
    """All of them."""
    here = alt.Chart(data()).transform_filter(f"datum.part == '{PARTS[2]}'")
    bars = here.mark_bar(size=16).encode(
        x=alt.X("failed:Q", title="Requests that fail in five minutes",
                axis=alt.Axis(format=",.0f", tickCount=5)),
        y=alt.Y("check:N", title=None, sort=list(CHECKS)),
        color=_colour(),
        tooltip=[
            alt.Tooltip("check:N", title="Check"),
            alt.Tooltip("failed:Q", title="Requests that fail", format=",.0f"),
            alt.Tooltip("seen:N", title="Takes it out"),
            alt.Tooltip("out:Q", title="after, on average (s)", format=",.1f"),
            alt.Tooltip("worst:Q", title="at the latest (s)", format=",.1f"),
        ],
    )  # fmt: skip
    return alt.layer(bars, guess_rule("x")).properties(width=WIDTH, height=110)


def _trade() -> alt.LayerChart | alt.FacetChart:
    """What one more failure in a row costs, and what it buys; a large dot where it is set."""
    rows = alt.Chart(data()).transform_filter("datum.false_alarm > 0")
    lines = rows.transform_filter(
        f"datum.part == '{PARTS[1]}' && datum.false_alarm <= {max(HOURS)}"
    )
    here = rows.transform_filter(f"datum.part == '{PARTS[2]}'")
    x = alt.X("time:Q", title="Seconds until a dead machine is out, for 1, 2, 3 ... failures",
              scale=alt.Scale(zero=True), axis=alt.Axis(format=",.1~f", tickCount=6))  # fmt: skip
    words = " : ".join(f"datum.value < {1.5 * h} ? '{text}'" for h, text in HOURS.items()) + " : ''"
    y = alt.Y(
        "false_alarm:Q", title="Between false alarms",
        scale=alt.Scale(type="log", domain=[min(HOURS), max(HOURS)], nice=False, clamp=True),
        axis=alt.Axis(values=list(HOURS), labelExpr=words),
    )  # fmt: skip
    tooltip = [
        alt.Tooltip("check:N", title="Check"),
        alt.Tooltip("failures:Q", title="Failures until out", format=",.0f"),
        alt.Tooltip("time:Q", title="Dead machine out after (s)", format=",.1f"),
        alt.Tooltip("false_alarm:Q", title="Between false alarms (h)", format=",.2f"),
    ]
    steps, dots = (
        rows.mark_point(filled=True, size=size, opacity=1).encode(
            x=x, y=y, color=_colour(), tooltip=tooltip
        )
        for rows, size in ((lines, 25), (here, 130))
    )
    layers = (*_lines(lines, x, y, tooltip), steps, dots)
    return alt.layer(*layers).properties(width=WIDTH, height=170)


def _of(name: str, column: str, check: str, form: str = ",.0f") -> Reading:
    return Reading(name, column, {"check": check, "part": PARTS[2]}, form)


def _out(name: str, column: str, check: str) -> Reading:
    """When a check takes it out, if it does."""
    return Reading(name, column, {"check": check, "part": PARTS[2], "seen": "yes"}, ",.1f")


ALB = {
    "interval_s": facts.ALB_INTERVAL.value, "timeout_s": facts.ALB_TIMEOUT.value,
    "unhealthy": int(facts.ALB_UNHEALTHY.value), "healthy": int(facts.ALB_HEALTHY.value),
}  # fmt: skip
HAPROXY = {
    "interval_s": facts.HAPROXY_INTER.value, "timeout_s": facts.HAPROXY_TIMEOUT.value,
    "unhealthy": int(facts.HAPROXY_FALL.value), "healthy": int(facts.HAPROXY_RISE.value),
}  # fmt: skip
KUBERNETES = {
    "interval_s": facts.KUBERNETES_PERIOD.value, "timeout_s": facts.KUBERNETES_TIMEOUT.value,
    "unhealthy": int(facts.KUBERNETES_FAILURES.value),
    "healthy": int(facts.KUBERNETES_SUCCESSES.value),
}  # fmt: skip

lab = Lab(
    name="load_balancing/health_checks",
    title="Is it alive?",
    kernel=health_checks,
    controls=[
        Choice("trouble", "What breaks", TROUBLES,
               help="One of five machines, or the database of all for a minute"),
        linear("rate_per_s", "Requests", 1000, 2800, 100, 2000, unit="/s"),
        Slider("interval_s", "A check every", (1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 60.0),
               ALB["interval_s"], unit="s"),
        Slider("timeout_s", "Timeout", (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0),
               ALB["timeout_s"], unit="s", format=",.2f"),
        linear("unhealthy", "Failures until out", 1, 10, 1, ALB["unhealthy"]),
        linear("healthy", "Successes until in", 1, 10, 1, ALB["healthy"]),
        Slider("lost", "Checks lost by chance",
               (0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05), LOST,
               format=".2%"),
        Choice("fallback", "Send to all if", FALLBACKS, default=NONE_LEFT,
               help="Machines that are taken for well: never, none of them, under half of them"),
        Slider("balancers", "Balancers", (1, 2, 4, 8, 20, 50, 100), 2),
    ],
    constants={
        "limit_s": LIMIT_S, "slow_s": SLOW_S, "away_s": AWAY_S, "needs": NEEDS_DATABASE,
        "errors": ERRORS, "ejection_s": EJECTION_S, "connecting_s": CONNECTING_S,
        "waiting_s": WAITING_S,
    },
    columns=[
        Column("check", "Check", labels=CHECKS),
        Column("part", "Part", labels=PARTS),
        Column("time", "Time", "s", ",.1f"),
        Column("failing", "Requests that fail", format=".1%"),
        Column("failures", "Failures until out"),
        Column("false_alarm", "Between false alarms", "h", ",.2f"),
        Column("failed", "Fail in five minutes", "requests"),
        Column("seen", "Takes it out", labels=("no", "yes")),
        Column("out", "Out after", "s", ",.1f"),
        Column("worst", "At the latest", "s", ",.1f"),
        Column("least", "At the earliest", "s", ",.1f"),
        Column("late", "Checks that fail by chance", format=".3%"),
        Column("busy", "Machines busy", format=".0%"),
        Column("checks", "Checks", "/s", ",.2f"),
        Column("check_share", "Busy with checks", format=".2%"),
        Column("peak", "Most that fail", format=".0%"),
        Column("dark", "Nobody answered", "s"),
    ],
    chart=alt.vconcat(_course(), _failed(), _trade()),
    summary=(
        "In five minutes {connection_failed} requests fail where checks open a connection, "
        "{empty_failed} with an empty page, {real_failed} with a real page, and {passive_failed} "
        "where requests are counted. [Connections take it out after {connection_out} s.] [Empty "
        "pages: {empty_out} s.] [Real pages: {real_out} s, {real_worst} at the latest.] "
        "[Passive: {passive_out} s.] With real pages nobody is answered for {real_dark} s, a "
        "false alarm comes every {real_false} hours, and checks keep a machine busy for "
        "{real_share}."
    ),
    readings=[
        _of("connection_failed", "failed", CONNECTION),
        _of("empty_failed", "failed", EMPTY),
        _of("real_failed", "failed", REAL),
        _of("passive_failed", "failed", PASSIVE),
        _out("connection_out", "out", CONNECTION),
        _out("empty_out", "out", EMPTY),
        _out("real_out", "out", REAL),
        _out("real_worst", "worst", REAL),
        _out("passive_out", "out", PASSIVE),
        _of("real_dark", "dark", REAL),
        _of("real_false", "false_alarm", REAL, ",.1f"),
        _of("empty_false", "false_alarm", EMPTY, ",.1f"),
        _of("connection_false", "false_alarm", CONNECTION, ",.1f"),
        _of("real_share", "check_share", REAL, ".2%"),
        _of("real_peak", "peak", REAL, ".0%"),
    ],
    prediction=Prediction(
        "2,000 requests a second go to five machines. Amazon's load balancer checks each of them "
        "every 30 s, waits up to 5 s for an answer, and takes a machine out after two failures in "
        "a row. One loses its power. How many requests fail, on average?",
        reading="real_failed", low=0, high=60_000, step=500, format=",.0f", unit="requests",
    ),
    tries=[
        Try("HAProxy's defaults: every 2 s, three failures. What does it cost to be so quick, and "
            "what do the three buy?", {**HAPROXY}),
        Try("It answers, but every request takes three seconds. Who sees that? Then lower the "
            "timeout to 2 s.", {"trouble": SLOW}),
        Try("The database is away for a minute, and machines that fail are never used. How long is "
            "the shop away?", {"trouble": NO_DATABASE, "fallback": NEVER}),
        Try("HAProxy's times, 2,400 requests, and one of five machines dies. Why do pages do worse "
            "than connections?", {**HAPROXY, "rate_per_s": 2400, "fallback": NEVER}),
        Try("Machines are 91% busy, and a page has 0.1 s, every second. How often are three in a "
            "row late, with nothing wrong? And every 5 s?",
            {"rate_per_s": 2600, "interval_s": 1.0, "timeout_s": 0.1, "unhealthy": 3}),
    ],
)  # fmt: skip
