from __future__ import annotations

from math import inf, nan

import pytest

from bt_risk.maths.limits import above, at_least, at_most, below, equals, room


@pytest.mark.parametrize(
    ("value", "limit", "relation"),
    [
        (0.0999, 0.10, "below"),
        (0.10, 0.10, "equal"),
        (0.1001, 0.10, "above"),
        (0.003 + 0.117, 0.12, "equal"),  # 0.12000000000000001 in floats
        (0.10 * 0.9, 0.09, "equal"),  # 0.09000000000000001 in floats
        (1.0 + 0.9e-9, 1.0, "equal"),
        (1.0 - 0.9e-9, 1.0, "equal"),
        (1.0 + 1.1e-9, 1.0, "above"),
        (1.0 - 1.1e-9, 1.0, "below"),
        (1e12 + 900.0, 1e12, "equal"),  # the tolerance grows with the limit
        (1e12 + 1100.0, 1e12, "above"),
        (0.0, 0.0, "equal"),
        (1e-300, 0.0, "above"),  # relative to zero there is no tolerance
        (-1e-300, 0.0, "below"),
        (-0.05, -0.04, "below"),
        (inf, inf, "equal"),
        (-inf, -inf, "equal"),
        (1e308, inf, "below"),
        (inf, 1e308, "above"),
        (-inf, inf, "below"),
        (0.0, -inf, "above"),
    ],
)
def test_each_comparison_agrees_on_which_side_of_the_limit_a_value_lies(value, limit, relation):
    assert equals(value, limit) is (relation == "equal")
    assert above(value, limit) is (relation == "above")
    assert below(value, limit) is (relation == "below")
    assert at_most(value, limit) is (relation != "above")
    assert at_least(value, limit) is (relation != "below")


@pytest.mark.parametrize(("value", "limit"), [(nan, 0.1), (0.1, nan), (nan, nan), (nan, inf)])
def test_nan_passes_no_comparison(value, limit):
    assert not any(compare(value, limit) for compare in (equals, at_most, at_least, above, below))


@pytest.mark.parametrize(
    ("limit", "used", "left"),
    [
        (100.0, 40.0, 60.0),
        (100.0, 0.0, 100.0),
        (100.0, 100.0, 0.0),
        (100.0, 140.0, 0.0),
        (0.12, 0.1 + 0.02, 0.0),
        (0.3, 0.1 + 0.1 + 0.1, 0.0),  # 0.30000000000000004 in floats
        (100.0, 100.0 - 1e-8, 0.0),  # dust of a fit
        (100.0, 100.0 - 1e-6, 1e-6),
        (-5.0, 0.0, 0.0),
        (nan, 1.0, 0.0),
        (1.0, nan, 0.0),
    ],
)
def test_a_full_fit_leaves_no_room(limit, used, left):
    assert room(limit, used) == pytest.approx(left, rel=1e-6, abs=0.0)
