"""A shared cart in three regions, and what becomes of it under a rule for merging.

A region numbers the pieces that are put in there. A cart holds pieces, and it says how many pieces
of each region it has *heard* of, those included that have been taken out since. Regions send
their carts to each other; a message may be late, come twice, or be overtaken by another.

What should be in a cart is known from an observed-remove set beside it, which forgets nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from scalelab.models.multi_region.crdt import ORSet

REGIONS = 3
STEPS = 600
ITEMS = ("shoes", "shirt", "scarf", "socks", "hat", "gloves")


class Piece(NamedTuple):
    """The piece with this number, of those that were put into the cart in this region."""

    item: str
    region: int
    number: int


class Cart(NamedTuple):
    """The pieces in it, and for each region of how many pieces it has heard."""

    pieces: frozenset[Piece] = frozenset()
    heard: tuple[int, ...] = (0,) * REGIONS


Merge = Callable[[Cart, Cart], Any]


def add(cart: Cart, region: int, item: str) -> Cart:
    """The cart with one more piece, put in at ``region``."""
    number = cart.heard[region] + 1
    heard = (*cart.heard[:region], number, *cart.heard[region + 1 :])
    return Cart(cart.pieces | {Piece(item, region, number)}, heard)


def remove(cart: Cart, item: str) -> Cart:
    """The cart without any piece of ``item``."""
    return Cart(frozenset(one for one in cart.pieces if one.item != item), cart.heard)


def items(cart: Cart) -> set[str]:
    """What the customer sees."""
    return {one.item for one in cart.pieces}


@dataclass
class Played:
    """After how many merges a cart was wrong, and in which way; and what it takes to be right.

    ``back``: something that was taken out is in it; ``lost``: something that nobody took out is
    not; ``deaf``: it has heard of less than one of the two; ``boasts``: of more than both.
    ``pieces`` are those of the carts in the end, ``tags`` what the observed-remove sets hold then.
    """

    merges: int = 0
    back: int = 0
    lost: int = 0
    deaf: int = 0
    boasts: int = 0
    pieces: int = 0
    tags: int = 0


@dataclass(frozen=True)
class _Copy:
    """A region's cart, and the truth about it."""

    cart: Cart
    truth: ORSet[str]


def play(merge: Merge, seed: int) -> Played:
    """Customers change a cart in three regions, which merge what they hear with ``merge``.

    In the end each hears of all others, twice.
    """
    chance = np.random.default_rng(seed)
    played = Played()
    copies = [_Copy(Cart(), ORSet()) for _ in range(REGIONS)]
    sent: list[tuple[int, _Copy]] = []
    for _ in range(STEPS):
        here = int(chance.integers(REGIONS))
        what = chance.random()
        if what < 0.25:
            copies[here] = _put_in(copies[here], here, str(chance.choice(ITEMS)))
        elif what < 0.4:
            copies[here] = _taken_out(copies[here], str(chance.choice(ITEMS)))
        elif what < 0.7:
            sent.append((here, copies[here]))
        elif sent:
            sender, message = sent[int(chance.integers(max(0, len(sent) - 12), len(sent)))]
            if sender != here:
                copies[here] = _merged(merge, copies[here], message, played)
    for _ in range(2):
        for here in range(REGIONS):
            for other in range(REGIONS):
                copies[here] = _merged(merge, copies[here], copies[other], played)
    played.pieces = sum(len(copy.cart.pieces) for copy in copies)
    played.tags = sum(len(copy.truth.added) + len(copy.truth.removed) for copy in copies)
    return played


def _put_in(copy: _Copy, region: int, item: str) -> _Copy:
    cart = add(copy.cart, region, item)
    return _Copy(cart, copy.truth.add(item, Piece(item, region, cart.heard[region])))


def _taken_out(copy: _Copy, item: str) -> _Copy:
    return _Copy(remove(copy.cart, item), copy.truth.remove(item))


def _merged(merge: Merge, mine: _Copy, theirs: _Copy, played: Played) -> _Copy:
    cart = Cart(*merge(mine.cart, theirs.cart))
    truth = mine.truth.merge(theirs.truth)
    right = {piece for _, piece in truth.live}
    most = tuple(map(max, mine.cart.heard, theirs.cart.heard))
    played.merges += 1
    played.back += bool(cart.pieces - right)
    played.lost += bool(right - cart.pieces)
    played.deaf += any(mine < known for mine, known in zip(cart.heard, most, strict=True))
    played.boasts += any(mine > known for mine, known in zip(cart.heard, most, strict=True))
    return _Copy(cart, truth)
