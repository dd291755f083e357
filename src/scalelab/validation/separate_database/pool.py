"""Pools of connections against queues that are known, and against what is left of chance."""

from collections.abc import Iterator

from scalelab.models.separate_database.pool import size
from scalelab.theory.separate_database import pool as theory
from scalelab.validation.row import Row, Topic, exact

CLOSED = "closed network, {cite:t}`v-baskett1975`"
ONE = "Pollaczek and Khinchine, {cite:t}`v-gross2008`, section 5.1"
MANY = "M/M/c, Erlang C, {cite:t}`v-gross2008`, section 2.3"
LITTLE = "{cite:t}`v-little1961`"
WORK, HOLD, VCPUS = 3.0, 2.5, 4


def _rows() -> Iterator[Row]:
    for connections in (4, 8, 16):
        for vcpus in (2, 8):
            yield exact(
                "Most requests/s", f"{connections} connections, {vcpus} vCPUs", CLOSED,
                1000.0 * theory.most(connections, vcpus, WORK, HOLD),
                size(10.0, connections, vcpus=vcpus, switching=0.0).most_per_s, ".2f",
            )  # fmt: skip
    for rate in (50.0, 100.0, 150.0):
        yield exact(
            "Response (ms)", f"One connection, {rate:.0f} requests/s", ONE,
            theory.one_connection(rate / 1000.0, WORK, HOLD),
            size(rate, 1).response_ms,
        )  # fmt: skip
    for rate in (400.0, 800.0):
        yield exact(
            "Response (ms)", f"64 connections that cost nothing, {rate:.0f} requests/s", MANY,
            theory.without_a_pool(rate / 1000.0, VCPUS, WORK, HOLD),
            size(rate, 64, switching=0.0).response_ms,
        )  # fmt: skip
    for connections in (8, 24):
        found = size(1000.0, connections)
        yield exact(
            "Hold a connection only", f"{connections} connections, 1,000 requests/s", LITTLE,
            1.0 * HOLD, found.in_use - found.at_cpu,
        )  # fmt: skip


TOPIC = Topic(
    "A pool of connections",
    "A request works for 3 ms at the database's vCPUs (four, unless said otherwise) and holds on "
    "to its connection for 2.5 ms more. What is between the limits here, a line for connections "
    "that are in each other's way, is held against a simulation by the tests.",
    _rows,
)
