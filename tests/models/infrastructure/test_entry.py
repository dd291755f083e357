import doctest
import re
from typing import Any

import pytest

from scalelab.models.infrastructure import entry
from scalelab.models.infrastructure.entry import PARTS, WAYS, divide

NAN = float("nan")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("machines", (1, 201)), ("detect_s", (0.0, 3601.0, NAN)), ("ttl_s", (0.0, 86_401.0)),
        ("ignoring", (-0.1, 1.1)), ("next_share", (-0.1, 1.1, NAN)), ("life_s", (0.0, 86_401.0)),
        ("connections", (0, 20_001)), ("repeatable", (-0.1, 1.1)), ("skew", (-0.1, 2.1)),
        ("rate_per_s", (0.0, 1.1e7)), ("hold_s", (0.5, 1.1e6)), ("patience_s", (0.0, 3601.0)),
        ("resolvers", (0, 20_001)), ("work_ms", (0.0, 10_001.0)), ("vcpus", (0, 129)),
        ("request_ms", (-1.0, 1001.0)), ("handshake_ms", (-1.0, 1001.0)),
        ("packets_ms", (-1.0, 1001.0)), ("runs", (9, 10_001)), ("seed", (-1, 2**31)),
    ],
)  # fmt: skip
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {re.escape(str(value))}.*allowed is "):
            divide(**given)


def test_the_story() -> None:
    found = divide()
    assert tuple(found.ways) == WAYS
    assert tuple(found.parts) == PARTS
    dns, four, seven = found.ways.values()
    assert seven.failed == pytest.approx(400.0 * 0.05 * 30.0)
    assert seven.failed < four.failed < dns.failed
    assert seven.reached_s == 0.0
    assert four.reached_s < dns.reached_s
    assert four.vcpus < seven.vcpus < 1.0
    assert dns.vcpus == 0.0
    assert [part.mean for part in found.parts.values()] == pytest.approx([0.7] * 4)
    each = found.parts["Each"]
    assert each.low == each.busiest == each.high == pytest.approx(each.mean)
    assert len(dns.dead_s) == len(dns.fails) == len(dns.added_s) == len(dns.part)


def test_what_is_fitted_and_what_it_costs() -> None:
    assert pytest.approx(522.0, abs=1.0) == entry.HOLD_S
    assert pytest.approx(0.112, abs=0.001) == entry.FITTED_IGNORING
    assert pytest.approx(0.056, abs=0.001) == entry.REQUEST_MS
    assert entry.PACKETS_MS < 0.1 * entry.REQUEST_MS
    assert entry.RSA_HANDSHAKE_MS > 5.0 * entry.HANDSHAKE_MS


def test_examples_of_the_docstring() -> None:
    assert doctest.testmod(entry).failed == 0
