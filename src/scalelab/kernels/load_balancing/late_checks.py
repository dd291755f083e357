"""How often checks of a busy machine are late, once and several times in a row.

The machine's vCPUs work on one line of requests (M/M/c, which refuses what would wait for longer
than a limit). A check that finds a long line is late; the next one, an interval later, finds a line
that remembers it. So the chance of several late ones in a row is carried through the line's Markov
chain: its law where a check was in time, an interval on, those that are late, an interval on. Which
ends of service made it late is forgotten, which matters only to a check that follows very soon.

An interval on is exp(Qt) of a birth-and-death process, whose eigenvalues are real and negative. It
is taken as a sum of five solved systems, a rational approximation that is off by 3e-10 on all of
the negative axis (L. N. Trefethen, J. A. C. Weideman and T. Schmelzer, "Talbot quadratures and
rational approximations", BIT Numerical Mathematics 46, 2006, section 4).
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.jit import Floats, kernel

# Poles and residues of the best approximation of type (9, 10), by Caratheodory and Fejer, those
# above the axis.
POLES = (
    (4.0277324837297535, 1.1938560673334335, -4.8183820590063329, -21.054597597144859),
    (3.2837529000988401, 3.5943867748123672, 7.1171652095003077, 8.8195333231058921),
    (1.7154060337877302, 6.0389349290433154, -2.5655849971270768, -1.2163857358593981),
    (-0.89440468217118418, 8.5827569025058636, 0.27258698546166249, 0.014211728317987423),
    (-5.1611912516459428, 11.375156254838243, -0.0057849039773353378, 0.00068585070451673315),
)
NEGLIGIBLE = 0.01  # of the checks that are lost: then being late does not count


class Line(NamedTuple):
    """Rates in 1/s: ``arrive`` of requests, ``ends`` of service on one of ``vcpus``."""

    arrive: float
    ends: float
    vcpus: int


@kernel
def late_given(time: float, line: Line, late: Floats) -> None:
    """Chance that a check which finds 0, 1, 2, ... there has to wait for longer than ``time``.

    With n there it waits for n - c + 1 ends of service: fewer of them than that have come, which
    is Poisson. The terms are summed from the largest outwards, as e^-mean may be below a double.
    """
    mean = line.vcpus * line.ends * max(time, 0.0)
    peak = int(mean)
    beyond = int(mean + 40.0 * np.sqrt(mean) + 40.0)
    for n in range(late.size):
        late[n] = 0.0
    total = 0.0
    term = 1.0
    for k in range(peak, -1, -1):
        total += term
        if k < late.size:
            late[k] = term
        term *= k / mean if mean > 0.0 else 0.0
    term = 1.0
    for k in range(peak + 1, beyond):
        term *= mean / k
        total += term
        if k < late.size:
            late[k] = term
    # From the terms to their sums, and to the places in line.
    for k in range(1, late.size):
        late[k] += late[k - 1]
    for n in range(late.size - 1, -1, -1):
        ahead = n - line.vcpus + 1
        late[n] = min(late[ahead - 1] / total, 1.0) if ahead > 0 else 0.0
        if time <= 0.0:
            late[n] = 1.0


@kernel
def stationary(line: Line, law: Floats) -> None:
    """How many are there, of as many as ``law`` has places for."""
    # From the fullest state that is likely, so that nothing overflows on either side.
    term = 1.0
    total = 0.0
    for n in range(law.size):
        law[n] = term
        total += term
        term *= line.arrive / (line.ends * min(n + 1, line.vcpus))
        if term > 1e200:
            term *= 1e-200
            total *= 1e-200
            for i in range(n + 1):
                law[i] *= 1e-200
    for n in range(law.size):
        law[n] /= total


@kernel
def later(law: Floats, line: Line, time: float, work: Floats) -> None:
    """``law`` after ``time``; ``work``: room for five times as many numbers."""
    size = law.size
    carry_re = work[:size]
    carry_im = work[size : 2 * size]
    x_re = work[2 * size : 3 * size]
    x_im = work[3 * size : 4 * size]
    out = work[4 * size : 5 * size]
    up = line.arrive * time
    for n in range(size):
        out[n] = 0.0
    for i in range(len(POLES)):
        pole_re, pole_im, part_re, part_im = POLES[i]
        # (Q' t - z) x = law, from the top down and back up, without row exchanges.
        for n in range(size):
            down = line.ends * min(n, line.vcpus) * time
            down_next = line.ends * min(n + 1, line.vcpus) * time
            out_up = up if n < size - 1 else 0.0
            re = -out_up - down - pole_re
            im = -pole_im
            b_re = law[n]
            b_im = 0.0
            if n > 0:
                re -= up * carry_re[n - 1]
                im -= up * carry_im[n - 1]
                b_re -= up * x_re[n - 1]
                b_im -= up * x_im[n - 1]
            over = 1.0 / (re * re + im * im)
            carry_re[n] = down_next * re * over
            carry_im[n] = -down_next * im * over
            x_re[n] = (b_re * re + b_im * im) * over
            x_im[n] = (b_im * re - b_re * im) * over
        next_re = 0.0
        next_im = 0.0
        for n in range(size - 1, -1, -1):
            re = x_re[n]
            im = x_im[n]
            if n < size - 1:
                re -= carry_re[n] * next_re - carry_im[n] * next_im
                im -= carry_re[n] * next_im + carry_im[n] * next_re
            next_re = re
            next_im = im
            out[n] += 2.0 * (part_re * re - part_im * im)
    for n in range(size):
        law[n] = max(out[n], 0.0)


@kernel
def places(line: Line, time: float, limit: float) -> int:
    """So many can be there as matter: up to the limit, or till there are hardly ever more."""
    rate = line.vcpus * line.ends
    most = line.vcpus + int(rate * limit)
    busy = line.arrive / rate
    if busy >= 1.0:
        return most
    waiting = rate * max(time, 0.0)
    return min(most, int(line.vcpus + waiting + 6.0 * np.sqrt(waiting) + 20.0 / (1.0 - busy)))


@kernel
def until_late(
    line: Line, time: float, interval: float, lost: float, limit: float, tries: Floats
) -> float:
    """Mean number of checks until 1, 2, 3, ... fail in a row, into ``tries``; how many fail.

    A check fails if it is lost, by chance, or has to wait for longer than ``time``. Counted are the
    checks with fewer failures in a row before them, for each run that gets so long: runs begin
    after a success, and what the line does afterwards is not followed. Above 1e300 it is that.
    """
    size = places(line, time, limit) + 1
    law = np.empty(size)
    late = np.empty(size)
    stationary(line, law)
    late_given(time, line, late)
    slow = 0.0
    for n in range(size):
        slow += law[n] * late[n]
    share = lost + (1.0 - lost) * slow
    remembers = slow > NEGLIGIBLE * lost and 1.0 - share > 1e-9
    work = np.empty(5 * size if remembers else 0)
    if remembers:
        for n in range(size):
            law[n] *= (1.0 - lost) * (1.0 - late[n]) / (1.0 - share)
    reached = 1.0  # chance of so many failures after a success
    visits = 0.0
    for k in range(tries.size):
        visits += reached
        again = share
        if remembers:
            later(law, line, interval, work)
            again = 0.0
            for n in range(size):
                law[n] *= lost + (1.0 - lost) * late[n]
                again += law[n]
            for n in range(size):
                law[n] /= max(again, 1e-300)
        reached *= again
        tries[k] = min(visits / max(reached, 1e-300), 1e300)
    return share
