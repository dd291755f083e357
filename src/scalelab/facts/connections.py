"""Connections that stay: how clients come back, how old connections get, and how machines drain."""

from scalelab.facts.fact import Fact

SOCKET_IO = "socket.io-client 4.8.3, build/esm/manager.d.ts, ManagerOptions"
SOCKET_IO_DELAY = Fact(1.0, "s", SOCKET_IO + ", default of reconnectionDelay", "2026")
SOCKET_IO_MOST_DELAY = Fact(5.0, "s", SOCKET_IO + ", default of reconnectionDelayMax", "2026")
SOCKET_IO_RANDOM = Fact(0.5, "of the delay", SOCKET_IO + ", default of randomizationFactor", "2026")
SOCKET_IO_TIMEOUT = Fact(20.0, "s", SOCKET_IO + ", default of timeout", "2026")

GRPC_BACKOFF = "gRPC, doc/connection-backoff.md"
GRPC_DELAY = Fact(1.0, "s", GRPC_BACKOFF + ", INITIAL_BACKOFF", "2026")
GRPC_MOST_DELAY = Fact(120.0, "s", GRPC_BACKOFF + ", MAX_BACKOFF", "2026")
GRPC_RANDOM = Fact(0.2, "of the delay", GRPC_BACKOFF + ", JITTER", "2026")
GRPC_TIMEOUT = Fact(20.0, "s", GRPC_BACKOFF + ", MIN_CONNECT_TIMEOUT", "2026")

# A connection without a limit on its age, which is the default, stays for good.
GRPC_AGE_RANDOM = Fact(
    0.1, "of the age",
    "gRPC proposal A9, github.com/grpc/proposal/blob/master/A9-server-side-conn-mgt.md, random "
    "jitter of MAX_CONNECTION_AGE, either way", "2017",
)  # fmt: skip

ENVOY_DRAIN = Fact(
    600.0, "s", "Envoy, docs/root/operations/cli.rst, --drain-time-s, default", "2026"
)
ALB_DEREGISTRATION = Fact(
    300.0, "s",
    "Elastic Load Balancing, target group attributes of an Application Load Balancer, "
    "deregistration delay, default", "2026",
)  # fmt: skip
