"""Compiles every lab's kernel now, so that the first cell of a notebook does not wait for it.

python -m scalelab.labs.warm

numba stores the machine code beside the sources; whoever runs them next on the same kind of
processor finds it there. An image for Binder runs this once while it is built.
"""

import time

from scalelab.labs.published import published
from scalelab.models import traces
from scalelab.samples import shop
from scalelab.web.lab import Lab


def main() -> None:
    kernels = [lab for lab in published().values() if isinstance(lab, Lab)]
    for number, lab in enumerate(kernels, 1):
        print(f"[{number}/{len(kernels)}] {lab.name}: ", end="", flush=True)
        started = time.monotonic()
        lab.table()
        print(f"{time.monotonic() - started:.1f} s", flush=True)
    traces.read(shop.FILE)


if __name__ == "__main__":
    main()
