"""What each stage of the shop carries, with how many machines, and how long it takes.

Limits follow from the utilisation law, U = X S: P. J. Denning and J. P. Buzen, "The operational
analysis of queueing network models", ACM Computing Surveys 10(3), 1978. What has the largest demand
is full first. Waits are those of M/M/c, here in the form of the waiting state's weight, D. Gross,
J. F. Shortle, J. M. Thompson and C. M. Harris, "Fundamentals of Queueing Theory", 4th edition,
Wiley, 2008, section 2.3. Replicas apply every write, as in J. Gray, P. Helland, P. O'Neil and
D. Shasha, "The dangers of replication and a solution", SIGMOD 1996.

Rates in requests a millisecond, times and work in milliseconds, shares between 0 and 1.

>>> print(f"{limit_of_machine(0.6, 4, 10.0):.3f} {limit_of_machine(0.6, 4, 7.0):.6f}")
0.240 0.342857
>>> [round(1.0 / share_of_replica(0.05, hit_ratio, 15), 4) for hit_ratio in (0.0, 0.9)]
[8.8235, 17.7515]
"""

import math


def limit_of_machine(target: float, servers: int, work: float) -> float:
    """Rate at which ``servers`` vCPUs or disks are at the target, by the utilisation law."""
    return target * servers / work


def limit_of_database(
    target: float, vcpus: int, cpu: float, disk: float, share: float = 1.0
) -> float:
    """Rate of all requests at which a server is at the target that works on a share of them."""
    return min(limit_of_machine(target, vcpus, cpu), limit_of_machine(target, 1, disk)) / share


def share_of_replica(
    write_share: float, hit_ratio: float, replicas: float, shards: int = 1
) -> float:
    """Of all requests, what one of the replicas works on: every write, its part of the misses."""
    return (write_share + (1.0 - write_share) * (1.0 - hit_ratio) / replicas) / shards


def replicas_needed(write_share: float, hit_ratio: float, load: float, shards: int = 1) -> float:
    """Number of replicas, a real number, that just carry ``load`` times what one server does.

    From ``share_of_replica(...) = 1 / load``; infinite where the writes alone are too many.
    """
    left = shards / load - write_share
    misses = (1.0 - write_share) * (1.0 - hit_ratio)
    return misses / left if left > 0.0 else math.inf


def most_gain(write_share: float) -> float:
    """What no number of replicas exceeds, in times one server: the writes alone fill it."""
    return 1.0 / write_share if write_share > 0.0 else math.inf


def fewest(work_rate: float, target: float, vcpus: int) -> int:
    """Machines for so many vCPUs' worth of work, none of which is busier than the target."""
    return max(1, math.ceil(round(work_rate / (target * vcpus), 9)))


def fewest_databases(
    write_share: float, hit_ratio: float, load: float, regions: int, most_replicas: int,
    most_shards: int,
) -> int:  # fmt: skip
    """Primaries and replicas of all regions, with the best number of shards; 0 if none carries.

    A shard costs a primary, and in each region as many replicas as its part of the load needs.
    """
    found = []
    for shards in range(1, most_shards + 1):
        wanted = replicas_needed(write_share, hit_ratio, load, shards) / regions
        if wanted <= most_replicas * (1.0 + 1e-9):
            found.append(shards * (1 + regions * max(1, math.ceil(round(wanted, 7)))))
    return min(found, default=0)


def mean_time(rate: float, work: float, servers: int) -> float:
    """Mean time in M/M/c, wait included; the state probabilities are summed one by one.

    W = S + p_c / (c mu (1 - rho)^2), with the terms a^k / k! in logarithms.
    """
    load = rate * work
    if load == 0.0:
        return work
    rho = load / servers
    logs = [k * math.log(load) - math.lgamma(k + 1) for k in range(servers + 1)]
    top = max(logs)
    full = math.exp(logs[-1] - top)
    total = math.fsum(math.exp(each - top) for each in logs[:-1]) + full / (1.0 - rho)
    return work + full / total * work / (servers * (1.0 - rho) ** 2)


def time_of_one(rate: float, vcpus: int, cpu: float, disk: float) -> float:
    """In a machine that does everything: processors, then the disk. No distance in it."""
    return mean_time(rate, cpu, vcpus) + mean_time(rate, disk, 1)


def time_of_split(
    application: float, hit_time: float, trips: float, reads: float, writes: float,
    missed: float, write_share: float,
) -> float:  # fmt: skip
    """By kinds of request, without distance.

    A hit takes the application and the cache, a read that missed goes on to a replica, a write goes
    to the primary without asking the cache. ``reads`` and ``writes`` are the times there.
    """
    hit = (1.0 - write_share) * (1.0 - missed) * (application + hit_time)
    read = (1.0 - write_share) * missed * (application + hit_time + trips + reads)
    return hit + read + write_share * (application + trips + writes)


def distance(near: float, far: float, far_share: float, regions: int) -> float:
    """Mean round trip of the customers; with several regions all have one near them."""
    return near if regions > 1 else (1.0 - far_share) * near + far_share * far


def rent(machines: int, vcpus: int, vcpu_usd: float, balancers: int, balancer_usd: float) -> float:
    """A month's, of 730 hours."""
    return machines * vcpus * vcpu_usd * 730.0 + balancers * balancer_usd
