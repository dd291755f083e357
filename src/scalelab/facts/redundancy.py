"""How often machines and places fail, for how long, and how soon something takes their place."""

from scalelab.facts.fact import Fact

KUBERNETES_NODE_GRACE = Fact(
    50.0,
    "s",
    "Kubernetes 1.32, default of --node-monitor-grace-period (40 s before), pull request "
    "github.com/kubernetes/kubernetes/pull/126287",
    "2024",
)
# For so long pods stay bound to a node that does not answer.
KUBERNETES_TOLERATION = Fact(
    300.0,
    "s",
    'Kubernetes documentation, "Taints and Tolerations": tolerationSeconds that is added to pods',
    "2026",
)
VRRP_INTERVAL = Fact(
    1.0,
    "s",
    "VRRP, RFC 3768 and RFC 5798 (since 2024 RFC 9568): default interval of advertisements",
    "2010",
)
# What a backup's priority of 100, the default, adds to three intervals: (256 - 100) / 256 of one.
VRRP_SKEW = Fact(
    0.609375, "s", "VRRP, RFC 3768 and RFC 5798 (since 2024 RFC 9568): Skew_Time", "2010"
)
# 1,000 failures in the first year of a cluster of 1,800.
GOOGLE_MACHINES_FAILED = Fact(
    0.556,
    "of the machines",
    'J. Dean at Google I/O, as "Failure rates in Google data centers" has it, '
    "datacenterknowledge.com",
    "2008",
)
# Servers too hot from 12:36 to the recovery of most of them at 18:30.
TOKYO_ZONE_LOST = Fact(
    354.0,
    "min",
    "Amazon, summary of the EC2 and EBS event in the Tokyo region on 23 August 2019, "
    "aws.amazon.com/message/56489",
    "2019",
)
