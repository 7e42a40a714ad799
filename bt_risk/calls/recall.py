"""Take entries on their way back, whole or in part. Requires: the desk. Gives: decisions."""

from __future__ import annotations

from typing import Any

from bt_risk.desk import RiskDesk
from bt_risk.maths.limits import below
from bt_risk.positions.plan import Plan


class Recall:
    """Make an entry on its way smaller, or call it off, with its protective orders and what it reserves."""

    def __init__(self, desk: RiskDesk) -> None:
        self._desk = desk

    def give_back(self, plan: Plan, units: float) -> Any:
        """Take `units` of an entry back; return its order, or None when there is nothing to take.

        Where orders cannot be changed, the entry may fill before its withdrawal arrives: a smaller one sent beside it
        could open too much, so that all of it is called off.
        """
        desk, data = self._desk, plan.data
        if units <= 0.0:
            return self.note_nothing(data)
        if below(units, plan.units) and desk.orders.is_in_place:
            for each in self._ways(plan):
                self._shrink(each, units)
            self._note(plan, "accepted", f"the entry on its way is reduced to {plan.units:g}", units, units)
            return plan.order
        if below(units, plan.units):
            name = desk.instruments[data].name
            text = f"{name}: this broker's orders cannot be made smaller, the whole entry is withdrawn"
            desk.tell("entry_withdrawn", "info", data, text)
        self.call_off(data)
        self._note(plan, "cancelled", "the entry on its way is called off", plan.units, 0.0)
        return plan.order

    def call_off(self, data: Any) -> None:
        """Call off every entry on its way for `data`."""
        for plan in self._desk.plans_for(data):
            self._desk.call_off(plan)

    def note_nothing(self, data: Any) -> None:
        """Record an exit that found nothing to close."""
        self._note(None, "nothing", "nothing to close", None, 0.0, data=data)

    def _ways(self, plan: Plan) -> list[Plan]:
        """Return the entry and those that are other ways into the same position."""
        return [each for each in self._desk.plans_for(plan.data) if each.is_long == plan.is_long]

    def _shrink(self, plan: Plan, units: float) -> None:
        if not below(units, plan.units):
            self._desk.call_off(plan)
            return
        desk, left = self._desk, plan.units - units
        terms = desk.view.unit_terms(
            plan.data,
            is_long=plan.is_long,
            price=plan.price,
            stop=plan.stop,
            size=left,
            places_stops=desk.profile.place_stops,
        )
        plan.shrink(left, terms.heat_risk * left)
        desk.orders.resize(plan.order, left)
        desk.renew_protection(plan)

    def _note(
        self, plan: Plan | None, outcome: str, text: str, wanted: float | None, given: float, data: Any = None
    ) -> None:
        self._desk.record(
            data if plan is None else plan.data,
            side="" if plan is None else ("sell" if plan.is_long else "buy"),
            kind="exit",
            outcome=outcome,
            rule="signal",
            text=text,
            wanted=wanted,
            given=given,
            stop=None,
            target=None,
            order=None if plan is None else plan.order,
        )
