"""Keep every open unit covered by a live stop or a live exit. Requires: holdings, orders. Gives: protective orders."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import backtrader as bt

from bt_risk.broker.orders import Orders, Role, remaining
from bt_risk.maths.limits import at_least, equals
from bt_risk.positions.holding import Holding
from bt_risk.positions.leg import Leg
from bt_risk.positions.legs import Legs
from bt_risk.positions.plan import Plan
from bt_risk.rules.profile import RiskProfile

# Units and price of a protective order; no price, no order.
Wish = tuple[float, "float | None"]


class Cover:
    """Place, move and resize the protective orders of one holding so that they always sum to its size."""

    def __init__(self, orders: Orders, profile: RiskProfile) -> None:
        self._orders = orders
        self.profile = profile

    def prepare(self, plan: Plan) -> None:
        """Send, move or withdraw the stop and the target that wait for an entry's fill.

        The stop of a market entry works on the bar of the fill, from its opening on. After a fill at a price inside
        a bar nobody knows what came later in it, so that protection begins with the next bar, as a target's always
        does.
        """
        is_later = not (plan.is_market and self.profile.entry_bar_stop)
        place = functools.partial(self._place, plan, after=plan.order, is_later=is_later)
        self._close_done(plan.legs)
        self._spread(plan, plan.units, place)

    def drop(self, plan: Plan) -> None:
        """Cancel what waits for an entry that will not come."""
        for leg in plan.legs:
            self._cancel(leg)
        self._orders.drop_closings(plan.data, after=plan.order)

    def closing_units(self, holding: Holding) -> float:
        """Return the units that live exits will close."""
        if not holding.exits:
            return 0.0
        holding.exits = [order for order in holding.exits if order.alive()]
        return sum(remaining(order) for order in holding.exits)

    def is_closing(self, holding: Holding) -> bool:
        """Return whether live exits close the whole holding."""
        return bool(holding.exits) and at_least(self.closing_units(holding), abs(holding.size))

    def open_units(self, holding: Holding) -> float:
        """Return the units that no live exit closes."""
        closing, held = self.closing_units(holding), abs(holding.size)
        return 0.0 if at_least(closing, held) else held - closing

    def ensure(self, holding: Holding) -> None:
        """Bring stops and targets to what no exit closes: placed, resized, moved or withdrawn."""
        self._shrink_exits(holding)
        self._close_done(holding.legs)
        self._spread(holding, self.open_units(holding), functools.partial(self._place, holding))
        self._orders.put_closings_last(holding.data)

    def follow_stop(self, holding: Holding) -> None:
        """Bring the stops to the holding's new level."""
        # A trail moves the stop on every third bar, and mostly one stop protects all: then nothing else can change.
        rest = holding.legs.rest
        has_target = rest.target is not None or rest.target_order is not None
        is_alone = not holding.exits and not has_target and remaining(rest.stop_order) == abs(holding.size)
        if is_alone and self._orders.is_in_place:
            self._orders.move(rest.stop_order, holding.stop)
        else:
            self.ensure(holding)

    def _close_done(self, legs: Legs) -> None:
        for leg in list(legs):
            leg.count_fills()
            if leg.is_done():
                self.release(legs, leg)
                legs.close(leg)

    def release(self, legs: Legs, leg: Leg) -> None:
        """Withdraw the target of a part; its stop too, unless it goes on for the rest."""
        self._orders.cancel_alone(leg.target_order)
        leg.target_order = None
        if leg.units is not None:
            self._pass_on(leg, legs.rest)
            self._withdraw(leg)

    def expire_stop(self, legs: Legs) -> None:
        """End what stands for the user's stop; the next order at its price is the desk's alone."""
        for leg in legs:
            if leg.is_users_stop:
                leg.is_users_stop = False
                self._orders.expire(leg.stop_order)

    def give_up(self, legs: Legs, leg: Leg) -> None:
        """Give a target up; its units go back to the rest."""
        self.release(legs, leg)
        legs.drop_target(leg)

    def end_target_at(self, leg: Leg, until: float | None) -> None:
        """Give a part's target another last time."""
        is_changed, leg.until = leg.until != until, until
        if is_changed and _is_alive(leg.target_order):
            if self._orders.is_in_place:
                leg.target_order.valid = until
            else:
                self._withdraw(leg)

    def _spread(self, owner: Holding | Plan, units: float, place: Callable[..., Any]) -> None:
        """Bring the orders of all legs to their shares of `units`."""
        owner.lay_ladder(self.profile)
        stop = owner.stop if self.profile.place_stops else None
        shares = list(owner.legs.share_out(units))
        last = next((leg for leg, share in reversed(shares) if share > 0.0), None)
        for leg, share in shares:
            if share <= 0.0 and last is not None:
                self._pass_on(leg, last)
        for leg, share in shares:
            is_wanted = share > 0.0
            self._sync(
                leg,
                stop=(share, stop if is_wanted else None),
                target=(share, leg.target if is_wanted else None),
                place=place,
            )

    def _pass_on(self, leg: Leg, heir: Leg) -> None:
        """Let the user's stop go on with another part when its own part ends."""
        if not leg.is_users_stop:
            return
        leg.is_users_stop, heir.is_users_stop = False, True
        if self._orders.is_in_place and _is_alive(leg.stop_order):
            leg.stop_order, heir.stop_order = heir.stop_order, leg.stop_order
        else:
            self._orders.hand_over(heir.stop_order)

    def _shrink_exits(self, holding: Holding) -> None:
        # A stop may have closed a part before a resting exit could: what is left must not flip the position.
        excess = self.closing_units(holding) - abs(holding.size)
        for order in reversed(holding.exits):
            if excess <= 0.0:
                return
            cut = min(excess, remaining(order))
            excess -= cut
            if cut == remaining(order):
                self._orders.cancel(order)
            else:
                self._orders.resize(order, remaining(order) - cut)

    def _sync(self, leg: Leg, *, stop: Wish, target: Wish, place: Callable[..., Any]) -> None:
        """Bring a leg's two orders to the units and prices wished; a price of None wishes no order."""
        if stop[1] is None and target[1] is None:
            self._withdraw(leg)
            return
        if not self._orders.is_in_place:
            self._clear_changed(leg, stop, target)
        elif target[1] is None:
            self._orders.cancel_alone(leg.target_order)
            leg.target_order = None
        if _is_alive(leg.stop_order):
            self._adjust(leg.stop_order, *stop)
        elif stop[1] is not None:
            leg.stop_order = place(stop, Role.STOP, exectype=bt.Order.Stop, is_users=leg.is_users_stop)
        if target[1] is None:
            return
        if _is_alive(leg.target_order):
            self._adjust(leg.target_order, *target)
        else:
            # After the stop in the queue: when one bar touches both, the stop is taken to come first. A target is
            # never tried on the bar of its entry's fill, whose earlier part may have shown its price.
            options = {"exectype": bt.Order.Limit, "oco": leg.stop_order, "valid": leg.until}
            options["reason"] = leg.reason
            leg.target_order = place(
                target, Role.TARGET, **options, is_later=True, is_users=leg.is_users_target
            )
        if stop[1] is not None:
            self._orders.tie(leg.stop_order, leg.target_order)

    def _clear_changed(self, leg: Leg, stop: Wish, target: Wish) -> None:
        """Withdraw the orders of a leg that would have to be changed: both, since each cancels the other."""
        has_stop, has_target = _is_alive(leg.stop_order), _is_alive(leg.target_order)
        is_changed = (has_stop and _differs(leg.stop_order, *stop)) or (
            has_target and _differs(leg.target_order, *target)
        )
        is_half = has_stop != has_target and None not in (stop[1], target[1])
        is_unwanted = has_target and target[1] is None
        # A part filled of one cancels the other, and leaves the pair unlinked: both start anew, stop first.
        if is_changed or is_unwanted or (is_half and (has_target or bool(leg.stop_order.executed.size))):
            self._withdraw(leg)

    def _adjust(self, order: Any, units: float, price: float | None) -> None:
        if remaining(order) != units:
            self._orders.resize(order, units)
        if order.created.price != price:
            self._orders.move(order, price)

    def _place(
        self, owner: Holding | Plan, wish: Wish, role: Role, *, reason: str = "", **options: Any
    ) -> Any:
        units, price = wish
        if options.get("valid") is not None and not self._orders.is_simulated:
            options["valid"] = owner.data.num2date(options["valid"])
        return self._orders.send(
            owner.data,
            -units if owner.is_long else units,
            role,
            reason=reason or role.value,
            price=price,
            tradeid=owner.tradeid,
            **options,
        )

    def _cancel(self, leg: Leg) -> None:
        self._orders.cancel_alone(leg.stop_order)
        self._orders.cancel_alone(leg.target_order)

    def _withdraw(self, leg: Leg) -> None:
        self._cancel(leg)
        leg.forget_orders()

    def withdraw(self, holding: Holding) -> None:
        """Cancel every stop and target."""
        for leg in holding.legs:
            self._withdraw(leg)

    def exit(self, holding: Holding, units: float, *, reason: str, is_users: bool, **options: Any) -> Any:
        """Send a market exit for `units` at most, and shrink the cover to the rest at once; return the order.

        Units that an earlier exit closes already are not sold twice: with nothing left, the last live exit is
        returned, or None.
        """
        free = self.open_units(holding)
        units = min(units, free)
        if units <= 0.0:
            return holding.exits[-1] if holding.exits else None
        if equals(units, free):
            # To the last bit, so that no dust of a unit stays behind.
            units = free
            self.withdraw(holding)
        side = -units if holding.is_long else units
        order = self._orders.send(
            holding.data,
            side,
            Role.EXIT,
            reason=reason,
            is_users=is_users,
            exectype=bt.Order.Market,
            tradeid=holding.tradeid,
            **options,
        )
        holding.exits.append(order)
        self.ensure(holding)
        return order


def _is_alive(order: Any) -> bool:
    return order is not None and order.alive()


def _differs(order: Any, units: float, price: float | None) -> bool:
    return remaining(order) != units or order.created.price != price
