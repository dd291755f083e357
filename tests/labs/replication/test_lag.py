"""What the prompts below the lab ask the reader to see is there to be seen."""

import pytest

from scalelab.facts.lag import POSTGRES_STANDBY_DELAY
from scalelab.facts.latency import DATA_CENTRE_ROUND_TRIP
from scalelab.labs.replication.lag import lab
from scalelab.models.replication.lag import VIEWS
from scalelab.theory.replication import lag as theory

NAMES = [column.name for column in lab.columns]


def whole(**changed: float) -> dict[str, float]:
    return dict(zip(NAMES, lab.table(**changed)[-1], strict=True))


def after(beginning: str) -> dict[str, float]:
    """The same when the prompt that begins so has been clicked."""
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return whole(**settings)


def line(**changed: float) -> dict[float, float]:
    """The time line: lag by time."""
    return {row[1]: row[2] for row in lab.table(**changed) if row[0] == 0 and row[5] == 1}


def test_at_first_sight() -> None:
    """Milliseconds of lag, then half a minute of it after a sale of 20 s, for minutes."""
    found = whole()
    assert VIEWS[int(found["view"])] == "Whole run"
    assert found["utilisation"] == pytest.approx(0.8)
    assert 15.0 < found["calm"] < 45.0
    assert found["largest"] == pytest.approx(28.0, abs=3.0)
    assert found["behind"] == pytest.approx(160.0, abs=15.0)
    assert found["behind_low"] < found["behind"] < found["behind_high"]
    assert found["p50"] > 5.0
    # The lag goes on rising when the sale, which ends after 20 s, is over.
    lags = line()
    highest = max(lags, key=lambda time: lags[time])
    assert 40.0 < highest < 56.0
    assert lags[highest] > 1.8 * max(lag for time, lag in lags.items() if time < 20.0)
    late = [lag for time, lag in lags.items() if time > 195.0]
    assert max(late) < 0.5


def test_the_question() -> None:
    found, settings = whole(), lab.defaults
    assert (settings["factor"], settings["sale_s"]) == (3.0, 20)
    assert settings["n_workers"] == 1
    assert "busy 80% of the time" in lab.prediction.question
    forecast = theory.sale_behind(0.8, 3.0, 20.0)
    assert found["fluid_behind"] == pytest.approx(forecast) == pytest.approx(160.0)
    middle = 0.5 * (lab.prediction.low + lab.prediction.high)
    assert found["behind"] < 0.75 * middle


def test_four_workers() -> None:
    found = after("Four workers")
    assert found["capacity"] == pytest.approx(2.32 * whole()["capacity"], rel=0.01)
    assert found["largest"] < 3.0
    assert found["behind"] < 25.0
    alike = whole(n_workers=4, law=1)
    assert alike["capacity"] == pytest.approx(4.0 * whole()["capacity"])
    assert alike["largest"] < 0.1


def test_a_batch() -> None:
    found = after("No sale, but a batch job")
    assert found["largest"] == pytest.approx(30.0, abs=0.5)
    assert found["calm"] < 15.0
    assert found["behind"] == pytest.approx(theory.stop_behind(found["utilisation"], 30.0), rel=0.1)
    assert whole(factor=1.0, batch_s=30, n_workers=1)["largest"] == pytest.approx(30.0, abs=1.0)


def test_a_long_query() -> None:
    found = after("A report on the replica")
    assert found["largest"] == pytest.approx(30.0, abs=1.0)
    assert found["behind"] == pytest.approx(theory.stop_behind(0.8, 30.0), rel=0.12)
    assert found["lasts"] == 30.0


def test_larger_transactions() -> None:
    before, found = whole(factor=1.0), after("No sale. The same rows")
    assert found["utilisation"] == pytest.approx(before["utilisation"])
    assert found["mean"] == pytest.approx(10.0 * before["mean"], rel=0.3)
    assert found["p50"] == pytest.approx(10.0 * before["p50"], rel=0.3)


def test_a_fifth_more() -> None:
    found = after("A fifth more rows")
    assert found["utilisation"] == pytest.approx(0.96)
    assert found["caught_up"] == 0.0
    assert found["fluid_behind"] == pytest.approx(960.0)
    settings = lab.settled({"write_rate": 1200})
    assert "and – s after time 0" in lab.sentence(lab.table(**settings), settings)


def test_never() -> None:
    settings = lab.settled({"write_rate": 1500})
    text = lab.sentence(lab.table(**settings), settings)
    assert "(forecast: – s)" in text
    assert "forecast: – s). Of all" in text


def test_what_the_help_says() -> None:
    controls = {control.name: control for control in lab.controls}
    assert lab.defaults["round_trip_ms"] == DATA_CENTRE_ROUND_TRIP.value
    assert f"{POSTGRES_STANDBY_DELAY.value:.0f} s" in controls["blocked_s"].help
    assert POSTGRES_STANDBY_DELAY.value in controls["blocked_s"].values  # type: ignore[union-attr]


def test_more_transactions_mean_fewer_runs() -> None:
    """Then nothing is between the lowest and the highest run."""
    table = lab.table(size=1)
    assert (table[:96, 3] == table[:96, 4]).all()
    several = lab.table()
    assert (several[:96, 3] < several[:96, 4]).any()
