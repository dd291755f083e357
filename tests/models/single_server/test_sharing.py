import doctest
from typing import Any

import pytest

from scalelab.models.single_server import sharing
from scalelab.models.single_server.sharing import POLICIES, Shared, share
from scalelab.theory.single_server.sharing import (
    classes,
    first_come_wait,
    mixture,
    shared_response,
)
from scalelab.theory.single_server.sharing import separate as separate_means

NAN = float("nan")


def found(policy: str, **given: Any) -> Shared:
    one = share(**given)[policy]
    assert one is not None
    return one


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("vcpus", (0, 65)), ("load", (0.0, 0.99, 70.0, NAN)), ("report_share", (0.0, 1.0, NAN)),
        ("page_ms", (0.0, 100_001.0)), ("report_ratio", (0.9, 10_001.0, NAN)),
        ("page_cv2", (-0.1, 26.0)), ("report_cv2", (-0.1, 26.0)), ("limit", (0, 10_001)),
        ("n_jobs", (999, 1_000_001)), ("runs", (0, 21)), ("seed", (-1, 10**6 + 1)),
    ],
)  # fmt: skip
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            share(**given)


def test_the_formulas_are_those_of_the_theory() -> None:
    for vcpus, load, cv2 in ((1, 0.6, 4.0), (4, 0.7, 1.0), (8, 0.5, 0.0)):
        given: dict[str, Any] = {
            "vcpus": vcpus, "load": load, "page_cv2": cv2, "report_share": 0.2, "n_jobs": 1000,
        }  # fmt: skip
        page, report = classes(load * vcpus, 0.2, 20.0, 50.0, cv2, 1.0)
        wait = first_come_wait(mixture(page, report), vcpus)
        one = found(POLICIES[0], **given)
        assert one.pages.expected_ms == pytest.approx(20.0 + wait, rel=1e-9)
        assert one.reports.expected_ms == pytest.approx(1000.0 + wait, rel=1e-9)
        assert one.pages.exact == (vcpus == 1)
        one = found(POLICIES[2], **given)
        assert one.pages.expected_ms == pytest.approx(shared_response(20.0, load * vcpus, vcpus))
        assert one.reports.expected_ms == pytest.approx(
            shared_response(1000.0, load * vcpus, vcpus)
        )
        assert one.pages.exact
        assert one.reports.exact
        if vcpus > 1:
            apart = found(POLICIES[3], **given)
            pages_ms, reports_ms = separate_means(page, report, vcpus)
            assert apart.pages.expected_ms == pytest.approx(pages_ms, rel=1e-9)
            assert apart.reports.expected_ms == pytest.approx(reports_ms, rel=1e-9)


def test_a_part_that_cannot_keep_up_is_none() -> None:
    assert share(vcpus=1, n_jobs=1000)[POLICIES[3]] is None
    assert share(vcpus=4, load=0.9, report_share=0.3, n_jobs=1000)[POLICIES[3]] is None
    assert share(vcpus=2, load=0.9, report_share=0.1, n_jobs=1000)[POLICIES[3]] is None
    assert share(vcpus=2, load=0.9, report_share=0.5, n_jobs=1000)[POLICIES[3]] is not None


def test_pages_gain_what_reports_pay() -> None:
    given: dict[str, Any] = {"vcpus": 2, "n_jobs": 100_000, "runs": 4}
    one = [found(policy, **given) for policy in POLICIES]
    first, limited, shared, apart = one
    assert shared.pages.mean_ms < 0.4 * first.pages.mean_ms
    assert shared.pages.p99_ms < 0.5 * first.pages.p99_ms
    assert shared.reports.mean_ms > 1.2 * first.reports.mean_ms
    assert shared.pages.mean_ms < limited.pages.mean_ms < first.pages.mean_ms
    # Reports leave most of their vCPU idle, and pages fill what is left to 98 %.
    assert apart.pages.mean_ms > 2.0 * first.pages.mean_ms
    wider = found(POLICIES[3], vcpus=4, n_jobs=100_000), found(POLICIES[0], n_jobs=100_000)
    assert wider[0].pages.p99_ms < 0.3 * wider[1].pages.p99_ms
    assert wider[0].reports.mean_ms > 3.0 * wider[1].reports.mean_ms
    for policy in one:
        for times in (policy.pages, policy.reports):
            assert times.mean_runs_ms[0] <= times.mean_ms <= times.mean_runs_ms[1]
            assert times.median_ms < times.mean_ms < times.p99_ms
            assert times.slowdown == pytest.approx(times.mean_ms / times.size_ms)
            assert times.wait_ms < times.mean_ms
    assert len({(p.pages.jobs, p.reports.jobs, round(p.pages.size_ms, 6)) for p in one}) == 1


def test_examples_of_the_docstring() -> None:
    assert doctest.testmod(sharing).failed == 0
