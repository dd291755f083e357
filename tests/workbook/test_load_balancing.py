"""The workbook on load balancing: other right answers, constants that must not do, its models."""

import base64
import hashlib
import hmac
import json
import math
import uuid
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from itertools import product
from queue import Queue
from random import Random
from threading import Event, Lock, Thread
from time import monotonic
from typing import Any

import pytest

from scalelab.models.load_balancing.policies import balance
from scalelab.models.load_balancing.zones import arrange, needed
from scalelab.theory.load_balancing import policies as policies_theory
from scalelab.theory.load_balancing import zones as zones_theory
from scalelab.workbook import balancers, instances, probes, tokens
from scalelab.workbook import load_balancing as check
from scalelab.workbook.hint import NotYet

# --- 1 ---


def test_fleets_by_fractions_pass() -> None:
    def fleet(rate: float, work: float, vcpus: int, busy: float, zones: int) -> Any:
        work_s = Fraction(rate) * Fraction(work) / 1000
        enough = next(n for n in range(1, 500) if n * vcpus * Fraction(busy) >= work_s)
        each = next(m for m in range(1, 500) if m * (zones - 1) >= enough)
        assert each * zones >= enough * zones_theory.reserve(zones)
        return enough, each * zones, work_s / (vcpus * each * (zones - 1))

    check.task_1(fleet)


@pytest.mark.parametrize("of", check.LOADS)
def test_what_is_enough_is_what_the_chapter_says(of: check.Load) -> None:
    k = needed(of.rate_per_s, of.most_busy, of.work_ms, of.vcpus)
    assert check.enough_of(of) == k
    found = arrange(
        of.zones, check.each_zone(of), of.rate_per_s, of.most_busy, work_ms=of.work_ms,
        vcpus=of.vcpus,
    )  # fmt: skip
    assert found.survives_zone
    assert found.left_busy is not None
    assert found.left_busy <= of.most_busy + 1e-12


def test_no_number_of_machines_is_right_for_all_loads() -> None:
    for n in range(1, 60):
        with pytest.raises(NotYet):
            check.task_1(lambda *_, n=n: (n, n, 0.7))


# --- 2 ---


def test_turns_by_virtual_times_pass() -> None:
    """Without credit: by how many turns each is owed of those in which it took part."""

    class Turns:
        def __init__(self, weights: dict[str, int]) -> None:
            self.weights = weights
            self.owed = dict.fromkeys(weights, Fraction(0))

        def next(self, up: list[str]) -> str:
            total = sum(self.weights[name] for name in up)
            scaled = {name: self.owed[name] + self.weights[name] for name in up}
            name = min(up, key=lambda name: (-scaled[name], list(self.weights).index(name)))
            self.owed.update(scaled)
            self.owed[name] -= total
            return name

    check.task_2(Turns)


def test_the_published_order_is_that_of_the_rule() -> None:
    weights, order = balancers.PUBLISHED
    assert "".join(balancers.in_turn(weights, [list(weights)] * 7)) == order


@pytest.mark.parametrize("weights", balancers.WEIGHTS)
def test_each_round_is_fair_and_begins_again(weights: dict[str, int]) -> None:
    total = sum(weights.values())
    said = balancers.in_turn(weights, [list(weights)] * (2 * total))
    assert said[:total] == said[total:]
    assert Counter(said[:total]) == weights


# --- 3 ---


def compared(i: int, j: int, in_work: Any, answers: Any, errors: Any) -> int:
    def penalty(k: int) -> float:
        return (1 + in_work[k]) / (1.01 - errors[k] / (answers[k] + 1)) ** 4

    return i if penalty(i) <= penalty(j) else j


def of_two(in_work: Any, answers: Any, errors: Any, chance: Random) -> int:
    """Drawn with replacement, and by what an answer is worth."""
    i, j = chance.randrange(len(in_work)), chance.randrange(len(in_work))
    return compared(i, j, in_work, answers, errors)


def of_three(in_work: Any, answers: Any, errors: Any, chance: Random) -> int:
    """The least of three, of those that are not mostly wrong."""
    well = [i for i in range(len(in_work)) if errors[i] <= 0.3 * answers[i]]
    some = chance.choices(well or range(len(in_work)), k=3)
    return min(some, key=lambda i: in_work[i])


@pytest.mark.parametrize("choose", [of_two, of_three])
def test_other_policies_pass(choose: Callable[..., int]) -> None:
    check.task_3(choose)


def right(in_work: Any, answers: Any, errors: Any, chance: Random) -> int:
    two = chance.sample(range(len(in_work)), 2)
    return min(two, key=lambda i: (2 * errors[i] > answers[i], in_work[i]))


def test_a_right_policy_keeps_well_clear_of_the_limits() -> None:
    for of in (*balancers.ALIKE, balancers.UNLUCKY):
        usual = balancers.round_robin(of).mean_ms
        assert balancers.over_seeds(right, of).mean_ms < 0.95 * balancers.QUICKER * usual
    of = balancers.UNEQUAL
    usual = balancers.round_robin(of).mean_ms
    assert balancers.over_seeds(right, of).mean_ms < 0.9 * balancers.MUCH_QUICKER * usual
    for of in balancers.FAILING:
        found, usual = balancers.over_seeds(right, of), balancers.round_robin(of).errors
        assert found.errors < 0.5 * balancers.FEWER_ERRORS * usual
        assert found.back > 1.4 * balancers.AT_LEAST_BACK


def fewest(in_work: Any, answers: Any, errors: Any, chance: Random) -> int:
    return min(range(len(in_work)), key=lambda i: (in_work[i], chance.random()))


def better_of_two(in_work: Any, answers: Any, errors: Any, chance: Random) -> int:
    return min(chance.sample(range(len(in_work)), 2), key=in_work.__getitem__)


@pytest.mark.parametrize(
    ("policy", "name"), [(fewest, "least connections"), (better_of_two, "power of choices")]
)
def test_the_simulation_agrees_with_that_of_the_chapter(
    policy: Callable[..., int], name: str
) -> None:
    for of in balancers.ALIKE:
        theirs = balance(name, balancers.UTILISATION, of.n, service_ms=10.0, n_requests=40_000)
        assert theirs.mean_ms is not None
        assert balancers.over_seeds(policy, of).mean_ms == pytest.approx(theirs.mean_ms, rel=0.08)
    of = balancers.FAILING[1]
    theirs = balance(name, balancers.UTILISATION, of.n, "one fails", 1.0, service_ms=10.0,
                     n_requests=40_000)  # fmt: skip
    # It fails for half of the time, and the load is not less for it.
    found = 2.0 * balancers.over_seeds(policy, of).errors
    assert found == pytest.approx(theirs.errors, rel=0.25)


def test_round_robin_agrees_with_theory() -> None:
    for of in balancers.ALIKE:
        decay = policies_theory.in_turn(balancers.UTILISATION * of.n / 10.0, of.n, 0.1)
        assert balancers.round_robin(of).mean_ms == pytest.approx(1.0 / decay, rel=0.15)


@pytest.mark.parametrize("place", range(5))
def test_no_server_is_right_for_all_requests(place: int) -> None:
    with pytest.raises(NotYet):
        check.task_3(lambda *_: place)


# --- 4 ---


def test_the_signature_of_rfc_7515_is_reproduced() -> None:
    """Appendix A.1."""
    secret = tokens.decoded(
        "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"
    )
    header = tokens.encoded(b'{"typ":"JWT",\r\n "alg":"HS256"}')
    payload = tokens.encoded(
        b'{"iss":"joe",\r\n "exp":1300819380,\r\n "http://example.com/is_root":true}'
    )
    signed = tokens.signature(f"{header}.{payload}", secret)
    assert signed == "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"


def test_tokens_written_differently_pass() -> None:
    """A regular form, digests as numbers of bytes, and every error foreseen."""

    def part(value: Any) -> str:
        text = json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1)
        return base64.b64encode(text.encode(), b"-_").decode().rstrip("=")

    def signed(text: str, secret: bytes) -> bytes:
        of = hmac.new(secret, digestmod=hashlib.sha256)
        of.update(text.encode())
        return base64.b64encode(of.digest(), b"-_").rstrip(b"=")

    def issue(claims: Any, key: str, keys: Any) -> str:
        text = f"{part({'typ': 'JWT', 'kid': key, 'alg': 'HS256'})}.{part(claims)}"
        return f"{text}.{signed(text, keys[key]).decode()}"

    def verify(token: str, now_s: float, keys: Any) -> Any:
        if not token.isascii() or token.count(".") != 2:
            return None
        text, _, signature = token.rpartition(".")
        for key, secret in keys.items():
            if hmac.compare_digest(signed(text, secret), signature.encode()):
                try:
                    header, claims = (json.loads(tokens.decoded(each)) for each in text.split("."))
                except ValueError:
                    return None
                ours = isinstance(header, dict) and header.get("alg") == "HS256"
                if not ours or header.get("kid") != key or not isinstance(claims, dict):
                    return None
                end = claims.get("exp")
                return claims if isinstance(end, int | float) and end > now_s else None
        return None

    check.task_4(issue, verify)


def test_bad_tokens_are_all_different_and_none_is_a_good_one() -> None:
    bad = tokens._refused()
    assert len({(each.token, each.now_s, tuple(each.keys)) for each in bad}) == len(bad)
    assert len({each.what for each in bad}) == len(bad)
    whole = [each for each in bad if each.token == tokens.token()]
    assert all(each.now_s >= tokens.CLAIMS["exp"] for each in whole)


def test_a_letter_that_belongs_to_no_byte_is_another_spelling() -> None:
    one = tokens.token()
    (other,) = [each.token for each in tokens._refused() if "last letter" in each.what]
    assert one != other
    assert tokens.decoded(one.split(".")[2]) == tokens.decoded(other.split(".")[2])


def test_comparing_is_as_before_after_a_check() -> None:
    own = hmac.compare_digest
    with pytest.raises(NotYet):
        check.task_4(lambda *_: "", lambda *_: None)
    with tokens._compared() as asked:
        assert hmac.compare_digest(b"a", b"a")
    assert asked == [(b"a", b"a")]
    assert hmac.compare_digest is own


# --- 5 ---


def test_a_shop_with_a_key_for_each_part_passes() -> None:
    """The cart has a key of its own, and log_out leaves an empty text behind."""

    class Shop:
        def __init__(self, store: instances.Store) -> None:
            self.store = store

        def log_in(self, customer: str) -> str:
            session = str(uuid.uuid4())
            self.store.put(f"of {session}", json.dumps({"name": customer, "lines": []}), 0)
            return session

        def _found(self, session: str) -> tuple[Any, int]:
            text, version = self.store.get(f"of {session}")
            return (json.loads(text) if text else None), version

        def who(self, session: str) -> Any:
            found, _ = self._found(session)
            return found["name"] if found else None

        def cart(self, session: str) -> Any:
            found, _ = self._found(session)
            if found is None:
                return None
            cart = Counter[str]()
            for article, pieces in found["lines"]:
                cart[article] += pieces
            return dict(cart)

        def add(self, session: str, article: str, pieces: int) -> bool:
            kept = False
            while not kept:
                found, version = self._found(session)
                if found is None:
                    return False
                found["lines"].append([article, pieces])
                kept = self.store.put(f"of {session}", json.dumps(found), version)
            return True

        def log_out(self, session: str) -> None:
            while not self.store.put(f"of {session}", "", self.store.get(f"of {session}")[1]):
                pass

    check.task_5(Shop)


def test_the_store_forgets_no_version() -> None:
    store = instances.Store()
    assert store.get("a") == (None, 0)
    assert store.put("a", "one", 0)
    text, version = store.get("a")
    assert not store.put("a", "two", 0)
    assert store.put("a", "two", version)
    store.delete("a")
    assert not store.put("a", "three", version)
    assert store.put("a", "three", 0)
    assert store.get("a")[1] > version
    assert text == "one"
    for wrong in ((1, "text", 0), ("key", {}, 0), (None, "text", 0)):
        with pytest.raises(TypeError, match="keeps texts"):
            store.put(*wrong)  # type: ignore[arg-type]


# --- 6 ---


def test_health_by_the_last_results_passes() -> None:
    """Keeps what was seen, and looks at its end."""

    class Health:
        def __init__(self, names: list[str], fall: int, rise: int, panic: float) -> None:
            self.fall, self.rise = fall, rise
            self.least = math.ceil(panic * len(names) - 1e-9)
            self.seen: dict[str, list[bool]] = {name: [] for name in names}
            self.out: set[str] = set()

        def report(self, name: str, ok: bool) -> None:
            seen = self.seen[name]
            seen.append(ok)
            if name in self.out and len(seen) >= self.rise and all(seen[-self.rise :]):
                self.out.remove(name)
            elif len(seen) >= self.fall and not any(seen[-self.fall :]):
                self.out.add(name)

        def targets(self) -> tuple[str, ...]:
            well = tuple(name for name in self.seen if name not in self.out)
            return well if well and len(well) >= self.least else tuple(self.seen)

    check.task_6(Health)


@pytest.mark.parametrize("of", probes.SETTINGS)
def test_results_at_random_take_out_some_and_at_times_too_many(of: probes.Settings) -> None:
    numbers = set()
    for seed in range(4):
        chance, right = Random(seed), probes.Right(of)
        for _ in range(400):
            name = chance.choice(of.names)
            right.report(name, chance.random() < (0.35 if right.up[name] else 0.65))
            numbers.add(sum(right.up.values()))
    assert len(numbers) >= 3


@pytest.mark.parametrize(("fall", "rise"), list(product(range(1, 6), repeat=2)))
def test_no_two_numbers_are_right_for_all_settings(fall: int, rise: int) -> None:
    class Health(probes.Right):
        def __init__(self, names: list[str], _fall: int, _rise: int, panic: float) -> None:
            super().__init__(probes.Settings(tuple(names), fall, rise, panic))

    with pytest.raises(NotYet):
        check.task_6(Health)


# --- 7 ---


def test_a_server_with_tickets_passes() -> None:
    """Without a condition: each request has a ticket, and a queue says when one is given back."""

    class Server:
        def __init__(self, handle: Callable[[Any], Any]) -> None:
            self.handle = handle
            self.leaving, self.closed = Event(), False
            self.lock = Lock()
            self.tickets: set[object] = set()
            self.back: Queue[object] = Queue()

        def ready(self) -> bool:
            return not self.leaving.is_set()

        def request(self, request: Any) -> Any:
            ticket = object()
            with self.lock:
                if self.closed:
                    raise ConnectionRefusedError("closed")
                self.tickets.add(ticket)
            try:
                return self.handle(request)
            finally:
                with self.lock:
                    self.tickets.discard(ticket)
                self.back.put(ticket)

        def stop(self, wait_for_balancer: Callable[[], Any], timeout_s: float) -> int:
            self.leaving.set()
            wait_for_balancer()
            with self.lock:
                self.closed = True
            until = monotonic() + timeout_s
            while True:
                with self.lock:
                    left = len(self.tickets)
                if not left or monotonic() >= until:
                    return left
                Thread(target=self._wake, args=[until - monotonic()], daemon=True).start()
                self.back.get()

        def _wake(self, after_s: float) -> None:
            Event().wait(after_s)
            self.back.put(None)

    check.task_7(Server)


# --- 8 ---


def test_a_search_through_all_designs_finds_no_cheaper_one() -> None:
    """Some machines would be too busy, all checks and drains are tried."""
    for of in check.GOALS:
        every = product(
            check.ZONES, check.PER_ZONE, check.INTERVALS_S, check.FAILURES, check.DRAINS_S
        )
        met = [
            check.arranged(of, one.zones, one.per_zone).usd_per_month
            for one in map(check.Design._make, every)
            # Deploys of large fleets take time to compute and are dearer.
            if one.zones * one.per_zone <= 18 and check.is_met(of, one)
        ]
        least = check.least_usd(of)
        assert (min(met) if met else None) == least
        assert least is None or least < 18 * 155


@pytest.mark.parametrize("of", check.GOALS)
def test_no_limit_of_a_goal_is_a_close_call(of: check.Goal) -> None:
    """A goal that is a little stricter or laxer has the same answer."""
    usd = check.least_usd(of)
    for share in (0.999, 1.001):
        near = of._replace(
            promised=1.0 - share * (1.0 - of.promised),
            most_deploy_min=share * of.most_deploy_min,
            least_alarm_h=of.least_alarm_h / share,
        )
        assert check.least_usd(near) == usd


def test_goals_differ_in_what_decides_them() -> None:
    usd = [check.least_usd(of) for of in check.GOALS]
    assert None in usd
    assert len(set(usd)) >= 4


def test_no_design_is_right_for_all_goals() -> None:
    for zones, per_zone in product(check.ZONES, check.PER_ZONE):
        with pytest.raises(NotYet):
            check.task_8(lambda *_, z=zones, m=per_zone: (z, m, 2.0, 3, 30.0))


def test_what_deploys_and_deaths_lose_is_by_hand_about_the_same() -> None:
    """A new machine comes first: each of n stops while n + 1 share the load."""
    of = check.GOALS[2]
    found = check.lost(of, check.Design(3, 2, 5.0, 3, 30.0))
    open_at_once = of.rate_per_s * 0.01 * 30.0
    failed = 6 / 7 * of.rate_per_s * check.REMOVAL_S + open_at_once * math.exp(-1.0)
    assert found.deploys_s == pytest.approx(of.deploys_per_year * failed / of.rate_per_s, rel=0.03)
    assert found.checks_s == (3 - 0.5) * 5.0 + check.TIMEOUT_S
