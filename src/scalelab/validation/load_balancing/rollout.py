"""Rolling deploys against shared machines in calm, a fluid, and requests that stay open."""

from collections.abc import Iterator

from scalelab.models.load_balancing.rollout import BALANCERS, deploy
from scalelab.theory.load_balancing import rollout as theory
from scalelab.validation.row import Row, Topic, exact

TURNS = BALANCERS[0]
KELLY = "processor sharing, {cite:t}`v-kelly1979`, section 3.3"
FLUID = "the same as a fluid: requests in work over those done in a second"
OPEN = "M/G/infinity: rate times mean time times the chance to last longer"
LAST = "the last of a Poisson number of exponential times, by Ein"
LATE = "rate of a machine times delay times machines"
WORK, MACHINES = 0.007, 5


def _rows() -> Iterator[Row]:
    for busy in (0.5, 0.7, 0.9):
        response = deploy(busy)[TURNS].response_ms[0]
        assert response is not None
        yield exact(
            "Mean response before the deploy (ms)", f"{busy:.0%} busy", KELLY,
            theory.calm(7.0, busy, 4), response, digits=2e-4,
        )  # fmt: skip
    for warm_up in (2000.0, 5000.0, 10_000.0):
        yield exact(
            "Mean response of a new machine at worst (s)", f"warms up in {warm_up:,.0f} requests",
            FLUID, theory.slowest(400.0, 4, WORK, 3.0, warm_up),
            deploy(warm_up=warm_up)[TURNS].new_worst_ms / 1000.0, ".3f", 0.03,
        )  # fmt: skip
    for drain in (10.0, 30.0, 120.0):
        found = deploy(cold=1.0, drain_s=drain)[TURNS]
        yield exact(
            "Requests that are cut", f"time-out {drain:.0f} s", OPEN,
            MACHINES * theory.unfinished(4.0, 30.0, drain), found.cut, ".2f", 1e-6,
        )  # fmt: skip
        yield exact(
            "A machine is drained after (s)", f"time-out {drain:.0f} s", LAST,
            theory.drained(120.0, 30.0, drain), found.drained_s, digits=1e-5,
        )  # fmt: skip
    for first, machines in ((True, 6), (False, 5)):
        found = deploy(new_first=first, removal_s=2.0)[TURNS]
        yield exact(
            "Requests that are refused",
            f"learns after 2 s, new machines {'before' if first else 'after'}", LATE,
            2000.0 / machines * 2.0 * MACHINES, found.refused, ".1f",
        )  # fmt: skip


TOPIC = Topic(
    "A rolling deploy",
    "Five machines of 4 vCPUs, 7 ms of work a request, 70 % busy unless said otherwise; a new one "
    "needs three times the work at first. One request in a hundred stays open for 30 s. Round "
    "robin. The fluid leaves out what chance adds, so those rows are close, not equal.",
    _rows,
)
