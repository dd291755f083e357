"""How load balancers find out that a machine does not answer: defaults."""

from scalelab.facts.fact import Fact

ALB = "Elastic Load Balancing, Application Load Balancers, health checks for target groups"
ALB_INTERVAL = Fact(30.0, "s", ALB, "2026")
ALB_TIMEOUT = Fact(5.0, "s", ALB, "2026")
ALB_LEAST_TIMEOUT = Fact(2.0, "s", ALB, "2026")
ALB_UNHEALTHY = Fact(2.0, "checks", ALB, "2026")
ALB_HEALTHY = Fact(5.0, "checks", ALB, "2026")

HAPROXY = "HAProxy 3.0 Configuration Manual, server options inter, fall and rise"
HAPROXY_INTER = Fact(2.0, "s", HAPROXY, "2024")
HAPROXY_TIMEOUT = Fact(2.0, "s", "HAProxy, timeout check: inter if it is not set", "2024")
HAPROXY_FALL = Fact(3.0, "checks", HAPROXY, "2024")
HAPROXY_RISE = Fact(2.0, "checks", HAPROXY, "2024")

KUBERNETES = "Kubernetes documentation, Configure Liveness, Readiness and Startup Probes"
KUBERNETES_PERIOD = Fact(10.0, "s", KUBERNETES, "2025")
KUBERNETES_TIMEOUT = Fact(1.0, "s", KUBERNETES, "2025")
KUBERNETES_FAILURES = Fact(3.0, "checks", KUBERNETES, "2025")
KUBERNETES_SUCCESSES = Fact(1.0, "checks", KUBERNETES, "2025")

NGINX = "nginx, module ngx_http_upstream_module, parameters of server"
NGINX_MAX_FAILS = Fact(1.0, "requests", NGINX, "2025")
NGINX_FAIL_TIMEOUT = Fact(10.0, "s", NGINX, "2025")

ENVOY = "Envoy, config.cluster.v3.OutlierDetection"
ENVOY_CONSECUTIVE_5XX = Fact(5.0, "requests", ENVOY, "2025")
ENVOY_EJECTION = Fact(30.0, "s", ENVOY + ", base_ejection_time", "2025")
ENVOY_MOST_EJECTED = Fact(0.1, "of the machines", ENVOY + ", max_ejection_percent", "2025")
ENVOY_PANIC = Fact(0.5, "of the machines", "Envoy, panic threshold", "2025")
ENVOY_CONNECT_TIMEOUT = Fact(5.0, "s", "Envoy, config.cluster.v3.Cluster, connect_timeout", "2025")
ENVOY_REQUEST_TIMEOUT = Fact(15.0, "s", "Envoy, config.route.v3.RouteAction, timeout", "2025")
