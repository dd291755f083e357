"""Messages that come again, workers that die anywhere, and carts that others change meanwhile."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any, NamedTuple

from scalelab.workbook.hint import NotYet, expect
from scalelab.workbook.worker import Died, Endless, Worker

LAST_S = 600.0  # a copy comes at most so long after the message came first
LEASE_S = 30.0
MOST_RECEIVES, MOST_WRITES = 12, 500
OPERATIONS = 14  # more than an answer needs


class Message(NamedTuple):
    """Some money for an account. Copies have the same key."""

    key: str
    account: str
    amount: int


class Duplicate(Exception):
    """The key is there already. Nothing of the transaction is kept."""


class World:
    """What is committed, and what the broker knows."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.balances: dict[str, int] = {}
        self.keys: dict[str, float] = {}
        self.done: dict[str, int] = {}  # how often the effect of a message is there
        self.acknowledged: set[str] = set()


class Fate(NamedTuple):
    """Of one receive: at which operation the worker dies, before or after it has an effect; before
    which another worker gets the same message; whether the acknowledgement arrives.
    """

    dies_at: int = 0
    after: bool = False
    other_at: int = 0
    arrives: bool = True


class Shop:
    """What a worker has: a database with transactions, and the broker."""

    def __init__(
        self, world: World, message: Message, fate: Fate, other: Callable[[], None] | None = None
    ) -> None:
        self._world, self._message, self._fate, self._other = world, message, fate, other
        self._worker = Worker(fate.dies_at, fate.after, 50 * OPERATIONS, self._interrupt)
        self._open = False
        self._keys: dict[str, float] = {}
        self._added: list[tuple[str, int]] = []

    def _interrupt(self, operation: int) -> None:
        if operation == self._fate.other_at and self._other:
            self._other()

    def begin(self) -> None:
        """Begin a transaction."""
        self._worker.do(self._begin)

    def _begin(self) -> None:
        expect(not self._open, "begin was called in a transaction. The last one has not ended.")
        self._open = True

    def seen(self, key: str) -> bool:
        """Whether the key is there."""
        return bool(self._worker.do(lambda: key in self._world.keys or key in self._keys))

    def put(self, key: str) -> None:
        """Store the key; Duplicate if it is there."""
        self._worker.do(lambda: self._put(key))

    def _put(self, key: str) -> None:
        if key in self._world.keys or key in self._keys:
            self._drop()
            raise Duplicate(key)
        self._keys[key] = self._world.now_s
        self._commit_unless_open()

    def add(self, account: str, amount: int) -> None:
        """The effect."""
        self._worker.do(lambda: self._add(account, amount))

    def _add(self, account: str, amount: int) -> None:
        wanted = self._message.account, self._message.amount
        expect(
            (account, amount) == wanted,
            f"{amount!r} were added to {account!r}, and the message says {wanted[1]} to "
            f"{wanted[0]!r}.",
        )
        self._added.append((account, amount))
        self._commit_unless_open()

    def commit(self) -> None:
        """End the transaction; Duplicate if another has stored its key meanwhile."""
        self._worker.do(self._commit)

    def _commit_unless_open(self) -> None:
        if not self._open:
            self._commit()

    def _commit(self) -> None:
        if any(key in self._world.keys for key in self._keys):
            self._drop()
            raise Duplicate
        self._world.keys.update(self._keys)
        for account, amount in self._added:
            self._world.balances[account] = self._world.balances.get(account, 0) + amount
            key = self._message.key
            self._world.done[key] = self._world.done.get(key, 0) + 1
        self._drop()

    def _drop(self) -> None:
        self._open, self._keys, self._added = False, {}, []

    def forget(self, older_s: float) -> None:
        """Remove keys that were stored more than so many seconds ago."""
        self._worker.do(lambda: self._forget(older_s))

    def _forget(self, older_s: float) -> None:
        keys = self._world.keys
        for key in [key for key, at_s in keys.items() if at_s < self._world.now_s - older_s]:
            del keys[key]

    def ack(self) -> None:
        """Tell the broker that the message is done."""
        self._worker.do(self._ack)

    def _ack(self) -> None:
        if self._fate.arrives:
            self._world.acknowledged.add(self._message.key)


def _consumed(consume: Any, world: World, message: Message, fate: Fate, case: str) -> int:
    """One receive; how many operations it took."""
    shop = Shop(world, message, fate, lambda: _again(consume, world, message, case))
    try:
        consume(message, shop)
    except Died:
        pass
    except NotImplementedError:
        raise NotYet("consume is not written yet.") from None
    except Endless:
        calls = 50 * OPERATIONS
        raise NotYet(f"{case}: more than {calls} calls for one message. Does it end?") from None
    except NotYet as hint:
        raise NotYet(f"{case}: {hint}") from None
    except Exception as error:
        raise NotYet(f"{case}: it raised {error!r}.") from None
    return shop._worker.operations


def _again(consume: Any, world: World, message: Message, case: str) -> None:
    """Another worker has the same message, from beginning to end."""
    _consumed(consume, world, message, Fate(), case)


def _is_once(world: World, message: Message, case: str, twice: str) -> None:
    done = world.done.get(message.key, 0)
    expect(
        done != 0 or message.key not in world.keys,
        f"{case}: the key is stored, and the effect is missing. What if a worker dies between?",
    )
    expect(
        done != 0,
        f"{case}: the message is acknowledged, and its effect is missing. Nobody has it any more.",
    )
    expect(done == 1, f"{case}: the effect is there {done} times. {twice}")


def _delivered(consume: Any, fates: list[Fate], case: str, twice: str) -> None:
    """Until it is acknowledged; then a copy."""
    world, message = World(), Message("order 7", "Ada", 30)
    for receive in range(MOST_RECEIVES):
        fate = fates[receive] if receive < len(fates) else Fate()
        _consumed(consume, world, message, fate, case)
        world.now_s += LEASE_S
        if message.key in world.acknowledged:
            break
    else:
        raise NotYet(
            f"{case}: it has come {MOST_RECEIVES} times, and the broker still does not know "
            "that it is done."
        )
    _is_once(world, message, case, twice)
    _consumed(consume, world, message, Fate(), f"{case}, then a copy")
    _is_once(world, message, f"{case}, then a copy", "What was known of the first?")


AT = tuple(range(1, OPERATIONS))
DEAD = "What does the next worker find when the last one died in between?"
BOTH = "Each of two workers looked before the other had stored anything."
AGAIN = "What was known of the first?"


def _is_exactly_once(consume: Any) -> None:
    expect(callable(consume), f"expected a function, got {consume!r}.")
    _delivered(consume, [], "One message", AGAIN)
    _delivered(consume, [Fate(arrives=False)], "An acknowledgement is lost", AGAIN)
    for at in AT:
        for after in (False, True):
            case = f"A worker dies {'after' if after else 'before'} its operation {at}"
            _delivered(consume, [Fate(at, after)], case, DEAD)
            _delivered(consume, [Fate(at, after)] * 3, f"{case}, three times", DEAD)
    for at in AT:
        case = f"Another worker has the same message before operation {at} of the first"
        _delivered(consume, [Fate(other_at=at)], case, BOTH)
        _delivered(consume, [Fate(at + 1, True, at)], f"{case}, which dies after it", BOTH)
    _is_kept_for_long_enough(consume)


def _is_kept_for_long_enough(consume: Any) -> None:
    """A day of messages; copies of some come at the last moment."""
    world, late = World(), list[tuple[float, Message]]()
    case = "A day"
    for i in range(400):
        world.now_s = 25.0 * i
        while late and late[0][0] <= world.now_s:
            at_s, old = late.pop(0)
            world.now_s = at_s
            _consumed(consume, world, old, Fate(), case)
            _is_once(
                world, old, case, f"A copy came {LAST_S - 1.0:g} s after the message. For how long "
                "is a key kept?",
            )  # fmt: skip
            world.now_s = 25.0 * i
        message = Message(f"order {i}", f"customer {i % 7}", 10 + i)
        _consumed(consume, world, message, Fate(), case)
        if i % 3 == 0:
            late.append((world.now_s + LAST_S - 1.0, message))
    old_keys = sum(at_s < world.now_s - 2.0 * LAST_S for at_s in world.keys.values())
    expect(
        old_keys == 0,
        f"{case}: {len(world.keys)} keys are stored in the end, and {old_keys} of them are more "
        f"than twice as old as any copy can be. The table grows for ever.",
    )


class Store:
    """Values with versions. Others change one between ``get`` and ``set``, the first few times."""

    def __init__(self, value: Any, others: int) -> None:
        self._value, self._version, self._others, self._calls = value, 1, others, 0
        self._came = 0
        self.sets = 0

    def get(self, name: str) -> tuple[Any, int]:
        """The value and its version."""
        self._called(name)
        return deepcopy(self._value), self._version

    def set(self, name: str, value: Any, version: int) -> bool:
        """Store the value if the version is still this; otherwise False, and nothing happens."""
        self._called(name)
        if self._came < self._others:
            self._came += 1
            self._value, self._version = [*self._value, f"other {self._came}"], self._version + 1
        if version != self._version:
            return False
        self._value, self._version, self.sets = deepcopy(value), self._version + 1, self.sets + 1
        return True

    def _called(self, name: str) -> None:
        expect(name == "cart 7", f"There is no {name!r} in the store, but a 'cart 7'.")
        self._calls += 1
        if self._calls > MOST_WRITES:
            raise Endless


def _is_saved(save: Any, others: int) -> None:
    case = f"{others} others write in between"
    store, asked = Store(["tea"], others), list[Any]()

    def change(cart: list[str]) -> list[str]:
        asked.append(list(cart))
        cart.append("milk")
        return cart

    expect(callable(save), f"expected a function, got {save!r}.")
    try:
        save(store, "cart 7", change)
    except NotImplementedError:
        raise NotYet("save is not written yet.") from None
    except Endless:
        raise NotYet(
            f"{case}: more than {MOST_WRITES} calls of the store. Does the version that it hands "
            "over ever become the newest?"
        ) from None
    except NotYet as hint:
        raise NotYet(f"{case}: {hint}") from None
    except Exception as error:
        raise NotYet(f"{case}: it raised {error!r}.") from None
    cart = store._value
    expect(isinstance(cart, list), f"{case}: {cart!r} is stored, which is no cart.")
    expect("milk" in cart, f"{case}: the cart is {_short(cart)}; the change is not in it.")
    expect(
        cart.count("milk") == 1,
        f"{case}: the change is in the cart {cart.count('milk')} times: {_short(cart)}.",
    )
    gone = [one for one in ("tea", *(f"other {n + 1}" for n in range(others))) if one not in cart]
    if gone:
        raise NotYet(
            f"{case}: {gone[0]!r} was in the cart and is overwritten. To what was the change made?"
        )
    expect(store.sets == 1, f"{case}: it is stored {store.sets} times.")


def _short(cart: list[Any]) -> str:
    return f"{str(cart)[:60]}"


OTHERS = (0, 1, 2, 5, 40)


def task_5(consume: Callable[..., Any], save: Callable[..., Any]) -> None:
    """Each message has its effect once, whatever happens; and no change of a cart is lost."""
    _is_exactly_once(consume)
    for others in OTHERS:
        _is_saved(save, others)
    print(f"Right, for workers that die or race at each of {len(AT)} places, and a day;", end=" ")
    print(f"and for {len(OTHERS)} carts.")
