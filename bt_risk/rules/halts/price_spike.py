"""Tell of a price jump, whatever the profile halts for. Requires: recent returns. Gives: `Notice`, without action."""

from __future__ import annotations

from collections.abc import Sequence

from bt_risk.maths.limits import at_least
from bt_risk.maths.return_score import return_score
from bt_risk.rules.notice import Notice
from bt_risk.rules.profile import RiskProfile


def price_spike(returns: Sequence[float], profile: RiskProfile, *, data: str | None = None) -> Notice | None:
    """Return that the last return lies ``price_spike`` deviations or more from usual; None otherwise and when off.

    On either side, at its value. Halts nothing: the same measure as `volatility_spike`, for information. `returns`
    are an instrument's, one a bar, the latest last; `data` is its name.
    """
    limit = profile.price_spike
    if limit is None:
        return None
    score = abs(return_score(returns))
    if not at_least(score, limit):
        return None
    text = f"a return of {returns[-1]:.2%} is {score:.1f} deviations from usual"
    return Notice("price_spike", "info", text, score, limit, data=data)
