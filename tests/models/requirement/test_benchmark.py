"""The public judgement: the kernel's numbers with names, and refusals that help."""

from typing import Any

import numpy as np
import pytest

from scalelab.kernels.requirement import benchmark as kernel
from scalelab.models.requirement.benchmark import VERDICTS, built_in, judge

N = 2000
RNG = np.random.default_rng(1)
START, MS, OK = np.arange(N) / 10.0, RNG.exponential(100.0, N), np.arange(N) % 100 > 0


def judged(**changed: Any) -> Any:
    given = {"start_s": START, "latency_ms": MS, "ok": OK} | changed
    return judge(**given)


def test_the_same_as_the_lab_s_table() -> None:
    test = built_in(minutes=5, stall_s=1.0, seed=3)
    found = judge(test.start_s, test.latency_ms, test.ok, 0.95, 300.0, 0.005, 30.0)
    head = kernel.benchmark(0.95, 300.0, 0.005, 30.0, 5, 1.0, 3, np.empty(0))[0]
    assert (found.value_ms, *found.naive_ms, *found.interval_ms) == (
        head[8], head[9], head[10], head[12], head[13],
    )  # fmt: skip
    assert (found.requests, found.independent, found.share_within) == (head[32], head[26], head[17])
    assert (found.errors, *found.errors_interval) == tuple(head[19:22])
    verdicts = [VERDICTS[int(code)] for code in head[22:26]]
    assert verdicts == [
        found.naive_verdict, found.latency_verdict, found.errors_verdict, found.verdict,
    ]  # fmt: skip
    assert found.rate == head[27]
    assert found.needed == (head[28] if head[29] else None)


def test_order_does_not_matter_but_belonging_does() -> None:
    order = np.random.default_rng(2).permutation(N)
    assert judged(start_s=START[order], latency_ms=MS[order], ok=OK[order]) == judged()


def test_failed_requests_are_errors_and_no_latencies() -> None:
    slow = np.where(OK, MS, 1e6)
    found = judged(latency_ms=slow)
    assert found.requests == OK.sum()
    assert found.errors == 0.01
    assert found.value_ms < 1e4
    assert found.errors_interval[0] < 0.01 < found.errors_interval[1]


def test_an_end_that_does_not_exist_is_none() -> None:
    found = judge(START[:300], MS[:300], np.ones(300, bool), 0.999, threshold_ms=1e6)
    assert found.naive_ms[1] is None
    assert found.naive_ms[0] is not None
    assert found.interval_ms[1] is None
    assert found.latency_verdict == "cannot tell"
    one = judge([0.0], [5.0], [True], 0.5)
    assert one.naive_ms == (None, None)
    assert one.rate == 0.0


def test_nothing_is_needed_where_there_is_a_verdict() -> None:
    assert judged(threshold_ms=5000.0).latency_verdict == "met"
    assert judged(threshold_ms=5000.0).needed is None
    assert judged(threshold_ms=50.0).latency_verdict == "not met"
    assert judged(threshold_ms=50.0).verdict == "not met"
    near = judged(threshold_ms=470.0)
    assert near.latency_verdict == "cannot tell"
    assert near.needed > N


@pytest.mark.parametrize(
    ("changed", "match"),
    [
        ({"percentile": 99.0}, "percentile is 99.0, allowed is 0.001 to 0.99999; a share"),
        ({"threshold_ms": 0.0}, "threshold_ms is 0.0 ms"),
        ({"most_errors": 1.5}, "most_errors is 1.5, allowed is 0.0 to 1.0; a share"),
        ({"skip_s": -1.0}, "skip_s is -1.0 s"),
        ({"start_s": START - 1.0}, "start_s is -1.0 s"),
        ({"start_s": START * 1e9}, "start_s is "),
        ({"latency_ms": -MS}, "latency_ms is -"),
        ({"latency_ms": np.full(N, np.nan)}, "latency_ms is nan"),
        ({"ok": OK[:-1]}, "3 numbers|one length"),
        ({"start_s": START.reshape(2, -1)}, "three lists of one length"),
        ({"skip_s": 1000.0}, "no request succeeded from second 1000.0 on; leave out less"),
        ({"ok": np.zeros(N, bool)}, "no request succeeded"),
    ],
)
def test_refusals_say_what_to_do(changed: dict[str, Any], match: str) -> None:
    with pytest.raises(ValueError, match=match):
        judged(**changed)


@pytest.mark.parametrize(
    ("changed", "match"),
    [({"minutes": 0}, "minutes is 0, allowed is 1 to 10000"), ({"stall_s": 61.0}, "stall_s is 61")],
)
def test_the_built_in_test_has_limits(changed: dict[str, Any], match: str) -> None:
    with pytest.raises(ValueError, match=match):
        built_in(**changed)


def test_no_requests_at_all() -> None:
    with pytest.raises(ValueError, match="no request succeeded"):
        judge([], [], [])
