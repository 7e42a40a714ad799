"""Figures in a page: one drawn for a desk, one for a phone; the style sheet shows the one that fits."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from matplotlib.figure import Figure

from bt_risk.views.plots.layout import NARROW, WIDE
from bt_risk.views.plots.save import inline_svg

_POINTS = {"wide": (WIDE, 1500), "narrow": (NARROW, 600)}


def figure_section(kind: str, heading: str, caption: str, draw: Callable[[float, int], Figure]) -> str:
    """Return a section with the figure that `draw(width, max_points)` makes, in both widths.

    `kind` names the embedded numbers that the cursor reads.
    """
    pictures = "\n".join(
        inline_svg(draw(width, points), f"{kind}-{css}", css=css, label=heading)
        for css, (width, points) in _POINTS.items()
    )
    return (
        f"<section><h2>{escape(heading)}</h2><p class='quiet'>{escape(caption)}</p>"
        f'<figure data-reading="{kind}">{pictures}'
        '<div class="cursor" hidden></div><div class="reading" hidden></div></figure></section>'
    )
