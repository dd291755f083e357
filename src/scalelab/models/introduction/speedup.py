"""What a number of machines does that share something: by law, and simulated.

    >>> from scalelab.models.introduction.speedup import speedup
    >>> eight, sixteen = speedup(8), speedup(16)
    >>> round(eight.by_law), round(sixteen.by_law)
    (646, 1019)
    >>> [round(speedup(n).by_law) for n in (32, 64)]
    [1319, 1305]

The closed forms are in `scalelab.theory.introduction.usl` and in
`scalelab.theory.introduction.speedup`.
"""

from dataclasses import dataclass

import numpy as np

from scalelab.kernels.introduction.speedup import COLUMNS, simulated
from scalelab.kernels.introduction.usl import relative
from scalelab.models.check import one_of, within

# How the machines come to what they share.
ORDERS = ("All at once", "Each at its own time")


@dataclass(frozen=True)
class Speedup:
    """Result of `speedup`, all in requests a second.

    ``linear`` if nothing were shared, ``waiting`` with contention alone (Amdahl's law), ``by_law``
    with contention and coherency (the Universal Scalability Law); ``simulated`` is the mean of the
    runs, ``lowest`` and ``highest`` their ends.
    """

    linear: float
    waiting: float
    by_law: float
    simulated: float
    lowest: float
    highest: float


def speedup(
    machines: int,
    contention: float = 0.03,
    coherency: float = 0.0005,
    one_machine: float = 100.0,
    order: str = "All at once",
    requests: int = 600,
    runs: int = 5,
) -> Speedup:
    """Equal machines; a part of each request needs what all of them share, one at a time.

    Parameters
    ----------
    machines : 1 to 10,000
    contention : share of a request's work for which it holds what is shared, 0 to 0.9
    coherency : what each *other* machine adds to that time, as a share of a request's work, 0 to
        0.1
    one_machine : requests a second that one machine does alone, 0.001 to 1,000,000
    order : how the machines come, one of `ORDERS`. "All at once": in rounds, and the times at what
        is shared are exponential; the Universal Scalability Law is exact. "Each at its own time":
        both parts take exponential times, and nobody waits for a round to end.
    requests : simulated in each run, 10 to 10,000,000. The first half of a run of "Each at its own
        time" is simulated besides, and not counted.
    runs : independent runs, 1 to 1000

    Raises
    ------
    ValueError
        For an argument outside the ranges above.

    Notes
    -----
    Source of the law: N. J. Gunther, "Guerrilla Capacity Planning", Springer, 2007, chapter 4; of
    the simulation that it is exact for: arXiv:0808.1431, 2008.

    Leaves out: more than one thing that is shared; machines that differ; the work that comes (there
    is always another request); time-outs; a cache or a working set that grows with the machines,
    which can make the first few of them more than linear.
    """
    within("machines", machines, 1, 10_000)
    within("contention", contention, 0.0, 0.9, advice="a share, not a percentage")
    within("coherency", coherency, 0.0, 0.1, advice="a share for each other machine")
    within("one_machine", one_machine, 0.001, 1e6, "requests/s")
    one_of("order", order, ORDERS)
    within("requests", requests, 10, 10_000_000)
    within("runs", runs, 1, 1000)
    row = np.zeros(COLUMNS)
    simulated(
        row, ORDERS.index(order), int(requests), int(runs), int(machines), float(contention),
        float(coherency),
    )  # fmt: skip
    return Speedup(
        machines * one_machine,
        one_machine * float(relative(machines, contention, 0.0)),
        one_machine * float(relative(machines, contention, coherency)),
        *(one_machine * float(x) for x in row[2:5]),
    )
