"""Queries to many shards, against closed forms and published figures."""

from collections.abc import Iterator

from scalelab.models.storage.scatter_gather import ScatterGather, simulate
from scalelab.theory.harmonic import harmonic
from scalelab.theory.storage import scatter_gather as theory
from scalelab.validation.row import Row, Topic

KEY, SCATTER, GLOBAL = "Shard key", "Scatter-gather", "Global index"
SERVICE_MS = 5.0
MU = 1e3 / SERVICE_MS
PATIENT_MS = 600_000.0

MM1 = "M/M/1 queue"
FLATTO_HAHN = "{cite:t}`v-flatto1984`"
NELSON_TANTAWI = "{cite:t}`v-nelson1988`, who state an error below 5% for up to 32 shards"
SLOWEST = "largest of n independent exponential times"
JACKSON = "network of {cite:t}`v-jackson1957`"
BURKE = "two queues in a row, {cite:t}`v-burke1956`"
POLLACZEK = "M/G/1 queue, formula of Pollaczek and Khinchine"
DEAN_BARROSO = "{cite:t}`v-dean2013`"
SAME_SHARD = (
    "With two shards every second query asks the same shard for its index entry and for its row, "
    "and finds a long line there twice. The closed form takes the two waits for independent; "
    "the mean does not depend on that, and agrees."
)


def run(kind: str, rate: float, shards: int, share: float, slow: float = 0.0) -> ScatterGather:
    n_queries = min(400_000, int(3_000_000 / (1.0 + share * (shards - 1))))
    return simulate(kind, rate, shards, share, SERVICE_MS, slow, PATIENT_MS, n_queries, n_runs=4)


def one_shard() -> Iterator[Row]:
    """A shard alone is an M/M/1 queue, whoever else scatters."""
    for rate, shards, share in ((120.0, 1, 0.0), (500.0, 8, 0.1), (300.0, 4, 0.3)):
        ours = run(KEY, rate, shards, share)
        at = theory.shard_rate(rate, share, shards)
        settings = f"{at / MU:.0%} busy: {shards} shards, {rate:.0f} queries/s, {share:.0%} scatter"
        if shards == 1:
            settings = f"{at / MU:.0%} busy: one shard, {rate:.0f} queries/s"
        for name, reference, measured in (
            ("mean", 1.0 / (MU - at), ours.mean),
            ("median", theory.sojourn_quantile(0.5, at, MU), ours.p50),
            ("99th percentile", theory.sojourn_quantile(0.99, at, MU), ours.p99),
        ):
            yield in_ms(f"By shard key: {name}", settings, MM1, reference, measured, 0.02)
    ours = run(KEY, 500.0, 8, 0.1, slow=0.01)
    mean, square = theory.work_moments(SERVICE_MS / 1e3, 0.01)
    reference = theory.mean_sojourn(theory.shard_rate(500.0, 0.1, 8), mean, square)
    settings = "8 shards, 500 queries/s, 10% scatter, 1% ten times slower"
    yield in_ms("By shard key: mean", settings, POLLACZEK, reference, ours.mean, 0.02)


def in_ms(
    quantity: str, settings: str, source: str, reference: float, ours: float, allowed: float,
    explanation: str = "",
) -> Row:  # fmt: skip
    reference *= 1e3
    return Row(
        f"{quantity}, ms", settings, "theory", source, reference, ours, allowed * reference, ".2f",
        explanation,
    )  # fmt: skip


def all_scatter() -> Iterator[Row]:
    for load in (0.3, 0.6, 0.8):
        ours = run(SCATTER, load * MU, 2, 1.0)
        reference = theory.mean_of_two(load * MU, MU)
        yield in_ms(
            "All scatter: mean", f"2 shards, {load:.0%} busy", FLATTO_HAHN, reference, ours.mean,
            0.02,
        )  # fmt: skip
    for shards in (4, 8, 16, 32):
        for load in (0.5, 0.8):
            ours = run(SCATTER, load * MU, shards, 1.0)
            reference = theory.mean_of_slowest(shards, load * MU, MU)
            yield in_ms(
                "All scatter: mean", f"{shards} shards, {load:.0%} busy", NELSON_TANTAWI,
                reference, ours.mean, 0.05,
            )  # fmt: skip
    for shards in (10, 64):
        ours = run(SCATTER, 0.001, shards, 1.0)
        settings = f"{shards} shards that have nothing else to do"
        for name, reference, measured in (
            ("mean", harmonic(shards) / MU, ours.mean),
            ("median", theory.slowest_quantile(0.5, shards, 0.0, MU), ours.p50),
            ("99th percentile", theory.slowest_quantile(0.99, shards, 0.0, MU), ours.p99),
        ):
            yield in_ms(f"All scatter: {name}", settings, SLOWEST, reference, measured, 0.01)


def global_index() -> Iterator[Row]:
    for shards, share, explanation in ((64, 0.5, ""), (2, 0.5, SAME_SHARD)):
        rate = 0.6 * theory.ceiling_global_index(MU, share, shards)
        at = theory.shard_rate_global_index(rate, share, shards)
        ours = run(GLOBAL, rate, shards, share)
        settings = f"{shards} shards, 60% busy, {share:.0%} lack the key"
        yield in_ms(
            "Global index: mean", settings, JACKSON, theory.mean_of_two_steps(at, MU), ours.mean,
            0.02,
        )  # fmt: skip
        yield in_ms(
            "Global index: 99th percentile", settings, BURKE,
            theory.two_steps_quantile(0.99, at, MU), ours.p99, 0.02, explanation,
        )  # fmt: skip


def published() -> Iterator[Row]:
    for share, leaves, printed in ((0.01, 100, 0.63), (0.0001, 2000, 0.18)):
        yield Row(
            "Requests that meet a slow leaf", f"{leaves:,} leaves, {share:.2%} slow", "published",
            DEAN_BARROSO, printed, theory.fan_out_probability(share, leaves), 0.005, ".1%",
        )  # fmt: skip


def rows() -> Iterator[Row]:
    yield from one_shard()
    yield from all_scatter()
    yield from global_index()
    yield from published()


TOPIC = Topic(
    "Queries to many shards",
    f"Serving a sub-query takes {SERVICE_MS:.0f} ms on average, exponential. Four runs, of "
    "400,000 queries or three million sub-queries each. Queues are noisy: the busier, the longer a "
    "run must be for the same precision, so 2% of the value is allowed where the closed form is "
    "exact, 1% without queues.",
    rows,
)
