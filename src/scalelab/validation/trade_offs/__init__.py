"""Comparisons of the chapter on trade-offs, one module for each of its topics."""

from scalelab.validation.row import Chapter
from scalelab.validation.trade_offs import (
    cap,
    cost_of_delay,
    developer_experience,
    pareto,
    services,
)

CHAPTER = Chapter(
    "Trade-offs in Scalability",
    (services.TOPIC, pareto.TOPIC, cap.TOPIC, developer_experience.TOPIC, cost_of_delay.TOPIC),
)
