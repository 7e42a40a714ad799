"""Trades in a file: equal when read back, refused when damaged."""

from __future__ import annotations

import json

import pytest

from bt_risk import JournalError, JournalWarning
from bt_risk.rules.journal import TradeWriter, iter_trades, read_trades, write_trades
from tests.rules.trades import closed, entry, leave, play


def trades():
    still_open = play(entry(stop=None, decision=None, unprotected_close=99.0)).record(
        0, bar=3, is_closed=False
    )
    return [
        closed(entry(), leave(50.0, stop=None, reason="ladder"), leave(50.0, bar=4)),
        closed(
            entry(bar=5), entry(is_add=True, decision=2, bar=6), leave(200.0, bar=9), number=2, is_long=False
        ),
        still_open,
    ]


def test_trades_are_equal_when_read_back(tmp_path):
    path = write_trades(tmp_path / "trades.jsonl", trades())
    back = read_trades(path)
    # What is NaN, as the R of a trade without a stop, equals nothing: the texts do.
    assert [repr(one) for one in back] == [repr(one) for one in trades()]
    assert back[:2] == trades()[:2]


def test_no_trade_is_a_file_too(tmp_path):
    assert read_trades(write_trades(tmp_path / "trades.jsonl", [])) == []


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([], "is empty"),
        (['{"format": "other"}'], "line 1: a file of trades begins with its format"),
        (['{"format": "bt_risk trades", "version": 7}'], "line 1: version must be 1; received 7"),
        (["{"], "line 1: no line of a file of trades"),
        (['{"format": "bt_risk trades", "version": 1}', "[]"], "line 2: a TradeRecord must be an object"),
        (
            ['{"format": "bt_risk trades", "version": 1}', '{"number": 1}'],
            "line 2: a TradeRecord has a field",
        ),
    ],
)
def test_a_damaged_file_is_refused_with_the_line(tmp_path, lines, message):
    path = tmp_path / "trades.jsonl"
    path.write_text("".join(f"{line}\n" for line in lines))
    with pytest.raises(JournalError, match=message):
        read_trades(path)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(JournalError, match="cannot be read"):
        read_trades(tmp_path / "gone.jsonl")


def test_every_line_is_plain_json(tmp_path):
    path = write_trades(tmp_path / "trades.jsonl", trades())
    rows = [json.loads(line) for line in path.read_text(encoding="ascii").splitlines()]
    assert rows[0] == {"format": "bt_risk trades", "version": 1}
    assert rows[1]["entries"][0]["price"] == 100.0


def test_the_file_holds_what_the_trades_hold_without_a_rounding(tmp_path):
    third = closed(entry(price=100.0 / 3.0, commission=0.1 + 0.2), leave(price=1.0 / 7.0))
    (back,) = read_trades(write_trades(tmp_path / "trades.jsonl", [third]))
    assert back == third
    assert back.to_row() == third.to_row()


def test_a_line_is_in_the_file_once_its_trade_is_written(tmp_path):
    path = tmp_path / "new" / "trades.jsonl"
    one, two, _ = trades()
    with TradeWriter(path) as writer:
        writer.write(one)
        assert read_trades(path) == [one]
        writer.write(two)
        assert read_trades(path) == [one, two]


def test_a_last_line_that_was_cut_off_is_left_out_and_told(tmp_path):
    path = write_trades(tmp_path / "trades.jsonl", trades()[:2])
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.warns(JournalWarning, match="line 3 is cut off and left out"):
        assert read_trades(path) == trades()[:1]


def test_large_files_are_read_line_by_line(tmp_path):
    path = write_trades(tmp_path / "trades.jsonl", trades()[:2])
    with path.open("a") as file:
        file.write("no json\n")
    each = iter_trades(path)
    assert [next(each).number, next(each).number] == [1, 2]
    with pytest.raises(JournalError, match="line 4: no line of a file of trades"):
        next(each)


def test_a_place_that_cannot_be_written_is_one_clear_error(tmp_path):
    with pytest.raises(JournalError, match="cannot be written: Is a directory"):
        write_trades(tmp_path, trades())
