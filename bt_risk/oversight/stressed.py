"""The book's heat in other lights: stops overshot, positions that move together. Requires: the desk. Gives: risks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bt_risk.desk import RiskDesk


def risks_by_name(desk: RiskDesk) -> dict[str, float]:
    """Return the open and reserved risk of each instrument that has any, in money."""
    found = {desk.instruments[data].name: risk for data, risk in desk.ledger.open_risks().items()}
    for plan in desk.plans.values():
        name = desk.instruments[plan.data].name
        found[name] = found.get(name, 0.0) + plan.risk * plan.share_left()
    return found


def stressed_risk(desk: RiskDesk) -> float:
    """Return what is lost if every stop fills ``stress_atr`` ATR beyond its price, in money.

    Entries on their way count as far as they are not filled. A long cannot lose more than its notional, nor does a
    position without a stop; NaN while an average true range is not known.
    """
    total = 0.0
    for data, holding in desk.holdings.items():
        basis = holding.entry if desk.profile.heat_basis == "entry" else desk.instruments[data].mark
        total += _stressed(desk, data, holding.size, basis, holding.stop)
    for plan in desk.plans.values():
        size = plan.units * plan.share_left()
        total += _stressed(desk, plan.data, size if plan.is_long else -size, plan.price, plan.stop)
    return total


def _stressed(desk: RiskDesk, data: Any, size: float, basis: float, stop: float | None) -> float:
    view = desk.view
    if not size:
        return 0.0
    if stop is None or not desk.profile.place_stops:
        return view.notional(data, size, basis)
    overshoot = desk.profile.stress_atr * desk.instruments[data].atr.value
    loss = view.loss_beyond(data, size, basis, stop, overshoot)
    return loss + view.commission(data, size, stop)
