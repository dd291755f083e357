"""Checks of the data and storage workbook: each prints that all is well, or raises a hint.

Goals are checked on several seeds or settings, most of them not those of the notebook, so an
answer has to be right for the reason asked for. A hint says what is wrong, not what is right.
"""

from collections.abc import Callable
from copy import deepcopy
from math import exp, lcm
from typing import Any

import numpy as np

from scalelab.kernels.hashing import hashed
from scalelab.kernels.jit import Ints, kernel
from scalelab.labs.storage.sharding import SHOWN as METHODS
from scalelab.labs.storage.sharding import lab as sharding_lab
from scalelab.workbook.hint import NotYet, answered, expect, number, share
from scalelab.workbook.orders import HOURS, Day, day

SEEDS = (11, 12, 13)

READ_OFF = 0.006  # a table is read to two decimals
EVERY_METHOD = (1 << len(METHODS)) - 1

UNEVEN = 1.5  # a key is even enough if no shard gets more than this, times the mean
DAYS = ((14, 8), (11, 12), (12, 10), (17, 8))  # seeds, and numbers of shards

BUSY = 0.8  # no shard may be busier
LATE = 0.01  # share of the reports that may take longer
MOST_SHARDS = 64

PLACED = 10_000
OVER = 1.2  # what a shard may have, times what its size entitles it to


@kernel
def uniform(key: int, shard: int) -> float:
    """A number from 0 to 1 that looks random, and is always the same for this key and shard."""
    return float(hashed(key, shard) >> np.uint64(11)) * 2.0**-53


def task_1(prediction: Any, one_point: Any, even: Any, skewed: Any) -> None:
    """The hottest shard of a ring, in the lab: one point, a hundred, and a skewed popularity."""
    guess = number("prediction", prediction)
    _read_from_lab("one_point", one_point, virtual_nodes=1)
    _read_from_lab("even", even)
    _read_from_lab("skewed", skewed, skew=1.0)
    print(f"Right. Your prediction was {abs(guess - float(skewed)):.2f} off.")


def _read_from_lab(name: str, given: Any, **settings: float) -> None:
    value = number(name, given)
    expect(
        value >= 1.0 - READ_OFF,
        f"{name} = {value:g}: the hottest shard cannot have less than the mean. Which column "
        "is in times the mean?",
    )
    rows = sharding_lab.rows(sharding_lab.table(None, methods=EVERY_METHOD, **settings))
    hottest = {str(row["method"]): row for row in rows if row["rank"] == 1}
    asked = hottest["Consistent hashing"]
    if abs(value - float(asked["load"])) <= READ_OFF:
        return
    for column in ("lowest", "highest"):
        expect(
            abs(value - float(asked[column])) > READ_OFF,
            f"{name} = {value:g} is the {column} of the runs. The question is about their mean.",
        )
    for method, row in hottest.items():
        expect(
            abs(value - float(row["load"])) > READ_OFF,
            f"{name} = {value:g} is the hottest shard with the method '{method}', at these "
            "settings. The question is about consistent hashing.",
        )
    label = {control.name: control.label for control in sharding_lab.controls}
    changed = [f"“{label[key]}” set to {setting:g}" for key, setting in settings.items()]
    raise NotYet(
        f"{name} = {value:g} is not the load of the hottest shard with consistent hashing, "
        f"{' and '.join(changed) or 'as the lab opens'}. Press Reset, set only that, and read the "
        "row of rank 1 in the data table."
    )


def task_2(moved_share: Callable[..., Any]) -> None:
    """The share of the keys that modulo moves."""
    for old, new in ((5, 8), (4, 8), (12, 8), (15, 20), (7, 7)):
        value = share("moved_share(...)", answered(moved_share, old, new))
        right = 1.0 - min(old, new) / lcm(old, new)
        if _close(value, right):
            continue
        case = f"From {old} to {new} shards, {value:.1%}"
        expect(not _close(1.0 - value, right), f"{case} is the share that stays where it is.")
        expect(
            not _close(value, abs(new - old) / max(old, new)),
            f"{case} would be enough to give every shard its part. Modulo moves more than it must.",
        )
        expect(
            not _close(value, 1.0 - 1.0 / max(old, new)),
            f"{case} is right only while the numbers of shards have no common divisor.",
        )
        raise NotYet(
            f"{case} is not what moves. Take many keys and look where each was and where it goes."
        )
    print("Right, for steps up and down. Which step is the cheapest for modulo, and why?")


def _close(value: float, right: float) -> bool:
    return abs(value - right) < 1e-3


def task_3(best_key: Callable[..., Any]) -> None:
    """The shard key that the fewest queries miss, among those that spread the writes."""
    for seed, shards in DAYS:
        log = day(seed)
        said = answered(best_key, log.orders, log.queries, shards)
        expect(
            isinstance(said, str) and said in log.orders,
            f"best_key returns {said!r}; it should be the name of a column, such as 'customer'.",
        )
        _is_even_enough(log, said, shards)
        even = [name for name in log.orders if busiest_hour(log, name, shards) <= UNEVEN]
        missed = asks_all(log, said)
        best = min(even, key=lambda name: asks_all(log, name))
        if missed == asks_all(log, best):
            continue
        kinds = {name: sum(name in fixed for fixed, _ in log.queries) for name in even}
        expect(
            kinds[said] <= kinds[best],
            f"On one day '{said}' is fixed by most *kinds* of query, but {missed:.0%} of the "
            "queries that came ask every shard. Some kinds come more often than others.",
        )
        raise NotYet(
            f"On one day '{said}' is even enough, but {missed:.0%} of the queries ask every shard. "
            "There is a column that is even enough and serves more of them."
        )
    print("Right, on four days that you have not seen; no one key was right for all of them.")


def _is_even_enough(log: Day, said: str, shards: int) -> None:
    peak = busiest_hour(log, said, shards)
    if peak <= UNEVEN:
        return
    load = np.bincount(log.orders[said] % shards, minlength=shards)
    expect(
        load.max() > UNEVEN * load.mean(),
        f"On one day '{said}' looks even: over the whole day the busiest shard gets "
        f"{load.max() / load.mean():.2f} times the mean. But in one hour it gets {peak:.1f} times.",
    )
    raise NotYet(
        f"On one day '{said}' gives the busiest shard {peak:.1f} times the mean in some hour. "
        "How often does the most frequent value of that column come?"
    )


def busiest_hour(log: Day, column: str, shards: int) -> float:
    """The busiest shard's writes, times the mean of its hour, in the hour that is worst."""
    cell = log.orders["hour"] * shards + log.orders[column] % shards
    load = np.bincount(cell, minlength=HOURS * shards).reshape(HOURS, shards)
    return float((load.max(axis=1) / load.mean(axis=1)).max())


def asks_all(log: Day, column: str) -> float:
    """Share of the queries that do not say which shard they need."""
    total = sum(count for _, count in log.queries)
    return sum(count for fixed, count in log.queries if column not in fixed) / total


def task_4(sub_keys: Callable[..., Any]) -> None:
    """The fewest sub-keys of a hot counter that leave every shard time to spare."""
    for shards, capacity, others, writes, reads in (
        (10, 1000, 3500, 3000, 100),
        (8, 1000, 4400, 40, 150),
        (20, 500, 3000, 900, 260),
        (6, 800, 1800, 2500, 30),
        (12, 800, 3600, 2500, 60),
    ):
        value = answered(sub_keys, shards, capacity, others, writes, reads)
        parts = number("sub_keys(...)", value)
        case = f"With {shards} shards, {writes:,} writes and {reads:,} reads a second"
        case = f"{case}, {parts:g} sub-keys"
        expect(
            parts <= shards, f"{case}: two of them would share a shard. Say 0 if no number helps."
        )
        expect(parts >= 0 and parts == int(parts), f"{case}? Give a whole number.")
        k = int(parts)
        busy = [(others / shards + writes / n + reads) / capacity for n in range(1, shards + 1)]
        right = _fewest(busy, BUSY)
        if k == right:
            continue
        expect(k > 0, f"{case}? There is a number of sub-keys that is enough.")
        seen = f"{case} leave a shard {busy[k - 1]:.0%} busy"
        expect(busy[k - 1] > BUSY, f"{seen}: enough, and so are fewer, which are cheaper to read.")
        each = range(1, shards + 1)
        divided = [(others / shards + (writes + reads) / n) / capacity for n in each]
        expect(
            k != _fewest(divided, BUSY),
            f"{seen}. Who reads the stock has to ask every sub-key: do the reads of a shard become "
            "fewer?",
        )
        alone = [(writes / n + reads) / capacity for n in each]
        expect(k != _fewest(alone, BUSY), f"{seen}. What else has that shard to do?")
        raise NotYet(f"{seen}; at most {BUSY:.0%} is asked for. Say 0 if no number helps.")
    print("Right, five times; in two of them no number of sub-keys would do.")


def _fewest(values: list[float], limit: float) -> int:
    """The first of 1, 2, 3, ... whose value is within the limit, or 0."""
    return next((n for n, value in enumerate(values, 1) if value <= limit), 0)


def task_5(fewest_shards: Callable[..., Any]) -> None:
    """The fewest shards on which a report that asks all of them is seldom late."""
    for rate, report_share, service_ms, slo_ms in (
        (1000, 0.05, 5.0, 80.0),
        (2000, 0.01, 4.0, 70.0),
        (1000, 0.05, 5.0, 50.0),
        (500, 0.5, 5.0, 100.0),
        (140, 0.2, 4.0, 45.0),
    ):
        value = answered(fewest_shards, rate, report_share, service_ms, slo_ms)
        said = number("fewest_shards(...)", value)
        expect(
            0 <= said <= MOST_SHARDS and said == int(said),
            f"{said:g} shards? A whole number from 1 to {MOST_SHARDS} is asked for, or 0.",
        )
        n = int(said)
        each = range(1, MOST_SHARDS + 1)
        setting = (rate, report_share, service_ms, slo_ms)
        late = [_late(m, m, *setting) for m in each]
        right = _fewest(late, LATE)
        if n == right:
            continue
        case = f"At {rate} queries/s, {report_share:.0%} of them reports, {n} shards"
        expect(n > 0, f"{case}? There is a number of shards that meets the objective.")
        expect(late[n - 1] > LATE, f"{case} meet the objective, and so do fewer.")
        spread = [_late(m, m, rate, 0.0, service_ms, slo_ms) for m in each]
        expect(
            n != _fewest(spread, LATE),
            f"{case} leave {late[n - 1]:.0%} of the reports late. A report is work for *every* "
            "shard: which part of the load do more shards not take away?",
        )
        one = _late(n, 1, *setting)
        expect(
            one > LATE,
            f"{case} answer {one:.1%} of the queries to *one* shard late. A report waits for the "
            f"slowest of {n}: {late[n - 1]:.0%} of the reports are late.",
        )
        raise NotYet(
            f"{case} leave {late[n - 1]:.0%} of the reports late. Say 0 if no number up to "
            f"{MOST_SHARDS} is enough."
        )
    print("Right, five times; two of these services have to ask fewer shards instead.")


def _late(
    shards: int, asked: int, rate: float, report_share: float, service_ms: float, slo_ms: float
) -> float:
    """Share of the queries to ``asked`` of ``shards`` shards that take longer than the objective.

    Each shard is an M/M/1 queue, taken as independent of the others. As all get their part of a
    report at the same moment, the slowest is really a little faster (Nelson & Tantawi 1988).
    """
    spare = 1000.0 / service_ms - rate * ((1.0 - report_share) / shards + report_share)
    if spare <= 0.0:
        return 1.0
    return float(1.0 - (1.0 - exp(-spare * slo_ms / 1000.0)) ** asked)


def task_6(top_rate: Callable[..., Any]) -> None:
    """The most purchases of one product a second, if few may find its row locked."""
    for cross_share, round_trip_ms, log_ms, aborts in (
        (0.3, 0.5, 2.0, 0.01),
        (0.1, 80.55, 1.0, 0.05),
        (0.0, 80.55, 5.0, 0.02),
        (1.0, 145.3, 2.0, 0.3),
    ):
        value = answered(top_rate, cross_share, round_trip_ms, log_ms, aborts)
        value = number("top_rate(...)", value)
        one = log_ms / 1000.0
        round_s = (round_trip_ms + log_ms) / 1000.0
        two = round_s + one + round_s  # prepare, the decision, commit
        odds = aborts / (1.0 - aborts)
        hold = (1.0 - cross_share) * one + cross_share * two
        right = odds / hold
        if _near(value, right):
            continue
        case = (
            f"With {cross_share:.0%} on two shards, a round trip of {round_trip_ms} ms and "
            f"{aborts:.0%} that may give up, {value:.4g} purchases a second"
        )
        expect(
            not _near(value, right / 1000.0) and not _near(value, right * 1000.0),
            f"{case}: are milliseconds and seconds mixed?",
        )
        expect(
            not _near(value, aborts / hold),
            f"{case} are right for a = {aborts:g}. The share that gives up is a / (1 + a).",
        )
        expect(
            not _near(value, 1.0 / hold),
            f"{case} would keep the row locked all the time. How many may find it locked?",
        )
        expect(
            not _near(value, odds * ((1.0 - cross_share) / one + cross_share / two)),
            f"{case}: that is a mean of two rates. It is the time that the row is locked of which "
            "you need the mean.",
        )
        expect(
            not _near(value, odds / ((1.0 - cross_share) * one + cross_share * (two - round_s))),
            f"{case} are too many: a row is locked for both phases, and each is a round trip.",
        )
        expect(
            not _near(value, odds / two),
            f"{case}: that is if all purchases needed two shards.",
        )
        expect(
            not _near(value, odds / one),
            f"{case}: that is if no purchase needed two shards.",
        )
        raise NotYet(
            f"{case} are too {'many' if value > right else 'few'}. For how long is the row locked, "
            "on average, and for how much of the time may it be?"
        )
    print("Right, in one data centre and over oceans.")


def _near(value: float, right: float) -> bool:
    return abs(value - right) <= 1e-3 * right


def task_7(
    empty: Callable[..., Any],
    add: Callable[..., Any],
    merge: Callable[..., Any],
    contents: Callable[..., Any],
) -> None:
    """A basket that two sites may change at the same time and that loses nothing."""
    basket = _Basket(empty, add, merge, contents)
    for seed in SEEDS:
        _one_site(basket, np.random.default_rng([seed, 0]))
        _cut_and_healed(basket, np.random.default_rng([seed, 1]))
        _gossip(basket, np.random.default_rng([seed, 2]))
    print("Right: nothing was lost or counted twice, whatever came late, twice or out of order.")
    print("Data that merge like that are called conflict-free replicated data types (CRDTs).")


class _Basket:
    """A student's functions, given copies, so that no state is shared by accident."""

    def __init__(
        self,
        empty: Callable[..., Any],
        add: Callable[..., Any],
        merge: Callable[..., Any],
        contents: Callable[..., Any],
    ) -> None:
        self._empty, self._add, self._merge, self._contents = empty, add, merge, contents

    def empty(self, sites: int, products: int) -> Any:
        return answered(self._empty, sites, products)

    def add(self, state: Any, site: int, product: int) -> Any:
        return answered(self._add, deepcopy(state), site, product)

    def merge(self, mine: Any, theirs: Any) -> Any:
        return answered(self._merge, deepcopy(mine), deepcopy(theirs))

    def contents(self, state: Any, products: int) -> Ints:
        found = np.asarray(answered(self._contents, deepcopy(state)))
        expect(
            found.shape == (products,) and found.dtype.kind in "iuf",
            f"contents should give one number for each of {products} products.",
        )
        return found


def _one_site(basket: _Basket, chance: np.random.Generator) -> None:
    state = basket.empty(2, 4)
    products = chance.integers(4, size=9)
    for product in products:
        state = basket.add(state, 1, int(product))
    right = np.bincount(products, minlength=4)
    found = basket.contents(state, 4)
    expect(
        np.array_equal(found, right),
        f"After one site alone put in {right.tolist()}, contents says {found.tolist()}.",
    )


def _cut_and_healed(basket: _Basket, chance: np.random.Generator) -> None:
    """Two sites, each on its own for a while; then they meet, and then they meet again."""
    more = [int(n) for n in chance.integers(2, 6, size=2)]
    nothing = basket.empty(2, 1)
    east, west = (_put_in(basket, nothing, site, more[site]) for site in range(2))
    story = f"During the cut {more[0]} pieces came in the East and {more[1]} in the West."
    right = sum(more)
    for mine, theirs in ((east, west), (west, east)):
        found = int(basket.contents(basket.merge(mine, theirs), 1)[0])
        expect(found >= right, f"{story} After a merge there are {found}: some clicks were lost.")
        expect(found == right, f"{story} After a merge there are {found}: too many.")
    healed = basket.merge(east, west)
    again = int(basket.contents(basket.merge(healed, west), 1)[0])
    expect(
        again == right,
        f"{story} A message that comes twice, as messages do, turns {right} into {again}.",
    )
    east, west = (_put_in(basket, healed, site, more[site]) for site in range(2))
    found = int(basket.contents(basket.merge(east, west), 1)[0])
    expect(
        found == 2 * right,
        f"{story} They met, and the same happened in a second cut. They meet again, and there are "
        f"{found} and not {2 * right}: they had a common past.",
    )


def _put_in(basket: _Basket, state: Any, site: int, pieces: int) -> Any:
    for _ in range(pieces):
        state = basket.add(state, site, 0)
    return state


def _gossip(basket: _Basket, chance: np.random.Generator) -> None:
    """Three sites, messages that are late, lost or out of order, and an exchange at the end."""
    sites, products = 3, 4
    states = [basket.empty(sites, products) for _ in range(sites)]
    sent = list(states)
    right = np.zeros(products, np.int64)
    for _ in range(60):
        site, other = (int(one) for one in chance.choice(sites, 2, replace=False))
        if chance.random() < 0.6:
            product = int(chance.integers(products))
            right[product] += 1
            states[site] = basket.add(states[site], site, product)
            sent.append(states[site])
        else:
            states[other] = basket.merge(states[other], sent[chance.integers(len(sent))])
    for _ in range(2):
        for site in chance.permutation(sites):
            for other in chance.permutation(sites):
                states[site] = basket.merge(states[site], states[other])
    for state in states:
        found = basket.contents(state, products)
        expect(
            np.array_equal(found, right),
            f"Three sites, some messages late or out of order: {right.tolist()} were put in, and "
            f"after all have met a site says {found.tolist()}.",
        )


def task_8(place: Callable[..., Any]) -> None:
    """A placement rule that is even, moves only what it must, and knows how large shards are."""
    first = answered(place, 1, (7, 3), (1, 1))
    expect(
        first in (7, 3),
        f"Asked for a place on shards 7 and 3, place says {first!r}. It should be one of them.",
    )
    for seed in SEEDS:
        chance = np.random.default_rng(seed)
        keys = chance.integers(1 << 40, size=PLACED).tolist()
        ids = chance.choice(1000, int(chance.integers(6, 10)), replace=False).tolist()
        equal = [1] * len(ids)
        placed = _placed(place, keys, ids, equal)
        expect(
            np.array_equal(placed, _placed(place, keys, ids, equal)),
            "Asked twice, place gives two answers: then nobody finds a key again.",
        )
        _is_fair(placed, ids, equal)
        _moves_little(place, keys, ids, placed)
        expect(
            np.array_equal(placed, _placed(place, keys, ids[::-1], equal)),
            "The same shards, listed in another order, and keys are looked for elsewhere. Two "
            "servers need not have the list in the same order.",
        )
        _knows_sizes(place, keys, ids, placed)
    print(f"Right, for {PLACED:,} keys on each of {len(SEEDS)} sets of shards.")


def _placed(place: Callable[..., Any], keys: list[int], ids: list[int], sizes: list[int]) -> Ints:
    """Where each key goes. Tuples, so that an answer may remember what it made of them."""
    shards, size = tuple(ids), tuple(sizes)
    placed = np.array([place(key, shards, size) for key in keys])
    strange = placed[~np.isin(placed, ids)]
    if strange.size:
        raise NotYet(f"place says {strange[0]!r} where there is no such shard among {shards}.")
    return placed


def _is_fair(placed: Ints, ids: list[int], sizes: list[int]) -> None:
    fair = {shard: placed.size * size / sum(sizes) for shard, size in zip(ids, sizes, strict=True)}
    times = {shard: int((placed == shard).sum()) / fair[shard] for shard in ids}
    worst = max(times, key=times.__getitem__)
    if times[worst] <= OVER:
        return
    expect(
        max(sizes) > 1,
        f"Of {len(ids)} equal shards one gets {times[worst]:.2f} times its part of the keys; at "
        f"most {OVER} is asked for. Does every shard have the same chance to win a key?",
    )
    raise NotYet(
        f"One of {len(ids)} shards is of size {max(sizes)}, the others of size 1. A shard of size "
        f"{sizes[ids.index(worst)]} gets {times[worst]:.2f} times what its size entitles it to; at "
        f"most {OVER} is asked for."
    )


def _moves_little(place: Callable[..., Any], keys: list[int], ids: list[int], placed: Ints) -> None:
    """Add a shard at the end of the list, then lose one in its middle."""
    grown = [*ids, max(ids) + 1]
    after = _placed(place, keys, grown, [1] * len(grown))
    astray = (after != placed) & (after != grown[-1])
    expect(
        not astray.any(),
        f"A shard came, and {astray.mean():.1%} of the keys moved between shards that were there "
        "before. Only the new one needs any.",
    )
    lost = ids[len(ids) // 2]
    fewer = [shard for shard in ids if shard != lost]
    after = _placed(place, keys, fewer, [1] * len(fewer))
    astray = (after != placed) & (placed != lost)
    expect(
        not astray.any(),
        f"A shard in the middle of the list was lost, and {astray.mean():.1%} of the keys moved "
        "that were not on it. What does your rule make of a shard's place in the list?",
    )


def _knows_sizes(place: Callable[..., Any], keys: list[int], ids: list[int], placed: Ints) -> None:
    """One shard is replaced by a machine four times as large."""
    sizes = [4, *([1] * (len(ids) - 1))]
    after = _placed(place, keys, ids, sizes)
    _is_fair(after, ids, sizes)
    astray = (after != placed) & (after != ids[0])
    expect(
        not astray.any(),
        f"One shard became four times as large, and {astray.mean():.1%} of the keys moved to "
        "others. It should only gain.",
    )
