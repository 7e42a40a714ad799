"""Cap on the heat that requests without high conviction may use. Requires: open and reserved risk. Gives: units."""

from __future__ import annotations

from bt_risk.maths.position_size import units_for_risk
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest, UnitTerms

NAME = "heat_reserve"
HIGH = "high"


def allow(request: EntryRequest, terms: UnitTerms, book: Book, profile: RiskProfile) -> float | None:
    """Return the units that lift the heat to what is not kept back, (1 - ``heat_reserve``) * ``max_heat``.

    None for a request of high conviction, and where nothing is kept back. A conviction that is not known is not high.
    """
    if profile.max_heat is None or profile.heat_reserve == 0.0 or request.conviction == HIGH:
        return None
    limit = (1.0 - profile.heat_reserve) * profile.max_heat
    return units_for_risk(max(0.0, limit * book.equity - book.risk), terms.heat_risk)
