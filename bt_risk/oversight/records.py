"""The record of what was decided and traded: in memory, and in files if asked for. Requires: the desk."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bt_risk.errors import RequestError
from bt_risk.oversight.desk_part import DeskPart
from bt_risk.rules.decision import Decision
from bt_risk.rules.journal import DecisionMemory, DecisionWriter, TradeWriter
from bt_risk.rules.trade_record import TradeRecord


class Records(DeskPart):
    """Remember decisions and trades, within bounds that the user may set, and write each down. A part of the desk."""

    def __init__(self) -> None:
        self.decisions = DecisionMemory()
        self._writer: DecisionWriter | None = None
        self._trade_writer: TradeWriter | None = None

    def keep_decisions(self, most: int | None) -> None:
        """Keep only the last `most` decisions in memory from now on, all of them for None.

        For runs so long that their decisions fill the memory. Their numbers and ``decisions.outcomes`` go on
        counting what is forgotten; `stream_decisions` keeps it.

        Raises
        ------
        RequestError
            `most` is no whole number from 0.
        """
        self.decisions.keep(_checked(most))

    def keep_trades(self, most: int | None) -> None:
        """Keep only the last `most` closed trades in memory from now on, all of them for None.

        Their numbers and ``r_ledger`` go on counting what is forgotten; `stream_trades` keeps it.

        Raises
        ------
        RequestError
            `most` is no whole number from 0.
        """
        self._desk.trade_book.keep(_checked(most))

    def stream_decisions(self, path: str | os.PathLike[str]) -> Path:
        """Write every decision into a JSON Lines file as it is made, those in memory first; return its path.

        Call it in the strategy's ``start``. A line is in the file once its decision is made, so that a run that
        dies leaves all of them; `bt_risk.read_decisions` and `bt_risk.replay` take the file. One that is there
        already is replaced: runs side by side need a path each. If the disk fails, the run goes on: an event says
        so, and the memory keeps everything from then on.

        Raises
        ------
        JournalError
            The file cannot be made.
        """
        self._end_decisions()
        first = self.decisions[0].profile if self.decisions else self._desk.profile
        self._writer = writer = DecisionWriter(path, first)
        self._write(writer, self.decisions)
        return writer.path

    def stream_trades(self, path: str | os.PathLike[str]) -> Path:
        """Write every trade into a JSON Lines file as it is closed, those in memory first; return its path.

        As `stream_decisions` does; `bt_risk.read_trades` takes the file. A trade that is open at the end of the run is
        not in it.

        Raises
        ------
        JournalError
            The file cannot be made.
        """
        self._end_trades()
        book = self._desk.trade_book
        self._trade_writer = writer = TradeWriter(path)
        book.listeners.append(self._write_trade)
        for trade in book.closed:
            self._write_trade(trade)
        return writer.path

    def end_records(self) -> None:
        """Close the files of the decisions and the trades, where there are any."""
        self._end_decisions()
        self._end_trades()

    def _end_decisions(self) -> None:
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.close()

    def _end_trades(self) -> None:
        writer, self._trade_writer = self._trade_writer, None
        if writer is not None:
            self._desk.trade_book.listeners.remove(self._write_trade)
            writer.close()

    def record(
        self, data: Any, *, order: Any = None, heat_before: float | None = None, **fields: Any
    ) -> Decision:
        """Add one decision to the run's record."""
        desk = self._desk
        instrument = desk.instruments[data]
        line = instrument.open if desk.orders.in_open else instrument.close
        heat, holding = desk.heat, desk.holdings.get(data)
        fields.setdefault("price", line[0] if instrument.is_started() else math.nan)
        decision = Decision(
            number=self.decisions.total + 1,
            datetime=desk.now(),
            data=instrument.name,
            heat_before=heat if heat_before is None else heat_before,
            heat_after=heat,
            equity=desk.equity,
            order=None if order is None else order.ref,
            bar=desk.orders.bars_over(data),
            held=0.0 if holding is None else holding.size,
            profile=desk.profile,
            **fields,
        )
        self.decisions.add(decision)
        desk.shadows.see(decision, data)
        if self._writer is not None:
            self._write(self._writer, (decision,))
        return decision

    def _write(self, writer: DecisionWriter, decisions: Iterable[Decision]) -> None:
        for decision in decisions:
            try:
                writer.write(decision)
            except OSError as error:
                self._end_decisions()
                self.decisions.keep(None)
                self._tell_of_failure(writer.path, f"decision is written from {decision.number}", error)
                return

    def _write_trade(self, trade: TradeRecord) -> None:
        writer = self._trade_writer
        if writer is None:
            return
        try:
            writer.write(trade)
        except OSError as error:
            self._end_trades()
            self._desk.trade_book.keep(None)
            self._tell_of_failure(writer.path, f"trade is written from {trade.number}", error)

    def _tell_of_failure(self, path: Path, what: str, error: OSError) -> None:
        text = f"{path}: no {what} on, the memory keeps all: {error.strerror}"
        self._desk.tell("journal", "critical", None, text)


def _checked(most: int | None) -> int | None:
    """Return a bound of a memory; raise `RequestError` for what is none."""
    is_count = isinstance(most, int) and not isinstance(most, bool) and most >= 0
    if most is not None and not is_count:
        raise RequestError(f"most must be a whole number >= 0 or None, e.g. 100_000; received {most!r}")
    return most
