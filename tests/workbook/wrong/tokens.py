"""Wrong answers with tokens, and the hint each of them has to get."""

import base64
import hashlib
import hmac
import json
import math
from collections.abc import Callable
from typing import Any, ClassVar

from scalelab.workbook import tokens as check


def encoded(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


def padded(part: bytes) -> bytes:
    return part + b"=" * (-len(part) % 4)


class Issue:
    """A right answer; each method is one of its decisions."""

    __name__ = "issue"

    def __call__(self, claims: dict[str, Any], key: str, keys: dict[str, bytes]) -> Any:
        parts = [self.encode(json.dumps(part).encode()) for part in (self.header(key), claims)]
        signed = b".".join(parts)
        signature = self.sign(self.covered(parts), self.secret(key, keys))
        return self.end((signed + b"." + self.encode(signature)).decode())

    def encode(self, raw: bytes) -> bytes:
        return encoded(raw)

    def header(self, key: str) -> dict[str, Any]:
        return {"alg": "HS256", "kid": key}

    def covered(self, parts: list[bytes]) -> bytes:
        return b".".join(parts)

    def secret(self, key: str, keys: dict[str, bytes]) -> bytes:
        return keys[key]

    def sign(self, covered: bytes, secret: bytes) -> bytes:
        return hmac.digest(secret, covered, "sha256")

    def end(self, token: str) -> Any:
        return token


def issue(**decisions: Callable[..., Any]) -> Issue:
    """A right answer with other decisions."""
    made = Issue()
    for name, decision in decisions.items():
        setattr(made, name, decision)
    return made


class AddsTime(Issue):
    def __call__(self, claims: dict[str, Any], key: str, keys: dict[str, bytes]) -> Any:
        claims["iat"] = 0
        return super().__call__(claims, key, keys)


class Verify:
    """A right answer; each method is one of its decisions."""

    __name__ = "verify"
    catches: tuple[type[Exception], ...] = (ValueError, KeyError, TypeError)

    def __call__(self, token: str, now_s: float, keys: dict[str, bytes]) -> Any:
        try:
            return self.claims(token, now_s, keys)
        except self.catches:
            return None

    def claims(self, token: str, now_s: float, keys: dict[str, bytes]) -> Any:
        header, payload, signature = self.parts(token)
        fields = self.read(header)
        if not self.is_signed(
            header + b"." + payload, signature, self.secret(fields, keys), fields
        ):
            return None
        claims = self.read(payload)
        if not self.is_ours(fields) or not self.is_good(claims, now_s):
            return None
        return self.say(claims)

    def parts(self, token: str) -> list[bytes]:
        return token.encode().split(b".")

    def read(self, part: bytes) -> Any:
        return json.loads(base64.urlsafe_b64decode(padded(part)))

    def secret(self, fields: Any, keys: dict[str, bytes]) -> bytes:
        return keys[fields["kid"]]

    def is_signed(self, covered: bytes, signature: bytes, secret: bytes, fields: Any) -> bool:
        right = hmac.digest(secret, covered, "sha256")
        return hmac.compare_digest(encoded(right), signature)

    def is_ours(self, fields: Any) -> bool:
        return bool(fields["alg"] == "HS256")

    def is_good(self, claims: Any, now_s: float) -> bool:
        return bool(now_s < claims["exp"])

    def say(self, claims: Any) -> Any:
        return claims


def verify(**decisions: Any) -> Verify:
    made = Verify()
    for name, decision in decisions.items():
        setattr(made, name, decision)
    return made


def by_equality(covered: bytes, signature: bytes, secret: bytes, fields: Any) -> bool:
    return encoded(hmac.digest(secret, covered, "sha256")) == signature


def of_payload(covered: bytes, signature: bytes, secret: bytes, fields: Any) -> bool:
    """Whoever has a good signature of anything."""
    return len(signature) == 43 and hmac.compare_digest(b"x", b"x")


def of_the_beginning(covered: bytes, signature: bytes, secret: bytes, fields: Any) -> bool:
    right = encoded(hmac.digest(secret, covered, "sha256"))[: len(signature)]
    return bool(signature) and hmac.compare_digest(right, signature)


def if_there_is_one(covered: bytes, signature: bytes, secret: bytes, fields: Any) -> bool:
    right = encoded(hmac.digest(secret, covered, "sha256"))
    return not signature or hmac.compare_digest(right, signature)


def unless_none(covered: bytes, signature: bytes, secret: bytes, fields: Any) -> bool:
    right = encoded(hmac.digest(secret, covered, "sha256"))
    return fields["alg"] == "none" or hmac.compare_digest(right, signature)


def as_it_says(covered: bytes, signature: bytes, secret: bytes, fields: Any) -> bool:
    digest = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}[fields["alg"]]
    return hmac.compare_digest(encoded(hmac.digest(secret, covered, digest)), signature)


def of_its_bytes(covered: bytes, signature: bytes, secret: bytes, fields: Any) -> bool:
    right = hmac.digest(secret, covered, "sha256")
    return hmac.compare_digest(right, base64.urlsafe_b64decode(padded(signature)))


def as_texts(covered: bytes, signature: bytes, secret: bytes, fields: Any) -> bool:
    right = encoded(hmac.digest(secret, covered, "sha256"))
    return hmac.compare_digest(right.decode(), signature.decode())


def without_header(covered: bytes, signature: bytes, secret: bytes, fields: Any) -> bool:
    """Takes a header as it should be, whatever it is."""
    header = encoded(json.dumps(dict(fields, typ="JWT"), separators=(",", ":")).encode())
    right = hmac.digest(secret, header + b"." + covered.split(b".")[1], "sha256")
    return hmac.compare_digest(encoded(right), signature)


class AnyKey(Verify):
    """Tries all that there are, whatever the token names."""

    def secret(self, fields: Any, keys: dict[str, bytes]) -> Any:
        return list(keys.values())

    def is_signed(self, covered: bytes, signature: bytes, secret: Any, fields: Any) -> bool:
        isinstance(fields["kid"], str)
        return any(super(AnyKey, self).is_signed(covered, signature, s, fields) for s in secret)


class Remembers(Verify):
    """A key that was once there."""

    seen: ClassVar[dict[str, bytes]] = {}

    def secret(self, fields: Any, keys: dict[str, bytes]) -> bytes:
        self.seen.update(keys)
        return self.seen[fields["kid"]]


def first_three(token: str) -> list[bytes]:
    return token.encode().split(b".")[:3]


WRONG: list[tuple[str, Callable[..., None], tuple[Any, ...], str]] = [
    ("not a text", check.task_4, (issue(end=str.encode), Verify()), "a token is a str"),
    ("two parts", check.task_4, (issue(end=lambda t: t.rsplit(".", 1)[0]), Verify()),
     "three parts"),
    ("padding", check.task_4, (issue(encode=base64.urlsafe_b64encode), Verify()), "has padding"),
    ("other letters", check.task_4,
     (issue(encode=lambda raw: base64.b64encode(raw).rstrip(b"=")), Verify()), "something else"),
    ("no base64", check.task_4, (issue(end=lambda t: "{}." + t.split(".", 1)[1]), Verify()),
     "no JSON in base64"),
    ("no algorithm", check.task_4, (issue(header=lambda key: {"kid": key}), Verify()),
     "the algorithm is None"),
    ("no key", check.task_4, (issue(header=lambda key: {"alg": "HS256"}), Verify()),
     "the key is None"),
    ("changes the claims", check.task_4, (AddsTime(), Verify()), "changes the claims"),
    ("a list as header", check.task_4, (issue(header=lambda key: ["HS256", key]), Verify()),
     "should be an object"),
    ("no secret", check.task_4,
     (issue(sign=lambda c, s: hashlib.sha256(c).digest()), Verify()), "no secret is in it"),
    ("secret before", check.task_4,
     (issue(sign=lambda c, s: hashlib.sha256(s + c).digest()), Verify()), "can be continued"),
    ("digits", check.task_4,
     (issue(sign=lambda c, s: hmac.digest(s, c, "sha256").hex().encode()), Verify()),
     "hexadecimal digits"),
    ("payload only", check.task_4, (issue(covered=lambda parts: parts[1]), Verify()),
     "leaves the header"),
    ("header only", check.task_4, (issue(covered=lambda parts: parts[0]), Verify()),
     "leaves the payload"),
    ("no dot", check.task_4, (issue(covered=b"".join), Verify()), "The dot|the dot between"),
    ("the newest key", check.task_4,
     (issue(secret=lambda key, keys: list(keys.values())[-1]), Verify()), "another key's secret"),
    ("sha512", check.task_4,
     (issue(sign=lambda c, s: hmac.digest(s, c, "sha512")), Verify()), "HMAC with SHA-256"),
    ("the key signs", check.task_4,
     (issue(sign=lambda c, s: hmac.digest(c, s, "sha256")), Verify()), "not that of the two"),
    ("all refused", check.task_4, (Issue(), lambda *_: None), "it is refused"),
    ("old keys refused", check.task_4,
     (Issue(), verify(secret=lambda f, keys: dict(list(keys.items())[-1:])[f["kid"]])),
     "it is refused"),
    ("new key only", check.task_4,
     (Issue(), verify(secret=lambda f, keys: list(keys.values())[-1])), "it is refused"),
    ("the customer", check.task_4, (Issue(), verify(say=lambda claims: claims["sub"])),
     "should return the claims"),
    ("yes", check.task_4, (Issue(), verify(say=lambda claims: True)), "should return the claims"),
    ("padding expected", check.task_4,
     (Issue(), verify(read=lambda part: json.loads(base64.urlsafe_b64decode(part)))),
     "it is refused"),
    ("by equality", check.task_4, (Issue(), verify(is_signed=by_equality)), "How long does == tak"),
    ("believes all", check.task_4, (Issue(), verify(is_signed=of_payload)), "put another name"),
    ("the beginning will do", check.task_4, (Issue(), verify(is_signed=of_the_beginning)),
     "first half of its signature, and"),
    ("unsigned will do", check.task_4, (Issue(), verify(is_signed=if_there_is_one)),
     "It has no signature, and"),
    ("a second longer", check.task_4, (Issue(), verify(is_good=lambda c, now: now <= c["exp"])),
     "this very second"),
    ("never expires", check.task_4, (Issue(), verify(is_good=lambda c, now: isinstance(c, dict))),
     "this very second|expired a second"),
    ("a minute of grace", check.task_4,
     (Issue(), verify(is_good=lambda c, now: now < c["exp"] + 60)), "this very second"),
    ("without an end for ever", check.task_4,
     (Issue(), verify(is_good=lambda c, now: now < c.get("exp", math.inf))), "ever be rid of"),
    ("null is no end", check.task_4, (Issue(), verify(
        is_good=lambda c, now: "exp" in c and (c["exp"] is None or now < c["exp"]))),
     "is null, and"),
    ("any number in a text", check.task_4,
     (Issue(), verify(is_good=lambda c, now: now < float(c["exp"]))), "a text, not a number, and"),
    ("alg none", check.task_4, (Issue(), verify(
        is_signed=unless_none, is_ours=lambda f: f["alg"] in ("HS256", "none"))),
     "put another name|needs no signature"),
    ("any algorithm named", check.task_4, (Issue(), verify(is_ours=lambda f: "alg" in f)),
     "its header says alg none, and"),
    ("as the token says", check.task_4, (Issue(), verify(
        is_signed=as_it_says, is_ours=lambda f: f["alg"] != "none")), "Whose choice"),
    ("no algorithm will do", check.task_4,
     (Issue(), verify(is_ours=lambda f: f.get("alg", "HS256") == "HS256")), "names no algorithm,"),
    ("a key that was", check.task_4, (Issue(), Remembers()), "has been withdrawn, and"),
    ("any of the keys", check.task_4, (Issue(), AnyKey()), "signed with another one, and"),
    ("an empty secret", check.task_4,
     (Issue(), verify(secret=lambda f, keys: keys.get(f["kid"], b""))), "an empty secret, and"),
    ("no key named", check.task_4,
     (Issue(), verify(secret=lambda f, keys: keys[f.get("kid", list(keys)[-1])])),
     "It names no key, and"),
    ("a key in a list", check.task_4, (Issue(), verify(
        secret=lambda f, keys: keys[f["kid"][0] if isinstance(f["kid"], list) else f["kid"]])),
     "Its key is a list, and"),
    ("the header as it should be", check.task_4, (Issue(), verify(is_signed=without_header)),
     "changed the header, and|alg none|names no"),
    ("bytes of the signature", check.task_4, (Issue(), verify(is_signed=of_its_bytes)),
     "belong to no byte"),
    ("texts compared", check.task_4,
     (Issue(), verify(is_signed=as_texts, catches=(ValueError, KeyError))),
     "'exp' is a text.* it raised|not ASCII.* it raised|null: it raised"),
    ("the first three", check.task_4, (Issue(), verify(parts=first_three)), "four parts, and"),
    ("no KeyError", check.task_4, (Issue(), verify(catches=(ValueError, TypeError))),
     "never expires: it raised"),
    ("no TypeError", check.task_4, (Issue(), verify(catches=(ValueError, KeyError))),
     "null: it raised"),
    ("no ValueError", check.task_4, (Issue(), verify(catches=(KeyError, TypeError))),
     "it raised .*Return None|it raised .*return None"),
    ("False", check.task_4, (Issue(), lambda *given: Verify()(*given) or False),
     "It returns False|it returns False"),
]  # fmt: skip
