"""The fitted scalability law, against fits that others published and against its own promise."""

from collections.abc import Iterator

import numpy as np

from scalelab.models.introduction.usl import DATA_SETS, Estimate, Interval, Law, fit
from scalelab.theory.introduction.usl import peak, throughput
from scalelab.validation.row import Row, Topic

TRACER, SPEC, CISCO, EXACT = DATA_SETS
USL = "{cite:t}`v-moeding2022`, package *usl* 3.0.3"
TESTS = f"{USL}, stored test output"
VIGNETTE = f"{USL}, manual"
BOOK = "{cite:t}`v-schwartz2015`, as the tests of usl4j {cite:p}`v-hale2019` have it"
# Student's t as the package takes it: one-sided 95%, with n - 1 degrees of freedom.
THEIR_T_5 = 2.0150483733330233
QUANTILE = (
    "the package multiplies the same standard error (row above) by the 95% quantile of t with "
    "n - 1 = 5 degrees of freedom, 2.015. That cuts off 5% on either side, and counts one "
    "parameter where three are fitted. Two-sided, with n - 3 = 3, it is 3.182"
)
HELD = (
    "coherency is at its bound 0. The package's standard errors count it as free all the same; "
    "ours count it as known"
)
NEAR_BOUND = (
    "so little coherency is often put at its bound 0, where it counts as known: the intervals of "
    "the others are then too narrow"
)
REPETITIONS = 4000
SIZES = np.array([1.0, 2.0, 4.0, 8.0, 16.0, 24.0, 32.0, 48.0])
AHEAD = 64.0
NOISE = 4.0


def law_of(name: str, used: int | None = None) -> Law:
    pairs = np.array(DATA_SETS[name]).reshape(-1, 2)[:used]
    return fit(pairs[:, 0], pairs[:, 1])


def error(estimate: Estimate) -> float:
    assert estimate.standard_error is not None
    return estimate.standard_error


def half(interval: Interval | None) -> float:
    assert interval is not None
    return 0.5 * (interval[1] - interval[0])


def ray_tracer() -> Iterator[Row]:
    six = law_of(TRACER, 6)
    about = "ray tracer, first 6"
    for name, value, ours, tolerance, form in (
        ("Contention", 0.02444, six.sigma, 5e-6, ".5f"),
        ("Coherency", 0.00163, six.kappa, 5e-6, ".5f"),
        ("One processor", 20.85605, six.one_machine, 5e-6, ".5f"),
    ):
        yield Row(name, about, "published", TESTS, value, ours.value, tolerance, form)
    for name, low, high, ours, tolerance in (
        ("contention", 0.00754, 0.04135, six.sigma, 5e-6),
        ("coherency", 0.00110, 0.00215, six.kappa, 3e-6),
        ("one processor", 19.26717, 22.44492, six.one_machine, 1e-4),
    ):
        yield Row(
            f"Standard error, {name}", about, "published", f"{TESTS}: interval over 2 × 2.015",
            0.5 * (high - low) / THEIR_T_5, error(ours), tolerance, ".6f",
        )  # fmt: skip
        yield Row(
            f"Half of the 95% interval, {name}", about, "published", TESTS, 0.5 * (high - low),
            half(ours.interval), tolerance, ".5f", QUANTILE,
        )  # fmt: skip
    whole = law_of(TRACER)
    about = "ray tracer, all 11"
    for name, value, ours, tolerance, form in (
        ("Contention", 0.057771, whole.sigma, 1e-6, ".6f"),
        ("Coherency, at its bound", 0.0, whole.kappa, 0.0, ".6f"),
        ("One processor", 21.848843, whole.one_machine, 1e-5, ".6f"),
    ):
        yield Row(name, about, "published", VIGNETTE, value, ours.value, tolerance, form)
    yield Row(
        "Standard error, contention", about, "published", VIGNETTE, 0.013293, error(whole.sigma),
        1e-6, ".6f", HELD,
    )  # fmt: skip


def spec() -> Iterator[Row]:
    law = law_of(SPEC)
    assert law.residual is not None
    at_peak = law.at(law.peak.value).throughput
    for name, value, ours, tolerance, form in (
        ("Contention", 0.0277285, law.sigma.value, 1e-6, ".6f"),
        ("Coherency", 1.044e-4, law.kappa.value, 5e-8, ".7f"),
        ("One user", 89.9952384, law.one_machine.value, 1e-4, ".5f"),
        ("Standard error, contention", 0.0091217, error(law.sigma), 1e-6, ".6f"),
        ("Standard error, coherency", 1.99e-5, error(law.kappa), 5e-8, ".7f"),
        ("Standard error, one user", 14.2134906, error(law.one_machine), 1e-4, ".5f"),
    ):
        yield Row(name, "SPEC SDM91", "published", VIGNETTE, value, ours, tolerance, form)
    for name, value, ours, tolerance, form in (
        ("Residual standard error", 82.85, law.residual, 0.005, ".3f"),
        ("Peak, users", 96.51956, law.peak.value, 1e-3, ".4f"),
        ("Peak, scripts an hour", 1884.0, at_peak, 0.5, ".1f"),
        ("Scripts an hour, 216 users", 1646.0, law.at(216.0).throughput, 0.5, ".1f"),
    ):
        yield Row(name, "SPEC SDM91", "published", TESTS, value, ours, tolerance, form)


def others() -> Iterator[Row]:
    law = law_of(EXACT)
    for name, value, ours in (
        ("Contention", 0.02, law.sigma.value),
        ("Coherency", 0.02, law.kappa.value),
        ("One machine", 1.0, law.one_machine.value),
    ):
        about = "the law to four decimals"
        yield Row(name, about, "published", TESTS, value, ours, 5e-5, ".5f")
    law = law_of(CISCO)
    for name, value, ours, tolerance, form in (
        ("Contention", 0.02671591, law.sigma.value, 1e-7, ".8f"),
        ("Coherency", 7.690945e-4, law.kappa.value, 1e-9, ".10f"),
        ("One thread", 995.6486, law.one_machine.value, 1e-3, ".4f"),
        # Cut off, not rounded, as is the peak's size: 35.57.
        ("Queries/s, 35 threads", 12_341.0, law.at(35.0).throughput, 1.0, ".1f"),
    ):
        yield Row(name, "MySQL at Cisco", "published", BOOK, value, ours, tolerance, form)


def coverage(sigma: float, kappa: float, seed: int) -> dict[str, float]:
    """Of 95% intervals from measurements of a law that is known: how many hold the truth."""
    one = 20.0
    truth = np.array([throughput(n, sigma, kappa, one) for n in SIZES])
    ahead = throughput(AHEAD, sigma, kappa, one)
    rng = np.random.default_rng(seed)
    hits: dict[str, list[bool]] = {}
    for _ in range(REPETITIONS):
        law = fit(SIZES, truth + rng.normal(0.0, NOISE, SIZES.size))
        point = law.at(AHEAD)
        for name, interval, value in (
            ("contention", law.sigma.interval, sigma),
            ("coherency", law.kappa.interval, kappa),
            ("one machine", law.one_machine.interval, one),
            ("peak", law.peak.interval, peak(sigma, kappa)),
            ("curve at 64", point.confidence, ahead),
            ("new measurement at 64", point.predicted, ahead + rng.normal(0.0, NOISE)),
        ):
            # A parameter at its bound has no interval; it is right if that is where the truth is.
            held = interval is None and value == 0.0
            inside = interval is not None and interval[0] <= value <= interval[1]
            hits.setdefault(name, []).append(held or inside)
    return {name: float(np.mean(each)) for name, each in hits.items()}


def promises() -> Iterator[Row]:
    error = 4.0 * float(np.sqrt(0.95 * 0.05 / REPETITIONS))
    for sigma, kappa, explanation in ((0.03, 0.001, ""), (0.03, 0.0001, NEAR_BOUND)):
        for name, share in coverage(sigma, kappa, seed=7).items():
            missed = abs(share - 0.95) > error
            yield Row(
                f"Intervals that hold the truth, {name}",
                f"contention {sigma}, coherency {kappa}", "theory",
                "95% of 95% intervals, 4 standard errors", 0.95, share, error, ".4f",
                explanation if missed else "",
            )  # fmt: skip


def rows() -> Iterator[Row]:
    yield from ray_tracer()
    yield from spec()
    yield from others()
    yield from promises()


TOPIC = Topic(
    "Fitting the scalability law",
    "Published fits to published measurements, to the digits printed, and the intervals' own "
    f"promise: {REPETITIONS:,} times eight measurements of a law that is known, sizes 1 to 48, "
    "throughput of one machine 20, noise with a standard deviation of 4.",
    rows,
)
