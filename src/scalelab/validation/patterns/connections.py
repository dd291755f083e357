"""Clients that stay against whole numbers of deals, a fluid's exponential, and series."""

import math
from collections.abc import Iterator
from fractions import Fraction

from scalelab.kernels.patterns.connections import p99_ms
from scalelab.models.patterns.connections import EVENTS, PLACEMENTS, deploy, place, storm
from scalelab.theory.patterns import connections as theory
from scalelab.validation.row import Row, Topic, exact

URNS = "all deals, counted in whole numbers, {cite:t}`v-johnsonkotz1977`"
SINGLE = "one vCPU is an M/M/1, {cite:t}`v-kleinrock1975`"
FLUID = "as fast as the machines can, an exponential approach"
SERIES = "a geometric series"
ANY, EMPTIEST, NEW_FIRST = PLACEMENTS


def _rows() -> Iterator[Row]:
    for machines, heavy, share in ((6, 10, 0.5), (6, 5, 0.5), (12, 10, 0.5), (6, 100, 0.2)):
        yield exact(
            "The busiest machine (share of its time)",
            f"{heavy} clients send {share:.0%} to {machines} machines", URNS,
            float(theory.busiest(machines, heavy, Fraction(share), Fraction(14), 4)),
            place(machines, heavy, share).busiest,
        )  # fmt: skip
    for busy in (0.5, 0.9):
        yield exact(
            "Response that 1% exceed (ms)", f"{busy:.0%} busy", SINGLE,
            theory.single_p99_ms(busy, 7.0), p99_ms(busy, 7.0, 1), ".2f", 1e-6,
        )  # fmt: skip
    for event, cut, can in ((EVENTS[0], 20_000 / 6, 20.0), (EVENTS[2], 20_000.0, 24.0)):
        found = storm(6, event, timeout_s=300.0)["At once"].back_s
        assert found is not None
        yield exact(
            "99% of the clients are back (s)", f"{event.lower()}; clients wait for 300 s", FLUID,
            theory.back_s(20_000.0, cut, can, 14.0, 0.05), found, ".1f", 0.005,
        )  # fmt: skip
    for machines in (6, 30):
        found_any = deploy(machines)
        for way, moves in (
            (ANY, theory.moves(machines)),
            (NEW_FIRST, theory.moves(machines, new_first=True)),
            (EMPTIEST, theory.moves_to_emptiest(machines)),
        ):
            yield exact(
                "Moves of a client in a deploy", f"{machines} machines; {way.lower()}", SERIES,
                float(moves), found_any[way].moves,
            )  # fmt: skip
        yield exact(
            "Clients of the last machine before its restart (means)", f"{machines} machines",
            SERIES, float(theory.has_when_restarted(machines, machines)), found_any[ANY].before[-1],
        )  # fmt: skip
        yield exact(
            "Clients of the first machine after the deploy (means)", f"{machines} machines",
            SERIES, float(theory.has_afterwards(1, machines)), found_any[ANY].after[0],
        )  # fmt: skip
    yield exact(
        "Moves of a client in a deploy", "30 machines; any machine", "e - 1, for many machines",
        math.e - 1.0, deploy(30)[ANY].moves, digits=0.01,
    )  # fmt: skip


TOPIC = Topic(
    "Clients that stay",
    "2,000 requests/s of 7 ms on machines with 4 vCPUs. Some heavy clients with one connection "
    "each are dealt at random; of 20,000 clients some or all are cut off at once, and to come back "
    "costs 50 ms of a vCPU; a deploy restarts all machines in turn. The tests also follow clients "
    "one by one, with every way to wait.",
    _rows,
)
