"""Recomputations at an expiry, against the closed forms."""

import math
from collections.abc import Iterator

import numpy as np

from scalelab.kernels.caching.stampede import next_request
from scalelab.kernels.jit import Floats
from scalelab.kernels.random import generator
from scalelab.models.caching.stampede import PROTECTIONS, simulate
from scalelab.theory.caching.stampede import (
    crowded_peak,
    early_nobody,
    early_recomputations,
    early_sooner_than,
    lease_wait,
    per_server_recomputations,
    unprotected_recomputations,
)
from scalelab.validation.row import Row, Topic

NONE, PER_SERVER, LEASE, EARLY, STALE = PROTECTIONS
COUNTED = "counting argument, see the theory module *stampede*"
XFETCH = (
    "{cite:t}`v-vattani2015`: a request at age $s$ before the expiry volunteers with "
    r"probability $e^{-s/\beta\delta}$; the rest follows by thinning a Poisson process"
)
FEW = (
    "The closed form is a limit for many requests and a large database: it treats them as a fluid. "
    "With 20 at a time chance matters, and not evenly: a crowd that happens to be larger lasts "
    "longer and so draws a still larger one. At twenty times the size (the row above) the figures "
    "agree."
)
RATE, RECOMPUTE, AMPLE, SERVERS = 200.0, 0.2, 100_000, 32


def recomputations(protection: str, parallel: int = AMPLE, rate: float = RATE) -> float:
    return simulate(
        protection, rate, RECOMPUTE * 1e3, parallel, SERVERS, n_expiries=5_000
    ).recomputations


def first_volunteers(rate: float, recompute: float, ttl: float, n: int) -> Floats:
    """When the first recomputation of ``n`` expiries begins; after 0: nobody came early."""
    state = generator(1)
    return np.array([next_request(state, -ttl, rate, recompute) for _ in range(n)])


def rows() -> Iterator[Row]:
    settings = f"{RATE:g} requests/s, {RECOMPUTE * 1e3:g} ms to recompute"
    for protection, expected, more, source, tolerance in (
        (NONE, unprotected_recomputations(RATE, RECOMPUTE), ", ample database", COUNTED, 0.01),
        (PER_SERVER, per_server_recomputations(RATE, RECOMPUTE, SERVERS), f", {SERVERS} servers",
         COUNTED, 0.01),
        (LEASE, 1.0, "", "one fetch by definition", 0.0),
        (STALE, 1.0, "", "one fetch by definition", 0.0),
        (EARLY, early_recomputations(), ", busy key", XFETCH, 0.02),
    ):  # fmt: skip
        yield Row(
            f"{protection}, recomputations", settings + more, "theory", source, expected,
            recomputations(protection), tolerance * expected, ".3f",
        )  # fmt: skip
    one_for_all = simulate(LEASE, RATE, RECOMPUTE * 1e3, n_expiries=5_000)
    waiting, wait = lease_wait(RATE, RECOMPUTE)
    for name, expected, measured, form in (
        ("requests that wait", waiting, one_for_all.waiting, ".3f"),
        ("their mean wait, ms", wait * 1e3, one_for_all.wait_ms, ".2f"),
    ):
        yield Row(
            f"{LEASE}, {name}", settings, "theory", COUNTED, expected, measured, 0.01 * expected,
            form,
        )  # fmt: skip
    for rate, parallel, why in ((4_000.0, 400, ""), (RATE, 20, FEW)):
        expected = crowded_peak(rate, RECOMPUTE, parallel)
        yield Row(
            f"{NONE}, recomputations",
            f"{rate:,g} requests/s, a database that slows down beyond {parallel}", "theory",
            "fluid limit of processor sharing, see the theory module *stampede*", expected,
            recomputations(NONE, parallel, rate), 0.02 * expected, ".1f", why,
        )  # fmt: skip
    rate, recompute, ttl = 5.0, 0.5, 60.0
    begun = first_volunteers(rate, recompute, ttl, 200_000)
    settings = f"{rate:g} requests/s, {recompute:g} s to recompute, TTL {ttl:g} s"
    yield Row(
        "XFetch, nobody comes early", settings, "theory", XFETCH,
        early_nobody(rate, recompute, ttl), float((begun >= 0.0).mean()), 0.003, ".2%",
    )  # fmt: skip
    lead = recompute * math.log(2.0)
    yield Row(
        f"XFetch, first more than {lead:.2f} s early", settings, "theory", XFETCH,
        early_sooner_than(lead, rate, recompute), float((begun < -lead).mean()), 0.003, ".2%",
    )  # fmt: skip


TOPIC = Topic(
    "Stampede",
    "Recomputations for one expiry of a popular entry, mean of 5,000 expiries; and when XFetch's "
    "first volunteer comes, in 200,000.",
    rows,
)
