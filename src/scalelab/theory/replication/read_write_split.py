"""What a primary and its read replicas carry, and how long a read takes, in closed form.

Of X requests a second a share g writes. A read takes S_read of one core, a write S_write on the
primary and f S_write on every replica, and a server has C core-milliseconds a second to give (its
cores times the utilisation that is allowed). With n replicas:

- The primary executes all writes: X g S_write <= C, whatever n is.
- Each replica applies all writes and answers its part of the reads:
  X (g f S_write + (1 - g) S_read / n) <= C.

So X = min(C / (g S_write), n C / ((1 - g) S_read + n f g S_write)). If the primary takes reads too,
any division of the reads keeps the sum of all work, X ((1 - g) S_read + g S_write (1 + n f)), and
the even one makes it (n + 1) C. The limits meet at n (1 - f) g S_write = (1 - g) S_read in both
cases. One server carries C / ((1 - g) S_read + g S_write), so no number of replicas gives more than
1 + (1 - g) S_read / (g S_write) times that: the law of G. M. Amdahl, "Validity of the single
processor approach to achieving large scale computing capabilities", AFIPS 1967, where the part
that does not divide is the writes' share of one server's work. With f = 1 and a primary that reads
it is Amdahl's law for n + 1 processors, and the example of the MySQL manual's replication FAQ.
"""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Split:
    """``write_share`` g, ``read_ms`` S_read, ``write_ms`` S_write, ``apply_share`` f, ``capacity``
    C of a server in core-milliseconds a second."""

    write_share: float
    read_ms: float
    write_ms: float
    apply_share: float
    capacity: float
    primary_reads: bool = False

    @property
    def reads(self) -> float:
        """Work of the reads in one mean request, core-ms."""
        return (1.0 - self.write_share) * self.read_ms

    @property
    def writes(self) -> float:
        return self.write_share * self.write_ms

    @property
    def write_ceiling(self) -> float:
        """Requests/s that no number of replicas exceeds."""
        return self.capacity / self.writes

    @property
    def most_gain(self) -> float:
        """The same as a multiple of what one server carries (Amdahl)."""
        return 1.0 + self.reads / self.writes

    @property
    def useful_replicas(self) -> float:
        """Number at which primary and replicas are full together; more carry nothing."""
        saved = self.writes * (1.0 - self.apply_share)
        return self.reads / saved if saved > 0.0 else math.inf

    def ceiling(self, replicas: int) -> float:
        """Requests/s at which the first server is full."""
        applies = self.writes * self.apply_share
        if replicas == 0:
            return self.capacity / (self.reads + self.writes)
        if self.primary_reads:
            work = self.reads + self.writes + replicas * applies
            shared = (replicas + 1) * self.capacity / work
        else:
            shared = replicas * self.capacity / (self.reads + replicas * applies)
        return min(shared, self.write_ceiling)

    def replicas_for(self, request_rate: float, failed: int = 0) -> int | None:
        """The fewest that carry this rate while ``failed`` are down; None if no number does."""
        if request_rate > self.write_ceiling:
            return None
        if request_rate <= self.ceiling(0) * (1.0 + 1e-9):
            return 0
        # Work that has to be divided, and what each replica has left for it.
        work = request_rate * self.reads
        if self.primary_reads:
            work -= self.capacity - request_rate * self.writes
        left = self.capacity - request_rate * self.writes * self.apply_share
        return failed + math.ceil(work / left - 1e-9) if left > 0.0 else None

    def months(self, request_rate: float, growth: float) -> float:
        """Until the primary is full with writes alone, at ``growth`` a year (0.5: half more)."""
        room = self.write_ceiling / request_rate
        if room <= 1.0:
            return 0.0
        return 12.0 * math.log(room) / math.log1p(growth) if growth > 0.0 else math.inf

    def shards(self, request_rate: float) -> int:
        """Primaries needed if the writes divide evenly among them."""
        return max(math.ceil(request_rate / self.write_ceiling - 1e-9), 1)


def amdahl(divides_not: float, processors: float) -> float:
    """Speed-up of Amdahl's law if a share ``divides_not`` of the work does not divide."""
    return 1.0 / (divides_not + (1.0 - divides_not) / processors)


def after_failure(reads: float, applies: float, replicas: int, failed: int) -> float:
    """Utilisation of a survivor: the reads of those that failed come on top, the writes do not.

    ``reads`` and ``applies``: utilisation of a replica by each while all are up.
    """
    return reads * replicas / (replicas - failed) + applies


def mean_read(read_rate: float, write_rate: float, read_ms: float, write_ms: float) -> float:
    """Mean time of a read in ms on a server of one core, waiting and being served.

    Two kinds of requests in one line, each exponential: the wait of the M/G/1 queue (Pollaczek and
    Khinchine), rate times mean square of the work over 2 (1 - utilisation). ``write_ms`` is what a
    write takes on this server. Rates a second.
    """
    utilisation = (read_rate * read_ms + write_rate * write_ms) * 1e-3
    if utilisation >= 1.0:
        raise ValueError(f"utilisation is {utilisation:.3g}, allowed is below 1: the line grows")
    squares = (read_rate * 2.0 * read_ms**2 + write_rate * 2.0 * write_ms**2) * 1e-3
    return read_ms + squares / (2.0 * (1.0 - utilisation))
