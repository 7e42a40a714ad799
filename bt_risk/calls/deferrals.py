"""Signal exits that a minimum holding time keeps back. Requires: the desk. Gives: `Deferrals`, to the intake."""

from __future__ import annotations

import math
from typing import Any

from bt_risk.calls.call import Call
from bt_risk.desk import RiskDesk
from bt_risk.maths.limits import at_least
from bt_risk.positions.holding import Holding
from bt_risk.rules.exits.time_limit import held_hours, signal_wait


class Deferrals:
    """Keep a strategy's own exits until their positions are old enough, then carry them out.

    Only a signal waits: stops, targets and every other exit of the desk do not. The user hears of the order when it
    is sent; a position that is gone by then takes its deferred exit with it. Nothing is added to what is to be left:
    an entry on its way is called off as by an exit at once.
    """

    def __init__(self, desk: RiskDesk) -> None:
        self._desk = desk
        self.waiting: dict[Any, tuple[Holding, Call, float, dict[str, Any]]] = {}

    def defer(self, holding: Holding, call: Call, units: float, options: dict[str, Any]) -> bool:
        """Keep an exit back if its position has to be held longer; return whether it has."""
        desk, wait = self._desk, self._wait(holding)
        if wait <= 0.0 or units <= 0.0:
            return False
        for plan in desk.plans_for(holding.data):
            desk.call_off(plan)
        least = desk.profile.min_hold
        text = f"waits {wait:.6g} h until the position is held for {least:.6g} h"
        desk.record(
            holding.data,
            side="sell" if holding.is_long else "buy",
            kind="exit",
            outcome="pending",
            rule="min_hold",
            text=text,
            wanted=units,
            given=0.0,
            stop=holding.stop,
            target=holding.legs.target,
        )
        if holding.data not in self.waiting:
            name = desk.name_of(holding.data)
            desk.tell("exit_deferred", "info", holding.data, f"{name}: the strategy's exit {text}")
        is_whole = at_least(units, abs(holding.size)) or self.is_leaving(holding)
        self.waiting[holding.data] = (holding, call, math.inf if is_whole else units, options)
        return True

    def is_leaving(self, holding: Holding) -> bool:
        """Return whether an exit of the whole position is kept back."""
        waiting = self.waiting.get(holding.data)
        return waiting is not None and waiting[0] is holding and waiting[2] == math.inf

    def carry_out(self) -> None:
        """Send the exits whose time has come."""
        for data in list(self.waiting):
            holding, call, units, options = self.waiting[data]
            if self._desk.holdings.get(data) is not holding:
                del self.waiting[data]
            elif self._wait(holding) <= 0.0:
                del self.waiting[data]
                units = min(units, abs(holding.size))
                if self._desk.at_close.can_wait(call):
                    self._desk.at_close.leave(holding, call, units, **options)
                    continue
                text = "the strategy's exit, after the minimum holding time"
                order = self._desk.exit(holding, units, rule="signal", text=text, is_users=True, **options)
                self._desk.orders.hand_over(order)

    def forget(self, data: Any) -> None:
        """Give up what waits for an instrument, since another exit has come in its place."""
        self.waiting.pop(data, None)

    def _wait(self, holding: Holding) -> float:
        if self._desk.profile.min_hold is None:
            return 0.0
        return signal_wait(held_hours(holding.opened, self._desk.now()), self._desk.profile)
