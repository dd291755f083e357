"""Signed tokens: made and changed as whoever holds one could, and the checks of who is let in."""

import binascii
import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from scalelab.workbook.hint import NotYet, answered, expect

NOW_S = 1_760_000_000.0
OLD, NEW = "2025-09", "2025-10"
SECRETS = {OLD: b"an older secret, of 32 bytes....", NEW: b"the secret of the present month."}
CLAIMS: dict[str, Any] = {"sub": "ada", "exp": NOW_S + 900.0}
# Their base64 has all 64 letters, and no whole number of bytes for its fours.
ODD_CLAIMS: dict[str, Any] = {
    "sub": "Zoë>>>???~~~ \N{SNOWMAN}",
    "exp": NOW_S + 60.0,
    "cart": [1, "ÿþ"],
}


def encoded(raw: bytes) -> str:
    """Base64 for URLs, without padding (RFC 7515, appendix C)."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def as_json(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def signature(signed: str, secret: bytes, digest: str = "sha256") -> str:
    return encoded(hmac.new(secret, signed.encode(), getattr(hashlib, digest)).digest())


def token(
    claims: Any = CLAIMS, key: Any = NEW, secret: bytes | None = None, digest: str = "sha256",
    **header: Any,
) -> str:  # fmt: skip
    """As it should be, but for what is given."""
    fields = {"alg": "HS256", "typ": "JWT", "kid": key, **header}
    kept = {name: value for name, value in fields.items() if value is not ...}
    signed = f"{encoded(as_json(kept))}.{encoded(as_json(claims))}"
    return f"{signed}.{signature(signed, secret or SECRETS[key], digest)}"


def with_claims(whole: str, claims: Any) -> str:
    """Another payload under the same signature."""
    header, _, signed = whole.split(".")
    return f"{header}.{encoded(as_json(claims))}.{signed}"


def with_header(whole: str, **header: Any) -> str:
    """Another header under the same signature."""
    old, payload, signed = whole.split(".")
    return f"{encoded(as_json({**json.loads(decoded(old)), **header}))}.{payload}.{signed}"


def _respelt(whole: str) -> str:
    """Another last letter, of which the bits that differ are in none of the bytes."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    place = letters.index(whole[-1])
    return whole[:-1] + letters[place ^ 1]


def task_4(issue: Callable[..., Any], verify: Callable[..., Any]) -> None:
    """Tokens that all others can read, and nothing but these is let in."""
    for claims in (CLAIMS, ODD_CLAIMS):
        _is_issued(issue, claims)
    with _compared() as asked:
        for claims in (CLAIMS, ODD_CLAIMS):
            for key in SECRETS:
                _is_let_in(verify, token(claims, key), claims, f"A good token of key {key}")
        _is_in_constant_time(asked)
        for bad in _refused():
            _is_refused(verify, bad)
    _goes_together(issue, verify)
    print(f"Right: what is good is let in, and {len(_refused())} tokens are refused.")


# --- issued ---


def _is_issued(issue: Callable[..., Any], claims: dict[str, Any]) -> None:
    for key, secret in SECRETS.items():
        given = dict(claims)
        try:
            said = answered(issue, given, key, dict(SECRETS))
        except NotYet:
            raise
        except Exception as error:
            raise NotYet(f"issue({claims}): it raised {error!r}.") from None
        expect(given == claims, "issue changes the claims that it is given.")
        expect(isinstance(said, str), f"issue returned {said!r}; a token is a str.")
        seen = f"issue({claims}): {said}"
        expect(said.count(".") == 2, f"{seen} should have three parts, with a dot between.")
        expect("=" not in said, f"{seen} has padding, which is left out in a token.")
        expect(
            "+" not in said and "/" not in said,
            f"{seen} has letters that mean something else in a cookie or an address.",
        )
        header, payload, signed = said.split(".")
        fields = _parsed(header, seen, "first")
        expect(isinstance(fields, dict), f"{seen}: the header {fields!r} should be an object.")
        expect(
            fields.get("alg") == "HS256",
            f"{seen}: by the header the algorithm is {fields.get('alg')!r}.",
        )
        expect(
            fields.get("kid") == key,
            f"{seen}: by the header the key is {fields.get('kid')!r}, and {key!r} was asked for.",
        )
        found = _parsed(payload, seen, "second")
        expect(found == claims, f"{seen}: the payload is {found!r}.")
        _is_signed(f"{header}.{payload}", signed, secret, seen)


def _parsed(part: str, seen: str, which: str) -> Any:
    try:
        return json.loads(decoded(part))
    except (binascii.Error, ValueError):
        raise NotYet(f"{seen}: the {which} part is no JSON in base64.") from None


def _is_signed(covered: str, signed: str, secret: bytes, seen: str) -> None:
    header, payload = covered.split(".")
    if signed == signature(covered, secret):
        return
    plain = encoded(hashlib.sha256(covered.encode()).digest())
    before = encoded(hashlib.sha256(secret + covered.encode()).digest())
    digits = hmac.new(secret, covered.encode(), hashlib.sha256).hexdigest()
    others = [each for each in SECRETS.values() if each != secret]
    wrong = (
        ([plain], "anybody can reckon this signature, as no secret is in it."),
        ([before], "a hash of the secret and the text can be continued by others. What is hmac "
                   "for?"),
        ([digits, encoded(digits.encode())], "the signature is 64 hexadecimal digits; its 32 bytes "
                                            "are wanted."),
        ([signature(payload, secret)], "the signature leaves the header open to changes."),
        ([signature(header, secret)], "the signature leaves the payload open to changes."),
        ([signature(header + payload, secret)], "the dot between the parts is signed, too."),
        ([signature(covered, each) for each in others], "it is signed with another key's secret."),
        ([signature(covered, secret, each) for each in ("sha1", "sha384", "sha512")],
         "HS256 is HMAC with SHA-256."),
    )  # fmt: skip
    for values, hint in wrong:
        expect(signed not in values, f"{seen}: {hint}")
    raise NotYet(f"{seen}: its signature is not that of the two parts before it.")


# --- let in ---


def _said(verify: Callable[..., Any], whole: str, keys: Mapping[str, bytes], now_s: float) -> Any:
    try:
        return verify(whole, now_s, dict(keys))
    except NotImplementedError:
        raise NotYet("verify is not written yet.") from None


def _is_let_in(verify: Callable[..., Any], whole: str, claims: dict[str, Any], case: str) -> None:
    for now_s in (NOW_S, claims["exp"] - 1.0):
        try:
            said = _said(verify, whole, SECRETS, now_s)
        except NotYet:
            raise
        except Exception as error:
            raise NotYet(f"{case}: it raised {error!r}.") from None
        left_s = claims["exp"] - now_s
        expect(
            said is not None,
            f"{case} for {claims['sub']!r}, good for another {left_s:g} s: it is refused.",
        )
        expect(
            said == claims and isinstance(said, dict),
            f"{case}: it returns {said!r}, and should return the claims.",
        )


@contextmanager
def _compared() -> Iterator[list[tuple[Any, ...]]]:
    """What is asked of `hmac.compare_digest` meanwhile."""
    own, asked = hmac.compare_digest, list[tuple[Any, ...]]()

    def compare(one: Any, other: Any) -> bool:
        asked.append((one, other))
        return own(one, other)

    hmac.compare_digest = compare
    try:
        yield asked
    finally:
        hmac.compare_digest = own


def _is_in_constant_time(asked: list[tuple[Any, ...]]) -> None:
    expect(
        bool(asked),
        "A good token is let in, but hmac.compare_digest was not asked. How long does == take, if "
        "the first letter is wrong, and if the last one is?",
    )


# --- refused ---


class Bad(NamedTuple):
    """A token that must not be let in, what is wrong with it, and what to think about."""

    what: str
    token: str
    think: str = ""
    keys: Mapping[str, bytes] = SECRETS
    now_s: float = NOW_S


def _refused() -> list[Bad]:
    good, odd = token(), token(ODD_CLAIMS)
    header, payload, signed = good.split(".")
    soon, no_alg = {"sub": "ada"}, encoded(as_json({"alg": "none", "kid": NEW}))
    return [
        Bad("Somebody has put another name into the payload",
            with_claims(good, {**CLAIMS, "sub": "eve"})),
        Bad("Somebody has put a later end into the payload",
            with_claims(good, {**CLAIMS, "exp": NOW_S + 1e6})),
        Bad("It has no signature", f"{header}.{payload}."),
        Bad("It has the first half of its signature", f"{header}.{payload}.{signed[:20]}"),
        Bad("It has the signature of another token", f"{header}.{payload}.{odd.split('.')[2]}"),
        Bad("It expires at this very second", good, "'exp' is when it is no longer good.",
            now_s=CLAIMS["exp"]),
        Bad("It expired a second ago", good, now_s=CLAIMS["exp"] + 1.0),
        Bad("It never expires", token(soon), "Who would ever be rid of it?"),
        Bad("Its 'exp' is null", token({**soon, "exp": None})),
        Bad("Its 'exp' is a text, not a number", token({**soon, "exp": str(CLAIMS["exp"])})),
        Bad("It says that it needs no signature (alg none)", f"{no_alg}.{payload}.",
            "Who chooses the algorithm?"),
        Bad("It is signed, and its header says alg none", token(alg="none"),
            "The shop issues no such tokens."),
        Bad("It has chosen another algorithm (HS512)", token(alg="HS512", digest="sha512"),
            "Whose choice is that?"),
        Bad("It names no algorithm", token(alg=...)),
        Bad("It is of a key that has been withdrawn", token(key=OLD),
            keys={NEW: SECRETS[NEW]}),
        Bad("It names one key and is signed with another one", token(secret=SECRETS[OLD])),
        Bad("It is signed with somebody else's secret", token(secret=b"of somebody else")),
        Bad("It names a key that the shop never had", token(key="2031-01", secret=b"mine")),
        Bad("It names a key that the shop never had, and is signed with an empty secret",
            _signed(as_json({"alg": "HS256", "kid": "2031-01"}), as_json(CLAIMS), b"")),
        Bad("It names no key", token(key=..., secret=SECRETS[NEW])),
        Bad("Its key is a list", token(key=[NEW], secret=SECRETS[NEW])),
        Bad("Somebody has changed the header", with_header(good, typ="other")),
        Bad("Its last letter is another one", _respelt(good),
            "Some letters differ in bits that belong to no byte. Compare what is written."),
        Bad("Letters that are no base64 follow the signature", f"{good}!!!!",
            "Python's decoder skips them."),
        Bad("A letter that is not ASCII follows the signature", f"{good}é"),
        Bad("It has four parts", f"{good}.{signed}"),
        Bad("It has two parts", f"{header}.{payload}"),
        Bad("It is empty", ""),
        Bad("It is two dots", ".."),
        Bad("It is no token at all", "what is this?"),
        Bad("Its header is no base64", f"!.{payload}.{signed}"),
        Bad("Its header is no text", _signed(b"\xff\xfe", as_json(CLAIMS))),
        Bad("Its header is a list", _signed(b"[1]", as_json(CLAIMS))),
        Bad("Its header is a text", _signed(b'"HS256"', as_json(CLAIMS))),
        Bad("Its payload is a list", token(["ada", CLAIMS["exp"]])),
    ]  # fmt: skip


def _signed(header: bytes, payload: bytes, secret: bytes = SECRETS[NEW]) -> str:
    covered = f"{encoded(header)}.{encoded(payload)}"
    return f"{covered}.{signature(covered, secret)}"


def _is_refused(verify: Callable[..., Any], bad: Bad) -> None:
    try:
        said = _said(verify, bad.token, bad.keys, bad.now_s)
    except NotYet:
        raise
    except Exception as error:
        raise NotYet(
            f"{bad.what}: it raised {error!r}. Anybody may send anything; return None."
        ) from None
    expect(said is not False, f"{bad.what}: it returns False. Return None.")
    expect(said is None, f"{bad.what}, and it is let in. {bad.think}".rstrip())


def _goes_together(issue: Callable[..., Any], verify: Callable[..., Any]) -> None:
    """A month passes: what was issued with the old key is good until that is withdrawn."""
    of_old = issue(dict(CLAIMS), OLD, {OLD: SECRETS[OLD]})
    expect(
        verify(of_old, NOW_S, SECRETS) == CLAIMS,
        "A token that issue gave before the new key came is refused while both are accepted.",
    )
