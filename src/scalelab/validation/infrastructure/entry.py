"""Names, connections and requests against integrals, laws of random parts, and measurements."""

import math
from collections.abc import Iterator

from scalelab.facts.routing import STALE_AFTER_15_MINUTES, SWITCHED_WITHIN_A_MINUTE
from scalelab.models.infrastructure import entry as model
from scalelab.models.infrastructure.entry import divide
from scalelab.models.queueing.estimate import Estimate
from scalelab.theory.infrastructure import entry as theory
from scalelab.validation.row import Row, Topic, exact, simulated

MULTINOMIAL = "parts of independent sources, $(n-1) \\sum w_i^2$"
BETA = "parts of exponential sizes are Beta"
STICK = "pieces of a stick, {cite:t}`v-holst1980`"
RUNGE_KUTTA = "differential equation, Runge-Kutta"
SIMPSON = "integral, Simpson's rule"
FLAVEL = "{cite:t}`v-flavel2014`, TTL of 20 s"
RUNS = 1000


def _estimate(values: list[float]) -> Estimate:
    mean = sum(values) / len(values)
    square = sum((value - mean) ** 2 for value in values) / (len(values) - 1)
    return Estimate(mean, (square / len(values)) ** 0.5)


def _rows() -> Iterator[Row]:
    for machines in (5, 20):
        found = [divide(machines, runs=RUNS, seed=10 * seed).parts for seed in range(8)]
        for name, where, source, cv in (
            ("Name", "1,000 resolvers, Zipf 1", MULTINOMIAL,
             theory.hashed_cv(theory.zipf_weights(1000, 1.0), machines)),
            ("Dealt", "50 connections in turn", BETA, theory.dealt_cv(machines, 50)),
            ("Hashed", "50 connections by hash", BETA, theory.hashed_connections_cv(machines, 50)),
        ):  # fmt: skip
            yield simulated(
                "Variation of machines' parts, squared", f"{machines} machines, {where}", source,
                cv * cv, _estimate([parts[name].variation ** 2 for parts in found]),
            )  # fmt: skip
    for machines in (5, 20):
        parts = divide(machines, connections=machines, runs=4000).parts["Dealt"]
        yield Row(
            "Chance of less than the middle of the busiest",
            f"{machines} machines, a connection for each", "theory", STICK, 0.5,
            theory.busiest_below(parts.busiest / parts.mean, machines), 2.0 / 4000**0.5, ".3f",
        )  # fmt: skip
    story = divide()
    dns = story.ways["DNS"]
    yield exact(
        "Requests that fail, DNS", "ten minutes", SIMPSON,
        400.0 * (30.0 + theory.integral(lambda t: theory.kept(t, 60.0, 0.1, model.HOLD_S),
                                        0.0, 60.0)
                 + theory.integral(lambda t: theory.kept(t, 60.0, 0.1, model.HOLD_S),
                                   60.0, 570.0)),
        dns.failed, ".1f",
    )  # fmt: skip
    yield exact(
        "Requests that fail, layer 4", "ten minutes", RUNGE_KUTTA,
        2000.0 * theory.integral(
            lambda t: theory.on_the_dead(t, 5, 600.0, model.PATIENCE_S, 100), 0.0, 30.0, 50
        ),
        story.ways["Layer 4"].failed, ".1f", 1e-6,
    )  # fmt: skip
    for name in ("DNS", "Layer 4"):
        way = story.ways[name]
        at = way.added_s[13]
        yield exact(
            "Of its fair part", f"{name}, {at:.0f} s after a machine was added", SIMPSON,
            theory.moved_by_name(at, 60.0, 0.1, model.HOLD_S, 600.0) if name == "DNS"
            else theory.integral(lambda t: math.exp(-t / 600.0) / 600.0, 0.0, at),
            way.part[13], digits=1e-8,
        )  # fmt: skip
    left = divide(2, detect_s=0.1, ttl_s=model.MEASURED_TTL_S).ways["DNS"]
    # From the last moment shown on only those are left who keep it longer.
    end = left.dead_s[-1] - 0.1
    for at, reference, tolerance in (
        (60.0, 1.0 - SWITCHED_WITHIN_A_MINUTE.value, 0.02),
        (900.0, STALE_AFTER_15_MINUTES.value, 0.005),
    ):
        ours = 2.0 * left.fails[-1] * math.exp((end - at) / model.HOLD_S)
        yield Row(
            "Share with the old answer", f"{at:.0f} s after a change", "published", FLAVEL,
            reference, ours, tolerance, ".3f",
        )  # fmt: skip


TOPIC = Topic(
    "Load balancing: DNS, layer 4 and layer 7",
    "2,000 requests/s on five machines. A death is noticed after 30 s, answers may be kept for 60, "
    "a tenth keep them longer; 50 connections last ten minutes.",
    _rows,
)
