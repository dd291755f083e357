"""A Markov-modulated Poisson process: a stream that is calm most of the time, and crowded at times.

It has two states. In each, requests come as a Poisson stream of that state's rate; each lasts for
an exponential time, and then it is the other's turn (W. Fischer and K. Meier-Hellstern, "The
Markov-modulated Poisson process (MMPP) cookbook", Performance Evaluation 18(2) 1993).
"""

from typing import NamedTuple

from scalelab.kernels.jit import Floats, Words, kernel, step
from scalelab.kernels.random import exponential, uniform

CALM, CROWD = 0, 1
# What a caller keeps while it draws a stream: the state, and when the state ends (s).
STATE, ENDS = 0, 1
KEPT = 2


class Mmpp(NamedTuple):
    """Requests a second while calm and in a crowd; mean length of each of the two states (s).

    A rate may be 0. Lengths are above 0.
    """

    calm: float
    crowd: float
    calm_s: float
    crowd_s: float


@step
def begin(stream: Mmpp, chance: Words, kept: Floats) -> None:
    """At time 0, as at any time: in equilibrium. Sets ``kept``, of `KEPT` numbers."""
    crowded = uniform(chance) * (stream.calm_s + stream.crowd_s) < stream.crowd_s
    kept[STATE] = CROWD if crowded else CALM
    # How long a state has lasted says nothing about how long it still lasts.
    kept[ENDS] = exponential(chance, stream.crowd_s if crowded else stream.calm_s)


@step
def next_arrival(stream: Mmpp, t: float, until: float, chance: Words, kept: Floats) -> float:
    """When the first request after ``t`` comes; any time from ``until`` on means: none before it.

    ``t`` is the last request's time, or 0. A gap that outlasts its state is drawn anew from where
    the state ends, which is exact, as gaps have no memory.
    """
    while True:
        rate = stream.crowd if kept[STATE] == CROWD else stream.calm
        if rate > 0.0:
            comes = t + exponential(chance, 1.0 / rate)
            if comes < kept[ENDS]:
                return comes
        t = kept[ENDS]
        if t >= until:
            return t
        crowded = kept[STATE] == CALM
        kept[STATE] = CROWD if crowded else CALM
        kept[ENDS] = t + exponential(chance, stream.crowd_s if crowded else stream.calm_s)


@kernel
def draw_arrivals(stream: Mmpp, until: float, chance: Words, kept: Floats, times: Floats) -> int:
    """The requests before ``until``, in order, into ``times`` as far as it goes; their number."""
    begin(stream, chance, kept)
    n = 0
    t = next_arrival(stream, 0.0, until, chance, kept)
    while t < until and n < times.size:
        times[n] = t
        n += 1
        t = next_arrival(stream, t, until, chance, kept)
    return n
