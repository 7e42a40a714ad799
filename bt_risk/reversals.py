"""The second half of a reversal waits until the first is done. Requires: desk, entries. Gives: entries, decisions."""

from __future__ import annotations

from typing import Any

from bt_risk.call import Call
from bt_risk.desk import RiskDesk
from bt_risk.entries import Entries
from bt_risk.holding import Holding


class Reversals:
    """Keep one request per data that opens the other side, and have it decided afresh when the position is closed."""

    def __init__(self, desk: RiskDesk, entries: Entries) -> None:
        self._desk = desk
        self._entries = entries
        self._waiting: dict[Any, Call] = {}

    def wait(self, call: Call) -> None:
        """Keep the opening half of a call whose closing half is on its way; it replaces an older one."""
        self._waiting[call.data] = call

    def follow(self, holding: Holding, call: Call) -> Any:
        """Let a call wait until a position is closed that is on its way out; return the order that closes it."""
        self.wait(call)
        order = holding.exits[-1]
        self._desk.record(
            call.data,
            side="buy" if call.is_buy else "sell",
            kind="reversal",
            outcome="pending",
            rule="until_flat",
            text="waits until the position is closed, then is decided afresh",
            wanted=call.size,
            given=0.0,
            stop=call.stop,
            target=call.target,
            order=order,
        )
        return self._desk.orders.hand_over(order)

    def decide(self) -> None:
        """Decide each request whose position is closed; forget those called off."""
        for data in list(self._waiting):
            holding = self._desk.holdings.get(data)
            if holding is None:
                self._entries.enter(self._waiting.pop(data), kind="reversal")
            elif data in self._desk.silence.silent or not self._desk.cover.is_closing(holding):
                self.drop(data)

    def drop(self, data: Any) -> None:
        """Give up the request for `data`, if there is one."""
        if self._waiting.pop(data, None) is not None:
            name = self._desk.instruments[data].name
            self._desk.tell(
                "reversal_dropped", "info", data, f"{name}: the second half of a reversal is given up"
            )
