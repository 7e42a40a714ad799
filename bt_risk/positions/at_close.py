"""Exits at a session's close. Requires: the desk. Gives: orders that wait beside the stops, decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import backtrader as bt

from bt_risk.broker.orders import Role, remaining
from bt_risk.maths.limits import at_least
from bt_risk.positions.holding import Holding
from bt_risk.positions.plan import Plan

if TYPE_CHECKING:
    from bt_risk.calls.call import Call
    from bt_risk.desk import RiskDesk

TEXT = "leaves at the session's close"


class AtClose:
    """Send exits that fill at a session's close, and keep the position stopped until they do.

    Stops, targets and such an exit are on sale together: whichever comes first takes what there is, and the simulated
    broker gives the others no more than what is left (`FillGuard`). Other brokers promise nothing of the kind.
    """

    def __init__(self, desk: RiskDesk) -> None:
        self._desk = desk

    def can_wait(self, call: Call) -> bool:
        """Return whether an exit is one at the close, and the broker can hold it; tell where it cannot."""
        if call.exectype != bt.Order.Close:
            return False
        if not self._desk.orders.is_simulated:
            name = self._desk.instruments[call.data].name
            text = (
                f"{name}: an exit at the close would leave its stop on sale beside it, and is sent at market"
            )
            self._desk.tell("at_market", "info", call.data, text)
        return self._desk.orders.is_simulated

    def leave(self, holding: Holding, call: Call, units: float, **info: Any) -> Any:
        """Close up to `units` of a position at the close; return the order, or the last one that closes it already."""
        desk, waiting = self._desk, self._desk.orders.closings(holding.data)
        for plan in desk.plans_for(holding.data) if units > 0.0 else ():
            desk.call_off(plan)
        free = desk.cover.open_units(holding) - sum(map(remaining, waiting))
        order = self._send(holding, call, units, free, **info)
        if order is None:
            order = next(iter([*reversed(waiting), *reversed(holding.exits)]), None)
        return desk.orders.hand_over(order)

    def leave_on_entry(self, plan: Plan, call: Call, units: float) -> Any:
        """Close up to `units` of an entry on its way at the close of the bar that fills it, or a later one."""
        waiting = self._desk.orders.closings(plan.data)
        order = self._send(plan, call, units, plan.units - sum(map(remaining, waiting)), after=plan.order)
        return next(iter(reversed(waiting)), plan.order) if order is None else order

    def follow(self, data: Any) -> None:
        """Call off what an entry would still bring into a position that has begun to leave."""
        if any(order.executed.size for order in self._desk.orders.closings(data)):
            for plan in self._desk.plans_for(data):
                self._desk.call_off(plan)

    def is_leaving(self, holding: Holding) -> bool:
        """Return whether all that no other exit closes leaves at the close."""
        units = sum(map(remaining, self._desk.orders.closings(holding.data)))
        return units > 0.0 and at_least(units, self._desk.cover.open_units(holding))

    def _send(self, owner: Holding | Plan, call: Call, units: float, free: float, **options: Any) -> Any:
        desk, data = self._desk, owner.data
        given = max(0.0, free if at_least(units, free) else units)
        order = None
        if given:
            order = desk.orders.send(
                data,
                -given if owner.is_long else given,
                Role.EXIT,
                reason="signal",
                is_users=True,
                exectype=bt.Order.Close,
                valid=call.options.get("valid"),
                tradeid=owner.tradeid,
                **options,
            )
        desk.record(
            data,
            side="sell" if owner.is_long else "buy",
            kind="exit",
            outcome="accepted" if given else "nothing",
            rule="signal",
            text=desk.silence.add_wait(data, TEXT),
            wanted=units,
            given=given,
            stop=owner.stop,
            target=owner.legs.target,
            order=order,
        )
        return order
