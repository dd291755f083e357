"""A manifest and a cluster in which somebody has changed things by hand; and a manifest made safe.

What is returned is read by the chapter's model, and a plan says what it would change.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import yaml

from scalelab.models.infrastructure import manifest as model
from scalelab.models.infrastructure.manifest import Fields, Value
from scalelab.samples.cluster import FILE
from scalelab.workbook.hint import NotYet, answered, expect, several

REPLICAS = "Deployment/shop/spec/replicas"
POD = "Deployment/shop/spec/template/spec"
APPLICATION = f"{POD}/containers[application]"
SCALER = "HorizontalPodAutoscaler/shop/spec"
ROLLING = "Deployment/shop/spec/strategy/rollingUpdate"
BUDGET = "PodDisruptionBudget/shop/spec"

# --- what was changed by hand ---


class Cluster(NamedTuple):
    """What was done by hand: fields that are now so, or (None) gone; replicas by the autoscaler."""

    name: str
    changed: Mapping[str, Value | None]
    replicas: int


CLUSTERS = (
    Cluster("Nobody did anything", {}, 20),
    Cluster("An image for the night", {
        f"{APPLICATION}/image": "registry.example.com/shop/application:4.1.9"}, 26),
    Cluster("A search for an error", {
        f"{APPLICATION}/env[DEBUG]/name": "DEBUG",
        f"{APPLICATION}/env[DEBUG]/value": "1",
        f"{APPLICATION}/resources/limits/memory": "2Gi"}, 20),
    Cluster("A probe in the way", {
        f"{APPLICATION}/readinessProbe/httpGet/path": None,
        f"{APPLICATION}/readinessProbe/httpGet/port": None,
        f"{APPLICATION}/readinessProbe/periodSeconds": None,
        f"{APPLICATION}/readinessProbe/timeoutSeconds": None,
        f"{APPLICATION}/readinessProbe/failureThreshold": None,
        f"{SCALER}/minReplicas": 12,
        f"{POD}/nodeSelector/disk": "ssd"}, 12),
    Cluster("A budget that was away", {
        f"{BUDGET}/maxUnavailable": None,
        f"{BUDGET}/minAvailable": "50%",
        "Service/shop/spec/sessionAffinity": "ClientIP"}, 41),
)  # fmt: skip


@cache
def written() -> str:
    return FILE.read_text()


@cache
def declared() -> Fields:
    return model.fields(written())


def running(of: Cluster) -> dict[str, Value]:
    """The fields that are there."""
    found = {**declared(), REPLICAS: of.replicas}
    for path, value in of.changed.items():
        if value is None:
            found.pop(path)
        else:
            found[path] = value
    return found


def undone(of: Cluster) -> dict[str, Value | None]:
    """By path: what the next apply changes, as it is now; None if it is not there."""
    return {path: value for path, value in of.changed.items() if path in declared()}


def stays(of: Cluster) -> dict[str, Value]:
    return {
        path: value
        for path, value in of.changed.items()
        if path not in declared() and value is not None
    }


def _by_hand(by_hand: Callable[..., Any], of: Cluster) -> None:
    try:
        said = answered(by_hand, running(of), written())
    except NotYet:
        raise
    except Exception as error:
        raise NotYet(f"{of.name}: it raised {error!r}.") from None
    names = ("what an apply undoes", "what stays")
    both = several("by_hand", said, *names)
    for name, one in zip(names, both, strict=True):
        expect(
            isinstance(one, dict),
            f"{of.name}: {name} is {str(one)[:60]}; it should be a dict of values by path.",
        )
    _are_undone(of, dict(both[0]))
    _is_same(of, "what stays", dict(both[1]), stays(of))


def _are_undone(of: Cluster, said: dict[Any, Any]) -> None:
    right = undone(of)
    expect(
        REPLICAS not in said,
        f"{of.name}: the number of replicas was changed, but not by a hand. Who sets it?",
    )
    for path, value in right.items():
        expect(
            path not in said or said[path] == value or said[path] != declared().get(path),
            f"{of.name}: {path} = {said.get(path)!r} is what is declared. What is there?",
        )
    _is_same(of, "what an apply undoes", said, right)


def _is_same(of: Cluster, name: str, said: Mapping[Any, Any], right: Mapping[str, Any]) -> None:
    more = sorted(str(path) for path in said if path not in right)
    less = sorted(path for path in right if path not in said)
    if more:
        other = undone(of) if name == "what stays" else stays(of)
        expect(
            more[0] not in other,
            f"{of.name}: {name} has {more[0]}. Is it declared?",
        )
        raise NotYet(f"{of.name}: {name} has {more[0]}, which is as it should be.")
    if less:
        gone = right[less[0]] is None
        raise NotYet(
            f"{of.name}: {name} lacks something"
            + (" that is no longer there." if gone else ".")
            + (" Does any plan show it?" if name == "what stays" else " What does a plan say?")
        )
    for path, value in right.items():
        expect(
            type(said[path]) is type(value) and said[path] == value,
            f"{of.name}: {name} has {path} = {said[path]!r}, and that is not what is there.",
        )


# --- a manifest that is safe ---


class Wish(NamedTuple):
    """So many pods are to be available in an update and a drain; so many more have room.

    ``least``, ``rolling`` and ``budget`` are in the manifest before.
    """

    available: int
    room: int
    least: int = 6
    surge: str = "25%"
    unavailable: str = "0"
    budget: str = "maxUnavailable: 10%"


WISHES = (
    Wish(6, 5),
    Wish(10, 3),
    Wish(6, 1, unavailable="25%"),
    Wish(4, 2),
    Wish(20, 0, surge="1"),
    Wish(15, 10, least=30, surge="100%", unavailable="50%"),
    Wish(8, 0, least=8, budget="minAvailable: 1"),
)


@cache
def before(of: Wish) -> str:
    """The sample with other numbers."""
    text = written()
    for old, new in (
        ("minReplicas: 6", f"minReplicas: {of.least}"),
        ("maxSurge: 25%", f"maxSurge: {of.surge}"),
        ("maxUnavailable: 0", f"maxUnavailable: {of.unavailable}"),
        ("maxUnavailable: 10%", of.budget),
    ):
        assert text.count(f" {old}\n") == 1
        text = text.replace(f" {old}\n", f" {new}\n")
    return text


MAY_CHANGE = (REPLICAS, f"{SCALER}/minReplicas", ROLLING, BUDGET)


def _of_wish(of: Wish) -> str:
    return (
        f"{of.available} available, room for {of.room} more (before: at least {of.least}, surge "
        f"{of.surge}, unavailable {of.unavailable}, budget {of.budget})"
    )


def _safe(safe: Callable[..., Any], of: Wish) -> None:
    case = _of_wish(of)
    try:
        text = answered(safe, before(of), of.available, of.room)
    except NotYet:
        raise
    except Exception as error:
        raise NotYet(f"{case}: it raised {error!r}.") from None
    expect(isinstance(text, str), f"{case}: safe returned {str(text)[:60]!r}; it should be a text.")
    try:
        found, now = model.read(text), model.fields(text)
    except ValueError as error:
        raise NotYet(f"{case}: {error}.") from None
    _changes_no_more(of, now, case)
    expect(
        REPLICAS not in now,
        f"{case}: with each apply there are {found.replicas} replicas again, whatever the "
        "autoscaler has found.",
    )
    assert found.autoscaler is not None
    least, most = found.autoscaler.least, found.autoscaler.most
    expect(
        least >= of.least,
        f"{case}: the autoscaler may go down to {least}, and {of.least} were the least before.",
    )
    expect(
        least <= max(of.least, of.available + 1),
        f"{case}: at least {least} pods, day and night. Fewer would do, too.",
    )
    _keeps_up(of, text, range(least, most + 1), case)


@cache
def _fields_before(of: Wish) -> Fields:
    return model.fields(before(of))


def _changes_no_more(of: Wish, now: Fields, case: str) -> None:
    was = _fields_before(of)
    changes = model.plan(was, now, last=was, prune=True)
    for change in changes:
        expect(
            change.how != "new pods",
            f"{case}: {change} would replace all pods, for nothing that was asked for.",
        )
        expect(
            change.path.startswith(MAY_CHANGE),
            f"{case}: {change} was not asked for.",
        )


def numbers(text: str, among: Sequence[int]) -> list[tuple[int, int, int]]:
    """Surge, unavailable and what a drain may take, with each of these numbers of pods.

    As the model has them for the number that a manifest declares, which this one does not.
    """
    spec = {one["kind"]: one["spec"] for one in yaml.safe_load_all(text) if one}
    rolling = spec["Deployment"].get("strategy", {}).get("rollingUpdate") or {}
    budget = spec["PodDisruptionBudget"]
    found = []
    for n in among:
        surge = model.pods(rolling.get("maxSurge", model.DEFAULT_ROLLING), n, up=True)
        fewer = model.pods(rolling.get("maxUnavailable", model.DEFAULT_ROLLING), n, up=False)
        if budget.get("minAvailable") is None:
            drained = min(model.pods(budget["maxUnavailable"], n, up=True), n)
        else:
            drained = max(n - model.pods(budget["minAvailable"], n, up=True), 0)
        found.append((surge, min(max(fewer, 1 if surge == 0 else 0), n), drained))
    return found


def _keeps_up(of: Wish, text: str, pods: range, case: str) -> None:
    """With every number of pods that the autoscaler may set."""
    for n, (surge, unavailable, drained) in zip(pods, numbers(text, pods), strict=True):
        expect(
            surge <= of.room,
            f"{case}: with {n} pods an update makes {surge} more. They have no room.",
        )
        expect(
            n - unavailable >= of.available,
            f"{case}: with {n} pods an update may leave {n - unavailable}.",
        )
        expect(
            n - drained >= of.available,
            f"{case}: with {n} pods the emptying of machines may leave {n - drained}.",
        )
        expect(
            drained >= 1,
            f"{case}: with {n} pods no machine can ever be emptied, as none may be taken away.",
        )


def task_5(by_hand: Callable[..., Any], safe: Callable[..., Any]) -> None:
    """What was changed by hand; and a manifest that keeps enough pods, in the room there is."""
    for cluster in CLUSTERS:
        _by_hand(by_hand, cluster)
    for wish in WISHES:
        _safe(safe, wish)
    print(f"Right, for {len(CLUSTERS)} clusters and {len(WISHES)} manifests.")
