"""The rules for result files once more, with Python's csv, json and datetime.

Only for files in which every quoted field is whole: what is broken is tested line by line.
"""

import csv
import json
import re
from datetime import UTC, datetime
from io import StringIO

Row = tuple[int, float, float, int]
K6 = "http_req_duration"


def seconds(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        text = re.sub(r"(\.\d{6})\d*", r"\1", text.replace("/", "-").replace("Z", "+00:00"))
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            return None
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    for largest, unit in ((1e11, 1.0), (1e14, 1e-3), (1e17, 1e-6)):
        if abs(value) < largest:
            return value * unit
    return value * 1e-9


def request(time: str, latency: str, ok: bool | None, ends: bool = False) -> Row:
    moment = seconds(time)
    if moment is None:
        return 15, 0.0, 0.0, 0
    try:
        ms = float(latency)
    except ValueError:
        ms = -1.0
    if not 0.0 <= ms <= 1e9:
        return 16, 0.0, 0.0, 0
    if ok is None:
        return 17, 0.0, 0.0, 0
    return 0, moment - ms / 1e3 * ends, ms, int(ok)


def yes(text: str) -> bool | None:
    return {"true": True, "false": False}.get(text.lower())


def status_ok(text: str) -> bool:
    return text.isdigit() and 200 <= int(text) < 400


def jmeter(row: dict[str, str]) -> Row:
    if row["responseMessage"].startswith("Number of samples in transaction"):
        return 10, 0.0, 0.0, 0
    return request(row["timeStamp"], row["elapsed"], yes(row["success"]))


def k6(row: dict[str, str]) -> Row:
    if row["metric_name"] != K6:
        return 9, 0.0, 0.0, 0
    expected = row["expected_response"]
    ok = yes(expected) if expected else status_ok(row["status"])
    return request(row["timestamp"], row["metric_value"], ok, ends=True)


def locust(row: dict[str, str]) -> Row:
    return request(row["timestamp"], row["response_time_ms"], not row["exception"])


def k6_json(line: str) -> Row:
    point = json.loads(line)
    if point["type"] == "Metric":
        return 5, 0.0, 0.0, 0
    if point["metric"] != K6:
        return 9, 0.0, 0.0, 0
    tags = point["data"]["tags"]
    expected = tags.get("expected_response")
    ok = yes(expected) if expected else status_ok(tags.get("status", "200"))
    return request(point["data"]["time"], str(point["data"]["value"]), ok, ends=True)


def with_start(rows: list[Row]) -> list[Row]:
    first = min((row[1] for row in rows if row[0] == 0), default=0.0)
    return [(r, start - first if r == 0 else 0.0, ms, ok) for r, start, ms, ok in rows]


def of_columns(text: str, header: int) -> list[Row]:
    """(reason, start, latency, ok) of each line of CSV."""
    how = {1: jmeter, 2: k6, 3: locust}[header]
    rows: list[Row] = [(header, 0.0, 0.0, 0)]
    reader = csv.reader(StringIO(text))
    names = next(reader)
    before = 1
    for fields in reader:
        rows.append(how(dict(zip(names, fields, strict=True))))
        rows += [(8, 0.0, 0.0, 0)] * (reader.line_num - before - 1)
        before = reader.line_num
    return with_start(rows)


def of_json(text: str) -> list[Row]:
    return with_start([k6_json(line) for line in text.splitlines()])
