"""Each kind of bad input raises one line with its place, the problem and the remedy."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from bt_risk.errors import PriceError
from bt_risk.prices import load_prices
from tests.prices.frames import HEADER, LINES, four_bars, write


def message(source, **options) -> str:
    with pytest.raises(PriceError) as caught:
        load_prices(source, **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


PRICE = "a finite number above zero, e.g. 131.75"
VOLUME = "a finite number of zero or more, e.g. 9616100"
MEND = "mend or drop the row"

# The third row, line 4 of the file, and what the error says after the file's name.
BAD_ROWS = {
    "missing date": (
        ",12,14,11,13,1200",
        "line 4: Date must be an ISO date, e.g. 2010-01-04; received nothing; write it so or drop the row",
    ),
    "unreadable date": (
        "03/03/2000,12,14,11,13,1200",
        "line 4: Date must be an ISO date, e.g. 2010-01-04; received '03/03/2000'; write it so or drop the row",
    ),
    "impossible date": (
        "2000-02-30,12,14,11,13,1200",
        "line 4: Date must be an ISO date, e.g. 2010-01-04; received '2000-02-30'; write it so or drop the row",
    ),
    "date beyond the calendar": (
        "-1,12,14,11,13,1200",
        "line 4: Date must be an ISO date, e.g. 2010-01-04; received '-1'; write it so or drop the row",
    ),
    "unsorted": (
        "2000-03-01,12,14,11,13,1200",
        "line 4 (2000-03-01): Date must be later than 2000-03-02, the row before; received '2000-03-01'; "
        "sort the rows, oldest first",
    ),
    "duplicated": (
        "2000-03-02,12,14,11,13,1200",
        "line 4 (2000-03-02): Date must be later than 2000-03-02, the row before; received '2000-03-02'; "
        "keep one row of each date",
    ),
    "NaN open": (
        "2000-03-03,nan,14,11,13,1200",
        f"line 4 (2000-03-03): Open must be {PRICE}; received 'nan'; {MEND}",
    ),
    "no high": (
        "2000-03-03,12, ,11,13,1200",
        f"line 4 (2000-03-03): High must be {PRICE}; received nothing; {MEND}",
    ),
    "infinite high": (
        "2000-03-03,12,inf,11,13,1200",
        f"line 4 (2000-03-03): High must be {PRICE}; received 'inf'; {MEND}",
    ),
    "zero low": (
        "2000-03-03,12,14,0,13,1200",
        f"line 4 (2000-03-03): Low must be {PRICE}; received '0'; {MEND}",
    ),
    "negative low": (
        "2000-03-03,12,14,-11,13,1200",
        f"line 4 (2000-03-03): Low must be {PRICE}; received '-11'; {MEND}",
    ),
    "text close": (
        "2000-03-03,12,14,11,null,1200",
        f"line 4 (2000-03-03): Close must be {PRICE}; received 'null'; {MEND}",
    ),
    "thousands": (
        '2000-03-03,12,14,11,"1,300",1200',
        f"line 4 (2000-03-03): Close must be {PRICE}; received '1,300'; {MEND}",
    ),
    "high below close": (
        "2000-03-03,12,12.5,11,13,1200",
        "line 4 (2000-03-03): High must be at least 13.0, the highest price of its bar; "
        f"received '12.5'; {MEND}",
    ),
    "low above open": (
        "2000-03-03,12,14,12.25,13,1200",
        "line 4 (2000-03-03): Low must be at most 12.0, the lowest price of its bar; "
        f"received '12.25'; {MEND}",
    ),
    "high and low swapped": (
        "2000-03-03,12,11,14,13,1200",
        "line 4 (2000-03-03): High must be at least 14.0, the highest price of its bar; "
        f"received '11'; {MEND}",
    ),
    "negative volume": (
        "2000-03-03,12,14,11,13,-1",
        f"line 4 (2000-03-03): Volume must be {VOLUME}; received '-1'; write 0 if unknown",
    ),
    "infinite volume": (
        "2000-03-03,12,14,11,13,inf",
        f"line 4 (2000-03-03): Volume must be {VOLUME}; received 'inf'; write 0 if unknown",
    ),
    "no volume": (
        "2000-03-03,12,14,11,13,",
        f"line 4 (2000-03-03): Volume must be {VOLUME}; received nothing; write 0 if unknown",
    ),
    "short line": (
        "2000-03-03,12,14,11,13",
        "line 4: the line must have 6 cells, as the header has; received 5; mend or drop it",
    ),
    "long line": (
        "2000-03-03,12,14,11,1,300,1200",
        "line 4: the line must have 6 cells, as the header has; received 7; mend or drop it",
    ),
    "only commas": (
        ",,,,,",
        "line 4: Date must be an ISO date, e.g. 2010-01-04; received nothing; write it so or drop the row "
        "(and 5 more problems)",
    ),
}


@pytest.mark.parametrize("kind", BAD_ROWS)
def test_a_bad_row_is_named_by_its_line_and_date(tmp_path, kind):
    line, expected = BAD_ROWS[kind]
    path = write(tmp_path, *LINES[:2], line, LINES[3])
    assert message(path) == f"{path} {expected}"


def test_blank_lines_do_not_shift_the_line_named(tmp_path):
    path = write(tmp_path, LINES[0], "", "", LINES[1], "2000-03-03,12,14,11,-13,1200")
    assert message(path).startswith(f"{path} line 6 (2000-03-03): Close must be ")


def test_the_first_bad_row_is_named_and_the_others_counted(tmp_path):
    path = write(tmp_path, LINES[0], "2000-03-02,11,13,10,12,-5", "2000-03-03,0,14,11,x,1200", LINES[3])
    assert message(path) == (
        f"{path} line 3 (2000-03-02): Volume must be {VOLUME}; received '-5'; write 0 if unknown "
        "(and 2 more problems)"
    )
    path = write(tmp_path, LINES[0], "2000-03-02,11,13,10,12,-5", LINES[2], "x,13,15,12,14,1300")
    assert message(path).endswith("; write 0 if unknown (and 1 more problem)")


def test_a_file_with_the_newest_row_first_is_to_be_sorted(tmp_path):
    path = write(tmp_path, *LINES[::-1])
    assert message(path) == (
        f"{path} line 3 (2000-03-03): Date must be later than 2000-03-06, the row before; "
        "received '2000-03-03'; sort the rows, oldest first (and 2 more problems)"
    )


def test_a_time_of_day_is_shown_where_there_is_one(tmp_path):
    path = write(tmp_path, "2000-03-01 09:30,10,12,9,11,1000", "2000-03-01 09:30,11,13,10,12,1100")
    assert "line 3 (2000-03-01 09:30:00): Date must be later than 2000-03-01 09:30:00" in message(path)


# The bytes of a file and the whole error after its name.
BAD_FILES = {
    "empty": (b"", f": the file is empty; it must have a header, e.g. {HEADER}, and rows"),
    "only a header": (
        f"{HEADER}\n".encode(),
        ": there must be at least one row of prices; received none; add rows",
    ),
    "no header": (
        "\n".join(LINES).encode(),
        f": the first line must be a header, e.g. {HEADER}; received {LINES[0]}",
    ),
    "no close": (
        b"Date,Open,High,Low\n2000-03-01,1,1,1\n",
        ": the columns must include Open, High, Low and Close; received Date, Open, High, Low; add Close",
    ),
    "semicolons": (
        b"Date;Open;High;Low;Close\n2000-03-01;1;1;1;1\n",
        f": the cells must be separated by commas, e.g. {HEADER}; received Date;Open;High;Low;Close; "
        "save the file so",
    ),
    "no date": (
        b"Open,High,Low,Close\n1,1,1,1\n",
        ": the columns must include Date; received Open, High, Low, Close; add Date",
    ),
    "two closes": (
        b"Date,Open,High,Low,Close,close\n2000-03-01,1,1,1,1,1\n",
        ": the column Close must be there once; received two; drop one of them",
    ),
    "nested header of two": (
        b"Price,Close,Close\nTicker,A,B\nDate,,\n2024-01-02,1,1\n",
        ": the file must hold one ticker; received A, B; save each to a file of its own",
    ),
    "nested header of none": (
        b"Price,Close,Close\nTicker,,\nDate,,\n2024-01-02,1,1\n",
        ": the file must hold one ticker; received none; save each to a file of its own",
    ),
    "binary": (bytes(range(256)), ": this is not a text file in UTF-8; save it as CSV"),
    "zeros": (b"Date,Open\0", ": this is not a text file in UTF-8; save it as CSV"),
    "utf-16": (HEADER.encode("utf-16"), ": this is not a text file in UTF-8; save it as CSV"),
    "web page": (
        b"<!DOCTYPE html>\n<html></html>\n",
        ": the columns must include Open, High, Low and Close; received <!DOCTYPE html>; "
        "add Open, High, Low, Close",
    ),
    "endless cell": (
        b"Date," + b"x" * 140_000,
        " line 1: this is not CSV (field larger than field limit (131072)); save the file as CSV",
    ),
}


@pytest.mark.parametrize("kind", BAD_FILES)
def test_a_file_that_is_no_table_of_prices_is_refused(tmp_path, kind):
    content, expected = BAD_FILES[kind]
    path = tmp_path / "ACME.csv"
    path.write_bytes(content)
    assert message(path) == f"{path}{expected}"


def test_what_is_received_is_cut_to_one_short_line(tmp_path):
    path = write(tmp_path, "1", header='"Date\nand more' + "x" * 200 + '"')
    assert message(path) == (
        f"{path}: the columns must include Open, High, Low and Close; received Date and more{'x' * 67}...; "
        "add Open, High, Low, Close"
    )


def test_a_path_that_is_no_file_is_refused(tmp_path):
    missing = tmp_path / "NONE.csv"
    assert (
        message(missing)
        == f"{missing}: there is no such file; give the path of one, or a name to find_prices"
    )
    assert message(tmp_path) == f"{tmp_path}: this is a folder; give the path of a file in it"
    path = write(tmp_path, *LINES)
    assert message(path / "x") == (
        f"{path / 'x'}: the file cannot be read (Not a directory); give the path of a CSV file"
    )


@pytest.mark.parametrize("source", [None, 5, [1.0, 2.0], {"Close": [1.0]}])
def test_a_source_of_another_kind_is_refused(source):
    expected = f"source must be a CSV path or a DataFrame, e.g. 'AAPL.csv'; received {source!r}"
    assert message(source) == expected


def test_a_bad_row_of_a_frame_is_named_by_its_number_and_the_frames_name():
    frame = four_bars()
    frame.loc["2000-03-03", "Close"] = np.nan
    expected = f"row 3 (2000-03-03): Close must be {PRICE}; received nan; {MEND}"
    assert message(frame) == f"frame {expected}"
    assert message(frame, name="ACME") == f"frame ACME {expected}"
    frame.attrs["name"] = "ACME"
    assert message(frame) == f"frame ACME {expected}"


@pytest.mark.parametrize(
    ("cell", "received"),
    [(pd.NA, "<NA>"), (None, "None"), ("n/a", "'n/a'"), (np.inf, "inf"), (-3.5, "-3.5"), ([1], "[1]")],
)
def test_the_cell_of_a_frame_is_shown_as_it_is(cell, received):
    frame = four_bars().astype(object)
    frame.iat[0, 0] = cell
    assert message(frame) == f"frame row 1 (2000-03-01): Open must be {PRICE}; received {received}; {MEND}"


def test_frames_without_usable_dates_are_refused():
    assert message(four_bars().reset_index(drop=True)) == (
        "frame: the index must hold dates; received numbers; call set_index on the dates"
    )
    frame = four_bars()
    frame.index = pd.Index(["2000-03-01", "2000-03-02", None, "2000-03-06"], dtype=object)
    assert message(frame) == (
        "frame row 3: Date must be an ISO date, e.g. 2010-01-04; received None; write it so or drop the row"
    )
    frame.index = pd.DatetimeIndex(["2000-03-01", "NaT", "2000-03-03", "2000-03-06"])
    assert "frame row 2: Date must be an ISO date, e.g. 2010-01-04; received NaT" in message(frame)
    numbered = four_bars().reset_index()
    numbered["Date"] = range(20000301, 20000305)
    assert "frame row 1: Date must be an ISO date, e.g. 2010-01-04; received 20000301" in message(numbered)


@pytest.mark.parametrize("beyond", ["-0001-03-01", "12000-03-06"])
def test_a_time_beyond_the_calendar_is_no_date(beyond):
    frame = four_bars()
    moments = frame.index.to_numpy().astype("datetime64[s]")
    moments[3] = np.datetime64(beyond, "s")
    frame.index = pd.DatetimeIndex(moments)
    assert "frame row 4: Date must be an ISO date, e.g. 2010-01-04; received" in message(frame)


def test_an_empty_frame_is_refused():
    assert message(four_bars().iloc[:0]) == (
        "frame: there must be at least one row of prices; received none; add rows"
    )
    assert message(pd.DataFrame()) == (
        "frame: the columns must include Open, High, Low and Close; received none; add Open, High, Low, Close"
    )


def test_nested_columns_of_several_tickers_are_refused():
    frame = pd.concat({"ACME": four_bars(), "ZORG": four_bars()}, axis=1)
    assert message(frame) == (
        "frame: the frame must hold one ticker; received ACME, ZORG; "
        "take one, e.g. frame.xs('ACME', axis=1, level=0)"
    )
    assert load_prices(frame.xs("ACME", axis=1, level=0)).equals(four_bars())
    frame.columns = pd.MultiIndex.from_product([["one", "two"], list("abcde")])
    assert message(frame) == (
        "frame: the columns must be Open, High, Low and Close, or these nested under one ticker; "
        "received 2 levels; name the columns so"
    )


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(("field", "limit"), [("Close", "High"), ("Open", "Low")])
def test_the_last_bits_of_adjusted_prices_are_no_fault(field, limit, sign):
    frame = four_bars()
    out = sign if limit == "High" else -sign
    frame.loc[frame.index[2], field] = frame[limit].iloc[2] * (1 + out * 1e-12)
    assert load_prices(frame)[field].iloc[2] == frame[field].iloc[2]
    frame.loc[frame.index[2], field] = frame[limit].iloc[2] * (1 + (1e-8 if limit == "High" else -1e-8))
    assert f"{limit} must be" in message(frame)
