"""Adds to open positions: on their way, filled, given up. Requires: the desk. Gives: holdings that have grown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from bt_risk.positions.holding import Holding
from bt_risk.positions.plan import Plan
from bt_risk.rules.exits.add_stop import add_stop

if TYPE_CHECKING:
    from bt_risk.desk import RiskDesk


class Adding:
    """Follow the entries that add to a position: as long as they wait, and as their fills join it.

    While it waits, an add has protective orders of its own, as any entry. On the bar of its fill the position's stop
    covers what was held and the add's stop what came in; from the next bar on one stop price holds for all.
    """

    def __init__(self, desk: RiskDesk) -> None:
        self._desk = desk

    def count(self, holding: Holding) -> int:
        """Return how often a holding was added to, adds counted of which nothing has come yet."""
        return holding.adds + sum(not plan.joined for plan in self._adds(holding.data))

    def _adds(self, data: Any) -> list[Plan]:
        return [plan for plan in self._desk.plans_for(data) if plan.is_add]

    def take(self, holding: Holding, filled: Iterable[Plan]) -> None:
        """Join what has come of each add to the holding, whose size counts it already."""
        for plan in [plan for plan in filled if plan.is_add]:
            units = abs(plan.order.executed.size) - plan.joined
            if units > 0.0:
                self._join(holding, plan, units)
            self._finish(holding, plan)
        self.follow(holding)

    def _join(self, holding: Holding, plan: Plan, units: float) -> None:
        desk, is_first = self._desk, not plan.joined
        plan.joined += units
        if is_first:
            holding.adds += 1
            if any(leg.stop_order is not None and leg.stop_order.executed.size for leg in plan.legs):
                # In and out on one bar, by the stop that was sent with it: the position is what it was.
                return
            if plan.stop is not None and holding.is_past(plan.stop, plan.order.executed.price):
                desk.cover.drop(plan)
                text = "the add was filled beyond its decided stop"
                desk.exit(holding, units, rule="fill_beyond_stop", text=text)
                return
        holding.add(plan, units, desk.profile)

    def _finish(self, holding: Holding, plan: Plan) -> None:
        """Give up what an add has still to come once it met its target, and let go what came too late for it."""
        added, target = holding.legs.added(plan.legs), plan.legs.rest.target_order
        if added is None or target is None or not target.executed.size:
            return
        self._desk.call_off(plan)
        missed = 0.0 if target.alive() else plan.legs.missed_by_target(added.left)
        if missed:
            text = "the target of the add was hit, the rest follows"
            self._desk.exit(holding, missed, rule="target", text=text)

    def follow(self, holding: Holding) -> None:
        """Bring adds on their way to the holding's stop, where that is tighter; withdraw those that it has passed."""
        desk, data, stop = self._desk, holding.data, holding.stop
        if stop is None:
            return
        for plan in self._adds(data):
            if not plan.order.alive() or add_stop(stop, plan.stop, is_long=plan.is_long) == plan.stop:
                continue
            if holding.is_past(stop, plan.price):
                self._withdraw(plan, "the stop of its position has passed its price")
                continue
            terms = desk.view.unit_terms(
                data,
                is_long=plan.is_long,
                price=plan.price,
                stop=stop,
                size=plan.units,
                places_stops=desk.profile.place_stops,
            )
            plan.tighten(stop, terms.heat_risk * plan.units)
            desk.renew_protection(plan)

    def give_up(self, data: Any) -> None:
        """Withdraw what would add to a position that is closed."""
        for plan in self._adds(data):
            if plan.order.alive():
                self._withdraw(plan, "its position is closed")

    def _withdraw(self, plan: Plan, why: str) -> None:
        desk = self._desk
        desk.call_off(plan)
        name = desk.instruments[plan.data].name
        desk.tell("entry_withdrawn", "info", plan.data, f"{name}: an add on its way is withdrawn, {why}")
