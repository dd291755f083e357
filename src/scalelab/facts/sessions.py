"""Sessions: what balancers, stores and tokens do with them unless told otherwise."""

from scalelab.facts.fact import Fact

COOKIE_BYTES = Fact(
    4096.0, "bytes",
    "A. Barth, RFC 6265, section 6.1: what a browser should keep at least", "2011",
)  # fmt: skip
ALB_COOKIE = Fact(
    86_400.0, "s",
    "Amazon, Elastic Load Balancing API, TargetGroupAttribute, "
    "stickiness.lb_cookie.duration_seconds, default", "2026",
)  # fmt: skip
KUBERNETES_AFFINITY = Fact(
    10_800.0, "s",
    "Kubernetes API, ClientIPConfig of a Service with sessionAffinity ClientIP, timeoutSeconds, "
    "default", "2026",
)  # fmt: skip
REDIS_FLUSH = Fact(
    1.0, "s", "Redis, redis.conf, appendfsync everysec: writes that a crash may lose", "2025"
)
SENTINEL_DOWN = Fact(
    30.0, "s", "Redis, sentinel.conf, down-after-milliseconds, default (commit 0047702)", "2025"
)
JWT_BENCHMARK = (
    "github.com/VxRain/node-jwt-benchmark (commit 8e925e6): jsonwebtoken.verify of a small token, "
    "Node 14 on a laptop of 2018, 61,346 and 16,364 a second on one core"
)
HS256_VERIFICATION = Fact(0.0163, "ms", JWT_BENCHMARK, "2024")
RS256_VERIFICATION = Fact(0.0611, "ms", JWT_BENCHMARK, "2024")
# In base64url: an HMAC with SHA-256 (32 bytes), an RSA signature with a key of 2048 bits (256).
JWA = "M. Jones, RFC 7518, sections 3.2 and 3.3"
HS256_CHARS = Fact(43.0, "bytes", JWA, "2015")
RS256_CHARS = Fact(342.0, "bytes", JWA, "2015")
