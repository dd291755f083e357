"""Lab: pages and reports on one machine, under four ways to share it."""

import altair as alt

from scalelab.kernels.single_server.sharing import sharing
from scalelab.labs.curves import folded
from scalelab.models.single_server.sharing import POLICIES
from scalelab.web.lab import (
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

FIRST_COME, LIMITED, SHARED, SEPARATE = POLICIES
CLASSES = ("Pages", "Reports")
PAGES, REPORTS = CLASSES
MEDIAN, MEAN, P99, EXACT = "Median", "Mean", "99th percentile", "Exact mean"
MEASURED = {MEDIAN: "median", MEAN: "mean", P99: "p99"}
SERIES = (*MEASURED, EXACT)
WIDTH = 400
# On a phone a long name takes the place of the drawing.
TWO_LINES = "indexof(datum.label, ', ') > 0 ? split(datum.label, ', ') : datum.label"


def _colour() -> alt.Color:
    """By a name that is no column of the table: each of the three values has its own."""
    return alt.Color("series:N", title=None, scale=alt.Scale(domain=list(SERIES)))


def _view(which: str, guess: bool) -> alt.LayerChart | alt.FacetChart:
    rows = alt.Chart(data()).transform_filter(f"datum.possible == 'yes' && datum.of == {which!r}")
    x = alt.X(
        "ms:Q", title=f"{which}: response (ms)",
        scale=alt.Scale(type="log", nice=False, padding=12),
        axis=alt.Axis(values=[5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000],
                      format=",~r", labelOverlap=True),
    )  # fmt: skip
    y = alt.Y("policy:N", title=None, sort=list(POLICIES), axis=alt.Axis(labelExpr=TWO_LINES))
    tooltip = [
        alt.Tooltip("policy:N", title="Policy"),
        alt.Tooltip("median:Q", title="Median (ms)", format=",.0f"),
        alt.Tooltip("mean:Q", title="Mean (ms)", format=",.0f"),
        alt.Tooltip("expected:Q", title="Mean by formula (ms)", format=",.0f"),
        alt.Tooltip("p99:Q", title="99th percentile (ms)", format=",.0f"),
        alt.Tooltip("wait:Q", title="Wait before the begin (ms)", format=",.0f"),
    ]
    spans = [
        rows.transform_calculate(series=repr(series))
        .mark_rule(strokeWidth=6, opacity=0.3)
        .encode(
            x=alt.X(f"{low}:Q", title=f"{which}: response (ms)"), x2=f"{high}:Q", y=y,
            color=_colour(),
        )
        for series, low, high in ((MEAN, "mean_low", "mean_high"), (P99, "p99_low", "p99_high"))
    ]  # fmt: skip
    points = (
        folded(rows, MEASURED, "ms")
        .mark_point(filled=True, size=90, opacity=1)
        .encode(x=x, y=y, color=_colour(), tooltip=tooltip)
    )
    exact = (
        rows.transform_filter("datum.exact == 'exact'")
        .transform_calculate(series=repr(EXACT))
        .mark_point(shape="diamond", size=170, strokeWidth=2)
        .encode(x=alt.X("expected:Q"), y=y, color=_colour(), tooltip=tooltip)
    )
    layers = [*spans, points, exact, *([guess_rule("x")] if guess else [])]
    return alt.layer(*layers).properties(width=WIDTH, height=150)


def _mean(name: str, which: str, policy: str) -> Reading:
    return Reading(name, "mean", {"policy": policy, "of": which, "possible": "yes"}, ",.0f")


def _exact(name: str, which: str, policy: str) -> Reading:
    """The mean in the long run, where there is a theorem for it."""
    where: dict[str, float | str] = {
        "policy": policy, "of": which, "possible": "yes", "exact": "exact",
    }  # fmt: skip
    return Reading(name, "expected", where, ",.0f")


def _p99(name: str, which: str, policy: str) -> Reading:
    return Reading(name, "p99", {"policy": policy, "of": which, "possible": "yes"}, ",.0f")


lab = Lab(
    name="single_server/sharing",
    title="Pages behind reports",
    kernel=sharing,
    controls=[
        Slider("vcpus", "The machine has", (1, 2, 4, 8, 16, 32), 1, unit="vCPUs"),
        linear("load", "Busy", 0.1, 0.95, 0.05, 0.7, format=".0%",
               help="Of all vCPUs, whatever the policy"),
        Slider("report_share", "Of the work, reports are",
               (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7), 0.3, format=".0%"),
        Slider("report_ratio", "A report takes", (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0),
               50.0, unit="pages", help="A page takes 20 ms of a vCPU, on average"),
        Slider("page_cv2", "Spread of pages", (0.0, 0.25, 0.5, 1.0, 2.0, 4.0, 10.0), 1.0,
               format=",.2f",
               help="Variance of the sizes over the square of their mean; 1 is exponential"),
        Slider("report_cv2", "Spread of reports", (0.0, 0.25, 0.5, 1.0, 2.0, 4.0, 10.0), 1.0,
               format=",.2f"),
        Slider("limit", "The limit: at once no more than",
               (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 64), 8,
               help="Under the second policy; never fewer than there are vCPUs"),
        linear("seed", "Another day", 1, 10, 1, 1),
    ],
    constants={"page_ms": 20.0, "jobs": 3000, "runs": 4},
    columns=[
        Column("policy", "Policy", labels=POLICIES),
        Column("of", "Of", labels=CLASSES),
        Column("possible", "Keeps up", labels=("no", "yes")),
        Column("jobs", "Measured"),
        Column("mean", "Mean", "ms", ",.1f"),
        Column("mean_low", "Lowest run", "ms", ",.1f"),
        Column("mean_high", "Highest run", "ms", ",.1f"),
        Column("median", "Median", "ms", ",.1f"),
        Column("p99", "99th percentile", "ms"),
        Column("p99_low", "Lowest run", "ms"),
        Column("p99_high", "Highest run", "ms"),
        Column("slowdown", "Mean response", "times the size", ",.1f"),
        Column("wait", "Wait before the begin", "ms", ",.1f"),
        Column("size", "Mean size", "ms of a vCPU", ",.1f"),
        Column("expected", "Mean by formula", "ms", ",.1f"),
        Column("exact", "The formula is", labels=("an approximation", "exact")),
    ],
    chart=alt.vconcat(_view(PAGES, guess=True), _view(REPORTS, guess=False)),
    summary=(
        "Mean response of a page in these four runs: {first_page} ms first come, first served[ "
        "(in the long run exactly {first_exact})], {limited_page} with a limit, {shared_page} if "
        "all share[ (exactly {shared_exact})][, {own_page} with a vCPU kept for reports][ (exactly "
        "{own_page_exact})]. Of a report: {first_report}[ (exactly {first_report_exact})], "
        "{limited_report} and {shared_report} ms[ (exactly {shared_report_exact})][, {own_report} "
        "on its own vCPU][ (exactly {own_report_exact})]. 99 of 100 pages within {first_p99} ms "
        "first come, first served, and {shared_p99} ms if all share."
    ),
    readings=[
        _mean("first_page", PAGES, FIRST_COME),
        _mean("limited_page", PAGES, LIMITED),
        _mean("shared_page", PAGES, SHARED),
        _mean("own_page", PAGES, SEPARATE),
        _mean("first_report", REPORTS, FIRST_COME),
        _mean("limited_report", REPORTS, LIMITED),
        _mean("shared_report", REPORTS, SHARED),
        _mean("own_report", REPORTS, SEPARATE),
        _exact("first_exact", PAGES, FIRST_COME),
        _exact("shared_exact", PAGES, SHARED),
        _exact("own_page_exact", PAGES, SEPARATE),
        _exact("own_report_exact", REPORTS, SEPARATE),
        _exact("first_report_exact", REPORTS, FIRST_COME),
        _exact("shared_report_exact", REPORTS, SHARED),
        _p99("first_p99", PAGES, FIRST_COME),
        _p99("shared_p99", PAGES, SHARED),
    ],
    prediction=Prediction(
        "One vCPU is busy 70% of the time. Of its work 70% are pages of 20 ms and 30% are reports "
        "of a second each. Served in the order in which they come, how long does a page take on "
        "average, in the long run?",
        reading="first_exact", low=20, high=2000, step=20, format=",.0f", unit="ms",
    ),
    tries=[
        Try("Only 1% of the work is reports. What do they still do to pages that wait in line?",
            {"report_share": 0.01}),
        Try("Every page takes exactly 20 ms, every report exactly one second. Which policy does "
            "not notice?", {"page_cv2": 0.0, "report_cv2": 0.0}),
        Try("The same load on 4 vCPUs. Which policies are worth an argument now?", {"vcpus": 4}),
        Try("4 vCPUs, 80% busy, a fifth of it reports, and one vCPU kept for them. Who pays "
            "for it?",
            {"vcpus": 4, "report_share": 0.2, "load": 0.8}),
        Try("Reports are as short as pages. What is sharing good for now?", {"report_ratio": 1.0}),
    ],
)  # fmt: skip
