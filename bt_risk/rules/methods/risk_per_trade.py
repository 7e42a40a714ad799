"""Size by the risk to the stop. Requires: stop, equity, heat. Gives: units."""

from __future__ import annotations

from bt_risk.maths.position_size import units_for_risk
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest, UnitTerms

NAME = "risk_per_trade"


def risk_budget(request: EntryRequest, book: Book, profile: RiskProfile) -> float:
    """Return the money that this trade may lose at its stop.

    ``equity * risk_per_trade``, and by ``allocation``: ``"target_heat"`` never more than the room below the upper
    edge of the target band, ``"equal_heat"`` that edge / ``max_positions`` as well. A request with a stop or a
    size of its own may go up to ``max_heat`` instead, which the heat cap watches. Never negative.
    """
    budget = profile.risk_per_trade * book.equity
    is_ours = not request.has_own_stop and request.wanted is None
    if profile.target_heat is not None and profile.allocation != "risk_per_trade":
        ceiling = profile.target_heat[1]
        if profile.allocation == "equal_heat" and profile.max_positions is not None:
            budget = min(budget, ceiling / profile.max_positions * book.equity)
        if is_ours:
            budget = min(budget, ceiling * book.equity - book.risk)
    return max(0.0, budget)


def propose(request: EntryRequest, terms: UnitTerms, book: Book, profile: RiskProfile) -> float:
    """Return the units whose loss at the stop, both commissions included, is the budget."""
    return units_for_risk(risk_budget(request, book, profile), terms.trade_risk)
