"""Settings that cover a lab's controls: what every way of computing a lab is compared on."""

import random

from scalelab.web.lab import Choice, Control, Lab, Setting, Settings


def stops(control: Control) -> list[Setting]:
    """The control's settings, in order, as its keyboard steps reach them."""
    if hasattr(control, "values"):
        return list(control.values)
    if isinstance(control, Choice):
        return list(range(len(control.options)))
    return list(range(1, 1 << len(control.options)))


def spread(lab: Lab, chance: int = 6) -> list[Settings]:
    """The defaults, each control at either end, all at either end, and ``chance`` mixtures."""
    ends = {c.name: (stops(c)[0], stops(c)[-1]) for c in lab.controls}
    settings = [lab.defaults]
    for name, both in ends.items():
        settings += [{**lab.defaults, name: end} for end in both]
    settings += [{name: both[side] for name, both in ends.items()} for side in (0, 1)]
    mixer = random.Random(lab.name)
    settings += [
        {control.name: mixer.choice(stops(control)) for control in lab.controls}
        for _ in range(chance)
    ]
    return settings
