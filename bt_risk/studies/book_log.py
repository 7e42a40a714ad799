"""Every open position after every bar. Requires: a strategy with a desk. Gives: rows, to the record of a run."""

from __future__ import annotations

from typing import Any

import backtrader as bt

COLUMNS = ("datetime", "data", "units", "entry", "stop", "target", "price", "risk")


class BookLog(bt.Analyzer):
    """Note each open position after each bar: what a chart of one trade and of the book's heat needs."""

    def create_analysis(self) -> None:
        """Start with no row."""
        self.rows: list[tuple[Any, ...]] = []

    def next(self) -> None:
        """Note the positions of one bar; most bars of most runs have few."""
        desk = self.strategy.bt_risk
        if not desk.holdings:
            return
        time = desk.now()
        risks = desk.ledger.open_risks()
        for data, holding in desk.holdings.items():
            instrument = desk.instruments[data]
            self.rows.append(
                (
                    time,
                    instrument.name,
                    holding.size,
                    holding.entry,
                    holding.stop,
                    holding.legs.target,
                    instrument.mark,
                    risks[data],
                )
            )

    def get_analysis(self) -> dict[str, int]:
        """Return the number of rows; Backtrader asks every analyzer for plain values when a run ends."""
        return {"rows": len(self.rows)}

    def to_frame(self) -> Any:
        """Return a row for each position and bar, in the order of time.

        `units` are signed; `entry` is the average; `stop` and `target` are those in force on the next bar, NaN where
        there is none; `price` is the last one; `risk` is what the stop would lose, in account currency.
        """
        import pandas as pd

        frame = pd.DataFrame(self.rows, columns=list(COLUMNS))
        numbers = {name: float for name in COLUMNS[2:]}
        return frame.astype({"datetime": "datetime64[us]", **numbers})
