"""Tell of a price jump, whatever the profile halts for. Requires: recent returns. Gives: `Notice`, without action."""

from __future__ import annotations

from collections.abc import Sequence

from bt_risk.maths.limits import at_least
from bt_risk.maths.return_score import return_score
from bt_risk.rules.notice import Notice

PRICE_SPIKE = 3.0  # deviations


def price_spike(returns: Sequence[float], threshold: float = PRICE_SPIKE) -> Notice | None:
    """Return that the last return lies `threshold` deviations or more from usual, on either side; None otherwise.

    Halts nothing: the same measure as `volatility_spike`, for information. `returns` one a bar, the latest last.
    """
    score = abs(return_score(returns))
    if not at_least(score, threshold):
        return None
    text = f"a return of {returns[-1]:.2%} is {score:.1f} deviations from usual"
    return Notice("price_spike", "info", text, score, threshold)
