"""Where the texts of a figure are once it is drawn. Gives pairs that overlap and texts that leave the figure."""

from __future__ import annotations

from itertools import combinations

from matplotlib.text import Text


def _drawn(figure):
    figure.canvas.draw()
    renderer = figure.canvas.get_renderer()
    shown = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]
    return [(text, text.get_window_extent(renderer)) for text in shown]


def texts(figure):
    return [text.get_text() for text, _ in _drawn(figure)]


def overlapping(figure):
    return [
        (one.get_text(), other.get_text())
        for (one, box), (other, other_box) in combinations(_drawn(figure), 2)
        if box.padded(-1.0).overlaps(other_box.padded(-1.0))
    ]


def outside(figure):
    frame = figure.bbox
    return [
        text.get_text()
        for text, box in _drawn(figure)
        if box.x0 < frame.x0 - 1 or box.x1 > frame.x1 + 1 or box.y0 < frame.y0 - 1 or box.y1 > frame.y1 + 1
    ]
