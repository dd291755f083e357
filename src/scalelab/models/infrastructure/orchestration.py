"""What an orchestrator does: a rolling update, and replicas that are lost.

    >>> from scalelab.models.infrastructure.orchestration import orchestrate
    >>> found = orchestrate()
    >>> for name, each in found.updates.items():
    ...     print(f"{name}: {each.takes_min} min, {each.least} ready,", end=" ")
    ...     print(f"first {each.first_share:.0%} new, {each.refused:,.0f} refused")
    As set: 2.5 min, 8 ready, first 62% new, 0 refused
    Surge only: 4.0 min, 10 ready, first 30% new, 0 refused
    Unavailable only: 5.0 min, 8 ready, first 25% new, 0 refused
    Recreate: 1.5 min, 0 ready, first 100% new, 180,000 refused
    >>> for name, loss in found.losses.items():
    ...     print(f"{name}: {loss.back_min:.1f} min, {loss.failed:,.0f} fail")
    Node dies: 6.8 min, 20,000 fail
    Node drained: 2.0 min, 0 fail
    Process crashes: 5.4 min, 0 fail

Other ways to the same numbers are in `scalelab.theory.infrastructure.orchestration`.
"""

from dataclasses import dataclass

from scalelab.facts.deploys import KUBERNETES_GRACE
from scalelab.facts.elasticity import EC2_LINUX_START
from scalelab.facts.orchestration import (
    BORG_PACKAGES,
    KUBERNETES_FIRST_BACK_OFF,
    KUBERNETES_LONGEST_BACK_OFF,
    KUBERNETES_MAX_SURGE,
    KUBERNETES_MAX_UNAVAILABLE,
    KUBERNETES_MIN_READY,
    KUBERNETES_PROGRESS_DEADLINE,
)
from scalelab.facts.redundancy import KUBERNETES_NODE_GRACE, KUBERNETES_TOLERATION
from scalelab.kernels import shop
from scalelab.kernels.infrastructure import orchestration as kernels
from scalelab.models.check import within

WAYS = ("As set", "Surge only", "Unavailable only", "Recreate")
LOSSES = ("Node dies", "Node drained", "Process crashes")
VERSIONS = ("Good", "Never ready", "Bad, looks ready")
SURGE_PERCENT = round(100.0 * KUBERNETES_MAX_SURGE.value)
UNAVAILABLE_PERCENT = round(100.0 * KUBERNETES_MAX_UNAVAILABLE.value)
RATE_PER_S = 2000.0  # the busiest hour of a million customers
WORK_MS = shop.MACHINE_MS
# Assumptions. A replica has two vCPUs and is ready after a minute. Ten of them are two on a node,
# with room for five more on others. A node that comes in place of another takes as long as the
# machines of a study. A replica that has stopped is sent requests for a second. What a crashing
# process needs is away for three minutes, and that a version is bad is noticed after five.
REPLICAS, PER_NODE, ROOM, VCPUS = 10, 2, 5, 2
START_S = 60.0
NODE_S = EC2_LINUX_START.value
LATE_S = 1.0
AWAY_S = 180.0
NOTICE_S = 300.0


@dataclass(frozen=True)
class Update:
    """One way to update all replicas.

    ``surge`` and ``unavailable`` are replicas. At ``at_min`` something changes, and then ``ready``
    replicas are ready and ``new_share`` of the requests get the new version. ``takes_min`` is None
    if it never ends; ``reported_min`` is when it is reported that nothing moves, None if it is not.
    ``least`` replicas are ready at the worst moment; ``worst_ms`` is the mean response then, None
    if they cannot keep up. ``refused`` are beyond what is ready, for ``over_min``; ``stray`` are
    sent to replicas that have stopped. ``extra_pod_min`` is the room that was taken beyond the
    usual, in replicas times minutes. ``first_share`` is what the first new replicas answer, and
    ``met`` are answers of a bad version until it is noticed.
    """

    surge: int
    unavailable: int
    at_min: tuple[float, ...]
    ready: tuple[int, ...]
    new_share: tuple[float, ...]
    takes_min: float | None
    reported_min: float | None
    least: int
    worst_ms: float | None
    refused: float
    over_min: float
    stray: float
    extra_pod_min: float
    first_share: float
    met: float


@dataclass(frozen=True)
class Loss:
    """What was lost is back after ``back_min``; ``failed`` were sent in vain or refused.

    ``least``, ``worst_ms``, ``over_min`` and ``stray`` as for `Update`.
    """

    at_min: tuple[float, ...]
    ready: tuple[int, ...]
    back_min: float
    least: int
    worst_ms: float | None
    failed: float
    over_min: float
    stray: float


@dataclass(frozen=True)
class Orchestration:
    """``needed`` replicas can do the work; an update that is not allowed is left out."""

    needed: int
    updates: dict[str, Update]
    losses: dict[str, Loss]


def orchestrate(
    replicas: int = REPLICAS,
    per_node: int = PER_NODE,
    room: int = ROOM,
    surge_percent: int = SURGE_PERCENT,
    unavailable_percent: int = UNAVAILABLE_PERCENT,
    start_s: float = START_S,
    min_ready_s: float = KUBERNETES_MIN_READY.value,
    version: str = VERSIONS[0],
    toleration_s: float = KUBERNETES_TOLERATION.value,
    grace_s: float = KUBERNETES_GRACE.value,
    rate_per_s: float = RATE_PER_S,
    vcpus: int = VCPUS,
    work_ms: float = WORK_MS,
    propagation_s: float = LATE_S,
    pre_stop_s: float = 0.0,
    known_s: float = KUBERNETES_NODE_GRACE.value,
    node_s: float = NODE_S,
    away_s: float = AWAY_S,
    notice_s: float = NOTICE_S,
) -> Orchestration:
    """Replicas of one service are updated in four ways, and lost in three.

    Parameters
    ----------
    replicas : that are wanted, 1 to 200.
    per_node : of them on the node that is lost, 1 to 200; no more than there are.
    room : on other nodes, for so many replicas more, 0 to 1,000.
    surge_percent : replicas beyond those wanted, in percent of them, rounded up, 0 to 100.
    unavailable_percent : replicas that may be missing, in percent, rounded down, 0 to 100.
    start_s : from when a replica has room until it is ready: image and boot, 1 to 3,600 s.
    min_ready_s : for so long it has to be ready before it counts, 0 to 3,600 s.
    version : one of `VERSIONS`.
    toleration_s : replicas stay bound to a lost node, 0 to 86,400 s.
    grace_s : a deleted replica ends after this time and holds its room until then, 0 to 3,600 s.
    rate_per_s : requests, 0.001 to 1e6 per second.
    vcpus : of a replica, 1 to 128.
    work_ms : what a request takes of a vCPU, 0.1 to 10,000 ms.
    propagation_s : until all who send requests know that a replica is deleted, 0 to 60 s.
    pre_stop_s : for so long it goes on answering when it is deleted, 0 to 3,600 s.
    known_s : until a dead node is known to be dead, 0 to 3,600 s.
    node_s : then until a new one can take replicas, 0 to 36,000 s; the same from when one is
        drained.
    away_s : for so long a process that is restarted ends at once, 0 to 36,000 s.
    notice_s : a bad version is noticed so long after an update begins, 0 to 36,000 s.

    Raises
    ------
    ValueError
        For an argument outside the ranges above, an unknown version, and if both percentages are 0.

    Notes
    -----
    The rule is that of Kubernetes' Deployment controller (kubernetes/kubernetes,
    pkg/controller/deployment/rolling.go), which acts at once. A node with lost replicas: they get
    no more requests when it is known to be lost, and are made anew `toleration_s` later. A drain
    follows a disruption budget that lets one be away at a time. A process is restarted at once,
    then after 10, 20, 40, ... 300 s; its image is there, so that it takes a fifth of a start.

    Leaves out: chance (starts that take differently long make waves into a stream), a line of
    requests that wait (what is too much is refused), cold replicas
    (`scalelab.models.load_balancing.rollout`), health checks that find a dead node sooner
    (`scalelab.models.load_balancing.health_checks`), nodes that come because a replica has no room,
    room in pieces that are too small, and failures that meet.
    """
    within("replicas", replicas, 1, 200)
    within("per_node", per_node, 1, 200, "replicas")
    within("room", room, 0, 1000, "replicas")
    within("surge_percent", surge_percent, 0, 100, "%")
    within("unavailable_percent", unavailable_percent, 0, 100, "%")
    within("start_s", start_s, 1.0, 3600.0, "s")
    within("min_ready_s", min_ready_s, 0.0, 3600.0, "s")
    within("toleration_s", toleration_s, 0.0, 86_400.0, "s")
    within("grace_s", grace_s, 0.0, 3600.0, "s")
    within("rate_per_s", rate_per_s, 0.001, 1e6, "1/s")
    within("vcpus", vcpus, 1, 128)
    within("work_ms", work_ms, 0.1, 10_000.0, "ms")
    within("propagation_s", propagation_s, 0.0, 60.0, "s")
    within("pre_stop_s", pre_stop_s, 0.0, 3600.0, "s")
    within("known_s", known_s, 0.0, 3600.0, "s")
    within("node_s", node_s, 0.0, 36_000.0, "s")
    within("away_s", away_s, 0.0, 36_000.0, "s")
    within("notice_s", notice_s, 0.0, 36_000.0, "s")
    if version not in VERSIONS:
        raise ValueError(f"version is {version!r}, allowed are {', '.join(VERSIONS)}")
    if surge_percent == 0 and unavailable_percent == 0:
        raise ValueError(
            "surge_percent and unavailable_percent are both 0, allowed is one of them: no replica "
            "could be added or taken away; give either at least 1"
        )
    table = kernels.orchestration(
        int(replicas), int(per_node), int(room), int(surge_percent), int(unavailable_percent),
        float(start_s), float(min_ready_s), VERSIONS.index(version), float(toleration_s),
        float(grace_s), float(rate_per_s), int(vcpus), float(work_ms),
        max(float(propagation_s) - float(pre_stop_s), 0.0), float(known_s), float(node_s),
        float(away_s), 1.0 - BORG_PACKAGES.value, KUBERNETES_FIRST_BACK_OFF.value,
        KUBERNETES_LONGEST_BACK_OFF.value, KUBERNETES_PROGRESS_DEADLINE.value, float(notice_s),
    )  # fmt: skip
    rows = table.tolist()
    results = {
        int(row[kernels.WAY]): row
        for row in rows
        if row[kernels.KIND] == kernels.RESULT and row[kernels.ALLOWED] == 1.0
    }

    def changes(way: int) -> list[list[float]]:
        return [r for r in rows if r[kernels.WAY] == way and r[kernels.KIND] != kernels.RESULT]

    return Orchestration(
        needed=int(rows[-1][kernels.NEEDED]),
        updates={
            name: _update(results[way], changes(way))
            for way, name in enumerate(WAYS)
            if way in results
        },
        losses={
            name: _loss(results[way], changes(way))
            for way, name in enumerate(LOSSES, start=len(WAYS))
        },
    )


def _update(result: list[float], changes: list[list[float]]) -> Update:
    return Update(
        surge=int(result[kernels.SURGE]),
        unavailable=int(result[kernels.UNAVAILABLE]),
        at_min=tuple(row[kernels.AT_MIN] for row in changes),
        ready=tuple(int(row[kernels.READY]) for row in changes),
        new_share=tuple(row[kernels.NEW_SHARE] for row in changes),
        takes_min=result[kernels.TAKES_MIN] if result[kernels.DONE] == 1.0 else None,
        reported_min=result[kernels.REPORT_MIN] if result[kernels.REPORTED] == 1.0 else None,
        least=int(result[kernels.LEAST]),
        worst_ms=_worst(result),
        refused=result[kernels.REFUSED],
        over_min=result[kernels.OVER_MIN],
        stray=result[kernels.STRAY],
        extra_pod_min=result[kernels.EXTRA],
        first_share=result[kernels.FIRST_SHARE],
        met=result[kernels.MET],
    )


def _loss(result: list[float], changes: list[list[float]]) -> Loss:
    return Loss(
        at_min=tuple(row[kernels.AT_MIN] for row in changes),
        ready=tuple(int(row[kernels.READY]) for row in changes),
        back_min=result[kernels.TAKES_MIN],
        least=int(result[kernels.LEAST]),
        worst_ms=_worst(result),
        failed=result[kernels.REFUSED],
        over_min=result[kernels.OVER_MIN],
        stray=result[kernels.STRAY],
    )


def _worst(result: list[float]) -> float | None:
    return result[kernels.WORST_MS] if result[kernels.KEEPS_UP] == 1.0 else None
