"""Cache in front of a database that queues, against the closed form of the same queue."""

from collections.abc import Iterator

from scalelab.models.caching.latency import simulate
from scalelab.theory.caching.latency import Database, latency_quantile, mean_latency
from scalelab.validation.row import Row, Topic

ERLANG = "M/M/c queue, Erlang's formula C"
BARRER = "M/M/c queue whose customers give up, {cite:t}`v-barrer1957`"
CACHE_MS, SERVICE_MS = 0.5, 20.0
RARE = 0.01  # rarer time-outs come in too few bursts to be compared

# (title, source, hit ratio, requests/s, connections, timeout in seconds)
CASES = (
    ("One connection, 80% busy", ERLANG, 0.0, 40.0, 1, 600.0),
    ("Ten connections, 90% busy", ERLANG, 0.5, 900.0, 10, 600.0),
    ("The shop at 90% hits", BARRER, 0.9, 2_000.0, 10, 1.0),
    ("The shop at 76% hits", BARRER, 0.76, 2_000.0, 10, 0.2),
    ("The shop overloaded: 50% hits", BARRER, 0.5, 2_000.0, 10, 0.2),
)


def rows() -> Iterator[Row]:
    for title, source, hit_ratio, rate, connections, timeout in CASES:
        ours = simulate(
            hit_ratio, rate, CACHE_MS, SERVICE_MS, connections, timeout * 1e3,
            n_misses=1_000_000, n_runs=4,
        )  # fmt: skip
        database = Database(rate * (1.0 - hit_ratio), SERVICE_MS / 1e3, connections, timeout)
        mean = 1e3 * mean_latency(hit_ratio, CACHE_MS / 1e3, database)
        yield Row(title, "mean latency, ms", "theory", source, mean, ours.mean, 0.02 * mean, ".2f")
        for name, probability, measured in (
            ("median", 0.5, ours.p50), ("99th percentile", 0.99, ours.p99),
        ):  # fmt: skip
            expected = 1e3 * latency_quantile(probability, hit_ratio, CACHE_MS / 1e3, database)
            yield Row(
                title, f"{name}, ms", "theory", source, expected, measured, 0.02 * expected, ".2f"
            )
        lost = (1.0 - hit_ratio) * database.probability_of_timeout
        if lost > RARE:
            yield Row(
                title, "requests that time out", "theory", source, lost, ours.timed_out,
                0.02 * lost, ".2%",
            )  # fmt: skip


TOPIC = Topic(
    "Latency of a cache in front of a database",
    f"A look-up in the cache takes {CACHE_MS} ms, a query {SERVICE_MS:.0f} ms on average once it "
    "has a connection. Four runs of a million misses each. Queues are noisy: the busier, the "
    "longer a run must be for the same precision, so 2% of the value is allowed here.",
    rows,
)
