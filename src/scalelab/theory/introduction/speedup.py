"""Throughput of machines that pass through one shared part, in closed form.

When all come at once, it is the Universal Scalability Law (`scalelab.theory.introduction.usl`).
When each comes at a time of its own, it is the machine repairman's queue, and exact by mean value
analysis (M. Reiser and S. S. Lavenberg, "Mean-Value Analysis of Closed Multichain Queuing
Networks", Journal of the ACM 27(2), 1980): who comes finds what one machine fewer would leave.
"""


def on_their_own(n: int, sigma: float, kappa: float, one_machine: float) -> float:
    """Requests/s of ``n`` machines that work and pass in exponential times, each on its own.

    Alone a request takes 1 - sigma, and at what is shared sigma + kappa (n - 1), in units of what
    one machine takes in all.
    """
    shared = sigma + kappa * (n - 1)
    waiting, rate = 0.0, 0.0
    for machines in range(1, n + 1):
        stay = shared * (1.0 + waiting)
        rate = machines / (1.0 - sigma + stay)
        waiting = rate * stay
    return one_machine * rate
