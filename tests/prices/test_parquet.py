"""Parquet files, where pyarrow is there to read them."""

from __future__ import annotations

import sys

import pytest
from pandas.testing import assert_frame_equal

from bt_risk.errors import PriceError
from bt_risk.prices import load_prices
from tests.prices.frames import four_bars


def message(path) -> str:
    with pytest.raises(PriceError) as caught:
        load_prices(path)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("name", ["ACME.parquet", "ACME.PQ"])
def test_a_parquet_file_loads_as_the_frame_it_holds(tmp_path, name):
    pytest.importorskip("pyarrow")
    path = tmp_path / name
    four_bars().to_parquet(path)
    frame = load_prices(path)
    assert_frame_equal(frame, four_bars())
    assert frame.attrs["name"] == "ACME"


def test_a_bad_row_of_a_parquet_file_is_named(tmp_path):
    pytest.importorskip("pyarrow")
    path = tmp_path / "ACME.parquet"
    frame = four_bars()
    frame.iloc[2, 3] = -1.0
    frame.to_parquet(path)
    assert message(path).startswith(f"{path} row 3 (2000-03-03): Close must be a finite number above zero")


def test_a_file_that_is_no_parquet_is_refused(tmp_path):
    pytest.importorskip("pyarrow")
    path = tmp_path / "ACME.parquet"
    path.write_text("Date,Open\n")
    assert message(path).startswith(f"{path}: this is not a Parquet file that can be read (")


def test_a_parquet_file_that_is_not_there_is_refused(tmp_path):
    path = tmp_path / "NONE.parquet"
    assert message(path) == f"{path}: there is no such file; give the path of one, or a name to find_prices"


def test_without_pyarrow_one_line_says_what_is_missing(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    path = tmp_path / "ACME.parquet"
    path.write_bytes(b"PAR1")
    assert message(path) == (
        f"{path}: a Parquet file needs pyarrow; pip install pyarrow, or save the prices as CSV"
    )


def test_a_table_of_something_else_is_refused_by_its_path(tmp_path):
    pytest.importorskip("pyarrow")
    path = tmp_path / "ACME.parquet"
    four_bars()[["Open"]].to_parquet(path)
    assert message(path).startswith(f"{path}: the columns must include Open, High, Low and Close")
