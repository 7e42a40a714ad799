"""Stops and limits of the user's own: they move our stop and set our targets. Requires: the desk. Gives: orders."""

from __future__ import annotations

import math
from typing import Any

from bt_risk.broker.orders import Role, Ticket
from bt_risk.calls.call import TRAIL_TYPES, Call
from bt_risk.desk import RiskDesk
from bt_risk.maths.limits import below
from bt_risk.positions.holding import Holding
from bt_risk.positions.legs import Legs
from bt_risk.positions.plan import Plan
from bt_risk.positions.trail import NO_TRAIL


class OwnProtection:
    """Carry out what the user sends to protect a position, or an entry on its way: never an order of its own.

    A stop tightens ours, a limit becomes a target; the order returned is the one that stands for it at the broker.
    """

    def __init__(self, strategy: Any, desk: RiskDesk) -> None:
        self._strategy = strategy
        self._desk = desk

    def protect(self, holding: Holding, call: Call) -> Any:
        """Take a stop or limit against a position; return the order that carries it out, None when refused."""
        if not _is_level(call):
            return self._refuse(call)
        return self._own_stop(holding, call) if call.is_stop else self._own_target(holding, call)

    def _own_stop(self, holding: Holding, call: Call) -> Any:
        level = call.level(call.data.close[0])
        if call.exectype in TRAIL_TYPES:
            holding.own_trail = call.trail
        holding.own_until = call.last_moment()
        is_used = holding.tighten(level)
        self._desk.cover.ensure(holding)
        self._desk.adding.follow(holding)
        self._desk.upkeep.enter_risk(holding)
        order = holding.legs.stop_order
        self._note_stop(call, level, order, is_used=is_used, units=abs(holding.size))
        self._desk.bonds.tie_entry(call.options.get("oco"), order)
        return self.hand_over(holding.legs, order)

    def _own_target(self, holding: Holding, call: Call) -> Any:
        wanted = call.exit_units(abs(holding.size))
        level = call.level(call.data.close[0])
        leg = holding.legs.set_target(level, wanted if below(wanted, abs(holding.size)) else None)
        self._desk.cover.end_target_at(leg, call.last_moment())
        self._desk.cover.ensure(holding)
        self._note_target(call, level, leg.target_order)
        self._desk.bonds.tie_entry(call.options.get("oco"), leg.target_order)
        return self.hand_over(holding.legs, leg.target_order)

    def amend(self, plan: Plan, call: Call) -> Any:
        """Take the user's stop or limit against an entry on its way as the stop or target of its position."""
        if not _is_level(call):
            return self._refuse(call)
        desk, level = self._desk, call.level(call.data.close[0])
        if plan.is_losing_side(level) == call.is_limit or level == plan.price:
            text = f"{level:.6g} lies on the wrong side of the entry at {plan.price:.6g}"
            return self._note_protection(call, level, None, outcome="denied", text=text)
        if call.is_limit:
            wanted = call.exit_units(plan.units)
            leg = plan.legs.set_target(level, wanted if below(wanted, plan.units) else None)
            desk.cover.end_target_at(leg, call.last_moment())
            desk.renew_protection(plan)
            self._note_target(call, level, leg.target_order)
            return self.hand_over(plan.legs, leg.target_order) or plan.order
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
        plan.own_until = call.last_moment()
        desk.renew_protection(plan)
        self._note_stop(call, level, plan.legs.stop_order, is_used=is_used, units=plan.units)
        return self.hand_over(plan.legs, plan.legs.stop_order) or plan.order

    def protect_nothing(self, over: Plan, call: Call) -> Any:
        """Answer a stop or limit for a position that our stop has closed on the bar of its entry already.

        The user, who hears of the entry first, is told of the order that closed it instead.
        """
        order = over.legs.stop_order
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

    def _refuse(self, call: Call) -> None:
        level = call.level(call.data.close[0])
        self._note_protection(
            call, level, None, outcome="denied", text=f"{level!r} for {call.size!r} is no order"
        )

    def hand_over(self, legs: Legs, order: Any) -> Any:
        """Let the user hear of a protective order, and of what replaces it, as of their own; return it."""
        legs.name_users(order)
        return self._desk.orders.hand_over(order)

    def cancel(self, ticket: Ticket) -> None:
        """Cancel a protective order for the user: a target is given up, a stop replaced by ours at its price."""
        desk = self._desk
        owner, leg = desk.upkeep.leg_of(ticket.data, ticket.order)
        if owner is None or leg is None:
            desk.orders.cancel(ticket.order)
            owner = desk.holdings.get(ticket.data)
        elif ticket.role is Role.TARGET:
            desk.cover.give_up(owner.legs, leg)
        else:
            leg.is_users_stop = False
            desk.orders.cancel_alone(ticket.order)
            owner.own_trail, owner.own_until = NO_TRAIL, None
        if isinstance(owner, Plan):
            desk.renew_protection(owner)
        elif owner is not None:
            desk.cover.ensure(owner)

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

    def _note_stop(self, call: Call, level: float, order: Any, *, is_used: bool, units: float) -> None:
        if not is_used:
            text = f"own stop at {level:.6g}: looser than ours, which stays"
            self._note_protection(call, level, order, outcome="nothing", text=text)
            return
        text = f"own stop at {level:.6g}"
        if below(call.exit_units(units), units):
            # Several levels would leave open which of them the position's risk is counted to.
            text += f" for {call.exit_units(units):g}: it stands for all {units:g}"
            name = self._desk.instruments[call.data].name
            self._desk.tell("stop_for_all", "info", call.data, f"{name}: {text}")
        self._note_protection(call, level, order, outcome="accepted", text=text)

    def _note_target(self, call: Call, level: float, order: Any) -> None:
        self._note_protection(call, level, order, outcome="accepted", text=f"own target at {level:.6g}")


def _is_level(call: Call) -> bool:
    level = call.level(call.data.close[0])
    return math.isfinite(level) and level > 0.0 and call.exit_units(1.0) > 0.0
