"""What a span is in bytes, what a kept trace costs, and what tracers keep unless they are told."""

from scalelab.facts.fact import Fact

_TEMPO = 'Grafana Tempo documentation, "Manage trace ingestion", rate limit'
SPAN_BYTES = Fact(500.0, "bytes", _TEMPO + ": around, of a typical span", "2026")
TEMPO_BYTES = Fact(15_000_000.0, "bytes/s", _TEMPO + ": default limit of a distributor", "2026")
TEMPO_SPANS = Fact(30_000.0, "spans/s", _TEMPO + ": roughly, within that", "2026")

# Thirty days of keeping are in it; the first 50 GB of a month are free, which is left out.
_GRAFANA = 'Grafana Cloud documentation, "Understand your logs, traces, and profiles invoices"'
GRAFANA_PROCESSED = Fact(0.05, "USD/GB received", _GRAFANA, "2026")
GRAFANA_WRITTEN = Fact(0.40, "USD/GB written", _GRAFANA, "2026")
# 100,000 a month are free.
_XRAY = "AWS X-Ray, pricing, aws.amazon.com/xray/pricing, and its first example"
XRAY_TRACES = Fact(5.0, "USD for a million traces recorded", _XRAY, "2026")
# 2,000 requests an hour, 10 % of them, in 31 days.
XRAY_EXAMPLE = Fact(148_800.0, "traces a month", _XRAY, "2026")
XRAY_EXAMPLE_USD = Fact(0.24, "USD a month", _XRAY + ": after 100,000 for free", "2026")
CLOUD_TRACE_SPANS = Fact(
    0.20, "USD for a million spans", "Google Cloud Observability, pricing of Cloud Trace", "2021"
)

_TAIL = "OpenTelemetry Collector, README of the tail sampling processor"
DECISION_WAIT = Fact(30.0, "s", _TAIL + ": default", "2026")
NUM_TRACES = Fact(50_000.0, "traces in memory", _TAIL + ": default", "2026")

_XRAY_RULES = 'AWS X-Ray Developer Guide, "Configuring sampling rules"'
XRAY_RESERVOIR = Fact(1.0, "requests each second", _XRAY_RULES + ": by default", "2026")
XRAY_RATE = Fact(0.05, "of the others", _XRAY_RULES + ": by default", "2026")
JAEGER_SHARE = Fact(
    0.001, "of the traces", "Jaeger 1.44, documentation, sampling" + ": where no strategy is given",
    "2023",
)  # fmt: skip
DATADOG_TRACES = Fact(
    10.0, "traces/s of an agent",
    "Datadog documentation, ingestion mechanisms; TargetTPS in pkg/trace/config/config.go: target "
    "by default", "2026",
)  # fmt: skip
DATADOG_ERRORS = Fact(
    10.0, "traces/s of an agent with errors",
    "DataDog/datadog-agent, ErrorTPS in pkg/trace/config/config.go" + ": beyond those", "2026",
)  # fmt: skip
