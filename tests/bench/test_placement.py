"""Look-ups for real, a few of them: every program is timed, and set against uhashring."""

import pytest

from scalelab.bench import __main__ as command
from scalelab.bench import placement
from scalelab.bench.report import Column, Report
from scalelab.peers.placement import JUMP, UHASHRING


def test_a_small_race_has_every_program() -> None:
    report = placement.throughput(n_keys=20_000, peers_keys=500, runs=1)
    speeds = {name: (fast, ratio) for name, fast, ratio in report.rows}
    assert {"ring", "jump", "rendezvous", "maglev", UHASHRING, JUMP} < set(speeds)
    reference = float(speeds[UHASHRING][0])
    assert speeds[UHASHRING][1] == 1.0
    for fast, ratio in speeds.values():
        assert float(fast) > 0.0
        assert ratio == pytest.approx(float(fast) / reference)
    assert bool(report.missed) == (float(speeds["ring"][1]) < placement.GOAL)


def test_a_ring_that_is_too_slow_is_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placement, "GOAL", 1e9)
    report = placement.throughput(n_keys=1000, peers_keys=100, runs=1)
    assert report.text().splitlines()[-1].startswith("Goal: the ring at least 1e+09 times")
    assert "missed: ring" in report.text()


def test_the_command_knows_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        placement, "throughput", lambda: Report("Placed", "", [Column("n")], [(1,)], "none")
    )
    monkeypatch.setattr("sys.argv", ["bench", "--only", "placement"])
    assert command.main() == 0
    assert "== Placed" in capsys.readouterr().out
