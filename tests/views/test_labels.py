from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bt_risk.views.plots.labels import spread

shares = st.lists(st.floats(0.0, 1.0), max_size=12)


@given(shares, st.floats(0.0, 0.3))
def test_labels_keep_their_distance_their_order_and_the_panel(positions, gap):
    placed = spread(positions, gap, 0.0, 1.0)
    room = min(gap, 1.0 / max(len(positions) - 1, 1))
    order = np.argsort(positions, kind="stable")
    assert all(
        later - earlier >= room - 1e-9 for earlier, later in zip(*_neighbours(placed, order), strict=True)
    )
    assert all(-1e-9 <= position <= 1.0 + 1e-9 for position in placed)


def _neighbours(placed, order):
    ordered = [placed[index] for index in order]
    return ordered[:-1], ordered[1:]


@pytest.mark.parametrize(
    ("positions", "placed"),
    [
        ([], []),
        ([0.4], [0.4]),
        ([0.1, 0.5, 0.9], [0.1, 0.5, 0.9]),  # far enough apart: nothing moves
        ([0.5, 0.5], [0.45, 0.55]),  # equal: both give way by half the gap
        ([0.50, 0.54], [0.47, 0.57]),  # 0.06 short of the gap: 0.03 each
        ([0.54, 0.50], [0.57, 0.47]),  # the order of the input does not matter
        ([0.0, 0.0], [0.0, 0.1]),  # nothing leaves the panel at the bottom
        ([1.0, 1.0, 1.0], [0.8, 0.9, 1.0]),  # nor at the top
    ],
)
def test_labels_move_as_little_as_they_can(positions, placed):
    assert spread(positions, 0.1, 0.0, 1.0) == pytest.approx(placed)


def test_labels_that_do_not_fit_share_the_room_evenly():
    assert spread([0.5] * 5, 0.5, 0.0, 1.0) == pytest.approx([0.0, 0.25, 0.5, 0.75, 1.0])
