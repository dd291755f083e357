"""Wrong answers to the workbook on design principles, and the hint each of them has to get.

Those of the tasks that have a module of their own are in one of the same name here.
"""

from collections.abc import Callable
from typing import Any

from tests.workbook.wrong import (
    backlogs,
    breakers,
    decoupling,
    deliveries,
    histograms,
    pagers,
)

from scalelab.labs.principles import coupling
from scalelab.workbook import principles as check
from scalelab.workbook.readings import readings

# --- 1 ---

SMALL = readings(coupling.lab, **check.SMALL)
OPENED = readings(coupling.lab)
LONGEST = max(each for each in check.TIME_OUTS_S if check.lost(each) < 0.5)
AS_OPENS, NOT_SAID = "as it opens", "is not what the lab says"


def read_off(name: str, value: Any) -> tuple[Any, ...]:
    right = {
        "full": SMALL["none_full"], "innocent": SMALL["breaker_innocent"], "longest": LONGEST,
    }  # fmt: skip
    return tuple({**right, name: value}.values())


# --- 2 ---


def attempts_of(change: Callable[[check.Sent, float], Any]) -> tuple[Any, ...]:
    """Told what is asked, and the right number; the other two are right."""

    def answer(*given: Any) -> Any:
        of = check.Sent(*given)
        return change(of, check.attempts_of(of))

    return answer, right_state, right_down


def state_of(change: Callable[[check.Loaded, str], Any]) -> tuple[Any, ...]:
    def answer(*given: Any) -> Any:
        of = check.Loaded(*given)
        return change(of, check.state_of(of))

    return right_attempts, answer, right_down


def down_of(change: Callable[[check.Out, float | None], Any]) -> tuple[Any, ...]:
    def answer(*given: Any) -> Any:
        of = check.Out(*given)
        return change(of, check.down_of(of))

    return right_attempts, right_state, answer


def right_attempts(*given: Any) -> float:
    return check.attempts_of(check.Sent(*given))


def right_state(*given: Any) -> str:
    return check.state_of(check.Loaded(*given))


def right_down(*given: Any) -> float | None:
    return check.down_of(check.Out(*given))


def one_layer(of: check.Sent) -> float:
    return check.attempts_of(of._replace(layers=1))


def if_back(
    change: Callable[[check.Out, float], float],
) -> Callable[[check.Out, float | None], float | None]:
    return lambda of, right: None if right is None else change(of, right)


MULTIPLY, ENDS, FIRST = "add up|calls the next one", "An answer ends it", "first"
SPARE = "to spare for the queue"

WRONG: list[tuple[str, Callable[..., None], tuple[Any, ...], str]] = [
    ("not read off", check.task_1, (None, None, None), "still None"),
    ("only the first", check.task_1, (SMALL["none_full"], None, None), "still None"),
    ("a text", check.task_1, read_off("full", "8.5"), "should be a number"),
    ("full as it opens", check.task_1, read_off("full", OPENED["none_full"]), AS_OPENS),
    ("what it bears", check.task_1, read_off("full", SMALL["bears"]), "that the pool bears"),
    ("when it opens", check.task_1, read_off("full", SMALL["breaker_open"]), "breaker opens"),
    ("200 workers", check.task_1,
     read_off("full", readings(coupling.lab, workers=400)["none_full"]), NOT_SAID),
    ("a tenth", check.task_1, read_off("full", readings(coupling.lab, share=0.1)["none_full"]),
     NOT_SAID),
    *((f"full after {s:g} s", check.task_1, read_off("full", s), NOT_SAID)
      for s in (0, 2, 10, 20, 120)),
    ("innocent as it opens", check.task_1, read_off("innocent", OPENED["breaker_innocent"]),
     AS_OPENS),
    ("without a time-out", check.task_1, read_off("innocent", SMALL["none_innocent"]),
     "lost without a time-out"),
    ("with a time-out", check.task_1, read_off("innocent", SMALL["limit_innocent"]),
     "with the time-out alone"),
    ("all lost", check.task_1, read_off("innocent", SMALL["breaker_lost"]), "need the service as"),
    ("all lost with a time-out", check.task_1, read_off("innocent", SMALL["limit_lost"]),
     "need the service as"),
    ("of a bulkhead", check.task_1, read_off("innocent", SMALL["bulkhead_innocent"]), NOT_SAID),
    ("in thousands", check.task_1, read_off("innocent", SMALL["breaker_innocent"] / 1000),
     NOT_SAID),
    *((f"{s:g} s", check.task_1, read_off("longest", s), "no place of that slider")
      for s in (0, 3, 8.5, 9, 100)),
    *((f"{s:g} s", check.task_1, read_off("longest", s), "are lost that do not need")
      for s in check.TIME_OUTS_S if s > LONGEST),
    *((f"{s:g} s", check.task_1, read_off("longest", s), "has a longer one")
      for s in check.TIME_OUTS_S if s < LONGEST),

    ("no function", check.task_2, (3, right_state, right_down), "expected a function"),
    *((f"attempts: {name}", check.task_2, attempts_of(change), hint) for name, change, hint in (
        ("nothing", lambda o, r: None, "returns nothing"),
        ("a text", lambda o, r: "two", "should be a number"),
        ("if all fail", lambda o, r: (o.retries + 1) ** o.layers, ENDS),
        ("retries alone", lambda o, r: r - 1, FIRST),
        ("one try fewer", lambda o, r: check.attempts_of(o._replace(retries=max(o.retries - 1, 0))),
         FIRST),
        ("one layer", lambda o, r: one_layer(o), "calls the next one anew"),
        ("layers add up", lambda o, r: one_layer(o) * o.layers, "add up"),
        ("as likely above", lambda o, r: one_layer(o) ** o.layers, "as likely to fail"),
        ("without an end", lambda o, r: 1 / (1 - o.failing) if o.failing < 1 else r, "without an"),
        ("one layer more", lambda o, r: check.attempts_of(o._replace(layers=o.layers + 1)),
         "one layer more|chance"),
        ("one", lambda o, r: 1, "chance|first"),
        ("one more", lambda o, r: r + 1, "chance"),
        ("answered, not failing", lambda o, r: check.attempts_of(o._replace(failing=1 - o.failing)),
         "chance|first|An answer"),
        ("raises at 1", lambda o, r: r + 0 / (1 - o.failing), "ZeroDivisionError"),
    )),
    *((f"state: {name}", check.task_2, state_of(change), hint) for name, change, hint in (
        ("nothing", lambda o, r: None, "returns nothing"),
        ("another word", lambda o, r: "metastable", "should be one of"),
        ("a capital", lambda o, r: r.title(), "should be one of"),
        ("always stable", lambda o, r: "stable", "if each attempt fails|to spare"),
        ("always vulnerable", lambda o, r: "vulnerable", "if each attempt fails|to spare"),
        ("always overloaded", lambda o, r: "overloaded", "sent once"),
        ("never overloaded", lambda o, r: "vulnerable" if r == "overloaded" else r, "to spare"),
        ("full is fine",
         lambda o, r: "vulnerable" if o.load_per_s == o.capacity_per_s else r, "to spare"),
        ("vulnerable is overloaded", lambda o, r: "overloaded" if r == "vulnerable" else r, "once"),
        ("as much is fine", lambda o, r: "stable"
         if o.load_per_s * (o.retries + 1) ** o.layers <= o.capacity_per_s else r, "get shorter"),
        ("retries without the first", lambda o, r: r if r == "overloaded" else "stable"
         if o.load_per_s * max(o.retries, 1) ** o.layers < o.capacity_per_s else "vulnerable",
         "get shorter|if each attempt fails"),
        ("one layer", lambda o, r: check.state_of(o._replace(layers=1)), "over all layers"),
        ("layers add up", lambda o, r: r if r == "overloaded" else "stable"
         if o.load_per_s * (o.retries * o.layers + 1) < o.capacity_per_s else "vulnerable",
         "over all layers"),
        ("raises", lambda o, r: [][0], "IndexError"),
    )),
    *((f"down: {name}", check.task_2, down_of(change), hint) for name, change, hint in (
        ("never", lambda o, r: None, "it does come back"),
        ("a text", lambda o, r: "long", "should be a number"),
        ("the outage", if_back(lambda o, r: o.outage_s), "is still there"),
        ("from its end", if_back(lambda o, r: r - o.outage_s), "from the beginning"),
        ("until it is empty", if_back(lambda o, r: o.outage_s + o.outage_s * o.load_per_s
                                      / (o.capacity_per_s - o.load_per_s)), "before"),
        ("nobody comes", if_back(lambda o, r: o.outage_s + o.outage_s * o.load_per_s
                                 / o.capacity_per_s), "others come"),
        ("nobody comes, in time", if_back(lambda o, r: o.outage_s + (o.outage_s - o.timeout_s)
                                          * o.load_per_s / o.capacity_per_s), "others come"),
        ("as many as it does", if_back(
            lambda o, r: o.outage_s + (o.outage_s - o.timeout_s) * o.capacity_per_s
            / (o.capacity_per_s - o.load_per_s)), "how many came"),
        ("a time-out more", if_back(lambda o, r: r + o.timeout_s), "first to be served"),
        ("minutes", if_back(lambda o, r: r / 60), "first to be served"),
        ("negative", lambda o, r: r if r is not None else -5.0, SPARE),
        ("for ever is infinite", lambda o, r: r if r is not None else float("inf"), SPARE),
        ("raises", lambda o, r: 1 / (o.capacity_per_s - o.load_per_s) and r, "ZeroDivisionError"),
    )),

    *breakers.WRONG,
    *backlogs.WRONG,
    *deliveries.WRONG,
    *histograms.WRONG,
    *pagers.WRONG,
    *decoupling.WRONG,
]  # fmt: skip
