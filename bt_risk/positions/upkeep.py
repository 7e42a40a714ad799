"""Keep the holdings in line with the broker, bar by bar: fills, stops, risk. Requires: the desk. Gives: holdings."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import backtrader as bt

from bt_risk.broker.orders import is_filled
from bt_risk.maths.heat import locked_in, open_risk
from bt_risk.positions.holding import Holding
from bt_risk.positions.leg import Leg
from bt_risk.positions.legs import Legs
from bt_risk.positions.plan import Plan
from bt_risk.positions.trail import NO_TRAIL
from bt_risk.rules.exits.initial_stop import initial_stop

if TYPE_CHECKING:
    from bt_risk.desk import RiskDesk


class Upkeep:
    """Open, follow and drop the desk's holdings as the broker's positions change."""

    def __init__(self, desk: RiskDesk) -> None:
        self._desk = desk
        self._over: dict[Any, tuple[int, Plan]] = {}

    def over_at_once(self, data: Any) -> Plan | None:
        """Return the entry whose position was opened and closed on this bar; None without one."""
        bar, plan = self._over.get(data, (-1, None))
        return plan if bar == self._desk.bar else None

    def leg_of(self, data: Any, order: Any) -> tuple[Holding | Plan | None, Leg | None]:
        """Return the position, or the entry on its way, that a protective order belongs to, and its part of it."""
        holding = self._desk.holdings.get(data)
        for owner in (*(() if holding is None else (holding,)), *self._desk.plans_for(data)):
            leg = owner.legs.leg_of(order)
            if leg is not None:
                return owner, leg
        return None, None

    def settle(self, data: Any) -> None:
        """Bring the holding of one instrument in line with the broker's position."""
        size = self._desk.view.position_size(data)
        holding = self._desk.holdings.get(data)
        filled = [plan for plan in self._desk.plans_for(data) if plan.order.executed.size]
        was_held = holding is not None
        if holding is not None:
            self._tell_of_rungs(holding)
        if holding is not None and holding.size * size <= 0.0:
            self._tell_of_stop(data, holding.legs)
            self._drop(holding)
            self._desk.adding.give_up(data)
            holding = None
        if size:
            entry = self._desk.view.entry_price(data)
            if holding is None:
                opener = next((plan for plan in filled if plan.is_long == (size > 0)), None)
                holding = self._open(data, size, entry, opener)
            else:
                holding.size, holding.entry = size, entry
                self._grow(holding, filled)
            self._desk.cover.ensure(holding)
            self.enter_risk(holding)
        for plan in filled:
            self._desk.bonds.take_fill(plan)
        self._desk.bonds.follow(data)
        self._desk.at_close.follow(data)
        for plan in filled:
            if size and plan.order.alive():
                continue
            # Stopped out before the rest was filled: the rest would open a position whose reason is gone.
            self._desk.call_off(plan)
            if not size:
                self._over[data] = (self._desk.bar, plan)
                if not was_held:
                    self._tell_of_stop(data, plan.legs)
            if holding is None or not holding.legs.has(plan.legs):
                self._desk.cover.drop(plan)
            self._desk.plans.pop(plan.order.ref, None)

    def _tell_of_rungs(self, holding: Holding) -> None:
        """Tell what left at the ladder: nobody else hears of it before the whole position is closed."""
        units = holding.legs.count_fills()
        if units:
            name = self._desk.instruments[holding.data].name
            text = f"{name}: {units:.6g} units have left at the ladder"
            self._desk.tell("scale_out", "info", holding.data, text)

    def _grow(self, holding: Holding, filled: list[Plan]) -> None:
        """Take in what has come of the first entry and of adds, and what they have met on their bar."""
        first = next((plan for plan in filled if not plan.is_add), None)
        if first is not None:
            holding.bought = abs(first.order.executed.size)
        self._desk.adding.take(holding, filled)
        self._finish(holding, first)

    def _finish(self, holding: Holding, plan: Plan | None) -> None:
        """Leave altogether once a stop, or the target for all, has filled: what it missed has lost its reason.

        More of the same entry can have come in on the bar that took the first part out again.
        """
        rest = holding.legs.rest
        orders = [leg.stop_order for leg in holding.legs] + [rest.target_order]
        filled = [order for order in orders if is_filled(order)]
        if filled and plan is not None:
            self._desk.call_off(plan)
        if not filled:
            return
        rule = "target" if rest.target_order is filled[0] else "stop"
        # A stop that has fired is a market order, also where the volume filled only a part of it.
        missed = abs(holding.size)
        if rule == "stop":
            self._tell_of_stop(holding.data, holding.legs)
        else:
            missed = 0.0 if filled[0].status != bt.Order.Completed else holding.legs.missed_by_target(missed)
        if missed:
            self._desk.exit(holding, missed, rule=rule, text=f"the {rule} was hit, the rest follows")

    def _tell_of_stop(self, data: Any, legs: Legs) -> None:
        """Tell that a protective stop has fired, where one of `legs` has; the position leaves with it."""
        order = next((leg.stop_order for leg in legs if is_filled(leg.stop_order)), None)
        if order is not None:
            text = f"the stop at {order.created.price:.6g} was hit, filled at {order.executed.price:.6g}"
            self._desk.tell("stop_hit", "info", data, f"{self._desk.name_of(data)}: {text}")

    def _open(self, data: Any, size: float, entry: float, plan: Plan | None) -> Holding:
        holding = self._desk.holdings[data] = Holding(
            data, size, entry, plan, self._desk.profile, bar=self._desk.bar
        )
        holding.opened, holding.first_bar = self._desk.now(), self._desk.instruments[data].bars
        holding.session = self._desk.clock.session_of(data)
        if plan is None:
            # What is on its way was decided for a data without a position.
            for other in self._desk.plans_for(data):
                self._desk.call_off(other)
            self._adopt(holding)
            if holding.stop is not None:
                self._desk.trade_book.adopt(data, holding.stop)
            name = self._desk.instruments[data].name
            text = f"{name}: a position that did not come through the desk is taken under its protection"
            self._desk.tell("adopted", "warning", data, text)
            return holding
        # With cheat-on-close a target may have sold a part of it on the same bar.
        holding.bought = abs(plan.order.executed.size)
        # An add that a broker filled although its position was closed is an entry like any other.
        plan.is_add = False
        if plan.stop is not None and holding.is_past(plan.stop, entry):
            self._desk.exit(
                holding, abs(size), rule="fill_beyond_stop", text="filled beyond the decided stop"
            )
        return holding

    def _adopt(self, holding: Holding) -> None:
        """Give a position that no request of ours opened the profile's stop, as soon as it is known."""
        atr = self._desk.instruments[holding.data].atr.value
        stop = initial_stop(holding.entry, atr, is_long=holding.is_long, profile=self._desk.profile)
        if stop is not None and math.isfinite(stop):
            holding.protect(stop)

    def _drop(self, holding: Holding) -> None:
        self._desk.cover.withdraw(holding)
        for order in holding.exits:
            self._desk.orders.cancel(order)
        self._desk.orders.drop_closings(holding.data)
        del self._desk.holdings[holding.data]
        self._desk.ledger.drop_position(holding.data)

    def follow(self, holding: Holding) -> None:
        """Let a holding see its bar: trail its stop, mark its risk."""
        desk, profile = self._desk, self._desk.profile
        instrument = desk.instruments[holding.data]
        if instrument.bar != desk.bar:
            return
        is_moved = False
        if holding.own_until is not None and instrument.last_time > holding.own_until:
            self._end_own_stop(holding)
        if instrument.is_sound:
            high, low, close = instrument.high[0], instrument.low[0], instrument.close[0]
            desk.trade_book.see(instrument, high, low)
            if holding.bar == desk.bar and not holding.is_from_open:
                # The fill came somewhere inside the bar: only its close is sure to be later.
                high = low = close
            holding.see(high, low)
            is_moved = holding.trail(close, instrument.atr.value, profile)
            if holding.stop is None and profile.stop != "none":
                self._adopt(holding)
                is_moved = holding.stop is not None
        if desk.orders.closings(holding.data):
            desk.cover.ensure(holding)
        elif is_moved:
            desk.cover.follow_stop(holding)
        if is_moved and desk.plans:
            desk.adding.follow(holding)
        if is_moved or profile.heat_basis == "mark":
            self.enter_risk(holding)

    def convert(self) -> None:
        """Take in this bar's exchange rates, and what they make of the risks entered before."""
        self._desk.view.see_rates()
        for holding in self._desk.holdings.values():
            if holding.data in self._desk.view.floating:
                self.enter_risk(holding)

    def _end_own_stop(self, holding: Holding) -> None:
        """Tell the user that their stop has expired; the position keeps its level, since no stop loosens."""
        holding.own_until, holding.own_trail = None, NO_TRAIL
        self._desk.cover.expire_stop(holding.legs)
        self._desk.cover.ensure(holding)
        name = self._desk.instruments[holding.data].name
        text = f"{name}: the strategy's stop has expired, its position stays stopped at {holding.stop:.6g}"
        self._desk.tell("own_stop_ended", "info", holding.data, text)

    def enter_risk(self, holding: Holding) -> None:
        """Enter into the ledger what a holding risks and has locked in."""
        data, size, stop = holding.data, holding.size, holding.stop
        basis = holding.entry
        if self._desk.profile.heat_basis == "mark":
            basis = self._desk.instruments[data].mark
        if stop is None or not self._desk.profile.place_stops:
            self._desk.ledger.set_position(data, self._desk.view.notional(data, size, basis), 0.0)
            return
        costs = self._desk.view.commission(data, size, stop)
        self._desk.ledger.set_position(
            data,
            open_risk(self._desk.view.pnl(data, size, basis, stop), costs),
            locked_in(self._desk.view.pnl(data, size, holding.entry, stop), costs),
        )
