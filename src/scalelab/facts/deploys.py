"""How machines are put into rotation and taken out of it: defaults, and what warms them up."""

from scalelab.facts.fact import Fact

ALB = "Elastic Load Balancing, Application Load Balancers, target group attributes"
ALB_DEREGISTRATION = Fact(300.0, "s", ALB, "2026")
ALB_LEAST_SLOW_START = Fact(30.0, "s", ALB, "2026")
ALB_MOST_SLOW_START = Fact(900.0, "s", ALB, "2026")

KUBERNETES_GRACE = Fact(
    30.0, "s", "Kubernetes documentation, Pod Lifecycle, terminationGracePeriodSeconds", "2026"
)

ENVOY_LEAST_WEIGHT = Fact(
    0.1, "times", "Envoy documentation, slow start mode: min_weight_percent", "2026"
)
HOTSPOT_LAST_TIER = Fact(
    5000.0, "requests", "OpenJDK, compiler_globals.hpp: Tier4InvocationThreshold (calls)", "2024"
)
