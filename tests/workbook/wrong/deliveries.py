"""Wrong consumers and wrong changes of a cart, and the hint each of them has to get."""

from collections.abc import Callable
from typing import Any

from scalelab.workbook import deliveries as check
from scalelab.workbook.deliveries import LAST_S, Duplicate, Message, Shop, Store

Change = Callable[[Any], Any]


def consumes(
    order: str = "put add",
    forget_s: float | None = LAST_S,
    ack: str = "last",
    catches: bool = True,
    together: bool = True,
    look: bool = False,
    key: Change | None = None,
    amount: int | None = None,
    commits: bool = True,
    account: str | None = None,
) -> Callable[..., None]:
    """The right one, but for what is changed."""  # fmt: skip

    def once(message: Message, shop: Shop) -> None:
        if look and shop.seen(message.key):
            return
        if together:
            shop.begin()
        for step in order.split():
            if step == "put":
                shop.put(key(message) if key else message.key)
            elif step == "add":
                added = message.amount if amount is None else amount
                shop.add(account or message.account, added)
            elif step == "commit":
                shop.commit()
            elif step == "begin":
                shop.begin()
            else:
                shop.ack()
        if commits and together:
            shop.commit()

    def consume(message: Message, shop: Shop) -> None:
        if forget_s is not None:
            shop.forget(forget_s)
        if ack == "first":
            shop.ack()
        if catches:
            try:
                once(message, shop)
            except Duplicate:
                if ack == "unless it was there":
                    return
        else:
            once(message, shop)
        if ack in ("last", "unless it was there"):
            shop.ack()

    return consume


def ends_early(message: Message, shop: Shop) -> None:
    """A key that is there is no reason to say so."""
    shop.forget(LAST_S)
    if shop.seen(message.key):
        return
    consumes()(message, shop)


def in_memory() -> Callable[..., None]:
    """The process remembers, and it dies."""
    known: set[str] = set()

    def consume(message: Message, shop: Shop) -> None:
        if message.key not in known:
            known.add(message.key)
            shop.add(message.account, message.amount)
        shop.ack()

    return consume


def tries_again(message: Message, shop: Shop) -> None:
    """Until the key can be stored."""
    while True:
        try:
            consumes(catches=False)(message, shop)
            return
        except Duplicate:
            pass


def right_save(store: Store, name: str, change: Change) -> None:
    while True:
        value, version = store.get(name)
        if store.set(name, change(value), version):
            return


def without_a_look(store: Store, name: str, change: Change) -> None:
    value, version = store.get(name)
    store.set(name, change(value), version)


def n_times(n: int) -> Callable[..., None]:
    def save(store: Store, name: str, change: Change) -> None:
        for _ in range(n):
            value, version = store.get(name)
            if store.set(name, change(value), version):
                return

    return save


def same_version(store: Store, name: str, change: Change) -> None:
    value, version = store.get(name)
    while not store.set(name, change(list(value)), version):
        pass


def old_value(store: Store, name: str, change: Change) -> None:
    value, version = store.get(name)
    new = change(value)
    while not store.set(name, new, version):
        _, version = store.get(name)


def again_on_the_same(store: Store, name: str, change: Change) -> None:
    value, version = store.get(name)
    while not store.set(name, change(value), version):
        _, version = store.get(name)


def twice(store: Store, name: str, change: Change) -> None:
    right_save(store, name, lambda value: change(change(value)))


def saves_twice(store: Store, name: str, change: Change) -> None:
    right_save(store, name, change)
    right_save(store, name, lambda value: value)


def next_version(store: Store, name: str, change: Change) -> None:
    value, version = store.get(name)
    while not store.set(name, change(list(value)), version):
        version += 1


def only_change(store: Store, name: str, change: Change) -> None:
    while True:
        _, version = store.get(name)
        if store.set(name, change([]), version):
            return


def unchanged(store: Store, name: str, change: Change) -> None:
    value, version = store.get(name)
    store.set(name, value, version)


def function_itself(store: Store, name: str, change: Any) -> None:
    _, version = store.get(name)
    store.set(name, change, version)


def another_cart(store: Store, name: str, change: Change) -> None:
    right_save(store, "cart 8", change)


def nothing(*_: Any) -> None:
    pass


def raises(*_: Any) -> None:
    raise KeyError("cart")


LOST, TWICE, HALF = "Nobody has it any more", "the effect is there 2 times", "effect is missing"
DEAD, BOTH, AGAIN = "next worker find", "Each of two workers looked", "known of the first"

WRONG: list[tuple[str, Callable[..., None], tuple[Any, ...], str]] = [
    ("no function", check.task_5, (5, right_save), "expected a function"),
    *((name, check.task_5, (consume, right_save), hint) for name, consume, hint in (
        ("nothing", nothing, "has come 12 times"),
        ("raises", raises, "KeyError"),
        ("never acknowledged", consumes(ack="never"), "has come 12 times"),
        ("only acknowledged", consumes("", None), LOST),
        ("acknowledged first", consumes(ack="first"), LOST),
        ("acknowledged in the middle", consumes("put ack add"), LOST),
        ("acknowledged before the commit", consumes("put add ack", ack="never"),
         f"{LOST}|has come 12"),
        ("the effect alone", consumes("add"), f"{TWICE}.*{AGAIN}"),
        ("the effect alone, acknowledged first", consumes("add", ack="first"), TWICE),
        ("only the key", consumes("put"), HALF),
        ("the effect twice", consumes("put add add"), TWICE),
        ("never committed", consumes(commits=False), LOST),
        ("the key before", consumes("put add", together=False), f"{HALF}.*dies between"),
        ("the key after", consumes("add put", together=False), f"{TWICE}|key is stored"),
        ("two transactions", consumes("put commit begin add"), f"{HALF}.*dies between"),
        ("two transactions, effect first", consumes("add commit begin put"), f"{TWICE}.*{AGAIN}"),
        ("looks, and two transactions", consumes("add commit begin put", look=True),
         f"{TWICE}.*{DEAD}|has come 12"),
        ("looks, and then stores nothing", consumes("add", look=True), f"{TWICE}.*{AGAIN}"),
        ("looks, and then both apart", consumes("add put", together=False, look=True),
         f"{TWICE}|has come 12"),
        ("looks, says nothing", ends_early, "has come 12 times"),
        ("does not catch", consumes(catches=False), "Duplicate"),
        ("says nothing of duplicates", consumes(ack="unless it was there"), "has come 12 times"),
        ("remembers by itself", in_memory(), f"{LOST}|{HALF}"),
        ("tries for ever", tries_again, "Does it end"),
        ("another key each time", consumes(key=lambda m: object()),
         TWICE),
        ("the account as a key", consumes(key=lambda m: m.account), LOST),
        ("one key for all", consumes(key=lambda m: "key"), LOST),
        ("never forgets", consumes(forget_s=None), "grows for ever"),
        ("forgets after a day", consumes(forget_s=86_400.0), "grows for ever"),
        ("forgets at three times", consumes(forget_s=3.0 * LAST_S), "grows for ever"),
        *((f"forgets after {s:g} s", consumes(forget_s=s), f"{TWICE}.*For how long|{AGAIN}|{DEAD}")
          for s in (0.0, 10.0, 30.0, 60.0, 300.0, 500.0)),
        ("everything at once", consumes(forget_s=-1.0), TWICE),
        ("one more", consumes(amount=31), "31 were added"),
        ("another account", consumes(account="Bob"), "'Bob', and the message says"),
        ("begins twice", consumes("begin put add"), "begin was called in a transaction"),
    )),
    ("no function to save", check.task_5, (consumes(), 5), "expected a function"),
    *((name, check.task_5, (consumes(), save), hint) for name, save, hint in (
        ("save does nothing", nothing, "the change is not in it"),
        ("save raises", raises, "KeyError"),
        ("saved without a look", without_a_look, "the change is not in it"),
        *((f"{n} times at most", n_times(n), "the change is not in it") for n in (1, 2, 3, 10, 40)),
        ("the same version again", same_version, "ever become the newest"),
        ("the old value", old_value, "is overwritten"),
        ("changed again and again", again_on_the_same, "in the cart 2 times"),
        ("changed twice", twice, "in the cart 2 times"),
        ("saved twice", saves_twice, "is stored 2 times"),
        ("a version that it makes up", next_version, "is overwritten"),
        ("only the change", only_change, "'tea' was in the cart"),
        ("unchanged", unchanged, "the change is not in it"),
        ("the function itself", function_itself, "which is no cart"),
        ("another cart", another_cart, "There is no 'cart 8'"),
    )),
]  # fmt: skip
