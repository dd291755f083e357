"""What the prompts below the lab ask the reader to see is there to be seen."""

from typing import Any

import pytest

from scalelab.labs.single_server.sharing import lab
from scalelab.models.single_server.sharing import POLICIES

FIRST_COME, LIMITED, SHARED, SEPARATE = POLICIES


def clicked(beginning: str) -> dict[str, float]:
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return dict(settings)


def rows(of: str, **changed: float) -> dict[str, dict[str, Any]]:
    """Of each policy that keeps up, with exact means where there is a theorem."""
    found = lab.rows(lab.table(**lab.settled(changed)))
    return {
        str(row["policy"]): row for row in found if row["of"] == of and row["possible"] == "yes"
    }


def test_at_first_sight() -> None:
    """Pages wait for reports eleven times as long as when all share; reports pay with twice."""
    pages, reports = rows("Pages"), rows("Reports")
    assert set(pages) == {FIRST_COME, LIMITED, SHARED}
    wait = (0.49 / 20.0 * 2.0 * 20.0**2 + 0.21 / 1000.0 * 2.0 * 1000.0**2) / (2.0 * 0.3)
    assert wait == pytest.approx(732.7, abs=0.1)
    assert pages[FIRST_COME]["expected"] == pytest.approx(20.0 + wait)
    assert pages[SHARED]["expected"] == pytest.approx(20.0 / 0.3)
    assert reports[SHARED]["expected"] == pytest.approx(1000.0 / 0.3)
    assert reports[FIRST_COME]["expected"] == pytest.approx(1000.0 + wait)


def test_the_runs_are_too_short_for_a_mean() -> None:
    """As the chapter says: four runs of a minute and a half do not show the long run's mean."""
    page = rows("Pages")[FIRST_COME]
    assert page["mean_high"] > 1.5 * page["mean_low"]


def test_one_in_a_hundred() -> None:
    pages = rows("Pages", **clicked("Only 1%"))
    alone = 20.0 + 0.7 * 20.0 / 0.3
    assert pages[FIRST_COME]["expected"] > 1.3 * alone
    assert pages[SHARED]["expected"] == pytest.approx(20.0 / 0.3)


def test_sharing_does_not_notice_the_spread() -> None:
    same = clicked("Every page takes exactly")
    for of in ("Pages", "Reports"):
        assert rows(of, **same)[SHARED]["expected"] == rows(of)[SHARED]["expected"]
        assert rows(of, **same)[FIRST_COME]["expected"] < 0.9 * rows(of)[FIRST_COME]["expected"]


def test_four_vcpus() -> None:
    pages = rows("Pages", **clicked("The same load on 4"))
    assert set(pages) == set(POLICIES)
    assert pages[SHARED]["mean"] < pages[LIMITED]["mean"] < pages[FIRST_COME]["mean"]
    assert pages[FIRST_COME]["p99"] > 4.0 * pages[SHARED]["p99"]


def test_a_vcpu_kept_for_reports_is_paid_by_pages() -> None:
    kept = clicked("4 vCPUs, 80% busy")
    pages = rows("Pages", **kept)
    assert pages[SEPARATE]["mean"] > 1.3 * pages[SHARED]["mean"]


def test_alike_it_does_not_matter_to_the_mean() -> None:
    pages = rows("Pages", **clicked("Reports are as short"))
    assert pages[FIRST_COME]["expected"] == pytest.approx(pages[SHARED]["expected"])
    assert pages[SHARED]["p99"] > pages[FIRST_COME]["p99"]
