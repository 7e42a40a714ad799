"""Labels beside a panel that never overlap. Requires positions; gives spread positions and drawn labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from bt_risk.views.plots.style import POINTS_PER_INCH

LEADER_POINTS = 6.0


@dataclass(frozen=True, slots=True)
class SideLabel:
    """A text at the right edge of a panel, at the height of a value; the colour is that of its leader line.

    The text itself stays in ink: the lighter colours of the palette are for lines, not for letters.
    """

    value: float
    text: str
    colour: str


def spread(positions: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Return positions at least `gap` apart inside [low, high], moved as little as possible.

    Least squares under ``p[i + 1] - p[i] >= gap``: with ``z[i] = p[i] - i * gap`` this is a monotone
    regression, which pooling adjacent violators solves. Where the room is too small the gap shrinks to what
    fits. The order stays.
    """
    if not len(positions):
        return []
    order = np.argsort(positions, kind="stable")
    room = gap if len(positions) == 1 else min(gap, (high - low) / (len(positions) - 1))
    pools: list[tuple[float, int]] = []
    for rank, index in enumerate(order):
        pools.append((float(positions[index]) - rank * room, 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (mean, count), (last_mean, last_count) = pools[-2], pools[-1]
            total = count + last_count
            pools[-2:] = [((mean * count + last_mean * last_count) / total, total)]
    flat = [mean for mean, count in pools for _ in range(count)]
    highest = high - (len(positions) - 1) * room
    result = [0.0] * len(positions)
    for rank, index in enumerate(order):
        result[index] = min(max(flat[rank], low), highest) + rank * room
    return result


def draw_side_labels(axes: Axes, labels: Sequence[SideLabel], *, size: float) -> None:
    """Write `labels` right of `axes`, each joined to its value by a line; call after the limits are set."""
    width, height = _size_in_points(axes)
    tick = LEADER_POINTS / width
    to_axes = axes.transData + axes.transAxes.inverted()
    middle = axes.get_xlim()[1]
    shares = [float(np.clip(to_axes.transform((middle, label.value))[1], 0.0, 1.0)) for label in labels]
    for label, share, placed in zip(
        labels, shares, spread(shares, size * 1.3 / height, 0.0, 1.0), strict=True
    ):
        leader = Line2D([1.0, 1.0 + tick], [share, placed], color=label.colour, linewidth=1.4, clip_on=False)
        leader.set_transform(axes.transAxes)
        axes.add_artist(leader)
        axes.text(
            1.0 + 1.5 * tick,
            placed,
            label.text,
            transform=axes.transAxes,
            fontsize=size,
            va="center",
        )


def _size_in_points(axes: Axes) -> tuple[float, float]:
    figure = axes.get_figure(root=True)
    assert figure is not None
    box = axes.get_position()
    inches = figure.get_size_inches()
    return box.width * inches[0] * POINTS_PER_INCH, box.height * inches[1] * POINTS_PER_INCH
