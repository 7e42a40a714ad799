"""Trades in a file, a line each. Requires: a path. Gives: JSON Lines that can be read back.

The first line is ``{"format": "bt_risk trades", "version": 1}``. Every other line is a trade with all its fills, and
the parts of what each exit made. What NaN, infinity and times look like, `codec` says.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from bt_risk.rules.journal.codec import record_codec
from bt_risk.rules.journal.lines import LineWriter, read_lines
from bt_risk.rules.trade_record import TradeRecord

KIND = "trades"
TRADE = record_codec(TradeRecord)


class TradeWriter(LineWriter):
    """Write trades into a new file, each handed to the system whole as it comes.

    Raises
    ------
    JournalError
        The file cannot be made.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        super().__init__(path, KIND)

    def write(self, trade: TradeRecord) -> None:
        """Write one trade.

        Raises
        ------
        OSError
            The system does not take it, for lack of space for example.
        """
        assert TRADE.write is not None
        self._put(TRADE.write(trade))


def write_trades(path: str | os.PathLike[str], trades: Iterable[TradeRecord]) -> Path:
    """Write trades as JSON Lines, in the order given, open ones too; return the path.

    Raises
    ------
    JournalError
        The file cannot be written.
    """
    with TradeWriter(path) as writer:
        try:
            for trade in trades:
                writer.write(trade)
        except OSError as error:
            raise writer.refusal(error) from None
    return writer.path


def read_trades(path: str | os.PathLike[str]) -> list[TradeRecord]:
    """Return the trades of a file, equal to those that were written; see `iter_trades`."""
    return list(iter_trades(path))


def iter_trades(path: str | os.PathLike[str]) -> Iterator[TradeRecord]:
    """Yield the trades of a file one by one, for files larger than memory.

    Raises
    ------
    JournalError
        There is no such file, it is none of ours, of a later format, or damaged; with the number of the line.

    Warns
    -----
    JournalWarning
        The last line was cut off when the run that wrote it died; it is left out.
    """
    yield from read_lines(path, KIND, _read_trade)


def _read_trade(line: int, value: Any) -> TradeRecord | None:
    if line == 1:
        return None
    trade: TradeRecord = TRADE.read(value)
    return trade
