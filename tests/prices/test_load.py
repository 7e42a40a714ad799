"""Every form in which good prices come loads into the one form."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from bt_risk.errors import PriceError
from bt_risk.prices import load_prices
from tests.prices.frames import HEADER, LINES, four_bars, write


def same(frame: pd.DataFrame, name: str) -> None:
    assert_frame_equal(frame, four_bars())
    assert frame.attrs["name"] == name


def test_a_file_loads_as_floats_by_naive_dates_under_its_own_name(tmp_path):
    same(load_prices(write(tmp_path, *LINES)), "ACME")
    same(load_prices(str(write(tmp_path, *LINES)), name="acme"), "acme")


def test_a_file_from_windows_with_a_bom_and_blank_lines_loads(tmp_path):
    path = tmp_path / "ACME.csv"
    path.write_bytes(("\ufeff" + "\r\n".join([HEADER, *LINES[:2], "", *LINES[2:], "", ""])).encode())
    same(load_prices(path), "ACME")


def test_labels_may_have_any_case_order_and_company(tmp_path):
    lines = [",".join([*line.split(",")[::-1], "7"]) for line in LINES]
    same(
        load_prices(write(tmp_path, *lines, header=" volume,CLOSE,low,High,oPEN,datetime,Adj Close")), "ACME"
    )


def test_spaces_around_the_cells_do_not_matter(tmp_path):
    lines = [" " + line.replace(",", " , ") + " " for line in LINES]
    same(load_prices(write(tmp_path, *lines, header=HEADER.replace(",", " , "))), "ACME")


def test_a_first_column_without_a_label_is_the_date(tmp_path):
    same(load_prices(write(tmp_path, *LINES, header=HEADER.replace("Date", ""))), "ACME")


def test_the_file_that_yfinance_writes_of_one_ticker_is_understood(tmp_path):
    frame = four_bars().iloc[:, [3, 1, 2, 0, 4]]
    frame.columns = pd.MultiIndex.from_product([frame.columns, ["ZORG"]], names=["Price", "Ticker"])
    path = tmp_path / "download.csv"
    frame.to_csv(path)
    assert path.read_text().splitlines()[:3] == [
        "Price,Close,High,Low,Open,Volume",
        "Ticker" + ",ZORG" * 5,
        "Date,,,,,",
    ]
    same(load_prices(path), "ZORG")
    path.write_text(path.read_text().replace("2000-03-02,12.0", "2000-03-02,-1"))
    with pytest.raises(
        PriceError, match=r"download.csv line 5 \(2000-03-02\): Close must be a finite number above zero"
    ):
        load_prices(path)


def test_without_a_volume_column_the_volume_is_zero(tmp_path):
    lines = [line.rsplit(",", 1)[0] for line in LINES]
    frame = load_prices(write(tmp_path, *lines, header="Date,Open,High,Low,Close"))
    assert frame["Volume"].tolist() == [0.0] * 4
    assert_frame_equal(frame.drop(columns="Volume"), four_bars().drop(columns="Volume"))


def test_times_in_a_file_keep_the_clock_of_the_exchange(tmp_path):
    lines = [
        "2024-03-08 09:30:00-05:00,10,12,9,11,1000",
        "2024-03-11T09:30:00.500-0400,11,13,10,12,1100",
        "2024-03-12T09:30:00Z,12,14,11,13,1200",
    ]
    frame = load_prices(write(tmp_path, *lines))
    assert frame.index.strftime("%m-%d %H:%M:%S.%f").tolist() == [
        "03-08 09:30:00.000000",
        "03-11 09:30:00.500000",
        "03-12 09:30:00.000000",
    ]


def test_a_loaded_frame_loads_again_and_keeps_its_name():
    first = load_prices(four_bars(), name="ACME")
    same(load_prices(first), "ACME")
    same(load_prices(four_bars()), "")


def test_the_frame_given_is_left_alone():
    given = four_bars().rename(columns=str.lower)
    before = given.copy()
    for options in ({}, {"start": "2000-03-02"}):
        loaded = load_prices(given, name="ACME", **options)
        loaded["Close"] = 1.0
    assert_frame_equal(given, before)
    assert given.attrs == {}


@pytest.mark.parametrize(
    "dates",
    [
        lambda index: index.strftime("%Y-%m-%d"),
        lambda index: index.date,
        lambda index: index.astype("datetime64[s]"),
        lambda index: index.tz_localize("America/New_York"),
        lambda index: index.tz_localize("Asia/Tokyo").rename("anything"),
        lambda index: pd.Index(
            [index[0].isoformat(), index[1].to_pydatetime(), *index[2:].date], dtype=object
        ),
    ],
    ids=["text", "dates", "seconds", "new york", "tokyo", "mixed"],
)
def test_an_index_of_any_kind_of_date_becomes_naive_days(dates):
    frame = four_bars()
    frame.index = dates(frame.index)
    same(load_prices(frame), "")


@pytest.mark.parametrize("kind", ["datetime64[us]", "str", "object"])
def test_the_dates_may_stand_in_a_column(kind):
    frame = four_bars().reset_index()
    frame["Date"] = frame["Date"].astype(kind)
    same(load_prices(frame), "")


def test_a_dated_index_goes_before_a_column_of_dates():
    frame = four_bars()
    frame["timestamp"] = "settled later"
    same(load_prices(frame), "")


@pytest.mark.parametrize("kind", ["Int64", "Float64", "int64", "str", "object"])
def test_numbers_of_any_type_become_floats(kind):
    same(load_prices(four_bars().astype("int64").astype(kind)), "")


@pytest.mark.parametrize("by_ticker", [False, True])
def test_the_nested_columns_of_one_ticker_are_taken_out(by_ticker):
    frame = four_bars()
    names = [(field, "ACME") for field in frame.columns]
    frame.columns = pd.MultiIndex.from_tuples(names, names=["Price", "Ticker"])
    same(load_prices(frame.swaplevel(axis=1) if by_ticker else frame), "ACME")


@pytest.mark.parametrize(
    ("start", "end", "rows"),
    [
        (None, None, 4),
        ("2000-03-02", None, 3),
        (None, "2000-03-02", 2),
        ("2000-03-02", "2000-03-02", 1),
        ("1999-01-01", "2000-03-05", 3),
        (dt.date(2000, 3, 3), dt.date(2030, 1, 1), 2),
        (dt.datetime(2000, 3, 1, 0, 1), "2000-03-06T00:00", 3),
        (pd.Timestamp("2000-03-06", tz="UTC"), None, 1),
    ],
)
def test_both_ends_of_a_range_are_included(start, end, rows):
    assert len(load_prices(four_bars(), start=start, end=end)) == rows


def test_a_last_day_without_a_time_is_included_whole():
    frame = four_bars().set_axis(pd.date_range("2000-03-01 22:00", periods=4, freq="h"))
    assert len(load_prices(frame, end="2000-03-01")) == 2
    assert len(load_prices(frame, end=dt.date(2000, 3, 1))) == 2
    assert len(load_prices(frame, end=dt.datetime(2000, 3, 1, 22))) == 1


@pytest.mark.parametrize(
    ("start", "end", "asked"),
    [
        ("2001-01-01", None, "2001-01-01 to 2000-03-06"),
        (None, "1999-12-31", "2000-03-01 to 1999-12-31"),
        ("2000-03-04", "2000-03-05T12:00", "2000-03-04 to 2000-03-05 12:00:00"),
        ("2000-03-03", dt.datetime(2000, 3, 2), "2000-03-03 to 2000-03-02"),
    ],
)
def test_a_range_without_prices_names_the_file_its_span_and_the_range(tmp_path, start, end, asked):
    path = write(tmp_path, *LINES)
    with pytest.raises(PriceError) as caught:
        load_prices(path, start=start, end=end)
    assert str(caught.value) == (
        f"{path}: the range from start to end must hold prices; received {asked}; "
        "ask for a part of 2000-03-01 to 2000-03-06"
    )


@pytest.mark.parametrize("bad", ["yesterday", "01/02/2013", "2013-02-30", "", 20130102])
def test_a_bound_that_is_no_date_is_refused(bad):
    with pytest.raises(PriceError) as caught:
        load_prices(four_bars(), end=bad)
    assert str(caught.value) == f"end must be an ISO date, e.g. 2010-01-04; received {bad!r}"


def test_loading_prices_needs_no_backtrader():
    code = "import sys, bt_risk.prices; sys.exit('backtrader' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
