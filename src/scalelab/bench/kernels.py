"""Every lab's kernel at its default settings: WebAssembly in Chromium beside native code.

The page's own worker code makes the calls, without the worker around it, so that only the kernel
is timed. Runs alternate between the two; the table has medians.
"""

import base64
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Page

from scalelab.bench.browser import chromium
from scalelab.bench.report import Column, Report
from scalelab.kernels.jit import Table
from scalelab.labs.published import published
from scalelab.web.bundle import FRONT_END
from scalelab.web.lab import Lab
from scalelab.web.sphinx import kernel_address
from scalelab.web.wasm import compile_kernels

ROUNDS = 15
GOAL = 1.5

# The worker's functions, in a scope of their own where nobody listens for its messages.
LOAD = """async ([worker, wasm]) => {
  const kit = new Function("self", worker + `
    return {
      async load(bytes) {
        kernel = (await WebAssembly.instantiate(bytes, {})).instance.exports;
      },
      call,
    };`)({});
  await kit.load(Uint8Array.from(atob(wasm), (character) => character.charCodeAt(0)));
  globalThis.kit = kit;
}"""
TIME = """([calls, types]) => {
  const filled = calls.map((values) =>
    values.map((value) => (Array.isArray(value) ? new BigInt64Array(0) : value)));
  const start = performance.now();
  for (const values of filled) kit.call(values, types);
  return performance.now() - start;
}"""


def arguments(lab: Lab) -> list[list[Any]]:
    """The arguments of each kernel call of a run at the default settings."""
    calls: list[list[Any]] = []

    def note(*given: Any) -> Table:
        calls.append([[] if isinstance(one, np.ndarray) else one for one in given])
        return np.empty((0, 0))

    for part in lab.parts(lab.defaults):
        lab.call(part, kernel=note)
    return calls


def native(lab: Lab) -> float:
    """Milliseconds."""
    start = time.perf_counter()
    for part in lab.parts(lab.defaults):
        lab.call(part)
    return (time.perf_counter() - start) * 1e3


def alternating(lab: Lab, page: Page, module: Path, rounds: int) -> tuple[float, float]:
    """Median milliseconds (native, WebAssembly)."""
    worker = (FRONT_END / "worker.js").read_text()
    page.evaluate(LOAD, [worker, base64.b64encode(module.read_bytes()).decode()])
    calls = [arguments(lab), list(lab.parameters.values())]
    # The first runs compile: natively for this machine, in V8 from its quick to its best code.
    warm_up: list[Callable[[], float]] = [
        lambda: native(lab), lambda: float(page.evaluate(TIME, calls))
    ]  # fmt: skip
    for run in warm_up:
        for _ in range(3):
            run()
    pairs = [tuple(run() for run in warm_up) for _ in range(rounds)]
    ours, browser_s = (statistics.median(found) for found in zip(*pairs, strict=True))
    return ours, browser_s


def in_browser(rounds: int = ROUNDS) -> Report:
    """All labs."""
    labs = {name: lab for name, lab in published().items() if isinstance(lab, Lab)}
    rows = []
    missed = []
    with tempfile.TemporaryDirectory() as directory, chromium() as browser:
        addresses = sorted({kernel_address(lab) for lab in labs.values()})
        modules = compile_kernels(addresses, Path(directory))
        page = browser.new_page()
        for name, lab in labs.items():
            module = modules[kernel_address(lab)]
            ours, wasm = alternating(lab, page, module, rounds)
            rows.append((name, ours, wasm, wasm / ours, module.stat().st_size / 1e3))
            if wasm > GOAL * ours:
                missed.append(f"{name} {wasm / ours:.2f}x")
        version = browser.version
    return Report(
        "Kernels: WebAssembly beside native code",
        f"Default settings of each lab, Chromium {version}; median of {rounds} alternating runs.",
        [
            Column("lab"), Column("native, ms"), Column("WebAssembly, ms"),
            Column("ratio", ".2f"), Column("module, kB"),
        ],
        rows,
        f"WebAssembly takes at most {GOAL:g} times as long",
        missed,
    )  # fmt: skip
