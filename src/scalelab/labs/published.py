"""The labs and quizzes that there are: whatever a module of this package calls `lab` or `quiz`."""

import importlib
import pkgutil
from functools import cache

from scalelab import labs
from scalelab.web.lab import Lab
from scalelab.web.quiz import Quiz


@cache
def published() -> dict[str, Lab | Quiz]:
    """Every lab and quiz of `scalelab.labs`, by its name."""
    found: dict[str, Lab | Quiz] = {}
    for module in pkgutil.walk_packages(labs.__path__, labs.__name__ + "."):
        loaded = importlib.import_module(module.name)
        for one in (getattr(loaded, "lab", None), getattr(loaded, "quiz", None)):
            if isinstance(one, Lab | Quiz):
                found[one.name] = one
    return found
