"""A figure from the world outside the models, with where and when it was read."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fact:
    """``value`` in ``unit``, as ``source`` gives it; ``date`` is when it was measured or published.

    The date matters: most of these figures age.
    """

    value: float
    unit: str
    source: str
    date: str

    def __post_init__(self) -> None:
        for name in ("unit", "source", "date"):
            if not getattr(self, name).strip():
                raise ValueError(
                    f"a fact needs a {name}; say where the figure {self.value} is from"
                )
