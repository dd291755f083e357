"""Health checks against closed forms, Feller's runs, and a line followed by dense matrices."""

from collections.abc import Iterator
from fractions import Fraction

from scalelab.kernels.load_balancing.health_checks import until_run
from scalelab.models.load_balancing.health_checks import LIMIT_S, WINDOW_S, watch
from scalelab.theory.load_balancing import health_checks as theory
from scalelab.validation.row import Row, Topic, exact

UNIFORM = "a moment that is uniform between two checks"
FELLER = "success runs, {cite:t}`v-feller1968`, XIII.7"
STEPS = "first steps, in fractions"
DENSE = "M/M/4 seen at intervals, matrix exponentials by eigenvalues"
WAIT = "M/M/4, {cite:t}`v-gross2008`, section 2.3"
LINE = "a line that fills, and what is too much after that"
DEFAULTS = {
    "Amazon, 30 s, 5 s, 2": (30.0, 5.0, 2), "HAProxy, 2 s, 2 s, 3": (2.0, 2.0, 3),
    "Kubernetes, 10 s, 1 s, 3": (10.0, 1.0, 3),
}  # fmt: skip


def _rows() -> Iterator[Row]:
    for where, (interval, timeout, failures) in DEFAULTS.items():
        found = watch(interval_s=interval, timeout_s=timeout, unhealthy=failures)["Real page"]
        assert found.out_s is not None
        assert found.worst_s is not None
        _, mean, worst = theory.detection(interval, failures, timeout)
        yield exact("Dead machine out after (s)", where, UNIFORM, mean, found.out_s, ".1f")
        yield exact("The same at the latest (s)", where, UNIFORM, worst, found.worst_s, ".1f")
        yield exact(
            "Requests that fail", where, "a fifth of 2,000/s for so long", 400.0 * mean,
            found.failed, ",.0f",
        )  # fmt: skip
    yield exact("Tries until 5 failures in a row", "1 in 2 fails", FELLER, 62.0, until_run(0.5, 5))
    for lost, failures in ((Fraction(1, 1000), 2), (Fraction(1, 20), 4)):
        found = watch(lost=float(lost), unhealthy=failures)["Connection"]
        assert found.false_alarm_h is not None
        yield exact(
            "Hours between false alarms", f"{float(lost):.1%} lost, {failures} in a row", STEPS,
            float(theory.recurrence_by_steps(lost, failures)) * 30.0 / 10.0 / 3600.0,
            found.false_alarm_h, ",.3f",
        )  # fmt: skip
    for rate in (2500.0, 2600.0):
        for interval in (1.0, 5.0):
            found = watch(
                rate_per_s=rate, interval_s=interval, timeout_s=0.05, unhealthy=3, lost=1e-6
            )["Empty page"]
            assert found.late is not None
            assert found.false_alarm_h is not None
            assert found.check_share is not None
            busy, where = rate * 0.007 / 20 + found.check_share, f"{rate:,.0f}/s, 0.05 s"
            yield exact(
                "Empty pages that are late", f"{where}, every {interval:.0f} s", WAIT,
                1e-6 + (1.0 - 1e-6) * theory.late(busy, 4, 0.007, 0.0005, 0.05), found.late,
                ".5f", digits=1e-6,
            )  # fmt: skip
            checks = theory.late_in_line(busy, 4, 0.007, 0.0005, 0.05, interval, 3)
            yield exact(
                "Hours between false alarms", f"{where}, three late, every {interval:.0f} s",
                DENSE, checks * interval / 10.0 / 3600.0, found.false_alarm_h, ".4f", digits=1e-3,
            )  # fmt: skip
    for rate in (2400.0, 2800.0):
        found = watch(rate_per_s=rate, interval_s=1.0, timeout_s=0.5, unhealthy=3)["Connection"]
        assert found.out_s is not None
        yield exact(
            "Requests that fail", f"four of five machines are too few, {rate:,.0f}/s", LINE,
            theory.overloaded(rate, 5, 4 / 0.007, LIMIT_S, found.out_s, WINDOW_S), found.failed,
            ",.0f", digits=2e-3,
        )  # fmt: skip


TOPIC = Topic(
    "Is it alive?",
    "Five machines of 4 vCPUs, 2,000 requests/s and two balancers unless said otherwise. Defaults "
    "are interval, timeout and failures in a row. Lines are followed in steps of 0.1 s: what they "
    "refuse agrees within 0.2 %. Late checks of pages leave out one in a million that is lost.",
    _rows,
)
