"""The Sphinx extension that makes a lab live in the plain page.

It compiles every lab's kernel to WebAssembly, writes the scripts next to the pages (each page
loads only the labs it shows), renders mathematics to MathML at build time, and gives every page a
Content Security Policy. Nothing is loaded from anywhere but the book itself.
"""

import base64
import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from docutils import nodes
from latex2mathml.converter import convert as mathml
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.display import progress_message

from scalelab.kernels.jit import Table
from scalelab.labs.published import published
from scalelab.models.lines import Format
from scalelab.web import bundle, icons, launch, preview, typography
from scalelab.web.lab import Lab
from scalelab.web.wasm import compile_kernels, kernel_types

STATIC = "scalelab"
# Compiled kernels, below the book's sources: kept from one build to the next, wherever that goes.
MODULES = Path("_build", "wasm")
logger = logging.getLogger(__name__)


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_html_math_renderer("mathml", (_inline_math, None), (_block_math, None))
    app.connect("builder-inited", _write_scripts)
    app.connect("doctree-read", _make_labs_known)
    app.connect("html-page-context", _name_labs)
    app.connect("html-page-context", _add_scripts)
    app.connect("build-finished", _finish_pages)
    icons.setup(app)
    launch.setup(app)
    preview.setup(app)
    typography.setup(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


# --- labs ---------------------------------------------------------------------------------------


def kernel_address(lab: Lab) -> str:
    """The lab's kernel as "module:function"."""
    return address_of(lab.kernel)


def address_of(kernel: Callable[..., Table]) -> str:
    """A kernel as "module:function"."""
    return f"{kernel.__module__}:{kernel.__name__}"


def script_name(name: str) -> str:
    """File name of a lab's or quiz's script."""
    return name.replace("/", "-") + ".js"


def _write_scripts(app: Sphinx) -> None:
    if app.builder.format != "html":
        return
    folder = Path(app.doctreedir) / "static"
    scripts = folder / STATIC
    scripts.mkdir(parents=True, exist_ok=True)
    app.config.html_static_path.append(str(folder))
    (scripts / "vega.js").write_text(bundle.vega_script())
    (scripts / "page.js").write_text(bundle.page_script())
    (scripts / "labs.css").write_text(bundle.style_sheet())
    app.add_css_file(f"{STATIC}/labs.css")
    found = published()
    labs = [one for one in found.values() if isinstance(one, Lab)]
    formats = {lab.own.format.name: lab.own.format for lab in labs if lab.own}
    namers = {name: _namers(form, labs) for name, form in formats.items()}
    readers = [form.parse for form in formats.values()]
    readers += [namer for each in namers.values() for namer in each.values()]
    with progress_message("compiling the labs' kernels to WebAssembly"):
        modules = compile_kernels(
            sorted({*map(address_of, readers), *map(kernel_address, labs)}),
            Path(app.srcdir) / MODULES,
        )
    for name, one in found.items():
        if isinstance(one, Lab):
            pages = {each.lab.name: _page_of(app, each.lab) for each in one.hand_overs}
            content = lab_script(one, modules[kernel_address(one)], pages)
        else:
            content = _registration("quizzes", name, {"definition": one.definition()})
        (scripts / script_name(name)).write_text(content)
    for name, form in formats.items():
        (scripts / parser_script_name(name)).write_text(parser_script(form, namers[name], modules))
    for sample in {lab.own.sample.file for lab in labs if lab.own and lab.own.sample}:
        (scripts / sample_script_name(sample)).write_text(sample_script(sample))


def _page_of(app: Sphinx, lab: Lab) -> str:
    """The address of the lab's chapter, from the root of the book."""
    return app.builder.get_target_uri(f"chapters/{lab.name.split('/')[0]}")


def lab_script(lab: Lab, module: Path, pages: Mapping[str, str]) -> str:
    """Script that makes a lab known to the page: its definition and its WebAssembly.

    pages: where the labs are that it hands over to.
    """
    entry = {"definition": lab.definition(), "wasm": _text(module), "pages": dict(pages)}
    return _registration("labs", lab.name, entry)


def parser_script_name(form: str) -> str:
    """File name of the script that holds the parser of this format."""
    return f"read-{form}.js"


def _namers(form: Format, labs: Sequence[Lab]) -> dict[str, Callable[..., Table]]:
    """The kernels that give the names which columns of these labs need."""
    takers = [lab for lab in labs if lab.own and lab.own.format is form]
    needed = {column.names for lab in takers for column in lab.columns if column.names}
    return {name: form.names[name] for name in sorted(needed)}


def parser_script(
    form: Format, namers: Mapping[str, Callable[..., Table]], modules: Mapping[str, Path]
) -> str:
    """Script that makes a format's parser known to the page.

    namers: its kernels for names, as far as they are needed; modules: files by address of kernel.
    """

    def entry(kernel: Callable[..., Table]) -> dict[str, Any]:
        return {
            "types": [*kernel_types(kernel).values()],
            "wasm": _text(modules[address_of(kernel)]),
        }

    names = {name: entry(namer) for name, namer in namers.items()}
    return _registration("parsers", form.name, {**entry(form.parse), "names": names})


def sample_script_name(sample: Path) -> str:
    """File name of the script that carries this sample; the page's own script knows it, too."""
    return f"sample-{sample.name}.js"


def sample_script(sample: Path) -> str:
    """Script that carries a sample; the page loads it when a reader wants to try it."""
    return _registration("samples", sample.name, _text(sample))


def _text(file: Path) -> str:
    return base64.b64encode(file.read_bytes()).decode()


def _registration(kind: str, name: str, value: dict[str, Any] | str) -> str:
    return (
        "globalThis.scalelab ??= { labs: {}, quizzes: {}, parsers: {}, samples: {} };\n"
        f"globalThis.scalelab.{kind}[{json.dumps(name)}] = {json.dumps(value)};\n"
    )


_LAB = re.compile(r'<figure class="scalelab-lab"(?= data-lab="([^"]+)")')


def _make_labs_known(app: Sphinx, doctree: nodes.document) -> None:
    """Lets pages link to the lab as to a heading: chapters/caching.ipynb#lab.caching/latency."""
    slugs = app.env.metadata[app.env.docname].setdefault("myst_slugs", {})
    for raw in doctree.findall(nodes.raw):
        for name in _LAB.findall(raw.astext()):
            if name in published():  # `_add_scripts` says so if it is not
                slugs[f"lab.{name}"] = (0, f"lab.{name}", published()[name].title)


def _name_labs(
    _app: Sphinx, _page: str, _template: str, context: dict[str, Any], _doctree: object
) -> None:
    """Puts there what such a link leads to; with scripts, a lab's own address also has settings."""
    if "body" in context:
        context["body"] = _LAB.sub(r'\g<0> id="lab.\1"', context["body"])


def _add_scripts(
    app: Sphinx, page: str, _template: str, context: dict[str, Any], _doctree: nodes.document | None
) -> None:
    names = re.findall(r'data-(?:lab|quiz)="([^"]+)"', context.get("body", ""))
    if not names:
        return
    scripts = []
    for name in names:
        if name not in published():
            logger.warning("page %s shows %r, which no module of scalelab.labs defines", page, name)
            continue
        one = published()[name]
        scripts.append(script_name(name))
        if isinstance(one, Lab) and one.own:
            scripts.append(parser_script_name(one.own.format.name))
    for script in dict.fromkeys(scripts):
        app.add_js_file(f"{STATIC}/{script}", loading_method="defer")
    app.add_js_file(f"{STATIC}/vega.js", loading_method="defer")
    app.add_js_file(f"{STATIC}/page.js", loading_method="defer", priority=900)


# --- mathematics --------------------------------------------------------------------------------


def _inline_math(writer: Any, node: nodes.math) -> None:
    writer.body.append(mathml(node.astext()))
    raise nodes.SkipNode


def _block_math(writer: Any, node: nodes.math_block) -> None:
    number = node.get("number")
    identifiers = "".join(f' id="{one}"' for one in node.get("ids", [])[:1])
    label = f'<span class="eqno">({number})</span>' if number else ""
    formula = mathml(node.astext(), display="block")
    writer.body.append(f'<div class="math"{identifiers}>{formula}{label}</div>\n')
    raise nodes.SkipNode


# --- every page ---------------------------------------------------------------------------------

_INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.S)
_CHARSET = re.compile(r'<meta charset="utf-8"\s*/?>')


def policy(html: str) -> str:
    """A policy that allows the page's own inline scripts by their hashes, and no other code."""
    hashes = {
        base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        for script in _INLINE_SCRIPT.findall(html)
    }
    allowed = " ".join(f"'sha256-{one}'" for one in sorted(hashes))
    return "; ".join(
        [
            "default-src 'self' file:",
            f"script-src 'self' file: blob: 'wasm-unsafe-eval' {allowed}".rstrip(),
            "worker-src 'self' blob:",
            "style-src 'self' file: 'unsafe-inline'",
            "img-src 'self' file: data: blob:",
            "font-src 'self' file: data:",
            "connect-src 'self' file: blob: data:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self' file:",
        ]
    )


# What the theme and docutils write, and what it ought to be.
_MENDED = {
    # Empty on a first visit, the page would have no colours until the last script has run, and
    # that one complains.
    'localStorage.getItem("mode") || ""': 'localStorage.getItem("mode") || "auto"',
    'localStorage.getItem("theme") || ""': (
        'localStorage.getItem("theme") || '
        '(matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")'
    ),
    # Not a landmark, it is passed over by screen readers that go from one to the next.
    'id="pst-primary-sidebar"': 'id="pst-primary-sidebar" role="region" aria-label="The course"',
    # Deprecated, and no child that a list may have.
    'role="doc-biblioentry"': 'role="listitem"',
}


def mended(html: str) -> str:
    """The page with its theme's faults put right."""
    for fault, right in _MENDED.items():
        html = html.replace(fault, right)
    return html


def _finish_pages(app: Sphinx, error: Exception | None) -> None:
    if error or app.builder.format != "html":
        return
    for page in Path(app.outdir).rglob("*.html"):
        html = page.read_text()
        if "Content-Security-Policy" in html:
            continue
        html = mended(html)
        meta = f'<meta http-equiv="Content-Security-Policy" content="{policy(html)}" />'
        page.write_text(_CHARSET.sub(rf"\g<0>\n    {meta}", html, count=1))
