"""How often clients try again, what stops them, and how long servers let requests wait."""

from scalelab.facts.fact import Fact

# Attempts, the first included. Older releases took other costs (5, and 10 after time-outs).
BOTOCORE_ATTEMPTS = Fact(
    3, "attempts", "botocore 1.44.5, retries/standard.py: DEFAULT_MAX_ATTEMPTS", "2026"
)
BOTOCORE_QUOTA = Fact(
    500, "tokens", "botocore 1.44.5, retries/quota.py: RetryQuota.INITIAL_CAPACITY", "2026"
)
BOTOCORE_COST = Fact(
    14, "tokens", "botocore 1.44.5, retries/standard.py: RetryQuotaChecker._RETRY_COST", "2026"
)
BOTOCORE_THROTTLED_COST = Fact(
    5, "tokens",
    "botocore 1.44.5, retries/standard.py: RetryQuotaChecker._THROTTLING_RETRY_COST", "2026",
)  # fmt: skip
# For an answer to a first attempt; an answer to a retry gives back what the retry has cost.
BOTOCORE_REFUND = Fact(
    1, "tokens", "botocore 1.44.5, retries/standard.py: RetryQuotaChecker._NO_RETRY_INCREMENT",
    "2026",
)  # fmt: skip
BOTOCORE_MOST_BACKOFF = Fact(
    20.0, "s", "botocore 1.44.5, retries/standard.py: _MAX_BACKOFF of its back-off", "2026"
)
# In a service configuration that the text gives as an example, not a default.
GRPC_TOKEN_RATIO = Fact(
    0.1, "tokens for an answer",
    "gRPC proposal A6, github.com/grpc/proposal/blob/master/A6-client-retries.md, example of "
    "retryThrottling", "2017",
)  # fmt: skip
GRPC_MOST_ATTEMPTS = Fact(
    5, "attempts",
    "gRPC proposal A6, github.com/grpc/proposal/blob/master/A6-client-retries.md, limits on "
    "retries", "2017",
)  # fmt: skip
FINAGLE_SHARE = Fact(
    0.2, "of the requests",
    'Finagle blog, "Retry Budgets", finagle.github.io/blog/2016/02/08/retry-budgets', "2016",
)  # fmt: skip
FINAGLE_LEAST = Fact(
    10, "retries/s",
    'Finagle blog, "Retry Budgets", finagle.github.io/blog/2016/02/08/retry-budgets', "2016",
)  # fmt: skip
FINAGLE_KEEPS = Fact(
    10.0, "s",
    'Finagle blog, "Retry Budgets", finagle.github.io/blog/2016/02/08/retry-budgets: credits '
    "expire", "2016",
)  # fmt: skip
GOOGLE_SHARE = Fact(
    0.1, "of the requests",
    'A. Forero Cuervo, "Handling Overload", in Site Reliability Engineering, '
    "sre.google/sre-book/handling-overload", "2016",
)  # fmt: skip
GOOGLE_ATTEMPTS = Fact(
    3, "attempts",
    'A. Forero Cuervo, "Handling Overload", in Site Reliability Engineering, '
    "sre.google/sre-book/handling-overload", "2016",
)  # fmt: skip
ENVOY_SHARE = Fact(
    0.2, "of active and pending requests",
    "Envoy, config.cluster.v3.CircuitBreakers.Thresholds.RetryBudget, default of budget_percent",
    "2026",
)  # fmt: skip
ENVOY_LEAST = Fact(
    3, "retries at a time",
    "Envoy, config.cluster.v3.CircuitBreakers.Thresholds.RetryBudget, default of "
    "min_retry_concurrency", "2026",
)  # fmt: skip
RESILIENCE4J_OPENS_AT = Fact(
    0.5, "of the calls",
    "Apache Camel 4.22, Resilience4j configuration, default of failureRateThreshold", "2026",
)  # fmt: skip
RESILIENCE4J_WINDOW = Fact(
    100, "calls",
    "Apache Camel 4.22, Resilience4j configuration, defaults of slidingWindowSize and "
    "minimumNumberOfCalls", "2026",
)  # fmt: skip
RESILIENCE4J_OPEN = Fact(
    60.0, "s",
    "Apache Camel 4.22, Resilience4j configuration, default of waitDurationInOpenState", "2026",
)  # fmt: skip
RESILIENCE4J_PROBES = Fact(
    10, "calls",
    "Apache Camel 4.22, Resilience4j configuration, default of "
    "permittedNumberOfCallsInHalfOpenState", "2026",
)  # fmt: skip
