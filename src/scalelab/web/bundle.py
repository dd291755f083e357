"""Joins the front end's modules into one script, for the page and for Jupyter.

The modules import only from each other and every top-level name is unique, so joining them
means leaving out the import lines and the word ``export``. The result is wrapped in one function
scope; `tests/web/test_bundle.py` proves that the sources keep to these rules.
"""

import json
import re
from functools import cache
from pathlib import Path

import vl_convert

FRONT_END = Path(__file__).with_name("front_end")
ENTRIES = {"page.js", "widget.js"}
NOT_JOINED = {"worker.js"}

_IMPORT = re.compile(r"^import \{[^}]*\} from \"(\./[^\"]+)\";\n", re.M)
_EXPORT = re.compile(r"^export (?=async |function |class |const |let )", re.M)


def imports(source: str) -> list[str]:
    """File names that a module imports from."""
    return [name.removeprefix("./") for name in _IMPORT.findall(source)]


def ordered(entry: str) -> list[str]:
    """The entry module's imports and theirs, each after what it imports, the entry last."""
    order: list[str] = []

    def visit(name: str) -> None:
        if name in order:
            return
        for imported in imports((FRONT_END / name).read_text()):
            visit(imported)
        order.append(name)

    visit(entry)
    return order


def joined(entry: str) -> str:
    """All modules that ``entry`` needs, as statements of one scope."""
    worker = (FRONT_END / "worker.js").read_text()
    parts = [f"const WORKER_SOURCE = {json.dumps(worker)};"]
    for name in ordered(entry):
        source = (FRONT_END / name).read_text()
        parts.append(_EXPORT.sub("", _IMPORT.sub("", source)))
    return "\n".join(parts)


def page_script() -> str:
    """The classic script of the static page."""
    return (
        f"(() => {{\n{joined('page.js')}\n"
        'if (document.readyState === "loading") '
        'document.addEventListener("DOMContentLoaded", start);\nelse start();\n})();\n'
    )


def widget_module() -> str:
    """The ES module that anywidget loads."""
    return (
        f"const render = (() => {{\n{joined('widget.js')}\nreturn render;\n}})();\n"
        "export default { render };\n"
    )


def style_sheet() -> str:
    return "\n".join(path.read_text() for path in sorted(FRONT_END.glob("*.css")))


@cache
def vega_script() -> str:
    """Vega, Vega-Lite and vega-embed as ``globalThis.scalelabVega``, about 0.9 MB.

    Inside a function of its own, because the bundle's top-level names would clash with others'.
    """
    libraries = vl_convert.javascript_bundle(
        "globalThis.scalelabVega = { vega, vegaLite, vegaEmbed };"
    )
    return f"(() => {{\n{libraries}\n}})();\n"
