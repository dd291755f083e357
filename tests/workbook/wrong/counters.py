"""Sites that sell a piece twice, or lose one, with their hints."""

from collections.abc import Callable
from typing import Any

from scalelab.workbook import counters as check
from scalelab.workbook.counters import Rights


class Unwritten:
    def __init__(self, name: str, rights: dict[str, int]) -> None:
        self.name = name


class Raises(Rights):
    def sell(self, pieces: int) -> bool:
        raise NotImplementedError


class SellsNothing(Rights):
    def sell(self, pieces: int) -> Any:
        self.sold += min(pieces, self.left())


class SellsWhatItHas(Rights):
    """A part of the order."""

    def sell(self, pieces: int) -> bool:
        some = min(pieces, self.left())
        self.sold += some
        return some > 0


class SellsAlways(Rights):
    def sell(self, pieces: int) -> bool:
        self.sold += pieces
        return True


class SellsButLast(Rights):
    def sell(self, pieces: int) -> bool:
        return pieces < self.left() and super().sell(pieces)


class CountsOrders(Rights):
    def sell(self, pieces: int) -> bool:
        done = super().sell(pieces)
        if done:
            self.sold += 1 - pieces
        return done


class ForgetsSales(Rights):
    def sell(self, pieces: int) -> bool:
        return pieces <= self.left()


class AllOfIt(Rights):
    """The stock of all sites together."""

    def left(self) -> int:
        return sum(self.rights.values()) - self.sold


class AFairPart(Rights):
    def left(self) -> int:
        return super().left() - self.rights[self.name] + sum(self.rights.values()) // 3


class GivesWhatItHasNot(Rights):
    def hand_over(self, to: str, pieces: int) -> bool:
        pair = f"{self.name} {to}"
        self.given[pair] = self.given.get(pair, 0) + pieces
        return True


class GivesWhatItHas(Rights):
    def hand_over(self, to: str, pieces: int) -> bool:
        return super().hand_over(to, min(pieces, self.left()))


class GivesNothingAway(Rights):
    """Gone only once somebody has got it."""

    def left(self) -> int:
        mine = sum(v for pair, v in self.given.items() if pair.startswith(self.name))
        return super().left() + mine


class ReturnsPieces(Rights):
    def hand_over(self, to: str, pieces: int) -> Any:
        return pieces if super().hand_over(to, pieces) else 0


class LastOnly(Rights):
    """Of what was handed over, the last piece of news only."""

    def hand_over(self, to: str, pieces: int) -> bool:
        if pieces > self.left():
            return False
        self.sold += self.given.get(f"{self.name} {to}", 0)
        self.given[f"{self.name} {to}"] = pieces
        return True


class Adds(Rights):
    """What comes is added to what is known."""

    def merge(self, state: Any) -> None:
        for pair, pieces in state.items():
            self.given[pair] = self.given.get(pair, 0) + pieces


class AddsMine(Rights):
    """Only what is for itself, and each time."""

    def merge(self, state: Any) -> None:
        for pair, pieces in state.items():
            if pair.endswith(self.name):
                self.given[pair] = self.given.get(pair, 0) + pieces


class Newest(Rights):
    """What came last is believed."""

    def merge(self, state: Any) -> None:
        self.given.update(state)


class NewestOfOthers(Rights):
    def merge(self, state: Any) -> None:
        mine = {pair: v for pair, v in self.given.items() if pair.startswith(self.name)}
        self.given = {**state, **mine}


class Smallest(Rights):
    def merge(self, state: Any) -> None:
        for pair, pieces in state.items():
            self.given[pair] = min(pieces, self.given.get(pair, pieces))


class FirstOnly(Rights):
    """What is known is never changed."""

    def merge(self, state: Any) -> None:
        self.given = {**state, **self.given}


class TellsItsOwn(Rights):
    """Nothing of what it knows of others."""

    def state(self) -> Any:
        return {pair: v for pair, v in self.given.items() if pair.startswith(self.name)}


class HearsItsOwn(Rights):
    def merge(self, state: Any) -> None:
        super().merge({pair: v for pair, v in state.items() if pair.endswith(self.name)})


class Deaf(Rights):
    def merge(self, state: Any) -> None:
        pass


class Mute(Rights):
    def state(self) -> Any:
        return {}


class TellsNothing(Rights):
    def state(self) -> Any:
        return None


class TellsItself(Rights):
    def state(self) -> Any:
        return self


class TellsTuples(Rights):
    def state(self) -> Any:
        return {tuple(pair.split()): pieces for pair, pieces in self.given.items()}


class TellsOnce(Rights):
    """Each transfer in one message, which may be lost."""

    def state(self) -> Any:
        news, self.news = getattr(self, "news", {}), {}
        return news

    def hand_over(self, to: str, pieces: int) -> bool:
        done = super().hand_over(to, pieces)
        if done:
            self.news = {f"{self.name} {to}": self.given[f"{self.name} {to}"]}
        return done


class TellsLeft(Rights):
    """How many each has, and the newest is believed: not who handed over what."""

    def __init__(self, name: str, rights: dict[str, int]) -> None:
        super().__init__(name, rights)
        self.has = dict(rights)

    def left(self) -> int:
        return self.has[self.name]

    def sell(self, pieces: int) -> bool:
        done = pieces <= self.left()
        self.has[self.name] -= pieces * done
        return done

    def hand_over(self, to: str, pieces: int) -> bool:
        done = pieces <= self.left()
        self.has[self.name] -= pieces * done
        self.has[to] += pieces * done
        return done

    def state(self) -> Any:
        return self.has

    def merge(self, state: Any) -> None:
        self.has = state


class Journal(Rights):
    """Every transfer by its number, for ever."""

    def __init__(self, name: str, rights: dict[str, int]) -> None:
        super().__init__(name, rights)
        self.all: dict[str, list[Any]] = {}
        self.mine = 0

    def left(self) -> int:
        found = self.rights[self.name] - self.sold
        for giver, to, pieces in self.all.values():
            found += pieces * ((to == self.name) - (giver == self.name))
        return found

    def hand_over(self, to: str, pieces: int) -> bool:
        if pieces > self.left():
            return False
        self.mine += 1
        self.all[f"{self.name} {self.mine}"] = [self.name, to, pieces]
        return True

    def state(self) -> Any:
        return self.all

    def merge(self, state: Any) -> None:
        self.all.update(state)


class NumbersSeen(Journal):
    """Transfers by their number alone, whoever gave them."""

    def hand_over(self, to: str, pieces: int) -> bool:
        if pieces > self.left():
            return False
        self.mine += 1
        self.all[str(self.mine)] = [self.name, to, pieces]
        return True


class SoldByAll(Rights):
    """Sales of others count as one's own."""

    def state(self) -> Any:
        return {**self.given, "sold sold": self.sold}

    def merge(self, state: Any) -> None:
        self.sold = max(self.sold, state.pop("sold sold"))
        super().merge(state)


class Half(Rights):
    def left(self) -> Any:
        return float(super().left())


class SaysNothing(Rights):
    def left(self) -> Any:
        found = super().left()
        return found if found != 7 else None


class OneWay(Rights):
    """Of what two gave each other, only the difference is kept."""

    def hand_over(self, to: str, pieces: int) -> bool:
        if pieces > self.left():
            return False
        back = f"{to} {self.name}"
        some = min(self.given.get(back, 0), pieces)
        if some:
            self.given[back] -= some
        return super().hand_over(to, pieces - some)


class Balance(Rights):
    """What others gave is counted without who gave it."""

    def hand_over(self, to: str, pieces: int) -> bool:
        if pieces > self.left():
            return False
        self.given[f"all {to}"] = self.given.get(f"all {to}", 0) + pieces
        self.given[f"{self.name} all"] = self.given.get(f"{self.name} all", 0) + pieces
        return True


OLD = "An old message comes after a new one"
WRONG: list[tuple[str, Callable[..., None], tuple[Any, ...], str]] = [
    (one.__name__, check.task_6, (one,), hint)
    for one, hint in (
        (Unwritten, "no method left"),
        (Raises, "sell is not written yet"),
        (SellsNothing, "True or False"),
        (SellsWhatItHas, "Oslo has seven pieces"),
        (SellsAlways, "Oslo has seven pieces"),
        (SellsButLast, "sells the last of them"),
        (CountsOrders, "Oslo has sold three of ten"),
        (ForgetsSales, "Oslo has sold three of ten"),
        (AllOfIt, "Oslo begins with ten"),
        (AFairPart, "Oslo begins with ten"),
        (GivesWhatItHasNot, "Oslo has ten pieces: hand_over"),
        (GivesWhatItHas, "Oslo has ten pieces: hand_over"),
        (GivesNothingAway, "they are gone"),
        (ReturnsPieces, "True or False"),
        (LastOnly, "Bonn had one left and is handed two more over"),
        (Adds, "heard the same twice"),
        (AddsMine, "heard the same twice"),
        (Newest, OLD),
        (NewestOfOthers, OLD),
        (Smallest, "handed two more over"),
        (FirstOnly, "handed two more over"),
        (TellsItsOwn, "Bonn passes on to Rome"),
        (HearsItsOwn, "Bonn passes on to Rome"),
        (Deaf, "Bonn has heard that four"),
        (Mute, "Bonn has heard that four"),
        (TellsNothing, "state returns nothing"),
        (TellsItself, "sent as JSON"),
        (TellsTuples, "sent as JSON"),
        (TellsOnce, "Bonn passes on to Rome|by way of Bonn"),
        (TellsLeft, "hears once more of the four"),
        (Journal, "goes on growing"),
        (NumbersSeen, "neither knows of the other|Rome hands five|Bonn passes on"),
        (SoldByAll, "no sale of Oslo's|of ten|gone|passes on|by way"),
        (Half, "whole numbers"),
        (SaysNothing, "left returns nothing"),
        (OneWay, "hands seven back|by way of Bonn"),
        (Balance, "neither knows of the other"),
    )
]  # fmt: skip
