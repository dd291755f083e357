"""Autoscaling against the documentation's examples, laws of growth, fluids and shared machines."""

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from scalelab.facts.autoscaling import HPA_EXAMPLE
from scalelab.facts.machines import FAMILY
from scalelab.kernels.infrastructure import autoscaling as kernels
from scalelab.models.infrastructure.autoscaling import DOWN, UP, day, replicas
from scalelab.theory.infrastructure import autoscaling as theory
from scalelab.validation.row import Row, Topic, exact

DOCUMENTED = (
    "[Kubernetes documentation]"
    "(https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/)"
)
BLOG = (
    "[Kubernetes blog, 2025]"
    "(https://kubernetes.io/blog/2025/04/28/kubernetes-v1-33-hpa-configurable-tolerance/)"
)
AMAZON = (
    "[EC2 Auto Scaling]"
    "(https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-simple-step.html)"
)
DOUBLING = "powers of two"
STALE = "syncs that see a load of before the answer"
FULL = "a full CPU is at 100 %"
FLUID = "arrivals less what is served"
KELLY = "symmetric queues, {cite:t}`v-kelly1979`, section 3.3"


def loop(rates: list[float], start: int, **changed: float) -> kernels.World:
    """Target tracking of machines that do a request a second; demand is 0 when ``rates`` end."""
    n = kernels.STEPS
    given = {
        "per_s": 1.0, "target": 0.7, "most_busy": 0.9, "boot": 8, "delay": 2, "window": 20,
        "least": 1, "most": 10_000, "metric": kernels.CPU, **changed,
    }  # fmt: skip
    rate = np.zeros(n)
    rate[: len(rates)] = rates
    plan = np.zeros(n, np.int64)
    plan[0] = start
    world = kernels.World(
        np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros(n), np.zeros(n), np.zeros(n)
    )
    up, down = (
        np.array([x for kind, v, s in policies for x in (kind == "Percent", v, s)], float)
        for policies in (UP, DOWN)
    )
    rules = kernels.Rules(**given)  # type: ignore[arg-type]
    kernels.run(
        kernels.TRACKING, world, rate, plan, up, down, 10.0, 30.0, rules, np.empty(n, np.int64),
        np.empty(n, np.int64),
    )  # fmt: skip
    return world


def _rules() -> Iterator[Row]:
    for where, metric, target, start, wanted in (
        ("200m, where 100m are wanted", 200.0, 100.0, 5, 10.0),
        ("50m, where 100m are wanted", 50.0, 100.0, 10, 5.0),
    ):
        yield Row(
            "Replicas", f"{start}, with {where}", "published", DOCUMENTED, wanted,
            replicas([metric], target, start, 1000, down_window_s=0.0)[-1], 0.0, ".0f",
        )  # fmt: skip
    yield Row(
        "Replicas", "50, at 90 % where 75 % are wanted", "published", BLOG, HPA_EXAMPLE.value,
        replicas([90.0], 75.0, 50, 1000)[-1], 0.0, ".0f",
    )  # fmt: skip
    down = [("Pods", 4, 60), ("Percent", 10, 60)]
    found = replicas(
        [0.0] * 2, 100.0, 80, 1000, 10, down_policies=down, down_window_s=0.0, sync_s=60.0
    )
    for minute, wanted in ((1, 72.0), (2, 64.0)):
        yield Row(
            "Replicas", f"80 to be 10, by 4 or 10 % a minute; after {minute}", "published",
            DOCUMENTED, wanted, found[minute - 1], 0.0, ".0f",
        )  # fmt: skip
    for begin, end in ((4, 100), (5, 160)):
        grown = replicas([1e6] * 20, 100.0, begin, end)
        yield exact(
            "Time to grow (s)", f"from {begin} to {end} replicas", DOUBLING,
            theory.doubling_s(begin, end), 15.0 * (1 + grown.index(end)), ".0f",
        )  # fmt: skip
    for capacity, metric, wanted in ((10, 60, 1), (11, 70, 3), (14, 40, -1), (13, 30, -3)):
        yield Row(
            "Machines that a step adds", f"{capacity} machines at {metric} %, threshold 50 %",
            "published", AMAZON, wanted, kernels.adjusted(capacity, metric - 50.0, 10.0, 30.0),
            0.0, ".0f",
        )  # fmt: skip


def _loops() -> Iterator[Row]:
    for delay, window in ((4, 0), (4, 2), (4, 4), (4, 5), (8, 20)):
        world = loop(
            [70.0] * 100 + [42.0] * 100, 100, boot=0, delay=delay, window=window,
            metric=kernels.REQUESTS,
        )  # fmt: skip
        times = theory.cuts(15.0 * delay, 15.0 * window)
        until = 102 + 2 * delay + max(window, 1)
        yield exact(
            "Machines left of 100",
            f"60 are wanted; metrics {15 * delay} s late, window {15 * window} s",
            STALE, theory.fallen(100, Fraction(3, 5), times), int(world.paid[:until].min()), ".0f",
        )  # fmt: skip
    for boot, delay in ((8, 2), (20, 0)):
        world = loop([7.0] * 50 + [1e5] * 1000, 10, boot=boot, delay=delay, most=500)
        orders = np.flatnonzero(np.diff(world.paid[:1000])) + 1
        where = f"boot {15 * boot} s, metrics {15 * delay} s late, all full"
        yield exact(
            "Time between orders (s)", where, FULL, theory.generation_s(15.0 * boot, 15.0 * delay),
            15.0 * float(np.diff(orders).mean()), ".0f",
        )  # fmt: skip
        yield exact(
            "Orders from 10 to 500 machines", where, FULL,
            theory.generations(10, 500, Fraction(7, 10)), len(orders), ".0f",
        )  # fmt: skip
    for over, lasts, after in ((2.0, 20, 5.0), (0.5, 7, 9.0)):
        world = loop([5.0] * 10 + [10.0 + over] * lasts + [after] * 500, 10, least=10, most=10)
        waiting = theory.backlog(Fraction(over), Fraction(15 * lasts))
        drains = theory.drains_s(waiting, Fraction(10), Fraction(after))
        where = f"{10 + over:g}/s for {15 * lasts} s, then {after:g}; machines do 10"
        yield exact(
            "Requests that wait", where, FLUID, float(waiting),
            10.0 * float(world.waits_s.max()), ".1f",
        )  # fmt: skip
        yield exact(
            "Time with slow answers (s)", where, FLUID, 15.0 * lasts + float(drains),
            float(world.slow_s.sum()), ".1f",
        )  # fmt: skip


def _rows() -> Iterator[Row]:
    yield from _rules()
    yield from _loops()
    for vcpus in (2, 4, 64):
        busy = kernels.busy_limit(7.0, vcpus, 20.0)
        yield exact(
            "Mean response at the limit (ms)", f"{vcpus} vCPUs, {busy:.1%} busy", KELLY,
            theory.response_ms(7.0, busy, vcpus), 20.0,
        )  # fmt: skip
    (machine,) = (each for each in FAMILY if each.vcpus == 4)
    yield exact(
        "Cost (USD a day)", "five machines, fixed", "list price times hours",
        5 * 24 * machine.price.value, day("Fixed").usd, ".2f",
    )  # fmt: skip


TOPIC = Topic(
    "Automatic scaling",
    "Replicas by the rules of Kubernetes' HorizontalPodAutoscaler, machines by those of Amazon's "
    "step scaling, and what late metrics, slow boots and overload do to them.",
    _rows,
)
