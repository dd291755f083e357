"""numba kernel -> WebAssembly module of a few kB.

`compile_kernels` starts a process of its own, because numba reads its settings once:
unoptimised intermediate code for a generic processor (numba's optimised code has 64-bit pointer
offsets in it). Each kernel's LLVM code is then

1. re-targeted: the wasm32 triple and data layout, only the entry left external;
2. optimised by LLVM for wasm32 at level 3, with numba's reference counts pruned in between, and
   emitted as an object file;
3. linked by ``wasm-ld`` (from the ``ziglang`` package) with `runtime.c`, numba's memory manager.

The module imports nothing. It exports ``memory``, ``allocate``, ``reset`` and ``run``; how they
are called is in ``front_end/worker.js`` and, for the tests, in `scalelab.web.wasm_host`.
"""

import ast
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

TARGET = "wasm32-unknown-unknown"
FEATURES = "+bulk-memory,+sign-ext,+nontrapping-fptoint,+simd128,+mutable-globals"
RUNTIME = Path(__file__).with_name("runtime.c")
COMPILERS = ("numba", "llvmlite", "ziglang")
LINK_ADVICE = """
A module imports nothing, so a kernel can use neither Python nor the C library. Exceptions pull in
the first (also those of `a[:] = b` between arrays: write the loop, or take `b.copy()`), numpy's and
math's log, exp and power the second (take those of scalelab.kernels.elementary).
"""
NUMBA_TYPES = {"float": "float64", "int": "int64"}


def compile_kernels(kernels: Sequence[str], directory: Path) -> dict[str, Path]:
    """Compile ``kernels`` ("package.module:function") into ``directory``.

    Returns the module file of each. A file's name carries the hash of all that it is made from, and
    what is there is not made again. Raises RuntimeError with the compiler's words.
    """
    directory.mkdir(parents=True, exist_ok=True)
    wanted = {k: directory / f"{k.replace(':', '.')}-{_stamp(k)}.wasm" for k in kernels}
    missing = [kernel for kernel, path in wanted.items() if not path.exists()]
    processes = os.cpu_count() or 1
    shares = [missing[i::processes] for i in range(processes) if missing[i:]]
    with ThreadPoolExecutor(processes) as pool:
        for failure in pool.map(lambda share: _compile({k: wanted[k] for k in share}), shares):
            if failure:
                raise RuntimeError(failure)
    return wanted


def _compile(files: dict[str, Path]) -> str | None:
    """Make the files in a process of its own; what to say if that fails."""
    with tempfile.TemporaryDirectory() as scratch:
        environment = os.environ | {
            "NUMBA_OPT": "0",
            "NUMBA_CPU_NAME": "generic",
            "NUMBA_CPU_FEATURES": "",
            # Code cached by an ordinary run is optimised for this processor.
            "NUMBA_CACHE_DIR": scratch,
            "NUMBA_DISABLE_JIT": "0",
            "ZIG_LOCAL_CACHE_DIR": scratch,
            "ZIG_GLOBAL_CACHE_DIR": scratch,
        }
        command = [sys.executable, "-m", __name__, scratch]
        command += [f"{kernel}={file}" for kernel, file in files.items()]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if not done.returncode:
        return None
    advice = LINK_ADVICE if "undefined symbol" in done.stderr else ""
    return f"WebAssembly build of {', '.join(files)} failed:\n{done.stderr}{advice}"


def _stamp(kernel: str) -> str:
    """Hash of the sources that a kernel is made from, and of the compilers."""
    digest = hashlib.sha256(str([version(name) for name in COMPILERS]).encode())
    for source in [Path(__file__), RUNTIME, *sorted(_sources(kernel.split(":")[0]))]:
        digest.update(source.read_bytes())
    return digest.hexdigest()[:12]


def _sources(module: str) -> set[Path]:
    """File of a module, and of all of this package that it imports."""
    found: dict[str, Path] = {}
    waiting = [module]
    while waiting:
        name = waiting.pop()
        file = None if name in found else _file(name)
        if file:
            found[name] = file
            waiting += (each for each in _imports(file) if each.startswith("scalelab."))
    return set(found.values())


def _imports(file: Path) -> list[str]:
    """Names that are imported, or may be: the last part of some is not a module's."""
    names = []
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return names


@cache
def _file(module: str) -> Path | None:
    try:
        spec = importlib.util.find_spec(module)
    except ModuleNotFoundError:  # its parent is a module, and this one of its names
        return None
    return Path(spec.origin) if spec and spec.origin else None


def kernel_types(kernel: Any) -> dict[str, str]:
    """Parameter name -> "float64", "int64", "float64[]", "int64[]" or "uint8[]"."""
    import inspect
    import typing

    import numpy as np

    function = getattr(kernel, "py_func", kernel)
    names = {}
    for name, parameter in inspect.signature(function, eval_str=True).parameters.items():
        annotation = parameter.annotation
        if annotation in (int, float):
            names[name] = NUMBA_TYPES[annotation.__name__]
        else:
            scalar = typing.get_args(typing.get_args(annotation)[1])[0]
            names[name] = f"{np.dtype(scalar).name}[]"
    return names


def _main(scratch: Path, jobs: Sequence[str]) -> None:
    from numba import NumbaWarning

    # Unoptimised code cannot be cached, and is not meant to be.
    warnings.simplefilter("ignore", NumbaWarning)
    runtime = scratch / "runtime.o"
    _zig("cc", f"--target={TARGET.replace('unknown-unknown', 'freestanding')}", "-O2", "-c")(
        RUNTIME, "-o", runtime
    )
    for job in jobs:
        name, output = job.split("=")
        module, function = name.split(":")
        kernel = getattr(importlib.import_module(module), function)
        object_file = scratch / "kernel.o"
        object_file.write_bytes(_object_code(kernel))
        # Not where it belongs: the linker takes a % in a path for a character to choose at random.
        linked = scratch / "kernel.wasm"
        _zig("wasm-ld", "--no-entry", "--gc-sections", "--strip-all", "--export-memory")(
            "--export=run", "--export=allocate", "--export=reset", "-z", "stack-size=65536",
            object_file, runtime, "-o", linked,
        )  # fmt: skip
        # Beside its place first, so that others who make it too see all of it or nothing.
        finished = Path(f"{output}.{os.getpid()}")
        shutil.copyfile(linked, finished)
        finished.replace(output)


def _zig(*start: str):  # type: ignore[no-untyped-def]
    def run(*arguments: object) -> None:
        subprocess.run([sys.executable, "-m", "ziglang", *start, *map(str, arguments)], check=True)

    return run


def _object_code(kernel) -> bytes:  # type: ignore[no-untyped-def]
    from llvmlite import binding as llvm
    from numba import types

    kinds = [
        getattr(types, kind[:-2])[::1] if kind.endswith("[]") else getattr(types, kind)
        for kind in kernel_types(kernel).values()
    ]
    kernel.compile(tuple(kinds))
    compiled = kernel.overloads[tuple(kinds)]
    entry = compiled.fndesc.llvm_func_name

    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    machine = llvm.Target.from_triple(TARGET).create_target_machine(
        opt=3, features=FEATURES, reloc="static"
    )
    text = compiled.library.get_llvm_str()
    text = re.sub(r'^target datalayout = ".*"$', "", text, flags=re.M)
    text = re.sub(r'^target triple = ".*"$', "", text, flags=re.M)
    # A common global would be an unresolved symbol: nothing else defines it here.
    text = re.sub(r"= common (?:local_unnamed_addr )?global", "= internal global", text)
    text = f'target datalayout = "{machine.target_data}"\ntarget triple = "{TARGET}"\n{text}'
    module = llvm.parse_assembly(text)
    for function in module.functions:
        if function.is_declaration:
            continue
        if function.name == entry:
            function.linkage = "external"
            function.name = "run"
        else:
            function.linkage = "internal"
    for variable in module.global_variables:
        if not variable.is_declaration:
            variable.linkage = "internal"
    module.verify()

    options = llvm.create_pipeline_tuning_options(speed_level=3)
    passes = llvm.create_pass_builder(machine, options)
    passes.getModulePassManager().run(module, passes)
    # numba's own pass for code like its own: it takes out the counting of references that cancel
    # out, which would otherwise be two calls for every array that an inlined function is given.
    pruning = llvm.create_new_module_pass_manager()
    pruning.add_refprune_pass()
    pruning.run(module, passes)
    passes.getModulePassManager().run(module, passes)
    code: bytes = machine.emit_object(module)
    return code


if __name__ == "__main__":
    _main(Path(sys.argv[1]), sys.argv[2:])
