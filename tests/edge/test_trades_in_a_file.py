"""What a run writes of its trades: each as it is closed, whatever the memory keeps."""

from __future__ import annotations

import pytest

from bt_risk import JournalError, r_ledger, read_trades, write_trades
from bt_risk.rules.journal import TradeWriter
from tests.edge.market import calm, do, each, trade


def in_and_out(strategy):
    strategy.close() if strategy.position else strategy.buy()


# Five trades: in on every second bar, out on the next one.
ROUNDS = {bar: in_and_out for bar in range(1, 11)}


def streamed(path, *, keep=None, first=1, script=ROUNDS):
    """Return a run of five trades that writes them from its bar `first` on."""

    def begin(strategy):
        strategy.bt_risk.keep_trades(keep)
        strategy.bt_risk.stream_trades(path)

    return trade(calm(13), script={**script, first: each(begin, script[first])})


@pytest.mark.parametrize("keep", [None, 2, 0])
def test_the_file_holds_every_trade_whatever_the_memory_keeps(tmp_path, keep):
    path = tmp_path / "trades.jsonl"
    session = streamed(path, keep=keep)
    trades = read_trades(path)
    assert [one.number for one in trades] == [1, 2, 3, 4, 5]
    assert session.desk.trades == (trades if keep is None else trades[5 - keep :])
    assert r_ledger(trades) == session.desk.r_ledger


def test_the_file_is_the_one_that_is_written_at_the_end(tmp_path):
    session = streamed(tmp_path / "streamed.jsonl")
    written = write_trades(tmp_path / "written.jsonl", session.desk.trades)
    assert (tmp_path / "streamed.jsonl").read_bytes() == written.read_bytes()


def test_a_stream_that_begins_late_holds_what_is_in_memory(tmp_path):
    path = tmp_path / "trades.jsonl"
    session = streamed(path, first=8)
    assert read_trades(path) == session.desk.trades


def test_another_path_ends_the_first_file(tmp_path):
    one, two = tmp_path / "one.jsonl", tmp_path / "two.jsonl"
    turn = {**ROUNDS, 7: each(lambda strategy: strategy.bt_risk.stream_trades(two), in_and_out)}
    session = streamed(one, script=turn)
    numbers = [[record.number for record in read_trades(path)] for path in (one, two)]
    assert numbers[1] == [1, 2, 3, 4, 5]
    assert numbers[0] == numbers[1][: len(numbers[0])]
    assert 0 < len(numbers[0]) < 5
    assert session.desk.trade_book.listeners == []


def test_a_disk_that_fills_up_ends_the_file_and_not_the_run(tmp_path, monkeypatch):
    path, put = tmp_path / "trades.jsonl", TradeWriter._put

    def fill_up(writer, value):
        if value.get("number") == 3:
            raise OSError(28, "No space left on device")
        put(writer, value)

    monkeypatch.setattr(TradeWriter, "_put", fill_up)
    session = streamed(path, keep=0)
    assert [one.number for one in read_trades(path)] == [1, 2]
    # Nothing that is not in the file is forgotten.
    assert [one.number for one in session.desk.trades] == [3, 4, 5]
    assert session.desk.r_ledger.trades == 5
    (event,) = session.desk.events
    assert (event.kind, event.level) == ("journal", "critical")
    assert event.text.endswith("no trade is written from 3 on, the memory keeps all: No space left on device")


def test_a_path_that_cannot_be_written_is_an_error_before_it_is_needed(tmp_path):
    with pytest.raises(JournalError, match="cannot be written: Is a directory"):
        streamed(tmp_path)


def test_what_is_open_at_the_end_is_in_no_stream(tmp_path):
    path = tmp_path / "trades.jsonl"
    begin = each(lambda strategy: strategy.bt_risk.stream_trades(path), do("buy"))
    session = trade(calm(5), script={2: begin})
    assert read_trades(path) == []
    back = read_trades(write_trades(path, session.desk.open_trades))
    assert [(one.number, one.is_closed) for one in back] == [(0, False)]
    assert repr(back) == repr(session.desk.open_trades)
