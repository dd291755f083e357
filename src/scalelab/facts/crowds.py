"""How fast a crowd can come, and how large."""

from scalelab.facts.fact import Fact

CRISIS = (
    'National Research Council, "The Internet under crisis conditions: learning from September '
    '11", 2003, box 3.1: the experience of CNN'
)
# Time in which the requests doubled.
CNN_DOUBLING = Fact(7.0, "min", CRISIS, "2001")
CNN_DAY_BEFORE = Fact(14e6, "pages/day", CRISIS, "2001")
CNN_THAT_DAY = Fact(132e6, "pages/day", CRISIS, "2001")
