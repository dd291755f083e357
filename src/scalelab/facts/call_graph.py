"""What is published of calls between services: what the proxies of a mesh add to one."""

from scalelab.facts.fact import Fact

# At the 90th percentile, through the caller's proxy and the callee's.
ISTIO_P90 = Fact(
    2.65,
    "ms",
    'Istio 1.13 documentation, "Performance and Scalability": mutual TLS, 1 kB, 1000 requests/s, '
    "istio.io/v1.13/docs/ops/deployment/performance-and-scalability",
    "2022",
)
