"""The rules for measurements once more, with Python's own strings and numbers."""

import re

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
CONTROLS = {chr(code) for code in range(32)} - {"\t"}


def line(content: str | None, header_may_come: bool) -> tuple[int, float, float]:
    """(reason, size, throughput); None for bytes that are not UTF-8."""
    none = (0.0, 0.0)
    if content is not None and not content.strip(" \t"):
        return 2, *none
    if content is None or CONTROLS & set(content):
        return 10, *none
    content = content.strip(" \t")
    if content.startswith("#"):
        return 3, *none
    if set(content) & set(",;\t"):
        columns = [each.strip(" ") for each in re.split("[,;\t]", content)]
    else:
        columns = re.split(" +", content)
    numbers = [float(each) if NUMBER.fullmatch(each) else None for each in columns]
    if header_may_come and not any(each is not None for each in numbers):
        return 1, *none
    if len(columns) != 2:
        return 4 if len(columns) < 2 else 5, *none
    size, throughput = numbers
    if size is None or throughput is None:
        return 6, *none
    if size < 1:
        return 7, *none
    if throughput <= 0:
        return 8, *none
    if size > 1e9 or not 1e-9 <= throughput <= 1e18:
        return 9, *none
    return 0, size, throughput


def parse(text: bytes) -> list[tuple[int, int, float, float]]:
    pieces = text.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    if pieces[-1] == b"" and (len(pieces) > 1 or text == b""):
        pieces.pop()
    rows = []
    header_may_come = True
    for i, piece in enumerate(pieces, 1):
        # Only a line end may take a CR with it; a CR at the end of the data is one too.
        piece = piece.removesuffix(b"\r")
        try:
            content = piece.decode()
        except UnicodeDecodeError:
            content = None
        reason, size, throughput = line(content, header_may_come)
        header_may_come = header_may_come and reason not in (0, 1)
        rows.append((i, reason, size, throughput))
    return rows
