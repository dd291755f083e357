"""What the prompts below the lab ask the reader to see is there to be seen."""

from typing import Any

import pytest

from scalelab.kernels.principles.sampling import CURVE, WAY
from scalelab.labs.principles.sampling import lab
from scalelab.models.principles.sampling import ALL, EACH, HEAD, LIMITED, TAIL, WAYS


def clicked(beginning: str) -> dict[str, float]:
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return dict(settings)


def ways(**changed: float) -> dict[str, dict[str, Any]]:
    rows = lab.rows(lab.table(**lab.settled(changed)))
    return {str(row["way"]): row for row in rows if row["kind"] == WAY}


def test_at_first_sight_a_hundredth_is_seldom_enough() -> None:
    found = ways()
    # What the question tells.
    assert found[ALL]["failing"] == pytest.approx(12.0)
    assert found[HEAD]["sure"] == pytest.approx(25.0, abs=0.05)
    assert found[HEAD]["chance"] == pytest.approx(0.45, abs=0.005)
    assert found[LIMITED]["usd"] == pytest.approx(found[HEAD]["usd"], rel=1e-6)
    assert found[LIMITED]["chance"] == pytest.approx(0.95, abs=0.005)
    assert found[TAIL]["chance"] > 0.9999
    assert found[TAIL]["usd"] < 0.03 * found[ALL]["usd"]
    assert found[TAIL]["slow_seen"] == pytest.approx(0.48, abs=0.005)


def test_a_coin_for_each_service_breaks_the_traces() -> None:
    five, two = ways(), ways(**clicked("Only two services"))
    assert five[EACH]["kept"] == pytest.approx(1e-10)
    assert two[EACH]["kept"] == pytest.approx(1e-4)
    assert two[EACH]["usd"] == two[HEAD]["usd"]
    assert ways(services=1)[EACH]["kept"] == pytest.approx(0.01)


def test_one_a_second_is_much_of_a_rare_endpoint() -> None:
    found = ways(**clicked("The fault is where"))
    assert found[LIMITED]["kept"] > 40.0 * found[HEAD]["kept"]
    assert found[LIMITED]["usd"] <= found[HEAD]["usd"]
    assert found[LIMITED]["raw"] > 4.0 * found[LIMITED]["true"]


def test_with_its_own_defaults_the_collector_keeps_nothing() -> None:
    found = ways(**clicked("The collector waits"))[TAIL]
    assert found["decided"] < 1e-6
    assert found["chance"] == found["usd"] == 0.0
    assert found["told"] == found["possible"] == "no"
    settings = lab.settled(clicked("The collector waits"))
    sentence = lab.sentence(lab.table(**settings), settings)
    assert "by tail sampling]" not in sentence
    assert "Of those it keeps" not in sentence


def test_what_no_policy_names_is_kept_as_anything_is() -> None:
    found = ways(**clicked("The answer was wrong"))
    assert found[TAIL]["kept"] == pytest.approx(0.021, abs=0.0005)
    assert found[TAIL]["kept"] < found[LIMITED]["kept"]


def test_customers_pay_for_it_whatever_the_traffic() -> None:
    day, night = ways()[HEAD], ways(**clicked("At night"))[HEAD]
    for found in (day, night):
        assert found["sure"] * found["failing"] == pytest.approx(300.0, abs=1.0)
    assert night["sure"] == pytest.approx(10.0 * day["sure"])


def test_ten_traces_take_longer() -> None:
    one, ten = ways()[HEAD], ways(**clicked("You want ten"))[HEAD]
    assert 5.0 < ten["sure"] / one["sure"] < 5.5
    assert ten["mean"] == pytest.approx(10.0 * one["mean"])


def test_each_curve_goes_up() -> None:
    rows = lab.rows(lab.table(**lab.defaults))
    for way in WAYS:
        chances = [row["chance"] for row in rows if row["kind"] == CURVE and row["way"] == way]
        assert chances == sorted(chances)
