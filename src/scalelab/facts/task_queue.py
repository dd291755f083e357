"""Defaults of message queues and of what works on them, and what their makers report."""

from scalelab.facts.fact import Fact

# The example of a fleet that follows a queue.
SQS_SCALING = (
    'Amazon EC2 Auto Scaling User Guide, "Scaling policy based on Amazon SQS", the example'
)
SQS_MESSAGES = Fact(1500.0, "messages", SQS_SCALING, "2026")
SQS_TAKES = Fact(0.1, "s a message", SQS_SCALING, "2026")
SQS_LATENCY = Fact(10.0, "s that are acceptable", SQS_SCALING, "2026")
SQS_INSTANCES = Fact(15.0, "instances: 10", SQS_SCALING + ": and 5 more", "2026")

KEDA = 'KEDA documentation, "ScaledObject specification"'
KEDA_POLLING = Fact(30.0, "s", KEDA + ": default of pollingInterval", "2026")
KEDA_COOLDOWN = Fact(300.0, "s", KEDA + ": default of cooldownPeriod", "2026")
CELERY_PREFETCH = Fact(
    4.0, "messages a process",
    'Celery documentation, "Configuration and defaults": worker_prefetch_multiplier',
    "2026",
)  # fmt: skip
