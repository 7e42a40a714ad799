"""Comparisons with a limit. A value within 1e-9 (relative) of a limit equals it: float dust never decides.

0.003 + 0.117 is 0.12000000000000001 in floats; an exact fit of a 12 % limit must still pass. Every rule
compares through these functions. NaN is neither above, below, at most, at least nor equal to anything.
"""

from __future__ import annotations

from math import isclose

TOLERANCE = 1e-9


def equals(value: float, limit: float) -> bool:
    """Return whether `value` is `limit` within the tolerance; an infinity equals only itself."""
    return isclose(value, limit, rel_tol=TOLERANCE)


def at_most(value: float, limit: float) -> bool:
    """Return whether `value` <= `limit`, the rule of every cap: it passes at its value."""
    return value <= limit or isclose(value, limit, rel_tol=TOLERANCE)


def at_least(value: float, limit: float) -> bool:
    """Return whether `value` >= `limit`, the rule of halts, stops and warnings: they act at their value."""
    return value >= limit or isclose(value, limit, rel_tol=TOLERANCE)


def above(value: float, limit: float) -> bool:
    """Return whether `value` > `limit` by more than the tolerance, the rule of emergencies and alerts."""
    return value > limit and not isclose(value, limit, rel_tol=TOLERANCE)


def below(value: float, limit: float) -> bool:
    """Return whether `value` < `limit` by more than the tolerance."""
    return value < limit and not isclose(value, limit, rel_tol=TOLERANCE)


def room(limit: float, used: float) -> float:
    """Return limit - used, what still fits; exactly 0 from a full fit on, whose dust would be a trade of its own."""
    return limit - used if above(limit, used) else 0.0
