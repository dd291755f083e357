"""Several regions change the same cart: what does each way to settle conflicts keep?

    >>> from scalelab.models.multi_region.conflict import simulate
    >>> 25 < simulate("Last writer, cart").wrong < 60
    True
    >>> simulate("OR-set").wrong
    0.0

The data types, to be read, are in `scalelab.models.multi_region.crdt`, the closed forms in
`scalelab.theory.multi_region.conflict`.
"""

from dataclasses import dataclass

from scalelab.kernels.multi_region.conflict import WHOLE, conflict
from scalelab.models.check import one_of, within

STRATEGIES = ("Last writer, cart", "Last writer, item", "Siblings, united", "PN-counters", "OR-set")
CLOCKS = ("Wall clock", "Hybrid logical clock")
OPERATIONS = ("Adds", "Removes")
FATES = ("As it should be", "Addition lost", "Removal undone")


@dataclass(frozen=True)
class Conflict:
    """Result of `simulate`.

    Of 1,000 acknowledged changes: ``kept`` are in effect in the end as they should be, ``lost``
    are additions whose piece is gone though nobody has removed it, ``undone`` are removals of
    which something is back; these three sum to 1000. ``wrong`` is ``lost`` plus ``undone``,
    ``fewest`` and ``most`` that of the luckiest and unluckiest run. ``wrong_carts`` is a share;
    ``entries`` are the times, counters or tags kept beside a cart. Again of 1,000 changes,
    ``to_siblings`` were made by somebody who was shown several versions, and ``unaware`` without
    knowledge of an earlier one.
    """

    kept: float
    lost: float
    undone: float
    wrong: float
    fewest: float
    most: float
    wrong_carts: float
    entries: float
    to_siblings: float
    unaware: float


def simulate(
    strategy: str,
    n_regions: int = 3,
    elsewhere: float = 0.5,
    gap_s: float = 5.0,
    n_changes: int = 20,
    removes: float = 0.25,
    products: int = 10,
    delay_ms: float = 100.0,
    cut_s: float = 0.0,
    skew_ms: float = 1000.0,
    clock: str = CLOCKS[0],
    run_changes: int = 1000,
    n_runs: int = 5,
    seed: int = 1,
) -> Conflict:
    """Carts are changed in several regions, which tell each other afterwards.

    Parameters
    ----------
    strategy : one of `STRATEGIES`. "Last writer, cart" and "Last writer, item": the later time
        stays, for the whole cart or for all pieces of a product. "Siblings, united": carts with
        version vectors; those that do not know each other are kept and shown united (G. DeCandia
        et al., "Dynamo", SOSP 2007, section 4.4). "PN-counters": pieces added and taken away, by
        product and region. "OR-set": each piece has a name, and a removal names those that were
        shown (both: M. Shapiro et al., INRIA RR-7506, 2011).
    n_regions : 2 to 5.
    elsewhere : share of the changes that are not made in the home region but in one of the others,
        each as likely, 0 to 1.
    gap_s : mean time from one change of a cart to the next, 0.001 to 86,400 s; at random (Poisson).
    n_changes : changes of one cart, 1 to 1000.
    removes : share of the changes that remove a product, with all pieces that should be shown; the
        others, and those that find nothing to remove, add a piece of any product. 0 to 1.
    products : number of products, 1 to 1000, each as likely.
    delay_ms : until a change is in the other regions, 0 to 600,000 ms.
    cut_s : how long all regions are cut off from each other, in the middle of a cart's life, 0 to
        86,400 s. What is sent meanwhile is there a delay after the end.
    skew_ms : what the home region's clock is ahead of the others, -600,000 to 600,000 ms.
    clock : one of `CLOCKS`; only the last-writer strategies ask for it. "Hybrid logical clock":
        never behind a time that its region has seen on the same key (S. Kulkarni et al., "Logical
        physical clocks", OPODIS 2014, without their limit on how far it may run ahead).
    run_changes : changes of a run, 1 to 10,000,000; its carts come one after the other.
    n_runs : 1 to 10,000.
    seed : any int; one seed gives one result. All strategies are given the same changes.

    Raises
    ------
    ValueError
        For an unknown name or an argument outside the ranges above.

    Notes
    -----
    What a cart should hold is what the OR-set holds, by definition: the pieces that nobody who saw
    them has removed. Counters do not say which piece is missing; the newest addition is taken.
    Leaves out: different delays, messages that are lost or come twice, copies within a region, and
    customers who notice and repair; collecting names that are not needed any more; checking out
    while something is under way. All strategies are given the same customers, though another cart
    on the screen would have led to other changes.
    """
    for name, chosen, allowed in (("strategy", strategy, STRATEGIES), ("clock", clock, CLOCKS)):
        one_of(name, chosen, allowed)
    within("n_regions", n_regions, 2, 5)
    within("elsewhere", elsewhere, 0.0, 1.0, advice="a share, not a percentage")
    within("gap_s", gap_s, 0.001, 86_400.0, "s")
    within("n_changes", n_changes, 1, 1000)
    within("removes", removes, 0.0, 1.0, advice="a share, not a percentage")
    within("products", products, 1, 1000)
    within("delay_ms", delay_ms, 0.0, 600_000.0, "ms")
    within("cut_s", cut_s, 0.0, 86_400.0, "s")
    within("skew_ms", skew_ms, -600_000.0, 600_000.0, "ms")
    within("run_changes", run_changes, 1, 10_000_000)
    within("n_runs", n_runs, 1, 10_000)
    table = conflict(
        int(n_regions), float(elsewhere), float(gap_s), int(n_changes), float(removes),
        int(products), float(delay_ms), float(cut_s), float(skew_ms), CLOCKS.index(clock),
        int(run_changes), int(n_runs), int(seed),
    )  # fmt: skip
    (row,) = table[(table[:, 0] == STRATEGIES.index(strategy)) & (table[:, 1] == WHOLE)]
    return Conflict(*(float(x) for x in row[2:12]))
