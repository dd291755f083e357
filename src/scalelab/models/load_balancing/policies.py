"""Which server gets the next request: nine policies, with servers that are alike, slow, or fail.

One of twenty servers breaks and answers every request with an error, at once. The balancers that
look for the quickest or the least busy server find it:

>>> for policy in ("round robin", "power of choices", "least connections", "least response time"):
...     found = balance(policy, oddity="one fails", n_requests=20_000)
...     print(f"{policy}: {found.errors:.0%} errors")
round robin: 5% errors
power of choices: 8% errors
least connections: 12% errors
least response time: 45% errors
"""

from dataclasses import dataclass

from scalelab.kernels import shop
from scalelab.kernels.load_balancing import policies as kernel
from scalelab.kernels.load_balancing.policies_blind import ENDLESS
from scalelab.models.check import one_of, within

# In the order of the kernel's numbers for them.
POLICIES = (
    "random",
    "weighted random",
    "IP hash",
    "round robin",
    "weighted round robin",
    "least connections",
    "least response time",
    "power of choices",
    "join idle queue",
)
ODDITIES = ("all well", "one fails", "one is slow", "half are half as fast")
SERVICE_MS = shop.MACHINE_MS
FAIL_MS = 1.0
# Of the lab: as many as can be simulated while a slider moves.
N_REQUESTS, RUNS = 1000, 4


@dataclass(frozen=True)
class Balanced:
    """What a policy makes of its servers. Times are in ms, and of answers that are no errors.

    mean_ms, p99_ms : None where a server is sent more than it can do. Of IP hash they are medians
        of 16 hash functions.
    low_ms, high_ms : mean in the quickest and in the slowest run; the same as ``mean_ms`` for what
        is exact. Of IP hash: of 16 hash functions the second least and the second greatest, of
        those that overrun no server. None as above.
    of_all_ms : mean of all answers, errors too; None where one of them never comes.
    errors : share of all requests.
    odd_share : share of the requests that goes to the server that fails or is slow, or to the slow
        half; 0 if all is well.
    busiest : utilisation of the busiest server, above 1 where it is overrun. What is simulated is
        summed up for all servers that are alike.
    overruns : of IP hash, share of the hash functions with which a server is overrun; otherwise 1
        or 0.
    exact : whether it is computed; otherwise it is simulated.
    """

    mean_ms: float | None
    p99_ms: float | None
    low_ms: float | None
    high_ms: float | None
    of_all_ms: float | None
    errors: float
    odd_share: float
    busiest: float
    overruns: float
    exact: bool


def rate_per_s(
    utilisation: float = 0.7, servers: int = 20, oddity: str = "all well",
    service_ms: float = SERVICE_MS,
) -> float:  # fmt: skip
    """The requests that come in a second; arguments as of `balance`.

    >>> rate_per_s()
    2000.0
    """
    one_of("oddity", oddity, ODDITIES)
    some = kernel.servers_of(
        float(utilisation), int(servers), ODDITIES.index(oddity), FAIL_MS, float(service_ms)
    )
    return round(1000.0 * some.arrivals, 9)


def balance(
    policy: str,
    utilisation: float = 0.7,
    servers: int = 20,
    oddity: str = "all well",
    fail_ms: float = FAIL_MS,
    choices: int = 2,
    age_ms: float = 0.0,
    balancers: int = 1,
    skew: float = 0.5,
    service_ms: float = SERVICE_MS,
    n_requests: int = N_REQUESTS,
    runs: int = RUNS,
    seed: int = 1,
) -> Balanced:
    """One of `POLICIES` at work.

    Parameters
    ----------
    policy : one of `POLICIES`. All but the first five look at the servers.

        - "weighted ...": by what the servers can do when they are well; nobody tells the balancer
          that one fails or has become slow.
        - "IP hash": 2,000 addresses, the k-th busiest of which asks in proportion to k**-skew.
        - "least response time": the least of the connections and one, times an average of the
          server's response times in which the last one counts for 5 %.
        - "join idle queue": a server that has said to this balancer that it is idle, if there is
          one, else any. It says so when it becomes idle, to one balancer, at once.
        - The others are those of `scalelab.models.queueing.dispatching`.
    utilisation : of all servers if none failed or was slow, 0.01 to 0.99. Where half are half as
        fast they are three quarters of the capacity.
    servers : 2 to 1,000; each works on one request at a time, in the order in which they come.
    oddity : one of `ODDITIES`. "one fails": it answers each request with an error, after
        ``fail_ms`` of work on average. "one is slow": ten times as slow as the others.
    fail_ms : 0.01 to 1,000.
    choices : for "power of choices", 1 to the number of servers.
    age_ms : counts of connections are updated so often, 0 to 300; 0: they are always right. It
        changes nothing for the policies that have none, nor for "join idle queue".
    balancers : 1 to 100, each with its own turns, counts and averages, and an equal part of the
        requests, at random.
    skew : of the addresses, 0 to 2.
    service_ms : mean, 0.1 to 1,000; exponential.
    n_requests : counted in each run of what is simulated, after a third as many that are not; 100
        to 300,000. More where ``age_ms`` is above 0, by 3 % for each ms.
    runs : 1 to 100.
    seed : 0 to 2**31 - 1.

    Raises
    ------
    ValueError
        For an unknown name or a number outside the ranges above.

    Notes
    -----
    Exact without looking, and simulated with it: see `scalelab.kernels.load_balancing.policies`.
    What is simulated is taken to keep up wherever all servers together can; if a policy overruns a
    single one all the same, its times depend on the length of the run.

    Leaves out: retries and time-outs; health checks, which would find the server that fails;
    servers that work on several requests at a time; what it costs to ask or to report; services
    that vary more than an exponential law does.
    """
    one_of("policy", policy, POLICIES)
    one_of("oddity", oddity, ODDITIES)
    within("utilisation", utilisation, 0.01, 0.99, advice="a share, not a percentage")
    within("servers", servers, 2, 1000)
    within("fail_ms", fail_ms, 0.01, 1000.0, "ms")
    within("choices", choices, 1, servers, advice="they are different servers")
    within("age_ms", age_ms, 0.0, 300.0, "ms")
    within("balancers", balancers, 1, 100)
    within("skew", skew, 0.0, 2.0)
    within("service_ms", service_ms, 0.1, 1000.0, "ms")
    within("n_requests", n_requests, 100, 300_000)
    within("runs", runs, 1, 100)
    within("seed", seed, 0, 2**31 - 1)
    which = POLICIES.index(policy)
    some = kernel.servers_of(
        float(utilisation), int(servers), ODDITIES.index(oddity), float(fail_ms), float(service_ms)
    )
    found = kernel.tried(
        which, some, int(choices), float(age_ms), int(balancers), float(skew), int(n_requests),
        int(runs), int(seed), 1,
    )  # fmt: skip
    keeps_up = found.mean < ENDLESS
    return Balanced(
        mean_ms=found.mean if keeps_up else None,
        p99_ms=found.late if keeps_up else None,
        low_ms=found.low if keeps_up else None,
        high_ms=found.high if keeps_up else None,
        of_all_ms=found.every if found.every < ENDLESS else None,
        errors=found.odd if oddity == "one fails" else 0.0,
        odd_share=found.odd,
        busiest=found.busy,
        overruns=found.overrun,
        exact=not kernel.looks(which, some, int(choices), int(balancers)),
    )
