"""Lab: what an orchestrator does when a version is new, and when replicas are lost."""

import altair as alt

from scalelab.facts.deploys import KUBERNETES_GRACE
from scalelab.facts.orchestration import (
    BORG_PACKAGES,
    KUBERNETES_FIRST_BACK_OFF,
    KUBERNETES_LONGEST_BACK_OFF,
    KUBERNETES_MIN_READY,
    KUBERNETES_PROGRESS_DEADLINE,
)
from scalelab.facts.redundancy import KUBERNETES_NODE_GRACE, KUBERNETES_TOLERATION
from scalelab.kernels.infrastructure.orchestration import orchestration
from scalelab.models.infrastructure.orchestration import (
    AWAY_S,
    LATE_S,
    LOSSES,
    NODE_S,
    NOTICE_S,
    PER_NODE,
    RATE_PER_S,
    REPLICAS,
    ROOM,
    START_S,
    SURGE_PERCENT,
    UNAVAILABLE_PERCENT,
    VCPUS,
    VERSIONS,
    WAYS,
    WORK_MS,
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
AS_SET, SURGE_ONLY, UNAVAILABLE_ONLY, RECREATE = WAYS
DIES, DRAINED, CRASHES = LOSSES
UPDATE, FAILURE, RESULT = KINDS = ("update", "failure", "result")
NO_YES = ("no", "yes")
PERCENT = (0, 10, 25, 34, 50, 100)


def _colour() -> alt.Color:
    return alt.Color(
        "series:N", title=None, scale=alt.Scale(domain=[*WAYS, *LOSSES]),
        legend=alt.Legend(symbolOpacity=1.0),
    )  # fmt: skip


def _minutes(title: str) -> alt.X:
    return alt.X(
        "at:Q", title=title, scale=alt.Scale(nice=False),
        axis=alt.Axis(format=",.0f", tickCount=7),
    )  # fmt: skip


def _of(kind: str, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """What is set, and the first failure, are broad, so that a line that agrees lies on them."""
    rows = alt.Chart(data()).transform_filter(f"datum.kind == '{kind}'")
    tooltip = [
        alt.Tooltip("series:N", title="What"),
        alt.Tooltip("at:Q", title="Minute", format=",.2f"),
        alt.Tooltip("ready:Q", title="Ready", format=",.0f"),
        alt.Tooltip("new_share:Q", title="New version", format=".0%"),
    ]
    broad = f"datum.series == '{AS_SET}' || datum.series == '{DIES}'"
    return [
        rows.transform_filter(which)
        .mark_line(strokeWidth=width, interpolate="step-after", opacity=opacity)
        .encode(x=x, y=y, color=_colour(), tooltip=tooltip)
        for which, width, opacity in ((broad, 6.0, 0.45), (f"!({broad})", 2.0, 1.0))
    ]


def _needed(title: str) -> list[alt.Chart]:
    """How many can do the work: a line across, with a word."""
    row = alt.Chart(data()).transform_filter(
        f"datum.kind == '{RESULT}' && datum.series == '{CRASHES}'"
    )
    tooltip = [alt.Tooltip("needed:Q", title=title, format=",.0f")]
    return [
        row.mark_rule(strokeWidth=1.5, opacity=0.7).encode(y="needed:Q", tooltip=tooltip),
        row.mark_text(align="right", baseline="top", dy=4, dx=-4).encode(
            x=alt.value("width"), y="needed:Q", text=alt.value(title)
        ),
    ]


def _ready(kind: str, title: str, height: int) -> alt.LayerChart | alt.FacetChart:
    """Replicas that are ready, from half a minute before it begins."""
    y = alt.Y("ready:Q", title="Ready", scale=alt.Scale(zero=True),
              axis=alt.Axis(format=",.0f", tickCount=5))  # fmt: skip
    return alt.layer(*_needed("needed"), *_of(kind, _minutes(title), y)).properties(
        width=WIDTH, height=height
    )


def _new() -> alt.LayerChart | alt.FacetChart:
    """The share of the requests that the new version answers."""
    y = alt.Y("new_share:Q", title="Get the new version",
              scale=alt.Scale(domain=[0, 1], nice=False),
              axis=alt.Axis(format=".0%", values=[0, 0.25, 0.5, 0.75, 1]))  # fmt: skip
    lines = _of(UPDATE, _minutes("Minutes of the update"), y)
    return alt.layer(*lines, guess_rule("y")).properties(width=WIDTH, height=130)


def _result(name: str, column: str, series: str, form: str, **where: float | str) -> Reading:
    return Reading(name, column, {"kind": RESULT, "series": series, **where}, form)


lab = Lab(
    name="infrastructure/orchestration",
    title="Updates and failures, by the rules of an orchestrator",
    kernel=orchestration,
    controls=[
        linear("replicas", "Replicas", 7, 20, 1, REPLICAS,
               help="Two vCPUs each; seven are just enough for 2,000 requests a second"),
        Slider("surge", "Surge", PERCENT, SURGE_PERCENT, unit="%",
               help="So many more may be there during an update; rounded up"),
        Slider("unavailable", "Unavailable", PERCENT, UNAVAILABLE_PERCENT, unit="%",
               help="So many fewer may be there; rounded down"),
        Slider("start_s", "Ready after", (5.0, 10.0, 25.0, 60.0, 120.0, 300.0), START_S, unit="s",
               help="Pulls the image, boots, answers the readiness probe"),
        Slider("min_ready_s", "Counts after", (0.0, 10.0, 30.0, 60.0, 120.0, 300.0),
               KUBERNETES_MIN_READY.value, unit="s more",
               help="For so long a new replica has to stay ready before an old one goes"),
        Choice("version", "The new version is", VERSIONS),
        linear("room", "Room for", 0, 15, 1, ROOM, unit="more", help="On other nodes"),
        Slider("per_node", "Lost node has", (1, 2, 3, 5, 10), PER_NODE, unit="replicas",
               help="Spread over nodes, or packed on a few"),
        Slider("toleration_s", "Tolerated for", (0.0, 10.0, 30.0, 60.0, 300.0, 900.0),
               KUBERNETES_TOLERATION.value, unit="s",
               help="A lost node's replicas are not replaced before that"),
    ],
    constants={
        "grace_s": KUBERNETES_GRACE.value,
        "rate_per_s": RATE_PER_S,
        "vcpus": VCPUS,
        "work_ms": WORK_MS,
        "late_s": LATE_S,
        "known_s": KUBERNETES_NODE_GRACE.value,
        "node_s": NODE_S,
        "away_s": AWAY_S,
        "boot_share": round(1.0 - BORG_PACKAGES.value, 10),
        "first_back_off_s": KUBERNETES_FIRST_BACK_OFF.value,
        "longest_back_off_s": KUBERNETES_LONGEST_BACK_OFF.value,
        "deadline_s": KUBERNETES_PROGRESS_DEADLINE.value,
        "notice_s": NOTICE_S,
    },
    columns=[
        Column("series", "What", labels=(*WAYS, *LOSSES)),
        Column("kind", "Row", labels=KINDS),
        Column("at", "After", "min", ",.2f"),
        Column("ready", "Ready", "replicas"),
        Column("new_share", "Get the new version", format=".1%"),
        Column("allowed", "Allowed", labels=NO_YES),
        Column("done", "Ends", labels=NO_YES),
        Column("takes", "Takes", "min", ",.1f"),
        Column("least", "Fewest ready", "replicas"),
        Column("keeps_up", "Keep up", labels=NO_YES),
        Column("worst", "Mean response then", "ms", ",.1f"),
        Column("failed", "Refused or lost", "requests"),
        Column("stray", "Sent to what has stopped", "requests"),
        Column("over", "Too few for", "min", ",.1f"),
        Column("extra", "Extra room", "replica-minutes", ",.1f"),
        Column("first_share", "First new replicas get", format=".1%"),
        Column("met", "Answers of a bad version", "requests"),
        Column("surge_pods", "Surge", "replicas"),
        Column("unavailable_pods", "Unavailable", "replicas"),
        Column("reported", "Reported as standing", labels=NO_YES),
        Column("report", "Reported after", "min", ",.1f"),
        Column("needed", "Needed", hidden=True),
        Column("kind_of_version", "Version", hidden=True, labels=VERSIONS),
    ],
    chart=alt.vconcat(
        _ready(UPDATE, "Minutes of the update", 150),
        _new(),
        _ready(FAILURE, "Minutes after the failure", 140),
    ),
    summary=(
        "{enough} replicas are enough. [An update with {most} more and {fewest} fewer takes "
        "{set_takes} min; its first new replicas get {first} of the requests.] [Surge alone takes "
        "{surge_takes} min.] [Unavailable alone takes {unavailable_takes} min.] [With neither "
        "surge nor unavailable Kubernetes makes {none} update.] [As set it stands, and is reported "
        "after {reported_min} min.] [As set {set_least} are ready at worst, {set_failed} requests "
        "are refused, about {set_stray} are sent to what has just stopped.] [A mean response is "
        "{set_worst} ms at worst.] Deleting all first refuses {recreate_failed}. [In five minutes "
        "{met_set} requests get the bad version.] What a dead node had is back after {dies_takes} "
        "min and costs {dies_failed} requests; a drained node takes {drained_takes} min, a process "
        "that crashes for three minutes {crash_takes}."
    ),
    readings=[
        _result("enough", "needed", CRASHES, ",.0f"),
        _result("most", "surge_pods", AS_SET, ",.0f", done="yes"),
        _result("fewest", "unavailable_pods", AS_SET, ",.0f", done="yes"),
        _result("set_takes", "takes", AS_SET, ",.1f", done="yes"),
        _result("surge_takes", "takes", SURGE_ONLY, ",.1f", done="yes"),
        _result("unavailable_takes", "takes", UNAVAILABLE_ONLY, ",.1f", done="yes"),
        _result("none", "allowed", AS_SET, ",.0f", allowed="no"),
        _result("reported_min", "report", AS_SET, ",.1f", reported="yes"),
        _result("set_least", "least", AS_SET, ",.0f", allowed="yes"),
        _result("set_failed", "failed", AS_SET, ",.0f", allowed="yes"),
        _result("first", "first_share", AS_SET, ",.1%", done="yes"),
        _result("set_worst", "worst", AS_SET, ",.1f", keeps_up="yes"),
        _result("surge_worst", "worst", SURGE_ONLY, ",.1f", keeps_up="yes"),
        _result("recreate_failed", "failed", RECREATE, ",.0f"),
        _result("met_set", "met", AS_SET, ",.0f", allowed="yes", kind_of_version=VERSIONS[2]),
        _result("set_stray", "stray", AS_SET, ",.0f", allowed="yes"),
        _result("set_extra", "extra", AS_SET, ",.1f"),
        _result("dies_takes", "takes", DIES, ",.1f"),
        _result("dies_failed", "failed", DIES, ",.0f"),
        _result("dies_over", "over", DIES, ",.1f"),
        _result("drained_takes", "takes", DRAINED, ",.1f"),
        _result("crash_takes", "takes", CRASHES, ",.1f"),
    ],
    prediction=Prediction(
        "Ten replicas get a new version, by Kubernetes' defaults: at most 25% more than ten, at "
        "most 25% fewer. A replica is ready a minute after it was started. The version has a "
        "fault that the readiness probe does not see. What share of the requests do its first "
        "replicas answer, as soon as they are ready?",
        reading="first", low=0.0, high=1.0, step=0.01, format=".0%",
    ),
    tries=[
        Try("One at a time, and five minutes before it counts. How many get a bad version in five "
            "minutes?",
            {"surge": 10, "unavailable": 0, "min_ready_s": 300.0, "version": 2}),
        Try("A version that never becomes ready. Who notices?", {"version": 1}),
        Try("Nothing may be missing, and the nodes are full. What happens?",
            {"unavailable": 0, "room": 0}),
        Try("Eight replicas do, as seven are enough. What does an update cost?", {"replicas": 8}),
        Try("Five of the ten on one node, and it dies. How long, and how many requests?",
            {"per_node": 5}),
        Try("The same, but not tolerated, and no room elsewhere. Is it the 300 seconds?",
            {"per_node": 5, "toleration_s": 0.0, "room": 0}),
    ],
)  # fmt: skip
