"""How often reads were out of date, and for how long a framework reads at the primary."""

from scalelab.facts.fact import Fact

# Reads of vertices whose result a linearizable system would not have given.
FACEBOOK_ANOMALIES = Fact(
    0.000004, "of the reads",
    'H. Lu et al., "Existential consistency: measuring and understanding consistency at '
    'Facebook", SOSP 2015, abstract', "2015",
)  # fmt: skip
RAILS_PIN = Fact(
    2.0, "s", "Ruby on Rails, ActiveRecord::Middleware::DatabaseSelector, `delay`", "2024"
)
