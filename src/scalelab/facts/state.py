"""How long a machine may wait for its sessions, by default."""

from scalelab.facts.fact import Fact

LIFECYCLE_HEARTBEAT = Fact(
    3600.0, "s",
    "Amazon EC2 Auto Scaling API, PutLifecycleHook, HeartbeatTimeout: default (30 to 7200 s)",
    "2026",
)  # fmt: skip
