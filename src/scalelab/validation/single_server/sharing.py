"""Pages and reports on one machine, simulated, against the formulas that are theorems."""

import math
from collections.abc import Iterator
from functools import cache, partial
from typing import Any

import numpy as np

from scalelab.models.queueing.estimate import Estimate, ratio
from scalelab.models.single_server.sharing import POLICIES, Times, share
from scalelab.theory.queueing import erlang
from scalelab.theory.single_server.sharing import (
    classes,
    first_come_wait,
    indifferent_size,
    mixture,
    separate,
    shared_response,
)
from scalelab.validation.row import Row, Topic, simulated

FIRST_COME, LIMITED, SHARED, SEPARATE = POLICIES
RUNS = 32
JOBS = 120_000
PAGE_MS = 20.0
KHINCHINE = "Pollaczek and Khinchine, {cite:t}`v-kleinrock1975`, section 5.6"
SAKATA = "{cite:t}`v-sakata1971`"
KELLY = "symmetric queues, {cite:t}`v-kelly1979`, section 3.3"
ERLANG_C = "M/M/c, Erlang C, {cite:t}`v-gross2008`, section 2.3"
LEE = "approximation of Lee and Longton (1959)"
APPROXIMATE = (
    "The approximation, not the simulation, and the model does not call it exact: the wait of "
    "M/M/c, times (1 + cv²)/2. That factor is right for one vCPU, which a report blocks for all; "
    "of four, one or two reports leave the pages some."
)


@cache
def runs(
    vcpus: int, load: float, ratio_: float, page_cv2: float, report_cv2: float, share_: float = 0.3
) -> list[Any]:
    return [
        share(
            vcpus, load, share_, PAGE_MS, ratio_, page_cv2, report_cv2, n_jobs=JOBS, runs=1,
            seed=seed,
        )
        for seed in range(1, RUNS + 1)
    ]  # fmt: skip


def times(found: list[Any], policy: str, kind: str) -> list[Times]:
    return [getattr(each[policy], kind) for each in found]


def mean(found: list[Times]) -> Estimate:
    jobs = np.array([float(each.jobs) for each in found])
    return ratio(jobs * np.array([each.mean_ms for each in found]), jobs)


def stretch(found: list[Times]) -> Estimate:
    jobs = np.array([float(each.jobs) for each in found])
    return ratio(
        jobs * np.array([each.mean_ms for each in found]),
        jobs * np.array([each.size_ms for each in found]),
    )


in_ms = partial(simulated, format=".3f")


def first_come() -> Iterator[Row]:
    for page_cv2, report_cv2 in ((1.0, 1.0), (0.0, 1.0), (1.0, 2.0)):
        found = runs(1, 0.5, 20.0, page_cv2, report_cv2)
        page, report = classes(0.5, 0.3, PAGE_MS, 20.0, page_cv2, report_cv2)
        wait = first_come_wait(mixture(page, report), 1)
        where = f"1 vCPU, 50 % busy, cv² {page_cv2:g} and {report_cv2:g}"
        for name, kind, own in (("page", "pages", page), ("report", "reports", report)):
            yield in_ms(
                f"First come, first served: {name} (ms)", where, KHINCHINE, own.mean + wait,
                mean(times(found, FIRST_COME, kind)),
            )  # fmt: skip


def shared() -> Iterator[Row]:
    """Divided by the size, so that what chance makes of the sizes themselves is not in it."""
    for vcpus, load, page_cv2, report_cv2 in (
        (1, 0.5, 0.0, 1.0), (1, 0.5, 1.0, 2.0), (4, 0.7, 1.0, 1.0), (4, 0.7, 0.0, 4.0),
    ):  # fmt: skip
        found = runs(vcpus, load, 20.0, page_cv2, report_cv2)
        machine = "1 vCPU" if vcpus == 1 else f"{vcpus} vCPUs"
        for name, kind in (("page", "pages"), ("report", "reports")):
            yield simulated(
                f"Processor sharing: {name}, in sizes",
                f"{machine}, {load:.0%} busy, cv² {page_cv2:g} and {report_cv2:g}",
                SAKATA if vcpus == 1 else KELLY, shared_response(1.0, load * vcpus, vcpus),
                stretch(times(found, SHARED, kind)),
            )  # fmt: skip


def indifferent() -> Iterator[Row]:
    """The wait of one policy over what the other adds to each unit of size."""
    found = runs(1, 0.5, 20.0, 1.0, 1.0)
    waits = np.array([each.wait_ms for each in times(found, FIRST_COME, "pages")])
    added = np.array([each.slowdown - 1.0 for each in times(found, SHARED, "pages")])
    yield in_ms(
        "Size that takes as long shared as in turn (ms)", "1 vCPU, 50 % busy, cv² 1 and 1",
        f"{KHINCHINE}, over {SAKATA}",
        indifferent_size(mixture(*classes(0.5, 0.3, PAGE_MS, 20.0, 1.0, 1.0))),
        ratio(waits, added),
    )  # fmt: skip


def alike() -> Iterator[Row]:
    """With both classes of one exponential law, every policy has the mean of M/M/c."""
    found = runs(4, 0.8, 1.0, 1.0, 1.0)
    for policy in (FIRST_COME, LIMITED, SHARED):
        yield in_ms(
            f"{policy}: pages, reports being alike (ms)", "4 vCPUs, 80 % busy", ERLANG_C,
            PAGE_MS * (1.0 + erlang.mean_wait(3.2, 4)), mean(times(found, policy, "pages")),
        )  # fmt: skip


def a_vcpu_for_reports() -> Iterator[Row]:
    for report_cv2 in (1.0, 0.0):
        found = runs(4, 0.6, 20.0, 1.0, report_cv2, 0.2)
        page, report = classes(2.4, 0.2, PAGE_MS, 20.0, 1.0, report_cv2)
        expected = separate(page, report, vcpus=4)
        where = f"4 vCPUs, 60 % busy, 20 % of it reports, cv² 1 and {report_cv2:g}"
        for name, kind, source, time in (
            ("page", "pages", ERLANG_C, expected[0]), ("report", "reports", KHINCHINE, expected[1]),
        ):  # fmt: skip
            yield in_ms(
                f"A vCPU for reports: {name} (ms)", where, source, time,
                mean(times(found, SEPARATE, kind)),
            )  # fmt: skip


def formulas() -> Iterator[Row]:
    """The model's own beside those of the theory, where it calls them exact, and only there."""
    for cv2 in (0.0, 9.0):
        page, report = classes(0.7, 0.3, PAGE_MS, 50.0, cv2, cv2)
        found = share(1, page_cv2=cv2, report_cv2=cv2, n_jobs=1000)
        for policy, source, time in (
            (FIRST_COME, KHINCHINE, report.mean + first_come_wait(mixture(page, report), 1)),
            (SHARED, SAKATA, shared_response(report.mean, 0.7, 1)),
        ):
            own = found[policy]
            ours = own.reports.expected_ms if own and own.reports.exact else math.nan
            yield Row(
                f"{policy}: report, the model's formula (ms)",
                f"1 vCPU, 70 % busy, reports 50 times as long, cv² {cv2:g}", "theory", source,
                time, ours, 1e-9 * time,
            )  # fmt: skip


def approximate() -> Iterator[Row]:
    both = mixture(*classes(2.8, 0.3, PAGE_MS, 20.0, 1.0, 1.0))
    yield in_ms(
        "First come, first served: page (ms)", "4 vCPUs, 70 % busy, cv² 1 and 1", LEE,
        PAGE_MS + first_come_wait(both, 4),
        mean(times(runs(4, 0.7, 20.0, 1.0, 1.0), FIRST_COME, "pages")), explanation=APPROXIMATE,
    )  # fmt: skip


def rows() -> Iterator[Row]:
    yield from first_come()
    yield from shared()
    yield from indifferent()
    yield from alike()
    yield from a_vcpu_for_reports()
    yield from formulas()
    yield from approximate()


TOPIC = Topic(
    "Pages behind reports",
    f"Reports are 20 times as long as pages, 20 ms, and 30 % of the work unless it says otherwise; "
    f"{RUNS} runs of {JOBS:,} jobs each, of which the middle 70 % are measured. Allowed are four "
    "standard errors, from the runs. Where the model says that its formula is a theorem, that has "
    "to agree to nine digits. The last row shows what the approximation elsewhere misses.",
    rows,
)
