"""Draws the book's logo, favicon and social card: python tools/pictures.py

The curves on them are true: hit ratio against cache size, as the lab on the welcome page opens.
"""

from math import log
from pathlib import Path

import vl_convert

from scalelab.labs.caching.hit_ratio import lab

STATIC = Path(__file__).resolve().parents[1] / "book" / "_static"

NIGHT, PAPER, SKY, AMBER, MINT = "#12355b", "#ffffff", "#7cc6fe", "#ffb000", "#5fe0b7"
CARD_WIDTH, CARD_HEIGHT = 1200, 630

# The mark: a curve that climbs, and the point on it that a hand has hold of.
MARK = f"""<rect width="64" height="64" rx="14" fill="{NIGHT}"/>
<path d="M11 14v39h42" fill="none" stroke="{PAPER}" stroke-opacity=".35" stroke-width="4" \
stroke-linecap="round" stroke-linejoin="round"/>
<path d="M12 52C17 30 29 19 53 15" fill="none" stroke="{SKY}" stroke-width="6" \
stroke-linecap="round"/>
<circle cx="27" cy="26.5" r="8" fill="{AMBER}" stroke="{NIGHT}" stroke-width="3"/>"""


def logo() -> str:
    """The mark alone, a square."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" role="img" '
        f'aria-label="scalelab">\n{MARK}\n</svg>\n'
    )


def curve(policy: str, left: float, top: float, width: float, height: float) -> str:
    """The policy's hit ratio over the logarithm of the size, as the points of a polyline."""
    rows = lab.rows(lab.table())
    sizes = [log(float(row["size"])) for row in rows]
    ratios = [float(row["hit_ratio"]) for row in rows]
    points = sorted(
        (
            left + width * (size - min(sizes)) / (max(sizes) - min(sizes)),
            top + height * (1 - ratio / max(ratios)),
        )
        for row, size, ratio in zip(rows, sizes, ratios, strict=True)
        if row["policy"] == policy
    )
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def card() -> str:
    """What is shown where a link to the book is shared."""
    lines = "\n".join(
        f'<polyline points="{curve(policy, 90, 330, 1020, 210)}" fill="none" stroke="{colour}" '
        'stroke-width="7" stroke-linejoin="round" stroke-linecap="round"/>'
        for policy, colour in (("FIFO", SKY), ("SIEVE", MINT), ("Belady", AMBER))
    )
    return f"""<svg xmlns="http://www.w3.org/2000/svg" width="{CARD_WIDTH}" height="{CARD_HEIGHT}">
<rect width="100%" height="100%" fill="{NIGHT}"/>
<path d="M90 330v210h1020" fill="none" stroke="{PAPER}" stroke-opacity=".4" stroke-width="3"/>
{lines}
<g font-family="Liberation Sans, Arial, sans-serif" fill="{PAPER}">
<svg x="1010" y="88" width="100" height="100" viewBox="0 0 64 64">{MARK}</svg>
<text x="86" y="170" font-size="96" font-weight="bold">Scalability, live</text>
<text x="90" y="236" font-size="36">Move the model, watch the system: \
from one user to millions</text>
<text x="1110" y="590" font-size="26" text-anchor="end" fill-opacity=".75">hit ratio against cache \
size: Belady, SIEVE, FIFO</text>
</g>
</svg>
"""


def main() -> None:
    for name in ("logo.svg", "favicon.svg"):
        (STATIC / name).write_text(logo())
    (STATIC / "social-card.png").write_bytes(vl_convert.svg_to_png(card()))


if __name__ == "__main__":
    main()
