"""What the prompts below the lab ask the reader to see is there to be seen."""

from typing import Any

import pytest

from scalelab.labs.load_balancing.health_checks import (
    CONNECTION,
    EMPTY,
    PARTS,
    PASSIVE,
    REAL,
    UNDER_HALF,
    lab,
)


def clicked(beginning: str, **more: float) -> dict[str, float]:
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return {**settings, **more}


def here(**changed: float) -> dict[str, dict[str, Any]]:
    rows = lab.rows(lab.table(**lab.settled(changed)))
    return {str(row["check"]): row for row in rows if row["part"] == PARTS[2]}


def test_at_first_sight() -> None:
    found = here()
    assert found[REAL]["failed"] == pytest.approx(20_000)
    assert found[CONNECTION]["failed"] == found[EMPTY]["failed"] == found[REAL]["failed"]
    assert found[PASSIVE]["failed"] < 0.5 * found[REAL]["failed"]


def test_quick_checks_are_paid_by_the_number_of_checks() -> None:
    quick, slow = here(**clicked("HAProxy's defaults"))[REAL], here()[REAL]
    assert quick["out"] == 7.0
    assert quick["failed"] < slow["failed"] / 7
    assert quick["checks"] == 15 * slow["checks"]
    # Three failures make up for that many more checks.
    assert quick["false_alarm"] > 60 * slow["false_alarm"]
    assert quick["false_alarm"] > 900 * here(**clicked("HAProxy's defaults", unhealthy=2))[REAL][
        "false_alarm"
    ]  # fmt: skip
    # What it costs: a pause of that many seconds is taken for a death.
    assert quick["least"] < slow["least"] / 5


def test_slow_is_seen_by_a_real_page_with_a_short_timeout() -> None:
    assert all(row["seen"] == "no" for row in here(**clicked("It answers")).values())
    found = here(**clicked("It answers", timeout_s=2.0))
    assert [check for check, row in found.items() if row["seen"] == "yes"] == [REAL]


def test_the_shop_is_away_for_longer_than_its_database() -> None:
    found = here(**clicked("The database"))
    assert found[REAL]["dark"] > 100
    assert found[REAL]["failed"] > 4 * found[CONNECTION]["failed"]
    assert found[CONNECTION]["failed"] == pytest.approx(60_000)
    open_ = here(**clicked("The database", fallback=UNDER_HALF))
    assert open_[REAL]["failed"] == pytest.approx(60_000)


def test_pages_pull_down_what_is_only_full() -> None:
    found = here(**clicked("HAProxy's times"))
    assert found[EMPTY]["failed"] > 1.6 * found[CONNECTION]["failed"]
    assert found[REAL]["peak"] > 0.8
    assert found[CONNECTION]["peak"] < 0.25
    # A timeout that is longer than the line.
    calm = here(**clicked("HAProxy's times", interval_s=5.0, timeout_s=5.0, unhealthy=2))
    assert calm[REAL]["failed"] < 1.05 * calm[CONNECTION]["failed"]


def test_late_ones_come_together() -> None:
    every_second = here(**clicked("Machines are 91%"))[REAL]
    assert every_second["busy"] == pytest.approx(0.91)
    assert every_second["false_alarm"] < 0.25
    every_five = here(**clicked("Machines are 91%", interval_s=5.0))[REAL]
    assert every_five["false_alarm"] > 1000 * every_second["false_alarm"]
    assert every_five["late"] == pytest.approx(every_second["late"], rel=0.2)
