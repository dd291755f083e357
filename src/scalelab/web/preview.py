"""What is shown where a link to a page is shared: title, description, picture.

A picture needs an absolute address, so it is named only where the book knows its own, from
`html_baseurl`.
"""

from html import escape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

PICTURE = "_static/social-card.png"
PICTURE_SIZE = (1200, 630)
PICTURE_TEXT = "Scalability, live: three curves of hit ratio against cache size"
DESCRIPTION_LENGTH = 200


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("html-page-context", _add_tags)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def description(document: nodes.document) -> str:
    """The page's first whole paragraph outside lists and tables, shortened at a word's end."""
    for paragraph in document.findall(nodes.paragraph):
        text = " ".join(paragraph.astext().split())
        if isinstance(paragraph.parent, nodes.section) and len(text) > 60:
            if len(text) <= DESCRIPTION_LENGTH:
                return text
            return text[:DESCRIPTION_LENGTH].rsplit(" ", 1)[0].rstrip(",;:.") + " …"
    return ""


def properties(
    root: bool, site: str, title: str, text: str, address: str, base: str
) -> dict[str, str]:
    """A page's Open Graph properties; ``base`` is empty where the book knows no address."""
    found = {
        "og:type": "website" if root else "article",
        "og:site_name": site,
        "og:title": title,
    }
    if text:
        found["og:description"] = text
    if base:
        width, height = PICTURE_SIZE
        found |= {
            "og:url": f"{base}/{address}",
            "og:image": f"{base}/{PICTURE}",
            "og:image:width": str(width),
            "og:image:height": str(height),
            "og:image:alt": PICTURE_TEXT,
            "twitter:card": "summary_large_image",
        }
    return found


def _add_tags(
    app: Sphinx, page: str, _template: str, context: dict[str, Any], document: nodes.document | None
) -> None:
    if document is None:
        return
    config = app.config
    heading = document.next_node(nodes.title)
    title = heading.astext() if heading else config.project
    text = description(document)
    found = properties(
        page == config.root_doc, config.project, title, text,
        app.builder.get_target_uri(page), config.html_baseurl.rstrip("/"),
    )  # fmt: skip
    lines = [f'<meta property="{name}" content="{escape(x)}" />' for name, x in found.items()]
    if text:
        lines.append(f'<meta name="description" content="{escape(text)}" />')
    context["metatags"] = context.get("metatags", "") + "\n".join(["", *lines, ""])
