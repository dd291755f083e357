"""The comparisons of the judging of load tests."""

from tests.validation.topics import rows_of


def test_counting_agrees_to_the_last_request() -> None:
    rows = rows_of("requirement.benchmark")
    counted = [row for row in rows if "ank" in row.quantity or "Fewest" in row.quantity]
    assert len(counted) == 17
    assert {row.verdict for row in counted} == {"agrees"}
    assert {row.tolerance for row in counted} == {0.0}


def test_the_intervals_promises() -> None:
    rows = rows_of("requirement.benchmark")
    held = {(r.quantity.split(":")[0], r.settings): r for r in rows if "holds" in r.quantity}
    for p in ("50", "99"):
        assert held["As if independent", f"independent requests, p{p}"].verdict == "agrees"
        assert held["By batches", f"independent requests, p{p}"].ours > 0.94
    for where in ("50% busy, p99", "70% busy, p50", "70% busy, p99", "90% busy, p99"):
        naive = held["As if independent", f"a queue, {where}"]
        batches = held["By batches", f"a queue, {where}"]
        assert naive.verdict == "explained"
        assert naive.ours < 0.6
        assert batches.ours > 0.8
    assert held["By batches", "a queue, 70% busy, p99"].verdict == "agrees"
    assert held["As if independent", "a queue, 70% busy, p99"].ours < 0.4
    assert held["By batches", "a queue, 90% busy, p99"].verdict == "explained"
