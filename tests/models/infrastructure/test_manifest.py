"""Manifests that are right, mistakes by name, and what always holds of a plan."""

import doctest
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from scalelab.models.infrastructure import manifest
from scalelab.models.infrastructure.manifest import (
    Change,
    Policy,
    Probe,
    Spread,
    apply,
    fields,
    mib,
    millicores,
    plan,
    pods,
    quantity,
    read,
    undeclared,
)
from scalelab.samples.cluster import FILE

TEXT = FILE.read_text()
Documents = dict[str, dict[str, Any]]
DEPLOYMENT = "Deployment/shop/spec"


def changed(change: Callable[[Documents], Any]) -> str:
    """The sample after a change to its objects, which are found by kind."""
    documents = {one["kind"]: one for one in yaml.safe_load_all(TEXT)}
    change(documents)
    return yaml.safe_dump_all(documents.values())


def container(documents: Documents) -> dict[str, Any]:
    found: dict[str, Any] = documents["Deployment"]["spec"]["template"]["spec"]["containers"][0]
    return found


def put(kind: str, path: str, value: Any) -> Callable[[Documents], None]:
    """Sets a field of an object; None takes it out."""

    def change(documents: Documents) -> None:
        here = documents[kind]
        *steps, last = path.split("/")
        for step in steps:
            here = here[step]
        if value is None:
            del here[last]
        else:
            here[last] = value

    return change


def put_resource(what: str, of: str, value: Any) -> Callable[[Documents], None]:
    return lambda d: container(d)["resources"][what].__setitem__(of, value)


# --- Quantities ---


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("250m", Fraction(1, 4)), ("0.5", Fraction(1, 2)), (".5", Fraction(1, 2)), (2, 2),
        (0.1, Fraction(1, 10)), ("512Mi", 512 * 1024**2), ("1Gi", 1024**3), ("1.5Gi", 3 * 2**29),
        ("500M", 500 * 10**6), ("1k", 1000), ("1Ki", 1024), ("1e3", 1000), ("2E3", 2000),
        ("1E", 10**18), ("1Ei", 2**60), ("100n", Fraction(1, 10**7)), ("0", 0),
    ],
)  # fmt: skip
def test_quantities(text: str | int | float, value: Fraction) -> None:
    assert quantity(text) == value


@pytest.mark.parametrize(
    "text", ["", "m", "1 Gi", "-1", "1gb", "1GB", "1,5", "nan", True, "1e", "K"]
)
def test_what_is_no_quantity(text: Any) -> None:
    with pytest.raises(ValueError, match=r"^quantity is .*allowed is a number"):
        quantity(text)


def test_units_of_processor_and_memory() -> None:
    assert millicores("100u") == 1  # a part is rounded up
    assert millicores(0.25) == millicores("250m") == 250
    assert mib("1Gi") == 2 * mib("512Mi") == 1024
    assert mib("1048576") == 1


@pytest.mark.parametrize(
    ("text", "of", "up", "down"),
    [("25%", 10, 3, 2), ("25%", 4, 1, 1), ("0%", 10, 0, 0), ("100%", 7, 7, 7), (3, 1, 3, 3),
     ("1%", 1, 1, 0), ("150%", 3, 5, 4)],
)  # fmt: skip
def test_pods_are_rounded_as_kubernetes_rounds(text: Any, of: int, up: int, down: int) -> None:
    assert (pods(text, of, up=True), pods(text, of, up=False)) == (up, down)


@pytest.mark.parametrize("text", ["25", "-1%", -1, 1.5, True, "a%", None])
def test_what_is_no_number_of_pods(text: Any) -> None:
    with pytest.raises(ValueError, match=r"^pods are .*allowed is"):
        pods(text, 10, up=True)


# --- The sample, and others, as numbers ---


def test_the_sample() -> None:
    shop = read(TEXT)
    assert (shop.name, shop.replicas, shop.surge, shop.unavailable) == ("shop", 20, 5, 0)
    assert (shop.cpu_request_millicores, shop.cpu_limit_millicores) == (1000, 2000)
    assert (shop.memory_request_mib, shop.memory_limit_mib) == (768.0, 1024.0)
    assert (shop.min_ready_s, shop.grace_s, shop.recreate) == (10, 40, False)
    assert shop.readiness == Probe("/ready", 0, 5, 2, 3)
    assert shop.spread == (Spread("topology.kubernetes.io/zone", 1, False),)
    assert shop.disruptions == 2
    assert shop.service_port == 80
    scaler = shop.autoscaler
    assert scaler is not None
    assert (scaler.least, scaler.most, scaler.target) == (6, 60, 0.7)
    assert scaler.up.policies == (Policy("Percent", 100, 15), Policy("Pods", 4, 15))
    assert (scaler.up.window_s, scaler.down.window_s) == (0, 300)
    assert scaler.down.policies == (Policy("Percent", 10, 60),)


def test_what_is_not_written_is_as_kubernetes_has_it() -> None:
    def bare(documents: Documents) -> None:
        for kind in ("Service", "PodDisruptionBudget"):
            del documents[kind]
        spec = documents["Deployment"]["spec"]
        for name in ("replicas", "minReadySeconds", "strategy"):
            del spec[name]
        for name in ("terminationGracePeriodSeconds", "topologySpreadConstraints"):
            del spec["template"]["spec"][name]
        del container(documents)["readinessProbe"]
        del container(documents)["resources"]["requests"]
        for name in ("behavior", "minReplicas"):
            del documents["HorizontalPodAutoscaler"]["spec"][name]

    shop = read(changed(bare))
    # A quarter of one, rounded up and down; and the request is the limit.
    assert (shop.replicas, shop.surge, shop.unavailable) == (1, 1, 0)
    assert (shop.min_ready_s, shop.grace_s, shop.readiness, shop.spread) == (0, 30, None, ())
    assert (shop.cpu_request_millicores, shop.memory_request_mib) == (2000, 1024.0)
    assert shop.disruptions is None
    assert shop.service_port is None
    scaler = shop.autoscaler
    assert scaler is not None
    assert scaler.least == 1
    assert scaler.up.policies == (Policy("Percent", 100, 15), Policy("Pods", 4, 15))
    assert scaler.down == manifest.Scaling(300, "Max", (Policy("Percent", 100, 15),))


def test_without_limits_and_autoscaler() -> None:
    def change(documents: Documents) -> None:
        del documents["HorizontalPodAutoscaler"]
        del container(documents)["resources"]["limits"]

    shop = read(changed(change))
    assert shop.cpu_limit_millicores is None
    assert shop.memory_limit_mib is None
    assert shop.autoscaler is None


def test_all_containers_of_a_pod_count() -> None:
    def change(documents: Documents) -> None:
        resources = {
            "requests": {"cpu": "250m", "memory": "128Mi"},
            "limits": {"memory": "128Mi"},
        }
        more = {"name": "log", "image": "log:1", "resources": resources}
        documents["Deployment"]["spec"]["template"]["spec"]["containers"].append(more)

    shop = read(changed(change))
    assert shop.cpu_request_millicores == 1250
    assert shop.memory_request_mib == 896.0
    assert shop.cpu_limit_millicores is None
    assert shop.memory_limit_mib == 1152.0
    assert len(shop.images) == 2


@pytest.mark.parametrize(
    ("more", "fewer", "replicas", "wanted"),
    [
        ("25%", "25%", 10, (3, 2)), (1, 0, 10, (1, 0)), (0, 1, 10, (0, 1)),
        # A percentage that comes to none lets one go; more cannot be missing than there are.
        (0, "1%", 10, (0, 1)), (0, 8, 5, (0, 5)), ("0%", "30%", 5, (0, 1)),
    ],
)  # fmt: skip
def test_a_rolling_deploy(more: Any, fewer: Any, replicas: int, wanted: tuple[int, int]) -> None:
    def change(documents: Documents) -> None:
        spec = documents["Deployment"]["spec"]
        spec["replicas"] = replicas
        spec["strategy"]["rollingUpdate"] = {"maxSurge": more, "maxUnavailable": fewer}

    shop = read(changed(change))
    assert (shop.surge, shop.unavailable) == wanted


def test_a_deploy_that_stops_all_first() -> None:
    shop = read(changed(put("Deployment", "spec/strategy", {"type": "Recreate"})))
    assert (shop.recreate, shop.surge, shop.unavailable) == (True, 0, 20)


@pytest.mark.parametrize(
    ("name", "value", "disruptions"),
    [("minAvailable", "90%", 2), ("minAvailable", 19, 1), ("minAvailable", "99%", 0),
     ("minAvailable", 30, 0), ("maxUnavailable", "1%", 1), ("maxUnavailable", 30, 20)],
)  # fmt: skip
def test_a_budget(name: str, value: Any, disruptions: int) -> None:
    def change(documents: Documents) -> None:
        spec = documents["PodDisruptionBudget"]["spec"]
        del spec["maxUnavailable"]
        spec[name] = value

    assert read(changed(change)).disruptions == disruptions


# --- Mistakes ---

SCALER = "HorizontalPodAutoscaler"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (put("Service", "kind", "Ingress"), r"^kind is 'Ingress', allowed are Deployment"),
        (put("Service", "kind", None), r"^kind is None"),
        (put("Deployment", "apiVersion", "extensions/v1beta1"), "apiVersion of Deployment is"),
        (put("Deployment", "spec", None), "Deployment has no spec"),
        (put("Deployment", "metadata/name", None), "Deployment has no metadata.name"),
        (lambda d: d.pop("Deployment"), "the manifest has no Deployment"),
        (put("Deployment", "spec/template/spec/containers", []), "has no containers"),
        (put("Deployment", "spec/template/spec/containers", "one"), "allowed is a list"),
        (put("Deployment", "spec/replicas", -1), r"^spec/replicas is -1, allowed is 0 to"),
        (put("Deployment", "spec/replicas", "20"), r"^spec/replicas is '20', allowed is a whole"),
        (put("Deployment", "spec/replicas", True), r"^spec/replicas is True"),
        (put("Deployment", "spec/strategy/type", "Slowly"), r"^strategy is 'Slowly'"),
        (put("Deployment", "spec/strategy/rollingUpdate/maxSurge", 0), "are both 0"),
        (put("Deployment", "spec/strategy/rollingUpdate/maxSurge", "many"), r"^pods are 'many'"),
        (put("Deployment", "spec/minReadySeconds", -5), r"^spec/minReadySeconds is -5"),
        (put("Deployment", "spec/template/metadata/labels", {"a": "b"}), "selector of Deployment"),
        (put("Service", "spec/selector", {"app": "shop"}), r"^selector of Service"),
        (put("PodDisruptionBudget", "spec/selector", {}), r"^selector of PodDisruptionBudget"),
        (put("PodDisruptionBudget", "spec/minAvailable", 1), "one of the two"),
        (put("PodDisruptionBudget", "spec/maxUnavailable", None), "one of the two"),
        (put_resource("limits", "memory", "512Mi"), "memory limit of container 'application'"),
        (put_resource("limits", "cpu", "500m"), "cpu limit of container 'application' is 500m"),
        (put_resource("requests", "cpu", "one"), r"^quantity is 'one'"),
        (lambda d: container(d).pop("resources"), "aims at a utilisation"),
        (put(SCALER, "spec/maxReplicas", 5), "maxReplicas is 5, allowed is minReplicas 6"),
        (put(SCALER, "spec/maxReplicas", None), r"^spec/maxReplicas is 0"),
        (put(SCALER, "spec/minReplicas", 0), r"^spec/minReplicas is 0"),
        (put(SCALER, "spec/scaleTargetRef/name", "shop2"), r"^scaleTargetRef is 'shop2'"),
        (put(SCALER, "spec/behavior/scaleUp/selectPolicy", "Best"), "selectPolicy is 'Best'"),
        (put(SCALER, "spec/behavior/scaleDown/stabilizationWindowSeconds", 4000), "is 4000 s"),
        (put(SCALER, "spec/behavior/scaleDown/policies",
             [{"type": "Pods", "value": 0, "periodSeconds": 60}]), r"^value is 0"),
        (put(SCALER, "spec/behavior/scaleDown/policies",
             [{"type": "Pods", "value": 1, "periodSeconds": 3600}]), r"^periodSeconds is 3600"),
        (put(SCALER, "spec/behavior/scaleDown/policies",
             [{"type": "Share", "value": 1, "periodSeconds": 60}]), "policies/type is 'Share'"),
    ],
)  # fmt: skip
def test_mistakes_are_named(change: Callable[[Documents], Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read(changed(change))


def test_requests_are_wanted_without_an_autoscaler_too() -> None:
    def change(documents: Documents) -> None:
        del documents[SCALER]
        del container(documents)["resources"]

    with pytest.raises(ValueError, match=r"no resources\.requests\.cpu.*scheduler"):
        read(changed(change))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [", "not YAML"), ("- 1", "allowed are objects"), ("just words", "allowed are objects"),
        ("", "no Deployment"), (TEXT + "\n---\n" + TEXT, "declared twice"),
        (TEXT + "\n---\n" + TEXT.replace("  name: shop\n", "  name: other\n"), "2 objects of kind"),
        ("!!python/object/apply:os.getcwd []", "not YAML"),
    ],
)  # fmt: skip
def test_what_is_no_manifest(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read(text)


# --- Plans ---


def test_ways_of_writing_a_quantity_are_no_change() -> None:
    other = TEXT.replace('cpu: "1"', "cpu: 1000m").replace("memory: 1Gi", "memory: 1024Mi")
    assert other != TEXT
    assert plan(fields(TEXT), fields(other)) == ()


def test_order_and_comments_are_no_change() -> None:
    other = yaml.safe_dump_all(yaml.safe_load_all(TEXT), sort_keys=True)
    assert plan(fields(TEXT), fields(other)) == ()


@pytest.mark.parametrize(
    ("old", "new", "path", "how"),
    [
        ("replicas: 20", "replicas: 24", "replicas", "in place"),
        ("maxSurge: 25%", "maxSurge: 2", "strategy/rollingUpdate/maxSurge", "in place"),
        (":4.2.0", ":4.3.0", "template/spec/containers[application]/image", "new pods"),
        ("memory: 1Gi", "memory: 2Gi",
         "template/spec/containers[application]/resources/limits/memory", "new pods"),
    ],
)  # fmt: skip
def test_what_a_change_of_a_field_takes(old: str, new: str, path: str, how: str) -> None:
    (change,) = plan(fields(TEXT), fields(TEXT.replace(old, new)))
    assert (change.path, change.how) == (f"{DEPLOYMENT}/{path}", how)


def test_a_selector_takes_a_new_object() -> None:
    other = {**fields(TEXT), f"{DEPLOYMENT}/selector/matchLabels/app.kubernetes.io|name": "other"}
    assert [change.how for change in plan(fields(TEXT), other)] == ["new object"]


def test_from_nothing_all_is_created() -> None:
    changes = plan({}, fields(TEXT))
    assert {change.how for change in changes} == {"create"}
    assert all(change.before is None for change in changes)
    assert apply({}, changes) == fields(TEXT)


def test_three_ways() -> None:
    """A change by hand of what is declared comes back; of what is not, it stays and is not seen."""
    written = fields(TEXT)
    by_hand = {f"{DEPLOYMENT}/replicas": 26, f"{DEPLOYMENT}/paused": True}
    running = {**written, **by_hand}
    changes = plan(running, written, last=written)
    assert changes == (Change(f"{DEPLOYMENT}/replicas", 26, 20, "in place"),)
    assert str(changes[0]) == "Deployment/shop/spec/replicas: 26 -> 20 (in place)"
    after = apply(running, changes)
    assert undeclared(after, written) == {f"{DEPLOYMENT}/paused": True}
    # What was declared before and is no longer is taken away, but only if that is known.
    shorter = fields(TEXT.replace("  minReadySeconds: 10\n", ""))
    assert plan(written, shorter) == ()
    (gone,) = plan(written, shorter, last=written)
    assert str(gone) == f"{DEPLOYMENT}/minReadySeconds: 10 -> nothing (in place)"


def test_objects_that_are_no_longer_declared_stay_unless_pruned() -> None:
    written = fields(TEXT)
    without = fields(changed(lambda d: d.pop("Service")))
    assert plan(written, without, last=written) == ()
    gone = plan(written, without, last=written, prune=True)
    assert {change.how for change in gone} == {"delete"}
    assert apply(written, gone) == without


def test_numbers_are_not_words_or_truths() -> None:
    path = f"{DEPLOYMENT}/replicas"
    for one, other in ((1, True), (1, "1"), (0, False)):
        assert len(plan({path: one}, {path: other})) == 1


def test_containers_are_known_by_name_and_other_lists_are_whole() -> None:
    written = fields(TEXT)
    assert f"{DEPLOYMENT}/template/spec/containers[application]/name" in written
    assert str(written[f"{SCALER}/shop/spec/metrics"]).startswith("[{")
    empty = changed(
        put("Deployment", "spec/template/spec/volumes", [{"name": "tmp", "emptyDir": {}}])
    )
    assert fields(empty)[f"{DEPLOYMENT}/template/spec/volumes[tmp]/emptyDir"] == "{}"


paths = st.builds(
    "{}/{}/spec/{}".format, st.sampled_from(["Deployment", "Service"]),
    st.sampled_from(["a", "b"]), st.sampled_from(["replicas", "selector/x", "template/y", "z"]),
)  # fmt: skip
states = st.dictionaries(
    paths, st.integers(0, 3) | st.booleans() | st.sampled_from(["0", "1", "25%"]), max_size=8
)


@settings(max_examples=300, deadline=None)
@given(states, states)
def test_a_plan_leads_there_and_then_there_is_nothing_to_do(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    changes = plan(before, after, last=before, prune=True)
    assert apply(before, changes) == after
    assert [type(v) for v in apply(before, changes).values()] == [
        type(after[path]) for path in apply(before, changes)
    ]
    assert plan(after, after, last=before, prune=True) == ()
    assert plan(before, before, last=before, prune=True) == ()
    assert [change.path for change in changes] == sorted({change.path for change in changes})


@settings(max_examples=300, deadline=None)
@given(states, states, states)
def test_apply_is_idempotent_and_keeps_what_nobody_declared(
    actual: dict[str, Any], declared: dict[str, Any], last: dict[str, Any]
) -> None:
    changes = plan(actual, declared, last)
    found = apply(actual, changes)
    assert apply(found, changes) == found
    assert plan(found, declared, last) == ()
    assert {path: found[path] for path in declared} == declared
    for path in set(actual) - set(declared) - set(last):
        assert found[path] == actual[path]


@settings(max_examples=100, deadline=None)
@given(states, states)
def test_changes_by_hand_of_declared_fields_come_back(
    declared: dict[str, Any], by_hand: dict[str, Any]
) -> None:
    running = {**declared, **by_hand}
    assert apply(running, plan(running, declared, declared)) == {
        **undeclared(by_hand, declared), **declared
    }  # fmt: skip


def test_examples_of_the_docstrings() -> None:
    assert doctest.testmod(manifest).failed == 0
