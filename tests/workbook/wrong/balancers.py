"""Wrong answers of who gets a request, and the hint each of them has to get."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any, ClassVar

from scalelab.workbook import balancers as check

# --- 2 ---


class Turns:
    """A right answer; each method is one of its decisions."""

    def __init__(self, weights: dict[str, int]) -> None:
        self.weights = weights
        self.credit = self.nothing()

    def nothing(self) -> dict[str, int]:
        return dict.fromkeys(self.weights, 0)

    def next(self, up: list[str]) -> Any:
        for name in self.gain(up):
            self.credit[name] += self.weights[name]
        name = self.richest(up)
        self.credit[name] -= self.price(up)
        return name

    def gain(self, up: list[str]) -> Sequence[str]:
        return up

    def richest(self, up: list[str]) -> str:
        return max(up, key=self.credit.__getitem__)

    def price(self, up: list[str]) -> int:
        return sum(self.weights[name] for name in up)


class Equal(Turns):
    def price(self, up: list[str]) -> int:
        return len(up)

    def next(self, up: list[str]) -> Any:
        self.weights = dict.fromkeys(self.weights, 1)
        return super().next(up)


class Heaviest(Turns):
    def price(self, up: list[str]) -> int:
        return 0


class PaysOwn(Turns):
    def price(self, up: list[str]) -> int:
        return self.weights[self.richest(up)]


class PaysOne(Turns):
    def price(self, up: list[str]) -> int:
        return 1


class Burst(Turns):
    """All of one server's turns, then all of the next one's."""

    left: ClassVar[list[str]] = []

    def next(self, up: list[str]) -> Any:
        if not getattr(self, "queue", None):
            self.queue = [name for name in up for _ in range(self.weights[name])]
        return self.queue.pop(0)


class Backwards(Turns):
    """The old order of nginx: the lightest first."""

    def next(self, up: list[str]) -> Any:
        if not getattr(self, "queue", None):
            self.queue = [name for name in reversed(up) for _ in range(self.weights[name])]
        return self.queue.pop(0)


class Interleaved(Turns):
    """One of each that still has turns in this round."""

    def next(self, up: list[str]) -> Any:
        if not any(self.credit.values()):
            self.credit = dict(self.weights)
        self.order = [name for name in [*up, *up] if self.credit[name]]
        last = getattr(self, "last", None)
        name = self.order[(self.order.index(last) + 1) if last in self.order else 0]
        self.credit[name] -= 1
        self.last = name
        return name


class AtRandom(Turns):
    def next(self, up: list[str]) -> Any:
        self.chance = getattr(self, "chance", Random(3))
        return self.chance.choices(up, [self.weights[name] for name in up])[0]


class LastOfSeveral(Turns):
    def richest(self, up: list[str]) -> str:
        return max(reversed(up), key=self.credit.__getitem__)


class GainsAfterwards(Turns):
    def next(self, up: list[str]) -> Any:
        name = self.richest(up)
        self.credit[name] -= self.price(up)
        for each in up:
            self.credit[each] += self.weights[each]
        return name


class Drifts(Turns):
    """Right in the first round only."""

    def next(self, up: list[str]) -> Any:
        self.turns = getattr(self, "turns", 0) + 1
        total = sum(self.weights.values())
        return super().next(up) if self.turns <= total else up[self.turns % len(up)]


class Together(Turns):
    common: ClassVar[dict[str, dict[str, int]]] = {}

    def nothing(self) -> dict[str, int]:
        return self.common.setdefault(repr(self.weights), super().nothing())


class DownGain(Turns):
    def gain(self, up: list[str]) -> Sequence[str]:
        return list(self.weights)


class DownPay(Turns):
    def price(self, up: list[str]) -> int:
        return sum(self.weights.values())


class DownGainPay(DownGain, DownPay):
    pass


class DownChosen(DownGainPay):
    def richest(self, up: list[str]) -> str:
        return super().richest(list(self.weights))


class Afresh(Turns):
    before: list[str] | None = None

    def next(self, up: list[str]) -> Any:
        if self.before not in (None, list(up)):
            self.credit = self.nothing()
        self.before = list(up)
        return super().next(up)


class BackAtNothing(Turns):
    """Who is away has nothing when it is back."""

    def next(self, up: list[str]) -> Any:
        for name in self.weights:
            if name not in up:
                self.credit[name] = 0
        return super().next(up)


class TakesOut(Turns):
    def next(self, up: list[str]) -> Any:
        name = super().next(up)
        up.remove(name)
        return name


class Place(Turns):
    def next(self, up: list[str]) -> Any:
        return up.index(super().next(up))


# --- 3 ---


def key(dislike: Callable[[int, int, int], Any]) -> Callable[..., Any]:
    """The better of two, told requests in work, answers and errors of each."""

    def choose(in_work: list[int], answers: list[int], errors: list[int], chance: Random) -> int:
        two = chance.sample(range(len(in_work)), 2)
        return min(two, key=lambda i: dislike(in_work[i], answers[i], errors[i]))

    return choose


def of_all(dislike: Callable[[int, int, int], Any]) -> Callable[..., Any]:
    def choose(in_work: list[int], answers: list[int], errors: list[int], chance: Random) -> int:
        def of(i: int) -> Any:
            return dislike(in_work[i], answers[i], errors[i]), chance.random()

        return min(range(len(in_work)), key=of)

    return choose


def failing(in_work: int, answers: int, errors: int) -> Any:
    """What is right."""
    return 2 * errors > answers, in_work


def always_the_same_chance(in_work: Any, answers: Any, errors: Any, chance: Any) -> int:
    return key(failing)(in_work, answers, errors, Random(1))


def never_again() -> Callable[..., Any]:
    banned: dict[int, set[int]] = {}

    def choose(in_work: list[int], answers: list[int], errors: list[int], chance: Random) -> int:
        out = banned.setdefault(id(chance), set())
        out |= {i for i in range(len(in_work)) if 2 * errors[i] > answers[i]}
        left = [i for i in range(len(in_work)) if i not in out] or list(range(len(in_work)))
        two = chance.sample(left, min(2, len(left)))
        return min(two, key=in_work.__getitem__)

    return choose


WRONG: list[tuple[str, Callable[..., None], tuple[Any, ...], str]] = [
    ("nothing", check.task_2, (lambda _: None,), "returns nothing"),
    ("no method", check.task_2, (lambda _: [],), "a method next"),
    ("always the first", check.task_2, (type("First", (Turns,), {"next": lambda _, up: up[0]}),),
     "Always the same"),
    ("the heaviest", check.task_2, (Heaviest,), "Always the same"),
    ("equal parts", check.task_2, (Equal,), "what are the weights for|as many as its weight"),
    ("pays its own weight", check.task_2, (PaysOwn,), "as many as its weight|Always the same"),
    ("pays one", check.task_2, (PaysOne,), "as many as its weight|Always the same"),
    ("at random", check.task_2, (AtRandom,), "as many as its weight"),
    ("all of one, then the next", check.task_2, (Burst,), "not smooth"),
    ("as before 2012", check.task_2, (Backwards,), "not smooth"),
    ("one of each", check.task_2, (Interleaved,), "not smooth|Up to request|all begins again"),
    ("the last of several", check.task_2, (LastOfSeveral,), "Of several that are as rich"),
    ("gains afterwards", check.task_2, (GainsAfterwards,), "Up to request|Of several|not smooth"),
    ("one round only", check.task_2, (Drifts,), "all begins again"),
    ("one credit for all balancers", check.task_2, (Together,), "each other's turns"),
    ("the absent gain", check.task_2, (DownGain,), "in a burst"),
    ("the absent are paid for", check.task_2, (DownPay,), "and only for them"),
    ("both", check.task_2, (DownGainPay,), "What has each of these"),
    ("the absent are chosen", check.task_2, (DownChosen,), "does not answer at present"),
    ("from nothing again", check.task_2, (Afresh,), "Each keeps what it has"),
    ("back with nothing", check.task_2, (BackAtNothing,), "What has each of these"),
    ("changes the list", check.task_2, (TakesOut,), "is changed afterwards"),
    ("a place", check.task_2, (Place,), "no name of a server"),

    ("nothing", check.task_3, (lambda *_: None,), "returns nothing"),
    ("a share", check.task_3, (lambda *_: 0.5,), "the place of a server"),
    ("a name", check.task_3, (lambda *_: "a",), "the place of a server"),
    ("the fewest itself", check.task_3, (lambda w, *_: min(w) - 1,), "The first is 0"),
    ("from one", check.task_3, (lambda w, a, e, c: c.randrange(len(w)) + 1,), "The first is 0"),
    ("round robin", check.task_3, (check.in_turns(),), "look at what is in work"),
    ("at random", check.task_3, (lambda w, a, e, c: c.randrange(len(w)),), "Taking turns is"),
    ("always the first", check.task_3, (lambda *_: 0,), "more than they can do"),
    ("the most", check.task_3, (key(lambda w, a, e: -w),), "more than they can do|Taking turns"),
    ("the same two", check.task_3, (lambda w, *_: min((0, 1), key=w.__getitem__),),
     "more than they can do"),
    ("the same chance", check.task_3, (always_the_same_chance,), "more than they can do"),
    ("the fewest", check.task_3, (of_all(lambda w, a, e: w),), "Where do they all go"),
    ("the fewest that answer", check.task_3, (of_all(failing),), "Where do they all go"),
    ("the fewest answers", check.task_3, (key(lambda w, a, e: a),), "Taking turns is"),
    ("blind to errors", check.task_3, (key(lambda w, a, e: w),), "looks idle"),
    ("errors are a compliment", check.task_3, (key(lambda w, a, e: (w, -e)),), "looks idle"),
    ("errors in a tie", check.task_3, (key(lambda w, a, e: (w, e)),), "at most. The errors|looks"),
    ("any error", check.task_3, (key(lambda w, a, e: (e > 0, w)),), "make it suspect"),
    ("fewest errors first", check.task_3, (key(lambda w, a, e: (e, w)),), "make it suspect"),
    ("lowest share first", check.task_3, (key(lambda w, a, e: (e / (a + 1), w)),),
     "make it suspect"),
    ("errors as work", check.task_3, (key(lambda w, a, e: w + e),), "make it suspect"),
    ("never again", check.task_3, (never_again(),), "what else keeps it out"),
    ("only who answers", check.task_3, (key(lambda w, a, e: (2 * e >= a, w)),),
     "what else keeps it out|than they can do|Taking turns|suspect|in work"),
    ("divides by answers", check.task_3, (key(lambda w, a, e: (e / a > 0.5, w)),),
     "nothing is known yet"),
    ("a sample of five", check.task_3,
     (lambda w, a, e, c: min(c.sample(range(len(w)), 5), key=w.__getitem__),), "it raised"),
]  # fmt: skip
