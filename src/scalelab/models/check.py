"""Checks of arguments that every model shares: each says what, which value and what is allowed."""

from collections.abc import Sequence


def within(
    name: str, value: float, low: float, high: float, unit: str = "", advice: str = ""
) -> None:
    """Raise ValueError unless ``low <= value <= high``; NaN is outside of everything."""
    if low <= value <= high:
        return
    ending = f"; {advice}" if advice else ""
    unit = f" {unit}" if unit else ""
    raise ValueError(f"{name} is {value}{unit}, allowed is {low} to {high}{unit}{ending}")


def one_of(
    name: str, value: str | None, allowed: Sequence[str | None], separator: str = ", "
) -> None:
    """Raise ValueError unless the value is one of those ``allowed``."""
    if value not in allowed:
        raise ValueError(f"{name} is {value!r}, allowed are {separator.join(map(str, allowed))}")


# --- Of queues ---


def offered_load(arrival_rate_per_s: float, service_time_s: float) -> float:
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


def places_for(places: int, servers: int) -> None:
    within("places", places, servers, 1_000_000, advice="those in service are among them")


def run_length(n_customers: int, warm_up: int, batches: int, seed: int) -> None:
    """Of a simulation that is cut into batches of 100 customers at least."""
    within("n_customers", n_customers, 100 * batches, 1_000_000_000)
    within("warm_up", warm_up, 0, 1_000_000_000)
    within("seed", seed, 0, 2**31 - 1)
