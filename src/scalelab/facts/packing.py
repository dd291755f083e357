"""What machines leave to containers, what they cost by family, and sizes of packing problems."""

from dataclasses import dataclass

from scalelab.facts.fact import Fact

KARPENTER = (
    "github.com/aws/karpenter-provider-aws, commit 1d92708, pkg/providers/instancetype/types.go"
)
# Of the memory that is listed, what the hypervisor and the kernel keep, where it is not known.
VM_OVERHEAD = Fact(
    0.075,
    "share of memory",
    "github.com/aws/karpenter-provider-aws, commit 1d92708, reference/settings.md: default of "
    "--vm-memory-overhead-percent",
    "2026",
)
# Kept for the system: a part, and one for each container that a machine can have an address for.
RESERVED_BASE = Fact(255.0, "MiB", KARPENTER, "2026")
RESERVED_PER_POD = Fact(11.0, "MiB", KARPENTER, "2026")
# Below so much free memory containers are evicted.
EVICTION = Fact(100.0, "MiB", KARPENTER, "2026")

PRICE_LIST = (
    "Amazon's price list for the region us-east-1, Linux, on demand, generated on 20 July 2026, as "
    "pkg/providers/pricing/zz_generated.pricing_aws.go of github.com/aws/karpenter-provider-aws "
    "has it (commit 1d92708)"
)


@dataclass(frozen=True)
class Family:
    """Machines of one kind. MiB that are left for containers, for each of `SIZES`."""

    name: str
    gib_per_vcpu: int
    usd_per_hour: Fact  # of the smallest, with two vCPUs; the others cost as much a vCPU
    allocatable_mib: tuple[int, ...]


SIZES = (2, 4, 8, 16, 32, 48, 64, 96, 128)  # vCPUs
# As website/content/en/preview/reference/instance-types.md there lists them, alike in all three.
ALLOCATABLE_M = (1930, 3920, 7910, 15_890, 31_850, 47_810, 63_770, 95_690, 127_610)
PODS = (59, 118, 118, 394, 492, 590, 1010, 1010, 1514)
FAMILIES = (
    Family(
        "c8i", 2, Fact(0.09371, "USD/h", PRICE_LIST, "2026"),
        (2784, 5924, 13_502, 25_621, 54_853, 84_086, 109_776, 170_397, 225_474),
    ),
    Family(
        "m8i", 4, Fact(0.10584, "USD/h", PRICE_LIST, "2026"),
        (6573, 13_502, 28_657, 55_931, 115_474, 175_017, 231_018, 352_259, 467_957),
    ),
    Family(
        "r8i", 8, Fact(0.13892, "USD/h", PRICE_LIST, "2026"),
        (14_151, 28_657, 58_967, 116_552, 236_716, 356_879, 473_501, 715_984, 952_923),
    ),
)  # fmt: skip

AUTOPILOT = 'K. Rzadca et al., "Autopilot: workload autoscaling at Google", EuroSys 2020, abstract'
# What is asked for and not used, as a share of what is asked for.
SLACK_BY_HAND = Fact(0.46, "of the limit", AUTOPILOT, "2020")
SLACK_AUTOPILOT = Fact(0.23, "of the limit", AUTOPILOT, "2020")

QUOTA_PERIOD = Fact(
    100.0,
    "ms",
    'Kubernetes documentation, "Managing Resources for Containers": default quota period',
    "2020",
)


@dataclass(frozen=True)
class Problem:
    """Sizes to be packed into bins of ``capacity``, and the fewest bins that are known."""

    name: str
    capacity: int
    sizes: tuple[int, ...]
    best: Fact


FALKENAUER = (
    'E. Falkenauer, "A hybrid grouping genetic algorithm for bin packing", 1996, as file binpack1 '
    "of the OR-Library"
)


def _problem(name: str, best: int, sizes: str) -> Problem:
    return Problem(
        name, 150, tuple(map(int, sizes.split())), Fact(best, "bins", FALKENAUER, "1996")
    )


PROBLEMS = (
    _problem(
        "u120_00",
        48,
        "42 69 67 57 93 90 38 36 45 42 33 79 27 57 44 84 86 92 46 38 85 33 82 73 49 70 59 "
        "23 57 72 74 69 33 42 28 46 30 64 29 74 41 49 55 98 80 32 25 38 82 30 35 39 57 84 "
        "62 50 55 27 30 36 20 78 47 26 45 41 58 98 91 96 73 84 37 93 91 43 73 85 81 79 71 "
        "80 76 83 41 78 70 23 42 87 43 84 60 55 49 78 73 62 36 44 94 69 32 96 70 84 58 78 "
        "25 80 58 66 83 24 98 60 42 43 43 39",
    ),
    _problem(
        "u120_01",
        49,
        "97 57 81 62 75 81 23 43 50 38 60 58 70 88 36 90 37 45 45 39 44 53 70 24 82 81 47 "
        "97 35 65 74 68 49 55 52 94 95 29 99 20 22 25 49 46 98 59 98 60 23 72 33 98 80 95 "
        "78 57 67 53 47 53 36 38 92 30 80 32 97 39 80 72 55 41 60 67 53 65 95 20 66 78 98 "
        "47 100 85 53 53 67 27 22 61 43 52 76 64 61 29 30 46 79 66 27 79 98 90 22 75 57 67 "
        "36 70 99 48 43 45 71 100 88 48 27 39",
    ),
    _problem(
        "u120_02",
        46,
        "38 100 60 42 20 69 24 23 92 32 84 36 65 84 34 68 64 33 69 27 47 21 85 88 59 61 50 "
        "53 37 75 64 84 74 57 83 28 31 97 61 36 46 37 96 80 53 51 68 90 64 81 66 67 80 37 "
        "92 67 64 31 94 45 80 28 76 29 64 38 48 40 29 44 81 35 51 48 67 24 46 38 76 22 30 "
        "67 45 41 29 41 79 21 25 90 62 34 73 50 79 66 59 42 90 79 70 66 80 35 62 98 97 37 "
        "32 75 91 91 48 26 23 32 100 46 29 26",
    ),
)
