import doctest
import math
from typing import Any

import numpy as np
import pytest

from scalelab.kernels.multi_region.consistency import TIMES
from scalelab.kernels.multi_region.consistency import consistency as kernel
from scalelab.models.multi_region import consistency
from scalelab.models.multi_region.consistency import LAWS, MODES, PLACES, Message, simulate
from scalelab.models.storage.consistency import AWS, COCKROACH_DEMO
from scalelab.theory.multi_region.consistency import seen_by

NAN = float("nan")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("n_replicas", (0, 6)), ("k_w", (0, 6)), ("k_r", (0, 6)), ("jitter", (-0.1, 10.1, NAN)),
        ("local_ms", (-0.1, 1001.0)), ("n_trials", (99, 20_000_001)),
    ],
)  # fmt: skip
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {"n_trials": 100, name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            simulate(**given)


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("mode", "Local quorum"), ("place", "One data centre"), ("writer", "Tokyo"),
        ("reader", "Tokyo"), ("leader", "Tokyo"), ("law", "YMMR"),
    ],
)  # fmt: skip
def test_an_unknown_name_is_answered_with_the_known_ones(name: str, known: str) -> None:
    given: dict[str, Any] = {name: "Atlantis"}
    with pytest.raises(ValueError, match=rf"^{name} is 'Atlantis', allowed are .*{known}"):
        simulate(**given)


def test_laws_are_two_messages() -> None:
    with pytest.raises(ValueError, match="law has 1 parts, give two"):
        simulate(law=[Message(1.0, 1.0, 2.0, 1.0)])
    for name, value in (
        ("pareto_share", 1.1),
        ("least_ms", -1.0),
        ("shape", 0.4),
        ("mean_ms", NAN),
    ):
        given = {"pareto_share": 0.5, "least_ms": 1.0, "shape": 2.0, "mean_ms": 1.0, name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}"):
            Message(**given)
    with pytest.raises(ValueError, match=r"^share is 99"):
        simulate(n_trials=100).seen_after(99)


def test_examples() -> None:
    assert doctest.testmod(consistency).failed == 0


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("place", PLACES)
def test_the_range_s_ends_are_allowed(mode: str, law: str, place: str) -> None:
    for n, k, jitter, local in ((1, 1, 0.0, 0.0), (5, 5, 10.0, 1000.0)):
        found = simulate(
            mode, k, k, n, place=place, law=law, jitter=jitter, local_ms=local, n_trials=100
        )
        for times in (found.write_ms, found.read_ms, found.hidden_ms):
            assert np.isfinite(times).all()
            assert (times >= 0.0).all()


@pytest.mark.parametrize("mean", [0.25, 10.0])
@pytest.mark.parametrize("n", [2, 4])
def test_exponential_messages(mean: float, n: int) -> None:
    trials = 100_000
    found = simulate(
        k_w=1, k_r=1, n_replicas=n, place="One data centre", n_trials=trials,
        law=(Message(0.0, 0.0, 1.0, mean), Message(0.0, 0.0, 1.0, 1.0)),
    )  # fmt: skip
    for time in (0.0, 2.0):
        exact = seen_by(time, n, mean, 1.0, 1.0, 1.0)
        error = math.sqrt(exact * (1.0 - exact) / trials)
        assert found.seen(time) == pytest.approx(exact, abs=4.0 * error + 0.001)


@pytest.mark.parametrize("mode", MODES)
def test_the_lab_s_table_shows_the_same_world(mode: str) -> None:
    """Another order of draws, so alike as far as chance allows."""
    rows = kernel(
        MODES.index(mode), 0, 1, 4, 2, 1, 3, 2, 0.2, LAWS.index("LNKD-DISK"), 1.0, 0.5, *AWS.pairs,
        2000, 1, 5,
    )  # fmt: skip
    of = rows[rows[:, 0] == 2]
    found = simulate(
        mode, 2, 1, 4, "Tokyo", "Ireland", "Oregon", jitter=0.2, law="LNKD-DISK", n_trials=50_000
    )
    for time, share in zip(TIMES, of[:, 2].tolist(), strict=True):
        exact = found.seen(time)
        assert share == pytest.approx(exact, abs=4.0 * math.sqrt(exact * (1 - exact) / 2000) + 2e-3)
    assert of[0, 5] == pytest.approx(found.read_p50, rel=0.03)
    assert rows[rows[:, 0] == 3][0, 7] == pytest.approx(found.write_p50, rel=0.05)
    behind = -np.expm1(-found.hidden_ms / 1000.0)
    error = float(np.std(behind)) / math.sqrt(2000)
    assert of[0, 10] == pytest.approx(float(np.mean(behind)), abs=4.0 * error + 1e-9)


def test_networks_of_fewer_regions() -> None:
    found = simulate(
        "One leader", 3, 1, reader="europe-west1", network=COCKROACH_DEMO, jitter=0.0,
        local_ms=0.0, n_trials=100,
    )  # fmt: skip
    assert found.write_p50 == 66.0
    with pytest.raises(ValueError, match="n_replicas is 4, allowed is 1 to 3"):
        simulate(n_replicas=4, network=COCKROACH_DEMO)


def test_one_seed_gives_one_result() -> None:
    first, again, other = (simulate(seed=seed, n_trials=200) for seed in (5, 5, 6))
    assert (first.read_ms == again.read_ms).all()
    assert not (first.read_ms == other.read_ms).all()
