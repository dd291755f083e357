"""What clients, breakers and pools do by default, and what others say of services in a row."""

from scalelab.facts.fact import Fact

TOMCAT_THREADS = Fact(
    200.0,
    "threads",
    "Apache Tomcat 8.0 documentation, HTTP connector, default of maxThreads",
    "2014",
)
# requests, Go's http.Client, gRPC and pgjdbc's reads have none at all; see the chapter.
BOTOCORE_TIME_OUT = Fact(
    60.0, "s", "botocore 1.44.5, Config, default of connect_timeout and of read_timeout", "2026"
)
ENVOY_TIME_OUT = Fact(
    15.0,
    "s",
    'Envoy documentation, "How do I configure timeouts?": default of a route\'s timeout',
    "2026",
)
HYSTRIX_TIME_OUT = Fact(
    1.0, "s", "Netflix Hystrix 1.5, default of execution.isolation.thread.timeoutInMilliseconds",
    "2018",
)  # fmt: skip
HIKARI_TIME_OUT = Fact(
    30.0, "s", "HikariCP, README, default of connectionTimeout: wait for a connection", "2026"
)
RESILIENCE4J = (
    "Resilience4j, CircuitBreakerConfig (commit 027f1a92) and BulkheadConfig, default of "
)
BREAKER_THRESHOLD = Fact(0.5, "of the calls", RESILIENCE4J + "failureRateThreshold", "2026")
BREAKER_WINDOW = Fact(
    100.0, "calls", RESILIENCE4J + "slidingWindowSize and minimumNumberOfCalls", "2026"
)
BREAKER_WAIT = Fact(60.0, "s", RESILIENCE4J + "waitDurationInOpenState", "2026")
BREAKER_PROBES = Fact(10.0, "calls", RESILIENCE4J + "permittedNumberOfCallsInHalfOpenState", "2026")
BULKHEAD_CALLS = Fact(25.0, "calls", RESILIENCE4J + "maxConcurrentCalls", "2026")
# 1,000 threads, 1,000 requests/s of 100 ms, of which 5 % never end before a deadline of 100 s.
SRE_BOOK_HANDLED = Fact(
    0.196,
    "of the requests",
    'B. Beyer and others (eds.), "Site Reliability Engineering", chapter 22, "Bimodal latency"',
    "2016",
)
# 30 services, each up for 99.99 % of the time.
NETFLIX_30_SERVICES = Fact(
    0.997,
    "of the time",
    'B. Christensen, "Fault tolerance in a high volume, distributed system", Netflix Tech Blog',
    "2012",
)
