import pkgutil
from importlib import import_module

import pytest

from scalelab import facts
from scalelab.facts import latency, machines, places
from scalelab.facts.fact import Fact

FACTS = {
    f"{module.name}.{name}": fact
    for module in pkgutil.iter_modules(facts.__path__)
    for name, fact in vars(import_module(f"scalelab.facts.{module.name}")).items()
    if isinstance(fact, Fact)
}

# A unit that is not here is either new or misspelt.
UNITS = {
    "% in 15 s", "% of the capacity", "1/s", "addresses", "allocations", "attempts", "bits a key",
    "buckets at most", "buckets from 1 ms to 1 min", "buckets from 1 ns to 1 day", "bytes",
    "bytes/day", "bytes/s", "calls", "changes/day", "checks", "connections", "days", "deliveries",
    "deploys/day", "developers", "events", "GiB", "GiB/vCPU", "h", "instances: 10", "kB", "keys",
    "km", "km/ms", "MB", "MB/s read from a shard", "MB/s written to a shard", "messages",
    "messages a process", "MiB", "MiB/s", "min", "modules", "ms", "networks", "of a task's start",
    "of active and pending requests", "of the age", "of the alarms", "of the batches",
    "of the budget", "of the calls", "of the CPU cycles", "of the CPU load", "of the delay",
    "of the incidents", "of the interactions", "of the limit", "of the machines", "of the objects",
    "of the others", "of the pages", "of the reads", "of the replicas", "of the requests",
    "of the revenue", "of the runs", "of the searches", "of the steps", "of the target",
    "of the tasks", "of the tests", "of the tests that pass and then fail", "of the time",
    "of the traces", "of the value", "of the work", "of what an employee costs", "orders/s",
    "packets/s", "pages", "pages in sequence", "pages/day", "pages/month", "pods in 15 s",
    "points of utilisation", "queries/day", "queries/s", "read units/s", "reads or writes/s",
    "reads/s", "records/s written to a shard", "redeliveries", "replicas", "requests",
    "requests each second", "requests/day", "requests/min", "requests/s", "retries at a time",
    "retries/s", "rows", "s", "s a message", "s that are acceptable", "server-hours", "servers",
    "share of memory", "share of requests", "share of resolvers", "share of time", "share of users",
    "share of visits", "spans/s", "starts", "subrequests per request", "sum", "tasks", "TB",
    "threads", "TiB/node", "times", "times the budget's rate", "times the function's timeout",
    "tokens", "tokens for an answer", "traces a month", "traces in memory", "traces/s of an agent",
    "traces/s of an agent with errors", "transactions", "USD", "USD a month",
    "USD for a million spans", "USD for a million traces recorded", "USD per 10,000 requests",
    "USD per million calls", "USD per million requests", "USD/(GB month)", "USD/day", "USD/GB",
    "USD/GB received", "USD/GB written", "USD/h", "USD/MB", "USD/min", "USD/year", "vCPUs",
    "workers", "write units/s", "writes", "writes/s",
}  # fmt: skip


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
    assert fact.unit in UNITS


def test_the_photo_stack_answers_every_request_once() -> None:
    shares = [fact.value for name, fact in FACTS.items() if name.startswith("caching.PHOTO_")]
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
