"""Rules and defaults of published autoscalers, and what their makers report."""

from scalelab.facts.fact import Fact

KUBERNETES = (
    'Kubernetes documentation, "Horizontal Pod Autoscaling", sections "Algorithm details" and '
    '"Default Behavior"'
)
HPA_SYNC = Fact(
    15.0, "s", KUBERNETES + ": default of --horizontal-pod-autoscaler-sync-period", "2026"
)
HPA_TOLERANCE = Fact(0.1, "of the target", KUBERNETES + ": default tolerance, both ways", "2026")
HPA_DOWN_WINDOW = Fact(300.0, "s", KUBERNETES + ": scaleDown.stabilizationWindowSeconds", "2026")
HPA_UP_WINDOW = Fact(0.0, "s", KUBERNETES + ": scaleUp.stabilizationWindowSeconds", "2026")
HPA_UP_PERCENT = Fact(100.0, "% in 15 s", KUBERNETES + ": scaleUp.policies, Percent", "2026")
HPA_UP_PODS = Fact(4.0, "pods in 15 s", KUBERNETES + ": scaleUp.policies, Pods", "2026")
HPA_DOWN_PERCENT = Fact(100.0, "% in 15 s", KUBERNETES + ": scaleDown.policies, Percent", "2026")
# Its example of a tolerance: 50 replicas at 90 % of a CPU, where 75 % are wanted.
HPA_EXAMPLE = Fact(
    60.0, "replicas",
    'Kubernetes blog, "Kubernetes v1.33: HorizontalPodAutoscaler Configurable Tolerance", 28 April '
    "2025",
    "2025",
)  # fmt: skip
METRICS_SERVER = Fact(
    15.0,
    "s",
    "kubernetes-sigs/metrics-server, --metric-resolution of its manifests since v0.5.0, "
    "github.com/kubernetes/kubernetes/pull/117121",
    "2023",
)

STEP_SCALING = (
    'Amazon EC2 Auto Scaling User Guide, "Step and simple scaling policies": the example, with a '
    "threshold of 50 %"
)
# Up and down alike: nothing within 10 points of the threshold, then 10 %, from 20 points on 30 %.
STEP_FIRST_AT = Fact(10.0, "points of utilisation", STEP_SCALING, "2023")
STEP_SECOND_AT = Fact(20.0, "points of utilisation", STEP_SCALING, "2023")
STEP_FIRST = Fact(10.0, "% of the capacity", STEP_SCALING, "2023")
STEP_SECOND = Fact(30.0, "% of the capacity", STEP_SCALING, "2023")
# A policy's instance warm-up is this unless the policy or the group has one of its own.
AWS_COOLDOWN = Fact(
    300.0, "s",
    "Amazon EC2 Auto Scaling API: DefaultCooldown, which EstimatedInstanceWarmup falls back to",
    "2026",
)  # fmt: skip
CLOUDWATCH_DETAILED = Fact(
    60.0, "s",
    'Amazon EC2 Auto Scaling User Guide, "Target tracking scaling policies": metrics with detailed '
    "monitoring; five minutes without",
    "2026",
)  # fmt: skip
PREDICTIVE = 'Amazon EC2 Auto Scaling User Guide, "How predictive scaling works"'
PREDICTIVE_STEP = Fact(1.0, "h", PREDICTIVE + ": forecasts are by the hour", "2026")
PREDICTIVE_HISTORY = Fact(14.0, "days", PREDICTIVE + ": up to", "2026")

SCRYER = '"Scryer: Netflix\'s Predictive Auto Scaling Engine", Netflix Technology Blog'
SCRYER_LEAST_START = Fact(10.0, "min", SCRYER, "2013")
SCRYER_MOST_START = Fact(45.0, "min", SCRYER, "2013")
