"""Figures in a page: one drawn for a desk, one for a phone; the style sheet shows the one that fits."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from matplotlib.figure import Figure

from bt_risk.views.plots.layout import NARROW, WIDE
from bt_risk.views.plots.save import inline_svg
from bt_risk.views.report.markup import section

_POINTS = {"wide": (WIDE, 1500), "narrow": (NARROW, 600)}


def figure_section(kind: str, heading: str, caption: str, draw: Callable[[float, int], Figure]) -> str:
    """Return a section with the figure that `draw(width, max_points)` makes, in both widths.

    `kind` names the embedded numbers that the cursor reads.
    """
    return section(kind, heading, caption, figure(kind, heading, draw, is_named=False))


def figure(
    kind: str,
    heading: str,
    draw: Callable[[float, int], Figure],
    *,
    is_read: bool = True,
    is_named: bool = True,
) -> str:
    """Return the figure in both widths, with its heading above where `is_named`.

    `is_read` tells that a cursor reads the embedded numbers under it.
    """
    pictures = "\n".join(
        inline_svg(draw(width, points), f"{kind}-{css}", css=css, label=heading)
        for css, (width, points) in _POINTS.items()
    )
    named = f"<h3>{escape(heading)}</h3>" if is_named else ""
    if not is_read:
        return f"{named}<figure>{pictures}</figure>"
    return (
        f'{named}<figure data-reading="{kind}">{pictures}'
        '<div class="cursor" hidden></div><div class="reading" hidden></div></figure>'
    )
