"""Load tests for the workbook on requirements: what their reports say, and their result files."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from scalelab.models.requirement.load_test import simulate

BEGAN_MS = 1_795_000_000_000  # an afternoon of November 2026
WARM_S = 60.0
SLOWER = 4.0  # times, while it warms up
REFUSED_MS = (1.0, 4.0)  # who is refused is told so at once
SPREAD = 0.6  # standard deviation of the logarithm of a time


class Report(NamedTuple):
    """What a closed test says: so many ``users`` asked, waited ``mean_ms`` for the answer, thought
    for ``think_s`` on average and asked again; ``requests`` were answered in so many ``minutes``.
    """

    users: int
    think_s: float
    requests: int
    minutes: float
    mean_ms: float


@dataclass(frozen=True)
class Case:
    """A closed test of one server, and what is wrong with its report, if anything.

    ``at_work``: of the users; ``counted``: requests for each that a user made; ``median``: it is
    given for the mean; ``at_server``: times are those of the server, without the queue before it;
    ``thinks``: whether the users did, as the report says.
    """

    users: int
    think_s: float
    service_ms: float
    seed: int
    pause_s: float = 0.0
    at_work: float = 1.0
    counted: int = 1
    median: bool = False
    at_server: bool = False
    thinks: bool = True

    @property
    def report(self) -> Report:
        measured = simulate(
            "Virtual users",
            service_ms=self.service_ms,
            pause_s=self.pause_s,
            n_users=round(self.users * self.at_work),
            think_s=self.think_s if self.thinks else 0.001,
            seed=self.seed,
        )
        said = measured.quantile_ms(0.5) if self.median else measured.mean_ms
        return Report(
            self.users,
            self.think_s,
            measured.sent_s.size * self.counted,
            measured.duration_s / 60.0,
            round(self.service_ms if self.at_server else said, 1),
        )


@dataclass(frozen=True)
class Run:
    """A load test of which ``requests`` begin after the warm-up, at random, for ten minutes.

    Times are independent and lognormal, ``median_ms`` in the middle; a share ``failed`` is refused.
    """

    requests: int
    median_ms: float
    failed: float
    seed: int

    @property
    def jtl(self) -> bytes:
        """Its result file, as JMeter writes it. Times are all different."""
        chance = np.random.default_rng(self.seed)
        warm = self.requests // 10
        n = warm + self.requests
        start_s = np.concatenate(
            [[0.0], chance.uniform(0.0, WARM_S, warm), chance.uniform(WARM_S, 660.0, n - warm)]
        )
        taken = self.median_ms * np.exp(SPREAD * chance.normal(size=n + 1))
        taken[: warm + 1] *= SLOWER
        failed = chance.uniform(size=n + 1) < self.failed
        failed[0] = False
        taken[failed] = chance.uniform(*REFUSED_MS, int(failed.sum()))
        lines = ["timeStamp,elapsed,label,responseCode,success"]
        lines += [
            f"{BEGAN_MS + int(1000 * start)},{ms:.4f},catalogue,"
            f"{503 if bad else 200},{'false' if bad else 'true'}"
            for start, ms, bad in zip(start_s, taken, failed, strict=True)
        ]
        return ("\n".join(lines) + "\n").encode()
