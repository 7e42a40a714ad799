"""The record of what was decided: in memory, and in a file if asked for. Requires: the desk. Gives: `Decision`s."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bt_risk.errors import RequestError
from bt_risk.oversight.desk_part import DeskPart
from bt_risk.rules.decision import Decision
from bt_risk.rules.journal import DecisionMemory, DecisionWriter


class Records(DeskPart):
    """Remember every decision, within bounds that the user may set, and write each down. A part of the desk."""

    def __init__(self) -> None:
        self.decisions = DecisionMemory()
        self._writer: DecisionWriter | None = None

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

        Their numbers and ``r_ledger`` go on counting what is forgotten.

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
        self.end_records()
        first = self.decisions[0].profile if self.decisions else self._desk.profile
        self._writer = writer = DecisionWriter(path, first)
        self._write(writer, self.decisions)
        return writer.path

    def end_records(self) -> None:
        """Close the file of the decisions, where there is one."""
        writer, self._writer = self._writer, None
        if writer is not None:
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
                self.end_records()
                self.decisions.keep(None)
                text = (
                    f"{writer.path}: no decision is written from {decision.number} on, the memory keeps all"
                )
                self._desk.tell("journal", "critical", None, f"{text}: {error.strerror}")
                return


def _checked(most: int | None) -> int | None:
    """Return a bound of a memory; raise `RequestError` for what is none."""
    is_count = isinstance(most, int) and not isinstance(most, bool) and most >= 0
    if most is not None and not is_count:
        raise RequestError(f"most must be a whole number >= 0 or None, e.g. 100_000; received {most!r}")
    return most
