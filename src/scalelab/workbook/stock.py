"""What four regions order while they are cut off from each other; from a seed.

Some regions order about as much each time. In others it is little as a rule, and now and then very
much, when something was on television there.
"""

import numpy as np

from scalelab.kernels.jit import Floats, Ints

REGIONS = 4


def orders(shop: int, period: int, count: int = 300) -> Ints:
    """Orders of each region (columns) in ``count`` cuts of one length (rows).

    ``shop`` is the seed of what each region is like, ``period`` that of one record of it.
    """
    habits = np.random.default_rng([shop, 0])
    mean = habits.uniform(15.0, 50.0, REGIONS)
    bursts = habits.permutation([0.0, 0.0, habits.uniform(0.08, 0.15), habits.uniform(0.15, 0.25)])
    factor = habits.uniform(4.0, 7.0, REGIONS)
    usual = mean * np.where(bursts > 0.0, (1.0 - bursts * factor), 1.0)
    usual = np.maximum(usual, 0.15 * mean) / np.maximum(1.0 - bursts, 0.5)

    chance = np.random.default_rng([shop, 1, period])
    burst = chance.random((count, REGIONS)) < bursts
    return chance.poisson(np.where(burst, factor * mean, usual))


def oversold(record: Ints, stock: int) -> Floats:
    """Pieces sold that are not there, if each region sells until *it* has sold ``stock``."""
    sold = np.minimum(record, stock).sum(axis=1)
    return np.asarray(np.maximum(sold - stock, 0), float)


def refused(record: Ints, held: Ints) -> Floats:
    """Orders refused although a piece was left elsewhere, if a region sells what it holds."""
    could = np.minimum(record.sum(axis=1), held.sum())
    return np.asarray(could - np.minimum(record, held).sum(axis=1), float)
