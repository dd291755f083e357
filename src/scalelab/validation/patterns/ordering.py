"""The order of events against races, histories, integrals and a published formula of queues."""

from collections.abc import Iterator

from scalelab.kernels.patterns.ordering import ATTEMPTS
from scalelab.models.patterns.ordering import handle
from scalelab.theory.patterns import ordering as theory
from scalelab.validation.row import Row, Topic, exact

RACE = "a race of two exponential times, {cite:t}`v-feller1971`"
HISTORIES = "all courses of both events, races by integrals"
POLLACZEK = "M/G/1, Pollaczek and Khinchine, {cite:t}`v-kleinrock1975`"
GEOMETRIC = "a geometric sum"
DEAD = "the chance that only the first is a dead letter"


def _rows() -> Iterator[Row]:
    for gap_s in (0.02, 0.05, 0.1, 0.2):
        found = handle(gap_s=gap_s, fails=0.0, repeated=0.0, poison=0.0)
        yield exact(
            "Wrong states with any worker (of a million)", f"{gap_s:g} s apart, no faults", RACE,
            1e6 * theory.overtakes(gap_s, 20.0), found["Any worker"].wrong, ".1f",
        )  # fmt: skip
    for gap_s, fails, repeated, kept_s in (
        (10.0, 0.001, 0.001, 300.0), (10.0, 0.001, 0.001, 0.0), (0.1, 0.01, 0.02, 20.0),
        (40.0, 0.05, 0.05, 45.0),
    ):  # fmt: skip
        found = handle(gap_s=gap_s, fails=fails, repeated=repeated, kept_s=kept_s)
        where = (
            f"{gap_s:g} s apart, {fails:.1%} fail, {repeated:.1%} again, keys for {kept_s:.0f} s"
        )
        wrong = theory.wrong_at_any_worker(
            gap_s, 0.05, fails, repeated, 0.0001, ATTEMPTS, 30.0, kept_s
        )
        yield exact("Wrong states with any worker (of a million)", where, HISTORIES, 1e6 * wrong,
                    found["Any worker"].wrong, ".2f", 1e-6)  # fmt: skip
        courses = theory.histories(fails, repeated, ATTEMPTS, 30.0, kept_s)
        twice = 0.9999 * sum(h.chance for h in courses if h.twice and h.first > 0)
        if kept_s < 300.0:
            yield exact("Orders with an event applied twice (of a million)", where, HISTORIES,
                        1e6 * twice * (2.0 - twice), found["Any worker"].twice, ".2f",
                        1e-6)  # fmt: skip
    for poison in (0.0001, 0.001):
        found = handle(fails=0.0, repeated=0.0, poison=poison)
        yield exact("Wrong states with a group per order (of a million)", f"{poison:.2%} poison",
                    DEAD, 1e6 * poison * (1.0 - poison), found["Group per order"].wrong,
                    ".2f")  # fmt: skip
    for fails in (0.001, 0.01):
        attempts = theory.mean_attempts(fails + 0.001, 0.0001, ATTEMPTS)
        found = handle(fails=fails)
        where = f"20 workers, {fails:.1%} fail"
        yield exact("Events/s with any worker", where, GEOMETRIC, 20.0 / (0.05 * attempts),
                    found["Any worker"].capacity_per_s, ".2f")  # fmt: skip
        yield exact("Events/s with retries in place", where, GEOMETRIC,
                    20.0 / (0.05 * attempts + 30.0 * (attempts - 1.0)),
                    found["Retry in place"].capacity_per_s, ".2f")  # fmt: skip
    for backoff_s in (0.0, 0.5, 2.0):
        # Pauses are few and long, so that one table, of five runs, may be a tenth off.
        tables = [handle(backoff_s=backoff_s, fails=0.01, seed=5 * k) for k in range(8)]
        yield exact(
            "Mean wait in a partition (s)",
            f"1% fail, tried again in place after {backoff_s:g} s; 40 runs", POLLACZEK,
            theory.mean_wait_in_place(5.0, 0.05, 0.011, 0.0001, ATTEMPTS, backoff_s),
            sum(found["Retry in place"].wait_s for found in tables) / len(tables), ".4f", 0.05,
        )  # fmt: skip
    found = handle(repeated=0.3, fails=0.0, poison=0.0, kept_s=1e5)
    # Only what was not acknowledged five times is sent again after hours.
    yield exact("Orders with an event applied twice (of a million)",
                "a third comes again, keys are kept for long", "five times in a row",
                1e6 * (1.0 - (1.0 - 0.3**ATTEMPTS) ** 2), found["Any worker"].twice,
                ".1f")  # fmt: skip


TOPIC = Topic(
    "The order of events",
    "Orders of two events each; 20 workers, 100 events/s of 50 ms, tried again after 30 s up to "
    "five times, one in 10,000 poison, unless said otherwise. Waits in a blocked partition are "
    "simulated, in runs of 16,000 events.",
    _rows,
)
