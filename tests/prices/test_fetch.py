"""Fetched prices are files that say what they are, whole or not at all."""

from __future__ import annotations

import datetime as dt
import json

import pytest
import requests

from bt_risk.errors import DataUnavailable, PriceError
from bt_risk.prices import cache, check_prices, fetch_prices, find_prices, load_prices
from bt_risk.prices.fetch import fetch
from tests.prices.yahoo_server import bars, refusal, serve

RANGE = {"start": "2020-01-06", "end": "2020-01-08"}
PRICES = bars("2020-01-06", 10.0, 11.0, 12.0, adjusted=0.5)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path / "prices"


@pytest.fixture
def yahoo(served):
    return served(lambda symbol, query: (200, PRICES))


def test_prices_are_returned_checked_and_kept_with_what_they_are(yahoo, folder):
    frame = fetch_prices("acme", **RANGE)
    assert frame["Close"].tolist() == [5.0, 5.5, 6.0]
    assert frame.attrs["name"] == "ACME"
    assert (folder / "ACME.csv").read_text() == (
        "Date,Open,High,Low,Close,Volume\n"
        "2020-01-06,5.0,5.5,4.5,5.0,1000\n"
        "2020-01-07,5.5,6.0,5.0,5.5,1000\n"
        "2020-01-08,6.0,6.5,5.5,6.0,1000\n"
    )
    about = json.loads((folder / "ACME.json").read_text())
    assert len(about.pop("sha256")) == 64
    fetched = dt.datetime.fromisoformat(about.pop("fetched_at"))
    assert fetched.timestamp() == pytest.approx((folder / "ACME.csv").stat().st_mtime, abs=1.0)
    assert about.pop("yfinance")
    assert about == {
        "symbol": "ACME",
        "start": "2020-01-06",
        "end": "2020-01-08",
        "interval": "1d",
        "is_adjusted": True,
        "first": "2020-01-06T00:00:00",
        "last": "2020-01-08T00:00:00",
        "rows": 3,
        "repairs": [],
    }
    assert check_prices(folder / "ACME.csv").is_clean


def test_what_is_there_is_not_asked_for_again(yahoo):
    fetch_prices("ACME", **RANGE)
    asked = len(yahoo.asked)
    part = fetch_prices("ACME", start="2020-01-07", end="2020-01-07")
    assert part["Close"].tolist() == [5.5]
    assert len(yahoo.asked) == asked


@pytest.mark.parametrize(
    "range_",
    [{"start": "2020-01-05", "end": "2020-01-08"}, {"start": "2020-01-06"}, {"end": "2020-01-08"}, {}],
)
def test_a_wider_range_and_an_open_end_are_downloaded_whole(yahoo, range_):
    fetch_prices("ACME", **RANGE)
    asked = len(yahoo.asked)
    fetch_prices("ACME", **range_)
    assert len(yahoo.asked) > asked


@pytest.mark.parametrize(
    ("start", "end", "asked", "is_covered"),
    [
        (None, "2020-01-08", ("2020-01-06", "2020-01-08"), True),
        ("2020-01-06", None, ("2020-01-06", "2020-01-31"), True),
        ("2020-01-06", None, ("2020-01-06", "2020-02-01"), False),  # the day of the download is not over
        ("2020-01-06", "2030-01-01", ("2020-01-06", "2020-02-02"), False),
        ("2020-01-06", "2020-01-08", (None, "2020-01-08"), False),
        ("2020-01-06", "2020-01-08", ("2020-01-06", None), False),
        ("2020-01-06", "2020-01-08", ("2020-01-06", "2020-01-09"), False),
    ],
)
def test_a_range_is_covered_as_far_as_the_download_saw(start, end, asked, is_covered):
    entry = cache.Entry("A", start, end, "1d", True, "", "", 1, (), "1", "2020-02-01T12:00:00+00:00", "")
    first, last = (dt.date.fromisoformat(day) if day else None for day in asked)
    assert entry.covers(first, last) is is_covered


def test_raw_prices_and_other_steps_have_files_of_their_own(yahoo, folder):
    fetch_prices("ACME", **RANGE)
    fetch_prices("ACME", **RANGE, is_adjusted=False)
    fetch_prices("ACME", **RANGE, interval="1wk")
    assert sorted(path.name for path in folder.glob("*.csv")) == ["ACME.csv", "ACME_1wk.csv", "ACME_raw.csv"]
    assert load_prices(folder / "ACME_raw.csv")["Close"].tolist() == [10.0, 11.0, 12.0]


def test_offline_reads_the_folder_only(yahoo):
    fetch_prices("ACME", **RANGE)
    asked = len(yahoo.asked)
    assert fetch_prices("ACME", offline=True)["Close"].tolist() == [5.0, 5.5, 6.0]
    assert len(yahoo.asked) == asked
    with pytest.raises(DataUnavailable) as caught:
        fetch_prices("OTHER", offline=True)
    assert caught.value.reason == "not downloaded"


@pytest.mark.parametrize(
    ("range_", "missing"),
    [
        ({"start": "2020-01-03"}, "of prices/ACME.csv it begins on 2020-01-06, asked was 2020-01-03"),
        ({"end": "2020-01-09"}, "of prices/ACME.csv it ends on 2020-01-08, asked was 2020-01-09"),
    ],
)
def test_offline_does_not_pass_off_a_part_as_the_whole(yahoo, range_, missing):
    fetch_prices("ACME", **RANGE)
    with pytest.raises(DataUnavailable) as caught:
        fetch_prices("ACME", offline=True, **range_)
    assert str(caught.value) == (
        f"ACME: not downloaded: {missing}; fetch it without offline, or leave that end open"
    )


def test_a_file_that_was_changed_or_torn_is_not_what_was_downloaded(yahoo, folder):
    fetch_prices("ACME", **RANGE)
    with (folder / "ACME.csv").open("a") as file:
        file.write("2020-01-09,6,7,5,6,1\n")
    with pytest.raises(DataUnavailable, match="not as it was downloaded"):
        fetch_prices("ACME", **RANGE, offline=True)
    assert fetch("ACME", **RANGE).is_from_cache is False
    assert len(fetch_prices("ACME", **RANGE)) == 3
    (folder / "ACME.json").write_text("{")
    assert fetch("ACME", **RANGE).is_from_cache is False
    assert fetch("ACME", **RANGE).is_from_cache is True


def test_a_download_that_fails_leaves_what_is_there_and_names_it(yahoo, served, folder):
    fetch_prices("ACME", **RANGE)
    before = (folder / "ACME.csv").read_bytes()
    served(lambda symbol, query: requests.ConnectionError("no route"))
    with pytest.raises(DataUnavailable) as caught:
        fetch_prices("ACME")
    assert caught.value.reason == "no network"
    assert "prices/ACME.csv still has 2020-01-06 to 2020-01-08, use it with offline" in str(caught.value)
    assert (folder / "ACME.csv").read_bytes() == before


def test_a_symbol_of_which_prices_were_kept_is_delisted_where_yahoo_knows_it_no_longer(
    yahoo, served, tmp_path
):
    fetch_prices("ACME", **RANGE)
    missing = (404, refusal("Not Found", "No data found, symbol may be delisted"))
    serve(lambda symbol, query: missing, tmp_path / "another process")
    for symbol, reason in (("ACME", "delisted"), ("OTHER", "unknown symbol")):
        with pytest.raises(DataUnavailable) as caught:
            fetch_prices(symbol)
        assert caught.value.reason == reason


def test_a_write_that_fails_leaves_what_is_there(yahoo, folder, monkeypatch):
    fetch_prices("ACME", **RANGE)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    def full(*_):
        raise OSError("no space left on device")

    monkeypatch.setattr(cache.os, "replace", full)
    with pytest.raises(OSError, match="no space left"):
        fetch_prices("ACME")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def broken(symbol, query):
    answer = bars("2020-01-06", 10.0, 11.0, 12.0)
    answer["chart"]["result"][0]["indicators"]["quote"][0]["high"][1] = 10.5
    return 200, answer


def test_broken_prices_are_refused_and_mended_where_that_is_asked_for(served, folder):
    served(broken)
    with pytest.raises(PriceError, match=r"frame ACME row 2 \(2020-01-07\): High must be at least 11.0"):
        fetch_prices("ACME", **RANGE)
    assert not (folder / "ACME.csv").exists()
    assert fetch_prices("ACME", **RANGE, repair=["widen_bars"])["High"].tolist() == [11.0, 11.0, 13.0]
    (line,) = json.loads((folder / "ACME.json").read_text())["repairs"]
    assert line.startswith("row 2 (2020-01-07): bar widened to 10 to 11")


@pytest.mark.parametrize("symbol", ["", "../ACME", "A B", "a/b", "^", "A" * 40, ".A", None])
def test_a_symbol_that_cannot_be_one_is_refused(symbol):
    with pytest.raises(PriceError, match="symbol must be one of Yahoo's"):
        fetch_prices(symbol)


@pytest.mark.parametrize("symbol", ["^GSPC", "EURUSD=X", "BTC-USD", "BRK-B", "7203.T"])
def test_yahoos_kinds_of_symbols_are_taken_and_found_again(yahoo, symbol, folder):
    fetch_prices(symbol, **RANGE)
    assert find_prices(symbol) == (folder / f"{symbol}.csv").relative_to(folder.parent)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"interval": "2d"}, "interval must be one of 1d, 1wk, 1mo, 1h, 30m, 15m, 5m, 1m; received '2d'"),
        ({"start": "yesterday"}, "start must be an ISO date, e.g. 2010-01-04; received 'yesterday'"),
        ({"end": 5}, "end must be an ISO date, e.g. 2010-01-04; received 5"),
        ({"start": "2020-01-08", "end": "2020-01-06"}, "end must not be before start, e.g. 2020-01-08"),
    ],
)
def test_an_argument_that_cannot_be_meant_is_refused(options, message):
    with pytest.raises(PriceError) as caught:
        fetch_prices("ACME", **options)
    assert str(caught.value).startswith(message)
