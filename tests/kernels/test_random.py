"""The generator against its published definition in plain integers; its numbers' distribution."""

import numpy as np
import pytest
from scipy import stats

from scalelab.kernels.random import below, exponential, generator, next_word, shuffle, uniform

WORD = (1 << 64) - 1


def splitmix64(seed: int, n: int) -> list[int]:
    words = []
    for _ in range(n):
        seed = (seed + 0x9E3779B97F4A7C15) & WORD
        z = seed
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & WORD
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & WORD
        words.append(z ^ (z >> 31))
    return words


def xoshiro256pp(s: list[int], n: int) -> list[int]:
    def rotl(x: int, k: int) -> int:
        return ((x << k) | (x >> (64 - k))) & WORD

    s = list(s)
    words = []
    for _ in range(n):
        words.append((rotl((s[0] + s[3]) & WORD, 23) + s[0]) & WORD)
        t = (s[1] << 17) & WORD
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = rotl(s[3], 45)
    return words


@pytest.mark.parametrize("seed", [0, 1, 12345, 2**62])
def test_same_words_as_the_definition(seed: int) -> None:
    state = generator(seed)
    expected = splitmix64(seed, 4)
    assert [int(word) for word in state] == expected
    assert [int(next_word(state)) for _ in range(200)] == xoshiro256pp(expected, 200)


def test_published_splitmix_value() -> None:
    assert splitmix64(0, 1) == [0xE220A8397B1DCDAF]


def test_uniform_exponential_and_below() -> None:
    state = generator(5)
    sample = np.array([uniform(state) for _ in range(20_000)])
    assert 0.0 < sample.min() < sample.max() < 1.0
    assert stats.kstest(sample, "uniform").pvalue > 1e-4
    waits = np.array([exponential(state, 3.0) for _ in range(20_000)])
    assert stats.kstest(waits, "expon", args=(0, 3.0)).pvalue > 1e-4
    dice = np.bincount([below(state, 6) for _ in range(20_000)], minlength=6)
    assert dice.size == 6
    assert stats.chisquare(dice).pvalue > 1e-4


def test_shuffle_gives_every_order_equally_often() -> None:
    state, runs = generator(5), 24_000
    counts: dict[tuple[int, ...], int] = {}
    for _ in range(runs):
        values = np.arange(4)
        shuffle(state, values)
        order = tuple(values.tolist())
        counts[order] = counts.get(order, 0) + 1
    assert len(counts) == 24
    # Each order is as likely as the others: within 4.5 standard deviations of a 24th.
    slack = 4.5 * np.sqrt(runs * (1 / 24) * (23 / 24))
    assert max(abs(count - runs / 24) for count in counts.values()) < slack
