"""One look for all figures. Gives colours, line styles and the matplotlib settings they are drawn under."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from matplotlib import style

# The colour-blind-safe palette of Okabe and Ito (2008).
BLUE, GREEN, PURPLE, ORANGE, VERMILLION, SKY = (
    "#0072b2",
    "#009e73",
    "#cc79a7",
    "#e69f00",
    "#d55e00",
    "#56b4e9",
)
INK, MUTED, GRID, PAPER = "#1c1e24", "#5d6470", "#dfe2e8", "#ffffff"

FONT_SIZE = 8.5
POINTS_PER_INCH = 72.0
SOLID, DASHED = "-", (0, (5, 1.8))

_SETTINGS: dict[str, Any] = {
    "font.family": "DejaVu Sans",  # ships with matplotlib, so that a figure has the same bytes everywhere
    "font.size": FONT_SIZE,
    "text.color": INK,
    "text.parse_math": False,  # a "$" in a strategy's name is a "$"
    "axes.edgecolor": MUTED,
    "axes.labelcolor": MUTED,
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.facecolor": "none",
    "axes.axisbelow": True,
    "axes.unicode_minus": False,
    "lines.solid_joinstyle": "round",
    "legend.frameon": False,
    "figure.facecolor": PAPER,
    "savefig.facecolor": "auto",
    "svg.hashsalt": "bt_risk",  # without a salt the ids in an SVG are random
    "svg.fonttype": "path",
}


@dataclass(frozen=True, slots=True)
class LineStyle:
    """How one profile is drawn, the same in every figure."""

    colour: str
    dash: Any
    width: float


_KNOWN = {
    "conservative": LineStyle(BLUE, SOLID, 1.5),
    "moderate": LineStyle(GREEN, SOLID, 1.5),
    "aggressive": LineStyle(PURPLE, SOLID, 1.5),
    "moderate without stops": LineStyle(ORANGE, DASHED, 1.2),
    "uncontrolled": LineStyle(INK, DASHED, 1.0),
}
_OTHERS = [
    LineStyle(colour, dash, 1.3)
    for dash in (SOLID, DASHED, (0, (1.2, 1.2)))
    for colour in (SKY, VERMILLION, ORANGE, BLUE, GREEN, PURPLE)
]


def styles_for(names: Iterable[str]) -> dict[str, LineStyle]:
    """Return a line style for each name: the shipped profiles have their own, the others take turns."""
    ordered = list(names)
    unknown = [name for name in ordered if name not in _KNOWN]
    turns = {name: _OTHERS[number % len(_OTHERS)] for number, name in enumerate(unknown)}
    return {name: _KNOWN.get(name) or turns[name] for name in ordered}


def drawing() -> AbstractContextManager[None]:
    """Return a context with our settings, whatever the user's own are; they are back when it ends."""
    return style.context(["default", _SETTINGS])
