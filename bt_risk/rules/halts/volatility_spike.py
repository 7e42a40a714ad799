"""Stop entering while the market jumps. Requires: recent returns. Gives: `Notice`, whose kind can trip the breaker."""

from __future__ import annotations

from collections.abc import Sequence

from bt_risk.maths.limits import at_least
from bt_risk.maths.return_score import return_score
from bt_risk.rules.notice import Action, Notice
from bt_risk.rules.profile import RiskProfile


def volatility_spike(
    returns: Sequence[float], profile: RiskProfile, *, data: str | None = None
) -> Notice | None:
    """Return why entries are denied on this bar, None for an ordinary return and when off.

    |last return - mean| / deviation from ``volatility_spike`` on, at its value, on either side; see `return_score`
    for the estimator. `returns` are an instrument's, one a bar, the latest last; `data` is its name.
    """
    limit = profile.volatility_spike
    if limit is None:
        return None
    score = abs(return_score(returns))
    if not at_least(score, limit):
        return None
    text = f"a return of {returns[-1]:.2%} is {score:.1f} deviations from usual, the limit is {limit:g}: no entries"
    return Notice("volatility_spike", "warning", text, score, limit, Action.DENY_ENTRIES, data)
