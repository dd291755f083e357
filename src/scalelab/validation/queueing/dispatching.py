"""Load balancing, simulated, against closed forms, chains, and another program's figures."""

import math
from collections.abc import Iterator

from scalelab.models.queueing.dispatching import Simulated, simulate
from scalelab.models.queueing.law import exponential
from scalelab.theory.queueing import dispatching as theory
from scalelab.theory.queueing import erlang
from scalelab.validation.row import Row, Topic, simulated

N = 1_000_000
MANY = 1000
SERVICE = exponential(1.0)
MM1 = "M/M/1 for each, {cite:t}`v-kleinrock1975`, section 3.2"
ROOT = "E_n/M/1 for each, {cite:t}`v-kleinrock1975`, section 6.4"
ERLANG_C = "M/M/n, Erlang C, {cite:t}`v-gross2008`, section 2.3"
PATTERN = "chain of the pattern and the length, {cite:t}`v-latouche1999`"
CHAIN = "chain of both lengths, {cite:t}`v-latouche1999`"
LIMIT = "limit of many servers, {cite:t}`v-mitzenmacher2001`"
OLD = "limit of many servers, {cite:t}`v-mitzenmacher2000`, computed"
IDLE = "limit of many servers, {cite:t}`v-lu2011`"
# Means of a uniformised Markov chain of 100 servers, half the width of their 95 % intervals.
ANOTHER = "uniformised chain, 300 million events, by a program of its own"
FIGURES = {
    2: {0.5: (1.2670, 0.0006), 0.9: (2.6448, 0.0041), 0.95: (3.4553, 0.0082)},
    3: {0.5: (1.1273, 0.0004), 0.9: (2.0623, 0.0020), 0.95: (2.6179, 0.0044)},
    100: {0.5: (0.9994, 0.0007), 0.9: (1.0652, 0.0016), 0.95: (1.2200, 0.0040)},
}


def run(
    policy: str, rho: float, servers: int | list[float], choices: int = 2, age: float = 0.0,
    n_customers: int = N,
) -> Simulated:  # fmt: skip
    """Longer until it counts where there are more to fill."""
    speed = float(servers) if isinstance(servers, int) else sum(servers)
    gap = exponential(1.0 / (rho * speed))
    warm_up = int(100_000 + 200 * speed)
    return simulate(gap, SERVICE, servers, policy, choices, age, n_customers, warm_up)


def quantile(settings: str, q: float, rho: float, found: Simulated) -> Row:
    """By the width of a bin, and nearly as much for chance."""
    reference = -math.log(1.0 - q) / (1.0 - rho)
    return Row(
        f"Response time that {1.0 - q:.0%} exceed (s)", settings, "theory", MM1, reference,
        found.response_quantile_s(q), 0.03 * reference,
    )  # fmt: skip


def blind() -> Iterator[Row]:
    """Policies that do not look."""
    for rho, servers in ((0.5, 10), (0.8, 10)):
        where = f"random, {servers} servers, load {rho:g}"
        found = run("random", rho, servers)
        yield simulated(
            "Mean response time (s)", where, MM1, theory.mean_response_at_random(rho),
            found.response_s,
        )  # fmt: skip
        yield simulated("Utilisation of the first server", where, MM1, rho, found.utilisation[0])
        for q in (0.5, 0.95, 0.99):
            yield quantile(where, q, rho, found)
    for rho, servers in ((0.5, 2), (0.8, 2), (0.8, 10), (0.9, 100)):
        found = run("round robin", rho, servers)
        yield simulated(
            "Mean response time (s)", f"round robin, {servers} servers, load {rho:g}", ROOT,
            theory.mean_response_in_turn(rho, servers), found.response_s,
        )  # fmt: skip
    for speeds, pattern in (([2.0, 1.0], [0, 1, 0]), ([5.0, 1.0, 1.0], [0, 0, 1, 0, 2, 0, 0])):
        where = f"speeds {', '.join(f'{speed:g}' for speed in speeds)}, load 0.8"
        rate = 0.8 * sum(speeds)
        yield simulated(
            "Mean response time (s)", f"weighted random, {where}", MM1,
            theory.mean_response_by_weight(rate, speeds),
            run("weighted random", 0.8, speeds).response_s,
        )  # fmt: skip
        found = run("weighted round robin", 0.8, speeds)
        yield simulated(
            "Mean response time (s)", f"weighted round robin, {where}", PATTERN,
            theory.mean_response_in_pattern(rate, speeds, pattern), found.response_s,
        )  # fmt: skip
        yield simulated(
            "Utilisation of the last server", f"weighted round robin, {where}", PATTERN, 0.8,
            found.utilisation[-1],
        )  # fmt: skip


def looking() -> Iterator[Row]:
    """Policies that look at all servers."""
    for rho, servers in ((0.8, 2), (0.8, 10), (0.9, 10), (0.9, 20)):
        where = f"least work, {servers} servers, load {rho:g}"
        found = run("least work", rho, servers)
        waits = erlang.waits(rho * servers, servers)
        yield simulated("Share that waits", where, ERLANG_C, waits, found.waits)
        yield simulated(
            "Mean response time (s)", where, ERLANG_C,
            1.0 + erlang.mean_wait(rho * servers, servers), found.response_s,
        )  # fmt: skip
    for policy, rule in (("least connections", theory.shorter), ("join idle queue", theory.idle)):
        for rho in (0.5, 0.8):
            yield simulated(
                "Mean response time (s)", f"{policy}, 2 servers, load {rho:g}", CHAIN,
                theory.mean_response_of_two(rho, rule), run(policy, rho, 2).response_s,
            )  # fmt: skip
    found = run("join idle queue", 0.8, MANY, n_customers=N // 4)
    yield simulated(
        "Mean response time (s)", f"join idle queue, {MANY:,} servers, load 0.8", IDLE, 1.0,
        found.response_s,
    )  # fmt: skip


def figures() -> Iterator[Row]:
    """Both have an error: four standard errors of the difference."""
    for choices, known in FIGURES.items():
        for rho, (mean, half) in known.items():
            if choices == 100:
                policy = "least connections"
                found = run(policy, rho, 100).response_s
            else:
                policy = f"{choices} choices"
                found = run("power of choices", rho, 100, choices).response_s
            yield Row(
                "Mean response time (s)", f"{policy}, 100 servers, load {rho:g}", "peer", ANOTHER,
                mean, found.mean, 4.0 * math.hypot(found.se, half / 1.96),
            )  # fmt: skip


def limits() -> Iterator[Row]:
    """Allowed besides is what is left to the limit: some parts in the number of servers."""
    for choices in (2, 3):
        where = f"{choices} choices, {MANY:,} servers, load 0.9"
        found = run("power of choices", 0.9, MANY, choices)
        mean = theory.mean_response_of_choices(0.9, choices)
        yield Row(
            "Mean response time (s)", where, "theory", LIMIT, mean, found.response_s.mean,
            0.005 * mean + 4.0 * found.response_s.se,
        )  # fmt: skip
        for k in range(1, 7 - choices):
            share = theory.share_longer(0.9, choices, k)
            longer = found.longer[k - 1]
            yield Row(
                f"Share of the servers with {k} or more", where, "theory", LIMIT, share,
                longer.mean, 0.01 * share + 4.0 * longer.se,
            )  # fmt: skip
    for age in (1.0, 5.0, 20.0):
        old = run("power of choices", 0.9, MANY, 2, age).response_s
        mean = theory.mean_response_of_old(0.9, 2, age)
        yield Row(
            "Mean response time (s)",
            f"2 choices by lengths updated every {age:g} s, {MANY:,} servers, load 0.9", "theory",
            OLD, mean, old.mean, 0.005 * mean + 4.0 * old.se,
        )  # fmt: skip


def rows() -> Iterator[Row]:
    yield from blind()
    yield from looking()
    yield from figures()
    yield from limits()


TOPIC = Topic(
    "Load balancing",
    f"Poisson arrivals and exponential services of 1 s on average at speed 1, {N:,} customers to a "
    f"run ({N // 4:,} for an idle queue among {MANY:,}). Allowed are four standard errors, from "
    f"the means of 32 batches; beside the limit of many servers, with {MANY:,} of them, half a "
    "percent more for means and one percent for shares; for quantiles 3 %, as times are counted in "
    "bins up to 1.6 % wide.",
    rows,
)
