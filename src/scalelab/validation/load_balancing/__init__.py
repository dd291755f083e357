"""Comparisons of the chapter on load balancing, one module for each of its topics."""

from scalelab.validation.load_balancing import health_checks, policies, rollout, sessions, zones
from scalelab.validation.row import Chapter

CHAPTER = Chapter(
    "Stage 3: Load Balancing and Horizontal Scaling",
    (policies.TOPIC, sessions.TOPIC, zones.TOPIC, health_checks.TOPIC, rollout.TOPIC),
)
