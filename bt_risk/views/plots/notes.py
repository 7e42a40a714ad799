"""Numbered marks above a panel and what they mean below the figure, so that no text stands in another's way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from bt_risk.views.plots.labels import spread
from bt_risk.views.plots.layout import Layout, text_width
from bt_risk.views.plots.style import INK, MUTED, POINTS_PER_INCH

_LINE, _BADGE = 1.35, 1.9


@dataclass(frozen=True, slots=True)
class Note:
    """What happened at `position` of the x axis, at a price or (NaN) at none."""

    position: float
    price: float
    text: str


def wrapped(text: str, room: float, size: float) -> list[str]:
    """Return `text` in lines no wider than `room` inches, broken at blanks."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size) <= room:
            lines[-1] = longer
        elif not lines:
            lines = [word]
        else:
            lines.append(word)
    return lines


class Notes:
    """The notes of one figure: `height` is the room that they take below it, in inches."""

    def __init__(self, notes: Iterable[Note], layout: Layout) -> None:
        self._size = layout.label_size
        self._indent = 0.1 + text_width("88", self._size) + 0.08
        self._notes = list(notes)
        room = layout.width - self._indent - 0.16
        self._lines = [wrapped(note.text, room, self._size) for note in self._notes]

    @property
    def height(self) -> float:
        """Inches that the texts take."""
        return sum(map(len, self._lines)) * self._line + 0.1 if self._notes else 0.0

    @property
    def _line(self) -> float:
        return self._size * _LINE / POINTS_PER_INCH

    def write(self, figure: Figure) -> None:
        """Write the texts at the foot of the figure."""
        inches = figure.get_size_inches()
        top = self.height - 0.05
        for number, lines in enumerate(self._lines, start=1):
            for index, line in enumerate(lines):
                height = top / inches[1]
                if index == 0:
                    figure.text(
                        (self._indent - 0.08) / inches[0],
                        height,
                        f"{number}",
                        ha="right",
                        va="top",
                        fontsize=self._size,
                        fontweight="bold",
                    )
                figure.text(self._indent / inches[0], height, line, va="top", fontsize=self._size)
                top -= self._line

    def mark(self, axes: Axes) -> None:
        """Number the bars above `axes`, each joined to its price; call after the limits are set."""
        figure = axes.get_figure(root=True)
        assert figure is not None
        box, inches = axes.get_position(), figure.get_size_inches()
        width, height = box.width * inches[0] * POINTS_PER_INCH, box.height * inches[1] * POINTS_PER_INCH
        left, right = axes.get_xlim()
        shares = [(note.position - left) / (right - left) for note in self._notes]
        low, high = self._size / width, 1.0 - self._size / width
        strip = 1.0 + 1.2 * self._size / height
        for note, share, placed, number in zip(
            self._notes,
            shares,
            spread(shares, self._size * _BADGE / width, low, high),
            _numbers(self._notes),
            strict=True,
        ):
            bottom, top = axes.get_ylim()
            end = (note.price - bottom) / (top - bottom) if note.price == note.price else 0.97
            leader = Line2D(
                [placed, share, share],
                [strip - 0.6 * self._size / height, 1.0, min(max(end, 0.0), 1.0)],
                color=MUTED,
                linewidth=0.6,
                linestyle=(0, (1.5, 1.5)),
                clip_on=False,
                zorder=1.5,
            )
            leader.set_transform(axes.transAxes)
            axes.add_artist(leader)
            axes.text(
                placed,
                strip,
                number,
                transform=axes.transAxes,
                fontsize=self._size,
                fontweight="bold",
                ha="center",
                va="center",
                color=INK,
            )


def _numbers(notes: Sequence[Note]) -> list[str]:
    return [f"{number}" for number in range(1, len(notes) + 1)]
