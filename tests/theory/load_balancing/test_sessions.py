"""Limits, other ways to the same numbers, and the examples."""

import base64
import doctest
import json
import math
from fractions import Fraction

import pytest

from scalelab.theory.load_balancing import sessions
from scalelab.theory.load_balancing.sessions import (
    after_adding,
    busiest,
    busiest_if_normal,
    deploy,
    encoded,
    last_machine,
    left,
    longer,
    normal_extreme,
    renewals,
    thrown_out,
    thrown_out_at_best,
    token,
)

# RFC 7519, section 3.1: the token that is the example.
HEADER = b'{"typ":"JWT",\r\n "alg":"HS256"}'
PAYLOAD = b'{"iss":"joe",\r\n "exp":1300819380,\r\n "http://example.com/is_root":true}'


def test_what_is_left_of_visits_in_closed_form() -> None:
    for t in (2.0, 10.0, 35.0):
        assert left("alike", t, 10.0) == pytest.approx(max(1.0 - t / 10.0, 0.0), abs=1e-4)
        assert left("exponential", t, 10.0) == pytest.approx(math.exp(-t / 10.0), abs=1e-6)
        assert left("heavy", t, 10.0) == pytest.approx(1.0 / (1.0 + t / 10.0), abs=1e-6)


def test_the_new_machine_ends_with_its_share() -> None:
    assert after_adding(4, 1.0) == (0.25, 0.0)
    assert after_adding(4, 0.0) == (0.2, 0.2)
    old, new = after_adding(7, 0.3)
    assert 7 * old + new == pytest.approx(1.0)


def test_a_deploy_machine_by_machine() -> None:
    for machines in (2, 5, 9):
        on = [Fraction(1, machines)] * machines
        lost = Fraction(0)
        for i in range(machines):
            gone, on[i] = on[i], Fraction(0)
            if i == machines - 1:
                assert gone * machines == last_machine(machines)
            lost += gone
            on = [n + gone / (machines - 1) if j != i else n for j, n in enumerate(on)]
        assert lost == thrown_out(machines)
        assert sum(on) == 1


def test_the_limits_are_e() -> None:
    assert float(thrown_out(2000)) == pytest.approx(math.e - 1.0, rel=1e-3)
    assert float(last_machine(2000)) == pytest.approx(math.e, rel=1e-3)


def test_the_equation_of_a_machine_without_time_and_with_much() -> None:
    lost, most = deploy(6, 0.0, 1e-9, 10.0)
    assert lost == pytest.approx(float(thrown_out(6)), rel=1e-6)
    assert most == pytest.approx(float(last_machine(6)) / 6.0, rel=1e-6)
    # Everybody has left before the machine stops.
    lost, _ = deploy(6, 1e3, 1.0, 10.0)
    assert lost < 1e-30


@pytest.mark.parametrize("machines", [2, 6, 20])
def test_the_emptiest_is_best(machines: int) -> None:
    assert 1 < thrown_out_at_best(machines) <= thrown_out(machines)


def test_extremes_of_two_and_three_normal_numbers() -> None:
    assert normal_extreme(1) == pytest.approx(0.0, abs=1e-9)
    assert normal_extreme(2) == pytest.approx(1.0 / math.sqrt(math.pi), rel=1e-6)
    assert normal_extreme(3) == pytest.approx(1.5 / math.sqrt(math.pi), rel=1e-6)


def test_packs_make_it_worse_and_machines_too() -> None:
    assert busiest(20_000.0, 6, 0.2, 100) > busiest(20_000.0, 6, 0.0, 1)
    assert busiest(20_000.0, 8, 0.0, 1) * 8 > busiest(20_000.0, 6, 0.0, 1) * 6


def test_one_machine_has_all_and_many_customers_are_nearly_normal() -> None:
    assert busiest(500.0, 1, 0.2, 20) == pytest.approx(500.0, rel=1e-9)
    for customers, close in ((2_000.0, 0.02), (200_000.0, 0.002)):
        over = busiest(customers, 6, 0.0, 1) - customers / 6
        normal = busiest_if_normal(customers, 6, 0.0, 1) - customers / 6
        assert over == pytest.approx(normal, rel=close)


def test_the_token_of_the_standard() -> None:
    parts = [base64.urlsafe_b64encode(part).rstrip(b"=") for part in (HEADER, PAYLOAD, bytes(32))]
    assert parts[0] == b"eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
    assert token(len(HEADER), len(PAYLOAD), 32) == len(b".".join(parts)) == 179
    for octets in range(1, 50):
        assert encoded(octets) == len(base64.urlsafe_b64encode(bytes(octets)).rstrip(b"="))


def test_the_header_of_ours() -> None:
    header = json.dumps({"alg": "RS256", "typ": "JWT"}, separators=(",", ":")).encode()
    assert encoded(len(header)) == 36


def test_renewals() -> None:
    assert renewals(Fraction(20_000), Fraction(0), Fraction(10)) == 2000


def test_more_work_makes_more_than_itself() -> None:
    assert longer(1.0 / 3.0, 7.0, 0.1, 0.0, 4) > 0.1
    assert longer(1e-6, 7.0, 0.1, 0.5, 4) == pytest.approx(0.6, rel=1e-4)


def test_examples_of_the_docstrings() -> None:
    assert doctest.testmod(sessions).failed == 0
