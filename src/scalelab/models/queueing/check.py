"""Checks of arguments that the queues share."""

from scalelab.models.check import within


def poisson(arrival_rate_per_s: float, service_time_s: float) -> float:
    """The load that random arrivals bring, in servers."""
    within("arrival_rate_per_s", arrival_rate_per_s, 1e-9, 1e9, "1/s")
    within("service_time_s", service_time_s, 1e-9, 1e9, "s")
    return arrival_rate_per_s * service_time_s


def stable(load: float, servers: int) -> None:
    """Raise ValueError where the servers cannot keep up."""
    if not load < servers:
        raise ValueError(
            f"utilisation is {load / servers:.3f}, allowed is below 1: the queue would grow for "
            "ever; take more servers or less work"
        )


def places(places: int, servers: int) -> None:
    within("places", places, servers, 1_000_000, advice="those in service are among them")


def run(n_customers: int, warm_up: int, batches: int, seed: int) -> None:
    """Of a simulation that is cut into batches of 100 customers at least."""
    within("n_customers", n_customers, 100 * batches, 1_000_000_000)
    within("warm_up", warm_up, 0, 1_000_000_000)
    within("seed", seed, 0, 2**31 - 1)
