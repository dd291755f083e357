"""Keeps only the icons that the pages show in the theme's Font Awesome script.

The theme ships all two thousand of them: 1.5 MB, more than everything else on a page together.
"""

import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.util import logging

SCRIPTS = "_static/scripts"
# An entry of the script's tables: name:[width, height, [aliases], "code point", path or paths]
ICON = re.compile(
    r'(?:"(?P<quoted>[a-z0-9-]+)"|\b(?P<bare>[a-z0-9]+)):'
    r'\[\d+,\d+,\[(?P<aliases>[^\]]*)\],"[0-9a-f]+",(?:"[^"]*"|\[[^\]]*\])\],?'
)
NAMED = re.compile(r"\bfa-([a-z0-9-]+)")
logger = logging.getLogger(__name__)


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("build-finished", _keep_what_is_shown)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def with_only(script: str, names: set[str]) -> str:
    """The script with those icons whose name or alias is among ``names``."""

    def kept(icon: re.Match[str]) -> str:
        own = {icon["quoted"] or icon["bare"], *re.findall(r'"([^"]+)"', icon["aliases"])}
        return icon[0] if own & names else ""

    return ICON.sub(kept, script)


def _keep_what_is_shown(app: Sphinx, error: Exception | None) -> None:
    file = Path(app.outdir) / SCRIPTS / "fontawesome.js"
    if error or not file.is_file():
        return
    users = [*Path(app.outdir).rglob("*.html"), *file.parent.glob("*.js")]
    names = {
        name
        for user in users
        if user != file
        for name in NAMED.findall(user.read_text(encoding="utf-8"))
    }
    script = file.read_text(encoding="utf-8")
    smaller = with_only(script, names)
    if len(smaller) == len(script) and len(script) > 500_000:
        logger.warning("the theme's icons are not written as scalelab.web.icons expects")
    file.write_text(smaller, encoding="utf-8")
    for source_map in file.parent.glob("fontawesome.js.map"):
        source_map.unlink()
