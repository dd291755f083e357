"""Wrong answers on what was changed by hand, and unsafe manifests, with their hints."""

from collections.abc import Callable, Mapping
from typing import Any

import yaml

from scalelab.models.infrastructure import manifest
from scalelab.workbook import manifests as check


def by_hand(
    undone: Callable[[Mapping[str, Any], str], Any] | None = None,
    stays: Callable[[Mapping[str, Any], str], Any] | None = None,
) -> Callable[..., Any]:
    """The right answer, or another for one of its two parts."""

    def answer(running: Mapping[str, Any], text: str) -> Any:
        declared = manifest.fields(text)
        changes = manifest.plan(running, declared)
        found = {one.path: one.before for one in changes if one.path != check.REPLICAS}
        return (
            undone(running, text) if undone else found,
            stays(running, text) if stays else manifest.undeclared(running, declared),
        )

    return answer


def planned(running: Mapping[str, Any], text: str) -> dict[str, Any]:
    return {one.path: one.before for one in manifest.plan(running, manifest.fields(text))}


def wanted(running: Mapping[str, Any], text: str) -> dict[str, Any]:
    """As it is to be."""
    return {
        one.path: one.after
        for one in manifest.plan(running, manifest.fields(text))
        if one.path != check.REPLICAS
    }


def there(running: Mapping[str, Any], text: str) -> dict[str, Any]:
    """Without what is gone."""
    found = planned(running, text)
    return {path: value for path, value in found.items() if value and path != check.REPLICAS}


def texts(running: Mapping[str, Any], text: str) -> dict[str, Any]:
    found = planned(running, text)
    return {path: str(value) for path, value in found.items() if path != check.REPLICAS}


def other(running: Mapping[str, Any], text: str) -> dict[str, Any]:
    return manifest.undeclared(running, manifest.fields(text))


def pods_only(running: Mapping[str, Any], text: str) -> dict[str, Any]:
    """Those for which pods are replaced."""
    return {
        one.path: one.before
        for one in manifest.plan(running, manifest.fields(text))
        if one.how == "new pods"
    }


def backwards(running: Mapping[str, Any], text: str) -> dict[str, Any]:
    return {one.path: one.before for one in manifest.plan(manifest.fields(text), running)}


Change = Callable[[dict[str, Any], int, int], Any]


def safe(
    change: Change = lambda spec, available, room: None,
    also: Callable[[str], str] = lambda text: text,
) -> Callable[..., Any]:
    """The right answer, and then something with the objects by kind, or with the text."""

    def answer(text: str, available: int, room: int) -> Any:
        objects = list(yaml.safe_load_all(text))
        spec = {one["kind"]: one["spec"] for one in objects}
        spec["Deployment"].pop("replicas", None)
        spec["Deployment"]["strategy"]["rollingUpdate"] = {
            "maxSurge": room, "maxUnavailable": 0 if room else 1,
        }  # fmt: skip
        scaler, budget = spec["HorizontalPodAutoscaler"], spec["PodDisruptionBudget"]
        scaler["minReplicas"] = max(scaler["minReplicas"], available + 1)
        budget.pop("maxUnavailable", None)
        budget["minAvailable"] = available
        change(spec, available, room)
        return also(yaml.safe_dump_all(objects))

    return answer


def rolling(**given: Any) -> Change:
    return lambda spec, available, room: spec["Deployment"]["strategy"].update(rollingUpdate=given)


def surge(value: Any) -> Change:
    return lambda spec, available, room: spec["Deployment"]["strategy"]["rollingUpdate"].update(
        maxSurge=value
    )


def budget(**given: Any) -> Change:
    def change(spec: dict[str, Any], available: int, room: int) -> None:
        one = spec["PodDisruptionBudget"]
        one.pop("minAvailable", None)
        one.update(given)

    return change


def scaler(**given: Callable[[int, int], int]) -> Change:
    return lambda spec, available, room: spec["HorizontalPodAutoscaler"].update(
        {name: value(spec["HorizontalPodAutoscaler"][name], available)
         for name, value in given.items()}
    )  # fmt: skip


def container(**given: Any) -> Change:
    return lambda spec, available, room: spec["Deployment"]["template"]["spec"]["containers"][
        0
    ].update(given)


def replicas(value: Callable[[int], int]) -> Change:
    return lambda spec, available, room: spec["Deployment"].update(replicas=value(available))


def without(kind: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        objects = [one for one in yaml.safe_load_all(text) if one["kind"] != kind]
        return yaml.safe_dump_all(objects)

    return change


good, fine = by_hand(), safe()
NO_HAND, AS_IS = "not by a hand", "is as it should be"
ASKED, PODS = "was not asked for", "would replace all pods"
AGAIN, ROOM = "replicas again", "They have no room"
UPDATE, DRAIN = "an update may leave", "the emptying of machines may leave"
STUCK = "no machine can ever be emptied"

WRONG: list[tuple[str, Callable[..., None], tuple[Any, ...], str]] = [
    ("nothing", check.task_5, (lambda *_: None, fine), "returns nothing"),
    ("no function", check.task_5, ({}, fine), "expected a function"),
    ("one dict", check.task_5, (lambda *_: {}, fine), "return two things"),
    ("lists", check.task_5, (lambda *_: ([], []), fine), "should be a dict"),
    ("paths", check.task_5, (by_hand(lambda r, t: list(planned(r, t))), fine), "should be a dict"),
    ("nothing undone", check.task_5, (by_hand(lambda r, t: {}), fine), "What does a plan say"),
    ("nothing stays", check.task_5, (by_hand(stays=lambda r, t: {}), fine), "any plan show it"),
    ("replicas", check.task_5, (by_hand(planned), fine), NO_HAND),
    ("replicas alone", check.task_5, (by_hand(lambda r, t: {check.REPLICAS: r[check.REPLICAS]}),
                                      fine), NO_HAND),
    ("all that is there", check.task_5, (by_hand(lambda r, t: dict(r)), fine), NO_HAND),
    ("all that stays", check.task_5, (by_hand(stays=lambda r, t: dict(r)), fine), AS_IS),
    ("all that is declared", check.task_5, (by_hand(stays=lambda r, t: manifest.fields(t)), fine),
     AS_IS),
    ("as it is to be", check.task_5, (by_hand(wanted), fine), "What is there"),
    ("without what is gone", check.task_5, (by_hand(there), fine), "no longer there"),
    ("in place only", check.task_5, (by_hand(pods_only), fine), "What does a plan say|no longer"),
    ("both alike", check.task_5, (by_hand(other, other), fine), "What does a plan|Is it declared"),
    ("both undone", check.task_5, (by_hand(None, lambda r, t: there(r, t)), fine),
     "Is it declared"),
    ("swapped", check.task_5, (lambda r, t: tuple(reversed(by_hand()(r, t))), fine),
     "What does a plan say|Is it declared"),
    ("a plan the other way round", check.task_5, (by_hand(backwards), fine),
     "What is there|not by a hand"),
    ("all as texts", check.task_5, (by_hand(texts), fine), "not what is there"),
    ("what stays as texts", check.task_5,
     (by_hand(stays=lambda r, t: dict.fromkeys(other(r, t), "1")), fine), "not what is there"),
    ("a path too many", check.task_5,
     (by_hand(stays=lambda r, t: {**other(r, t), "x": 1}), fine), AS_IS),
    ("raises", check.task_5, (lambda r, t: r["nothing"], fine), "KeyError"),

    ("no text", check.task_5, (good, lambda *_: None), "returns nothing"),
    ("no function for it", check.task_5, (good, "text"), "expected a function"),
    ("a number", check.task_5, (good, lambda *_: 5), "should be a text"),
    ("objects", check.task_5, (good, lambda text, *_: list(yaml.safe_load_all(text))),
     "should be a text"),
    ("not YAML", check.task_5, (good, lambda *_: "a: b: c"), "is not YAML"),
    ("an empty text", check.task_5, (good, lambda *_: ""), "has no Deployment"),
    ("the first object", check.task_5, (good, lambda text, *_: text.split("---")[0]),
     "was not asked for"),
    ("the text as it is", check.task_5, (good, lambda text, *_: text), AGAIN),
    ("a number of another kind", check.task_5, (good, safe(surge("many"))), "pods are 'many'"),
    ("both none", check.task_5, (good, safe(rolling(maxSurge=0, maxUnavailable=0))), "are both 0"),
    *((f"{name} stays", check.task_5, (good, safe(replicas(value))), AGAIN)
      for name, value in (("twenty", lambda a: 20), ("one", lambda a: 1),
                          ("available", lambda a: a), ("one more", lambda a: a + 1),
                          ("sixty", lambda a: 60))),
    ("no autoscaler", check.task_5, (good, safe(also=without("HorizontalPodAutoscaler"))), ASKED),
    ("no budget", check.task_5, (good, safe(also=without("PodDisruptionBudget"))),
     ASKED),
    ("no service", check.task_5, (good, safe(also=without("Service"))), ASKED),
    ("another image", check.task_5, (good, safe(container(image="registry/a:5"))), PODS),
    ("without resources", check.task_5, (good, safe(container(resources={}))),
     "has no resources|would replace"),
    ("without a probe", check.task_5, (good, safe(container(readinessProbe=None))), PODS),
    ("all pods stop", check.task_5,
     (good, safe(lambda spec, a, r: spec["Deployment"].update(strategy={"type": "Recreate"}))),
     ASKED),
    ("a longer wait", check.task_5,
     (good, safe(lambda spec, a, r: spec["Deployment"].update(minReadySeconds=60))), ASKED),
    ("more at most", check.task_5, (good, safe(scaler(maxReplicas=lambda was, a: 200))), ASKED),
    ("fewer at most", check.task_5,
     (good, safe(scaler(maxReplicas=lambda was, a: max(a + 2, 40)))), ASKED),
    ("another name", check.task_5,
     (good, safe(also=lambda text: text.replace("namespace: shop", "namespace: other"))), ASKED),
    ("the least as available", check.task_5, (good, safe(scaler(minReplicas=lambda was, a: a))),
     f"{UPDATE}|{STUCK}|were the least before"),
    ("no less than available", check.task_5,
     (good, safe(scaler(minReplicas=lambda was, a: max(a, 6)))), f"{UPDATE}|{STUCK}"),
    ("the least is one", check.task_5, (good, safe(scaler(minReplicas=lambda was, a: 1))),
     "were the least before"),
    *((f"{n} more at least", check.task_5,
       (good, safe(scaler(minReplicas=lambda was, a, n=n: was + n))), "Fewer would do")
      for n in (1, 2, 10)),
    ("at least twenty", check.task_5,
     (good, safe(scaler(minReplicas=lambda was, a: max(was, 20)))), "Fewer would do"),
    *((f"surge {value}", check.task_5, (good, safe(surge(value))), f"{ROOM}|{UPDATE}")
      for value in ("10%", "25%", "50%", "100%", 1, 2, 4, 10)),
    ("surge by default", check.task_5,
     (good, safe(lambda spec, a, r:
                 spec["Deployment"]["strategy"]["rollingUpdate"].pop("maxSurge"))), ROOM),
    *((f"unavailable {value}", check.task_5,
       (good, safe(lambda spec, a, r, v=value:
                   spec["Deployment"]["strategy"]["rollingUpdate"].update(maxUnavailable=v))),
       f"{UPDATE}|are both 0")
      for value in ("25%", "50%", 2, 5, 0)),
    ("unavailable by default", check.task_5,
     (good, safe(lambda spec, a, r:
                 spec["Deployment"]["strategy"]["rollingUpdate"].pop("maxUnavailable"))), UPDATE),
    ("nothing about updates", check.task_5,
     (good, safe(lambda spec, a, r: spec["Deployment"]["strategy"].pop("rollingUpdate"))), ROOM),
    *((f"a budget of {given}", check.task_5, (good, safe(budget(**given))),
       f"{DRAIN}|{STUCK}|one of the two")
      for given in ({"maxUnavailable": "25%"}, {"maxUnavailable": 2}, {"maxUnavailable": 0},
                    {"minAvailable": 1}, {"minAvailable": "50%"}, {"minAvailable": "100%"},
                    {"minAvailable": 60}, {"minAvailable": 6, "maxUnavailable": 1}, {})),
    ("a budget of one more", check.task_5,
     (good, safe(lambda spec, a, r: spec["PodDisruptionBudget"].update(minAvailable=a + 1))),
     STUCK),
    ("a budget of one less", check.task_5,
     (good, safe(lambda spec, a, r: spec["PodDisruptionBudget"].update(minAvailable=a - 1))),
     DRAIN),
    ("raises an error", check.task_5, (good, lambda text, *_: text[10**9]), "IndexError"),
]  # fmt: skip
