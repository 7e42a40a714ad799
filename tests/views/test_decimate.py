from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from bt_risk.views.decimate import extreme_positions

lines = arrays(float, st.integers(1, 400), elements=st.floats(-1e6, 1e6) | st.just(np.nan))


@given(lines, st.integers(4, 100))
def test_the_highest_and_the_lowest_point_survive_and_the_limit_holds(values, limit):
    kept = extreme_positions(values, limit)
    assert len(kept) <= max(limit, 0) or len(values) <= limit
    assert (np.diff(kept) > 0).all()
    assert kept[0] == 0
    assert kept[-1] == len(values) - 1
    if not np.isnan(values).all():
        assert np.nanmax(values[kept]) == np.nanmax(values)
        assert np.nanmin(values[kept]) == np.nanmin(values)


def test_every_spike_of_one_bar_survives():
    values = np.zeros(3000)
    spikes = np.arange(50, 3000, 100)
    values[spikes] = 1.0
    kept = extreme_positions(values, 1500)
    assert set(spikes) <= set(kept)
    assert len(kept) <= 1500


def test_a_short_line_is_left_as_it_is():
    assert extreme_positions([3.0, 1.0, 2.0], 4).tolist() == [0, 1, 2]


def test_a_gap_stays_a_gap():
    values = np.arange(100.0)
    values[40:60] = np.nan
    kept = extreme_positions(values, 20)
    assert np.isnan(values[kept]).any()


def test_a_limit_without_room_for_a_bucket_is_refused():
    with pytest.raises(ValueError, match=r"limit must be a whole number >= 4, e\.g\. 1500; received 3"):
        extreme_positions(np.arange(10.0), 3)
