"""What the user's calls mean: entries, exits, reversals, brackets. Requires: the desk. Gives: orders, decisions."""

from __future__ import annotations

from typing import Any

import backtrader as bt

from bt_risk.broker.orders import Role, inert_order
from bt_risk.calls.call import Call
from bt_risk.calls.deferrals import Deferrals
from bt_risk.calls.entries import Entries
from bt_risk.calls.own_protection import OwnProtection
from bt_risk.calls.recall import Recall
from bt_risk.calls.reversals import Reversals
from bt_risk.desk import RiskDesk
from bt_risk.maths.limits import above
from bt_risk.positions.holding import Holding
from bt_risk.positions.plan import Plan
from bt_risk.positions.trail import Trail

# How an exit trades is the desk's: at market, at once, under the trade number of its entry.
NOT_FOR_EXITS = ("plimit", "valid", "oco", "tradeid", "parent", "transmit")


class Intake:
    """Turn each call of the user's strategy into one decision, and what it allows into orders.

    A call against a position (or against an entry on its way) is an exit and opens nothing, unless it names a
    size beyond the position: the rest is then a reversal, which waits until the position is closed and is decided
    afresh at that time. A resting stop against a position tightens our stop, a limit becomes our target.
    """

    def __init__(self, strategy: Any, desk: RiskDesk) -> None:
        self._strategy = strategy
        self._desk = desk
        self._entries = Entries(strategy, desk)
        self._recall = Recall(desk)
        self._protection = OwnProtection(strategy, desk)
        self.deferrals = Deferrals(desk)
        self.reversals = Reversals(desk, self._entries, self.deferrals)
        desk.measures.reversals = self.reversals
        self._closed_in: dict[Any, tuple[int, bool]] = {}

    def submit(self, call: Call) -> Any:
        """Carry out one buy or sell; return the order, or None when nothing is sent."""
        with self._desk.turn():
            return self._submit(call)

    def _submit(self, call: Call) -> Any:
        desk, data = self._desk, call.data
        holding = desk.holdings.get(data)
        if holding is None and self._is_alternative(call):
            return self._entries.enter(call, is_alternative=True)
        if holding is not None:
            if holding.is_long != call.is_buy:
                return self._against(holding, call)
            if desk.cover.is_closing(holding):
                return self.reversals.follow(holding, call)
        else:
            plan = desk.plan_for(data)
            if plan is not None and plan.is_long != call.is_buy:
                return self._against_plan(plan, call)
            over = desk.upkeep.over_at_once(data)
            if plan is None and over is not None and _protects(over, call):
                return self._protection.protect_nothing(over, call)
        return self._entries.enter(call)

    def _is_alternative(self, call: Call) -> bool:
        """Return whether this is a second way in beside an entry on its way, of which one cancels the other."""
        partner = call.options.get("oco")
        plan = None if partner is None else self._desk.plans.get(partner.ref)
        return plan is not None and plan.data is call.data and plan.order.alive()

    def close(self, data: Any, size: float | None, options: dict[str, Any]) -> Any:
        """Carry out the user's ``close``: never refused; an entry on its way is called off."""
        with self._desk.turn():
            return self._close(data, size, options)

    def _close(self, data: Any, size: float | None, options: dict[str, Any]) -> Any:
        desk = self._desk
        holding, plan = desk.holdings.get(data), desk.plan_for(data)
        self.reversals.drop(data)
        if holding is not None:
            exectype, price = options.pop("exectype", None), options.pop("price", None)
            trail = Trail(options.pop("trailamount", None), options.pop("trailpercent", None))
            call = Call(data, not holding.is_long, size, price, exectype, trail=trail, options=options)
            if call.is_resting:
                return self._against(holding, call)
            self._closed_in[data] = desk.moment
            return self._leave(holding, call, call.exit_units(abs(holding.size)), "the strategy closes")
        if plan is None:
            return self._recall.note_nothing(data)
        return self._recall.give_back(plan, Call(data, not plan.is_long, size).exit_units(plan.units))

    def bracket(self, call: Call) -> list[Any]:
        """Carry out a bracket: [entry, stop, target], the protective orders live; three inert orders if denied.

        Where the broker fills in parts, stop and target are sent with each fill, and inert orders stand for them.
        """
        entry = self.submit(call)
        plan = self._desk.plans.get(entry.ref) if entry is not None else None
        orders = [entry, plan and plan.legs.stop_order, plan and plan.legs.rest.target_order]
        for index, order in enumerate(orders):
            if order is None:
                is_buy = call.is_buy == (index == 0)
                orders[index] = inert_order(self._strategy, call.data, is_buy=is_buy)
            else:
                self._protection.hand_over(plan.legs, order) if plan else self._desk.orders.hand_over(order)
        return orders

    def cancel(self, order: Any) -> bool:
        """Cancel one of our orders for the user and restore what it leaves open; False if it is not ours."""
        with self._desk.turn():
            return self._cancel(order)

    def _cancel(self, order: Any) -> bool:
        desk = self._desk
        ticket = desk.orders.tickets.get(order.ref)
        if ticket is None:
            return False
        if ticket.role is Role.EXIT and ticket.reason != "signal":
            name = desk.instruments[ticket.data].name
            desk.tell(
                "cancel_refused", "info", ticket.data, f"{name}: the exit ({ticket.reason}) is not the user's"
            )
        elif ticket.role is Role.ENTRY:
            plan = desk.plans.get(order.ref)
            if plan is not None:
                desk.call_off(plan)
        else:
            self._protection.cancel(ticket)
        desk.bonds.follow(ticket.data)
        if ticket.role is Role.EXIT:
            # What counted on this exit has to be done without it.
            desk.after_callbacks()
        return True

    def deny_value(self, data: Any, target: float, price: float) -> None:
        """Record that no size can be told for a value of `target` at `price`."""
        self._desk.record(
            data,
            side="buy" if target > 0.0 else "sell",
            kind="entry",
            outcome="denied",
            rule="valid_size",
            text=f"no size comes to a value of {target:.6g} at a price of {price:.6g}",
            price=price,
            wanted=None,
            given=0.0,
            stop=None,
            target=None,
        )

    # Calls against something.

    def _against(self, holding: Holding, call: Call) -> Any:
        held = abs(holding.size)
        wanted = call.exit_units(held)
        is_reversal = above(wanted, held)
        # A lone stop or limit beside a close is left over from protecting; a bracket is an entry.
        may_open = call.is_bracket or not call.is_resting
        if may_open and self._is_left(holding, is_reversal=is_reversal):
            return self.reversals.follow(holding, call)
        if call.is_resting:
            order = self._protection.protect(holding, call)
            if is_reversal and may_open and order is not None:
                self.reversals.wait(call.beyond(held), order=order, leg=holding.legs.leg_of(order))
            return order
        text = "the strategy reverses" if is_reversal else "an opposite order is an exit"
        order = self._leave(holding, call, wanted, text)
        if is_reversal:
            self.reversals.wait(call.beyond(held), order=order)
        return order

    def _is_left(self, holding: Holding, *, is_reversal: bool) -> bool:
        """Return whether a call of the other side comes after what closes the position, and waits for that."""
        desk = self._desk
        is_closed_now = self._closed_in.get(holding.data) == desk.moment
        if desk.cover.is_closing(holding) or self.deferrals.is_leaving(holding):
            return is_closed_now or is_reversal
        return is_closed_now and desk.at_close.is_leaving(holding)

    def _leave(self, holding: Holding, call: Call, units: float, text: str) -> Any:
        """Close `units`; what an entry would still add is called off with them."""
        info = {key: value for key, value in call.options.items() if key not in NOT_FOR_EXITS}
        if not info.pop("force", False) and self.deferrals.defer(holding, call, units, info):
            return None
        self.deferrals.forget(holding.data)
        if self._desk.at_close.can_wait(call):
            return self._desk.at_close.leave(holding, call, units, **info)
        order = self._desk.exit(holding, units, rule="signal", text=text, is_users=True, **info)
        return self._desk.orders.hand_over(order)

    def _against_plan(self, plan: Plan, call: Call) -> Any:
        if call.is_resting:
            return self._protection.amend(plan, call)
        wanted = call.exit_units(plan.units)
        if above(wanted, plan.units):
            self._recall.call_off(plan.data)
            return self._entries.enter(call.beyond(plan.units))
        if plan.order.exectype != bt.Order.Close and self._desk.at_close.can_wait(call):
            return self._desk.at_close.leave_on_entry(plan, call, wanted)
        return self._recall.give_back(plan, wanted)


def _protects(entry: Plan, call: Call) -> bool:
    """Return whether a resting call against an entry asks for no more than was entered."""
    return call.is_resting and call.is_buy != entry.is_long and not above(call.exit_units(0.0), entry.units)
