"""Cap on the share of the traded volume. Requires: volume of the bar. Gives: units."""

from __future__ import annotations

from bt_risk.rules.decision import Missing
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest, UnitTerms

NAME = "max_participation"


def allow(
    request: EntryRequest, terms: UnitTerms, book: Book, profile: RiskProfile
) -> float | Missing | None:
    """Return ``max_participation`` of the bar's volume; None when the limit is off.

    A volume that the data does not tell allows nothing: an unknown market is not a deep one.
    """
    if profile.max_participation is None:
        return None
    if not request.volume >= 0.0:
        return Missing(f"the volume of {request.data} is not known on this bar")
    return profile.max_participation * request.volume
