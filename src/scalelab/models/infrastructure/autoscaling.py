"""Automatic scaling: five ways to have machines for a day with a flash crowd, and one rule exactly.

    >>> from scalelab.models.infrastructure.autoscaling import WAYS, day, replicas
    >>> for way in WAYS:
    ...     found = day(way)
    ...     print(f"{way}: {found.usd:.2f} USD, slow for {found.slow_min:.1f} min")
    Fixed: 25.40 USD, slow for 32.5 min
    Target tracking: 18.29 USD, slow for 10.9 min
    Step scaling: 17.27 USD, slow for 31.9 min
    Scheduled: 21.19 USD, slow for 32.5 min
    Predictive: 18.56 USD, slow for 6.7 min
    >>> replicas([90.0, 90.0, 60.0], target=75.0, start=50, maximum=100)
    [60, 72, 72]

Other ways to the same numbers are in `scalelab.theory.infrastructure.autoscaling`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scalelab.facts.autoscaling import (
    HPA_DOWN_PERCENT,
    HPA_DOWN_WINDOW,
    HPA_SYNC,
    HPA_TOLERANCE,
    HPA_UP_PERCENT,
    HPA_UP_PODS,
    HPA_UP_WINDOW,
    STEP_FIRST,
    STEP_SECOND,
)
from scalelab.facts.machines import FAMILY
from scalelab.kernels import shop
from scalelab.kernels.infrastructure import autoscaling as kernels
from scalelab.models.check import one_of, within

WAYS = ("Fixed", "Target tracking", "Step scaling", "Scheduled", "Predictive")
METRICS = ("CPU", "Requests")
SELECTS = ("Max", "Min", "Disabled")
KINDS = ("Pods", "Percent")
(MACHINE,) = (each for each in FAMILY if each.vcpus == shop.VCPUS)
USD_PER_VCPU_HOUR = MACHINE.price_per_vcpu
WORK_MS = shop.MACHINE_MS
FIRST, SECOND = STEP_FIRST.value, STEP_SECOND.value
# Assumptions. A virtual machine was there after 97 s in 2012 (`scalelab.facts.elasticity`), and its
# program starts then. A metric is scraped every 15 s at best, and then aggregated. Today is a tenth
# busier than the day that the forecast is from.
PEAK_PER_S, PEAK_TO_TROUGH = 2000.0, 4.0
FLASH_PER_S, FLASH_AT_H = 2000.0, 12
BOOT_S, DELAY_S = 120.0, 30.0
WINDOW_S = HPA_DOWN_WINDOW.value
TARGET, LEAST = 0.7, 2
YESTERDAY = 1.0 / 1.1
LIMIT_MS = 20.0
MOST_VCPUS = 480
MOST_REPLICAS = 1_000_000

Policies = Sequence[tuple[str, int, int]]
UP: Policies = (
    ("Percent", int(HPA_UP_PERCENT.value), 15),
    ("Pods", int(HPA_UP_PODS.value), 15),
)
DOWN: Policies = (("Percent", int(HPA_DOWN_PERCENT.value), 15),)


@dataclass(frozen=True)
class Day:
    """One way on one day.

    Answers are too slow for ``slow_min`` minutes, in which ``late`` requests come; who waits
    longest waits for ``wait_s`` before any work. The number of machines is changed ``scalings``
    times, ``turns`` of them in the other direction than before; ``most`` is the largest. At the
    planned peak ``at_peak`` serve; ``left_busy`` is how busy the others are without one of them:
    more than 1 is more than there is, None if it was the only one.
    """

    machine_hours: float
    usd: float
    slow_min: float
    late: float
    scalings: int
    turns: int
    wait_s: float
    most: int
    at_peak: int
    left_busy: float | None


def day(
    way: str,
    flash_per_s: float = FLASH_PER_S,
    flash_at_h: int = FLASH_AT_H,
    boot_s: float = BOOT_S,
    delay_s: float = DELAY_S,
    metric: str = "CPU",
    window_s: float = WINDOW_S,
    target: float = TARGET,
    vcpus: int = shop.VCPUS,
    least: int = LEAST,
    peak_per_s: float = PEAK_PER_S,
    peak_to_trough: float = PEAK_TO_TROUGH,
    yesterday: float = YESTERDAY,
    work_ms: float = WORK_MS,
    limit_ms: float = LIMIT_MS,
    most_vcpus: int = MOST_VCPUS,
) -> Day:
    """A day of the shop with a flash crowd of half an hour.

    Parameters
    ----------
    way : one of `WAYS`. "Fixed" has enough for the planned peak, "Scheduled" for the most that is
        planned for each four hours. "Target tracking" is Kubernetes' HorizontalPodAutoscaler,
        "Step scaling" Amazon's example, and "Predictive" target tracking with, as its least, enough
        for the most of the same hour yesterday. All by the same ``target``.
    flash_per_s : requests that the crowd adds, 0 to 1e6; up in a minute, there for 20, down in 10.
    flash_at_h : hour in which it begins, 1 to 22.
    boot_s : from an order until a machine serves, 0 to 3600 s, rounded down to 15 s.
    delay_s : how old what is measured is, 0 to 3600 s, rounded down to 15 s.
    metric : "CPU", which is at most 100 %, or "Requests" that come, in per cent of what machines
        can do.
    window_s : stabilisation of target tracking before machines are taken, and step scaling's
        warm-up, 0 to 3600 s, rounded down to 15 s.
    target : how busy a machine should be, 0.05 to 1; step scaling's threshold.
    vcpus : of a machine, 1 to 128.
    least : machines that there are at least, 1 to 1000.
    peak_per_s : requests at the planned peak, 0.1 to 1e6.
    peak_to_trough : its ratio to the least of the day, 1 to 100.
    yesterday : the day the forecast is from, over this day, 0.01 to 10.
    work_ms : of a vCPU, for a request, 0.001 to 10,000 ms, of any law.
    limit_ms : a mean response over this is too slow, from 1.01 times the work to 1e6 ms.
    most_vcpus : of all machines, ``vcpus`` to 10,000.

    Raises
    ------
    ValueError
        For an unknown name or an argument outside the ranges above.

    Notes
    -----
    Kubernetes documentation, "Horizontal Pod Autoscaling", and pkg/controller/podautoscaler: the
    metric is a whole number of per cent; a pod that is not ready, or not for so long that a whole
    window has been measured, is set aside, and taken for idle if the others alone would scale up.
    Amazon EC2 Auto Scaling User Guide, "Step and simple scaling policies": its example, with the
    ``target`` in place of 50 %. Responses: F. P. Kelly, "Reversibility and stochastic networks",
    1979, section 3.3; where too few machines serve, a fluid.

    Leaves out: chance in demand and metrics; customers who give up or try again; machines that
    fail, cannot be had or start cold; requests that are cut when machines go; metrics that are
    missing; nodes, which have to be there before a pod can start; a database that does not scale.
    """
    one_of("way", way, WAYS)
    within("flash_per_s", flash_per_s, 0.0, 1e6, "requests/s")
    within("flash_at_h", flash_at_h, 1, 22)
    within("boot_s", boot_s, 0.0, 3600.0, "s")
    within("delay_s", delay_s, 0.0, 3600.0, "s")
    one_of("metric", metric, METRICS)
    within("window_s", window_s, 0.0, 3600.0, "s")
    within("target", target, 0.05, 1.0, advice="a share, not a percentage")
    within("vcpus", vcpus, 1, 128)
    within("least", least, 1, 1000)
    within("peak_per_s", peak_per_s, 0.1, 1e6, "requests/s")
    within("peak_to_trough", peak_to_trough, 1.0, 100.0)
    within("yesterday", yesterday, 0.01, 10.0)
    within("work_ms", work_ms, 0.001, 10_000.0, "ms")
    within("limit_ms", limit_ms, 1.01 * work_ms, 1e6, "ms", "more than the work itself")
    within("most_vcpus", most_vcpus, vcpus, 10_000)
    table = kernels.autoscaling(
        float(flash_per_s), int(flash_at_h), float(boot_s), float(delay_s), METRICS.index(metric),
        float(window_s), float(target), int(vcpus), int(least), float(peak_per_s),
        float(peak_to_trough), float(yesterday), float(work_ms), float(limit_ms), int(most_vcpus),
        USD_PER_VCPU_HOUR, FIRST, SECOND,
    )  # fmt: skip
    row = table[WAYS.index(way)].tolist()
    return Day(
        machine_hours=row[kernels.MACHINE_HOURS],
        usd=row[kernels.USD],
        slow_min=row[kernels.SLOW_MIN],
        late=row[kernels.LATE],
        scalings=int(row[kernels.SCALINGS]),
        turns=int(row[kernels.TURNS]),
        wait_s=row[kernels.WAIT_S],
        most=int(row[kernels.MOST]),
        at_peak=int(row[kernels.AT_PEAK]),
        left_busy=row[kernels.LEFT_BUSY] if row[kernels.OTHERS] == 1.0 else None,
    )


def replicas(
    metrics: Sequence[float],
    target: float,
    start: int,
    maximum: int,
    minimum: int = 1,
    ready: Sequence[int] | None = None,
    up_window_s: float = HPA_UP_WINDOW.value,
    down_window_s: float = HPA_DOWN_WINDOW.value,
    up_policies: Policies = UP,
    down_policies: Policies = DOWN,
    up_select: str = "Max",
    down_select: str = "Max",
    up_tolerance: float = HPA_TOLERANCE.value,
    down_tolerance: float = HPA_TOLERANCE.value,
    sync_s: float = HPA_SYNC.value,
    whole_percent: bool = False,
) -> list[int]:
    """Replicas that a HorizontalPodAutoscaler would set for a metric that was recorded.

    >>> replicas([200.0], target=100.0, start=5, maximum=20)
    [10]
    >>> replicas([50.0] * 21, target=100.0, start=8, maximum=20)[-2:]
    [8, 4]

    The second are halved when five minutes are over. A record does not change when the replicas do.

    Parameters
    ----------
    metrics : at each sync the mean of the metric over the pods that count, 0 to 1e12 each; at most
        100,000 of them.
    target : what it should be, in the same unit, 1e-9 to 1e12.
    start : replicas before the first sync, 1 to 1,000,000.
    maximum : maxReplicas, 1 to 1,000,000.
    minimum : minReplicas, 1 to ``maximum``.
    ready : how many pods count at each sync, 1 to 1,000,000; without it all do.
    up_window_s, down_window_s : stabilizationWindowSeconds, 0 to 3600.
    up_policies, down_policies : of each its type, value and periodSeconds (1 to 1800), as in a
        manifest: ``("Percent", 100, 15)`` or ``("Pods", 4, 15)``; at least one.
    up_select, down_select : selectPolicy, one of `SELECTS`.
    up_tolerance, down_tolerance : 0 to 1.
    sync_s : time between syncs, 1 to 3600 s.
    whole_percent : the metric is a utilisation, of which Kubernetes takes whole per cents.

    Raises
    ------
    ValueError
        For an unknown name, an argument outside the ranges above, or lists of different lengths.

    Notes
    -----
    Kubernetes documentation, "Horizontal Pod Autoscaling", and pkg/controller/podautoscaler. With
    ``behavior`` in the manifest, if an empty one; without it Kubernetes lets replicas grow to twice
    their number or to 4, whichever is more. Of several metrics take the most at each sync. Leaves
    out pods whose metrics are missing, and syncs that are late.
    """
    within("len(metrics)", len(metrics), 1, 100_000)
    for metric in metrics:
        within("metrics", metric, 0.0, 1e12)
    within("target", target, 1e-9, 1e12)
    within("start", start, 1, MOST_REPLICAS)
    within("maximum", maximum, 1, MOST_REPLICAS)
    within("minimum", minimum, 1, maximum)
    counted = [] if ready is None else list(ready)
    if ready is not None:
        within("len(ready)", len(counted), len(metrics), len(metrics), advice="one for each metric")
        for each in counted:
            within("ready", each, 1, MOST_REPLICAS)
    for name, window in (("up_window_s", up_window_s), ("down_window_s", down_window_s)):
        within(name, window, 0.0, 3600.0, "s")
    for name, select in (("up_select", up_select), ("down_select", down_select)):
        one_of(name, select, SELECTS)
    within("up_tolerance", up_tolerance, 0.0, 1.0, advice="a share, not a percentage")
    within("down_tolerance", down_tolerance, 0.0, 1.0, advice="a share, not a percentage")
    within("sync_s", sync_s, 1.0, 3600.0, "s")
    table = kernels.recommended(
        np.array(metrics, float), np.array(counted, float),
        _flat("up_policies", up_policies), _flat("down_policies", down_policies), float(target),
        int(start), int(minimum), int(maximum), float(up_tolerance), float(down_tolerance),
        float(up_window_s), float(down_window_s), SELECTS.index(up_select),
        SELECTS.index(down_select), float(sync_s), int(whole_percent),
    )  # fmt: skip
    return [int(each) for each in table[:, 2].tolist()]


def _flat(name: str, policies: Policies) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Policies as the kernel takes them."""
    within(f"len({name})", len(policies), 1, 100, advice="selectPolicy: Disabled stops a direction")
    numbers: list[float] = []
    for kind, value, period in policies:
        one_of(name, kind, KINDS)
        within(name, value, 1, MOST_REPLICAS)
        within(name, period, 1, 1800, "s")
        numbers += [KINDS.index(kind), value, period]
    return np.array(numbers, float)
