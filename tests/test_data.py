"""The shipped prices are what data/README.md says. Read here by plain code, not by our loader."""

from __future__ import annotations

import csv
import hashlib
from itertools import pairwise
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[1] / "data"
FILES = sorted(path.name for path in FOLDER.glob("*.csv"))
ADJUSTED = ("AAPL.csv", "GOOG.csv", "IBM.csv", "MSFT.csv")
FIXES = ("EURCHF.csv", "EURUSD.csv", "USDJPY.csv", "WTI.csv")


def days(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(newline="") as file:
        return list(csv.DictReader(file))


def moves(name: str, *, of: str = "Close") -> dict[str, float]:
    """Return the day's price against the last close, as a fraction, by date."""
    rows = days(name)
    return {day["Date"]: float(day[of]) / float(before["Close"]) - 1.0 for before, day in pairwise(rows)}


def test_every_file_has_its_checksum():
    sums = dict(line.split("  ")[::-1] for line in (FOLDER / "SHA256SUMS").read_text().splitlines())
    assert sums == {name: hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() for name in FILES}


def test_the_table_of_the_readme_has_every_file_with_its_span_and_rows():
    lines = (FOLDER / "README.md").read_text().splitlines()
    cells = [line.replace("`", "").strip("| ").split(" | ") for line in lines if line.startswith("| `")]
    table = {name: (first, last, int(rows)) for name, _, first, last, rows, *_ in cells}
    series = {name: days(name) for name in FILES}
    assert table == {name: (rows[0]["Date"], rows[-1]["Date"], len(rows)) for name, rows in series.items()}
    assert {name for name, *_, bars, _ in cells if bars == "one daily fix"} == set(FIXES)


@pytest.mark.parametrize("name", FILES)
def test_every_bar_is_sound_and_the_days_rise(name):
    content = (FOLDER / name).read_bytes()
    assert b"\r" not in content
    assert content.endswith(b"\n")
    dates = [day["Date"] for day in days(name)]
    assert dates == sorted(set(dates))
    for day in days(name):
        low, high = float(day["Low"]), float(day["High"])
        assert 0.0 < low <= min(float(day["Open"]), float(day["Close"])), day
        assert high >= max(float(day["Open"]), float(day["Close"])), day
        assert int(day["Volume"]) >= 0


@pytest.mark.parametrize("name", FIXES)
def test_a_fix_is_one_price_a_day_of_no_known_volume(name):
    for day in days(name):
        assert day["Open"] == day["High"] == day["Low"] == day["Close"]
        assert day["Volume"] == "0"


def test_the_worst_day_of_aapl_is_the_real_one():
    fall = moves("AAPL.csv")
    assert min(fall, key=fall.__getitem__) == "2000-09-29"
    assert fall["2000-09-29"] == pytest.approx(-0.519, abs=5e-4)


def test_the_worst_day_of_eurchf_is_the_end_of_the_floor():
    fall = moves("EURCHF.csv")
    assert min(fall, key=fall.__getitem__) == "2015-01-15"
    assert fall["2015-01-15"] == pytest.approx(-0.144, abs=5e-4)


def test_no_split_is_left_in_the_adjusted_files():
    gaps = {(name, day): gap for name in ADJUSTED for day, gap in moves(name, of="Open").items()}
    assert [key for key, gap in gaps.items() if abs(gap) > 0.25] == [("AAPL.csv", "2000-09-29")]


def test_the_raw_file_holds_two_splits_that_look_like_the_crash():
    gaps = {day: gap for day, gap in moves("AAPL_raw.csv", of="Open").items() if gap < -0.25}
    assert gaps == {
        "2000-06-21": pytest.approx(-0.501, abs=5e-4),
        "2000-09-29": pytest.approx(-0.473, abs=5e-4),
        "2005-02-28": pytest.approx(-0.498, abs=5e-4),
    }


def test_the_adjusted_returns_are_those_of_the_source():
    raw = days("AAPL_raw.csv")
    for (before, day), ours in zip(pairwise(raw), moves("AAPL.csv").values(), strict=True):
        theirs = float(day["Adj Close"]) / float(before["Adj Close"]) - 1.0
        # Both sides are rounded to four decimals, theirs at a price below one dollar.
        assert ours == pytest.approx(theirs, abs=2e-4)
    assert days("AAPL.csv")[-1]["Close"] == raw[-1]["Close"]
    assert int(days("AAPL.csv")[0]["Volume"]) == 4 * int(raw[0]["Volume"])


def test_yen_per_dollar_and_dollars_per_euro_stand_the_right_way_up():
    assert float(days("EURUSD.csv")[0]["Close"]) == 0.9667
    assert float(days("USDJPY.csv")[0]["Close"]) == pytest.approx(104.65 / 0.9667, abs=5e-5)
    assert float(days("EURCHF.csv")[-1]["Close"]) == 1.0739
