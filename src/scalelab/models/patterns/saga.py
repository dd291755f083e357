"""An order that touches several shards: two-phase commit, a saga, or one shard.

    >>> from scalelab.models.patterns.saga import compare, run
    >>> long = run([0.001] * 10)
    >>> print(f"{long.ends:.2%} end early, {long.undone_steps / long.ends:.2f} steps are undone")
    1.00% end early, 4.49 steps are undone
    >>> for way, found in compare().items():
    ...     print(f"{way}: {found.undone_steps:,.0f} undone, {found.turned_away:,.0f} turned away")
    Two-phase commit: 0 undone, 3,994 turned away
    Saga, stock first: 108,347 undone, 1,000 turned away
    Saga, payment first: 23,631 undone, 1,000 turned away
    One shard: 55,118 undone, 1,000 turned away

Other ways to the same numbers are in `scalelab.theory.patterns.saga`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from math import prod

import numpy as np

from scalelab.facts.latency import DATA_CENTRE_ROUND_TRIP
from scalelab.kernels.jit import Floats
from scalelab.kernels.patterns import saga as kernels
from scalelab.models.check import within
from scalelab.models.queueing.estimate import Estimate

WAYS = ("Two-phase commit", "Saga, stock first", "Saga, payment first", "One shard")
TWO_PHASE, STOCK_FIRST, PAYMENT_FIRST, ONE_SHARD = WAYS
OUTCOMES = (
    "Steps undone",
    "Turned away",
    "Delayed",
    "Left half done",
    "Bought",
    "Sales lost",
    "Refunded",
)
STEPS = ("stock", "account", "payment")
ORDERS = tuple(", ".join(order) for order in permutations(STEPS))
# Assumptions, all of them.
STOCK_FAILS, ACCOUNT_FAILS, PAYMENT_FAILS = 0.005, 0.01, 0.05
UNDO_USD, REFUND_USD = 0.05, 1.0
CROSSING = 0.1  # of the orders, if stock and account are kept in one shard where possible
UP, OUTAGE_S = 0.999, 43.2 * 60.0  # three nines of a month in one piece
TRIES_S = 86_400.0
PER_S = 20.0  # orders at the peak: one request in a hundred
PAY_S, HOLD_S, PATIENCE_S = 3.0, 600.0, 10.0
# Two round trips in a data centre, and work and logs as in the lab on transactions: 6.5 ms or so.
COMMIT_S = (2.0 * DATA_CENTRE_ROUND_TRIP.value + 5.5) / 1000.0
PIECES, CUSTOMERS, COME_PER_S = 100, 300, 20.0
RUNS, SEED = 200, 1


@dataclass(frozen=True)
class Run:
    """Of one saga: chances and means.

    It ends without success with chance ``ends``, of which ``gives_up`` because a part was down for
    too long. ``undone_steps`` and ``undo_usd`` are means over all sagas. With chance ``delayed``
    it waited for a part; ``half_done`` is the mean number of steps whose undoing gave up.
    """

    ends: float
    gives_up: float
    delayed: float
    undone_steps: float
    undo_usd: float
    half_done: float


@dataclass(frozen=True)
class Outcome:
    """Of a million orders: how many, or how many steps of them.

    ``half_done``: in doubt until the coordinator is back, with their rows locked; or, of a saga,
    steps that should have been undone and were not, until a person looks.
    """

    undone_steps: float
    turned_away: float
    delayed: float
    half_done: float


@dataclass(frozen=True)
class Sale:
    """Of the pieces of a hot item: means over runs.

    ``lost``: pieces that stayed while customers were turned away who would have paid.
    ``refunded``: customers who paid when none was left.
    """

    bought: Estimate
    lost: Estimate
    refunded: Estimate


def run(
    fail_shares: Sequence[float],
    undo_usd: Sequence[float] | None = None,
    takes_s: Sequence[float] | None = None,
    up: float = 1.0,
    outage_s: float = OUTAGE_S,
    tries_s: float = TRIES_S,
) -> Run:
    """A saga of any steps, one after the other.

    Parameters
    ----------
    fail_shares : for each step, how often it says no, 0 to 1; 1 to 1000 steps.
    undo_usd : what undoing each costs, 0 to 1e6 USD; nothing by default.
    takes_s : how long each takes, 0 to 1e6 s; no time by default.
    up : part of the time for which each step's part is up, 0.5 to 1.
    outage_s : how long an outage lasts, 0.001 to 1e7 s.
    tries_s : how long a step, or what undoes it, is tried for, 0 to 1e9 s.

    Raises
    ------
    ValueError
        For an argument outside the ranges above, or if there is not one price, or not one time, for
        each step.

    Notes
    -----
    Exact but for ``half_done``, for steps and outages that are independent of each other;
    H. Garcia-Molina and K. Salem, "Sagas", 1987. Outages are all as long, so what is left of one is
    even from 0 to all of it. A step stays if its part, which was up when the step was done, has
    gone down before it is undone; ``half_done`` is right to first order in ``1 - up``.

    Leaves out: steps side by side; a step whose answer is lost, and that has to be idempotent;
    undoing that says no; outages of several parts at once by one cause; for ``half_done``, what a
    saga that went on had waited before.
    """
    within("len(fail_shares)", len(fail_shares), 1, 1000, "steps")
    prices = [0.0] * len(fail_shares) if undo_usd is None else list(undo_usd)
    within("len(undo_usd)", len(prices), len(fail_shares), len(fail_shares), "prices")
    for i, (fails, usd) in enumerate(zip(fail_shares, prices, strict=True)):
        within(f"fail_shares[{i}]", fails, 0.0, 1.0, advice="a share, not a percentage")
        within(f"undo_usd[{i}]", usd, 0.0, 1e6, "USD")
    times = [0.0] * len(fail_shares) if takes_s is None else list(takes_s)
    within("len(takes_s)", len(times), len(fail_shares), len(fail_shares), "times")
    for i, seconds in enumerate(times):
        within(f"takes_s[{i}]", seconds, 0.0, 1e6, "s")
    _outages(up, outage_s, tries_s)
    undone, cost, half, delayed, given_up = kernels.chain(
        np.array(fail_shares, float), np.array(prices, float), np.array(times, float),
        float(up), float(tries_s), float(outage_s),
    )  # fmt: skip
    gives_up = float(kernels.outlasts(1.0 - up, float(tries_s), float(outage_s)))
    through = prod((1.0 - p) * (1.0 - gives_up) for p in fail_shares)
    return Run(1.0 - through, given_up, delayed, undone, cost, half)


def compare(
    payment_fails: float = PAYMENT_FAILS,
    stock_fails: float = STOCK_FAILS,
    account_fails: float = ACCOUNT_FAILS,
    crossing: float = CROSSING,
    up: float = UP,
    outage_s: float = OUTAGE_S,
    tries_s: float = TRIES_S,
    pay_s: float = PAY_S,
) -> dict[str, Outcome]:
    """A million orders by each of `WAYS`; each touches stock, the customer's account and payment.

    Parameters
    ----------
    payment_fails, stock_fails, account_fails : how often each says no, 0 to 1.
    crossing : share of the orders that need two shards although stock and account are kept
        together where possible, 0 to 1.
    up, outage_s, tries_s : as for `run`; the coordinator is up for as long.
    pay_s : how long a payment takes, 0.001 to 3600 s.

    Raises
    ------
    ValueError
        For an argument outside the ranges above.

    Notes
    -----
    Two-phase commit needs three parts and the coordinator at once, the payment's provider being one
    of the three; a saga only needs who takes the order. In doubt is what has promised when the
    coordinator goes down (J. Gray, "Notes on data base operating systems", 1978): as many as are
    under way, by Little's law.

    Leaves out: aborts by conflicts and deadlocks; a coordinator with a twin, or one whose log is
    replicated; orders that pile up in an outage and come all at once after it.
    """
    for name, share in (
        ("payment_fails", payment_fails),
        ("stock_fails", stock_fails),
        ("account_fails", account_fails),
        ("crossing", crossing),
    ):
        within(name, share, 0.0, 1.0, advice="a share, not a percentage")
    _outages(up, outage_s, tries_s)
    within("pay_s", pay_s, 0.001, 3600.0, "s")
    table = kernels.saga(
        float(payment_fails), REFUND_USD, float(up), float(tries_s), 1, 1, 1.0, float(pay_s), 0.0,
        float(stock_fails), float(account_fails), UNDO_USD, float(crossing), float(outage_s), PER_S,
        COMMIT_S, PATIENCE_S, 1, SEED,
    )  # fmt: skip
    count = kernels.OUTCOMES
    values = table[: kernels.WAYS * count, kernels.VALUE].reshape(-1, count).tolist()
    return {way: Outcome(*row) for way, row in zip(WAYS, values, strict=True)}


def sell(
    pieces: int = PIECES,
    customers: int = CUSTOMERS,
    come_per_s: float = COME_PER_S,
    payment_fails: float = PAYMENT_FAILS,
    pay_s: float = PAY_S,
    hold_s: float = HOLD_S,
    commit_s: float = COMMIT_S,
    patience_s: float = PATIENCE_S,
    runs: int = RUNS,
    seed: int = SEED,
) -> dict[str, Sale]:
    """A hot item that more want than there are pieces, by the first three of `WAYS`.

    Parameters
    ----------
    pieces : 1 to 100,000.
    customers : who come, one piece for each, 1 to 100,000.
    come_per_s : at random, 0.001 to 1e6 a second.
    payment_fails : how often payment fails, or the customer does not go on, 0 to 1.
    pay_s : how long it takes, 0.001 to 3600 s.
    hold_s : after that a piece that was reserved and is not paid is free again, 0 to 1e6 s; not
        before ``pay_s``, when its payment has failed.
    commit_s : what promises and commit add to the time of a lock, 0 to 3600 s.
    patience_s : how long customers wait at a lock, 0 to 1e6 s.
    runs : 2 to 10,000.
    seed : of chance, 0 to 2**31 - 1.

    Raises
    ------
    ValueError
        For an argument outside the ranges above.

    Notes
    -----
    A simulation; the three ways see the same customers. With payment first exact results are in
    `scalelab.theory.patterns.saga.refunds`.

    Leaves out: customers who come again later, who want more than one, or who see how few are left.
    """
    within("pieces", pieces, 1, 100_000)
    within("customers", customers, 1, 100_000)
    within("come_per_s", come_per_s, 0.001, 1e6, "1/s")
    within("payment_fails", payment_fails, 0.0, 1.0, advice="a share, not a percentage")
    within("pay_s", pay_s, 0.001, 3600.0, "s")
    within("hold_s", hold_s, 0.0, 1e6, "s")
    within("commit_s", commit_s, 0.0, 3600.0, "s")
    within("patience_s", patience_s, 0.0, 1e6, "s")
    within("runs", runs, 2, 10_000)
    within("seed", seed, 0, 2**31 - 1)
    found = kernels.sales(
        int(pieces), int(customers), float(come_per_s), float(pay_s), float(hold_s),
        float(payment_fails), float(commit_s), float(patience_s), int(runs), int(seed),
    )  # fmt: skip
    each = [_estimate(row) for row in found]
    return {way: Sale(*each[3 * i : 3 * i + 3]) for i, way in enumerate(WAYS[: kernels.SALES])}


def _outages(up: float, outage_s: float, tries_s: float) -> None:
    within("up", up, 0.5, 1.0, advice="a share of the time, not a percentage")
    within("outage_s", outage_s, 0.001, 1e7, "s")
    within("tries_s", tries_s, 0.0, 1e9, "s")


def _estimate(values: Floats) -> Estimate:
    return Estimate(float(values.mean()), float(values.std(ddof=1) / np.sqrt(values.size)))
