"""Rows of the validation page: what read replicas carry, and how long a read takes."""

from collections.abc import Iterator

from scalelab.models.replication.read_write_split import simulate
from scalelab.theory.caching.latency import Database
from scalelab.theory.replication.read_write_split import amdahl, mean_read
from scalelab.validation.row import Row, Topic

MYSQL = "replication FAQ of the MySQL manual, {cite:t}`v-mysqlreplication`"
AMDAHL = "Amdahl's law, {cite:t}`v-amdahl1967`"
KHINCHINE = "M/G/1 queue, Pollaczek and Khinchine"
ERLANG = "M/M/c queue, Erlang's formula C"
# Its server does 1200 reads a second, or half as many writes.
MYSQL_READ_MS = 1000.0 / 1200.0


def carried_by_all(replicas: int) -> float:
    """The manual's example: nine reads to a write, all servers read, a replica executes fully."""
    return simulate(
        1000.0, 0.1, replicas, 0, True, MYSQL_READ_MS, 2.0 * MYSQL_READ_MS, 1.0, 1, 1.0,
        n_requests=10, n_runs=1,
    ).ceiling  # fmt: skip


def published() -> Iterator[Row]:
    for replicas, printed in ((0, 109.0), (1, 184.0), (8, 400.0), (17, 480.0)):
        yield Row(
            "Writes a second, at most",
            f"{replicas} replica{'s' * (replicas != 1)}, nine reads to a write", "published", MYSQL,
            printed, 0.1 * carried_by_all(replicas), 1.0, ",.1f",
        )  # fmt: skip
    yield Row(
        "Times what one server carries", "1,000 replicas; the manual: any number", "published",
        MYSQL, 5.5, carried_by_all(1000) / carried_by_all(0), 0.05, ".2f",
    )  # fmt: skip


def law() -> Iterator[Row]:
    for replicas in (4, 16):
        reference = amdahl(0.2 / 1.1, replicas + 1)
        ours = carried_by_all(replicas) / carried_by_all(0)
        yield Row(
            "Times what one server carries",
            f"{replicas} replicas; writes are 2/11 of one server's work", "theory", AMDAHL,
            reference, ours, 1e-9, ".3f",
        )  # fmt: skip


def one_core() -> Iterator[Row]:
    for reads, writes in ((500.0, 50.0), (300.0, 200.0), (700.0, 100.0)):
        rate = reads + writes
        ours = simulate(
            rate, writes / rate, 1, write_ms=4.0, cores=1, n_requests=1_000_000, n_runs=5
        )
        reference = mean_read(reads, writes, 1.0, 2.0)
        yield Row(
            "Mean time of a read, ms",
            f"a replica with one core, {reads:.0f} reads of 1 ms and {writes:.0f} applies of 2 ms "
            "a second", "theory", KHINCHINE, reference, ours.mean_ms, 0.02 * reference, ".3f",
        )  # fmt: skip


def many_cores() -> Iterator[Row]:
    for cores, busy, replicas, failed in ((8, 0.8, 3, 0), (8, 0.8, 3, 1), (10, 0.9, 4, 0)):
        rate = busy * cores * 1e3 / (0.9 / (replicas - failed) + 0.1)
        ours = simulate(
            rate, 0.1, replicas, failed, cores=cores, n_requests=1_000_000, n_runs=5
        )  # fmt: skip
        queue = Database(busy * cores * 1e3, 1e-3, cores)
        settings = (
            f"{replicas} replicas with {cores} cores, {failed} failed, the others {busy:.0%} busy "
            "with reads and applies of 1 ms"
        )
        for name, reference, measured, tolerance in (
            ("Mean time of a read, ms", 1e3 * queue.mean, ours.mean_ms, 0.02),
            ("99th percentile of a read, ms", 1e3 * queue.quantile(0.99), ours.p99_ms, 0.03),
        ):
            yield Row(
                name, settings, "theory", ERLANG, reference, measured, tolerance * reference, ".3f"
            )


def rows() -> Iterator[Row]:
    yield from published()
    yield from law()
    yield from one_core()
    yield from many_cores()


TOPIC = Topic(
    "Read replicas",
    "What a primary and its replicas carry is arithmetic, so the tolerance is the rounding of what "
    "was printed (the manual drops the decimals). The time of a read is simulated: five runs of "
    "1,000,000 requests on a server; 2% is allowed for a mean and 3% for a 99th percentile.",
    rows,
)
