import pytest

from scalelab.facts import (
    alerts,
    autoscaling,
    batch,
    block_storage,
    caching,
    cap,
    choice,
    cost_of_delay,
    coupling,
    crowds,
    delivery,
    deploys,
    developer_experience,
    drift,
    durability,
    edge,
    elasticity,
    engine,
    entry,
    failover,
    growth,
    health_checks,
    lag,
    latency,
    machines,
    orchestration,
    packing,
    pareto,
    percentiles,
    places,
    popularity,
    postgres,
    redundancy,
    retries,
    routing,
    sampling,
    scaling,
    services,
    sessions,
    shards,
    sizing,
    staleness,
    state,
    task_queue,
    think_time,
    week,
    workload,
)
from scalelab.facts.fact import Fact

FACTS = {
    name: fact
    for module in (
        alerts,
        autoscaling,
        batch,
        block_storage,
        caching,
        cap,
        choice,
        cost_of_delay,
        coupling,
        crowds,
        delivery,
        deploys,
        developer_experience,
        drift,
        durability,
        edge,
        elasticity,
        engine,
        entry,
        failover,
        growth,
        health_checks,
        lag,
        latency,
        machines,
        orchestration,
        packing,
        pareto,
        percentiles,
        places,
        popularity,
        postgres,
        redundancy,
        retries,
        routing,
        sampling,
        scaling,
        services,
        sessions,
        shards,
        sizing,
        staleness,
        state,
        task_queue,
        think_time,
        week,
        workload,
    )
    for name, fact in vars(module).items()
    if isinstance(fact, Fact)
}


@pytest.mark.parametrize("missing", ["unit", "source", "date"])
def test_a_figure_without_its_origin_is_refused(missing: str) -> None:
    given = {"unit": "ms", "source": "somebody's paper", "date": "2020", missing: " "}
    with pytest.raises(ValueError, match=f"needs a {missing}; say where the figure 3.0"):
        Fact(3.0, **given)


@pytest.mark.parametrize("name", FACTS)
def test_facts_are_plausible(name: str) -> None:
    fact = FACTS[name]
    assert fact.value >= 0.0
    assert 1930 <= int(fact.date[:4]) <= 2100
    assert fact.unit in {
        "ms", "s", "share of requests", "queries/s", "read units/s", "write units/s", "MiB/s",
        "MB", "bytes", "times", "bits a key", "share of time", "of the reads", "workers",
        "replicas", "writes", "km", "km/ms", "checks", "share of users", "share of resolvers",
        "min", "pages", "share of visits", "requests/day", "server-hours", "pages/day",
        "bytes/day", "queries/day", "requests/s", "orders/s", "pages/month", "of the machines",
        "sum", "requests", "requests/min", "of the interactions", "USD", "USD/day", "USD/min",
        "USD/h", "USD/(GB month)", "TB", "GiB", "GiB/vCPU", "TiB/node", "reads/s", "writes/s",
        "pages in sequence", "rows", "reads or writes/s", "of the target", "% in 15 s",
        "pods in 15 s", "points of utilisation", "% of the capacity", "h", "days", "of the steps",
        "USD per 10,000 requests", "USD/GB", "USD per million calls", "subrequests per request",
        "servers", "networks", "of the objects", "vCPUs", "1/s", "of the CPU load", "packets/s",
        "threads", "addresses", "of the replicas", "of a task's start", "of the tasks",
        "allocations", "tasks", "starts", "share of memory", "MiB", "of the limit", "developers",
        "changes/day", "deploys/day", "of the batches", "of the CPU cycles", "of the incidents",
        "of the searches", "of the revenue", "USD/MB", "kB", "USD/year",
        "of what an employee costs", "USD per million requests", "of the runs", "of the tests",
        "of the tests that pass and then fail", "of the work", "keys", "times the budget's rate",
        "of the budget", "of the alarms", "of the calls", "calls", "of the requests",
        "of the time", "times the function's timeout", "redeliveries", "of the value",
        "buckets from 1 ms to 1 min", "buckets from 1 ns to 1 day", "buckets at most", "attempts",
        "tokens", "tokens for an answer", "retries/s", "of active and pending requests",
        "retries at a time", "bytes/s", "spans/s", "USD/GB received", "USD/GB written",
        "USD for a million traces recorded", "traces a month", "USD a month",
        "USD for a million spans", "traces in memory", "requests each second", "of the others",
        "of the traces", "traces/s of an agent", "traces/s of an agent with errors", "messages",
        "s a message", "s that are acceptable", "instances: 10", "messages a process",
    }  # fmt: skip


def test_the_photo_stack_answers_every_request_once() -> None:
    shares = [fact.value for name, fact in FACTS.items() if name.startswith("PHOTO_")]
    assert len(shares) == 4
    assert sum(shares) == pytest.approx(1.0)


def test_the_ladder_of_times_is_in_order() -> None:
    ladder = [
        latency.MEMORY_READ, latency.SSD_READ, latency.DATA_CENTRE_ROUND_TRIP, latency.DISK_SEEK,
        latency.EDGE_ROUND_TRIP, latency.VIRGINIA_IRELAND_ROUND_TRIP,
        latency.CALIFORNIA_NETHERLANDS_ROUND_TRIP,
    ]  # fmt: skip
    assert {fact.unit for fact in ladder} == {"ms"}
    values = [fact.value for fact in ladder]
    assert values == sorted(values)


def test_places_are_on_earth_and_named_once() -> None:
    for some in (places.AREAS, places.REGIONS):
        assert len({place.name for place in some}) == len(some)
        for place in some:
            assert -90.0 < place.latitude < 90.0
            assert -180.0 < place.longitude <= 180.0
    assert {area.continent for area in places.AREAS} == set(places.CONTINENTS)
    assert all(1.0 < area.million < 40.0 for area in places.AREAS)


def test_every_pair_of_the_ten_measured_regions_has_a_round_trip() -> None:
    pairs = {
        name: fact for name, fact in vars(latency).items()
        if isinstance(fact, Fact) and fact.source == latency.AWS_PINGS
    }  # fmt: skip
    assert len(pairs) == 45
    assert all(name.endswith("_ROUND_TRIP") and 19.0 < f.value < 330.0 for name, f in pairs.items())


def test_a_vcpu_costs_the_same_in_every_machine_of_a_family() -> None:
    for family in (machines.FAMILY, *machines.OLDER_FAMILIES):
        assert [m.vcpus for m in family] == sorted({m.vcpus for m in family})
        assert {m.memory_gib / m.vcpus for m in family} == {4.0}
        per_vcpu = {round(m.price_per_vcpu, 9) for m in family}
        assert len(per_vcpu) == 1
    ordinary = machines.FAMILY[0].price_per_vcpu
    for large in (*machines.HIGH_MEMORY, machines.MOST_MEMORY):
        assert large.vcpus > machines.FAMILY[-1].vcpus
        assert large.price_per_vcpu > 2.6 * ordinary
    # What is dear there is the memory: a vCPU comes with more of it.
    assert machines.HIGH_MEMORY[0].price.value / 6144 < machines.FAMILY[0].price.value / 8


def test_every_machine_is_listed_with_its_source() -> None:
    every = (*machines.MACHINES, machines.MOST_MEMORY, *sum(machines.OLDER_FAMILIES, ()))
    assert len({m.name for m in every}) == len(every)
    for machine in every:
        assert machine.price.unit == "USD/h"
        assert machine.price.source == machines.PRICE_LIST
        assert machine.price.date == "2026"
