"""Updates and failures against waves that are counted, sums, and what Kubernetes' code says."""

from collections.abc import Iterator
from fractions import Fraction

from scalelab.models.infrastructure.orchestration import VERSIONS, orchestrate
from scalelab.theory.infrastructure import orchestration as theory
from scalelab.validation.row import Row, Topic, exact

SET = "As set"
CODE = (
    "[worked case in the controller's source]"
    "(https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/deployment/rolling.go)"
)
WAVES = "replicas over surge and unavailable, rounded up"
SHARE = "those of a wave over those that are ready"
KELLY = "two vCPUs that are shared, {cite:t}`v-kelly1979`, section 3.3"
SUM = "sum of the times"
BACK_OFF = "sum of delays that double up to 300 s"


def _rows() -> Iterator[Row]:
    for n, surge, unavailable, min_ready in (
        (10, 25, 25, 0.0), (10, 10, 0, 300.0), (10, 0, 10, 0.0), (7, 25, 25, 0.0),
        (20, 50, 0, 30.0),
    ):  # fmt: skip
        up, down = theory.fenceposts(n, Fraction(surge, 100), Fraction(unavailable, 100))
        found = orchestrate(
            n, room=theory.enough_room(up, down), surge_percent=surge,
            unavailable_percent=unavailable, min_ready_s=min_ready,
        ).updates[SET]  # fmt: skip
        where = f"{n} replicas, {surge} % and {unavailable} %, counts after {min_ready:.0f} s"
        assert found.takes_min is not None
        yield exact(
            "Update takes (s)", where, WAVES, theory.takes(n, up, down, 60.0, min_ready),
            60.0 * found.takes_min, ".0f",
        )  # fmt: skip
        yield exact(
            "First new replicas get", where, SHARE,
            float(theory.first_share(n, up, down, min_ready > 0.0)), found.first_share,
        )  # fmt: skip
    # Of 10 with 3 more and 2 fewer: 13 in all, 8 old, and no more until new ones are ready.
    never = orchestrate(version=VERSIONS[1], surge_percent=30, unavailable_percent=20).updates[SET]
    for name, reference, ours in (
        ("More that may be there", 3.0, never.surge),
        ("Fewer that may be there", 2.0, never.unavailable),
        ("Old ones that stay if no new one is ready", 8.0, never.least),
    ):
        yield Row(
            name, "10 replicas, 30 % and 20 %", "published", CODE, reference, ours, 0.0, ".0f"
        )
    for least in (8, 9, 10):
        found = orchestrate(surge_percent=10, unavailable_percent=10 * (10 - least)).updates[SET]
        assert found.worst_ms is not None
        yield exact(
            "Mean response (ms)", f"{least} replicas ready, seven are needed", KELLY,
            theory.of_two(7.0, 7.0 / least), found.worst_ms,
        )  # fmt: skip
    for toleration in (0.0, 300.0):
        for per_node in (2, 5):
            dies = orchestrate(per_node=per_node, toleration_s=toleration).losses["Node dies"]
            where = f"{per_node} of 10 replicas, tolerated for {toleration:.0f} s"
            back = theory.moved(50.0, toleration, 60.0)
            too_few = 2000.0 - (10 - per_node) * 2000.0 / 7.0
            yield exact("Back after a node died (s)", where, SUM, back, 60.0 * dies.back_min, ".0f")
            yield exact(
                "Requests that fail", where, "share until it is known, then what is too much",
                theory.in_vain(2000.0, Fraction(per_node, 10), 50.0)
                + max(too_few, 0.0) * (back - 50.0),
                dies.failed, ".0f",
            )  # fmt: skip
    tries = theory.tries(12)
    for away in (0.0, 60.0, 180.0, 900.0):
        crash = orchestrate(away_s=away).losses["Process crashes"]
        tried = min(t for t in tries if t >= away)
        yield exact(
            "A process is back (s)", f"what it needs is away for {away:.0f} s", BACK_OFF,
            tried + 12.0, 60.0 * crash.back_min, ".0f",
        )  # fmt: skip


TOPIC = Topic(
    "Updates and failures by an orchestrator's rules",
    "Ten replicas of 2 vCPUs for 2,000 requests/s, of which seven are enough; a replica is ready "
    "60 s after it has room, and ends 30 s after it was deleted. A dead node is known after 50 s.",
    _rows,
)
