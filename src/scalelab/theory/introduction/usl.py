"""The Universal Scalability Law, in closed form.

N. J. Gunther, "Guerrilla Capacity Planning", Springer, 2007, chapter 4: each further machine waits
its turn at what is shared (contention, ``sigma``) and has to agree with each of the others
(coherency, ``kappa``). With kappa = 0 it is the law of G. M. Amdahl, "Validity of the single
processor approach to achieving large scale computing capabilities", AFIPS 30, 1967.
"""

import math


def throughput(n: float, sigma: float, kappa: float, one_machine: float) -> float:
    """Of ``n`` machines, when one alone has ``one_machine``.

    X(n) = X_1 n / (1 + sigma (n - 1) + kappa n (n - 1)).
    """
    return one_machine * n / (1.0 + sigma * (n - 1.0) + kappa * n * (n - 1.0))


def peak(sigma: float, kappa: float) -> float:
    """Number of machines, a real number, beyond which more machines do less.

    Where the derivative of `throughput` is zero; infinite when nothing has to be agreed upon.
    """
    if kappa == 0.0:
        return math.inf
    return math.sqrt((1.0 - sigma) / kappa)


def limit(sigma: float, one_machine: float) -> float:
    """Throughput that no number of machines reaches when kappa is 0: Amdahl's asymptote."""
    if sigma == 0.0:
        return math.inf
    return one_machine / sigma
