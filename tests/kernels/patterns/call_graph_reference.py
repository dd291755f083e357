"""The same page by draws of every call, and by a sum over all states of a small graph."""

import itertools
import math

import numpy as np
from numpy.typing import NDArray

Draws = NDArray[np.float64]
NAMES = ("time-outs", "passed", "cancelled")


def draws(pages: int, branches: int, depth: int, slow: float, fast_ms: float, seed: int) -> Draws:
    """Work of each service, for each page: pages x branches x depth."""
    chance = np.random.default_rng(seed)
    shape = (pages, branches, depth)
    means = np.where(chance.random(shape) < slow, 10.0 * fast_ms, fast_ms)
    found: Draws = chance.exponential(1.0, shape) * means
    return found


def page_times(work: Draws, at_once: bool, call_ms: float) -> Draws:
    branches = (work + call_ms).sum(axis=2)
    found: Draws = branches.max(axis=1) if at_once else branches.sum(axis=1)
    return found


def for_nobody(
    work: Draws, at_once: bool, call_ms: float, limit_ms: float, wait_ms: float
) -> tuple[dict[str, float], float]:
    """Work for pages that were given up, over a page's mean work, and the share of those pages.

    Page by page and service by service, as it happens.
    """
    spent = dict.fromkeys(NAMES, 0.0)
    late_pages = 0
    for page in work:
        done = dict.fromkeys(NAMES, 0.0)
        called, latest = 0.0, 0.0
        for branch in page:
            now = called
            begun = called < limit_ms
            now += wait_ms
            for each in branch:
                now += call_ms
                done["time-outs"] += each if begun else 0.0
                done["passed"] += each if now < limit_ms else 0.0
                done["cancelled"] += min(each, max(limit_ms - now, 0.0))
                now += each
            latest = max(latest, now)
            called = 0.0 if at_once else now
        if latest > limit_ms:
            late_pages += 1
            for name in NAMES:
                spent[name] += done[name]
    return {name: spent[name] / work.sum() for name in NAMES}, late_pages / len(work)


def all_states(branches: int, depth: int, needed: int, down: float, kept: float) -> float:
    """Chance that a needed branch has a service down and no older answer: every state added up."""
    found = 0.0
    for states in itertools.product((True, False), repeat=branches * depth):
        chance = math.prod(1.0 - down if up else down for up in states)
        shown = 1.0
        for i in range(needed):
            if not all(states[i * depth : (i + 1) * depth]):
                shown *= kept
        found += chance * (1.0 - shown)
    return found
