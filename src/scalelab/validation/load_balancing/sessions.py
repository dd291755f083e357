"""Sessions against visits added up, each machine's own equation, and the standard's own token."""

from collections.abc import Iterator
from fractions import Fraction

from scalelab.facts import sessions as facts
from scalelab.models.load_balancing.sessions import course, keep, token_bytes
from scalelab.theory.load_balancing import sessions as theory
from scalelab.validation.row import Row, Topic, exact

EICK = "what is left of visits under way, {cite:t}`v-eick1993physics`, added up"
EQUATION = "each machine goes towards what comes to it: one linear equation"
FOURIER = "generating function of Poisson packs, inverted by Fourier's transform"
KELLY = "symmetric queues, {cite:t}`v-kelly1979`, section 3.3"
JWT = "the example of RFC 7519, section 3.1"
ALL_BUSY = 3.5  # machines that all customers keep busy
LAWS = {"All alike": "alike", "Exponential": "exponential", "Heavy-tailed": "heavy"}


def _rows() -> Iterator[Row]:
    for visits, law in LAWS.items():
        (at,) = [one for one in course("A machine more", 4, visits) if one.minute == 6.0]
        old, new = theory.after_adding(4, theory.left(law, 6.0, 10.0))
        for name, share, busy in (("an old", old, at.busiest), ("the new", new, at.emptiest)):
            yield exact(
                "Busy, six minutes after a fifth machine", f"{name} one, visits {visits.lower()}",
                EICK, share * ALL_BUSY, busy, ".4%", 1e-4,
            )  # fmt: skip
    for drain in (0.0, 10.0):
        lost, most = theory.deploy(6, drain, 1.0, 10.0)
        found = keep(drain_min=drain)["Sticky"]
        where = f"six machines, drained for {drain:.0f} min"
        yield exact("Sessions lost in a deploy", where, EQUATION, lost, found.lost, ".2%")
        yield exact(
            "Busiest machine of a deploy", where, EQUATION, most * ALL_BUSY, found.busiest, ".2%"
        )
    for shared in (1, 100, 1000):
        heavy = 0.2 if shared > 1 else 0.0
        most = theory.busiest(20_000.0, 6, heavy, shared)
        yield exact(
            "Busiest of six machines by chance", f"{shared} behind an address", FOURIER,
            most / 20_000.0 * ALL_BUSY, keep("Nothing", shared=shared)["Sticky"].by_chance, ".3%",
            1e-6,
        )  # fmt: skip
    for way, more, trips in (
        ("Store", 0.105, 0.525),
        ("Token", facts.RS256_VERIFICATION.value, 0.0),
    ):
        found = keep("Nothing")[way]
        assert found.longer_ms is not None
        yield exact(
            "A request takes longer by (ms)", way, KELLY,
            theory.longer(1.0 / 3.0, 7.0, more, trips, 4), found.longer_ms,
        )  # fmt: skip
    yield exact(
        "Tokens renewed (1/s)", "good for 15 min", "a life, and the wait for the next click",
        float(theory.renewals(Fraction(20_000), Fraction(900), Fraction(10))),
        keep("Nothing")["Token"].look_ups_per_s,
    )  # fmt: skip
    # Its header has 40 characters in place of our 36.
    yield Row(
        "Length of a token (bytes)", "70 bytes, HS256", "published", JWT, 179.0,
        token_bytes(70, facts.HS256_CHARS.value) + 4.0, 0.0, ".0f",
    )  # fmt: skip


TOPIC = Topic(
    "Where to keep a session",
    "Of 20,000 customers at once, each with a visit of ten minutes and a request in ten seconds. "
    "Machines have 4 vCPUs, and a request takes 7 ms of one.",
    _rows,
)
