"""The parser of access logs once more, with `re`, `datetime` and dictionaries."""

import re
from datetime import UTC, datetime, timedelta

LINE = re.compile(
    r'(?P<before>.*?) \[(?P<time>(?=[0-9])(?>.*?\] "))(?P<request>(?:[^"\\]|\\.)*+)'
    r'(?P<rest>".*)?(?s:.*)',
    re.S,
)
REST = re.compile(r'" [0-9]{3} (?P<size>[0-9]+|-)(?: .*)?', re.S)
TIME = re.compile(
    r"(\d\d)/([A-Za-z]{3})/(\d{4}):(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?: ([+-])(\d\d)(\d\d))?",
    re.ASCII,
)
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
METHOD = re.compile(r"[A-Z_-]*[A-Z][A-Z_-]*")
CONTROLS = {chr(code) for code in range(32)} - {"\t"}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NOTHING = (0, 0.0, 0.0, "", "", 0, 0)


def time_of(text: str) -> tuple[int, float, float]:
    """(0 or the reason why this is no time, seconds since 1970, zone in seconds)."""
    found = TIME.fullmatch(text)
    if not found or (found[8] and (int(found[9]) > 23 or int(found[10]) > 59)):
        return 6, 0, 0
    day, month, year, hour, minute, second = found.groups()[:6]
    try:
        moment = datetime(
            int(year), MONTHS.index(month) + 1, int(day), int(hour), int(minute),
            min(int(second), 59), tzinfo=UTC,
        )  # fmt: skip
    except ValueError:
        return 7, 0, 0
    if not 1970 <= moment.year <= 2199 or int(second) > 60:
        return 7, 0, 0
    zone = 0
    if found[8]:
        zone = int(f"{found[8]}1") * (int(found[9]) * 3600 + int(found[10]) * 60)
    passed = moment - timedelta(seconds=zone) - EPOCH
    whole = passed.days * 86400 + passed.seconds + max(0, int(second) - 59)
    return 0, whole + float("0." + (found[7] or "0")[:9]), zone


def client_of(before: str) -> str:
    words = before.split()
    return next((words[i - 1] for i in range(1, len(words)) if words[i] == "-"), words[0])


def endpoint_of(target: str) -> str:
    path = re.split("[?#;]", target)[0]
    return "/".join("*" if is_id(segment) else segment for segment in path.split("/"))


def is_id(segment: str) -> bool:
    plain = re.sub(r"[,._-]", "", segment)
    return bool(
        re.fullmatch("[0-9]+", plain)
        or (re.fullmatch("[0-9A-Fa-f]{8,}", plain) and re.search("[0-9]", plain))
    )


def line(raw: bytes) -> tuple[int, float, float, str, str, int, float]:
    """(reason, seconds since 1970, zone, client, target, write, bytes)."""
    if not raw.strip(b" \t"):
        return (1, *NOTHING[1:])
    if raw.startswith(b"#"):
        return (2, *NOTHING[1:])
    if len(raw) > 65_536:
        return (9, *NOTHING[1:])
    try:
        content = raw.decode()
    except UnicodeDecodeError:
        return (8, *NOTHING[1:])
    if CONTROLS & set(content):
        return (8, *NOTHING[1:])
    found = LINE.fullmatch(content)
    if not found:
        return (3, *NOTHING[1:])
    if found["rest"] is None:
        return (4, *NOTHING[1:])
    rest = REST.fullmatch(found["rest"])
    if not rest or not found["before"].strip(" \t"):
        return (3, *NOTHING[1:])
    method, between, target = (*re.split("([ \t])", found["request"], maxsplit=1), "", "")[:3]
    target = re.sub(r"[ ]HTTP/[^ ]*\Z", "", between + target).strip(" \t")
    if not METHOD.fullmatch(method) or not target:
        return (5, *NOTHING[1:])
    reason, second, zone = time_of(found["time"][:-3])
    if reason:
        return (reason, *NOTHING[1:])
    size = 0 if rest["size"] == "-" else min(float(rest["size"]), 1e15)
    write = int(method in ("POST", "PUT", "PATCH", "DELETE"))
    return 0, second, zone, client_of(found["before"]), target, write, size


def parse(text: bytes) -> tuple[list[list[float]], list[str], list[str]]:
    """(the kernel's rows, names of targets, names of endpoints)."""
    pieces = text.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    if pieces[-1] == b"" and (len(pieces) > 1 or text == b""):
        pieces.pop()
    clients: dict[str, int] = {}
    targets: dict[str, int] = {}
    endpoints: dict[str, int] = {}
    rows = []
    first_zone = None
    for i, piece in enumerate(pieces, 1):
        reason, second, zone, client, target, write, size = line(piece.removesuffix(b"\r"))
        row = [float(i), float(reason), 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
        if reason == 0:
            first_zone = zone if first_zone is None else first_zone
            row[2:] = [
                second + first_zone,
                clients.setdefault(client, len(clients)),
                targets.setdefault(target, len(targets)),
                endpoints.setdefault(endpoint_of(target), len(endpoints)),
                write,
                size,
            ]
        rows.append(row)
    return rows, list(targets), list(endpoints)
