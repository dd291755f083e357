"""Who asks for what: requests ranked by what they ask for, and Zipf's law fitted to the ranks.

Zipf's law says that the k-th most popular target is asked for in proportion to ``k**-skew``. The
skew is fitted by maximum likelihood to the *head*: the targets that were asked for often enough
that their rank means something. Given that a request is for one of the head's r targets, their
ranks are r outcomes whose probabilities add up to one, for any skew; so nothing has to be known of
the catalogue behind them. Two things are allowed for.

* The rank is by the observed count, so luck moves targets up: where neighbours are close, the
  i-th largest of Poisson counts is above the i-th mean by ``1 / (2 skew)`` (follows from the mean
  number of targets with a count of c or more, ``Gamma(c - s) / Gamma(c)`` times a constant, with
  ``s = 1 / skew``). This is taken off each count.
* A few targets may be *hot*, out of line with all others: a front page, a product on television.
  They are left out of the law if the likelihood gains more than their number costs by the Bayesian
  information criterion (G. Schwarz, Annals of Statistics 6(2) 1978).
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.access_log import ENDPOINT, FIELDS, TARGET, WRITE
from scalelab.kernels.elementary import exp, log
from scalelab.kernels.jit import Floats, Ints, Table, kernel
from scalelab.kernels.random import generator, uniform
from scalelab.kernels.zipf import alias_table, draw
from scalelab.kernels.zipf import popularity as zipf_popularity

# What is counted.
READS, WRITES, ALL = 0, 1, 2

# The head: targets asked for so often, but no more than a quarter of those seen, beyond which the
# end of the catalogue would show. A small set may be used whole.
LEAST_COUNT = 10
HEAD_SHARE = 0.25
SMALL_HEAD = 20
FEWEST = 4
MOST_HOT = 5
HOT_RANKS = 10  # where they are looked for
STEEPEST = 5.0
FLATTEST = 0.3  # of the correction for luck, which grows without bound as the skew falls
LUCK_ROUNDS = 3
Z_95 = 1.959963984540054
MOST_OBJECTS = 10_000_000.0
TOP = 0.01  # the share of the targets that a small cache is taken to hold
FEW = 10

# The shop: its departments are the endpoints of product pages, and one more takes the writes.
DEPARTMENTS = 5
BASKET = DEPARTMENTS

# Rows of the table, and its columns.
RANK, PLACE = 0, 1
SHOWN_ENDPOINTS = 8
STEP = 1.25  # from one rank that is shown to the next, beyond the first ten
KIND, AT_RANK, ASKED, SHARE, BY_LAW, BY_LINE, BY_TRUTH, IN_LAW, HAS_TRUTH, IS_HOT, TOGETHER = range(
    11
)
IS_TOP, OF_ENDPOINT, ENDPOINT_SHARE, ITS_HOTTEST, ITS_WRITES = range(11, 16)
# Of the whole result, the same in all rows.
REQUESTS, COUNTED, SEEN, WRITE_SHARE, TOP_SHARE, TOP_FEW, HOTTEST, HOT_ENDPOINT = range(16, 24)
AHEAD, NEW, ONCE_TARGETS, ONCE_REQUESTS, STATE, SKEW, SKEW_LOW, SKEW_HIGH = range(24, 32)
LINE_SKEW, HAS_LINE, HOT_ITEMS, HOT_SHARE, HOT_TIMES = range(32, 37)
(
    CATALOGUE,
    CATALOGUE_LOW,
    CATALOGUE_HIGH,
    HAS_CATALOGUE,
    CATALOGUE_ENDS,
    ONE_HIT,
    TOP_SIZE,
    OWN,
    HEAD,
    OF_TARGET,
) = range(37, 47)
COLUMNS = 47
TOO_FEW, FITTED = 0, 1


class Requests(NamedTuple):
    """What is asked for, of which endpoint, and 1 for a write; each of shape (requests,)."""

    target: Ints
    endpoint: Ints
    write: Ints


class Law(NamedTuple):
    """Zipf's law as fitted: rank ``hot + k`` is asked for ``scale * k**-skew`` times.

    error: standard error of the skew, 0 if there is no law.
    head: ranks that were used, the hot ones among them; 0 if too few to fit.
    """

    skew: float
    error: float
    scale: float
    is_hot: Ints
    head: int


@kernel
def department(product: int) -> int:
    """Products are dealt to the departments there and back, so that all are about as busy."""
    place = product % (2 * DEPARTMENTS)
    return place if place < DEPARTMENTS else 2 * DEPARTMENTS - 1 - place


@kernel
def shop(
    n_requests: int, n_objects: int, skew: float, write_share: float, trend_share: float, seed: int
) -> Requests:
    """Requests of the shop: product pages by Zipf's law, one of them in fashion, and baskets.

    A write puts a product in the basket. It is chosen as those that are looked at, but all writes
    go to the basket's endpoint.
    """
    state = generator(seed)
    threshold, alias = alias_table(zipf_popularity(n_objects, skew))
    # One of middling popularity until it is talked about, and not of the busiest department.
    trending = n_objects // 2 + DEPARTMENTS - 1
    target = np.empty(n_requests, np.int64)
    endpoint = np.empty(n_requests, np.int64)
    write = np.empty(n_requests, np.int64)
    for i in range(n_requests):
        is_write = uniform(state) < write_share
        product = trending
        if uniform(state) >= trend_share:
            product = draw(state, threshold, alias)
        write[i] = 1 if is_write else 0
        target[i] = product + n_objects if is_write else product
        endpoint[i] = BASKET if is_write else department(product)
    return Requests(target, endpoint, write)


@kernel
def of_log(rows: Floats) -> Requests:
    """The requests of a reader's log."""
    n = rows.size // FIELDS
    target = np.empty(n, np.int64)
    endpoint = np.empty(n, np.int64)
    write = np.empty(n, np.int64)
    for i in range(n):
        target[i] = int(rows[i * FIELDS + TARGET])
        endpoint[i] = int(rows[i * FIELDS + ENDPOINT])
        write[i] = int(rows[i * FIELDS + WRITE])
    return Requests(target, endpoint, write)


@kernel
def chosen(write: Ints, counted: int) -> Ints:
    """The indices of the requests that are counted."""
    kept = np.empty(write.size, np.int64)
    n = 0
    for i in range(write.size):
        if counted == ALL or write[i] == (1 if counted == WRITES else 0):
            kept[n] = i
            n += 1
    return kept[:n]


@kernel
def tally(of: Ints, kept: Ints, start: int, stop: int, size: int) -> Ints:
    """How often each of ``size`` things comes among the kept ones from ``start`` to ``stop``."""
    counts = np.zeros(size, np.int64)
    for i in range(start, stop):
        counts[of[kept[i]]] += 1
    return counts


@kernel
def ranked(counts: Ints) -> Ints:
    """The counts above 0, largest first. As many steps as there are requests."""
    most = 0
    seen = 0
    for count in counts:
        most = max(most, count)
        seen += 1 if count > 0 else 0
    of_count = np.zeros(most + 1, np.int64)
    for count in counts:
        of_count[count] += 1
    result = np.empty(seen, np.int64)
    rank = 0
    for count in range(most, 0, -1):
        for _ in range(of_count[count]):
            result[rank] = count
            rank += 1
    return result


@kernel
def most_likely(counts: Floats, logs: Floats) -> tuple[float, float, float]:
    """(skew, variance of the logarithm of a rank, log-likelihood) of Zipf's law over a finite set.

    ``counts`` are those of rank 1, 2, ...; ``logs`` holds the logarithms of 1, 2, ... The
    likelihood is that of an exponential family: at its maximum, the mean logarithm of a rank is
    what was observed.
    """
    n = counts.size
    total = 0.0
    observed = 0.0
    for k in range(n):
        total += counts[k]
        observed += counts[k] * logs[k]
    low, high = 0.0, STEEPEST
    skew = 1.0
    variance = 0.0
    weights = 1.0
    for _ in range(60):
        weights = 0.0
        mean = 0.0
        square = 0.0
        for k in range(n):
            weight = exp(-skew * logs[k])
            weights += weight
            mean += weight * logs[k]
            square += weight * logs[k] * logs[k]
        mean /= weights
        variance = square / weights - mean * mean
        difference = mean - observed / total
        # Steeper than observed where the mean rank is too low.
        if difference < 0.0:
            high = skew
        else:
            low = skew
        step = difference / variance if variance > 0.0 else 0.0
        if abs(step) < 1e-10 or high - low < 1e-12:
            break
        skew += step
        if skew <= low or skew >= high:
            skew = 0.5 * (low + high)
    return skew, variance, -skew * observed - total * log(weights)


@kernel
def head_size(ranking: Ints) -> int:
    """How many ranks are fitted."""
    often = 0
    while often < ranking.size and ranking[often] >= LEAST_COUNT:
        often += 1
    return min(often, max(int(HEAD_SHARE * ranking.size), SMALL_HEAD))


@kernel
def left_out(counts: Floats, one: int) -> Floats:
    """The counts without the ``one``-th."""
    rest = np.empty(counts.size - 1)
    for k in range(rest.size):
        rest[k] = counts[k if k < one else k + 1]
    return rest


@kernel
def fitted(ranking: Ints) -> Law:
    """Zipf's law fitted to the counts of the targets, largest first."""
    is_hot = np.zeros(ranking.size, np.int64)
    head = head_size(ranking)
    if head < FEWEST:
        return Law(0.0, 0.0, 0.0, is_hot, 0)
    logs = np.empty(head)
    counts = np.empty(head)
    for k in range(head):
        logs[k] = log(k + 1.0)
        counts[k] = ranking[k]
    skew, variance, likelihood = most_likely(counts, logs)
    total = counts.sum()
    price = 0.5 * log(total) + log(HOT_RANKS)
    places = np.arange(head)
    for _ in range(min(MOST_HOT, head - FEWEST)):
        gain = price
        hottest = -1
        for one in range(counts.size):
            if places[one] >= HOT_RANKS:
                break
            rest = left_out(counts, one)
            count = counts[one]
            steepness, _, likely = most_likely(rest, logs)
            others = rest.sum()
            together = count + others
            better = (
                count * log(count / together)
                + others * log(others / together)
                + likely
                - likelihood
            )
            expected = scale_of(others, logs, rest.size, steepness) * exp(-steepness * logs[one])
            if better > gain and count > expected:
                gain = better
                hottest = one
        if hottest < 0:
            break
        is_hot[places[hottest]] = 1
        for k in range(hottest, counts.size - 1):
            places[k] = places[k + 1]
        counts = left_out(counts, hottest)
        skew, variance, likelihood = most_likely(counts, logs)
    if head < ranking.size:
        # The skew says how much luck there is, and without the luck it is a little less.
        observed = counts
        for _ in range(LUCK_ROUNDS):
            counts = observed - 0.5 / max(skew, FLATTEST)
            skew, variance, likelihood = most_likely(counts, logs)
    rest_total = counts.sum()
    scale = scale_of(rest_total, logs, counts.size, skew)
    spread = max(misfit(counts, logs, skew, scale), 1.0)
    error = np.sqrt(spread / (rest_total * variance)) if variance > 0.0 else 0.0
    return Law(skew, error, scale, is_hot, head)


@kernel
def scale_of(total: float, logs: Floats, n: int, skew: float) -> float:
    """What rank 1 of ``n`` is asked for, if they are asked for ``total`` times."""
    weights = 0.0
    for k in range(n):
        weights += exp(-skew * logs[k])
    return total / weights


@kernel
def misfit(counts: Floats, logs: Floats, skew: float, scale: float) -> float:
    """Pearson's chi-squared over its degrees of freedom: 1 or less where the law holds."""
    n = counts.size
    total = 0.0
    for k in range(n):
        expected = scale * exp(-skew * logs[k])
        total += (counts[k] - expected) ** 2 / expected
    return total / (n - 2.0)


@kernel
def expected_seen(law: Law, skew: float, repeated: float) -> tuple[float, float, float]:
    """(objects, of these seen just once, variance of the number seen at least twice): a catalogue
    of the law of which ``repeated`` are seen at least twice; zeros if no catalogue has so many.

    Another ``skew`` than the law's keeps what the head is asked for. Counts are Poisson. Beyond
    the first hundred, ranks are taken together in steps of two per cent.
    """
    fitted_weights = 0.0
    weights = 0.0
    for k in range(law.head):
        fitted_weights += exp(-law.skew * log(k + 1.0))
        weights += exp(-skew * log(k + 1.0))
    scale = law.scale * fitted_weights / weights
    twice = 0.0
    once = 0.0
    variance = 0.0
    first = 1.0
    while first <= MOST_OBJECTS:
        following = max(first + 1.0, np.floor(first * 1.02))
        width = following - first
        mean = scale * exp(-skew * log(0.5 * (first + following - 1.0)))
        none = exp(-mean)
        # Of a rare one: mean**2 / 2, which the difference from 1 would lose.
        again = 1.0 - none - mean * none if mean > 1e-4 else 0.5 * mean * mean
        if twice + width * again >= repeated:
            part = (repeated - twice) / again if again > 0.0 else 0.0
            variance += part * again * (1.0 - again)
            return first - 1.0 + part, once + part * mean * none, variance
        twice += width * again
        once += width * mean * none
        variance += width * again * (1.0 - again)
        first = following
    return 0.0, 0.0, 0.0


@kernel
def straight_line(ranking: Ints) -> tuple[float, float]:
    """(level, slope) of the line through the logarithms of rank and count, by least squares."""
    x = 0.0
    y = 0.0
    xx = 0.0
    xy = 0.0
    last = 0
    height = 0.0
    for k in range(ranking.size):
        if ranking[k] != last:
            last = ranking[k]
            height = log(float(last))
        along = log(k + 1.0)
        x += along
        y += height
        xx += along * along
        xy += along * height
    n = float(ranking.size)
    x /= n
    y /= n
    spread = xx / n - x * x
    slope = (xy / n - x * y) / spread if spread > 0.0 else 0.0
    return y - slope * x, slope


@kernel
def by_count(counts: Ints, seen: int) -> Ints:
    """The things that were asked for, most often first; ties by their number."""
    most = 0
    for count in counts:
        most = max(most, count)
    # Where the next thing of each count goes.
    place = np.zeros(most + 2, np.int64)
    for count in counts:
        place[count] += 1
    total = 0
    for count in range(most, 0, -1):
        total, place[count] = total + place[count], total
    order = np.empty(seen, np.int64)
    for thing in range(counts.size):
        if counts[thing] > 0:
            order[place[counts[thing]]] = thing
            place[counts[thing]] += 1
    return order


@kernel
def share_of_top(counts: Ints, before: Ints, top: int) -> int:
    """How often the ``top`` most asked for ``before`` come among ``counts``; ties as they stand."""
    ranking = ranked(before)
    if top < 1 or ranking.size == 0:
        return 0
    top = min(top, ranking.size)
    least = ranking[top - 1]
    room = top
    for count in before:
        room -= 1 if count > least else 0
    total = 0
    for thing in range(before.size):
        if before[thing] > least:
            total += counts[thing]
        elif before[thing] == least and room > 0:
            total += counts[thing]
            room -= 1
    return total


@kernel
def top_size(seen: int) -> int:
    """One in a hundred of those seen, at least one."""
    return max(int(TOP * seen + 0.5), 1)


@kernel
def shown_ranks(seen: int) -> Ints:
    """The ranks in the table: the first ten, then by a constant factor; the top's, and the last."""
    ranks = np.empty(200, np.int64)
    top = top_size(seen)
    n = 0
    rank = 1
    while rank <= seen:
        ranks[n] = rank
        n += 1
        following = max(rank + 1, int(rank * STEP)) if rank >= FEW else rank + 1
        if rank < top < following:
            following = top
        if rank < seen < following:
            following = seen
        rank = following
    return ranks[:n]


@kernel
def put_law(result: Floats, ranking: Ints, law: Law, counted: int) -> None:
    """What the fitted law says, into the columns of the whole result."""
    result[STATE] = FITTED if law.head > 0 else TOO_FEW
    if law.head == 0:
        return
    result[SKEW] = law.skew
    result[HEAD] = law.head
    result[SKEW_LOW] = max(law.skew - Z_95 * law.error, 0.0)
    result[SKEW_HIGH] = law.skew + Z_95 * law.error
    once = 0
    repeated = 0
    place = 0
    for k in range(ranking.size):
        if law.is_hot[k]:
            if result[HOT_ITEMS] == 0:
                result[HOT_SHARE] = ranking[k] / counted
                result[HOT_TIMES] = ranking[k] / (law.scale * exp(-law.skew * log(place + 1.0)))
            result[HOT_ITEMS] += 1
        else:
            place += 1
            if ranking[k] == 1:
                once += 1
            else:
                repeated += 1
    objects, by_law, variance = expected_seen(law, law.skew, repeated)
    if objects > 0.0:
        # Two things are uncertain, the skew and how many came twice; they add up in squares.
        chance = Z_95 * np.sqrt(variance)
        steep, _, _ = expected_seen(law, result[SKEW_HIGH], repeated)
        flat, _, _ = expected_seen(law, result[SKEW_LOW], repeated)
        more, _, _ = expected_seen(law, law.skew, repeated + chance)
        fewer, _, _ = expected_seen(law, law.skew, max(repeated - chance, 0.0))
        below = np.sqrt((objects - flat) ** 2 + (objects - fewer) ** 2)
        result[CATALOGUE] = objects
        result[CATALOGUE_LOW] = max(objects - below, float(repeated))
        if steep > 0.0 and more > 0.0:
            above = np.sqrt((steep - objects) ** 2 + (more - objects) ** 2)
            result[CATALOGUE_HIGH] = objects + above
            result[CATALOGUE_ENDS] = 1
        result[HAS_CATALOGUE] = 1
        result[ONE_HIT] = max(once - by_law, 0.0) / counted


@kernel
def popularity(
    log: Floats,
    n_requests: int,
    n_objects: int,
    skew: float,
    write_share: float,
    trend_share: float,
    counted: int,
    seed: int,
) -> Table:
    """Who asks for what, in the reader's ``log`` or, without one, in the shop.

    One row for each of some ranks (`shown_ranks`), most asked for first, of what is ``counted``
    (reads, writes, all); then one for each of the busiest endpoints, of all requests.

    Columns: kind of row, rank, times asked for, share of the counted requests, the same by the
    fitted law, by the straight line, and in truth, 1 if the law is drawn here, 1 if a truth is
    known, 1 if hot, share of this and all ranks before, 1 if this is the end of the top per cent;
    endpoint, its share of all requests, share of the one target of it that is asked for the most,
    its share of writes; then the columns of the whole result; last, the target at this rank, or
    the endpoint's most popular one.
    """
    own = log.size >= FIELDS
    asked = (
        of_log(log) if own else shop(n_requests, n_objects, skew, write_share, trend_share, seed)
    )
    n = asked.write.size
    n_targets = 0
    n_endpoints = 0
    for i in range(n):
        n_targets = max(n_targets, asked.target[i] + 1)
        n_endpoints = max(n_endpoints, asked.endpoint[i] + 1)
    kept = chosen(asked.write, counted)
    half = kept.size // 2
    before = tally(asked.target, kept, 0, half, n_targets)
    after = tally(asked.target, kept, half, kept.size, n_targets)
    ranking = ranked(before + after)
    seen = ranking.size

    result = np.zeros(COLUMNS)
    result[REQUESTS] = n
    result[COUNTED] = kept.size
    result[SEEN] = seen
    result[WRITE_SHARE] = asked.write.sum() / n
    result[TOP_SIZE] = top_size(seen)
    result[OWN] = own
    law = fitted(ranking)
    put_law(result, ranking, law, kept.size)
    level = 0.0
    slope = 0.0
    if seen > 1:
        level, slope = straight_line(ranking)
        result[LINE_SKEW] = -slope
        result[HAS_LINE] = 1
    if half > 0:
        earlier = 0
        unseen = 0
        for thing in range(n_targets):
            earlier += 1 if before[thing] > 0 else 0
            unseen += after[thing] if before[thing] == 0 else 0
        result[AHEAD] = share_of_top(after, before, top_size(earlier)) / (kept.size - half)
        result[NEW] = unseen / (kept.size - half)
    once = 0
    for count in ranking:
        once += 1 if count == 1 else 0
    if seen > 0:
        result[ONCE_TARGETS] = once / seen
        result[ONCE_REQUESTS] = once / kept.size
        result[HOTTEST] = ranking[0] / kept.size
        result[TOP_FEW] = ranking[:FEW].sum() / kept.size
        result[TOP_SHARE] = ranking[: top_size(seen)].sum() / kept.size

    ranks = shown_ranks(seen)
    places = min(
        SHOWN_ENDPOINTS, ranked(tally(asked.endpoint, np.arange(n), 0, n, n_endpoints)).size
    )
    table = np.zeros((ranks.size + places, COLUMNS))
    truth = np.empty(0)
    if not own and counted != ALL:
        truth = zipf_popularity(n_objects, skew) * (kept.size * (1.0 - trend_share))
    put_ranks(table, ranks, ranking, law, level, slope, truth)
    put_names(table[: ranks.size], asked, n_targets, by_count(before + after, seen))
    put_endpoints(table[ranks.size :], asked, n_targets, n_endpoints)
    result[HOT_ENDPOINT] = table[ranks.size, ENDPOINT_SHARE]
    for row in range(table.shape[0]):
        for column in range(REQUESTS, OF_TARGET):
            table[row, column] = result[column]
    return table


@kernel
def put_ranks(
    table: Table,
    ranks: Ints,
    ranking: Ints,
    law: Law,
    level: float,
    slope: float,
    truth: Floats,
) -> None:
    """The rows of ranks, with what the law and the straight line say.

    ``truth`` is how often the law, from which requests were drawn, has each place asked for; empty
    if that is not known.
    """
    total = float(ranking.sum())
    rank = 0
    together = 0
    place = 0  # among those that are not hot
    for row in range(ranks.size):
        while rank < ranks[row]:
            together += ranking[rank]
            place += 1 - law.is_hot[rank]
            rank += 1
        table[row, KIND] = RANK
        table[row, AT_RANK] = rank
        table[row, ASKED] = ranking[rank - 1]
        table[row, SHARE] = ranking[rank - 1] / total
        table[row, IS_HOT] = law.is_hot[rank - 1]
        table[row, TOGETHER] = together / total
        table[row, IS_TOP] = rank == top_size(ranking.size)
        table[row, BY_LINE] = exp(level + slope * log(float(rank)))
        if law.is_hot[rank - 1]:
            continue
        if place <= truth.size:
            table[row, HAS_TRUTH] = 1
            table[row, BY_TRUTH] = truth[place - 1]
        if law.head > 0:
            table[row, IN_LAW] = 1
            table[row, BY_LAW] = law.scale * exp(-law.skew * log(float(place)))


@kernel
def put_names(table: Table, asked: Requests, n_targets: int, order: Ints) -> None:
    """What stands at each of the ranks, and its endpoint; ``order`` is by rank."""
    endpoint = np.zeros(n_targets, np.int64)
    for i in range(asked.target.size):
        endpoint[asked.target[i]] = asked.endpoint[i]
    for row in range(table.shape[0]):
        target = order[int(table[row, AT_RANK]) - 1]
        table[row, OF_TARGET] = target
        table[row, OF_ENDPOINT] = endpoint[target]


@kernel
def put_endpoints(table: Table, asked: Requests, n_targets: int, n_endpoints: int) -> None:
    """The rows of the busiest endpoints, of all requests."""
    n = asked.write.size
    every = np.arange(n)
    counts = tally(asked.endpoint, every, 0, n, n_endpoints)
    of_target = tally(asked.target, every, 0, n, n_targets)
    hottest = np.zeros(n_endpoints, np.int64)
    which = np.zeros(n_endpoints, np.int64)
    writes = np.zeros(n_endpoints, np.int64)
    for i in range(n):
        endpoint = asked.endpoint[i]
        if of_target[asked.target[i]] > hottest[endpoint]:
            hottest[endpoint] = of_target[asked.target[i]]
            which[endpoint] = asked.target[i]
        writes[endpoint] += asked.write[i]
    for row in range(table.shape[0]):
        busiest = 0
        for endpoint in range(n_endpoints):
            if counts[endpoint] > counts[busiest]:
                busiest = endpoint
        table[row, KIND] = PLACE
        table[row, AT_RANK] = row + 1
        table[row, OF_ENDPOINT] = busiest
        table[row, OF_TARGET] = which[busiest]
        table[row, ENDPOINT_SHARE] = counts[busiest] / n
        table[row, ITS_HOTTEST] = hottest[busiest] / n
        table[row, ITS_WRITES] = writes[busiest] / counts[busiest]
        counts[busiest] = -1
