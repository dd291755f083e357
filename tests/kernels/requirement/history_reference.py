"""The rules for a history once more, with Python's own strings, dates and numbers."""

import re
from datetime import date

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)([ T](\d\d):(\d\d)[\d.:+Z-]*)?", re.ASCII)
CONTROLS = {chr(code) for code in range(32)} - {"\t"}


def day_of(text: str) -> tuple[int, int]:
    """(0 or the reason why this is no day, days since 1970)."""
    found = DAY.fullmatch(text)
    if not found or (found[4] and (int(found[5]) > 24 or int(found[6]) > 59)):
        return 6, 0
    try:
        day = date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        # Python knows no year 0.
        leap = found[1] == "0000" and 1 <= int(found[2]) <= 12
        try:
            date(4 if leap else 0, int(found[2]), int(found[3]))
        except ValueError:
            return 7, 0
        return 10, 0
    if not 1970 <= day.year <= 2199:
        return 10, 0
    return 0, (day - date(1970, 1, 1)).days


def unquoted(column: str) -> str:
    column = column.strip(" \t")
    return column[1:-1] if re.fullmatch('".*"', column) else column


def line(content: str | None, header_may_come: bool) -> tuple[int, float, float]:
    """(reason, day, load); None for bytes that are not UTF-8."""
    if content is not None and not content.strip(" \t"):
        return 2, 0, 0
    if content is None or CONTROLS & set(content):
        return 11, 0, 0
    content = content.strip(" \t")
    if content.startswith("#"):
        return 3, 0, 0
    columns = [unquoted(each) for each in re.split("[,;\t]", content)]
    numbers = [float(each) if NUMBER.fullmatch(each) else None for each in columns]
    days = [day_of(each) for each in columns]
    known = any(each is not None for each in numbers) or any(why != 6 for why, _ in days)
    if header_may_come and not known:
        return 1, 0, 0
    if len(columns) != 2:
        return 4 if len(columns) < 2 else 5, 0, 0
    if days[0][0]:
        return days[0][0], 0, 0
    if numbers[1] is None:
        return 8, 0, 0
    if numbers[1] < 0:
        return 9, 0, 0
    if numbers[1] > 1e15:
        return 10, 0, 0
    return 0, days[0][1], numbers[1]


def parse(text: bytes) -> list[tuple[int, int, float, float]]:
    pieces = text.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    if pieces[-1] == b"" and (len(pieces) > 1 or text == b""):
        pieces.pop()
    rows = []
    header_may_come = True
    for i, piece in enumerate(pieces, 1):
        piece = piece.removesuffix(b"\r")
        try:
            content = piece.decode()
        except UnicodeDecodeError:
            content = None
        reason, day, load = line(content, header_may_come)
        header_may_come = header_may_come and reason not in (0, 1)
        rows.append((i, reason, day, load))
    return rows
