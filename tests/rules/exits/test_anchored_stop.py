"""Where a decided stop stands behind its fill: decided 5 below a price of 100."""

from __future__ import annotations

import pytest

from bt_risk import MODERATE
from bt_risk.rules.exits.anchored_stop import anchored_stop


@pytest.mark.parametrize(
    ("entry", "is_long", "has_own_stop", "anchor", "expected"),
    [
        (102.0, True, False, "fill", 97.0),
        (98.0, True, False, "fill", 93.0),
        (102.0, True, False, "decision", 95.0),
        (102.0, True, True, "fill", 95.0),  # the strategy named it
        (102.0, False, False, "fill", 107.0),
        (4.0, True, False, "fill", 95.0),  # never at zero or below
        (5.0, True, False, "fill", 95.0),
    ],
)
def test_a_stop_keeps_its_distance_from_the_fill(entry, is_long, has_own_stop, anchor, expected):
    profile = MODERATE.replace(stop_anchor=anchor)
    how = {"distance": 5.0, "is_long": is_long, "has_own_stop": has_own_stop, "profile": profile}
    assert anchored_stop(entry, 95.0, **how) == expected


def test_no_stop_stays_none():
    how = {"distance": 5.0, "is_long": True, "has_own_stop": False, "profile": MODERATE}
    assert anchored_stop(100.0, None, **how) is None
