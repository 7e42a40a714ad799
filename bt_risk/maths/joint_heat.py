"""Heat of positions whose stops are hit more or less together: the room for one more, and each position's part.

Risks are money lost at the stop, never negative; one `correlation` in [0, 1] holds between any two of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import hypot, inf, isnan, nan, sqrt

from bt_risk.maths.heat import correlated_heat
from bt_risk.maths.limits import at_most


def joint_room(risks: Iterable[float], budget: float, correlation: float) -> float:
    """Return the risk that one more position may have so that all of them jointly lose `budget`.

    With L the sum of `risks`, K their joint risk (`correlated_heat` as money) and rho the correlation, the joint risk
    with one more of y is sqrt(K ** 2 + 2 * rho * L * y + y ** 2), so that

    y = sqrt((rho * L) ** 2 + budget ** 2 - K ** 2) - rho * L

    Zero where `risks` use the budget up; a fit within 1e-9 leaves exactly 0. NaN for a NaN or a correlation outside
    [0, 1].
    """
    amounts = list(risks)
    held = correlated_heat(amounts, 1.0, correlation)
    if at_most(budget, held):
        return 0.0
    pull = correlation * sum(amounts, 0.0)
    # The difference of squares as a product, and the root's difference as a quotient: neither cancels digits.
    root = sqrt(budget - held) * sqrt(budget + held)
    return root * (root / (pull + hypot(pull, root)))


def marginal_heat(risks: Iterable[float], equity: float, correlation: float) -> list[float]:
    """Return each position's part in the correlated heat, in the order of `risks`; the parts sum to it.

    risk * (rho * L + (1 - rho) * risk) / (K * equity), L the sum and K the joint risk of all: the position's risk
    times the heat's derivative by it (Euler allocation, Tasche 1999). At a correlation of 1 a position's part is its
    own heat, at less no part is larger than that. Closing the position frees its part at most, as the correlated
    heat is convex.

    All zero without any risk; on an equity of zero or less infinite where there is risk and 0 elsewhere; all NaN
    where `correlated_heat` is.
    """
    amounts = list(risks)
    joint = correlated_heat(amounts, 1.0, correlation)
    if isnan(joint) or isnan(equity):
        return [nan] * len(amounts)
    if not equity > 0.0:
        return [inf if amount > 0.0 else 0.0 for amount in amounts]
    if joint == 0.0:
        return [0.0] * len(amounts)
    shared = correlation * sum(amounts, 0.0)
    return [amount / joint * ((shared + (1.0 - correlation) * amount) / equity) for amount in amounts]
