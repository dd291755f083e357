"""Transactions that lock hot rows and do not wait, against loss systems in closed form."""

import math
from collections.abc import Iterator

from scalelab.facts.latency import VIRGINIA_IRELAND_ROUND_TRIP
from scalelab.models.storage.transactions import EXECUTION_MS, LOG_MS, Transactions, simulate
from scalelab.theory.storage import transactions as theory
from scalelab.validation.row import Row, Topic

FAR_MS = VIRGINIA_IRELAND_ROUND_TRIP.value
JITTER_MS, PARTICIPANTS, RATE = 0.5, 2, 200.0
WITHIN = EXECUTION_MS + LOG_MS
ACROSS = theory.hold_ms(EXECUTION_MS, LOG_MS, FAR_MS, JITTER_MS, PARTICIPANTS)

ERLANG = "Erlang's loss system with one server"
PRODUCT_FORM = "loss network, product form, {cite:t}`v-kelly1991`"
FIXED_POINT = "loss network, Erlang fixed point, {cite:t}`v-kelly1991`"
SLOWEST = "slowest of n independent exponential times"
POISSON = "attempts taken for Poisson, see the theory module *transactions*"
INDEPENDENT = (
    "The fixed point takes the rows for independent. But the rows of one transaction are locked "
    "and freed together, so a transaction meets fewer separate locks than it would then. The "
    "exact product form, in the rows above, agrees."
)


def run(cross_share: float, rows: int = 1, touched: int = 1, **more: float) -> Transactions:
    return simulate(
        RATE, cross_share, FAR_MS, PARTICIPANTS, JITTER_MS, rows, touched,
        retries=int(more.get("retries", 0)), backoff_ms=more.get("backoff_ms", 50.0),
        execution_ms=more.get("execution_ms", EXECUTION_MS), n_transactions=400_000, n_runs=5,
    )  # fmt: skip


def one_row_each() -> Iterator[Row]:
    for share, rows in ((0.0, 1), (0.1, 1), (1.0, 1), (0.1, 10), (1.0, 10)):
        hold = theory.mixed(share, WITHIN, ACROSS)
        reference = theory.abort_probability(RATE / 1e3 * hold / rows)
        ours = run(share, rows)
        settings = (
            f"{rows} hot row{'s' * (rows > 1)}, {share:.0%} across regions, locks of {hold:.1f} ms"
        )
        yield Row(
            "Transactions that abort", settings, "theory", ERLANG, reference, ours.aborted,
            0.01 * reference, ".2%",
        )  # fmt: skip
        yield Row(
            "Commits a second", settings, "theory", ERLANG, RATE * (1.0 - reference),
            ours.committed_rate, 0.02 * RATE * (1.0 - reference), ".2f",
        )  # fmt: skip
    hold = theory.mixed(0.1, WITHIN, ACROSS)
    reference = theory.abort_probability(RATE / 1e3 * hold)
    ours = run(0.0, execution_ms=hold - LOG_MS)
    yield Row(
        "Transactions that abort", f"1 hot row, every lock lasts {hold:.1f} ms", "theory", ERLANG,
        reference, ours.aborted, 0.01 * reference, ".2%",
    )  # fmt: skip


def several_rows_each() -> Iterator[Row]:
    load = RATE / 1e3 * theory.mixed(0.1, WITHIN, ACROSS)
    cases = ((5, 2), (10, 5), (100, 5), (1000, 5))
    measured = [run(0.1, rows, touched).aborted for rows, touched in cases]
    for source, closed_form in (
        (PRODUCT_FORM, theory.abort_probability_of_sets), (FIXED_POINT, theory.reduced_load),
    ):  # fmt: skip
        exact = source == PRODUCT_FORM
        for (rows, touched), ours in zip(cases, measured, strict=True):
            reference = closed_form(load, rows, touched)
            apart = not exact and rows < 1000
            settings = f"{touched} of {rows:,} hot rows each, 10% across regions"
            yield Row(
                "Transactions that abort", settings, "theory", source, reference, ours,
                0.01 * reference if exact else 0.005, ".2%", INDEPENDENT if apart else "",
            )  # fmt: skip


def latency() -> Iterator[Row]:
    for participants, jitter in ((2, 5.0), (10, 5.0)):
        ours = simulate(0.01, 1.0, FAR_MS, participants, jitter, n_transactions=200_000, n_runs=2)
        for name, probability, measured in (
            ("median", 0.5, ours.p50), ("99th percentile", 0.99, ours.p99),
        ):  # fmt: skip
            root = math.log(probability) / participants
            slowest = -jitter * math.log(-math.expm1(root))
            reference = EXECUTION_MS + FAR_MS + 2.0 * LOG_MS + slowest
            yield Row(
                f"Latency across regions: {name}, ms",
                f"{participants} participants, jitter of {jitter:g} ms", "theory", SLOWEST,
                reference, measured, 0.01 * reference, ".2f",
            )  # fmt: skip


def tried_again() -> Iterator[Row]:
    never, attempts = theory.with_retries(RATE / 1e3 * WITHIN, 1, 2)
    ours = run(0.0, retries=2, backoff_ms=1000.0)
    settings = "1 hot row, one shard, two more tries after 1 s on average"
    yield Row(
        "Transactions that never commit", settings, "theory", POISSON, never, ours.aborted, 0.005,
        ".2%",
    )  # fmt: skip
    yield Row(
        "Tries of a transaction", settings, "theory", POISSON, attempts, ours.attempts,
        0.01 * attempts, ".3f",
    )  # fmt: skip


def rows() -> Iterator[Row]:
    yield from one_row_each()
    yield from several_rows_each()
    yield from latency()
    yield from tried_again()


TOPIC = Topic(
    "Transactions on hot rows",
    f"{RATE:.0f} transactions a second; a lock lasts {WITHIN:.0f} ms in one shard and "
    f"{ACROSS:.1f} ms across regions {FAR_MS} ms apart. Five runs of 400,000 transactions each. 1% "
    "of the value is allowed, and 2% of the rate of commits, which are few where locks are long.",
    rows,
)
