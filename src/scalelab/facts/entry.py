"""Where traffic is divided, by name, connection or request: what it costs, and defaults."""

from scalelab.facts.fact import Fact

# A proxy that parses and forwards, without encryption, on an instance with 64 vCPUs.
HAPROXY = (
    'W. Tarreau, "HAProxy forwards over 2 million HTTP requests per second on a single Arm-based '
    'AWS Graviton2 instance", haproxy.com/blog'
)
HAPROXY_REQUESTS = Fact(2.04e6, "requests/s", HAPROXY + ", HAProxy 2.3", "2021")
HAPROXY_VCPUS = Fact(64.0, "vCPUs", HAPROXY, "2021")

# One worker of a web server on one core, files of 10 kB, over open connections.
NGINX = (
    'A. Rawdat, "Testing the performance of NGINX and NGINX Plus web servers", nginx.com/blog: '
    "files of 10 KB, one CPU"
)
NGINX_HTTP = Fact(54_684.0, "requests/s", NGINX, "2017")
NGINX_HTTPS = Fact(23_308.0, "requests/s", NGINX, "2017")

HANDSHAKES = '"NGINX SSL performance", nginx.com/blog: full handshakes of one core'
ECDSA_HANDSHAKES = Fact(
    2000.0, "1/s", HANDSHAKES + ", ECDHE-ECDSA, measured in September 2016", "2016"
)
RSA_HANDSHAKES = Fact(350.0, "1/s", HANDSHAKES + ", ECDHE-RSA with 2048 bits", "2014")

LANGLEY_TLS = Fact(
    0.01,
    "of the CPU load",
    'A. Langley, "Overclocking SSL", imperialviolet.org, 25 June 2010: front ends of Gmail',
    "2010",
)

MAGLEV = 'D. E. Eisenbud et al., "Maglev", NSDI 2016, section 5, as read in notes on the paper'
MAGLEV_PACKETS = Fact(9.06e6, "packets/s", MAGLEV + " (unwiredcouch.com/reading/maglev)", "2016")
MAGLEV_THREADS = Fact(5.0, "threads", MAGLEV + " (unwiredcouch.com/reading/maglev)", "2016")

CONNECTION_ATTEMPT_DELAY = Fact(
    0.25,
    "s",
    "D. Schinazi, T. Pauly, RFC 8305, section 8: recommended between two attempts",
    "2017",
)
JVM_TTL = Fact(
    30.0,
    "s",
    "OpenJDK, java.security, networkaddress.cache.ttl, default without a security manager; with "
    "one, forever (as quoted in github.com/guardian/amigo, issue 238)",
    "2019",
)
NLB_IDLE = Fact(
    350.0,
    "s",
    "Elastic Load Balancing, Network Load Balancers, TCP idle timeout, default",
    "2026",
)
ROUTE_53_ANSWERS = Fact(
    8.0, "addresses", "Amazon Route 53, multivalue answer routing: at most in one answer", "2026"
)
LINUX_RETRIES = Fact(
    15.0,
    "min",
    "Linux, net.ipv4.tcp_retries2 = 15: about so long a connection is tried that nobody answers "
    "(github.com/kubernetes/kubernetes, issue 77903)",
    "2019",
)
