from __future__ import annotations

from math import inf, nan

import pytest

from bt_risk.rules.exits.add_stop import add_stop


@pytest.mark.parametrize(
    ("held", "alone", "is_long", "stop"),
    [
        (95.0, 97.0, True, 97.0),
        (98.0, 97.0, True, 98.0),
        (95.0, 95.0, True, 95.0),
        (105.0, 103.0, False, 103.0),
        (102.0, 103.0, False, 102.0),
        (None, 97.0, True, 97.0),
        (95.0, None, True, 95.0),
        (None, None, True, None),
    ],
)
def test_the_tighter_of_the_two_holds_for_both(held, alone, is_long, stop):
    assert add_stop(held, alone, is_long=is_long) == stop


@pytest.mark.parametrize("alone", [0.0, -1.0, inf, -inf, nan])
def test_what_is_no_price_is_not_hidden_by_the_stop_of_the_position(alone):
    for held in (95.0, None):
        assert repr(add_stop(held, alone, is_long=True)) == repr(alone)
