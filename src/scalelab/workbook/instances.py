"""Instances of a shop behind a balancer, and a store for what they must not keep themselves."""

from collections.abc import Callable
from typing import Any

from scalelab.workbook.hint import NotYet, answered, expect

ENOUGH_LETTERS = 16


class Store:
    """Texts by key, for all instances. It knows nothing of objects, as it is another machine.

    Each change of a key has a version of its own, which no later one has.
    """

    def __init__(self) -> None:
        self._kept: dict[str, tuple[str, int]] = {}
        self._changes = 0
        self.meanwhile: list[Callable[[], Any]] = []  # happen after the next reads, one after each

    def get(self, key: str) -> tuple[str | None, int]:
        """The text and its version; None and 0 if there is none."""
        self._is_text("key", key)
        found = self._kept.get(key, (None, 0))
        if self.meanwhile:
            now, *self.meanwhile = self.meanwhile
            later, self.meanwhile = self.meanwhile, []
            now()
            self.meanwhile = later
        return found

    def put(self, key: str, text: str, version: int) -> bool:
        """Keep ``text`` if ``version`` is still the key's (0: there is none); say whether."""
        self._is_text("key", key)
        self._is_text("text", text)
        if self._kept.get(key, (None, 0))[1] != version:
            return False
        self._changes += 1
        self._kept[key] = text, self._changes
        return True

    def delete(self, key: str) -> None:
        self._is_text("key", key)
        self._kept.pop(key, None)

    def clear(self) -> None:
        self._kept.clear()

    @staticmethod
    def _is_text(name: str, value: object) -> None:
        if not isinstance(value, str):
            raise TypeError(f"a store keeps texts, and the {name} is {value!r}")


def task_5(shop: Callable[..., Any]) -> None:
    """Any instance serves any customer, also after a restart and while another one does."""
    cases: tuple[tuple[str, Callable[[Callable[..., Any], str], None]], ...] = (
        ("One instance", _one),
        ("Ids of sessions", _ids),
        ("Two instances in turn", _in_turn),
        ("An instance is replaced", _replaced),
        ("A store that was emptied", _emptied),
        ("Nobody's session", _nobody),
        ("Logged out", _logged_out),
        ("Two requests at once", _at_once),
        ("Logged out meanwhile", _logged_out_meanwhile),
    )
    for case, check in cases:
        try:
            check(shop, case)
        except NotYet:
            raise
        except NotImplementedError:
            raise NotYet("Shop is not written yet.") from None
        except TypeError as error:
            expect("a store keeps texts" not in str(error), f"{case}: {error}.")
            raise NotYet(f"{case}: it raised {error!r}.") from None
        except Exception as error:
            raise NotYet(f"{case}: it raised {error!r}.") from None
    print(f"Right, in {len(cases)} situations.")


def _new(shop: Callable[..., Any], store: Store) -> Any:
    made = answered(shop, store)
    for name in ("log_in", "who", "add", "cart", "log_out"):
        expect(hasattr(made, name), f"Shop should have a method {name}.")
    return made


def _log_in(made: Any, customer: str) -> str:
    said = made.log_in(customer)
    expect(
        isinstance(said, str) and bool(said),
        f"log_in({customer!r}) returned {said!r}; the id of a session is a text.",
    )
    return str(said)


def _adds(made: Any, session: str, article: str, pieces: int, case: str) -> None:
    said = made.add(session, article, pieces)
    expect(said is True, f"{case}: add({article!r}, {pieces}) returned {said!r}, not True.")


def _one(shop: Callable[..., Any], case: str) -> None:
    made = _new(shop, Store())
    ada, bob = _log_in(made, "ada"), _log_in(made, "bob")
    expect(ada != bob, f"{case}: two customers have the same session.")
    expect(made.cart(ada) == {}, f"{case}: a new cart is {made.cart(ada)!r}, and should be {{}}.")
    for article, pieces in (("tea; green", 1), ("cup", 2), ("tea; green", 3), ('"a, b": ü', 1)):
        _adds(made, ada, article, pieces, case)
    _adds(made, bob, "spoon", 6, case)
    said, right = made.cart(ada), {"tea; green": 4, "cup": 2, '"a, b": ü': 1}
    expect(isinstance(said, dict), f"{case}: the cart is {said!r}; it should be a dict.")
    expect("spoon" not in said, f"{case}: what another customer put into the cart is in this one.")
    expect(
        said.get("tea; green") != 3,
        f"{case}: one piece and then three more of the same are {said.get('tea; green')!r}.",
    )
    expect(said == right, f"{case}: the cart is {said!r}, and {right!r} was put into it.")
    who = [made.who(each) for each in (ada, bob)]
    expect(who == ["ada", "bob"], f"{case}: of ada and bob, who() says {who!r}.")


def _ids(shop: Callable[..., Any], case: str) -> None:
    """Nobody else's can be guessed, nor do two instances give the same."""
    store = Store()
    made = [_new(shop, store), _new(shop, store)]
    name = "ada.lovelace"  # too long to be in an id by chance
    ids = [_log_in(made[i % 2], name) for i in range(6)]
    expect(
        len(set(ids)) == len(ids),
        f"{case}: of six, two are the same ({', '.join(ids)}). Who else counts from one, or knows "
        "the name?",
    )
    expect(
        all(name not in each for each in ids),
        f"{case}: {ids[0]!r} has the name in it. It says nothing, and nobody should guess it.",
    )
    expect(
        min(len(each) for each in ids) >= ENOUGH_LETTERS,
        f"{case}: {ids[0]!r} is so short that somebody will guess one.",
    )
    again = _log_in(_new(shop, Store()), name)
    expect(again not in ids, f"{case}: after a restart the first one is the same as before.")


def _in_turn(shop: Callable[..., Any], case: str) -> None:
    store = Store()
    made = [_new(shop, store), _new(shop, store)]
    ada = _log_in(made[0], "ada")
    expect(
        made[1].who(ada) == "ada",
        f"{case}: the second one does not know who logged in at the first.",
    )
    for i in range(6):
        _adds(made[i % 2], ada, "tea", 1, case)
    said = [each.cart(ada) for each in made]
    expect(
        said == [{"tea": 6}] * 2,
        f"{case}: of six pieces they have {said[0]!r} and {said[1]!r}. What does an instance "
        "remember?",
    )


def _replaced(shop: Callable[..., Any], case: str) -> None:
    store = Store()
    made = [_new(shop, store), _new(shop, store)]
    ada, bob = _log_in(made[0], "ada"), _log_in(made[1], "bob")
    for turn in range(9):
        _adds(made[turn % 2], ada, f"article {turn % 3}", 1, case)
        if turn % 4 == 2:
            made[turn % 2] = _new(shop, store)
    right = {"article 0": 3, "article 1": 3, "article 2": 3}
    for each in made:
        said = each.cart(ada)
        expect(said == right, f"{case}: the cart is {said!r}, and {right!r} was put into it.")
        expect(each.who(bob) == "bob", f"{case}: somebody who did nothing is logged out.")


def _emptied(shop: Callable[..., Any], case: str) -> None:
    store = Store()
    made = _new(shop, store)
    ada = _log_in(made, "ada")
    _adds(made, ada, "tea", 1, case)
    store.clear()
    for each in (made, _new(shop, store)):
        said = each.who(ada), each.cart(ada)
        expect(
            said == (None, None),
            f"{case}: who() and cart() still say {said!r}. Where is that from? Another machine's "
            "memory would not have it.",
        )


def _nobody(shop: Callable[..., Any], case: str) -> None:
    store = Store()
    made = _new(shop, store)
    chosen = "a-session-that-was-sent-in-a-letter"
    expect(made.who(chosen) is None, f"{case}: who() says {made.who(chosen)!r}, not None.")
    expect(made.cart(chosen) is None, f"{case}: the cart is {made.cart(chosen)!r}, not None.")
    said = made.add(chosen, "tea", 1)
    expect(
        said is False, f"{case}: add() says {said!r} to a session that there is not. Return False."
    )
    expect(
        made.cart(chosen) is None,
        f"{case}: add() made a session of an id that somebody sent. Only log_in makes them.",
    )


def _logged_out(shop: Callable[..., Any], case: str) -> None:
    store = Store()
    made = [_new(shop, store), _new(shop, store)]
    ada, bob = _log_in(made[0], "ada"), _log_in(made[0], "bob")
    for each in made:
        _adds(each, ada, "tea", 1, case)
    made[1].log_out(ada)
    for each in made:
        said = each.who(ada), each.cart(ada), each.add(ada, "tea", 1)
        expect(said == (None, None, False), f"{case}: who, cart and add still say {said!r}.")
        expect(each.who(bob) == "bob", f"{case}: somebody else is logged out, too.")
    made[0].log_out(ada)  # twice does no harm


def _at_once(shop: Callable[..., Any], case: str) -> None:
    for times in (1, 3):
        _add_at_once(shop, case, times)


def _add_at_once(shop: Callable[..., Any], case: str, times: int) -> None:
    """The other instance adds something after this one has read, so many times."""
    store = Store()
    here, there = _new(shop, store), _new(shop, store)
    ada = _log_in(here, "ada")
    _adds(here, ada, "tea", 1, case)
    said: list[Any] = []
    store.meanwhile = [lambda: said.append(there.add(ada, "cup", 1))] * times
    mine = here.add(ada, "tea", 1)
    store.meanwhile = []
    expect(bool(said), f"{case}: add() does not read what is in the store.")
    expect(
        mine is True and False not in said,
        f"{case}: a piece is refused as somebody else was quicker. Nobody's session has ended.",
    )
    found, right = here.cart(ada), {"tea": 2, "cup": len(said)}
    if found == right:
        return
    expect(
        isinstance(found, dict) and all(found.get(name, 0) <= n for name, n in right.items()),
        f"{case}: the cart is {found!r}, and should be {right!r}. Something was added twice.",
    )
    raise NotYet(
        f"{case}: both say that all is well, and the cart is {found!r} instead of {right!r}. What "
        "did put() say?"
    )


def _logged_out_meanwhile(shop: Callable[..., Any], case: str) -> None:
    store = Store()
    here, there = _new(shop, store), _new(shop, store)
    ada = _log_in(here, "ada")
    store.meanwhile = [lambda: there.log_out(ada)]
    said = here.add(ada, "tea", 1)
    store.meanwhile = []
    expect(
        there.who(ada) is None and there.cart(ada) is None,
        f"{case}: the session is alive again, as add() had read it before.",
    )
    expect(said is False, f"{case}: add() says {said!r}, and there is no session. Return False.")
