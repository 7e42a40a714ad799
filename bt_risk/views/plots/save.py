"""Figures as bytes: the same figure always gives the same ones."""

from __future__ import annotations

import io
import os
import re
from html import escape
from pathlib import Path

from matplotlib.figure import Figure

from bt_risk.errors import BtRiskError
from bt_risk.views.plots.style import BLUE, GREEN, GRID, INK, MUTED, ORANGE, PURPLE, SKY, VERMILLION, drawing

RESOLUTION = 150
_NO_METADATA = {
    ".png": {"Software": None},
    ".svg": {"Date": None, "Creator": None, "Format": None, "Type": None},
}
# In a page the reader's light or dark theme chooses the colours; the style sheet has the same names.
_THEMED = {
    INK: "currentColor",
    MUTED: "var(--muted)",
    GRID: "var(--grid)",
    BLUE: "var(--blue)",
    GREEN: "var(--green)",
    PURPLE: "var(--purple)",
    ORANGE: "var(--orange)",
    VERMILLION: "var(--vermillion)",
    SKY: "var(--sky)",
}


def save_figure(figure: Figure, path: str | os.PathLike[str]) -> Path:
    """Write `figure` to `path`, a .png (150 dots per inch) or an .svg, without dates or versions inside.

    Raises
    ------
    BtRiskError
        The path has another ending.
    """
    target = Path(path)
    kind = target.suffix.lower()
    if kind not in _NO_METADATA:
        raise BtRiskError(f"path must end in .png or .svg, e.g. 'equity.png'; received {str(path)!r}")
    with drawing():
        figure.savefig(target, dpi=RESOLUTION, metadata=_NO_METADATA[kind])
    return target


def themed_colour(colour: str) -> str:
    """Return what a page writes for one of our colours: the reader's theme decides its value."""
    return _THEMED.get(colour, colour)


def inline_svg(figure: Figure, name: str, *, css: str, label: str) -> str:
    """Return `figure` as an <svg> element for a page: transparent, in the page's colours.

    `name` prefixes every id, so that several figures can share a page; `css` is its class and `label` what a
    screen reader says. The attribute ``data-span`` holds the left and right edge of the panels as shares of
    the width.
    """
    buffer = io.StringIO()
    with drawing():
        figure.savefig(buffer, format="svg", transparent=True, metadata=_NO_METADATA[".svg"])
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r' xmlns(:xlink)?="[^"]*"', "", svg)
    svg = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{name}-", svg)
    svg = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r'\bd="[^"]*"', lambda path: _shorter(path[0]), svg)
    box = figure.axes[0].get_position()
    attributes = (
        f'class="{css}" role="img" aria-label="{escape(label)}" data-span="{box.x0:.5f} {box.x1:.5f}"'
    )
    svg = re.sub(r'^<svg [^>]*?(viewBox="[^"]*")[^>]*>', lambda found: f"<svg {found[1]} {attributes}>", svg)
    for colour, themed in _THEMED.items():
        svg = svg.replace(colour, themed)
    return re.sub(r">\s+<", ">\n<", svg).strip()


def _shorter(path: str) -> str:
    """Drop what nobody sees of a path: digits behind the hundredth of a point, blanks around letters."""
    return re.sub(r"\s*([A-Za-z])\s+(?=[-\d])", r"\1", re.sub(r"(\.\d\d)\d+", r"\1", path))
