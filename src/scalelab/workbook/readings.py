"""What a lab's summary says, for the tasks in which a number is read off."""

from functools import cache
from typing import Any

from scalelab.web.lab import Lab
from scalelab.workbook.hint import NotYet, expect, number


@cache
def readings(lab: Lab, **settings: float) -> dict[str, float]:
    """The lab's readings by name; -1 where there is none."""
    settled = lab.settled(settings)
    table = lab.table(None, **settings)
    found = {one.name: lab.read(one, table, settled) for one in lab.readings}
    return {name: -1.0 if value is None else value for name, value in found.items()}


def expect_reading(
    lab: Lab, name: str, given: Any, reading: str, off: float, others: dict[str, str],
    **settings: float,
) -> None:  # fmt: skip
    """A hint unless ``given`` is ``reading`` at ``settings``, or what of ``others`` it is."""
    value = number(name, given)
    read_off = readings(lab, **settings)
    if abs(value - read_off[reading]) <= off:
        return
    seen = f"{name} = {value:g}"
    moved = next(iter(settings))
    control = next(one.label for one in lab.controls if one.name == moved)
    expect(
        abs(value - readings(lab)[reading]) > off,
        f'{seen} is what the lab says if "{control}" is as it opens.',
    )
    for other, what in others.items():
        expect(
            other == reading or abs(value - read_off[other]) > off,
            f"{seen} is {what}. Read again what is asked for.",
        )
    raise NotYet(
        f"{seen} is not what the lab says. Press Reset, set only what the question asks for, and "
        "read the sentence below the chart."
    )
