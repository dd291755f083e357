"""What retries add, when a service gets out of failure, and how long that takes without them."""

import math


def attempts(failing: float, retries: int) -> float:
    """Mean attempts for a request if each fails independently of the others.

    >>> [round(attempts(p, 3), 3) for p in (0.1, 0.5, 0.9, 1.0)]
    [1.111, 1.875, 3.439, 4.0]
    """
    return math.fsum(failing**j for j in range(retries + 1))


def answered(failing: float, retries: int) -> float:
    """Share of the requests of which one attempt succeeds.

    >>> round(answered(0.1, 3), 4)
    0.9999
    """
    return 1.0 - failing ** (retries + 1)


def layers(tries: int, deep: int) -> int:
    """Attempts on the lowest of so many layers, each of which tries so often, if it always fails.

    M. Brooker, "Timeouts, retries, and backoff with jitter" (2019), has five layers.

    >>> layers(3, 5)
    243
    """
    return int(tries**deep)


def recovers_below(capacity: float, extra: float) -> float:
    """The load below which a queue of dead work gets shorter while all that comes times out.

    ``extra`` attempts follow each first one: the retries, or the share of a budget. N. Bronson and
    others, "Metastable Failures in Distributed Systems" (2021), have a retry and 300 requests/s:

    >>> recovers_below(300.0, 1.0)
    150.0
    """
    return capacity / (1.0 + extra)


def without_retries(load: float, capacity: float, outage: float, timeout: float) -> float:
    """From the beginning of an outage to the first answer in time, first come, first served.

    Attempts come evenly, and the one that is served u after the outage came at u * capacity / load.
    It is not too late once outage + u - u * capacity / load is the time-out.

    >>> without_retries(280.0, 300.0, 10.0, 1.0)
    136.0
    """
    if outage <= timeout:
        return outage
    if load >= capacity:
        return math.inf
    return outage + (outage - timeout) * load / (capacity - load)


def with_breaker(
    load: float, timeout: float, window: float, opens_at: float, open_for: float
) -> float:
    """The same with a breaker, if the outage ends while it is open for the first time.

    The first time-outs come at the rate of the requests, and nothing else does, as each failure has
    to wait for a time-out of its own.

    >>> round(with_breaker(280.0, 1.0, 100.0, 0.5, 60.0), 2)
    61.18
    """
    return timeout + opens_at * window / load + open_for


def bucket_retries(failing: float, share: float, bucket: float, requests: float) -> float:
    """Mean retries for a request of a client whose bucket is always short of tokens.

    All that it was given, and all but one of the tokens that were there at first: a retry is
    allowed while more than one is left. Only if more is wanted than there is:

    >>> round(1.0 + bucket_retries(0.5, 0.1, 5.0, 100.0), 2)
    1.14
    """
    return min(share + (bucket - 1.0) / requests, attempts(failing, 10_000) - 1.0)
