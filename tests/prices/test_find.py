"""A name finds its file: beside the package, then here, then in the user's folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from bt_risk.errors import PriceError
from bt_risk.prices import find_prices, load_prices
from tests.prices.frames import LINES, write

SHIPPED = Path(__file__).resolve().parents[2] / "data"


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path, monkeypatch):
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.delenv("BT_RISK_DATA", raising=False)


@pytest.mark.parametrize(
    "name", ["AAPL", "aapl", "AAPL.csv", SHIPPED / "AAPL.csv", str(SHIPPED / "AAPL.csv")]
)
def test_the_shipped_prices_are_found_from_any_folder(name):
    assert find_prices(name) == SHIPPED / "AAPL.csv"
    assert load_prices(find_prices(name)).attrs["name"] == "AAPL"


def test_the_data_folder_goes_before_the_current_one_and_the_users_comes_last(tmp_path, monkeypatch):
    mine = tmp_path / "mine"
    mine.mkdir()
    monkeypatch.setenv("BT_RISK_DATA", str(mine))
    write(mine, *LINES)
    assert find_prices("acme") == mine / "ACME.csv"
    write(Path(), *LINES)
    assert find_prices("acme") == Path("ACME.csv")
    Path("data").mkdir()
    write(Path("data"), *LINES)
    assert find_prices("acme") == Path("data/ACME.csv")


def test_the_shipped_prices_go_before_a_file_of_that_name_here():
    write(Path(), *LINES, name="AAPL.csv")
    assert find_prices("AAPL") == SHIPPED / "AAPL.csv"
    assert find_prices("./AAPL.csv") == Path("AAPL.csv")


def test_a_name_that_is_nowhere_lists_what_there_is():
    write(Path(), *LINES)
    write(Path(), *LINES, name="AAPL.csv")
    with pytest.raises(PriceError) as caught:
        find_prices("TSLA")
    assert str(caught.value) == (
        "prices must be a CSV path or one of the names found "
        "(AAPL, AAPL_raw, EURCHF, EURUSD, GOOG, IBM, MSFT, USDJPY, WTI, ACME); received 'TSLA'; "
        "put the file into ./data or set BT_RISK_DATA to its folder"
    )


def test_a_long_list_of_names_is_cut():
    for number in range(15):
        write(Path(), *LINES, name=f"S{number:02}.csv")
    with pytest.raises(PriceError, match=r"S09, S10 and 4 more\); received 'TSLA'"):
        find_prices("TSLA")


def test_without_any_file_the_list_is_empty(monkeypatch):
    monkeypatch.setattr("bt_risk.prices.find.SHIPPED", Path("nowhere"))
    with pytest.raises(PriceError, match=r"names found \(none\); received ''"):
        find_prices("")
