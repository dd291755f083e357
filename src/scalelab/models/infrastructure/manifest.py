"""A Kubernetes manifest as numbers, and what applying it to a running cluster would change.

    >>> from scalelab.models.infrastructure.manifest import apply, fields, plan, read
    >>> from scalelab.samples.cluster import FILE
    >>> text = FILE.read_text()
    >>> shop = read(text)
    >>> shop.replicas, shop.cpu_request_millicores, shop.memory_limit_mib, shop.surge
    (20, 1000, 1024.0, 5)
    >>> written = fields(text)
    >>> running = {**written, "Deployment/shop/spec/replicas": 26}  # changed by hand
    >>> for change in plan(running, written):
    ...     print(change)
    Deployment/shop/spec/replicas: 26 -> 20 (in place)
    >>> plan(apply(running, plan(running, written)), written)
    ()

`read` gives what the models of scaling, placing and deploying need. `fields`, `plan` and `apply`
are the three-way comparison of declarative tools: what is declared, what is there, and what was
declared last time.
"""

import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

import yaml

from scalelab.models.check import one_of, within

Tree = Mapping[str, Any]
Value = str | int | float | bool
Fields = Mapping[str, Value]
How = Literal["create", "in place", "new pods", "new object", "delete"]

KINDS = {
    "Deployment": "apps/v1",
    "HorizontalPodAutoscaler": "autoscaling/v2",
    "PodDisruptionBudget": "policy/v1",
    "Service": "v1",
}
# Lists whose items Kubernetes knows by a field of theirs; all other lists are changed as a whole.
KEYS = {
    "containers": "name",
    "initContainers": "name",
    "env": "name",
    "volumes": "name",
    "topologySpreadConstraints": "topologyKey",
}
PORT_KEYS = ("containerPort", "port")
# What cannot be changed in an object that is there.
IMMUTABLE = ("Deployment/{}/spec/selector", "Service/{}/spec/clusterIP")
POD = "/spec/template/"

CPU_UNITS = {"n": Fraction(1, 10**9), "u": Fraction(1, 10**6), "m": Fraction(1, 1000)}
DECIMAL = {"k": 1, "M": 2, "G": 3, "T": 4, "P": 5, "E": 6}
UNITS = {
    "": Fraction(1),
    **CPU_UNITS,
    **{unit: Fraction(1000**power) for unit, power in DECIMAL.items()},
    **{unit.upper() + "i": Fraction(1024**power) for unit, power in DECIMAL.items()},
}
MIB = 1024**2
# Kubernetes' own, where a manifest says nothing.
DEFAULT_ROLLING = "25%"
DEFAULT_GRACE_S = 30
DEFAULT_PROBE = {"initialDelaySeconds": 0, "periodSeconds": 10, "timeoutSeconds": 1,
                 "failureThreshold": 3}  # fmt: skip
MOST = 1_000_000


@dataclass(frozen=True)
class Policy:
    """No more than ``value`` pods, or percent of them, are added or removed in ``period_s``."""

    kind: Literal["Pods", "Percent"]
    value: int
    period_s: int


@dataclass(frozen=True)
class Scaling:
    """Of one direction: the time for which it waits, and its limits of speed.

    select: "Max" takes the policy that allows most, "Min" the least, "Disabled" never scales.
    """

    window_s: int
    select: Literal["Max", "Min", "Disabled"]
    policies: tuple[Policy, ...]


@dataclass(frozen=True)
class Autoscaler:
    """``target`` is the share of the processor that pods request, None without such a metric."""

    least: int
    most: int
    target: float | None
    up: Scaling
    down: Scaling


@dataclass(frozen=True)
class Probe:
    """A pod is taken out after ``failures`` in a row; one is tried every ``period_s``."""

    path: str
    delay_s: int
    period_s: int
    timeout_s: int
    failures: int


@dataclass(frozen=True)
class Spread:
    """Pods of two places of a kind (``over``) differ by ``skew`` at most; ``strict``: or wait."""

    over: str
    skew: int
    strict: bool


@dataclass(frozen=True)
class Declared:
    """One application of a manifest, in plain numbers.

    Requests and limits are those of a pod, all its containers together; None without a limit.
    ``surge`` pods may be there in addition while it is deployed, ``unavailable`` may be missing:
    numbers of pods, rounded as Kubernetes rounds. ``recreate``: all old pods stop first.
    ``disruptions`` pods may be taken away at once by an upgrade of machines; None without a
    budget. ``autoscaler``, ``readiness`` and ``service_port`` are None where there is none.
    """

    name: str
    images: tuple[str, ...]
    replicas: int
    cpu_request_millicores: int
    memory_request_mib: float
    cpu_limit_millicores: int | None
    memory_limit_mib: float | None
    recreate: bool
    surge: int
    unavailable: int
    min_ready_s: int
    grace_s: int
    readiness: Probe | None
    spread: tuple[Spread, ...]
    autoscaler: Autoscaler | None
    disruptions: int | None
    service_port: int | None


@dataclass(frozen=True)
class Change:
    """One field: how it is, and how it is to be; None where it is not there.

    how: "new pods" if the pods are replaced, in a rolling deploy; "new object" if the object has to
    be deleted and made again, as the field cannot be changed.
    """

    path: str
    before: Value | None
    after: Value | None
    how: How

    def __str__(self) -> str:
        shown = ["nothing" if value is None else str(value) for value in (self.before, self.after)]
        return f"{self.path}: {shown[0]} -> {shown[1]} ({self.how})"


# --- Quantities ---


def quantity(text: str | int | float) -> Fraction:
    """A Kubernetes quantity, exactly.

    >>> quantity("250m"), quantity("0.5"), quantity("512Mi")
    (Fraction(1, 4), Fraction(1, 2), Fraction(536870912, 1))

    Raises
    ------
    ValueError
        For what is no number with a unit of Kubernetes, or is negative.
    """
    found = re.fullmatch(
        r"(\d+\.?\d*|\.\d+)(?:([eE][+-]?\d{1,3})|([numkMGTPE]|[KMGTPE]i)?)", str(text)
    )
    if found is None:
        raise ValueError(
            f"quantity is {text!r}, allowed is a number of 0 or more with a unit such as m, k, M, "
            "G, Ki, Mi or Gi: '250m', '0.5', '512Mi'"
        )
    number, exponent, unit = found.groups()
    return Fraction(number + (exponent or "")) * UNITS[unit or ""]


def millicores(text: str | int | float) -> int:
    """Of a processor; a part of one is rounded up, as Kubernetes does.

    >>> millicores("250m"), millicores("0.5"), millicores(2)
    (250, 500, 2000)
    """
    return math.ceil(1000 * quantity(text))


def mib(text: str | int | float) -> float:
    """Memory.

    >>> mib("512Mi"), mib("1Gi"), round(mib("500M"), 1)
    (512.0, 1024.0, 476.8)
    """
    return float(quantity(text) / MIB)


def _canonical(text: str | int | float, processor: bool) -> str:
    """The same quantity in one way of writing, so that "0.5" and "500m" are no difference."""
    if processor:
        number = millicores(text)
        return str(number // 1000) if number % 1000 == 0 else f"{number}m"
    value = quantity(text)
    for unit in ("Ei", "Pi", "Ti", "Gi", "Mi", "Ki"):
        if value and (value / UNITS[unit]).denominator == 1:
            return f"{value / UNITS[unit]}{unit}"
    return str(math.ceil(value))


def pods(text: str | int, of: int, up: bool) -> int:
    """A number of pods, or a percentage of them, which is rounded up or down.

    >>> pods("25%", 10, up=True), pods("25%", 10, up=False), pods(3, 10, up=True)
    (3, 2, 3)
    """
    if isinstance(text, str) and re.fullmatch(r"\d{1,6}%", text):
        share = Fraction(int(text[:-1]) * of, 100)
        return math.ceil(share) if up else math.floor(share)
    if isinstance(text, int) and not isinstance(text, bool) and 0 <= text <= MOST:
        return text
    raise ValueError(f"pods are {text!r}, allowed is a whole number from 0 or a percentage: '25%'")


# --- A manifest as numbers ---


def _documents(text: str) -> list[Tree]:
    try:
        found = [one for one in yaml.safe_load_all(text) if one is not None]
    except yaml.YAMLError as error:
        raise ValueError(f"the manifest is not YAML: {error}") from None
    for one in found:
        if not isinstance(one, dict):
            raise ValueError(
                f"the manifest holds {one!r}, allowed are objects with kind, metadata and spec"
            )
        kind = one.get("kind")
        one_of("kind", kind, tuple(KINDS))
        version = one.get("apiVersion")
        if version != KINDS[str(kind)]:
            raise ValueError(
                f"apiVersion of {kind} is {version!r}, allowed is {KINDS[str(kind)]}: write that"
            )
        for part in ("metadata", "spec"):
            if not isinstance(one.get(part), dict):
                raise ValueError(f"{kind} has no {part}; give it one")
        if not isinstance(one["metadata"].get("name"), str):
            raise ValueError(f"{kind} has no metadata.name; give it one")
    named = [(one["kind"], one["metadata"]["name"]) for one in found]
    for kind, name in named:
        if named.count((kind, name)) > 1:
            raise ValueError(f"{kind} {name!r} is declared twice; leave one of the two out")
    return found


def _one(documents: Iterable[Tree], kind: str) -> Tree | None:
    found = [one for one in documents if one["kind"] == kind]
    if len(found) > 1:
        raise ValueError(
            f"the manifest has {len(found)} objects of kind {kind}, allowed is one; read them from "
            "files of their own"
        )
    return found[0] if found else None


def _get(tree: Tree, path: str, default: Any = None) -> Any:
    """What is at a path such as "spec/strategy/type"."""
    here: Any = tree
    for step in path.split("/"):
        if not isinstance(here, dict) or here.get(step) is None:
            return default
        here = here[step]
    return here


def _whole(tree: Tree, path: str, default: int, low: int = 0) -> int:
    value = _get(tree, path, default)
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"{path} is {value!r}, allowed is a whole number from {low}")
    within(path, value, low, MOST)
    return value


def _list(tree: Tree, path: str) -> list[Tree]:
    """A list of mappings, which may be absent."""
    found = _get(tree, path, [])
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise ValueError(f"{path} is {found!r}, allowed is a list of mappings")
    return found


def _resources(containers: list[Tree], what: str, of: str) -> Fraction | None:
    """Of all containers together; None if one of them says nothing."""
    total = Fraction(0)
    for container in containers:
        written = _get(container, f"resources/{what}/{of}")
        if written is None:
            return None
        total += Fraction(millicores(written), 1000) if of == "cpu" else quantity(written)
    return total


def _amounts(containers: list[Tree]) -> dict[str, Fraction | None]:
    """Requests and limits; a request that is not written is the limit, as in Kubernetes."""
    found: dict[str, Fraction | None] = {}
    for container in containers:
        for of in ("cpu", "memory"):
            request, limit = (
                _get(container, f"resources/{what}/{of}") for what in ("requests", "limits")
            )
            if request is not None and limit is not None and quantity(limit) < quantity(request):
                raise ValueError(
                    f"{of} limit of container {container.get('name')!r} is {limit}, allowed is its "
                    f"request {request} or more; raise the limit or lower the request"
                )
    filled: list[Tree] = []
    for container in containers:
        limits = _get(container, "resources/limits", {})
        requests = {**limits, **_get(container, "resources/requests", {})}
        filled.append({"resources": {"requests": requests, "limits": limits}})
    for what in ("requests", "limits"):
        for of in ("cpu", "memory"):
            found[f"{of} {what}"] = _resources(filled, what, of)
    return found


def _probe(container: Tree) -> Probe | None:
    written = _get(container, "readinessProbe")
    if written is None:
        return None
    delay, period, timeout, failures = (
        _whole(written, name, default, low=0 if name == "initialDelaySeconds" else 1)
        for name, default in DEFAULT_PROBE.items()
    )
    return Probe(str(_get(written, "httpGet/path", "")), delay, period, timeout, failures)


def _scaling(tree: Tree, direction: str, window_s: int, policies: tuple[Policy, ...]) -> Scaling:
    """``window_s`` and ``policies`` are Kubernetes' own, where nothing is written."""
    path = f"spec/behavior/{direction}"
    select = _get(tree, f"{path}/selectPolicy", "Max")
    one_of(f"{path}/selectPolicy", select, ("Max", "Min", "Disabled"))
    window = _whole(tree, f"{path}/stabilizationWindowSeconds", window_s)
    within(f"{path}/stabilizationWindowSeconds", window, 0, 3600, "s")
    found = []
    for item in _list(tree, f"{path}/policies"):
        one_of(f"{path}/policies/type", item.get("type"), ("Pods", "Percent"))
        period = _whole(item, "periodSeconds", 0)
        within("periodSeconds", period, 1, 1800, "s")
        found.append(Policy(item["type"], _whole(item, "value", 0, low=1), period))
    return Scaling(window, select, tuple(found) or policies)


def _autoscaler(tree: Tree, name: str, cpu_request: Fraction | None) -> Autoscaler:
    to = _get(tree, "spec/scaleTargetRef/name")
    if to != name:
        raise ValueError(f"scaleTargetRef is {to!r}, allowed is the Deployment's name {name!r}")
    least = _whole(tree, "spec/minReplicas", 1, low=1)
    most = _whole(tree, "spec/maxReplicas", 0, low=1)
    if most < least:
        raise ValueError(
            f"maxReplicas is {most}, allowed is minReplicas {least} or more; raise the one or "
            "lower the other"
        )
    target = None
    for metric in _list(tree, "spec/metrics"):
        if _get(metric, "resource/name") == "cpu":
            percent = _get(metric, "resource/target/averageUtilization")
            if percent is not None:
                target = _whole(metric, "resource/target/averageUtilization", 0, low=1) / 100
    if target is not None and cpu_request is None:
        raise ValueError(
            "the autoscaler aims at a utilisation, which is a share of the request, but a "
            "container has no resources.requests.cpu; give it one"
        )
    fast = (Policy("Percent", 100, 15), Policy("Pods", 4, 15))
    return Autoscaler(
        least, most, target, _scaling(tree, "scaleUp", 0, fast),
        _scaling(tree, "scaleDown", 300, (Policy("Percent", 100, 15),)),
    )  # fmt: skip


def _rolling(deployment: Tree, replicas: int) -> tuple[bool, int, int]:
    """Whether all stop first, and how many pods more and fewer there may be."""
    kind = _get(deployment, "spec/strategy/type", "RollingUpdate")
    one_of("strategy", kind, ("RollingUpdate", "Recreate"))
    if kind == "Recreate":
        return True, 0, replicas
    more, fewer = (
        _get(deployment, f"spec/strategy/rollingUpdate/{name}", DEFAULT_ROLLING)
        for name in ("maxSurge", "maxUnavailable")
    )
    if all(str(one) in ("0", "0%") for one in (more, fewer)):
        raise ValueError(
            "maxSurge and maxUnavailable are both 0, allowed is one of them at most: no pod could "
            "be replaced"
        )
    surge, unavailable = pods(more, replicas, up=True), pods(fewer, replicas, up=False)
    # A percentage that is rounded to none would stop the deploy, so Kubernetes lets one go.
    return False, surge, min(max(unavailable, 1 if surge == 0 else 0), max(replicas, 1))


def _disruptions(budget: Tree, replicas: int) -> int:
    least, most = (_get(budget, f"spec/{name}") for name in ("minAvailable", "maxUnavailable"))
    if (least is None) == (most is None):
        raise ValueError(
            "a PodDisruptionBudget has minAvailable or maxUnavailable, one of the two; leave the "
            "other out"
        )
    if least is None:
        return min(pods(most, replicas, up=True), replicas)
    return max(replicas - pods(least, replicas, up=True), 0)


def _check_labels(deployment: Tree, others: Iterable[Tree | None]) -> None:
    """Selectors that do not find the pods are the mistake that nothing reports."""
    labels = _get(deployment, "spec/template/metadata/labels", {})
    wanted = [("Deployment", _get(deployment, "spec/selector/matchLabels", {}))]
    for other in others:
        if other is not None:
            path = "spec/selector" if other["kind"] == "Service" else "spec/selector/matchLabels"
            wanted.append((other["kind"], _get(other, path, {})))
    for kind, selector in wanted:
        if not selector or any(labels.get(key) != value for key, value in selector.items()):
            raise ValueError(
                f"selector of {kind} is {selector}, allowed are some of the pods' labels {labels}: "
                "it would find none of them"
            )


def read(text: str) -> Declared:
    """The application that a manifest declares.

    Parameters
    ----------
    text : YAML with one Deployment, and at most one autoscaler, budget and service for it.

    Raises
    ------
    ValueError
        For what is not YAML, an object of another kind or version, and values that Kubernetes
        refuses or that cannot work: a limit below its request, a maximum below its minimum, a
        target of utilisation without a request, a selector that finds no pods, a deploy that can
        replace none.

    Notes
    -----
    Defaults are Kubernetes' own. What it leaves out: objects of other kinds, metrics other than
    the processor's utilisation, probes other than readiness, containers that run before the
    application, and everything that a namespace or a webhook adds.
    """
    documents = _documents(text)
    deployment = _one(documents, "Deployment")
    if deployment is None:
        raise ValueError("the manifest has no Deployment; give it one")
    scaler, budget, service = (
        _one(documents, kind)
        for kind in ("HorizontalPodAutoscaler", "PodDisruptionBudget", "Service")
    )
    name = str(deployment["metadata"]["name"])
    replicas = _whole(deployment, "spec/replicas", 1)
    containers = _list(deployment, "spec/template/spec/containers")
    if not containers:
        raise ValueError(f"Deployment {name!r} has no containers; give it one")
    _check_labels(deployment, (budget, service))
    amounts = _amounts(containers)
    cpu, memory = amounts["cpu requests"], amounts["memory requests"]
    autoscaler = None if scaler is None else _autoscaler(scaler, name, cpu)
    for of, amount in (("cpu", cpu), ("memory", memory)):
        if amount is None:
            raise ValueError(
                f"a container has no resources.requests.{of}; give it one, as the scheduler counts "
                "on nothing else"
            )
    assert cpu is not None
    assert memory is not None
    cpu_limit, memory_limit = amounts["cpu limits"], amounts["memory limits"]
    recreate, surge, unavailable = _rolling(deployment, replicas)
    ports = [] if service is None else _list(service, "spec/ports")
    return Declared(
        name=name,
        images=tuple(str(one.get("image")) for one in containers),
        replicas=replicas,
        cpu_request_millicores=int(1000 * cpu),
        memory_request_mib=float(memory / MIB),
        cpu_limit_millicores=None if cpu_limit is None else int(1000 * cpu_limit),
        memory_limit_mib=None if memory_limit is None else float(memory_limit / MIB),
        recreate=recreate,
        surge=surge,
        unavailable=unavailable,
        min_ready_s=_whole(deployment, "spec/minReadySeconds", 0),
        grace_s=_whole(
            deployment, "spec/template/spec/terminationGracePeriodSeconds", DEFAULT_GRACE_S
        ),
        readiness=_probe(containers[0]),
        spread=tuple(
            Spread(
                str(one.get("topologyKey")), _whole(one, "maxSkew", 1, low=1),
                one.get("whenUnsatisfiable") == "DoNotSchedule",
            )
            for one in _list(deployment, "spec/template/spec/topologySpreadConstraints")
        ),
        autoscaler=autoscaler,
        disruptions=None if budget is None else _disruptions(budget, replicas),
        service_port=_whole(ports[0], "port", 0, low=1) if ports else None,
    )  # fmt: skip


# --- What is declared, what is there, and the difference ---


def _leaves(path: str, value: Any) -> Iterable[tuple[str, Value]]:
    if isinstance(value, dict) and value:
        for name, inner in value.items():
            # "/" parts the steps of a path, and is part of many names.
            yield from _leaves(f"{path}/{str(name).replace('/', '|')}", inner)
    elif isinstance(value, list):
        yield from _items(path, value)
    elif isinstance(value, dict):
        yield path, "{}"
    elif value is not None:
        processor = path.endswith("/cpu")
        if re.search(r"/resources/(requests|limits)/(cpu|memory|ephemeral-storage)$", path):
            value = _canonical(value, processor)
        yield path, value


def _items(path: str, items: list[Any]) -> Iterable[tuple[str, Value]]:
    name = path.rpartition("/")[2]
    keys = PORT_KEYS if name == "ports" else (KEYS[name],) if name in KEYS else ()
    for key in keys:
        known = [item.get(key) for item in items if isinstance(item, dict)]
        if len(known) == len(items) == len(set(known)) and None not in known:
            for item in items:
                yield from _leaves(f"{path}[{str(item[key]).replace('/', '|')}]", item)
            return
    yield path, json.dumps(items, sort_keys=True)


def fields(text: str) -> dict[str, Value]:
    """Every field that a manifest sets, by its path; what it does not set is not there.

    >>> service = "{kind: Service, apiVersion: v1, metadata: {name: a}, spec: {type: ClusterIP}}"
    >>> for path, value in fields(service).items():
    ...     print(path, value)
    Service/a/apiVersion v1
    Service/a/metadata/name a
    Service/a/spec/type ClusterIP

    Items of lists that Kubernetes knows by a name, such as containers, have it in their path; other
    lists are one value. Quantities are written in one way. A "/" within a name is a "|".

    Raises
    ------
    ValueError
        For what is not YAML, an object of another kind or version, or without a name.
    """
    found: dict[str, Value] = {}
    for one in _documents(text):
        path = f"{one['kind']}/{one['metadata']['name']}"
        for part, value in one.items():
            if part != "kind":
                found.update(_leaves(f"{path}/{part}", value))
    return found


def _object(path: str) -> str:
    return "/".join(path.split("/")[:2])


def _how(path: str, actual: set[str], wanted: set[str]) -> How:
    """``actual`` and ``wanted``: the objects that are there, and those that are declared."""
    thing = _object(path)
    if thing not in actual:
        return "create"
    if thing not in wanted:
        return "delete"
    name = thing.partition("/")[2]
    for pattern in IMMUTABLE:
        if path == pattern.format(name) or path.startswith(pattern.format(name) + "/"):
            return "new object"
    return "new pods" if path.startswith(f"Deployment/{name}{POD}") else "in place"


def plan(
    actual: Fields, declared: Fields, last: Fields | None = None, prune: bool = False
) -> tuple[Change, ...]:
    """What has to change so that all that is declared is so.

    Parameters
    ----------
    actual : the fields that are there.
    declared : those that should be, as `fields` reads them.
    last : those that were declared before; what is no longer among them is taken away. None: as
        now.
    prune : take away whole objects too, if they are no longer declared.

    Returns
    -------
    A change for each field, by path; empty if there is nothing to do.

    Notes
    -----
    A field that was changed by hand comes back if it is declared. If it is not, and never was, it
    stays, and no plan ever shows it: so do ``kubectl apply``, by an annotation that holds what was
    applied last, and server-side apply, by the owner of each field. Terraform reads what is there
    first (refresh), keeps what it declared in its state, and leaves alone what the configuration
    does not set where a provider lets it. Objects that are no longer in the file stay with
    ``kubectl apply`` unless it is told to prune; Terraform deletes them, as here with ``prune``.
    """
    there = {_object(path) for path in actual}
    wanted = {_object(path) for path in declared}
    changes = [
        Change(path, actual.get(path), value, _how(path, there, wanted))
        for path, value in declared.items()
        if path not in actual or not _same(actual[path], value)
    ]
    for path in last or {}:
        gone = path in actual and path not in declared
        if gone and (_object(path) in wanted or prune):
            changes.append(Change(path, actual[path], None, _how(path, there, wanted)))
    return tuple(sorted(changes, key=lambda change: change.path))


def _same(one: Value, other: Value) -> bool:
    """Equal and of one kind: 1 is neither true nor "1"."""
    return type(one) is type(other) and one == other


def apply(actual: Fields, changes: Iterable[Change]) -> dict[str, Value]:
    """What is there after the changes; doing it again changes nothing.

    An object that has to be made anew is taken to keep what nobody declared, which Kubernetes
    would not.
    """
    found = dict(actual)
    for change in changes:
        if change.after is None:
            found.pop(change.path, None)
        else:
            found[change.path] = change.after
    return found


def undeclared(actual: Fields, declared: Fields) -> dict[str, Value]:
    """What is there and not declared: no plan will show it, and no apply will change it."""
    return {path: value for path, value in actual.items() if path not in declared}
