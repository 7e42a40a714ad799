"""What the user's calls mean: entries, exits, reversals, brackets. Requires: the desk. Gives: orders, decisions."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

from bt_risk.call import TRAIL_TYPES, Call
from bt_risk.desk import RiskDesk
from bt_risk.entries import Entries
from bt_risk.holding import Holding
from bt_risk.maths.limits import above, below
from bt_risk.orders import Role, Ticket, inert_order
from bt_risk.plan import Plan
from bt_risk.trail import NO_TRAIL, Trail

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
        self._reversals: dict[Any, Call] = {}
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
                return self._await_reversal(holding, call)
        else:
            plan = desk.plan_for(data)
            if plan is not None and plan.is_long != call.is_buy:
                return self._against_plan(plan, call)
            over = desk.upkeep.over_at_once(data)
            if plan is None and over is not None and over.is_long != call.is_buy and call.is_resting:
                return self._protect_nothing(over, call)
        return self._entries.enter(call)

    def _is_alternative(self, call: Call) -> bool:
        """Return whether this is a second way in beside an entry on its way, of which one cancels the other."""
        partner = call.options.get("oco")
        plan = None if partner is None else self._desk.plans.get(partner.ref)
        return plan is not None and plan.data is call.data and plan.order.alive()

    def _protect_nothing(self, over: Plan, call: Call) -> Any:
        """Answer a stop or limit for a position that our stop has closed on the bar of its entry already.

        The user, who hears of the entry first, is told of the order that closed it instead.
        """
        if above(call.exit_units(0.0), over.units):
            return self._entries.enter(call)
        order = over.leg.stop_order
        self._note_protection(
            call,
            call.level(call.data.close[0]),
            order,
            outcome="nothing",
            text="the position is closed already",
        )
        for clone in self._strategy._orderspending:
            if order is not None and clone.ref == order.ref:
                vars(clone).pop("Historical", None)
        return order

    def close(self, data: Any, size: float | None, options: dict[str, Any]) -> Any:
        """Carry out the user's ``close``: never refused; an entry on its way is called off."""
        with self._desk.turn():
            return self._close(data, size, options)

    def _close(self, data: Any, size: float | None, options: dict[str, Any]) -> Any:
        desk = self._desk
        holding, plan = desk.holdings.get(data), desk.plan_for(data)
        self._drop_reversal(data)
        if holding is not None:
            exectype, price = options.pop("exectype", None), options.pop("price", None)
            trail = Trail(options.pop("trailamount", None), options.pop("trailpercent", None))
            call = Call(data, not holding.is_long, size, price, exectype, trail=trail, options=options)
            if call.is_stop or call.is_limit:
                return self._against(holding, call)
            self._closed_in[data] = desk.moment
            return self._leave(holding, call, call.exit_units(abs(holding.size)), "the strategy closes")
        for each in desk.plans_for(data):
            desk.call_off(each)
        self._note_exit(data, "cancelled" if plan else "nothing", plan)
        return plan.order if plan else None

    def bracket(self, call: Call) -> list[Any]:
        """Carry out a bracket: [entry, stop, target], the protective orders live; three inert orders if denied.

        Where the broker fills in parts, stop and target are sent with each fill, and inert orders stand for them.
        """
        entry = self.submit(call)
        plan = self._desk.plans.get(entry.ref) if entry is not None else None
        orders = [entry, *((plan.leg.stop_order, plan.leg.target_order) if plan else (None, None))]
        for index, order in enumerate(orders):
            if order is None:
                is_buy = call.is_buy == (index == 0)
                orders[index] = inert_order(self._strategy, call.data, is_buy=is_buy)
            else:
                self._hand_over(order)
        return orders

    def cancel(self, order: Any) -> bool:
        """Cancel one of our orders for the user and restore what it leaves open; False if it is not ours."""
        desk = self._desk
        ticket = desk.orders.tickets.get(order.ref)
        if ticket is None:
            return False
        holding = desk.holdings.get(ticket.data)
        if ticket.role is Role.EXIT and ticket.reason != "signal":
            name = desk.instruments[ticket.data].name
            desk.tell(
                "cancel_refused", "info", ticket.data, f"{name}: the exit ({ticket.reason}) is not the user's"
            )
        elif ticket.role is Role.ENTRY:
            plan = desk.plans.get(order.ref)
            if plan is not None:
                desk.call_off(plan)
        elif holding is None:
            self._cancel_protection(ticket)
        else:
            desk.orders.cancel(ticket.order)
            if ticket.role is Role.STOP:
                holding.own_trail = NO_TRAIL
            for leg in [leg for leg in holding.legs if leg.target_order is ticket.order]:
                holding.drop_target(leg)
            desk.cover.ensure(holding)
        return True

    def _cancel_protection(self, ticket: Ticket) -> None:
        """Give up the target of an entry on its way; its stop stays, since the position will need one."""
        plan = self._desk.plan_for(ticket.data)
        if plan is not None and ticket.role is Role.TARGET:
            plan.leg.target = None
            self._desk.renew_protection(plan)

    def decide_reversals(self) -> None:
        """Decide the second half of each reversal whose first half is done; forget those called off."""
        for data in list(self._reversals):
            holding = self._desk.holdings.get(data)
            if holding is None:
                self._entries.enter(self._reversals.pop(data), kind="reversal")
            elif data in self._desk.silence.silent or not self._desk.cover.is_closing(holding):
                self._drop_reversal(data)

    def _drop_reversal(self, data: Any) -> None:
        if self._reversals.pop(data, None) is not None:
            name = self._desk.instruments[data].name
            self._desk.tell(
                "reversal_dropped", "info", data, f"{name}: the second half of a reversal is given up"
            )

    # Calls against something.

    def _against(self, holding: Holding, call: Call) -> Any:
        desk, held = self._desk, abs(holding.size)
        if call.is_resting and not _is_level(call):
            return self._refuse_level(call)
        if call.is_stop:
            return self._own_stop(holding, call)
        if call.is_limit:
            return self._own_target(holding, call)
        wanted = call.exit_units(held)
        is_reversal = above(wanted, held)
        if desk.cover.is_closing(holding) and (is_reversal or self._closed_in.get(call.data) == desk.moment):
            return self._await_reversal(holding, call)
        if is_reversal:
            self._reversals[call.data] = dataclasses.replace(call, size=wanted - held)
        text = "the strategy reverses" if is_reversal else "an opposite order is an exit"
        return self._leave(holding, call, wanted, text)

    def _leave(self, holding: Holding, call: Call, units: float, text: str) -> Any:
        """Close `units`, and call off what an entry would still add."""
        plan = self._desk.plan_for(holding.data)
        if plan is not None and units > 0.0:
            self._desk.call_off(plan)
        info = {key: value for key, value in call.options.items() if key not in NOT_FOR_EXITS}
        order = self._desk.exit(holding, units, rule="signal", text=text, is_users=True, **info)
        return self._hand_over(order)

    def _await_reversal(self, holding: Holding, call: Call) -> Any:
        self._reversals[call.data] = call
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
        return self._hand_over(order)

    def _against_plan(self, plan: Plan, call: Call) -> Any:
        if call.is_resting:
            return self._amend_plan(plan, call) if _is_level(call) else self._refuse_level(call)
        for each in self._desk.plans_for(plan.data):
            self._desk.call_off(each)
        wanted = call.exit_units(0.0)
        if above(wanted, plan.units):
            return self._entries.enter(dataclasses.replace(call, size=wanted - plan.units))
        self._note_exit(call.data, "cancelled", plan)
        return plan.order

    def _amend_plan(self, plan: Plan, call: Call) -> Any:
        """Take the user's stop or limit against an entry on its way as the stop or target of its position."""
        desk, level = self._desk, call.level(call.data.close[0])
        if plan.is_losing_side(level) == call.is_limit or level == plan.price:
            text = f"{level:.6g} lies on the wrong side of the entry at {plan.price:.6g}"
            return self._note_protection(call, level, None, outcome="denied", text=text)
        if call.is_limit:
            plan.leg.target, plan.leg.wanted = level, call.ceiling()
            desk.renew_protection(plan)
            self._note_target(call, level, plan.leg.target_order)
            return self._hand_over(plan.leg.target_order) or plan.order
        is_used = plan.stop is None or (
            plan.is_losing_side(plan.stop) and abs(plan.price - level) < plan.distance
        )
        if is_used:
            terms = desk.view.unit_terms(
                plan.data,
                is_long=plan.is_long,
                price=plan.price,
                stop=level,
                size=plan.units,
                places_stops=desk.profile.place_stops,
            )
            plan.take_own_stop(level, terms.heat_risk * plan.units)
        if call.exectype in TRAIL_TYPES:
            plan.own_trail = call.trail
        desk.renew_protection(plan)
        self._note_stop(call, level, plan.leg.stop_order, is_used=is_used)
        return self._hand_over(plan.leg.stop_order) or plan.order

    def _own_stop(self, holding: Holding, call: Call) -> Any:
        level = call.level(call.data.close[0])
        if call.exectype in TRAIL_TYPES:
            holding.own_trail = call.trail
        is_used = holding.tighten(level)
        self._desk.cover.ensure(holding)
        self._desk.upkeep.enter_risk(holding)
        order = holding.legs[-1].stop_order or holding.legs[0].stop_order
        self._note_stop(call, level, order, is_used=is_used)
        return self._hand_over(order)

    def _own_target(self, holding: Holding, call: Call) -> Any:
        wanted = call.exit_units(abs(holding.size))
        level = call.level(call.data.close[0])
        leg = holding.set_target(level, wanted if below(wanted, abs(holding.size)) else None)
        self._desk.cover.ensure(holding)
        self._note_target(call, level, leg.target_order)
        return self._hand_over(leg.target_order)

    def _refuse_level(self, call: Call) -> None:
        level = call.level(call.data.close[0])
        self._note_protection(
            call, level, None, outcome="denied", text=f"{level!r} for {call.size!r} is no order"
        )

    def _hand_over(self, order: Any) -> Any:
        """Let the user's callbacks hear of an order that now carries out their request."""
        ticket = None if order is None else self._desk.orders.tickets.get(order.ref)
        if ticket is not None:
            ticket.is_users = True
        return order

    def _note_protection(self, call: Call, level: float, order: Any, *, outcome: str, text: str) -> None:
        kind = "target" if call.is_limit else "stop"
        self._desk.record(
            call.data,
            side="buy" if call.is_buy else "sell",
            kind=kind,
            outcome=outcome,
            rule=f"own_{kind}",
            text=text,
            wanted=call.size,
            given=0.0,
            stop=None if call.is_limit else level,
            target=level if call.is_limit else None,
            order=order,
        )

    def _note_stop(self, call: Call, level: float, order: Any, *, is_used: bool) -> None:
        outcome, rest = ("accepted", "") if is_used else ("nothing", ": looser than ours, which stays")
        self._note_protection(call, level, order, outcome=outcome, text=f"own stop at {level:.6g}{rest}")

    def _note_target(self, call: Call, level: float, order: Any) -> None:
        self._note_protection(call, level, order, outcome="accepted", text=f"own target at {level:.6g}")

    def _note_exit(self, data: Any, outcome: str, plan: Plan | None) -> None:
        self._desk.record(
            data,
            side="" if plan is None else ("sell" if plan.is_long else "buy"),
            kind="exit",
            outcome=outcome,
            rule="signal",
            text="the entry on its way is called off" if plan else "nothing to close",
            wanted=None if plan is None else plan.units,
            given=0.0,
            stop=None,
            target=None,
            order=None if plan is None else plan.order,
        )


def _is_level(call: Call) -> bool:
    level = call.level(call.data.close[0])
    return math.isfinite(level) and level > 0.0 and call.exit_units(1.0) > 0.0
