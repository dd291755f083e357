"""What the measurements were made on."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("numba", "numpy", "libcachesim")


def processor() -> str:
    """The processor's name where the system tells it."""
    described = Path("/proc/cpuinfo")
    if described.exists():
        for line in described.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def machine() -> dict[str, str]:
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    return {
        "processor": processor(),
        "cores": str(os.cpu_count()),
        "load before": load,
        "system": f"{platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
    } | {package: version(package) for package in PACKAGES}
