"""What it costs to keep batch and interactive work on machines of their own."""

from scalelab.facts.fact import Fact

BORG = (
    'A. Verma et al., "Large-scale cluster management at Google with Borg", EuroSys 2015, '
    "section 5.2: production and other work in separate cells, the median cell"
)
SEPARATE_LEAST = Fact(0.2, "of the machines", BORG, "2015")
SEPARATE_MOST = Fact(0.3, "of the machines", BORG, "2015")
