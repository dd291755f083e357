"""What rented machines cost, how large they are, and how long one is promised to be up."""

from dataclasses import dataclass

from scalelab.facts.fact import Fact

HOURS_PER_MONTH = 730.0  # a twelfth of 365 days

PRICE_LIST = (
    "Amazon's price list for the region us-east-1, Linux, on demand, generated on 20 July 2026, as "
    "pkg/providers/pricing/zz_generated.pricing_aws.go of github.com/aws/karpenter-provider-aws "
    "has it (commit 6fc13b5); vCPUs and memory from its website/content/en/preview/reference/"
    "instance-types.md (commit 692ccdd)"
)


@dataclass(frozen=True)
class Machine:
    """One size of machine that can be rented. A vCPU is a hardware thread, half a core, in all."""

    name: str
    vcpus: int
    memory_gib: int
    price: Fact

    @property
    def price_per_vcpu(self) -> float:
        return self.price.value / self.vcpus


def _listed(name: str, vcpus: int, memory_gib: int, usd_per_hour: float) -> Machine:
    return Machine(name, vcpus, memory_gib, Fact(usd_per_hour, "USD/h", PRICE_LIST, "2026"))


# Every size of one family for general use, without those that leave out the hypervisor ("metal").
FAMILY = (
    _listed("m8i.large", 2, 8, 0.10584),
    _listed("m8i.xlarge", 4, 16, 0.21168),
    _listed("m8i.2xlarge", 8, 32, 0.42336),
    _listed("m8i.4xlarge", 16, 64, 0.84672),
    _listed("m8i.8xlarge", 32, 128, 1.69344),
    _listed("m8i.12xlarge", 48, 192, 2.54016),
    _listed("m8i.16xlarge", 64, 256, 3.38688),
    _listed("m8i.24xlarge", 96, 384, 5.08032),
    _listed("m8i.32xlarge", 128, 512, 6.77376),
    _listed("m8i.48xlarge", 192, 768, 10.16064),
    _listed("m8i.96xlarge", 384, 1536, 20.32128),
)
# Made for databases that are kept in memory: the largest machines of the list.
HIGH_MEMORY = (
    _listed("u7i-6tb.112xlarge", 448, 6144, 62.79),
    _listed("u7i-12tb.224xlarge", 896, 12_288, 125.58182),
)
MACHINES = FAMILY + HIGH_MEMORY
MOST_MEMORY = _listed("u7in-32tb.224xlarge", 896, 32_768, 360.98695)
# Smallest and largest size of families before this one.
OLDER_FAMILIES = (
    (_listed("m5.large", 2, 8, 0.096), _listed("m5.24xlarge", 96, 384, 4.608)),
    (_listed("m6i.large", 2, 8, 0.096), _listed("m6i.32xlarge", 128, 512, 6.144)),
    (_listed("m7i.large", 2, 8, 0.1008), _listed("m7i.48xlarge", 192, 768, 9.6768)),
)

# What is promised of a single machine; a promise to pay some of the rent back, not a measurement.
INSTANCE_UPTIME = Fact(
    0.995,
    "share of time",
    "Amazon Compute Service Level Agreement, instance level, as the list "
    "github.com/mikaelvesavuori/cloud-sla has it (commit 21a22e3)",
    "2023",
)

CRAVER = 'N. Craver, "Stack Overflow: The Architecture", 2016 edition, nickcraver.com'
STACK_OVERFLOW_REQUESTS = Fact(209_420_973.0, "requests/day", CRAVER, "2016")
