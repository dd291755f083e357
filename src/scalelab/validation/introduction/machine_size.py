"""Sizes of machines against the price list, the closed forms, and search by trying."""

import math
from collections.abc import Iterator

import numpy as np

from scalelab.facts.machines import FAMILY, OLDER_FAMILIES, Machine
from scalelab.models.introduction.machine_size import SIZES, SPARE_RULES, Offer, offers
from scalelab.theory.introduction.machine_size import (
    machine_throughput,
    machines_needed,
    most_throughput,
    too_few_up,
)
from scalelab.theory.introduction.usl import throughput
from scalelab.validation.row import Row, Topic

PRICES = "Amazon's price list in {cite:t}`v-karpenter2026`"
LAW = "{cite:t}`v-gunther2007`, solved for the number of machines"
BINOMIAL = "binomial distribution, {cite:t}`v-barlow1975`"
TRIED = "every number of machines tried, one after the other"
LOADS = (500.0, 20_000.0, 100_000.0)
VCPU_RATE, AGENTS, CHARGE, UP = 100.0, 0.5, 20.0, 0.995
INSIDE, BETWEEN = (0.002, 1e-6), (0.002, 2e-6)
HOURS, TRIALS = 8760.0, 2_000_000


def priced() -> Iterator[Row]:
    """A vCPU costs the same in every machine of a family, to the cent of an hour's rent."""
    largest: list[tuple[Machine, Machine]] = [(FAMILY[0], each) for each in FAMILY[1:]]
    for small, large in [*largest, *OLDER_FAMILIES]:
        yield Row(
            f"An hour of {large.name} (USD)", f"{large.vcpus / small.vcpus:g} times {small.name}",
            "published", PRICES, large.price.value, large.vcpus * small.price_per_vcpu, 0.01,
        )  # fmt: skip


def one_of_them(size: int) -> float:
    return machine_throughput(size, VCPU_RATE, AGENTS, *INSIDE)


def working(offer: Offer) -> int:
    return offer.machines - offer.spares


def needed() -> Iterator[Row]:
    for load in LOADS:
        for size, offer in offers(load).items():
            m = machines_needed(load, one_of_them(size), *BETWEEN)
            yield Row(
                "Working machines; 0: no number is enough", f"{load:,.0f} requests/s, {size} vCPUs",
                "theory", LAW, 0.0 if math.isinf(m) else math.ceil(m), working(offer), 0.0, ".0f",
            )  # fmt: skip
    for load in LOADS:
        for rule in (SPARE_RULES[0], SPARE_RULES[2]):
            found = offers(load, spare_rule=rule)
            best = min((o for o in found.values() if o.possible), key=lambda o: o.bill_usd)
            yield Row(
                "Lowest bill (USD a month)", f"{load:,.0f} requests/s, spares: {rule.lower()}",
                "theory", TRIED, tried(load, SPARE_RULES.index(rule)), best.bill_usd, 0.01, ",.2f",
            )  # fmt: skip


def tried(load: float, spares: int) -> float:
    """The lowest bill of the family by trying 1, 2, ... 1,000 machines of each size."""
    bills = []
    for machine in FAMILY:
        one = one_of_them(machine.vcpus)
        enough = (m for m in range(1, 1001) if throughput(m, *BETWEEN, one) >= load)
        bills.append((next(enough, 10**9) + spares) * (730.0 * machine.price.value + CHARGE))
    return min(bills)


def reached() -> Iterator[Row]:
    for size in SIZES[::4]:
        reference = most_throughput(one_of_them(size), *BETWEEN)
        yield Row(
            "Most that any number carries (requests/s)", f"{size} vCPUs", "theory",
            "{cite:t}`v-gunther2007`, at the peak as a real number", reference,
            offers(1.0)[size].most, 1e-5 * reference, ",.1f",
        )  # fmt: skip


def short() -> Iterator[Row]:
    for rule in SPARE_RULES[1:]:
        found = offers(20_000.0, spare_rule=rule)
        for size in (2, 16, 96, 384):
            offer = found[size]
            reference = HOURS * too_few_up(offer.machines, offer.spares, UP)
            yield Row(
                "Too few machines (h a year)", f"{size} vCPUs, spares: {rule.lower()}", "theory",
                BINOMIAL, reference, offer.short_hours, 1e-9 * reference, ".7g",
            )  # fmt: skip


def refused() -> Iterator[Row]:
    """Machines that are up, drawn two million times; the rest of the load is lost."""
    dice = np.random.default_rng(1)
    for up in (0.9, 0.995):
        found = offers(20_000.0, availability=up)
        for size in (2, 16, 96, 384):
            offer = found[size]
            alive = np.minimum(dice.binomial(offer.machines, up, TRIALS), working(offer))
            carried = [throughput(m, *BETWEEN, one_of_them(size)) for m in range(working(offer))]
            lost = np.array([*(1.0 - x / 20_000.0 for x in carried), 0.0])[alive]
            yield Row(
                "Requests refused", f"{size} vCPUs, one spare, each up {up:.1%} of the time",
                "theory", "numbers of machines that are up, drawn", float(lost.mean()),
                offer.refused, 4.0 * float(lost.std()) / math.sqrt(TRIALS), ".6%",
            )  # fmt: skip


def rows() -> Iterator[Row]:
    yield from priced()
    yield from needed()
    yield from reached()
    yield from short()
    yield from refused()


TOPIC = Topic(
    "Size of machines",
    f"A vCPU does {VCPU_RATE:g} requests/s alone; sigma {INSIDE[0]:g} and kappa {INSIDE[1]:g} "
    f"inside a machine, {BETWEEN[0]:g} and {BETWEEN[1]:g} between machines, all assumptions; "
    f"{AGENTS:g} vCPU and {CHARGE:g} USD a month for each machine, which is up {UP:.1%} of the "
    "time. Prices are those of one provider, one region and one day.",
    rows,
)
