"""Queues for real, a few customers: every program is timed, and waits are those of theory."""

import pytest

from scalelab.bench import __main__ as command
from scalelab.bench import queueing
from scalelab.bench.report import Column, Report
from scalelab.peers.queueing import CIW, SIMPY


def test_a_small_race_has_every_program() -> None:
    report = queueing.throughput(n_customers=2_000_000, peers_customers=12_000, runs=2)
    programs = [queueing.OURS, SIMPY, CIW]
    assert [(row[0], row[1]) for row in report.rows] == [
        (queue, program) for queue in queueing.QUEUES for program in programs
    ]
    slow = 0
    speed = 0.0
    for _, program, fast, ratio, wait, error, expected in report.rows:
        if program == queueing.OURS:
            speed = float(fast)
        assert float(fast) > 0.0
        assert ratio == pytest.approx(speed / float(fast))
        # So few customers are too few for the others to say how far off they are.
        near = 4.0 * float(error) if program == queueing.OURS else 0.5 * float(expected)
        assert float(wait) == pytest.approx(float(expected), abs=near)
        assert float(error) > 0.0
        slow += program != queueing.OURS and float(ratio) < queueing.GOAL
    assert len(report.missed) == slow


def test_what_is_too_slow_is_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queueing, "GOAL", 1e9)
    monkeypatch.setattr(queueing, "QUEUES", {"M/M/1": queueing.QUEUES["M/M/1"]})
    report = queueing.throughput(n_customers=10_000, peers_customers=3000, runs=1)
    last = report.text().splitlines()[-1]
    assert last.startswith("Goal: at least 1e+09 times as fast as either: missed: M/M/1")
    assert len(report.missed) == 2


def test_the_command_knows_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        queueing, "throughput", lambda: Report("Queued", "", [Column("n")], [(1,)], "none")
    )
    monkeypatch.setattr("sys.argv", ["bench", "--only", "queueing"])
    assert command.main() == 0
    assert "== Queued" in capsys.readouterr().out
