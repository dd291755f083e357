"""One year of a fleet, event after event: every machine is a set of what is wrong with it.

It draws the same random numbers as the kernel, in the same order, and keeps settings by name in
place of the few times that the kernel remembers.
"""

import math

from scalelab.kernels.infrastructure.drift import INSTANTS, LAST, LOOKS, MONTHS
from scalelab.kernels.random import exponential, generator, uniform

WAYS = ("hand", "code", "reconciled", "image")


def history(
    state, looks: list[float], rate: float, declared: float, chances: tuple[float, float]
) -> tuple[dict[str, bool], list[tuple[float, bool]]]:
    """How a machine is made, and its changes: when, and of a declared setting or not."""
    wrong_all, wrong_undeclared = chances
    by_hand = uniform(state) < wrong_all
    also = uniform(state) * wrong_all < wrong_undeclared and by_hand
    made = {"hand": by_hand, "code": also, "reconciled": also, "image": False}
    changes = []
    at = exponential(state, 1.0 / rate) if rate else math.inf
    while at <= looks[-1]:
        changes.append((at, bool(uniform(state) < declared)))
        at += exponential(state, 1.0 / rate)
    return made, changes


def settings(
    way: str, made_wrong: bool, changes: list[tuple[float, bool]], looks: list[float], every: float,
    replace: float,
) -> list[frozenset[str]]:  # fmt: skip
    """What is wrong with a machine at each of the times."""
    events = [(at, 1, f"{'declared' if known else 'other'} {at!r}") for at, known in changes]
    events += [(at, 2, "look") for at in looks]
    period = {"reconciled": every, "image": replace}.get(way, math.inf)
    events += [(k * period, 0, way) for k in range(1, math.ceil(looks[-1] / period) + 1)]
    wrong = {"made"} if made_wrong else set()
    seen = []
    for _, _, what in sorted(events):
        if what == "look":
            seen.append(frozenset(wrong))
        elif what == "reconciled":
            wrong = {one for one in wrong if not one.startswith("declared")}
        elif what == "image":
            wrong = set()
        else:
            wrong.add(what)
    return seen


def year(
    seed: int, machines: int, steps: int, wrong_step: float, rate: float, declared: float,
    every: float, replace: float,
) -> dict[str, dict[str, float]]:  # fmt: skip
    """Of each way: shares that are wrong, part like staging, all alike, kinds in the last month."""
    state = generator(seed)
    looks = [(i + uniform(state)) * MONTHS / LOOKS for i in range(LOOKS)]
    left = math.floor(steps * (1.0 - declared) + 0.5)
    chances = tuple(1.0 - (1.0 - wrong_step) ** k for k in (steps, left))
    fleet = [history(state, looks, rate, declared, chances) for _ in range(machines + 1)]
    found = {}
    for way in WAYS:
        seen = [settings(way, made[way], changes, looks, every, replace) for made, changes in fleet]
        # With its owner, as no two mistakes are alike.
        named = [
            [frozenset((number, one) for one in wrong) for number, wrong in enumerate(at)]
            for at in zip(*seen, strict=True)
        ]
        last = named[-LAST * INSTANTS :]
        found[way] = {
            "wrong": sum(bool(one) for at in named for one in at[:-1]) / machines / LOOKS,
            "speaks": sum(one == at[-1] for at in named for one in at[:-1]) / machines / LOOKS,
            "alike": sum(len(set(at)) == 1 for at in named) / LOOKS,
            "kinds": sum(len(set(at[:-1])) for at in last) / len(last),
        }
    return found
