"""A repair happens where it was asked for, says what it did, and leaves nothing wrong behind."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from bt_risk.errors import PriceError
from bt_risk.prices import load_prices
from bt_risk.prices.repair import REPAIRS
from tests.prices.frames import LINES, four_bars, write
from tests.prices.markets import quiet, scaled


def mended(source, *repair):
    frame = load_prices(source, repair=repair)
    return frame, frame.attrs["repairs"]


def test_nothing_is_repaired_where_nothing_was_asked_for(tmp_path):
    assert "repairs" not in load_prices(write(tmp_path, *LINES)).attrs
    with pytest.raises(PriceError, match="sort the rows"):
        load_prices(write(tmp_path, *LINES[::-1]))


def test_a_sound_file_needs_no_repair(tmp_path):
    frame, lines = mended(write(tmp_path, *LINES), *REPAIRS)
    assert lines == []
    assert_frame_equal(frame, four_bars())


def test_rows_are_sorted_and_named(tmp_path):
    path = write(tmp_path, LINES[0], LINES[2], LINES[1], LINES[3])
    frame, lines = mended(path, "sort")
    assert_frame_equal(frame, four_bars())
    assert lines == [
        "line 4 (2000-03-02): sorted: Date must be later than 2000-03-03, the row before; received '2000-03-02'"
    ]


def test_a_run_of_rows_is_said_once(tmp_path):
    frame, lines = mended(write(tmp_path, *LINES[::-1]), "sort")
    assert_frame_equal(frame, four_bars())
    assert lines == [
        "lines 3-5 (2000-03-03): sorted: Date must be later than 2000-03-06, the row before; "
        "received '2000-03-03' (the same 3 times)"
    ]


def test_the_first_row_of_a_date_is_kept(tmp_path):
    again = "2000-03-02,99,99,99,99,99"
    frame, lines = mended(write(tmp_path, *LINES[:2], again, *LINES[2:]), "drop_duplicates")
    assert_frame_equal(frame, four_bars())
    assert lines == ["line 4 (2000-03-02): dropped: an earlier row has this date"]


def test_sorting_keeps_rows_of_one_date_in_their_order():
    first, second = quiet(60), quiet(60) * 2.0
    frame, _ = mended(pd.concat([first[::-1], second[::-1]]), "sort", "drop_duplicates")
    assert_frame_equal(frame, first, check_freq=False, check_index_type=False)


def test_a_row_that_breaks_several_rules_is_dropped_once(tmp_path):
    frame, lines = mended(
        write(tmp_path, *LINES[:2], "2000-03-02,nan,0,x,1,-1", *LINES[2:]), "drop_bad_rows", "drop_duplicates"
    )
    assert_frame_equal(frame, four_bars())
    assert len(lines) == 1
    assert lines[0].startswith("line 4 (2000-03-02): dropped: Open must be a finite number above zero")


def test_a_row_without_a_date_is_dropped(tmp_path):
    frame, lines = mended(write(tmp_path, *LINES, "total,1,1,1,1,1"), "drop_bad_rows")
    assert_frame_equal(frame, four_bars())
    assert lines == ["line 6: dropped: Date must be an ISO date, e.g. 2010-01-04; received 'total'"]


def test_a_bar_is_widened_to_its_own_prices():
    frame = four_bars()
    frame.iloc[2] = [12.0, 12.5, 12.25, 13.0, 1200.0]
    loaded, lines = mended(frame, "widen_bars")
    assert loaded.iloc[2].tolist() == [12.0, 13.0, 12.0, 13.0, 1200.0]
    assert [line.split(":")[1] for line in lines] == [" bar widened to 12 to 13"]


def test_a_volume_that_is_not_known_becomes_zero():
    frame = four_bars()
    frame.iloc[1:3, 4] = [np.nan, -5.0]
    loaded, lines = mended(frame, "unknown_volume")
    assert loaded["Volume"].tolist() == [1000.0, 0.0, 0.0, 1300.0]
    assert [line.split(":")[0] for line in lines] == ["row 2 (2000-03-02)", "row 3 (2000-03-03)"]


def test_a_split_is_taken_out_of_prices_and_volume():
    calm = quiet()
    split = scaled(calm, 30, 0.25, volume=4.0)
    split.iloc[31:, 4] *= 4.0
    frame, lines = mended(split, "adjust_splits")
    expected = calm.assign(Volume=calm["Volume"] * 4.0)
    for field in ("Open", "High", "Low", "Close"):
        expected[field] *= 0.25
    assert_frame_equal(frame, expected, check_freq=False, check_index_type=False)
    assert len(lines) == 1
    assert lines[0].startswith("row 31 (2010-02-15): prices before divided by 4:")


def test_apples_two_splits_give_the_published_returns():
    raw, lines = mended("data/AAPL_raw.csv", "adjust_splits")
    assert len(lines) == 2
    adjusted = load_prices("data/AAPL.csv")
    moves = raw["Close"].pct_change() - adjusted["Close"].pct_change()
    assert moves["2000":"2011"].abs().max() < 2e-4  # dividends began in August 2012
    assert raw["Volume"].equals(adjusted["Volume"])


def test_repairs_work_together_in_their_own_order(tmp_path):
    lines = [LINES[3], "2000-03-03,12,13,11,14,?", LINES[2], LINES[0], "x,1,1,1,1,1", LINES[1]]
    frame, said = mended(write(tmp_path, *lines), *REPAIRS[::-1])
    assert frame.index.is_monotonic_increasing
    assert frame["Volume"].tolist() == [1000.0, 1100.0, 0.0, 1300.0]
    assert [line.split(": ")[1] for line in said] == [
        "volume set to 0",
        "bar widened to 11 to 14",
        "dropped",
        "sorted",
        "sorted",
        "dropped",
    ]


def test_what_was_not_asked_for_is_refused_as_ever(tmp_path):
    path = write(tmp_path, LINES[1], "2000-03-01,1,nan,1,1,1", LINES[2])
    with pytest.raises(PriceError, match=r"line 3 \(2000-03-01\): High must be a finite number above zero"):
        load_prices(path, repair=["sort"])


def test_a_file_of_bad_rows_only_is_refused(tmp_path):
    with pytest.raises(PriceError, match="at least one row of prices"):
        load_prices(write(tmp_path, "x,1,1,1,1,1"), repair=["drop_bad_rows"])


@pytest.mark.parametrize("repair", [("all",), ["sort", "everything"], "fill"])
def test_a_repair_that_does_not_exist_is_refused(repair):
    with pytest.raises(PriceError, match="repair must be a sequence of unknown_volume, widen_bars"):
        load_prices(four_bars(), repair=repair)


def test_one_repair_may_stand_alone():
    assert_frame_equal(load_prices(four_bars()[::-1], repair="sort"), four_bars())


def test_the_frame_given_is_left_alone():
    given = pd.concat([four_bars(), four_bars()])
    before = given.copy()
    load_prices(given, repair=("sort", "drop_duplicates"))
    assert_frame_equal(given, before)
