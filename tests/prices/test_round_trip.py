"""Good prices survive a file to the last bit, whatever they are."""

from __future__ import annotations

import io

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from bt_risk.prices import load_prices

prices = st.floats(min_value=5e-324, max_value=1e300, allow_subnormal=True)
bars = st.tuples(st.lists(prices, min_size=4, max_size=4).map(sorted), st.booleans(), st.floats(0.0, 1e300))
moments = st.datetimes(min_value=pd.Timestamp("1700-01-01"), max_value=pd.Timestamp("2200-01-01"))


@st.composite
def frames(draw) -> pd.DataFrame:
    dates = sorted(draw(st.lists(moments, min_size=1, max_size=20, unique=True)))
    rows = []
    for _ in dates:
        (low, first, last, high), is_up, volume = draw(bars)
        open_, close = (first, last) if is_up else (last, first)
        rows.append([open_, high, low, close, volume])
    index = pd.DatetimeIndex(dates, name="Date").as_unit("us")
    return pd.DataFrame(rows, index=index, columns=["Open", "High", "Low", "Close", "Volume"])


@settings(derandomize=True, database=None, max_examples=60, deadline=None)
@given(frame=frames(), ends=st.sampled_from(["\n", "\r\n"]))
def test_a_frame_written_to_a_file_loads_to_the_same_bits(tmp_path_factory, frame, ends):
    path = tmp_path_factory.getbasetemp() / "prices.csv"
    text = io.StringIO(newline="")
    frame.to_csv(text, lineterminator=ends)
    path.write_bytes(text.getvalue().encode())
    assert_frame_equal(load_prices(path), frame, check_exact=True)
    assert_frame_equal(load_prices(frame), frame, check_exact=True)
