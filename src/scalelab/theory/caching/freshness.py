"""Caches whose entries expire, in closed form, for one key.

Reads are Poisson at rate r and writes at rate w (a second); T is the time to live, d the time of
a fetch and p the time until the cache hears of a write (seconds). Each result is the reward of
one cycle (from one fetch to the next) over the reads of the cycle.
"""

import math


def hit_ratio(read_rate: float, ttl: float) -> float:
    """Expiry counted from the fetch: r T hits after each miss."""
    return read_rate * ttl / (1.0 + read_rate * ttl)


def hit_ratio_renewed(read_rate: float, ttl: float) -> float:
    """Expiry counted from the last read: a hit is a gap between reads shorter than T."""
    return -math.expm1(-read_rate * ttl)


def without_write(write_rate: float, span: float) -> float:
    """Mean length of ``span`` that passes before a write: (1 - exp(-w span)) / w."""
    if write_rate == 0.0:
        return span
    return -math.expm1(-write_rate * span) / write_rate


def ttl_only(read_rate: float, write_rate: float, ttl: float, fetch: float) -> tuple[float, float]:
    """(hit ratio, share of old answers) when the cache never hears of a write.

    The answer given at age a is old with probability 1 - exp(-w a); ages run from the start of
    the fetch, 0 to d + T.
    """
    asked = 1.0 + read_rate * (fetch + ttl)
    old = read_rate * (fetch + ttl - without_write(write_rate, fetch + ttl))
    return read_rate * ttl / asked, old / asked


def cache_aside(
    read_rate: float, write_rate: float, ttl: float, fetch: float, delay: float
) -> tuple[float, float]:
    """(hit ratio, share of old answers) when a write deletes the entry ``delay`` later.

    An entry lives until its first deletion or T, (1 - exp(-w T)) / w on average. At age u after
    it was stored it is fresh if no write fell in the last max(d, min(p, d + u)) seconds: during
    the fetch (a write whose deletion came before the old value was stored: the race) or since,
    with the deletion still under way.
    """
    life = without_write(write_rate, ttl)
    asked = 1.0 + read_rate * (fetch + life)
    fresh = math.exp(-write_rate * max(fetch, delay)) * life
    if delay > fetch:
        young = min(ttl, delay - fetch)
        fresh = math.exp(-write_rate * fetch) * without_write(2.0 * write_rate, young)
        rest = without_write(write_rate, ttl) - without_write(write_rate, young)
        fresh += math.exp(-write_rate * delay) * rest
    old = life - fresh + fetch - without_write(write_rate, fetch)
    return read_rate * life / asked, read_rate * old / asked


def cache_aside_lease(
    read_rate: float, write_rate: float, ttl: float, fetch: float, delay: float
) -> tuple[float, float]:
    """(hit ratio, share of old answers) when what a delete overtook is not stored.

    A fetch is stored if no delete comes meanwhile, exp(-w d): there are exp(w d) fetches for each
    that is stored. At age u the entry is fresh if no write fell in the last min(p, d + u) seconds:
    of earlier ones the delete has come.
    """
    life = without_write(write_rate, ttl)
    tries = math.exp(write_rate * fetch)
    asked = tries * (1.0 + read_rate * fetch) + read_rate * life
    young = min(ttl, max(delay - fetch, 0.0))
    fresh = without_write(2.0 * write_rate, young) / tries
    fresh += math.exp(-write_rate * delay) * (life - without_write(write_rate, young))
    old = life - fresh + tries * (fetch - without_write(write_rate, fetch))
    return read_rate * life / asked, read_rate * old / asked


def write_through(
    read_rate: float, write_rate: float, ttl: float, delay: float
) -> tuple[float, float]:
    """(hit ratio, share of old answers) when each write sets the entry ``delay`` later.

    For fetches that take no time, and a delay of T at most. Once set, by a read or a write, the
    entry lives until T pass without a write, (exp(w T) - 1) / w on average; then the next read or
    write sets it again. It is fresh if no write fell in the last p seconds, or since it was
    fetched if that is less.
    """
    life = math.expm1(write_rate * ttl) / write_rate if write_rate > 0.0 else ttl
    cycle = life + 1.0 / (read_rate + write_rate)
    after_fetch = without_write(write_rate, delay) - delay * math.exp(-write_rate * delay)
    by_read = read_rate / (read_rate + write_rate)
    old = -math.expm1(-write_rate * delay) * life - by_read * after_fetch
    return life / cycle, old / cycle


def writes_at_risk(write_rate: float, flush: float) -> float:
    """Mean writes that a write-behind cache alone holds, flushed every ``flush`` seconds."""
    return write_rate * flush / 2.0


def write_behind_stores(write_rate: float, flush: float) -> float:
    """Database writes a second: one for each flush interval with at least one write."""
    return -math.expm1(-write_rate * flush) / flush
