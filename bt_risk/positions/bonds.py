"""Entries tied to what covers or closes a position. Requires: the desk. Gives: `Bonds`, to intake and upkeep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bt_risk.broker.orders import Role
from bt_risk.positions.leg import Leg

if TYPE_CHECKING:
    from bt_risk.desk import RiskDesk
    from bt_risk.positions.plan import Plan


class Bond:
    """The order whose end is an entry's end. Where orders are replaced, `leg` has the one that stands for it now."""

    __slots__ = ("_order", "data", "leg", "role")

    def __init__(self, order: Any, data: Any, role: Role, leg: Leg | None) -> None:
        self._order = order
        self.data = data
        self.role = role
        self.leg = leg

    @property
    def order(self) -> Any:
        """The order itself, or what replaced it; None when nothing does."""
        if self.leg is None:
            return self._order
        return self.leg.stop_order if self.role is Role.STOP else self.leg.target_order

    def is_over(self) -> bool:
        """Return whether the order has ended in any way."""
        return self.order is None or not self.order.alive()


class Bonds:
    """Tie an entry to an order that covers or closes a position, where the user names one to cancel the other.

    The entry goes with that order. The other way round a target goes when the entry is filled; a stop and an exit
    stay, since no entry may cost a position its cover.
    """

    def __init__(self, desk: RiskDesk) -> None:
        self._desk = desk

    def find(self, order: Any) -> Bond | None:
        """Return the bond to a live order that covers or closes a position; None for any other."""
        ticket = None if order is None else self._desk.orders.tickets.get(order.ref)
        if ticket is None or ticket.role is Role.ENTRY or not ticket.order.alive():
            return None
        _, leg = self._desk.upkeep.leg_of(ticket.data, ticket.order)
        return Bond(ticket.order, ticket.data, ticket.role, None if self._desk.orders.is_in_place else leg)

    def tie(self, plan: Plan, bond: Bond) -> None:
        """Tie an entry on its way; on a bar that fills both, the order that covers or closes comes first."""
        plan.bond = bond
        if self._desk.orders.is_simulated:
            plan.order.active.unless = bond.order

    def tie_entry(self, entry: Any, order: Any) -> None:
        """Tie the entry that was given as the partner of an order that covers a position."""
        plan = None if entry is None else self._desk.plans.get(entry.ref)
        bond = self.find(order)
        if plan is not None and bond is not None:
            self.tie(plan, bond)

    def follow(self, data: Any) -> None:
        """Call off the entries tied to what has ended in `data`."""
        for plan in list(self._desk.plans.values()):
            bond = plan.bond
            if bond is not None and bond.data is data and bond.is_over():
                self._desk.call_off(plan)

    def take_fill(self, plan: Plan) -> None:
        """Give up the target that was tied to an entry that has come in."""
        bond, plan.bond = plan.bond, None
        holding = None if bond is None else self._desk.holdings.get(bond.data)
        if bond is None or holding is None or bond.role is not Role.TARGET or bond.is_over():
            return
        leg = holding.legs.leg_of(bond.order)
        if leg is not None:
            self._desk.cover.give_up(holding.legs, leg)
            self._desk.cover.ensure(holding)
