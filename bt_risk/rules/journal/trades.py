"""Trades in a file, a line each. Requires: a path. Gives: JSON Lines that can be read back as equal records.

The first line is ``{"format": "bt_risk trades", "version": 1}``, every other line a `TradeRecord` with all its fills.
What NaN and times look like, `codec` says.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

from bt_risk.errors import JournalError
from bt_risk.rules.journal.codec import record_codec
from bt_risk.rules.trade_record import TradeRecord

FORMAT, VERSION = "bt_risk trades", 1
_TRADE = record_codec(TradeRecord)
_TO_JSON = json.JSONEncoder(allow_nan=False, separators=(",", ":")).encode


def write_trades(path: str | os.PathLike[str], trades: Iterable[TradeRecord]) -> Path:
    """Write trades as JSON Lines, in order; return the path."""
    assert _TRADE.write is not None
    target = Path(path)
    lines = [
        _TO_JSON({"format": FORMAT, "version": VERSION}),
        *(_TO_JSON(_TRADE.write(one)) for one in trades),
    ]
    target.write_text("".join(f"{line}\n" for line in lines), encoding="ascii", newline="\n")
    return target


def read_trades(path: str | os.PathLike[str]) -> list[TradeRecord]:
    """Return the trades of a file, equal to those that were written.

    Raises
    ------
    JournalError
        There is no such file, it is none of ours, of another version, or damaged; with the number of the line.
    """
    source = Path(path)
    try:
        lines = source.read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise JournalError(f"{source} cannot be read: {error}") from None
    trades: list[TradeRecord] = []
    for number, line in enumerate(lines, start=1):
        try:
            value = json.loads(line)
            if number > 1:
                trades.append(_TRADE.read(value))
            elif not isinstance(value, dict) or value.get("format") != FORMAT:
                raise JournalError(f"a file of trades begins with its format, {FORMAT!r}")
            elif value.get("version") != VERSION:
                raise JournalError(f"version must be {VERSION}; received {value.get('version')!r}")
        except ValueError as error:
            text = error if isinstance(error, JournalError) else "no line of a file of trades"
            raise JournalError(f"{source}, line {number}: {text}") from None
    if not lines:
        raise JournalError(f"{source} is empty")
    return trades
