"""Defaults of brokers that decide in which order events are handled, and how often."""

from scalelab.facts.fact import Fact

KAFKA_SHARE_LOCK = Fact(
    30.0, "s",
    "Apache Kafka, KIP-932: default of group.share.record.lock.duration.ms, after which a record "
    "is given to another consumer",
    "2025",
)  # fmt: skip
KAFKA_SHARE_LIMIT = Fact(
    5.0, "deliveries", "Apache Kafka, KIP-932: default of group.share.delivery.count.limit", "2025"
)
PUBSUB_ATTEMPTS = Fact(
    5.0, "deliveries",
    "Google Cloud Pub/Sub, DeadLetterPolicy: default of max_delivery_attempts", "2026",
)  # fmt: skip
