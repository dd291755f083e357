"""Designs that no other one beats, of any number of them: what the workbook's third task checks."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from random import Random
from time import perf_counter
from typing import Any, NamedTuple

from scalelab.workbook.hint import NotYet, answered, expect

MANY = 20_000
SECONDS = 3.0


class Design(NamedTuple):
    """USD a month, ms of the p99, minutes down in a year. Less is better, three times."""

    usd: float
    ms: float
    minutes: float


Designs = Sequence[Design]


def beats(one: Design, other: Design) -> bool:
    """As good in everything, and better in something."""
    return one != other and all(a <= b for a, b in zip(one, other, strict=True))


def front_of(designs: Designs) -> list[int]:
    """The places of those that no other one beats, the cheapest first.

    Whatever beats a design comes before it in that order. Of those that came, the stairs of times
    and minutes say whether one has not more of either.
    """
    kept: list[int] = []
    stairs_ms: list[float] = []
    stairs_minutes: list[float] = []
    for place in sorted(range(len(designs)), key=designs.__getitem__):
        design = designs[place]
        if kept and designs[kept[-1]] == design:
            kept.append(place)
            continue
        end = bisect_right(stairs_ms, design.ms)
        if end and stairs_minutes[end - 1] <= design.minutes:
            continue
        kept.append(place)
        start = end = bisect_left(stairs_ms, design.ms)
        while end < len(stairs_ms) and stairs_minutes[end] >= design.minutes:
            end += 1
        stairs_ms[start:end] = [design.ms]
        stairs_minutes[start:end] = [design.minutes]
    return kept


def grid(seed: int, n: int, values: int) -> list[Design]:
    """Few values, so many are equal in something."""
    chance = Random(seed)
    return [Design(*(float(chance.randrange(values)) for _ in range(3))) for _ in range(n)]


def plane(seed: int, n: int) -> list[Design]:
    """Whatever is better in one is worse in another: all are on the front."""
    chance = Random(seed)
    both = [(chance.randrange(100_000), chance.randrange(100_000)) for _ in range(n)]
    return [Design(float(a), float(b), 200_000.0 - a - b) for a, b in both]


SMALL: tuple[list[Design], ...] = (
    [],
    [Design(900.0, 200.0, 50.0)],
    [Design(900.0, 200.0, 50.0), Design(800.0, 200.0, 50.0)],
    [Design(800.0, 180.0, 50.0), Design(800.0, 200.0, 50.0), Design(700.0, 250.0, 60.0)],
    [Design(800.0, 180.0, 50.0), Design(900.0, 190.0, 5.0), Design(900.0, 185.0, 5.0)],
    [Design(900.0, 200.0, 50.0), Design(900.0, 200.0, 50.0), Design(950.0, 200.0, 50.0)],
    [Design(1200.0, 170.0, 9.0), Design(876.0, 343.0, 73.0), Design(1100.0, 171.0, 9.5)],
    *(grid(seed, 12, 4) for seed in range(6)),
    *(grid(seed, 60, 6) for seed in range(6, 12)),
    *(grid(seed, 200, 1000) for seed in range(12, 15)),
)


def _text(of: Design) -> str:
    return f"({of.usd:g} USD, {of.ms:g} ms, {of.minutes:g} min)"


def _places(name: str, said: Any, designs: Designs) -> list[int]:
    if not isinstance(said, list | tuple | set):
        raise NotYet(f"{name} should return a list, not {said!r}.")
    for each in said:
        expect(
            isinstance(each, int) and not isinstance(each, bool),
            f"{name} returned {each!r} among others. Places are whole numbers, from 0 on.",
        )
        expect(
            0 <= each < len(designs),
            f"{name} returned the place {each}, and there are {len(designs)} designs.",
        )
    places = sorted(said)
    expect(len(set(places)) == len(places), f"{name} names a place twice.")
    return places


def _is_front(said: Any, designs: Designs) -> None:
    places = _places("front", said, designs)
    right = set(front_of(designs))
    for place in places:
        if place in right:
            continue
        design = designs[place]
        other = next(designs[each] for each in right if beats(designs[each], design))
        equal = sum(a == b for a, b in zip(design, other, strict=True))
        seen = f"{_text(design)} is on your front, and {_text(other)} beats it"
        expect(equal == 0, f"{seen}: equal in something, worse in nothing, better in something.")
        raise NotYet(f"{seen} in everything.")
    for place in sorted(right - set(places)):
        design = designs[place]
        alike = [each for each in range(len(designs)) if designs[each] == design]
        seen = f"{_text(design)} is missing on your front"
        expect(len(alike) == 1, f"{seen}. There are two of it, and neither is better.")
        cheaper = [each for each in designs if each.usd <= design.usd and each.ms <= design.ms]
        expect(
            len(cheaper) == 1,
            f"{seen}. Another one is not dearer and not slower, but down for longer.",
        )
        raise NotYet(f"{seen}. Which design would beat it?")


def _timed(front: Callable[..., Any]) -> None:
    """More and more, each in its part of the time, so that slow ones are told soon."""
    for n in (MANY // 20, MANY * 3 // 20, MANY):
        for designs in (plane(n, n), grid(n, n, 30)):
            given = list(designs)
            began = perf_counter()
            said = answered(front, given)
            took_s = perf_counter() - began
            allowed_s = SECONDS * n / MANY
            expect(
                took_s <= allowed_s,
                f"{n:,} designs took {took_s:.2f} s, and {MANY:,} are to take less than "
                f"{SECONDS:g} s. To compare each with each is too much. In which order would you "
                "look at them, so that what beats one has come before it?",
            )
            _is_front(said, designs)


# --- which of them ---


class Wish(NamedTuple):
    designs: list[Design]
    most_ms: float
    most_minutes: float


WISHES: tuple[Wish, ...] = (
    Wish(SMALL[6], 171.0, 9.5),
    Wish(SMALL[6], 400.0, 100.0),
    Wish(SMALL[6], 160.0, 100.0),
    Wish(SMALL[6], 400.0, 9.0),
    Wish([], 100.0, 100.0),
    Wish([Design(9.0, 5.0, 5.0), Design(9.0, 4.0, 6.0), Design(9.0, 4.0, 5.0)], 5.0, 6.0),
    Wish([Design(9.0, 4.0, 6.0), Design(9.0, 4.0, 5.0), Design(8.0, 4.0, 7.0)], 5.0, 6.0),
    Wish([Design(9.0, 5.0, 2.0), Design(9.0, 4.0, 5.0), Design(9.5, 3.0, 1.0)], 5.0, 6.0),
    *(Wish(grid(seed, 80, 12), seed % 7, 11.0 - seed % 5) for seed in range(20, 30)),
    *(Wish(grid(seed, 80, 5), 3.0, 1.0) for seed in range(30, 34)),
)


def chosen_of(of: Wish) -> int | None:
    """The place of the one to take."""
    good = [
        place
        for place, each in enumerate(of.designs)
        if each.ms <= of.most_ms and each.minutes <= of.most_minutes
    ]
    return min(good, key=of.designs.__getitem__, default=None)


def _is_chosen(choose: Callable[..., Any], of: Wish) -> None:
    expect(callable(choose), f"expected a function, got {choose!r}.")
    try:
        said = choose(list(of.designs), of.most_ms, of.most_minutes)
    except NotImplementedError:
        raise NotYet("choose is not written yet.") from None
    right = chosen_of(of)
    case = f"of {len(of.designs)} designs, at most {of.most_ms:g} ms and {of.most_minutes:g} min"
    if right is None:
        expect(said is None, f"{case}: none of them is as good as that, and choose takes {said!r}.")
        return
    expect(said is not None, f"{case}: choose takes none, and there is one that keeps both.")
    (place,) = _places("choose", [said], of.designs)
    design, best = of.designs[place], of.designs[right]
    if design == best:
        return
    seen = f"{case}: {_text(design)}"
    expect(design.ms <= of.most_ms, f"{seen} is too slow.")
    expect(design.minutes <= of.most_minutes, f"{seen} is down for too long.")
    expect(design.usd <= best.usd, f"{seen} is not the cheapest.")
    expect(design.ms <= best.ms, f"{seen}. Another one costs as much and is faster.")
    raise NotYet(f"{seen}. Another one costs as much, is as fast, and down for less.")


def task_3(front: Callable[..., Any], choose: Callable[..., Any]) -> None:
    """The front of any designs, soon enough for many; and which of them to take."""
    for designs in SMALL:
        _is_front(answered(front, list(designs)), designs)
    for wish in WISHES:
        _is_chosen(choose, wish)
    _timed(front)
    print(f"Right, for {len(SMALL)} lists, {len(WISHES)} wishes and {MANY:,} designs.")
