"""Size by how sure the strategy is. Requires: confidence, equity. Gives: units."""

from __future__ import annotations

from numbers import Real

from bt_risk.maths.multipliers import confidence_multiplier
from bt_risk.maths.notional import fixed_fractional
from bt_risk.maths.position_size import units_for_notional
from bt_risk.rules.decision import Missing
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest, UnitTerms

NAME = "confidence"


def known_confidence(request: EntryRequest, method: str) -> float | Missing:
    """Return the confidence that the strategy gave, or that it gave none that can be used."""
    given = request.confidence
    if given is None or given != given:
        return Missing(f"{method} needs buy(confidence=...) or a confidence(data) method")
    if not isinstance(given, Real) or not 0.0 <= given <= 1.0:
        return Missing(f"confidence must be a fraction in [0, 1], e.g. 0.7; received {given!r}")
    return float(given)


def propose(request: EntryRequest, terms: UnitTerms, book: Book, profile: RiskProfile) -> float | Missing:
    """Return the units of a notional between ``confidence_floor`` and all of ``max_position`` of equity.

    0 below ``confidence_low``, then a straight line up to ``confidence_high``. Without a ``max_position`` the
    whole equity stands for it.
    """
    given = known_confidence(request, NAME)
    if isinstance(given, Missing):
        return given
    share = confidence_multiplier(
        given, low=profile.confidence_low, high=profile.confidence_high, floor=profile.confidence_floor
    )
    largest = 1.0 if profile.max_position is None else profile.max_position
    return units_for_notional(fixed_fractional(book.equity, share * largest), terms.notional)
