"""The report names every error and every sign by its line; reading it changes nothing."""

from __future__ import annotations

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from bt_risk.errors import PriceError
from bt_risk.prices import check_prices, load_prices
from tests.prices.frames import LINES, four_bars, write
from tests.prices.markets import quiet, scaled


def test_every_error_of_every_line_is_named(tmp_path):
    path = write(
        tmp_path,
        LINES[0],
        "2000-03-02,11,13,10,nan,1100",
        "2000-03-02,12,11,11,13,-5",
        "soon,13,15,12,14,1300",
        "2000-03-01,13,15,12,14,1300",
    )
    report = check_prices(path)
    assert [(f.kind, f.place, f.date) for f in report.errors] == [
        ("bad price", "line 3", "2000-03-02"),
        ("duplicate", "line 4", "2000-03-02"),
        ("impossible bar", "line 4", "2000-03-02"),
        ("bad volume", "line 4", "2000-03-02"),
        ("unreadable", "line 5", ""),
    ]
    assert report.summary == f"{path}: 5 rows, 2000-03-01 to 2000-03-02: 5 errors"
    assert str(report.errors[0]).startswith("line 3 (2000-03-02): Close must be a finite number above zero")
    assert str(report.errors[4]).startswith("line 5: Date must be an ISO date")


def test_rows_one_after_another_with_the_same_fault_are_one_finding(tmp_path):
    report = check_prices(write(tmp_path, *LINES[::-1]))
    (error,) = report.errors
    assert (error.kind, error.place, error.date) == ("unsorted", "lines 3-5", "2000-03-03")
    assert error.text.endswith("received '2000-03-03'; sort the rows, oldest first (the same 3 times)")


def test_signs_are_looked_for_in_the_sound_rows_of_a_broken_file():
    frame = scaled(quiet(), 30, 0.5, volume=2.0)
    frame.iloc[10, 3] = float("nan")
    report = check_prices(frame[::-1])
    assert [(f.kind, f.place) for f in report.warnings] == [("split", "row 30")]
    assert {finding.kind for finding in report.errors} == {"bad price", "unsorted"}


def test_what_the_report_calls_an_error_load_prices_refuses_with_the_same_words(tmp_path):
    path = write(tmp_path, *LINES[:2], "2000-03-03,12,14,11,-1,1200", LINES[3])
    (error,) = check_prices(path).errors
    with pytest.raises(PriceError) as caught:
        load_prices(path)
    assert str(caught.value) == f"{path} {error}"


def test_a_clean_series_says_so_with_its_span():
    report = check_prices(quiet(), name="CALM")
    assert report.summary == str(report) == "frame CALM: 60 rows, 2010-01-04 to 2010-03-26: clean"
    assert report.to_frame().empty


def test_notes_leave_a_series_clean():
    report = check_prices(quiet().assign(Volume=0.0))
    assert report.is_clean
    assert report.summary.endswith(": 1 note")


def test_a_series_without_a_row_is_an_error():
    report = check_prices(four_bars().iloc[:0])
    assert report.summary == "frame: 0 rows: 1 error"
    assert not report.is_clean


def test_the_table_holds_one_row_for_each_finding():
    table = check_prices("data/AAPL_raw.csv").to_frame()
    assert list(table.columns) == ["severity", "kind", "place", "date", "text"]
    assert len(table) == 4


def test_the_series_is_left_as_it_was():
    frame = scaled(quiet(), 30, 0.5)[::-1]
    before = frame.copy()
    check_prices(frame)
    assert_frame_equal(frame, before)


def test_what_is_no_table_raises_its_one_line(tmp_path):
    with pytest.raises(PriceError, match="there is no such file"):
        check_prices(tmp_path / "NONE.csv")


@pytest.mark.parametrize("by_ticker", [False, True])
@pytest.mark.parametrize("name", ["ZORG", "zorg"])
def test_of_several_tickers_the_named_one_is_taken(by_ticker, name):
    frame = pd.concat({"ACME": four_bars(), "ZORG": four_bars() * 2.0}, axis=1)
    frame = frame if by_ticker else frame.swaplevel(axis=1)
    assert_frame_equal(load_prices(frame, name=name), four_bars() * 2.0)
