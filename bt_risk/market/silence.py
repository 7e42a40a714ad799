"""Notice instruments that have no price any more while others trade on. Requires: the desk. Gives: `Silence`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import backtrader as bt

if TYPE_CHECKING:
    from bt_risk.desk import RiskDesk
    from bt_risk.market.instruments import Instrument


class Silence:
    """Tell once when an instrument falls silent (delisted, suspended), and once when it is quoted again.

    The run goes on to value a silent position at its last price, and so does its heat. It is no longer counted on: a
    reduction cuts others instead, even where an exit of it is on its way. Entries that wait for it are withdrawn and
    release what they reserve; stops and exits stay, since a suspended instrument may open again. No end of a file is
    looked up, so that nothing is known before it could be.
    """

    def __init__(self, desk: RiskDesk) -> None:
        self._desk = desk
        self.silent: set[Any] = set()

    def follow(self, absent: list[Instrument]) -> None:
        """Take in which instruments had no price on this bar."""
        desk = self._desk
        # By the order of the instruments: that of a set is another one in every run.
        for data, instrument in desk.instruments.items() if self.silent else ():
            if data in self.silent and instrument.priced == desk.bar:
                self.silent.remove(data)
                desk.tell("resumed", "info", data, f"{instrument.name}: quoted again")
        if not absent:
            return
        now = max(instrument.last_time for instrument in desk.instruments.values())
        for instrument in absent:
            if instrument.data not in self.silent and instrument.is_overdue(now):
                self.silent.add(instrument.data)
                self._withdraw(instrument)

    def _withdraw(self, instrument: Instrument) -> None:
        desk, data, name = self._desk, instrument.data, instrument.name
        text = f"{name}: no price since {_day(instrument)}"
        if data in desk.holdings:
            size = desk.holdings[data].size
            text += f"; its position of {size:g} stays in the heat, valued at {instrument.mark:.6g}"
        desk.tell("stale", "warning", data, text)
        for plan in desk.plans_for(data):
            desk.call_off(plan)
            desk.tell(
                "entry_withdrawn", "warning", data, f"{name}: an entry that waits for a price is withdrawn"
            )

    def add_wait(self, data: Any, text: str) -> str:
        """Return the reason of an exit, with a word on what it waits for where the instrument is silent."""
        if data not in self.silent:
            return text
        return f"{text}; waits for a price, the last is of {_day(self._desk.instruments[data])}"


def _day(instrument: Instrument) -> str:
    if instrument.heard == -math.inf:
        return "its beginning"
    return bt.num2date(instrument.heard).date().isoformat()
