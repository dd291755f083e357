"""How orchestrators update, restart and move what they run: defaults."""

from scalelab.facts.fact import Fact

DEPLOYMENT = 'Kubernetes documentation, "Deployments"'
KUBERNETES_MAX_SURGE = Fact(0.25, "of the replicas", DEPLOYMENT + ", maxSurge, rounded up", "2026")
KUBERNETES_MAX_UNAVAILABLE = Fact(
    0.25, "of the replicas", DEPLOYMENT + ", maxUnavailable, rounded down", "2026"
)
KUBERNETES_PROGRESS_DEADLINE = Fact(600.0, "s", DEPLOYMENT + ", progressDeadlineSeconds", "2026")
KUBERNETES_MIN_READY = Fact(0.0, "s", DEPLOYMENT + ", minReadySeconds", "2026")

# The first restart is at once; these are the delays before those that follow.
RESTARTS = 'Kubernetes documentation, "Pod Lifecycle", container restart policy'
KUBERNETES_FIRST_BACK_OFF = Fact(10.0, "s", RESTARTS, "2026")
KUBERNETES_LONGEST_BACK_OFF = Fact(300.0, "s", RESTARTS, "2026")
KUBERNETES_BACK_OFF_RESET = Fact(600.0, "s", RESTARTS, "2026")

BORG_PACKAGES = Fact(
    0.8,
    "of a task's start",
    'A. Verma et al., "Large-scale cluster management at Google with Borg", EuroSys 2015, section '
    "3.2: installing packages",
    "2015",
)

ECS = "Amazon ECS API reference, DeploymentConfiguration"
ECS_MINIMUM_HEALTHY = Fact(1.0, "of the tasks", ECS + ", minimumHealthyPercent", "2026")
ECS_MAXIMUM = Fact(2.0, "of the tasks", ECS + ", maximumPercent", "2026")
NOMAD = 'Nomad documentation, "update block in the job specification"'
NOMAD_MAX_PARALLEL = Fact(1.0, "allocations", NOMAD + ", max_parallel", "2026")
SWARM_PARALLELISM = Fact(
    1.0, "tasks", "Docker documentation, docker service create, --update-parallelism", "2026"
)
SYSTEMD_BURST = Fact(5.0, "starts", "systemd-system.conf(5), DefaultStartLimitBurst", "2025")
SYSTEMD_INTERVAL = Fact(10.0, "s", "systemd-system.conf(5), DefaultStartLimitIntervalSec", "2025")
