"""Defaults of brokers and of what works with them: leases, receives, and how long keys are kept."""

from scalelab.facts.fact import Fact

SQS = "Amazon SQS, ChangeMessageVisibility"
SQS_LEASE = Fact(30.0, "s", SQS + ": default of the visibility timeout", "2026")
SQS_LONGEST_LEASE = Fact(12.0, "h", SQS + ": most of the visibility timeout", "2026")
SQS_DEDUPLICATION = Fact(
    5.0, "min",
    'Amazon SQS Developer Guide, "Amazon SQS FIFO queue key terms": deduplication interval',
    "2026",
)  # fmt: skip
LAMBDA_LEASE = Fact(
    6.0, "times the function's timeout",
    'AWS Lambda Developer Guide, "Creating and configuring an Amazon SQS event source mapping"'
    ": at least",
    "2026",
)  # fmt: skip
RABBITMQ_LIMIT = Fact(
    20.0, "redeliveries", "RabbitMQ 4.0.1, release notes: default limit of quorum queues", "2024"
)
RABBITMQ_TIMEOUT = Fact(
    30.0, "min", 'RabbitMQ documentation, "Consumers": delivery acknowledgement timeout', "2024"
)
CELERY_REDIS_LEASE = Fact(
    3600.0, "s", 'Celery documentation, "Using Redis": default of the visibility timeout', "2026"
)
KAFKA_REQUEST_TIMEOUT = Fact(
    30.0, "s", "Apache Kafka, ProducerConfig: default of request.timeout.ms", "2025"
)
STRIPE_KEY = Fact(
    24.0, "h", 'Stripe API reference, "Idempotent requests": how long keys are kept' + ": at least",
    "2026",
)  # fmt: skip
